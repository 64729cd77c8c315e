import asyncio
import time
from typing import Any

import numpy as np
import pytest
from pipecat.frames.frames import (
    ErrorFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.pipeline.worker import PipelineParams
from pipecat.tests.utils import SleepFrame, run_test

from engines.espeak import EspeakEngine
from engines.silence import LEAD_IN_SEC
from errors import TtsError
from stages.frames import SentenceFrame
from tests.engines.sound import sound_alike


def level(pcm: bytes) -> np.ndarray:
    return np.abs(np.frombuffer(pcm, dtype="<i2").astype(np.int32))


async def test_a_sentence_becomes_speech_at_the_rate_asked_for() -> None:
    engine = EspeakEngine()
    await engine.start()
    narrow = await engine.synthesize("Thank you for calling Advanced Vision Care.", 8000)
    wide = await engine.synthesize("Thank you for calling Advanced Vision Care.", 16000)
    await engine.close()
    assert 1.5 < len(narrow) / 16000 < 5
    assert len(wide) / len(narrow) == pytest.approx(2, rel=0.01)
    assert level(narrow).max() > 5000


async def test_the_voice_begins_at_once() -> None:
    engine = EspeakEngine()
    pcm = await engine.synthesize("Goodbye.", 8000)
    await engine.close()
    first_sound = int(np.flatnonzero(level(pcm) > 300)[0]) / 8000
    assert first_sound <= LEAD_IN_SEC + 0.03


async def test_a_sentence_spoken_before_comes_from_memory() -> None:
    engine = EspeakEngine()
    first = await engine.synthesize("One moment, please.", 8000)
    assert await engine.synthesize("One moment, please.", 8000) is first
    await engine.close()


async def test_calls_that_speak_at_once_do_not_mix() -> None:
    engine = EspeakEngine()
    texts = [f"This is sentence number {number}." for number in range(6)]
    alone = [await engine.synthesize(text, 8000) for text in texts]
    fresh = EspeakEngine()
    together = await asyncio.gather(*[fresh.synthesize(text, 8000) for text in texts])
    await engine.close()
    await fresh.close()
    assert all(sound_alike(pcm, same) for pcm, same in zip(together, alone, strict=True))


async def test_the_service_speaks_a_sentence_and_then_tells_its_text() -> None:
    engine = EspeakEngine()
    await engine.start()
    down, _ = await run_test(
        engine.new_service(),
        frames_to_send=[TTSSpeakFrame("We are open until five."), SleepFrame(0.3)],
        pipeline_params=PipelineParams(audio_out_sample_rate=8000),
    )
    await engine.close()
    kinds = [type(frame) for frame in down if isinstance(frame, (TTSStartedFrame, TTSAudioRawFrame, TTSStoppedFrame))]
    assert kinds == [TTSStartedFrame, TTSAudioRawFrame, TTSStoppedFrame]
    assert [frame.text for frame in down if isinstance(frame, TTSTextFrame)] == ["We are open until five."]


# When it fails

REFUSED, SPOKEN = "The library refuses this.", "We are open until five."


class RefusingEspeak(EspeakEngine):
    """The real voice, with a library that refuses one sentence."""

    def _speak(self, text: str, rate_hz: int) -> bytes:
        if text == REFUSED:
            raise TtsError("espeak-ng refused a sentence", code="espeak-synth")
        return super()._speak(text, rate_hz)


async def in_a_pipeline(*frames: Any) -> tuple[list[Any], list[str]]:
    """What the service pushed, and the codes of our errors."""
    engine = RefusingEspeak()
    await engine.start()
    down, up = await run_test(
        engine.new_service(),
        frames_to_send=list(frames),
        pipeline_params=PipelineParams(audio_out_sample_rate=8000),
    )
    await engine.close()
    errors = [frame.exception for frame in up if isinstance(frame, ErrorFrame)]
    return list(down), [error.code for error in errors if isinstance(error, TtsError)]


async def test_five_sentences_that_fail_leave_the_next_one_speaking() -> None:
    down, codes = await in_a_pipeline(
        *[TTSSpeakFrame(REFUSED)] * 5, SleepFrame(0.2), TTSSpeakFrame(SPOKEN), SleepFrame(0.3)
    )
    assert codes == ["espeak-synth"] * 5
    assert len([frame for frame in down if isinstance(frame, TTSAudioRawFrame)]) == 1
    assert [frame.text for frame in down if isinstance(frame, TTSTextFrame)][-1] == SPOKEN


async def test_a_turn_whose_last_sentence_failed_does_not_hold_up_the_next_turn() -> None:
    turn = [LLMFullResponseStartFrame(), SentenceFrame(SPOKEN), SentenceFrame(REFUSED), LLMFullResponseEndFrame()]
    started = time.monotonic()
    down, codes = await in_a_pipeline(*turn, TTSSpeakFrame("One moment, please."), SleepFrame(0.3))
    assert time.monotonic() - started < 2  # Pipecat's own wait for more audio is 3 s
    assert codes == ["espeak-synth"]
    kinds = [type(frame) for frame in down if isinstance(frame, (TTSStartedFrame, TTSAudioRawFrame, TTSStoppedFrame))]
    assert kinds == [TTSStartedFrame, TTSAudioRawFrame, TTSStoppedFrame] * 2


async def test_marks_alone_are_no_speech_and_no_error() -> None:
    down, codes = await in_a_pipeline(TTSSpeakFrame("..."), SleepFrame(0.1))
    assert [frame for frame in down if isinstance(frame, (TTSStartedFrame, TTSAudioRawFrame))] == []
    assert codes == []
