import json

import pytest

from errors import HandshakeError
from telephony.stream import MediaFormat, StreamTokens, read_start
from tests.telephony.fakes import (
    ACCOUNT_SID,
    CONNECTED,
    MEDIA,
    FakeClock,
    Wire,
    call_sid,
    start_message,
    stream_sid,
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def tokens(clock: FakeClock) -> StreamTokens:
    return StreamTokens("a key of the tests", clock=clock)


def refusal(tokens: StreamTokens, token: str, sid: str) -> str:
    with pytest.raises(HandshakeError) as caught:
        tokens.redeem(token, sid)
    return caught.value.code


def test_a_token_lets_its_call_in_once(tokens: StreamTokens) -> None:
    token = tokens.mint(call_sid(1))
    tokens.redeem(token, call_sid(1))
    assert refusal(tokens, token, call_sid(1)) == "token-used"


def test_every_token_is_another_one(tokens: StreamTokens) -> None:
    assert len({tokens.mint(call_sid(1)) for _ in range(100)}) == 100


def test_the_token_of_another_call_is_refused_and_stays_good_for_its_own(tokens: StreamTokens) -> None:
    token = tokens.mint(call_sid(1))
    assert refusal(tokens, token, call_sid(2)) == "token-forged"
    tokens.redeem(token, call_sid(1))


def test_an_expired_token_is_refused(tokens: StreamTokens, clock: FakeClock) -> None:
    early, late = tokens.mint(call_sid(1)), tokens.mint(call_sid(2))
    clock.move(59.9)
    tokens.redeem(early, call_sid(1))
    clock.move(0.1)
    assert refusal(tokens, late, call_sid(2)) == "token-expired"


def test_a_used_token_stays_refused_after_its_nonce_was_forgotten(tokens: StreamTokens, clock: FakeClock) -> None:
    token = tokens.mint(call_sid(1))
    tokens.redeem(token, call_sid(1))
    clock.move(61)
    tokens.redeem(tokens.mint(call_sid(2)), call_sid(2))  # makes room: expired nonces go
    assert refusal(tokens, token, call_sid(1)) == "token-expired"


def test_a_token_from_a_clock_that_ran_ahead_is_refused(tokens: StreamTokens, clock: FakeClock) -> None:
    token = tokens.mint(call_sid(1))
    clock.move(-500)
    assert refusal(tokens, token, call_sid(1)) == "token-expired"


def test_a_token_of_another_key_is_refused(tokens: StreamTokens, clock: FakeClock) -> None:
    foreign = StreamTokens("another key", clock=clock).mint(call_sid(1))
    assert refusal(tokens, foreign, call_sid(1)) == "token-forged"


def test_every_changed_character_of_a_token_is_noticed(tokens: StreamTokens) -> None:
    token = tokens.mint(call_sid(1))
    for place in range(len(token) - 3):  # the last characters hold padding
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert refusal(tokens, changed, call_sid(1)) in ("token-forged", "token-malformed")
    tokens.redeem(token, call_sid(1))


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("", "token-missing"),
        ("nonsense!", "token-malformed"),
        ("QUJD", "token-malformed"),
        ("é" * 80, "token-malformed"),
    ],
)
def test_what_is_no_token_is_refused(tokens: StreamTokens, token: str, code: str) -> None:
    assert refusal(tokens, token, call_sid(1)) == code


def test_the_memory_of_used_tokens_is_bounded(tokens: StreamTokens, clock: FakeClock) -> None:
    for number in range(10_000):
        tokens._used[number.to_bytes(12)] = clock.monotonic() + 30
    assert refusal(tokens, tokens.mint(call_sid(1)), call_sid(1)) == "token-store-full"
    clock.move(30)
    tokens.redeem(tokens.mint(call_sid(1)), call_sid(1))
    assert len(tokens._used) == 1


async def test_a_start_is_read_after_connected() -> None:
    start = await read_start(Wire([CONNECTED, start_message(1, "the-token")]).receive)
    assert start.call_sid == call_sid(1)
    assert start.stream_sid == stream_sid(1)
    assert start.account_sid == ACCOUNT_SID
    assert start.token == "the-token"
    assert start.media_format == MediaFormat("audio/x-mulaw", 8000, 1)


