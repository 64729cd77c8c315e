"""The record of every call, on disk as the call goes.

    recordings/index.jsonl                     one line per finished call
    recordings/2026/11/22/CA.../events.jsonl   one line per event, handed to the system as it happens
                                caller.ulaw, agent.ulaw   8 kHz mu-law mono, 8000 bytes a second, aligned
                                call.json      the finished call; its presence says that the call is done
                                audio.mp3      made of the tracks, which are deleted then (`recording.audio`)
                                transcript.json, transcript.txt   made after the call (`recording.transcriber`)

A second line of a call in the index adds its recording's hash and length. With RECORDING_KEY the recording and the
transcript are sealed and end in `.enc`; a call that goes on, its events and its record are not.

The date is the UTC date of the call's start. Folders are 0700 and files 0600. Run `python -m recording.storage
DATA_DIR` to list the calls and their state.
"""

import asyncio
import fcntl
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC
from pathlib import Path

import metrics
from call import Call, CallRecord, Clock
from clock import SystemClock
from errors import StorageError
from log import log_event
from recording import kept_file
from recording.audio import AudioEnd, AudioFile, has_tracks, make_audio
from recording.encryption import Cipher
from recording.ending import CallEnd, Release
from recording.files import AppendFile, Opener
from recording.folder import CallFolder
from recording.last_writes import LastWrites
from recording.shelf import CallShelf, is_call_sid
from recording.writer import Writer, storage_code

_LONGEST_WAIT_SEC = 10.0


class CallArchive(CallShelf):
    """All calls of a data folder (`root` is DATA_DIR). One per process."""

    def __init__(
        self,
        root: Path,
        clock: Clock | None = None,
        *,
        cipher: Cipher | None = None,
        opener: Opener = os.open,
        queue_size: int = 4096,
        retry_sec: float = 1.0,
    ) -> None:
        super().__init__(root, cipher)
        self.clock: Clock = clock or SystemClock()
        self._opener = opener
        self._one_recording = asyncio.Lock()
        self._background = ThreadPoolExecutor(1, "recording", initializer=_step_back)
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
        if not is_call_sid(call.sid):
            raise StorageError("not a CallSid: CA and 32 hexadecimal digits", code="bad-call-sid", retryable=False)
        if call.sid in self._mine:
            raise StorageError("this call's record is open already", code="call-is-open", retryable=False)
        self._mine.add(call.sid)
        started = call.started_at.astimezone(UTC)
        path = self.recordings / f"{started:%Y}" / f"{started:%m}" / f"{started:%d}" / call.sid
        return CallFolder(call, path, writer=self._writer, clock=self.clock, opener=self._opener)

    async def finish(self, folder: CallFolder | Path, record: CallRecord, *, lead_state: str | None = None) -> bool:
        """Write `call.json` and the call's line in the index; idempotent.

        Returns:
            True when it is on disk; False when it is not yet: it stays in memory and is tried again, or, if the
            process dies before that, found by the next recovery.
        """
        return await self._written(CallEnd(folder, record, lead_state, self._index, self._opener, forget=self._forget))

    async def finish_audio(self, folder: CallFolder | Path, record: CallRecord) -> AudioFile | None:
        """Make the tracks of a call that `finish` has written into one stereo MP3; idempotent.

        Hash and length go into `call.json` and the index. What cannot be done now (it is logged) leaves the tracks as
        they are: `unfinished_audio` finds them. Where libsndfile writes no MP3 they stay so (`mp3-unavailable`).

        Returns:
            None when there is no audio, the caller refused, or it could not be done.
        """
        path, refused = (folder.path, folder.refused) if isinstance(folder, CallFolder) else (folder, False)
        refused = refused or record.recording_refused
        try:
            async with self._one_recording:
                if self._writer.closed:
                    raise StorageError("the archive is closed", code="writer-closed")
                making = asyncio.get_running_loop().run_in_executor(self._background, self._make_audio, path, refused)
                audio = await making
                if audio and not await self._written(AudioEnd(path, audio, self._index, self._opener)):
                    raise StorageError("the recording's hash is not written yet", code="audio-not-noted")
        except StorageError as exc:
            metrics.STORAGE_ERRORS.labels(exc.code).inc()
            log_event("audio_failed", call=path.name, level="ERROR", code=exc.code)
            return None
        if audio:
            log_event("audio_kept", call=path.name, seconds=audio.seconds, size_bytes=audio.size_bytes)
        return audio

    async def keep(self, call_sid: str, name: str, data: bytes) -> None:
        """Write a whole file into a call's folder, sealed when there is a key.

        Raises:
            StorageError: there is no such call, or the file could not be written; the old one stands.
        """

        def write() -> None:
            try:
                kept_file.keep(self.folder_of(call_sid) / name, [data], self._cipher, self._opener)
            except OSError as exc:
                raise StorageError("a file of a call could not be written", code=storage_code(exc)) from exc

        await asyncio.to_thread(write)

    def release(self, folder: CallFolder | Path) -> None:
        """Let go of a call without finishing it: the next recovery will find it."""
        if isinstance(folder, CallFolder):
            folder.end()
            self._writer.submit(Release(folder, forget=self._forget), None)

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

    def is_open(self, folder: Path) -> bool:
        """Whether the call goes on, in this process or in another one, or its last writes do."""
        return folder.name in self._mine or _is_live(folder / "events.jsonl")

    def unfinished_audio(self) -> list[Path]:
        """Folders of finished calls whose tracks are no MP3 yet. Reads the disk: call it from a thread."""
        return [
            path
            for path in self.folders()
            if path.name not in self._mine and has_tracks(path) and (path / "call.json").exists()
        ]

    def flush(self, timeout_sec: float = 5.0) -> bool:
        """Wait until what was handed over so far was written or has failed. Blocks: call it from a thread."""
        return self._writer.flush(timeout_sec)

    def close(self, timeout_sec: float = 5.0) -> bool:
        """Write what is queued and stop the writer. Blocks for at most about twice `timeout_sec`."""
        self._background.shutdown(wait=False, cancel_futures=True)
        return self._writer.close(timeout_sec)

    def _make_audio(self, folder: Path, refused: bool) -> AudioFile | None:
        if folder.name in self._mine or not (folder / "call.json").exists():
            raise StorageError("the call is not finished", code="call-not-finished")
        return make_audio(folder, refused=refused, cipher=self._cipher, opener=self._opener)

    async def _written(self, end: LastWrites) -> bool:
        """Hand last writes over and wait for them; False when they are not on the disk yet."""
        try:
            async with asyncio.timeout(_LONGEST_WAIT_SEC):
                while not self._writer.submit(end, None):
                    if self._writer.closed:
                        return False
                    await asyncio.sleep(0.05)
                return await asyncio.wrap_future(end.answer)
        except TimeoutError:
            return False

    def _forget(self, call_sid: str) -> None:
        self._mine.discard(call_sid)
        self._writer.forget(call_sid)


def _step_back() -> None:
    """This thread (on Linux a priority is a thread's own) lets those go first that carry calls."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


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
