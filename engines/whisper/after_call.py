"""Whisper after the call: AFTER_CALL_WHISPER_MODEL over one track of a recording, with times for each word.

There is time here, so the beam is wide and Whisper's own VAD takes silence out; what it writes is judged by
`engines/hallucinations.py` as in the call. The model is loaded with the first piece and freed when it is let go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config import Settings
from engines.hallucinations import why_not
from engines.hotwords import cut
from engines.threads import WorkThreads
from errors import ConfigError, EngineError, SttError
from log import log_event
from recording.pieces import RATE_HZ, Samples
from recording.transcript import Word

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

BEAM_SIZE = 5
TEMPERATURES = (0.0, 0.2, 0.4, 0.6)
PIECE_SEC = 30.0  # Whisper's window: a caller who rings waits for no more than this
HUNG_SEC = 300.0  # a piece on a slow processor takes a minute
HALLUCINATION_SILENCE_SEC = 2.0  # words around so much silence are doubted by the library itself
_VAD = {"threshold": 0.35, "min_silence_duration_ms": 500, "speech_pad_ms": 250}


class AfterCallWhisper:
    """A `recording.transcriber.TranscriptionEngine`. Use from one event loop.

    Args:
        settings: AFTER_CALL_WHISPER_MODEL, WHISPER_DEVICE, WHISPER_COMPUTE.
        load: loads a model; another one is handed in by tests.
    """

    piece_sec = PIECE_SEC

    def __init__(self, settings: Settings, *, load: Callable[[Settings], WhisperModel] | None = None) -> None:
        self._settings = settings.model_copy(
            update={"whisper_model": settings.after_call_whisper_model, "max_concurrent_calls": 1}
        )
        self._load = load or _load
        self._model: WhisperModel | None = None
        self._threads = WorkThreads(1, "whisper-after-call", hung_sec=HUNG_SEC)

    @property
    def name(self) -> str:
        return f"faster-whisper {Path(self._settings.whisper_model).name}"

    @property
    def is_loaded(self) -> bool:
        return self._model is not None

    async def transcribe(self, pcm_8k: Samples, *, language: str, hotwords: Sequence[str]) -> list[Word]:
        """See `TranscriptionEngine`.

        Raises:
            ConfigError: the model cannot be loaded; names AFTER_CALL_WHISPER_MODEL.
            SttError: the decode failed (`stt-failed`), hung (`stt-hung`), so many hang that no more are begun
                (`stt-stuck`), or the model does not know the language (`stt-language`).
        """
        if self._threads.stuck:
            raise SttError("decodes hang, and no more are begun", code="stt-stuck")
        job = self._threads.submit(lambda: self._decode(pcm_8k, language, hotwords))
        try:
            await asyncio.wait({job.future})
        finally:
            job.abandon()
        if job.future.cancelled():
            raise SttError("the decode was given up", code="stt-hung")
        return job.future.result()

    async def let_go(self) -> None:
        if self._model is not None:
            self._model = None  # CTranslate2 frees the memory with its last reference
            log_event("after_call_whisper_freed")

    def _decode(self, pcm_8k: Samples, language: str, hotwords: Sequence[str]) -> list[Word]:
        """In the thread: everything that takes long."""
        model = self._loaded()
        if language not in model.supported_languages:
            raise SttError("the model does not know the call's language", code="stt-language", retryable=False)
        try:
            return list(self._words(model, pcm_8k, language, hotwords))
        except Exception as exc:
            raise SttError(f"the decode failed: {type(exc).__name__}", code="stt-failed") from exc

    def _words(self, model: WhisperModel, pcm_8k: Samples, language: str, hotwords: Sequence[str]) -> list[Word]:
        from engines.whisper.decoder import (
            COMPRESSION_RATIO_THRESHOLD,
            LOG_PROB_THRESHOLD,
            NO_SPEECH_THRESHOLD,
            as_whisper_wants,
        )

        hint = cut(", ".join(hotwords), lambda text: _tokens(model, text))
        segments, _info = model.transcribe(
            as_whisper_wants(pcm_8k.astype("<i2").tobytes(), RATE_HZ),
            language=language,
            hotwords=hint or None,
            beam_size=BEAM_SIZE,
            temperature=TEMPERATURES,
            no_speech_threshold=NO_SPEECH_THRESHOLD,
            log_prob_threshold=LOG_PROB_THRESHOLD,
            compression_ratio_threshold=COMPRESSION_RATIO_THRESHOLD,
            condition_on_previous_text=False,
            vad_filter=True,
            vad_parameters=_VAD,
            word_timestamps=True,
            hallucination_silence_threshold=HALLUCINATION_SILENCE_SEC,
        )
        believed = [segment for segment in segments if why_not(segment, hint=hint) is None]
        return [_word(word) for segment in believed for word in segment.words or ()]

    def _loaded(self) -> WhisperModel:
        if self._model is None:
            self._model = self._load(self._settings)
            log_event("after_call_whisper_loaded", device=self._model.model.device)
        return self._model


def _load(settings: Settings) -> WhisperModel:
    """As the engine of the calls loads its own, with the setting's name put right in what it complains of."""
    from engines.whisper.model import load

    try:
        return load(settings)
    except ConfigError as exc:
        raise ConfigError(str(exc).replace("WHISPER_MODEL", "AFTER_CALL_WHISPER_MODEL")) from exc


def _tokens(model: WhisperModel, text: str) -> int:
    return len(model.hf_tokenizer.encode(f" {text.strip()}", add_special_tokens=False).ids)


def _word(word: Any) -> Word:
    return Word(
        text=word.word.strip(),
        start_sec=round(float(word.start), 3),
        end_sec=round(float(word.end), 3),
        confidence=round(float(word.probability), 3),
    )


if __name__ == "__main__":
    import sys
    import wave

    import numpy as np

    from config import load_settings

    async def _try_alone(file: str) -> None:
        with wave.open(file) as wav:
            if (wav.getframerate(), wav.getnchannels()) != (RATE_HZ, 1):
                sys.exit("expected a mono WAV file at 8 kHz")
            pcm = np.frombuffer(wav.readframes(wav.getnframes()), dtype="<i2")
        settings = load_settings()
        for word in await AfterCallWhisper(settings).transcribe(pcm, language=settings.whisper_language, hotwords=()):
            print(f"{word.start_sec:7.2f} {word.end_sec:7.2f} {word.confidence:.2f} {word.text}")

    try:
        asyncio.run(_try_alone(sys.argv[1]))
    except (ConfigError, EngineError) as error:
        sys.exit(str(error))
