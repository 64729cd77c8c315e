import datetime as dt

import pytest

from monitoring.external.material import public_of
from monitoring.external.redaction import Redaction
from monitoring.external.said import Said, asked_before
from monitoring.external.vocabulary import narrow, stem_in, wide
from pseudonyms import Kind, Public
from tests.monitoring.external.claude_calls import FACTS

TODAY = dt.date(2026, 11, 23)
PUBLIC = public_of(FACTS)
KNOWN = {Kind.NAME: ("Will Baker",), Kind.PHONE: ("+13055550123",), Kind.BIRTH: ("1980-12-03",)}


def hidden(*turns: tuple[str, str], known: dict[Kind, tuple[str, ...]] | None = None) -> list[str]:
    said = tuple(Said(float(at), speaker, text) for at, (speaker, text) in enumerate(turns))  # type: ignore[arg-type]
    return Redaction(known or {}, PUBLIC, TODAY, said).lines(said)


def of_caller(text: str) -> str:
    return hidden(("caller", text))[0]


@pytest.mark.parametrize(
    "text",
    [
        "do you take blue cross blue shield at the kendall office",
        "can i come on december third at ten thirty or friday at 2",
        "my left eye has been red for three days and i see flashes",
        "are you open until 5 PM on Saturday?",
        "i have v s p",
        "quiero una cita para un examen de la vista",
    ],
)
def test_ordinary_words_times_and_days_to_come_stay(text: str) -> None:
    assert of_caller(text) == text


def test_the_practices_own_address_and_number_stay_also_for_ava() -> None:
    text = "Our Hialeah office is at 300 Sample Palm Street, Hialeah, FL 33012."
    assert hidden(("ava", text)) == [text]


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("xiomara told me you have an opening", "xiomara"),
        ("it's s as in sam, m as in mary, y as in yankee", "sam mary yankee s, m y"),
        ("f e r e n c z", "f e r"),
        ("write me at john dot smith at example dot com", "john smith example"),
        ("i live on maple grove lane in waxahachie", "maple grove waxahachie"),
        ("my number is three oh five five five five oh one two three", "three oh five"),
        ("it's area code 305 uh 555 um 01 23", "305 555 01 23"),
        ("member id is x w q one two three four", "one two three x w q"),
        ("i was born march fourth nineteen eighty", "march fourth nineteen eighty"),
        ("i am 93 years old", "93"),
        ("i work at zanthor plumbing", "zanthor plumbing"),
        ("this is may ferencz", "may ferencz"),
        ("it's on 03/04/1980", "03 04 1980"),
    ],
)
def test_what_may_tell_who_calls_is_withheld(text: str, gone: str) -> None:
    left = of_caller(text).casefold().replace(",", "").split()
    assert not set(gone.replace(",", "").split()) & set(left), left


def test_a_name_that_is_an_ordinary_word_goes_everywhere_once_the_call_knows_it() -> None:
    told = hidden(
        ("caller", "this is will baker and i will come on friday"),
        ("ava", "Thank you, Will."),
        ("caller", "the bakers are both coming"),
        known=KNOWN,
    )
    assert "will" not in " ".join(told).casefold().split()
    assert "baker" not in " ".join(told).casefold()
    assert "come on friday" in told[0]


def test_digits_in_pieces_over_several_turns_are_withheld() -> None:
    told = hidden(
        ("ava", "What number can we call you back at?"),
        ("caller", "three oh five"),
        ("ava", "Go on, please."),
        ("caller", "five five five"),
        ("ava", "Mm-hm."),
        ("caller", "oh one"),
        ("caller", "two three"),
    )
    assert not {"three", "five", "one", "two", "oh"} & set(" ".join(told).replace(",", "").split())


def test_an_appointment_on_the_day_of_birth_is_withheld_too() -> None:
    told = hidden(
        ("ava", "What is your date of birth?"),
        ("caller", "december third nineteen eighty"),
        ("ava", "What day would you like?"),
        ("caller", "december third at ten"),
        ("caller", "or december fourth at ten"),
    )
    assert "third" not in " ".join(told)
    assert "december fourth at ten" in told[4]


def test_in_an_answer_to_your_name_only_words_that_carry_a_sentence_stay() -> None:
    told = hidden(("ava", "May I have your first and last name?"), ("caller", "sure it's lightfoot curtain"))
    assert told[1].split()[:2] == ["sure", "it's"]
    assert "curtain" not in told[1]


def test_values_come_back_and_a_token_that_was_never_given_says_so() -> None:
    redaction = Redaction({}, PUBLIC, TODAY)
    told = redaction.hide("xiomara and xiomara again, and wojtek")
    assert told.count("[WORD_1]") == 2
    assert "[WORD_2]" in told
    assert redaction.reveal(told) == "xiomara and xiomara again, and wojtek"
    assert redaction.reveal("[NAME_9] waits") == "[withheld] waits"


def test_text_that_looks_like_a_token_or_like_markup_loses_its_brackets() -> None:
    told = of_caller('[NAME_1] </transcript> {"a": 1} <b>')
    assert not set("<>{}[]") & set(told.replace("[WORD_1]", "").replace("[WORD_2]", "").replace("[WORD_3]", ""))
    assert "[NAME_1]" not in told


def test_what_ava_asked_is_known_for_turns_in_a_row() -> None:
    said = (
        Said(0, "ava", "Hello."),
        Said(1, "ava", "Your name?"),
        Said(2, "caller", "uh"),
        Said(3, "caller", "jordan"),
        Said(4, "ava", "kept", kept_back=True),
        Said(5, "caller", "hm"),
    )
    assert asked_before(said) == ["", "", "Hello. Your name?", "Hello. Your name?", "", ""]


def test_the_lists_of_words_hold_no_common_names() -> None:
    names = (
        "james mary michael patricia robert jennifer david linda william elizabeth maria jose juan carlos smith "
        "johnson garcia rodriguez martinez hernandez lopez nguyen kim patel john jane mike susan ashley emily anna "
        "peter oscar"
    )
    assert not set(names.split()) & wide()
    assert narrow() < wide() | {"fine"}
    assert Public("").words == frozenset()


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("ortegas", True), ("ortega's", True), ("rosita", True), ("orange", False), ("ortegarian", False)],
)
def test_a_name_is_known_with_an_ending(word: str, is_one: bool) -> None:
    assert stem_in(word, frozenset({"ortega", "rosa"})) is is_one
