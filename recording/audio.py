"""The recording of a finished call: two raw tracks become `audio.mp3`, kept whole, with its hash in the call's record.

In this order, so that a crash at any moment leaves the tracks or the MP3: the MP3 is made in a file without a name and
compared with the tracks; it is written in place (sealed when there is a key) and read back; its hash goes into
`call.json` and the index; then the tracks are deleted. Whatever was not reached is done at the next start.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import StorageError
from recording import kept_file, mp3
from recording.encryption import Cipher
from recording.files import AppendFile, Chunk, Opener, remove_temporaries, scratch_file, sync_folder, write_atomically
from recording.last_writes import LastWrites
from recording.writer import storage_code

AUDIO = "audio.mp3"
TRACKS = ("caller.ulaw", "agent.ulaw")
_BLOCK_BYTES = 1 << 20
_SPARE_BYTES = 1 << 20  # of the disk, beside what the MP3 may take


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A recording.

    Attributes:
        path: where it lies; sealed, it ends in `.enc`.
        sha256: of the MP3 itself, also where it is sealed; in hexadecimal.
        seconds: its length.
        size_bytes: of the MP3 itself.
    """

    path: Path
    sha256: str
    seconds: float
    size_bytes: int


def has_tracks(folder: Path) -> bool:
    """Whether raw tracks lie in a call's folder. Reads the disk."""
    return any((folder / name).exists() for name in TRACKS)


def make_audio(folder: Path, *, refused: bool, cipher: Cipher | None, opener: Opener = os.open) -> AudioFile | None:
    """The recording of a finished call, made of its tracks unless it was made before. Blocks, for seconds.

    Args:
        folder: the call's; nobody else writes to it.
        refused: the caller did not want to be recorded: all audio is deleted.

    Returns:
        None when there is no audio.

    Raises:
        StorageError: it could not be made; the tracks are as they were.
    """
    try:
        remove_temporaries(folder)
        if refused:
            remove_audio(folder)
            return None
        made = _made_before(folder, cipher)
        if made is not None or not _has_sound_bytes(folder):
            return made
        return _make(folder, cipher, opener)
    except OSError as exc:
        raise StorageError("the recording could not be written", code=storage_code(exc)) from exc


def remove_audio(folder: Path) -> None:
    """Delete every trace of a call's audio.

    Raises:
        OSError: something is still there.
    """
    for name in TRACKS:
        (folder / name).unlink(missing_ok=True)
    kept_file.remove(folder / AUDIO)
    if folder.exists():
        sync_folder(folder)


def read_audio(folder: Path, cipher: Cipher | None) -> bytes:
    """The MP3 of a call, after its hash was compared with the one in the record. Blocks.

    Raises:
        StorageError: none was kept (`no-audio`), it is not made yet (`audio-not-ready`), it is not what was kept
            (`audio-damaged`), or it cannot be opened (see `kept_file.blocks_of`).
    """
    wanted = _record(folder).get("audio_sha256")
    if wanted is None:
        code = "audio-not-ready" if has_tracks(folder) else "no-audio"
        raise StorageError("there is no recording of this call", code=code, retryable=code == "audio-not-ready")
    try:
        data = kept_file.read(folder / AUDIO, cipher)
    except StorageError as exc:
        if exc.code not in ("file-damaged", "no-file"):
            raise
        raise StorageError("the recording is damaged or gone", code="audio-damaged", retryable=False) from exc
    if hashlib.sha256(data).hexdigest() != wanted:
        raise StorageError("the recording is not the one that was kept", code="audio-damaged", retryable=False)
    return data


