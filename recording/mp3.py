"""Two mu-law tracks as one stereo MP3 (caller left, AVA right), and back. All of it blocks.

libsndfile does the coding (LAME and mpg123 are in its wheel); an MP3 at 8 kHz is MPEG-2.5 Layer III. It is given
floats: 16-bit samples come out of libsndfile 1.2.2's MP3 encoder with their peaks cut.
"""

import io
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from errors import StorageError
from recording.writer import storage_code

RATE_HZ = 8000
BLOCK = 10 * RATE_HZ  # samples that are in memory at once
_QUALITY = 0.4  # of VBR, 0 best; about 30 kbit/s of telephone speech, no worse than the line
_LENGTH_TOLERANCE = RATE_HZ // 10
_NOISE_FLOOR = 0.004  # of full scale, RMS: an MP3 may drop the line's hiss
_MOST_LOST = 0.5  # of the energy: a coded voice loses 0.02, a silent or swapped channel 1 and more

Samples = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]


def _ulaw_values() -> Samples:
    """The linear value of each mu-law byte (ITU-T G.711)."""
    code = 255 - np.arange(256)
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


_LINEAR = _ulaw_values()


def linear(ulaw: bytes) -> Samples:
    """Mu-law bytes as 16-bit samples, shape (n,)."""
    return _LINEAR[np.frombuffer(ulaw, dtype=np.uint8)]


def available() -> bool:
    """Whether this machine's libsndfile writes MP3 (from 1.1.0 on, if it was built so)."""
    return "MP3" in soundfile.available_formats()


def encode(caller: Path, agent: Path, fd: int) -> int:
    """Write the tracks into an open, empty file. A track that is missing, or shorter, is silence.

    Returns:
        The length in samples.

    Raises:
        StorageError: no encoder (`mp3-unavailable`), no room (`disk-full`), or another failure (`mp3-failed` and the
            codes of `writer.storage_code`).
    """
    if not available():
        raise StorageError("this libsndfile writes no MP3", code="mp3-unavailable", retryable=False)
    samples = 0
    try:
        with _sound_file(fd, "w") as out:
            for block in _stereo(caller, agent):
                out.write(block)
                samples += len(block)
    except (soundfile.SoundFileError, AssertionError) as exc:  # soundfile asserts that all samples were taken
        raise StorageError("the MP3 could not be written", code=_why(fd)) from exc
    return samples


def check(fd: int, caller: Path, agent: Path) -> None:
    """Compare an MP3 with the tracks that it was made of.

    Raises:
        StorageError: it cannot be decoded, or is not of that length, or does not sound like them (`mp3-damaged`).
    """
    lost, energy, samples, missing = np.zeros(2), np.zeros(2), 0, 0
    os.lseek(fd, 0, os.SEEK_SET)
    try:
        with _sound_file(fd, "r") as coded:
            for block in _stereo(caller, agent):
                got = coded.read(len(block), dtype="float32", always_2d=True)
                samples += len(block)
                missing += len(block) - len(got)
                lost += ((block[: len(got)] - got) ** 2).sum(axis=0, dtype=np.float64)
                energy += (block**2).sum(axis=0, dtype=np.float64)
            missing -= len(coded.read(BLOCK, dtype="float32"))
    except soundfile.SoundFileError as exc:
        raise StorageError("the MP3 cannot be decoded", code="mp3-damaged") from exc
    if abs(missing) > _LENGTH_TOLERANCE or (lost > _MOST_LOST * energy + samples * _NOISE_FLOOR**2).any():
        raise StorageError("the MP3 is not what the tracks are", code="mp3-damaged")


def decode(data: bytes) -> Iterator[Samples]:
    """An MP3 as blocks of 16-bit samples at 8 kHz, shape (n, 2): caller, AVA.

    Raises:
        StorageError: it cannot be decoded (`mp3-damaged`).
    """
    try:
        with _Forward(io.BytesIO(data)) as coded:
            while len(block := coded.read(BLOCK, dtype="int16", always_2d=True)):
                yield block
    except soundfile.SoundFileError as exc:
        raise StorageError("the MP3 cannot be decoded", code="mp3-damaged", retryable=False) from exc


class _Forward(soundfile.SoundFile):
    """Reads from front to end. soundfile itself seeks after each block, and what follows a seek in an MP3 lacks the
    bits that the frames before hold for it."""

    def seekable(self) -> bool:
        return False


def _sound_file(fd: int, mode: str) -> Any:
    form: dict[str, Any] = {
        "format": "MP3", "subtype": "MPEG_LAYER_III", "samplerate": RATE_HZ, "channels": 2,
        "bitrate_mode": "VARIABLE", "compression_level": _QUALITY,
    }  # fmt: skip
    return _Forward(fd, mode, closefd=False, **(form if mode == "w" else {}))


def _stereo(caller: Path, agent: Path) -> Iterator[Floats]:
    """The tracks side by side, in blocks of shape (n, 2) in -1..1; the shorter one is filled up with silence."""
    with ExitStack() as files:
        sides: list[BinaryIO] = [
            files.enter_context(path.open("rb")) if path.exists() else io.BytesIO() for path in (caller, agent)
        ]
        while length := max(map(len, pieces := [linear(side.read(BLOCK)) for side in sides])):
            block = np.zeros((length, 2), dtype=np.float32)
            for channel, piece in enumerate(pieces):
                block[: len(piece), channel] = piece / np.float32(32768)
            yield block


def _why(fd: int) -> str:
    """libsndfile keeps the system's error to itself: ask the file for it."""
    try:
        os.pwrite(fd, bytes(4096), os.fstat(fd).st_size)
    except OSError as exc:
        return storage_code(exc)
    return "mp3-failed"


if __name__ == "__main__":
    import sys
    import time

    if len(sys.argv) != 4:
        sys.exit("usage: python -m recording.mp3 CALLER_ULAW AGENT_ULAW MP3")
    left, right, target = map(Path, sys.argv[1:])
    began = time.perf_counter()
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    length = encode(left, right, descriptor)
    check(descriptor, left, right)
    print(f"{length / RATE_HZ:.2f} s, {target.stat().st_size} bytes, {time.perf_counter() - began:.2f} s")
