"""Writes that end something of a call (its record, its recording): done in the writer's thread, awaited elsewhere."""

from abc import ABC, abstractmethod
from concurrent.futures import Future
from typing import Any


class LastWrites(ABC):
    """A job for `recording.writer.Writer`: the writer calls `drain`, again after a failure, until it has succeeded.

    Attributes:
        answer: whether the first try has written everything; what it did not is tried again by the writer.
    """

    def __init__(self, call_sid: str) -> None:
        self.call_sid = call_sid
        self.answer: Future[bool] = Future()

    def add(self, item: Any) -> bool:
        """Nothing is added to last writes: they are a job as a whole."""
        return True

    def drain(self) -> None:
        """Write all of it, and tell who waits how that went.

        Raises:
            OSError: a write failed; what was written before it stands.
        """
        try:
            self._write()
        except BaseException:
            self._resolve(False)
            raise
        self._resolve(True)

    @abstractmethod
    def _write(self) -> None:
        """Write what is missing; idempotent, so that it can be tried again."""

    def _resolve(self, written: bool) -> None:
        if not self.answer.done() and self.answer.set_running_or_notify_cancel():
            self.answer.set_result(written)


if __name__ == "__main__":

    class Example(LastWrites):
        def _write(self) -> None:
            print(f"writing for {self.call_sid}")

    example = Example("CA" + "0" * 32)
    example.drain()
    print(example.answer.result(), "expected True")
