import asyncio
import json
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from call import Slots, Turn, Window
from errors import StorageError
from recording.ending import percentile
from recording.storage import CallArchive
from tests.recording.helpers import (
    CALLER,
    ROOT,
    START,
    Disk,
    FakeClock,
    a_call,
    a_record,
    counted,
    killed_in_mid_call,
    lines_of,
    sid,
    started,
    the_log,
)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def archive(tmp_path: Path, clock: FakeClock, disk: Disk) -> Iterator[CallArchive]:
    archive = CallArchive(tmp_path, clock, opener=disk, retry_sec=0.02)
    yield archive
    archive.close()


def day(tmp_path: Path) -> Path:
    return tmp_path / "recordings" / "2026" / "11" / "22"


def test_an_event_is_a_line_with_its_time(archive: CallArchive, clock: FakeClock, tmp_path: Path) -> None:
    folder = archive.open_call(a_call())
    clock.elapsed = 1.5
    folder.event("call_started", **started(a_call()))
    folder.event("turn_caller", at_sec=1.25, text="¿Qué tal? 👁 <b>\x00\u2028", index=1, intent=None)
    assert archive.flush()
    first, second = lines_of(folder.path / "events.jsonl")
    assert folder.path == day(tmp_path) / sid()
    assert (first["t"], first["at"], first["type"]) == (1.5, "2026-11-22T23:30:01.500+00:00", "call_started")
    assert second["t"] == 1.25
    assert second["text"] == "¿Qué tal? 👁 <b>\x00\u2028"


def test_a_record_is_readable_by_the_service_alone(archive: CallArchive, tmp_path: Path) -> None:
    folder = archive.open_call(a_call())
    folder.event("call_started", **started(a_call()))
    archive.flush()
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder.path / "events.jsonl").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "recordings").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "bad",
    ["", "CA1", "../../etc/passwd", "CA" + "0" * 31 + "/", "CA" + "0" * 32 + "\n", "AC" + "0" * 32, "CA" + "g" * 32],
)
def test_what_is_no_call_sid_gets_no_folder(archive: CallArchive, bad: str) -> None:
    call = a_call()
    with pytest.raises(StorageError) as caught:
        archive.open_call(type(call)(bad, call.account_sid, call.caller, call.called, call.started_at))
    assert caught.value.code == "bad-call-sid"
    with pytest.raises(StorageError):
        archive.find(bad)


def test_a_call_that_is_open_cannot_be_opened_again(archive: CallArchive) -> None:
    archive.open_call(a_call())
    with pytest.raises(StorageError) as caught:
        archive.open_call(a_call())
    assert caught.value.code == "call-is-open"


async def test_both_tracks_are_aligned_to_the_start_of_the_recording(archive: CallArchive) -> None:
    folder = archive.open_call(a_call())
    folder.audio("caller", 0.5, b"\x01" * 160)  # before the disclosure: not kept
    folder.start_recording(2.0)
    for frame in range(100):
        folder.audio("caller", 2.0 + 0.02 * frame, b"\x02" * 160)
    for frame in range(25):
        folder.audio("agent", 3.0 + 0.02 * frame, b"\x03" * 160)
    folder.stop_recording()
    folder.audio("caller", 5.0, b"\x01" * 160)
    assert await archive.finish(folder, a_record())
    assert (folder.path / "caller.ulaw").read_bytes() == b"\x02" * 16000
    assert (folder.path / "agent.ulaw").read_bytes() == b"\xff" * 8000 + b"\x03" * 4000


