"""A small service on the other end of the wire: greets with a tone, answers each pause of the caller with a tone."""

import asyncio
import base64
import contextlib
import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import numpy as np
from aiohttp import web
from twilio.request_validator import RequestValidator

from simulator.audio import FRAME_BYTES, encode, frames, is_loud
from simulator.twilio import Account

TONE = encode(np.sin(np.arange(8000) * 2 * np.pi * 440 / 8000) * 8000)


@dataclass
class ToneServer:
    """Behaviour is set before a call; what happened is read after it.

    `twiml_after` follows the stream in the TwiML. `on_turn[n]` runs at the caller's n-th pause instead of a tone.
    """

    account: Account
    greeting_sec: float = 0.3
    answer_sec: float = 0.3
    pause_frames: int = 5
    twiml: str = ""
    twiml_after: str = ""
    voice_status: int = 200
    after_dial: str = ""
    dials: list[dict[str, str]] = field(default_factory=list)
    turns_until: dict[int, Any] = field(default_factory=dict)
    rest_url: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    webhooks: list[dict[str, str]] = field(default_factory=list)
    statuses: list[dict[str, str]] = field(default_factory=list)
    handshake_valid: bool | None = None
    handshake_host: str | None = None
    hang_up_status: list[int] = field(default_factory=list)
    url: str = ""

    @contextlib.asynccontextmanager
    async def running(self) -> Any:
        app = web.Application()
        app.router.add_post("/voice", self._voice)
        app.router.add_post("/status", self._status)
        app.router.add_post("/dialed", self._dialed)
        app.router.add_get("/ws", self._websocket)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    def _signed(self, url: str, fields: dict[str, str], request: web.Request) -> bool:
        signature = request.headers.get("X-Twilio-Signature", "")
        return bool(RequestValidator(self.account.auth_token).validate(url, fields, signature))

    async def _voice(self, request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        self.webhooks.append(fields)
        if not self._signed(f"https://{self.account.public_host}/voice", fields, request):
            return web.Response(status=403)
        stream = (
            f'<Connect><Stream url="wss://{self.account.public_host}/ws">'
            '<Parameter name="token" value="t1"/></Stream></Connect>'
        )
        text = self.twiml or f"<Response>{stream}{self.twiml_after}</Response>"
        return web.Response(text=text, content_type="text/xml", status=self.voice_status)

    async def _status(self, request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        valid = self._signed(f"https://{self.account.public_host}/status", fields, request)
        self.statuses.append(fields)
        return web.Response(status=204 if valid else 403)

    async def _dialed(self, request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        self.dials.append(fields)
        valid = self._signed(f"https://{self.account.public_host}{request.path_qs}", fields, request)
        return web.Response(text=self.after_dial, content_type="text/xml", status=200 if valid else 403)

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        self.handshake_host = request.headers["Host"]
        self.handshake_valid = self._signed(f"wss://{self.account.public_host}/ws", {}, request)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        quiet, speaking, turn = 0, False, 0
        async for message in ws:
            data = json.loads(message.data)
            self.messages.append(data)
            if data["event"] == "start":
                await self.play(ws, data["streamSid"], self.greeting_sec, "greeting")
            if data["event"] == "dtmf":
                await self.play(ws, data["streamSid"], self.answer_sec, "keypad")
            if data["event"] != "media":
                continue
            if is_loud(base64.b64decode(data["media"]["payload"])):
                quiet, speaking = 0, True
            elif speaking:
                quiet += 1
            if speaking and quiet >= self.pause_frames:
                speaking, turn = False, turn + 1
                await self._turn(ws, data["streamSid"], turn)
        return ws

    async def _turn(self, ws: web.WebSocketResponse, stream_sid: str, turn: int) -> None:
        if turn in self.turns_until:
            await self.turns_until[turn](ws, stream_sid)
        else:
            await self.play(ws, stream_sid, self.answer_sec, f"answer-{turn}")

    async def play(self, ws: web.WebSocketResponse, stream_sid: str, seconds: float, mark: str) -> None:
        for frame in frames(TONE[: round(seconds * 8000) // FRAME_BYTES * FRAME_BYTES]):
            payload = base64.b64encode(frame).decode()
            await ws.send_str(json.dumps({"event": "media", "streamSid": stream_sid, "media": {"payload": payload}}))
        await ws.send_str(json.dumps({"event": "mark", "streamSid": stream_sid, "mark": {"name": mark}}))

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["event"] == kind]

    async def rest(self, fields: dict[str, str], *, token: str | None = None, call: str | None = None) -> int:
        sid = call or next(m["start"]["callSid"] for m in self.messages if m["event"] == "start")
        account = self.account.account_sid
        url = f"{self.rest_url}/2010-04-01/Accounts/{account}/Calls/{sid}.json"
        headers = {"Authorization": aiohttp.encode_basic_auth(account, token or self.account.auth_token)}
        async with aiohttp.ClientSession() as session, session.post(url, data=fields, headers=headers) as response:
            self.hang_up_status.append(response.status)
            return response.status


async def wait_for(condition: Any, seconds: float = 3.0) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
