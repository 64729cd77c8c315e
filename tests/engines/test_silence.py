import numpy as np
import pytest

from engines.silence import LEAD_IN_SEC, is_silent, trimmed

RATE_HZ = 8000


def speech(*, before_sec: float, after_sec: float) -> np.ndarray:
    parts = [np.zeros(int(before_sec * RATE_HZ)), np.full(RATE_HZ, -9000), np.zeros(int(after_sec * RATE_HZ))]
    return np.concatenate(parts).astype(np.int16)


def test_speech_begins_after_a_short_lead_in() -> None:
    out = trimmed(speech(before_sec=0.4, after_sec=0.3), RATE_HZ)
    assert out.size == pytest.approx((LEAD_IN_SEC + 1 + 0.3) * RATE_HZ, abs=1)


def test_the_silence_at_the_end_is_capped() -> None:
    assert trimmed(speech(before_sec=0, after_sec=2), RATE_HZ, trailing_sec=0.15).size == int(1.15 * RATE_HZ)
    assert trimmed(speech(before_sec=0, after_sec=0.05), RATE_HZ, trailing_sec=0.15).size == int(1.05 * RATE_HZ)


def test_nothing_but_silence_is_left_alone() -> None:
    assert trimmed(np.full(100, 150, dtype=np.int16), RATE_HZ).size == 100


def test_silence_is_told_from_sound() -> None:
    assert is_silent(np.zeros(100, dtype=np.int16))
    assert is_silent(np.zeros(0, dtype=np.int16))
    assert not is_silent(np.array([0, -32768, 0], dtype=np.int16))
