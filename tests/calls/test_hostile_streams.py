"""A stream that was opened rightly and then goes wrong: the call survives it, or ends without leaving anything."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bench.service import Bench
from simulator.twilio import SimulatedCall
from simulator.twiml import Stream

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]

SILENCE = base64.b64encode(b"\xff" * 160).decode()


class RawStream:
    """A media stream driven message by message."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, call_sid: str) -> None:
        self.socket = socket
        self.call_sid = call_sid
        self.stream_sid = "MZ" + call_sid[2:]

    async def send(self, **message: Any) -> None:
        await self.socket.send_str(json.dumps({"streamSid": self.stream_sid, **message}))

    async def silence(self, seconds: float) -> None:
        for _ in range(int(seconds * 50)):
            await self.send(event="media", media={"track": "inbound", "payload": SILENCE})
            await asyncio.sleep(0.02)

    async def hears_ava(self, within_sec: float = 3.0) -> bool:
        """Whether audio arrives."""
        try:
            async with asyncio.timeout(within_sec):
                async for message in self.socket:
                    if message.type is aiohttp.WSMsgType.TEXT and json.loads(message.data)["event"] == "media":
                        return True
        except TimeoutError:
            pass
        return False

    async def is_closed_by_the_server(self, within_sec: float = 10.0) -> bool:
        try:
            async with asyncio.timeout(within_sec):
                async for _ in self.socket:
                    pass
        except TimeoutError:
            return False
        return True


@asynccontextmanager
async def opened(bench: Bench) -> AsyncIterator[RawStream]:
    """A call whose webhook was answered and whose stream has sent its start."""
    twilio = bench.twilio
    call = SimulatedCall(twilio.account.account_sid, "+13055550144", "+13055550100")
    twilio.calls[call.sid] = call
    verbs = await twilio._webhook(call, twilio._public("/voice"), "ringing", {})
    (stream,) = [verb for verb in verbs if isinstance(verb, Stream)]
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(twilio._local(stream.url), headers={"Host": twilio.account.public_host}) as socket,
    ):
        raw = RawStream(socket, call.sid)
        await socket.send_str(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        await raw.send(
            event="start",
            sequenceNumber="1",
            start={
                "accountSid": twilio.account.account_sid,
                "callSid": call.sid,
                "streamSid": raw.stream_sid,
                "tracks": ["inbound"],
                "customParameters": dict(stream.parameters),
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            },
        )
        yield raw


async def nothing_is_left(bench: Bench, within_sec: float = 6.0) -> bool:
    for _ in range(int(within_sec * 10)):
        if await bench.metric("ava_slots_in_use") == 0:
            return True
        await asyncio.sleep(0.1)
    return False


HOSTILE: dict[str, list[str | bytes]] = {
    "garbage": ["{not json", "\x00\x01"],
    "binary": [b"\x00\xff\x10"],
    "a list": ["[]"],
    "bad base64": [json.dumps({"event": "media", "media": {"payload": "@@@"}})],
    "no payload": [json.dumps({"event": "media"})],
    "another stream": [json.dumps({"event": "media", "streamSid": "MZ" + "f" * 32, "media": {"payload": SILENCE}})],
    "a second start": [json.dumps({"event": "start", "start": {"callSid": "CA" + "f" * 32}})],
    "an odd key": [json.dumps({"event": "dtmf", "dtmf": {"digit": "Q"}})],
    "a mark that nobody sent": [json.dumps({"event": "mark", "mark": {"name": "who"}})],
}


@pytest.mark.parametrize("messages", HOSTILE.values(), ids=HOSTILE.keys())
async def test_the_call_survives(bench: Bench, messages: list[str | bytes]) -> None:
    async with opened(bench) as stream:
        for message in messages:
            await (stream.socket.send_bytes(message) if isinstance(message, bytes) else stream.socket.send_str(message))
        await stream.silence(0.3)
        assert await stream.hears_ava()
    assert await nothing_is_left(bench)


async def test_a_message_of_a_megabyte_ends_the_stream_and_nothing_else(bench: Bench) -> None:
    async with opened(bench) as stream:
        await stream.silence(0.2)
        await stream.socket.send_str("x" * 1_000_000)
        assert await stream.is_closed_by_the_server()
    assert await nothing_is_left(bench)


@pytest.mark.parametrize("after_sec", [0.0, 0.05, 0.5, 2.0])
async def test_a_caller_who_is_gone_at_any_moment_leaves_nothing(bench: Bench, after_sec: float) -> None:
    async with opened(bench) as stream:
        await stream.silence(after_sec)
        await stream.socket.close()
    assert await nothing_is_left(bench)


async def test_a_stop_and_a_closed_stream_end_the_call(bench: Bench) -> None:
    async with opened(bench) as stream:
        await stream.silence(0.3)
        await stream.send(
            event="stop", stop={"accountSid": bench.twilio.account.account_sid, "callSid": stream.call_sid}
        )
        await stream.socket.close()
    assert await nothing_is_left(bench)


async def test_the_service_still_answers_after_all_that(bench: Bench) -> None:
    async with opened(bench) as stream:
        await stream.silence(0.2)
        assert await stream.hears_ava()
    assert await nothing_is_left(bench)
