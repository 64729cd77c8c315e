"""A suggested change becomes an exact, minimal edit of one record or one line, checked before anybody sees it.

Of a record the values that change are replaced in their line and `last_updated` becomes the practice's local date; all
other bytes of the file stay. What typed fields say the text says too: `record_text`. Every change is put to the reader
that the phone service uses, to the guard, and to the door check on what tells who called: `change_checks`.

Run `python -m monitoring.diff_engine < change.json` to see the edit that a `suggested_change` becomes.
"""

import json
from typing import Any

from facts_files import FILES
from monitoring.change_checks import check_record, check_wording, today
from monitoring.change_error import ChangeError
from monitoring.change_values import check_letters, field_value, json_types, parsed_record
from monitoring.edit import BOM, STAMP, Edit, added, bare, bytes_of, lines_of, record_at, replaced, text_at
from monitoring.json_line import changed, record
from monitoring.record_text import followed
from monitoring.suggestion import SuggestedChange
from monitoring.targets import FACTS, Targets
from monitoring.who_called import Known

_SET_BY_ITSELF = ("id", STAMP)
_MARKS = ("...", "…")

__all__ = ["ChangeError", "Edit", "plan"]


def plan(change: SuggestedChange, targets: Targets, *, known: Known | None = None) -> Edit:
    """What a change comes to in the file here. Blocks for about a second: files are read and guards are made.

    Args:
        known: what is known of the callers of the calls that it comes from; none of it may stand in the change.

    Raises:
        ChangeError: it is refused; the message tells staff what to do.
        StorageError: the file cannot be read.
    """
    data = targets.read(change.file)
    check_letters(change.new, change.field or "", change.record_id or "")
    if not targets.holds_facts(change.file):
        edit = _line_edit(change, targets, data)
        return check_wording(edit, targets, known)
    edit = _record_edit(change, targets, data)
    return check_record(edit, targets, known)


# Records


def _record_edit(change: SuggestedChange, targets: Targets, data: bytes) -> Edit:
    lines = lines_of(data)
    if change.field is None and not change.old.strip():
        return _new_record(change, targets, data, lines)
    if not change.record_id:
        raise ChangeError("a change of a record has to name it; choose the record", code="not-a-record")
    at = record_at(lines, change.record_id)
    if at is None:
        raise ChangeError(f"there is no record {change.record_id} in {change.file}; it may have been removed",
                          code="no-such-record")  # fmt: skip
    line = bare(lines[at])
    there = record(line)
    if change.field is None and not change.new.strip():
        _check_stands(there, parsed_record(change.old), change.record_id)
        after = bytes_of([*lines[:at], *lines[at + 1 :]])
        return _edit(change, targets, at, (line, ""), (data, after))
    wanted = _whole(change, there) if change.field is None else _one_field(change, there)
    new_line = _new_line(line, there, wanted, targets)
    return _edit(change, targets, at, (line, new_line), (data, bytes_of(replaced(lines, at, new_line))))


def _new_record(change: SuggestedChange, targets: Targets, data: bytes, lines: list[str]) -> Edit:
    fields = parsed_record(change.new)
    name = str(fields.get("id", ""))
    if change.record_id not in (None, "", name):
        raise ChangeError("the record's id is not the one that the change names", code="not-a-record")
    for other in FILES:
        there = lines_of(targets.read(f"{FACTS}/{other}"))
        if (at := record_at(there, name)) is not None:
            is_same = _unstamped(record(bare(there[at]))) == _unstamped(fields)
            raise (
                _done(name)
                if is_same
                else ChangeError(
                    f"there is a record {name} already (in {other}); give the new one another id", code="record-exists"
                )
            )
    line = json.dumps({**fields, STAMP: today(targets).isoformat()}, ensure_ascii=False)
    after, at = added(lines, line)
    return _edit(change, targets, at, ("", line), (data, bytes_of(after)), record_id=name)


def _whole(change: SuggestedChange, there: dict[str, Any]) -> dict[str, Any]:
    """Another state of the whole record."""
    wanted = parsed_record(change.new)
    if wanted.get("id") != there["id"]:
        raise ChangeError("a record keeps its id; add a new record and remove this one", code="invalid")
    if _unstamped(wanted) == _unstamped(there):
        raise _done(there["id"])
    _check_stands(there, parsed_record(change.old), there["id"])
    return wanted


