"""Kokoro as AVA's voice in the production profile, with espeak-ng for the sentences that it cannot say.

One model is loaded for the process and speaks for all calls, in a few threads of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from pipecat.utils.text.transforms import TextTransform

from call import Clock
from clock import SystemClock
from config import Settings
from engines.clauses import has_words
from engines.espeak import EspeakEngine
from engines.kokoro.model import SessionOpener, open_session
from engines.kokoro.service import KokoroTTSService
from engines.kokoro.utterance import PATIENCE_SEC, Utterance
from engines.kokoro.voice import KokoroVoice
from engines.sentence_cache import SentenceCache
from engines.threads import HUNG_SEC
from errors import TtsError
from log import log_event

__all__ = ["KokoroEngine", "KokoroTTSService"]

_FEWEST_WORKERS, _MOST_WORKERS = 2, 8


class KokoroEngine:
    """The process's Kokoro voice.

    Args:
        fallback: the other voice; started and closed with this one.
        clock: for the pause after a failure.
        opener: makes the ONNX Runtime session of a graph.
        patience_sec: how long a caller may wait for audio before the other voice takes over.
        hung_sec: a piece that takes longer is given up, and its thread replaced.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        fallback: EspeakEngine,
        clock: Clock | None = None,
        opener: SessionOpener = open_session,
        patience_sec: float = PATIENCE_SEC,
        hung_sec: float = HUNG_SEC,
    ) -> None:
        workers = max(_FEWEST_WORKERS, min(_MOST_WORKERS, settings.max_concurrent_calls))
        self._settings = settings
        self._fallback = fallback
        self._patience_sec = patience_sec
        self._voice = KokoroVoice(workers=workers, clock=clock or SystemClock(), opener=opener, hung_sec=hung_sec)
        self._cache = SentenceCache()
        self._starting = asyncio.Lock()

    @property
    def name(self) -> str:
        return f"kokoro {self._settings.kokoro_voice}"

    @property
    def loads(self) -> int:
        """How often a model was loaded."""
        return self._voice.loads

    @property
    def problem(self) -> str | None:
        """The code of the last failure while it lasts; None when the last synthesis succeeded."""
        return self._voice.health.problem

    async def start(self) -> None:
        """Load the model, let it speak once, and start the other voice; idempotent.

        Raises:
            ConfigError: KOKORO_MODEL_DIR or KOKORO_VOICE is wrong, or a file is damaged.
            TtsError: the model does not speak, or the other voice cannot be loaded.
        """
        async with self._starting:
            await self._fallback.start()
            if not self._voice.is_loaded:
                await self._voice.load(self._settings.kokoro_model_dir, self._settings.kokoro_voice)

    async def close(self) -> None:
        await self._voice.close()
        await self._fallback.close()

    async def prepare(self, sentences: Iterable[str], rate_hz: int) -> None:
        """Synthesise fixed sentences, each in its spoken form, and keep them for good; in both voices.

        A sentence that Kokoro cannot say is left to the other voice for now, and tried again when it is spoken.
        """
        fixed = [sentence for sentence in sentences if has_words(sentence)]
        await self._fallback.prepare(fixed, rate_hz)
        for sentence in fixed:
            if self._voice.health.is_paused:
                break
            try:
                self._cache.put(sentence, rate_hz, await self.synthesize(sentence, rate_hz), for_good=True)
            except TtsError as exc:
                log_event("kokoro_not_prepared", level="WARNING", code=exc.code)

    async def synthesize(self, text: str, rate_hz: int) -> bytes:
        """Speak `text` in Kokoro's voice as 16-bit little-endian mono PCM at `rate_hz`; empty if it has no words.

        Raises:
            TtsError: `tts-failed`, `tts-empty` or `tts-timeout`.
        """
        pcm = self._cache.get(text, rate_hz) if has_words(text) else b""
        if pcm is None:
            pcm = await self._synthesize(text, rate_hz)
            self._cache.put(text, rate_hz, pcm)
        return pcm

    async def _synthesize(self, text: str, rate_hz: int) -> bytes:
        health = self._voice.health
        try:
            pcm = await self._voice.synthesize(text, rate_hz)
        except TtsError as exc:
            health.failed(exc.code)
            raise
        health.recovered()
        return pcm

    def new_service(self, *, text_transforms: list[tuple[str, TextTransform]] | None = None) -> KokoroTTSService:
        return KokoroTTSService(self.utterance, voice=self._settings.kokoro_voice, text_transforms=text_transforms)

    def utterance(self, text: str, rate_hz: int, on_failure: Callable[[TtsError], Awaitable[None]]) -> Utterance:
        """One sentence in its spoken form, in either voice; iterate for its audio."""
        return Utterance(
            text, rate_hz, voice=self._voice, fallback=self._fallback, cache=self._cache,
            on_failure=on_failure, patience_sec=self._patience_sec,
        )  # fmt: skip
