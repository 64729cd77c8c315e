"""A call with a calendar that is quick, slow, away, or raced by another caller."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime

import pytest

from call import Call, Opening, Wish
from dialogue.receptionist import Receptionist
from dialogue.sample import sample_facts
from errors import CrmError
from stages.call_log import CallLog
from stages.conversation import Conversation
from stages.scheduling import Scheduling
from tests.dialogue.diary import weeks
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

LINES = ("an eye exam at kendall", "first time", "maria lopez", "yes", "no insurance")
IN_CALL_SEC = 0.4


class Times:
    last_speech = stopped_at = 0.0
    last_turn_heard = ""


class FakeCalendar:
    """`call.Calendar` in memory: one slot goes to one call."""

    def __init__(self, free: Sequence[Opening] | None = None) -> None:
        self.free = list(weeks() if free is None else free)
        self.owners: dict[str, str] = {}
        self.asked: list[Wish] = []
        self.look_sec = self.hold_sec = 0.0
        self.fails: set[str] = set()

    async def openings(self, wish: Wish) -> tuple[Opening, ...]:
        self.asked.append(wish)
        await asyncio.sleep(self.look_sec)
        self._may_fail("openings")
        return tuple(one for one in self.free if one.location == wish.location and one.key not in self.owners)

    async def hold(self, opening: Opening, call_sid: str) -> bool:
        await asyncio.sleep(self.hold_sec)
        self._may_fail("hold")
        return self.owners.setdefault(opening.key, call_sid) == call_sid and opening in self.free

    async def release(self, call_sid: str) -> None:
        await asyncio.sleep(0)
        self._may_fail("release")
        self.owners = {key: owner for key, owner in self.owners.items() if owner != call_sid}

    def _may_fail(self, what: str) -> None:
        if what in self.fails:
            raise CrmError("away", code="crm-unreachable", retryable=True)

    def held_by(self, sid: str) -> list[str]:
        return [key for key, owner in self.owners.items() if owner == sid]


class Phone:
    """A caller who talks with AVA."""

    def __init__(self, calendar: FakeCalendar, number: int = 1) -> None:
        self.sid, self.store, clock = f"CA{number:032x}", FakeStore(), FakeClock()
        started = datetime(2026, 11, 23, 15, tzinfo=UTC)
        log = CallLog(Call(self.sid, "AC" + "2" * 32, "+13055550123", "", started), self.store, clock)
        facts = sample_facts()
        offices = frozenset(place.location for place in facts.locations)
        self.ava = Receptionist(facts=facts, clock=clock, caller_number="+13055550123", calendars=offices)
        self.talk = Conversation(self.ava, log, turn_times=Times(), heard=Times(), calendar=calendar)
        self.talk._scheduling = Scheduling(calendar, self.ava, log, in_call_sec=IN_CALL_SEC)

    async def says(self, *lines: str) -> str:
        for line in lines:
            reply = await self.talk.look_up(self.talk.hear(line))
            await asyncio.sleep(0)  # the voice speaks; look-ups go on
        return self.talk.answer(reply).text

    def events(self, kind: str) -> list[dict]:
        return [fields for name, fields in self.store.events if name == kind]


Ring = Callable[..., Awaitable[Phone]]


@pytest.fixture
def calendar() -> FakeCalendar:
    return FakeCalendar()


@pytest.fixture
async def ring(calendar: FakeCalendar) -> AsyncIterator[Ring]:
    """Calls that have come to the question of when; no task of theirs outlives them."""
    phones: list[Phone] = []

    async def call(*lines: str, number: int = 1) -> Phone:
        phones.append(Phone(calendar, number))
        await phones[-1].says(*LINES, *lines)
        return phones[-1]

    yield call
    for phone in phones:
        await phone.talk.aclose()
    sids = [phone.sid for phone in phones]
    assert not [name for task in asyncio.all_tasks() if (name := task.get_name()).endswith(tuple(sids))]


async def test_free_times_are_looked_up_once_office_and_purpose_are_known_while_the_caller_talks(
    calendar: FakeCalendar,
) -> None:
    phone = Phone(calendar)
    await phone.says("i need an appointment")
    assert calendar.asked == []
    await phone.says("an eye exam at kendall")
    [wish] = calendar.asked
    assert (wish.location, wish.service, (wish.last - wish.first).days) == ("kendall", "eye_exam", 13)
    await phone.says("first time", "maria lopez", "yes", "no insurance")
    assert len(calendar.asked) == 1
    began = time.perf_counter()
    assert "I have Tuesday, November 24" in await phone.says("as soon as possible")
    assert time.perf_counter() - began < IN_CALL_SEC / 2
    await phone.talk.aclose()


async def test_a_slow_look_up_is_not_felt_when_the_caller_talks_meanwhile(calendar: FakeCalendar) -> None:
    calendar.look_sec = 0.3
    phone = Phone(calendar)
    await phone.says(*LINES)
    await asyncio.sleep(0.4)
    began = time.perf_counter()
    assert "I have" in await phone.says("next tuesday")
    assert time.perf_counter() - began < 0.2
    await phone.talk.aclose()


async def test_the_chosen_time_is_held_at_once_and_stands_in_the_record(calendar: FakeCalendar, ring: Ring) -> None:
    phone = await ring("next tuesday")
    said = await phone.says("the second one")
    [key] = calendar.held_by(phone.sid)
    assert "on Tuesday, December 1 at 2:30 PM" in said
    assert phone.ava.slots.opening_key == key
    assert [event["result"] for event in phone.events("hold")] == ["held"]
    assert key in phone.events("offered")[0]["keys"]
    assert phone.events("slots")[-1]["slots"]["opening_key"] == key
    assert phone.ava.visit.held
    assert phone.talk.said().looked_up == phone.ava.visit.shown


async def test_two_callers_at_once_never_get_the_same_slot(calendar: FakeCalendar, ring: Ring) -> None:
    one, two = await ring("next tuesday", number=1), await ring("next tuesday", number=2)
    calendar.hold_sec = 0.02
    answers = await asyncio.gather(one.says("the first one"), two.says("the first one"))
    [late] = [text for text in answers if text.startswith("That time was just taken. I have ")]
    [won] = [text for text in answers if "Let me read that back." in text]
    assert "9:00 AM" in won
    assert "Tuesday, December 1 at 9:00 AM" not in late
    assert len(calendar.owners) == 1
    loser = two if answers[1] == late else one
    await loser.says("the first one")
    assert sorted(calendar.owners.values()) == sorted([one.sid, two.sid])
    assert len(set(calendar.owners)) == 2


async def test_a_time_that_a_new_closure_took_is_not_held(calendar: FakeCalendar, ring: Ring) -> None:
    phone = await ring("next tuesday")
    calendar.free = [one for one in calendar.free if one.local.day != 1]  # staff close the office on that Tuesday
    said = await phone.says("the first one")
    assert said.startswith("That time was just taken. The nearest I have is ")
    assert "December 1" not in said


async def test_a_calendar_that_is_too_slow_leaves_preferred_windows_within_the_limit(
    calendar: FakeCalendar, ring: Ring
) -> None:
    calendar.look_sec = 2.0
    phone = await ring()
    began = time.perf_counter()
    said = await phone.says("next tuesday at ten")
    assert IN_CALL_SEC * 0.9 < time.perf_counter() - began < calendar.look_sec
    assert "I cannot see our calendar right now. Our staff will confirm the time." in said
    assert calendar.owners == {}


async def test_a_calendar_that_fails_leaves_preferred_windows(calendar: FakeCalendar, ring: Ring) -> None:
    calendar.fails = {"openings"}
    phone = await ring("next tuesday at ten")
    assert "tentative" in await phone.says("yes")
    assert phone.ava.slots.opening_key is None
    assert phone.events("error")[0] == {"at_sec": 0.0, "code": "crm-unreachable", "engine": "calendar"}


async def test_a_hold_that_is_too_slow_is_given_back_and_the_time_stays_a_wish(
    calendar: FakeCalendar, ring: Ring
) -> None:
    phone = await ring("next tuesday")
    calendar.hold_sec = 2.0
    began = time.perf_counter()
    said = await phone.says("the first one")
    assert time.perf_counter() - began < calendar.hold_sec
    assert "on Tuesday, December 1 at 9:00 AM" in said
    assert "Our staff will confirm the time." in said
    assert [event["result"] for event in phone.events("hold")] == ["unknown"]
    await phone.talk.aclose()
    assert calendar.owners == {}


async def test_a_hold_that_fails_leaves_the_time_as_a_wish(calendar: FakeCalendar, ring: Ring) -> None:
    phone = await ring("next tuesday")
    calendar.fails = {"hold", "release"}
    assert "Our staff will confirm the time." in await phone.says("the first one")
    assert phone.ava.slots.opening_key is None


async def test_another_day_after_the_hold_gives_the_first_time_back(calendar: FakeCalendar, ring: Ring) -> None:
    phone = await ring("next tuesday at ten")
    [first] = calendar.held_by(phone.sid)
    await phone.says("no, wednesday at ten")
    [second] = calendar.held_by(phone.sid)
    assert first != second
    assert phone.ava.slots.opening_key == second
    assert [event["key"] for event in phone.events("let_go")] == [first]


async def test_a_request_that_is_dropped_gives_its_time_back(calendar: FakeCalendar, ring: Ring) -> None:
    phone = await ring("next tuesday at ten")
    assert calendar.held_by(phone.sid)
    await phone.says("cancel that")
    await phone.talk.aclose()
    assert calendar.owners == {}


async def test_a_caller_who_speaks_on_while_the_time_is_being_held_keeps_no_slot_but_the_choice(
    calendar: FakeCalendar, ring: Ring
) -> None:
    phone = await ring("next tuesday")
    calendar.hold_sec = 0.1
    turn = asyncio.create_task(phone.says("the second one"))
    await asyncio.sleep(0.02)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    await asyncio.sleep(0.01)
    assert calendar.owners == {}
    calendar.hold_sec = 0.0
    assert "Tuesday, December 1 at 2:30 PM" in await phone.says("please")
    assert len(calendar.held_by(phone.sid)) == 1


async def test_a_call_that_ends_while_the_calendar_is_asked_leaves_no_task(calendar: FakeCalendar, ring: Ring) -> None:
    calendar.look_sec = 5.0
    phone = await ring()
    began = time.perf_counter()
    await phone.talk.aclose()
    assert time.perf_counter() - began < 1


async def test_the_other_office_is_looked_up_when_the_caller_changes_to_it(calendar: FakeCalendar, ring: Ring) -> None:
    calendar.free += weeks("austin")
    phone = await ring("as soon as possible")
    await phone.says("i'd rather go to your austin office")
    assert calendar.asked[-1].location == "austin"
    assert {one.location for one in phone.ava.visit.offered} == {"austin"}


async def test_without_a_calendar_nothing_is_offered() -> None:
    phone = Phone(FakeCalendar())
    log = phone.talk._log
    ava = Receptionist(facts=sample_facts(), clock=FakeClock(), caller_number="+13055550123")
    talk = Conversation(ava, log, turn_times=Times(), heard=Times())
    for line in (*LINES, "next tuesday at ten"):
        reply = await talk.look_up(talk.hear(line))
    assert "Let me read that back." in reply.text
    assert "confirm the time" not in reply.text
    await talk.aclose()


async def test_nothing_blocks_the_loop_while_the_calendar_is_slow(calendar: FakeCalendar, ring: Ring) -> None:
    phone = await ring("next tuesday")
    calendar.hold_sec = 0.1
    gaps: list[float] = []

    async def heartbeat() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            gaps.append(time.perf_counter() - began)

    beat = asyncio.create_task(heartbeat())
    await phone.says("the first one")
    beat.cancel()
    await asyncio.wait({beat})
    assert len(gaps) > 5
    assert max(gaps) < 0.1
