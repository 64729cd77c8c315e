from stages.latency import LatencyClock, TurnLatency, is_sound


def test_mu_law_silence_is_no_sound_and_a_voice_is() -> None:
    assert not is_sound(b"\xff\x7f\xfe\x7e" * 40)
    assert is_sound(b"\xff" * 100 + b"\x30")


def test_a_turn_is_split_into_its_parts() -> None:
    clock = LatencyClock()
    clock.caller_stopped(last_speech=10.0, now=10.5)
    clock.transcript_ready(10.52)
    clock.text_ready(10.55)
    figures = clock.first_sound(10.6)
    assert figures is not None
    assert [round(value) for value in (figures.v2v_ms, figures.endpointing_ms, figures.stt_ms)] == [600, 500, 20]
    assert [round(value) for value in (figures.llm_ms, figures.tts_ms)] == [30, 50]
    assert isinstance(figures, TurnLatency)


def test_a_turn_counts_once() -> None:
    clock = LatencyClock()
    clock.caller_stopped(last_speech=10.0, now=10.5)
    clock.text_ready(10.55)
    assert clock.first_sound(10.6) is not None
    assert clock.first_sound(10.64) is None


def test_sound_that_answers_no_turn_has_no_latency() -> None:
    assert LatencyClock().first_sound(5.0) is None
    clock = LatencyClock()
    clock.caller_stopped(last_speech=10.0, now=10.5)
    assert clock.first_sound(10.51) is None, "the rest of an older sentence is no answer"
