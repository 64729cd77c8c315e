import json
from pathlib import Path

from simulator.record import LiveRecord, find_lead

SID = "CA" + "1" * 32


def call_folder(data_dir: Path) -> Path:
    folder = data_dir / "recordings" / "2026" / "11" / "23" / SID
    folder.mkdir(parents=True)
    return folder


async def test_a_call_that_is_not_there_yet_is_no_error(tmp_path: Path) -> None:
    record = LiveRecord(tmp_path, SID)
    assert await record.poll() == []
    assert record.outcome() is None
    await record.read_lead()
    assert record.lead is None
    assert not await record.is_recorded()


async def test_events_are_read_as_they_come_and_half_a_line_waits(tmp_path: Path) -> None:
    record = LiveRecord(tmp_path, SID)
    events = call_folder(tmp_path) / "events.jsonl"
    events.write_text('{"type": "sentence_ava", "text": "One."}\nnot json\n{"type": "sentence_a')
    assert [event["text"] for event in await record.poll()] == ["One."]
    with events.open("a") as stream:
        stream.write('va", "text": "Two."}\n{"type": "call_ended", "outcome": "completed"}\n')
    assert len(await record.poll()) == 2
    assert record.ava_words() == ["One.", "Two."]
    assert record.ava_words(since=1) == ["Two."]
    assert record.outcome() == "completed"


async def test_whole_turns_stand_in_for_sentences(tmp_path: Path) -> None:
    record = LiveRecord(tmp_path, SID)
    (call_folder(tmp_path) / "events.jsonl").write_text('{"type": "turn_ava", "text": "All of it."}\n')
    await record.poll()
    assert record.ava_words() == ["All of it."]


async def test_audio_on_disk_counts_as_recorded(tmp_path: Path) -> None:
    record = LiveRecord(tmp_path, SID)
    folder = call_folder(tmp_path)
    (folder / "caller.ulaw").touch()
    await record.poll()
    assert not await record.is_recorded()
    (folder / "caller.ulaw").write_bytes(b"\xff")
    assert await record.is_recorded()


def test_the_last_lead_of_the_call_counts(tmp_path: Path) -> None:
    journal = tmp_path / "leads.jsonl"
    lines = [
        {"state": "queued", "lead": {"call_sid": SID, "name": "first"}},
        {"state": "queued", "lead": {"call_sid": SID, "name": "last"}},
        {"state": "queued", "lead": {"call_sid": "CAother", "name": "other"}},
        {"state": "delivered", "call_sid": SID},
    ]
    journal.write_text("\n".join(json.dumps(line) for line in lines) + "\nbroken")
    lead = find_lead(journal, SID)
    assert lead is not None
    assert lead["name"] == "last"
