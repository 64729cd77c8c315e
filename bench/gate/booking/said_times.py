"""Times as AVA says them ("Wednesday, December 2 at 10:00 AM or at 2:30 PM"), read without any code of hers."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)}), ({'|'.join(_MONTHS)}) (\d{{1,2}})\b")
_TIME = re.compile(r"\bat (\d{1,2}):(\d{2}) (AM|PM)\b")


def times_in(sentence: str, zone: str, today: date) -> list[datetime]:
    """The moments that a sentence names, in UTC; a day without a year is the first such one from `today` on. A day
    whose weekday is wrong names no moment."""
    days = list(_DAY.finditer(sentence))
    found = []
    for number, match in enumerate(days):
        end = days[number + 1].start() if number + 1 < len(days) else len(sentence)
        day = _date(match, today)
        if day is not None:
            found += [_moment(day, time, zone) for time in _TIME.finditer(sentence, match.end(), end)]
    return found


def _date(match: re.Match[str], today: date) -> date | None:
    weekday, month, number = match.groups()
    for year in (today.year, today.year + 1):
        try:
            day = date(year, _MONTHS.index(month) + 1, int(number))
        except ValueError:
            continue
        if day >= today - timedelta(days=1) and _WEEKDAYS[day.weekday()] == weekday:
            return day
    return None


def _moment(day: date, time: re.Match[str], zone: str) -> datetime:
    hour = int(time[1]) % 12 + 12 * (time[3] == "PM")
    return datetime(day.year, day.month, day.day, hour, int(time[2]), tzinfo=ZoneInfo(zone)).astimezone(UTC)


if __name__ == "__main__":
    line = "I have Wednesday, December 2 at 10:00 AM or at 2:30 PM, or Thursday, December 3 at 9:00 AM."
    for one in times_in(line, "America/New_York", date(2026, 11, 23)):
        print(one)
