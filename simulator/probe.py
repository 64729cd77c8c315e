"""A client of a running service: its operators' paths, and webhooks signed as Twilio signs them.

python -m simulator.probe http://127.0.0.1:8200 /ready
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import aiohttp
from twilio.request_validator import RequestValidator

from errors import TelephonyError
from simulator.twilio import WEBHOOK_TIMEOUT_SEC

_TIMEOUT_SEC = 5.0


@dataclass(frozen=True, slots=True)
class Target:
    """The service under test.

    Attributes:
        url: where it listens, as in http://127.0.0.1:8200.
        auth_token, public_host: its own; signatures are made with them. No token: what needs one is not checked.
        require_real_facts: sample facts are a failure.
    """

    url: str
    auth_token: str | None
    public_host: str
    require_real_facts: bool = False


class Probe:
    """Async context manager: one HTTP client to the service under test.

    Its methods raise TelephonyError (code `unreachable`) when nothing answers.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Probe":
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, path: str) -> tuple[int, str]:
        """HTTP status and body of a GET."""
        return await self._request("GET", path, {}, None, _TIMEOUT_SEC)

    async def post(self, path: str, fields: dict[str, str], auth_token: str | None) -> tuple[int, str]:
        """HTTP status and body of a webhook, signed with `auth_token`; with None it carries no signature."""
        headers = {"Host": self.target.public_host}
        if auth_token is not None:
            url = f"https://{self.target.public_host}{path}"
            headers["X-Twilio-Signature"] = RequestValidator(auth_token).compute_signature(url, fields)
        return await self._request("POST", path, headers, fields, WEBHOOK_TIMEOUT_SEC)

    async def state(self, path: str) -> tuple[int, dict[str, Any]]:
        """HTTP status and JSON body of `/health` or `/ready`.

        Raises:
            TelephonyError: nothing answers, or something that is not our service (code `not-ours`).
        """
        status, text = await self.get(path)
        try:
            body = json.loads(text)
        except json.JSONDecodeError as exc:
            raise TelephonyError(f"{path} answered {status} and no JSON: not this service?", code="not-ours") from exc
        if not isinstance(body, dict):
            raise TelephonyError(f"{path} answered {status} and no object: not this service?", code="not-ours")
        return status, body

    async def _request(
        self, method: str, path: str, headers: dict[str, str], fields: dict[str, str] | None, timeout_sec: float
    ) -> tuple[int, str]:
        assert self._session is not None, "Probe is used outside its `async with`"
        try:
            async with self._session.request(
                method, self.target.url + path, headers=headers, data=fields, allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout_sec),
            ) as response:  # fmt: skip
                return response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError, ConnectionError, ValueError) as exc:
            reason = getattr(exc, "strerror", None) or type(exc).__name__
            raise TelephonyError(f"nothing answers at {self.target.url}{path} ({reason})", code="unreachable") from exc


async def _main(url: str, path: str) -> None:
    async with Probe(Target(url, None, "ava.example.com")) as probe:
        print(*await probe.get(path))


if __name__ == "__main__":
    try:
        asyncio.run(_main(sys.argv[1], sys.argv[2]))
    except TelephonyError as error:
        sys.exit(str(error))
