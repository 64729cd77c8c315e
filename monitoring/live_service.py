"""Whether the phone service has taken a change of its files: what its GET /ready says.

Of the facts it tells the version in force. Files of wording have none: it takes them within seconds, or says that one
of them is refused.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import aiohttp

from call import Clock
from config import Settings
from errors import ConfigError
from facts_files import facts_version, read_facts
from monitoring.edit import Edit
from monitoring.targets import Targets

Live = Literal["taken", "refused", "away"]
PATIENCE_SEC = 15.0
ASK_AGAIN_SEC = 0.25
WORDING_SEC = 3.0  # after it a good edit of wording is in force: the service looks every 2 s
_REFUSED_SEC = 6.0  # a refusal before that may be of an earlier state
_TIMEOUT_SEC = 2.0
_MOST_BYTES = 1 << 20


class LiveService:
    """The phone service on this machine.

    Args:
        url: http://host:port.
        sleep: waits that many seconds; another one is handed in by tests.
    """

    def __init__(self, url: str, clock: Clock, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._url, self._clock, self._sleep = f"{url.rstrip('/')}/ready", clock, sleep

    async def taken(self, edit: Edit) -> Live:
        """Wait until the service goes by the file as it is now; `away` when nobody answers there."""
        version = await asyncio.to_thread(_version_of, edit)
        began = self._clock.monotonic()
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SEC)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                state = await self._ask(session)
                waited = self._clock.monotonic() - began
                if state is None:
                    return "away"
                if found := _found(state, version, waited):
                    return found
                if waited >= PATIENCE_SEC:  # a service that is only starting has no facts yet, and will read these
                    return "away" if state.get("facts_version") is None and version is not None else "refused"
                await self._sleep(ASK_AGAIN_SEC)

    async def _ask(self, session: aiohttp.ClientSession) -> dict[str, Any] | None:
        """What the service says of itself, also when it takes no calls (503); None when it does not answer."""
        try:
            async with session.get(self._url, allow_redirects=False) as response:
                state = json.loads(await response.content.read(_MOST_BYTES))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return None
        return state if isinstance(state, dict) and "parts" in state else None


def _version_of(edit: Edit) -> str | None:
    """The version of the facts as the files say it now; None of a file of wording."""
    if not Targets.holds_facts(edit.file):
        return None
    try:
        return facts_version(read_facts(edit.path.parent))
    except ConfigError:  # somebody broke another file meanwhile: the service will say so
        return ""


def _found(state: dict[str, Any], version: str | None, waited_sec: float) -> Live | None:
    """What an answer says of the change; None when it is too early to tell."""
    part = "wording" if version is None else "facts"
    is_ok = state["parts"].get(part, "ok") == "ok"
    if version is not None and state.get("facts_version") == version:
        return "taken"
    if version is None and is_ok and waited_sec >= WORDING_SEC:
        return "taken"
    return "refused" if not is_ok and waited_sec >= _REFUSED_SEC else None


def live_service_from(settings: Settings, clock: Clock) -> LiveService:
    """The service that runs with the same settings."""
    return LiveService(settings.local_url, clock)


if __name__ == "__main__":
    from pathlib import Path

    from clock import SystemClock
    from config import load_settings

    async def _try() -> None:
        settings = load_settings()
        path = Path(settings.facts_dir) / "avc_hours.jsonl"
        nothing = Edit("rag/data/avc_hours.jsonl", path, None, None, 1, "", "", b"", b"")
        print(await live_service_from(settings, SystemClock()).taken(nothing))

    asyncio.run(_try())
