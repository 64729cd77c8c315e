"""Random weeks, two time zones and both changes of the clocks: what is offered is what a look at every minute finds."""

import datetime as dt
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from call import Wish
from facts import PracticeFacts
from odoo.calendar_line import Line
from odoo.diaries import read_diaries
from odoo.offers import openings_of, read_view, window_of
from tests.fakes.odoo_calendar import OdooCalendarTables
from tests.odoo.calendar_practice import closure, hours, location, provider, service

MINUTE = timedelta(minutes=1)
ZONES = ("America/New_York", "America/Chicago")
DAYS = (dt.date(2026, 10, 31), dt.date(2027, 3, 13), dt.date(2026, 12, 22))  # the clocks change on the second day
LENGTH = 3


class Direct:
    """The stand-in's tables without a wire."""

    def __init__(self, tables: OdooCalendarTables) -> None:
        self.tables = tables

    def call(self, _: Any, model: str, method: str, args: list[Any], kwargs: dict[str, Any] | None = None) -> Any:
        return self.tables.answer(model, method, list(args), dict(kwargs or {}), {})


@dataclass(frozen=True)
class Event:
    """Minutes after the first day's midnight UTC; whose: 0, 1 or both."""

    start: int
    length: int
    whose: tuple[int, ...]
    state: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    zone: str
    calendar_zone: str
    first: dt.date
    doors: tuple[int, int]  # quarter hours of the records
    shifts: tuple[tuple[int, int, str], ...]  # minutes and kind of Odoo's rows
    closed: int | None
    leave: tuple[int, int] | None
    off: tuple[int, int] | None  # of the first provider
    events: tuple[Event, ...]
    allday: tuple[int, int, int] | None  # first day, days, whose
    now: int
    notice_min: int
    buffer: int
    duration: int


MOMENT = st.integers(0, LENGTH * 1440)
EVENTS = st.builds(
    Event,
    start=MOMENT,
    length=st.integers(1, 400),
    whose=st.sampled_from([(0,), (1,), (0, 1), ()]),
    state=st.sampled_from(["accepted", "accepted", "needsAction", "tentative", "declined"]),
    fields=st.sampled_from([(), (), (("privacy", "private"),), (("show_as", "free"),), (("privacy", "confidential"),)]),
)
ROWS = st.lists(
    st.tuples(st.integers(180, 1300), st.integers(30, 600), st.sampled_from(["morning", "afternoon", "lunch"])).map(
        lambda one: (one[0], min(one[0] + one[1], 1440), one[2])
    ),
    max_size=3,
)
USUAL = ((480, 720, "morning"), (720, 780, "lunch"), (780, 1020, "afternoon"))
SHIFTS = st.one_of(st.just(USUAL), ROWS.map(lambda rows: ((420, 1140, "morning"), *rows)), ROWS.map(tuple))
CASES = st.builds(
    Case,
    zone=st.sampled_from(ZONES),
    calendar_zone=st.sampled_from(ZONES),
    first=st.sampled_from(DAYS),
    doors=st.tuples(st.integers(20, 40), st.integers(20, 50)).map(lambda one: (one[0], min(one[0] + one[1], 95))),
    shifts=SHIFTS,
    closed=st.one_of(st.none(), st.none(), st.integers(0, LENGTH - 1)),
    leave=st.one_of(st.none(), st.tuples(MOMENT, st.integers(1, 400))),
    off=st.one_of(st.none(), st.tuples(MOMENT, st.integers(1, 900))),
    events=st.lists(EVENTS, max_size=6).map(tuple),
    allday=st.one_of(st.none(), st.tuples(st.integers(-1, LENGTH), st.integers(1, 2), st.integers(0, 1))),
    now=st.integers(-600, LENGTH * 720),
    notice_min=st.sampled_from([0, 60, 120, 1440]),
    buffer=st.sampled_from([0, 10, 15]),
    duration=st.sampled_from([15, 30, 40, 45, 90, 500]),
)


def zero(case: Case) -> datetime:
    return datetime.combine(case.first, dt.time(), tzinfo=UTC)


def facts_of(case: Case, partners: tuple[int, int]) -> PracticeFacts:
    opens, closes = (f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in case.doors)
    shut = (closure(case.first + timedelta(days=case.closed)),) if case.closed is not None else ()
    return PracticeFacts(
        locations=(location(zone=case.zone, odoo_calendar="Hours"),),
        hours=(hours(opens=opens, closes=closes), *shut),
        providers=(provider("ana", partners[0]), provider("ben", partners[1])),
        services=(service("visit", case.duration),),
    )


