"""Where a long track is cut: into pieces that a recognizer takes at once, and into utterances with silence between.

Pure; 16-bit samples at 8 kHz. Loudness is judged by frames of 20 ms against the line's own noise.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

RATE_HZ = 8000
FRAME = RATE_HZ // 50
LOOK_BACK_SEC = 8.0  # of a piece: its end is laid into the quietest moment of them
PAUSE_SEC = 0.5  # of quiet, that ends an utterance
PADDING_SEC = 0.25  # of quiet, kept on both sides of an utterance
_LEAST_SPEECH_SEC = 0.08
_FLOOR = 60.0  # RMS of 16-bit samples, -55 dBFS: what is below it is nobody's voice
_OVER_NOISE = 2.5
_LOUDEST_NOISE = 600.0  # who speaks without a pause is no noise

Samples = npt.NDArray[np.int16]


def pieces(blocks: Iterable[Samples], longest_sec: float) -> Iterator[tuple[float, Samples]]:
    """A track in pieces of up to `longest_sec`, each with its start in seconds; every sample comes once."""
    size = int(longest_sec * RATE_HZ)
    waiting, begun = np.empty(0, dtype=np.int16), 0
    for block in blocks:
        waiting = np.concatenate([waiting, block])
        while len(waiting) >= size:
            cut = _quietest(waiting[:size])
            yield begun / RATE_HZ, waiting[:cut]
            waiting, begun = waiting[cut:], begun + cut
    if len(waiting):
        yield begun / RATE_HZ, waiting


def utterances(samples: Samples, longest_sec: float) -> list[tuple[int, int]]:
    """Where somebody speaks: first sample and the one after the last, in order; none longer than `longest_sec`."""
    level = loudness(samples)
    if not len(level):
        return []
    noise = min(_LOUDEST_NOISE, _OVER_NOISE * float(np.percentile(level, 10)))
    loud = level > max(_FLOOR, noise)
    spans = [
        span
        for span in _joined(_runs(loud), round(PAUSE_SEC * 50))
        if loud[slice(*span)].sum() >= 50 * _LEAST_SPEECH_SEC
    ]
    pad = round(PADDING_SEC * 50)
    padded = [(max(0, first - pad) * FRAME, min(len(samples), (last + pad) * FRAME)) for first, last in spans]
    return [part for first, last in padded for part in _shortened(samples, first, last, int(longest_sec * RATE_HZ))]


def loudness(samples: Samples) -> npt.NDArray[np.float64]:
    """RMS of each whole frame of 20 ms."""
    whole = samples[: len(samples) // FRAME * FRAME].astype(np.float64).reshape(-1, FRAME)
    return np.sqrt((whole**2).mean(axis=1))


def _quietest(samples: Samples) -> int:
    """Where to cut near the end: the middle of the quietest 0.2 s of the last seconds."""
    begin = max(FRAME, len(samples) - int(LOOK_BACK_SEC * RATE_HZ)) // FRAME * FRAME
    level = loudness(samples[begin:])
    if len(level) < 10:
        return len(samples)
    smooth = np.convolve(level, np.ones(10) / 10, mode="valid")
    return begin + (len(smooth) - 1 - int(np.argmin(smooth[::-1])) + 5) * FRAME


def _runs(loud: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _joined(runs: list[tuple[int, int]], pause: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined and first - joined[-1][1] < pause:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _shortened(samples: Samples, first: int, last: int, longest: int) -> Iterator[tuple[int, int]]:
    while last - first > longest:
        cut = first + _quietest(samples[first : first + longest])
        yield first, cut
        first = cut
    yield first, last


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from recording.mp3 import decode

    if len(sys.argv) != 2:
        sys.exit("usage: python -m recording.pieces MP3 (prints where the caller speaks)")
    caller = np.concatenate([block[:, 0] for block in decode(Path(sys.argv[1]).read_bytes())])
    for start, end in utterances(caller, 20.0):
        print(f"{start / RATE_HZ:8.2f} s to {end / RATE_HZ:8.2f} s")
