"""Whether a time is truly free, by Odoo's own rows: computed here from the start, with none of the service's code."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench.gate.booking.evidence import Diary, Openness

STAMP = "%Y-%m-%d %H:%M:%S"


def is_free(start: datetime, known: Openness) -> bool:
    """Whether the office is open for the whole visit and at least one doctor has nothing else then."""
    return bool(free_diaries(start, known))


def free_diaries(start: datetime, known: Openness) -> list[int]:
    """The doctors (`res.partner`) who could take a visit that begins at `start`."""
    end = start + timedelta(minutes=known.visit_min)
    if not _open(start, end, known):
        return []
    return [
        diary.partner for diary in known.diaries if not any(begin < end and start < stop for begin, stop in diary.busy)
    ]


def _open(start: datetime, end: datetime, known: Openness) -> bool:
    local, until = start.astimezone(ZoneInfo(known.zone)), end.astimezone(ZoneInfo(known.zone))
    if local.date() != until.date():
        return False
    hours = [moment.hour + moment.minute / 60 for moment in (local, until)]
    return any(begin <= hours[0] and hours[1] <= close for begin, close in known.week.get(local.weekday(), ()))


def openness(tables: Mapping[str, Mapping[int, Any]], diaries: list[int], zone: str, visit_min: int) -> Openness:
    """What the rows of Odoo's tables say: `resource.calendar.attendance` and `calendar.event`."""
    week: dict[int, tuple[tuple[float, float], ...]] = {}
    for row in tables["resource.calendar.attendance"].values():
        day = int(row["dayofweek"])
        week[day] = (*week.get(day, ()), (float(row["hour_from"]), float(row["hour_to"])))
    events = list(tables["calendar.event"].values())
    return Openness(zone, week, tuple(Diary(who, _busy(events, who)) for who in diaries), visit_min)


def _busy(events: list[Any], partner: int) -> tuple[tuple[datetime, datetime], ...]:
    return tuple(
        (moment(row["start"]), moment(row["stop"]))
        for row in events
        if partner in row["partner_ids"] and row["show_as"] == "busy" and row["active"]
    )


def moment(text: str) -> datetime:
    """A time as Odoo stores it."""
    return datetime.strptime(text, STAMP).replace(tzinfo=UTC)


def stamp(when: datetime) -> str:
    """A moment as Odoo stores it."""
    return when.astimezone(UTC).strftime(STAMP)


if __name__ == "__main__":
    at = datetime(2026, 12, 1, 15, tzinfo=UTC)
    taken = Diary(10, ((at, at + timedelta(hours=1)),))
    example = Openness("America/New_York", {1: ((8.0, 17.0),)}, (taken,), 45)
    print(is_free(at, example), is_free(at + timedelta(hours=1), example), "expected False True")
