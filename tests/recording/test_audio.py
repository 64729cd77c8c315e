"""From two raw tracks to one MP3 that is whole, in step, hashed, and never lost on the way."""

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from errors import StorageError
from recording import mp3
from recording.audio import TRACKS, make_audio
from recording.encryption import Cipher
from recording.folder import CallFolder
from recording.storage import CallArchive
from tests.recording.helpers import (
    ROOT,
    Disk,
    FakeClock,
    a_call,
    a_process_that_dies,
    a_record,
    lines_of,
    sid,
    started,
    the_log,
)
from tests.recording.sounds import bursts, lag_sec, likeness, ulaw

KEY = bytes(range(32))
CALLER, AGENT = ulaw(bursts(6.0, seed=1)), ulaw(bursts(5.0, seed=2))


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def archive(tmp_path: Path, disk: Disk) -> Iterator[CallArchive]:
    archive = CallArchive(tmp_path, FakeClock(), opener=disk, retry_sec=0.02)
    yield archive
    archive.close()


def spoken(archive: CallArchive, number: int = 1) -> CallFolder:
    """A call whose sides spoke, in frames of 20 ms; AVA's begin a second later."""
    folder = archive.open_call(a_call(number))
    folder.event("call_started", **started(a_call(number)))
    folder.start_recording(2.0)
    for at in range(0, len(CALLER), 160):
        folder.audio("caller", 2.0 + at / 8000, CALLER[at : at + 160])
        folder.audio("agent", 3.0 + at / 8000, AGENT[at : at + 160])
    return folder


async def finished(archive: CallArchive, number: int = 1) -> CallFolder:
    folder = spoken(archive, number)
    assert await archive.finish(folder, a_record(number))
    return folder


