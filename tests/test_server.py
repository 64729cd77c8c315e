import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

import aiohttp
import httpx
import pytest
from fastapi import FastAPI
from loguru import logger
from starlette.websockets import WebSocket

from call import Call
from config import Settings
from errors import ConfigError, SttError
from metrics import CALLS_REFUSED
from server import DrainingServer, create_app, uvicorn_config
from telephony.stream import StreamStart
from tests.telephony.fakes import (
    AUTH_TOKEN,
    CALLER,
    CONNECTED,
    HOST,
    MEDIA,
    FakeClock,
    call_sid,
    sign,
    start_message,
    stream_sid,
    voice_fields,
)

ROOT = Path(__file__).parent.parent


class FakeService:
    """Engines that are warm at once and never speak."""

    ready = True
    storage_ok = True
    facts_version = "0123456789"
    closed = False
    parts: ClassVar[dict[str, str]] = {"stt": "ok", "llm": "llm-refused", "tts": "ok", "crm": "none"}

    def __init__(self) -> None:
        self.goodbyes = 0
        self.missed: list[str] = []

    def transfer_missed(self, call_sid: str) -> None:
        self.missed.append(call_sid)

    async def say_goodbye(self) -> None:
        self.goodbyes += 1

    async def aclose(self) -> None:
        self.closed = True


class FakeBot:
    """In place of `bot.py`: a call lasts until its stream ends, or its task is cancelled."""

    def __init__(self) -> None:
        self.service = FakeService()
        self.calls: list[tuple[Call, StreamStart]] = []
        self.ended: list[str] = []
        self.failure: Exception | None = None
        self.deaf = False  # True: notices neither messages nor the end of its stream
        self.warm = asyncio.Event()
        self.warm.set()
        self.started = asyncio.Event()

    async def build(self, settings: Settings, clock: object, *, rest: object) -> FakeService:
        await self.warm.wait()
        if self.failure:
            raise self.failure
        return self.service

    async def run(self, service: FakeService, call: Call, start: StreamStart, websocket: WebSocket) -> None:
        self.calls.append((call, start))
        self.started.set()
        how = "crashed"
        try:
            if self.failure:
                raise self.failure
            if self.deaf:
                await asyncio.Event().wait()
            while (await websocket.receive())["type"] == "websocket.receive":
                pass
            how = "caller-hung-up"
        except asyncio.CancelledError:
            how = "cancelled"
            raise
        finally:
            self.ended.append(how)


def settings(**changes: Any) -> Settings:
    values: dict[str, Any] = {
        "twilio_auth_token": AUTH_TOKEN,
        "public_host": HOST,
        "max_concurrent_calls": 2,
        "avc_profile": "embedded",
        "handoff_number": "+13055550190",
        "overflow_number": "+13055550191",
    }
    return Settings(_env_file=None, **(values | changes))


@pytest.fixture
async def bot() -> FakeBot:
    return FakeBot()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def log_lines() -> Iterator[list[str]]:
    """Our lines of the log, as they are written."""
    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(message.record["extra"].get("line", "")))
    yield lines
    logger.remove(sink)


def make_app(bot: FakeBot, clock: FakeClock, **changes: Any) -> FastAPI:
    options = {"start_timeout_sec": 0.15, "status_grace_sec": 0.05, "drain_secs": 0.1, "goodbye_secs": 0.1}
    return create_app(settings(**changes), build_service=bot.build, run_call=bot.run, clock=clock, **options)


