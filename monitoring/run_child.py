"""A run of monitoring as a process of its own: `monitoring.run_process` starts it, hands it the settings on standard
input, and reads progress and report from its standard output. It ends early on SIGTERM, or when who started it is gone.
"""

import asyncio
import os
import pickle
import signal
import sys
from typing import BinaryIO, cast

from clock import SystemClock
from config import Settings
from errors import AvaError
from log import log_event, setup_logging
from monitoring.material import material_from
from monitoring.report import Progress, RunReport, Trigger
from monitoring.run import Run

NICENESS = 19
_SAY_EVERY_SEC = 0.2


class Teller:
    """Writes values as lines, progress not oftener than somebody could read it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._clock = SystemClock()
        self._said_at = float("-inf")

    def progress(self, progress: Progress) -> None:
        now = self._clock.monotonic()
        if now - self._said_at >= _SAY_EVERY_SEC or progress.paused:
            self._said_at = now
            self.say(progress)

    def say(self, value: Progress | RunReport) -> None:
        try:
            self._out.write(value.model_dump_json().encode() + b"\n")
            self._out.flush()
        except OSError:  # nobody reads it any more: the end of standard input says so, too
            pass


async def run(settings: Settings, trigger: Trigger, teller: Teller, parent: BinaryIO) -> int:
    """Run until done, told to stop, or left alone; returns the exit status."""
    task = asyncio.create_task(_run(settings, trigger, teller), name="monitor-run")
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    loop.add_reader(parent.fileno(), lambda: None if os.read(parent.fileno(), 64) else _left(task, parent))
    try:
        return await task
    except asyncio.CancelledError:
        return 1
    finally:
        loop.remove_reader(parent.fileno())


async def _run(settings: Settings, trigger: Trigger, teller: Teller) -> int:
    clock = SystemClock()
    started = clock.now()
    try:
        on = await asyncio.to_thread(material_from, settings, clock)
        try:
            report = await Run(on, trigger, teller.progress).go()
        finally:
            await on.aclose()
    except AvaError as error:  # before anything was begun: facts that are wrong, a disk that is full
        log_event("monitor_run_failed", level="ERROR", code=error.code)
        report = RunReport(
            id="-", trigger=trigger, started_at=started, ended_at=clock.now(), outcome="failed", code=error.code
        )
    teller.say(report)
    return 0


def _left(task: asyncio.Task[int], parent: BinaryIO) -> None:
    asyncio.get_running_loop().remove_reader(parent.fileno())
    task.cancel()


def main(trigger: Trigger) -> int:
    """As the module's docstring says."""
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a shell reaches both; who started this one ends it
    settings = cast(Settings, pickle.load(sys.stdin.buffer))  # from the process that started this one
    setup_logging(settings.log_level)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print goes to the log
    return asyncio.run(run(settings, trigger, Teller(out), sys.stdin.buffer))


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("schedule", "hand", "shell"):
        sys.exit("started by monitoring.run_process; to run monitoring from the shell: python -m monitoring.monitor")
    sys.exit(main(cast(Trigger, sys.argv[1])))
