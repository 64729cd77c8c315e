import asyncio
import contextlib
import json
from typing import Any

import aiohttp
import numpy as np
import pytest

from simulator.audio import Clip, encode
from simulator.line import Line
from simulator.report import report_of
from simulator.twilio import Account, SimulatedTwilio
from tests.simulator.tone_server import ToneServer, wait_for

ACCOUNT = Account("loopback-auth-token-1234")
SPEECH = Clip(encode(np.sin(np.arange(1600) / 3) * 8000), "hello")


class Talker:
    """Says one thing after the greeting, waits, then hangs up unless told not to."""

    def __init__(self, clips: int = 1, hang_up_after_sec: float | None = 0.6, press: str = "") -> None:
        self._clips = clips
        self._hang_up_after_sec = hang_up_after_sec
        self._press = press

    async def talk(self, line: Line) -> None:
        for turn in range(self._clips):
            await asyncio.sleep(0.7 if turn else 0.35)
            line.press(self._press)
            line.say(SPEECH)
            await asyncio.sleep(SPEECH.seconds)
        if self._hang_up_after_sec is not None:
            await asyncio.sleep(self._hang_up_after_sec)
            line.hang_up()


@contextlib.asynccontextmanager
async def loopback(server: ToneServer) -> Any:
    async with server.running(), SimulatedTwilio(server.account, server.url) as twilio:
        server.rest_url = twilio.rest_url
        yield twilio


def test_the_signature_is_twilios_own() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    signature = SimulatedTwilio(Account("12345")).sign("https://mycompany.com/myapp.php?foo=1&bar=2", fields)
    assert signature == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


async def test_a_call_passes_over_the_wire_as_twilio_would_do_it() -> None:
    server = ToneServer(ACCOUNT)
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker(press="0"), caller="+13055550123")
    assert (call.ended_by, call.how, call.webhook_status, call.status_callback_status) == ("caller", "caller", 200, 204)
    assert server.webhooks[0]["From"] == "+13055550123"
    assert server.webhooks[0]["CallStatus"] == "ringing"
    assert server.webhooks[0]["FromCity"] == "", "a blank field is part of the signature"
    assert (server.handshake_valid, server.handshake_host) == (True, ACCOUNT.public_host)
    assert [message["event"] for message in server.messages[:2]] == ["connected", "start"]
    start = server.messages[1]["start"]
    assert start["customParameters"] == {"token": "t1"}
    assert start["mediaFormat"] == {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    assert server.messages[-1]["event"] == "stop"
    assert server.statuses[0]["CallStatus"] == "completed"
    assert [message["mark"]["name"] for message in server.events("mark")] == ["greeting", "keypad", "answer-1"]
    assert [message["dtmf"]["digit"] for message in server.events("dtmf")] == ["0"]


async def test_media_leaves_every_twenty_milliseconds_with_numbers_as_strings() -> None:
    server = ToneServer(ACCOUNT)
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker())
    media = [message["media"] for message in server.events("media")]
    assert [int(part["timestamp"]) for part in media] == [20 * index for index in range(len(media))]
    assert [part["chunk"] for part in media[:3]] == ["1", "2", "3"]
    assert call.line is not None
    seconds = call.line.log.ended_at - call.line.log.began_at
    assert len(media) == pytest.approx(seconds / 0.02, abs=3)
    sequence = [int(message["sequenceNumber"]) for message in server.messages[1:-1]]
    assert sequence == list(range(1, len(sequence) + 1))


async def test_latencies_are_those_that_the_server_took() -> None:
    async with loopback(ToneServer(ACCOUNT)) as twilio:
        report = report_of("tone", await twilio.place_call(Talker(clips=2)))
    assert report.greeting_ms is not None
    assert report.greeting_ms < 100
    assert len(report.v2v_ms) == 2
    assert all(90 <= value <= 180 for value in report.v2v_ms), "five silent frames are waited for"
    assert (report.unanswered, report.underruns, report.protocol_errors) == (0, 0, [])


async def test_a_hang_up_over_rest_ends_the_call_and_a_second_one_is_not_found() -> None:
    server = ToneServer(ACCOUNT)

    async def hang_up_twice(*_: Any) -> None:
        await server.rest({"Status": "completed"})
        await server.rest({"Status": "completed"})

    server.turns_until[1] = hang_up_twice
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker(hang_up_after_sec=None))
        await wait_for(lambda: len(server.hang_up_status) == 2)
    assert (call.ended_by, call.how) == ("ava", "rest_completed")
    assert server.hang_up_status == [200, 404]
    assert report_of("x", call).rest_requests == {"hang_up 200": 1, "hang_up 404": 1}


async def test_a_wrong_token_is_refused_by_the_rest_api() -> None:
    server = ToneServer(ACCOUNT)

    async def with_a_wrong_token(*_: Any) -> None:
        await server.rest({"Status": "completed"}, token="wrong")

    server.turns_until[1] = with_a_wrong_token
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker())
    assert server.hang_up_status == [401]
    assert call.ended_by == "caller"


async def test_a_live_transfer_ends_the_stream_and_dials() -> None:
    server = ToneServer(ACCOUNT)

    async def transfer(*_: Any) -> None:
        await server.rest({"Twiml": "<Response><Dial>+13055550110</Dial></Response>"})

    server.turns_until[1] = transfer
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker(hang_up_after_sec=None))
    assert (call.ended_by, call.how, call.dialed) == ("transfer", "rest_twiml", ["+13055550110"])


NUMBER = "+13055550110"


def dial(action: str) -> str:
    return f'<Response><Dial action="{action}"><Number>{NUMBER}</Number></Dial><Say>Never.</Say></Response>'