class Twilio:
    """Signs and sends what Twilio sends, to a running server."""

    def __init__(self, app: FastAPI, server: DrainingServer, base_url: str, session: aiohttp.ClientSession) -> None:
        self.app, self.server, self.base_url, self.session = app, server, base_url, session

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
        headers = headers or {"X-Twilio-Signature": sign(f"https://{HOST}{path}", fields)}
        async with self.session.post(self.base_url + path, data=fields, headers=headers) as response:
            return response.status, await response.text()

    async def ring(self, number: int = 0, **changes: str) -> str:
        """A signed webhook; returns the TwiML."""
        status, body = await self.post("/voice", voice_fields(number, **changes))
        assert status == 200
        return body

    async def token(self, number: int = 0) -> str:
        """A signed webhook; returns the token of its TwiML, or an empty string when there is no stream in it."""
        return token_of(await self.ring(number))

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.session.get(self.base_url + path) as response:
            text = await response.text()
            return response.status, json.loads(text) if path != "/metrics" else text

    def stream(self, **headers: str) -> Any:
        return self.session.ws_connect(self.base_url.replace("http", "ws") + "/ws", headers=headers)

    async def stream_ends(self, *messages: str | bytes) -> tuple[int | None, str]:
        """Open a stream, send the messages, and return the code and the reason with which the server closes it."""
        async with self.stream() as wire:
            for message in messages:
                await (wire.send_bytes(message) if isinstance(message, bytes) else wire.send_str(message))
            closing = await wire.receive(timeout=2)
            assert closing.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED), closing.type
            return wire.close_code, str(closing.extra or "")

    @property
    def slots_in_use(self) -> int:
        return int(self.app.state.exchange.gate.in_use)


def token_of(twiml: str) -> str:
    parameter = ElementTree.fromstring(twiml).find("Connect/Stream/Parameter")
    return "" if parameter is None else parameter.attrib["value"]


def refused(reason: str) -> float:
    return CALLS_REFUSED.labels(reason)._value.get()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def live(app: FastAPI) -> AsyncIterator[Twilio]:
    """The app on a real uvicorn, stopped as a signal stops it."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = DrainingServer(uvicorn_config(app), app.state.exchange)
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="server-under-test")
    try:
        await until(lambda: server.started)
        async with aiohttp.ClientSession() as session:
            yield Twilio(app, server, f"http://127.0.0.1:{listener.getsockname()[1]}", session)
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def twilio(bot: FakeBot, clock: FakeClock) -> AsyncIterator[Twilio]:
    app = make_app(bot, clock)
    async with live(app) as server:
        await until(lambda: app.state.exchange.closed_because is None)
        yield server


@asynccontextmanager
async def http_only(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The app without a network."""
    async with app.router.lifespan_context(app):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url=f"https://{HOST}") as client:
            yield client


@pytest.fixture
async def client(bot: FakeBot, clock: FakeClock) -> AsyncIterator[httpx.AsyncClient]:
    async with http_only(make_app(bot, clock)) as client:
        yield client


async def signed_post(client: httpx.AsyncClient, path: str, fields: dict[str, str]) -> httpx.Response:
    headers = {"X-Twilio-Signature": sign(f"https://{HOST}{path}", fields)}
    return await client.post(path, data=fields, headers=headers)


# The webhook


async def test_a_signed_webhook_is_answered_with_a_stream(client: httpx.AsyncClient) -> None:
    answer = await signed_post(client, "/voice", voice_fields(1))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    stream = ElementTree.fromstring(answer.text).find("Connect/Stream")
    assert stream is not None
    assert stream.get("url") == f"wss://{HOST}/ws"
    assert token_of(answer.text)


async def test_an_unsigned_webhook_is_refused(client: httpx.AsyncClient) -> None:
    before = refused("bad-signature")
    assert (await client.post("/voice", data=voice_fields(1))).status_code == 403
    assert refused("bad-signature") == before + 1


@pytest.mark.parametrize("signature", ["", "nonsense", sign(f"https://{HOST}/voice", voice_fields(2))])
async def test_a_wrongly_signed_webhook_is_refused(client: httpx.AsyncClient, signature: str) -> None:
    answer = await client.post("/voice", data=voice_fields(1), headers={"X-Twilio-Signature": signature})
    assert (answer.status_code, answer.text) == (403, "")


