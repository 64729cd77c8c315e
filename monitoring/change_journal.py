"""What was changed, by whom and why: changes.jsonl, a line for each step of a change, durable before the next step.

A change begins, and ends in `done` or `taken-back`; `uncertain` in between says that the repository could not be asked
whether it holds a change that is taken back here. What has begun and has no end was cut off, and is settled at the next
start.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from call import Clock
from monitoring.edit import Edit
from monitoring.kept import JsonLines
from monitoring.live_service import Live
from monitoring.repository import Commit
from monitoring.targets import Targets

Step = Literal["begun", "uncertain", "done", "taken-back"]


@dataclass(frozen=True, slots=True)
class Applied:
    """A change that happened.

    Attributes:
        at: when it began, UTC.
        by: the user.
        why: the user's words or a suggestion's description; they stand here and nowhere else.
        old_line, new_line: empty where the line was added or removed.
        commit: id in the repository.
        where: the branch, or the address of the pull request.
        live: whether the phone service took it at once; one that was away takes it when it starts.
        undoes: id of the change that this one took back.
        undone_by: id of the change that took this one back.
    """

    id: str
    at: dt.datetime
    by: str
    why: str
    file: str
    record_id: str | None
    field: str | None
    line: int
    old_line: str
    new_line: str
    commit: str
    where: str
    live: str
    undoes: str | None = None
    undone_by: str | None = None


@dataclass
class Entry:
    """A change as the journal tells it."""

    begun: dict[str, Any]
    steps: list[Step] = field(default_factory=list)
    end: dict[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return not self.end

    @property
    def id(self) -> str:
        return str(self.begun["id"])

    @property
    def undoes(self) -> str | None:
        return self.begun.get("undoes")

    def edit(self, targets: Targets) -> Edit:
        """The edit, without the bytes of the whole file.

        Raises:
            ChangeError: its file may not be changed any more.
        """
        get = self.begun
        names = (get["file"], targets.path(get["file"]), get["record_id"], get["field"])
        return Edit(*names, get["line"], get["old_line"], get["new_line"], b"", b"")


class ChangeJournal:
    """The file. All of it blocks: use a thread."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._lines, self._clock = JsonLines(path), clock

    def begin(self, change_id: str, edit: Edit, *, by: str, why: str, undoes: str | None) -> None:
        """Note what is about to happen.

        Raises:
            StorageError: it is not noted, and must not happen.
        """
        self._lines.append(
            {"id": change_id, "step": "begun", "at": self._clock.now().isoformat(), "by": by, "why": why,
             "undoes": undoes, "file": edit.file, "record_id": edit.record_id, "field": edit.field, "line": edit.line,
             "old_line": edit.old_line, "new_line": edit.new_line, "before": digest(edit.before),
             "after": digest(edit.after)}
        )  # fmt: skip

    def step(self, change_id: str, step: Step, **how: str) -> None:
        """Note what has happened.

        Raises:
            StorageError: it is not noted.
        """
        self._lines.append({"id": change_id, "step": step, "at": self._clock.now().isoformat(), **how})

    def done(self, change_id: str, commit: Commit, live: Live) -> None:
        """Note that all of it happened; see `step`."""
        told = "taken" if live == "taken" else "service-away"
        self.step(change_id, "done", commit=commit.id, where=commit.where, live=told)

    def entries(self) -> dict[str, Entry]:
        """Every change by its id, the oldest first.

        Raises:
            StorageError: the file cannot be read.
        """
        found: dict[str, Entry] = {}
        for line in self._lines.read():
            change_id, step = line.get("id"), line.get("step")
            if not isinstance(change_id, str):
                continue
            if step == "begun" and _tells_all(line):
                found[change_id] = Entry(line)
            elif change_id in found and step in ("uncertain", "done", "taken-back"):
                entry = found[change_id]
                entry.steps.append(step)
                if step != "uncertain":
                    entry.end = line
        return found

    def applied(self) -> tuple[Applied, ...]:
        """The changes that happened, the newest first.

        Raises:
            StorageError: the file cannot be read.
        """
        happened = [_applied(entry) for entry in self.entries().values() if entry.end.get("step") == "done"]
        by_undone = {one.undoes: one.id for one in happened if one.undoes}
        return tuple(replace(one, undone_by=by_undone.get(one.id)) for one in reversed(happened))


def _tells_all(line: dict[str, Any]) -> bool:
    """Whether a line that begins a change is one of ours: one that is not would keep every further change waiting."""
    texts = all(isinstance(line.get(name), str) for name in ("at", "by", "why", "file", "old_line", "new_line"))
    names = all(isinstance(line.get(name, 0), str | None) for name in ("record_id", "field"))
    try:
        return texts and names and isinstance(line.get("line"), int) and bool(dt.datetime.fromisoformat(line["at"]))
    except ValueError:
        return False


def digest(data: bytes) -> str:
    """16 hexadecimal digits that tell the states of a file apart."""
    return hashlib.sha256(data).hexdigest()[:16]


def _applied(entry: Entry) -> Applied:
    begun, end = entry.begun, entry.end
    return Applied(
        id=entry.id,
        at=dt.datetime.fromisoformat(begun["at"]),
        by=begun["by"],
        why=begun["why"],
        file=begun["file"],
        record_id=begun["record_id"],
        field=begun["field"],
        line=begun["line"],
        old_line=begun["old_line"],
        new_line=begun["new_line"],
        commit=str(end.get("commit", "")),
        where=str(end.get("where", "")),
        live=str(end.get("live", "")),
        undoes=begun.get("undoes"),
    )


if __name__ == "__main__":
    import sys

    from clock import SystemClock

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.change_journal FILE")
    for one in ChangeJournal(Path(sys.argv[1]), SystemClock()).applied():
        print(f"{one.at:%Y-%m-%d %H:%M} {one.id} {one.by} {one.record_id or one.file} {one.field or ''} {one.where}")
