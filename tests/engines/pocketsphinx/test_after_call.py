"""Pocketsphinx after the call: real audio through the process that decodes it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engines.pocketsphinx import after_call
from engines.pocketsphinx.after_call import AfterCallPocketsphinx
from errors import SttError
from facts import PracticeFacts
from recording.pieces import RATE_HZ, Samples


@pytest.fixture
def engine(facts: PracticeFacts, model: Path) -> AfterCallPocketsphinx:
    return AfterCallPocketsphinx(facts, model.parent)


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), dtype=np.int16)


def samples(pcm: bytes) -> Samples:
    return np.frombuffer(pcm, dtype="<i2")


async def test_pocketsphinx_gives_the_words_of_each_utterance_at_their_time(
    engine: AfterCallPocketsphinx, say: Callable[[str], bytes]
) -> None:
    first, second = samples(say("i need to cancel my appointment")), samples(say("thank you goodbye"))
    pcm = np.concatenate([quiet(2.0), first, quiet(3.0), second, quiet(1.0)])
    words = await engine.transcribe(pcm, language="en", hotwords=())
    assert {"cancel", "appointment", "goodbye"} <= {word.text for word in words}
    times = {word.text: word for word in words}
    assert 2.0 <= times["cancel"].start_sec < times["appointment"].end_sec <= 2.0 + len(first) / RATE_HZ
    assert 5.0 + len(first) / RATE_HZ <= times["goodbye"].start_sec
    assert times["goodbye"].end_sec <= len(pcm) / RATE_HZ
    assert [word.start_sec for word in words] == sorted(word.start_sec for word in words)
    assert all(0 <= word.confidence <= 1 for word in words)
    await engine.let_go()


async def test_pocketsphinx_hears_nothing_in_silence_and_knows_no_spanish(
    engine: AfterCallPocketsphinx, say: Callable[[str], bytes]
) -> None:
    assert await engine.transcribe(quiet(2.0), language="en", hotwords=()) == []
    with pytest.raises(SttError) as caught:
        await engine.transcribe(quiet(2.0), language="es", hotwords=())
    assert (caught.value.code, caught.value.retryable) == ("stt-language", False)


async def test_a_decoder_process_that_dies_is_an_error_and_one_that_is_not_wanted_ends(
    engine: AfterCallPocketsphinx, say: Callable[[str], bytes], model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await engine.transcribe(quiet(0.1), language="en", hotwords=())
    engine._model = model / "nothing"
    with pytest.raises(SttError) as caught:
        await engine.transcribe(samples(say("hello")), language="en", hotwords=())
    assert caught.value.code == "stt-worker-died"
    monkeypatch.setattr(after_call, "TIMEOUT_SEC", 0.05)
    with pytest.raises(SttError) as caught:
        await engine.transcribe(samples(say("hello")), language="en", hotwords=())
    assert caught.value.code == "stt-hung"
    monkeypatch.undo()
    task = asyncio.create_task(engine.transcribe(samples(say("hello")), language="en", hotwords=()))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
