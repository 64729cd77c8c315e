import datetime as dt

import pytest

from pseudonyms.sensitive import REMOVED, births, masked

OWN = ("+13055550123", "+13055550100")
TODAY = dt.date(2026, 11, 23)
BORN = dt.date(1985, 3, 4)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my social is 123-45-6789 thanks", f"my social is {REMOVED} thanks"),
        ("social security one two three four five six seven eight nine", f"social security {REMOVED}"),
        ("mi seguro social es uno dos tres cuatro cinco seis siete ocho nueve", f"mi seguro social es {REMOVED}"),
        ("the last four of my social are 6789", f"the last four of my social are {REMOVED}"),
        ("it is 123456789", f"it is {REMOVED}"),
        ("card 4111 1111 1111 1111, cvv 123", f"card {REMOVED}, cvv {REMOVED}"),
        ("four" + " one" * 15 + " please", f"{REMOVED} please"),
        ("amex 3782 822463 10005", f"amex {REMOVED}"),
        ("call my sister at 305-555-0188", f"call my sister at {REMOVED}"),
        ("she is at three oh five double five five oh one eight eight", f"she is at {REMOVED}"),
        ("my prescription at the pharmacy 305.555.0199", f"my prescription at the pharmacy {REMOVED}"),
        ("my brother has 555-0188", f"my brother has {REMOVED}"),
        ("+52 55 1234 5678 in mexico", f"{REMOVED} in mexico"),
    ],
)
def test_a_number_that_staff_must_not_find_gives_way_to_a_note(text: str, shown: str) -> None:
    assert masked(text, OWN) == (shown, True)


@pytest.mark.parametrize(
    "text",
    [
        "call me at (305) 555-0123 after 5",
        "call me at three oh five five five five oh one two three",
        "my number is 555-0123",
        "you called me from 305 555 0100",
        "order number 1234567",
        "order number one two three four five six seven",
        "member id W123456789",
        "my appointment on 12/1/2026 at 10:30 or 2:15",
        "december first two thousand twenty six at ten thirty",
        "2 boxes of 90 at $120.50, in 2025 or 2026",
        "my zip is 33183, i am 67",
        "",
    ],
)
def test_the_callers_and_the_practices_numbers_times_and_quantities_stay(text: str) -> None:
    assert masked(text, OWN) == (text, False)


@pytest.mark.parametrize(
    "text",
    [
        "march fourth nineteen eighty five", "march fourth eighty five", "it's the fourth of march 1985", "3/4/85",
        "03/04/1985", "cuatro de marzo de mil novecientos ochenta y cinco", "el 4 de marzo del 85", "march 4, '85",
    ],
)  # fmt: skip
def test_a_date_of_birth_is_read_however_it_is_said(text: str) -> None:
    assert births(text, TODAY, asked=True) == {BORN}


def test_a_day_to_come_is_no_birth() -> None:
    assert births("tuesday december first at ten", TODAY) == frozenset()