def _one_field(change: SuggestedChange, there: dict[str, Any]) -> dict[str, Any]:
    field, model = str(change.field), FILES[change.file.rpartition("/")[2]][1]
    if field in _SET_BY_ITSELF:
        raise ChangeError(f"the field {field} is not changed by hand", code="invalid")
    if field not in model.model_fields:
        raise ChangeError(f"records of {change.file} have no field {field}", code="invalid")
    kinds = json_types(model, field)
    new = field_value(change.new, kinds)
    now = there.get(field)
    if new == now:
        raise (
            ChangeError("the new text is the old one", code="changes-nothing")
            if change.old == change.new
            else _done(there["id"])
        )
    if now != field_value(change.old, kinds):
        new = _excerpt(change, now)
    return {**there, field: new} if new is not None else {k: v for k, v in there.items() if k != field}


def _excerpt(change: SuggestedChange, now: Any) -> str:
    """The field with a part of it changed, where the change shows parts: "...until 6pm..."."""
    old, new = change.old.strip(), change.new.strip()
    is_part = all(text.startswith(_MARKS) or text.endswith(_MARKS) for text in (old, new))
    part, other = _unmarked(old), _unmarked(new)
    if isinstance(now, str) and is_part and part:
        if now.count(part) == 1:
            return now.replace(part, other)
        if other and other in now:
            raise _done(str(change.record_id))
    raise ChangeError(
        f"the field {change.field} of {change.record_id} does not say this any more; look at the record as it is now",
        code="old-text-gone",
    )


def _unmarked(text: str) -> str:
    for mark in _MARKS:
        text = text.removeprefix(mark).removesuffix(mark)
    return text.strip()


def _new_line(line: str, there: dict[str, Any], wanted: dict[str, Any], targets: Targets) -> str:
    """The record's line with what changed, and its text brought along."""
    complete = {**followed(there, wanted), STAMP: today(targets).isoformat()}
    values = {key: value for key, value in complete.items() if key not in there or there[key] != value}
    return changed(line, values, [key for key in there if key not in complete])


def _edit(
    change: SuggestedChange, targets: Targets, at: int, texts: tuple[str, str], files: tuple[bytes, bytes],
    record_id: str | None = None,
) -> Edit:  # fmt: skip
    return Edit(
        change.file, targets.path(change.file), record_id or change.record_id, change.field, at + 1, *texts, *files
    )


def _check_stands(there: dict[str, Any], old: dict[str, Any], record_id: str) -> None:
    if _unstamped(there) != _unstamped(old):
        raise ChangeError(
            f"{record_id} does not say this any more; look at the record as it is now", code="old-text-gone"
        )


def _unstamped(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != STAMP}


def _done(name: str) -> ChangeError:
    return ChangeError(f"{name} says this already: somebody applied it", code="already-applied")


# Lines


def _line_edit(change: SuggestedChange, targets: Targets, data: bytes) -> Edit:
    if change.record_id or change.field:
        raise ChangeError(f"{change.file} has lines and no records; name the line alone", code="not-a-record")
    lines = lines_of(data)
    old, new = change.old.strip(), change.new.strip()
    if old == new:
        raise ChangeError("the new text is the old one", code="changes-nothing")
    there = text_at(lines, new) if new else None
    at = text_at(lines, old) if old else None
    if there is not None and at is None:
        raise _done("the file")
    if not old:
        after, at = added(lines, new)
        return _edit(change, targets, at, ("", new), (data, bytes_of(after)))
    if at is None:
        raise ChangeError(f"this line does not stand in {change.file} any more; look at the file as it is now",
                          code="old-text-gone")  # fmt: skip
    line = bare(lines[at]).removeprefix(BOM)
    kept = [*lines[:at], *lines[at + 1 :]] if not new else replaced(lines, at, new)
    return _edit(change, targets, at, (line, new), (data, bytes_of(kept)))


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from clock import SystemClock
    from facts_files import FACTS_DIR

    try:
        asked = SuggestedChange.model_validate_json(sys.stdin.read())
        shown = plan(asked, Targets(FACTS_DIR, Path(__file__).parent.parent / "dialogue" / "wording", SystemClock()))
        print(f"{shown.file}, line {shown.line}\n- {shown.old_line}\n+ {shown.new_line}", *shown.notes, sep="\n")
    except ChangeError as error:
        sys.exit(f"{error.code}: {error}")
