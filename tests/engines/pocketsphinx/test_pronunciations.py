from pathlib import Path

from engines.pocketsphinx.language_model import model_dir
from engines.pocketsphinx.pronunciations import guess, pronounce, read_dictionary


def phones() -> set[str]:
    lines = (model_dir() / "cmudict-en-us.dict").read_text(encoding="utf-8").splitlines()
    return {phone for line in lines for phone in line.split()[1:]}


def test_variants_of_the_dictionary_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "d.dict"
    path.write_text("either IY DH ER\neither(2) AY DH ER\n", encoding="utf-8")
    assert pronounce(["either"], read_dictionary(path)) == {"either": ["IY DH ER", "AY DH ER"]}


def test_letters_are_spoken_as_letters() -> None:
    assert pronounce(["w", "a"], {"w": ["W"]})["w"][0].startswith("D AH B")


def test_a_word_that_no_dictionary_has_gets_phones_of_the_model() -> None:
    known = phones()
    for word in ("spectera", "eyemed", "zzyzx", "quijote", "hialeah"):
        assert set(guess(word).split()) <= known
        assert len(guess(word).split()) > 2


def test_anything_has_some_pronunciation() -> None:
    assert guess("'") == "AH"