async def test_numbers_may_come_as_strings() -> None:
    wire = {"encoding": "audio/x-mulaw", "sampleRate": "8000", "channels": "1"}
    assert (await read_start(Wire([start_message(mediaFormat=wire)]).receive)).media_format.sample_rate_hz == 8000


async def handshake_refusal(*messages: str | bytes, then_gone: bool = True) -> str:
    with pytest.raises(HandshakeError) as caught:
        await read_start(Wire(messages, then_gone=then_gone).receive, timeout_sec=0.03)
    return caught.value.code


async def test_silence_is_cut_off() -> None:
    assert await handshake_refusal(then_gone=False) == "no-start"


async def test_connected_alone_is_cut_off() -> None:
    assert await handshake_refusal(CONNECTED, then_gone=False) == "connected-only"


async def test_a_caller_who_is_gone_before_the_start_is_told_apart() -> None:
    assert await handshake_refusal() == "gone-before-start"
    assert await handshake_refusal(CONNECTED) == "gone-before-start"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("garbage", "bad-json"),
        ("", "bad-json"),
        ("[1, 2]", "bad-json"),
        ('"start"', "bad-json"),
        ("null", "bad-json"),
        ("[" * 60_000, "bad-json"),
        ("9" * 60_000, "bad-json"),
        (b"\x00\x01", "binary-message"),
        ("x" * 65_537, "message-too-large"),
        ("é" * 40_000, "message-too-large"),
        (MEDIA, "media-before-start"),
        ('{"event": "dtmf"}', "media-before-start"),
        ('{"event": "stop"}', "unexpected-event"),
        ('{"event": ["start"]}', "unexpected-event"),
        ("{}", "unexpected-event"),
        ('{"event": "connected", "protocol": "Room"}', "wrong-protocol"),
        ('{"event": "connected"}', "wrong-protocol"),
        ('{"event": "start"}', "bad-start"),
        ('{"event": "start", "start": "now"}', "bad-start"),
    ],
)
async def test_a_stream_that_is_not_twilios_is_refused(message: str | bytes, code: str) -> None:
    assert await handshake_refusal(message) == code


async def test_media_between_connected_and_start_is_refused() -> None:
    assert await handshake_refusal(CONNECTED, MEDIA, start_message()) == "media-before-start"


async def test_connected_may_come_once() -> None:
    assert await handshake_refusal(CONNECTED, CONNECTED, start_message()) == "unexpected-event"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"callSid": None}, "bad-call-sid"),
        ({"callSid": "CA123"}, "bad-call-sid"),
        ({"callSid": call_sid() + "\n"}, "bad-call-sid"),
        ({"callSid": {"$ne": ""}}, "bad-call-sid"),
        ({"streamSid": stream_sid(5)}, "bad-stream-sid"),
        ({"customParameters": ["token"]}, "bad-parameters"),
        ({"customParameters": {"token": 5}}, "bad-parameters"),
        ({"customParameters": {"token": "x" * 2000}}, "bad-parameters"),
        ({"customParameters": {str(number): "" for number in range(33)}}, "bad-parameters"),
        ({"mediaFormat": None}, "wrong-format"),
        ({"mediaFormat": {"encoding": "audio/l16", "sampleRate": 8000, "channels": 1}}, "wrong-format"),
        ({"mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 16000, "channels": 1}}, "wrong-format"),
        ({"mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 2}}, "wrong-format"),
    ],
)
async def test_a_start_with_an_odd_field_is_refused(changes: dict[str, object], code: str) -> None:
    assert await handshake_refusal(start_message(**changes)) == code


@pytest.mark.parametrize("sid", [None, "", "MZ12", "../../etc/passwd", 7])
async def test_a_start_without_a_known_stream_id_is_refused(sid: object) -> None:
    message = json.loads(start_message())
    message["streamSid"] = sid
    assert await handshake_refusal(json.dumps(message)) == "bad-stream-sid"


async def test_a_start_without_parameters_has_no_token() -> None:
    assert (await read_start(Wire([start_message(customParameters=None)]).receive)).token == ""
