import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from call import Call
from errors import StorageError
from recording.retention import Retention
from recording.storage import CallArchive
from tests.fakes.clock import FakeClock
from tests.recording.helpers import (
    ROOT,
    a_process_that_dies,
    a_record,
    killed_in_mid_call,
    lines_of,
    sid,
    started,
    the_log,
)

NOW = datetime(2033, 11, 24, 15, 0, tzinfo=UTC)
DAYS = 2555


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[CallArchive]:
    archive = CallArchive(tmp_path, FakeClock(NOW))
    yield archive
    archive.close()


@pytest.fixture
def retention(archive: CallArchive) -> Retention:
    return Retention(archive, DAYS, None, FakeClock(NOW))


async def a_call_of(archive: CallArchive, number: int, days_ago: float) -> Path:
    began = NOW - timedelta(days=days_ago)
    call = Call(sid(number), "AC" + "0" * 32, "+13055550123", "+13055550100", began)
    folder = archive.open_call(call)
    folder.event("call_started", **started(call))
    folder.start_recording(0.0)
    folder.audio("caller", 0.0, b"\x01" * 1600)
    assert await archive.finish(folder, a_record(number, started_at=began))
    return folder.path


def hold(archive: CallArchive, text: str, encoding: str = "utf-8") -> None:
    (archive.recordings / "legal_hold.txt").write_bytes(text.encode(encoding))


async def test_a_call_past_its_time_is_deleted_whole_and_its_deletion_noted(
    archive: CallArchive, retention: Retention
) -> None:
    old, young = await a_call_of(archive, 1, DAYS + 1), await a_call_of(archive, 2, DAYS)
    await archive.keep(sid(1), "transcript.json", b"{}")
    (gone,) = retention.purge()
    assert (gone.call_sid, gone.day, gone.kept_days) == (sid(1), f"{NOW - timedelta(days=DAYS + 1):%Y-%m-%d}", DAYS)
    assert gone.files == ("call.json", "caller.ulaw", "events.jsonl", "transcript.json")
    assert not old.exists()
    assert young.exists()
    (entry,) = lines_of(archive.recordings / "deletions.jsonl")
    assert (entry["call_sid"], entry["deleted_at"]) == (sid(1), NOW.isoformat(timespec="seconds"))
    assert entry["size_bytes"] > 1600
    assert retention.purge() == []
    assert list(archive.folders()) == [young]


@pytest.mark.parametrize(
    "line", [sid(171), f"\ufeff# for counsel\r\n\r\n {sid(171)}  # a letter of May\r\n", f"CA{171:032X}"]
)
async def test_a_call_on_legal_hold_is_never_deleted(archive: CallArchive, retention: Retention, line: str) -> None:
    held, other = await a_call_of(archive, 171, 4000), await a_call_of(archive, 2, 4000)
    hold(archive, line)
    assert [deletion.call_sid for deletion in retention.purge()] == [sid(2)]
    assert held.exists()
    assert not other.exists()


@pytest.mark.parametrize("text", ["CA123", f"{sid(2)}, {sid(1)}", "all of them"])
async def test_a_hold_list_with_a_line_that_is_no_call_lets_nothing_be_deleted(
    archive: CallArchive, retention: Retention, text: str
) -> None:
    old = await a_call_of(archive, 1, 4000)
    hold(archive, f"# held\n{text}\n")
    with pytest.raises(StorageError, match="line 2") as caught:
        retention.purge()
    assert caught.value.code == "legal-hold-unreadable"
    hold(archive, "Å", "latin-1")
    with pytest.raises(StorageError):
        retention.purge()
    assert old.exists()


async def test_a_hold_that_comes_while_a_purge_goes_on_counts(archive: CallArchive) -> None:
    for number in (1, 2):
        await a_call_of(archive, number, 4000)
    retention = Retention(archive, DAYS, None, FakeClock(NOW), deleting=lambda _: hold(archive, sid(2)))
    assert [deletion.call_sid for deletion in retention.purge()] == [sid(1)]


async def test_calls_that_go_on_or_are_unfinished_are_left_alone(archive: CallArchive, tmp_path: Path) -> None:
    await asyncio.to_thread(killed_in_mid_call, tmp_path)
    goes_on = archive.open_call(Call(sid(2), "", None, "", NOW - timedelta(days=4000)))
    goes_on.event("call_started", **started(goes_on.call))
    await asyncio.to_thread(archive.flush)
    assert Retention(archive, 1, None, FakeClock(NOW)).purge() == []
    assert goes_on.path.exists()


async def test_a_purge_that_was_cut_short_is_finished_and_noted_once(
    archive: CallArchive, retention: Retention
) -> None:
    path = await a_call_of(archive, 1, 4000)
    going = path.with_name(f".purged-{path.name}")
    os.replace(path, going)  # killed before the entry
    assert list(archive.folders()) == []
    assert [deletion.call_sid for deletion in retention.purge()] == [sid(1)]
    going.mkdir()
    (going / "events.jsonl").write_text("{}")  # killed before the files were gone
    assert retention.purge() == []
    assert not going.exists()
    assert len(lines_of(archive.recordings / "deletions.jsonl")) == 1


PURGES = """
import shutil
from datetime import datetime
import recording.retention
from recording.storage import CallArchive
from tests.fakes.clock import FakeClock
steps = [(os, "replace"), (os, "write"), (os, "fsync"), (os, "unlink"), (os, "rmdir"),
         (recording.retention, "sync_folder")]
def work():
    archive = CallArchive(data_dir, FakeClock(datetime.fromisoformat(options[0])))
    recording.retention.Retention(archive, int(options[1])).purge()
    archive.close()
"""


async def test_a_kill_at_any_step_of_a_purge_leaves_a_whole_call_or_none(
    archive: CallArchive, retention: Retention
) -> None:
    path = await a_call_of(archive, 1, 4000)
    original = {file.name: file.read_bytes() for file in path.iterdir()}
    entries = archive.recordings / "deletions.jsonl"
    kills = 0
    with a_process_that_dies(PURGES, archive.recordings.parent, NOW.isoformat(), str(DAYS)) as run:
        while await asyncio.to_thread(run, kills + 1) == -signal.SIGKILL:
            kills += 1
            if path.exists():
                assert {file.name: file.read_bytes() for file in path.iterdir()} == original
            retention.purge()
            assert not any(path.parent.iterdir())
            assert [entry["call_sid"] for entry in lines_of(entries)] == [sid(1)]
            entries.unlink()
            path.mkdir()
            for name, data in original.items():
                (path / name).write_bytes(data)
    assert kills >= 6


async def test_the_daily_purge_goes_on_after_a_failure(archive: CallArchive, retention: Retention) -> None:
    old = await a_call_of(archive, 1, 4000)
    hold(archive, "nonsense")
    with the_log() as log:
        task = asyncio.create_task(retention.run(every_sec=0.01), name="retention")
        while not any("purge_failed" in line for line in log):
            await asyncio.sleep(0.005)
        hold(archive, "")
        while not any(line == "calls_purged calls=1" for line in log):
            await asyncio.sleep(0.005)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert not old.exists()


async def test_the_command_says_what_would_go_and_deletes_it(archive: CallArchive, tmp_path: Path) -> None:
    old = await a_call_of(archive, 1, 20_000)  # older than any clock of a machine allows for
    command = [sys.executable, "-m", "recording.retention", str(tmp_path)]

    def run(*options: str) -> str:
        return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert sid(1) in await asyncio.to_thread(run, "--dry-run")
    assert old.exists()
    assert sid(1) in await asyncio.to_thread(run)
    assert not old.exists()
