"""A few daemon threads that do one kind of work.

`concurrent.futures` joins its threads when the process ends: a model that hangs would keep the process alive for ever.
These are left behind, and they tell when all of them are stuck.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from call import Clock
from errors import TtsError

T = TypeVar("T")


class Workers:
    """A bounded pool. Jobs wait in line when all threads are busy; a job that has not begun can be cancelled.

    Args:
        count: threads, started with the first jobs.
        name: of the threads.
    """

    def __init__(self, count: int, *, name: str, clock: Clock) -> None:
        self._count = count
        self._name = name
        self._clock = clock
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._busy_since: dict[int, float] = {}
        self._closed = False

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Have `work` done. Its result or its error comes with the future.

        Raises:
            TtsError: the pool is closed.
        """
        if self._closed:
            raise TtsError("the voice was let go", code="tts-closed", retryable=False)
        future: Future[T] = Future()
        self._jobs.put((future, work))
        if len(self._threads) < self._count:
            number = len(self._threads)
            thread = threading.Thread(target=self._serve, args=(number,), name=f"{self._name}-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def all_busy_for(self, seconds: float) -> bool:
        """Whether every thread has been at one and the same job for longer than this."""
        since = list(self._busy_since.values())
        return len(since) == self._count and self._clock.monotonic() - max(since) > seconds

    def close(self) -> None:
        """Take no more jobs, fail those that wait, and let the threads end after the one they are at."""
        self._closed = True
        while not self._jobs.empty():
            job = self._jobs.get()
            if job is not None and job[0].set_running_or_notify_cancel():
                job[0].set_exception(TtsError("the voice was let go", code="tts-closed", retryable=False))
        for _ in self._threads:
            self._jobs.put(None)

    def _serve(self, number: int) -> None:
        while (job := self._jobs.get()) is not None:
            future, work = job
            if future.set_running_or_notify_cancel():
                self._busy_since[number] = self._clock.monotonic()
                self._do(number, future, work)
            del job, future, work  # a thread that waits holds on to nothing

    def _do(self, number: int, future: "Future[Any]", work: Callable[[], Any]) -> None:
        try:
            result = work()
        except BaseException as exc:
            del self._busy_since[number]
            future.set_exception(exc)
        else:
            del self._busy_since[number]
            future.set_result(result)


if __name__ == "__main__":
    import time

    from clock import SystemClock

    def nap() -> str:
        time.sleep(0.2)
        return threading.current_thread().name

    workers = Workers(2, name="try", clock=SystemClock())
    jobs = [workers.submit(nap) for _ in range(4)]
    time.sleep(0.15)
    print("all busy for 0.1 s:", workers.all_busy_for(0.1))
    print([job.result() for job in jobs])
    workers.close()
