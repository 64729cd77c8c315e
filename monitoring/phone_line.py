"""Whether the phone service has calls right now: what can wait waits for them."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import aiohttp

from call import Clock
from config import Settings

_TIMEOUT_SEC = 1.0
_HOLDS_SEC = 0.5  # an answer is good for so long: many calls are read in a second, and the service has callers to serve
_ASK_AGAIN_SEC = 2.0
PATIENCE_SEC = 60.0
_MOST_BYTES = 1 << 20


class PhoneLine:
    """The phone service on this machine, asked for its calls.

    Args:
        url: http://host:port.
        sleep: waits that many seconds; another one is handed in by tests.
    """

    def __init__(self, url: str, clock: Clock, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._url, self._clock, self._sleep = f"{url.rstrip('/')}/ready", clock, sleep
        self._calls = 0
        self._asked_at: float | None = None

    async def calls(self) -> int:
        """How many calls there are; 0 when the service does not answer: then nobody is disturbed."""
        now = self._clock.monotonic()
        if self._asked_at is None or now - self._asked_at >= _HOLDS_SEC:
            self._calls = await self._ask()
            self._asked_at = self._clock.monotonic()
        return self._calls

    async def wait(self, waiting: Callable[[bool], None] = lambda _: None) -> None:
        """Wait until there is no call, a minute at most: a line that is never quiet slows down who waits, and does not
        stop it.

        Args:
            waiting: told True when the wait begins, False when it is over.
        """
        if not await self.calls():
            return
        began = self._clock.monotonic()
        waiting(True)
        try:
            while await self.calls() and self._clock.monotonic() - began < PATIENCE_SEC:
                await self._sleep(_ASK_AGAIN_SEC)
        finally:
            waiting(False)

    async def _ask(self) -> int:
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SEC)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(self._url, allow_redirects=False) as response,
            ):
                return _in_use(await response.content.read(_MOST_BYTES))
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0


def _in_use(body: bytes) -> int:
    """`slots.in_use` of what GET /ready says; 0 where it does not."""
    try:
        found = json.loads(body)["slots"]["in_use"]
    except (ValueError, KeyError, TypeError):
        return 0
    return found if isinstance(found, int) and found > 0 else 0


def phone_line_from(settings: Settings, clock: Clock) -> PhoneLine:
    """The service that runs with the same settings."""
    return PhoneLine(settings.local_url, clock)


if __name__ == "__main__":
    from clock import SystemClock
    from config import load_settings

    print(asyncio.run(phone_line_from(load_settings(), SystemClock()).calls()))
