import datetime as dt

import pytest

from monitoring.external.figures import month_and_day, withheld_numbers
from pseudonyms import Public
from pseudonyms.words import fold, words_of

TODAY = dt.date(2026, 11, 23)


def withheld(text: str, asked: str | None = None) -> list[str]:
    words = words_of(text, fold(text))
    spans = withheld_numbers(text, fold(text), words, Public("Call 305-555-0142."), TODAY, asked)  # type: ignore[arg-type]
    return [" ".join(words[at].text for at in span) for span in spans]


@pytest.mark.parametrize(
    "text",
    [
        "at ten", "at 10:30", "ten thirty in the morning", "2 pm", "from nine to five", "december third", "24/7",
        "for three weeks", "one of them", "20/20 vision", "january 4 at 9", "friday at two fifteen",
        "call 305-555-0142",
    ],
)  # fmt: skip
def test_times_quantities_days_to_come_and_the_practices_numbers_stay(text: str) -> None:
    assert withheld(text) == []


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("three oh five five five five", "three oh five five five five"),
        ("triple five oh one", "triple five oh one"),
        ("305.555.0123", "305 555 0123"),
        ("june second", "june second"),
        ("december third 1980", "december third 1980"),
        ("nineteen eighty", "nineteen eighty"),
        ("33012", "33012"),
        ("oh one", "oh one"),
        ("eighty five years old", "eighty five"),
    ],
)
def test_every_other_number_is_withheld(text: str, gone: str) -> None:
    assert withheld(text) == [gone]


def test_an_answer_to_a_question_for_a_number_keeps_none() -> None:
    assert withheld("at ten thirty", "identity") == ["ten thirty"]
    assert withheld("ten thirty", "time") == []


@pytest.mark.parametrize(
    ("text", "day"),
    [("march twenty fourth", (3, 24)), ("3/24/80", (3, 24)), ("twelve oh three fifty", (12, 3)),
     ("1980-03-24", (3, 24)), ("sometime", None)],
)  # fmt: skip
def test_a_date_of_birth_is_understood(text: str, day: tuple[int, int] | None) -> None:
    assert month_and_day(text) == day
