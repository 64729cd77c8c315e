"""The STT service of one call: from voice activity to one final transcript per utterance.

A `VADProcessor` stands before it in the pipeline. When the caller pauses, the utterance so far is decoded at once, on
the chance that the caller is done: most of the decode is over when the VAD says so.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from pipecat.audio.vad.vad_analyzer import VADState
from pipecat.frames.frames import (
    EndFrame,
    Frame,
    InputAudioRawFrame,
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.utils.time import time_now_iso8601

import metrics
from engines.whisper.decoder import Decoded, Decoder, Decoding
from errors import SttError
from log import log_event
from stages.audio_heartbeat import VoiceActivity

PRE_ROLL_SEC = 0.6  # the VAD says "started" after the first sounds of a word
PAUSE_SEC = 0.16  # of silence, before the utterance so far is decoded on the chance that it is all
FINISH_TIMEOUT_SEC = 1.2  # from the VAD's stop to the text
MAX_UTTERANCE_SEC = 60.0
TRAILING_SILENCE_SEC = 0.3  # a model garbles a last word that the audio's end cuts off
TTFS_P99_SEC = 1.0  # end of speech to transcript: the VAD's wait of 0.5 s, and the decode where a pause was missed


@dataclass(frozen=True, slots=True)
class _Utterance:
    """Speech that is over. The decode is None when none could be begun, for the reason in `failure`."""

    decoding: Decoding | None
    failure: SttError | None
    deadline: float  # of the event loop's clock


@dataclass(frozen=True, slots=True)
class _Guess:
    """A decode on the chance that no more speech comes; holds as long as `last_speech` is the VAD's."""

    decoding: Decoding
    last_speech: float


