"""The process's one Kokoro voice: a model, the threads that it runs in, and whether it is worth asking."""

import asyncio
from functools import partial
from pathlib import Path
from typing import TypeVar

import soxr

from call import Clock
from engines.health import EngineHealth
from engines.kokoro.model import SAMPLE_RATE_HZ, KokoroModel, SessionOpener, load_model
from engines.silence import trimmed
from engines.threads import HUNG_SEC, Job, WorkThreads
from errors import TtsError
from log import log_event

T = TypeVar("T")

PAUSE_SEC = 10.0  # how long a voice that failed is left alone
LOAD_SEC = 120.0
SENTENCE_SEC = 30.0  # for a whole sentence that no caller waits for
END_SILENCE_SEC = 0.15  # behind a mark; the model's own pause may be longer
JOIN_SILENCE_SEC = 0.05  # where a piece ends without a mark
WARM_UP = "Thank you for calling. How can I help you?"


class KokoroVoice:
    """Speaks in a bounded number of threads, for all calls.

    Args:
        workers: sentences that may be synthesised at once; with as many that hang no caller waits for another.
        clock: for the pause after a failure.
        opener: makes the ONNX Runtime session of a graph.
        hung_sec: a piece that takes longer is given up, and its thread replaced.
    """

    def __init__(self, *, workers: int, clock: Clock, opener: SessionOpener, hung_sec: float = HUNG_SEC) -> None:
        self.health = EngineHealth("tts", clock, PAUSE_SEC, PAUSE_SEC)
        self._threads = WorkThreads(workers, "kokoro", hung_sec=hung_sec, max_hung=workers)
        self._opener = opener
        self._model: KokoroModel | None = None
        self.loads = 0

    @property
    def is_loaded(self) -> bool:
        return self._model is not None

    async def load(self, folder: Path, voice: str) -> None:
        """Load the model and let it speak once, in a thread.

        Raises:
            ConfigError: a file is missing or damaged, or there is no such voice.
            TtsError: the model does not speak, or takes longer than `LOAD_SEC`.
        """
        await arrival(self._threads.submit(partial(self._load, folder, voice), hung_sec=LOAD_SEC), LOAD_SEC)

    def _load(self, folder: Path, voice: str) -> None:
        model = load_model(folder, voice, opener=self._opener)
        self.loads += 1
        model.speak(WARM_UP)
        self._model = model
        log_event("kokoro_loaded", voice=voice, provider=model.provider)

    async def synthesize(self, text: str, rate_hz: int) -> bytes:
        """A whole sentence that no caller waits for: 16-bit little-endian mono PCM at `rate_hz`.

        Raises:
            TtsError: it failed, or takes longer than `SENTENCE_SEC`.
        """
        return await arrival(self.submit(text, rate_hz, hung_sec=SENTENCE_SEC), SENTENCE_SEC)

    def submit(self, text: str, rate_hz: int, *, hung_sec: float | None = None) -> Job[bytes]:
        """Synthesise `text` as 16-bit little-endian mono PCM at `rate_hz`, in a thread. Its failures come with the job.

        Raises:
            TtsError: every thread hangs (`tts-timeout`).
        """
        if self._threads.stuck:
            raise TtsError("every thread of Kokoro hangs", code="tts-timeout")
        return self._threads.submit(partial(self._speak, text, rate_hz), hung_sec=hung_sec)

    def _speak(self, text: str, rate_hz: int) -> bytes:
        model = self._model
        if model is None:
            raise TtsError("Kokoro is not loaded", code="tts-not-loaded", retryable=False)
        silence = JOIN_SILENCE_SEC if text[-1:].isalnum() else END_SILENCE_SEC
        samples = trimmed(model.speak(text), SAMPLE_RATE_HZ, trailing_sec=silence)
        return soxr.resample(samples, SAMPLE_RATE_HZ, rate_hz).astype("<i2").tobytes()

    async def close(self) -> None:
        """Let go of the model. What waits in line fails with `tts-closed`; what is being made is not waited for."""
        await self._threads.close()
        self._model = None


async def arrival(job: Job[T], within_sec: float) -> T:
    """Wait for a job in a thread. One that is late is given up: not begun if it waits in line, else left to end.

    Raises:
        TtsError: what the job raised, `tts-timeout`, or `tts-closed` (the voice was let go).
    """
    try:
        await asyncio.wait({job.future}, timeout=within_sec)
        if job.future.done() and not job.future.cancelled():
            return job.future.result()
        if job.future.cancelled() and not job.hung:
            raise TtsError("the voice was let go", code="tts-closed", retryable=False)
        raise TtsError("Kokoro took too long", code="tts-timeout")
    finally:
        job.abandon()


if __name__ == "__main__":
    import sys

    from clock import SystemClock
    from config import load_settings
    from engines.kokoro.model import open_session

    async def _try_alone(text: str) -> None:
        settings = load_settings()
        voice = KokoroVoice(workers=2, clock=SystemClock(), opener=open_session)
        await voice.load(settings.kokoro_model_dir, settings.kokoro_voice)
        job = voice.submit(text, 8000)
        pcm = await arrival(job, SENTENCE_SEC)
        print(f"{len(pcm) / 16000:.2f} s of speech, paused={voice.health.is_paused}")
        await voice.close()

    asyncio.run(_try_alone(" ".join(sys.argv[1:]) or WARM_UP))