def fill(case: Case, tables: OdooCalendarTables, partners: tuple[int, int], resource: int, calendar: int) -> None:
    for event in case.events:
        start = zero(case) + event.start * MINUTE
        whose = [partners[one] for one in event.whose]
        tables.add_event(start, start + event.length * MINUTE, *whose, state=event.state, **dict(event.fields))
    if case.allday:
        first, days, who = case.allday
        day = case.first + timedelta(days=first)
        tables.add_day(day, day + timedelta(days=days - 1), partners[who])
    if case.leave:
        tables.add_leave(
            *(zero(case) + minute * MINUTE for minute in (case.leave[0], sum(case.leave))), calendar=calendar
        )
    if case.off:
        tables.add_leave(*(zero(case) + minute * MINUTE for minute in (case.off[0], sum(case.off))), resource=resource)


def offered(case: Case) -> dict[datetime, str | None]:
    tables = OdooCalendarTables()
    calendar = tables.add_calendar("Hours", case.calendar_zone, {})
    for day in range(7):
        for start, end, kind in case.shifts:
            tables.add_attendance(calendar, day, start / 60, end / 60, day_period=kind)
    partners = (tables.add_partner("One"), tables.add_partner("Two"))
    fill(case, tables, partners, tables.add_resource(partners[0]), calendar)
    facts = facts_of(case, partners)
    line = Line(Direct(tables), None)
    office = read_diaries(line, facts).offices["kendall"]
    now, buffer = zero(case) + case.now * MINUTE, case.buffer * MINUTE
    wish = Wish("kendall", case.first, case.first + timedelta(days=LENGTH - 1), "visit")
    window = window_of(wish, office, now)
    if window is None:
        return {}
    diaries = office.diaries(facts, wish)
    view = read_view(line, facts, office, diaries, window, buffer)
    found = openings_of(
        view, diaries, duration=case.duration * MINUTE, earliest=now + case.notice_min * MINUTE, buffer=buffer
    )
    assert [opening.start for opening in found] == sorted({opening.start for opening in found})
    assert all(opening.end - opening.start == case.duration * MINUTE for opening in found)
    return {opening.start: opening.provider for opening in found}


def expected(case: Case) -> dict[datetime, str]:
    """By the minute, and by the clocks on the wall."""
    found: dict[datetime, str] = {}
    earliest = zero(case) + (case.now + case.notice_min) * MINUTE
    open_minutes = {minute for minute in range(-1440, (LENGTH + 2) * 1440) if is_open(case, minute)}
    for name, who in (("provider-ben", 1), ("provider-ana", 0)):
        free = {minute for minute in open_minutes if not is_taken(case, minute, who)}
        for start in range(-1440, (LENGTH + 1) * 1440, 15):
            moment = zero(case) + start * MINUTE
            if moment >= earliest and all(start + step in free for step in range(case.duration)):
                found[moment] = name
    return found


def is_open(case: Case, minute: int) -> bool:
    moment = zero(case) + minute * MINUTE
    here, there = moment.astimezone(ZoneInfo(case.zone)), moment.astimezone(ZoneInfo(case.calendar_zone))
    day = (here.date() - case.first).days
    if not 0 <= day < LENGTH or day == case.closed:
        return False
    if not case.doors[0] * 15 <= here.hour * 60 + here.minute < case.doors[1] * 15:
        return False
    kinds = {kind == "lunch" for start, end, kind in case.shifts if start <= there.hour * 60 + there.minute < end}
    return kinds == {False} and not (case.leave and case.leave[0] <= minute < sum(case.leave))


def is_taken(case: Case, minute: int, who: int) -> bool:
    if who == 0 and case.off and case.off[0] <= minute < sum(case.off):
        return True
    for event in case.events:
        counts = who in event.whose and event.state != "declined" and ("show_as", "free") not in event.fields
        if counts and event.start - case.buffer <= minute < event.start + event.length + case.buffer:
            return True
    if case.allday and case.allday[2] == who:
        near = (zero(case) + (minute + around) * MINUTE for around in (-case.buffer, 0, case.buffer))
        # the end of a day belongs to it no more: the minute that is `buffer` later is the last that counts
        days = {(moment.astimezone(ZoneInfo(case.zone)).date() - case.first).days for moment in near}
        return any(case.allday[0] <= day < case.allday[0] + case.allday[1] for day in days)
    return False


@settings(derandomize=True, deadline=None, max_examples=80)
@given(CASES)
def test_what_is_offered_is_what_a_look_at_every_minute_finds(case: Case) -> None:
    assert offered(case) == expected(case)


def test_the_random_weeks_are_no_empty_ones() -> None:
    """The property would hold of nothing, too."""
    shifts = ((540, 720, "morning"), (720, 780, "lunch"), (780, 1020, "afternoon"))
    event = Event(2 * 1440 + 900, 60, (0,), "accepted", ())
    week = Case(ZONES[0], ZONES[1], DAYS[0], (36, 68), shifts, None, None, None, (event,), None, -600, 0, 0, 45)
    found = offered(week)
    assert len(found) > 20
    assert set(found.values()) == {"provider-ana", "provider-ben"}
