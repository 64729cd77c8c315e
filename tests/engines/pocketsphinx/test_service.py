import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from pipecat.frames.frames import (
    ErrorFrame,
    Frame,
    InputAudioRawFrame,
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.tests.utils import SleepFrame, run_test

from engines.pocketsphinx.client import DecoderPool
from engines.pocketsphinx.service import PRE_ROLL_SEC, PocketsphinxSTTService
from errors import SttError

Say = Callable[[str], bytes]
Direct = Callable[[bytes], str]
START, STOP = VADUserStartedSpeakingFrame, VADUserStoppedSpeakingFrame


class FakeUtterance:
    """Keeps what it is fed and answers with a text, an error, or never."""

    def __init__(self, answer: str | SttError | None) -> None:
        self.answer = answer
        self.audio = b""
        self.abandoned = False

    def feed(self, pcm: bytes) -> None:
        self.audio += pcm

    async def finish(self) -> str:
        if self.answer is None:
            await asyncio.Event().wait()
        if isinstance(self.answer, SttError):
            raise self.answer
        return str(self.answer)

    def abandon(self) -> None:
        self.abandoned = True


class FakePool:
    def __init__(self, *answers: str | SttError | None, busy: bool = False) -> None:
        self.answers = list(answers)
        self.utterances: list[FakeUtterance] = []
        self.busy = busy

    def open(self, sample_rate: int, context: str) -> FakeUtterance:
        if self.busy:
            raise SttError("no decoder is free", code="stt-busy")
        self.utterances.append(FakeUtterance(self.answers.pop(0)))
        return self.utterances[-1]


def audio(seconds: float, value: int = 1) -> list[Frame]:
    block = InputAudioRawFrame(value.to_bytes(2, "little") * 160, 8000, 1)
    return [InputAudioRawFrame(block.audio, 8000, 1) for _ in range(round(seconds / 0.02))]


async def run(pool: object, frames: list[Frame], **options: object) -> tuple[list[Frame], list[Frame]]:
    service = PocketsphinxSTTService(pool=pool, sample_rate=8000, **options)  # type: ignore[arg-type]
    down, up = await run_test(service, frames_to_send=[*frames, SleepFrame(0.15)])
    return list(down), list(up)


def texts(frames: list[Frame]) -> list[str]:
    return [frame.text for frame in frames if isinstance(frame, TranscriptionFrame)]


async def test_an_utterance_becomes_one_final_transcript() -> None:
    pool = FakePool("eye exam")
    down, _ = await run(pool, [START(), *audio(0.5), STOP()])
    (transcript,) = [frame for frame in down if isinstance(frame, TranscriptionFrame)]
    assert (transcript.text, transcript.finalized, transcript.user_id) == ("eye exam", True, "caller")
    assert transcript.timestamp


async def test_nothing_understood_is_an_empty_transcript() -> None:
    down, _ = await run(FakePool(""), [START(), *audio(0.1), STOP()])
    assert texts(down) == [""]


async def test_the_pre_roll_and_all_of_the_speech_reach_the_decoder_in_order() -> None:
    pool = FakePool("yes")
    await run(pool, [*audio(2.0, 1), START(), *audio(0.5, 2), STOP(), *audio(0.2, 3)])
    pre_roll = 2 * int(8000 * PRE_ROLL_SEC)
    assert pool.utterances[0].audio == b"\1\0" * (pre_roll // 2) + b"\2\0" * 4000


async def test_audio_passes_through() -> None:
    down, _ = await run(FakePool("yes"), [START(), *audio(0.2), STOP()])
    assert sum(isinstance(frame, InputAudioRawFrame) for frame in down) == 10


async def test_two_utterances_are_two_transcripts() -> None:
    down, _ = await run(FakePool("one", "two"), [START(), *audio(0.1), STOP(), START(), *audio(0.1), STOP()])
    assert texts(down) == ["one", "two"]


async def test_a_stop_without_a_start_is_no_transcript() -> None:
    down, _ = await run(FakePool(), [*audio(0.1), STOP()])
    assert texts(down) == []


@pytest.mark.parametrize(
    ("pool", "code"),
    [
        (FakePool(SttError("gone", code="stt-worker-died")), "stt-worker-died"),
        (FakePool(None), "stt-timeout"),
    ],
)
async def test_a_failure_ends_the_turn_with_nothing_and_is_told(pool: FakePool, code: str) -> None:
    down, up = await run(pool, [START(), *audio(0.1), STOP()], finish_timeout_sec=0.05)
    assert texts(down) == [""]
    assert [code in frame.error for frame in up if isinstance(frame, ErrorFrame)] == [True]
    assert pool.utterances[0].abandoned


async def test_a_busy_pool_ends_the_turn_with_nothing() -> None:
    down, _ = await run(FakePool(busy=True), [START(), *audio(0.1), STOP()])
    assert texts(down) == [""]


async def test_a_call_that_ends_in_mid_speech_leaves_no_open_utterance() -> None:
    pool = FakePool("never")
    before = asyncio.all_tasks()
    down, _ = await run(pool, [START(), *audio(0.3)])
    assert texts(down) == []
    assert pool.utterances[0].abandoned
    assert asyncio.all_tasks() == before


@pytest.fixture
async def decoders(model: Path) -> AsyncIterator[DecoderPool]:
    pool = DecoderPool(model, decoders=1)
    await pool.start()
    yield pool
    await pool.close()


async def test_speech_is_understood_through_the_pipeline(decoders: DecoderPool, say: Say, direct: Direct) -> None:
    pcm = say("new patient")
    frames: list[Frame] = [InputAudioRawFrame(pcm[at : at + 320], 8000, 1) for at in range(0, len(pcm), 320)]
    down, _ = await run(decoders, [*frames[:25], START(), *frames[25:], STOP(), SleepFrame(0.3)])
    assert direct(pcm)
    assert texts(down) == [direct(pcm)]
    assert decoders.free == 1
