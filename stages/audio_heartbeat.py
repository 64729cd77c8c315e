"""A line every few seconds that tells a dead VAD from a stalled transport."""

import asyncio
import time
from typing import Protocol

from pipecat.audio.vad.vad_analyzer import VADState
from pipecat.frames.frames import Frame, InputAudioRawFrame, StartFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from log import log_event

PERIOD_SEC = 5.0


class VoiceActivity(Protocol):
    """The call's VAD as the heartbeat sees it; `last_speech` is in seconds of the monotonic clock."""

    last_speech: float

    @property
    def state(self) -> VADState: ...


class AudioHeartbeat(FrameProcessor):
    """Counts the audio that passes and logs it: frames and bytes since the last line, the VAD's state, silence so far.

    Frames stand still: the transport stalled. Frames come and the VAD never leaves QUIET: the VAD is dead, or deaf.
    """

    def __init__(self, *, call_sid: str, vad: VoiceActivity, period_sec: float = PERIOD_SEC) -> None:
        super().__init__()
        self._call_sid = call_sid
        self._vad = vad
        self._period_sec = period_sec
        self._frames = self._bytes = 0
        self._task: asyncio.Task[None] | None = None

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InputAudioRawFrame):
            self._frames += 1
            self._bytes += len(frame.audio)
        elif isinstance(frame, StartFrame) and self._task is None:
            self._task = self.create_task(self._beat(), "audio_heartbeat")
        await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        await super().cleanup()
        if self._task:
            await self.cancel_task(self._task)
            self._task = None

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._period_sec)
            log_event(
                "audio_heartbeat",
                call=self._call_sid,
                frames=self._frames,
                bytes=self._bytes,
                vad=self._vad.state.name,
                since_speech_sec=time.monotonic() - self._vad.last_speech,
            )
            self._frames = self._bytes = 0


async def _main() -> None:
    from pipecat.tests.utils import SleepFrame, run_test

    class Quiet:
        last_speech = time.monotonic()
        state = VADState.QUIET

    setup_logging()
    audio = [InputAudioRawFrame(bytes(320), sample_rate=8000, num_channels=1) for _ in range(10)]
    stage = AudioHeartbeat(call_sid="CA" + "0" * 32, vad=Quiet(), period_sec=0.5)
    await run_test(stage, frames_to_send=[*audio, SleepFrame(1.2)])


if __name__ == "__main__":
    from log import setup_logging

    asyncio.run(_main())