class HintedWhisperSTTService(WhisperSTTService):
    """Pushes exactly one finalized `TranscriptionFrame` for each start and stop of the VAD, in their order.

    Its text is empty when nothing was understood, nothing believed, or the decode failed, so that the turn ends in any
    case. A failure is told once, as an `ErrorFrame` with an `SttError`.

    Args:
        decoder: the process's model; `hotwords` are its own.
        voice: the call's VAD.
        model_name: for Pipecat's metrics.
        finish_timeout_sec: how long the end of an utterance may wait for its text.
    """

    def __init__(
        self,
        *,
        decoder: Decoder,
        voice: VoiceActivity,
        model_name: str = "whisper",
        finish_timeout_sec: float = FINISH_TIMEOUT_SEC,
        **kwargs: Any,
    ) -> None:
        self._decoder = decoder  # `_load` is called in the base's constructor
        super().__init__(
            settings=self.Settings(model=model_name, language=decoder.language, hotwords=decoder.hotwords),
            trailing_silence_secs=TRAILING_SILENCE_SEC,
            ttfs_p99_latency=TTFS_P99_SEC,
            **kwargs,
        )
        self._voice = voice
        self._finish_timeout_sec = finish_timeout_sec
        self._audio = bytearray()  # the utterance with its pre-roll; in silence the pre-roll alone
        self._in_utterance = False
        self._guess: _Guess | None = None
        self._guessed_at: float | None = None  # the `last_speech` of the latest guess: one for each pause
        self._last_guess: Decoding | None = None  # its thread may work on after the guess was dropped
        self._utterances: asyncio.Queue[_Utterance | None] = asyncio.Queue()

    def _load(self) -> None:
        """Take the process's model; Pipecat's own would load one for each call."""
        self._model = self._decoder.model

    async def cleanup(self) -> None:
        await super().cleanup()
        await self._cancel_segment_task()  # the base leaves it when the caller drops at once
        self._drop_guess()
        while not self._utterances.empty():
            if (utterance := self._utterances.get_nowait()) and utterance.decoding:
                utterance.decoding.abandon()

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame, None]:
        """Decode one utterance: s16le mono at `sample_rate`. The service itself decodes ahead and does not use this.

        Raises:
            SttError: the decode failed.
        """
        decoding = self._decoder.begin(audio, self.sample_rate)
        try:
            yield self._transcript((await decoding.result()).text)
        finally:
            decoding.abandon()

    async def process_audio_frame(self, frame: InputAudioRawFrame, direction: FrameDirection) -> None:
        """Keep the audio of an utterance, and of the moment before one; decode ahead when the caller pauses."""
        if len(self._audio) < self._bytes(MAX_UTTERANCE_SEC):
            self._audio += frame.audio
        if self._in_utterance:
            self._decode_ahead()
        elif (excess := len(self._audio) - self._bytes(PRE_ROLL_SEC)) > 0:
            del self._audio[:excess]

    async def _handle_user_started_speaking(self, frame: VADUserStartedSpeakingFrame) -> None:
        await super()._handle_user_started_speaking(frame)
        self._in_utterance = True

    async def _handle_user_stopped_speaking(self, frame: VADUserStoppedSpeakingFrame) -> None:
        """Hand the utterance over to the task that pushes its text. Called when the VAD's frame has been passed on."""
        self._user_speaking = False
        if not self._in_utterance:
            return
        self._in_utterance = False
        deadline = asyncio.get_running_loop().time() + self._finish_timeout_sec
        decoding, failure = self._decoding_of_all()
        self._record_stt_audio_usage(self._audio)
        self._audio.clear()
        await self._utterances.put(_Utterance(decoding, failure, deadline))
        await self.emit_stt_usage_metrics()

    def _decoding_of_all(self) -> tuple[Decoding | None, SttError | None]:
        """The decode that was begun at the pause, where it covers all that was said; else a new one."""
        guess, self._guess = self._guess, None
        if guess is not None:
            if guess.last_speech == self._voice.last_speech and not guess.decoding.failed:
                return guess.decoding, None
            guess.decoding.abandon()
        try:
            return self._begin(), None
        except SttError as error:
            return None, error

    def _decode_ahead(self) -> None:
        last_speech = self._voice.last_speech
        if self._guess is not None and self._guess.last_speech != last_speech:
            self._drop_guess()
        if self._voice.state is not VADState.STOPPING or last_speech == self._guessed_at:
            return
        if time.monotonic() - last_speech < PAUSE_SEC or self._guess_works_on():
            return
        self._guessed_at = last_speech
        try:
            self._last_guess = self._begin()
        except SttError:  # told at the end of the utterance, if it lasts
            return
        self._guess = _Guess(self._last_guess, last_speech)

    def _guess_works_on(self) -> bool:
        """One guess of a call at a time: a dropped one cannot be stopped, and the final decode needs room."""
        return self._last_guess is not None and self._last_guess.occupies_a_thread

    def _drop_guess(self) -> None:
        guess, self._guess = self._guess, None
        if guess is not None:
            guess.decoding.abandon()

    def _begin(self) -> Decoding:
        return self._decoder.begin(bytes(self._audio) + self._trailing_silence(), self.sample_rate)

    async def stop(self, frame: EndFrame) -> None:
        """Push the texts of what was said, then stop. Each is bounded by its deadline."""
        if self._segment_task is not None:
            await self._utterances.put(None)
        await super().stop(frame)

    async def _segment_task_handler(self) -> None:
        """Push the texts of utterances, in order, until told to finish. The base starts and cancels this task."""
        while (utterance := await self._utterances.get()) is not None:
            await self.start_processing_metrics()
            text = await self._text_of(utterance)
            await self.stop_processing_metrics()
            await self.push_frame(self._transcript(text))

    async def _text_of(self, utterance: _Utterance) -> str:
        failure = utterance.failure
        if utterance.decoding is not None:
            try:
                async with asyncio.timeout_at(utterance.deadline):
                    return self._counted(await utterance.decoding.result())
            except TimeoutError:
                failure = SttError("the decode took too long", code="stt-timeout")
            except SttError as exc:
                failure = exc
            finally:
                utterance.decoding.abandon()
        if failure is not None:
            await self.push_error(f"speech recognition failed: {failure.code}", exception=failure)
        return ""

    def _counted(self, decoded: Decoded) -> str:
        for reason in decoded.dropped:
            metrics.STT_DROPPED.labels(reason).inc()
            log_event("stt_dropped", reason=reason)
        return decoded.text

    def _transcript(self, text: str) -> TranscriptionFrame:
        return TranscriptionFrame(text=text, user_id="caller", timestamp=time_now_iso8601(), finalized=True)

    def _bytes(self, seconds: float) -> int:
        return 2 * int(self.sample_rate * seconds)


if __name__ == "__main__":
    import sys
    import wave

    from pipecat.tests.utils import SleepFrame, run_test

    from config import load_settings
    from engines.whisper.model import load

    class _Quiet:
        last_speech = 0.0
        state = VADState.QUIET

    async def _try_alone(file: str) -> None:
        settings = load_settings()
        with wave.open(file) as wav:
            rate, pcm = wav.getframerate(), wav.readframes(wav.getnframes())
        decoder = Decoder(load(settings), language=settings.whisper_language, hotwords="", threads=1)
        frames = [VADUserStartedSpeakingFrame(), InputAudioRawFrame(pcm, rate, 1), VADUserStoppedSpeakingFrame()]
        service = HintedWhisperSTTService(decoder=decoder, voice=_Quiet(), sample_rate=rate)
        down, _ = await run_test(service, frames_to_send=[*frames, SleepFrame(FINISH_TIMEOUT_SEC)])
        print([frame.text for frame in down if isinstance(frame, TranscriptionFrame)])

    asyncio.run(_try_alone(sys.argv[1]))
