"""A clock that stands until it is moved."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    def __init__(self, now: datetime = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)) -> None:
        self._start = now
        self._passed_sec = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed_sec)

    def monotonic(self) -> float:
        return 1000.0 + self._passed_sec

    def pass_time(self, seconds: float) -> None:
        self._passed_sec += seconds
