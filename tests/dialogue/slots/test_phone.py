import pytest

from dialogue.slots import e164, phone, written


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("three oh five five five five oh one two three", "3055550123"),
        ("it's (305) 555-0123", "3055550123"),
        ("305.555.0123", "3055550123"),
        ("my number is 305 555 0123 thanks", "3055550123"),
        ("plus one three oh five triple five oh one two three", "3055550123"),
        ("one three zero five five five five zero one two three", "3055550123"),
        ("three oh five double five five oh one two three", "3055550123"),
        ("three oh five fifty five five oh one twenty three", "3055550123"),
        ("three o five five five five o one two three", "3055550123"),
        ("eight hundred five five five oh one two three", "8005550123"),
        ("three oh five five five five oh one to three", "3055550123"),
        ("three oh five five five five oh one two four no wait two three", "3055550123"),
        ("three oh six no three oh five five five five oh one two three", "3055550123"),
        ("305 555 0199, sorry, 305 555 0123", "3055550123"),
        ("three oh five, um, five five five, oh one two three", "3055550123"),
        ("three oh five five five", "30555"),
        ("tres cero cinco cinco cinco cinco cero uno dos tres", "3055550123"),
        ("i don't know", ""),
        ("at 10:30 on 12/1", ""),
        ("", ""),
    ],
)
def test_a_number_is_read_as_it_is_said(text: str, digits: str) -> None:
    assert phone(text) == digits


def test_digits_go_on_where_the_last_turn_ended() -> None:
    assert phone("five five five oh one two three", "305") == "3055550123"


def test_a_whole_number_replaces_what_was_begun() -> None:
    assert phone("three oh five five five five oh one two three", "999") == "3055550123"


def test_a_correction_in_a_later_turn_replaces_the_last_digits() -> None:
    assert phone("no wait two three", "3055550124") == "3055550123"


@pytest.mark.parametrize("digits", ["305555012", "1055550123", "3051550123", "", "30555501234"])
def test_impossible_numbers_are_none(digits: str) -> None:
    assert e164(digits) is None


def test_numbers_have_an_exact_and_a_written_form() -> None:
    assert e164("13055550123") == "+13055550123"
    assert written("+13055550123") == "(305) 555-0123"
