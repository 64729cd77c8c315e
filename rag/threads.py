"""Daemon threads for searches: bounded, and one that hangs keeps neither the others nor the process's end waiting.

Run `python -m rag.threads` to see a piece of work come back.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar

from errors import EngineError

T = TypeVar("T")
_Job = tuple[Callable[[], Any], asyncio.Future[Any]]


class SearchThreads:
    """At most `limit` pieces of work at a time; beyond them work is refused at once. Use from one event loop."""

    def __init__(self, limit: int, name: str) -> None:
        self._limit = limit
        self._name = name
        self._lock = threading.Lock()
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._busy = self._threads = 0

    async def run(self, work: Callable[[], T]) -> T:
        """What the work returns or raises. Cancelled, it leaves the work to go on to its end unheard.

        Raises:
            EngineError: every thread is at work (`rag-down`): they hang, or far too many ask.
        """
        with self._lock:
            if self._busy >= self._limit:
                raise EngineError("every search thread is at work", code="rag-down")
            self._busy += 1
            start, self._threads = self._threads < self._busy, max(self._threads, self._busy)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((work, future))
        if start:
            threading.Thread(target=self._serve, name=self._name, daemon=True).start()
        return await future

    def _serve(self) -> None:
        while True:
            work, future = self._jobs.get()
            result: Any = None
            error: Exception | None = None
            try:
                result = work()
            except Exception as exc:
                error = exc
            except BaseException as exc:  # a panic of Chroma's Rust core is none
                error = EngineError(f"a search broke off ({type(exc).__name__})", code="rag-down")
            with self._lock:
                self._busy -= 1
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                future.get_loop().call_soon_threadsafe(_settle, future, result, error)
            del work, future, result, error


def _settle(future: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)


if __name__ == "__main__":
    print(asyncio.run(SearchThreads(1, "trial").run(lambda: threading.current_thread().name)))
