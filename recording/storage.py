"""The record of every call, on disk as the call goes.

    recordings/index.jsonl                     one line per finished call
    recordings/2026/11/22/CA.../events.jsonl   one line per event, handed to the system as it happens
                                caller.ulaw, agent.ulaw   8 kHz mu-law mono, 8000 bytes a second, aligned
                                call.json      the finished call; its presence says that the call is done

The date is the UTC date of the call's start. Folders are 0700 and files 0600. Run `python -m recording.storage
DATA_DIR` to list the calls and their state.
"""

import asyncio
import fcntl
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from call import Call, CallRecord, Clock
from clock import SystemClock
from errors import StorageError
from recording.ending import CallEnd, Release
from recording.files import AppendFile, Opener
from recording.folder import CallFolder
from recording.replay import read_events, record_from_events
from recording.writer import Writer

_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")
_LONGEST_WAIT_SEC = 10.0


class CallArchive:
    """All calls of a data folder (`root` is DATA_DIR). One per process."""

    def __init__(
        self,
        root: Path,
        clock: Clock | None = None,
        *,
        opener: Opener = os.open,
        queue_size: int = 4096,
        retry_sec: float = 1.0,
    ) -> None:
        self.recordings = root / "recordings"
        self._clock = clock or SystemClock()
        self._opener = opener
        self._writer = Writer(queue_size=queue_size, retry_sec=retry_sec)
        self._index = AppendFile(self.recordings / "index.jsonl", opener=opener)
        self._mine: set[str] = set()  # calls that this process has open, or has yet to write `call.json` of

    @property
    def ok(self) -> bool:
        """False from a write that failed until one succeeds and nothing that failed is left waiting."""
        return self._writer.ok

    def open_call(self, call: Call) -> CallFolder:
        """Begin the record of a call. Touches no disk: the folder is made with the first event.

        Raises:
            StorageError: the CallSid is none (`bad-call-sid`), or its call is open already (`call-is-open`).
        """
        if not _CALL_SID.fullmatch(call.sid):
            raise StorageError("not a CallSid: CA and 32 hexadecimal digits", code="bad-call-sid", retryable=False)
        if call.sid in self._mine:
            raise StorageError("this call's record is open already", code="call-is-open", retryable=False)
        self._mine.add(call.sid)
        started = call.started_at.astimezone(UTC)
        path = self.recordings / f"{started:%Y}" / f"{started:%m}" / f"{started:%d}" / call.sid
        return CallFolder(call, path, writer=self._writer, clock=self._clock, opener=self._opener)

    async def finish(self, folder: CallFolder | Path, record: CallRecord, *, lead_state: str | None = None) -> bool:
        """Write `call.json` and the call's line in the index; idempotent.

        Returns:
            True when it is on disk; False when it is not yet: it stays in memory and is tried again, or, if the
            process dies before that, found by the next recovery.
        """
        end = CallEnd(folder, record, lead_state, self._index, self._opener, forget=self._forget)
        try:
            async with asyncio.timeout(_LONGEST_WAIT_SEC):
                while not self._writer.submit(end, None):
                    if self._writer.closed:
                        return False
                    await asyncio.sleep(0.05)
                return await asyncio.wrap_future(end.answer)
        except TimeoutError:
            return False

    def release(self, folder: CallFolder | Path) -> None:
        """Let go of a call without finishing it: the next recovery will find it."""
        if isinstance(folder, CallFolder):
            folder.end()
            self._writer.submit(Release(folder, forget=self._forget), None)

    def find(self, call_sid: str) -> Path | None:
        """The folder of a call, or None. Reads the disk: call it from a thread.

        Raises:
            StorageError: that is no CallSid.
        """
        if not _CALL_SID.fullmatch(call_sid):
            raise StorageError("not a CallSid: CA and 32 hexadecimal digits", code="bad-call-sid", retryable=False)
        return next((path for path in self.folders() if path.name == call_sid), None)

    def folders(self) -> Iterator[Path]:
        """Every call's folder, oldest day first. Reads the disk: call it from a thread."""
        for path in sorted(self.recordings.glob("[0-9]*/[0-9]*/[0-9]*/CA*")):
            if _CALL_SID.fullmatch(path.name) and path.is_dir():
                yield path

    def unfinished(self) -> list[Path]:
        """Folders that have events and no `call.json`, and that no living process writes to.

        Reads the disk: call it from a thread.
        """
        return [
            path
            for path in self.folders()
            if path.name not in self._mine
            and (path / "events.jsonl").is_file()
            and not (path / "call.json").exists()
            and not _is_live(path / "events.jsonl")
        ]

    def rebuild(self, folder: Path) -> CallRecord:
        """The record of a call from its `events.jsonl` alone. Reads the disk: call it from a thread.

        Raises:
            StorageError: the file cannot be read.
        """
        source = folder / "events.jsonl"
        try:
            written = datetime.fromtimestamp(source.stat().st_mtime, UTC)
            return record_from_events(folder.name, read_events(source), fallback_time=written)
        except OSError as exc:
            raise StorageError("the events of a call cannot be read", code="events-unreadable") from exc

    def read(self, folder: Path) -> CallRecord:
        """The record of a call: `call.json`, or rebuilt where there is none. Reads the disk: call it from a thread.

        Raises:
            StorageError: neither can be read.
        """
        try:
            return CallRecord.model_validate_json((folder / "call.json").read_bytes())
        except (OSError, ValueError):
            return self.rebuild(folder)

    def flush(self, timeout_sec: float = 5.0) -> bool:
        """Wait until what was handed over so far was written or has failed. Blocks: call it from a thread."""
        return self._writer.flush(timeout_sec)

    def close(self, timeout_sec: float = 5.0) -> bool:
        """Write what is queued and stop the writer. Blocks for at most about twice `timeout_sec`."""
        return self._writer.close(timeout_sec)

    def _forget(self, call_sid: str) -> None:
        self._mine.discard(call_sid)
        self._writer.forget(call_sid)


def _is_live(events: Path) -> bool:
    """Whether another process holds the file's lock, as the writer of a call that goes on does."""
    try:
        with events.open("rb") as file:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _list(data_dir: Path) -> None:
    archive = CallArchive(data_dir)
    for path in archive.folders():
        record = archive.read(path)
        done = (path / "call.json").exists()
        state = record.outcome if done else ("live" if _is_live(path / "events.jsonl") else "unfinished")
        print(f"{record.started_at:%Y-%m-%d %H:%M:%S}  {path.name}  {record.duration_sec:7.1f} s  {state}")
    archive.close()


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m recording.storage DATA_DIR")
    _list(Path(sys.argv[1]))
