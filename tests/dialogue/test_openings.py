import datetime as dt
import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from call import Opening, Window
from dialogue.limits import Limits, limits
from dialogue.openings import MAX_OFFERED, said, search, spread
from dialogue.slots import windows
from tests.dialogue.diary import opening, weeks

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
FREE = weeks()


def wished(text: str) -> tuple[tuple[Window, ...], Limits]:
    return windows(text, now=NOW, timezone="America/New_York", expected=True), limits(text, TODAY)


def found(text: str, free: tuple[Opening, ...] = FREE) -> list[str]:
    wanted, within = wished(text)
    result = search(free, wanted, within)
    return [result.fit, *(f"{one.local:%a %d %H:%M}" for one in result.openings)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("as soon as possible", ["fits", "Tue 24 09:00", "Tue 24 14:30", "Wed 25 09:00"]),
        ("next tuesday", ["fits", "Tue 01 09:00", "Tue 01 14:30"]),
        ("next tuesday at ten", ["exact", "Tue 01 10:00"]),
        ("next tuesday in the afternoon", ["fits", "Tue 01 14:30"]),
        ("next tuesday after two", ["fits", "Tue 01 14:30"]),
        ("next tuesday before ten", ["fits", "Tue 01 09:00"]),
        ("next tuesday around nine thirty", ["fits", "Tue 01 09:00"]),
        ("next tuesday at noon", ["near", "Tue 01 09:00", "Tue 01 10:00", "Tue 01 14:30"]),
        ("any morning but monday", ["fits", "Tue 24 09:00", "Wed 25 09:00", "Tue 01 09:00"]),
        ("any time but not in the morning", ["fits", "Tue 24 14:30", "Wed 25 14:30", "Mon 30 14:30"]),
        ("anytime next week", ["fits", "Mon 30 09:00", "Mon 30 14:30", "Tue 01 09:00"]),
        ("anytime next week but not monday", ["fits", "Tue 01 09:00", "Tue 01 14:30", "Wed 02 09:00"]),
        ("any friday morning", ["fits", "Fri 04 09:00"]),
        ("not before noon", ["fits", "Tue 24 14:30", "Wed 25 14:30", "Mon 30 14:30"]),
        ("not on a tuesday", ["fits", "Wed 25 09:00", "Wed 25 14:30", "Mon 30 09:00"]),
        ("mondays don't work", ["fits", "Tue 24 09:00", "Tue 24 14:30", "Wed 25 09:00"]),
        ("i can't do tuesdays", ["fits", "Wed 25 09:00", "Wed 25 14:30", "Mon 30 09:00"]),
        ("i can only do fridays", ["fits", "Fri 04 09:00", "Fri 04 14:30"]),
        ("after three thirty", ["outside", "Tue 24 15:00", "Wed 25 15:00", "Mon 30 15:00"]),
        ("between two and three any day", ["fits", "Tue 24 14:30", "Wed 25 14:30", "Mon 30 14:30"]),
        ("wednesday at ten or next tuesday at ten", ["exact", "Wed 25 10:00", "Tue 01 10:00"]),
        ("thanksgiving", ["outside", "Wed 25 09:00", "Wed 25 10:00", "Wed 25 14:30"]),
    ],
)
def test_openings_that_fit_a_wish(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_what_the_caller_ruled_out_does_not_come_back_when_the_search_widens() -> None:
    within = Limits(not_weekdays=frozenset({0, 1, 2, 3}))
    result = search(FREE, (Window(day=dt.date(2026, 12, 1)),), within)
    assert {one.local.weekday() for one in result.openings} == {4}
    assert search(FREE, (), Limits(not_weekdays=frozenset(range(7)))).fit == "none"


def test_a_doctor_who_does_not_suit_is_left_out() -> None:
    free = tuple(sorted((*weeks(by="prov-a"), opening(12, 1, 11, by="prov-b")), key=lambda one: one.start))
    assert [one.provider for one in search(free, (), Limits(not_providers=frozenset({"prov-a"}))).openings] == [
        "prov-b"
    ]
    assert {one.provider for one in search(free, (), Limits(provider="prov-a")).openings} == {"prov-a"}


def test_times_that_were_taken_or_passed_are_not_offered_again() -> None:
    first = search(FREE, (), Limits()).openings
    second = search(FREE, (), Limits(), passed=frozenset(one.key for one in first)).openings
    assert second
    assert not set(first) & set(second)


def test_later_and_sooner_are_moments() -> None:
    pivot = opening(12, 1, 10)
    assert search(FREE, (), Limits(after=pivot.start)).openings[0] == opening(12, 1, 14, 30)
    assert all(one.start < pivot.start for one in search(FREE, (), Limits(before=pivot.start)).openings)


def test_days_and_times_are_said_together() -> None:
    offered = (opening(12, 1, 10), opening(12, 1, 14, 30), opening(12, 2, 9))
    assert said(offered) == "Tuesday, December 1 at 10:00 AM or at 2:30 PM, or Wednesday, December 2 at 9:00 AM"
    assert said(offered[:1]) == "Tuesday, December 1 at 10:00 AM"


def test_a_day_of_the_change_of_clocks_keeps_local_time() -> None:
    before, after = opening(10, 30, 10), opening(11, 2, 10)  # clocks go back on November 1
    assert (before.start.hour, after.start.hour) == (14, 15)
    result = search((before, after), (Window(time="10:00", words="ten"),), Limits())
    assert result.openings == (before, after)


openings = st.lists(
    st.builds(
        opening,
        month=st.sampled_from([11, 12]),
        day=st.integers(1, 30),
        hour=st.integers(7, 18),
        minute=st.sampled_from([0, 15, 30, 45]),
        by=st.sampled_from([None, "prov-a", "prov-b"]),
    ),
    unique_by=lambda one: one.key,
    max_size=60,
).map(lambda some: tuple(sorted(some, key=lambda one: one.start)))
wishes = st.sampled_from(
    ["as soon as possible", "tuesday", "next tuesday at ten", "any morning but monday", "friday afternoon",
     "after four", "next week", "before noon on december 2", "any friday", "not in the morning",
     "the weekend", "around two"]
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(openings, wishes, st.data())
def test_an_offered_time_is_always_one_of_the_openings(
    free: tuple[Opening, ...], wish: str, data: st.DataObject
) -> None:
    passed = frozenset(data.draw(st.sets(st.sampled_from([one.key for one in free])))) if free else frozenset()
    wanted, within = wished(wish)
    result = search(free, wanted, within, passed=passed)
    assert set(result.openings) <= set(free)
    assert len(result.openings) == len({one.start for one in result.openings}) <= MAX_OFFERED
    assert not {one.key for one in result.openings} & passed
    assert list(result.openings) == sorted(result.openings, key=lambda one: one.start)
    assert not any(within.exclude(one) for one in result.openings)
    assert bool(result.openings) is (result.fit != "none")


@settings(deadline=None, max_examples=60)
@given(openings)
def test_offered_times_differ_by_two_hours_or_a_day(free: tuple[Opening, ...]) -> None:
    picks = spread(free)
    assert all(b.start - a.start >= dt.timedelta(hours=2) for a, b in itertools.pairwise(picks))
    assert picks[:1] == free[:1]


def test_a_search_takes_a_few_milliseconds() -> None:
    many = tuple(
        opening(12, day, hour, minute) for day in range(1, 29) for hour in range(8, 17) for minute in (0, 15, 30, 45)
    )
    wanted, within = wished("any friday afternoon but not the fourth")
    began = time.thread_time()
    assert search(many, wanted, within).openings
    assert time.thread_time() - began < 0.2
