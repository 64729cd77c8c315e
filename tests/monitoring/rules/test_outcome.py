"""What became of the call: eyes in danger, the lead, the recording."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitoring.case import CallCase
from recording.transcript import Spoken, Transcript, Word
from tests.monitoring.written import GOODBYE, call, found

LOST = {"caller": "i suddenly cannot see anything with my left eye"}
RED = {"caller": "my eye is red and goopy since yesterday"}
HOURS = {
    "ava": "The Austin office is open Monday through Friday from 8:00 AM to 5:00 PM.",
    "ids": ["hours-austin-weekday"],
}
LEAD = {"intent": "book", "name": "Ana Invented", "phone": "+13055550123", "phone_verified": True}


def heard(
    case: CallCase, *sides: tuple[str, str], engine: str = "faster-whisper large-v3", **fields: object
) -> CallCase:
    """A case with a transcript of these utterances."""
    spoken = tuple(
        Spoken(speaker=speaker, start_sec=at, end_sec=at + 1.0,  # type: ignore[arg-type]
               words=tuple(Word(text=word, start_sec=at, end_sec=at + 1.0, confidence=0.9) for word in text.split()))
        for at, (speaker, text) in enumerate(sides, start=5)
    )  # fmt: skip
    made = Transcript(call_sid=case.call_sid, engine=engine, language="en", made_at=datetime(2026, 11, 24, tzinfo=UTC),
                      audio_sha256="0", spoken=spoken, **fields)  # type: ignore[arg-type]  # fmt: skip
    return replace(case, transcript=made)


@pytest.mark.parametrize(("told", "severity"), [(LOST, "high"), (RED, "medium")])
def test_what_is_told_of_eyes_and_treated_as_routine_is_a_miss(told: dict, severity: str) -> None:
    [one] = found(call(told, {"ava": "Which office would you like to visit?"}), "triage_miss")
    assert (one.severity, one.evidence[0].said) == (severity, told["caller"])


def test_an_emergency_that_was_treated_as_urgent_is_still_a_miss() -> None:
    told = {**LOST, "slots": {"urgency": "urgent"}, "triage": {"urgency": "urgent", "code": "vision_worse"}}
    [one] = found(call(told, {"ava": "This should be looked at within a day."}), "triage_miss")
    assert "is emergent" in one.description
    assert "treated as urgent (told: staff, by an urgent lead)" in one.description


def test_a_symptom_told_in_pieces_is_read_with_the_turns_before() -> None:
    pieces = [
        {"caller": "it happened all of a sudden"},
        {"ava": "I see."},
        {"caller": "i can not see with my right eye"},
    ]
    assert found(call(*pieces, {"ava": "Which office would you like to visit?"}), "triage_miss")


def test_what_was_done_by_its_class_and_what_is_denied_are_no_miss() -> None:
    say = ["Please go to the emergency room or call 911 now, and do not drive yourself."]
    told = {
        **LOST,
        "slots": {"urgency": "emergent"},
        "triage": {"urgency": "emergent", "code": "vision_loss", "say": say},
    }
    handed = {"event": "handoff", "reason": "emergency", "target": "call-back"}
    assert not found(call(told, handed, {"ava": say[0]}), "triage_miss")
    assert not found(call({"caller": "no flashes and no floaters just a checkup"}, HOURS), "triage_miss")


def test_an_emergency_whose_words_were_not_spoken_or_that_nobody_was_told_of_is_a_miss() -> None:
    found_it = {"urgency": "emergent", "code": "vision_loss", "say": ["Please go to the emergency room now."]}
    told = {**LOST, "slots": {"urgency": "emergent"}, "triage": found_it}
    handed = {"event": "handoff", "reason": "emergency", "target": "call-back"}
    [silent] = found(call(told, handed, {"ava": "Is there anything else?"}), "triage_miss")
    assert "not told what to do" in silent.description
    [alone] = found(call(told, {"ava": "Please go to the emergency room now."}), "triage_miss")
    assert "neither was the call handed over" in alone.description


def test_a_better_transcript_shows_what_was_not_understood_live_and_a_rough_one_is_not_asked() -> None:
    case = call({"caller": "i need the thing again"}, HOURS)
    said = ("caller", LOST["caller"])
    [one] = found(heard(case, said), "triage_miss")
    assert "transcript" in one.description
    assert not found(heard(case, said, engine="pocketsphinx"), "triage_miss")


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["date-not-said"], "a day that the caller did not say"),
        (["after-call-name", "after-call-number"], "another name than the transcript, another number"),
        (["differs-from-confirmed-service"], "another service than the one the caller confirmed"),
    ],
)
def test_the_marks_of_a_lead_are_told_in_plain_words(codes: list[str], words: str) -> None:
    [one] = found(call(HOURS, lead={**LEAD, "needs_review": True, "review_reasons": codes}), "lead_mismatch")
    assert words in one.description
    assert "Ana" not in one.description


def test_marks_that_are_no_mismatch_are_none() -> None:
    codes = ["no-name", "no-phone", "call-interrupted", "transfer-not-answered", "phone-not-confirmed"]
    assert not found(call(HOURS, lead={**LEAD, "review_reasons": codes}), "lead_mismatch")


def test_a_lead_against_what_was_confirmed_and_a_lower_urgency_are_mismatches() -> None:
    yes = {
        "caller": "yes",
        "slots": {"confirmed": True, "location": "kendall", "service": "eye_exam", "urgency": "urgent"},
    }
    [one] = found(call(yes, HOURS, lead={**LEAD, "location": "austin", "service": "eye_exam"}), "lead_mismatch")
    assert one.severity == "high"
    assert "another location than the one the caller confirmed" in one.description
    assert "a lower urgency" in one.description
    right = {**LEAD, "location": "kendall", "service": "eye_exam", "urgency": "urgent"}
    assert not found(call(yes, HOURS, lead=right), "lead_mismatch")


def test_a_confirmed_request_without_a_lead_is_a_grave_finding() -> None:
    yes = {"caller": "yes", "slots": {"confirmed": True, "location": "kendall"}}
    [one] = found(call(yes, HOURS), "lead_mismatch")
    assert (one.severity, one.issue_type) == ("high", "lead_mismatch")
    assert not found(call({"caller": "yes"}, HOURS), "lead_mismatch")


def test_the_marks_of_the_transcript_count_with_those_of_the_lead() -> None:
    case = heard(call(HOURS, lead=LEAD), ("caller", "hello"), differences=("after-call-date",))
    [one] = found(case, "lead_mismatch")
    assert "another day than the transcript" in one.description


def test_a_call_that_was_recorded_and_has_no_recording_is_a_fault() -> None:
    assert not found(call(HOURS, *GOODBYE), "audio")
    [one] = found(call(HOURS, *GOODBYE, audio={"has": False}), "audio")
    assert (one.severity, one.issue_type) == ("medium", "audio_fault")


def test_a_recording_far_shorter_than_the_call_is_a_fault_and_a_little_is_not() -> None:
    long = [{"ava": "A sentence of some length that takes its time to be said on the telephone."}] * 6
    [one] = found(call(*long, audio={"sec": 5.0}), "audio")
    assert "The recording has 5 of" in one.description
    assert not found(call(*long, audio={"sec": 25.0}), "audio")
    assert not found(call(HOURS, audio={"sec": 0.5}), "audio")  # a few seconds in all


def talk_of_both() -> list[dict]:
    return [step for number in range(3) for step in ({"caller": f"words {number}"}, {"ava": "Of course."})]


def test_a_silent_side_that_spoke_is_a_fault_by_its_peak_or_by_the_transcript() -> None:
    [by_peak] = found(call(*talk_of_both(), audio={"peaks": [1, 90]}), "audio")
    assert "The track of the caller is silent" in by_peak.description
    [by_words] = found(heard(call(*talk_of_both()), ("caller", "words")), "audio")
    assert "The track of AVA is silent" in by_words.description
    assert not found(heard(call(*talk_of_both()), ("caller", "words"), ("ava", "of course")), "audio")
    assert not found(call(*talk_of_both(), audio={"peaks": [40, 90]}), "audio")


def test_engines_of_sound_that_failed_are_faults_and_a_model_that_failed_is_none() -> None:
    def with_error(code: str, engine: str) -> CallCase:
        return call({"caller": "hello"}, {"event": "error", "code": code, "engine": engine}, HOURS)

    [voice] = found(with_error("tts-failed", "KokoroTTSService"), "audio")
    assert voice.severity == "medium"
    [stream] = found(with_error("stream-garbage", "stream"), "audio")
    assert stream.severity == "low"
    assert not found(with_error("llm-timeout", "OllamaLLMService"), "audio")


def test_a_caller_who_leaves_as_the_recording_begins_leaves_none() -> None:
    assert not found(call({"event": "idle"}, audio={"has": False}, outcome="caller_hung_up"), "audio")
