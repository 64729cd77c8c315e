import pytest

from dialogue.slots import is_new_patient, yes_no


@pytest.mark.parametrize(
    "text",
    [
        "yes", "yeah that's right", "sure", "correct", "uh huh", "mm-hmm", "si", "claro", "of course", "sounds good",
        "no that's right", "yep", "okay", "no problem", "I think so", "please", "that works", "sí, está bien",
    ],
)  # fmt: skip
def test_yes_in_many_words(text: str) -> None:
    assert yes_no(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "no", "nope", "no it's lopez", "not really", "that's wrong", "no thank you", "i don't think so", "nah",
        "absolutely not", "incorrect", "no gracias", "that's not right", "uh-uh", "no that's all", "that's it",
    ],
)  # fmt: skip
def test_no_in_many_words(text: str) -> None:
    assert yes_no(text) is False


@pytest.mark.parametrize(
    "text", ["maybe", "i don't know", "not sure", "kendall", "", "i have v s p", "it is tuesday at ten"]
)
def test_neither(text: str) -> None:
    assert yes_no(text) is None


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("i'm a new patient", True), ("first time", True), ("never", True), ("i've never been there", True),
        ("no i haven't", True), ("es mi primera vez", True), ("i've been there before", False),
        ("existing patient", False), ("not my first time", False), ("i'm not new", False),
        ("i saw doctor sample last year", False), ("i need new glasses", None), ("kendall", None),
    ],
)  # fmt: skip
def test_new_or_existing(text: str, new: bool | None) -> None:
    assert is_new_patient(text) is new


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yeah no", False),
        ("no yeah", True),
        ("yeah no totally that works", True),
        ("yeah that won't work", False),
        ("yes no problem", True),
        ("no ya fui", False),
    ],
)
def test_of_yes_and_no_in_one_breath_the_rest_tells_or_the_later_one(text: str, value: bool) -> None:
    assert yes_no(text) is value
