import asyncio
import gc
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from engines.threads import Job, WorkThreads

SOON_SEC = 2.0


class Gate:
    """Work that hangs until it is let go."""

    def __init__(self) -> None:
        self._opened = threading.Event()
        self.begun: list[str] = []

    def work(self, name: str = "work") -> Callable[[], str]:
        def wait() -> str:
            self.begun.append(name)
            self._opened.wait(10)
            return name

        return wait

    def open(self) -> None:
        self._opened.set()


class Pools:
    """Opens pools, and closes them when the test is over."""

    def __init__(self) -> None:
        self._opened: list[WorkThreads] = []

    def new(self, limit: int, **options: float) -> WorkThreads:
        pool = WorkThreads(limit, f"try-{id(self)}", **options)  # type: ignore[arg-type]
        self._opened.append(pool)
        return pool

    def alive(self) -> int:
        return sum(thread.name == f"try-{id(self)}" for thread in threading.enumerate())

    async def close(self) -> None:
        for pool in self._opened:
            await pool.close()
        await until(lambda: self.alive() == 0)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
async def pools(gate: Gate) -> AsyncIterator[Pools]:
    pools = Pools()
    yield pools
    gate.open()
    await pools.close()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_SEC):
        while not happened():
            await asyncio.sleep(0.005)


async def ended(*jobs: Job[str]) -> None:
    await asyncio.wait({job.future for job in jobs}, timeout=SOON_SEC)


async def test_what_the_work_returns_or_raises_comes_with_the_job(pools: Pools) -> None:
    def fail() -> str:
        raise ValueError("broken")

    pool = pools.new(2)
    good, bad = pool.submit(lambda: threading.current_thread().name), pool.submit(fail)
    assert await good.future != threading.current_thread().name
    with pytest.raises(ValueError, match="broken"):
        await bad.future
    assert (good.over, bad.over, bad.hung) == (True, True, False)


async def test_no_more_than_the_limit_work_at_once_and_who_came_first_is_served_first(pools: Pools, gate: Gate) -> None:
    pool = pools.new(2)
    jobs = [pool.submit(gate.work(name)) for name in "abcd"]
    await until(lambda: len(gate.begun) == 2)
    await asyncio.sleep(0.02)
    assert gate.begun == ["a", "b"]
    gate.open()
    assert [await job.future for job in jobs] == ["a", "b", "c", "d"]
    assert sorted(gate.begun[2:]) == ["c", "d"]


async def test_a_thread_that_is_idle_takes_the_next_work(pools: Pools) -> None:
    pool = pools.new(4)
    for _ in range(20):
        await pool.submit(lambda: None).future
    assert pools.alive() == 1


async def test_work_that_waits_in_line_is_never_begun_once_it_is_abandoned(pools: Pools, gate: Gate) -> None:
    pool = pools.new(1)
    first, second, third = (pool.submit(gate.work(name)) for name in ("first", "second", "third"))
    second.abandon()
    assert (second.begun, second.over, second.future.cancelled()) == (False, True, True)
    gate.open()
    await ended(first, third)
    assert gate.begun == ["first", "third"]


async def test_work_that_was_begun_is_at_work_until_its_end_though_it_is_abandoned(pools: Pools, gate: Gate) -> None:
    pool = pools.new(1)
    job, later = pool.submit(gate.work("abandoned")), pool.submit(gate.work("later"))
    job.abandon()
    assert (job.future.cancelled(), job.over, job.hung) == (True, False, False)
    await until(lambda: gate.begun == ["abandoned"])
    gate.open()
    assert await later.future == "later"
    assert job.over


async def test_a_failure_that_nobody_waits_for_is_no_complaint_of_asyncio(pools: Pools) -> None:
    def fail() -> None:
        raise ValueError

    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    pool = pools.new(1)
    jobs = [pool.submit(fail)]
    await until(lambda: jobs[0].over)
    jobs.pop().abandon()
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []


async def test_the_place_of_work_that_hangs_is_given_to_the_next(pools: Pools, gate: Gate) -> None:
    pool = pools.new(2, hung_sec=0.1)
    hanging = [pool.submit(gate.work()) for _ in range(2)]
    waiting = pool.submit(lambda: "served")
    assert await asyncio.wait_for(waiting.future, SOON_SEC) == "served"
    await until(lambda: all(job.hung for job in hanging))
    assert [(job.hung, job.future.cancelled(), job.over) for job in hanging] == [(True, True, False)] * 2
    assert not pool.stuck
    gate.open()
    await until(lambda: all(job.over for job in hanging))
    assert await pool.submit(lambda: "again").future == "again"