class AudioEnd(LastWrites):
    """The last writes of a recording, in the writer's thread: hash and length in `call.json` and the index, and the
    tracks deleted."""

    def __init__(self, folder: Path, audio: AudioFile, index: AppendFile, opener: Opener) -> None:
        super().__init__(folder.name)
        self._folder = folder
        self._fields = {"audio_sha256": audio.sha256, "audio_sec": audio.seconds}
        self._index = index
        self._opener = opener
        self._indexed = False

    def _write(self) -> None:
        record = _record(self._folder)
        if any(record.get(name) != value for name, value in self._fields.items()):
            text = json.dumps(record | self._fields, indent=2, ensure_ascii=False)
            write_atomically(self._folder / "call.json", text.encode(), self._opener)
        if not self._indexed and not self._stands_in_index():
            line = json.dumps({"call_sid": self.call_sid, **self._fields}).encode() + b"\n"
            self._indexed = self._index.add(Chunk(line, sync=True))
        self._index.drain()
        for name in TRACKS:
            (self._folder / name).unlink(missing_ok=True)
        sync_folder(self._folder)

    def _stands_in_index(self) -> bool:
        """Whether a process that died before it deleted the tracks has left the line."""
        if not self._index.path.exists():
            return False
        marks = (f'"{self.call_sid}"'.encode(), str(self._fields["audio_sha256"]).encode())
        with self._index.path.open("rb") as lines:
            return any(line.endswith(b"\n") and all(mark in line for mark in marks) for line in lines)


def _make(folder: Path, cipher: Cipher | None, opener: Opener) -> AudioFile:
    caller, agent = (folder / name for name in TRACKS)
    needed = _SPARE_BYTES + sum(path.stat().st_size for path in (caller, agent) if path.exists())
    if shutil.disk_usage(folder).free < needed:  # MP3 and its sealed copy together are smaller than the tracks
        raise StorageError("no room for the recording", code="disk-full")
    with scratch_file(folder, opener) as fd:
        samples = mp3.encode(caller, agent, fd)
        mp3.check(fd, caller, agent)
        size, digest = os.fstat(fd).st_size, kept_file.sha256_of(_content(fd))
        path = kept_file.keep(folder / AUDIO, _content(fd), cipher, opener)
    if kept_file.sha256_of(kept_file.blocks_of(folder / AUDIO, cipher)) != digest:
        raise StorageError("the recording was not written as it was made", code="audio-damaged")
    return AudioFile(path, digest, round(samples / mp3.RATE_HZ, 3), size)


def _made_before(folder: Path, cipher: Cipher | None) -> AudioFile | None:
    """The recording that the record tells of, if it is there and whole."""
    record = _record(folder)
    if record.get("audio_sha256") is None:
        return None
    try:
        data = read_audio(folder, cipher)
    except StorageError:
        if has_tracks(folder):
            return None  # it is made anew
        raise
    path = folder / AUDIO
    at = path if path.exists() else kept_file.sealed_path(path)
    return AudioFile(at, record["audio_sha256"], record["audio_sec"], len(data))


def _has_sound_bytes(folder: Path) -> bool:
    """Whether there is anything in the tracks; empty ones are deleted."""
    tracks = [folder / name for name in TRACKS if (folder / name).exists()]
    if any(path.stat().st_size for path in tracks):
        return True
    for path in tracks:
        path.unlink()
    return False


def _content(fd: int) -> Iterator[bytes]:
    at = 0
    while block := os.pread(fd, _BLOCK_BYTES, at):
        yield block
        at += len(block)


def _record(folder: Path) -> dict[str, Any]:
    """`call.json` as it stands, fields that this version does not know included.

    Raises:
        StorageError: it cannot be read (`record-unreadable`).
    """
    try:
        value = json.loads((folder / "call.json").read_bytes())
    except (OSError, ValueError) as exc:
        raise StorageError("the record of a call cannot be read", code="record-unreadable") from exc
    if not isinstance(value, dict):
        raise StorageError("the record of a call cannot be read", code="record-unreadable")
    return value


if __name__ == "__main__":
    import sys

    from config import load_settings
    from recording.encryption import cipher_from

    if len(sys.argv) != 2:
        sys.exit("usage: python -m recording.audio CALL_FOLDER (compares the recording with its hash)")
    try:
        content = read_audio(Path(sys.argv[1]).resolve(), cipher_from(load_settings()))
    except StorageError as error:
        sys.exit(f"{error.code}: {error}")
    print(f"{len(content)} bytes, as they were kept")