async def test_the_query_of_the_webhook_is_signed_as_it_stands(client: httpx.AsyncClient) -> None:
    answer = await signed_post(client, "/voice?b=%20x&a=1", voice_fields(1))
    assert answer.status_code == 200


async def test_forwarded_headers_do_not_change_the_signed_url(client: httpx.AsyncClient) -> None:
    fields = voice_fields(1)
    headers = {
        "X-Twilio-Signature": sign("https://evil.example/voice", fields),
        "X-Forwarded-Host": "evil.example",
        "Host": "evil.example",
    }
    assert (await client.post("/voice", data=fields, headers=headers)).status_code == 403


@pytest.mark.parametrize("sid", ["", "CA123", "../x", "CA" + "g" * 32])
async def test_a_webhook_with_an_odd_call_sid_is_refused(client: httpx.AsyncClient, sid: str) -> None:
    assert (await signed_post(client, "/voice", voice_fields(1, CallSid=sid))).status_code == 400


async def test_a_body_larger_than_64_kib_is_refused(client: httpx.AsyncClient) -> None:
    assert (await signed_post(client, "/voice", voice_fields(1, CallerName="x" * 70_000))).status_code == 413


async def test_a_webhook_is_never_redirected(client: httpx.AsyncClient) -> None:
    assert (await client.post("/voice/", data=voice_fields(1))).status_code == 404
    assert (await client.get("/voice")).status_code == 405


async def test_without_a_token_webhooks_are_taken_unsigned_and_the_log_says_so(
    bot: FakeBot, clock: FakeClock, log_lines: list[str]
) -> None:
    async with http_only(make_app(bot, clock, twilio_auth_token=None)) as client:
        assert (await client.post("/voice", data=voice_fields(1))).status_code == 200
        assert (await client.get("/ready")).json()["signature_validation"] is False
    assert any("/voice signature validation DISABLED (no TWILIO_AUTH_TOKEN set)" in line for line in log_lines)


async def test_validation_that_is_switched_off_is_said(bot: FakeBot, clock: FakeClock, log_lines: list[str]) -> None:
    make_app(bot, clock, twilio_validate=False)
    assert any("DISABLED (TWILIO_VALIDATE=false)" in line for line in log_lines)


async def test_a_wrong_public_host_is_named_in_the_log(client: httpx.AsyncClient, log_lines: list[str]) -> None:
    fields = voice_fields(1)
    headers = {"X-Twilio-Signature": sign("https://new.example.com/voice", fields), "Host": "new.example.com"}
    assert (await client.post("/voice", data=fields, headers=headers)).status_code == 403
    assert any("public_host_mismatch" in line and "new.example.com" in line for line in log_lines)


async def test_no_number_of_a_caller_reaches_the_log(client: httpx.AsyncClient, log_lines: list[str]) -> None:
    await signed_post(client, "/voice", voice_fields(1))
    await signed_post(client, "/status", voice_fields(1, CallStatus="completed"))
    assert log_lines
    assert not any(CALLER.removeprefix("+") in line for line in log_lines)


# Capacity


async def test_of_many_webhooks_at_the_same_instant_exactly_the_limit_get_a_stream(
    bot: FakeBot, clock: FakeClock
) -> None:
    app = make_app(bot, clock, max_concurrent_calls=5)
    async with live(app) as twilio:
        await until(lambda: app.state.exchange.closed_because is None)
        answers = await asyncio.gather(*(twilio.ring(number) for number in range(40)))
        assert sum(1 for answer in answers if token_of(answer)) == 5
        assert sum(1 for answer in answers if "lines are busy" in answer and "+13055550191" in answer) == 35
        assert twilio.slots_in_use == 5


async def test_two_webhooks_of_one_call_take_one_slot_and_both_get_a_token(twilio: Twilio) -> None:
    first, second = await asyncio.gather(twilio.token(1), twilio.token(1))
    assert first
    assert second
    assert first != second
    assert twilio.slots_in_use == 1


