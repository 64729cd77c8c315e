"""The transcript of a call's page: who said what, its source, and what happened between."""

from typing import Any

import pytest

from call import CallRecord, Turn
from facts_files import read_facts
from monitoring.case import case_of
from monitoring.dashboard.pages.call_lines import Line, lines_of
from tests.monitoring.calls import sid

FACTS = read_facts()
HOURS = "hours-kendall-weekday"


def record(**fields: Any) -> CallRecord:
    plain = {
        "call_sid": sid(1),
        "account_sid": "AC",
        "caller": None,
        "called": "",
        "started_at": "2026-11-22T15:00:00Z",
        "ended_at": "2026-11-22T15:01:00Z",
        "duration_sec": 60,
        "outcome": "completed",
    }
    return CallRecord.model_validate(plain | fields)


def event(t: float, kind: str, **fields: Any) -> dict[str, Any]:
    return {"t": t, "type": kind, **fields}


def verdict(t: float, text: str, word: str = "allow", **fields: Any) -> dict[str, Any]:
    plain = {"rule": None, "evidence": "", "record_ids": [], "by_model": False}
    return event(t, "verdict", text=text, verdict=word, **(plain | fields))


def said(t: float, text: str) -> dict[str, Any]:
    return event(t, "sentence_ava", text=text, uninterruptible=False)


def heard(t: float, text: str) -> dict[str, Any]:
    return event(t, "turn_ava", text=text, heard=text, interrupted=False)


def lines(*events: dict[str, Any]) -> list[Line]:
    return list(lines_of(case_of(record(), events), FACTS))


def test_turns_and_sentences_stand_in_the_order_of_the_call() -> None:
    found = lines(
        said(0.1, "Hello."),
        heard(2.0, "Hello."),
        event(5.0, "turn_caller", text="what are your hours", intent="hours"),
        verdict(5.1, "From eight."),
        said(5.2, "From eight."),
        heard(7.0, "From eight."),
    )
    assert [(line.kind, line.text) for line in found] == [
        ("ava", "Hello."), ("caller", "what are your hours"), ("ava", "From eight.")
    ]  # fmt: skip


def test_a_caller_s_turn_begins_before_it_was_over_but_not_before_ava_had_ended() -> None:
    long = "one two three four five six seven eight nine ten"
    found = lines(said(0.1, "Hello."), heard(2.0, "Hello."), event(3.0, "turn_caller", text=long),
                  event(60.0, "turn_caller", text="yes"))  # fmt: skip
    assert found[1].at_sec == 2.0
    assert 58.5 < found[2].at_sec < 59.5


def test_a_sentence_names_the_records_that_bear_it_out_and_their_words() -> None:
    text = "We are open from eight."
    found = lines(verdict(5.0, text, evidence=f"{HOURS}, hours-kendall-saturday", record_ids=["gone-record"]),
                  said(5.1, text))[0]  # fmt: skip
    assert [one.record_id for one in found.sources] == [HOURS, "hours-kendall-saturday", "gone-record"]
    assert "Kendall" in str(found.sources[0].text)
    assert found.sources[2].text is None


def test_evidence_in_words_is_no_source() -> None:
    found = lines(verdict(5.0, "We close at six.", "note", rule="facts", evidence="says otherwise",
                          record_ids=[HOURS]), said(5.1, "We close at six."))[0]  # fmt: skip
    assert [one.record_id for one in found.sources] == [HOURS]
    assert found.rule == "against a record"


def test_what_the_guard_blocked_was_not_said() -> None:
    found = lines(verdict(5.0, "You will be cured.", "block", rule="promises", by_model=True),
                  said(5.1, "Our staff can tell you."))  # fmt: skip
    assert [(line.text, line.is_kept_back) for line in found] == [
        ("You will be cured.", True), ("Our staff can tell you.", False)
    ]  # fmt: skip


def test_a_sentence_that_was_cut_off_says_so() -> None:
    text = "The office is open from eight to five."
    found = lines(verdict(5.0, text), said(5.1, text),
                  event(6.0, "turn_ava", text=text, heard="The office is", interrupted=True))[0]  # fmt: skip
    assert found.is_cut


def test_a_turn_tells_how_long_its_answer_took_and_for_what() -> None:
    parts = {"endpointing_ms": 400.0, "stt_ms": 50.0, "llm_ms": 30.0, "tts_ms": 20.0}
    found = lines(event(5.0, "turn_caller", text="hello"), event(5.5, "latency", turn=1, v2v_ms=500.0, **parts),
                  event(9.0, "turn_caller", text="bye"))  # fmt: skip
    assert found[0].waited is not None
    assert found[0].waited.v2v_ms == 500.0
    assert dict(found[0].waited.parts) == {"listening": 400.0, "recognising": 50.0, "thinking": 30.0, "voice": 20.0}
    assert found[1].waited is None


@pytest.mark.parametrize(
    ("found", "text", "tone"),
    [
        (event(1, "failed_turn", cause="not-understood"), "Failed turn: not understood", "strong"),
        (event(1, "failed_turn", cause="a-new-one"), "Failed turn: a new one", "strong"),
        (event(1, "triage", urgency="emergent", code="curtain_over_vision", told="person"),
         "Triage: an emergency (curtain over vision), told to: person", "harm"),
        (event(1, "handoff", reason="asked_for_person", target="person"),
         "Handed over to a person: the caller asked for a person", "strong"),
        (event(1, "handoff", reason="angry", target="call-back"),
         "A call-back is promised: the caller was angry", "strong"),
        (event(1, "offered", keys=["a", "b"]), "2 free times offered", ""),
        (event(1, "hold", key="a", result="taken"), "The time that was chosen was taken by another just now", ""),
        (event(1, "tool", name="find_times", result="done"), "The model called “find_times”: done", ""),
        (event(1, "error", engine="llm", code="timed-out"), "Fault: llm, timed out", "strong"),
        (event(1, "recording_refused"), "The caller does not want to be recorded: no audio is kept", "strong"),
    ],
)  # fmt: skip
def test_what_happened_stands_between(found: dict[str, Any], text: str, tone: str) -> None:
    mark = next(line for line in lines(said(0.1, "Hello."), found) if line.kind == "mark")
    assert (mark.text, mark.tone) == (text, tone)


def test_the_notice_and_the_recording_that_it_starts_are_one_line() -> None:
    found = lines(said(0.1, "Hello."), event(6.0, "disclosure_played"), event(6.0, "recording_started"))
    assert [line.text for line in found[1:]] == ["The caller has heard the notice: the recording begins"]


def test_events_that_make_no_sense_break_nothing() -> None:
    odd = [event(1, "latency", v2v_ms="x"), event(1, "handoff"), event(1, "triage"), event(1, "offered", keys=3),
           event(1, "turn_caller"), {"type": 7}, {}]  # fmt: skip
    assert lines(*odd)


def test_without_events_the_record_s_turns_are_shown() -> None:
    turns = [Turn(speaker="ava", text="Hello.", at_sec=2), Turn(speaker="caller", text="hi", at_sec=4, intent="hours")]
    found = lines_of(case_of(record(turns=turns), ()), FACTS)
    assert [(line.kind, line.text, line.intent) for line in found] == [
        ("ava", "Hello.", None),
        ("caller", "hi", "hours"),
    ]
