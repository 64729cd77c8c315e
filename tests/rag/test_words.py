import pytest

from rag.bm25 import Bm25
from rag.fusion import fuse
from rag.words import MEANT_WEIGHT, question_weights, stem, stems


@pytest.mark.parametrize(
    "family",
    [
        ["close", "closes", "closed", "closing"],
        ["dilate", "dilated", "dilation"],
        ["glass", "glasses"],
        ["lens", "lenses"],
        ["policy", "policies"],
        ["Children's", "children"],
        ["cirugía", "cirugia"],
    ],
)
def test_forms_of_one_word_have_one_stem(family: list[str]) -> None:
    assert len({tuple(stems(word)) for word in family}) == 1


@pytest.mark.parametrize("word", ["eye", "red", "bus", "vsp", "ring"])
def test_short_words_stay_as_they_are(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize("said", ["b c b s", "B.C.B.S.", "I have b c b s", "bcbs"])
def test_letters_said_one_by_one_become_a_word(said: str) -> None:
    assert stems(said) == [stem("bcbs")]


def test_what_a_caller_means_counts_less_than_what_was_said() -> None:
    weights = question_weights("Can my kids come?")
    assert weights[stem("kids")] == 1.0
    assert weights[stem("children")] == MEANT_WEIGHT


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("¿A qué hora cierran?", "close"),
        ("¿Dónde está la oficina?", "address"),
        ("How late are you there?", "hours"),
        ("I don’t have insurance", "without"),
        ("Do you take Visa?", "pay"),
    ],
)
def test_english_and_spanish_ways_of_asking_reach_the_records_words(said: str, meant: str) -> None:
    assert stem(meant) in question_weights(said)


def test_bm25_ranks_rare_words_and_short_texts_higher() -> None:
    index = Bm25(
        {
            "rare": "parking garage",
            "long": "parking garage " + "street lot entrance building " * 5,
            "common": "parking lot",
            "other": "hours",
        }
    )
    scores = index.scores({"park": 1.0, "garag": 1.0})
    assert sorted(scores, key=lambda key: -scores[key]) == ["rare", "long", "common"]


def test_bm25_over_nothing_finds_nothing() -> None:
    assert Bm25({}).scores({"park": 1.0}) == {}


def test_fusion_prefers_what_several_rankings_like_and_is_stable() -> None:
    assert fuse(["a", "b", "c"], ["b", "d"], ["b", "a"]) == ["b", "a", "d", "c"]
    assert fuse(["x"], ["a"]) == ["a", "x"]
    assert fuse([], []) == []


def test_a_phrase_with_a_star_holds_for_every_word_that_begins_so() -> None:
    assert "repair" in question_weights("me puede enderezar los lentes, están torcidos")
    assert "mask" in question_weights("do i still wear a mascarilla")
    assert "mask" not in question_weights("the office is unmasked")