async def test_a_finished_call_has_its_record_and_one_line_in_the_index(archive: CallArchive, tmp_path: Path) -> None:
    folder = archive.open_call(a_call())
    folder.event("call_started", **started(a_call()))
    folder.start_recording(1.0)
    folder.audio("caller", 1.0, b"\x01" * 160)
    record = a_record(
        latencies_ms=[600.0, 700.0, 650.0, 1200.0],
        failed_turns=2,
        unanswered=1,
        handoff_reason="asked",
        verdicts={"allow": 4, "note": 1},
        versions={"stt": "test", "facts": "0123456789"},
        turns=[
            Turn(speaker="caller", text="Rosa Ortega here", at_sec=4.0, intent=intent)
            for intent in (None, "hours", "book", "hours")
        ],
        slots=Slots(
            intent="book", name="Rosa Ortega", location="kendall", urgency="urgent", windows=(Window(part="morning"),)
        ),
    )
    assert await archive.finish(folder, record, lead_state="delivered")
    assert await archive.finish(folder, record, lead_state="delivered")
    assert archive.read(folder.path) == record
    (line,) = lines_of(tmp_path / "recordings" / "index.jsonl")
    assert line == {
        "call_sid": sid(),
        "started_at": START.isoformat(),
        "duration_sec": 60.0,
        "outcome": "completed",
        "intent": "book",
        "intents": ["hours", "book"],
        "booking": True,
        "urgency": "urgent",
        "location": "kendall",
        "handoff_reason": "asked",
        "failed_turns": 2,
        "unanswered": 1,
        "verdicts": {"allow": 4, "note": 1},
        "latency_p50_ms": 650.0,
        "latency_p95_ms": 1200.0,
        "latencies_ms": [600.0, 700.0, 650.0, 1200.0],
        "versions": {"stt": "test", "facts": "0123456789"},
        "path": f"2026/11/22/{sid()}",
        "recorded": True,
        "lead": "delivered",
    }
    assert CALLER not in json.dumps(line)
    assert "Rosa" not in json.dumps(line)


async def test_a_record_with_words_that_are_no_unicode_is_written_and_read(archive: CallArchive) -> None:
    folder = archive.open_call(a_call())
    folder.event("turn_caller", at_sec=1.0, text="¿S\ud800?")
    assert await asyncio.to_thread(archive.flush)
    assert await archive.finish(folder, archive.rebuild(folder.path))
    assert archive.read(folder.path).turns[0].text == "¿S??"


async def test_a_record_that_cannot_be_made_into_json_is_not_waited_for(archive: CallArchive) -> None:
    record = a_record().model_copy(update={"errors": object()})
    assert not await archive.finish(archive.open_call(a_call()), record)
    assert await archive.finish(archive.open_call(a_call(2)), a_record(2))


async def test_two_calls_at_once_keep_apart(archive: CallArchive) -> None:
    folders = [archive.open_call(a_call(number)) for number in (1, 2)]
    for folder in folders:
        folder.start_recording(0.0)
    for frame in range(50):
        for number, folder in enumerate(folders, start=1):
            folder.audio("caller", 0.02 * frame, bytes([number]) * 160)
            folder.event("keypad", count=frame, call_number=number)
    for number, folder in enumerate(folders, start=1):
        assert await archive.finish(folder, a_record(number))
        assert (folder.path / "caller.ulaw").read_bytes() == bytes([number]) * 8000
        lines = lines_of(folder.path / "events.jsonl")
        assert [(line["count"], line["call_number"]) for line in lines] == [(n, number) for n in range(50)]


async def test_on_a_full_disk_the_call_goes_on_and_is_written_when_there_is_room(
    archive: CallArchive, disk: Disk, tmp_path: Path
) -> None:
    disk.full = True
    before = counted("ava_storage_errors_total", code="disk-full")
    with the_log() as log:
        folder = archive.open_call(a_call())
        folder.event("call_started", **started(a_call()))
        folder.start_recording(0.0)
        for frame in range(100):
            folder.audio("caller", 0.02 * frame, b"\x01" * 160)
        assert await asyncio.to_thread(archive.flush)
        assert not archive.ok
        assert not await archive.finish(folder, a_record())
    assert counted("ava_storage_errors_total", code="disk-full") > before
    assert [line for line in log if sid() in line] == [f"storage_failed call={sid()} code=disk-full"]
    assert archive.unfinished() == []
    disk.full = False
    assert await asyncio.to_thread(archive.close)
    assert archive.ok
    assert (folder.path / "caller.ulaw").read_bytes() == b"\x01" * 16000
    assert [line["type"] for line in lines_of(folder.path / "events.jsonl")] == ["call_started"]
    assert archive.read(folder.path) == a_record()
    assert len(lines_of(tmp_path / "recordings" / "index.jsonl")) == 1


