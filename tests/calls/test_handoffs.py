"""Calls that are put through to a person, and what follows when nobody answers."""

import asyncio
from typing import Any

import pytest

from bench.service import Bench, running_service
from call import TRANSFER_NOT_ANSWERED, Lead
from journal import LeadJournal
from simulator.caller import run_scenario
from simulator.demo import HANDOFF_NUMBER
from simulator.report import CallReport
from simulator.scenario import Scenario

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

EMERGENCY_NUMBER = "+13055550111"


def scenario(*steps: dict[str, object], unanswered: dict[str, str], **expect: object) -> Scenario:
    values: dict[str, Any] = {"name": "handoffs", "voice": "slt", "turn_gap_sec": 1.2, "steps": [*steps]}
    return Scenario.model_validate(values | {"unanswered": unanswered, "expect": {"unanswered": None} | expect})


async def place(bench: Bench, calls: Scenario) -> CallReport:
    report = await run_scenario(bench.twilio, calls, data_dir=bench.data_dir)
    assert report.passed, report.failures
    return report


async def reviewed(bench: Bench, call_sid: str) -> Lead:
    """The lead of a call, once staff can see that nobody answered its transfer."""
    journal = LeadJournal(bench.data_dir / "recordings" / "leads.jsonl")
    async with asyncio.timeout(20):
        while (lead := journal.newest(call_sid)) is None or TRANSFER_NOT_ANSWERED not in lead.review_reasons:
            await asyncio.sleep(0.1)
    return lead


async def test_a_caller_whom_nobody_at_the_practice_answers_hears_so_and_staff_see_it_on_the_lead() -> None:
    asks = scenario(
        {"press": "0"},
        {"wait_for_end": True},
        unanswered={HANDOFF_NUMBER: "no-answer"},
        said=["connecting you"],
        told=["nobody could answer", "staff will call you back"],
        transfer_to=HANDOFF_NUMBER,
        ended_by="twiml",
        outcome="transferred",
    )
    async with running_service(calls=1) as bench:
        report = await place(bench, asks)
        lead = await reviewed(bench, report.call_sid)
        assert (lead.handoff_reason, lead.phone, lead.needs_review) == ("keypad", "+13055550123", True)
        assert await bench.metric("ava_transfers_total") == 1
        assert await bench.metric("ava_handoffs_total") == 1
        assert await bench.metric("ava_slots_in_use") == 0


async def test_an_emergency_rings_both_numbers_and_then_sends_the_caller_to_911() -> None:
    fears = scenario(
        {"say": "I splashed bleach in my eye."},
        {"wait_for_end": True},
        unanswered={EMERGENCY_NUMBER: "busy", HANDOFF_NUMBER: "no-answer"},
        said=["911"],
        told=["911", "emergency room"],
        transfer_to=EMERGENCY_NUMBER,
        ended_by="twiml",
    )
    async with running_service(calls=1, EMERGENCY_NUMBER=EMERGENCY_NUMBER) as bench:
        report = await place(bench, fears)
        assert report.dialed == [EMERGENCY_NUMBER, HANDOFF_NUMBER]
        lead = await reviewed(bench, report.call_sid)
        assert (lead.handoff_reason, lead.urgency) == ("emergency", "emergent")
        assert await bench.metric("ava_transfers_total") == 2


async def test_an_angry_caller_is_put_through_and_a_person_who_answers_ends_the_story() -> None:
    shouts = scenario(
        {"say": "This is ridiculous. I want to speak to your manager right now."},
        {"wait_for_end": True},
        unanswered={},
        said=["connecting you"],
        transfer_to=HANDOFF_NUMBER,
        ended_by="transfer",
        outcome="transferred",
        lead={"handoff_reason": "angry"},
    )
    async with running_service(calls=1) as bench:
        report = await place(bench, shouts)
        assert report.told == []
        assert report.lead is not None
        assert TRANSFER_NOT_ANSWERED not in report.lead["review_reasons"]
