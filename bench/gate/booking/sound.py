"""A recording against the wire: is it as long as the call, and is each utterance of both sides where it was?

Each utterance is searched for in its channel by normalised cross-correlation, so that a channel that slides against the
other one shows. AVA's utterances are those that the far end played, and belong where they arrived there: how long the
far end's jitter buffer held each of them is taken off.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import soundfile

from bench.gate.booking.evidence import Sound
from bench.gate.evidence import GateError
from simulator.audio import FRAME_BYTES, FRAME_SEC, SAMPLE_RATE_HZ, decode, is_loud, loud_positions

_PAUSE_FRAMES = 10  # a shorter pause does not end an utterance
_SHORTEST_FRAMES, _LONGEST_FRAMES = 20, 100  # 0.4 s are needed to tell a place; 2 s are enough
_SEARCH = SAMPLE_RATE_HZ // 2  # samples to either side of where it should be
_LONGEST_HELD_SEC = 0.4  # by the far end's jitter buffer
_ALIKE = 0.5  # of 1: coded speech correlates at 0.9 and more with itself, other speech at 0.2

Floats = npt.NDArray[np.float64]


def sound_of(
    mp3: bytes,
    *,
    sha256: str | None,
    started_sec: float,
    call_sec: float,
    sent: Sequence[bytes],
    played: Sequence[bytes],
    arrived_sec: Sequence[float],
) -> Sound:
    """Compare a stereo MP3 (caller left, AVA right) with both sides as 20 ms frames from the stream's start.

    Args:
        started_sec: when the recording began, in seconds of the stream.
        call_sec: how long the stream was.
        arrived_sec: when each of AVA's sounds began to arrive, in seconds of the stream.

    Raises:
        GateError: it does not decode as a stereo recording at 8 kHz.
    """
    samples = _decoded(mp3)
    caller, lost = _delays(_placed(sent), samples[:, 0], started_sec)
    agent, lost_too = _delays(_arrived(_placed(played), arrived_sec), samples[:, 1], started_sec)
    return Sound(
        hashlib.sha256(mp3).hexdigest() == sha256,
        len(samples) / SAMPLE_RATE_HZ,
        call_sec - started_sec,
        tuple(caller),
        tuple(agent),
        lost + lost_too,
    )


def _decoded(mp3: bytes) -> Floats:
    try:
        samples, rate = soundfile.read(io.BytesIO(mp3), dtype="float64", always_2d=True)
    except soundfile.SoundFileError as exc:
        raise GateError("the attached recording does not play") from exc
    if rate != SAMPLE_RATE_HZ or samples.shape[1] != 2:
        raise GateError(f"the attached recording has {samples.shape[1]} channels at {rate} Hz; expected 2 at 8000")
    return np.asarray(samples, dtype=np.float64)


def _delays(utterances: Iterable[tuple[float, bytes]], channel: Floats, started_sec: float) -> tuple[list[float], int]:
    """How late each utterance stands in a channel, in milliseconds, and how many are not there."""
    delays, lost = [], 0
    for at_sec, ulaw in utterances:
        at = round((at_sec - started_sec) * SAMPLE_RATE_HZ)
        if at < 0:
            continue  # before the recording began
        delay = _delay(decode(ulaw).astype(np.float64), channel, at)
        lost += delay is None
        delays += [delay] if delay is not None else []
    return delays, lost


def _placed(frames: Sequence[bytes]) -> Iterator[tuple[float, bytes]]:
    """Each utterance from its first sound on, with the second of the stream at which that was."""
    for first, last in _utterances(frames):
        ulaw = b"".join(frames[first:last])
        silent = int(loud_positions(ulaw)[0])
        yield first * FRAME_SEC + silent / SAMPLE_RATE_HZ, ulaw[silent:]


def _arrived(utterances: Iterable[tuple[float, bytes]], arrived_sec: Sequence[float]) -> Iterator[tuple[float, bytes]]:
    """The utterances at the times at which they arrived; one that belongs to no arrival of its own is left out."""
    for played_sec, ulaw in utterances:
        before = [one for one in arrived_sec if 0 <= played_sec - one < _LONGEST_HELD_SEC]
        if before:
            yield max(before), ulaw


def _utterances(frames: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """First and one behind the last frame of each, cut to two seconds."""
    begun: int | None = None
    quiet = 0
    for number, frame in enumerate((*frames, *[b""] * _PAUSE_FRAMES)):
        if is_loud(frame):
            begun, quiet = number if begun is None else begun, 0
            continue
        quiet += 1
        if begun is not None and quiet == _PAUSE_FRAMES:
            end = number + 1 - quiet
            if end - begun >= _SHORTEST_FRAMES:
                yield begun, min(end, begun + _LONGEST_FRAMES)
            begun = None


def _delay(wanted: Floats, channel: Floats, at: int) -> float | None:
    """Milliseconds by which `wanted` stands behind sample `at`; None when nothing there sounds like it."""
    begin = max(0, at - _SEARCH)
    window = channel[begin : at + len(wanted) + _SEARCH]
    if len(window) < len(wanted):
        return None
    size = len(window) + len(wanted)
    spectrum = np.fft.rfft(window, size) * np.conj(np.fft.rfft(wanted, size))
    products = np.fft.irfft(spectrum, size)[: len(window) - len(wanted) + 1]
    sums = np.concatenate(([0.0], np.cumsum(window**2)))
    energy = sums[len(wanted) :] - sums[: -len(wanted)]
    scores = products / np.sqrt(np.maximum(energy, 1e-9) * max(float((wanted**2).sum()), 1e-9))
    best = int(np.argmax(scores))
    return (begin + best - at) / SAMPLE_RATE_HZ * 1000 if scores[best] >= _ALIKE else None


if __name__ == "__main__":
    from simulator.audio import frames as cut
    from simulator.audio import noise

    voice = cut(noise("pink", 1.0, -20.0))
    silence = [b"\xff" * FRAME_BYTES] * 50
    print(_delays(_placed([*silence, *voice, *silence]), decode(b"".join([*silence, *voice, *silence])) / 32768, 0.0))
