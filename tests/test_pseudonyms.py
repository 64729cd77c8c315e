"""Everyone in here is invented; telephone numbers are of the fictional 555-01xx kind."""

import datetime as dt
import json
import re

import pytest

from dialogue.sample import sample_facts
from engines.private_chat import public_text
from pseudonyms import Kind, PieceRevealer, Pseudonyms, Public

TODAY = dt.date(2026, 11, 23)
PUBLIC = Public(public_text(sample_facts(), "AVA"))


def pseudonyms(known: dict[Kind, list[str]] | None = None) -> Pseudonyms:
    return Pseudonyms(known, public=PUBLIC, today=TODAY)


HIDDEN = [
    # telephone numbers
    ("my number is 305-555-0123", "0123", "my number is [PHONE_1]"),
    ("Call (305) 555-0123, please.", "555", "Call [PHONE_1], please."),
    ("it's +1 305 555 0123", "305", "it's [PHONE_1]"),
    ("305.555.0123", "0123", "[PHONE_1]"),
    ("3055550123", "3055550123", "[PHONE_1]"),
    ("three oh five five five five oh one two three", "five", "[PHONE_1]"),
    ("it is three oh five uh double five five oh one two three thanks", "double", "it is [PHONE_1] thanks"),
    ("three zero five, five five five, zero one twenty three", "twenty", "[PHONE_1]"),
    ("one eight hundred five five five oh one two three", "hundred", "[PHONE_1]"),
    ("three oh five five five five oh one to three", "three", "[PHONE_1]"),
    ("the one ending in 0123?", "0123", "the one ending in [PHONE_1]?"),
    ("the last four digits are oh one two three", "oh one", "the last four digits are [PHONE_1]"),
    # e-mail
    ("write to maria.example+eye@example.com today", "example.com", "write to [EMAIL_1] today"),
    ("my email is maria dot example at gmail dot com", "gmail", "my email is [EMAIL_1]"),
    ("it's m example eighty at example dot com thanks", "example", "it's [EMAIL_1] thanks"),
    # dates
    ("my birthday is march third nineteen eighty", "third", "my birthday is [BIRTH_1980]"),
    ("Date of birth: 03/03/1980.", "03/03", "Date of birth: [BIRTH_1980]."),
    ("dob 3-3-80", "3-3", "dob [BIRTH_1980]"),
    ("born on the third of march nineteen eighty five", "march", "born on the [BIRTH_1985]"),
    ("I was born March 3rd", "3rd", "I was born [BIRTH_1]"),
    ("date of birth oh three oh three nineteen eighty", "oh three", "date of birth [BIRTH_1980]"),
    ("march third two thousand five", "third", "[DATE_2005]"),
    ("my surgery was on March 3, 2024", "March", "my surgery was on [DATE_2024]"),
    ("my last visit was on 11/20/2026", "11/20", "my last visit was on [DATE_2026]"),
    # other numbers
    ("my member id is W123456789", "W123456789", "my member id is [ID_1]"),
    ("member id w one two three four five six seven", "seven", "member id [ID_1]"),
    ("policy number 4471", "4471", "policy number [ID_1]"),
    ("my social is 123-45-6789", "6789", "my social is [ID_1]"),
    ("the last four of my social is one two three four", "three four", "the last four of my social is [ID_1]"),
    ("the card is 4111 1111 1111 1111", "1111", "the card is [ID_1]"),
    # addresses
    ("I live at 1234 Southwest Eighth Street apt 5 in Miami", "Eighth", "I live at [ADDRESS_1] in Miami"),
    ("i live at twelve thirty four palmetto way", "palmetto", "i live at [ADDRESS_1]"),
    ("vivo en la calle ocho numero 1234", "ocho", "vivo en la [ADDRESS_1]"),
    ("my zip is 33199", "33199", "my zip is [ZIP_1]"),
    ("my zip code is three three one nine nine", "nine", "my zip code is [ZIP_1]"),
    # names
    ("my name is maria lopez and i need an exam", "lopez", "my name is [NAME_1] [NAME_2] and i need an exam"),
    ("My name is, uh, María López-Díaz.", "Díaz", "My name is, uh, [NAME_1] [NAME_2]-[NAME_3]."),
    ("My name is Maria de la Cruz", "Cruz", "My name is [NAME_1] de la [NAME_2]"),
    ("my name is will", "will", "my name is [NAME_1]"),
    ("hi this is maria lopez", "maria", "hi this is [NAME_1] [NAME_2]"),
    ("Hi, I'm Maria. I broke my glasses.", "Maria", "Hi, I'm [NAME_1]. I broke my glasses."),
    ("it's maria calling about my glasses", "maria", "it's [NAME_1] calling about my glasses"),
    ("rosa ortega speaking", "ortega", "[NAME_1] [NAME_2] speaking"),
    ("the last name is ortega", "ortega", "the last name is [NAME_1]"),
    ("this is Mrs. Ortega", "Ortega", "this is Mrs. [NAME_1]"),
    ("My daughter Sofia needs glasses.", "Sofia", "My daughter [NAME_1] needs glasses."),
    ("L O P E Z", "O P", "[NAME_1]"),
    ("Lopez is my last name, L-O-P-E-Z.", "O-P", None),
    ("l as in lima o as in oscar p for papa", "lima", "[NAME_1]"),
    ("g u double l e n", "double", "[NAME_1]"),
    # Spanish
    ("me llamo rosa ortega y necesito una cita", "ortega", "me llamo [NAME_1] [NAME_2] y necesito una cita"),
    ("Mi nombre es Rosa Ortega.", "Rosa", "Mi nombre es [NAME_1] [NAME_2]."),
    ("soy rosa ortega", "rosa", "soy [NAME_1] [NAME_2]"),
    ("mi numero es tres cero cinco cinco cinco cinco cero uno dos tres", "cinco", "mi numero es [PHONE_1]"),
    ("mi número es tres cero cinco cincuenta y cinco cinco cero uno veintitrés", "cincuenta", "mi número es [PHONE_1]"),
    ("nací el tres de marzo de mil novecientos ochenta y cinco", "marzo", "nací el [BIRTH_1985]"),
    ("mi correo es rosa punto ortega arroba gmail punto com", "gmail", "mi correo es [EMAIL_1]"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "secret", "outgoing"), HIDDEN)