async def test_of_two_tokens_of_one_call_only_one_opens_a_stream(twilio: Twilio, bot: FakeBot) -> None:
    first, second = await twilio.token(1), await twilio.token(1)
    async with twilio.stream() as wire:
        await wire.send_str(CONNECTED)
        await wire.send_str(start_message(1, second))
        await until(lambda: len(bot.calls) == 1)
        assert await twilio.stream_ends(CONNECTED, start_message(1, first)) == (1008, "no-slot")
    await until(lambda: twilio.slots_in_use == 0)


async def test_a_slot_goes_back_when_no_stream_comes(twilio: Twilio, clock: FakeClock) -> None:
    token = await twilio.token(1)
    clock.move(15)
    assert await twilio.stream_ends(CONNECTED, start_message(1, token)) == (1008, "no-slot")
    assert twilio.slots_in_use == 0


async def test_a_webhook_replayed_while_its_call_runs_gets_no_stream_and_no_slot(twilio: Twilio, bot: FakeBot) -> None:
    token = await twilio.token(1)
    async with twilio.stream() as wire:
        await wire.send_str(start_message(1, token))
        await bot.started.wait()
        answer = await twilio.ring(1)
        assert "Stream" not in answer
        assert "+13055550190" in answer
        assert twilio.slots_in_use == 1


async def test_a_webhook_replayed_after_its_call_gets_no_stream(twilio: Twilio, bot: FakeBot) -> None:
    token = await twilio.token(1)
    async with twilio.stream() as wire:
        await wire.send_str(start_message(1, token))
        await bot.started.wait()
    await until(lambda: twilio.slots_in_use == 0)
    assert "Stream" not in await twilio.ring(1)
    assert twilio.slots_in_use == 0


# The media stream


async def test_a_stream_becomes_the_call_that_its_webhook_announced(twilio: Twilio, bot: FakeBot) -> None:
    token = await twilio.token(1)
    async with twilio.stream(**{"X-Twilio-Signature": sign(f"wss://{HOST}/ws")}) as wire:
        await wire.send_str(CONNECTED)
        await wire.send_str(start_message(1, token))
        await wire.send_str(MEDIA)
        await bot.started.wait()
        ((call, start),) = bot.calls
        assert (call.sid, call.caller, call.called) == (call_sid(1), CALLER, "+13055550100")
        assert start.stream_sid == stream_sid(1)
        assert twilio.slots_in_use == 1
    await until(lambda: bot.ended == ["caller-hung-up"])
    await until(lambda: twilio.slots_in_use == 0)


@pytest.mark.parametrize("number", ["", "anonymous", "+266696687"])
async def test_a_withheld_number_is_nobodys_number(twilio: Twilio, bot: FakeBot, number: str) -> None:
    token = token_of(await twilio.ring(1, From=number))
    async with twilio.stream() as wire:
        await wire.send_str(start_message(1, token))
        await bot.started.wait()
    assert bot.calls[0][0].caller is None


async def test_a_wrongly_signed_handshake_is_refused_before_it_is_accepted(twilio: Twilio) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await twilio.stream(**{"X-Twilio-Signature": sign(f"https://{HOST}/ws")})
    assert caught.value.status == 403


