"""Every shipped scenario, on real audio through the real pipeline. They run side by side, in real time.

Real recognition on a machine that others load too may mishear a word or run late once: a call that does not go as
expected is placed a second time, and the second one counts. The first one's failures are shown as a warning.
"""

import asyncio
import warnings
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bench.service import Bench
from simulator.caller import run_scenario
from simulator.report import CallReport
from simulator.scenario import Scenario, load_scenario, shipped_scenarios

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]


def scenario(name: str) -> Scenario:
    """A shipped scenario; gaps in the audio, which other tests on the same cores make, are let pass. How many there are
    on a quiet machine, `make bench PART=load` counts."""
    shipped = load_scenario(name)
    return shipped.model_copy(update={"expect": shipped.expect.model_copy(update={"underruns": None})})


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def calls(bench: Bench, lines: asyncio.Semaphore) -> AsyncIterator[dict[str, asyncio.Task[CallReport]]]:
    async def place(name: str) -> CallReport:
        async with lines:
            report = await run_scenario(bench.twilio, scenario(name), data_dir=bench.data_dir)
            if report.failures:
                warnings.warn(f"{name}, first call: {report.failures}", stacklevel=1)
                report = await run_scenario(bench.twilio, scenario(name), data_dir=bench.data_dir)
            return report

    tasks = {name: asyncio.create_task(place(name), name=name) for name in shipped_scenarios()}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.wait(tasks.values())


@pytest.mark.parametrize("name", shipped_scenarios())
async def test_the_call_goes_as_its_scenario_expects(calls: dict[str, asyncio.Task[CallReport]], name: str) -> None:
    report = await calls[name]
    assert report.failures == []
    assert report.clipped_ms == 0, "AVA's last words were cut"


async def test_ava_hangs_up_once_when_she_ends_a_call_and_never_when_the_caller_did(
    calls: dict[str, asyncio.Task[CallReport]],
) -> None:
    for report in await asyncio.gather(*calls.values()):
        hang_ups = sum(count for kind, count in report.rest_requests.items() if kind.startswith("hang_up"))
        assert hang_ups == (1 if report.ended_by == "ava" else 0), (report.scenario, report.rest_requests)


async def test_nothing_is_left_of_the_calls(calls: dict[str, asyncio.Task[CallReport]], bench: Bench) -> None:
    await asyncio.gather(*calls.values())
    await asyncio.sleep(1.0)
    left = await bench.footprint()
    assert left.slots == 0
    assert left.tasks <= 11, "the server's own tasks and this request"
    assert left.children <= 2, "the decoders, and the one that transcribes while no call goes on"


async def test_no_word_and_no_number_of_a_caller_is_in_the_log(
    calls: dict[str, asyncio.Task[CallReport]], bench: Bench
) -> None:
    await asyncio.gather(*calls.values())
    log = bench.server.log_path.read_text(encoding="utf-8").lower()
    assert "caller_turn" in log
    for secret in ("5550123", "maria", "lopez", "susan", "kendall", "blue cross", "thank you", "eye exam"):
        assert secret not in log
