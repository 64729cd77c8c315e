"""One exact change of one file: of one record (a line of JSON) or of one line. Pure values over bytes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from monitoring.change_error import ChangeError
from monitoring.json_line import NO_JSON, changed, record

STAMP = "last_updated"
BOM = "\ufeff"
_ABSENT = object()


@dataclass(frozen=True)
class Edit:
    """A change that can be made, undone, and made in another copy of the file.

    Attributes:
        file: of the repository.
        path: of the file here.
        record_id: None in a file of lines.
        field: None for a whole record and for a line.
        line: counted from 1, in `after` (in `before` where it is removed).
        old_line, new_line: empty where the line is added or removed.
        before, after: the whole file here.
        notes: what staff should know before they apply it.
    """

    file: str
    path: Path
    record_id: str | None
    field: str | None
    line: int
    old_line: str
    new_line: str
    before: bytes
    after: bytes
    notes: tuple[str, ...] = ()

    @property
    def reversed(self) -> "Edit":
        return replace(self, old_line=self.new_line, new_line=self.old_line, before=self.after, after=self.before,
                       notes=())  # fmt: skip


def lines_of(data: bytes) -> list[str]:
    """The lines of a file without their ends; the last one is empty where the file ends with a line's end.

    Raises:
        ChangeError: no UTF-8 text.
    """
    try:
        return data.decode("utf-8").split("\n")
    except UnicodeDecodeError as exc:
        raise ChangeError("the file is no UTF-8 text; mend it by hand first", code="facts-wrong-already") from exc


def bytes_of(lines: list[str]) -> bytes:
    return "\n".join(lines).encode("utf-8")


def record_at(lines: list[str], record_id: str) -> int | None:
    """Where a record stands, counted from 0; None when it does not.

    Lines that hold no record are passed over: whether a file is right as a whole is the loader's to say.
    """
    for at, line in enumerate(lines):
        try:
            if record(line.removeprefix(BOM)).get("id") == record_id:
                return at
        except NO_JSON:
            continue
    return None


def text_at(lines: list[str], text: str) -> int | None:
    """Where a line of text stands, counted from 0.

    Raises:
        ChangeError: it stands there more than once.
    """
    found = [at for at, line in enumerate(lines) if line.strip() == text.strip()]
    if len(found) > 1:
        raise ChangeError("this line stands there more than once; take the others out by hand", code="old-text-gone")
    return found[0] if found else None


def replaced(lines: list[str], at: int, text: str) -> list[str]:
    """Another text in the place of a line; what ends the line stays."""
    old = lines[at]
    start, end = BOM if old.startswith(BOM) else "", "\r" if old.endswith("\r") else ""
    return [*lines[:at], f"{start}{text}{end}", *lines[at + 1 :]]


def added(lines: list[str], text: str, at: int | None = None) -> tuple[list[str], int]:
    """One more line, at a place or behind the last one; returns where it stands, counted from 0."""
    last = len(lines) - 1 if lines[-1] == "" else len(lines)
    at = last if at is None else min(at, last)
    end = "\r" if any(line.endswith("\r") for line in lines) else ""
    return [*lines[:at], text + end, *lines[at:]], at


def bare(line: str) -> str:
    """A line as it is shown and kept: without byte order mark and carriage return."""
    return line.removeprefix(BOM).removesuffix("\r")


def repeat(edit: Edit, data: bytes) -> bytes:
    """The same change in another copy of the file (the repository's, or a later one): this record or line alone.

    Returns:
        The file with the change; `data` itself when the change stands there already.

    Raises:
        ChangeError: `differs-there`: what was to be changed says something else there; the message tells what.
    """
    lines = lines_of(data)
    find: Callable[[list[str], str], int | None] = record_at if edit.record_id else text_at
    at = find(lines, edit.record_id or edit.old_line or edit.new_line)
    if not edit.old_line:
        return _added_there(edit, data, lines, at)
    if not edit.new_line:
        return _removed_there(edit, data, lines, at)
    if edit.record_id:
        return _record_there(edit, data, lines, at)
    if at is None:
        if text_at(lines, edit.new_line) is not None:
            return data
        raise _differs("the line is not there")
    return bytes_of(replaced(lines, at, edit.new_line))


def in_file(edit: Edit, data: bytes) -> Edit:
    """The same change as an edit of another copy of the file: with its lines and its bytes.

    Raises:
        ChangeError: `differs-there`, as `repeat`.
    """
    after = repeat(edit, data)
    old_line, new_line = line_there(edit, data), line_there(edit.reversed, after)
    lines = lines_of(after if edit.new_line else data)
    at = next((number for number, line in enumerate(lines, start=1) if bare(line) == (new_line or old_line)), edit.line)
    return replace(edit, line=at, old_line=old_line, new_line=new_line, before=data, after=after)


def line_there(edit: Edit, data: bytes) -> str:
    """The line that an edit begins with, as it stands in another copy of the file; empty when there is none."""
    if not edit.old_line:
        return ""
    lines = lines_of(data)
    at = record_at(lines, edit.record_id) if edit.record_id else text_at(lines, edit.old_line)
    return "" if at is None else bare(lines[at])


def _added_there(edit: Edit, data: bytes, lines: list[str], at: int | None) -> bytes:
    if at is None:
        return bytes_of(added(lines, edit.new_line, edit.line - 1)[0])
    if edit.record_id and not _same(bare(lines[at]), edit.new_line):
        raise _differs(f"there is another record {edit.record_id}")
    return data


def _removed_there(edit: Edit, data: bytes, lines: list[str], at: int | None) -> bytes:
    if at is None:
        return data
    if edit.record_id and not _same(bare(lines[at]), edit.old_line):
        raise _differs(f"{edit.record_id} says something else")
    return bytes_of([*lines[:at], *lines[at + 1 :]])


def _record_there(edit: Edit, data: bytes, lines: list[str], at: int | None) -> bytes:
    if at is None:
        raise _differs(f"there is no record {edit.record_id}")
    there = record(bare(lines[at]))
    wanted = differences(edit.old_line, edit.new_line)
    stamp = wanted.pop(STAMP, None)
    if all(there.get(key, _ABSENT) == new for key, (_, new) in wanted.items()):
        return data
    for key, (old, _) in sorted(wanted.items(), key=lambda item: item[0] == "text"):  # which follows the others
        if there.get(key, _ABSENT) != old:
            raise _differs(f"the field {key} of {edit.record_id} is {_said(there, key)}")
    values = {key: new for key, (_, new) in wanted.items() if new is not _ABSENT}
    if stamp and (there.get(STAMP) == stamp[0] or str(stamp[1]) > str(there.get(STAMP))):
        values[STAMP] = stamp[1]
    gone = [key for key, (_, new) in wanted.items() if new is _ABSENT]
    return bytes_of(replaced(lines, at, changed(bare(lines[at]), values, gone)))


def differences(old_line: str, new_line: str) -> dict[str, tuple[Any, Any]]:
    """The members that differ between two records: before and after, as they come in the new one."""
    old, new = record(old_line), record(new_line)
    keys = [*new, *(key for key in old if key not in new)]
    return {key: (old.get(key, _ABSENT), new.get(key, _ABSENT)) for key in keys
            if old.get(key, _ABSENT) != new.get(key, _ABSENT)}  # fmt: skip


def _same(one: str, other: str) -> bool:
    return not differences(one, other).keys() - {STAMP}


def _said(there: dict[str, Any], key: str) -> str:
    return repr(there[key]) if key in there else "not there"


def _differs(problem: str) -> ChangeError:
    return ChangeError(problem, code="differs-there")


if __name__ == "__main__":
    old, new = '{"id": "a", "opens": "08:00"}', '{"id": "a", "opens": "09:00"}'
    shown = Edit("f", Path("f"), "a", "opens", 1, old, new, old.encode(), new.encode())
    print(repeat(shown, b'{"id": "b"}\n{"opens": "08:00", "id": "a"}\n').decode())
