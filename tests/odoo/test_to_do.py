import datetime as dt
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from facts import PracticeFacts
from facts_files import read_facts
from odoo.to_do import due_on, to_do_cells
from tests.odoo.calendar_practice import closure, hours, location
from tests.odoo.helpers import a_lead

FRIDAY = date(2026, 11, 20)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def facts_of(*records: Any) -> PracticeFacts:
    offices = (location("kendall"), location("dallas", "America/Chicago"))
    return read_facts().model_copy(update={"locations": offices, "hours": records})


OPEN_ON_WEEKDAYS = (hours("kendall", days=WEEKDAYS), hours("dallas", days=("mon", "tue", "wed", "thu", "fri", "sat")))


def at(day: date, hour: int, zone: str = "America/New_York") -> datetime:
    return datetime.combine(day, dt.time(hour), ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("urgency", "summary", "due"),
    [
        ("emergent", "EMERGENCY: call back now", FRIDAY),
        ("urgent", "URGENT: call back today", FRIDAY),
        ("routine", "Call back", date(2026, 11, 23)),
    ],
)
def test_a_call_on_friday_is_due_by_its_urgency(urgency: Any, summary: str, due: date) -> None:
    lead = a_lead(urgency=urgency, location="kendall")
    when = due_on(lead, at(FRIDAY, 16), facts_of(*OPEN_ON_WEEKDAYS))
    assert when == due
    cells = to_do_cells(lead, 101, 2, when)
    assert (cells["summary"], cells["date_deadline"], cells["user_id/.id"]) == (summary, due.isoformat(), "2")


def test_the_day_is_that_of_the_office_and_not_of_the_server() -> None:
    late = at(FRIDAY, 23, "America/Chicago")  # Saturday in New York, and by UTC
    assert due_on(a_lead(urgency="urgent", location="dallas"), late, facts_of(*OPEN_ON_WEEKDAYS)) == FRIDAY
    assert due_on(a_lead(urgency="urgent", location="kendall"), late, facts_of(*OPEN_ON_WEEKDAYS)) == date(2026, 11, 21)


def test_a_closed_day_is_no_working_day_and_any_office_will_do_where_none_was_named() -> None:
    facts = facts_of(*OPEN_ON_WEEKDAYS, closure(date(2026, 11, 23), "kendall"))
    assert due_on(a_lead(location="kendall"), at(FRIDAY, 10), facts) == date(2026, 11, 24)
    assert due_on(a_lead(location=None), at(FRIDAY, 10), facts) == date(2026, 11, 21)


def test_without_records_the_week_is_monday_to_friday() -> None:
    assert due_on(a_lead(), at(FRIDAY, 10), None) == date(2026, 11, 23)
    assert due_on(a_lead(), at(date(2026, 11, 23), 10), None) == date(2026, 11, 24)


def test_an_office_that_is_never_open_is_due_tomorrow_and_without_a_user_it_is_the_api_users() -> None:
    assert due_on(a_lead(location="kendall"), at(FRIDAY, 10), facts_of()) == date(2026, 11, 21)
    assert "user_id/.id" not in to_do_cells(a_lead(), 101, None, FRIDAY)
