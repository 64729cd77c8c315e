import pytest

from dialogue.endpointing import Expectation, Kind, hold_secs


@pytest.mark.parametrize("kind", ["anything", "phone", "name", "spelling", "date", "yes_no"])
@pytest.mark.parametrize("text", ["", "  ", "yes", "No.", "yeah", "sure", "no thanks", "okay"])
def test_yes_no_and_nothing_never_wait(kind: Kind, text: str) -> None:
    assert hold_secs(Expectation(kind, 3), text) == 0.0


@pytest.mark.parametrize(
    ("text", "so_far"),
    [("three oh five", 0), ("three oh five five five five", 0), ("(305) 555", 0), ("five five five oh", 3), ("305", 0)],
)
def test_an_unfinished_phone_number_is_waited_for(text: str, so_far: int) -> None:
    assert hold_secs(Expectation("phone", so_far), text) == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("text", "so_far"),
    [("three oh five five five five oh one two three", 0), ("oh one two three", 6), ("(305) 555-0123", 0)],
)
def test_a_whole_phone_number_ends_the_turn_at_once(text: str, so_far: int) -> None:
    assert hold_secs(Expectation("phone", so_far), text) == 0.0


def test_a_number_that_is_begun_after_another_question_is_waited_for_too() -> None:
    assert hold_secs(Expectation("yes_no"), "no use three oh five") == pytest.approx(1.2)


@pytest.mark.parametrize("text", ["my name is", "i'd like to come in on", "tuesday and", "it's at", "i need um", "uh"])
def test_words_that_promise_more_are_given_time(text: str) -> None:
    assert hold_secs(Expectation(), text) == pytest.approx(0.6)


@pytest.mark.parametrize(
    "text",
    [
        "my name is maria lopez",
        "next tuesday at ten",
        "what are your hours",
        "an eye exam",
        "What is it for?",
        "at ten thirty",
    ],
)
def test_whole_sentences_are_not_waited_for(text: str) -> None:
    assert hold_secs(Expectation(), text) == 0.0


@pytest.mark.parametrize("kind", ["spelling", "name"])
@pytest.mark.parametrize("text", ["l o p", "m as in mary", "it's b like boy", "h e double"])
def test_letters_that_are_being_spelled_are_given_time(kind: Kind, text: str) -> None:
    assert hold_secs(Expectation(kind), text) == pytest.approx(0.8)


@pytest.mark.parametrize("text", ["maria lopez", "it's lopez"])
def test_a_name_that_is_not_spelled_is_not_waited_for(text: str) -> None:
    assert hold_secs(Expectation("spelling"), text) == 0.0
