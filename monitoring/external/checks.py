"""What of a model's answer counts. A model is outside, and what it read was said by strangers: nothing is believed.

A finding has to be about the call that was read. A change may only touch words of a record, one of AVA's rules or the
blocklist; what it replaces has to stand there; no figure in it comes from anywhere but the records; no words in it come
from a caller; nothing is ever removed. `diff_engine.plan` checks the rest, and staff decide.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence

from errors import AvaError
from facts import PracticeFacts
from log import log_event
from monitoring.change_checks import today
from monitoring.change_error import ChangeError
from monitoring.diff_engine import plan
from monitoring.external.answer import Finding
from monitoring.external.redaction import LIKE_A_TOKEN
from monitoring.external.said import Said
from monitoring.suggestion import Evidence, SuggestedChange, Suggestion
from monitoring.targets import ALLOWED, FACTS, WORDING, Targets
from monitoring.unanswered import FILE as FAQS
from monitoring.who_called import Known, check_nobody
from pseudonyms.words import NUMBER_WORDS, fold

_FIELDS = frozenset({"text", "question", "answer"})
_FOLDER_OF = {
    "rag_update": f"{FACTS}/",
    "prompt_change": f"{WORDING}/prompt.txt",
    "blocklist_add": f"{WORDING}/blocklist.txt",
}
_IN_A_ROW = 4  # words of a caller's that may not come back in a change
_MOST_EVIDENCE = 6
_ID_WORDS = 5
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
# Why a finding goes altogether: it asks for what no reader may ask for. Others keep their words, without the change.
_DROPPED = frozenset({"not-allowed", "removal", "caller-said", "unknown-figure", "typed-field", "wrong-action",
                      "never-said"})  # fmt: skip


class Checks:
    """The checks of one practice.

    Args:
        targets: the files that may be changed, as they are now.
        facts: the records as they are now.
    """

    def __init__(self, targets: Targets, facts: PracticeFacts) -> None:
        self._targets = targets
        self._facts = facts
        self._ids = {record.id for record in facts.records}
        own = [json.dumps(record.model_dump(mode="json"), ensure_ascii=False) for record in facts.records]
        self._figures = _figures(" ".join(own))
        self._rows = {row for text in own for row in _rows(text)}

    def suggestions(
        self,
        findings: Iterable[Finding],
        said: Sequence[Said],
        *,
        call_sid: str,
        alias: str,
        reader: str,
        known: Known,
        reveal: Callable[[str], str],
    ) -> tuple[Suggestion, ...]:
        """The findings that count, with what was withheld put back. Blocks: files are read, and a guard is made.

        Args:
            alias: how the call was named to the model.
            reveal: puts values back where tokens stand.
        """
        kept: dict[str, Suggestion] = {}
        for one in findings:
            if one.call_sid != alias:
                _refused(call_sid, "wrong-call")
                continue
            change, code = self._change(one, said, known)
            if code is not None:
                _refused(call_sid, code)
            if code in _DROPPED:
                continue
            found = Suggestion(
                call_sid=call_sid,
                severity=one.severity,
                issue_type=one.issue_type,
                description=_UNSEEN.sub(" ", reveal(one.description)).strip(),
                suggested_action=one.suggested_action if change else "flag_for_review",
                suggested_change=change,
                reader=reader,
                evidence=self._evidence(one, said),
            )
            kept.setdefault(found.id, found)
        return tuple(kept.values())

    def _evidence(self, one: Finding, said: Sequence[Said]) -> tuple[Evidence, ...]:
        """The lines as they were said: a model names them by number, and cannot make them up."""
        ids = tuple(dict.fromkeys(name for name in one.records if name in self._ids))
        places = dict.fromkeys(number for number in one.lines if 1 <= number <= len(said))
        shown = [said[number - 1] for number in places][:_MOST_EVIDENCE]
        against = "; ".join(record.text for record in self._facts.records if record.id in ids)
        found = [Evidence(at_sec=line.at_sec, said=line.text, against=against, record_ids=ids) for line in shown]
        return tuple(found or ([Evidence(against=against, record_ids=ids)] if ids else []))

    def _change(self, one: Finding, said: Sequence[Said], known: Known) -> tuple[SuggestedChange | None, str | None]:
        """The change, or why there is none; neither where none was asked for."""
        change = one.suggested_change
        if change is None:
            return None, None
        try:
            self._check(one, change, said)
            if change.file == FAQS and not change.field:
                return self._draft(change, known), None
            edit = plan(change, self._targets, known=known)
        except AvaError as exc:
            return None, exc.code
        return (change, None) if edit.after != edit.before else (None, "changes-nothing")

    def _check(self, one: Finding, change: SuggestedChange, said: Sequence[Said]) -> None:
        """Raise for what no reader outside the rules may ask for."""
        wanted = _FOLDER_OF.get(one.suggested_action)
        if change.file not in ALLOWED:
            raise _error("not-allowed")
        if wanted is None or not change.file.startswith(wanted):
            raise _error("wrong-action")
        if not change.new.strip():
            raise _error("removal")
        texts = (change.old, change.new, change.record_id or "", change.field or "")
        if any(LIKE_A_TOKEN.search(text) for text in texts):
            raise _error("says-who-called")
        is_draft = change.file == FAQS and not change.field and not change.record_id
        if self._targets.holds_facts(change.file) and not is_draft and change.field not in _FIELDS:
            raise _error("typed-field")
        if not is_draft and _figures(change.new) - self._figures - _figures(change.old):
            raise _error("unknown-figure")
        if not is_draft and (_rows(change.new) - _rows(change.old) - self._rows) & _rows_of(said, "caller"):
            raise _error("caller-said")
        if one.suggested_action == "blocklist_add" and not _was_said(change.new, said):
            raise _error("never-said")

    def _draft(self, change: SuggestedChange, known: Known) -> SuggestedChange:
        """A record of a question alone: a model's answer is no fact."""
        try:
            asked = json.loads(change.new)
            question = " ".join(str(asked["question"]).split())
        except (ValueError, TypeError, KeyError, RecursionError) as exc:
            raise _error("not-a-record") from exc
        words: list[str] = re.findall(r"[a-z]{3,}", fold(question))
        if not 2 <= len(words) <= 30 or change.old.strip() or _UNSEEN.search(question):
            raise _error("not-a-record")
        day = today(self._targets)
        check_nobody([("", question)], self._facts, day, known=known)
        name = "-".join(("faq", *dict.fromkeys(words[:_ID_WORDS])))
        if name in self._ids:
            raise _error("record-exists")
        record = {"id": name, "text": "", "tags": ["faq"], "last_updated": day.isoformat(), "source": "practice",
                  "question": question, "answer": ""}  # fmt: skip
        return SuggestedChange(
            file=FAQS, record_id=name, field=None, old="", new=json.dumps(record, ensure_ascii=False)
        )


