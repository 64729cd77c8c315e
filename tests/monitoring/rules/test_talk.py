"""How the talk went: the notice, AVA's wording, promises, people who were wanted, turns that failed, waits."""

from datetime import UTC, datetime

import pytest

from monitoring.rules import MANY, RULES
from tests.monitoring.written import GOODBYE, call, found, found_in_all

HOURS = {
    "ava": "The Austin office is open Monday through Friday from 8:00 AM to 5:00 PM.",
    "ids": ["hours-austin-weekday"],
}
QUESTION = {"caller": "when are you open in austin"}


def test_a_call_that_opens_as_it_should_is_no_finding() -> None:
    assert not found(call(QUESTION, HOURS, *GOODBYE), "disclosure")


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        ("missing", "did not say that she is automated"),
        ("cut", "not played to its end"),
        ("late", "only after the talk had begun"),
        ("recorded-early", "began before the caller had been told"),
    ],
)
def test_a_notice_that_is_not_first_or_not_heard_or_too_late_is_a_grave_finding(opening: str, words: str) -> None:
    [one] = found(call(QUESTION, HOURS, *GOODBYE, opening=opening), "disclosure")
    assert (one.severity, one.issue_type) == ("high", "prompt_violation")
    assert words in one.description


def test_a_caller_who_hangs_up_during_the_notice_is_nobodys_fault() -> None:
    case = call(opening="cut", outcome="caller_hung_up")
    events = [event for event in case.events if "How can I help" not in str(event.get("text", ""))]
    from monitoring.case import case_of

    assert not found(case_of(case.record, events), "disclosure")


def test_a_recording_in_spite_of_a_refusal_is_a_grave_finding() -> None:
    refused = ({"caller": "please don't record me"}, {"event": "recording_refused"}, {"ava": "Of course."})
    assert not found(call(*refused), "disclosure")
    [one] = found(call(*refused, audio={"has": True}), "disclosure")
    assert "refused" in one.description


@pytest.mark.parametrize(
    "text",
    ["**Kendall** is open.", "- Kendall", "1. Kendall", "See https://example.com today.", "Sure thing \U0001f600!",
     "(smiles) Of course.", "`kendall`", "# Our offices"],
)  # fmt: skip
def test_marks_that_nobody_can_say_are_found(text: str) -> None:
    [one] = found(call(QUESTION, {"ava": text, "by_model": True}), "wording")
    assert "not speech" in one.description


@pytest.mark.parametrize(
    "text",
    ["Our office is at 100 Sample Coral Way, Miami, FL 33183.", "You are at 20/20.", "It is $99, tax included.",
     "Dr. Ana Sample is at Kendall.", "At 10:00 AM or at 2:30 PM."],
)  # fmt: skip
def test_plain_speech_with_figures_and_signs_is_no_finding(text: str) -> None:
    assert not found(call(QUESTION, {"ava": text}), "wording")


def test_two_questions_in_one_turn_are_found_and_one_in_each_of_two_turns_is_not() -> None:
    both = call(QUESTION, {"ava": "Is it for you?"}, {"ava": "Which office is that for?"})
    assert found(both, "wording")
    apart = call(QUESTION, {"ava": "Is it for you?"}, {"caller": "yes"}, {"ava": "Which office is that for?"})
    assert not found(apart, "wording")


def test_ava_as_a_person_is_a_grave_finding_and_the_truth_is_none() -> None:
    [one] = found(call(QUESTION, {"ava": "I'm a real person.", "by_model": True}), "wording")
    assert one.severity == "high"
    assert not found(call(QUESTION, {"ava": "I am AVA, an automated assistant."}), "wording")


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("You are all set for Thursday.", "high"),
        ("Your appointment is confirmed.", "high"),
        ("Aetna will cover the whole visit.", "high"),
        ("The consultation is free of charge.", "medium"),
    ],
)
def test_what_only_staff_or_a_plan_can_promise_is_found(text: str, severity: str) -> None:
    [one] = found(call(QUESTION, {"ava": text, "by_model": True}), "promise")
    assert (one.severity, one.issue_type) == (severity, "promise")


@pytest.mark.parametrize(
    "text",
    ["I have changed it to Tuesday, December 1 at 10:00 AM.", "Our staff will check what your plan covers.",
     "I have noted this as a tentative request, and our staff will call you to confirm it.",
     "Of course. This call is not recorded any more, and what was recorded is deleted."],
)  # fmt: skip
def test_what_the_rules_say_by_template_promises_nothing(text: str) -> None:
    assert not found(
        call(QUESTION, {"ava": text, "verdict": "note", "rule": "promises", "evidence": "doubt"}), "promise"
    )


@pytest.mark.parametrize(
    ("said", "severity"),
    [("operator", "high"), ("let me speak to someone at the office", "high"), ("this is ridiculous", "high"),
     ("i will call my lawyer", "high")],
)  # fmt: skip
def test_a_wish_for_a_person_or_anger_that_led_nowhere_is_a_missed_handoff(said: str, severity: str) -> None:
    [one] = found(call({"caller": said}, {"ava": "Which office is that for?"}), "missed_handoff")
    assert (one.severity, one.evidence[0].said) == (severity, said)


