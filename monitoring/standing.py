"""Whether what a suggestion would change still stands there: a look at the file, milliseconds. Whether the change may
be made is for `diff_engine.plan`, which takes a guard and seconds."""

import json
from typing import Any

from errors import StorageError
from facts_files import FILES
from monitoring.change_error import ChangeError
from monitoring.edit import STAMP, bare, lines_of, record_at
from monitoring.json_line import record
from monitoring.suggestion import SuggestedChange
from monitoring.targets import FACTS, Targets

_MARKS = ("...", "…")


def stands(change: SuggestedChange, targets: Targets) -> bool:
    """Whether the old text stands, or what is to be added does not yet. Blocks: it reads a file.

    A file that cannot be read tells nothing: then the answer is yes.
    """
    try:
        lines = lines_of(targets.read(change.file))
        if not targets.holds_facts(change.file):
            return _line_stands(change, lines)
        if change.field is None and not change.old.strip():
            return not _is_there(change.record_id or _id_of(change.new), targets)
        at = record_at(lines, change.record_id or "")
        return at is not None and _record_stands(change, record(bare(lines[at])))
    except StorageError:
        return True
    except ChangeError as error:
        return error.code == "facts-wrong-already"  # somebody is at work on the file


def _line_stands(change: SuggestedChange, lines: list[str]) -> bool:
    there = {line.strip() for line in lines}
    return change.old.strip() in there if change.old.strip() else change.new.strip() not in there


def _record_stands(change: SuggestedChange, there: dict[str, Any]) -> bool:
    if change.field is None:
        return _unstamped(_object(change.old)) == _unstamped(there)
    now, old = there.get(change.field), change.old
    if now is None:
        return not old.strip()
    if _text(now) == old.strip() or now == _json(old):
        return True
    part = old.strip()
    for mark in _MARKS:
        part = part.removeprefix(mark).removesuffix(mark)
    return part != old.strip() and bool(part.strip()) and isinstance(now, str) and part.strip() in now


def _is_there(record_id: str, targets: Targets) -> bool:
    return any(record_at(lines_of(targets.read(f"{FACTS}/{name}")), record_id) is not None for name in FILES)


def _id_of(text: str) -> str:
    return str(_object(text).get("id", ""))


def _object(text: str) -> dict[str, Any]:
    found = _json(text)
    return found if isinstance(found, dict) else {}


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _unstamped(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != STAMP}


if __name__ == "__main__":
    import sys

    from clock import SystemClock
    from config import load_settings
    from monitoring.targets import targets_from

    wanted = SuggestedChange.model_validate_json(sys.stdin.read())
    print(stands(wanted, targets_from(load_settings(), SystemClock())))
