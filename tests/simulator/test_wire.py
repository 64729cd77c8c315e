import numpy as np
import pytest

from simulator.audio import FRAME_BYTES, SILENCE, encode
from simulator.wire import Utterance, WireLog, greeting_ms, turns

TONE = encode(np.full(FRAME_BYTES, 5000))


def log_with(*said: tuple[float, float], ended_at: float = 60.0) -> WireLog:
    log = WireLog(began_at=0.0, start_sent_at=0.0, ended_at=ended_at)
    log.utterances = [Utterance(f"words {n}", True, *times, finished=True) for n, times in enumerate(said)]
    return log


def stream(log: WireLog, at: float, seconds: float) -> None:
    for index in range(round(seconds / 0.02)):
        log.received(TONE, at + index * 0.02)


def test_latency_counts_from_the_last_loud_sample_sent_to_the_first_heard() -> None:
    log = log_with((1.0, 2.0))
    stream(log, 2.65, 1.0)
    (turn,) = turns(log)
    assert turn.v2v_ms == pytest.approx(650)
    assert turn.answered


def test_near_silence_before_the_speech_counts_as_waiting() -> None:
    log = log_with((1.0, 2.0))
    log.received(SILENCE * 5 + TONE * 20, 2.5)
    (turn,) = turns(log)
    assert turn.v2v_ms == pytest.approx(600), "100 ms of silence came before the sound in the chunk"


def test_audio_that_comes_in_a_burst_is_heard_one_after_the_other() -> None:
    log = log_with()
    log.received(SILENCE * 10, 1.0)
    log.received(TONE * 10, 1.001)
    assert greeting_ms(log) == pytest.approx(1200)


def test_a_click_is_no_answer() -> None:
    log = log_with((1.0, 2.0))
    log.received(TONE[:80] + SILENCE[:80], 2.3)
    stream(log, 2.8, 0.5)
    assert turns(log)[0].v2v_ms == pytest.approx(800)


def test_eight_seconds_of_silence_leave_a_turn_unanswered() -> None:
    log = log_with((1.0, 2.0))
    stream(log, 10.5, 0.5)
    (turn,) = turns(log)
    assert not turn.answered
    assert turn.v2v_ms is None


def test_a_call_that_ends_soon_owes_no_answer() -> None:
    assert turns(log_with((1.0, 2.0), ended_at=4.0))[0].answered


def test_speech_that_goes_on_before_the_answer_is_one_turn() -> None:
    log = log_with((1.0, 2.0), (2.5, 3.0))
    stream(log, 3.6, 1.0)
    assert [turn.v2v_ms for turn in turns(log)] == [pytest.approx(600)]


def test_ava_talking_over_the_end_of_the_caller_gives_no_latency() -> None:
    log = log_with((1.0, 2.0))
    stream(log, 1.8, 1.0)
    (turn,) = turns(log)
    assert turn.v2v_ms is None
    assert turn.answered


def test_what_clear_dropped_was_not_heard() -> None:
    log = log_with((1.0, 2.0))
    log.received(TONE * 100, 0.8)
    log.cleared(1.3)
    stream(log, 2.5, 0.5)
    (turn,) = turns(log)
    assert turn.v2v_ms == pytest.approx(500)


def test_barge_in_is_timed_to_the_last_sound_played() -> None:
    log = log_with((1.0, 2.0))
    log.played_loud = [False] * 10 + [True] * 55 + [False] * 40
    (turn,) = turns(log)
    assert turn.barge_in_stop_ms == pytest.approx(300)


def test_a_caller_who_speaks_into_silence_does_not_barge_in() -> None:
    log = log_with((1.0, 2.0))
    log.played_loud = [True] * 20 + [False] * 80
    assert turns(log)[0].barge_in_stop_ms is None


def test_noise_is_owed_no_answer() -> None:
    log = log_with()
    log.utterances.append(Utterance("", False, 1.0, 2.0, finished=True))
    assert turns(log) == []
