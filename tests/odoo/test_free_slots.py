"""Spans, days of 23 and 25 hours, and start times."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.free_slots import Span, common, local_days, local_span, merged, starts, without

EAST, CENTRAL = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")
BACK, FORWARD = date(2026, 11, 1), date(2027, 3, 14)
ZERO = datetime(2026, 12, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def span(first: int, last: int) -> Span:
    return Span(ZERO + first * MINUTE, ZERO + last * MINUTE)


SPANS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)).map(lambda p: span(p[0], p[0] + p[1])), max_size=8)


def minutes(spans: list[Span]) -> set[datetime]:
    return {one.start + step * MINUTE for one in spans for step in range((one.end - one.start) // MINUTE)}


@settings(derandomize=True, deadline=None, max_examples=200)
@given(SPANS, SPANS)
def test_spans_are_sets_of_minutes(one: list[Span], two: list[Span]) -> None:
    assert minutes(merged(one)) == minutes(one)
    assert minutes(common(one, two)) == minutes(one) & minutes(two)
    assert minutes(without(one, two)) == minutes(one) - minutes(two)
    left = without(one, two)
    assert all(before.end < after.start for before, after in pairwise(left))


@settings(derandomize=True, deadline=None, max_examples=200)
@given(SPANS, st.integers(1, 90), st.integers(0, 300))
def test_every_quarter_hour_at_which_a_visit_fits_is_a_start_and_no_other(
    free: list[Span], duration: int, earliest: int
) -> None:
    found = set(starts(free, duration=duration * MINUTE, earliest=ZERO + earliest * MINUTE))
    open_minutes = minutes(free)
    fitting = {
        start
        for start in (ZERO + quarter * 15 * MINUTE for quarter in range(30))
        if start >= ZERO + earliest * MINUTE and all(start + step * MINUTE in open_minutes for step in range(duration))
    }
    assert found == fitting


@pytest.mark.parametrize(
    ("zone", "day", "opens_utc", "closes_utc"),
    [
        (EAST, date(2026, 10, 31), 12, 21),
        (EAST, BACK, 13, 22),
        (EAST, date(2027, 3, 13), 13, 22),
        (EAST, FORWARD, 12, 21),
        (CENTRAL, BACK, 14, 23),
        (CENTRAL, FORWARD, 13, 22),
    ],
)
def test_the_same_hours_are_another_time_on_both_sides_of_a_change_of_the_clocks(
    zone: ZoneInfo, day: date, opens_utc: int, closes_utc: int
) -> None:
    found = local_span(day, 8 * 60, 17 * 60, zone)
    assert found is not None
    assert (found.start, found.end) == (
        datetime(day.year, day.month, day.day, opens_utc, tzinfo=UTC),
        datetime(day.year, day.month, day.day, closes_utc, tzinfo=UTC),
    )


def test_a_day_has_23_to_25_hours() -> None:
    lengths = [local_days(day, day, EAST) for day in (BACK, FORWARD, date(2026, 12, 1))]
    assert [(one.end - one.start) // timedelta(hours=1) for one in lengths if one] == [25, 23, 24]


def test_a_time_that_comes_twice_opens_late_and_closes_early() -> None:
    opens = local_span(BACK, 90, 240, EAST)  # 01:30, which comes twice
    closes = local_span(BACK, 0, 90, EAST)
    assert opens
    assert closes
    assert opens.start == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert closes.end == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert local_span(BACK, 60, 90, EAST) is None


def test_a_time_that_is_left_out_comes_after_the_gap() -> None:
    opens = local_span(FORWARD, 150, 240, EAST)  # 02:30, which does not come
    assert opens
    assert opens.start.astimezone(EAST).hour == 3
    assert opens.start.astimezone(EAST).minute == 30


def test_a_visit_until_midnight_ends_with_the_day() -> None:
    found = local_span(date(2026, 12, 1), 23 * 60, 24 * 60, EAST)
    assert found == Span(datetime(2026, 12, 2, 4, tzinfo=UTC), datetime(2026, 12, 2, 5, tzinfo=UTC))


def test_no_days_are_none() -> None:
    assert local_days(date(2026, 12, 2), date(2026, 12, 1), EAST) is None


def test_spans_that_touch_do_not_overlap() -> None:
    assert not span(0, 30).overlaps(span(30, 60))
    assert without([span(0, 60)], [span(60, 90)]) == [span(0, 60)]
    assert list(starts([span(0, 60)], duration=60 * MINUTE, earliest=ZERO)) == [ZERO]
