import pytest

from dialogue.slots import name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my name is maria lopez", "Maria Lopez"),
        ("uh my name's john smith", "John Smith"),
        ("hi this is ana ruiz", "Ana Ruiz"),
        ("me llamo carlos mendez", "Carlos Mendez"),
        ("My name is Maria Lopez, and I need an eye exam.", "Maria Lopez"),
        ("my name is maria lopez and i need an appointment", "Maria Lopez"),
        ("first name maria last name lopez", "Maria Lopez"),
    ],
)
def test_an_introduced_name_is_found_anywhere(text: str, value: str) -> None:
    found = name(text)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("maria lopez", "Maria Lopez"),
        ("it's maria", "Maria"),
        ("yes it's maria lopez", "Maria Lopez"),
        ("sure, John O'Brien", "John O'Brien"),
        ("Ian McKay", "Ian McKay"),
        ("maria de la cruz", "Maria De La Cruz"),
        ("l o p e z", "Lopez"),
        ("L-O-P-E-Z", "Lopez"),
        ("m as in mary a r i a", "Maria"),
        ("maria lopez l o p e z", "Maria Lopez"),
        ("maria lopes that's l o p e z", "Maria Lopez"),
        ("b as in boy r o w n", "Brown"),
        ("h a double r i s", "Harris"),
    ],
)
def test_a_bare_or_spelled_name_counts_when_one_was_asked_for(text: str, value: str) -> None:
    found = name(text, expected=True)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    "text",
    [
        "what are your hours", "i don't know", "can you repeat that", "next tuesday", "three oh five five five five",
        "yes", "no", "i need an eye exam", "", "do you take my insurance", "it's for my son",
    ],
)  # fmt: skip
def test_other_answers_are_no_names(text: str) -> None:
    assert name(text, expected=True) is None


@pytest.mark.parametrize("text", ["maria lopez", "this is urgent", "i'm calling about my glasses", "it's my eye"])
def test_nothing_is_a_name_that_was_not_introduced(text: str) -> None:
    assert name(text) is None


@pytest.mark.parametrize("text", ["the name is lopez not lopes", "no it's lopez not lopes", "lopez, l o p e z"])
def test_a_correction_replaces_the_part_that_was_wrong(text: str) -> None:
    found = name(text, expected=True, known="Maria Lopes")
    assert found is not None
    assert found.value == "Maria Lopez"


def test_a_spelled_name_is_marked_as_sure() -> None:
    found = name("l o p e z", expected=True)
    assert found is not None
    assert found.spelled


@pytest.mark.parametrize("text", ["june fifth", "april the second", "in august", "may 3", "the first of june"])
def test_a_month_with_its_day_is_no_name(text: str) -> None:
    assert name(text, expected=True) is None


@pytest.mark.parametrize(
    "text",
    ["soy diabetica y uso lentes", "i'm nearsighted", "i'm dr lee's nurse", "soy la mama", "i'm very worried about it"],
)
def test_what_somebody_is_is_no_name(text: str) -> None:
    assert name(text, expected=True) is None


@pytest.mark.parametrize(
    ("text", "value"), [("no not lopes, lopez", "Maria Lopez"), ("not mario, maria lopez", "Maria Lopez")]
)
def test_a_name_that_is_not_it_gives_way_to_the_one_said_after_it(text: str, value: str) -> None:
    found = name(text, expected=True, known="Maria Lopes")
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize("text", ["Núñez", "soy Sofía Núñez", "a nombre de mi hija, Sofía Núñez"])
def test_accents_are_kept_as_they_were_recognised(text: str) -> None:
    found = name(text, expected=True)
    assert found is not None
    assert "Núñez" in found.value
