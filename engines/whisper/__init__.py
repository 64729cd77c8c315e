"""Whisper on this machine: one faster-whisper model for the whole process, and an STT service for each call.

Importing the package brings neither Pipecat nor the model's libraries with it; `WhisperEngine` loads them when it
starts.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from config import Settings
from engines.hotwords import cut, hotwords
from errors import ConfigError, SttError
from facts import PracticeFacts
from log import log_event

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

    from engines.whisper.decoder import Decoder
    from engines.whisper.service import HintedWhisperSTTService
    from stages.audio_heartbeat import VoiceActivity

WARM_UP_SEC = 1.0
THREADS_PER_CALL = 2  # the decode of an utterance, and that of a guess which was dropped and works on


class WhisperEngine:
    """The recognizer of the whole service.

    Args:
        settings: WHISPER_MODEL, WHISPER_DEVICE, WHISPER_COMPUTE, WHISPER_LANGUAGE, WHISPER_HOTWORDS,
            MAX_CONCURRENT_CALLS.
        facts: the practice's facts; their names become hotwords where WHISPER_HOTWORDS gives none.
    """

    def __init__(self, settings: Settings, facts: PracticeFacts) -> None:
        self._settings = settings
        self._facts = facts
        self._decoder: Decoder | None = None
        self._loads = 0
        self._lock = asyncio.Lock()

    @property
    def name(self) -> str:
        """As in `faster-whisper medium`; of a folder its last part."""
        return f"faster-whisper {Path(self._settings.whisper_model).name}"

    @property
    def loads(self) -> int:
        """How often this engine has loaded a model: once, however many calls there were."""
        return self._loads

    @property
    def problem(self) -> str | None:
        """None, or a code: `stt-closed` (not started), `stt-stuck` (decodes hang and no more are begun), `stt-failed`
        (the last few decodes failed)."""
        return "stt-closed" if self._decoder is None else self._decoder.problem

    async def start(self) -> None:
        """Load the model and decode once, so that the first call is as quick as the tenth; idempotent.

        Raises:
            ConfigError: a setting is wrong; names it, and what to do.
        """
        async with self._lock:
            if self._decoder is None:
                started = time.monotonic()
                self._decoder = await asyncio.to_thread(self._load)
                log_event("whisper_ready", seconds=time.monotonic() - started, device=self._decoder.model.model.device)

    async def close(self) -> None:
        """Let go of the model. Decodes that run are given a moment to end."""
        async with self._lock:
            decoder, self._decoder = self._decoder, None
            if decoder is not None:
                await decoder.close()

    def new_service(self, *, expecting: Callable[[], str], voice: VoiceActivity) -> HintedWhisperSTTService:
        """The STT service of one call.

        Args:
            expecting: not needed here: one set of hotwords serves every question.
            voice: the call's VAD.

        Raises:
            SttError: the engine was not started (`stt-closed`).
        """
        from engines.whisper.service import HintedWhisperSTTService

        if self._decoder is None:
            raise SttError("the engine is not started", code="stt-closed", retryable=False)
        return HintedWhisperSTTService(decoder=self._decoder, voice=voice, model_name=self._settings.whisper_model)

    def _load(self) -> Decoder:
        import engines.whisper.service  # noqa: F401  (slow to import: here, and not in the first call)
        from engines.whisper.decoder import WHISPER_RATE_HZ, Decoder
        from engines.whisper.model import load, refusal

        model = load(self._settings)
        self._loads += 1
        decoder = Decoder(
            model,
            language=self._settings.whisper_language,
            hotwords=self._hotwords(model),
            threads=THREADS_PER_CALL * self._settings.max_concurrent_calls,
        )
        try:
            decoder.decode(bytes(2 * int(WARM_UP_SEC * WHISPER_RATE_HZ)), WHISPER_RATE_HZ)
        except SttError as exc:
            cause = exc.__cause__
            raise (refusal(self._settings, cause) if isinstance(cause, Exception) else ConfigError(str(exc))) from exc
        return decoder

    def _hotwords(self, model: WhisperModel) -> str:
        """The words to expect, as many as Whisper takes; counted as faster_whisper counts them."""

        def tokens(text: str) -> int:
            return len(model.hf_tokenizer.encode(f" {text.strip()}", add_special_tokens=False).ids)

        words = self._settings.whisper_hotwords
        return cut(words or ", ".join(hotwords(self._facts, self._settings.whisper_language)), tokens)
