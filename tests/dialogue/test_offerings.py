import pytest

from clock import SystemClock
from dialogue import offerings
from dialogue.slots import service
from dialogue.state import Context
from facts import PracticeFacts


def _context(facts: PracticeFacts) -> Context:
    return Context(facts, SystemClock(), None, "AVA")


@pytest.mark.parametrize("text", ["how long does an eye exam take", "how many minutes is the eye exam"])
def test_how_long_a_visit_takes_is_the_duration_of_its_record(facts: PracticeFacts, text: str) -> None:
    key = service(text, facts)
    assert offerings.about_services(text, key)
    answer = offerings.services(text, key, None, _context(facts))
    record = facts.service("eye_exam")
    assert record is not None
    assert answer.sentences == (f"We plan {record.duration_min} minutes for a {record.name}.",)
    assert answer.record_ids == (record.id,)


@pytest.mark.parametrize(
    "text",
    [
        "how long until my glasses are ready",
        "how long is the wait for an eye exam",
        "how long does the insurance take for glasses",
        "how long do i wear the contacts",
    ],
)
def test_how_long_something_else_takes_is_no_question_of_a_service(facts: PracticeFacts, text: str) -> None:
    assert not offerings.about_services(text, service(text, facts))


def test_a_question_of_referrals_is_not_answered_with_a_doctors_record() -> None:
    assert not offerings.about_doctors("does my son need a referral to see the pediatric doctor")
    assert offerings.about_doctors("who is your pediatric doctor")
