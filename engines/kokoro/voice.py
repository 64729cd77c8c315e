"""The process's one Kokoro voice: a model, the threads that it runs in, and whether it is worth asking."""

import asyncio
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

import soxr

from call import Clock
from engines.kokoro.model import SAMPLE_RATE_HZ, KokoroModel, SessionOpener, load_model
from engines.kokoro.workers import Workers
from engines.silence import trimmed
from errors import TtsError
from log import log_event

T = TypeVar("T")

PAUSE_SEC = 10.0  # how long a voice that failed is left alone
STUCK_SEC = 10.0  # a job that takes longer hangs
END_SILENCE_SEC = 0.15  # behind a mark; the model's own pause may be longer
JOIN_SILENCE_SEC = 0.05  # where a piece ends without a mark
WARM_UP = "Thank you for calling. How can I help you?"


class VoiceHealth:
    """Whether Kokoro is worth asking: after a failure all calls leave it alone for a while."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = 0.0
        self.problem: str | None = None

    @property
    def is_paused(self) -> bool:
        return self.problem is not None and self._clock.monotonic() < self._until

    def failed(self, code: str) -> None:
        log_event("kokoro_failed", level="WARNING", code=code, pause_sec=PAUSE_SEC)
        self.problem = code
        self._until = self._clock.monotonic() + PAUSE_SEC

    def spoke(self) -> None:
        if self.problem:
            log_event("kokoro_recovered", after=self.problem)
        self.problem = None


class KokoroVoice:
    """Speaks in a bounded number of threads, for all calls.

    Args:
        workers: sentences that may be synthesised at once.
        opener: makes the ONNX Runtime session of a graph.
    """

    def __init__(self, *, workers: int, clock: Clock, opener: SessionOpener) -> None:
        self.health = VoiceHealth(clock)
        self._workers = Workers(workers, name="kokoro", clock=clock)
        self._opener = opener
        self._model: KokoroModel | None = None
        self.loads = 0

    @property
    def is_loaded(self) -> bool:
        return self._model is not None

    def load(self, folder: Path, voice: str) -> "Future[None]":
        """Load the model and let it speak once, in a thread. The errors of `load_model` come with the future."""
        return self._workers.submit(partial(self._load, folder, voice))

    def _load(self, folder: Path, voice: str) -> None:
        model = load_model(folder, voice, opener=self._opener)
        self.loads += 1
        model.speak(WARM_UP)
        self._model = model
        log_event("kokoro_loaded", voice=voice, provider=model.provider)

    def submit(self, text: str, rate_hz: int) -> "Future[bytes]":
        """Synthesise `text` as 16-bit little-endian mono PCM at `rate_hz`, in a thread.

        Raises:
            TtsError: there is no model, or every thread hangs (`tts-timeout`). Other failures come with the future.
        """
        if self._workers.all_busy_for(STUCK_SEC):
            raise TtsError("every thread of Kokoro hangs", code="tts-timeout")
        return self._workers.submit(partial(self._speak, text, rate_hz))

    def _speak(self, text: str, rate_hz: int) -> bytes:
        if self._model is None:
            raise TtsError("Kokoro is not loaded", code="tts-not-loaded", retryable=False)
        silence = JOIN_SILENCE_SEC if text[-1:].isalnum() else END_SILENCE_SEC
        samples = trimmed(self._model.speak(text), SAMPLE_RATE_HZ, trailing_sec=silence)
        return soxr.resample(samples, SAMPLE_RATE_HZ, rate_hz).astype("<i2").tobytes()

    def close(self) -> None:
        self._workers.close()
        self._model = None


async def arrival(job: "Future[T]", within_sec: float) -> T:
    """Wait for a job in a thread. One that is late is given up: not begun if it waits in line, else left to end.

    Raises:
        TtsError: what the job raised, or `tts-timeout`.
    """
    if job.done():
        return job.result()
    try:
        return await asyncio.wait_for(asyncio.wrap_future(job), timeout=within_sec)
    except TimeoutError as exc:
        raise TtsError("Kokoro took too long", code="tts-timeout") from exc


if __name__ == "__main__":
    from clock import SystemClock

    health = VoiceHealth(SystemClock())
    health.failed("tts-timeout")
    print(f"after a failure: problem={health.problem}, paused={health.is_paused} for {PAUSE_SEC:g} s")