def test_what_identifies_a_caller_does_not_go_out(said: str, secret: str, outgoing: str | None) -> None:
    hidden = pseudonyms().hide(said)
    assert not re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", hidden, re.IGNORECASE)
    if outgoing is not None:
        assert hidden == outgoing


STAYS = [
    # what the practice's own facts say, in a caller's words too
    "The Kendall office is at 100 Sample Coral Way, Miami, Florida 33183. Parking is free in front of the building.",
    "is it one hundred or 100 sample coral way in kendall",
    "Is your number 305-555-0110?",
    "is it three oh five five five five oh one one oh",
    "I would like to see Dr. Ana Sample, please.",
    "is doctor sample in on monday",
    "Can I see Ana Sample?",
    "do you take v s p or b c b s",
    "This is AVA, the automated assistant of Advanced Vision Care.",
    "it's kendall",
    "i'm calling for the Coral Gables office",
    "Every office is closed on Thursday, November 26, 2026 for Thanksgiving Day.",
    # times and days to come
    "can i come on december first twenty twenty six at ten thirty",
    "Tuesday, December 1, 2026 at 10:30 AM, or 12/02/2026 at 2:00 PM",
    '{"day": "2026-12-01", "time": "10:30", "words": "next tuesday"}',
    "we open from nine to five, ten thirty or eleven thirty twelve thirty",
    "from 8:30 to 5:30, 24/7, or 8 30 to 5 30",
    # figures that tell nothing about a person
    "it costs $1,299.00 and takes 45 minutes, call 911",
    "my prescription is -2.25 -1.75 180 and I see 20/20",
    "in 2019, 2020 and 2021",
    "i am 46 years old and it was nineteen ninety",
    "i have two questions on the way to the first place",
    # words behind "I'm" that are no names
    "i'm diabetic", "I'm Diabetic and my eye is red.", "this is urgent", "it's blurry", "i'm calling about my glasses",
    "i'm worried", "this is ridiculous", "soy diabetica y no veo bien", "i'm looking for an appointment",
    "the first name is on the card", "may i have your first and last name?", "yes please", "what is your name",
]  # fmt: skip


@pytest.mark.parametrize("said", STAYS)
def test_what_the_model_needs_stays_readable(said: str) -> None:
    assert pseudonyms().hide(said) == said


def test_every_fact_of_the_practice_stays_readable() -> None:
    facts = sample_facts()
    for record in (*facts.locations, *facts.hours, *facts.services, *facts.plans, *facts.providers):
        assert pseudonyms().hide(record.text) == record.text
        assert pseudonyms().hide(f"Well, {record.text.lower()}") == f"Well, {record.text.lower()}"


