"""Twilio's own log of a call: who ended it, by the requests that Twilio had for it.

The call: `GET /2010-04-01/Accounts/{AC}/Calls/{CA}.json` (https://www.twilio.com/docs/voice/api/call-resource). Its
requests: `GET .../Calls/{CA}/Events.json`, both those to our webhooks and those to the API, from 15 minutes after the
call's end on (https://www.twilio.com/docs/voice/api/call-event-resource). What they hold beside the fields read here
(numbers, TwiML) is not kept.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from bench.gate.evidence import Ending
from errors import TwilioRestError

EVENTS_AFTER = timedelta(minutes=15)
_AGAIN_AFTER = timedelta(minutes=5)  # where the log is empty although it should be there
_MAX_PAGES = 20
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_NOT_OVER = {"queued", "ringing", "in-progress"}


class TwilioCallLog:
    """Reads calls of one account. Async context manager.

    Args:
        base_url: `https://api.twilio.com`, or a simulator.
        now: the current time, timezone-aware.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        base_url: str,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._auth = {"Authorization": aiohttp.encode_basic_auth(account_sid, auth_token)}
        self._base_url = base_url.rstrip("/")
        self._calls = f"/2010-04-01/Accounts/{account_sid}/Calls"
        self._now = now
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "TwilioCallLog":
        self._session = aiohttp.ClientSession(headers=self._auth, timeout=_TIMEOUT)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()

    async def ending(self, call_sid: str, ended_at: datetime) -> Ending:
        """Who ended a call. `ended_at` is its end by our record, for an answer without one.

        Raises:
            TwilioRestError: Twilio refused, did not answer, or knows no such call.
        """
        call = await self._get(f"{self._calls}/{call_sid}.json")
        if call.get("status") in _NOT_OVER:
            return Ending("not-yet", "still on the line", self._now() + EVENTS_AFTER)
        available = (_time(call.get("end_time")) or ended_at) + EVENTS_AFTER
        if self._now() < available:
            return Ending("not-yet", "log not there yet", available)
        events = await self._events(call_sid)
        if not events:
            return Ending("not-yet", "log still empty", self._now() + _AGAIN_AFTER)
        return ending_of(events, f"{self._calls}/{call_sid}.json", str(call.get("status")))

    async def _events(self, call_sid: str) -> list[Mapping[str, Any]]:
        events: list[Mapping[str, Any]] = []
        path: str | None = f"{self._calls}/{call_sid}/Events.json?PageSize=1000"
        for _ in range(_MAX_PAGES):
            page = await self._get(path) if path else {}
            events += [event for event in page.get("events") or [] if isinstance(event, dict)]
            path = page.get("next_page_uri")
            if not path:
                break
        return events

    async def _get(self, path: str) -> dict[str, Any]:
        assert self._session is not None, "TwilioCallLog is used outside its `async with`"
        url = urljoin(self._base_url, path)
        if urlsplit(url)[:2] != urlsplit(self._base_url)[:2]:  # the credentials go to Twilio and nowhere else
            raise TwilioRestError("Twilio's next page is on another host", code="twilio-page")
        try:
            async with self._session.get(url, allow_redirects=False) as response:
                if response.status != 200:
                    raise TwilioRestError(
                        f"Twilio answered {response.status} for the log of a call", code=f"twilio-{response.status}"
                    )
                value = await response.json(content_type=None)
        except TimeoutError as exc:
            raise TwilioRestError("Twilio did not answer in time", code="twilio-timeout", retryable=True) from exc
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            raise TwilioRestError("Twilio cannot be reached", code="twilio-unreachable", retryable=True) from exc
        return value if isinstance(value, dict) else {}


def ending_of(events: Iterable[Mapping[str, Any]], call_path: str, status: str) -> Ending:
    """Who ended a call, by its events: exactly one request to the call itself that set its status or its TwiML."""
    ends = [how for event in events if (how := _end(event, call_path)) is not None]
    if len(ends) == 1:
        return Ending("ava", ends[0])
    return Ending("other", f"{status}, no request of ours" if not ends else f"{len(ends)} requests of ours")


def _end(event: Mapping[str, Any], call_path: str) -> str | None:
    """How an event ended the call from our side; None for all others, a webhook among them."""
    request = event.get("request") or {}
    if request.get("method") != "POST" or urlsplit(str(request.get("url"))).path != call_path:
        return None
    status = (event.get("response") or {}).get("response_code")
    if isinstance(status, int) and not 200 <= status < 300:
        return None
    parameters = request.get("parameters") or {}
    if parameters.get("status") == "completed":
        return "hang-up"
    return "transfer" if parameters.get("twiml") else None


def _time(value: object) -> datetime | None:
    """RFC 2822, as Twilio writes times."""
    try:
        time = parsedate_to_datetime(str(value))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


async def _main(call_sid: str) -> None:
    from config import load_settings

    settings = load_settings()
    if not settings.twilio_account_sid or settings.twilio_auth_token is None:
        sys.exit("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are needed (.env)")
    token = settings.twilio_auth_token.get_secret_value()
    async with TwilioCallLog(settings.twilio_account_sid, token, settings.twilio_api_base) as log:
        print(await log.ending(call_sid, datetime.now(UTC)))


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.gate.call_log CALL_SID")
    try:
        asyncio.run(_main(sys.argv[1]))
    except TwilioRestError as error:
        sys.exit(str(error))
