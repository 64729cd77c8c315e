"""Threads for an engine's work, which may hang: bounded, and one that hangs does not keep the others waiting for ever.

`ThreadPoolExecutor` cannot be used for this: it never gets a hung thread's place back, and it waits for that thread
when the process ends. Idle threads are kept: to start one holds the event loop until the new thread has had the GIL.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")

HUNG_SEC = 10.0  # a piece of work that takes longer will not come back
MAX_HUNG = 8  # given up on; beyond it something is wrong with the machine, and no thread is added


class Job(Generic[T]):
    """A piece of work on its way.

    Attributes:
        future: gets what the work returns or raises; cancelled when nobody will get it. Of one event loop.
        begun: a thread has it, or had it.
        over: no thread has it any more, or ever will.
        hung: it took too long and was given up.
    """

    def __init__(self, work: Callable[[], T], hung_sec: float) -> None:
        self.work = work
        self.hung_sec = hung_sec
        self.future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.begun = self.over = self.hung = False
        self.watch: asyncio.TimerHandle | None = None

    def abandon(self) -> None:
        """Drop the result. Work that waits in line is never begun; begun, it cannot be stopped and goes on to its end.

        Harmless when the work is over already.
        """
        self.over = self.over or not self.begun
        self.future.cancel()  # of a failure as well: asyncio need not complain that nobody looked at it


class WorkThreads:
    """Up to `limit` daemon threads at work, first come, first served. Use from one event loop.

    Args:
        limit: most threads that work, those left out that hang.
        name: what the threads are called.
        hung_sec: how long a piece of work may take before its place is given to the next.
        max_hung: with so many that hang no more work is begun, until one comes back.
    """

    def __init__(self, limit: int, name: str, *, hung_sec: float = HUNG_SEC, max_hung: int = MAX_HUNG) -> None:
        self._limit = limit
        self._name = name
        self._hung_sec = hung_sec
        self._max_hung = max_hung
        self._waiting: deque[Job[Any]] = deque()
        self._working: set[Job[Any]] = set()
        self._handed: SimpleQueue[Job[Any] | None] = SimpleQueue()  # to idle threads; None ends one
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._idle = 0
        self._hung = 0
        self._closed = False

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def stuck(self) -> bool:
        """True when so many threads hang that nothing more is begun."""
        return self._hung >= self._max_hung

    def submit(self, work: Callable[[], T], *, hung_sec: float | None = None) -> Job[T]:
        """Do `work` in a thread as soon as there is one. A pool that was closed abandons the job at once.

        Args:
            work: blocks.
            hung_sec: how long this one may take, where the pool's own limit does not suit it.
        """
        job = Job(work, self._hung_sec if hung_sec is None else hung_sec)
        if self._closed:
            job.abandon()
        else:
            self._waiting.append(job)
            self._begin_waiting()
        return job

    async def close(self, wait_sec: float = 0.0) -> None:
        """Begin nothing more, abandon what waits in line, and give what works `wait_sec` to end, abandoned or not.

        The threads end, each after the work it is at. One that does not is left behind and ends with the process.
        """
        self._closed = True
        while self._waiting:
            self._waiting.popleft().abandon()
        self._end_idle()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._at_rest.wait(), wait_sec)

    def _begin_waiting(self) -> None:
        while self._waiting and len(self._working) < self._limit and not self.stuck:
            job = self._waiting.popleft()
            if not job.over:
                self._begin(job)

    def _begin(self, job: Job[Any]) -> None:
        if self._idle:
            self._idle -= 1
        else:
            threading.Thread(target=self._serve, name=self._name, daemon=True).start()
        job.begun = True
        job.watch = job.future.get_loop().call_later(job.hung_sec, self._give_up, job)
        self._working.add(job)
        self._at_rest.clear()
        self._handed.put(job)

    def _serve(self) -> None:
        while (job := self._handed.get()) is not None:
            self._do(job)
            del job  # a thread that waits holds on to nothing

    def _do(self, job: Job[Any]) -> None:
        result, failure = None, None
        try:
            result = job.work()
        except BaseException as exc:  # whatever it is, it belongs to whoever waits
            failure = exc
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            job.future.get_loop().call_soon_threadsafe(self._ended, job, result, failure)
        del failure  # it refers to this frame, which refers to it

    def _ended(self, job: Job[Any], result: Any, failure: BaseException | None) -> None:
        if job.watch is not None:
            job.watch.cancel()
        job.over = True
        self._hung -= job.hung
        self._idle += 1
        if not job.future.done():
            if failure is None:
                job.future.set_result(result)
            else:
                job.future.set_exception(failure)
        if self._closed:
            self._end_idle()
        self._give_place(job)

    def _give_up(self, job: Job[Any]) -> None:
        job.hung = True
        self._hung += 1
        job.abandon()
        self._give_place(job)

    def _give_place(self, job: Job[Any]) -> None:
        self._working.discard(job)
        self._begin_waiting()
        if not self._working:
            self._at_rest.set()

    def _end_idle(self) -> None:
        while self._idle:
            self._idle -= 1
            self._handed.put(None)


if __name__ == "__main__":
    import time

    async def _main() -> None:
        threads = WorkThreads(2, "nap", hung_sec=0.5)
        started = time.perf_counter()
        jobs = [threads.submit(lambda: time.sleep(0.2)) for _ in range(6)]
        await asyncio.gather(*(job.future for job in jobs))
        print(f"6 naps of 0.2 s in 2 threads: {time.perf_counter() - started:.2f} s")
        sleeper = threads.submit(lambda: time.sleep(1.0))
        await asyncio.wait({sleeper.future})
        print(f"a nap of 1 s: hung={sleeper.hung}")
        await threads.close()

    asyncio.run(_main())