@pytest.mark.parametrize(("said", "secret", "outgoing"), HIDDEN)
def test_what_was_hidden_comes_back(said: str, secret: str, outgoing: str | None) -> None:
    names = pseudonyms()
    shown = names.reveal(names.hide(said))
    letters = re.compile(r"\b\w\W\w\W|as in|double")  # a spelled name comes back as the word
    assert shown == said or letters.search(said)


def test_one_value_has_one_token_however_it_is_said() -> None:
    names = pseudonyms({Kind.PHONE: ["+13055550123"], Kind.NAME: ["Maria Lopez"]})
    for said in ("(305) 555-0123", "1-305-555-0123", "three oh five triple five oh one two three"):
        assert names.hide(said) == "[PHONE_1]"
    for said in ("Maria Lopez", "MARIA LOPEZ", "maria lópez", "maria l o p e z"):
        assert names.hide(said) == "[NAME_1] [NAME_2]"
    assert names.hide("born 3/3/1980") == "born [BIRTH_1980]"
    assert names.hide("born on march third nineteen eighty") == "born on [BIRTH_1980]"
    assert names.hide("my son was born on april fifth nineteen eighty") == "my son was born on [BIRTH_1980_2]"


def test_a_known_name_is_found_in_its_parts_as_whole_words_in_any_case() -> None:
    names = pseudonyms({Kind.NAME: ["Rosa O'Neil-Ortega"]})
    assert names.hide("Thank you, Rosa.") == "Thank you, [NAME_1]."
    assert names.hide("is ORTEGA's visit set? o’neil") == "is [NAME_3]'s visit set? [NAME_2]"
    assert names.hide("a rosary from ortegas") == "a rosary from ortegas"


def test_a_name_given_late_is_hidden_in_what_was_said_before() -> None:
    names = pseudonyms()
    names.learn("sure, my name is zebulon quux")
    assert names.hide("zebulon has called before") == "[NAME_1] has called before"


def test_a_name_that_is_also_a_place_or_a_common_word_is_hidden_only_beside_a_name() -> None:
    names = pseudonyms({Kind.NAME: ["Austin May"]})
    assert names.hide("Austin May may come to Austin in May") == "[NAME_1] [NAME_2] may come to Austin in May"


def test_a_name_that_is_also_a_common_word_is_hidden_where_it_has_a_capital_of_its_own() -> None:
    names = pseudonyms({Kind.NAME: ["Will Park"]})
    assert names.hide("Thank you, Will. Will you call Mr. Park?") == "Thank you, [NAME_1]. Will you call Mr. [NAME_2]?"
    assert names.hide("you will be dilated and may park there") == "you will be dilated and may park there"


def test_a_caller_with_a_providers_first_name_is_hidden_and_the_provider_is_not() -> None:
    names = pseudonyms({Kind.NAME: ["Ana Ortega"]})
    assert names.hide("Ana, you see Dr. Ana Sample") == "[NAME_1], you see Dr. Ana Sample"


@pytest.mark.parametrize(
    ("question", "answer", "outgoing"),
    [
        ("May I have your first and last name?", "maria lopez", "[NAME_1] [NAME_2]"),
        ("And what is your last name?", "uh lopez", "uh [NAME_1]"),
        ("What is your name?", "yes it's Lopez, thank you", "yes it's [NAME_1], thank you"),
        ("Could you spell your name for me?", "l o", "[NAME_1]"),
        ("¿Cuál es su nombre?", "rosa ortega", "[NAME_1] [NAME_2]"),
        ("What is your name?", "kendall", "kendall"),
        ("What is the name of your plan?", "florida gold", "florida gold"),
        ("What is the best number to call you back at?", "three oh five", "[PHONE_1]"),
        ("What is the best number to call you back at?", "five five five", "[PHONE_1]"),
        ("What is the best number to call you back at?", "this one, but after ten thirty", None),
        ("What is your date of birth?", "march third", "[BIRTH_1]"),
    ],
)
def test_an_answer_is_what_was_asked_for(question: str, answer: str, outgoing: str | None) -> None:
    names = pseudonyms()
    names.learn(answer, before=f"Thank you. {question}")
    assert names.hide(answer) == (outgoing or answer)


def test_text_that_looks_like_a_token_is_hidden_itself_and_comes_back() -> None:
    names = pseudonyms({Kind.NAME: ["Rosa Ortega"]})
    said = "rosa said [NAME_1] and [name_7]"
    hidden = names.hide(said)
    assert hidden == "[NAME_1] said [TEXT_1] and [TEXT_2]"
    assert names.reveal(hidden) == "Rosa said [NAME_1] and [name_7]"


# Back again