def sides(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    both = np.concatenate(list(mp3.decode(data)))
    return both[:, 0], both[:, 1]


def codes(log: list[str]) -> list[str]:
    return [line.rpartition("code=")[2] for line in log if line.startswith("audio_failed")]


def assert_is_the_call(data: bytes) -> None:
    caller, agent = sides(data)
    sent = mp3.linear(CALLER), np.concatenate([np.zeros(8000, np.int16), mp3.linear(AGENT)])
    assert len(caller) / 8000 == pytest.approx(6.0, abs=0.1)
    for wanted, got in zip(sent, (caller, agent), strict=True):
        assert abs(lag_sec(wanted, got)) <= 0.04
        assert likeness(wanted, got) > 0.95


async def test_the_tracks_become_one_mp3_in_step_with_the_caller_on_the_left(archive: CallArchive) -> None:
    folder = await finished(archive)
    audio = await archive.finish_audio(folder, a_record())
    assert audio is not None
    assert audio.seconds == pytest.approx(6.0, abs=0.1)
    assert_is_the_call(await archive.audio(sid()))
    assert not any((folder.path / name).exists() for name in TRACKS)
    assert (folder.path / "audio.mp3").stat().st_mode & 0o777 == 0o600


async def test_hash_and_length_stand_in_the_record_and_in_the_index(archive: CallArchive, tmp_path: Path) -> None:
    folder = await finished(archive)
    audio = await archive.finish_audio(folder, a_record())
    assert audio is not None
    assert hashlib.sha256((folder.path / "audio.mp3").read_bytes()).hexdigest() == audio.sha256
    record = archive.read(folder.path)
    assert record == a_record(audio_sha256=audio.sha256, audio_sec=audio.seconds)
    line = lines_of(tmp_path / "recordings" / "index.jsonl")[1]
    assert line == {"call_sid": sid(), "audio_sha256": audio.sha256, "audio_sec": audio.seconds}


async def test_a_recording_is_made_once(archive: CallArchive, tmp_path: Path) -> None:
    folder = await finished(archive)
    first = await archive.finish_audio(folder, a_record())
    made = (folder.path / "audio.mp3").stat().st_mtime_ns
    assert await archive.finish_audio(folder, a_record()) == first
    assert (folder.path / "audio.mp3").stat().st_mtime_ns == made
    assert len(lines_of(tmp_path / "recordings" / "index.jsonl")) == 2


async def test_read_in_blocks_it_sounds_as_in_one(archive: CallArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = await finished(archive)
    await archive.finish_audio(folder, a_record())
    data = await archive.audio(sid())
    whole = np.stack(sides(data))
    monkeypatch.setattr(mp3, "BLOCK", 1000)
    assert np.array_equal(np.stack(sides(data)), whole)


@pytest.mark.parametrize("silent", TRACKS)
async def test_a_side_that_never_spoke_is_silence(archive: CallArchive, silent: str) -> None:
    folder = await finished(archive)
    (folder.path / silent).unlink()
    assert await archive.finish_audio(folder, a_record())
    caller, agent = sides(await archive.audio(sid()))
    quiet, loud = (caller, agent) if silent == TRACKS[0] else (agent, caller)
    assert np.abs(quiet).max() < 50
    assert np.abs(loud).max() > 5000


async def test_a_call_without_a_recording_has_none(archive: CallArchive) -> None:
    folder = archive.open_call(a_call())
    await archive.finish(folder, a_record())
    (folder.path / TRACKS[0]).touch()
    assert await archive.finish_audio(folder, a_record()) is None
    assert archive.unfinished_audio() == []
    with pytest.raises(StorageError) as caught:
        await archive.audio(sid())
    assert caught.value.code == "no-audio"


async def test_after_the_archives_end_the_recording_is_left_to_the_next_start(archive: CallArchive) -> None:
    folder = await finished(archive)
    await asyncio.to_thread(archive.close)
    with the_log() as log:
        assert await archive.finish_audio(folder, a_record()) is None
    assert codes(log) == ["writer-closed"]
    assert archive.unfinished_audio() == [folder.path]


async def test_a_call_that_goes_on_keeps_its_tracks(archive: CallArchive) -> None:
    folder = spoken(archive)
    with the_log() as log:
        assert await archive.finish_audio(folder, a_record()) is None
    assert codes(log) == ["call-not-finished"]
    await asyncio.to_thread(archive.flush)
    assert (folder.path / TRACKS[0]).exists()


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
async def test_a_recording_that_was_changed_is_not_given_out(archive: CallArchive, damage: str) -> None:
    folder = await finished(archive)
    await archive.finish_audio(folder, a_record())
    path = folder.path / "audio.mp3"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data if damage == "flipped" else data[: len(data) // 2])
    with pytest.raises(StorageError) as caught:
        await archive.audio(sid())
    assert (caught.value.code, caught.value.retryable) == ("audio-damaged", False)


async def test_on_a_full_disk_the_tracks_stay_and_the_next_start_finishes(archive: CallArchive, disk: Disk) -> None:
    folder = await finished(archive)
    before = {name: (folder.path / name).read_bytes() for name in (*TRACKS, "call.json")}
    disk.full = True
    with the_log() as log:
        assert await archive.finish_audio(folder, a_record()) is None
    assert codes(log) == ["disk-full"]
    assert {path.name: path.read_bytes() for path in folder.path.iterdir()} == before | {
        "events.jsonl": (folder.path / "events.jsonl").read_bytes()
    }
    disk.full = False
    assert archive.unfinished_audio() == [folder.path]
    assert await archive.finish_audio(folder.path, archive.read(folder.path))
    assert_is_the_call(await archive.audio(sid()))


async def test_a_file_that_may_not_grow_costs_nothing(archive: CallArchive, tmp_path: Path) -> None:
    folder = await finished(archive)
    code = (
        "import resource, sys; from pathlib import Path; from errors import StorageError\n"
        "from recording.audio import make_audio\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "try: make_audio(Path(sys.argv[1]), refused=False, cipher=None)\n"
        "except StorageError as exc: print(exc.code)"
    )
    command = [sys.executable, "-c", code, str(folder.path)]
    said = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout == "disk-full\n"
    assert sorted(path.name for path in folder.path.iterdir()) == [TRACKS[1], "call.json", TRACKS[0], "events.jsonl"]


async def test_without_an_encoder_the_tracks_are_kept_and_the_reason_is_told(
    archive: CallArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = await finished(archive)
    monkeypatch.setattr(mp3.soundfile, "available_formats", lambda: {"WAV": "WAV"})
    with the_log() as log:
        assert await archive.finish_audio(folder, a_record()) is None
    assert codes(log) == ["mp3-unavailable"]
    assert (folder.path / TRACKS[0]).read_bytes() == CALLER
    with pytest.raises(StorageError) as caught:
        await archive.audio(sid())
    assert (caught.value.code, caught.value.retryable) == ("audio-not-ready", True)


async def test_an_mp3_that_does_not_sound_like_its_tracks_replaces_nothing(archive: CallArchive) -> None:
    folder = await finished(archive)
    caller, agent = (folder.path / name for name in TRACKS)
    fd = os.open(folder.path / "trial.mp3", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        mp3.encode(agent, caller, fd)  # the sides mixed up
        with pytest.raises(StorageError) as caught:
            mp3.check(fd, caller, agent)
        assert caught.value.code == "mp3-damaged"
        mp3.check(fd, agent, caller)
        os.ftruncate(fd, 4000)
        with pytest.raises(StorageError):
            mp3.check(fd, agent, caller)
    finally:
        os.close(fd)


# Refusal


def audio_anywhere(root: Path) -> list[str]:
    """Every file under a folder that holds sound, by name or by content."""
    return [
        path.name
        for path in root.rglob("*")
        if path.is_file()
        and (
            path.suffix in (".ulaw", ".mp3", ".enc", ".tmp")
            or CALLER[4000:4100] in path.read_bytes()
            or AGENT[4000:4100] in path.read_bytes()
        )
    ]


async def test_a_caller_who_refuses_leaves_no_audio_anywhere_and_the_call_goes_on(
    archive: CallArchive, tmp_path: Path
) -> None:
    folder = spoken(archive)
    await asyncio.to_thread(archive.flush)
    assert len(audio_anywhere(tmp_path)) == 2
    folder.refuse_recording()
    folder.refuse_recording()
    await asyncio.to_thread(archive.flush)
    assert audio_anywhere(tmp_path) == []
    folder.start_recording(9.0)
    folder.audio("caller", 9.0, CALLER)
    folder.event("turn_caller", at_sec=9.5, text="An eye exam please", index=1, intent="book")
    assert await archive.finish(folder, a_record())
    assert await archive.finish_audio(folder, a_record()) is None
    assert audio_anywhere(tmp_path) == []
    kinds = [line["type"] for line in lines_of(folder.path / "events.jsonl")]
    assert kinds == ["call_started", "recording_refused", "turn_caller"]
    assert archive.read(folder.path).recording_refused


async def test_a_refusal_outlives_the_process_that_heard_it(archive: CallArchive, tmp_path: Path) -> None:
    """Killed after the refusal was written and before the tracks were deleted."""
    folder = spoken(archive)
    folder.event("recording_refused")
    archive.release(folder)
    await asyncio.to_thread(archive.flush)
    (path,) = archive.unfinished()
    record = archive.rebuild(path)
    assert record.recording_refused
    assert await archive.finish(path, record)
    assert await archive.finish_audio(path, record) is None
    assert audio_anywhere(tmp_path) == []


# A crash at any moment

FINISHES_RECORDINGS = """
import asyncio
import recording.audio, recording.mp3
from recording.encryption import Cipher
from recording.storage import CallArchive
key = bytes.fromhex(options[0])
steps = [(recording.mp3, "encode"), (recording.mp3, "check"), (recording.audio, "sync_folder"), (os, "fsync"),
         (os, "replace"), (os, "write"), (Path, "unlink")]
async def main():
    archive = CallArchive(data_dir, cipher=Cipher([key]) if key else None)
    for path in archive.unfinished_audio():
        await archive.finish_audio(path, archive.read(path))
    archive.close()
def work():
    asyncio.run(main())
"""


@pytest.mark.parametrize("key", [b"", KEY], ids=["plain", "sealed"])
async def test_a_kill_at_any_step_leaves_the_tracks_or_the_mp3_and_the_next_start_finishes(
    tmp_path: Path, key: bytes
) -> None:
    cipher = Cipher([key]) if key else None
    begun = CallArchive(tmp_path, FakeClock(), cipher=cipher)
    folder = (await finished(begun)).path
    begun.close()
    original = {path.name: path.read_bytes() for path in folder.iterdir()}
    index = tmp_path / "recordings" / "index.jsonl"
    first_line = index.read_bytes()
    kills = 0
    with a_process_that_dies(FINISHES_RECORDINGS, tmp_path, key.hex()) as run:
        while await asyncio.to_thread(run, kills + 1) == -signal.SIGKILL:
            kills += 1
            has_tracks = all((folder / name).exists() for name in TRACKS)
            assert has_tracks or json.loads((folder / "call.json").read_bytes())["audio_sha256"]
            await finish_at_the_next_start(tmp_path, cipher)
            names = {path.name for path in folder.iterdir()}
            assert names == {"call.json", "events.jsonl", "audio.mp3.enc" if key else "audio.mp3"}
            assert len([line for line in lines_of(index) if "audio_sha256" in line]) == 1
            for path in folder.iterdir():
                path.unlink()
            for name, data in original.items():
                (folder / name).write_bytes(data)
            index.write_bytes(first_line)
    assert kills >= 10


async def finish_at_the_next_start(data_dir: Path, cipher: Cipher | None) -> None:
    archive = CallArchive(data_dir, FakeClock(), cipher=cipher)
    for path in archive.unfinished_audio():
        await archive.finish_audio(path, archive.read(path))
    assert archive.unfinished_audio() == []
    assert_is_the_call(await archive.audio(sid()))
    archive.close()


# At rest


async def test_with_a_key_the_recording_is_sealed_and_read_through_the_archive_alone(tmp_path: Path) -> None:
    archive = CallArchive(tmp_path, FakeClock(), cipher=Cipher([KEY]))
    folder = await finished(archive)
    audio = await archive.finish_audio(folder, a_record())
    assert audio is not None
    assert audio.path.name == "audio.mp3.enc"
    assert_is_the_call(await archive.audio(sid()))
    with pytest.raises(StorageError):
        list(mp3.decode(audio.path.read_bytes()))
    await archive.keep(sid(), "transcript.txt", b"eye exam")
    assert await archive.kept(sid(), "transcript.txt") == b"eye exam"
    assert b"eye exam" not in (folder.path / "transcript.txt.enc").read_bytes()
    archive.close()
    without = CallArchive(tmp_path, FakeClock())
    with pytest.raises(StorageError, match="RECORDING_KEY") as caught:
        await without.audio(sid())
    assert caught.value.code == "recording-key-missing"
    without.close()


async def test_a_sealed_recording_of_another_call_is_not_taken_for_this_one(tmp_path: Path) -> None:
    archive = CallArchive(tmp_path, FakeClock(), cipher=Cipher([KEY]))
    one, other = await finished(archive, 1), await finished(archive, 2)
    for number, folder in enumerate((one, other), start=1):
        await archive.finish_audio(folder, a_record(number))
    (one.path / "audio.mp3.enc").write_bytes((other.path / "audio.mp3.enc").read_bytes())
    with pytest.raises(StorageError) as caught:
        await archive.audio(sid(1))
    assert caught.value.code == "audio-damaged"
    archive.close()


# Length


def test_a_long_call_is_made_in_little_memory(tmp_path: Path) -> None:
    folder = tmp_path / sid()
    folder.mkdir()
    (folder / "call.json").write_text("{}")
    minute = CALLER + b"\xff" * (60 * 8000 - len(CALLER))
    for name in TRACKS:
        with (folder / name).open("wb") as track:
            for _ in range(15):
                track.write(minute)
    tracemalloc.start()
    audio = make_audio(folder, refused=False, cipher=Cipher([KEY]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert audio is not None
    assert audio.seconds == 900.0
    assert peak < 12 << 20
