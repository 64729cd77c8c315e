"""Hand-written stand-ins for the tests of the telephone side."""

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from twilio.request_validator import RequestValidator

from call import Call

AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT_SID = "AC" + "1" * 32
HOST = "phone.example.com"
CALLER = "+13055550123"
CALLED = "+13055550100"


class FakeClock:
    """Time that moves when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 15, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        self.seconds += seconds


def call_sid(number: int = 0) -> str:
    return f"CA{number:032x}"


def stream_sid(number: int = 0) -> str:
    return f"MZ{number:032x}"


def new_call(number: int = 0) -> Call:
    return Call(call_sid(number), ACCOUNT_SID, CALLER, CALLED, datetime(2026, 11, 23, 15, tzinfo=UTC))


def voice_fields(number: int = 0, **changes: str) -> dict[str, str]:
    fields = {
        "CallSid": call_sid(number),
        "AccountSid": ACCOUNT_SID,
        "From": CALLER,
        "To": CALLED,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "ForwardedFrom": "",
    }
    return fields | changes


def sign(url: str, fields: dict[str, str] | None = None, token: str = AUTH_TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, fields or {}))


CONNECTED = json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})
MEDIA = json.dumps(
    {
        "event": "media",
        "sequenceNumber": "3",
        "streamSid": stream_sid(),
        "media": {"track": "inbound", "chunk": "1", "timestamp": "5", "payload": "////"},
    }
)


def start_message(number: int = 0, token: str = "", **changes: object) -> str:
    """A `start` as Twilio sends it; `changes` replace fields of its `start` object."""
    start = {
        "accountSid": ACCOUNT_SID,
        "callSid": call_sid(number),
        "streamSid": stream_sid(number),
        "tracks": ["inbound"],
        "customParameters": {"token": token},
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
    }
    message = {"event": "start", "sequenceNumber": "1", "streamSid": stream_sid(number), "start": start | changes}
    return json.dumps(message)


class Wire:
    """The other side's messages, one by one; after the last one it stays silent, or is gone."""

    def __init__(self, messages: Iterable[str | bytes], *, then_gone: bool = True) -> None:
        self._messages = list(messages)
        self._then_gone = then_gone

    async def receive(self) -> str | bytes | None:
        if self._messages:
            return self._messages.pop(0)
        if not self._then_gone:
            await asyncio.Event().wait()
        return None
