"""Twilio on loopback: places calls with a server under test and behaves on the wire as Twilio does.

The webhook and the websocket handshake are signed as Twilio signs them, over the public host, while the connection
goes to a local port. See https://www.twilio.com/docs/usage/security and
https://www.twilio.com/docs/voice/media-streams/websocket-messages for the forms used here.
"""

import asyncio
import secrets
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from errors import TelephonyError
from simulator import twiml
from simulator.line import Ending, Line, LineQuality, StreamStart
from simulator.rest import RestApi, RestRequest

WEBHOOK_TIMEOUT_SEC = 15.0
WITHHELD = "+266696687"  # how Twilio spells a withheld caller id
DialStatus = Literal["busy", "no-answer", "failed", "canceled"]
CallEnd = Literal["ava", "caller", "transfer", "twiml", "refused", "failed"]


class Party(Protocol):
    """Who is on the caller's end of the line. The call goes on until `talk` hangs up or the other side ends it."""

    async def talk(self, line: Line) -> None: ...


class SimulatedCall:
    """One call, from the webhook to the status callback.

    Attributes:
        ended_by: `ava` hung up over REST, `caller`, `transfer` (a <Dial> took the call), `twiml` (the verbs ran out or
            said so), `refused` (<Reject>), `failed` (no usable answer to the webhook or no websocket).
        said: texts of <Say>. dialed: numbers of <Dial>, answered or not.
        problem: why the call failed.
    """

    def __init__(
        self, account_sid: str, caller: str, called: str, unanswered: Mapping[str, DialStatus] | None = None
    ) -> None:
        self.unanswered = unanswered or {}
        self.sid = f"CA{secrets.token_hex(16)}"
        self.account_sid = account_sid
        self.caller = caller
        self.called = called
        self.status = "ringing"
        self.ended_by: CallEnd | None = None
        self.how: Ending | None = None
        self.problem: str | None = None
        self.webhook_status: int | None = None
        self.webhook_ms: float | None = None
        self.status_callback_status: int | None = None
        self.said: list[str] = []
        self.dialed: list[str] = []
        self.voicemail = False
        self.requests: list[RestRequest] = []
        self.lines: list[Line] = []
        self.began_at = time.monotonic()
        self.moved_to: list[twiml.Verb] = []

    @property
    def is_over(self) -> bool:
        return self.status == "completed"

    @property
    def line(self) -> Line | None:
        """The last stream, if there was one."""
        return self.lines[-1] if self.lines else None

    def describe(self) -> dict[str, str]:
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "from": self.caller,
            "to": self.called,
            "status": self.status,
            "direction": "inbound",
            "api_version": "2010-04-01",
        }

    def complete(self) -> None:
        """Somebody ended the call over REST."""
        self.finish("ava")
        if self.line:
            self.line.end("rest_completed")

    def move(self, verbs: list[twiml.Verb]) -> None:
        """New instructions over REST; the stream ends and they run."""
        self.moved_to = verbs
        if self.line:
            self.line.end("rest_twiml")

    def finish(self, ended_by: CallEnd, problem: str | None = None) -> None:
        """End the call; the first reason counts."""
        if self.ended_by is None:
            self.ended_by = ended_by
            self.problem = problem
        self.status = "completed"


@dataclass(frozen=True, slots=True)
class Account:
    """Whose calls these are: the account, its token and the host that signatures are made over."""

    auth_token: str
    account_sid: str = "AC" + "0" * 31 + "1"
    public_host: str = "ava.example.com"


