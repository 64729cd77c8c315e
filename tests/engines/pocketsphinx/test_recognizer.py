from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engines.pocketsphinx.recognizer import MODEL_RATE_HZ, LanguageModels, PauseDetector, Recognized, Recognizer

Say = Callable[[str], bytes]
Direct = Callable[[bytes], str]


@pytest.fixture(scope="module")
def recognizer(model: Path) -> Recognizer:
    return Recognizer(LanguageModels(model))


def hear(recognizer: Recognizer, pcm: bytes, *, rate: int = 8000, block: int = 1280) -> Recognized:
    recognizer.start(rate)
    for at in range(0, len(pcm), block):
        recognizer.feed(pcm[at : at + block])
        recognizer.step()
    return recognizer.finish()


def noise(seconds: float, level: float) -> np.ndarray:
    return (np.random.default_rng(5).normal(0, level, int(MODEL_RATE_HZ * seconds))).astype(np.int16)


def test_a_pause_is_quiet_after_sound() -> None:
    detector = PauseDetector()
    detector.feed(noise(0.3, 20))
    detector.feed(noise(1.0, 4000))
    assert detector.quiet_sec() == 0
    detector.feed(noise(0.25, 20))
    assert detector.quiet_sec() == pytest.approx(0.25, abs=0.03)
    detector.feed(noise(0.1, 3000))
    assert detector.quiet_sec() == 0


def test_a_soft_word_is_no_pause() -> None:
    detector = PauseDetector()
    detector.feed(noise(0.3, 20))
    detector.feed(noise(1.0, 4000))
    detector.feed(noise(0.3, 300))
    assert detector.quiet_sec() == 0


def test_most_short_answers_are_understood_from_a_synthetic_voice(recognizer: Recognizer, say: Say) -> None:
    answers = ["yes", "blue cross", "new patient", "coral gables", "medicare", "goodbye", "hialeah", "eye doctor"]
    understood = [answer for answer in answers if hear(recognizer, say(answer)).text == answer]
    assert len(understood) >= 5


def test_the_words_that_matter_in_a_sentence_are_understood(recognizer: Recognizer, say: Say) -> None:
    heard = hear(recognizer, say("i need to cancel my appointment")).text.split()
    assert {"cancel", "appointment"} <= set(heard)


@pytest.mark.parametrize("block", [320, 640, 1280, 3202, 100_000])
def test_the_same_audio_gives_the_same_text_however_it_is_cut_and_whatever_came_before(
    recognizer: Recognizer, say: Say, block: int
) -> None:
    pcm = say("i would like to make an appointment for an eye exam")
    first = hear(recognizer, pcm)
    hear(recognizer, say("my number is three oh five five five five oh one two three"))
    assert hear(recognizer, pcm, block=block).text == first.text


def test_speech_that_goes_on_after_a_pause_is_heard_whole(recognizer: Recognizer, say: Say, direct: Direct) -> None:
    pcm = say("new patient") + say("blue cross")
    assert len(direct(pcm).split()) >= 3
    assert hear(recognizer, pcm).text == direct(pcm)


def test_the_text_is_there_at_once_when_the_speaker_has_paused(recognizer: Recognizer, say: Say) -> None:
    recognizer.start(8000)
    recognizer.feed(say("i need to cancel my appointment"))
    while recognizer.step():
        pass
    assert recognizer.finish().end_ms < 10


def test_silence_hiss_and_nothing_decode_to_nothing(recognizer: Recognizer) -> None:
    assert hear(recognizer, b"").text == ""
    assert hear(recognizer, bytes(16000)).text == ""
    hiss = noise(1.0, 400)[::2].astype("<i2").tobytes()
    assert hear(recognizer, hiss).text == ""


def test_an_abandoned_utterance_leaves_no_trace(recognizer: Recognizer, say: Say, direct: Direct) -> None:
    recognizer.start(8000)
    recognizer.feed(say("yes"))
    recognizer.step()
    recognizer.abandon()
    assert hear(recognizer, say("blue cross")).text == direct(say("blue cross"))


def test_audio_of_16_khz_is_taken_as_it_is(recognizer: Recognizer, say: Say) -> None:
    import soxr

    wide = soxr.resample(np.frombuffer(say("new patient"), "<i2"), 8000, 16000).tobytes()
    found = hear(recognizer, wide, rate=16000)
    assert "patient" in found.text
    assert found.audio_sec == pytest.approx(len(wide) / 2 / 16000, abs=0.01)