async def test_a_data_folder_that_cannot_be_written_to_stops_no_call(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    archive = CallArchive(tmp_path / "file", FakeClock(), retry_sec=0.02)
    folder = archive.open_call(a_call())
    folder.event("call_started", **started(a_call()))
    assert not await archive.finish(folder, a_record())
    assert not archive.ok
    assert await asyncio.to_thread(archive.close)


def test_an_event_that_is_no_json_costs_that_event_alone(archive: CallArchive) -> None:
    folder = archive.open_call(a_call())
    circle: list[object] = []
    circle.append(circle)
    folder.event("odd", value=circle)
    folder.event("odd", value={1, 2}, when=START, path=Path("x"), text="\ud800")
    assert archive.flush()
    (line,) = lines_of(folder.path / "events.jsonl")
    assert (line["value"], line["when"], line["path"]) == ([1, 2], START.isoformat(), "x")


async def test_a_recording_that_the_caller_refuses_is_deleted(archive: CallArchive, tmp_path: Path) -> None:
    folder = archive.open_call(a_call())
    folder.event("call_started", **started(a_call()))
    folder.start_recording(0.0)
    for frame in range(100):
        folder.audio("caller", 0.02 * frame, b"\x01" * 160)
    folder.discard_recording()
    folder.audio("caller", 2.0, b"\x01" * 160)
    assert await archive.finish(folder, a_record())
    assert not (folder.path / "caller.ulaw").exists()
    assert lines_of(tmp_path / "recordings" / "index.jsonl")[0]["recorded"] is False


async def test_events_after_the_end_are_counted_and_not_written(archive: CallArchive) -> None:
    folder = archive.open_call(a_call())
    folder.event("call_started", **started(a_call()))
    await archive.finish(folder, a_record())
    before = counted("ava_storage_errors_total", code="event-after-end")
    folder.event("keypad")
    folder.audio("caller", 1.0, b"\x01")
    archive.flush()
    assert counted("ava_storage_errors_total", code="event-after-end") == before + 1
    assert len(lines_of(folder.path / "events.jsonl")) == 1


async def test_finished_and_open_calls_are_not_unfinished(archive: CallArchive, tmp_path: Path) -> None:
    finished, still_open, let_go = (archive.open_call(a_call(number)) for number in (1, 2, 3))
    for folder in (finished, still_open, let_go):
        folder.event("call_started", **started(folder.call))
    await archive.finish(finished, a_record(1))
    archive.release(let_go)
    (day(tmp_path) / "CAnotacall").mkdir()
    archive.flush()
    assert archive.unfinished() == [let_go.path]
    assert archive.find(sid(2)) == still_open.path
    assert archive.find(sid(9)) is None


def test_a_call_whose_process_was_killed_is_found_and_rebuilt(archive: CallArchive, tmp_path: Path) -> None:
    killed_in_mid_call(tmp_path, archive)
    (path,) = archive.unfinished()
    record = archive.rebuild(path)
    assert (record.call_sid, record.outcome, record.disclosure) == (sid(), "interrupted", "This call is recorded.")
    assert [turn.text for turn in record.turns] == ["I would like an eye exam"]
    assert (path / "caller.ulaw").read_bytes() == b"\x01" * 16000


async def test_a_recovered_call_gets_one_line_in_the_index_though_an_attempt_left_one(
    archive: CallArchive, tmp_path: Path
) -> None:
    await asyncio.to_thread(killed_in_mid_call, tmp_path)
    (path,) = archive.unfinished()
    record = archive.rebuild(path)
    assert await archive.finish(path, record)
    (path / "call.json").unlink()
    assert await archive.finish(path, record)
    assert archive.unfinished() == []
    assert len(lines_of(tmp_path / "recordings" / "index.jsonl")) == 1


def test_the_command_lists_calls_and_their_state(tmp_path: Path) -> None:
    killed_in_mid_call(tmp_path)
    command = [sys.executable, "-m", "recording.storage", str(tmp_path)]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert listing.split()[2] == sid()
    assert listing.split()[-1] == "unfinished"


def test_handing_over_costs_the_event_loop_microseconds(archive: CallArchive) -> None:
    folder = archive.open_call(a_call())
    folder.start_recording(0.0)
    costs = []
    for frame in range(300):
        before = time.perf_counter()
        folder.event("turn_caller", at_sec=frame, text="I would like an eye exam", index=frame, intent="book")
        folder.audio("caller", 0.02 * frame, b"\x01" * 160)
        costs.append(time.perf_counter() - before)
    assert median(costs) < 0.001  # many times what it takes; a write to the disk in there would show


def test_a_percentile_is_a_value_that_occurred() -> None:
    values = [float(value) for value in range(1, 21)]
    assert (percentile(values, 50), percentile(values, 95), percentile(values, 100)) == (10.0, 19.0, 20.0)
    assert percentile([], 50) is None
