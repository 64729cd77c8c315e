"""The real clock behind the `Clock` Protocol."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Wall time in UTC and the process's monotonic clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


if __name__ == "__main__":
    print(SystemClock().now().isoformat())
