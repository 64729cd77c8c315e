import asyncio

import pytest

from telephony.running import RunningCalls
from tests.telephony.fakes import call_sid


@pytest.fixture
def over() -> list[str]:
    return []


@pytest.fixture
def calls(over: list[str]) -> RunningCalls:
    return RunningCalls(on_over=over.append)


async def forever() -> None:
    await asyncio.Event().wait()


async def crash() -> None:
    raise LookupError("an engine's fault")


async def test_a_call_that_ends_is_reported_and_forgotten(calls: RunningCalls, over: list[str]) -> None:
    await calls.start(call_sid(1), asyncio.sleep(0))
    await asyncio.sleep(0)
    assert over == [call_sid(1)]
    assert len(calls) == 0


async def test_a_call_that_crashes_is_reported_too(calls: RunningCalls, over: list[str]) -> None:
    task = calls.start(call_sid(1), crash())
    await asyncio.wait({task})
    await asyncio.sleep(0)
    assert over == [call_sid(1)]


async def test_a_call_cancelled_before_its_first_step_is_reported_too(calls: RunningCalls, over: list[str]) -> None:
    calls.start(call_sid(1), forever()).cancel()
    await calls.drain(0.1)
    assert over == [call_sid(1)]


async def test_a_call_is_started_once(calls: RunningCalls) -> None:
    calls.start(call_sid(1), forever())
    with pytest.raises(ValueError, match="running"):
        calls.start(call_sid(1), forever())
    await calls.cancel_all(1)


async def test_a_call_that_goes_on_after_its_status_is_ended(calls: RunningCalls) -> None:
    task = calls.start(call_sid(1), forever())
    calls.end_later(call_sid(1), 0.01, lambda: True)
    calls.end_later(call_sid(1), 0.01, lambda: True)
    await asyncio.wait({task}, timeout=1)
    assert task.cancelled()


async def test_a_call_that_is_writing_its_record_is_left_alone(calls: RunningCalls) -> None:
    task = calls.start(call_sid(1), asyncio.sleep(0.06))
    calls.end_later(call_sid(1), 0.01, lambda: False)
    await task
    assert not task.cancelled()


async def test_ending_a_call_that_does_not_run_does_nothing(calls: RunningCalls) -> None:
    calls.end_later(call_sid(1), 0.0, lambda: True)
    assert await calls.drain(0) == 0


async def test_draining_waits_for_calls_and_counts_the_rest(calls: RunningCalls) -> None:
    calls.start(call_sid(1), asyncio.sleep(0.02))
    calls.start(call_sid(2), forever())
    assert await calls.drain(0.1) == 1
    await calls.cancel_all(1)
    assert len(calls) == 0


async def test_draining_can_be_hurried(calls: RunningCalls) -> None:
    calls.start(call_sid(1), forever())
    assert await asyncio.wait_for(calls.drain(60, hurry=lambda: True), 1) == 1
    await calls.cancel_all(1)


async def test_cancelling_all_waits_for_records_to_be_finished(calls: RunningCalls) -> None:
    finished = []

    async def call() -> None:
        try:
            await forever()
        finally:
            await asyncio.sleep(0.02)
            finished.append(True)

    calls.start(call_sid(1), call())
    await asyncio.sleep(0)
    await calls.cancel_all(1)
    assert finished == [True]


async def test_cancelling_all_is_bounded(calls: RunningCalls) -> None:
    released = asyncio.Event()

    async def stubborn() -> None:
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue

    task = calls.start(call_sid(1), stubborn())
    await asyncio.sleep(0)
    await asyncio.wait_for(calls.cancel_all(0.02), 1)
    assert len(calls) == 1
    released.set()
    await task
