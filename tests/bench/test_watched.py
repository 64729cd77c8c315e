import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bench.gate.box import Box
from bench.gate.evidence import Evidence, GateError
from bench.gate.judge import judge
from bench.gate.target import Target
from bench.gate.watched import KEPT, look_back, watch
from simulator.twilio import Account
from tests.bench.fakes import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    FakeBox,
    FakeCallLog,
    ago,
    api_request,
    ended,
    turn,
    write_call,
)

EVENTS = [*turn(10.0, 10.6), ended(30.0)]


@pytest.fixture
def service() -> FakeBox:
    return FakeBox()


@pytest.fixture
def twilio() -> FakeCallLog:
    return FakeCallLog()


@pytest.fixture
async def box(service: FakeBox) -> AsyncIterator[Box]:
    async with TestServer(service.app) as server:
        yield Box(f"http://127.0.0.1:{server.port}", os.getpid())


@pytest.fixture
async def target(twilio: FakeCallLog, tmp_path: Path) -> AsyncIterator[Target]:
    async with TestServer(twilio.app) as server:
        (tmp_path / "recordings").mkdir()
        account = Account(AUTH_TOKEN, ACCOUNT_SID)
        yield Target(account, str(server.make_url("/")), tmp_path, 8200, number="+13055550100")


class Watching:
    """A watch that goes on: `lines` is what it told, `stop` ends its waiting."""

    def __init__(self, box: Box, target: Target, *, wanted: int = 2, timeout_sec: float = 20.0) -> None:
        self.lines: list[str] = []
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(
            watch(
                box, target, self.lines.append,
                stop=self.stop, timeout_sec=timeout_sec, wanted=wanted, poll_sec=0.01,
            ),
            name="watch",
        )  # fmt: skip

    async def until(self, words: str) -> None:
        async with asyncio.timeout(10):
            while not any(words in line for line in self.lines):
                if self.task.done():
                    self.task.result()
                await asyncio.sleep(0.01)

    async def result(self) -> tuple[Evidence, datetime]:
        async with asyncio.timeout(10):
            return await self.task


async def test_new_calls_are_awaited_and_judged_by_record_metrics_and_twilios_log(
    box: Box, service: FakeBox, target: Target, twilio: FakeCallLog
) -> None:
    write_call(target.recordings, 1, EVENTS, started_at=ago(hours=1))
    watching = Watching(box, target)
    await watching.until("Place 2 calls, one after the other, to +13055550100")
    for number in (2, 3):
        write_call(target.recordings, number, EVENTS, started_at=datetime.now(UTC))
        twilio.add(number, ended_at=ago(minutes=20), requests=(api_request(number, status="completed"),))
        service.extractions = {"ok": number}
        await watching.until(f"call {number - 1:2} of 2")
    evidence, _ = await watching.result()
    assert [row.result for row in judge(evidence, wanted=2)] == ["pass"] * 5
    assert [call.ending.by for call in evidence.calls] == ["ava", "ava"]
    assert not any("secret" in line for line in watching.lines)


async def test_the_calls_can_be_judged_again_when_twilios_log_is_there(
    box: Box, service: FakeBox, target: Target, twilio: FakeCallLog
) -> None:
    watching = Watching(box, target, wanted=1)
    await watching.until("Place")
    sid = write_call(target.recordings, 1, EVENTS, started_at=datetime.now(UTC))
    twilio.add(1, ended_at=datetime.now(UTC), requests=(api_request(1, twiml="<Response/>"),))
    service.extractions = {"ok": 3}
    evidence, since = await watching.result()
    assert [row.result for row in judge(evidence, 1)] == ["pass", "pass", "not yet", "pass", "pass"]
    twilio.calls[sid]["end_time"] = "Mon, 23 Nov 2020 10:00:00 +0000"
    service.slots, service.extractions = 5, {}  # what the box does now is of no account
    asked_with = datetime.fromisoformat(since.isoformat(timespec="seconds"))
    again = await look_back(target, asked_with, wanted=1)
    assert [row.result for row in judge(again, 1)] == ["pass"] * 5
    assert (target.recordings / KEPT).stat().st_mode & 0o777 == 0o600


async def test_calls_that_nobody_watched_are_judged_without_what_was_not_counted(
    target: Target, twilio: FakeCallLog
) -> None:
    for number in (1, 2, 3):
        write_call(target.recordings, number, EVENTS, started_at=ago(hours=4 - number))
        twilio.add(number, ended_at=ago(hours=1), requests=(api_request(number, status="completed"),))
    evidence = await look_back(target, ago(hours=2, minutes=30), wanted=1)
    assert [call.name[:9] for call in evidence.calls] == ["...000002"]
    assert [row.result for row in judge(evidence, 1)] == ["pass", "fail", "pass", "fail", "pass"]


async def test_what_was_counted_for_other_calls_is_not_taken_for_these(
    box: Box, target: Target, twilio: FakeCallLog
) -> None:
    watching = Watching(box, target, wanted=1)
    await watching.until("Place")
    write_call(target.recordings, 1, EVENTS, started_at=datetime.now(UTC))
    twilio.add(1, ended_at=ago(hours=1))
    _, since = await watching.result()
    again = await look_back(target, since - timedelta(minutes=1), wanted=1)
    assert (again.before, again.after) == (None, None)


async def test_an_interrupt_and_the_timeout_end_the_waiting_with_the_calls_there_are(
    box: Box, target: Target, twilio: FakeCallLog
) -> None:
    interrupted, timed_out = Watching(box, target), Watching(box, target, timeout_sec=0.3)
    for watching in (interrupted, timed_out):
        await watching.until("Place")
    write_call(target.recordings, 1, EVENTS, started_at=datetime.now(UTC))
    twilio.add(1, ended_at=ago(hours=1))
    await interrupted.until("call  1 of 2")
    interrupted.stop.set()
    for watching in (interrupted, timed_out):
        evidence, _ = await watching.result()
        assert len(evidence.calls) == 1
        assert judge(evidence, wanted=2)[0].result == "fail", "one call of two"


async def test_no_call_at_all_cannot_be_judged(box: Box, target: Target) -> None:
    watching = Watching(box, target, timeout_sec=0.05)
    with pytest.raises(GateError, match="no call was finished"):
        await watching.result()
    with pytest.raises(GateError, match="no call that began at"):
        await look_back(target, ago(hours=1))


async def test_the_count_waits_for_an_idle_box(box: Box, service: FakeBox, target: Target) -> None:
    service.slots = 1
    watching = Watching(box, target, timeout_sec=0.05)
    await watching.until("on the line")
    assert not any("Place" in line for line in watching.lines)
    service.slots = 0
    await watching.until("Place")
    with pytest.raises(GateError):
        await watching.result()


async def test_a_log_that_cannot_be_read_leaves_the_end_open(target: Target, twilio: FakeCallLog) -> None:
    write_call(target.recordings, 1, EVENTS, started_at=ago(minutes=30))
    evidence = await look_back(target, ago(hours=1), wanted=1)
    (ending,) = [call.ending for call in evidence.calls]
    assert (ending.by, ending.how) == ("not-yet", "log not read (twilio-404)")


async def test_counts_that_were_damaged_are_told(target: Target) -> None:
    write_call(target.recordings, 1, EVENTS, started_at=ago(minutes=30))
    (target.recordings / KEPT).write_text('{"since": "2026-11-23T10:00:00+00:00", "before": {}, "after": {}}')
    with pytest.raises(GateError, match="cannot be read"):
        await look_back(target, ago(hours=1))
