"""The door check of a change: nothing that tells who called goes into records, wording or the repository's history.

Looked for is what facts must not hold (`facts_checks`), what has the form of a person's data (`pseudonyms`), and what
is known of the callers in question. A name that is said without any context is found only when it is among these.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from facts import Faq, PracticeFacts, Record
from facts_checks import problems_of
from monitoring.agreement import FREE_TEXT
from monitoring.change_error import ChangeError
from pseudonyms import Kind, Pseudonyms, Public

Known = Mapping[Kind, Iterable[str]]  # names, numbers and so on of callers, from the call's slots, lead and caller id

_TOKEN = re.compile(r"\[(NAME|PHONE|EMAIL|BIRTH|DATE|ADDRESS|ZIP|ID|TEXT)_\d+(?:_\d+)?\]")
_WHAT = {
    "NAME": "a person's name",
    "PHONE": "a telephone number that is none of the practice's",
    "EMAIL": "an e-mail address",
    "BIRTH": "a date of birth",
    "DATE": "a date that is over",
    "ADDRESS": "an address that is none of the practice's",
    "ZIP": "a ZIP code that is none of the practice's",
    "ID": "a member, account or card number",
    "TEXT": "a word in place of a caller's data",
}
# Mailboxes of an office, not of a person.
_OFFICE_MAIL = re.compile(
    r"\b(?:info|office|contact|hello|help|appointments?|billing|records|optical|refills?|referrals?|privacy|"
    r"front-?desk|scheduling|support|admin)@[a-z0-9.-]+\.[a-z]{2,}",
    re.I,
)


def check_nobody(
    texts: Iterable[tuple[str, str]],
    facts: PracticeFacts,
    today: dt.date,
    *,
    own: Record | None = None,
    known: Known | None = None,
) -> None:
    """Refuse texts that tell who called.

    Args:
        texts: what stood there, and what shall stand there: what stood there already is no reason to refuse.
        facts: what is the practice's and may stand there.
        own: a new or changed record: its typed fields are the practice's too.
        known: what is known of callers.

    Raises:
        ChangeError: `says-who-called`; says of what kind it is, and quotes nothing.
    """
    hiding = Pseudonyms(known, public=Public(_public(facts, own)), today=today)
    for old, new in texts:
        before = _found(hiding, old)
        if found := next((token for token in _found(hiding, new) if token not in before), None):
            raise _refused(_WHAT[found.strip("[").partition("_")[0]])
        if _is_stopped(new, facts) and not _is_stopped(old, facts):
            raise _refused("what looks like a person's data")


def _found(hiding: Pseudonyms, text: str) -> list[str]:
    """The tokens for what a text gives away, the same for the same value; of a token that stands there itself, so."""
    if own := _TOKEN.findall(text):
        return [f"[TEXT_{kind}" for kind in own]
    return [match[0] for match in _TOKEN.finditer(hiding.hide(_OFFICE_MAIL.sub("the mailbox", text)))]


def _refused(what: str) -> ChangeError:
    return ChangeError(
        f"the new text holds {what}; records and wording are of the practice only, so write it without",
        code="says-who-called",
    )


def _is_stopped(text: str, facts: PracticeFacts) -> bool:
    """Whether the door of the knowledge store would stop a text, also one that is no record's."""
    if not text:
        return False
    trial = Faq(id="trial", text=text, last_updated=dt.date(2000, 1, 1), source="sample", question="?", answer="-")
    practice = PracticeFacts(locations=facts.locations, hours=(), faqs=(trial,))
    return any(record.id == trial.id for record, _ in problems_of(practice))


def _public(facts: PracticeFacts, own: Record | None) -> str:
    """Everything about the practice that anyone may read, one value a line; of `own` not its words."""
    records = [one.model_dump(mode="json") for one in facts.records if own is None or one.id != own.id]
    if own is not None:
        records.append(own.model_dump(mode="json", exclude=set(FREE_TEXT)))
    return "\n".join(dict.fromkeys((facts.practice_name, *(value for one in records for value in _values(one)))))


def _values(record: Mapping[str, Any]) -> Iterable[str]:
    for value in record.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and one:
                yield one.replace("_", " ")


if __name__ == "__main__":
    import sys

    from dialogue.sample import sample_facts

    for line in sys.stdin:
        try:
            check_nobody([("", line)], sample_facts(), dt.date.today())
            print("nobody")
        except ChangeError as error:
            print(error)
