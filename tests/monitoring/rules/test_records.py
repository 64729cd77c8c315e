"""What AVA said against the records: read from one of them, worded by a model, or kept back."""

import pytest

from facts_files import facts_version
from monitoring.suggestion import SuggestedChange
from tests.monitoring.written import FACTS, call, facts_with, faq, found, found_in_all

LATE = "Our Kendall office is open until 6:00 PM on weekdays."


def read_out(answer: str, record_id: str = "faq-test", **fields: object) -> dict:
    return {"ava": answer, "ids": [record_id], "evidence": record_id, **fields}


def test_an_approved_answer_that_the_hours_speak_against_gets_the_change_that_mends_it() -> None:
    facts = facts_with(faq(LATE, location="kendall"))
    [one] = found(call({"caller": "how late"}, read_out(LATE)), "record_conflict", facts)
    assert (one.severity, one.issue_type, one.suggested_action) == ("high", "factual_error", "rag_update")
    assert one.suggested_change == SuggestedChange(
        file="rag/data/avc_faqs.jsonl", record_id="faq-test", field="answer", old=LATE,
        new="Our Kendall office is open until 5:00 PM on weekdays.",
    )  # fmt: skip
    assert one.evidence[0].record_ids == ("faq-test", "hours-kendall-weekday")
    assert one.description == 'AVA said "6:00 PM" from faq-test; by hours-kendall-weekday it is "5:00 PM".'


def test_with_the_change_made_the_records_agree_and_nothing_is_found() -> None:
    facts = facts_with(faq(LATE, location="kendall"))
    [one] = found(call({"caller": "how late"}, read_out(LATE)), "record_conflict", facts)
    assert one.suggested_change
    mended = facts_with(faq(one.suggested_change.new, location="kendall"))
    assert not found(call({"caller": "how late"}, read_out(one.suggested_change.new)), "record_conflict", mended)


def test_only_the_wrong_sentence_of_a_long_answer_is_changed() -> None:
    answer = f"Yes, you can. {LATE} Please bring your glasses."
    facts = facts_with(faq(answer, location="kendall"))
    case = call(
        {"caller": "how late"}, read_out("Yes, you can."), read_out(LATE), read_out("Please bring your glasses.")
    )
    [one] = found(case, "record_conflict", facts)
    assert one.suggested_change
    assert one.suggested_change.old == answer
    assert one.suggested_change.new == answer.replace("6:00 PM", "5:00 PM")


@pytest.mark.parametrize(
    ("wrong", "right", "location"),
    [
        ("On Saturday the Kendall office closes at 3 PM.", "On Saturday the Kendall office closes at 1 PM.", "kendall"),
        ("Call our Austin office at (305) 555-0110.", "Call our Austin office at (512) 555-0150.", "austin"),
        ("The ZIP code of our Austin office is 33183.", "The ZIP code of our Austin office is 78701.", "austin"),
        ("A comprehensive eye exam takes 20 minutes.", "A comprehensive eye exam takes 45 minutes.", None),
        ("The Hialeah office opens at 8:00 a.m. on weekdays.", "The Hialeah office opens at 8:30 a.m. on weekdays.",
         "hialeah"),
        ("The Kendall office is open from 9 AM to 6 PM on weekdays.",
         "The Kendall office is open from 8 AM to 5 PM on weekdays.", "kendall"),
    ],
)  # fmt: skip
def test_the_value_of_the_record_is_put_in_the_form_of_the_wrong_one(
    wrong: str, right: str, location: str | None
) -> None:
    facts = facts_with(faq(wrong, **({"location": location} if location else {})))
    place = next((one for one in FACTS.locations if one.location == "austin"), None)
    right = right.replace("78701", place.zip if place else "")
    [one] = found(call({"caller": "a question"}, read_out(wrong)), "record_conflict", facts)
    assert one.suggested_change
    assert one.suggested_change.new == right


def test_a_plan_that_is_not_accepted_is_not_accepted_in_words_either() -> None:
    plan = {"file": "avc_insurance.jsonl", "id": "plan-oscar", "text": "We do not accept Oscar.", "plan": "Oscar",
            "last_updated": "2026-10-02", "source": "practice", "kind": "medical", "accepted": False}  # fmt: skip
    facts = facts_with(plan, faq("We accept Oscar."))
    [one] = found(call({"caller": "oscar"}, read_out("We accept Oscar.")), "record_conflict", facts)
    assert one.suggested_change
    assert one.suggested_change.new == "We do not accept Oscar."


def test_what_no_value_of_the_records_mends_is_flagged_without_a_change() -> None:
    wrong = "Our Kendall office is open on Sundays."
    [one] = found(
        call({"caller": "sunday"}, read_out(wrong)), "record_conflict", facts_with(faq(wrong, location="kendall"))
    )
    assert one.suggested_action == "flag_for_review"
    assert one.suggested_change is None


def test_every_wording_of_the_shipped_records_agrees_with_the_others() -> None:
    talk = [
        {"ava": text, "ids": [record.id]}
        for record in FACTS.records
        for field in ("text", "answer", "parking", "directions", "preparation", "after_hours")
        if (text := getattr(record, field, None))
    ]
    case = call({"caller": "tell me everything"}, *talk)
    assert not found(case, "record_conflict")
    assert not found(case, "untrue_now")


