from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestServer, unused_port

from bench.gate.call_log import EVENTS_AFTER, TwilioCallLog
from bench.gate.evidence import Ending
from errors import TwilioRestError
from tests.bench.fakes import ACCOUNT_SID, AUTH_TOKEN, NOW, FakeCallLog, api_request, call_sid

LONG_AGO = NOW - timedelta(hours=1)


@pytest.fixture
async def twilio() -> FakeCallLog:
    return FakeCallLog()


@pytest.fixture
async def log(twilio: FakeCallLog) -> AsyncIterator[TwilioCallLog]:
    async with (
        TestServer(twilio.app) as server,
        TwilioCallLog(ACCOUNT_SID, AUTH_TOKEN, str(server.make_url("/")), now=lambda: NOW) as log,
    ):
        yield log


@pytest.mark.parametrize(
    ("parameters", "how"),
    [({"status": "completed"}, "hang-up"), ({"twiml": "<Response><Dial>...</Dial></Response>"}, "transfer")],
)
async def test_one_request_of_ours_to_the_call_ended_it(
    twilio: FakeCallLog, log: TwilioCallLog, parameters: dict[str, str], how: str
) -> None:
    sid = twilio.add(1, ended_at=LONG_AGO, requests=(api_request(1, **parameters),))
    assert await log.ending(sid, LONG_AGO) == Ending("ava", how)


async def test_a_caller_who_hung_up_leaves_webhooks_alone(twilio: FakeCallLog, log: TwilioCallLog) -> None:
    sid = twilio.add(1, ended_at=LONG_AGO)
    assert await log.ending(sid, LONG_AGO) == Ending("other", "completed, no request of ours")


async def test_a_request_that_twilio_refused_ended_nothing(twilio: FakeCallLog, log: TwilioCallLog) -> None:
    refused = api_request(1, answered=404, status="completed")
    sid = twilio.add(1, ended_at=LONG_AGO, requests=(refused,))
    assert (await log.ending(sid, LONG_AGO)).by == "other"
    sid = twilio.add(2, ended_at=LONG_AGO, requests=(refused, api_request(2, status="completed")))
    assert (await log.ending(sid, LONG_AGO)).by == "ava"


async def test_a_call_that_was_ended_twice_is_not_ended_as_it_should(twilio: FakeCallLog, log: TwilioCallLog) -> None:
    sid = twilio.add(
        1, ended_at=LONG_AGO, requests=(api_request(1, twiml="<Response/>"), api_request(1, status="completed"))
    )
    assert await log.ending(sid, LONG_AGO) == Ending("other", "2 requests of ours")


async def test_a_request_about_another_call_or_another_field_is_no_end(twilio: FakeCallLog, log: TwilioCallLog) -> None:
    requests = (api_request(2, status="completed"), api_request(1, status="in-progress"))
    sid = twilio.add(1, ended_at=LONG_AGO, requests=requests)
    assert (await log.ending(sid, LONG_AGO)).by == "other"


async def test_the_events_are_not_asked_for_in_the_first_15_minutes(twilio: FakeCallLog, log: TwilioCallLog) -> None:
    over = NOW - timedelta(minutes=14)
    sid = twilio.add(1, ended_at=over, requests=(api_request(1, status="completed"),))
    ending = await log.ending(sid, LONG_AGO)
    assert (ending.by, ending.ask_from) == ("not-yet", over + EVENTS_AFTER)
    assert not any("Events" in path for path in twilio.requests)


async def test_a_call_that_a_person_took_over_and_that_goes_on_is_asked_for_later(
    twilio: FakeCallLog, log: TwilioCallLog
) -> None:
    sid = twilio.add(1, ended_at=LONG_AGO)
    twilio.calls[sid] |= {"status": "in-progress", "end_time": None}
    ending = await log.ending(sid, LONG_AGO)
    assert (ending.by, ending.ask_from) == ("not-yet", NOW + EVENTS_AFTER)


async def test_a_log_that_is_still_empty_is_asked_for_later(twilio: FakeCallLog, log: TwilioCallLog) -> None:
    sid = twilio.add(1, ended_at=LONG_AGO)
    twilio.events[sid] = []
    ending = await log.ending(sid, LONG_AGO)
    assert ending.by == "not-yet"
    assert ending.ask_from is not None
    assert ending.ask_from > NOW


async def test_where_twilio_gives_no_time_our_own_counts(twilio: FakeCallLog, log: TwilioCallLog) -> None:
    sid = twilio.add(1, ended_at=LONG_AGO)
    twilio.calls[sid]["end_time"] = None
    assert (await log.ending(sid, NOW)).ask_from == NOW + EVENTS_AFTER


async def test_every_page_of_the_events_is_read(twilio: FakeCallLog, log: TwilioCallLog) -> None:
    twilio.page_size = 1
    sid = twilio.add(1, ended_at=LONG_AGO, requests=(api_request(1, status="completed"),))
    assert (await log.ending(sid, LONG_AGO)).by == "ava"
    assert sum("Events" in path for path in twilio.requests) == 3


async def test_a_call_that_twilio_does_not_know_and_a_wrong_token_are_errors(
    twilio: FakeCallLog, log: TwilioCallLog
) -> None:
    with pytest.raises(TwilioRestError) as unknown:
        await log.ending(call_sid(7), LONG_AGO)
    assert unknown.value.code == "twilio-404"
    sid = twilio.add(1, ended_at=LONG_AGO)
    async with (
        TestServer(twilio.app) as server,
        TwilioCallLog(ACCOUNT_SID, "wrong", str(server.make_url("/")), now=lambda: NOW) as other,
    ):
        with pytest.raises(TwilioRestError) as denied:
            await other.ending(sid, LONG_AGO)
    assert denied.value.code == "twilio-401"


async def test_a_twilio_that_cannot_be_reached_is_asked_again_by_who_can() -> None:
    async with TwilioCallLog(ACCOUNT_SID, AUTH_TOKEN, f"http://127.0.0.1:{unused_port()}") as log:
        with pytest.raises(TwilioRestError) as error:
            await log.ending(call_sid(1), LONG_AGO)
    assert (error.value.code, error.value.retryable) == ("twilio-unreachable", True)


async def test_the_credentials_do_not_follow_a_page_to_another_host(twilio: FakeCallLog, log: TwilioCallLog) -> None:
    with pytest.raises(TwilioRestError) as error:
        await log._get("https://elsewhere.example.com/2010-04-01/Events.json")
    assert error.value.code == "twilio-page"
    assert twilio.requests == []