async def test_streams_that_are_no_call_are_closed_with_a_reason(twilio: Twilio, bot: FakeBot) -> None:
    token = await twilio.token(1)
    odd_stream = json.loads(start_message(1, token)) | {"streamSid": "MZ-odd"}
    cases = {
        "no-start": [],
        "connected-only": [CONNECTED],
        "bad-json": ["garbage"],
        "binary-message": [b"\x00\x01\x02"],
        "media-before-start": [CONNECTED, MEDIA],
        "bad-stream-sid": [CONNECTED, json.dumps(odd_stream)],
        "token-missing": [CONNECTED, start_message(1)],
        "token-malformed": [CONNECTED, start_message(1, "nonsense")],
        "token-forged": [CONNECTED, start_message(2, token)],
    }
    before = {reason: refused(reason) for reason in cases}
    answers = await asyncio.gather(*(twilio.stream_ends(*messages) for messages in cases.values()))
    assert answers == [(1008, reason) for reason in cases]
    assert {reason: refused(reason) for reason in cases} == {reason: count + 1 for reason, count in before.items()}
    assert bot.calls == []
    assert twilio.slots_in_use == 1  # the reserved call still gets in
    async with twilio.stream() as wire:
        await wire.send_str(start_message(1, token))
        await bot.started.wait()


async def test_a_message_of_a_megabyte_closes_the_stream(twilio: Twilio, bot: FakeBot) -> None:
    code, _ = await twilio.stream_ends(CONNECTED, "x" * 1_000_000)
    assert code == 1009
    assert bot.calls == []


async def test_a_token_opens_one_stream(twilio: Twilio, bot: FakeBot) -> None:
    token = await twilio.token(1)
    async with twilio.stream() as wire:
        await wire.send_str(start_message(1, token))
        await bot.started.wait()
        assert await twilio.stream_ends(start_message(1, token)) == (1008, "token-used")
        assert len(bot.calls) == 1


async def test_an_expired_token_opens_no_stream(twilio: Twilio, clock: FakeClock) -> None:
    token = await twilio.token(1)
    clock.move(61)
    await twilio.ring(1)  # the slot is held anew
    assert await twilio.stream_ends(start_message(1, token)) == (1008, "token-expired")


async def test_a_caller_who_is_gone_before_the_start_leaves_nothing_behind(twilio: Twilio, bot: FakeBot) -> None:
    before = refused("gone-before-start")
    async with twilio.stream() as wire:
        await wire.send_str(CONNECTED)
    await until(lambda: refused("gone-before-start") == before + 1)
    wire = await twilio.stream()
    wire._response.connection.transport.abort()  # no closing handshake: the line is cut
    await until(lambda: refused("gone-before-start") == before + 2)
    assert bot.calls == []


async def test_a_call_that_crashes_gives_its_slot_back_and_its_stream_is_closed(twilio: Twilio, bot: FakeBot) -> None:
    bot.failure = SttError("the engine is gone")
    token = await twilio.token(1)
    code, _ = await twilio.stream_ends(start_message(1, token))
    assert code == 1000
    assert bot.ended == ["crashed"]
    await until(lambda: twilio.slots_in_use == 0)


# The status callback


async def test_a_completed_call_whose_pipeline_still_runs_is_ended(twilio: Twilio, bot: FakeBot) -> None:
    bot.deaf = True
    token = await twilio.token(1)
    async with twilio.stream() as wire:
        await wire.send_str(start_message(1, token))
        await bot.started.wait()
        for _ in range(2):
            assert (await twilio.post("/status", voice_fields(1, CallStatus="completed")))[0] == 204
        await until(lambda: bot.ended == ["cancelled"])
        await until(lambda: twilio.slots_in_use == 0)


@pytest.mark.parametrize("status", ["completed", "failed", "canceled", "busy", "no-answer"])
async def test_a_call_that_is_over_before_its_stream_gives_its_slot_back(
    client: httpx.AsyncClient, status: str
) -> None:
    await signed_post(client, "/voice", voice_fields(1))
    assert (await client.get("/ready")).json()["slots"] == {"limit": 2, "in_use": 1}
    assert (await signed_post(client, "/status", voice_fields(1, CallStatus=status))).status_code == 204
    assert (await client.get("/ready")).json()["slots"] == {"limit": 2, "in_use": 0}


