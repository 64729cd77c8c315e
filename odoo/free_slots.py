"""Free times, computed from spans of UTC time: nothing in here knows Odoo.

A span is half-open: one that ends at three and one that begins at three do not touch. Start times lie on the quarter
hours of the location's clock, from the opening of the doors on.

Run `python -m odoo.free_slots` to see a sample day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

GRID = timedelta(minutes=15)
DAY = timedelta(days=1)
_MIDNIGHT = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Time from `start` up to, but without, `end`; both UTC and aware."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def widened(self, by: timedelta) -> "Span":
        return Span(self.start - by, self.end + by)


def local_span(day: date, opens_min: int, closes_min: int, zone: ZoneInfo) -> Span | None:
    """Minutes after midnight of a local day, `closes_min` up to 1440 (midnight), as UTC; None when nothing is left.

    A time of day that comes twice (clocks go back) opens at its second and closes at its first coming; one that does
    not come at all (clocks go forward) is as long after midnight as it would have been without the change.
    """
    start = _at(day, opens_min).replace(tzinfo=zone, fold=1)
    end = _at(day, closes_min).replace(tzinfo=zone, fold=0)
    if not _exists(start):  # the second coming of a time that is left out lies before the gap
        start = start.replace(fold=0)
    span = Span(start.astimezone(UTC), end.astimezone(UTC))
    return span if span.start < span.end else None


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=min(minutes, _MIDNIGHT))


def _exists(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(fold=0) == local.replace(fold=0)


def local_days(first: date, last: date, zone: ZoneInfo) -> Span | None:
    """Whole local days, both included; None when `last` is before `first`. A day has 23 to 25 hours."""
    if last < first:
        return None
    ends = [datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (first, last + DAY)]
    return Span(*ends)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as possible, in order."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def common(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """The time that both hold."""
    others = merged(other)
    both = ((max(a.start, b.start), min(a.end, b.end)) for a in merged(one) for b in others)
    return [Span(start, end) for start, end in both if start < end]


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The time that is left of `spans`."""
    left = merged(spans)
    for gone in merged(taken):
        left = [part for span in left for part in _cut(span, gone)]
    return left


def _cut(span: Span, gone: Span) -> Iterator[Span]:
    if not span.overlaps(gone):
        yield span
        return
    if span.start < gone.start:
        yield Span(span.start, gone.start)
    if gone.end < span.end:
        yield Span(gone.end, span.end)


def starts(free: Iterable[Span], *, duration: timedelta, earliest: datetime) -> Iterator[datetime]:
    """Start times (UTC) at which a visit of `duration` fits into one free span, soonest first.

    Args:
        earliest: no start before it (now, and the notice that the practice wants).
    """
    for span in merged(free):
        start = _next_quarter(max(span.start, earliest))
        while start + duration <= span.end:
            yield start
            start += GRID


def _next_quarter(moment: datetime) -> datetime:
    """The first quarter hour at or after a moment; every zone's offset is a multiple of one."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - (midnight - moment) // GRID * GRID


if __name__ == "__main__":
    here = ZoneInfo("America/New_York")
    sunday = date(2026, 11, 1)  # the clocks go back
    doors = local_span(sunday, 8 * 60, 12 * 60, here)
    visit = local_span(sunday, 9 * 60 + 10, 10 * 60, here)
    if doors and visit:
        for found in starts(without([doors], [visit]), duration=timedelta(minutes=45), earliest=doors.start):
            print(f"{found.astimezone(here):%a %d %b %H:%M} local, {found:%H:%M} UTC")
