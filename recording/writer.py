"""The one thread that writes to the disk.

The event loop hands items over with `Writer.submit`, which never waits. The thread gives each item to its target and
lets the target write. What cannot be written stays in the target, up to a bound, and is tried again every
`retry_sec`; the call it belongs to goes on meanwhile.
"""

import errno
import queue
import threading
import time
from typing import Any, Protocol

import metrics
from log import log_event

_CODES = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EFBIG: "disk-full",
    errno.EACCES: "not-writable",
    errno.EPERM: "not-writable",
    errno.EROFS: "not-writable",
    errno.ENOENT: "no-folder",
    errno.ENOTDIR: "no-folder",
    errno.EMFILE: "too-many-files",
    errno.ENFILE: "too-many-files",
}


def storage_code(error: OSError) -> str:
    """The short name of a failed write, for logs and metrics."""
    return _CODES.get(error.errno or 0, "io-error")


class Target(Protocol):
    """Something that the writer thread fills. Both methods run in that thread only.

    Attributes:
        call_sid: whose writes these are; empty for what belongs to no call.
    """

    call_sid: str

    def add(self, item: Any) -> bool:
        """Take an item in memory; False when the bound is reached and the item was given up."""
        ...

    def drain(self) -> None:
        """Write what was taken.

        Raises:
            OSError: something is left; `drain` goes on where it stopped.
        """
        ...


class Writer:
    """The thread and its bounded queue.

    `ok` is False from a failed or refused write on, until a write succeeds and nothing that failed is left waiting.
    """

    def __init__(self, *, queue_size: int = 4096, retry_sec: float = 1.0) -> None:
        self.ok = True
        self.closed = False
        self._queue: queue.Queue[tuple[Target, Any] | None] = queue.Queue(queue_size)
        self._retry_sec = retry_sec
        self._failing: list[Target] = []
        self._next_retry = 0.0
        self._told: set[str] = set()  # calls whose failure is in the log already
        self._thread = threading.Thread(target=self._run, name="call-archive-writer", daemon=True)
        self._thread.start()

    def submit(self, target: Target, item: Any) -> bool:
        """Hand an item over; returns at once. False, and counted, when the queue is full or closed."""
        if self.closed:
            self.failed(target.call_sid, "writer-closed", disk=False)
            return False
        try:
            self._queue.put_nowait((target, item))
        except queue.Full:
            self.failed(target.call_sid, "queue-full")
            return False
        return True

    def failed(self, call_sid: str, code: str, *, disk: bool = True) -> None:
        """Count what was not written; log it once per call. `disk`: the disk is the cause, and `ok` turns False."""
        self.ok = self.ok and not disk
        metrics.STORAGE_ERRORS.labels(code).inc()
        if call_sid not in self._told:
            self._told.add(call_sid)
            log_event("storage_failed", call=call_sid or None, level="ERROR", code=code)

    def forget(self, call_sid: str) -> None:
        """The call is over: no more of it will fail."""
        self._told.discard(call_sid)

    def flush(self, timeout_sec: float = 5.0) -> bool:
        """Wait until everything submitted so far was tried once. Blocks: call it from a thread. False: timed out."""
        barrier = _Barrier()
        try:
            self._queue.put((barrier, None), timeout=timeout_sec)
        except queue.Full:
            return False
        return barrier.reached.wait(timeout_sec)

    def close(self, timeout_sec: float = 5.0) -> bool:
        """Write what is queued, try once more what failed, stop the thread. Blocks. False: it did not stop in time."""
        self.closed = True
        try:
            self._queue.put(None, timeout=timeout_sec)
        except queue.Full:
            return False
        self._thread.join(timeout_sec)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            try:
                entry = self._queue.get(timeout=self._retry_sec if self._failing else None)
            except queue.Empty:
                entry = (_Nothing(), None)
            if entry is None:
                self._retry()
                return
            try:
                self._take(*entry)
            except Exception as exc:  # the thread outlives whatever one item does
                self.failed(entry[0].call_sid, f"writer-{type(exc).__name__}", disk=False)

    def _take(self, target: Target, item: Any) -> None:
        if not target.add(item):
            self.failed(target.call_sid, "backlog-full")
        if self._failing and time.monotonic() >= self._next_retry:
            self._retry()
        if target not in self._failing:
            self._drain(target)

    def _retry(self) -> None:
        waiting, self._failing = self._failing, []
        for target in waiting:
            self._drain(target)

    def _drain(self, target: Target) -> None:
        try:
            target.drain()
        except OSError as exc:
            self._failing.append(target)
            self._next_retry = time.monotonic() + self._retry_sec
            self.failed(target.call_sid, storage_code(exc))
        else:
            if not self.ok and not self._failing and not isinstance(target, _Nothing | _Barrier):
                self.ok = True
                self._told.discard("")
                log_event("storage_recovered", call=target.call_sid or None)


class _Nothing:
    """A tick of the clock in the place of an item."""

    call_sid = ""

    def add(self, item: Any) -> bool:
        return True

    def drain(self) -> None:
        pass


class _Barrier(_Nothing):
    """Reached when everything before it was tried."""

    def __init__(self) -> None:
        self.reached = threading.Event()

    def drain(self) -> None:
        self.reached.set()


if __name__ == "__main__":
    import tempfile
    from pathlib import Path

    from recording.files import AppendFile, Chunk

    with tempfile.TemporaryDirectory() as folder:
        writer, file = Writer(), AppendFile(Path(folder) / "a" / "try.jsonl")
        started = time.perf_counter()
        for number in range(1000):
            writer.submit(file, Chunk(b'{"n": %d}\n' % number))
        submitted = time.perf_counter()
        writer.close()
        print(f"submit: {(submitted - started) * 1000:.1f} us each; {file.path.stat().st_size} bytes on disk")