async def test_a_status_of_a_call_that_goes_on_changes_nothing(client: httpx.AsyncClient) -> None:
    await signed_post(client, "/voice", voice_fields(1))
    assert (await signed_post(client, "/status", voice_fields(1, CallStatus="in-progress"))).status_code == 204
    assert (await client.get("/ready")).json()["slots"]["in_use"] == 1


async def test_an_unsigned_status_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post("/status", data=voice_fields(1, CallStatus="completed"))).status_code == 403


async def test_a_status_without_a_call_is_refused(client: httpx.AsyncClient) -> None:
    assert (await signed_post(client, "/status", {"CallStatus": "completed"})).status_code == 400


# The end of a transfer

MISSED = "/transferred?to=handoff&lang=es&back=1"


async def test_a_missed_transfer_is_told_to_the_caller_and_to_staff_once(
    client: httpx.AsyncClient, bot: FakeBot
) -> None:
    fields = voice_fields(1, CallStatus="in-progress", DialCallStatus="no-answer")
    first = await signed_post(client, MISSED, fields)
    again = await signed_post(client, MISSED, fields)
    assert (first.status_code, first.headers["content-type"].split(";")[0]) == (200, "text/xml")
    assert "le devolverá la llamada" in first.text
    assert again.text == first.text
    assert bot.service.missed == [call_sid(1)]


async def test_a_transfer_that_was_answered_ends_the_call_and_troubles_nobody(
    client: httpx.AsyncClient, bot: FakeBot
) -> None:
    fields = voice_fields(1, CallStatus="in-progress", DialCallStatus="completed", DialCallDuration="61")
    answer = await signed_post(client, MISSED, fields)
    assert [verb.tag for verb in ElementTree.fromstring(answer.text)] == ["Hangup"]
    assert bot.service.missed == []


@pytest.mark.parametrize("path", ["/transferred", "/transferred?to=handoff&lang=en"])
async def test_a_report_is_taken_only_as_twilio_signed_it_query_and_all(
    client: httpx.AsyncClient, bot: FakeBot, path: str
) -> None:
    fields = voice_fields(1, DialCallStatus="busy")
    headers = {"X-Twilio-Signature": sign(f"https://{HOST}{MISSED}", fields)}
    assert (await client.post(path, data=fields, headers=headers)).status_code == 403
    assert (await signed_post(client, MISSED, {"DialCallStatus": "busy"})).status_code == 400
    assert bot.service.missed == []


# Start, readiness, stop


async def test_the_service_is_alive_while_its_engines_warm_up_and_ready_afterwards(
    bot: FakeBot, clock: FakeClock
) -> None:
    bot.warm.clear()
    async with http_only(make_app(bot, clock)) as client:
        alive = await client.get("/health")
        assert alive.status_code == 200
        assert alive.json() == {"status": "ok", "version": "0.2.0", "uptime_sec": 0.0, "facts": "sample"}
        cold = await client.get("/ready")
        assert (cold.status_code, cold.json()["reason"]) == (503, "not-ready")
        turned_away = await signed_post(client, "/voice", voice_fields(1))
        assert "911" in turned_away.text
        assert not token_of(turned_away.text)
        bot.warm.set()
        await asyncio.sleep(0.01)
        warm = await client.get("/ready")
        assert warm.status_code == 200
        assert warm.json() == {
            "ready": True,
            "reason": None,
            "profile": "embedded",
            "slots": {"limit": 2, "in_use": 0},
            "facts": "sample",
            "facts_version": "0123456789",
            "parts": FakeService.parts,
            "storage": "ok",
            "signature_validation": True,
        }


async def test_a_failing_storage_is_shown_and_calls_go_on(client: httpx.AsyncClient, bot: FakeBot) -> None:
    bot.service.storage_ok = False
    answer = await client.get("/ready")
    assert (answer.status_code, answer.json()["storage"]) == (200, "failing")


