import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from call import Lead
from errors import StorageError
from journal import LeadJournal
from monitoring.case import CallCase, read_case, sentences_of
from recording import kept_file
from recording.encryption import Cipher
from recording.shelf import CallShelf
from recording.transcript import JSON_FILE, Transcript
from tests.monitoring.written import call

SID = "CA" + "5" * 32


def line(at_sec: float, kind: str, **fields: object) -> dict:
    return {"t": at_sec, "at": "2026-11-23T15:00:00+00:00", "type": kind, **fields}


def verdict(at_sec: float, text: str, word: str = "allow", **fields: object) -> dict:
    return line(at_sec, "verdict", **{"text": text, "verdict": word, "rule": None, "evidence": "", "record_ids": [],
                                      "by_model": False, **fields})  # fmt: skip


def folder_with(root: Path, *events: dict | str, sid: str = SID) -> Path:
    folder = root / "recordings" / "2026" / "11" / "23" / sid
    folder.mkdir(parents=True)
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    (folder / "events.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def test_a_verdict_belongs_to_the_sentence_that_is_spoken_after_it() -> None:
    [kept_back, said] = sentences_of([
        verdict(1.0, "We close at six.", "block", rule="facts", evidence="closes 18:00", by_model=True),
        verdict(1.1, "Our staff can tell you.", record_ids=["faq-records"]),
        line(1.2, "sentence_ava", text="Our staff can tell you.", uninterruptible=False),
        line(3.0, "turn_ava", text="Our staff can tell you.", heard="Our staff can tell you.", interrupted=False),
    ])  # fmt: skip
    assert (kept_back.verdict, kept_back.rule, kept_back.spoken, kept_back.by_model) == ("block", "facts", False, True)
    assert (said.verdict, said.spoken, said.heard, said.at_sec) == ("allow", True, True, 1.2)
    assert said.record_ids == ("faq-records",)


def test_the_same_words_said_twice_have_a_verdict_each() -> None:
    said = sentences_of([
        verdict(1.0, "Is that right?"), line(1.1, "sentence_ava", text="Is that right?"),
        verdict(5.0, "Is that right?", "note", rule="facts"), line(5.1, "sentence_ava", text="Is that right?"),
    ])  # fmt: skip
    assert [one.verdict for one in said] == ["allow", "note"]


def test_a_sentence_that_the_guard_never_saw_has_no_verdict() -> None:
    [greeting] = sentences_of([line(0.1, "sentence_ava", text="This is AVA, an automated assistant.")])
    assert greeting.verdict is None
    assert greeting.spoken


def test_what_a_barge_in_cut_was_not_heard() -> None:
    whole, cut = sentences_of([
        line(1.0, "sentence_ava", text="We are open."), line(2.0, "sentence_ava", text="We close at five today."),
        line(2.5, "turn_ava", text="We are open. We close at five today.", heard="We are open. We close",
             interrupted=True),
    ])  # fmt: skip
    assert (whole.heard, cut.heard) == (True, False)


def test_a_call_that_ends_in_mid_sentence_leaves_it_unheard() -> None:
    first, last = sentences_of([line(1.0, "sentence_ava", text="One."), line(2.0, "sentence_ava", text="Two.")])
    assert (first.heard, last.heard) == (True, False)


def test_a_sentence_that_was_allowed_and_never_begun_was_not_spoken() -> None:
    [one] = sentences_of([verdict(1.0, "Goodbye.")])
    assert not one.spoken


def test_odd_events_are_read_as_far_as_they_go() -> None:
    odd = [{}, line(0.0, "verdict", text=7, verdict="maybe", record_ids="x"), {"type": "sentence_ava", "t": True}]
    assert [(one.verdict, one.text) for one in sentences_of(odd)] == [(None, "")]


def test_a_call_is_read_from_the_disk_with_its_lead(tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path,
        line(
            0.0, "call_started", call={"sid": SID, "caller": "+13055550123", "started_at": "2026-11-23T15:00:00+00:00"}
        ),
        line(2.0, "turn_caller", text="hello", intent=None, understood=True),
        '{"torn',
        line(9.0, "call_ended", outcome="completed"),
    )
    journal = LeadJournal(tmp_path / "recordings" / "leads.jsonl")
    asyncio.run(journal.queued(Lead(call_sid=SID, caller_id=None, name="Ana Invented")))
    case = read_case(CallShelf(tmp_path), SID, journal)
    assert case.call_sid == SID
    assert [turn.text for turn in case.caller_turns] == ["hello"]
    assert (case.lead.name if case.lead else None, case.lead_state) == ("Ana Invented", "queued")
    assert (case.has_audio, case.transcript) == (False, None)
    (folder / "caller.ulaw").write_bytes(b"\x80")
    assert read_case(CallShelf(tmp_path), SID, None, folder=folder, leads=journal.replay()).has_audio


def test_a_call_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        read_case(CallShelf(tmp_path), SID, None)
    assert caught.value.code == "no-call"


def test_a_folder_without_events_and_record_cannot_be_read(tmp_path: Path) -> None:
    folder_with(tmp_path).joinpath("events.jsonl").unlink()
    with pytest.raises(StorageError) as caught:
        read_case(CallShelf(tmp_path), SID, None)
    assert caught.value.code == "events-unreadable"


def transcript() -> Transcript:
    return Transcript(call_sid=SID, engine="whisper", language="en", made_at=datetime(2026, 11, 23, tzinfo=UTC),
                      audio_sha256="0")  # fmt: skip


def test_a_transcript_is_read_also_where_it_is_sealed(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, line(0.0, "call_ended", outcome="completed"))
    kept_file.keep(folder / JSON_FILE, [transcript().as_json()], None)
    assert read_case(CallShelf(tmp_path), SID, None).transcript == transcript()
    cipher = Cipher([b"k" * 32])
    kept_file.keep(folder / JSON_FILE, [transcript().as_json()], cipher)
    assert read_case(CallShelf(tmp_path, cipher), SID, None).transcript == transcript()


def test_a_transcript_without_its_key_or_without_sense_is_none_and_the_call_is_read(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, line(0.0, "call_ended", outcome="completed"))
    cipher = Cipher([b"k" * 32])
    kept_file.keep(folder / JSON_FILE, [transcript().as_json()], cipher)
    assert read_case(CallShelf(tmp_path), SID, None).transcript is None
    kept_file.remove(folder / JSON_FILE)
    (folder / JSON_FILE).write_text("{}")
    assert read_case(CallShelf(tmp_path), SID, None).transcript is None


def test_what_was_known_at_a_time_of_the_call_is_what_had_been_said_by_then() -> None:
    case = call(
        {"caller": "kendall please", "slots": {"location": "kendall"}},
        {"ava": "Okay."},
        {"caller": "no austin", "slots": {"location": "austin"}},
        {"ava": "Okay."},
    )
    first, second = case.caller_turns
    assert case.slots_at(first.at_sec).location == "kendall"
    assert case.slots_at(second.at_sec).location == "austin"
    assert [turn.text for turn in case.turns_before(first.at_sec)] == ["kendall please"]
    assert (case.moment(60.0) - case.record.started_at).total_seconds() == 60.0


def test_a_case_without_anything_answers_all_the_same() -> None:
    empty = CallCase(call().record)
    assert (empty.spoken, empty.of("slots"), empty.facts_version) == ((), (), None)
