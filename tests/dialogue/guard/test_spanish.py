"""Spanish sentences in the English words that the rules read."""

import pytest

from dialogue.guard.spanish import in_english


@pytest.mark.parametrize(
    ("spanish", "english"),
    [
        ("Abrimos de lunes a jueves de ocho a cinco y media.", "we open from monday to thursday from 8 to 5:30."),
        ("Cerramos a las cinco menos cuarto.", "we close at 4:45."),
        ("No aceptamos Kaiser.", "we do not accept Kaiser."),
        ("Toledo no abre los lunes.", "Toledo does not opens on monday."),
        ("El examen cuesta ciento treinta y cinco dólares.", "the exam costs 135 dollars."),
        ("El veinticinco de diciembre estamos cerrados.", "december 25 we are closed."),
        ("El número es tres cero cinco, cinco cinco cinco, cero uno uno cero.", "number is 3 0 5, 5 5 5, 0 1 1 0."),
        ("Puede llamarnos.", "can call."),
    ],
)
def test_a_spanish_sentence_is_read_in_english_words(spanish: str, english: str) -> None:
    assert in_english(spanish).removeprefix("the ") == english.removeprefix("the ")


@pytest.mark.parametrize(
    "sentence",
    ["We're open at nine.", "Once it is noted, no one has to come.", "Dr. Ramos is in Los Angeles.", "911", ""],
)
def test_an_english_sentence_stays_as_it_is(sentence: str) -> None:
    assert in_english(sentence) == sentence


def test_an_unknown_word_stays_unknown() -> None:
    assert "bótox" in in_english("Ofrecemos bótox en la oficina.")
