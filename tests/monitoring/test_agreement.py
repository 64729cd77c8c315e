"""What a record says in words is held against the other records, without itself."""

import datetime as dt

import pytest

from dialogue.sample import sample_facts
from facts import Faq
from monitoring.agreement import sentences, speaks_against, spoken_against

FACTS = sample_facts()


def now() -> dt.datetime:
    return dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)


def a_faq(answer: str, location: str | None = None) -> Faq:
    return Faq(id="faq-trial", text=answer, last_updated=dt.date(2026, 11, 23), source="sample", question="?",
               answer=answer, location=location)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "other"),
    [
        ("The Kendall office is open until 6 PM on weekdays.", "hours-kendall-weekday"),
        ("We are open on Sundays in Hialeah.", "hours-hialeah-weekday"),
        ("Kendall closes at three on Saturdays.", "hours-kendall-saturday"),
        ("An eye exam takes 90 minutes.", "service-eye-exam"),
        ("We have eight offices.", "location-kendall"),
        ("The Kendall office is in Coral Gables.", "location-kendall"),
        ("We do not offer cataract evaluations.", "service-cataract"),
        ("Medicaid is accepted at every office.", "plan-medicaid"),
        ("Repairs are free of charge, and Kendall is open until 6 PM on weekdays.", "hours-kendall-weekday"),
    ],
)
def test_what_another_record_denies_is_found_with_that_record(answer: str, other: str) -> None:
    found = spoken_against(a_faq(answer), FACTS, now)
    assert [one.against[0] for one in found] == [other]
    assert (found[0].record_id, found[0].sentence) == ("faq-trial", answer)


@pytest.mark.parametrize(
    "answer",
    [
        "The waiting rooms have free water.",
        "Please arrive 20 minutes early for an eye exam.",
        "Staff answer letters within three business days.",
        "The Kendall office is open until 5 PM on weekdays.",
        "We are closed on Sundays.",
    ],
)
def test_what_is_new_or_true_is_no_contradiction(answer: str) -> None:
    assert spoken_against(a_faq(answer), FACTS, now) == ()


def test_the_shipped_faqs_contradict_nothing() -> None:
    """A few of them: each takes a guard of its own."""
    for faq in FACTS.faqs[::8]:
        assert spoken_against(faq, FACTS, now) == ()


def test_after_a_change_of_hours_those_who_repeat_the_old_ones_are_named() -> None:
    hours = FACTS.hours[0].model_copy(update={"closes": dt.time(18)})
    faq = a_faq("Bring your card. Kendall closes at five on weekdays.")
    facts = FACTS.model_copy(update={"hours": (hours, *FACTS.hours[1:]), "faqs": (*FACTS.faqs, faq)})
    assert [(one.record_id, one.sentence) for one in speaks_against(hours, facts, now)] == [
        ("faq-trial", "Kendall closes at five on weekdays.")
    ]


def test_the_sentences_of_a_record_are_all_its_words_each_once() -> None:
    assert sentences(a_faq("One. Two! One.")) == ("One.", "Two!")
