"""What an edit has to stand before it is shown: the loader's or the wording's own reader, the guard, the door check."""

import datetime as dt
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from dialogue.guard import BLOCKLIST, read_blocklist
from dialogue.guard.forbidden import Blocklist
from dialogue.guard.tokens import words
from dialogue.prompt import read_rules
from errors import ConfigError
from facts import Faq, PracticeFacts, Record
from facts_files import FILES, FactsError, read_facts
from monitoring.agreement import FREE_TEXT, Disagreement, guard_of, judged_alone, sentences, speaks_against
from monitoring.change_error import ChangeError
from monitoring.edit import STAMP, Edit, differences
from monitoring.json_line import record
from monitoring.targets import FACTS, Targets
from monitoring.who_called import Known, check_nobody
from monitoring.zone import practice_zone

_READERS: dict[str, Callable[[str, str], Any]] = {"blocklist.txt": read_blocklist, "prompt.txt": read_rules}
_ID = re.compile(r"[a-z]+(?:-[a-z]+)+")
_FOLLOWS = "; where the text states a changed field, change both at once"


def facts_with(targets: Targets, file: str | None = None, data: bytes = b"") -> PracticeFacts:
    """The facts as they would be with another state of one file, read and checked as the phone service does it.

    Raises:
        FactsError: they are wrong.
        StorageError: a file cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="facts-") as folder:
        for name in FILES:
            (Path(folder) / name).write_bytes(data if f"{FACTS}/{name}" == file else targets.read(f"{FACTS}/{name}"))
        return read_facts(Path(folder))


def today(targets: Targets) -> dt.date:
    """The practice's local date; that of its usual zone where the facts cannot be read as they stand."""
    try:
        facts = facts_with(targets)
    except FactsError:
        facts = PracticeFacts(locations=(), hours=())
    return targets.clock.now().astimezone(practice_zone(facts)).date()


def check_loads(edit: Edit, targets: Targets) -> PracticeFacts | None:
    """The facts after an edit of records; None after one of wording, which its own reader takes.

    Raises:
        ChangeError: `invalid`, or `facts-wrong-already` when they are so without the edit.
    """
    name = edit.path.name
    try:
        if targets.holds_facts(edit.file):
            return facts_with(targets, edit.file, edit.after)
        _read_wording(name, edit.after)
    except FactsError as exc:
        raise _not_loaded(exc, targets) from exc
    except ConfigError as exc:
        raise ChangeError(f"the change would not be taken: {exc}", code="invalid") from exc
    return None


def check_record(edit: Edit, targets: Targets, known: Known | None) -> Edit:
    """The edit of a record, with notes on what else staff should change.

    Raises:
        ChangeError: it is refused.
    """
    _check_changes_something(edit)
    facts = check_loads(edit, targets)
    assert facts is not None  # of a file of facts
    if not edit.new_line:
        return edit
    own = next(one for one in facts.records if one.id == edit.record_id)
    changes = differences(edit.old_line or "{}", edit.new_line).keys() - {STAMP}
    old, new = (record(line or "{}") for line in (edit.old_line, edit.new_line))
    texts = [(_text(old.get(key)), _text(new.get(key))) for key in sorted(changes)]
    check_nobody(texts, facts, today(targets), own=own, known=known)
    notes = _check_guard(own, facts, targets) if changes & set(FREE_TEXT) else ()
    if not isinstance(own, Faq) and not changes <= {*FREE_TEXT, "tags", "source"}:
        notes += _no_more_fitting(own, facts, targets)
    return replace(edit, notes=notes)


def check_wording(edit: Edit, targets: Targets, known: Known | None) -> Edit:
    """The edit of a line.

    Raises:
        ChangeError: it is refused.
    """
    name = edit.path.name
    check_loads(edit, targets)
    if _means(name, edit.before) == _means(name, edit.after):
        raise ChangeError("the change makes no difference: a comment, or what stands there in other letters",
                          code="changes-nothing")  # fmt: skip
    try:
        facts = facts_with(targets)
    except FactsError as exc:
        raise _not_loaded(exc, targets) from exc
    check_nobody([(edit.old_line, edit.new_line)], facts, today(targets), known=known)
    if name == "blocklist.txt" and edit.new_line:
        _check_not_ours(edit.new_line, facts)
    return edit


