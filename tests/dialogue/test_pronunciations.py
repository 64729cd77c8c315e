import pytest

from dialogue.pronunciations import PRONUNCIATIONS, Pronunciations, read_pronunciations
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
    assert "lay-sick" in PRONUNCIATIONS.current.applied("LASIK")


def test_comments_and_empty_lines_are_left_out_and_a_change_makes_another_value() -> None:
    text = "# names\n\n Nguyen : WIN \nO'Hara: oh-HAIR-uh\n"
    before = read_pronunciations(text, "names.txt")
    assert before.sounds == (("Nguyen", "WIN"), ("O'Hara", "oh-HAIR-uh"))
    assert read_pronunciations(text, "names.txt") == before
    assert read_pronunciations("Nguyen: noo-YEN\n", "names.txt") != before


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
def test_a_wrong_line_is_refused_with_file_and_line(line: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as refused:
        read_pronunciations(f"# staff\nKendall: KEN-dull\n{line}\n", "names.txt")
    assert "names.txt:3" in str(refused.value)
    assert refused.value.code == "wording-invalid"
