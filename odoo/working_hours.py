"""When an office can be visited: the practice's own records of hours, and the working hours that staff keep in Odoo.

Both have to agree that a time is open. Where they differ the stricter one wins, and `disagreements` says so for staff.
Odoo's side is a `resource.calendar`: `resource.calendar.attendance` rows of a weekday in the calendar's own time zone,
without lunch, less `resource.calendar.leaves` (UTC).

Run `python -m odoo.working_hours` to see the records' hours of the next days.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from facts import WEEKDAYS, PracticeFacts
from odoo.free_slots import DAY, Span, common, local_days, local_span, merged, without

ATTENDANCE_FIELDS = ["dayofweek", "hour_from", "hour_to", "day_period", "week_type", "display_type", "date_from",
                     "date_to"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attendance:
    """One row of a week: minutes after midnight, on a weekday (0 is Monday).

    Attributes:
        lunch: a break, not work.
        week: 0 or 1 where two weeks alternate (Odoo counts them from the first of January of the year 1), else None.
        first, last: dates from and to which the row holds, both included.
    """

    weekday: int
    from_min: int
    to_min: int
    lunch: bool = False
    week: int | None = None
    first: date | None = None
    last: date | None = None

    def holds_on(self, day: date) -> bool:
        if day.weekday() != self.weekday or (self.first and day < self.first) or (self.last and day > self.last):
            return False
        return self.week is None or (day.toordinal() - 1) // 7 % 2 == self.week


@dataclass(frozen=True, slots=True)
class OdooHours:
    """The working hours of one `resource.calendar`, and the times at which all of it is closed."""

    zone: ZoneInfo
    attendances: tuple[Attendance, ...]
    leaves: tuple[Span, ...] = ()

    def spans(self, window: Span) -> list[Span]:
        """Working time inside a window."""
        first = window.start.astimezone(self.zone).date() - DAY
        days = [first + DAY * step for step in range((window.end - window.start).days + 4)]
        work, lunch = ([*self._rows(days, lunch=lunch)] for lunch in (False, True))
        return common(without(work, [*lunch, *self.leaves]), [window])

    def _rows(self, days: Sequence[date], *, lunch: bool) -> Iterator[Span]:
        for day in days:
            for row in self.attendances:
                if row.lunch is lunch and row.holds_on(day):
                    span = local_span(day, row.from_min, row.to_min, self.zone)
                    if span:
                        yield span


def attendance_from(row: Mapping[str, Any], *, two_weeks: bool) -> Attendance | None:
    """A row as XML-RPC reads it (`ATTENDANCE_FIELDS`); None for a heading between two weeks.

    Raises:
        ValueError, KeyError, TypeError: it is no such row.
    """
    if row.get("display_type"):
        return None
    week = row.get("week_type")
    return Attendance(
        weekday=int(str(row["dayofweek"])),
        from_min=round(float(row["hour_from"]) * 60),
        to_min=round(float(row["hour_to"]) * 60),
        lunch=row.get("day_period") == "lunch",
        week=int(week) if two_weeks and week in ("0", "1") else None,
        first=date.fromisoformat(row["date_from"]) if row.get("date_from") else None,
        last=date.fromisoformat(row["date_to"]) if row.get("date_to") else None,
    )


def record_spans(facts: PracticeFacts, location: str, day: date, zone: ZoneInfo) -> list[Span]:
    """When the practice's records say that an office is open on a local day.

    A closure wins over everything, hours of that date over those of the weekday, and an office's own over those of all
    offices. Several records of one day (before and after lunch) are all open.
    """
    if facts.closure_on(location, day):
        return []
    open_hours = [hours for hours in facts.hours if hours.location in (location, None) and not hours.closed]
    weekday = WEEKDAYS[day.weekday()]
    for chosen in (
        [hours for hours in open_hours if hours.date == day],
        [hours for hours in open_hours if hours.date is None and weekday in hours.days and hours.location],
        [hours for hours in open_hours if hours.date is None and weekday in hours.days],
    ):
        times = [(hours.opens, hours.closes) for hours in chosen if hours.opens and hours.closes]
        if times:
            minutes = ((one.hour * 60 + one.minute, two.hour * 60 + two.minute) for one, two in times)
            return merged(span for one, two in minutes if (span := local_span(day, one, two, zone)))
    return []


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of an office: open by the records, open by Odoo, and by both."""

    day: date
    records: tuple[Span, ...]
    odoo: tuple[Span, ...]

    @property
    def both(self) -> list[Span]:
        return common(self.records, self.odoo)

    @property
    def disagrees(self) -> bool:
        """Whether the day begins or ends otherwise, or is closed on one side; a break within the day is no matter."""
        return _envelope(self.records) != _envelope(self.odoo)


def days_of(facts: PracticeFacts, location: str, hours: OdooHours, *, first: date, last: date) -> Iterator[Day]:
    """The local days from `first` to `last`, both included.

    Raises:
        LookupError: there is no such location.
        ZoneInfoNotFoundError, ValueError: its time zone is none.
    """
    place = facts.location(location)
    if place is None:
        raise LookupError("no such location")
    zone = ZoneInfo(place.timezone)
    for step in range((last - first).days + 1):
        day = first + DAY * step
        window = local_days(day, day, zone)
        if window:
            yield Day(day, tuple(record_spans(facts, location, day, zone)), tuple(hours.spans(window)))


def disagreements(location: str, days: Sequence[Day], zone: ZoneInfo) -> list[str]:
    """One line for staff per day on which records and Odoo disagree."""
    return [
        f"{location}, {day.day:%A} {day.day}: the records say {_clock(day.records, zone)}, "
        f"Odoo says {_clock(day.odoo, zone)}; AVA offers what both allow"
        for day in days
        if day.disagrees
    ]


def _envelope(spans: Sequence[Span]) -> tuple[datetime, datetime] | None:
    return (min(span.start for span in spans), max(span.end for span in spans)) if spans else None


def _clock(spans: Sequence[Span], zone: ZoneInfo) -> str:
    ends = _envelope(spans)
    return " to ".join(f"{end.astimezone(zone):%H:%M}" for end in ends) if ends else "closed"


if __name__ == "__main__":
    from facts_files import read_facts

    known = read_facts()
    today = datetime.now(UTC).date()
    for office in known.locations:
        here = ZoneInfo(office.timezone)
        for ahead in range(7):
            on = today + timedelta(days=ahead)
            print(f"{office.location:16} {on:%a %d %b} {_clock(record_spans(known, office.location, on, here), here)}")
