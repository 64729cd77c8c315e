"""Whole calls on the production profile: Whisper, Kokoro, Ollama, Odoo; tiny models, stand-ins for the servers."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bench.service import Bench, running_service
from bench.stand_ins import StandIns, stand_ins
from simulator.caller import run_scenario
from simulator.report import CallReport
from simulator.scenario import Scenario
from simulator.server_process import ServerProcess, ServerProcessError

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

WORDS = "I would like to book an eye exam."
PARTS = ("stt", "llm", "tts", "crm", "transcripts", "facts", "knowledge", "wording")
_LINES = itertools.count(150)  # the last digits of the callers' numbers
ASKS = Scenario.model_validate(
    {"name": "asks", "voice": "slt", "from": "+13055550171", "steps": [{"say": WORDS}, {"hang_up": True}]}
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def engines(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with stand_ins(tmp_path_factory.mktemp("stand-ins"), says=WORDS) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_fault(engines: StandIns) -> None:
    engines.ollama.fail(None)
    assert engines.odoo is not None
    engines.odoo.fault("none")


def leads_of(engines: StandIns, call_sid: str) -> list[dict[str, object]]:
    assert engines.odoo is not None
    return [lead for lead in engines.odoo.state()["leads"] if lead["referred"] == call_sid]


async def delivered(engines: StandIns, call_sid: str, within_sec: float = 15.0) -> int:
    """How many leads Odoo has of a call, as soon as it has one."""
    for _ in range(int(within_sec / 0.1)):
        if leads_of(engines, call_sid):
            await asyncio.sleep(0.3)
            return len(leads_of(engines, call_sid))
        await asyncio.sleep(0.1)
    return 0


async def states_with(journal: Path, state: str, within_sec: float = 10.0) -> list[str]:
    """The states in the journal, as soon as one of them is `state`."""
    for _ in range(int(within_sec / 0.1)):
        lines = (await asyncio.to_thread(journal.read_text, encoding="utf-8")).splitlines()
        states = [json.loads(line)["state"] for line in lines]
        if state in states:
            return states
        await asyncio.sleep(0.1)
    raise AssertionError(f"no lead of the journal is {state}: {states}")


async def call(bench: Bench) -> CallReport:
    """A call of somebody who has not called before: a second one within a day would join the first one's lead."""
    caller = f"+1305555{next(_LINES):04}"
    return await run_scenario(bench.twilio, ASKS.model_copy(update={"caller": caller}), data_dir=bench.data_dir)


async def test_a_call_on_whisper_ollama_and_kokoro_leaves_one_lead_in_odoo(engines: StandIns) -> None:
    async with running_service(calls=2, **engines.environment) as bench:
        assert bench.server.ready["parts"] == dict.fromkeys(PARTS, "ok")
        report = await call(bench)
        assert report.failures == []
        assert "Sure." in report.ava_words, "the model's own word"
        assert await delivered(engines, report.call_sid) == 1
        assert await bench.metric("ava_json_failures_total") == 0
    (lead,) = leads_of(engines, report.call_sid)
    assert lead["phone"].startswith("+130555501")


async def test_two_calls_at_once_share_one_whisper_and_one_kokoro(engines: StandIns) -> None:
    async with running_service(calls=2, **engines.environment) as bench:
        first = await call(bench)
        alone = await bench.footprint()
        both = await asyncio.gather(call(bench), call(bench))
        together = await bench.footprint()
        log = bench.server.log_path.read_text(encoding="utf-8")
    assert [report.failures for report in both] == [[], []]
    assert log.count("whisper_ready") == 1
    assert log.count("kokoro_loaded") == 1
    models_mib = sum(file.stat().st_size for file in models(engines)) / 2**20
    assert together.memory_mib - alone.memory_mib < 40, f"the models themselves are {models_mib:.0f} MiB on disk"
    greetings = [report.greeting_ms or 9999.0 for report in both]
    # The first call's paperwork and other tests use the cores meanwhile. A model loaded anew takes seconds.
    assert min(greetings) < (first.greeting_ms or 0.0) + 150, "the second call starts no slower"
    assert max(greetings) < 2000


def models(engines: StandIns) -> list[Path]:
    folders = (engines.environment["WHISPER_MODEL"], engines.environment["KOKORO_MODEL_DIR"])
    return [file for folder in folders for file in Path(folder).iterdir()]


async def test_a_lead_waits_while_odoo_is_away_and_goes_out_once_when_it_is_back(engines: StandIns) -> None:
    odoo = engines.odoo
    assert odoo is not None
    async with running_service(calls=1, **engines.environment) as bench:
        odoo.stop_listening()
        try:
            report = await call(bench)
            states = await states_with(bench.data_dir / "recordings" / "leads.jsonl", "failed")
            assert states[:2] == ["queued", "failed"]
            assert leads_of(engines, report.call_sid) == []
        finally:
            odoo.listen()
        assert await delivered(engines, report.call_sid, within_sec=40.0) == 1


async def test_a_process_killed_while_odoo_saves_leaves_one_lead_after_the_next_start(engines: StandIns) -> None:
    odoo = engines.odoo
    assert odoo is not None
    async with running_service(calls=1, **engines.environment) as bench:
        odoo.fault("commit-then-timeout", on="crm.lead.load")
        report = await call(bench)
        assert await delivered(engines, report.call_sid) == 1, "Odoo has it, and the service does not know"
        await bench.server.kill()
        odoo.fault("none")
        async with ServerProcess(bench.server.environment, bench.data_dir, port=bench.server.port):
            journal = bench.data_dir / "recordings" / "leads.jsonl"
            states = await states_with(journal, "delivered")
        assert states.count("delivered") == 1
    assert len(leads_of(engines, report.call_sid)) == 1


async def test_the_phone_is_answered_although_ollama_is_away_from_the_start(engines: StandIns) -> None:
    environment = {**engines.environment, "OLLAMA_URL": "http://127.0.0.1:9/v1"}
    async with running_service(calls=1, **environment) as bench:
        assert bench.server.ready["parts"]["llm"] == "llm-refused"
        report = await call(bench)
        assert (report.failures, report.unanswered) == ([], 0)
        assert "Which office would you like to visit?" in report.ava_words
        assert await delivered(engines, report.call_sid) == 1
        log = bench.server.log_path.read_text(encoding="utf-8")
    assert "result=rules" in log
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"WHISPER_MODEL": "/nowhere/whisper"}, "WHISPER_MODEL"),
        ({"WHISPER_DEVICE": "cuda"}, "WHISPER_DEVICE"),
        ({"KOKORO_MODEL_DIR": "/nowhere/kokoro"}, "KOKORO_MODEL_DIR"),
        ({"KOKORO_VOICE": "af_hart"}, "KOKORO_VOICE"),
        ({"LLM_PROVIDER": "anthropic"}, "ANTHROPIC_API_KEY"),
    ],
)
async def test_what_cannot_work_is_said_by_name_and_nothing_starts(
    engines: StandIns, tmp_path: Path, changes: dict[str, str], told: str
) -> None:
    environment = {**engines.environment, "TWILIO_VALIDATE": "false", **changes}
    with pytest.raises(ServerProcessError, match="ended while it started") as failed:
        async with ServerProcess(environment, tmp_path):
            pass
    assert told in str(failed.value)
    assert "Traceback" not in str(failed.value)
