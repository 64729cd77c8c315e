"""Threads for work that may hang: bounded, and one that hangs does not keep the others waiting for ever.

`ThreadPoolExecutor` cannot be used for this: it never gets a hung thread's place back, and it waits for that thread
when the process ends.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

HUNG_SEC = 10.0  # a piece of work that takes longer will not come back
MAX_HUNG = 8  # given up on; beyond it something is wrong with the machine, and no thread is added


class Job:
    """A piece of work on its way. Its future belongs to one event loop."""

    def __init__(self, work: Callable[[], Any], future: "asyncio.Future[Any]") -> None:
        self.work = work
        self.future = future
        self.over = False  # no thread has it any more, or ever will
        self.begun = False
        self.hung = False
        self.watch: asyncio.TimerHandle | None = None

    def abandon(self) -> None:
        """Drop the result. Work that has begun cannot be stopped: `over` stays False until it is through."""
        self.over = self.over or not self.begun
        if not self.future.cancel() and not self.future.cancelled():
            self.future.exception()  # seen: asyncio need not complain that nobody looked


class WorkThreads:
    """Up to `limit` threads at once, first come, first served. Use from one event loop.

    Args:
        limit: most threads that work, those left out that were given up on.
        name: what the threads are called.
        hung_sec: how long a piece of work may take before its place is given to the next.
    """

    def __init__(self, limit: int, name: str, *, hung_sec: float = HUNG_SEC) -> None:
        self._limit = limit
        self._name = name
        self._hung_sec = hung_sec
        self._waiting: deque[Job] = deque()
        self._working: set[Job] = set()
        self._hung = 0

    @property
    def hung(self) -> int:
        """Threads that were given up on and have not come back."""
        return self._hung

    @property
    def stuck(self) -> bool:
        """True when so many hang that no more are added."""
        return self._hung >= MAX_HUNG

    def submit(self, work: Callable[[], Any]) -> Job:
        """Do `work` in a thread as soon as there is one; the job's future gets what it returns or raises."""
        job = Job(work, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        self._start_waiting()
        return job

    async def drain(self, timeout_sec: float) -> None:
        """Drop what waits, and give what works `timeout_sec` to end."""
        waiting, self._waiting = self._waiting, deque()
        for job in waiting:
            job.abandon()
        futures = [job.future for job in self._working if not job.hung]
        if futures:
            await asyncio.wait(futures, timeout=timeout_sec)

    def _start_waiting(self) -> None:
        while self._waiting and len(self._working) < self._limit and not self.stuck:
            job = self._waiting.popleft()
            if not job.over:
                self._start(job)

    def _start(self, job: Job) -> None:
        loop = asyncio.get_running_loop()
        job.begun = True
        self._working.add(job)
        job.watch = loop.call_later(self._hung_sec, self._give_up, job)
        threading.Thread(target=self._run, args=(job, loop), name=self._name, daemon=True).start()

    def _run(self, job: Job, loop: asyncio.AbstractEventLoop) -> None:
        result, failure = None, None
        try:
            result = job.work()
        except BaseException as exc:  # whatever it is, it belongs to whoever waits
            failure = exc
        try:
            loop.call_soon_threadsafe(self._ended, job, result, failure)
        except RuntimeError:  # the loop is closed: nobody waits
            pass

    def _ended(self, job: Job, result: Any, failure: BaseException | None) -> None:
        if job.watch is not None:
            job.watch.cancel()
        job.over = True
        self._working.discard(job)
        self._hung -= job.hung
        if not job.future.done():
            if failure is None:
                job.future.set_result(result)
            else:
                job.future.set_exception(failure)
        self._start_waiting()

    def _give_up(self, job: Job) -> None:
        job.hung = True
        self._hung += 1
        self._working.discard(job)
        job.abandon()
        self._start_waiting()


if __name__ == "__main__":
    import time

    async def _main() -> None:
        threads = WorkThreads(2, "nap")
        started = time.perf_counter()
        jobs = [threads.submit(lambda: time.sleep(0.2)) for _ in range(6)]
        await asyncio.gather(*(job.future for job in jobs))
        print(f"6 naps of 0.2 s in 2 threads: {time.perf_counter() - started:.2f} s")

    asyncio.run(_main())
