"""Failed turns and what they lead to: calls as tables, on the sample facts on a Monday at ten."""

from collections.abc import Callable

import pytest

from dialogue.failures import has_no_answer
from dialogue.receptionist import Receptionist
from dialogue.reply import Reply

Make = Callable[..., Receptionist]
HOURS = "what are your hours at kendall on friday"
NO_PRICE = "how much is an eye exam"


def talk(ava: Receptionist, *lines: str) -> list[Reply]:
    return [ava.hear(line) for line in lines]


def ways_out(replies: list[Reply]) -> list[tuple[str, str | None]]:
    return [(reply.then, reply.failure) for reply in replies]


# The same question again


def test_a_question_that_is_asked_again_right_after_its_answer_is_answered_again_and_staff_are_offered(
    make: Make,
) -> None:
    ava = make()
    first, again = talk(ava, HOURS, "sorry what are your hours at kendall on friday")
    assert first.failure is None
    assert again.failure == "repeated-question"
    assert first.sentences[0] in again.sentences
    assert again.record_ids == first.record_ids
    assert again.sentences[-1] == "Would you like to speak with our staff?"
    assert ava.failed_turns == 1


def test_yes_to_that_offer_hands_the_call_over(make: Make) -> None:
    *_, reply = talk(make(handoff="always"), HOURS, HOURS, "yes please")
    assert (reply.then, reply.reason) == ("transfer", "repeated_question")


def test_the_third_repetition_goes_to_a_person(make: Make) -> None:
    replies = talk(make(handoff="always"), HOURS, HOURS, HOURS, HOURS)
    repeated = ("listen", "repeated-question")
    assert ways_out(replies) == [("listen", None), repeated, repeated, ("transfer", "repeated-question")]
    assert replies[-1].reason == "repeated_question"


@pytest.mark.parametrize("line", ["can you say that again", "pardon me", "i didn't hear you"])
def test_asking_ava_to_say_it_again_is_no_failed_turn(make: Make, line: str) -> None:
    ava = make()
    *_, again = talk(ava, HOURS, line)
    assert again.failure is None
    assert ava.failed_turns == 0


def test_another_question_in_between_begins_the_count_anew(make: Make) -> None:
    ava = make()
    talk(ava, HOURS, HOURS, "what are your hours at kendall on tuesday", HOURS)
    assert ava.failed_turns == 1


def test_a_question_that_only_a_model_can_answer_counts_when_it_comes_again_in_the_same_words(make: Make) -> None:
    ava, question = make(handoff="always"), "do you have a parrot in the waiting room for the children"
    ends = []
    for _ in range(4):
        ends.append(ava.hear(question).then)
        ava.said_instead(("The children have a play corner.", "How can I help you?"))
    assert ends[:3] == ["listen", "listen", "listen"]
    assert ava.failed_turns >= 2


# What AVA does not have


def test_what_ava_does_not_have_is_a_failed_turn_and_three_of_them_go_to_a_person(make: Make) -> None:
    ava = make(handoff="always")
    replies = talk(ava, "is there a bus to your kendall office", NO_PRICE, "do you take zebra insurance")
    assert ways_out(replies) == [("listen", "no-answer"), ("listen", "no-answer"), ("transfer", "no-answer")]
    assert replies[-1].reason == "no_answer"
    assert ava.failed_turns == 3


def test_an_answer_in_between_begins_the_count_anew(make: Make) -> None:
    ava = make(handoff="always")
    replies = talk(ava, NO_PRICE, "is there a bus to your kendall office", HOURS, "do you take zebra insurance")
    assert replies[-1].then == "listen"


@pytest.mark.parametrize(
    ("text", "is_none"),
    [
        ("I do not have that information.", True),
        ("I'm sorry, I don't have that specific information about parking.", True),
        ("I don't have any information on that.", True),
        ("I don't know, but our staff can call you back.", True),
        ("We have two offices.", False),
        ("You do not have to bring anything.", False),
        ("Do you have that card with you?", False),
    ],
)
def test_a_model_that_has_no_answer_is_known_by_its_words(text: str, is_none: bool) -> None:
    assert has_no_answer(text) is is_none