def test_a_conflict_is_told_once_for_a_call_and_is_the_same_change_in_another() -> None:
    facts = facts_with(faq(LATE, location="kendall"))
    first = call({"caller": "how late"}, read_out(LATE), {"caller": "what"}, read_out(LATE))
    second = call({"caller": "how late"}, read_out(LATE), number=2)
    [one], [other] = found(first, "record_conflict", facts), found(second, "record_conflict", facts)
    assert one.id == other.id


def test_a_template_that_the_guard_doubts_without_a_reason_is_no_finding() -> None:
    case = call(
        {"caller": "as soon as you can"},
        {"ava": "A visit at Kendall for Ana Invented, as soon as possible.", "verdict": "note", "rule": "facts",
         "evidence": "a statement about the practice that no record holds"},
        {"ava": "This should be looked at within a day.", "verdict": "note", "rule": "medical",
         "evidence": "a judgement"},
    )  # fmt: skip
    assert not found(case, "record_conflict")
    assert not found(case, "untrue_now")


def test_a_wrong_hour_that_a_model_said_and_nothing_kept_back_is_a_factual_error() -> None:
    case = call({"caller": "when do you close in kendall", "slots": {"location": "kendall"}},
                {"ava": "We close at seven in the evening.", "by_model": True})  # fmt: skip
    [one] = found(case, "untrue_now")
    assert (one.severity, one.issue_type) == ("high", "factual_error")
    assert "closes" in one.evidence[0].against


def test_what_was_true_by_the_facts_of_then_is_no_fault_of_the_call() -> None:
    case = call({"caller": "when do you close in kendall", "slots": {"location": "kendall"}},
                {"ava": "Our Kendall office is open on Tuesday, November 24 from 8:00 AM to 7:00 PM."},
                versions={"facts": "aaaaaaaaaa"})  # fmt: skip
    [one] = found(case, "untrue_now")
    assert (one.severity, one.issue_type, one.suggested_change) == ("low", "other", None)
    assert "aaaaaaaaaa" in one.description
    assert facts_version(FACTS) in one.description
    assert "no fault" in one.description


def test_today_is_the_day_of_the_call() -> None:
    """The call was on a Monday; on the Thanksgiving Day after it every office was closed."""
    case = call({"caller": "are you open in kendall", "slots": {"location": "kendall"}},
                {"ava": "Yes, our Kendall office is open now, until 5:00 PM."})  # fmt: skip
    assert not found(case, "untrue_now")
    later = call({"caller": "are you open in kendall", "slots": {"location": "kendall"}},
                 {"ava": "Yes, our Kendall office is open now, until 5:00 PM."},
                 started="2026-11-26T15:00:00Z")  # fmt: skip
    assert found(later, "untrue_now")


def test_times_that_were_offered_are_no_invention() -> None:
    case = call(
        {"caller": "next wednesday in kendall", "slots": {"location": "kendall"}},
        {"event": "offered", "keys": ["20261202T1500Z_p10", "20261202T1930Z_p10"]},
        {"ava": "I have Wednesday, December 2 at 10:00 AM or at 2:30 PM.", "by_model": True},
    )
    assert not found(case, "untrue_now")


def test_what_the_guard_kept_back_is_flagged_by_its_kind_and_weighs_little() -> None:
    case = call(
        {"caller": "when do you close"},
        {"ava": "We close at nine.", "by_model": True, "verdict": "block", "rule": "facts", "evidence": "closes 21:00"},
        {"ava": "You are all set.", "by_model": True, "verdict": "block", "rule": "promises", "evidence": "confirmed"},
        {"ava": "Our staff can tell you."},
    )
    assert [(one.issue_type, one.severity) for one in found(case, "blocked_sentence")] == [
        ("factual_error", "low"), ("promise", "low"),
    ]  # fmt: skip


def blocked(number: int, text: str, rule: str = "facts") -> object:
    return call({"caller": "a question"},
                {"ava": text, "by_model": True, "verdict": "block", "rule": rule, "evidence": "no record"},
                {"ava": "Our staff can tell you."},
                number=number, started=f"2026-11-{10 + number}T15:00:00Z")  # fmt: skip


def test_words_that_are_kept_back_in_three_calls_are_suggested_for_the_blocklist_once() -> None:
    cases = [blocked(1, "You can walk right in any time you like."), blocked(2, "Just walk right in any time."),
             blocked(3, "Sure, walk right in any time today.")]  # fmt: skip
    [one] = found_in_all(cases, "repeated_phrase")  # type: ignore[arg-type]
    assert one.suggested_action == "blocklist_add"
    assert one.suggested_change == SuggestedChange(
        file="dialogue/wording/blocklist.txt", old="", new="walk right in any time"
    )
    assert len(one.calls) == 2


def test_two_calls_or_words_that_are_rightly_said_elsewhere_are_no_phrase_for_the_blocklist() -> None:
    twice = [blocked(1, "You can walk right in any time."), blocked(2, "You can walk right in any time.")]
    assert not found_in_all(twice, "repeated_phrase")  # type: ignore[arg-type]
    of_records = [blocked(number, "Parking is free in front of the building.") for number in (1, 2, 3)]
    assert not found_in_all(of_records, "repeated_phrase")  # type: ignore[arg-type]
    listed = [blocked(number, "I think it is around the corner.", "forbidden") for number in (1, 2, 3)]
    assert not found_in_all(listed, "repeated_phrase")  # type: ignore[arg-type]
