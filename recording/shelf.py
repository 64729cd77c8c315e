"""The calls on the disk, to be read: which there are, the record of each, its recording and its transcript."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from call import CallRecord, Paper
from errors import StorageError
from recording import kept_file
from recording.audio import read_audio
from recording.encryption import Cipher
from recording.replay import read_events, record_from_events
from recording.transcript import TEXT_FILE

_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")


def is_call_sid(text: str) -> bool:
    """Whether a text is one of Twilio's CallSids, and so the name of a folder."""
    return _CALL_SID.fullmatch(text) is not None


class CallShelf:
    """All calls of a data folder (`root` is DATA_DIR), for those who only read."""

    def __init__(self, root: Path, cipher: Cipher | None = None) -> None:
        self.recordings = root / "recordings"
        self._cipher = cipher

    def find(self, call_sid: str) -> Path | None:
        """The folder of a call, or None. Reads the disk: call it from a thread.

        Raises:
            StorageError: that is no CallSid.
        """
        if not is_call_sid(call_sid):
            raise StorageError("not a CallSid: CA and 32 hexadecimal digits", code="bad-call-sid", retryable=False)
        return next((path for path in self.folders() if path.name == call_sid), None)

    def folder_of(self, call_sid: str) -> Path:
        """As `find`.

        Raises:
            StorageError: that is no CallSid, or there is no such call (`no-call`).
        """
        folder = self.find(call_sid)
        if folder is None:
            raise StorageError("there is no such call", code="no-call", retryable=False)
        return folder

    def folders(self) -> Iterator[Path]:
        """Every call's folder, oldest day first. Reads the disk: call it from a thread."""
        for path in sorted(self.recordings.glob("[0-9]*/[0-9]*/[0-9]*/CA*")):
            if is_call_sid(path.name) and path.is_dir():
                yield path

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

    def paper(self, call_sid: str, item: Literal["audio", "transcript"]) -> Paper:
        """A call's recording or transcript for its lead, read when it is sent."""
        if item == "audio":
            return Paper(item, f"{call_sid}.mp3", lambda: read_audio(self.folder_of(call_sid), self._cipher))
        return Paper(
            item, f"{call_sid}.txt", lambda: kept_file.read(self.folder_of(call_sid) / TEXT_FILE, self._cipher)
        )

    def read(self, folder: Path) -> CallRecord:
        """The record of a call: `call.json`, or rebuilt where there is none. Reads the disk: call it from a thread.

        Raises:
            StorageError: neither can be read.
        """
        try:
            return CallRecord.model_validate_json((folder / "call.json").read_bytes())
        except (OSError, ValueError):
            return self.rebuild(folder)

    async def audio(self, call_sid: str) -> bytes:
        """The recording of a call: a stereo MP3 (caller left, AVA right), opened, and compared with its hash.

        Raises:
            StorageError: there is no such call (`no-call`), or see `recording.audio.read_audio`.
        """
        return await asyncio.to_thread(lambda: read_audio(self.folder_of(call_sid), self._cipher))

    async def kept(self, call_sid: str, name: str) -> bytes:
        """A file that `keep` wrote.

        Raises:
            StorageError: there is no such call, or see `recording.kept_file.blocks_of`.
        """
        return await asyncio.to_thread(lambda: self.read_kept(self.folder_of(call_sid), name))

    def read_kept(self, folder: Path, name: str) -> bytes:
        """As `kept`, of a call whose folder is known. Reads the disk: call it from a thread.

        Raises:
            StorageError: see `recording.kept_file.blocks_of`.
        """
        return kept_file.read(folder / name, self._cipher)


if __name__ == "__main__":
    import sys

    from config import load_settings
    from recording.encryption import cipher_from

    if len(sys.argv) != 3:
        sys.exit("usage: python -m recording.shelf DATA_DIR CALL_SID > call.mp3")
    try:
        shelf = CallShelf(Path(sys.argv[1]), cipher_from(load_settings()))
        sys.stdout.buffer.write(asyncio.run(shelf.audio(sys.argv[2])))
    except StorageError as error:
        sys.exit(f"{error.code}: {error}")
