"""A refusal to be recorded is heard in many words; willingness, which says "don't" and "no" as well, is none."""

import pytest

from dialogue.consent import refuses
from dialogue.text import normalise


@pytest.mark.parametrize(
    "words",
    [
        "Please don't record me.",
        "No, I don't want to be recorded.",
        "I'd rather not be recorded.",
        "I object to being recorded.",
        "Can we talk without being recorded?",
        "Please do not record our conversation.",
        "You don't have my permission to record me.",
        "I didn't give you permission to record this.",
        "I don't care, don't record me.",
        "I don't mind talking, but stop recording.",
        "No problem, but no recording please.",
        "No me graben, por favor.",
    ],
)
def test_a_refusal_is_heard(words: str) -> None:
    assert refuses(normalise(words))


@pytest.mark.parametrize(
    "words",
    [
        "I don't mind being recorded.",
        "I don't mind if you record this.",
        "No problem, you can record this.",
        "I do not have a problem with being recorded.",
        "I don't care if you record me.",
        "No, go ahead, record it.",
        "No, you can record this.",
        "No objection to recording.",
        "I do not have my medical records with me.",
        "Don't you have my records?",
    ],
)
def test_willingness_and_talk_of_records_are_no_refusal(words: str) -> None:
    assert not refuses(normalise(words))
