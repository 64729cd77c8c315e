"""Who can take a call over, by the clock; the sample offices open from Monday to Friday."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from dialogue.receptionist import Receptionist
from facts import Hours, PracticeFacts

Make = Callable[..., Receptionist]
MONDAY_TEN = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)  # 10:00 in Miami, 9:00 in Austin
MONDAY_NIGHT = MONDAY_TEN + dt.timedelta(hours=14)
NOW_ONLY_TEXAS = dt.datetime(2026, 11, 23, 22, 30, tzinfo=dt.UTC)  # 17:30 in Miami, 16:30 in Austin
PERSON, BLEACH = "let me talk to a person", "i got bleach in my eye"


@pytest.mark.parametrize(
    ("handoff", "now", "then"),
    [
        ("never", MONDAY_TEN, "listen"),
        ("office", MONDAY_TEN, "transfer"),
        ("office", MONDAY_NIGHT, "listen"),
        ("always", MONDAY_NIGHT, "transfer"),
    ],
)
def test_a_person_takes_calls_at_the_hours_of_the_setting(
    make: Make, handoff: str, now: dt.datetime, then: str
) -> None:
    assert make(now=now, handoff=handoff).hear(PERSON).then == then


def test_the_office_that_the_call_is_about_decides_by_its_own_clock(make: Make, facts: PracticeFacts) -> None:
    open_now = {place.location: make(now=NOW_ONLY_TEXAS, handoff="office", caller=None) for place in facts.locations}
    ends = {}
    for key, ava in open_now.items():
        place = facts.location(key)
        assert place is not None
        ava.hear(f"what is the address of your {place.name} office")
        assert ava.slots.location == key
        opening = facts.opening_on(key, dt.date(2026, 11, 23))
        local = NOW_ONLY_TEXAS.astimezone(ZoneInfo(place.timezone)).time()
        ends[key] = (ava.staff_answer, opening is not None and opening[0] <= local < opening[1])
    assert all(answered is is_open for answered, is_open in ends.values())
    assert {answered for answered, _ in ends.values()} == {True, False}, "some offices are open then, and some are not"


def test_without_an_office_under_discussion_one_that_is_open_is_enough(make: Make) -> None:
    assert make(now=NOW_ONLY_TEXAS, handoff="office").staff_answer


def test_on_a_day_that_every_office_is_closed_nobody_takes_calls(facts: PracticeFacts, make: Make) -> None:
    closure = Hours(
        id="closed-today", text="We are closed today.", date=dt.date(2026, 11, 23), closed=True,
        last_updated=dt.date(2026, 11, 1), source="sample",
    )  # fmt: skip
    ava = make(handoff="office")
    ava._context = dataclasses.replace(ava._context, facts=facts.model_copy(update={"hours": (closure, *facts.hours)}))
    assert not ava.staff_answer


def test_the_question_is_asked_at_the_moment_and_not_at_the_start_of_the_call(make: Make) -> None:
    ava = make(handoff="office")
    assert ava.staff_answer
    ava._context.clock._now = MONDAY_NIGHT
    assert not ava.staff_answer
    assert ava.hear(PERSON).then == "listen"


@pytest.mark.parametrize(
    ("handoff", "line", "now", "then"),
    [
        ("never", True, MONDAY_NIGHT, "transfer"),
        ("office", False, MONDAY_TEN, "transfer"),
        ("office", True, MONDAY_NIGHT, "transfer"),
        ("office", False, MONDAY_NIGHT, "listen"),
        ("never", False, MONDAY_TEN, "listen"),
    ],
)
def test_an_emergency_goes_to_the_emergency_line_at_any_hour_else_to_staff_who_answer(
    make: Make, handoff: str, line: bool, now: dt.datetime, then: str
) -> None:
    ava = make(now=now, handoff=handoff, emergency_line=line)
    reply = ava.hear(BLEACH)
    assert reply.then == then
    assert "911" in reply.text


def test_the_emergency_line_takes_no_ordinary_call(make: Make) -> None:
    assert make(now=MONDAY_NIGHT, emergency_line=True).hear(PERSON).then == "listen"