@pytest.mark.parametrize(
    "said", ["are you a real person", "no i don't need a person", "is this a machine", "my glasses are ready i think"]
)
def test_talk_of_persons_is_no_wish_for_one(said: str) -> None:
    assert not found(call({"caller": said}, {"ava": "Which office is that for?"}), "missed_handoff")


def test_a_wish_that_was_met_or_a_caller_who_hung_up_with_it_is_no_miss() -> None:
    met = call({"caller": "operator"}, {"event": "handoff", "reason": "asked_for_person", "target": "call-back"},
               {"ava": "I will have a member of our staff call you back."})  # fmt: skip
    assert not found(met, "missed_handoff")
    assert not found(call({"caller": "operator"}, outcome="transferred"), "missed_handoff")
    assert not found(call({"ava": "Hello."}, {"caller": "operator"}, outcome="caller_hung_up"), "missed_handoff")


def failing(*causes: str | None) -> list[dict]:
    talk: list[dict] = []
    for number, cause in enumerate(causes):
        talk += [{"caller": f"words {number}", **({"failed": cause} if cause else {})}, {"ava": "I am sorry."}]
    return talk


def test_three_failed_turns_in_a_row_without_a_person_are_a_missed_handoff() -> None:
    lost = "not-understood"
    [one] = found(call(*failing(lost, lost, lost)), "missed_handoff")
    assert [evidence.said for evidence in one.evidence] == ["words 0", "words 1", "words 2"]
    assert not found(call(*failing(lost, lost, None, lost)), "missed_handoff")
    offered = [
        *failing(lost, lost),
        {"caller": "words", "failed": "no-answer"},
        {"ava": "Would you like to speak with our staff?"},
    ]
    assert not found(call(*offered), "missed_handoff")


def test_a_blocklisted_phrase_without_a_handoff_is_a_missed_one() -> None:
    blocked = {
        "ava": "I think so.",
        "by_model": True,
        "verdict": "block",
        "rule": "forbidden",
        "evidence": "blocked phrase",
    }
    assert found(call(QUESTION, blocked, {"ava": "Our staff can tell you."}), "missed_handoff")


def test_failed_turns_are_counted_with_their_causes_from_three_on() -> None:
    assert not found(call(*failing("not-understood", "not-understood")), "failed_turns")
    [one] = found(call(*failing("not-understood", None, "not-understood", "no-answer")), "failed_turns")
    assert one.severity == "low"
    assert "not understood (2), no record had the answer (1)" in one.description
    assert [evidence.said for evidence in one.evidence] == ["words 0", "words 2", "words 3"]
    [many] = found(call(*failing(*["not-understood"] * 5)), "failed_turns")
    assert many.severity == "medium"


def test_what_is_asked_for_twice_is_hard_to_follow_and_once_is_not() -> None:
    assert not found(call(QUESTION, HOURS, {"caller": "what"}, HOURS, *GOODBYE), "confusing_phrasing")
    [one] = found(
        call(QUESTION, HOURS, {"caller": "what"}, HOURS, {"caller": "say that again"}, HOURS), "confusing_phrasing"
    )
    assert one.evidence[0].said == HOURS["ava"]


def test_callers_of_three_calls_who_ask_for_the_same_words_again_show_together() -> None:
    cases = [call(QUESTION, HOURS, {"caller": "pardon"}, HOURS, number=number) for number in (1, 2, 3)]
    [one] = found_in_all(cases, "often_asked_again")
    assert len(one.calls) == 2
    assert not found_in_all(cases[:2], "often_asked_again")


def test_answers_over_three_seconds_are_found_with_what_took_the_time() -> None:
    assert not found(call({**QUESTION, "wait_ms": 2990}, HOURS), "latency")
    [one] = found(call({**QUESTION, "wait_ms": 3200}, HOURS), "latency")
    assert one.severity == "low"
    assert "the longest 3.2; most of it went on the answer's words" in one.description
    [worse] = found(call({**QUESTION, "wait_ms": 6500}, HOURS), "latency")
    assert worse.severity == "medium"


def on_day(day: int, wait_ms: float) -> object:
    started = datetime(2026, 11, day, 15, tzinfo=UTC)
    return call({**QUESTION, "wait_ms": wait_ms}, HOURS, number=day, started=started)


def test_a_call_far_slower_than_its_neighbours_is_found_among_enough_of_them() -> None:
    usual = [on_day(day, 600.0) for day in range(1, 10)]
    [one] = found_in_all([*usual, on_day(10, 2400.0)], "latency_neighbours")  # type: ignore[list-item]
    assert one.call_sid == on_day(10, 0.0).call_sid  # type: ignore[attr-defined]
    assert not found_in_all([*usual[:4], on_day(10, 2400.0)], "latency_neighbours")  # type: ignore[list-item]
    assert not found_in_all([*usual, on_day(10, 1400.0)], "latency_neighbours")  # type: ignore[list-item]


def test_every_rule_says_what_it_looks_for_and_stands_once_in_the_order() -> None:
    names = [name for name, _ in (*RULES, *MANY)]
    assert len(names) == len(set(names))
    for name, rule in (*RULES, *MANY):
        assert rule.__doc__
        module = __import__(rule.__module__, fromlist=[name])
        assert any(word in (module.__doc__ or "") for word in ("Source", "Sources")), name
