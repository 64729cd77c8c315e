import pytest

from dialogue.pronunciations import Pronunciations
from dialogue.spoken import spoken
from engines.spoken_form import SpokenForm


@pytest.mark.parametrize(
    ("written", "said"),
    [
        # Pipecat's part
        ("front.desk@example.com", "front dot desk at example dot com"),
        ("12.5% off", "twelve point five percent off"),
        ("50%", "fifty percent"),
        ("5 mg, 15 ft", "five milligrams, fifteen feet"),
        ("~~not this~~ **yes**", "yes"),
        # ours, which the formatter's options would spoil
        ("Call +13055550123 now.", "Call three oh five, five five five, oh one two three now."),
        ("Open 8:00 AM to 5:00 PM", "Open eight A M to five P M"),
        ("12/1/2026", "December first, twenty twenty six"),
        ("$1,250", "one thousand two hundred fifty dollars"),
        ("LASIK, OK", "LASIK, OK"),
        ("Ana Sample, OD, Miami, FL 33183", "Ana Sample, O D, Miami, Florida three three one eight three"),
        ("1 in 5, at 2 in Miami", "one in five, at two in Miami"),
        ("call 911", "call nine one one"),
        ("Hello 😀", "Hello"),
    ],
)
async def test_a_written_sentence_gets_the_form_to_be_said(written: str, said: str) -> None:
    assert await SpokenForm(Pronunciations)(written) == said


async def test_respellings_come_last_and_can_be_changed_while_a_call_runs() -> None:
    sounds = [Pronunciations((("Kendall", "KEN-dull"),)), Pronunciations((("Kendall", "ken-DAHL"),))]
    form = SpokenForm(lambda: sounds.pop(0))
    assert await form("Kendall, 10:30 AM") == "ken-dull, ten thirty A M"
    assert await form("Kendall") == "ken-dahl"


async def test_what_has_no_figures_or_names_is_the_same_for_both() -> None:
    sentence = "How can I help you today?"
    assert await SpokenForm(Pronunciations)(sentence) == spoken(sentence) == sentence
