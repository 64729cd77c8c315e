"""Twilio's REST API, as far as a live call needs it: end it, or move it to a person.

`POST /2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}.json`, HTTP Basic
(https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource). Bodies are never logged.
"""

import asyncio
import base64
import json
import random
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import aiohttp

from errors import TwilioRestError
from log import log_event
from metrics import HANGUPS
from telephony.stream import CALL_SID
from telephony.twiml import MAX_CHARS

TIMEOUT_SECS = 5.0
_TRIES = 3
_FIRST_PAUSE_SECS = 0.25
_MAX_ANSWER_BYTES = 64 * 1024
_CALL_IS_OVER = (21220, 20404)  # "not in-progress", "not found"


class CallControl(Protocol):
    """What can be done to a live call from outside its media stream."""

    async def hang_up(self, call_sid: str) -> None:
        """End a call. A call that is over already is a success.

        Raises:
            TwilioRestError: Twilio refused, or did not answer.
        """
        ...

    async def transfer(self, call_sid: str, twiml: str) -> None:
        """Give a live call new instructions; its media stream ends.

        Raises:
            TwilioRestError: Twilio refused (code `call-over` when the caller is gone), or did not answer.
        """
        ...

    async def aclose(self) -> None: ...


class TwilioRest:
    """Calls of one account.

    Args:
        account_sid: `AC` and 32 hex digits.
        auth_token: the account's primary Auth Token.
        base_url: `https://api.twilio.com`, or a simulator.
        sleep: waits that many seconds between tries; another one is handed in by tests.
        timeout_sec: of one try.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        base_url: str = "https://api.twilio.com",
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timeout_sec: float = TIMEOUT_SECS,
    ) -> None:
        credentials = base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode("ascii")
        self._headers = {"Authorization": f"Basic {credentials}"}
        self._calls_url = f"{base_url.rstrip('/')}/2010-04-01/Accounts/{account_sid}/Calls"
        self._sleep = sleep
        self._timeout = aiohttp.ClientTimeout(total=timeout_sec)
        self._session: aiohttp.ClientSession | None = None

    async def hang_up(self, call_sid: str) -> None:
        """See `CallControl.hang_up`."""
        try:
            await self._update(call_sid, {"Status": "completed"})
        except TwilioRestError as error:
            if error.code != "call-over":
                _count("failed", call_sid, error.code)
                raise
            _count("already-over", call_sid)
        else:
            _count("ended", call_sid)

    async def transfer(self, call_sid: str, twiml: str) -> None:
        """See `CallControl.transfer`."""
        if len(twiml) > MAX_CHARS:
            raise TwilioRestError("the TwiML is longer than Twilio takes", code="twiml-too-long")
        try:
            await self._update(call_sid, {"Twiml": twiml})
        except TwilioRestError as error:
            _count("transfer-failed", call_sid, error.code)
            raise
        _count("transferred", call_sid)

    async def aclose(self) -> None:
        """Close the connections to Twilio."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _update(self, call_sid: str, fields: Mapping[str, str]) -> None:
        if not CALL_SID.fullmatch(call_sid):
            raise TwilioRestError("not a CallSid", code="bad-call-sid")
        for attempt in range(1, _TRIES + 1):
            try:
                return await self._post(f"{self._calls_url}/{call_sid}.json", fields)
            except TwilioRestError as error:
                if not error.retryable or attempt == _TRIES:
                    raise
                log_event("twilio_rest_retry", call=call_sid, level="WARNING", code=error.code, attempt=attempt)
            await self._sleep(_FIRST_PAUSE_SECS * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))

    async def _post(self, url: str, fields: Mapping[str, str]) -> None:
        try:
            async with self._open_session().post(url, data=fields, allow_redirects=False) as response:
                status = response.status
                answer = await _read_some(response)
        except TimeoutError as exc:
            raise TwilioRestError("Twilio did not answer in time", code="twilio-timeout", retryable=True) from exc
        except (aiohttp.ClientError, OSError) as exc:
            raise TwilioRestError("Twilio cannot be reached", code="twilio-unreachable", retryable=True) from exc
        if 200 <= status < 300:
            return
        if status == 404 or _error_code(answer) in _CALL_IS_OVER:
            raise TwilioRestError("the call is over", code="call-over")
        retryable = status == 429 or status >= 500
        raise TwilioRestError(f"Twilio answered {status}", code=f"twilio-{status}", retryable=retryable)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers, timeout=self._timeout)
        return self._session


class NullRest:
    """No credentials: calls cannot be ended or moved from our side, only their media stream can be closed."""

    def __init__(self) -> None:
        self._said = False

    async def hang_up(self, call_sid: str) -> None:
        """Does nothing; the first time it says so in the log."""
        self._say(call_sid)
        HANGUPS.labels("no-credentials").inc()

    async def transfer(self, call_sid: str, twiml: str) -> None:
        """Refuses.

        Raises:
            TwilioRestError: always, code `no-credentials`.
        """
        self._say(call_sid)
        HANGUPS.labels("no-credentials").inc()
        raise TwilioRestError("no credentials for Twilio's REST API", code="no-credentials")

    async def aclose(self) -> None:
        """Nothing is open."""

    def _say(self, call_sid: str) -> None:
        if not self._said:
            self._said = True
            note = "TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKEN is not set: calls are ended by closing their stream"
            log_event("hang_up_unavailable", call=call_sid, level="WARNING", note=note)


async def _read_some(response: aiohttp.ClientResponse) -> bytes:
    answer = bytearray()
    async for chunk in response.content.iter_chunked(8192):
        answer += chunk
        if len(answer) > _MAX_ANSWER_BYTES:
            break
    return bytes(answer)


def _error_code(answer: bytes) -> int | None:
    try:
        body = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, int) else None


def _count(result: str, call_sid: str, code: str | None = None) -> None:
    HANGUPS.labels(result).inc()
    log_event("call_control", call=call_sid, level="ERROR" if code else "INFO", result=result, code=code)


if __name__ == "__main__":
    from config import load_settings

    async def _try() -> None:
        settings = load_settings()
        if len(sys.argv) != 2 or not settings.twilio_account_sid or settings.twilio_auth_token is None:
            sys.exit(
                "usage: python -m telephony.twilio_rest CALL_SID (hangs it up; needs Twilio's credentials in .env)"
            )
        token = settings.twilio_auth_token.get_secret_value()
        rest = TwilioRest(settings.twilio_account_sid, token, settings.twilio_api_base)
        try:
            await rest.hang_up(sys.argv[1])
        finally:
            await rest.aclose()

    asyncio.run(_try())
