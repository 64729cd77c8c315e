from pathlib import Path

import pytest
from tokenizers import Tokenizer

from engines.hotwords import TOKEN_BUDGET, cut, hotwords
from practice import load_facts
from tests.fakes import tiny_whisper


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    folder: Path = tiny_whisper.build(tmp_path_factory.mktemp("whisper"))
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def test_names_that_a_model_cannot_guess_come_first() -> None:
    facts = load_facts()
    words = hotwords(facts)
    assert words[: len(facts.locations)][0] == facts.locations[0].name
    order = [
        facts.locations[-1].name,
        facts.providers[0].name.removeprefix("Dr. "),
        facts.plans[0].plan,
        facts.services[0].name,
        "ophthalmologist",
    ]
    assert [words.index(word) for word in order] == sorted(words.index(word) for word in order)


def test_every_word_stands_once() -> None:
    words = [word.casefold() for word in hotwords(load_facts())]
    assert len(words) == len(set(words))


def test_spellings_of_mishearings_are_not_taught() -> None:
    assert not {"i med", "etna", "signa"} & set(hotwords(load_facts()))


def test_the_terms_are_in_the_language_of_the_call() -> None:
    assert "lentes de contacto" in hotwords(load_facts(), "es")
    assert "contact lenses" in hotwords(load_facts(), "en")
    assert hotwords(load_facts(), "fr") == hotwords(load_facts(), "en")


def test_hotwords_are_cut_to_whispers_budget_at_a_words_end(tokenizer: Tokenizer) -> None:
    def tokens(text: str) -> int:
        return len(tokenizer.encode(f" {text}", add_special_tokens=False).ids)

    everything = ", ".join(hotwords(load_facts()))
    assert tokens(everything) > TOKEN_BUDGET
    kept = cut(everything, tokens)
    assert tokens(kept) <= TOKEN_BUDGET
    assert everything.startswith(kept)
    next_word = everything[len(kept) :].lstrip(",").split()[0]
    assert everything[len(kept)] in ", "
    assert tokens(f"{kept}, {next_word}") > TOKEN_BUDGET


def test_what_fits_is_not_cut() -> None:
    assert cut("Kendall, Coral Gables", len, 40) == "Kendall, Coral Gables"


def test_no_comma_is_left_at_the_end() -> None:
    assert cut("Kendall, Coral Gables", lambda text: len(text.split()), 1) == "Kendall"


def test_a_first_word_that_is_too_long_leaves_nothing() -> None:
    assert cut("Kendall", len, 3) == ""
