"""The practice's approved answers: spoken word for word when a question is theirs, and not for another question."""

import pytest

from dialogue.faq import approved_answer, asked_almost_so
from dialogue.receptionist import Receptionist
from dialogue.sample import sample_facts

FACTS = sample_facts()
BY_ID = {faq.id: faq for faq in FACTS.faqs}


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("can a family member come with me", "faq-companion"),
        ("uh do you offer video visits", "faq-telehealth"),
        ("What is your cancellation policy?", "faq-cancellation"),
        ("do you offer any payment plans or financing", "faq-payment-plans"),
        ("what if i'm running late", "faq-running-late"),
    ],
)
def test_a_question_of_the_practice_s_list_is_known_nearly_in_its_words(text: str, record: str) -> None:
    found = asked_almost_so(text, FACTS.faqs)
    assert found is not None
    assert found.id == record


@pytest.mark.parametrize(
    "text",
    ["are you open on saturday", "where is your office", "i'd like an appointment", "do you take aetna", "", "hello",
     "which doctors speak spanish in kendall", "how are you", "two one two"],
)  # fmt: skip
def test_another_question_is_not_taken_for_one_of_the_list(text: str) -> None:
    assert asked_almost_so(text, FACTS.faqs) is None


def test_what_was_looked_up_is_spoken_only_when_it_is_about_the_question() -> None:
    found = (BY_ID["faq-dilation"], BY_ID["faq-payment"], FACTS.locations[0])
    answer = approved_answer("how long are my eyes dilated", found)
    assert answer is BY_ID["faq-dilation"]
    assert approved_answer("do you sell dog food", found) is None
    assert approved_answer("", found) is None


def make() -> Receptionist:
    from tests.fakes.clock import FakeClock

    return Receptionist(facts=FACTS, clock=FakeClock(), caller_number="+13055550123")


def test_an_approved_answer_names_its_record_and_asks_on() -> None:
    reply = make().hear("can a family member come with me")
    assert reply.record_ids == ("faq-companion",)
    assert reply.text.startswith(BY_ID["faq-companion"].answer)
    assert reply.sentences[-1].endswith("?")


def test_in_a_booking_an_approved_answer_leads_back_to_the_pending_question() -> None:
    ava = make()
    ava.hear("i would like an eye exam at kendall")
    pending = ava.hear("first time").sentences[-1]
    reply = ava.hear("do you offer video visits")
    assert reply.record_ids == ("faq-telehealth",)
    assert reply.sentences[-1] == pending


def test_a_turn_that_no_rule_took_is_answered_with_what_was_looked_up_and_is_no_failed_turn() -> None:
    ava = make()
    words = "my husband would sit in with me is that alright with the family"
    assert not ava.hear(words).understood
    assert ava.failed_turns == 1
    reply = ava.look_up("can my family come in with me", (BY_ID["faq-companion"],))
    assert reply is not None
    assert reply.record_ids == ("faq-companion",)
    assert ava.failed_turns == 0
    assert ava.wording_is_fixed, "an approved wording is not worded anew by a model"


def test_what_was_looked_up_in_vain_leaves_the_turn_as_it_was() -> None:
    ava = make()
    ava.hear("blue bicycles forever")
    assert ava.look_up("blue bicycles forever", FACTS.faqs) is None
    assert ava.failed_turns == 1


def test_what_a_service_costs_is_answered_from_its_record_though_the_list_has_a_question_about_it() -> None:
    reply = make().hear("how much is a contact lens fitting")
    assert not any(one.startswith("faq") for one in reply.record_ids)
    assert "price" in reply.text or "$" in reply.text
