"""Working hours beyond what random weeks meet: zones far apart, alternating weeks, what staff are told."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from facts import PracticeFacts
from odoo.busy import call_of, overlap_domain
from odoo.free_slots import Span, local_days
from odoo.working_hours import Attendance, Day, OdooHours, attendance_from, days_of, disagreements, record_spans
from tests.odoo.calendar_practice import EAST, TUESDAY, closure, hours, location

ROW = {"dayofweek": "1", "hour_from": 8.5, "hour_to": 12.25, "day_period": "morning", "week_type": False,
       "display_type": False, "date_from": False, "date_to": False}  # fmt: skip


def test_an_evening_far_in_the_west_is_the_next_night_of_the_office() -> None:
    window = local_days(TUESDAY, TUESDAY, EAST)
    assert window
    honolulu = OdooHours(ZoneInfo("Pacific/Honolulu"), (Attendance(0, 20 * 60, 24 * 60),))
    assert honolulu.spans(window) == [
        Span(datetime(2026, 11, 24, 6, tzinfo=UTC), datetime(2026, 11, 24, 10, tzinfo=UTC))
    ]


def test_a_morning_far_in_the_east_is_the_night_before() -> None:
    window = local_days(TUESDAY, TUESDAY, EAST)
    assert window
    tokyo = OdooHours(ZoneInfo("Asia/Tokyo"), (Attendance(2, 8 * 60, 10 * 60),))
    assert tokyo.spans(window) == [Span(datetime(2026, 11, 24, 23, tzinfo=UTC), datetime(2026, 11, 25, 1, tzinfo=UTC))]


def test_the_search_for_all_day_events_asks_for_the_date_at_the_office() -> None:
    evening = Span(datetime(2026, 11, 25, 1, tzinfo=UTC), datetime(2026, 11, 25, 2, tzinfo=UTC))
    domain = overlap_domain(evening, EAST)
    assert ["start_date", "<=", "2026-11-24"] in domain
    assert ["stop_date", ">=", "2026-11-24"] in domain
    assert ["start", "<", "2026-11-25 02:00:00"] in domain


def test_a_row_is_read_to_the_minute_and_a_heading_is_none() -> None:
    assert attendance_from(ROW, two_weeks=False) == Attendance(1, 510, 735)
    assert attendance_from({**ROW, "display_type": "line_section"}, two_weeks=True) is None
    assert attendance_from({**ROW, "week_type": "1"}, two_weeks=False) == Attendance(1, 510, 735)


@pytest.mark.parametrize("change", [{"dayofweek": False}, {"hour_from": "eight"}, {"date_from": "tomorrow"}])
def test_a_row_that_is_none_is_an_error(change: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        attendance_from({**ROW, **change}, two_weeks=False)


def test_weeks_alternate_over_the_turn_of_the_year() -> None:
    row = Attendance(3, 480, 720, week=1)
    thursdays = [date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 7), date(2027, 1, 14)]
    held = [row.holds_on(day) for day in thursdays]
    assert held in ([True, False, True, False], [False, True, False, True])


def test_an_offices_own_hours_win_over_those_of_all_and_a_closure_over_both() -> None:
    general = hours(None, "07:00", "20:00")
    own = (hours(opens="08:00", closes="12:00"), hours(opens="13:00", closes="17:00"))
    facts = PracticeFacts(locations=(location(),), hours=(general, *own))
    assert [(span.start.hour, span.end.hour) for span in record_spans(facts, "kendall", TUESDAY, EAST)] == [
        (13, 17),
        (18, 22),
    ]
    closed = facts.model_copy(update={"hours": (*facts.hours, closure(TUESDAY, None))})
    assert record_spans(closed, "kendall", TUESDAY, EAST) == []


def test_a_break_is_no_disagreement_and_a_closure_on_one_side_is() -> None:
    facts = PracticeFacts(locations=(location(),), hours=(hours(),))
    lunch = OdooHours(EAST, (Attendance(1, 480, 720), Attendance(1, 780, 1020)))
    [day] = days_of(facts, "kendall", lunch, first=TUESDAY, last=TUESDAY)
    assert disagreements("kendall", [day], EAST) == []
    shut = Day(TUESDAY, day.records, ())
    assert disagreements("kendall", [shut], EAST) == [
        "kendall, Tuesday 2026-11-24: the records say 08:00 to 17:00, Odoo says closed; AVA offers what both allow"
    ]


@pytest.mark.parametrize(
    ("description", "call"),
    [
        ("<p>AVA holds this time for call CA12. Not confirmed: rename the event.</p>", "CA12"),
        ("<p>Not confirmed: rename the event. AVA holds this time for call CA12.</p>", "CA12"),
        ("AVA holds this time for call CA12<br>", "CA12"),
        ("<p>Call of CA12</p>", ""),
        (False, ""),
    ],
)
def test_whose_a_time_is_stands_in_the_description(description: object, call: str) -> None:
    assert call_of(description) == call
