import base64
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from errors import TwilioRestError
from metrics import HANGUPS
from telephony.twilio_rest import NullRest, TwilioRest
from tests.telephony.fakes import ACCOUNT_SID, AUTH_TOKEN, call_sid


class FakeTwilio:
    """Answers updates of calls with the given statuses, one by one; the last one stays."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, object]]] = [(200, {"status": "completed"})]
        self.requests: list[tuple[str, dict[str, str], str]] = []
        self.app = web.Application()
        self.app.router.add_post("/2010-04-01/Accounts/{account}/Calls/{call}.json", self._update)

    async def _update(self, request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append((request.path, fields, request.headers.get("Authorization", "")))
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, text=json.dumps(body), content_type="application/json")


@pytest.fixture
async def twilio() -> FakeTwilio:
    return FakeTwilio()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
async def rest(twilio: FakeTwilio, pauses: list[float]) -> AsyncIterator[TwilioRest]:
    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async with TestServer(twilio.app) as server:
        client = TwilioRest(ACCOUNT_SID, AUTH_TOKEN, str(server.make_url("/")), sleep=sleep, timeout_sec=0.2)
        yield client
        await client.aclose()


def counted(result: str) -> float:
    return HANGUPS.labels(result)._value.get()


async def test_a_hang_up_is_one_request_with_basic_auth(twilio: FakeTwilio, rest: TwilioRest) -> None:
    before = counted("ended")
    await rest.hang_up(call_sid(1))
    ((path, fields, auth),) = twilio.requests
    assert path == f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls/{call_sid(1)}.json"
    assert fields == {"Status": "completed"}
    assert base64.b64decode(auth.removeprefix("Basic ")).decode() == f"{ACCOUNT_SID}:{AUTH_TOKEN}"
    assert counted("ended") == before + 1


@pytest.mark.parametrize("answer", [(400, {"code": 21220}), (404, {"code": 20404}), (404, {})])
async def test_a_call_that_is_over_already_is_a_success(
    twilio: FakeTwilio, rest: TwilioRest, answer: tuple[int, dict[str, object]]
) -> None:
    twilio.answers = [answer]
    before = counted("already-over")
    await rest.hang_up(call_sid(1))
    assert len(twilio.requests) == 1
    assert counted("already-over") == before + 1


async def test_a_busy_twilio_is_asked_again_with_growing_pauses(
    twilio: FakeTwilio, rest: TwilioRest, pauses: list[float]
) -> None:
    twilio.answers = [(429, {}), (503, {}), (200, {})]
    await rest.hang_up(call_sid(1))
    assert len(twilio.requests) == 3
    assert 0.125 <= pauses[0] <= 0.375
    assert 0.25 <= pauses[1] <= 0.75


async def test_after_three_tries_it_is_an_error(twilio: FakeTwilio, rest: TwilioRest, pauses: list[float]) -> None:
    twilio.answers = [(500, {"message": "a secret of the body"})]
    before = counted("failed")
    with pytest.raises(TwilioRestError) as caught:
        await rest.hang_up(call_sid(1))
    assert (caught.value.code, caught.value.retryable) == ("twilio-500", True)
    assert "secret" not in str(caught.value)
    assert (len(twilio.requests), len(pauses)) == (3, 2)
    assert counted("failed") == before + 1


@pytest.mark.parametrize("status", [301, 400, 401, 403])
async def test_a_refusal_is_not_asked_again(twilio: FakeTwilio, rest: TwilioRest, status: int) -> None:
    twilio.answers = [(status, {"code": 20003})]
    with pytest.raises(TwilioRestError) as caught:
        await rest.hang_up(call_sid(1))
    assert caught.value.code == f"twilio-{status}"
    assert len(twilio.requests) == 1


async def test_a_transfer_sends_its_twiml(twilio: FakeTwilio, rest: TwilioRest) -> None:
    await rest.transfer(call_sid(1), "<Response><Dial/></Response>")
    assert twilio.requests[0][1] == {"Twiml": "<Response><Dial/></Response>"}


async def test_a_transfer_of_a_call_that_is_over_is_an_error(twilio: FakeTwilio, rest: TwilioRest) -> None:
    twilio.answers = [(400, {"code": 21220})]
    with pytest.raises(TwilioRestError) as caught:
        await rest.transfer(call_sid(1), "<Response/>")
    assert caught.value.code == "call-over"


async def test_too_long_twiml_is_not_sent(twilio: FakeTwilio, rest: TwilioRest) -> None:
    with pytest.raises(TwilioRestError, match="longer"):
        await rest.transfer(call_sid(1), "x" * 4001)
    assert twilio.requests == []


async def test_an_odd_call_sid_never_reaches_a_url(twilio: FakeTwilio, rest: TwilioRest) -> None:
    with pytest.raises(TwilioRestError, match="CallSid"):
        await rest.hang_up("../Messages")
    assert twilio.requests == []


async def test_an_unreachable_twilio_is_a_retryable_error() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    client = TwilioRest(ACCOUNT_SID, AUTH_TOKEN, f"http://127.0.0.1:{unused_port()}", sleep=sleep)
    with pytest.raises(TwilioRestError) as caught:
        await client.hang_up(call_sid(1))
    await client.aclose()
    assert (caught.value.code, caught.value.retryable, len(pauses)) == ("twilio-unreachable", True, 2)


async def test_without_credentials_a_hang_up_does_nothing_and_a_transfer_says_so() -> None:
    rest = NullRest()
    before = counted("no-credentials")
    await rest.hang_up(call_sid(1))
    with pytest.raises(TwilioRestError) as caught:
        await rest.transfer(call_sid(1), "<Response/>")
    assert caught.value.code == "no-credentials"
    assert counted("no-credentials") == before + 2
    await rest.aclose()
