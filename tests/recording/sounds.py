"""Tracks for the tests: bursts of tones and noise as mu-law, and how two sounds lie in time."""

import numpy as np
import numpy.typing as npt

from recording.mp3 import RATE_HZ, linear

_CODES = np.argsort(linear(bytes(range(256))), kind="stable")
_VALUES = linear(bytes(range(256)))[_CODES]
Samples = npt.NDArray[np.int16]


def ulaw(samples: npt.NDArray[np.float64]) -> bytes:
    """The nearest mu-law byte of each sample (16-bit range)."""
    at = np.clip(np.searchsorted(_VALUES, samples), 1, 255)
    nearer = np.abs(_VALUES[at] - samples) < np.abs(_VALUES[at - 1] - samples)
    return _CODES[np.where(nearer, at, at - 1)].astype(np.uint8).tobytes()


def bursts(seconds: float, *, seed: int) -> npt.NDArray[np.float64]:
    """Something like speech: a tone that moves, in bursts of irregular lengths with silence between."""
    rng = np.random.default_rng(seed)
    size = round(seconds * RATE_HZ)
    sound = np.zeros(size)
    at = 0
    while at < size:
        length = int(rng.uniform(0.2, 0.9) * RATE_HZ)
        time = np.arange(min(length, size - at)) / RATE_HZ
        pitch = rng.uniform(200, 900)
        sound[at : at + length] = 9000 * np.sin(2 * np.pi * (pitch + 300 * time) * time) * np.hanning(len(time))
        at += length + int(rng.uniform(0.2, 0.9) * RATE_HZ)
    return sound


def lag_sec(sent: Samples, got: Samples) -> float:
    """How much later `got` is than `sent`, by correlation."""
    size = 2 * max(len(sent), len(got))
    product = np.fft.rfft(got.astype(float), size) * np.conj(np.fft.rfft(sent.astype(float), size))
    best = int(np.argmax(np.fft.irfft(product)))
    return (best if best < size // 2 else best - size) / RATE_HZ


def likeness(sent: Samples, got: Samples) -> float:
    """Correlation, 1 for the same sound."""
    size = min(len(sent), len(got))
    return float(np.corrcoef(sent[:size], got[:size])[0, 1])
