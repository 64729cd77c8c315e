import pytest

from engines.pocketsphinx.general_english import GeneralEnglish
from engines.pocketsphinx.language_model import model_dir


@pytest.fixture(scope="module")
def english() -> GeneralEnglish:
    return GeneralEnglish(model_dir() / "en-us.lm.bin", ["the", "of", "doctor", "talk", "to", "damn", "x.y.", "zzyzx"])


def test_common_words_are_likelier(english: GeneralEnglish) -> None:
    assert list(english.most_common(2)) == ["the", "to"]
    assert english.unigrams["the"] > 20 * english.unigrams["doctor"]


def test_words_that_follow_are_found_and_others_are_not(english: GeneralEnglish) -> None:
    followers = english.followers("of", english.unigrams)
    assert followers["the"] > 0.1
    assert "of" not in followers


def test_coarse_odd_and_unknown_words_are_left_out(english: GeneralEnglish) -> None:
    assert set(english.unigrams) == {"the", "of", "doctor", "talk", "to"}
    assert english.followers("damn", english.unigrams) == {}