async def test_engines_that_cannot_be_loaded_stop_the_service(bot: FakeBot, clock: FakeClock) -> None:
    bot.failure = ConfigError("WHISPER_MODEL: no such folder")
    app = make_app(bot, clock)
    server = DrainingServer(uvicorn_config(app), app.state.exchange)
    await asyncio.wait_for(server.serve(sockets=[socket.create_server(("127.0.0.1", 0))]), 3)
    assert server.exit_code == 2


async def test_metrics_are_prometheus_text(twilio: Twilio) -> None:
    status, text = await twilio.get("/metrics")
    assert status == 200
    assert "ava_slots_limit 2.0" in text
    assert "ava_event_loop_lag_seconds_bucket" in text


async def test_stopping_waits_for_a_call_then_ends_it_and_closes_everything(
    bot: FakeBot, clock: FakeClock, log_lines: list[str]
) -> None:
    app = make_app(bot, clock)
    async with live(app) as twilio:
        await until(lambda: app.state.exchange.closed_because is None)
        token = await twilio.token(1)
        wire = await twilio.stream()
        await wire.send_str(start_message(1, token))
        await bot.started.wait()
        draining = asyncio.create_task(app.state.exchange.drain())
        await asyncio.sleep(0)
        assert (await twilio.get("/ready"))[0] == 503
        assert not await twilio.token(2)
        assert bot.ended == []
        await draining
        assert bot.ended == ["cancelled"]
        assert bot.service.goodbyes == 1, "AVA takes leave before a call is broken off"
    assert bot.service.closed
    assert not {task.get_name() for task in asyncio.all_tasks()} & {
        "engines-warm-up",
        "loop-lag-sampler",
        "capacity-reserve-timer",
        f"call-{call_sid(1)}",
    }


async def test_a_stop_signal_lets_a_running_call_end_by_itself(bot: FakeBot, clock: FakeClock) -> None:
    app = create_app(settings(), build_service=bot.build, run_call=bot.run, clock=clock, drain_secs=5)
    async with live(app) as twilio:
        await until(lambda: app.state.exchange.closed_because is None)
        token = await twilio.token(1)
        wire = await twilio.stream()
        await wire.send_str(start_message(1, token))
        await bot.started.wait()
        twilio.server.should_exit = True
        await until(lambda: app.state.exchange.closed_because == "draining")
        with pytest.raises(TimeoutError):
            await wire.receive(timeout=0.15)  # uvicorn by itself would have closed the stream by now
        assert bot.ended == []
        await wire.close()
        await until(lambda: bot.ended == ["caller-hung-up"])


async def test_sample_facts_are_said_at_start(bot: FakeBot, clock: FakeClock, log_lines: list[str]) -> None:
    make_app(bot, clock)
    assert any(line.startswith("sample_facts") for line in log_lines)


async def test_sample_facts_refuse_to_start_where_real_ones_are_required(bot: FakeBot, clock: FakeClock) -> None:
    with pytest.raises(ConfigError, match="REQUIRE_REAL_FACTS"):
        make_app(bot, clock, require_real_facts=True)


# The command


def command_environment(folder: Path, **changes: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return inherited | {"PYTHONPATH": str(ROOT), "DATA_DIR": str(folder)} | changes


def test_wrong_settings_end_the_command_with_2_and_the_reason(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=eighty\nTWILIO_AUTH_TOKEN=changeme-secret\n")
    done = subprocess.run(
        [sys.executable, str(ROOT / "server.py")],
        cwd=tmp_path,
        env=command_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "PORT: " in done.stderr
    assert "expected a TCP port from 1 to 65535" in done.stderr
    assert "TWILIO_AUTH_TOKEN" in done.stderr
    assert "changeme-secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_ends_the_command_with_2_and_the_reason(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            [sys.executable, str(ROOT / "server.py")],
            cwd=tmp_path,
            env=command_environment(tmp_path, PORT=str(taken.getsockname()[1])),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert "BIND_HOST, PORT: cannot listen on 127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr
