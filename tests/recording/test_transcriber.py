"""The queue of transcripts: one worker, behind the callers, over restarts, and to an end in any case."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from call import CallRecord, Turn
from clock import SystemClock
from errors import ConfigError, StorageError, SttError
from recording.differences import Understood
from recording.encryption import Cipher
from recording.pieces import Samples
from recording.storage import CallArchive
from recording.transcriber import MAX_TRIES, Transcriber
from recording.transcript import Transcript, Word
from recording.transcription_queue import Job, TranscriptionQueue
from tests.recording.helpers import START, a_call, a_process_that_dies, a_record, sid, started, the_log
from tests.recording.sounds import bursts, ulaw

CALLER, AGENT = ulaw(bursts(12.0, seed=1)), ulaw(bursts(6.0, seed=2))


@dataclass
class Engine:
    """Hears one word in each piece, at its loudest second."""

    name: str = "fake"
    piece_sec: float = 10.0
    failures: list[Exception] = field(default_factory=list)
    heard: list[tuple[Samples, str, tuple[str, ...]]] = field(default_factory=list)
    let_go_of: int = 0
    before: Callable[[], Awaitable[None]] | None = None

    async def transcribe(self, pcm_8k: Samples, *, language: str, hotwords: Sequence[str]) -> list[Word]:
        self.heard.append((pcm_8k, language, tuple(hotwords)))
        if self.before:
            await self.before()
        if self.failures:
            raise self.failures.pop(0)
        return [Word(text=f"piece{len(self.heard)}", start_sec=0.5, end_sec=0.9, confidence=0.8)]

    async def let_go(self) -> None:
        self.let_go_of += 1


@pytest.fixture(params=[None, Cipher([bytes(32)])], ids=["plain", "sealed"])
def archive(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    archive = CallArchive(tmp_path, SystemClock(), cipher=request.param)
    yield archive
    archive.close()


async def a_recorded_call(archive: CallArchive, number: int = 1, **fields: Any) -> CallRecord:
    folder = archive.open_call(a_call(number))
    folder.event("call_started", **started(a_call(number)))
    folder.start_recording(2.0)
    for at in range(0, len(CALLER), 160):
        folder.audio("caller", 2.0 + at / 8000, CALLER[at : at + 160])
        folder.audio("agent", 2.0 + at / 8000, AGENT[at : at + 160])
    record = a_record(number, recording_started_sec=2.0, **fields)
    assert await archive.finish(folder, record)
    await archive.finish_audio(folder, record)
    return archive.read(folder.path)


@asynccontextmanager
async def at_work(archive: CallArchive, engine: Engine, **options: Any) -> AsyncIterator[Transcriber]:
    quick = {"busy": lambda: False, "look_sec": 0.005, "idle_sec": 0.05, "retry_sec": 0.01, **options}
    transcriber = Transcriber(archive, engine, **quick)
    task = asyncio.create_task(transcriber.run(), name="transcriber")
    try:
        yield transcriber
    finally:
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def waiting(archive: CallArchive) -> list[Job]:
    return TranscriptionQueue(archive.recordings).jobs()


async def made(archive: CallArchive, number: int = 1) -> Transcript:
    return Transcript.model_validate_json(await archive.kept(sid(number), "transcript.json"))


async def test_each_side_is_transcribed_by_itself_with_times_of_the_recording(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    engine = Engine()
    async with at_work(archive, engine, hotwords=lambda language: ("Kendall", language)) as transcriber:
        await transcriber.enqueue(sid())
        await until(lambda: not waiting(archive))
    transcript = await made(archive)
    assert [one.speaker for one in transcript.spoken] == ["ava", "caller", "caller"]
    first, second = engine.heard[0][0], engine.heard[1][0]
    assert (len(first) + len(second)) / 8000 == pytest.approx(12.0, abs=0.1)
    assert transcript.spoken[2].start_sec == pytest.approx(len(first) / 8000 + 0.5, abs=0.001)
    assert transcript.offset_sec == 2.0
    assert transcript.audio_sha256 == archive.read(archive.folder_of(sid())).audio_sha256
    assert {(language, hotwords) for _, language, hotwords in engine.heard} == {("en", ("Kendall", "en"))}
    assert (await archive.kept(sid(), "transcript.txt")).startswith(b"[00:00] AVA: ")
    sealed = {path.suffix for path in archive.folder_of(sid()).glob("transcript*")} == {".enc"}
    assert sealed == (archive._cipher is not None)


async def test_it_waits_while_calls_go_on_also_between_two_pieces(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    calls = [1]

    async def somebody_rings() -> None:
        calls[0] = 1

    engine = Engine(before=somebody_rings)
    async with at_work(archive, engine, busy=lambda: bool(calls[0])) as transcriber:
        await transcriber.enqueue(sid())
        await asyncio.sleep(0.05)
        assert engine.heard == []
        for pieces in (1, 2, 3):
            calls[0] = 0
            await until(lambda pieces=pieces: len(engine.heard) == pieces)
            await asyncio.sleep(0.03)
            assert len(engine.heard) == pieces
        await until(lambda: not waiting(archive))


async def test_what_is_done_with_a_transcript_waits_while_calls_go_on(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    calls, done = [0], list[str]()

    async def somebody_rings() -> None:
        calls[0] = 1

    async def note(record: CallRecord, _transcript: Transcript) -> None:
        done.append(record.call_sid)

    engine = Engine(piece_sec=60.0, before=somebody_rings)
    async with at_work(archive, engine, busy=lambda: bool(calls[0]), done=note) as transcriber:
        await transcriber.enqueue(sid())
        for sides in (1, 2):
            await until(lambda sides=sides: len(engine.heard) == sides)
            if sides == 1:
                calls[0] = 0
        await asyncio.sleep(0.05)
        assert done == []
        calls[0] = 0
        await until(lambda: not waiting(archive))
    assert done == [sid()]


async def test_calls_are_taken_in_the_order_in_which_they_came_one_at_a_time(archive: CallArchive) -> None:
    for number in (3, 1, 2):
        await a_recorded_call(archive, number)
    done: list[str] = []

    async def note(record: CallRecord, _transcript: Transcript) -> None:
        done.append(record.call_sid)

    async with at_work(archive, Engine(), done=note) as transcriber:
        for number in (3, 1, 2, 3):
            await transcriber.enqueue(sid(number))
        await until(lambda: not waiting(archive))
    assert done == [sid(3), sid(1), sid(2)]


async def test_the_queue_outlives_the_process(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    await Transcriber(archive, Engine(), busy=lambda: True).enqueue(sid())
    async with at_work(archive, Engine()):
        await until(lambda: not waiting(archive))
    assert len((await made(archive)).spoken) == 3


async def test_to_be_stopped_in_the_middle_counts_as_no_try(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    started_one, never = asyncio.Event(), asyncio.Event()

    async def hangs() -> None:
        started_one.set()
        await never.wait()

    async with at_work(archive, Engine(before=hangs)) as transcriber:
        await transcriber.enqueue(sid())
        await started_one.wait()
        (during,) = waiting(archive)
        assert (during.tries, during.reason) == (1, "process-died")
    (after,) = waiting(archive)
    assert (after.tries, after.reason) == (0, None)


TRANSCRIBES = """
import asyncio
from recording.storage import CallArchive
from recording.transcriber import Transcriber
from recording.transcription_queue import TranscriptionQueue
from tests.recording.test_transcriber import Engine
steps = [(Engine, "transcribe"), (os, "replace"), (os, "write"), (os, "fsync"), (Path, "unlink")]
async def main():
    archive = CallArchive(data_dir)
    task = asyncio.create_task(Transcriber(archive, Engine(), busy=lambda: False, look_sec=0.005).run())
    while TranscriptionQueue(archive.recordings).jobs():
        await asyncio.sleep(0.005)
    task.cancel()
    await asyncio.wait({task})
    archive.close()
