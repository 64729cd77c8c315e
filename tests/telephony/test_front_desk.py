import pytest

from config import Settings
from errors import HandshakeError, TelephonyError
from metrics import CALLS_REFUSED
from telephony.capacity import CapacityGate
from telephony.front_desk import FrontDesk
from telephony.signature import FormParams
from telephony.stream import StreamStart, StreamTokens
from tests.telephony.fakes import ACCOUNT_SID, CALLER, HOST, FakeClock, call_sid, stream_sid, voice_fields


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(clock: FakeClock) -> FrontDesk:
    settings = Settings(_env_file=None, public_host=HOST, max_concurrent_calls=1)
    gate, tokens = CapacityGate(1, clock=clock), StreamTokens("a key of the tests", clock=clock)
    return FrontDesk(settings, "Advanced Vision Care", clock, gate, tokens)


def params(number: int, **changes: str) -> FormParams:
    return FormParams({name: [value] for name, value in voice_fields(number, **changes).items()})


def start(number: int, token: str) -> StreamStart:
    return StreamStart(stream_sid(number), call_sid(number), ACCOUNT_SID, {"token": token})


def test_a_stream_becomes_the_call_of_its_webhook(desk: FrontDesk, clock: FakeClock) -> None:
    rang_at = clock.now()
    assert f'url="wss://{HOST}/ws"' in desk.answer(params(1))
    clock.move(2)
    call = desk.admit(start(1, desk.tokens.mint(call_sid(1))))
    assert (call.sid, call.account_sid, call.caller, call.started_at) == (call_sid(1), ACCOUNT_SID, CALLER, rang_at)


def test_a_retry_keeps_the_time_at_which_the_call_rang_first(desk: FrontDesk, clock: FakeClock) -> None:
    rang_at = clock.now()
    desk.answer(params(1))
    clock.move(4)
    desk.answer(params(1))
    assert desk.admit(start(1, desk.tokens.mint(call_sid(1)))).started_at == rang_at


def test_a_good_token_without_a_slot_lets_nobody_in(desk: FrontDesk) -> None:
    with pytest.raises(HandshakeError) as caught:
        desk.admit(start(1, desk.tokens.mint(call_sid(1))))
    assert caught.value.code == "no-slot"


def test_a_bad_token_leaves_the_slot_reserved(desk: FrontDesk) -> None:
    desk.answer(params(1))
    with pytest.raises(HandshakeError):
        desk.admit(start(1, desk.tokens.mint(call_sid(2))))
    assert desk.admit(start(1, desk.tokens.mint(call_sid(1)))).sid == call_sid(1)


@pytest.mark.parametrize("reason", ["not-ready", "draining"])
def test_a_closed_desk_turns_callers_away_politely_and_takes_no_slot(desk: FrontDesk, reason: str) -> None:
    before = CALLS_REFUSED.labels(reason)._value.get()
    answer = desk.answer(params(1), closed_because=reason)
    assert "Thank you for calling Advanced Vision Care." in answer
    assert "911" in answer
    assert desk.gate.in_use == 0
    assert CALLS_REFUSED.labels(reason)._value.get() == before + 1


def test_a_full_house_is_counted(desk: FrontDesk) -> None:
    before = CALLS_REFUSED.labels("full")._value.get()
    desk.answer(params(1))
    assert "Stream" not in desk.answer(params(2))
    assert CALLS_REFUSED.labels("full")._value.get() == before + 1


def test_an_odd_call_sid_takes_no_slot(desk: FrontDesk) -> None:
    with pytest.raises(TelephonyError) as caught:
        desk.answer(params(1, CallSid="CA1"))
    assert caught.value.code == "bad-call-sid"
    assert desk.gate.in_use == 0
