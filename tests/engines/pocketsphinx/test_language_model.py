import os
from pathlib import Path

import pytest

from bench.word_errors import SENTENCES, read_sentences
from engines.pocketsphinx import build_model
from engines.pocketsphinx.language_model import (
    ANYTHING,
    CONTEXTS,
    DICTIONARY,
    arpa,
    build,
    corpus,
    is_sound,
    plain_words,
)
from errors import SttError
from facts import PracticeFacts

ARPA = arpa(ANYTHING)


@pytest.fixture(scope="module")
def said(facts: PracticeFacts) -> list[str]:
    return [sentence for context in CONTEXTS for sentence in corpus(facts, context)]


def test_the_corpus_is_the_same_every_time(facts: PracticeFacts, said: list[str]) -> None:
    assert [sentence for context in CONTEXTS for sentence in corpus(facts, context)] == said


def test_every_context_has_the_same_words(model: Path) -> None:
    def words(context: str) -> set[str]:
        unigrams = (model / arpa(context)).read_text().split("\\1-grams:\n")[1].split("\n\n")[0].splitlines()
        return {line.split()[1] for line in unigrams}

    assert all(words(context) == words(ANYTHING) for context in CONTEXTS)


@pytest.mark.parametrize(
    "answer",
    [
        "yes", "no", "yeah", "nope", "kendall", "coral gables", "san antonio", "the first time", "new patient",
        "blue cross", "medicare", "v s p", "eye exam", "tomorrow", "goodbye", "operator", "thank you", "uh", "lasik",
    ],
)  # fmt: skip
def test_common_answers_stand_alone(said: list[str], answer: str) -> None:
    assert said.count(answer) >= 2


def test_every_location_service_and_plan_of_the_facts_is_said(facts: PracticeFacts, said: list[str]) -> None:
    everything = " | ".join(said)
    names = [place.name for place in facts.locations] + [s.name for s in facts.services] + [p.plan for p in facts.plans]
    assert [name for name in names if f" {plain_words(name)} " not in f" {everything} "] == []


def test_the_measured_sentences_are_not_in_the_corpus(said: list[str]) -> None:
    files = [SENTENCES, Path(__file__).parent / "dev_sentences.txt"]
    sentences = {words for path in files for _, words in read_sentences(path)}
    assert len(sentences) >= 70
    assert sentences & set(said) == set()


def test_every_word_of_the_model_has_a_pronunciation(model: Path) -> None:
    unigrams = (model / ARPA).read_text().split("\\1-grams:\n")[1].split("\n\n")[0].splitlines()
    words = {line.split()[1] for line in unigrams} - {"<s>", "</s>"}
    spoken = {line.split()[0] for line in (model / DICTIONARY).read_text().splitlines()}
    assert words <= spoken


def test_a_sound_model_is_not_built_again(facts: PracticeFacts, model: Path) -> None:
    before = (model / ARPA).stat().st_mtime_ns
    assert build(facts, model.parent) == model
    assert (model / ARPA).stat().st_mtime_ns == before


def test_other_facts_make_another_model(facts: PracticeFacts, model: Path, tmp_path: Path) -> None:
    place = facts.locations[0].model_copy(update={"name": "Islamorada"})
    other = build(facts.model_copy(update={"locations": (place,)}), tmp_path)
    assert other.name != model.name
    assert "\nislamorada " in (other / DICTIONARY).read_text()


async def test_a_damaged_model_is_built_again(facts: PracticeFacts, model: Path, tmp_path: Path) -> None:
    folder = tmp_path / model.name
    folder.mkdir()
    (folder / ARPA).write_text("half a fi")
    assert not is_sound(folder)
    assert await build_model(facts, tmp_path) == folder
    assert (folder / ARPA).read_bytes() == (model / ARPA).read_bytes()
    assert os.listdir(tmp_path) == [folder.name]


def test_a_folder_that_cannot_be_written_is_told(facts: PracticeFacts, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SttError) as caught:
        build(facts, tmp_path / "file")
    assert caught.value.code == "stt-model"
