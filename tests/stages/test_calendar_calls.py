"""Calls with the real calendar, whose Odoo is a stand-in on the wire."""

import asyncio
from collections.abc import Iterator

import pytest

from call import Call
from dialogue.receptionist import Receptionist
from odoo.calendar import OdooCalendar
from stages.call_log import CallLog
from stages.conversation import Conversation
from tests.fakes.odoo_server import OdooServer
from tests.fakes.store import FakeStore
from tests.odoo.calendar_practice import TUESDAY, Practice, closure

LINES = ("an eye exam at kendall", "first time", "maria lopez", "yes", "no insurance")


class Times:
    last_speech = stopped_at = 0.0
    last_turn_heard = ""


@pytest.fixture
def practice() -> Iterator[Practice]:
    with OdooServer() as odoo:
        yield Practice(odoo)


def answered(practice: Practice, calendar: OdooCalendar, number: int = 1) -> Conversation:
    call = Call(f"CA{number:032x}", "AC" + "2" * 32, "+13055550123", "", practice.clock.now())
    offices = frozenset({"kendall"})
    ava = Receptionist(facts=practice.facts, clock=practice.clock, caller_number=call.caller, calendars=offices)
    log = CallLog(call, FakeStore(), practice.clock)
    return Conversation(ava, log, turn_times=Times(), heard=Times(), calendar=calendar)


async def says(talk: Conversation, *lines: str) -> str:
    for line in lines:
        reply = await talk.look_up(talk.hear(line))
    return reply.text


async def test_a_free_time_is_offered_held_in_odoo_and_read_back(practice: Practice) -> None:
    async with practice.calendar() as calendar:
        talk = answered(practice, calendar)
        assert "I have Tuesday, November 24 at " in await says(talk, *LINES, "tuesday")
        assert "our staff will confirm it" in await says(talk, "the second one")
        [event] = practice.odoo.calendar.events.values()
        held = talk.receptionist.visit.held
        assert held
        assert f"{held.start:%Y-%m-%d %H:%M:%S}" == event["start"]
        await talk.aclose()


async def test_two_callers_who_choose_the_same_second_get_two_times(practice: Practice) -> None:
    async with practice.calendar() as calendar:
        one, two = answered(practice, calendar, 1), answered(practice, calendar, 2)
        await asyncio.gather(says(one, *LINES, "tuesday"), says(two, *LINES, "tuesday"))
        said = await asyncio.gather(says(one, "the first one"), says(two, "the first one"))
        taken = [text for text in said if text.startswith("That time was just taken.")]
        assert not taken  # two doctors are free at that time, and each caller gets one of them
        events = practice.odoo.calendar.events.values()
        assert len(events) == 2
        assert len({(event["start"], tuple(event["partner_ids"])) for event in events}) == 2
        await asyncio.gather(one.aclose(), two.aclose())


async def test_a_closure_that_staff_add_during_the_call_is_never_held(practice: Practice) -> None:
    async with practice.calendar() as calendar:
        talk = answered(practice, calendar)
        await says(talk, *LINES, "tuesday")
        practice.change(hours=(*practice.facts.hours, closure(TUESDAY)))
        said = await says(talk, "the first one")
        assert said.startswith("That time was just taken.")
        assert "November 24" not in said
        assert practice.odoo.calendar.events == {}
        await talk.aclose()


async def test_a_service_longer_than_any_gap_leaves_the_wish_to_staff(practice: Practice) -> None:
    async with practice.calendar() as calendar:
        talk = answered(practice, calendar)
        said = await says(talk, "surgery at kendall", *LINES[1:], "tuesday at ten")
        assert "Our staff will confirm the time." in said
        assert talk.receptionist.slots.opening_key is None
        await talk.aclose()


async def test_an_odoo_that_goes_away_in_the_call_leaves_the_chosen_time_as_a_wish(practice: Practice) -> None:
    async with practice.calendar(call_limit_sec=0.3) as calendar:
        talk = answered(practice, calendar)
        await says(talk, *LINES, "tuesday")
        practice.odoo.stop_listening()
        assert "Our staff will confirm the time." in await says(talk, "the first one")
        assert talk.receptionist.slots.windows
        await talk.aclose()
