"""The real `kokoro_onnx`, phonemizer and ONNX Runtime, over a graph of a few hundred bytes."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pipecat.frames.frames import (
    ErrorFrame,
    InterruptionFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.pipeline.worker import PipelineParams
from pipecat.tests.utils import SleepFrame, run_test

from config import Settings
from engines.espeak import EspeakEngine
from engines.kokoro import KokoroEngine
from engines.kokoro.model import find_files, load_model, open_session
from engines.kokoro.voice import PAUSE_SEC
from engines.silence import LEAD_IN_SEC
from errors import ConfigError, TtsError
from tests.engines.sound import sound_alike
from tests.fakes.clock import FakeClock
from tests.fakes.tiny_kokoro import ObedientSession, build

SHORT = "Thank you for calling."
LONG = "We are open Monday through Friday from eight to five, and on Saturday morning from nine to twelve."
FIRST, REST = "We are open Monday through Friday from eight to five,", "and on Saturday morning from nine to twelve."
IMPATIENT_SEC = 0.4


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("kokoro"))


def settings(folder: Path, voice: str = "af_heart", calls: int = 2) -> Settings:
    return Settings(kokoro_model_dir=folder, kokoro_voice=voice, max_concurrent_calls=calls)


class Rig:
    """An engine whose model can be told to fail, a clock that stands, and what the service would report."""

    def __init__(self, folder: Path, *, patience_sec: float, hung_sec: float = 10.0, **options: Any) -> None:
        self.clock = FakeClock()
        self.fallback = EspeakEngine()
        self.failures: list[TtsError] = []
        self.engine = KokoroEngine(
            settings(folder, **options),
            fallback=self.fallback,
            clock=self.clock,
            opener=self._open,
            patience_sec=patience_sec,
            hung_sec=hung_sec,
        )

    def _open(self, graph: Path) -> ObedientSession:
        self.session = ObedientSession(open_session(graph))
        return self.session

    async def _failed(self, error: TtsError) -> None:
        self.failures.append(error)

    async def say(self, text: str, rate_hz: int = 8000) -> list[bytes]:
        with closing(self.engine.utterance(text, rate_hz, self._failed)) as utterance:
            return [pcm async for pcm in utterance]

    async def failures_of(self, text: str) -> list[str]:
        self.failures.clear()
        await self.say(text)
        return [failure.code for failure in self.failures]


@pytest.fixture
async def rig(model_dir: Path) -> AsyncIterator[Rig]:
    rig = Rig(model_dir, patience_sec=IMPATIENT_SEC)
    await rig.engine.start()
    yield rig
    rig.session.let_go()
    await rig.engine.close()


def seconds(pcm: bytes, rate_hz: int = 8000) -> float:
    return len(pcm) / 2 / rate_hz


def samples(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, dtype="<i2").astype(np.int32)


# Speaking


async def test_a_sentence_becomes_speech_at_the_rate_asked_for(rig: Rig) -> None:
    narrow = await rig.engine.synthesize(SHORT, 8000)
    wide = await rig.engine.synthesize(SHORT, 16000)
    assert 1 < seconds(narrow) < 4
    assert len(wide) / len(narrow) == pytest.approx(2, rel=0.001)
    assert np.abs(samples(narrow)).max() > 5000
    assert rig.engine.problem is None


async def test_the_voice_begins_at_once_and_its_silences_are_short(rig: Rig) -> None:
    loud = np.flatnonzero(np.abs(samples(await rig.engine.synthesize(SHORT, 8000))) > 300)
    assert loud[0] / 8000 <= LEAD_IN_SEC + 0.005
    behind = len(await rig.engine.synthesize(SHORT, 8000)) / 2 - loud[-1]
    assert 0.1 < behind / 8000 <= 0.155


async def test_other_words_and_another_voice_sound_different(rig: Rig, model_dir: Path) -> None:
    other = Rig(model_dir, patience_sec=1, voice="am_adam")
    await other.engine.start()
    mine = await rig.engine.synthesize(SHORT, 8000)
    assert mine != await other.engine.synthesize(SHORT, 8000)
    assert mine != await rig.engine.synthesize("Thank you for waiting.", 8000)
    await other.engine.close()


async def test_the_model_is_loaded_once_and_a_second_service_is_there_at_once(model_dir: Path) -> None:
    rig = Rig(model_dir, patience_sec=1)
    await asyncio.gather(rig.engine.start(), rig.engine.start())
    await rig.engine.start()
    rig.engine.new_service()
    started = time.thread_time()
    rig.engine.new_service()
    assert time.thread_time() - started < 0.02
    assert rig.engine.loads == 1
    await rig.engine.close()


async def test_prepared_sentences_come_from_memory(rig: Rig) -> None:
    await rig.engine.prepare([SHORT, LONG, "..."], 8000)
    before = rig.session.runs
    for number in range(300):  # more than are remembered otherwise
        rig.engine._cache.put(f"Sentence {number}.", 8000, b"\0\0")
    assert [len(await rig.say(text)) for text in (SHORT, LONG)] == [1, 1]
    assert await rig.engine.synthesize(LONG, 8000) == (await rig.say(LONG))[0]
    assert rig.session.runs == before


async def test_a_sentence_spoken_before_comes_from_memory(rig: Rig) -> None:
    pieces = await rig.say(LONG)
    before = rig.session.runs
    assert await rig.say(LONG) == [b"".join(pieces)]
    assert rig.session.runs == before


async def test_the_first_clause_is_there_after_one_run_of_the_model(rig: Rig) -> None:
    with closing(rig.engine.utterance(LONG, 8000, rig._failed)) as utterance:
        rig.session.before = lambda: setattr(rig.session, "order", "hang")  # from the second run on
        first = await anext(utterance)
        rig.session.let_go()
        rest = await anext(utterance)
        with pytest.raises(StopAsyncIteration):
            await anext(utterance)
    whole = await rig.engine.synthesize(LONG, 16000)
    assert first == await rig.engine.synthesize(FIRST, 8000)
    assert rest == await rig.engine.synthesize(REST, 8000)
    assert len(first) < 0.7 * len(whole) / 2
    assert rig.failures == []


async def test_the_rest_is_made_while_the_first_clause_is_played(rig: Rig) -> None:
    begun = rig.session.runs
    with closing(rig.engine.utterance(LONG, 8000, rig._failed)) as utterance:
        await anext(utterance)
        async with asyncio.timeout(2):
            while rig.session.runs < begun + 2:  # nobody has asked for the rest yet
                await asyncio.sleep(0.005)


async def test_a_very_long_text_is_spoken_whole(rig: Rig) -> None:
    text = " ".join(["There is nothing that the practice does not do for its patients and their eyes"] * 12) + "."
    assert len(text) > 900
    pieces = await rig.say(text)
    assert len(pieces) > 3
    assert seconds(b"".join(pieces)) > 50
    assert seconds(await rig.engine.synthesize(text, 8000)) > 50  # in one go: kokoro_onnx makes batches of it
    assert rig.failures == []


@pytest.mark.parametrize("text", ["", "...", " — ", "?!"])
async def test_what_has_no_words_is_no_speech_and_no_error(rig: Rig, text: str) -> None:
    before = rig.session.runs
    assert await rig.say(text) == []
    assert await rig.engine.synthesize(text, 8000) == b""
    assert (rig.session.runs, rig.failures) == (before, [])


async def test_the_event_loop_goes_on_while_the_model_works(rig: Rig) -> None:
    rig.session.before = lambda: time.sleep(0.25)
    speaking = asyncio.create_task(rig.say(LONG), name="speaking")
    latest, gap = time.perf_counter(), 0.0
    while not speaking.done():
        await asyncio.sleep(0.005)
        latest, gap = time.perf_counter(), max(gap, time.perf_counter() - latest)
    assert len(speaking.result()) == 2
    assert gap < 0.15


async def test_a_change_of_language_is_not_spelled_out(model_dir: Path) -> None:
    model = load_model(model_dir, "ef_dora")
    heard: list[str] = []
    create = model._kokoro.create
    model._kokoro.create = lambda phonemes, *rest, **options: (
        heard.append(phonemes) or create(phonemes, *rest, **options)
    )
    assert "(en)" in model._kokoro.tokenizer.phonemize("Llame a Vision Windows, 你好.", "hi")
    model._language = "hi"
    model.speak("Llame a Vision.")
    assert heard
    assert "(" not in heard[0]


# When it fails


@pytest.mark.parametrize(
    ("order", "code"),
    [("raise", "tts-failed"), ("nan", "tts-failed"), ("nothing", "tts-empty"), ("silence", "tts-empty")],
)
async def test_a_sentence_that_the_model_cannot_say_is_said_by_the_other_voice(rig: Rig, order: str, code: str) -> None:
    rig.session.order = order
    assert await rig.say(LONG) == [await rig.fallback.synthesize(LONG, 8000)]
    assert [failure.code for failure in rig.failures] == [code]
    assert rig.engine.problem == code
    assert not any(word in str(failure) for failure in rig.failures for word in ("Monday", "morning"))


async def test_what_is_left_of_a_sentence_is_said_by_the_other_voice(rig: Rig) -> None:
    with closing(rig.engine.utterance(LONG, 8000, rig._failed)) as utterance:
        rig.session.before = lambda: setattr(rig.session, "order", "raise")  # from the second run on
        pieces = [pcm async for pcm in utterance]
    rig.session.order, rig.session.before = "speak", lambda: None
    assert pieces == [await rig.engine.synthesize(FIRST, 8000), await rig.fallback.synthesize(REST, 8000)]
    assert [failure.code for failure in rig.failures] == ["tts-failed"]


async def test_a_model_that_hangs_costs_less_than_two_seconds(model_dir: Path) -> None:
    rig = Rig(model_dir, patience_sec=1.5)
    await rig.engine.start()
    rig.session.order = "hang"
    started = time.perf_counter()
    assert await rig.say(SHORT) == [await rig.fallback.synthesize(SHORT, 8000)]
    assert 1.4 < time.perf_counter() - started < 2
    assert [failure.code for failure in rig.failures] == ["tts-timeout"]
    rig.session.let_go()
    await rig.engine.close()


async def test_a_rest_that_hangs_is_waited_for_while_the_first_clause_is_played(rig: Rig) -> None:
    with closing(rig.engine.utterance(SHORT + " " + LONG, 8000, rig._failed)) as utterance:
        rig.session.before = lambda: setattr(rig.session, "order", "hang")
        first = await anext(utterance)
        assert seconds(first) > 1
        started = asyncio.get_running_loop().time()
        utterance._silent_from -= seconds(first) - 0.1  # as if nearly all of it had been played
        await anext(utterance)
        assert 0.1 < asyncio.get_running_loop().time() - started < 1
    assert [failure.code for failure in rig.failures] == ["tts-timeout"]


async def test_a_voice_that_failed_is_left_alone_for_a_while_and_then_tried_again(rig: Rig) -> None:
    rig.session.order = "raise"
    assert await rig.failures_of("First sentence.") == ["tts-failed"]
    rig.session.order, before = "speak", rig.session.runs
    rig.clock.pass_time(PAUSE_SEC - 0.1)
    assert await rig.failures_of("Second sentence.") == []
    assert (rig.session.runs, rig.engine.problem) == (before, "tts-failed")
    rig.clock.pass_time(0.2)
    assert await rig.failures_of("Third sentence.") == []
    assert (rig.session.runs, rig.engine.problem) == (before + 1, None)


async def test_sentences_in_memory_are_spoken_by_kokoro_during_the_pause(rig: Rig) -> None:
    await rig.engine.prepare([SHORT], 8000)
    rig.session.order = "raise"
    await rig.say("Another sentence.")
    assert await rig.say(SHORT) == [await rig.engine.synthesize(SHORT, 8000)]
    assert rig.engine.problem == "tts-failed"


async def test_when_every_thread_hangs_no_caller_waits_for_one(model_dir: Path) -> None:
    rig = Rig(model_dir, patience_sec=IMPATIENT_SEC, hung_sec=IMPATIENT_SEC + 0.1)
    await rig.engine.start()
    rig.session.order = "hang"
    for number in range(2):  # as many as there are threads
        assert await rig.failures_of(f"Sentence number {number}.") == ["tts-timeout"]
        rig.clock.pass_time(PAUSE_SEC + 1)
    await asyncio.sleep(0.2)
    begun, started = rig.session.runs, time.perf_counter()
    assert await rig.say(SHORT) == [await rig.fallback.synthesize(SHORT, 8000)]
    assert time.perf_counter() - started < IMPATIENT_SEC
    assert (rig.session.runs, rig.engine.problem) == (begun, "tts-timeout")
    rig.session.order = "speak"
    rig.session.let_go()
    rig.clock.pass_time(PAUSE_SEC + 1)
    await asyncio.sleep(0.05)
    assert await rig.failures_of("Are you still there?") == []
    assert rig.engine.problem is None
    await rig.engine.close()


async def test_a_thread_that_hangs_does_not_take_the_place_of_one_that_speaks(model_dir: Path) -> None:
    rig = Rig(model_dir, patience_sec=IMPATIENT_SEC, hung_sec=IMPATIENT_SEC + 0.1)
    await rig.engine.start()
    rig.session.order = "hang"
    assert await rig.failures_of("This one hangs.") == ["tts-timeout"]
    await asyncio.sleep(0.2)
    rig.session.order = "speak"
    two_at_once = threading.Barrier(2, timeout=2)
    rig.session.before = lambda: two_at_once.wait() and None
    sentences = ("First sentence.", "Second sentence.")
    spoken = await asyncio.gather(*(rig.engine.synthesize(sentence, 8000) for sentence in sentences))
    assert all(spoken)
    rig.session.let_go()
    await rig.engine.close()


async def test_when_both_voices_fail_there_is_one_error_and_no_speech(rig: Rig) -> None:
    async def refuse(_text: str, _rate_hz: int) -> bytes:
        raise RuntimeError("cannot schedule new futures after shutdown")

    rig.session.order = "raise"
    rig.fallback.synthesize = refuse  # type: ignore[method-assign]
    assert await rig.say(LONG) == []
    assert [failure.code for failure in rig.failures] == ["tts-fallback"]


async def test_a_sentence_that_cannot_be_prepared_is_spoken_all_the_same(rig: Rig) -> None:
    rig.session.order = "raise"
    await rig.engine.prepare([SHORT, LONG], 8000)
    assert rig.engine.problem == "tts-failed"
    assert await rig.say(LONG) == [await rig.fallback.synthesize(LONG, 8000)]


async def test_a_closed_engine_lets_no_caller_wait(rig: Rig) -> None:
    rig.session.order = "hang"
    waiting = [asyncio.create_task(rig.engine.synthesize(f"Sentence {n}.", 8000), name=str(n)) for n in range(4)]
    await asyncio.sleep(0.05)
    await rig.engine.close()
    rig.session.let_go()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [result.code for result in results if isinstance(result, TtsError)] == ["tts-closed"] * 2
    with pytest.raises(TtsError) as caught:
        await rig.engine.synthesize(SHORT, 8000)
    assert (caught.value.code, caught.value.retryable) == ("tts-closed", False)


# Interruption


async def test_an_interrupted_sentence_leaves_nothing_running(rig: Rig) -> None:
    idle = asyncio.all_tasks()
    rig.session.order = "hang"
    speaking = asyncio.create_task(rig.say(LONG), name="speaking")
    await asyncio.sleep(0.05)
    speaking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaking
    assert asyncio.all_tasks() == idle
    assert rig.failures == []


async def test_a_generator_that_is_closed_starts_no_more_pieces(rig: Rig) -> None:
    idle, begun = asyncio.all_tasks(), rig.session.runs
    service = rig.engine.new_service()
    service._sample_rate = 8000
    frames = service.run_tts(" ".join([LONG] * 6), "context")
    frame = await anext(frames)
    await frames.aclose()
    await asyncio.sleep(0.05)
    assert isinstance(frame, TTSAudioRawFrame)
    assert asyncio.all_tasks() == idle
    assert rig.session.runs <= begun + 2


async def test_a_piece_that_waits_in_line_is_not_made_for_nobody(rig: Rig) -> None:
    async def two_more_calls() -> None:
        rig.engine._voice.submit("Another call.", 8000)
        rig.engine._voice.submit("And one more.", 8000)

    def fill_both_threads() -> None:
        rig.session.before, rig.session.order = lambda: None, "hang"
        asyncio.run_coroutine_threadsafe(two_more_calls(), loop).result(5)

    loop, begun = asyncio.get_running_loop(), rig.session.runs
    rig.session.before = fill_both_threads  # when the first piece is being made
    utterance = rig.engine.utterance(LONG, 8000, rig._failed)
    await anext(utterance)
    utterance.close()
    with pytest.raises(StopAsyncIteration):
        await anext(utterance)
    rig.session.let_go()
    await rig.engine.synthesize("The thread is free.", 8000)
    assert rig.session.runs == begun + 4  # the first piece, the other calls, and this one


async def test_a_whole_sentence_that_waits_in_line_is_not_made_for_nobody(rig: Rig) -> None:
    begun = rig.session.runs
    rig.session.order = "hang"
    texts = ("First sentence.", "Second sentence.", "Nobody waits for the third.")
    speaking = [asyncio.create_task(rig.engine.synthesize(text, 8000), name=text) for text in texts]
    await asyncio.sleep(0.05)
    speaking[-1].cancel()
    await asyncio.wait({speaking[-1]})
    rig.session.let_go()
    assert all(await asyncio.gather(*speaking[:-1]))
    assert await rig.engine.synthesize("The thread is free.", 8000)
    assert rig.session.runs == begun + 3


# In a pipeline


async def in_a_pipeline(rig: Rig, *frames: Any) -> tuple[list[Any], list[ErrorFrame]]:
    async with asyncio.timeout(10):
        down, up = await run_test(
            rig.engine.new_service(),
            frames_to_send=list(frames),
            pipeline_params=PipelineParams(audio_out_sample_rate=8000),
        )
    return list(down), [frame for frame in up if isinstance(frame, ErrorFrame)]


async def test_the_service_speaks_a_sentence_and_then_tells_its_text(rig: Rig) -> None:
    down, errors = await in_a_pipeline(rig, TTSSpeakFrame(LONG), SleepFrame(0.3))
    kinds = [type(frame) for frame in down if isinstance(frame, (TTSStartedFrame, TTSAudioRawFrame, TTSStoppedFrame))]
    assert kinds == [TTSStartedFrame, TTSAudioRawFrame, TTSAudioRawFrame, TTSStoppedFrame]
    assert [frame.text for frame in down if isinstance(frame, TTSTextFrame)] == [LONG]
    assert {frame.sample_rate for frame in down if isinstance(frame, TTSAudioRawFrame)} == {8000}
    assert errors == []


async def test_the_service_goes_on_speaking_however_many_sentences_fail(rig: Rig) -> None:
    synthesize = rig.fallback.synthesize

    async def speak_after_the_pause(text: str, rate_hz: int) -> bytes:
        rig.clock.pass_time(PAUSE_SEC + 1)
        return await synthesize(text, rate_hz)

    rig.session.order = "raise"
    rig.fallback.synthesize = speak_after_the_pause  # type: ignore[method-assign]
    texts = [f"Sentence number {number}." for number in range(5)]
    down, errors = await in_a_pipeline(rig, *map(TTSSpeakFrame, texts), SleepFrame(0.4))
    spoken = [frame.audio for frame in down if isinstance(frame, TTSAudioRawFrame)]
    assert spoken == [await synthesize(text, 8000) for text in texts]
    assert [getattr(error.exception, "code", None) for error in errors] == ["tts-failed"] * 5


async def test_the_sentence_after_the_pause_is_spoken_by_kokoro_again(rig: Rig) -> None:
    synthesize = rig.fallback.synthesize

    async def speak_after_the_pause(text: str, rate_hz: int) -> bytes:
        rig.session.order = "speak"
        rig.clock.pass_time(PAUSE_SEC + 1)
        return await synthesize(text, rate_hz)

    rig.session.order = "raise"
    rig.fallback.synthesize = speak_after_the_pause  # type: ignore[method-assign]
    down, errors = await in_a_pipeline(rig, TTSSpeakFrame("This one fails."), TTSSpeakFrame(SHORT), SleepFrame(0.3))
    assert [frame.audio for frame in down if isinstance(frame, TTSAudioRawFrame)] == [
        await synthesize("This one fails.", 8000),
        await rig.engine.synthesize(SHORT, 8000),
    ]
    assert len(errors) == 1


async def test_a_turn_without_any_audio_does_not_hold_up_the_next_one(rig: Rig) -> None:
    synthesize = rig.fallback.synthesize

    async def refuse_once(text: str, rate_hz: int) -> bytes:
        if text == SHORT:
            raise TtsError("refused", code="espeak-synth")
        return await synthesize(text, rate_hz)

    rig.session.order = "raise"
    rig.fallback.synthesize = refuse_once  # type: ignore[method-assign]
    down, errors = await in_a_pipeline(
        rig, *[TTSSpeakFrame(SHORT) for _ in range(4)], SleepFrame(0.2), TTSSpeakFrame(LONG), SleepFrame(0.3)
    )
    assert [frame.audio for frame in down if isinstance(frame, TTSAudioRawFrame)] == [await synthesize(LONG, 8000)]
    ours = [error.exception.code for error in errors if isinstance(error.exception, TtsError)]
    assert ours == ["espeak-synth"] * 4


async def test_marks_alone_open_no_context(rig: Rig) -> None:
    down, errors = await in_a_pipeline(rig, TTSSpeakFrame("..."), TTSSpeakFrame(SHORT), SleepFrame(0.3))
    assert [type(frame) for frame in down if isinstance(frame, (TTSStartedFrame, TTSStoppedFrame))] == [
        TTSStartedFrame,
        TTSStoppedFrame,
    ]
    assert errors == []


async def test_after_an_interruption_the_next_sentence_is_spoken(rig: Rig) -> None:
    rig.session.before = lambda: time.sleep(0.05)
    frames = (TTSSpeakFrame(LONG), SleepFrame(0.02), InterruptionFrame(), SleepFrame(0.05), TTSSpeakFrame(SHORT))
    down, errors = await in_a_pipeline(rig, *frames, SleepFrame(0.4))
    assert [frame.text for frame in down if isinstance(frame, TTSTextFrame)] == [SHORT]
    assert errors == []


# Files and settings


def copy(model_dir: Path, folder: Path, spoil: Callable[[Path], object]) -> Path:
    for path in model_dir.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    spoil(folder)
    return folder


async def complaint(folder: Path, voice: str = "af_heart") -> str:
    engine = KokoroEngine(settings(folder, voice), fallback=EspeakEngine())
    with pytest.raises(ConfigError) as caught:
        await engine.start()
    await engine.close()
    return str(caught.value)


@pytest.mark.parametrize("name", ["kokoro-v1.0.onnx", "voices-v1.0.bin"])
async def test_a_missing_file_is_named_with_where_it_comes_from(model_dir: Path, tmp_path: Path, name: str) -> None:
    text = await complaint(copy(model_dir, tmp_path, lambda folder: (folder / name).unlink()))
    assert all(part in text for part in ("KOKORO_MODEL_DIR", name, "kokoro-onnx/releases", "model-files-v1.0"))


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    text = await complaint(tmp_path / "models")
    assert all(part in text for part in ("KOKORO_MODEL_DIR", str(tmp_path / "models"), "model-files-v1.0"))


@pytest.mark.parametrize("name", ["kokoro-v1.0.onnx", "voices-v1.0.bin"])
@pytest.mark.parametrize("part", [0.0, 0.6])
async def test_a_damaged_file_is_named(model_dir: Path, tmp_path: Path, name: str, part: float) -> None:
    def cut_short(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: int(len(data) * part)])

    text = await complaint(copy(model_dir, tmp_path, cut_short))
    assert "KOKORO_MODEL_DIR" in text
    assert name in text


async def test_a_graph_of_something_else_is_refused(model_dir: Path, tmp_path: Path) -> None:
    def another(folder: Path) -> None:
        data = (folder / "kokoro-v1.0.onnx").read_bytes()
        (folder / "kokoro-v1.0.onnx").write_bytes(data.replace(b"speed", b"sheep"))

    assert "inputs are not Kokoro's" in await complaint(copy(model_dir, tmp_path, another))


async def test_an_unknown_voice_is_told_the_ones_like_it(model_dir: Path) -> None:
    text = await complaint(model_dir, "af_hart")
    assert all(part in text for part in ("KOKORO_VOICE", "af_hart", "among its 4", "af_heart"))


async def test_a_voice_of_an_unknown_language_is_refused(tmp_path: Path, model_dir: Path) -> None:
    def rename(folder: Path) -> None:
        with np.load(model_dir / "voices-v1.0.bin") as voices, (folder / "voices-v1.0.bin").open("wb") as stream:
            np.savez(stream, xx_nobody=voices["af_heart"])

    assert "language of xx_nobody" in await complaint(copy(model_dir, tmp_path, rename), "xx_nobody")


async def test_a_model_that_loads_and_cannot_speak_is_no_start(model_dir: Path) -> None:
    rig = Rig(model_dir, patience_sec=1)
    opened = rig._open

    def broken(graph: Path) -> ObedientSession:
        session = opened(graph)
        session.order = "raise"
        return session

    rig.engine._voice._opener = broken
    with pytest.raises(TtsError) as caught:
        await rig.engine.start()
    await rig.engine.close()
    assert caught.value.code == "tts-failed"


def test_the_only_graph_of_another_name_is_taken_and_two_are_not(model_dir: Path, tmp_path: Path) -> None:
    copy(model_dir, tmp_path, lambda folder: (folder / "kokoro-v1.0.onnx").rename(folder / "kokoro-v1.0.int8.onnx"))
    assert find_files(tmp_path).graph.name == "kokoro-v1.0.int8.onnx"
    (tmp_path / "kokoro-v1.0.fp16.onnx").write_bytes(b"")
    with pytest.raises(ConfigError, match="keep one of them"):
        find_files(tmp_path)


async def test_the_library_does_not_print_what_is_said(model_dir: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rig = Rig(model_dir, patience_sec=1)
    library = logging.getLogger("kokoro_onnx")
    library.addHandler(logging.StreamHandler())
    library.setLevel(logging.DEBUG)  # as with LOG_LEVEL=DEBUG in the environment
    await rig.engine.start()
    await rig.say("Doctor Example will see you.")
    await rig.engine.close()
    assert "audio" not in "".join(capfd.readouterr())  # as in its "Creating audio for 1 batches for 24 phonemes"


# Two users of espeak-ng in one process


async def test_kokoro_and_espeak_speaking_at_once_sound_as_they_do_alone(model_dir: Path) -> None:
    """espeak-ng's library has one global voice, rate and text; Kokoro's phonemizer uses the same library.

    Spanish is phonemised here while English is spoken. espeak's own audio varies a little, Kokoro's does not.
    """
    texts = [f"Hola, amigo número {number}, tenemos una cita el martes por la mañana." for number in range(12)]
    alone = Rig(model_dir, patience_sec=5, voice="ef_dora", calls=8)
    await alone.engine.start()
    kokoro_alone = [await alone.engine.synthesize(text, 8000) for text in texts]
    espeak_alone = [await alone.fallback.synthesize(text, 8000) for text in texts]
    await alone.engine.close()

    rig = Rig(model_dir, patience_sec=5, voice="ef_dora", calls=8)
    english = KokoroEngine(settings(model_dir, calls=8), fallback=rig.fallback)
    await asyncio.gather(rig.engine.start(), english.start())
    work = []
    for text in texts:
        work += [rig.engine.synthesize(text, 8000), rig.fallback.synthesize(text, 8000), english.synthesize(text, 8000)]
    results = await asyncio.gather(*work)
    await rig.engine.close()
    await english.close()
    assert results[0::3] == kokoro_alone
    assert results[2::3] != kokoro_alone
    assert all(sound_alike(pcm, same) for pcm, same in zip(results[1::3], espeak_alone, strict=True))
