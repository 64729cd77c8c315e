"""AVA ends the call: after her goodbye, or after she has said that she connects the caller to a person."""

import asyncio
from collections.abc import Awaitable, Callable

from pipecat.frames.frames import (
    AggregatedTextFrame,
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    EndWorkerFrame,
    Frame,
    InterruptionFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    OutputTransportMessageUrgentFrame,
    TTSSpeakFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from dialogue.model_answer import CLOSING_WORD
from stages.call_log import CallLog
from stages.frames import TransferRequestFrame
from stages.playout_marks import PlayoutMarks

LAST_WORDS_MARK = "last-words"


class EndCallProcessor(FrameProcessor):
    """Watches AVA's text for the closing word and ends the call once the caller has heard it to its end.

    The order: closing word in the text; AVA stops speaking; the mark behind her last audio comes back; the pipeline
    ends and the call is hung up. A caller who speaks up in between keeps the call. A transfer takes the same way, with
    `transfer` in place of the hang-up; when that fails, the caller hears so and the call ends with a call-back.

    Args:
        transfer: moves the call to a person; returns False when nobody could be reached.
        transfer_failed: the words for that case; they hold the closing word.
    """

    def __init__(
        self,
        *,
        call_log: CallLog,
        marks: PlayoutMarks,
        transfer: Callable[[str], Awaitable[bool]],
        transfer_failed: Callable[[], str],
    ) -> None:
        super().__init__()
        self._call_log = call_log
        self._marks = marks
        self._transfer = transfer
        self._transfer_failed = transfer_failed
        self._text = ""
        self._began_to_speak = False
        self._closing = False
        self._transfer_reason: str | None = None
        self._ending: asyncio.Task[None] | None = None
        self._committed = False  # the last words were heard: what follows can no longer be taken back

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, (LLMFullResponseStartFrame, TTSSpeakFrame)):
            self._text, self._began_to_speak = "", False
        if isinstance(frame, (LLMTextFrame, AggregatedTextFrame, TTSSpeakFrame)):
            self._text += frame.text
            self._closing = self._closing or CLOSING_WORD in self._text.lower()
        elif isinstance(frame, TransferRequestFrame):
            self._transfer_reason = frame.reason
        elif isinstance(frame, InterruptionFrame):
            await self._stay()
        elif isinstance(frame, BotStartedSpeakingFrame) and direction is FrameDirection.UPSTREAM:
            self._began_to_speak = True
        elif isinstance(frame, BotStoppedSpeakingFrame) and direction is FrameDirection.UPSTREAM:
            await self._ava_stopped()
        await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        await super().cleanup()
        if self._ending:
            await self.cancel_task(self._ending)
            self._ending = None

    async def _stay(self) -> None:
        """The caller has something to add: the call goes on; unless these are words that nobody can talk over."""
        if self._committed or self._call_log.speech_is_protected:
            return
        self._closing = False
        self._transfer_reason = None
        self._text = ""
        self._marks.forget(LAST_WORDS_MARK)
        ending, self._ending = self._ending, None
        if ending:
            await self.cancel_task(ending)

    async def _ava_stopped(self) -> None:
        if not self._began_to_speak:
            return  # an earlier sentence was cut: the last words are still to be said
        if (self._closing or self._transfer_reason is not None) and self._ending is None:
            self._ending = self.create_task(self._end(), "end_call")

    async def _end(self) -> None:
        heard = asyncio.Event()
        mark = self._marks.message(LAST_WORDS_MARK, heard.set)
        await self.push_frame(OutputTransportMessageUrgentFrame(message=mark))
        await heard.wait()
        self._committed = True
        if self._transfer_reason is not None:
            reason, self._transfer_reason = self._transfer_reason, None
            if await self._transfer(reason):
                self._call_log.end("transferred")
            else:
                self._ending, self._committed, self._closing = None, False, True
                await self.push_frame(TTSSpeakFrame(self._transfer_failed()))
                return
        else:
            self._call_log.end("completed")
        await self.push_frame(EndWorkerFrame())


async def _main() -> None:
    from pipecat.tests.utils import SleepFrame, run_test

    async def nobody(_reason: str) -> bool:
        return False

    class Told:
        def end(self, outcome: str) -> None:
            print(f"the call ends: {outcome}")

    marks = PlayoutMarks("MZ1")
    stage = EndCallProcessor(
        call_log=Told(),  # type: ignore[arg-type]
        marks=marks,
        transfer=nobody,
        transfer_failed=lambda: "Nobody is there. Goodbye.",
    )

    async def spoken_and_heard() -> None:
        await asyncio.sleep(0.3)
        for frame in (BotStartedSpeakingFrame(), BotStoppedSpeakingFrame()):
            await stage.process_frame(frame, FrameDirection.UPSTREAM)
        await asyncio.sleep(0.2)
        marks.came_back(LAST_WORDS_MARK)

    words = [TTSSpeakFrame("Thank you. Goodbye."), SleepFrame(1)]
    (down, _), _ = await asyncio.gather(run_test(stage, frames_to_send=words), spoken_and_heard())
    print([type(frame).__name__ for frame in down])


if __name__ == "__main__":
    asyncio.run(_main())
