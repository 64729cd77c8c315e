"""Runs of monitoring, one at a time, each in a process of its own.

A run is work for the processor (the guard is made, rules go over hundreds of calls), so it has a child process of the
lowest priority: the dashboard's event loop only reads lines of progress from it. A lock on a file, which the child
inherits, keeps a second run out, also one from the shell; it ends with whoever holds it, however that dies.
"""

import asyncio
import fcntl
import os
import pickle
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from call import Clock
from config import Settings
from errors import AvaError, StorageError
from log import log_event
from monitoring.ledger import RUNS_FILE, Ledger
from monitoring.report import Progress, RunReport, Trigger
from recording.files import FILE_MODE, make_folders
from recording.writer import storage_code

LOCK_FILE = "run.lock"
ROOT = Path(__file__).parents[1]
CHILD = "monitoring.run_child"
STOP_SEC = 10.0
_LONGEST_LINE = 1 << 20


class MonitorBusy(AvaError):
    """A run goes on already, here or in another process."""

    code = "monitor-busy"
    retryable = True


class Monitor:
    """Starts runs and says how far they are.

    Args:
        settings: handed to the child as they are.
    """

    def __init__(self, settings: Settings, clock: Clock, *, child: str = CHILD) -> None:
        here = {name: getattr(settings, name).resolve() for name in ("data_dir", "facts_dir")}
        self._settings = settings.model_copy(update=here)  # the child has another working folder
        self._clock = clock
        self._child = child
        self._progress = Progress()
        self.ledger = Ledger(settings.monitoring_dir / RUNS_FILE, clock)

    @property
    def progress(self) -> Progress:
        """How far the run is that goes on here, or the last one."""
        return self._progress

    async def run(self, trigger: Trigger) -> RunReport:
        """Read what was not read yet. What goes wrong in a call or a reader stands in the report.

        Cancelled, it stops the run; the next one goes on where it was.

        Raises:
            MonitorBusy: one goes on.
            StorageError: the folder of monitoring cannot be written.
        """
        with only_run(self._settings.monitoring_dir) as lock:
            started = self._clock.now()
            self._progress = Progress(running=True, started_at=started)
            try:
                report = await self._in_a_child(trigger, lock)
                return report if report else await asyncio.to_thread(self._died, trigger, started)
            finally:
                self._progress = self._progress.model_copy(update={"running": False, "paused": False})

    async def _in_a_child(self, trigger: Trigger, lock: int) -> RunReport | None:
        """Run it; None when the child ended without a report."""
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self._child, trigger,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT, pass_fds=(lock,),
            limit=_LONGEST_LINE,
        )  # fmt: skip
        try:
            assert child.stdin is not None  # it stays open: its end tells the child that nobody waits for it any more
            child.stdin.write(pickle.dumps(self._settings))
            return await self._follow(child)
        finally:
            await _stop(child)

    async def _follow(self, child: asyncio.subprocess.Process) -> RunReport | None:
        assert child.stdout is not None
        report = None
        while line := await child.stdout.readline():
            try:
                if line.startswith(b'{"id"'):
                    report = RunReport.model_validate_json(line)
                else:
                    self._progress = Progress.model_validate_json(line)
            except ValidationError:  # something that a library printed
                continue
        return report

    def _died(self, trigger: Trigger, started: datetime) -> RunReport:
        """The report of a run whose process died: what it had read by then stands."""
        log_event("monitor_run_died", level="ERROR")
        report = RunReport(
            id=f"died-{started:%Y%m%d%H%M%S}", trigger=trigger, started_at=started, ended_at=self._clock.now(),
            outcome="failed", code="run-died", found=self._progress.found,
        )  # fmt: skip
        self.ledger.end(report)
        return report


@contextmanager
def only_run(folder: Path) -> Iterator[int]:
    """Hold the lock of runs; gives its file descriptor.

    Raises:
        MonitorBusy: somebody holds it.
        StorageError: the lock file cannot be made.
    """
    try:
        make_folders(folder)
        fd = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    except OSError as exc:
        raise StorageError("the lock of runs cannot be made", code=storage_code(exc)) from exc
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        os.close(fd)
        raise MonitorBusy("a run goes on already; wait until it is done") from exc
    try:
        yield fd
    finally:
        os.close(fd)  # a child that is still there holds it on


async def _stop(child: asyncio.subprocess.Process) -> None:
    """End a child, gently at first. Leaves no zombie, whatever interrupts the wait."""
    if child.stdin is not None:
        child.stdin.close()
    if child.returncode is not None:
        return
    try:
        child.terminate()
    except ProcessLookupError:
        pass
    try:
        await asyncio.wait_for(asyncio.shield(child.wait()), STOP_SEC)
    except TimeoutError:
        child.kill()
        await child.wait()


if __name__ == "__main__":
    with only_run(Path(tempfile.mkdtemp())):
        print("nobody else runs there")
