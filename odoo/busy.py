"""What fills a diary: events that are shown as busy, private ones and each row of a recurrence too, and days off.

An all-day event is stored as 08:00 to 18:00 of no time zone and means its dates, here on the location's calendar. Of
whoever declined an event it takes no time. Titles are not read.

Run `python -m odoo.busy` to see the search of a sample day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from odoo.calendar_line import Line, Row, moment, reference, safe_sid, stamp
from odoo.diaries import Diary, Office
from odoo.faults import crm_error
from odoo.free_slots import Span, local_days
from odoo.working_hours import ATTENDANCE_FIELDS, OdooHours, attendance_from

_EVENT_FIELDS = ["start", "stop", "allday", "start_date", "stop_date", "description"]
_MALFORMED = (ValueError, TypeError, KeyError)


@dataclass(frozen=True, slots=True)
class Busy:
    """An event that takes the time of a partner.

    Attributes:
        call: what follows "call" in the event's description, for events that AVA made; else empty.
    """

    event: int
    partner: int
    span: Span
    call: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """A time off; `resource` is None when the whole calendar is closed."""

    span: Span
    resource: int | None


def read_busy(line: Line, partners: Sequence[int], window: Span, zone: ZoneInfo) -> list[Busy]:
    """The events that overlap a window, once for each partner of whom they take time.

    Raises:
        CrmError: refused or unreachable.
    """
    if not partners:
        return []
    domain = [*overlap_domain(window, zone), ["partner_ids", "in", list(partners)]]
    events = line.rows("calendar.event", domain, _EVENT_FIELDS)
    if not events:
        return []
    about = [["event_id", "in", [event["id"] for event in events]], ["partner_id", "in", list(partners)]]
    attendees = line.rows("calendar.attendee", about, ["event_id", "partner_id", "state"])
    try:
        return [busy for event in events for busy in _of_event(event, attendees, partners, zone)]
    except _MALFORMED as exc:
        raise crm_error("crm-bad-reply") from exc


def overlap_domain(window: Span, zone: ZoneInfo) -> list[Any]:
    """Busy events that share time with a window: by the clock, or by the date where they last all day."""
    first, last = (end.astimezone(zone).date() for end in (window.start, window.end))
    return [
        ["show_as", "=", "busy"], "|",
        "&", ["allday", "=", False], "&", ["start", "<", stamp(window.end)], ["stop", ">", stamp(window.start)],
        "&", ["allday", "=", True], "&", ["start_date", "<=", last.isoformat()], ["stop_date", ">=", first.isoformat()],
    ]  # fmt: skip


def _of_event(event: Row, attendees: Iterable[Row], partners: Sequence[int], zone: ZoneInfo) -> list[Busy]:
    of_it = [row for row in attendees if reference(row["event_id"]) == event["id"]]
    states = {reference(row["partner_id"]): row["state"] for row in of_it}
    # An event without a row of attendance was still found by its partners: it takes the time of all of them.
    whose = [who for who in partners if who in states and states[who] != "declined"] if states else list(partners)
    return [Busy(event["id"], who, _span(event, zone), call_of(event.get("description"))) for who in whose]


def _span(event: Row, zone: ZoneInfo) -> Span:
    if not event["allday"]:
        return Span(moment(event["start"]), moment(event["stop"]))
    days = local_days(date.fromisoformat(event["start_date"]), date.fromisoformat(event["stop_date"]), zone)
    if days is None:
        raise ValueError("an event that ends before it begins")
    return days


HELD_FOR = "AVA holds this time for call"


def call_of(description: Any) -> str:
    """The CallSid in the description of an event that AVA made; empty for any other."""
    _, mark, rest = str(description or "").partition(f"{HELD_FOR} ")
    return safe_sid(rest.split("<")[0].split(".")[0]) if mark else ""


def read_hours(line: Line, office: Office, window: Span) -> tuple[OdooHours, list[Leave]]:
    """The working hours of an office, closed when its calendar is, and the days off of persons, around a window.

    Raises:
        CrmError: refused or unreachable.
    """
    rows = line.rows("resource.calendar.attendance", [["calendar_id", "=", office.calendar]], ATTENDANCE_FIELDS)
    leaves = read_leaves(line, office, window)
    try:
        found = [attendance_from(row, two_weeks=office.two_weeks) for row in rows]
    except _MALFORMED as exc:
        raise crm_error("crm-bad-reply") from exc
    closed = tuple(leave.span for leave in leaves if leave.resource is None)
    return OdooHours(office.calendar_zone, tuple(row for row in found if row), closed), leaves


def read_leaves(line: Line, office: Office, window: Span) -> list[Leave]:
    """Closures of the office's calendar, or of every calendar, and the days off of its providers."""
    people = sorted({number for diary in office.providers for number in diary.resources})
    domain = [
        ["date_from", "<", stamp(window.end)], ["date_to", ">", stamp(window.start)], ["time_type", "=", "leave"],
        "|", ["resource_id", "in", people],
        "&", ["resource_id", "=", False], ["calendar_id", "in", [False, office.calendar]],
    ]  # fmt: skip
    rows = line.rows("resource.calendar.leaves", domain, ["date_from", "date_to", "resource_id"])
    try:
        return [
            Leave(Span(moment(row["date_from"]), moment(row["date_to"])), reference(row["resource_id"])) for row in rows
        ]
    except _MALFORMED as exc:
        raise crm_error("crm-bad-reply") from exc


def taken_from(diary: Diary, busy: Iterable[Busy], leaves: Iterable[Leave]) -> list[Span]:
    """The time that a diary has no more."""
    events = [one.span for one in busy if one.partner == diary.partner]
    return [*events, *(leave.span for leave in leaves if leave.resource in diary.resources)]


if __name__ == "__main__":
    sample = Span(datetime(2026, 12, 22, 15, tzinfo=UTC), datetime(2026, 12, 22, 16, tzinfo=UTC))
    print(overlap_domain(sample, ZoneInfo("America/New_York")))
