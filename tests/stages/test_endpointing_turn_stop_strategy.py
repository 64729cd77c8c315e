import asyncio

import pytest
from pipecat.frames.frames import (
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)

from stages.endpointing_turn_stop_strategy import EndpointingTurnStopStrategy


class Strategy(EndpointingTurnStopStrategy):
    """Counts the turns that it ends; its tasks are plain ones."""

    def __init__(self, hold: dict[str, float] | None = None, timeout: float = 5.0) -> None:
        self.asked: list[str] = []
        self.ended = 0

        def hold_secs(text: str) -> float:
            self.asked.append(text)
            return (hold or {}).get(text, 0.0)

        super().__init__(hold_secs=hold_secs, transcript_timeout_sec=timeout)

    async def trigger_user_turn_stopped(self, *, enable_user_speaking_frames: bool | None = None) -> None:
        self.ended += 1
        await self.handle_user_turn_stopped()

    def create_task(self, coroutine, name=None):  # type: ignore[no-untyped-def]
        return asyncio.create_task(coroutine, name=name)

    async def cancel_task(self, task, **kwargs):  # type: ignore[no-untyped-def]
        task.cancel()
        await asyncio.wait([task])

    async def says(self, text: str) -> None:
        await self.process_frame(VADUserStartedSpeakingFrame())
        await self.process_frame(VADUserStoppedSpeakingFrame())
        await self.process_frame(TranscriptionFrame(text, "caller", "now"))


@pytest.mark.parametrize("text", ["yes", ""])
async def test_the_final_transcript_ends_the_turn_at_once_also_an_empty_one(text: str) -> None:
    strategy = Strategy()
    await strategy.says(text)
    assert strategy.ended == 1


async def test_a_number_that_is_not_complete_holds_the_turn_open() -> None:
    strategy = Strategy({"three oh five": 0.05})
    await strategy.says("three oh five")
    assert strategy.ended == 0
    await strategy.says("five five five oh one two three")
    assert strategy.asked[-1] == "three oh five five five five oh one two three"
    assert strategy.ended == 1
    await asyncio.sleep(0.08)
    assert strategy.ended == 1, "the timer of the first part is gone"


async def test_the_turn_ends_when_nothing_more_comes() -> None:
    strategy = Strategy({"my name is": 0.02})
    await strategy.says("my name is")
    await asyncio.sleep(0.06)
    assert strategy.ended == 1


async def test_a_transcript_that_never_comes_does_not_leave_the_caller_in_silence() -> None:
    strategy = Strategy(timeout=0.02)
    await strategy.process_frame(VADUserStartedSpeakingFrame())
    await strategy.process_frame(VADUserStoppedSpeakingFrame())
    await asyncio.sleep(0.06)
    assert strategy.ended == 1


async def test_a_transcript_that_comes_while_the_caller_speaks_again_waits() -> None:
    strategy = Strategy()
    await strategy.process_frame(VADUserStartedSpeakingFrame())
    await strategy.process_frame(VADUserStoppedSpeakingFrame())
    await strategy.process_frame(VADUserStartedSpeakingFrame())
    await strategy.process_frame(TranscriptionFrame("i would like", "caller", "now"))
    assert strategy.ended == 0
    await strategy.process_frame(VADUserStoppedSpeakingFrame())
    await strategy.process_frame(TranscriptionFrame("an eye exam", "caller", "now"))
    assert strategy.ended == 1
    assert strategy.asked == ["i would like an eye exam"]
