"""Free times of invented diaries, for tests."""

import datetime as dt
from zoneinfo import ZoneInfo

from call import Opening

ZONES = {"kendall": "America/New_York", "austin": "America/Chicago"}


def opening(
    month: int, day: int, hour: int, minute: int = 0, *, place: str = "kendall", by: str | None = None
) -> Opening:
    """Half an hour that begins at this time on the clock of the office."""
    zone = ZONES.get(place, "America/New_York")
    start = dt.datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    key = f"{start:%Y%m%dT%H%MZ}_{by or place}"
    return Opening(place, start, start + dt.timedelta(minutes=30), zone, by, key)


def weeks(place: str = "kendall", by: str | None = None) -> tuple[Opening, ...]:
    """Two working weeks from Tuesday, November 24, without Thanksgiving: 9:00, 10:00, 2:30 and 3:00 PM of each day."""
    days = ((11, 24), (11, 25), (11, 30), (12, 1), (12, 2), (12, 3), (12, 4))
    hours = ((9, 0), (10, 0), (14, 30), (15, 0))
    return tuple(opening(*day, *hour, place=place, by=by) for day in days for hour in hours)
