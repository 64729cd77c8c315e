import datetime as dt

import pytest

from dialogue.slots import is_open, windows

NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)  # Monday, 10:00 in Miami
ZONE = "America/New_York"


def heard(text: str, expected: bool = True) -> list[tuple[str | None, str | None, str | None]]:
    found = windows(text, now=NOW, timezone=ZONE, expected=expected)
    return [(one.day.isoformat() if one.day else None, one.time, one.part) for one in found]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-23"),
        ("tomorrow", "2026-11-24"),
        ("the day after tomorrow", "2026-11-25"),
        ("tuesday", "2026-11-24"),
        ("monday", "2026-11-30"),
        ("next tuesday", "2026-12-01"),
        ("next monday", "2026-11-30"),
        ("tuesday next week", "2026-12-01"),
        ("next week on thursday", "2026-12-03"),
        ("this friday", "2026-11-27"),
        ("a week from tuesday", "2026-12-01"),
        ("in two weeks", "2026-12-07"),
        ("in a week", "2026-11-30"),
        ("in three days", "2026-11-26"),
        ("the fifth", "2026-12-05"),
        ("the thirtieth", "2026-11-30"),
        ("on the 1st", "2026-12-01"),
        ("december first", "2026-12-01"),
        ("December 1st, 2026", "2026-12-01"),
        ("the first of december", "2026-12-01"),
        ("november twenty fifth", "2026-11-25"),
        ("12/1", "2026-12-01"),
        ("1/15", "2027-01-15"),
        ("12/1/2026", "2026-12-01"),
        ("tuesday december first", "2026-12-01"),
        ("christmas", "2026-12-25"),
        ("thanksgiving", "2026-11-26"),
        ("el martes", "2026-11-24"),
        ("mañana", "2026-11-24"),
    ],
)
def test_days_are_read_relative_to_now(text: str, day: str) -> None:
    assert heard(text) == [(day, None, None)]


@pytest.mark.parametrize(
    ("text", "time", "part"),
    [
        ("ten thirty", "10:30", None),
        ("half past two", "14:30", None),
        ("quarter to three", "14:45", None),
        ("a quarter past nine", "09:15", None),
        ("ten to nine", "08:50", None),
        ("two", "14:00", None),
        ("at eight", "08:00", None),
        ("2 pm", "14:00", None),
        ("two p m", "14:00", None),
        ("10:30 a.m.", "10:30", None),
        ("nine oh five", "09:05", None),
        ("two forty five", "14:45", None),
        ("noon", "12:00", None),
        ("twelve", "12:00", None),
        ("three o'clock", "15:00", None),
        ("ten in the morning", "10:00", None),
        ("in the morning", None, "morning"),
        ("sometime in the afternoon", None, "afternoon"),
        ("after four", "16:00", None),
        ("around eleven", "11:00", None),
        ("15:00", "15:00", None),
    ],
)
def test_times_are_read_as_an_office_means_them(text: str, time: str | None, part: str | None) -> None:
    assert heard(text) == [(None, time, part)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("next tuesday at ten thirty", [("2026-12-01", "10:30", None)]),
        ("friday at two in the afternoon", [("2026-11-27", "14:00", None)]),
        ("friday afternoon", [("2026-11-27", None, "afternoon")]),
        ("tomorrow morning", [("2026-11-24", None, "morning")]),
        ("ten on wednesday", [("2026-11-25", "10:00", None)]),
        ("monday or wednesday", [("2026-11-30", None, None), ("2026-11-25", None, None)]),
        ("monday at nine or wednesday at two", [("2026-11-30", "09:00", None), ("2026-11-25", "14:00", None)]),
        ("monday or wednesday in the morning", [("2026-11-30", None, "morning"), ("2026-11-25", None, "morning")]),
        ("any morning but monday", [(None, None, "morning")]),
        ("the fifth at quarter to three", [("2026-12-05", "14:45", None)]),
        ("not monday, tuesday", [("2026-11-24", None, None)]),
    ],
)
def test_days_and_times_belong_together(text: str, expected: list[tuple[str | None, str | None, str | None]]) -> None:
    assert heard(text) == expected


def test_opening_hours_settle_what_an_hour_means() -> None:
    opening = (dt.time(7), dt.time(18))
    found = windows("tuesday at seven", now=NOW, timezone=ZONE, opening=opening)
    assert found[0].time == "07:00"


def test_the_date_is_that_of_the_place() -> None:
    late = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)  # still Monday evening in Miami
    assert windows("tomorrow", now=late, timezone=ZONE)[0].day == dt.date(2026, 11, 24)


@pytest.mark.parametrize("text", ["as soon as possible", "the first available", "any time", "whenever"])
def test_an_open_wish_is_a_window_of_words(text: str) -> None:
    found = windows(text, now=NOW, timezone=ZONE)
    assert is_open(found[0])
    assert found[0].day is None


@pytest.mark.parametrize(
    "text", ["i have two kids", "an eye exam", "first time", "good morning", "february thirtieth", "i may come", ""]
)
def test_other_words_are_no_windows(text: str) -> None:
    assert heard(text, expected=False) == []
