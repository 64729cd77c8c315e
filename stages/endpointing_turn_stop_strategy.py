"""When a caller's turn is over: the final transcript is here, and the dialogue expects no more digits or words."""

import asyncio
from collections.abc import Callable

from pipecat.frames.frames import (
    Frame,
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.turns.types import ProcessFrameResult
from pipecat.turns.user_stop import BaseUserTurnStopStrategy

TRANSCRIPT_TIMEOUT_SEC = 2.0


class EndpointingTurnStopStrategy(BaseUserTurnStopStrategy):
    """Ends the turn with the STT's final transcript, also with an empty one, unless the dialogue asks for patience.

    Args:
        hold_secs: from the turn's text so far, the extra seconds that the caller may take before the turn is over
            (a phone number comes in groups with pauses between them).
        transcript_timeout_sec: after the VAD's stop, how long to wait for a transcript that never comes.
    """

    def __init__(
        self, *, hold_secs: Callable[[str], float], transcript_timeout_sec: float = TRANSCRIPT_TIMEOUT_SEC
    ) -> None:
        super().__init__()
        self._hold_secs = hold_secs
        self._transcript_timeout_sec = transcript_timeout_sec
        self._speaking = False
        self._text = ""
        self._timer: asyncio.Task[None] | None = None

    async def process_frame(self, frame: Frame) -> ProcessFrameResult:
        if isinstance(frame, VADUserStartedSpeakingFrame):
            self._speaking = True
            await self._stop_timer()
        elif isinstance(frame, VADUserStoppedSpeakingFrame):
            self._speaking = False
            await self._end_turn_after(self._transcript_timeout_sec)
        elif isinstance(frame, TranscriptionFrame):
            self._text = f"{self._text} {frame.text}".strip()
            if not self._speaking:
                await self._end_turn_after(self._hold_secs(self._text))
        return ProcessFrameResult.CONTINUE

    async def handle_user_turn_started(self) -> None:
        self._text = ""

    async def handle_user_turn_stopped(self) -> None:
        self._text = ""
        if self._timer is not asyncio.current_task():
            await self._stop_timer()

    async def cleanup(self) -> None:
        await super().cleanup()
        await self._stop_timer()

    async def _end_turn_after(self, seconds: float) -> None:
        await self._stop_timer()
        if seconds <= 0:
            await self.trigger_user_turn_stopped()
        else:
            self._timer = self.create_task(self._wait_and_end(seconds), "endpointing_hold")

    async def _wait_and_end(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.trigger_user_turn_stopped()
        self._timer = None

    async def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer:
            await self.cancel_task(timer)


async def _main() -> None:
    import sys

    from dialogue.endpointing import Expectation, hold_secs

    for text in sys.argv[1:] or ["yes", "three oh five", "my name is"]:
        strategy = EndpointingTurnStopStrategy(hold_secs=lambda said: hold_secs(Expectation("phone"), said))
        print(f"{text!r}: the turn ends {strategy._hold_secs(text):g} s after the transcript")


if __name__ == "__main__":
    asyncio.run(_main())
