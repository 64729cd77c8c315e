"""Calls that meet a limit: the longest call, a full house, a REST API that does not answer."""

import asyncio

import pytest

from bench.service import running_service
from simulator.caller import run_scenario
from simulator.demo import HANDOFF_NUMBER
from simulator.scenario import Scenario

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

OVERFLOW = "+13055550188"


def scenario(*steps: dict[str, object], **expect: object) -> Scenario:
    return Scenario.model_validate(
        {"name": "limits", "voice": "espeak", "turn_gap_sec": 1.2, "steps": list(steps), "expect": expect}
    )


async def test_a_call_ends_politely_when_its_time_is_up() -> None:
    questions = ["What are your hours at Kendall?", "Where is the Austin office?", "Do you take Medicare?"]
    talks_on = scenario(*[{"say": question} for question in questions * 3], unanswered=None)
    async with running_service(calls=1, MAX_CALL_SECS="30") as bench:
        report = await run_scenario(bench.twilio, talks_on, data_dir=bench.data_dir)
    assert report.outcome == "timed_out"
    assert report.ended_by == "ava"
    assert 30 <= report.duration_sec <= 50
    assert "time limit" in " ".join(report.ava_words)


async def test_a_caller_more_than_slots_hears_words_and_is_sent_on() -> None:
    stays = scenario({"silence": 8}, {"hang_up": True}, unanswered=None)
    async with running_service(calls=1, OVERFLOW_NUMBER=OVERFLOW) as bench:
        first = asyncio.create_task(run_scenario(bench.twilio, stays), name="first")
        await asyncio.sleep(2)
        second = await run_scenario(bench.twilio, stays)
        assert second.dialed == [OVERFLOW]
        assert second.turns == []
        assert (await first).dialed == []


async def test_a_transfer_that_twilio_does_not_take_is_told_to_the_caller() -> None:
    asks = scenario({"press": "0"}, {"wait_for_end": True}, unanswered=None)
    async with running_service(calls=1, TWILIO_API_BASE="http://127.0.0.1:9") as bench:
        report = await run_scenario(bench.twilio, asks, data_dir=bench.data_dir)
        assert "could not reach anyone" in " ".join(report.ava_words)
        assert await bench.metric("ava_slots_in_use") == 0
    assert report.dialed == [HANDOFF_NUMBER], "the call could not be hung up: what stands behind the stream takes over"
    assert report.lead is not None
    assert report.lead["phone"] == "+13055550123"
