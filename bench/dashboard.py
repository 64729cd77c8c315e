"""Does the dashboard's work touch a caller's wait? Voice-to-voice latency of the same calls with nothing beside them,
and with the dashboard open, its pages asked for again and again, and a run of monitoring over some hundred calls going
on; in turns, in one run of the service. Such a run waits while the phone has calls; here it is kept from knowing of
them, so that it works all the time.

python -m bench.dashboard
"""

import asyncio
import json
import re
import shutil
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from bench.figures import console, median, p95, print_table, verdict
from bench.latency import SCENARIOS
from bench.service import Bench, running_service
from facts_files import FACTS_DIR
from simulator.caller import run_scenario
from simulator.sample_dashboard import USER, end, module, new_password, settings_of, started
from simulator.scenario import load_scenario
from simulator.server_process import free_port

ROUNDS = 2
READ_CALLS = 400  # of the first call's folder: what the run of monitoring has to read
RATIO_AIM = 1.1  # of the medians
_PAGES = ("/", "/alerts", "/calls", "/unanswered", "/facts", "/monitor/progress")
_SCENARIO = "eight_questions"
_NOBODY_LISTENS = "1"  # a port
_FORM_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Measured:
    """Voice-to-voice latencies (ms) of the calls of one kind, and what went on beside them."""

    v2v_ms: list[float] = field(default_factory=list)
    unanswered: int = 0
    pages: int = 0
    runs: int = 0


async def place(bench: Bench, measured: Measured) -> Path:
    """One call; returns its folder."""
    report = await run_scenario(bench.twilio, load_scenario(SCENARIOS / f"{_SCENARIO}.yaml"), data_dir=bench.data_dir)
    measured.v2v_ms += report.v2v_ms
    measured.unanswered += report.unanswered
    return Path(str(report.folder))


def copies(folder: Path, count: int, data_dir: Path) -> None:
    """Further calls like one that was made, a minute apart, for the monitoring to read. Blocks."""
    record = json.loads((folder / "call.json").read_text(encoding="utf-8"))
    lines = []
    for number in range(count):
        began = datetime.now(UTC) - timedelta(days=1, minutes=number)
        call_sid = f"CA{uuid.uuid4().hex}"
        path = f"{began:%Y/%m/%d}/{call_sid}"
        there = data_dir / "recordings" / path
        shutil.copytree(folder, there)
        (there / "call.json").write_text(
            json.dumps({**record, "call_sid": call_sid, "started_at": began.isoformat()}), encoding="utf-8"
        )
        lines.append({"call_sid": call_sid, "started_at": began.isoformat(), "duration_sec": record["duration_sec"],
                      "outcome": record["outcome"], "path": path, "recorded": True})  # fmt: skip
    with (data_dir / "recordings" / "index.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


@asynccontextmanager
async def busy_dashboard(bench: Bench, measured: Measured) -> AsyncIterator[None]:
    """The dashboard, somebody who opens page after page, and runs of monitoring that read everything anew."""
    env = {**settings_of(bench.server, FACTS_DIR, free_port()), "MONITORING_ENABLED": "false"}
    password = await new_password(env, bench.data_dir)
    url = f"http://127.0.0.1:{env['DASHBOARD_PORT']}"
    dashboard = await started(env, bench.data_dir, url)
    tasks = [
        asyncio.create_task(_reads_pages(url, password, measured), name="bench-pages"),
        asyncio.create_task(_reads_calls(env, bench.data_dir, measured), name="bench-runs"),
    ]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()  # what was to go on beside the calls has failed
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await end(dashboard)


async def _reads_pages(url: str, password: str, measured: Measured) -> None:
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with session.get(f"{url}/login") as page:
            found = _FORM_TOKEN.search(await page.text())
        form = {"name": USER, "password": password, "next": "/", "csrf": found.group(1) if found else ""}
        async with session.post(f"{url}/login", data=form, headers={"Origin": url}) as answer:
            answer.raise_for_status()
        while True:
            for path in _PAGES:
                async with session.get(url + path, allow_redirects=False) as page:
                    await page.read()
                    if page.status != 200:
                        raise RuntimeError(f"{path} answered {page.status}")
                measured.pages += 1
                await asyncio.sleep(0.3)


async def _reads_calls(env: dict[str, str], data_dir: Path, measured: Measured) -> None:
    env = {**env, "PORT": _NOBODY_LISTENS}
    while True:
        if await module("monitoring.monitor", env=env, cwd=data_dir, quiet=True):
            raise RuntimeError("a run of monitoring failed")
        measured.runs += 1
        (data_dir / "monitoring" / "runs.jsonl").unlink(missing_ok=True)  # the next run reads everything anew


async def main() -> bool:
    alone, beside = Measured(), Measured()
    async with running_service(calls=2) as bench:
        folder = await place(bench, Measured())  # the first call of a process is no measure
        await asyncio.to_thread(copies, folder, READ_CALLS, bench.data_dir)
        for _ in range(ROUNDS):
            await place(bench, alone)
            async with busy_dashboard(bench, beside):
                await place(bench, beside)
    ratio = median(beside.v2v_ms) / median(alone.v2v_ms)
    print_table(
        "Voice to voice, milliseconds",
        ["figure", "nothing beside", "dashboard and monitoring beside"],
        [
            ("turns", float(len(alone.v2v_ms)), float(len(beside.v2v_ms))),
            ("median", median(alone.v2v_ms), median(beside.v2v_ms)),
            ("95th percentile", p95(alone.v2v_ms), p95(beside.v2v_ms)),
            ("unanswered turns", float(alone.unanswered), float(beside.unanswered)),
            ("pages opened meanwhile", float(alone.pages), float(beside.pages)),
            (f"runs over {READ_CALLS} calls that ended meanwhile", float(alone.runs), float(beside.runs)),
        ],
    )
    holds = ratio <= RATIO_AIM and not beside.unanswered and bool(alone.v2v_ms) and beside.pages > 0
    console.print(f"ratio of the medians {ratio:.2f}, aim at most {RATIO_AIM:g}: {verdict(holds)}")
    return holds


if __name__ == "__main__":
    asyncio.run(main())
