"""What is left of a call when the process is killed, and a call on a disk that takes nothing."""

import asyncio
import json
from pathlib import Path

import pytest

from bench.service import running_service
from simulator.caller import run_scenario
from simulator.record import find_lead
from simulator.scenario import Scenario
from simulator.server_process import ServerProcess

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

ASKS_FOR_A_CALL_BACK = Scenario.model_validate(
    {
        "name": "asks_and_stays",
        "voice": "espeak",
        "from": "+13055550177",
        "steps": [{"say": "I would like to book an eye exam at Kendall."}, {"silence": 30}],
        "expect": {"unanswered": None},
    }
)
ONE_QUESTION = Scenario.model_validate(
    {
        "name": "one_question",
        "voice": "espeak",
        "steps": [{"say": "What are your hours at Kendall?"}, {"hang_up": True}],
    }
)


def events_of(data_dir: Path) -> list[dict[str, object]]:
    files = list((data_dir / "recordings").glob("*/*/*/CA*/events.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


async def test_a_call_that_was_killed_gets_its_record_and_its_lead_at_the_next_start() -> None:
    async with running_service(calls=1) as bench:
        calling = asyncio.create_task(run_scenario(bench.twilio, ASKS_FOR_A_CALL_BACK), name="the call")
        while not any(event["type"] == "turn_caller" for event in await asyncio.to_thread(events_of, bench.data_dir)):
            await asyncio.sleep(0.2)
        await bench.server.kill()
        report = await calling
        assert find_lead(bench.data_dir / "recordings" / "leads.jsonl", report.call_sid) is None

        async with ServerProcess(bench.server.environment, bench.data_dir, port=bench.server.port):
            lead = find_lead(bench.data_dir / "recordings" / "leads.jsonl", report.call_sid)
            assert lead is not None
            assert lead["caller_id"] == "+13055550177"
        (folder,) = (bench.data_dir / "recordings").glob(f"*/*/*/{report.call_sid}")
        record = json.loads((folder / "call.json").read_text(encoding="utf-8"))
        assert record["outcome"] == "interrupted"
        assert any(turn["speaker"] == "caller" for turn in record["turns"])

        async with ServerProcess(bench.server.environment, bench.data_dir, port=bench.server.port):
            journal = (bench.data_dir / "recordings" / "leads.jsonl").read_text(encoding="utf-8").splitlines()
            assert sum(json.loads(line)["state"] == "queued" for line in journal) == 1, "a second start adds no lead"


async def test_a_call_goes_on_when_the_disk_takes_nothing_and_the_operator_is_told() -> None:
    async with running_service(calls=1) as bench:
        recordings = bench.data_dir / "recordings"
        if recordings.exists():
            for file in recordings.iterdir():
                file.unlink()
            recordings.rmdir()
        recordings.write_text("a file where the folder should be", encoding="utf-8")
        report = await run_scenario(bench.twilio, ONE_QUESTION)
        assert report.failures == []
        assert len(report.v2v_ms) == 1
        assert (await bench.server.get_json("/ready"))["storage"] == "failing"
        assert await bench.metric("ava_storage_errors_total") > 0
