import pytest
from pipecat.frames.frames import (
    AggregatedTextFrame,
    BotStoppedSpeakingFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    TTSTextFrame,
)
from pipecat.tests.utils import SleepFrame, run_test
from pipecat.utils.text.base_text_aggregator import TextType

from stages.call_log import CallLog
from stages.heard_text_processor import HeardTextProcessor, words_within
from tests.fakes.store import FakeStore


@pytest.mark.parametrize(
    ("characters", "heard"), [(0, ""), (4, "We"), (2, "We"), (6, "We are"), (11, "We are open"), (100, "We are open")]
)
def test_only_whole_words_count_as_heard(characters: float, heard: str) -> None:
    assert words_within("We are open", characters) == heard


def announced(text: str, *, interruptible: bool = True) -> AggregatedTextFrame:
    frame = AggregatedTextFrame(text, TextType.SENTENCE)
    frame.will_be_spoken = True
    frame.interruptible = interruptible
    return frame


def audio(seconds: float) -> OutputAudioRawFrame:
    return OutputAudioRawFrame(bytes(int(16000 * seconds)), sample_rate=8000, num_channels=1)


def spoken(text: str) -> TTSTextFrame:
    return TTSTextFrame(text, text_type=TextType.SENTENCE)


async def test_a_turn_that_was_heard_whole(call_log: CallLog, store: FakeStore) -> None:
    stage = HeardTextProcessor(call_log=call_log)
    text = "We are open until five."
    await run_test(
        stage, frames_to_send=[announced(text), audio(1.2), spoken(text), SleepFrame(0.05), BotStoppedSpeakingFrame()]
    )
    assert store.all("turn_ava") == [{"at_sec": 0.0, "text": text, "heard": text, "interrupted": False}]


async def test_a_barge_in_leaves_the_words_before_it(call_log: CallLog, store: FakeStore) -> None:
    stage = HeardTextProcessor(call_log=call_log)
    first, second = "This first sentence has forty characters", "This one the caller cuts after a while"
    await run_test(
        stage,
        frames_to_send=[
            announced(first), audio(2.0), spoken(first), announced(second), audio(1.0), SleepFrame(0.05),
            InterruptionFrame(), SleepFrame(0.05), BotStoppedSpeakingFrame(),
        ],
    )  # fmt: skip
    (turn,) = store.all("turn_ava")
    assert turn["interrupted"] is True
    assert turn["text"] == f"{first} {second}"
    assert turn["heard"] == f"{first} This one the caller"
    assert stage.last_turn_heard == turn["heard"]
    assert stage.cut_sentence_heard == "This one the caller"


async def test_a_sentence_that_must_be_heard_is_not_cut(call_log: CallLog, store: FakeStore) -> None:
    stage = HeardTextProcessor(call_log=call_log)
    notice = "This is an automated assistant. This call is recorded."
    await run_test(
        stage,
        frames_to_send=[
            announced(notice, interruptible=False), audio(1.0), SleepFrame(0.05), InterruptionFrame(), SleepFrame(0.05),
            audio(1.0), spoken(notice), SleepFrame(0.05), BotStoppedSpeakingFrame(),
        ],
    )  # fmt: skip
    assert [turn["interrupted"] for turn in store.all("turn_ava")] == [False]
    assert store.all("sentence_ava")[0]["uninterruptible"] is True
    assert call_log.speech_is_protected is False
