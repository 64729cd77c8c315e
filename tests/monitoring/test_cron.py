import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from errors import ConfigError
from monitoring.cron import trigger_of

ZONE = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 23, 12, tzinfo=ZONE)


def runs(line: str, count: int = 7, after: datetime = MONDAY) -> list[datetime]:
    trigger, found, at = trigger_of(line, ZONE), [], after
    for _ in range(count):
        at = trigger.get_next_fire_time(at, at)
        found.append(at)
    return found


def weekdays(line: str, count: int = 7) -> list[str]:
    return [f"{at:%a}" for at in runs(line, count)]


def test_two_in_the_morning_is_two_on_the_practices_clock() -> None:
    assert runs("0 2 * * *", 2) == [datetime(2026, 11, 24, 2, tzinfo=ZONE), datetime(2026, 11, 25, 2, tzinfo=ZONE)]
    assert runs("0 2 * * *", 1)[0].astimezone(UTC).hour == 7


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("0", ["Sun"]),
        ("7", ["Sun"]),
        ("1", ["Mon"]),
        ("sun", ["Sun"]),
        ("SAT", ["Sat"]),
        ("1-5", ["Tue", "Wed", "Thu", "Fri", "Mon"]),
        ("mon-fri", ["Tue", "Wed", "Thu", "Fri", "Mon"]),
        ("5-7", ["Fri", "Sat", "Sun"]),
        ("fri-mon", ["Fri", "Sat", "Sun", "Mon"]),
        ("0,6", ["Sat", "Sun"]),
        ("1-5/2", ["Wed", "Fri", "Mon"]),
        ("*/3", ["Wed", "Sat", "Sun"]),
        ("*", ["Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon"]),
        ("0-7", ["Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon"]),
    ],
)
def test_weekdays_are_counted_as_cron_counts_them(field: str, days: list[str]) -> None:
    assert weekdays(f"0 2 * * {field}", len(days)) == days


def test_a_day_of_the_month_and_a_weekday_mean_either() -> None:
    assert [at.day for at in runs("0 2 1 * 1", 3)] == [30, 1, 7]


def test_a_night_of_which_two_oclock_is_left_out_has_its_run_all_the_same() -> None:
    before = datetime(2027, 3, 13, 12, tzinfo=ZONE)
    utc = [at.astimezone(UTC) for at in runs("0 2 * * *", 2, before)]
    assert utc == [datetime(2027, 3, 14, 7, tzinfo=UTC), datetime(2027, 3, 15, 6, tzinfo=UTC)]


@pytest.mark.parametrize(
    "line",
    ["", "daily", "0 2 * *", "0 2 * * * *", "60 2 * * *", "0 24 * * *", "0 2 0 * *", "0 2 * 13 *", "0 2 * * 8",
     "0 2 * * 1-", "0 2 * * */0", "0 2 * * foo", "a b c d e", "0 2 * * 1,"],
)  # fmt: skip
def test_what_is_no_line_of_cron_is_refused_with_the_form_it_has(line: str) -> None:
    with pytest.raises(ConfigError, match="five fields"):
        trigger_of(line, ZONE)


@pytest.mark.parametrize("line", ["0 2 30 2 *", "0 2 31 4,6 *"])
def test_a_day_that_never_comes_is_refused_at_once(line: str) -> None:
    began = time.perf_counter()
    with pytest.raises(ConfigError, match="never runs"):
        trigger_of(line, ZONE)
    assert time.perf_counter() - began < 0.5


def test_the_29th_of_february_comes() -> None:
    assert runs("0 2 29 2 *", 1) == [datetime(2028, 2, 29, 2, tzinfo=ZONE)]
