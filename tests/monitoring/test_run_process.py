import asyncio
import os
import pickle
import signal
import stat
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clock import SystemClock
from config import Settings
from errors import StorageError
from monitoring import run_process
from monitoring.ledger import RUNS_FILE, Ledger
from monitoring.run_process import Monitor, MonitorBusy, only_run
from monitoring.suggestions import SUGGESTIONS_FILE, SuggestionQueue
from tests.monitoring.calls import sid
from tests.monitoring.found import add_call

NOBODY = 9  # a port on which nobody listens


def monitor(data_dir: Path, how: str | None = None) -> Monitor:
    """One whose child behaves as told; None: the real one."""
    settings = Settings(_env_file=None, data_dir=data_dir, agent_name=how or "AVA", port=NOBODY)
    return Monitor(settings, SystemClock(), **({"child": "tests.monitoring.odd_child"} if how else {}))


async def until(what: Callable[[], object], sec: float = 20.0) -> None:
    deadline = time.monotonic() + sec
    while not what():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def add_calls(data_dir: Path, count: int, **fields: Any) -> None:
    """Calls of today: the child goes by the real clock."""
    today = datetime.now(UTC)
    for number in range(1, count + 1):
        path = f"{today:%Y/%m/%d}/{sid(number)}"
        add_call(data_dir, number, started_at=today.isoformat(), path=path, **fields)


def children() -> list[int]:
    """The runs that this process has started."""
    tree = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in tree if b"monitoring.run_child" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_a_run_reads_finished_calls_in_a_process_of_its_own(tmp_path: Path) -> None:
    add_calls(tmp_path, 2, slow=True)
    on = monitor(tmp_path)
    report = await on.run("hand")
    assert (report.outcome, report.trigger, report.code) == ("done", "hand", None)
    told = report.by("rules")
    assert told is not None
    assert (told.read, told.failed) == (2, 0)
    assert on.ledger.done_by("rules") == {sid(1), sid(2)}
    assert on.ledger.reports() == (report,)
    queue = SuggestionQueue(tmp_path / "monitoring" / SUGGESTIONS_FILE, SystemClock())
    assert len(queue.open()) == report.found == 2  # an answer took nine seconds
    assert not on.progress.running
    for name in ("runs.jsonl", "suggestions.jsonl", "run.lock"):
        assert stat.S_IMODE((tmp_path / "monitoring" / name).stat().st_mode) == 0o600


async def test_facts_that_are_wrong_are_the_reports_code(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, facts_dir=tmp_path, port=NOBODY)
    report = await Monitor(settings, SystemClock()).run("hand")
    assert (report.outcome, report.code) == ("failed", "facts")


async def test_how_far_a_run_is_can_be_asked_meanwhile(tmp_path: Path) -> None:
    on = monitor(tmp_path, "slow")
    task = asyncio.create_task(on.run("hand"))
    await until(lambda: on.progress.done)
    assert (on.progress.running, on.progress.done, on.progress.total, on.progress.found) == (True, 1, 4, 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not on.progress.running


async def test_a_second_run_is_refused_here_and_in_another_process(tmp_path: Path) -> None:
    on = monitor(tmp_path, "slow")
    task = asyncio.create_task(on.run("hand"))
    await until(lambda: on.progress.done)
    with pytest.raises(MonitorBusy):
        await on.run("schedule")
    with pytest.raises(MonitorBusy):
        await monitor(tmp_path, "well").run("shell")
    assert on.progress.running  # the refusal says nothing of the run that goes on
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (await monitor(tmp_path, "well").run("shell")).outcome == "done"


async def test_the_child_holds_the_lock_and_what_libraries_print_is_passed_over(tmp_path: Path) -> None:
    report = await monitor(tmp_path, "well").run("hand")
    assert (report.id, report.found, report.code) == ("odd", 3, None)


@pytest.mark.parametrize("how", ["slow", "stubborn"])
async def test_a_run_that_is_cancelled_leaves_no_process(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_process, "STOP_SEC", 0.3)
    on = monitor(tmp_path, how)
    task = asyncio.create_task(on.run("hand"))
    await until(lambda: (tmp_path / "monitoring" / "pid").exists() and on.progress.done)
    pid = int((tmp_path / "monitoring" / "pid").read_text())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_alive(pid)
    with only_run(tmp_path / "monitoring"):
        pass


async def test_a_run_whose_process_is_killed_is_reported_and_taken_up_later(tmp_path: Path) -> None:
    on = monitor(tmp_path, "dies")
    report = await on.run("hand")
    assert (report.outcome, report.code, report.found) == ("failed", "run-died", 2)
    assert on.ledger.reports() == (report,)
    assert (await monitor(tmp_path, "well").run("hand")).outcome == "done"


async def test_a_run_steps_back_and_killed_in_its_middle_reads_nothing_twice_and_leaves_nothing_out(
    tmp_path: Path,
) -> None:
    add_calls(tmp_path, 400)
    on = monitor(tmp_path)
    task = asyncio.create_task(on.run("schedule"))
    book = Ledger(tmp_path / "monitoring" / RUNS_FILE, SystemClock())
    await until(lambda: book.done_by("rules"))
    (child,) = children()
    assert os.getpriority(os.PRIO_PROCESS, child) == 19
    os.kill(child, signal.SIGKILL)
    assert (await task).code == "run-died"
    before = book.done_by("rules")
    assert 0 < len(before) < 400
    assert book.is_unfinished
    report = await on.run("schedule")
    told = report.by("rules")
    assert told is not None
    assert (report.outcome, told.read) == ("done", 400 - len(before))
    assert len(book.done_by("rules")) == 400
    assert not book.is_unfinished


async def test_a_child_whose_parent_is_gone_stops(tmp_path: Path) -> None:
    """What the kernel does with the pipe when the dashboard is killed: its end comes."""
    add_calls(tmp_path, 300)
    settings = Settings(_env_file=None, data_dir=tmp_path, port=NOBODY)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitoring.run_child", "hand",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert child.stdin is not None
    child.stdin.write(pickle.dumps(settings))
    book = Ledger(tmp_path / "monitoring" / RUNS_FILE, SystemClock())
    await until(lambda: book.done_by("rules"))
    child.stdin.close()
    assert await asyncio.wait_for(child.wait(), 20) == 1
    assert book.reports()[0].outcome == "stopped"
    assert book.is_unfinished


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "monitoring").write_text("a file in the way")
    with pytest.raises(StorageError), only_run(tmp_path / "monitoring"):
        pass