@pytest.mark.parametrize(
    ("unanswered", "after_dial", "reported", "ended_by", "said"),
    [
        ({NUMBER: "no-answer"}, "<Response><Say>Nobody.</Say><Hangup/></Response>", "no-answer", "twiml", ["Nobody."]),
        ({NUMBER: "busy"}, "<Response><Dial>+13055550111</Dial></Response>", "busy", "transfer", []),
        ({}, "<Response><Hangup/></Response>", "completed", "transfer", []),
    ],
)
async def test_the_end_of_a_dial_is_reported_to_its_action_and_what_that_answers_is_run(
    unanswered: dict[str, Any], after_dial: str, reported: str, ended_by: str, said: list[str]
) -> None:
    server = ToneServer(ACCOUNT, after_dial=after_dial)

    async def transfer(*_: Any) -> None:
        await server.rest({"Twiml": dial(f"https://{ACCOUNT.public_host}/dialed?to=handoff&amp;lang=es")})

    server.turns_until[1] = transfer
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker(hang_up_after_sec=None), unanswered=unanswered)
    (report,) = server.dials
    assert (report["DialCallStatus"], report["CallSid"]) == (reported, call.sid)
    assert (call.ended_by, call.said, call.problem) == (ended_by, said, None)


async def test_a_relative_action_that_came_over_rest_is_refused() -> None:
    server = ToneServer(ACCOUNT)

    async def transfer(*_: Any) -> None:
        await server.rest({"Twiml": dial("/dialed")})

    server.turns_until[1] = transfer
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker())
    assert server.hang_up_status == [400]
    assert (call.ended_by, call.dialed) == ("caller", [])


async def test_without_an_action_the_next_verb_follows_a_dial_that_nobody_answered() -> None:
    server = ToneServer(ACCOUNT, twiml=f"<Response><Dial>{NUMBER}</Dial><Say>Call again.</Say></Response>")
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker(), unanswered={NUMBER: "no-answer"})
    assert (call.ended_by, call.dialed, call.said) == ("twiml", [NUMBER], ["Call again."])


async def test_verbs_after_the_stream_run_when_the_server_closes_it() -> None:
    server = ToneServer(ACCOUNT, twiml_after="<Say>One moment.</Say><Dial>+13055550110</Dial>")

    async def close(ws: Any, _: str) -> None:
        await ws.close()

    server.turns_until[1] = close
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker(hang_up_after_sec=None))
    assert (call.how, call.said, call.dialed) == ("websocket_closed", ["One moment."], ["+13055550110"])


async def test_verbs_after_the_stream_do_not_run_when_the_caller_hangs_up() -> None:
    server = ToneServer(ACCOUNT, twiml_after="<Dial>+13055550110</Dial>")
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker())
    assert (call.ended_by, call.dialed) == ("caller", [])


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"voice_status": 500}, "11200"),
        ({"twiml": "<Response><Sing/></Response>"}, "12200"),
        ({"twiml": "not xml"}, "12100"),
    ],
)
async def test_a_useless_answer_to_the_webhook_fails_the_call(settings: dict[str, Any], problem: str) -> None:
    server = ToneServer(ACCOUNT, **settings)
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker())
    assert call.ended_by == "failed"
    assert problem in (call.problem or "")


async def test_a_server_that_is_not_there_fails_the_call() -> None:
    async with SimulatedTwilio(ACCOUNT, "http://127.0.0.1:9") as twilio:
        call = await twilio.place_call(Talker())
    assert call.ended_by == "failed"


async def test_messages_that_twilio_refuses_are_noted() -> None:
    server = ToneServer(ACCOUNT)

    async def nonsense(ws: Any, stream_sid: str) -> None:
        await ws.send_str("{not json")
        await ws.send_str('{"event": "media", "streamSid": "MZother", "media": {"payload": "/w=="}}')
        await ws.send_str(json.dumps({"event": "media", "streamSid": stream_sid, "media": {"payload": "?"}}))
        await ws.send_bytes(b"audio")

    server.turns_until[1] = nonsense
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker())
    assert call.line is not None
    assert len(call.line.protocol_errors) == 4


async def test_several_calls_at_once_keep_the_pace() -> None:
    async with loopback(ToneServer(ACCOUNT)) as twilio:
        calls = await asyncio.gather(*(twilio.place_call(Talker()) for _ in range(4)))
    for call in calls:
        assert call.line is not None
        assert len(call.line.sent) == pytest.approx((call.line.log.ended_at - call.line.log.began_at) / 0.02, abs=3)


async def test_an_error_of_the_party_reaches_who_placed_the_call() -> None:
    class Broken:
        async def talk(self, line: Line) -> None:
            raise LookupError("no voice")

    async with loopback(ToneServer(ACCOUNT)) as twilio:
        with pytest.raises(LookupError):
            await twilio.place_call(Broken())


async def test_no_task_is_left_when_calls_are_over() -> None:
    async with loopback(ToneServer(ACCOUNT)) as twilio:
        await twilio.place_call(Talker())
        named = [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("simulator-")]
        assert named == []


async def test_a_read_tells_the_calls_status() -> None:
    server = ToneServer(ACCOUNT)
    async with loopback(server) as twilio:
        call = await twilio.place_call(Talker(hang_up_after_sec=0.1))
        url = f"{twilio.rest_url}/2010-04-01/Accounts/{ACCOUNT.account_sid}/Calls/{call.sid}.json"
        headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT.account_sid, ACCOUNT.auth_token)}
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
            assert (await response.json())["status"] == "completed"
