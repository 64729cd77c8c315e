import asyncio

import pytest
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    EndWorkerFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    OutputTransportMessageUrgentFrame,
    TTSSpeakFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from stages.call_log import CallLog
from stages.end_call_processor import EndCallProcessor
from stages.frames import TransferRequestFrame
from stages.playout_marks import PlayoutMarks


class Person:
    def __init__(self, answers: bool) -> None:
        self.answers = answers
        self.reasons: list[str] = []

    async def __call__(self, reason: str) -> bool:
        self.reasons.append(reason)
        return self.answers


class PushedDown(EndCallProcessor):
    """The processor itself, outside a pipeline: what it pushes is kept, its tasks are plain ones."""

    def __init__(self, call_log: CallLog, person: Person) -> None:
        self.marks = PlayoutMarks("MZ1")
        super().__init__(
            call_log=call_log, marks=self.marks, transfer=person, transfer_failed=lambda: "Nobody. Goodbye."
        )
        self.pushed: list[object] = []

    async def push_frame(self, frame, direction=FrameDirection.DOWNSTREAM):  # type: ignore[no-untyped-def]
        self.pushed.append(frame)

    def create_task(self, coroutine, name=None):  # type: ignore[no-untyped-def]
        return asyncio.create_task(coroutine, name=name)

    async def cancel_task(self, task, **kwargs):  # type: ignore[no-untyped-def]
        task.cancel()
        await asyncio.wait([task])

    async def says(self, *sentences: str) -> None:
        frames = [LLMFullResponseStartFrame(), *[LLMTextFrame(s) for s in sentences], LLMFullResponseEndFrame()]
        for frame in frames:
            await self.process_frame(frame, FrameDirection.DOWNSTREAM)

    async def stops_speaking(self) -> None:
        await self.process_frame(BotStartedSpeakingFrame(), FrameDirection.UPSTREAM)
        await self.is_cut_short()

    async def is_cut_short(self) -> None:
        await self.process_frame(BotStoppedSpeakingFrame(), FrameDirection.UPSTREAM)
        await asyncio.sleep(0.01)

    async def interrupted(self) -> None:
        await self.process_frame(InterruptionFrame(), FrameDirection.DOWNSTREAM)

    async def heard_to_the_end(self) -> None:
        self.marks.came_back("last-words")
        await asyncio.sleep(0.01)

    def kinds(self) -> list[type]:
        return [type(frame) for frame in self.pushed]


@pytest.fixture
def person() -> Person:
    return Person(answers=True)


@pytest.fixture
def stage(call_log: CallLog, person: Person, monkeypatch: pytest.MonkeyPatch) -> PushedDown:
    async def no_pipeline(self: object, frame: object, direction: object) -> None: ...

    monkeypatch.setattr(FrameProcessor, "process_frame", no_pipeline)
    return PushedDown(call_log, person)


async def test_the_call_ends_when_the_goodbye_was_heard(stage: PushedDown, call_log: CallLog) -> None:
    await stage.says("Thank you for calling. ", "Goodbye.")
    assert EndWorkerFrame not in stage.kinds()
    await stage.stops_speaking()
    assert OutputTransportMessageUrgentFrame in stage.kinds()
    assert EndWorkerFrame not in stage.kinds(), "the last words are still on their way"
    await stage.heard_to_the_end()
    assert EndWorkerFrame in stage.kinds()
    assert call_log.outcome == "completed"


async def test_other_words_do_not_end_the_call(stage: PushedDown, call_log: CallLog) -> None:
    await stage.says("We are open until five. ", "Good. By the way, anything else?")
    await stage.stops_speaking()
    assert EndWorkerFrame not in stage.kinds()
    assert call_log.outcome is None


async def test_a_goodbye_that_comes_in_pieces_is_recognised(stage: PushedDown) -> None:
    await stage.says("Good", "bye", ".")
    await stage.stops_speaking()
    await stage.heard_to_the_end()
    assert EndWorkerFrame in stage.kinds()


async def test_a_goodbye_of_a_fixed_sentence_ends_the_call_too(stage: PushedDown) -> None:
    await stage.process_frame(TTSSpeakFrame("I will let you go now. Goodbye."), FrameDirection.DOWNSTREAM)
    await stage.stops_speaking()
    await stage.heard_to_the_end()
    assert EndWorkerFrame in stage.kinds()


@pytest.mark.parametrize("after_she_stopped", [False, True])
async def test_a_caller_who_has_something_to_add_keeps_the_call(
    stage: PushedDown, call_log: CallLog, after_she_stopped: bool
) -> None:
    await stage.says("Goodbye.")
    if after_she_stopped:
        await stage.stops_speaking()
    await stage.interrupted()
    await stage.heard_to_the_end()
    await stage.says("Of course, what is it?")
    await stage.stops_speaking()
    await stage.heard_to_the_end()
    assert EndWorkerFrame not in stage.kinds()
    assert call_log.outcome is None


async def test_a_transfer_follows_the_words_and_is_no_hang_up(
    stage: PushedDown, call_log: CallLog, person: Person
) -> None:
    await stage.says("One moment, I will connect you.")
    await stage.process_frame(TransferRequestFrame(reason="asked_for_person"), FrameDirection.DOWNSTREAM)
    assert person.reasons == []
    await stage.stops_speaking()
    await stage.heard_to_the_end()
    assert person.reasons == ["asked_for_person"]
    assert call_log.outcome == "transferred"
    assert EndWorkerFrame in stage.kinds()


async def test_a_transfer_that_fails_is_told_to_the_caller_before_the_call_ends(
    stage: PushedDown, call_log: CallLog, person: Person
) -> None:
    person.answers = False
    await stage.process_frame(TransferRequestFrame(reason="keypad"), FrameDirection.DOWNSTREAM)
    await stage.stops_speaking()
    await stage.heard_to_the_end()
    assert [frame.text for frame in stage.pushed if isinstance(frame, TTSSpeakFrame)] == ["Nobody. Goodbye."]
    assert EndWorkerFrame not in stage.kinds()
    await stage.stops_speaking()
    await stage.heard_to_the_end()
    assert EndWorkerFrame in stage.kinds()
    assert call_log.outcome == "completed"


async def test_the_end_of_a_sentence_that_a_key_cut_short_is_not_the_end_of_the_last_words(
    stage: PushedDown, person: Person
) -> None:
    await stage.says("I am connecting you with our staff now.")
    await stage.process_frame(TransferRequestFrame(reason="keypad"), FrameDirection.DOWNSTREAM)
    await stage.is_cut_short()
    await stage.heard_to_the_end()
    assert person.reasons == [], "she has not said yet what happens"
    await stage.stops_speaking()
    await stage.heard_to_the_end()
    assert person.reasons == ["keypad"]
