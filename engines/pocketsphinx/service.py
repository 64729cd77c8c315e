"""The STT service of one call: from voice activity to one final transcript per utterance.

A `VADProcessor` stands before it in the pipeline. Audio goes to a decoder process while the caller speaks, so that
little is left to do when the VAD says that the caller has stopped.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.settings import STTSettings
from pipecat.services.stt_service import STTService
from pipecat.utils.time import time_now_iso8601

from engines.pocketsphinx.client import DecoderPool, Utterance
from engines.pocketsphinx.language_model import ANYTHING
from errors import SttError

PRE_ROLL_SEC = 0.6  # the VAD says "started" after the first sounds of a word
BATCH_SEC = 0.08
FINISH_TIMEOUT_SEC = 1.0
MAX_UTTERANCE_SEC = 60.0
TTFS_P99_SEC = 0.6  # end of speech to transcript: the VAD's wait of 0.5 s and the decoder's end


class PocketsphinxSTTService(STTService):
    """Pushes exactly one finalized `TranscriptionFrame` for each start and stop of the VAD.

    Its text is empty when nothing was understood or the decoder failed, so that the turn ends in any case.

    Args:
        pool: the process's decoders; a call uses one at a time.
        expecting: what AVA's pending question asks for; asked when the caller begins to speak.
        finish_timeout_sec: how long the end of an utterance may wait for its text.
    """

    def __init__(
        self,
        *,
        pool: DecoderPool,
        expecting: Callable[[], str] = lambda: ANYTHING,
        finish_timeout_sec: float = FINISH_TIMEOUT_SEC,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            settings=STTSettings(model="en-us-ptm", language=None), ttfs_p99_latency=TTFS_P99_SEC, **kwargs
        )
        self._pool = pool
        self._expecting = expecting
        self._finish_timeout_sec = finish_timeout_sec
        self._utterance: Utterance | None = None
        self._failure: SttError | None = None  # why there is no utterance; told when the speech ends
        self._speaking = False
        self._fed_bytes = 0
        self._pending = bytearray()  # not handed over yet: the pre-roll in silence, a batch while the caller speaks

    async def cleanup(self) -> None:
        await super().cleanup()
        self._drop()

    async def stop(self, frame: EndFrame) -> None:
        await super().stop(frame)
        self._drop()

    async def cancel(self, frame: CancelFrame) -> None:
        await super().cancel(frame)
        self._drop()

    def can_generate_metrics(self) -> bool:
        return True

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame | None, None]:
        """Take s16le mono audio in. Texts come at the end of an utterance, not from here."""
        self._take(audio)
        return
        yield

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if isinstance(frame, VADUserStartedSpeakingFrame):
            self._begin()
        await super().process_frame(frame, direction)
        if isinstance(frame, VADUserStoppedSpeakingFrame):
            await self._end()

    def _begin(self) -> None:
        self._drop(keep_pending=True)
        self._failure = None
        self._speaking = True
        self._fed_bytes = 0
        try:
            self._utterance = self._pool.open(self.sample_rate, self._expecting())
        except SttError as error:
            self._failure = error
            return
        self._feed()

    def _take(self, audio: bytes) -> None:
        self._pending += audio
        if self._speaking and len(self._pending) >= self._bytes(BATCH_SEC):
            self._feed()
        elif not self._speaking and len(self._pending) > (kept := self._bytes(PRE_ROLL_SEC)):
            del self._pending[: len(self._pending) - kept]

    def _feed(self) -> None:
        if self._utterance is not None and self._fed_bytes < self._bytes(MAX_UTTERANCE_SEC):
            self._utterance.feed(bytes(self._pending))
            self._fed_bytes += len(self._pending)
        self._pending.clear()

    async def _end(self) -> None:
        if not self._speaking:
            return
        self._feed()
        self._speaking = False
        text = await self._finish()
        await self.emit_stt_usage_metrics()
        await self.push_frame(
            TranscriptionFrame(text=text, user_id="caller", timestamp=time_now_iso8601(), finalized=True)
        )

    async def _finish(self) -> str:
        utterance, self._utterance = self._utterance, None
        failure, self._failure = self._failure, None
        if utterance is not None:
            try:
                async with asyncio.timeout(self._finish_timeout_sec):
                    return await utterance.finish()
            except TimeoutError:
                failure = SttError("the decoder did not answer in time", code="stt-timeout")
            except SttError as exc:
                failure = exc
            finally:
                utterance.abandon()
        if failure is not None:
            await self.push_error(f"speech recognition failed: {failure.code}", exception=failure)
        return ""

    def _drop(self, *, keep_pending: bool = False) -> None:
        if self._utterance is not None:
            self._utterance.abandon()
            self._utterance = None
        self._speaking = False
        if not keep_pending:
            self._pending.clear()

    def _bytes(self, seconds: float) -> int:
        return 2 * int(self.sample_rate * seconds)


if __name__ == "__main__":
    import sys
    import wave
    from pathlib import Path

    async def _try_alone(model: Path, file: Path) -> None:
        from pipecat.tests.utils import SleepFrame, run_test

        pool = DecoderPool(model, decoders=1)
        await pool.start()
        with wave.open(str(file)) as wav:
            rate, pcm = wav.getframerate(), wav.readframes(wav.getnframes())
        frames = [VADUserStartedSpeakingFrame(), InputAudioRawFrame(pcm, rate, 1), VADUserStoppedSpeakingFrame()]
        down, _ = await run_test(
            PocketsphinxSTTService(pool=pool, sample_rate=rate), frames_to_send=[*frames, SleepFrame(0.5)]
        )
        print([frame.text for frame in down if isinstance(frame, TranscriptionFrame)])
        await pool.close()

    asyncio.run(_try_alone(Path(sys.argv[1]), Path(sys.argv[2])))
