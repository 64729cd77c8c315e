"""Transcription after the call: real, small models over real audio, and the dialogue's reading of what they heard."""

import datetime as dt
import gc
import weakref
from typing import Any

import numpy as np
import pytest
from faster_whisper import WhisperModel

from bench.telephone_speech import over_the_line, pcm16, synthesize
from call import CallRecord, Slots, Turn
from config import Settings
from engines.after_call import AFTER_CALL, after_call_engine, reader
from engines.table import STT
from engines.whisper import after_call as whisper
from engines.whisper.after_call import AfterCallWhisper
from errors import ConfigError, SttError
from practice import load_facts
from recording.differences import differences
from recording.pieces import RATE_HZ, Samples
from recording.transcript import Transcript, Word, in_order
from tests.fakes import tiny_whisper

FACTS = load_facts()
SENTENCE = "What are your hours at Kendall?"
STARTED = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)  # a Monday


def say(text: str) -> Samples:
    return np.frombuffer(pcm16(over_the_line(*synthesize(text, "en-us"))), dtype="<i2")


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), dtype=np.int16)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tiny_whisper.build(tmp_path_factory.mktemp("whisper"), says=SENTENCE)
    return Settings(
        _env_file=None,
        after_call_whisper_model=str(folder),
        whisper_model="/nowhere",
        whisper_device="cpu",
        whisper_compute="float32",
    )


class Placed(WhisperModel):
    """The tiny model looks at one moment for all of its words: they are spread over the audio, so that each has a
    time."""

    def find_alignment(self, tokenizer: Any, text_tokens: Any, encoder_output: Any, num_frames: int, *rest: Any) -> Any:
        found = super().find_alignment(tokenizer, text_tokens, encoder_output, num_frames, *rest)
        for words in found:
            step = 1.2 * num_frames / 100 / (len(words) or 1)  # a rest of the audio would be decoded once more
            for at, word in enumerate(words):
                word["start"], word["end"] = at * step, (at + 1) * step
        return found


def placed(settings: Settings) -> WhisperModel:
    return Placed(settings.whisper_model, device="cpu", compute_type="float32", cpu_threads=1)


def test_every_profile_that_hears_in_the_call_transcribes_after_it(settings: Settings) -> None:
    assert AFTER_CALL.keys() == STT.keys()
    assert isinstance(after_call_engine(settings, FACTS), AfterCallWhisper)


# Whisper


async def test_whisper_gives_words_with_times_within_the_piece(settings: Settings) -> None:
    engine = AfterCallWhisper(settings, load=placed)
    pcm = np.concatenate([quiet(1.0), say("I would like to know your hours in Kendall"), quiet(1.0)])
    words = await engine.transcribe(pcm, language="en", hotwords=("Kendall", "glaucoma"))
    assert " ".join(word.text for word in words) == SENTENCE
    ends = [time for word in words for time in (word.start_sec, word.end_sec)]
    assert ends == sorted(ends)
    assert ends[0] >= 0.5
    assert ends[-1] <= len(pcm) / RATE_HZ
    assert all(0 < word.confidence <= 1 for word in words)
    await engine.let_go()


@pytest.mark.parametrize("nothing", [quiet(3.0), np.random.default_rng(1).normal(0, 20, 24000).astype(np.int16)])
async def test_whisper_invents_nothing_where_nobody_speaks(settings: Settings, nothing: Samples) -> None:
    assert await AfterCallWhisper(settings).transcribe(nothing, language="en", hotwords=()) == []


async def test_whisper_is_loaded_with_the_first_piece_and_freed_when_let_go(settings: Settings) -> None:
    models: list[Any] = []

    def load(wanted: Settings) -> WhisperModel:
        assert wanted.whisper_model == settings.after_call_whisper_model
        model = placed(wanted)
        models.append(weakref.ref(model))
        return model

    engine = AfterCallWhisper(settings, load=load)
    assert not models
    for _ in range(2):
        await engine.transcribe(say("hello"), language="en", hotwords=())
    assert len(models) == 1
    await engine.let_go()
    await engine.let_go()
    gc.collect()
    assert models[0]() is None
    assert await engine.transcribe(say("hello"), language="en", hotwords=())
    assert len(models) == 2


