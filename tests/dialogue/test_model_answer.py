import pytest

from dialogue import model_answer
from dialogue.receptionist import Receptionist
from dialogue.reply import Reply
from dialogue.sample import sample_facts
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("I can help you with that.", None),
        ("Sure!", None),
        ("Our Kendall office can see you, and the staff will confirm.", None),
        ("Claro, con mucho gusto.", None),
        ("<|start_header_id|>assistant", "not-text"),
        ('{"intent": "book"}', "not-text"),
        ("assistant: Hello there", "not-text"),
        ("See https://example.com for more.", "not-text"),
        ("ok\x07", "not-text"),
        ("�� hm", "not-text"),
        ("!!! ... ???", "not-words"),
        ("12 34 56 78", "not-words"),
        ("the the the the the the the the the", "repetition"),
        ("I can help you with that today. " * 20, "too-long"),
    ],
)
def test_what_may_be_spoken(sentence: str, problem: str | None) -> None:
    assert model_answer.problem_with(sentence) == problem


@pytest.mark.parametrize(
    ("asked", "question", "same"),
    [
        ("And which office would be best for you?", "Which office would you like to visit?", True),
        ("Could I have your first and last name, please?", "May I have your first and last name?", True),
        ("Would you like to hear about our sale?", "Which office would you like to visit?", False),
        ("What is your birthday?", "May I have your first and last name?", False),
    ],
)
def test_the_question_stays_the_one_that_is_waited_for(asked: str, question: str, same: bool) -> None:
    assert model_answer.asks_the_same(asked, question) is same


@pytest.mark.parametrize(
    ("reply", "fixed"),
    [
        (Reply(("What would you like to be seen for?",)), False),
        (Reply(("We are open from 8:00 AM.", "Anything else?")), True),
        (Reply(("Kendall is open.",), record_ids=("hours-kendall",)), True),
        (Reply(("Thank you.", "Goodbye."), then="hang_up"), True),
        (Reply(("I am connecting you.",), then="transfer"), True),
    ],
)
def test_facts_figures_and_endings_are_said_as_the_rules_word_them(reply: Reply, fixed: bool) -> None:
    assert model_answer.wording_is_fixed(reply, "help", urgent=False) is fixed


def test_an_urgent_call_is_never_worded_by_a_model() -> None:
    assert model_answer.wording_is_fixed(Reply(("What is your name?",)), "name", urgent=True)


def test_a_read_back_is_never_worded_by_a_model() -> None:
    assert model_answer.wording_is_fixed(Reply(("Is that right?",)), "read_back", urgent=False)


@pytest.fixture
def ava() -> Receptionist:
    return Receptionist(facts=sample_facts(), clock=FakeClock(), caller_number="+13055550123", handoff="always")


def test_a_turn_that_the_model_understood_is_no_failed_turn(ava: Receptionist) -> None:
    for pet in ("fish tank", "parrot", "hamster", "turtle", "lizard"):
        reply = ava.hear(f"do you have a {pet} in the waiting room that the children could look at")
        assert reply.then == "listen"
        ava.said_instead(("The children have a play corner.", "How can I help you?"))
    assert ava.failed_turns == 0


def test_a_model_that_only_asks_again_does_not_keep_a_caller_from_a_person(ava: Receptionist) -> None:
    ends = []
    for _ in range(3):
        ends.append(ava.hear("flurb the wobbly quantum marmalade sideways").then)
        if ends[-1] == "listen":
            ava.said_instead(("I am sorry, could you say that again?",))
    assert ends == ["listen", "listen", "transfer"]


def test_what_the_model_said_is_repeated_after_a_cough(ava: Receptionist) -> None:
    ava.hear("i would like to book an eye exam")
    ava.said_instead(("Happy to help.", "Which office suits you?"))
    assert ava.hear_nothing(interrupted=True, heard="Happy to help.").sentences == ("Which office suits you?",)


def test_a_recogniser_that_failed_is_owned_up_to_and_ends_with_a_person(ava: Receptionist) -> None:
    replies = [ava.hear_nothing(stt_failed=True) for _ in range(3)]
    assert replies[0].text == "I'm sorry, could you say that again?"
    assert [reply.then for reply in replies] == ["listen", "listen", "transfer"]
    assert replies[2].reason == "not_understood"


def test_a_service_that_stops_takes_leave_and_promises_a_call_back(ava: Receptionist) -> None:
    reply = ava.service_stops()
    assert (reply.then, reply.reason) == ("hang_up", "service_stops")
    assert "call you back" in reply.text
    assert reply.sentences[-1] == "Goodbye."


def test_an_emergency_that_is_told_in_two_turns_is_caught(ava: Receptionist) -> None:
    ava.hear("since this morning i see flashes of light")
    assert ava.slots.urgency != "routine"
    ava.hear("and now a lot of floaters too")
    assert ava.slots.urgency == "emergent"
