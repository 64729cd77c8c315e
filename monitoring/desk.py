"""The desk: everything that the dashboard works with, made of the settings, and what runs beside its pages."""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from call import Clock
from config import Settings
from errors import AvaError, StorageError
from facts_files import FactsSource
from journal import LeadJournal
from log import log_event
from monitoring.apply import ChangeDesk, change_desk_from
from monitoring.audit import AUDIT_FILE, Audit
from monitoring.case import CallCase, read_case
from monitoring.catch_up import catch_up
from monitoring.index import DATABASE, CallIndex
from monitoring.monitor import Monitor
from monitoring.scheduler import Schedule
from monitoring.state import STATE_FILE, State
from monitoring.suggestions import SUGGESTIONS_FILE, SuggestionQueue
from monitoring.tags import TAGS_FILE, TagBook
from monitoring.targets import Targets, targets_from
from monitoring.users import USERS_FILE, UserBook
from monitoring.zone import practice_zone
from recording.encryption import Cipher, cipher_from
from recording.shelf import CallShelf, is_call_sid

FACTS_EVERY_SEC = 2.0
INDEX_EVERY_SEC = 5.0


class SharedFacts(FactsSource):
    """Facts that several threads may look at: a page that is opened, and the watch."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._one_at_a_time = threading.Lock()

    def poll(self) -> bool:
        with self._one_at_a_time:
            return super().poll()


@dataclass(frozen=True)
class Desk:
    """What pages and actions work with. What blocks (all but `changes`, `monitor` and `schedule`) is for threads.

    Attributes:
        zone: the practice's; a change of the offices' zones is taken at the next start.
        source: the facts; `source.current` are those in force.
        shelf: the calls' folders; `cipher` opens sealed files.
        journal: of the leads.
        targets: the files that may be changed.
        queue: suggestions and where they stand.
        changes: makes changes and undoes them.
        state: the switches that survive a restart.
    """

    settings: Settings
    clock: Clock
    zone: ZoneInfo
    audit: Audit
    users: UserBook
    source: FactsSource
    shelf: CallShelf
    cipher: Cipher | None
    journal: LeadJournal
    index: CallIndex
    tags: TagBook
    targets: Targets
    queue: SuggestionQueue
    changes: ChangeDesk
    monitor: Monitor
    schedule: Schedule
    state: State
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set, init=False, repr=False, compare=False)

    async def open(self) -> None:
        """Finish changes that a dead process left half-way, and begin what runs beside the pages."""
        try:
            await self.changes.recover()
            await self.catch_up()
        except AvaError as error:  # the next change settles it first, or says why it cannot
            log_event("changes_not_settled", level="ERROR", code=error.code)
        await self.schedule.start()
        self._begin("facts-watch", self._every(FACTS_EVERY_SEC, self.source.poll))
        self._begin("index-watch", self._every(INDEX_EVERY_SEC, self.index.refresh))

    async def aclose(self) -> None:
        """End it. A run that goes on is cut short, and taken up again by the next one."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.schedule.aclose()
        await self.changes.aclose()

    async def catch_up(self) -> None:
        """Note with suggestions what was made or taken back of them and is not noted there.

        Raises:
            StorageError: a file cannot be read or written.
        """
        await asyncio.to_thread(lambda: catch_up(self.changes.history(), self.queue, self.audit))

    def folder(self, call_sid: str) -> Path:
        """Where a call's files lie, or lay; found through the index alone. Blocks.

        Raises:
            StorageError: there is no such call (`no-call`), it was `deleted`, or that is no CallSid.
        """
        if not is_call_sid(call_sid):
            raise StorageError("not a CallSid: CA and 32 hexadecimal digits", code="bad-call-sid", retryable=False)
        row = self.index.row(call_sid)
        if row is not None and row.deleted:
            raise StorageError("the call was deleted", code="deleted", retryable=False)
        if row is None or row.path.rpartition("/")[2] != call_sid:
            raise StorageError("there is no such call", code="no-call", retryable=False)
        return self.settings.recordings_dir / row.path

    def case(self, call_sid: str) -> CallCase:
        """Everything that the disk has of a call, found through the index. Blocks.

        Raises:
            StorageError: as `folder`, or neither record nor events can be read.
        """
        return read_case(self.shelf, call_sid, self.journal, folder=self.folder(call_sid))

    async def run_now(self) -> None:
        """Begin a monitoring run beside the pages.

        Raises:
            MonitorBusy: one goes on, here or in another process.
        """
        run = self._begin("monitor-run", self.monitor.run("hand"))
        done, _ = await asyncio.wait({run}, timeout=0.5)
        if done:
            await run
            return
        self._begin("monitor-run-watch", self._ended(run))

    def _begin(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _every(self, every_sec: float, look: Callable[[], object]) -> None:
        """Look now and then, in a thread, for ever; what is wrong is logged when it changes."""
        failing: str | None = None
        while True:
            try:
                await asyncio.to_thread(look)
                failing = None
            except Exception as error:  # the next look needs this task
                code = error.code if isinstance(error, AvaError) else type(error).__name__
                if code != failing:
                    log_event("dashboard_watch_failed", level="ERROR", code=code)
                failing = code
            await asyncio.sleep(every_sec)

    async def _ended(self, run: Awaitable[Any]) -> None:
        """See a run to its end; the monitor's own report says how it went."""
        try:
            await run
        except Exception as error:  # a run ends here, whatever it was
            code = error.code if isinstance(error, AvaError) else type(error).__name__
            log_event("monitor_run_failed", level="ERROR", code=code)


def build_desk(settings: Settings, clock: Clock) -> Desk:
    """The desk of these settings. Nothing runs before it is opened.

    Raises:
        ConfigError: the facts are wrong.
    """
    source = SharedFacts(settings.facts_dir)
    zone, cipher = practice_zone(source.current), cipher_from(settings)
    recordings, kept = settings.recordings_dir, settings.monitoring_dir
    state, monitor = State(kept / STATE_FILE, settings), Monitor(settings, clock)
    return Desk(
        settings=settings,
        clock=clock,
        zone=zone,
        audit=Audit(kept / AUDIT_FILE, clock),
        users=UserBook(kept / USERS_FILE),
        source=source,
        shelf=CallShelf(settings.data_dir, cipher),
        cipher=cipher,
        journal=LeadJournal(recordings / "leads.jsonl", clock),
        index=CallIndex(recordings, kept / DATABASE, zone),
        tags=TagBook(kept / TAGS_FILE, recordings / "index.jsonl"),
        targets=targets_from(settings, clock),
        queue=SuggestionQueue(kept / SUGGESTIONS_FILE, clock),
        changes=change_desk_from(settings, clock),
        monitor=monitor,
        schedule=Schedule(settings, state, monitor, zone, clock),
        state=state,
    )


if __name__ == "__main__":
    from clock import SystemClock
    from config import load_settings

    try:
        made = build_desk(load_settings(), SystemClock())
        found = made.index.refresh()
        print(f"{made.zone}: {len(made.source.current.records)} records, {found} calls new in the index,")
        print(f"{len(made.queue.open())} suggestions open, {len(made.users.all())} users")
    except AvaError as error:
        sys.exit(f"{error.code}: {error}")
