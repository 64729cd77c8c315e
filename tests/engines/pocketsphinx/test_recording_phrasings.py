"""What callers say about being recorded: judged by the rule that acts on it, not in the corpus, and heard."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.word_errors import read_sentences
from clock import SystemClock
from dialogue.receptionist import Receptionist
from engines.pocketsphinx.language_model import ANYTHING, CONTEXTS, DICTIONARY, arpa, corpus
from facts import PracticeFacts

SENTENCES = read_sentences(Path(__file__).parent / "refusal_sentences.txt")
REFUSALS = [words for kind, words in SENTENCES if kind == "refusal"]


def stops_the_recording(text: str, facts: PracticeFacts) -> bool:
    ava = Receptionist(facts=facts, clock=SystemClock(), caller_number="+13055550123")
    ava.greeting()
    return ava.hear(text).refuses_recording


@pytest.mark.parametrize(("kind", "words"), SENTENCES)
def test_the_sentences_are_what_they_are_listed_as(kind: str, words: str, facts: PracticeFacts) -> None:
    assert stops_the_recording(words, facts) == (kind == "refusal")


@pytest.mark.parametrize("context", CONTEXTS)
def test_every_model_has_phrasings_of_a_refusal_but_not_these(context: str, facts: PracticeFacts) -> None:
    said = set(corpus(facts, context))
    assert said & {words for _, words in SENTENCES} == set()
    about = sorted(sentence for sentence in said if "record" in sentence)[::12]
    assert sum(stops_the_recording(sentence, facts) for sentence in about) >= len(about) // 3 >= 10


@pytest.mark.parametrize("word", ["recorded", "recording", "taped", "consent", "permission", "erase"])
def test_a_word_of_a_refusal_can_be_heard(word: str, model: Path) -> None:
    assert re.search(rf"^\S+\s{word}\b", (model / arpa(ANYTHING)).read_text(), re.MULTILINE)
    assert re.search(rf"^{word} ", (model / DICTIONARY).read_text(), re.MULTILINE)


def test_most_refusals_are_understood_from_a_synthetic_voice(
    facts: PracticeFacts, say: Callable[[str], bytes], direct: Callable[[bytes], str]
) -> None:
    heard = {words: direct(say(words)) for words in REFUSALS}
    understood = [words for words, text in heard.items() if stops_the_recording(text, facts)]
    assert len(understood) >= len(REFUSALS) // 2 + 1, heard
