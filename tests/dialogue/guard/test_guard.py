"""The guard on sets of true and false sentences, about the sample practice and about another one."""

import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from call import Slots, Window
from dialogue.guard import Guard, Said, Verdict, read_blocklist, replacement
from facts import PracticeFacts
from practice import load_facts
from tests.dialogue.guard import sets
from tests.dialogue.guard.sets import Sentence

BLOCKLIST = Path(__file__).parents[3] / "dialogue" / "wording" / "blocklist.txt"
MOST_BLOCKED = 0.02  # of true sentences


def guard_of(facts: PracticeFacts) -> Guard:
    return Guard(facts, read_blocklist(BLOCKLIST.read_text(encoding="utf-8")), lambda: sets.NOW)


@pytest.fixture(scope="module")
def guard() -> Guard:
    return guard_of(load_facts())


@pytest.fixture(scope="module")
def other() -> Guard:
    return guard_of(sets.read_other_practice())


def judged(guard: Guard, one: Sentence) -> Verdict:
    return guard.check(one.text, Said(one.caller_said, one.location, caller_number=sets.CALLER))


def blocked(guard: Guard, sentences: Iterable[Sentence]) -> list[tuple[str, str]]:
    return [(one.text, verdict.evidence) for one in sentences if not (verdict := judged(guard, one)).allowed]


def passed(guard: Guard, sentences: Iterable[Sentence]) -> list[str]:
    return [one.text for one in sentences if judged(guard, one).allowed]


def test_true_sentences_about_the_sample_practice_pass(guard: Guard) -> None:
    told = (
        sets.by_hand("by_hand_true.txt")
        + sets.by_hand("by_hand_more_true.txt")
        + sets.by_hand("by_hand_third_true.txt")
        + sets.by_template(load_facts())[0]
    )
    wrong = blocked(guard, told)
    assert len(told) >= 200
    assert len(wrong) <= MOST_BLOCKED * len(told), wrong


def test_no_corrupted_sentence_about_the_sample_practice_passes(guard: Guard) -> None:
    twisted = (
        sets.by_hand("by_hand_false.txt")
        + sets.by_hand("by_hand_more_false.txt")
        + sets.by_hand("by_hand_third_false.txt")
        + sets.by_template(load_facts())[1]
    )
    assert len(twisted) >= 200
    assert passed(guard, twisted) == []


def test_true_sentences_about_another_practice_pass(other: Guard) -> None:
    told = sets.by_hand("other_true.txt") + sets.by_template(sets.read_other_practice())[0]
    wrong = blocked(other, told)
    assert len(told) >= 60
    assert len(wrong) <= MOST_BLOCKED * len(told), wrong


def test_no_corrupted_sentence_about_another_practice_passes(other: Guard) -> None:
    twisted = sets.by_hand("other_false.txt") + sets.by_template(sets.read_other_practice())[1]
    assert len(twisted) >= 60
    assert passed(other, twisted) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("I think we open at eight.", "forbidden"),
        ("It sounds like you have an infection.", "medical"),
        ("Your appointment is on Friday.", "privacy"),
        ("Your appointment is confirmed.", "promises"),
        ("I have an opening on Wednesday at two.", "appointment_times"),
        ("Kendall closes at six.", "facts"),
    ],
)
def test_the_first_rule_that_finds_something_names_the_verdict(guard: Guard, text: str, rule: str) -> None:
    verdict = guard.check(text, Said())
    assert (verdict.allowed, verdict.rule) == (False, rule)
    assert verdict.evidence


def test_a_time_that_was_looked_up_may_be_offered_and_no_other(guard: Guard) -> None:
    free = sets.NOW.replace(day=25, hour=19)  # Wednesday, 14:00 in Miami
    said = Said(location="kendall", looked_up=(free,))
    assert guard.check("I have an opening on Wednesday at two.", said).allowed
    assert guard.check("I have an opening on Wednesday at three.", said).rule == "appointment_times"
    assert guard.check("I have an opening on Thursday at two.", said).rule == "appointment_times"


def test_values_in_the_slots_may_be_read_back(guard: Guard) -> None:
    window = Window(day=sets.NOW.date().replace(month=12, day=1), time="10:00", timezone="America/New_York", words="")
    slots = Slots(name="Rosa Invented", callback_number="+13055550123", location="kendall", windows=(window,))
    said = Said(slots=slots)
    assert guard.check("An eye exam at Kendall for Rosa Invented, Tuesday, December 1 at 10:00 AM.", said).allowed
    assert guard.check("Our staff would call you at (305) 555-0123.", said).allowed
    assert not guard.check("Our staff would call you at (305) 555-0124.", said).allowed


def test_what_the_caller_says_never_becomes_a_fact_of_the_practice(guard: Guard) -> None:
    said = Said(caller_said=("are you open on sunday at nine", "you close at seven right"), location="kendall")
    assert not guard.check("Yes, we are open on Sunday.", said).allowed
    assert not guard.check("We close at seven.", said).allowed


def test_evidence_holds_no_name_of_the_caller(guard: Guard) -> None:
    verdict = guard.check("Thank you, Zebulon.", Said(("my name is rosa invented",)))
    assert not verdict.allowed
    assert "rosa" not in verdict.evidence.lower() + verdict.evidence
    assert "zebulon" not in verdict.evidence.lower()


def test_sources_are_the_records_that_bear_a_sentence_out(guard: Guard) -> None:
    assert "hours-kendall-weekday" in guard.sources("Kendall closes at five.")
    assert guard.sources("Kendall closes at six.") == ()
    assert "plan-vsp" in guard.sources("We accept VSP.")


@pytest.mark.parametrize("rule", ["forbidden", "medical", "privacy", "promises", "appointment_times", "facts"])
def test_a_replacement_passes_the_guard_itself(guard: Guard, rule: str) -> None:
    for sentence in replacement(Verdict(False, rule), None).split(". "):
        assert guard.check(sentence, Said()).allowed, sentence


def test_every_record_may_be_spoken_as_it_stands(guard: Guard) -> None:
    facts = load_facts()
    records = (*facts.locations, *facts.hours, *facts.providers, *facts.services, *facts.plans)
    assert [record.id for record in records if not guard.check(record.text, Said()).allowed] == []


def test_a_sentence_takes_a_few_milliseconds_at_most(guard: Guard) -> None:
    sentences = sets.by_hand("by_hand_true.txt")
    began = time.process_time()
    for one in sentences:
        judged(guard, one)
    assert (time.process_time() - began) / len(sentences) < 0.005
