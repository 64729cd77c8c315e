"""A restart while a call is running: the call is not cut, and the next one is answered."""

import asyncio
import json

import pytest

from bench.service import Bench, running_service
from simulator.caller import run_scenario
from simulator.record import find_lead
from simulator.report import CallReport
from simulator.scenario import Scenario
from simulator.server_process import ServerProcess

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

OVERFLOW = "+13055550188"


def scenario(*steps: dict[str, object], **expect: object) -> Scenario:
    return Scenario.model_validate(
        {"name": "restart", "voice": "slt", "turn_gap_sec": 1.0, "steps": list(steps), "expect": expect}
    )


ASKS_TWICE = scenario(
    {"say": "What are your hours at Kendall?"},
    {"silence": 2.0},
    {"say": "Where is the Austin office?"},
    {"hang_up": True},
)
ASKS_ONCE = scenario({"say": "What are your hours at Kendall?"}, {"hang_up": True})
STAYS = scenario(
    {"say": "I would like to book an eye exam at Kendall."}, {"wait_for_end": True}, ended_by="ava", outcome="stopped"
)


async def first_answer(bench: Bench, calling: asyncio.Task[CallReport]) -> None:
    """Until AVA has understood something of the running call."""

    def heard() -> bool:
        files = (bench.data_dir / "recordings").glob("*/*/*/CA*/events.jsonl")
        return any('"turn_caller"' in file.read_text(encoding="utf-8") for file in files)

    while not await asyncio.to_thread(heard):
        assert not calling.done(), "the call ended before it was answered"
        await asyncio.sleep(0.2)


async def test_a_restart_does_not_cut_the_running_call_and_the_next_one_is_answered() -> None:
    async with running_service(calls=2, OVERFLOW_NUMBER=OVERFLOW) as bench:
        calling = asyncio.create_task(run_scenario(bench.twilio, ASKS_TWICE, data_dir=bench.data_dir), name="the call")
        await first_answer(bench, calling)
        bench.server.terminate()
        await asyncio.sleep(0.3)
        meanwhile = await run_scenario(bench.twilio, scenario({"hang_up": True}, unanswered=None))
        report = await calling
        assert await bench.server.stop() in (0, -15)
        async with ServerProcess(bench.server.environment, bench.data_dir, port=bench.server.port):
            after = await run_scenario(bench.twilio, ASKS_ONCE, data_dir=bench.data_dir)
    assert (report.failures, report.ended_by, len(report.v2v_ms)) == ([], "caller", 2)
    assert meanwhile.dialed == [OVERFLOW], "callers meanwhile are sent on to people"
    assert (after.failures, len(after.v2v_ms)) == ([], 1)


async def test_a_call_that_lasts_longer_than_the_drain_gets_a_goodbye_and_its_lead_is_kept() -> None:
    async with running_service(calls=1, DRAIN_SECS="1") as bench:
        calling = asyncio.create_task(run_scenario(bench.twilio, STAYS, data_dir=bench.data_dir), name="the call")
        await first_answer(bench, calling)
        bench.server.terminate()
        report = await calling
        assert await bench.server.stop(within_sec=30) in (0, -15)
        lead = find_lead(bench.data_dir / "recordings" / "leads.jsonl", report.call_sid)
        (folder,) = (bench.data_dir / "recordings").glob(f"*/*/*/{report.call_sid}")
        record = json.loads((folder / "call.json").read_text(encoding="utf-8"))
    assert report.failures == []
    assert report.ava_words[-1] == "Goodbye."
    assert "I have to end this call now" in " ".join(report.ava_words)
    assert report.rest_requests == {"hang_up 200": 1}
    assert report.clipped_ms == 0
    assert lead is not None
    assert lead["location"] == "kendall"
    assert record["outcome"] == "stopped"
