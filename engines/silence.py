"""Silence at the ends of synthesised speech. Pure: samples in, samples out."""

import numpy as np
import numpy.typing as npt

SILENCE_PEAK = 200  # of 32767: below this the synthesiser is only warming up
LEAD_IN_SEC = 0.01


def is_silent(samples: npt.NDArray[np.int16]) -> bool:
    """Whether a caller would hear nothing at all."""
    return not bool(np.any(_loudness(samples) > SILENCE_PEAK))


def trimmed(
    samples: npt.NDArray[np.int16], rate_hz: int, *, trailing_sec: float | None = None
) -> npt.NDArray[np.int16]:
    """Cut what comes before the first sound, which a caller would hear as delay; leave a short lead-in.

    Args:
        samples: 16-bit mono, shape (n,), at `rate_hz`. All silence is returned as it is.
        trailing_sec: how much silence may stay behind the last sound; None leaves the end as it is.
    """
    loud = np.flatnonzero(_loudness(samples) > SILENCE_PEAK)
    if loud.size == 0:
        return samples
    begin = max(0, int(loud[0]) - int(LEAD_IN_SEC * rate_hz))
    end = samples.size if trailing_sec is None else int(loud[-1]) + 1 + int(trailing_sec * rate_hz)
    return samples[begin:end]


def _loudness(samples: npt.NDArray[np.int16]) -> npt.NDArray[np.int32]:
    return np.abs(samples.astype(np.int32))  # 32 bits: the absolute value of -32768 has no place in 16


if __name__ == "__main__":
    speech = np.concatenate([np.zeros(800), np.full(1600, 9000), np.zeros(4000)]).astype(np.int16)
    print(f"{speech.size} samples -> {trimmed(speech, 8000, trailing_sec=0.15).size}")
