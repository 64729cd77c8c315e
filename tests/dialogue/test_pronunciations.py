from pathlib import Path

import pytest

from dialogue.pronunciations import Pronunciations, read_pronunciations
from dialogue.spoken import spoken
from errors import ConfigError

SOUNDS = Pronunciations(
    (("Hialeah", "high-uh-LEE-uh"), ("Nguyen", "win"), ("Ana Nguyen", "AH-nah win"), ("St. Lucie", "saint LOO-see"))
)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Our Hialeah office.", "Our high-uh-lee-uh office."),
        ("HIALEAH", "high-uh-lee-uh"),
        ("Hialeah's parking", "high-uh-lee-uh's parking"),
        ("Hialeahs, Rehialeah", "Hialeahs, Rehialeah"),
        ("Dr. Nguyen", "Doctor win"),
        ("Dr. Ana Nguyen", "Doctor ah-nah win"),
        ("in St. Lucie at 5 PM", "in saint loo-see at five P M"),
        ("Our Kendall office.", "Our Kendall office."),
        ("", ""),
    ],
)
def test_whole_words_are_respelled_whatever_their_capitals(sentence: str, said: str) -> None:
    assert SOUNDS.applied(spoken(sentence)) == said


def test_without_respellings_a_sentence_stays_as_it_is() -> None:
    assert Pronunciations().applied("Our Hialeah office.") == "Our Hialeah office."


def test_the_shipped_file_can_be_read_and_says_something() -> None:
    assert "lay-sick" in read_pronunciations().applied("LASIK")


def test_comments_and_empty_lines_are_left_out_and_a_change_makes_another_value(tmp_path: Path) -> None:
    path = tmp_path / "pronunciations.txt"
    path.write_text("# names\n\n Nguyen : WIN \nO'Hara: oh-HAIR-uh\n")
    before = read_pronunciations(path)
    assert before.sounds == (("Nguyen", "WIN"), ("O'Hara", "oh-HAIR-uh"))
    assert read_pronunciations(path) == before
    path.write_text("Nguyen: noo-YEN\n")
    assert read_pronunciations(path) != before


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Kendall KEN-dull", "expected `word: SYL-la-bles`"),
        ("Kendall:", "behind the colon"),
        ("Kendall: kˈɛndəl", "behind the colon"),
        ("Kendall: KEN--dull", "behind the colon"),
        ("Kendall: KEN: dull", "behind the colon"),
        (": KEN-dull", "before the colon"),
        ("911: nine", "before the colon"),
        ("(.*): boom", "before the colon"),
        ("x" * 61 + ": ex", "before the colon"),
        ("kendall: ken", "twice"),
    ],
)
def test_a_wrong_line_is_refused_with_file_and_line(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "pronunciations.txt"
    path.write_text(f"# staff\nKendall: KEN-dull\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=problem) as refused:
        read_pronunciations(path)
    assert f"{path}:3" in str(refused.value)
    assert refused.value.code == "pronunciations-wrong"


@pytest.mark.parametrize("content", [None, b"Kendall: \xff"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "pronunciations.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match="cannot be read") as refused:
        read_pronunciations(path)
    assert refused.value.code == "pronunciations-unreadable"