def _read_wording(name: str, data: bytes) -> Any:
    return _READERS[name](data.decode("utf-8"), name)


def _means(name: str, data: bytes) -> Any:
    """What a file of wording comes to: of phrases their words, whatever their capitals."""
    read = _read_wording(name, data)
    return {words(phrase) for phrase in read} if name == "blocklist.txt" else read


def _check_changes_something(edit: Edit) -> None:
    if edit.old_line and edit.new_line and not differences(edit.old_line, edit.new_line).keys() - {STAMP}:
        raise ChangeError("the change makes no difference", code="changes-nothing")


def _not_loaded(exc: FactsError, targets: Targets) -> ChangeError:
    where = f"{exc.path.name}, line {exc.line}" if exc.line else exc.path.name
    said = f"{where}{f', {exc.field}' if exc.field else ''}: {exc.problem}"
    try:
        facts_with(targets)
    except FactsError:
        return ChangeError(
            f"the records are wrong without this change; mend them first: {said}", code="facts-wrong-already"
        )
    hint = _FOLLOWS if exc.field == "text" else ""
    return ChangeError(f"the change would not be taken: {said}{hint}", code="invalid")


def _text(value: Any) -> str:
    """The words of a field: of a list its items, of an id the words that it is made of."""
    words_of = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    return "; ".join(one.replace("-", " ") if _ID.fullmatch(one) else one for one in words_of)


def _check_guard(own: Record, facts: PracticeFacts, targets: Targets) -> tuple[str, ...]:
    """The new words are put to the guard: nothing that it never lets pass, nothing that another record denies.

    Returns:
        What a clinician should look at: approved words are spoken, whatever they say of eyes and medicines.
    """
    now = targets.clock.now
    guard = guard_of(facts, BLOCKLIST.current, now)
    for sentence in sentences(own):
        verdict = guard.check(sentence)
        if not verdict.allowed and verdict.rule not in ("facts", "appointment_times"):
            raise ChangeError(
                f"AVA's guard does not let this be said ({verdict.evidence}); word it otherwise", code="invalid"
            )
    judged = judged_alone(own, facts, now)
    for one in judged:
        if one.against:
            raise ChangeError(_against(one, facts), code="contradicts")
    medical = [one.sentence for one in judged if one.rule == "medical"]
    return tuple(f'speaks of what only a clinician may say; have one sign it off: "{said}"' for said in medical)


def _against(one: Disagreement, facts: PracticeFacts) -> str:
    other = next(record for record in facts.records if record.id == one.against[0])
    return f'other record {other.id} says: "{other.text}" Change that one first, or word this one as it is there.'


def _no_more_fitting(own: Record, facts: PracticeFacts, targets: Targets) -> tuple[str, ...]:
    """After a change of typed fields: whose words do not fit them any more."""
    found = speaks_against(own, facts, targets.clock.now)
    notes = (f'record {one.record_id} says otherwise now, change it too: "{one.sentence}"' for one in found)
    return tuple(dict.fromkeys(notes))


def _check_not_ours(phrase: str, facts: PracticeFacts) -> None:
    """A phrase that stands in the practice's own approved words would be noted in every call that speaks them."""
    blocked = Blocklist(read_blocklist(phrase))
    for one in facts.records:
        for sentence in sentences(one):
            if blocked.check(" ".join(words(sentence))).problem:
                raise ChangeError(f"record {one.id} says this phrase; change the record first, or take a longer phrase",
                                  code="contradicts")  # fmt: skip


if __name__ == "__main__":
    from clock import SystemClock
    from facts_files import FACTS_DIR

    shown = Targets(FACTS_DIR, BLOCKLIST.path.parent, SystemClock())
    print(len(facts_with(shown).records), "records can be changed")
