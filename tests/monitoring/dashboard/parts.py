"""Stand-ins for the parts of the desk that change files and run for long."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitoring.apply import Preview
from monitoring.change_error import ChangeError
from monitoring.change_journal import Applied
from monitoring.edit import Edit
from monitoring.suggestion import SuggestedChange

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@dataclass
class FakeChanges:
    """A `ChangeDesk` that keeps what it is asked to do, and refuses what `refuse` says."""

    refuse: Callable[[SuggestedChange], ChangeError | None] = lambda change: None
    live: str = "taken"
    delay_sec: float = 0.0
    done: list[tuple[SuggestedChange, str, str]] = field(default_factory=list)
    known: list[Any] = field(default_factory=list)
    applied: dict[str, Applied] = field(default_factory=dict)
    recovered: int = 0

    async def preview(self, change: SuggestedChange, *, known: Any = None) -> Preview:
        self.known.append(known)
        error = self.refuse(change)
        return Preview(None if error else _edit(change), str(error) if error else None, error.code if error else None)

    async def apply(self, change: SuggestedChange, *, by: str, why: str, known: Any = None) -> Applied:
        await asyncio.sleep(self.delay_sec)
        self.known.append(known)
        if error := self.refuse(change):
            raise error
        self.done.append((change, by, why))
        return self._keep(change, by, why)

    async def undo(self, change_id: str, *, by: str, why: str = "") -> Applied:
        before = self.applied.get(change_id)
        if before is None:
            raise ChangeError("there is no such change", code="no-such-change")
        if before.undone_by:
            raise ChangeError("this change was taken back already", code="already-undone")
        change = SuggestedChange(file=before.file, record_id=before.record_id, old=before.new_line, new=before.old_line)
        made = replace(self._keep(change, by, why), undoes=change_id)
        self.applied[change_id] = replace(before, undone_by=made.id)
        return made

    def history(self) -> tuple[Applied, ...]:
        return tuple(reversed(self.applied.values()))

    async def recover(self) -> tuple[Applied, ...]:
        self.recovered += 1
        return ()

    async def aclose(self) -> None:
        pass

    def _keep(self, change: SuggestedChange, by: str, why: str) -> Applied:
        change_id = f"{len(self.applied) + 1:012x}"
        self.applied[change_id] = Applied(
            id=change_id, at=NOW, by=by, why=why, file=change.file, record_id=change.record_id, field=change.field,
            line=1, old_line=change.old, new_line=change.new, commit="c0ffee", where="main", live=self.live,
        )  # fmt: skip
        return self.applied[change_id]


def _edit(change: SuggestedChange) -> Edit:
    return Edit(change.file, Path("/there") / change.file, change.record_id, change.field, 3, change.old, change.new,
                b"before", b"after", ("look at the text, too",))  # fmt: skip


@dataclass(frozen=True)
class FakeProgress:
    running: bool = False
    done: int = 0
    total: int = 0
    started_at: datetime | None = None
    found: int = 0


@dataclass
class FakeMonitor:
    """A `Monitor` whose run lasts until `finish` is called; `error` is raised at once."""

    error: Exception | None = None
    runs: list[str] = field(default_factory=list)
    progress: FakeProgress = FakeProgress()

    def __post_init__(self) -> None:
        self._end = asyncio.Event()

    async def run(self, trigger: str) -> None:
        if self.error:
            raise self.error
        self.runs.append(trigger)
        self.progress = FakeProgress(running=True, total=10, started_at=NOW)
        await self._end.wait()
        self.progress = FakeProgress(done=10, total=10, started_at=NOW, found=2)

    def finish(self) -> None:
        self._end.set()


@dataclass
class FakeSchedule:
    next_run: datetime | None = NOW
    renewed: int = 0
    started: bool = False
    closed: bool = False

    async def start(self) -> None:
        self.started = True

    async def aclose(self) -> None:
        self.closed = True

    def renew(self) -> None:
        self.renewed += 1