async def test_whisper_is_asked_with_the_practices_words_and_without_what_came_before(settings: Settings) -> None:
    asked: list[dict[str, Any]] = []

    class Watched:
        def __init__(self, model: WhisperModel) -> None:
            self._real = model

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

        def transcribe(self, audio: np.ndarray, **options: Any) -> Any:
            asked.append(options)
            return self._real.transcribe(audio, **options)

    engine = AfterCallWhisper(settings, load=lambda wanted: Watched(whisper._load(wanted)))  # type: ignore[arg-type,return-value]
    await engine.transcribe(say("hello"), language="en", hotwords=["Kendall"] * 500)
    (options,) = asked
    assert options["condition_on_previous_text"] is False
    assert options["vad_filter"] is True
    assert options["word_timestamps"] is True
    assert 10 < len(options["hotwords"].split()) < 250


async def test_a_model_that_is_missing_is_named_by_its_own_setting(settings: Settings) -> None:
    engine = AfterCallWhisper(settings.model_copy(update={"after_call_whisper_model": "./nowhere"}))
    with pytest.raises(ConfigError, match=r"^AFTER_CALL_WHISPER_MODEL: there is no folder \./nowhere"):
        await engine.transcribe(say("hello"), language="en", hotwords=())


async def test_a_decode_that_fails_may_be_tried_again_and_says_no_word(settings: Settings) -> None:
    class Broken:
        supported_languages = ("en",)

        class model:
            device = "cpu"

        class hf_tokenizer:
            @staticmethod
            def encode(text: str, add_special_tokens: bool) -> Any:
                raise RuntimeError(f"broken at {text}")

    engine = AfterCallWhisper(settings, load=lambda _: Broken())  # type: ignore[arg-type,return-value]
    with pytest.raises(SttError) as caught:
        await engine.transcribe(say("hello"), language="en", hotwords=("Ortega",))
    assert (caught.value.code, caught.value.retryable) == ("stt-failed", True)
    assert "Ortega" not in str(caught.value)
    with pytest.raises(SttError) as caught:
        await engine.transcribe(say("hello"), language="xx", hotwords=())
    assert (caught.value.code, caught.value.retryable) == ("stt-language", False)


# Against what was understood live


def record(*said: str, **slots: Any) -> CallRecord:
    turns = [Turn(speaker="caller", text=text, at_sec=float(at)) for at, text in enumerate(said)]
    return CallRecord(
        call_sid="CA" + "0" * 32, account_sid="", caller=None, called="", started_at=STARTED, ended_at=STARTED,
        duration_sec=60, outcome="completed", turns=turns, slots=Slots(**slots),
    )  # fmt: skip


def heard_after(call: CallRecord, *said: str) -> list[str]:
    words = [
        Word(text=word, start_sec=10.0 * turn + 0.1 * at, end_sec=10.0 * turn + 0.1 * at + 0.1, confidence=1.0)
        for turn, text in enumerate(said)
        for at, word in enumerate(text.split())
    ]
    transcript = Transcript(
        call_sid=call.call_sid, engine="", language="en", made_at=STARTED, audio_sha256="",
        spoken=in_order({"caller": words, "ava": []}),
    )  # fmt: skip
    return list(differences(call, transcript, reader(FACTS)))


LIVE = (
    "i would like an eye exam in kendall",
    "my name is rosa ortega",
    "three oh five five five five oh one seven seven",
    "next tuesday please",
)
UNDERSTOOD = {
    "name": "Rosa Ortega",
    "location": "kendall",
    "callback_number": "+13055550177",
    "callback_source": "said",
}


def test_the_same_words_written_otherwise_are_no_difference() -> None:
    after = ("I'd like an eye exam in Kendall.", "My name is Rosa Ortega.", "305-555-0177.", "Next Tuesday, please.")
    assert heard_after(record(*LIVE, **UNDERSTOOD), *after) == []


@pytest.mark.parametrize(
    ("turn", "instead", "code"),
    [
        (1, "My name is Rosa Ortiz.", "after-call-name"),
        (2, "305-555-0171.", "after-call-number"),
        (3, "Next Thursday, please.", "after-call-date"),
        (0, "I'd like an eye exam in Coral Gables.", "after-call-place"),
    ],
)
def test_a_name_number_date_or_place_that_was_heard_otherwise_is_found(turn: int, instead: str, code: str) -> None:
    after = [*LIVE]
    after[turn] = instead
    assert heard_after(record(*LIVE, **UNDERSTOOD), *after) == [code]
