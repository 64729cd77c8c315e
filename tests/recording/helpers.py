"""What the tests of records share: a clock that is set by hand, calls of invented people, and disks that fail."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from loguru import logger
from prometheus_client import REGISTRY

from call import Call, CallRecord, Slots, Turn
from recording.storage import CallArchive

ROOT = Path(__file__).parent.parent.parent
START = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
CALLER = "+13055550123"


class FakeClock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.elapsed = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return 1000.0 + self.elapsed


class Disk:
    """An opener as `os.open` that hands out /dev/full, where every write fails with ENOSPC, while `full` is set."""

    def __init__(self, *, full: bool = False) -> None:
        self.full = full

    def __call__(self, path: str, flags: int, mode: int) -> int:
        return os.open("/dev/full", os.O_RDWR) if self.full else os.open(path, flags, mode)


def sid(number: int = 1) -> str:
    return f"CA{number:032x}"


def a_call(number: int = 1) -> Call:
    return Call(sid=sid(number), account_sid="AC" + "0" * 32, caller=CALLER, called="+13055550100", started_at=START)


def a_record(number: int = 1, **fields: Any) -> CallRecord:
    turns = [
        Turn(speaker="ava", text="How can I help you?", at_sec=1.0),
        Turn(speaker="caller", text="I need an eye exam in Kendall", at_sec=4.0, intent="book"),
    ]
    values: dict[str, Any] = {
        "call_sid": sid(number),
        "account_sid": "AC" + "0" * 32,
        "caller": CALLER,
        "called": "+13055550100",
        "started_at": START,
        "ended_at": START + timedelta(seconds=60),
        "duration_sec": 60.0,
        "outcome": "completed",
        "turns": turns,
        "slots": Slots(intent="book", name="Rosa Ortega", location="kendall", service="eye_exam"),
    }
    return CallRecord(**{**values, **fields})


def started(call: Call) -> dict[str, Any]:
    """The fields of a `call_started` event."""
    return {
        "call": {
            "sid": call.sid,
            "account_sid": call.account_sid,
            "caller": call.caller,
            "called": call.called,
            "started_at": call.started_at.isoformat(),
        }
    }


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def counted(name: str, **labels: str) -> float:
    """The value of a metric now; 0 when it was never counted."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


@contextmanager
def the_log() -> Iterator[list[str]]:
    """The lines of our log while the block runs."""
    lines: list[str] = []
    number = logger.add(lambda message: lines.append(message.record["extra"].get("line", "")), level="DEBUG")
    try:
        yield lines
    finally:
        logger.remove(number)


CHILD = """
import sys, time
from pathlib import Path
from recording.storage import CallArchive
from tests.recording.helpers import FakeClock, a_call, started
archive = CallArchive(Path(sys.argv[1]), FakeClock())
folder = archive.open_call(a_call())
folder.event("call_started", **started(a_call()))
folder.event("disclosure_played", at_sec=3.0, wording="This call is recorded.")
folder.start_recording(3.0)
for frame in range(100):
    folder.audio("caller", 3.0 + 0.02 * frame, b"\\x01" * 160)
folder.event("turn_caller", at_sec=5.0, text="I would like an eye exam", intent="book", index=1)
archive.flush()
print("ready", flush=True)
time.sleep(60)
"""


def killed_in_mid_call(data_dir: Path, archive: CallArchive | None = None) -> None:
    """A process that records a call and is killed with SIGKILL while the call goes on."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(data_dir)], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        assert archive is None or archive.unfinished() == []  # it lives, and holds its record
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        if child.stdout:
            child.stdout.close()


DIES = """
import os, signal, sys
from pathlib import Path
data_dir, options, done = Path(sys.argv[1]), sys.argv[2:], 0
{work}
def dies_before(module, name, step):
    real = getattr(module, name)
    def wrapped(*args, **named):
        global done
        done += 1
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **named)
    setattr(module, name, wrapped)
for line in sys.stdin:
    child = os.fork()
    if not child:
        for module, name in steps:
            dies_before(module, name, int(line))
        work()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def a_process_that_dies(work: str, data_dir: Path, *options: str) -> Iterator[Callable[[int], int]]:
    """A process that does some work and is killed (SIGKILL) before its nth step.

    Args:
        work: code that defines `work()` and `steps`, a list of (module, name) of what counts as a step. It finds
            `data_dir` and `options`.

    Yields:
        What does the work once, given the n; returns the exit status, 0 when the work has fewer steps.
    """
    command = [sys.executable, "-c", DIES.format(work=work), str(data_dir), *options]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None

        def run(step: int) -> int:
            server.stdin.write(f"{step}\n")
            server.stdin.flush()
            return int(server.stdout.readline())

        yield run
        server.stdin.close()