@pytest.mark.parametrize(
    "written",
    ["[NAME_1]", "[name_1]", "[ NAME_1 ]", "[NAME 1]", "[Name-1]", "NAME_1", "[NAME_ 1]"],
)
def test_a_token_is_known_in_the_ways_a_model_writes_it(written: str) -> None:
    names = pseudonyms({Kind.NAME: ["Rosa"]})
    assert names.reveal(f"Thank you, {written}. Bye!") == "Thank you, Rosa. Bye!"


def test_a_token_that_was_never_given_out_is_left_out_of_speech() -> None:
    names = pseudonyms({Kind.NAME: ["Rosa"]})
    assert names.reveal("Thank you, [NAME_9]. Which day?") == "Thank you. Which day?"
    assert names.reveal("I have [PHONE_1] for you.") == "I have for you."
    assert names.reveal("[laughs] We are open.") == "[laughs] We are open."


@pytest.mark.parametrize(
    "answer", ["Thank you, [NAME_1] [name_2]. Is [PHONE_1] right, I ask?", "ok NAME_1, bye [NAME_9]"]
)
def test_an_answer_in_pieces_is_revealed_wherever_it_was_cut(answer: str) -> None:
    names = pseudonyms({Kind.NAME: ["Rosa Ortega"], Kind.PHONE: ["+13055550123"]})
    whole = names.reveal(answer)
    assert "Rosa" in whole
    assert "[" not in whole
    for first in range(len(answer) + 1):
        for second in range(first, len(answer) + 1):
            revealer = PieceRevealer(names)
            pieces = [answer[:first], answer[first:second], answer[second:]]
            assert "".join([*map(revealer.feed, pieces), revealer.flush()]) == whole, pieces
    revealer = PieceRevealer(names)
    assert "".join([*map(revealer.feed, answer), revealer.flush()]) == whole


def test_nothing_is_held_back_that_cannot_become_a_token() -> None:
    revealer = PieceRevealer(pseudonyms())
    assert revealer.feed("We are open") == "We are open"
    assert revealer.feed(" today") == " today"
    assert revealer.feed(" [see the note on our hours and places") == " [see the note on our hours and places"


def test_a_token_that_the_answer_broke_off_in_is_not_spoken() -> None:
    revealer = PieceRevealer(pseudonyms({Kind.NAME: ["Rosa"]}))
    assert revealer.feed("Thank you, [NAM") + revealer.flush() == "Thank you"


def test_values_come_back_into_json_escaped() -> None:
    names = pseudonyms()
    names.learn("my email is rosa@example.com")
    given = 'Rosa "Ro\\si" Ortega'
    quoted = Pseudonyms({Kind.ADDRESS: [given]}, today=TODAY)
    assert json.loads(quoted.reveal_json('{"a": "at [ADDRESS_1], she said"}')) == {"a": f"at {given}, she said"}
    assert json.loads(quoted.reveal_json('{"a": "[ADDRESS_1]"}')) == {"a": given}
    assert json.loads(names.reveal_json('{"mail": "[EMAIL_1]", "x": ["[NAME_4]", null]}')) == {
        "mail": "rosa@example.com",
        "x": [None, None],
    }


def test_a_name_with_quotes_is_hidden_in_json_and_comes_back() -> None:
    names = pseudonyms({Kind.NAME: ['Rosa "Chayo" Ortega']})
    line = json.dumps({"name": 'Rosa "Chayo" Ortega', "note": "a\nrosa"})
    hidden = names.hide(line)
    assert hidden == json.dumps({"name": '[NAME_1] "[NAME_2]" [NAME_3]', "note": "a\n[NAME_1]"})
    assert json.loads(names.reveal_json(hidden)) == {"name": 'Rosa "Chayo" Ortega', "note": "a\nRosa"}


def test_a_string_of_tokens_becomes_what_a_form_wants() -> None:
    names = pseudonyms()
    names.learn("my name is rosa ortega, three oh five five five five oh one two three")
    names.learn("my birthday is march third nineteen eighty")
    answer = (
        '{"name": "[NAME_1] [NAME_2]", "phone": "[PHONE_1]", "date_of_birth": "[BIRTH_1980]", "note": "is [NAME_1]"}'
    )
    assert json.loads(names.reveal_json(answer)) == {
        "name": "Rosa Ortega",
        "phone": "+13055550123",
        "date_of_birth": "1980-03-03",
        "note": "is rosa",
    }


def test_the_rest_of_a_text_is_not_touched() -> None:
    text = " Hello…\r\n\tten—thirty, ¿qué? \U0001f600 [x] \\ \n"
    assert pseudonyms().hide(text) == text
    assert pseudonyms().reveal(text) == text
