"""A line of cron as a trigger of APScheduler, read as cron reads it.

APScheduler counts weekdays from Monday, cron from Sunday (POSIX crontab; 7 is Sunday, too, as in Vixie's), so that
"0 2 * * 1-5" would run from Tuesday to Saturday. Where day of month and weekday are both given, cron runs on either.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from errors import ConfigError

_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FROM = datetime(2024, 1, 1, tzinfo=UTC)
_EIGHT_YEARS = timedelta(days=8 * 366)
_DAYS = re.compile(r"(?:(\*)|([0-7]|[a-z]{3})(?:-([0-7]|[a-z]{3}))?)(?:/(\d+))?")
_NO_LINE = (
    "the schedule is no cron line; expected five fields (minute, hour, day, month, weekday), as in 0 2 * * * for two "
    "o'clock every night"
)


def trigger_of(line: str, zone: ZoneInfo) -> BaseTrigger:
    """When a line of cron runs.

    Raises:
        ConfigError: that is no line of cron, or it never runs.
    """
    fields = line.split()
    if len(fields) != 5:
        raise ConfigError(_NO_LINE)
    minute, hour, day, month, weekday = fields
    try:
        weekday = _weekdays(weekday.lower())
        if not _comes(day, month, zone):
            raise ConfigError("the schedule never runs: there is no such day")
        if day != "*" and weekday != "*":
            return OrTrigger(
                [_trigger(minute, hour, day, month, "*", zone), _trigger(minute, hour, "*", month, weekday, zone)]
            )
        return _trigger(minute, hour, day, month, weekday, zone)
    except (ValueError, TypeError) as exc:
        raise ConfigError(_NO_LINE) from exc


def _trigger(minute: str, hour: str, day: str, month: str, weekday: str, zone: ZoneInfo) -> CronTrigger:
    return CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=weekday, timezone=zone)


def _comes(day: str, month: str, zone: ZoneInfo) -> bool:
    """Whether there is such a day in eight years, leap years among them; without a bound the search takes seconds."""
    days = CronTrigger(day=day, month=month, timezone=zone, start_date=_FROM, end_date=_FROM + _EIGHT_YEARS)
    return days.get_next_fire_time(None, _FROM) is not None


def _weekdays(field: str) -> str:
    """The weekdays of a field by name.

    Raises:
        ValueError: they are none.
    """
    days: set[int] = set()
    for part in field.split(","):
        days |= _part(part)
    return "*" if len(days) == len(_NAMES) else ",".join(_NAMES[day] for day in sorted(days))


def _part(part: str) -> set[int]:
    match = _DAYS.fullmatch(part)
    if match is None:
        raise ValueError("no weekday")
    every, first, last, step = match[1], match[2], match[3], int(match[4] or 1)
    if step < 1:
        raise ValueError("no step")
    if every:
        return set(range(0, 7, step))
    start = _number(first)
    end = _number(last) if last else 6 if match[4] else start
    if end < start:  # Friday to Monday; and to Sunday, which is 0 by its name
        end += 7
    return {day % 7 for day in range(start, end + 1, step)}


def _number(day: str) -> int:
    return int(day) if day.isdigit() else _NAMES.index(day)


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit('usage: python -m monitoring.cron "0 2 * * *"')
    try:
        found, at = trigger_of(sys.argv[1], ZoneInfo("America/New_York")), datetime.now(ZoneInfo("America/New_York"))
        for _ in range(5):
            at = found.get_next_fire_time(at, at)
            print(f"{at:%a %Y-%m-%d %H:%M %Z}")
    except ConfigError as error:
        sys.exit(str(error))
