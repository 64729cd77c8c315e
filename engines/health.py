"""Whether an engine that failed is worth asking: for a while after a failure all calls leave it alone."""

import random

from call import Clock
from log import log_event

JITTER = 0.2  # the part of a pause by which it may be shorter


class EngineHealth:
    """The last failure of one engine of the process, and the pause after it.

    Every failure makes the next pause twice as long, up to the longest; the first success ends it.

    Args:
        kind: what the engine is to the call (`llm`, `tts`), for the log.
        clock: measures the pause.
        first_pause_sec: after the first failure.
        longest_pause_sec: however many failures there were; the same as the first for a pause of one length.
        rng: makes pauses shorter by up to `JITTER`, so that services that failed together do not ask together again.
            None for exact pauses.

    Attributes:
        problem: the code of the last failure, None when the engine has done its work since.
    """

    def __init__(
        self,
        kind: str,
        clock: Clock,
        first_pause_sec: float,
        longest_pause_sec: float,
        rng: random.Random | None = None,
    ) -> None:
        self._kind = kind
        self._clock = clock
        self._first_pause_sec = first_pause_sec
        self._longest_pause_sec = longest_pause_sec
        self._rng = rng
        self._pause_sec = 0.0
        self._until = 0.0
        self.problem: str | None = None

    @property
    def is_paused(self) -> bool:
        return self.problem is not None and self._clock.monotonic() < self._until

    def failed(self, code: str) -> None:
        """Begin a pause. Calls that fail together, before the first one's pause is over, count as one failure."""
        together, self.problem = self.is_paused, code
        if together:
            return
        self._pause_sec = min(self._longest_pause_sec, self._pause_sec * 2 or self._first_pause_sec)
        pause_sec = self._pause_sec * (self._rng.uniform(1 - JITTER, 1.0) if self._rng else 1.0)
        self._until = self._clock.monotonic() + pause_sec
        log_event("engine_failed", level="WARNING", kind=self._kind, code=code, pause_sec=pause_sec)

    def recovered(self) -> None:
        """The engine did its work: no pause, and the next one is the first again."""
        if self.problem is not None:
            log_event("engine_recovered", kind=self._kind, code=self.problem)
        self.problem, self._pause_sec, self._until = None, 0.0, 0.0


if __name__ == "__main__":
    from clock import SystemClock

    health = EngineHealth("llm", SystemClock(), 5.0, 60.0, random.Random())
    for _ in range(5):
        health.failed("llm-timeout")
    print(f"problem={health.problem}, paused={health.is_paused}")
    health.recovered()
    print(f"problem={health.problem}, paused={health.is_paused}")
