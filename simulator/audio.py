"""Telephone audio: mu-law 8 kHz mono (ITU-T G.711), frames of 20 ms, loudness, and the noises of a caller's room.

Mu-law is handled as `bytes` (one byte a sample), linear audio as int16 numpy arrays of shape (samples,).
"""

import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

SAMPLE_RATE_HZ = 8000
FRAME_SEC = 0.02
FRAME_BYTES = 160
SILENCE = b"\xff" * FRAME_BYTES
LOUD_SAMPLE = 256  # |sample| of int16 that counts as sound, about -42 dB below full scale

Linear = npt.NDArray[np.int16]
NoiseKind = Literal["white", "pink", "cough", "hum", "babble"]

_BIAS = 0x84
_CLIP = 32635


def _decode_table() -> Linear:
    code = ~np.arange(256) & 0xFF
    magnitude = (((code & 0x0F) << 3) + _BIAS << ((code & 0x70) >> 4)) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


_DECODED = _decode_table()
# One byte per mu-law code: |sample| / 128, so that the peak of a frame is `max(frame.translate(_PEAKS))`.
_PEAKS = bytes(np.minimum(np.abs(_DECODED.astype(np.int32)) >> 7, 255).astype(np.uint8))
_LOUD_PEAK = LOUD_SAMPLE >> 7


def decode(ulaw: bytes) -> Linear:
    """Mu-law bytes to int16 samples."""
    return _DECODED[np.frombuffer(ulaw, dtype=np.uint8)]


def encode(samples: npt.NDArray[np.integer | np.floating]) -> bytes:
    """Samples in the int16 range (louder ones are clipped) to mu-law bytes."""
    linear = np.asarray(samples).astype(np.int32)
    sign = np.where(linear < 0, 0x80, 0)
    magnitude = np.minimum(np.abs(linear), _CLIP) + _BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8).tobytes()


def is_loud(ulaw: bytes) -> bool:
    """True when any sample is above `LOUD_SAMPLE`."""
    return bool(ulaw) and max(ulaw.translate(_PEAKS)) >= _LOUD_PEAK


def loud_positions(ulaw: bytes) -> npt.NDArray[np.intp]:
    """Indices of the samples above `LOUD_SAMPLE`."""
    peaks = np.frombuffer(ulaw.translate(_PEAKS), dtype=np.uint8)
    return np.flatnonzero(peaks >= _LOUD_PEAK)


def frames(ulaw: bytes) -> list[bytes]:
    """Cut into frames of 20 ms; the last one is filled with silence."""
    padded = ulaw + SILENCE[: -len(ulaw) % FRAME_BYTES]
    return [padded[start : start + FRAME_BYTES] for start in range(0, len(padded), FRAME_BYTES)]


def amplify(ulaw: bytes, gain_db: float) -> bytes:
    return encode(decode(ulaw) * 10 ** (gain_db / 20)) if gain_db else ulaw


def mix(first: bytes, second: bytes) -> bytes:
    """Two pieces of equal length on one line."""
    return encode(decode(first).astype(np.int32) + decode(second))


@dataclass(frozen=True, slots=True)
class Clip:
    """What the caller's side sends: mu-law 8 kHz, and whether an answer is owed to it (speech) or not (noise)."""

    ulaw: bytes
    text: str = ""
    is_speech: bool = True

    @property
    def seconds(self) -> float:
        return len(self.ulaw) / SAMPLE_RATE_HZ


def noise(kind: NoiseKind, seconds: float, level_db: float, voices: Iterable[bytes] = (), seed: int = 7) -> bytes:
    """Noise as mu-law, the same for the same arguments.

    Args:
        level_db: loudness (RMS) in dB below full scale, -60 to 0.
        voices: mu-law speech that babble is made of; modulated noise stands in when there is none.
    """
    rng = np.random.default_rng(seed)
    size = max(1, round(seconds * SAMPLE_RATE_HZ))
    if kind == "white":
        shape = rng.standard_normal(size)
    elif kind == "pink":
        shape = _pink(rng, size)
    elif kind == "hum":
        shape = _hum(size)
    elif kind == "cough":
        shape = _cough(rng, size)
    else:
        shape = _babble(rng, size, list(voices))
    rms = float(np.sqrt(np.mean(shape**2))) or 1.0
    return encode(np.clip(shape / rms * 32768 * 10 ** (level_db / 20), -32768, 32767))


def _pink(rng: np.random.Generator, size: int) -> npt.NDArray[np.float64]:
    spectrum = np.fft.rfft(rng.standard_normal(size))
    return np.fft.irfft(spectrum / np.sqrt(np.arange(1, spectrum.size + 1)), size)


def _hum(size: int) -> npt.NDArray[np.float64]:
    seconds = np.arange(size) / SAMPLE_RATE_HZ
    return sum((np.sin(2 * np.pi * 60 * n * seconds) / n for n in (1, 2, 3, 5)), start=np.zeros(size))


def _cough(rng: np.random.Generator, size: int) -> npt.NDArray[np.float64]:
    """Bursts of 0.3 s, half a second apart: an abrupt start that decays."""
    envelope = np.zeros(size)
    for start in range(0, size, SAMPLE_RATE_HZ // 2):
        burst = min(size - start, round(0.3 * SAMPLE_RATE_HZ))
        envelope[start : start + burst] = np.exp(-np.arange(burst) / (0.07 * SAMPLE_RATE_HZ))
    return _pink(rng, size) * envelope


def _babble(rng: np.random.Generator, size: int, voices: list[bytes]) -> npt.NDArray[np.float64]:
    """Several voices at once, backwards, so that there is speech's sound and rhythm without a word of it."""
    total = np.zeros(size)
    for _ in range(6):
        if voices:
            voice = decode(voices[int(rng.integers(len(voices)))])[::-1].astype(np.float64)
            total += np.roll(np.resize(voice, size), int(rng.integers(size)))
        else:
            rhythm = 1 + np.sin(2 * np.pi * rng.uniform(3, 6) * np.arange(size) / SAMPLE_RATE_HZ)
            total += _pink(rng, size) * rhythm
    return total


def write_stereo_wav(path: Path, left: list[bytes], right: list[bytes]) -> None:
    """Write two tracks of 20 ms mu-law frames as one 16-bit WAV at 8 kHz; the shorter track is filled with silence."""
    count = max(len(left), len(right))
    tracks = [decode(b"".join([*track, *[SILENCE] * (count - len(track))])) for track in (left, right)]
    with wave.open(str(path), "wb") as wav:
        wav.setnchannels(2)
        wav.setsampwidth(2)
        wav.setframerate(SAMPLE_RATE_HZ)
        wav.writeframes(np.stack(tracks, axis=1).astype("<i2").tobytes())


if __name__ == "__main__":
    for kind_name in get_args(NoiseKind):
        sample = decode(noise(kind_name, 1.0, -30.0)).astype(np.float64)
        print(f"{kind_name}: {20 * np.log10(np.sqrt(np.mean(sample**2)) / 32768):.1f} dB")