async def test_with_too_many_that_hang_nothing_is_begun_until_one_comes_back(pools: Pools, gate: Gate) -> None:
    pool = pools.new(1, hung_sec=0.05, max_hung=2)
    hanging = [pool.submit(gate.work(name)) for name in ("first", "second")]
    await until(lambda: pool.stuck)
    waiting = pool.submit(gate.work("third"))
    await asyncio.sleep(0.1)
    assert (gate.begun, waiting.begun, waiting.hung) == (["first", "second"], False, False)
    gate.open()
    assert await asyncio.wait_for(waiting.future, SOON_SEC) == "third"
    assert not pool.stuck
    assert all(job.future.cancelled() for job in hanging)


async def test_time_in_line_does_not_count_as_hanging(pools: Pools) -> None:
    pool = pools.new(1, hung_sec=0.25)
    jobs = [pool.submit(lambda: time.sleep(0.08)) for _ in range(5)]
    await asyncio.wait({job.future for job in jobs})
    assert not any(job.hung for job in jobs)


async def test_a_job_may_have_a_limit_of_its_own(pools: Pools, gate: Gate) -> None:
    pool = pools.new(2, hung_sec=0.05)
    patient, usual = pool.submit(gate.work("patient"), hung_sec=5), pool.submit(gate.work("usual"))
    await until(lambda: usual.hung)
    assert not patient.hung
    gate.open()
    assert await patient.future == "patient"


async def test_closing_drops_what_waits_and_gives_what_works_a_moment(pools: Pools, gate: Gate) -> None:
    pool = pools.new(1)
    working, waiting = pool.submit(gate.work("working")), pool.submit(gate.work("waiting"))
    asyncio.get_running_loop().call_later(0.05, gate.open)
    await pool.close(wait_sec=SOON_SEC)
    assert working.future.result() == "working"
    assert (waiting.future.cancelled(), waiting.hung, gate.begun) == (True, False, ["working"])
    await until(lambda: pools.alive() == 0)


async def test_closing_waits_for_abandoned_work_too(pools: Pools, gate: Gate) -> None:
    """A thread in C++ code when the process ends may bring it down."""
    pool = pools.new(1)
    working = pool.submit(gate.work())
    working.abandon()
    asyncio.get_running_loop().call_later(0.05, gate.open)
    await pool.close(wait_sec=SOON_SEC)
    assert working.over


async def test_closing_waits_no_longer_than_it_is_told_to(pools: Pools, gate: Gate) -> None:
    pool = pools.new(1)
    working = pool.submit(gate.work())
    started = time.monotonic()
    await pool.close(wait_sec=0.05)
    assert time.monotonic() - started < 0.5
    assert not working.over
    gate.open()
    await until(lambda: working.over and pools.alive() == 0)


async def test_a_closed_pool_abandons_a_job_at_once(pools: Pools) -> None:
    pool = pools.new(1)
    await pool.close()
    job = pool.submit(lambda: "never")
    assert (pool.closed, job.future.cancelled(), job.over, job.hung) == (True, True, True, False)
    assert pools.alive() == 0


def test_a_thread_that_hangs_does_not_keep_the_process() -> None:
    program = (
        "import asyncio, threading\n"
        "from engines.threads import WorkThreads\n"
        "async def main():\n"
        "    pool = WorkThreads(1, 'hangs')\n"
        "    pool.submit(threading.Event().wait)\n"
        "    await pool.close(wait_sec=0.05)\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, timeout=20, check=False).returncode == 0


async def test_threads_that_wait_hold_on_to_nothing(pools: Pools) -> None:
    class Audio:
        pass

    audio = Audio()
    seen = weakref.ref(audio)
    await pools.new(1).submit(lambda kept=audio: kept and None).future  # type: ignore[misc]
    del audio
    await until(lambda: gc.collect() >= 0 and seen() is None)


async def test_to_hand_work_over_does_not_hold_the_event_loop(pools: Pools) -> None:
    """A thread that computes in Python takes the GIL; to wait for a new one to start would cost its turns as well."""
    pool, stop = pools.new(2), threading.Event()
    await asyncio.gather(*(pool.submit(lambda: time.sleep(0.01)).future for _ in range(2)))  # both threads are there

    def compute() -> None:
        while not stop.is_set():
            pass

    busy = pool.submit(compute)
    longest = []
    for _ in range(20):
        started = time.perf_counter()
        job = pool.submit(lambda: None)
        longest.append(time.perf_counter() - started)
        await job.future
    stop.set()
    await busy.future
    assert sorted(longest)[10] < 0.002
