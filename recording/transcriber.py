"""Transcripts after the call: a queue and one worker, which waits while calls go on (the GPU belongs to callers).

Each track is transcribed by itself, in pieces, so that a call that begins waits for a piece and not for an hour of
talk. A transcript that fails is tried again, and given up after `MAX_TRIES` with its reason in the call's folder
(`transcription_failed.json`); a try that the process did not survive counts. What is not the call's fault (the model
is missing, the key is not set, the recording is not made yet) only makes it wait.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

from call import CallRecord, Clock
from errors import AvaError, ConfigError, StorageError
from log import log_event
from recording.differences import Reader, differences
from recording.mp3 import decode
from recording.pieces import Samples, pieces, utterances
from recording.shelf import is_call_sid
from recording.storage import CallArchive
from recording.transcript import JSON_FILE, TEXT_FILE, Speaker, Transcript, Word, in_order
from recording.transcription_queue import Job, TranscriptionQueue

MAX_TRIES = 3
LOOK_SEC = 2.0
IDLE_SEC = 60.0
RETRY_SEC = 300.0
FAILED_FILE = "transcription_failed.json"
_SIDES: tuple[Speaker, ...] = ("caller", "ava")  # left and right
_NO_KEY = {"recording-key-missing", "recording-key-wrong"}
_NOT_YET = {"call-not-finished", "audio-not-ready", *_NO_KEY}
_NOTHING_THERE = {"no-call", "no-audio"}


class TranscriptionEngine(Protocol):
    """A recognizer that has time. Loads what it needs when it is first used."""

    @property
    def name(self) -> str: ...

    @property
    def piece_sec(self) -> float:
        """The most audio that it takes at once."""
        ...

    async def transcribe(self, pcm_8k: Samples, *, language: str, hotwords: Sequence[str]) -> list[Word]:
        """The words of a piece, in order, with times from its start.

        Args:
            pcm_8k: 16-bit mono at 8 kHz, shape (n,).
            language: a Whisper code, as in `en`.
            hotwords: words to expect, most useful first.

        Raises:
            EngineError: it failed; `retryable` says whether it may succeed later.
            ConfigError: a setting keeps it from working at all.
        """
        ...

    async def let_go(self) -> None:
        """Free what was loaded (the GPU's memory); the next piece loads it again. Idempotent."""
        ...


class Transcriber:
    """The one task of the service that transcribes finished calls. Its owner runs `run` and cancels it.

    Args:
        archive: where recordings come from and transcripts go.
        engine: the recognizer.
        busy: whether calls go on now.
        language: of calls that do not tell theirs.
        hotwords: gives the words to expect in a call of a language, as they are now.
        read: how the dialogue reads turns; without it no differences are looked for.
        done: told of each transcript, with its call, when no calls go on. A call is struck off when it has returned.
        look_sec: how often `busy` and the queue are asked.
        idle_sec: without work the engine is let go of after so long.
        retry_sec: pause before a call is tried again.

    Attributes:
        problem: the code of what keeps all calls waiting (a missing model, say); None when nothing does.
    """

    def __init__(
        self,
        archive: CallArchive,
        engine: TranscriptionEngine,
        *,
        busy: Callable[[], bool],
        clock: Clock | None = None,
        language: str = "en",
        hotwords: Callable[[str], Sequence[str]] = lambda _language: (),
        read: Reader | None = None,
        done: Callable[[CallRecord, Transcript], Awaitable[None]] | None = None,
        look_sec: float = LOOK_SEC,
        idle_sec: float = IDLE_SEC,
        retry_sec: float = RETRY_SEC,
    ) -> None:
        self._archive = archive
        self._engine = engine
        self._busy = busy
        self._clock = clock or archive.clock
        self._language = language
        self._hotwords = hotwords
        self._read = read
        self._done = done
        self._look_sec, self._idle_sec, self._retry_sec = look_sec, idle_sec, retry_sec
        self._queue = TranscriptionQueue(archive.recordings)
        self._not_before: dict[str, float] = {}
        self._woken = asyncio.Event()
        self.problem: str | None = None

    async def enqueue(self, call_sid: str) -> None:
        """Have a call transcribed, now or after a restart; idempotent. Its recording need not be made yet.

        Raises:
            StorageError: that is no CallSid, or it could not be noted.
        """
        if not is_call_sid(call_sid):
            raise StorageError("not a CallSid", code="bad-call-sid", retryable=False)
        await asyncio.to_thread(self._queue.add, Job(call_sid=call_sid, queued_at=self._clock.now()))
        self.hurry(call_sid)

    def hurry(self, call_sid: str) -> None:
        """What a call of the queue waited for is there: it is due now. A call that is not queued stays so."""
        self._not_before.pop(call_sid, None)
        self._woken.set()

    async def run(self) -> None:
        """Transcribe for ever, one call after the other. Ends when it is cancelled; the call at hand is done anew."""
        try:
            while True:
                try:
                    job = await self._next()
                    await self._calls_are_over()
                    await self._work(job)
                except Exception as exc:  # the queue itself (a full disk): the calls that come need this task
                    log_event("transcriber_failed", level="ERROR", code=_code(exc))
                    await asyncio.sleep(self._retry_sec)
        finally:
            await self._engine.let_go()

    async def _next(self) -> Job:
        """The oldest call that is due. Meanwhile the engine is let go of."""
        idle_since, is_loaded = self._clock.monotonic(), True
        while True:
            self._woken.clear()
            now = self._clock.monotonic()
            for job in await asyncio.to_thread(self._queue.jobs):
                if self._not_before.get(job.call_sid, now) <= now:
                    return job
            if is_loaded and now - idle_since >= self._idle_sec:
                await self._engine.let_go()
                is_loaded = False
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._look_sec)

    async def _calls_are_over(self) -> None:
        while self._busy():  # noqa: ASYNC110 (who counts the calls sets no event)
            await asyncio.sleep(self._look_sec)

    async def _work(self, job: Job) -> None:
        """One try of one call, and what comes of it."""
        if job.tries >= MAX_TRIES:
            await self._give_up(job)
            return
        begun = job.model_copy(update={"tries": job.tries + 1, "reason": "process-died"})
        await self._note(begun)
        try:
            await self._transcribe(job.call_sid)
        except asyncio.CancelledError:
            await self._note(job)  # that the service was told to stop is no fault of the call's
            raise
        except Exception as exc:
            await self._failed(job, begun, exc)
        else:
            self.problem = None
            await self._strike_off(job.call_sid)

    async def _failed(self, job: Job, begun: Job, exc: Exception) -> None:
        code = _code(exc)
        if isinstance(exc, ConfigError) or code in _NOT_YET:
            self._wait(job.call_sid)
            await self._note(job.model_copy(update={"reason": code}))
            if isinstance(exc, ConfigError) or code in _NO_KEY:
                self._tell_problem(code, exc)
        elif code in _NOTHING_THERE:
            await self._strike_off(job.call_sid)
        else:
            failed = begun.model_copy(update={"reason": code})
            log_event("transcription_failed", call=job.call_sid, level="WARNING", code=code, tries=failed.tries)
            self._wait(job.call_sid)
            await self._note(failed)
            if failed.tries >= MAX_TRIES or (isinstance(exc, AvaError) and not exc.retryable):
                await self._give_up(failed)

    def _tell_problem(self, code: str, exc: Exception) -> None:
        if code != self.problem:
            self.problem = code
            log_event("transcriber_waits", level="ERROR", code=code, note=str(exc))

    async def _give_up(self, job: Job) -> None:
        said = {"reason": job.reason, "tries": job.tries, "at": self._clock.now().isoformat(timespec="seconds")}
        with suppress(StorageError):  # the call was deleted meanwhile, or the disk is full: the log has it
            await self._archive.keep(job.call_sid, FAILED_FILE, json.dumps(said).encode())
        log_event("transcription_given_up", call=job.call_sid, level="ERROR", code=job.reason, tries=job.tries)
        await self._strike_off(job.call_sid)

    async def _transcribe(self, call_sid: str) -> None:
        """Transcript and differences of one call; what an earlier try has written is not made again."""
        folder = await asyncio.to_thread(self._archive.folder_of, call_sid)
        if not await asyncio.to_thread((folder / "call.json").exists):
            raise StorageError("the call's record is not written yet", code="call-not-finished")
        record = await asyncio.to_thread(self._archive.read, folder)
        transcript = await self._made_before(call_sid, record) or await self._make(record)
        if self._done:
            await self._calls_are_over()
            await self._done(record, transcript)
        log_event("call_transcribed", call=call_sid, differences=",".join(transcript.differences) or None)

    async def _make(self, record: CallRecord) -> Transcript:
        data = await self._archive.audio(record.call_sid)
        language = record.slots.language if record.slots.language != "en" else self._language  # "en" is its default
        sides = {side: await self._side(data, channel, language) for channel, side in enumerate(_SIDES)}
        transcript = Transcript(
            call_sid=record.call_sid,
            engine=self._engine.name,
            language=language,
            made_at=self._clock.now(),
            audio_sha256=record.audio_sha256 or "",
            offset_sec=record.recording_started_sec or 0.0,
            spoken=in_order(sides),
        )
        if self._read:
            found = differences(record, transcript, self._read)
            transcript = transcript.model_copy(update={"differences": tuple(found)})
        await self._archive.keep(record.call_sid, TEXT_FILE, transcript.as_text())
        await self._archive.keep(record.call_sid, JSON_FILE, transcript.as_json())
        return transcript

    async def _made_before(self, call_sid: str, record: CallRecord) -> Transcript | None:
        with suppress(StorageError, ValueError):
            made = Transcript.model_validate_json(await self._archive.kept(call_sid, JSON_FILE))
            return made if made.audio_sha256 == record.audio_sha256 else None
        return None

    async def _side(self, data: bytes, channel: int, language: str) -> list[Word]:
        cut = pieces((block[:, channel] for block in decode(data)), self._engine.piece_sec)
        words: list[Word] = []
        while (piece := await asyncio.to_thread(next, cut, None)) is not None:
            start_sec, pcm = piece
            if not await asyncio.to_thread(utterances, pcm, self._engine.piece_sec):
                continue  # nobody speaks: nothing to invent words from
            await self._calls_are_over()
            heard = await self._engine.transcribe(pcm, language=language, hotwords=self._hotwords(language))
            words += [_later(word, start_sec) for word in heard]
        return words

    def _wait(self, call_sid: str) -> None:
        self._not_before[call_sid] = self._clock.monotonic() + self._retry_sec

    async def _note(self, job: Job) -> None:
        await asyncio.to_thread(self._queue.put, job)

    async def _strike_off(self, call_sid: str) -> None:
        self._not_before.pop(call_sid, None)
        await asyncio.to_thread(self._queue.remove, call_sid)


def _later(word: Word, seconds: float) -> Word:
    times = {"start_sec": round(word.start_sec + seconds, 3), "end_sec": round(word.end_sec + seconds, 3)}
    return word.model_copy(update=times)


def _code(exc: Exception) -> str:
    return exc.code if isinstance(exc, AvaError) else type(exc).__name__


if __name__ == "__main__":
    import sys
    from pathlib import Path

    if len(sys.argv) != 2:
        sys.exit("usage: python -m recording.transcriber DATA_DIR (what waits; engines/after_call.py transcribes)")
    for waiting in TranscriptionQueue(Path(sys.argv[1]) / "recordings").jobs():
        print(waiting.call_sid, waiting.tries, waiting.reason or "")
