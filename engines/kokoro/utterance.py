"""One sentence on its way to the caller, in Kokoro's voice or, where that fails, in the other one."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

import metrics
from engines.clauses import has_words, split_for_speech
from engines.espeak import EspeakEngine
from engines.kokoro.voice import KokoroVoice, arrival
from engines.sentence_cache import SentenceCache
from engines.threads import Job
from errors import TtsError

PATIENCE_SEC = 1.5  # how long a caller may hear nothing before the other voice takes over
_BYTES_PER_SAMPLE = 2


class Utterance:
    """Iterate for the sentence's PCM, 16-bit mono; `close` when it is not wanted any more.

    The first clause comes first. While one piece is played the next is synthesised, in a thread: nothing runs on the
    event loop in between. What Kokoro fails to say is said by the other voice, and told once through `on_failure`.

    Args:
        text: a sentence in its spoken form. Without words in it there is no audio.
        on_failure: awaited with the one error of this sentence, if it has one.
        patience_sec: silence after which Kokoro counts as hanging, at the beginning and between two pieces.
    """

    def __init__(
        self,
        text: str,
        rate_hz: int,
        *,
        voice: KokoroVoice,
        fallback: EspeakEngine,
        cache: SentenceCache,
        on_failure: Callable[[TtsError], Awaitable[None]],
        patience_sec: float = PATIENCE_SEC,
    ) -> None:
        self._text, self._rate_hz = text, rate_hz
        self._voice, self._fallback, self._cache = voice, fallback, cache
        self._on_failure = on_failure
        self._patience_sec = patience_sec
        self._left = deque(split_for_speech(text) if has_words(text) else ())
        self._said: list[bytes] = []
        self._job: Job[bytes] | None = None
        self._error: TtsError | None = None
        self._silent_from = asyncio.get_running_loop().time()

    def __aiter__(self) -> "Utterance":
        return self

    async def __anext__(self) -> bytes:
        if not self._left:
            raise StopAsyncIteration
        pcm = self._from_memory() or await self._by_kokoro() or await self._by_the_other()
        if not pcm:
            raise StopAsyncIteration
        return pcm

    def close(self) -> None:
        """Let go of the piece that is being made. A thread that has begun it ends it, and nobody listens."""
        self._left.clear()
        if self._job is not None:
            self._job.abandon()

    def _from_memory(self) -> bytes | None:
        pcm = None if self._said else self._cache.get(self._text, self._rate_hz)
        if pcm is not None:
            self._left.clear()
        return pcm

    async def _by_kokoro(self) -> bytes | None:
        """The next piece, or None when the other voice has to go on."""
        if self._job is None and self._voice.health.is_paused:
            metrics.FAILOVERS.labels("tts", "paused").inc()
            return None
        try:
            pcm = await self._piece()
        except TtsError as exc:
            self._error = exc
            self._voice.health.failed(exc.code)
            metrics.FAILOVERS.labels("tts", exc.code).inc()
            return None
        self._voice.health.recovered()
        return pcm

    async def _piece(self) -> bytes:
        if self._job is None:
            self._job = self._voice.submit(self._left[0], self._rate_hz)
        loop = asyncio.get_running_loop()
        pcm = await arrival(self._job, self._silent_from + self._patience_sec - loop.time())
        self._left.popleft()
        self._said.append(pcm)
        self._silent_from = max(self._silent_from, loop.time()) + len(pcm) / _BYTES_PER_SAMPLE / self._rate_hz
        self._begin_next()
        return pcm

    def _begin_next(self) -> None:
        """Have the next piece made while this one is played. What stands in its way is told when its turn comes."""
        self._job = None
        if not self._left:
            self._cache.put(self._text, self._rate_hz, b"".join(self._said))
            return
        with suppress(TtsError):
            self._job = self._voice.submit(self._left[0], self._rate_hz)

    async def _by_the_other(self) -> bytes:
        """What is left of the sentence in the other voice; empty when that fails as well."""
        rest = " ".join(self._left)
        self._left.clear()
        pcm = b""
        try:
            pcm = await self._fallback.synthesize(rest, self._rate_hz)
        except TtsError as exc:
            self._error = exc
        except Exception as exc:
            self._error = TtsError(f"the other voice failed ({type(exc).__name__})", code="tts-fallback")
            self._error.__cause__ = exc
        if self._error is not None:
            await self._on_failure(self._error)
        return pcm


if __name__ == "__main__":
    import sys

    for number, piece in enumerate(split_for_speech(" ".join(sys.argv[1:]) or "One moment, please."), 1):
        print(number, piece)
