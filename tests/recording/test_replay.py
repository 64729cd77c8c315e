import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from recording.replay import read_events, record_from_events
from tests.recording.helpers import CALLER, START, a_call, sid, started


def event(kind: str, t: float, **fields: Any) -> dict[str, Any]:
    return {"t": t, "at": (START + timedelta(seconds=t)).isoformat(), "type": kind, **fields}


BEGINNING = [
    event("call_started", 0.0, **started(a_call())),
    event("sentence_ava", 0.2, text="I am an automated assistant.", uninterruptible=True),
    event("disclosure_played", 3.1, wording="I am an automated assistant. This call is recorded."),
    event("recording_started", 3.1),
    event(
        "turn_ava", 3.2, text="I am an automated assistant.", heard="I am an automated assistant.", interrupted=False
    ),
    event("turn_caller", 6.0, text="An eye exam please", intent="book", index=1),
    event("slots", 6.0, slots={"intent": "book", "service": "eye_exam", "windows": [{"day": "2026-12-01"}]}),
    event("latency", 6.6, turn=1, v2v_ms=612.5, endpointing_ms=500, stt_ms=20, llm_ms=2, tts_ms=12),
]


def rebuilt(events: list[dict[str, Any]]) -> Any:
    return record_from_events(sid(), events, fallback_time=START)


def test_a_call_is_rebuilt_from_its_events() -> None:
    record = rebuilt([*BEGINNING, event("failed_turn", 9.0, cause="nothing-heard"), event("error", 9.5, code="stt")])
    assert (record.call_sid, record.caller, record.called) == (sid(), CALLER, "+13055550100")
    assert record.started_at == START
    assert record.duration_sec == 9.5
    assert record.outcome == "interrupted"
    assert record.disclosure == "I am an automated assistant. This call is recorded."
    assert (record.disclosure_played_sec, record.recording_started_sec) == (3.1, 3.1)
    assert [(turn.speaker, turn.at_sec) for turn in record.turns] == [("ava", 3.2), ("caller", 6.0)]
    assert record.turns[1].intent == "book"
    assert record.slots.service == "eye_exam"
    assert str(record.slots.windows[0].day) == "2026-12-01"
    assert (record.latencies_ms, record.failed_turns, record.errors) == ([612.5], 1, ["stt"])


def test_verdicts_unanswered_questions_and_versions_are_counted_as_in_the_call() -> None:
    begun = event("call_started", 0.0, **started(a_call()), versions={"facts": "0123456789"})
    verdicts = [event("verdict", 7.0, text="x", verdict=verdict) for verdict in ("allow", "note", "allow", ["block"])]
    failed = [event("failed_turn", 9.0, cause=cause) for cause in ("no-answer", "nothing-heard", None)]
    record = rebuilt([begun, *BEGINNING[1:], *verdicts, *failed])
    assert record.verdicts == {"allow": 2, "note": 1}
    assert (record.failed_turns, record.unanswered) == (3, 1)
    assert record.versions == {"facts": "0123456789"}


def test_a_refusal_leaves_no_beginning_of_a_recording() -> None:
    record = rebuilt([*BEGINNING, event("recording_refused", 7.0)])
    assert (record.recording_refused, record.recording_started_sec) == (True, None)
    assert record.disclosure_played_sec == 3.1


def test_an_outcome_that_was_written_is_kept() -> None:
    record = rebuilt(
        [*BEGINNING, event("handoff", 8.0, reason="asked"), event("call_ended", 9.0, outcome="transferred")]
    )
    assert (record.outcome, record.handoff_reason) == ("transferred", "asked")


def test_what_ava_was_saying_when_it_ended_is_a_turn_cut_off() -> None:
    record = rebuilt(
        [*BEGINNING, event("sentence_ava", 6.6, text="Gladly."), event("sentence_ava", 7.4, text="In which office?")]
    )
    assert record.turns[-1].text == "Gladly. In which office?"
    assert record.turns[-1].interrupted
    assert record.turns[-1].at_sec == 6.6


def test_of_a_turn_that_was_interrupted_what_was_heard_is_kept() -> None:
    record = rebuilt(
        [*BEGINNING, event("turn_ava", 8.0, text="We are open until five.", heard="We are", interrupted=True)]
    )
    assert (record.turns[-1].text, record.turns[-1].interrupted) == ("We are", True)


def test_a_torn_last_line_costs_that_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    whole = b"".join(json.dumps(line).encode() + b"\n" for line in BEGINNING)
    for cut in (1, 7, 40):
        path.write_bytes(whole[:-cut])
        assert len(read_events(path)) == len(BEGINNING) - (cut > 1)
    path.write_bytes(whole + b'{"t": 7, "text": "\xc3')
    assert read_events(path) == BEGINNING


def test_garbage_between_good_lines_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    good = [json.dumps(line).encode() for line in BEGINNING]
    path.write_bytes(b"\n".join([good[0], b"", b"[1]", b"null", b"\xff\x00", b"[" * 100_000, *good[1:]]))
    assert read_events(path) == BEGINNING


def test_unknown_types_and_odd_values_are_ignored() -> None:
    odd = [
        event("something_new", 7.0, text="x"),
        event("record", 7.0),
        event("slots", 7.0, slots={"callback_source": "guessed"}),
        event("slots", 7.0),
        event("latency", 7.0, v2v_ms=float("nan")),
        event("latency", 7.0, v2v_ms="fast"),
        event("turn_caller", 7.1, text=None, intent="dance"),
        event("call_ended", 7.2, outcome="happily"),
        {"type": ["turn_ava"], "t": "x", "at": 5},
        event("call_started", 7.2, call="x"),
    ]
    record = rebuilt([*BEGINNING, *odd])
    assert record.latencies_ms == [612.5]
    assert record.slots.service == "eye_exam"
    assert record.outcome == "interrupted"
    assert (record.turns[-1].text, record.turns[-1].intent) == ("", None)
    assert record.caller == CALLER


def test_a_call_without_its_first_line_is_rebuilt_as_far_as_it_goes() -> None:
    record = rebuilt(BEGINNING[1:])
    assert (record.caller, record.account_sid) == (None, "")
    assert record.started_at == START + timedelta(seconds=0.2)
    assert len(record.turns) == 2
    assert rebuilt([]).started_at == START
