import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from engines.pocketsphinx import PocketsphinxEngine
from engines.pocketsphinx.client import DecoderPool
from errors import SttError
from facts import PracticeFacts

Say = Callable[[str], bytes]
Direct = Callable[[bytes], str]
SENTENCES = ("new patient", "my name is daniel martinez", "i need to cancel my appointment", "blue cross")


@pytest.fixture
async def pool(model: Path) -> AsyncIterator[DecoderPool]:
    pool = DecoderPool(model, decoders=4, processes=2)
    await pool.start()
    yield pool
    await pool.close()


async def hear(pool: DecoderPool, pcm: bytes) -> str:
    utterance = pool.open(8000)
    for at in range(0, len(pcm), 1280):
        utterance.feed(pcm[at : at + 1280])
        await asyncio.sleep(0.005)
    return await utterance.finish()


async def test_four_at_once_give_the_texts_that_they_give_alone(pool: DecoderPool, say: Say, direct: Direct) -> None:
    alone = [direct(say(sentence)) for sentence in SENTENCES]
    assert all(alone)
    assert await asyncio.gather(*(hear(pool, say(sentence)) for sentence in SENTENCES)) == alone
    assert pool.free == 4


async def test_the_event_loop_runs_on_while_four_decode(pool: DecoderPool, say: Say) -> None:
    audio = [say(sentence) for sentence in SENTENCES]
    lags: list[float] = []
    done = asyncio.Event()

    async def watch() -> None:
        clock = asyncio.get_running_loop().time
        while not done.is_set():
            due = clock() + 0.005
            await asyncio.sleep(0.005)
            lags.append(clock() - due)

    watcher = asyncio.create_task(watch(), name="lag")
    await asyncio.gather(*(hear(pool, pcm) for pcm in audio))
    done.set()
    await watcher
    assert len(lags) > 20
    assert max(lags) < 0.05


async def test_more_utterances_than_decoders_are_refused(pool: DecoderPool) -> None:
    open_ones = [pool.open(8000) for _ in range(4)]
    with pytest.raises(SttError) as caught:
        pool.open(8000)
    assert caught.value.code == "stt-busy"
    open_ones[0].abandon()
    open_ones[0].abandon()
    assert await pool.open(8000).finish() == ""


async def test_a_dead_process_fails_its_utterance_and_comes_back(pool: DecoderPool, say: Say, direct: Direct) -> None:
    expected = direct(say("yes"))
    before = pool.pids
    utterances = [pool.open(8000) for _ in range(2)]  # one on each process
    os.kill(before[0], signal.SIGKILL)
    results = await asyncio.gather(*(utterance.finish() for utterance in utterances), return_exceptions=True)
    failed = [result for result in results if isinstance(result, SttError)]
    assert [error.code for error in failed] == ["stt-worker-died"]
    assert failed[0].retryable
    assert await hear(pool, say("yes")) == expected  # on the other process
    async with asyncio.timeout(15):
        while pool.free < 4:
            await asyncio.sleep(0.05)
    assert before[0] not in pool.pids
    assert await asyncio.gather(*(hear(pool, say("yes")) for _ in range(4))) == [expected] * 4


async def test_a_cancelled_wait_frees_the_decoder(pool: DecoderPool, say: Say, direct: Direct) -> None:
    utterances = [pool.open(8000) for _ in range(4)]
    for utterance in utterances:
        utterance.feed(say("i need to cancel my appointment"))
    waits = [asyncio.create_task(utterance.finish(), name="wait") for utterance in utterances]
    await asyncio.sleep(0)
    for wait in waits:
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)
    assert all(wait.cancelled() for wait in waits)
    assert await asyncio.gather(*(hear(pool, say("yes")) for _ in range(4))) == [direct(say("yes"))] * 4


async def test_nothing_is_left_after_close(model: Path) -> None:
    tasks = asyncio.all_tasks()
    pool = DecoderPool(model, decoders=2)
    await pool.start()
    (pid,) = pool.pids
    waiting = pool.open(8000)
    await pool.close()
    with pytest.raises(SttError):
        await waiting.finish()
    assert asyncio.all_tasks() == tasks
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_the_engine_starts_once_and_gives_services(facts: PracticeFacts, model: Path) -> None:
    engine = PocketsphinxEngine(facts=facts, cache_dir=model.parent, decoders=1)
    with pytest.raises(SttError):
        engine.new_service(expecting=lambda: "anything")
    await asyncio.gather(engine.start(), engine.start())
    assert engine.new_service(expecting=lambda: "anything") is not engine.new_service(expecting=lambda: "anything")
    await engine.close()
    await engine.close()