class SimulatedTwilio:
    """Async context manager: serves the REST API while it is open, and places calls.

    Args:
        server_url: where the server under test listens, as in http://127.0.0.1:8200. May be set later.
        rest_port: port of the REST API on 127.0.0.1; 0 takes a free one, `rest_url` tells which.
    """

    def __init__(self, account: Account, server_url: str = "", rest_port: int = 0) -> None:
        self.account = account
        self.server_url = server_url
        self.calls: dict[str, SimulatedCall] = {}
        self.api = RestApi(account.account_sid, account.auth_token, self.calls)
        self._rest_port = rest_port
        self._validator = RequestValidator(account.auth_token)
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "SimulatedTwilio":
        self._runner = web.AppRunner(self.api.app(), access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._rest_port)
        try:
            await site.start()
        except OSError as exc:
            await self._runner.cleanup()
            raise TelephonyError(f"port {self._rest_port} for the REST API is taken", code="rest-port") from exc
        self._rest_port = self._runner.addresses[0][1]
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def rest_url(self) -> str:
        """What the server under test needs as TWILIO_API_BASE."""
        return f"http://127.0.0.1:{self._rest_port}"

    def sign(self, url: str, fields: dict[str, str]) -> str:
        """X-Twilio-Signature of a request, over the public URL."""
        return self._validator.compute_signature(url, fields)

    async def place_call(
        self,
        party: Party,
        *,
        caller: str = "+13055550123",
        called: str = "+13055550100",
        quality: LineQuality | None = None,
        extra_fields: dict[str, str] | None = None,
        unanswered: Mapping[str, DialStatus] | None = None,
    ) -> SimulatedCall:
        """Place one call and stay on it until it is over. Problems of the server end up in the result, not raised.

        Args:
            unanswered: numbers that nobody answers when they are dialled, and how that ends; all others answer.
        """
        call = SimulatedCall(self.account.account_sid, caller, called, unanswered)
        self.calls[call.sid] = call
        try:
            verbs = await self._webhook(call, self._public("/voice"), "ringing", extra_fields or {})
            call.status = "in-progress"
            await self._run_verbs(call, verbs, party, quality)
            call.finish("twiml")
        except (TelephonyError, aiohttp.ClientError, TimeoutError, ConnectionError) as exc:
            call.finish("failed", str(exc) or type(exc).__name__)
        finally:
            call.status = "completed"
        await self._status_callback(call)
        return call

    def _public(self, path: str) -> str:
        return f"https://{self.account.public_host}{path}"

    def _local(self, public_url: str) -> str:
        """The address to connect to for a URL of the public host; others stay as they are."""
        parts = urlsplit(public_url)
        if parts.netloc != self.account.public_host:
            return public_url
        return f"{self.server_url}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def _fields(self, call: SimulatedCall, status: str) -> dict[str, str]:
        return {
            "CallSid": call.sid,
            "AccountSid": call.account_sid,
            "From": call.caller,
            "To": call.called,
            "Caller": call.caller,
            "Called": call.called,
            "CallStatus": status,
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
            "FromCity": "",
            "FromState": "FL",
            "FromCountry": "US",
            "ToCountry": "US",
        }

    async def _post(self, url: str, fields: dict[str, str]) -> tuple[int, str]:
        assert self._session is not None, "SimulatedTwilio is used outside its `async with`"
        headers = {
            "Host": self.account.public_host,
            "X-Twilio-Signature": self.sign(url, fields),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
            "User-Agent": "TwilioProxy/1.1",
        }
        timeout = aiohttp.ClientTimeout(total=WEBHOOK_TIMEOUT_SEC)
        async with self._session.post(
            self._local(url), data=fields, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            return response.status, await response.text()

    async def _webhook(
        self, call: SimulatedCall, url: str, status: str, extra_fields: dict[str, str]
    ) -> list[twiml.Verb]:
        began = time.monotonic()
        call.webhook_status, text = await self._post(url, {**self._fields(call, status), **extra_fields})
        call.webhook_ms = (time.monotonic() - began) * 1000
        if call.webhook_status != 200:
            raise TelephonyError(f"11200: the webhook answered {call.webhook_status}", code="webhook-status")
        return twiml.parse(text)

    async def _status_callback(self, call: SimulatedCall) -> None:
        fields = self._fields(call, "completed")
        fields["CallDuration"] = str(round(time.monotonic() - call.began_at))
        fields["SequenceNumber"] = "0"
        try:
            call.status_callback_status, _ = await self._post(self._public("/status"), fields)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as exc:
            call.problem = call.problem or f"status callback: {type(exc).__name__}"

    async def _run_verbs(
        self, call: SimulatedCall, verbs: list[twiml.Verb], party: Party, quality: LineQuality | None
    ) -> None:
        """Execute verbs in order; a verb that ends the call, or replaces the document, ends the loop."""
        queue = list(verbs)
        while queue and not call.is_over:
            verb = queue.pop(0)
            replacement = await self._run_verb(call, verb, party, quality)
            if replacement is not None:
                queue = replacement

    async def _run_verb(
        self, call: SimulatedCall, verb: twiml.Verb, party: Party, quality: LineQuality | None
    ) -> list[twiml.Verb] | None:
        if isinstance(verb, twiml.Stream):
            return await self._stream(call, verb, party, quality)
        if isinstance(verb, twiml.Redirect):
            url = urljoin(self._public("/voice"), verb.url)
            return await self._webhook(call, url, "in-progress", {})
        if isinstance(verb, twiml.Say):
            call.said.append(verb.text)
        elif isinstance(verb, twiml.Pause):
            await asyncio.sleep(verb.seconds)
        elif isinstance(verb, twiml.Dial):
            return await self._dial(call, verb)
        elif isinstance(verb, twiml.Record):
            call.voicemail = True
            call.finish("twiml")
        elif isinstance(verb, twiml.Reject):
            call.finish("refused")
        else:
            call.finish("twiml")
        return None

    async def _dial(self, call: SimulatedCall, verb: twiml.Dial) -> list[twiml.Verb] | None:
        """Dial, and report to the action, whose verbs take the place of the rest; without one the next verb follows a
        dial that nobody answered. A talk with a person ends here at once."""
        call.dialed.extend(verb.numbers)
        answered = any(number not in call.unanswered for number in verb.numbers)
        if answered and verb.action is None:
            call.finish("transfer")
        if verb.action is None:
            return None
        ended = "completed" if answered else call.unanswered[verb.numbers[0]]
        fields = {"DialCallStatus": ended, "DialCallSid": f"CA{secrets.token_hex(16)}"}
        if answered:
            fields["DialCallDuration"] = "42"
        verbs = await self._ask(call, urljoin(self._public("/voice"), verb.action), fields)
        if answered:
            call.finish("transfer")
        return verbs

    async def _ask(self, call: SimulatedCall, url: str, fields: dict[str, str]) -> list[twiml.Verb]:
        """What a webhook in mid-call answers."""
        status, text = await self._post(url, {**self._fields(call, "in-progress"), **fields})
        if status != 200:
            raise TelephonyError(f"11200: {urlsplit(url).path} answered {status}", code="webhook-status")
        return twiml.parse(text)

    async def _stream(
        self, call: SimulatedCall, verb: twiml.Stream, party: Party, quality: LineQuality | None
    ) -> list[twiml.Verb] | None:
        """Run a stream; the verbs that replace the rest when REST moved the call, else None."""
        assert self._session is not None
        headers = {"Host": self.account.public_host, "X-Twilio-Signature": self.sign(verb.url, {})}
        url = self._local(verb.url).replace("http://", "ws://", 1)
        async with self._session.ws_connect(url, headers=headers, timeout=aiohttp.ClientWSTimeout(ws_close=2.0)) as ws:
            start = StreamStart(f"MZ{secrets.token_hex(16)}", call.sid, call.account_sid, verb.parameters)
            line = Line(ws, start, quality)
            call.lines.append(line)
            if call.is_over:
                line.end("rest_completed")
            call.how = await self._talk(line, party)
        if call.how == "caller":
            call.finish("caller")
        return call.moved_to if call.how == "rest_twiml" else None

    async def _talk(self, line: Line, party: Party) -> Ending:
        """The party talks while the stream runs. When the party is done and the call is not, it stays on the line."""
        talking = asyncio.create_task(party.talk(line), name=f"simulator-party-{line.start.call_sid}")
        talking.add_done_callback(lambda task: line.hang_up() if _has_failed(task) else None)
        try:
            return await line.run()
        finally:
            if not talking.done():
                talking.cancel()
            (result,) = await asyncio.gather(talking, return_exceptions=True)
            if isinstance(result, Exception):
                raise result


def _has_failed(task: asyncio.Task[None]) -> bool:
    return not task.cancelled() and task.exception() is not None


if __name__ == "__main__":
    signature = SimulatedTwilio(Account("12345")).sign(sys.argv[1] if len(sys.argv) > 1 else "wss://example.com/ws", {})
    print(signature)
