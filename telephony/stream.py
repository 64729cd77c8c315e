"""The opening of a media stream: the one-use token, and Twilio's first messages.

Message shapes: https://www.twilio.com/docs/voice/media-streams/websocket-messages. Everything here is bounded, because
the WebSocket is open to the internet until its token has been checked.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from call import Clock
from errors import HandshakeError

TOKEN_PARAMETER = "token"
TOKEN_TTL_SECS = 60.0
START_TIMEOUT_SECS = 5.0
MAX_MESSAGE_BYTES = 64 * 1024
CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")
STREAM_SID = re.compile(r"MZ[0-9a-fA-F]{32}")

_NONCE_BYTES = 12
_EXPIRY = struct.Struct(">d")
_MAC_BYTES = hashlib.sha256().digest_size
_TOKEN_BYTES = _NONCE_BYTES + _EXPIRY.size + _MAC_BYTES
_MAX_USED_NONCES = 10_000
_MAX_PARAMETERS = 32
_MAX_PARAMETER_CHARS = 1024


class StreamTokens:
    """Tokens that let one media stream of one call in, once.

    A token is nonce, expiry and HMAC-SHA256 over both and the CallSid, base64url. It is good in the process that minted
    it: the expiry counts on that machine's monotonic clock, which no time correction moves.

    Args:
        key: STREAM_TOKEN.
        clock: monotonic seconds.
        ttl_secs: how long a token is good.
    """

    def __init__(self, key: str, *, clock: Clock, ttl_secs: float = TOKEN_TTL_SECS) -> None:
        self._key = key.encode()
        self._clock = clock
        self._ttl_secs = ttl_secs
        self._used: dict[bytes, float] = {}  # nonce -> expiry, in order of use

    def mint(self, call_sid: str) -> str:
        """A new token for a call."""
        head = secrets.token_bytes(_NONCE_BYTES) + _EXPIRY.pack(self._clock.monotonic() + self._ttl_secs)
        return base64.urlsafe_b64encode(head + self._mac(head, call_sid)).decode()

    def redeem(self, token: str, call_sid: str) -> None:
        """Use a token up.

        Raises:
            HandshakeError: `token-missing`, `token-malformed`, `token-forged` (not ours, or another call's),
                `token-expired`, `token-used`, or `token-store-full`.
        """
        head, mac = _unpack(token)
        if not hmac.compare_digest(mac, self._mac(head, call_sid)):
            raise HandshakeError("the token was not minted for this call", code="token-forged")
        nonce, (expires_at_sec,) = head[:_NONCE_BYTES], _EXPIRY.unpack(head[_NONCE_BYTES:])
        now = self._clock.monotonic()
        if not now < expires_at_sec <= now + self._ttl_secs:
            raise HandshakeError("the token is too old", code="token-expired")
        if nonce in self._used:
            raise HandshakeError("the token was used before", code="token-used")
        self._forget_expired(now)
        if len(self._used) >= _MAX_USED_NONCES:
            raise HandshakeError("too many tokens were used within their life time", code="token-store-full")
        self._used[nonce] = expires_at_sec

    def _mac(self, head: bytes, call_sid: str) -> bytes:
        return hmac.digest(self._key, head + call_sid.encode(), "sha256")

    def _forget_expired(self, now: float) -> None:
        for nonce in [nonce for nonce, expires_at_sec in self._used.items() if expires_at_sec <= now]:
            del self._used[nonce]


def _unpack(token: str) -> tuple[bytes, bytes]:
    if not token:
        raise HandshakeError("the stream brought no token", code="token-missing")
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as exc:
        raise HandshakeError("the token is no base64", code="token-malformed") from exc
    if len(raw) != _TOKEN_BYTES:
        raise HandshakeError("the token has the wrong length", code="token-malformed")
    return raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """Audio on the wire: mu-law, 8,000 Hz, mono; nothing else is accepted."""

    encoding: str = "audio/x-mulaw"
    sample_rate_hz: int = 8000
    channels: int = 1


@dataclass(frozen=True, slots=True)
class StreamStart:
    """What Twilio's `start` message says of a stream."""

    stream_sid: str
    call_sid: str
    account_sid: str
    custom_parameters: Mapping[str, str] = field(default_factory=dict)
    media_format: MediaFormat = field(default_factory=MediaFormat)

    @property
    def token(self) -> str:
        return self.custom_parameters.get(TOKEN_PARAMETER, "")


Receive = Callable[[], Awaitable[str | bytes | None]]


async def read_start(receive: Receive, timeout_sec: float = START_TIMEOUT_SECS) -> StreamStart:
    """Wait for the `start` of a stream: at most one `connected`, then `start`, nothing else.

    Args:
        receive: the next message; bytes for a binary one, None when the other side is gone.
        timeout_sec: for all of it.

    Raises:
        HandshakeError: with one of the codes `no-start`, `connected-only`, `gone-before-start`, `binary-message`,
            `message-too-large`, `bad-json`, `media-before-start`, `unexpected-event`, `wrong-protocol`,
            `bad-start`, `bad-stream-sid`, `bad-call-sid`, `bad-parameters`, `wrong-format`.
    """
    connected = False
    try:
        async with asyncio.timeout(timeout_sec):
            while True:
                message = _decode(await receive())
                event = message.get("event")
                if event == "start":
                    return _parse_start(message)
                if event != "connected" or connected:
                    code = "media-before-start" if event in ("media", "dtmf", "mark") else "unexpected-event"
                    raise HandshakeError("the stream did not begin with a start", code=code)
                if message.get("protocol") != "Call":
                    raise HandshakeError("the stream does not speak Twilio's protocol", code="wrong-protocol")
                connected = True
    except TimeoutError as exc:
        code = "connected-only" if connected else "no-start"
        raise HandshakeError(f"no start within {timeout_sec:g} s", code=code) from exc


def _decode(text: str | bytes | None) -> dict[str, Any]:
    if text is None:
        raise HandshakeError("the other side left before a start", code="gone-before-start")
    if isinstance(text, bytes):
        raise HandshakeError("a binary message", code="binary-message")
    if len(text) > MAX_MESSAGE_BYTES or len(text.encode("utf-8", "replace")) > MAX_MESSAGE_BYTES:
        raise HandshakeError("a message larger than 64 KiB", code="message-too-large")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise HandshakeError("a message that is no JSON", code="bad-json") from exc
    if not isinstance(message, dict):
        raise HandshakeError("a message that is no JSON object", code="bad-json")
    return message


def _parse_start(message: dict[str, Any]) -> StreamStart:
    start = message.get("start")
    if not isinstance(start, dict):
        raise HandshakeError("a start without its fields", code="bad-start")
    stream_sid, call_sid = message.get("streamSid"), start.get("callSid")
    if not _is_sid(STREAM_SID, stream_sid) or start.get("streamSid", stream_sid) != stream_sid:
        raise HandshakeError("a missing or odd stream id", code="bad-stream-sid")
    if not _is_sid(CALL_SID, call_sid):
        raise HandshakeError("a missing or odd call id", code="bad-call-sid")
    return StreamStart(
        stream_sid=str(stream_sid),
        call_sid=str(call_sid),
        account_sid=str(start.get("accountSid", ""))[:64],
        custom_parameters=_parse_parameters(start.get("customParameters") or {}),
        media_format=_parse_format(start.get("mediaFormat")),
    )


def _is_sid(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _parse_parameters(raw: object) -> dict[str, str]:
    if not isinstance(raw, dict) or len(raw) > _MAX_PARAMETERS:
        raise HandshakeError("odd custom parameters", code="bad-parameters")
    for name, value in raw.items():
        if not isinstance(value, str) or len(name) + len(value) > _MAX_PARAMETER_CHARS:
            raise HandshakeError("odd custom parameters", code="bad-parameters")
    return dict(raw)


def _parse_format(raw: object) -> MediaFormat:
    wire = MediaFormat()
    if not isinstance(raw, dict):
        raise HandshakeError("a start without a media format", code="wrong-format")
    given = (str(raw.get("encoding")), str(raw.get("sampleRate")), str(raw.get("channels", wire.channels)))
    if given != (wire.encoding, str(wire.sample_rate_hz), str(wire.channels)):
        raise HandshakeError("audio that is not mu-law, 8000 Hz, mono", code="wrong-format")
    return wire


if __name__ == "__main__":
    from clock import SystemClock

    tokens = StreamTokens(secrets.token_urlsafe(), clock=SystemClock())
    sid = "CA" + "0" * 32
    one = tokens.mint(sid)
    print(one)
    for attempt in ("first", "second"):
        try:
            tokens.redeem(one, sid)
            print(f"{attempt} use: admitted")
        except HandshakeError as error:
            print(f"{attempt} use: {error.code}")
