"""How often somebody may try to log in: after some failures each further one has to wait, twice as long every time."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

from call import Clock

FREE = 4  # failures without a wait: people mistype
FIRST_SEC = 2.0
LONGEST_SEC = 300.0
_FORGOTTEN_SEC = 3600.0
_MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    last_sec: float
    told: bool = False  # that a further attempt was refused


class Throttle:
    """Failures by key: the name that was tried (whether or not it is a user's), and the address it came from.

    An attempt is counted before the password is looked at and taken back when it was right, so that many attempts at
    one moment do not slip through.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def wait_sec(self, *keys: str) -> float:
        """Seconds until the next attempt is taken; 0 when it may be made now. The longest of the keys."""
        return max(self._wait_sec(key) for key in keys)

    def is_news(self, *keys: str) -> bool:
        """Whether an attempt that has to wait is the first one since the last that was counted. Those after it leave
        no line in the audit log: else whoever cannot log in could fill the disk."""
        waiting = [key for key in keys if self._wait_sec(key) > 0]
        news = any(not self._failures[key].told for key in waiting)
        for key in waiting:
            self._failures[key] = replace(self._failures[key], told=True)
        return news

    def count(self, *keys: str) -> None:
        now = self._clock.monotonic()
        for key in keys:
            self._failures[key] = _Failures(self._count(key) + 1, now)
            self._failures.move_to_end(key)
        while len(self._failures) > _MOST_KEYS:
            self._failures.popitem(last=False)

    def take_back(self, key: str) -> None:
        """One counted attempt was none."""
        kept = self._failures.get(key)
        if kept is not None:
            self._failures[key] = replace(kept, count=max(0, kept.count - 1))

    def forget(self, key: str) -> None:
        self._failures.pop(key, None)

    def _count(self, key: str) -> int:
        kept = self._failures.get(key)
        if kept is None or self._clock.monotonic() - kept.last_sec > _FORGOTTEN_SEC:
            return 0
        return kept.count

    def _wait_sec(self, key: str) -> float:
        count = self._count(key)
        if count < FREE:
            return 0.0
        wait = min(LONGEST_SEC, FIRST_SEC * 2.0 ** min(count - FREE, 30))
        return max(0.0, self._failures[key].last_sec + wait - self._clock.monotonic())


def address_key(address: str) -> str:
    """What an address counts as: an IPv6 one its /64, since one machine has all of that."""
    try:
        known = ip_address(address)
    except ValueError:
        return "address:unknown"
    return f"address:{ip_network((known, 64), strict=False) if known.version == 6 else known}"


if __name__ == "__main__":
    from clock import SystemClock

    throttle = Throttle(SystemClock())
    for attempt in range(1, 10):
        throttle.count("user:example")
        print(f"after failure {attempt}: wait {throttle.wait_sec('user:example'):.0f} s")
