import numpy as np
import pytest

from recording.pieces import PADDING_SEC, RATE_HZ, pieces, utterances


def speech(seconds: float, level: float = 4000.0) -> np.ndarray:
    return np.random.default_rng(1).normal(0, level, round(seconds * RATE_HZ)).astype(np.int16)


def quiet(seconds: float, level: float = 12.0) -> np.ndarray:
    return np.random.default_rng(2).normal(0, level, round(seconds * RATE_HZ)).astype(np.int16)


def test_every_sample_is_in_one_piece_and_cuts_lie_in_the_quiet() -> None:
    track = np.concatenate([part for _ in range(12) for part in (speech(6.0), quiet(1.0))])
    cut = list(pieces(np.array_split(track, 9), 20.0))
    assert np.array_equal(np.concatenate([piece for _, piece in cut]), track)
    assert all(len(piece) <= 20 * RATE_HZ for _, piece in cut)
    starts = [round(start * RATE_HZ) for start, _ in cut]
    assert starts == [sum(len(piece) for _, piece in cut[:at]) for at in range(len(cut))]
    for start in starts[1:]:
        assert np.abs(track[start - 400 : start + 400]).max() < 200


def test_talk_without_a_pause_is_cut_all_the_same() -> None:
    assert sum(len(piece) for _, piece in pieces([speech(65.0)], 20.0)) == 65 * RATE_HZ
    spans = utterances(speech(45.0), 20.0)
    assert all(last - first <= 20 * RATE_HZ for first, last in spans)
    assert sum(last - first for first, last in spans) == 45 * RATE_HZ


def test_utterances_are_found_with_a_margin() -> None:
    track = np.concatenate(
        [quiet(2.0), speech(1.0), quiet(0.3), speech(0.5), quiet(3.0), speech(2.0, 900.0), quiet(1.0)]
    )
    found = [(first / RATE_HZ, last / RATE_HZ) for first, last in utterances(track, 20.0)]
    wanted = [(2.0 - PADDING_SEC, 3.8 + PADDING_SEC), (6.8 - PADDING_SEC, 8.8 + PADDING_SEC)]
    assert np.array(found) == pytest.approx(np.array(wanted), abs=0.03)


@pytest.mark.parametrize("nothing", [quiet(5.0), np.zeros(40_000, np.int16), np.empty(0, np.int16), quiet(0.01)])
def test_where_nobody_speaks_there_is_no_utterance(nothing: np.ndarray) -> None:
    assert utterances(nothing, 20.0) == []


def test_a_click_is_no_utterance() -> None:
    assert utterances(np.concatenate([quiet(1.0), speech(0.03), quiet(1.0)]), 20.0) == []


def test_a_soft_voice_on_a_noisy_line_is_found() -> None:
    assert len(utterances(np.concatenate([quiet(2.0, 80.0), speech(1.0, 500.0), quiet(2.0, 80.0)]), 20.0)) == 1
