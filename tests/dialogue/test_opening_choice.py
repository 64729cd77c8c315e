import datetime as dt

import pytest

from dialogue.opening_choice import Choice, choose
from dialogue.slots import yes_no
from tests.dialogue.diary import opening

TODAY = dt.date(2026, 11, 23)
TEN, HALF_PAST_TWO, NINE = opening(12, 1, 10), opening(12, 1, 14, 30), opening(12, 2, 9)
OFFERED = (TEN, HALF_PAST_TWO, NINE)  # Tuesday the first at ten or at two thirty, or Wednesday the second at nine


def heard(text: str, offered: tuple = OFFERED) -> Choice | None:
    return choose(text, offered, TODAY, yes_no=yes_no(text))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("the first one", TEN),
        ("the first one please", TEN),
        ("first", TEN),
        ("yes the first one", TEN),
        ("number one", TEN),
        ("the first of those two", TEN),
        ("option two", HALF_PAST_TWO),
        ("the second one", HALF_PAST_TWO),
        ("the second", HALF_PAST_TWO),
        ("um the 2nd one", HALF_PAST_TWO),
        ("I'll take the second", HALF_PAST_TWO),
        ("not the first one, the second one", HALF_PAST_TWO),
        ("the middle one", HALF_PAST_TWO),
        ("the third one", NINE),
        ("the last one", NINE),
        ("the later one", NINE),
        ("the latest", NINE),
        ("ten", TEN),
        ("ten o'clock works", TEN),
        ("at ten please", TEN),
        ("10:00", TEN),
        ("ten a.m.", TEN),
        ("two thirty", HALF_PAST_TWO),
        ("the two thirty one", HALF_PAST_TWO),
        ("half past two", HALF_PAST_TWO),
        ("tuesday at two thirty", HALF_PAST_TWO),
        ("the afternoon one", HALF_PAST_TWO),
        ("in the afternoon", HALF_PAST_TWO),
        ("let's do nine", NINE),
        ("nine in the morning", NINE),
        ("the wednesday one", NINE),
        ("wednesday is good", NINE),
        ("wednesday the second", NINE),
        ("december second", NINE),
        ("can I have the tuesday ten a m", TEN),
        ("the earliest", TEN),
        ("the soonest please", TEN),
        ("the first available", TEN),
        ("as soon as possible", TEN),
        ("either is fine", TEN),
        ("any of those", TEN),
        ("it doesn't matter", TEN),
        ("you choose", TEN),
    ],
)
def test_a_choice_is_understood_in_many_wordings(text: str, meant: object) -> None:
    assert heard(text) == Choice(meant)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("later", "later"),
        ("something later please", "later"),
        ("do you have anything later", "later"),
        ("anything later that day", "later_that_day"),
        ("anything sooner", "sooner"),
        ("do you have anything earlier", "sooner"),
        ("what else do you have", "else"),
        ("do you have any other times", "else"),
        ("something else", "else"),
        ("not the first one", "else"),
        ("none of those", "none"),
        ("none of those work for me", "none"),
        ("neither works", "none"),
        ("I can't make any of those", "none"),
        ("no", "none"),
        ("no, sorry", "none"),
    ],
)
def test_what_is_wanted_in_place_of_them_is_understood(text: str, wanted: str) -> None:
    assert heard(text) == Choice(otherwise=wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["any morning but monday", "not with doctor chen", "the earliest on friday", "thursday afternoon", "after four",
     "tuesday at eleven", "do you have friday", "what are your hours", "yes", "uh", "that's a beautiful name",
     "I can't do mornings", "next week", "what was the first one again"],
)  # fmt: skip
def test_a_new_wish_a_question_and_a_bare_yes_to_several_are_no_choice(text: str) -> None:
    assert heard(text) is None


def test_a_day_with_two_of_the_offered_times_leaves_these_two() -> None:
    assert heard("tuesday") == Choice(narrowed=(TEN, HALF_PAST_TWO))
    assert heard("the morning one") == Choice(narrowed=(TEN, NINE))


@pytest.mark.parametrize("text", ["yes", "yes please", "sure", "that works", "okay that's fine", "sounds good"])
def test_yes_takes_the_only_time_that_was_offered(text: str) -> None:
    assert heard(text, (TEN,)) == Choice(TEN)


def test_an_ordinal_that_was_not_offered_chooses_nothing() -> None:
    assert heard("the third one", (TEN, NINE)) is None