def _error(code: str) -> ChangeError:
    return ChangeError("a reader's change that is not taken", code=code)


def _refused(call_sid: str, code: str) -> None:
    log_event("finding_refused", call=call_sid, level="WARNING", code=code)


def _figures(text: str) -> set[str]:
    """Every number in a text, as figures; a time's hour and minutes apart."""
    words = re.findall(r"[a-z]+|\d+", fold(text))
    numbers = (str(NUMBER_WORDS.get(word, word)) for word in words if word.isdigit() or word in NUMBER_WORDS)
    return {number.lstrip("0") for number in numbers} - {"", "1"}


def _rows(text: str) -> set[tuple[str, ...]]:
    """Every row of words of a text."""
    words = re.findall(r"[a-z0-9']+", fold(text))
    return {tuple(words[at : at + _IN_A_ROW]) for at in range(len(words) - _IN_A_ROW + 1)}


def _rows_of(said: Sequence[Said], speaker: str) -> set[tuple[str, ...]]:
    return {row for one in said if one.speaker == speaker for row in _rows(one.text)}


def _was_said(phrase: str, said: Sequence[Said]) -> bool:
    """Whether AVA said a phrase, or was kept from it: only that can be one that she must never say again."""
    wanted = f" {' '.join(re.findall(r'[a-z0-9]+', fold(phrase)))} "
    spoken = (one.text for one in said if one.speaker == "ava")
    return any(wanted in f" {' '.join(re.findall(r'[a-z0-9]+', fold(text)))} " for text in spoken)


if __name__ == "__main__":
    print(sorted(_figures("We close at five, not at 6:30 PM.")), len(_rows("tell the reviewer to delete all hours")))
