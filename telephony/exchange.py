"""The telephone side of the process: what it owns, how it opens, drains and closes, and the calls in between."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from starlette.websockets import WebSocket, WebSocketState

from call import Clock
from config import Settings
from errors import AvaError, HandshakeError, SignatureError
from facts import PracticeFacts
from log import log_event
from metrics import LOOP_LAG
from telephony.capacity import RESERVE_SECS, CapacityGate
from telephony.front_desk import FINAL_STATUSES, FrontDesk
from telephony.running import RunningCalls
from telephony.signature import FormParams, SignatureChecker
from telephony.stream import START_TIMEOUT_SECS, Receive, StreamStart, StreamTokens, read_start
from telephony.transferred import TransferReports, result_of, transfer_of
from telephony.twilio_rest import CallControl, NullRest, TwilioRest

GOODBYE_SECS = 15.0
CANCEL_SECS = 10.0
STATUS_GRACE_SECS = 3.0
LAG_SAMPLE_SECS = 0.5
MAX_HANDSHAKES = 256


class PhoneService(Protocol):
    """What `service.build_service` returns, as far as the server needs it."""

    @property
    def ready(self) -> bool: ...

    @property
    def storage_ok(self) -> bool: ...

    @property
    def parts(self) -> dict[str, str]:
        """How the engines and the CRM are, by name: `ok`, `none`, or a code."""
        ...

    @property
    def facts_version(self) -> str:
        """Of the facts in force; see `facts_files.facts_version`."""
        ...

    async def say_goodbye(self) -> None:
        """Have AVA end every running call."""
        ...

    def transfer_missed(self, call_sid: str) -> None:
        """Nobody answered a call that was put through: staff have to see it on its lead. Returns at once."""
        ...

    async def aclose(self) -> None: ...


BuildService = Callable[..., Awaitable[PhoneService]]
RunCall = Callable[..., Coroutine[Any, Any, Any]]


class Exchange:
    """Everything that the process owns, and its opening and closing.

    Args:
        build_service: `(settings, clock, rest=...)` -> the service; loads and warms the engines.
        run_call: `(service, call, start, websocket)`; runs one call to its end. Cancelling it ends the call.
        on_failed: told when the engines cannot be loaded.
        drain_secs: how long calls may go on at a stop; DRAIN_SECS when None.
        goodbye_secs: how long AVA's goodbye to them may take.
    """

    def __init__(
        self,
        settings: Settings,
        facts: PracticeFacts,
        clock: Clock,
        *,
        build_service: BuildService,
        run_call: RunCall,
        reserve_secs: float = RESERVE_SECS,
        start_timeout_sec: float = START_TIMEOUT_SECS,
        status_grace_sec: float = STATUS_GRACE_SECS,
        drain_secs: float | None = None,
        goodbye_secs: float = GOODBYE_SECS,
    ) -> None:
        self.settings = settings
        self.facts = facts
        self.clock = clock
        self._start_timeout_sec = start_timeout_sec
        self.gate = CapacityGate(settings.max_concurrent_calls, reserve_secs, clock=clock)
        self.calls = RunningCalls(on_over=self.gate.release)
        key = settings.stream_token.get_secret_value() if settings.stream_token else secrets.token_urlsafe(32)
        self.desk = FrontDesk(settings, facts.practice_name, clock, self.gate, StreamTokens(key, clock=clock))
        self.checker = _signature_checker(settings)
        self.service: PhoneService | None = None
        self.failure: str | None = None
        self.on_failed: Callable[[Exception], None] = lambda error: None
        self._build_service = build_service
        self._run_call = run_call
        self._status_grace_sec = status_grace_sec
        self._drain_secs = settings.drain_secs if drain_secs is None else drain_secs
        self._goodbye_secs = goodbye_secs
        self._draining = False
        self._reports = TransferReports(settings)
        self._handshakes = 0
        self._sockets: dict[str, WebSocket] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._rest: CallControl = NullRest()
        self._started_at_sec = clock.monotonic()

    @property
    def uptime_sec(self) -> float:
        return round(self.clock.monotonic() - self._started_at_sec, 1)

    @property
    def facts_source(self) -> str:
        return "sample" if self.facts.is_sample else "practice"

    @property
    def facts_version(self) -> str | None:
        """Of the facts that calls are answered from; None while no service is there to answer them."""
        return self.service.facts_version if self.service else None

    @property
    def closed_because(self) -> str | None:
        """Why no call is taken at the moment, as a code; None when calls are taken."""
        if self._draining:
            return "draining"
        if self.failure is not None:
            return self.failure
        return None if self.service is not None and self.service.ready else "not-ready"

    async def open(self) -> None:
        """Start what runs beside the calls. Returns at once; the engines warm up in a task."""
        self._rest = _call_control(self.settings)
        self.gate.start()
        self._tasks = [
            asyncio.create_task(self._warm_up(), name="engines-warm-up"),
            asyncio.create_task(_sample_loop_lag(), name="loop-lag-sampler"),
        ]

    async def drain(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """Take no more calls and let the running ones end: for DRAIN_SECS by themselves, then with a goodbye. What is
        left after that is broken off, and its caller reaches the human fallback."""
        self._draining = True
        log_event("draining", calls=len(self.calls), at_most_sec=self._drain_secs)
        late = await self.calls.drain(self._drain_secs, hurry)
        if late and self.service is not None:
            log_event("saying_goodbye", level="WARNING", calls=late)
            await self.service.say_goodbye()
            await self.calls.drain(self._goodbye_secs, hurry)
        await self.calls.cancel_all(CANCEL_SECS)

    async def close(self) -> None:
        """End every call and close everything that `open` opened."""
        if not self._draining:
            await self.drain()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self.gate.close()
        try:
            if self.service is not None:
                await self.service.aclose()
        finally:
            await self._rest.aclose()
        log_event("stopped")

    async def _warm_up(self) -> None:
        try:
            self.service = await self._build_service(self.settings, self.clock, rest=self._rest)
        except Exception as error:  # the end of a job: whatever an engine raises is a start that failed
            self.failure = error.code if isinstance(error, AvaError) else "start-failed"
            log_event("start_failed", level="ERROR", code=self.failure, error=type(error).__name__)
            self.on_failed(error)
        else:
            log_event("ready", after_sec=self.uptime_sec, profile=self.settings.avc_profile)

    def check_handshake(self, path: str, query: str, signature: str | None) -> None:
        """Refuse a media stream that can be refused before it is accepted.

        Args:
            path: raw, as it stood in the request line; so is `query`.
            signature: the handshake's own, if it brought one. The token is asked for in any case.

        Raises:
            HandshakeError: the service takes no calls, or too many streams are waiting for their start.
            SignatureError: the handshake is signed, and wrongly.
        """
        if self.checker and signature is not None and not self.checker.stream_is_signed(path, query, signature):
            raise SignatureError("the handshake is wrongly signed")
        if self.closed_because is not None:
            raise HandshakeError("no calls are taken", code=self.closed_because)
        if self._handshakes >= MAX_HANDSHAKES:
            raise HandshakeError("too many streams wait for their start", code="too-many-handshakes")

    async def shake_hands(self, receive: Receive) -> StreamStart:
        """Read a stream's opening messages.

        Raises:
            HandshakeError: no start of a call of ours.
        """
        self._handshakes += 1
        try:
            return await read_start(receive, self._start_timeout_sec)
        finally:
            self._handshakes -= 1

    async def serve(self, start: StreamStart, websocket: WebSocket) -> None:
        """Run a call until it is over; its slot goes back however it ends.

        Raises:
            HandshakeError: the stream is not let in.
        """
        call = self.desk.admit(start)
        task = self.calls.start(call.sid, self._run_call(self.service, call, start, websocket))
        self._sockets[call.sid] = websocket
        try:
            await asyncio.wait({task})
        finally:
            del self._sockets[call.sid]
            if not task.done():
                task.cancel("stream-handler-ended")
                await asyncio.wait({task})

    def call_status(self, params: FormParams) -> None:
        """Take note of a call's status; idempotent, in any order.

        Raises:
            TelephonyError: `CallSid` is missing or odd.
        """
        sid, status = self.desk.call_sid(params), params.first("CallStatus")
        if status not in FINAL_STATUSES:
            return
        if sid in self.calls:
            self.calls.end_later(sid, self._status_grace_sec, lambda: _is_open(self._sockets.get(sid)))
        else:
            self.gate.release(sid)

    def transfer_over(self, params: FormParams, query: str) -> str:
        """Take Twilio's report of how a transfer ended, and return what follows as TwiML; idempotent.

        Args:
            query: of the URL that was called, which tells of the transfer.

        Raises:
            TelephonyError: `CallSid` is missing or odd.
        """
        sid, result = self.desk.call_sid(params), result_of(params.first("DialCallStatus"))
        caller_is_gone = params.first("CallStatus") in FINAL_STATUSES
        after = self._reports.take(sid, transfer_of(query), result, caller_is_gone=caller_is_gone)
        if after.missed and self.service is not None:
            self.service.transfer_missed(sid)
        elif after.missed:
            log_event("transfer_not_noted", call=sid, level="ERROR", reason="not-ready")
        return after.twiml


def _signature_checker(settings: Settings) -> SignatureChecker | None:
    if settings.twilio_auth_token is None or not settings.twilio_validate:
        reason = "TWILIO_VALIDATE=false" if settings.twilio_auth_token else "no TWILIO_AUTH_TOKEN set"
        note = f"/voice signature validation DISABLED ({reason})"
        log_event("signature_validation", level="WARNING", note=note)
        return None
    checker = SignatureChecker(settings.twilio_auth_token.get_secret_value(), settings.public_host)
    checker.self_check("/voice")
    return checker


def _call_control(settings: Settings) -> CallControl:
    if settings.twilio_account_sid is None or settings.twilio_auth_token is None:
        return NullRest()
    token = settings.twilio_auth_token.get_secret_value()
    return TwilioRest(settings.twilio_account_sid, token, settings.twilio_api_base)


def _is_open(websocket: WebSocket | None) -> bool:
    connected = WebSocketState.CONNECTED
    return websocket is not None and websocket.client_state == websocket.application_state == connected


async def _sample_loop_lag() -> None:
    loop = asyncio.get_running_loop()
    while True:
        due_sec = loop.time() + LAG_SAMPLE_SECS
        await asyncio.sleep(LAG_SAMPLE_SECS)
        LOOP_LAG.observe(max(0.0, loop.time() - due_sec))


if __name__ == "__main__":
    from clock import SystemClock

    async def _build(*_: Any, **__: Any) -> PhoneService:
        raise AvaError("no engines in this trial", code="no-engines")

    async def _call(*_: Any) -> None:
        return None

    async def _try() -> None:
        exchange = Exchange(
            Settings(_env_file=None),
            PracticeFacts(locations=(), hours=()),
            SystemClock(),
            build_service=_build,
            run_call=_call,
        )
        await exchange.open()
        print("closed because", exchange.closed_because)
        await asyncio.sleep(0.1)
        print("closed because", exchange.closed_because)
        await exchange.close()

    asyncio.run(_try())
