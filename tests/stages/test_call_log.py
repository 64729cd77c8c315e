import io

import pytest
from loguru import logger

import metrics
from call import Slots
from stages.call_log import CallLog
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.recording.helpers import the_log
from tests.stages.conftest import CALL

SOUND, SILENCE = b"\x30" * 160, b"\xff" * 160


def test_a_turn_s_latency_goes_to_the_record_and_the_metrics(
    call_log: CallLog, store: FakeStore, clock: FakeClock
) -> None:
    before = metrics.VOICE_TO_VOICE._sum.get()
    last_speech = clock.monotonic()
    clock.pass_time(0.55)
    call_log.turn_over(last_speech=last_speech, vad_stop=clock.monotonic() - 0.02)
    call_log.answer_ready()
    clock.pass_time(0.05)
    call_log.audio_out(SILENCE)
    call_log.audio_out(SOUND)
    call_log.audio_out(SOUND)
    (latency,) = store.all("latency")
    assert latency["v2v_ms"] == pytest.approx(600, abs=1)
    assert latency["endpointing_ms"] == pytest.approx(530, abs=1)
    assert metrics.VOICE_TO_VOICE._sum.get() - before == pytest.approx(0.6, abs=0.01)


def test_nothing_is_recorded_before_the_notice_was_heard(call_log: CallLog, store: FakeStore) -> None:
    call_log.audio_in(SOUND)
    call_log.audio_out(SOUND)
    assert store.tracks == {"caller": b"", "agent": b""}
    call_log.disclosure_played("This call is recorded.", record=True)
    call_log.audio_in(SOUND)
    assert store.tracks["caller"] == SOUND
    assert store.kinds()[-2:] == ["disclosure_played", "recording_started"]


def test_a_call_that_is_not_recorded_keeps_no_audio(call_log: CallLog, store: FakeStore) -> None:
    call_log.disclosure_played("This is an automated assistant.", record=False)
    call_log.audio_in(SOUND)
    assert store.tracks["caller"] == b""
    assert "recording_started" not in store.kinds()


def test_a_refusal_to_be_recorded_that_is_said_again_is_told_once(call_log: CallLog, store: FakeStore) -> None:
    with the_log() as log:
        call_log.recording_refused()
        call_log.recording_refused()
    assert store.kinds().count("recording_refused") == 1
    assert [line for line in log if "refused" in line] == [f"recording_refused call={call_log.call_sid}"]


def test_what_a_model_called_stands_in_the_record_and_in_the_log(call_log: CallLog, store: FakeStore) -> None:
    with the_log() as log:
        call_log.tool_called("hold", "done")
        call_log.tool_called("unknown", "tool-unknown")
    assert [(fields["name"], fields["result"]) for fields in store.all("tool")] == [
        ("hold", "done"), ("unknown", "tool-unknown"),
    ]  # fmt: skip
    assert log == [
        f"tool_called call={call_log.call_sid} tool=hold result=done",
        f"tool_called call={call_log.call_sid} tool=unknown result=tool-unknown",
    ]


def test_slots_are_written_when_they_change(call_log: CallLog, store: FakeStore) -> None:
    slots = Slots(name="Maria Example", location="kendall")
    for _ in range(2):
        call_log.caller_turn("kendall", intent="book", understood=True, slots=slots)
    assert store.all("slots") == [{"at_sec": 0.0, "slots": {"name": "Maria Example", "location": "kendall"}}]


def test_the_first_word_on_the_outcome_counts(call_log: CallLog, store: FakeStore) -> None:
    call_log.end("transferred")
    call_log.end("caller_hung_up")
    assert call_log.outcome == "transferred"
    assert len(store.all("call_ended")) == 1


def test_a_goodbye_out_of_silence_ends_the_call_as_idle_unless_the_caller_comes_back(call_log: CallLog) -> None:
    call_log.ending("idle")
    call_log.caller_turn("i am here", intent=None, understood=True, slots=Slots())
    call_log.end("completed")
    assert call_log.outcome == "completed"


def test_a_goodbye_out_of_silence(call_log: CallLog) -> None:
    call_log.ending("idle")
    call_log.end("completed")
    assert call_log.outcome == "idle"


def test_no_words_and_no_numbers_reach_the_log(call_log: CallLog) -> None:
    written = io.StringIO()
    sink = logger.add(written, format="{message} {extra}", level="DEBUG")
    slots = Slots(name="Maria Example", callback_number="+13055550123")
    call_log.caller_turn("my name is maria example", intent="book", understood=False, slots=slots)
    call_log.sentence_started("Thank you, Maria.", protected=False)
    call_log.ava_turn("Thank you, Maria.", heard="Thank you,", interrupted=True)
    call_log.keypad()
    call_log.handoff("asked_for_person", target="person")
    call_log.record()
    logger.remove(sink)
    text = written.getvalue().lower()
    assert "caller_turn" in text
    for secret in ("maria", "example", "5550123", "thank"):
        assert secret not in text


def test_the_finished_call_holds_what_happened(call_log: CallLog, clock: FakeClock) -> None:
    call_log.disclosure_played("Notice.", record=True)
    call_log.ava_turn("Hello.", heard="Hello.", interrupted=False)
    call_log.caller_turn("kendall", intent="location", understood=True, slots=Slots(location="kendall"))
    call_log.nothing_heard()
    call_log.failed_turn("nothing-heard")
    clock.pass_time(12.5)
    call_log.end("completed")
    record = call_log.record()
    assert (record.outcome, record.duration_sec, record.failed_turns) == ("completed", 12.5, 1)
    assert [turn.speaker for turn in record.turns] == ["ava", "caller"]
    assert record.disclosure == "Notice."
    assert record.slots.location == "kendall"


def test_the_finished_call_counts_the_guard_s_verdicts_and_what_had_no_answer(call_log: CallLog) -> None:
    for verdict in ("allow", "allow", "note", "block"):
        call_log.judged("We open at 8.", verdict=verdict, rule=None, evidence="", record_ids=(), by_model=True)
    for kind in ("no-answer", "blocked", "no-answer"):
        call_log.failed_turn(kind)
    record = call_log.record()
    assert record.verdicts == {"allow": 2, "note": 1, "block": 1}
    assert (record.failed_turns, record.unanswered) == (3, 2)


def test_what_serves_a_call_stands_in_its_first_event_and_in_its_record(store: FakeStore, clock: FakeClock) -> None:
    log = CallLog(CALL, store, clock, {"stt": "test", "facts": "0123456789"})
    (started,) = store.all("call_started")
    assert started["versions"] == log.record().versions == {"stt": "test", "facts": "0123456789"}