def work():
    asyncio.run(main())
"""


async def test_a_kill_at_any_step_leaves_the_job_or_the_transcript_and_the_next_start_finishes(tmp_path: Path) -> None:
    archive = CallArchive(tmp_path, SystemClock())
    await a_recorded_call(archive)
    folder, queue = archive.folder_of(sid()), TranscriptionQueue(archive.recordings)
    job, kills = Job(call_sid=sid(), queued_at=START), 0
    queue.put(job)
    with a_process_that_dies(TRANSCRIBES, tmp_path) as run:
        while await asyncio.to_thread(run, kills + 1) == -signal.SIGKILL:
            kills += 1
            assert queue.jobs() or (folder / "transcript.json").exists()
            assert all(one.tries <= 1 for one in queue.jobs())
            async with at_work(archive, Engine()):
                await until(lambda: not queue.jobs())
            assert len((await made(archive)).spoken) == 3
            for path in folder.glob("transcript*"):
                path.unlink()
            queue.put(job)
    assert kills >= 10
    archive.close()


async def test_a_call_that_kills_the_process_each_time_is_given_up(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    dead = Job(call_sid=sid(), queued_at=START, tries=MAX_TRIES, reason="process-died")
    TranscriptionQueue(archive.recordings).put(dead)
    engine = Engine()
    async with at_work(archive, engine):
        await until(lambda: not waiting(archive))
    assert engine.heard == []
    assert json.loads(await archive.kept(sid(), "transcription_failed.json"))["reason"] == "process-died"


async def test_what_fails_is_tried_again_and_given_up_with_its_reason(archive: CallArchive) -> None:
    for number in (1, 2):
        await a_recorded_call(archive, number)
    engine = Engine(failures=[SttError("x", code="stt-failed") for _ in range(MAX_TRIES)])
    with the_log() as log:
        async with at_work(archive, engine, retry_sec=0.0) as transcriber:
            await transcriber.enqueue(sid(1))
            await until(lambda: not waiting(archive))
            await transcriber.enqueue(sid(2))
            await until(lambda: not waiting(archive))
    said = json.loads(await archive.kept(sid(1), "transcription_failed.json"))
    assert (said["reason"], said["tries"]) == ("stt-failed", MAX_TRIES)
    assert f"transcription_given_up call={sid(1)} code=stt-failed tries=3" in log
    assert len((await made(archive, 2)).spoken) == 3


async def test_a_failure_that_passes_costs_nothing(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    async with at_work(archive, Engine(failures=[SttError("x"), RuntimeError("y")])) as transcriber:
        await transcriber.enqueue(sid())
        await until(lambda: not waiting(archive))
    assert len((await made(archive)).spoken) == 3


async def test_what_cannot_succeed_is_given_up_at_once(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    engine = Engine(failures=[SttError("x", code="stt-language", retryable=False)])
    async with at_work(archive, engine) as transcriber:
        await transcriber.enqueue(sid())
        await until(lambda: not waiting(archive))
    assert len(engine.heard) == 1
    assert json.loads(await archive.kept(sid(), "transcription_failed.json"))["tries"] == 1


async def test_a_missing_model_keeps_calls_waiting_and_costs_them_no_try(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    engine = Engine(failures=[ConfigError("AFTER_CALL_WHISPER_MODEL: not here") for _ in range(5)])
    with the_log() as log:
        async with at_work(archive, engine) as transcriber:
            await transcriber.enqueue(sid())
            await until(lambda: transcriber.problem == "config")
            assert all(job.tries <= 1 for job in waiting(archive))
            await until(lambda: not waiting(archive))
            assert transcriber.problem is None
    assert len([line for line in log if line.startswith("transcriber_waits")]) == 1
    assert len((await made(archive)).spoken) == 3


async def test_a_call_whose_recording_is_not_made_yet_waits_for_it(archive: CallArchive) -> None:
    folder = archive.open_call(a_call())
    folder.start_recording(0.0)
    for at in range(0, len(CALLER), 160):
        folder.audio("caller", at / 8000, CALLER[at : at + 160])
    async with at_work(archive, Engine()) as transcriber:
        await transcriber.enqueue(sid())
        await asyncio.sleep(0.05)
        assert await archive.finish(folder, a_record())
        await asyncio.sleep(0.05)
        assert len(waiting(archive)) == 1
        assert await archive.finish_audio(folder, a_record())
        await until(lambda: not waiting(archive))
    assert (await made(archive)).spoken


async def test_a_call_that_waited_for_its_recording_is_due_as_soon_as_that_is_told(archive: CallArchive) -> None:
    folder = archive.open_call(a_call())
    folder.start_recording(0.0)
    folder.audio("caller", 0.0, CALLER)
    assert await archive.finish(folder, a_record())
    engine = Engine()
    async with at_work(archive, engine, retry_sec=300.0) as transcriber:
        await transcriber.enqueue(sid())
        await until(lambda: [job.reason for job in waiting(archive)] == ["audio-not-ready"])
        assert await archive.finish_audio(folder, a_record())
        await asyncio.sleep(0.05)
        assert engine.heard == []
        transcriber.hurry(sid())
        await until(lambda: not waiting(archive))
        transcriber.hurry(sid(2))
        assert waiting(archive) == []
    assert (await made(archive)).spoken


@pytest.mark.parametrize("how", ["refused", "never recorded", "deleted"])
async def test_a_call_without_audio_is_struck_off(archive: CallArchive, how: str) -> None:
    if how != "deleted":
        folder = archive.open_call(a_call())
        folder.event("call_started", **started(a_call()))
        if how == "refused":
            folder.refuse_recording()
        await archive.finish(folder, a_record())
    engine = Engine()
    async with at_work(archive, engine) as transcriber:
        await transcriber.enqueue(sid())
        await until(lambda: not waiting(archive))
    assert engine.heard == []
    with pytest.raises(StorageError):
        await archive.kept(sid(), "transcript.json")


async def test_a_track_on_which_nobody_speaks_is_not_decoded(archive: CallArchive) -> None:
    folder = archive.open_call(a_call())
    folder.start_recording(0.0)
    folder.audio("caller", 0.0, CALLER)
    folder.audio("agent", 0.0, b"\xff" * len(CALLER))
    await archive.finish(folder, a_record())
    await archive.finish_audio(folder, a_record())
    engine = Engine(piece_sec=60.0)
    async with at_work(archive, engine) as transcriber:
        await transcriber.enqueue(sid())
        await until(lambda: not waiting(archive))
    assert len(engine.heard) == 1
    assert np.abs(engine.heard[0][0]).max() > 5000


async def test_the_engine_is_let_go_of_once_when_there_is_nothing_to_do(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    engine = Engine()
    async with at_work(archive, engine, idle_sec=0.2) as transcriber:
        await transcriber.enqueue(sid())
        await until(lambda: not waiting(archive))
        before = engine.let_go_of
        await until(lambda: engine.let_go_of == before + 1)
        await asyncio.sleep(0.3)
        assert engine.let_go_of == before + 1


async def test_differences_are_kept_and_told(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    told: list[tuple[str, tuple[str, ...]]] = []

    def read(_record: CallRecord, turns: Sequence[Turn]) -> Understood:
        is_live = any("eye exam" in turn.text for turn in turns)
        return Understood(names=frozenset({"rosa", "ortega"}), places=frozenset() if is_live else frozenset({"doral"}))

    async def done(record: CallRecord, transcript: Transcript) -> None:
        told.append((record.call_sid, transcript.differences))
        if len(told) == 1:
            raise SttError("the lead could not be marked")  # tried again, without another transcript

    engine = Engine()
    async with at_work(archive, engine, read=read, done=done) as transcriber:
        await transcriber.enqueue(sid())
        await until(lambda: not waiting(archive))
    assert told == [(sid(), ("after-call-place",))] * 2
    assert (await made(archive)).differences == ("after-call-place",)
    assert len(engine.heard) == 3


async def test_no_word_of_a_caller_is_in_the_log(archive: CallArchive) -> None:
    await a_recorded_call(archive)
    with the_log() as log:
        async with at_work(archive, Engine()) as transcriber:
            await transcriber.enqueue(sid())
            await until(lambda: not waiting(archive))
    assert f"call_transcribed call={sid()}" in log
    assert not any("piece" in line for line in log)


async def test_what_is_no_call_is_not_queued(archive: CallArchive) -> None:
    with pytest.raises(StorageError) as caught:
        await Transcriber(archive, Engine(), busy=lambda: False).enqueue("../../x")
    assert caught.value.code == "bad-call-sid"


def test_a_file_in_the_queue_that_is_no_job_is_passed_over(tmp_path: Path) -> None:
    queue = TranscriptionQueue(tmp_path)
    queue.put(Job(call_sid=sid(), queued_at=START))
    (tmp_path / "transcribing" / f"{sid(2)}.json").write_text("{")
    (tmp_path / "transcribing" / f"{sid(3)}.json").write_bytes(
        (tmp_path / "transcribing" / f"{sid()}.json").read_bytes()
    )
    assert [job.call_sid for job in queue.jobs()] == [sid()]
    queue.remove(sid())
    queue.remove(sid())
    assert queue.jobs() == []