def test_a_model_without_an_answer_three_times_in_a_row_goes_to_a_person_behind_its_words(make: Make) -> None:
    ava, due = make(handoff="always"), []
    for line in ("do you have a parrot that the children could look at", "i need an eye exam", "kendall"):
        assert ava.hear(line).then == "listen"
        ava.said_instead(("I do not have that information.",))
        due.append(ava.handoff_due())
    assert due[:-1] == [None, None]
    assert due[-1] is not None
    assert (due[-1].then, due[-1].reason) == ("transfer", "no_answer")


# What the guard kept back


def test_a_blocked_answer_is_one_failed_turn_however_many_sentences_and_the_third_goes_to_a_person(make: Make) -> None:
    ava, due = make(handoff="always"), []
    for line in ("i need an eye exam", "kendall", "first time"):
        ava.hear(line)
        ava.kept_back(at_once=False)
        ava.kept_back(at_once=False)
        due.append(ava.handoff_due())
    assert due[:2] == [None, None]
    assert due[2] is not None
    assert (due[2].then, due[2].reason, ava.failed_turns) == ("transfer", "blocked", 3)


@pytest.mark.parametrize("told_first", [True, False])
def test_what_the_model_said_around_a_blocked_sentence_does_not_make_the_turn_good(
    make: Make, told_first: bool
) -> None:
    ava = make(handoff="always")
    for pet in ("parrot", "hamster"):
        ava.hear(f"do you have a {pet} that the children could look at")
        steps = [lambda: ava.said_instead(("Sure, they can.",)), lambda: ava.kept_back(at_once=False)]
        for step in steps if told_first else reversed(steps):
            step()
        assert ava.handoff_due() is None
    assert ava.failed_turns == 2
    ava.hear("purple monkey")
    assert ava.slots.wants_person


def test_a_phrase_that_is_never_said_hands_over_at_once(make: Make) -> None:
    ava = make(handoff="always")
    ava.hear("i need an eye exam")
    assert ava.kept_back(at_once=True)
    reply = ava.handoff_due()
    assert reply is not None
    assert (reply.then, reply.reason) == ("transfer", "blocklist")
    assert ava.handoff_due() is None, "once"


def test_without_a_transfer_it_is_a_call_back_and_the_end_of_the_call(make: Make) -> None:
    ava = make()
    ava.hear("i need an eye exam")
    ava.kept_back(at_once=True)
    reply = ava.handoff_due()
    assert reply is not None
    assert (reply.then, reply.reason) == ("hang_up", "blocklist")
    assert "call you back at the number ending in 0123" in reply.text
    assert ava.slots.wants_person


# Anger


def test_an_angry_caller_is_told_sorry_and_put_through(make: Make) -> None:
    (reply,) = talk(make(handoff="always"), "this is ridiculous you people are useless")
    assert reply.sentences[0] == "I am very sorry about that."
    assert (reply.then, reply.reason, reply.intent) == ("transfer", "angry", "complaint")


def test_an_angry_caller_at_night_is_promised_a_call_back_and_the_call_ends(make: Make) -> None:
    ava = make()
    (reply,) = talk(ava, "this is ridiculous you people are useless")
    assert (reply.then, reply.reason) == ("hang_up", "angry")
    assert "staff will call you back" in reply.text
    assert (ava.slots.intent, ava.slots.wants_person, ava.handoff_reason) == ("complaint", True, "angry")
    assert ava.slots.message == "this is ridiculous you people are useless"


def test_an_angry_caller_whose_number_nobody_knows_is_asked_for_it_and_then_called_back(make: Make) -> None:
    ava = make(caller=None)
    asked, again, taken = talk(
        ava, "what the fuck", "you are useless", "fuck it is three oh five five five five oh one nine nine"
    )
    assert (asked.then, again.then) == ("listen", "listen")
    assert "best number" in asked.text
    assert "(305) 555-0199" in taken.text


def test_an_emergency_is_heard_in_anger_too(make: Make) -> None:
    (reply,) = talk(make(), "this is ridiculous i have bleach in my eye")
    assert "Rinse" in reply.text
