import pytest

from engines.clauses import FIRST_CHARS, PIECE_CHARS, has_words, split_for_speech

WHOLE = [
    "One moment, please.",
    "Goodbye.",
    "Three oh five, five five five, oh one two three.",
    "one two three four five six seven eight nine oh " * 5,  # a number of any length stays one
    "",
]
CUT = [
    (
        "We are open Monday through Friday from eight A M to five P M, and on Saturday from nine A M to one P M.",
        "We are open Monday through Friday from eight A M to five P M,",
    ),
    (
        "Our number is three oh five, five five five, oh one two three, and the fax is in the letter you have.",
        "Our number is three oh five, five five five, oh one two three,",
    ),
    (
        "I have Monday, November twenty third, twenty twenty six, at ten A M in Kendall, is that right for you?",
        "I have Monday, November twenty third, twenty twenty six,",
    ),
    (
        "The exam costs one hundred twenty dollars and fifty cents and it takes forty five minutes with the doctor.",
        "The exam costs one hundred twenty dollars and fifty cents",
    ),
    (
        "We take Bausch and Lomb lenses and many other brands from all over the world without any pause at all",
        "We take Bausch and Lomb lenses",
    ),
    (
        "You can park behind the house — there are ten places — or on the street right in front of the door.",
        "You can park behind the house —",
    ),
    (
        "I can take your name and number; somebody from the office will call you back this afternoon.",
        "I can take your name and number;",
    ),
    (
        "Yes, of course, I can do that for you right now, could you please tell me your name?",
        "Yes, of course,",
    ),
    (
        "Thank you for calling Advanced Vision Care. This is AVA, an automated assistant. This call is recorded.",
        "Thank you for calling Advanced Vision Care.",
    ),
    (
        "Please bring your glasses or your contact lenses with you when you come to see the doctor at the office",
        "Please bring your glasses",
    ),
]


@pytest.mark.parametrize("text", WHOLE)
def test_what_is_short_or_one_number_stays_whole(text: str) -> None:
    assert split_for_speech(text) == ((" ".join(text.split()),) if text else ())


@pytest.mark.parametrize(("text", "first"), CUT)
def test_a_long_sentence_begins_with_its_first_clause(text: str, first: str) -> None:
    assert split_for_speech(text) == (first, text[len(first) :].lstrip())


@pytest.mark.parametrize("text", [text for text, _ in CUT])
def test_no_piece_is_a_word_or_two(text: str) -> None:
    assert all(len(piece.replace("—", "").split()) >= 3 for piece in split_for_speech(text))


def test_a_text_of_many_sentences_becomes_pieces_of_moderate_length() -> None:
    text = " ".join(text for text, _ in CUT)
    pieces = split_for_speech(text)
    assert " ".join(pieces) == text
    assert len(pieces[0]) <= FIRST_CHARS + 1
    assert all(len(piece) <= PIECE_CHARS for piece in pieces)
    assert len(pieces) <= len(text) / (PIECE_CHARS / 2)  # and not into crumbs


def test_a_text_without_any_pause_is_cut_between_words() -> None:
    text = " ".join(["word"] * 180)
    pieces = split_for_speech(text)
    assert " ".join(pieces) == text
    assert max(map(len, pieces)) <= PIECE_CHARS


def test_a_dash_between_figures_is_no_pause() -> None:
    text = "We are open today from 9–5 and the number that you should call is 305-555-0100 if you want to come"
    assert not any(piece.endswith(("9–", "305-", "555-")) or piece == "5" for piece in split_for_speech(text))


@pytest.mark.parametrize(
    ("text", "speakable"), [("...", False), (" — ", False), ("", False), ("A.", True), ("5", True)]
)
def test_marks_alone_are_no_words(text: str, speakable: bool) -> None:
    assert has_words(text) is speakable
