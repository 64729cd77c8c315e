"""Sample calls for the dashboard: real calls over real audio with a service of their own, and a record planted wrong.

The folder is a DATA_DIR; `repository` in it is a git repository with a copy of the practice's facts, to which one
approved answer with a wrong hour is added, so that there is something to find and to put right.
"""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from errors import AvaError
from facts_files import FACTS_DIR
from simulator.caller import DEFAULT_TOKEN, run_scenario
from simulator.demo import service_environment
from simulator.report import CallReport
from simulator.scenario import Scenario, load_scenario
from simulator.server_process import ROOT, ServerProcess
from simulator.twilio import Account, SimulatedTwilio

SAMPLE_DIR = ROOT / "data" / "sample"
AT_ONCE = 3
CALLS = (
    "booking_with_correction", "saturday_at_kendall", "what_was_that", "barge_in", "curtain_over_the_eye",
    "price_of_glasses", "insurance_then_person", "hours_and_location",
)  # fmt: skip
PLANTED: dict[str, Any] = {
    "id": "faq-kendall-saturday",
    "text": "Yes, the Kendall office is open on Saturday from 9:00 AM to 3:00 PM.",
    "tags": ["faq", "hours", "kendall"],
    "last_updated": "2026-06-02",
    "source": "sample",
    "question": "Can I come to the Kendall office on Saturday afternoon?",
    "answer": "Yes, the Kendall office is open on Saturday from 9:00 AM to 3:00 PM.",
    "location": "kendall",
}
WHAT_IS_PLANTED = (
    f"Planted on purpose in the sample's own copy of the facts: the answer {PLANTED['id']} says that Kendall is open "
    "on Saturday until 3:00 PM. By the office's hours it closes at 1:00 PM."
)
ASKS_FOR_IT = "saturday_at_kendall"
_SCENARIOS = Path(__file__).parent / "sample"
_UNFINISHED, _DONE = "sample-unfinished", "sample.json"
_TRIES = 4  # of the call that asks for what is planted
_STAGGER_SEC = 1.5  # callers do not breathe in step
_RECORDING_SEC = 90.0  # until the recordings of all calls are made
_POLL_SEC = 0.3

Tell = Callable[[str], None]


class SampleError(AvaError):
    """The sample cannot be made; the message says why."""

    code = "sample"


def facts_dir(folder: Path) -> Path:
    """FACTS_DIR of a sample."""
    return folder / "repository" / "rag" / "data"


def is_there(folder: Path) -> bool:
    """Whether all calls of a sample have been placed."""
    return (folder / _DONE).is_file()


def is_planted_told(folder: Path) -> bool:
    """Whether the answer that is planted was spoken in a call of a finished sample: a question that is heard as another
    one shows nothing of it.

    Raises:
        OSError: the sample is not finished.
    """
    return bool(json.loads((folder / _DONE).read_text(encoding="utf-8")).get("planted_told"))


def scenario_of(name: str) -> Scenario:
    """One of `CALLS`: of the sample's own, or a shipped one."""
    path = _SCENARIOS / f"{name}.yaml"
    return load_scenario(path if path.is_file() else name)


def environment(twilio: SimulatedTwilio, folder: Path) -> dict[str, str]:
    """What a service over the sample is started with."""
    return service_environment(twilio, FACTS_DIR=str(facts_dir(folder)), MAX_CONCURRENT_CALLS=str(AT_ONCE))


def begin(folder: Path) -> None:
    """An empty sample with its facts; what a broken-off attempt left is removed. Blocks.

    Raises:
        SampleError: the folder holds something else, or git fails.
    """
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / _UNFINISHED).is_file():
            raise SampleError(f"{folder} holds something else than sample calls; name another folder (--data-dir)")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _UNFINISHED).touch()
    facts_with(folder / "repository", [PLANTED])


def facts_with(repository: Path, planted: Sequence[dict[str, Any]]) -> Path:
    """A git repository with a copy of the practice's facts and further answers; returns its FACTS_DIR. Blocks.

    Raises:
        SampleError: git fails.
    """
    data = repository / "rag" / "data"
    shutil.copytree(FACTS_DIR, data)
    git(repository, "init", "-q", "-b", "main")
    _commit(repository, "The practice's facts")
    with (data / "avc_faqs.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in planted)
    _commit(repository, "Answers with planted faults, for the monitoring to find")
    return data


def git(repository: Path, *words: str) -> str:
    """What a command of git prints. Blocks.

    Raises:
        SampleError: there is no git, or it refuses.
    """
    try:
        done = subprocess.run(["git", "-C", repository, *words], check=True, capture_output=True, text=True)
    except FileNotFoundError as exc:
        raise SampleError("git is not installed: changes of facts are kept in a repository") from exc
    except subprocess.CalledProcessError as exc:
        raise SampleError(f"git {words[0]} failed: {exc.stderr.strip()}") from exc
    return done.stdout


def _commit(repository: Path, message: str) -> None:
    who = ("-c", "user.name=Sample", "-c", "user.email=sample@example.com", "-c", "commit.gpgsign=false")
    git(repository, "add", "-A")
    git(repository, *who, "commit", "-q", "-m", message)


@asynccontextmanager
async def sample_service(folder: Path, tell: Tell) -> AsyncIterator[tuple[ServerProcess, int]]:
    """A service over the sample, with the sample's calls placed first where there are none yet; the service, and the
    port of the REST API that it takes for Twilio's (free: whoever calls it next listens there).

    Raises:
        AvaError: the service does not start, or a call cannot be placed.
    """
    fresh = not await asyncio.to_thread(is_there, folder)
    if fresh:
        await asyncio.to_thread(begin, folder)
    async with SimulatedTwilio(Account(DEFAULT_TOKEN)) as twilio:
        tell("Starting the phone service on its embedded engines ...")
        server = await ServerProcess(environment(twilio, folder), folder).__aenter__()
        try:
            twilio.server_url = server.url
            if fresh:
                await place(twilio, server, tell)
        except BaseException:
            await server.stop()
            raise
        port = int(twilio.rest_url.rpartition(":")[2])
    try:
        yield server, port
    finally:
        await server.stop()


async def place(twilio: SimulatedTwilio, server: ServerProcess, tell: Tell, *, at_once: int = AT_ONCE) -> None:
    """Place all calls of the sample, some at the same time, and wait for their recordings.

    Raises:
        AvaError: a call cannot be placed.
    """
    lines, done = asyncio.Semaphore(at_once), 0
    tell(
        f"Placing {len(CALLS)} calls, {at_once} at a time; they last as long as people talk, about two minutes in all."
    )

    async def call(scenario: Scenario) -> CallReport:
        report = await run_scenario(twilio, scenario, data_dir=server.data_dir)
        if report.folder is None:
            raise SampleError(f"no call can be placed: {report.problem or 'there is no record of it'}")
        return report

    async def one(number: int, scenario: Scenario) -> CallReport:
        nonlocal done
        async with lines:
            await asyncio.sleep(_STAGGER_SEC * (number % at_once))
            report = await call(scenario)
            for _ in range(_TRIES - 1):
                if scenario.name != ASKS_FOR_IT or _tells_planted(report):
                    break
                tell(f"AVA heard another question; once more: {scenario.about}")
                report = await call(scenario)
        done += 1
        tell(f"call {done} of {len(CALLS)}: {report.duration_sec:4.0f} s, {scenario.about}")
        return report

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(one(number, scenario_of(name)), name=f"sample-{name}")
                for number, name in enumerate(CALLS)
            ]
    except* AvaError as errors:
        raise errors.exceptions[0] from None
    reports = [task.result() for task in tasks]
    await recordings([Path(str(report.folder)) for report in reports])
    await asyncio.to_thread(_finish, server.data_dir, any(_tells_planted(report) for report in reports))


async def recordings(folders: Sequence[Path], within_sec: float = _RECORDING_SEC) -> None:
    """Wait until every call has its MP3, or the time is over: a call without one is shown all the same."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_sec
    while loop.time() < deadline:
        if await asyncio.to_thread(lambda: all((folder / "audio.mp3").is_file() for folder in folders)):
            return
        await asyncio.sleep(_POLL_SEC)


def _tells_planted(report: CallReport) -> bool:
    return PLANTED["answer"] in report.ava_words


def _finish(folder: Path, planted_told: bool) -> None:
    told = {"calls": list(CALLS), "planted": PLANTED["id"], "planted_told": planted_told}
    (folder / _DONE).write_text(json.dumps(told) + "\n", encoding="utf-8")
    (folder / _UNFINISHED).unlink()


async def _main(folder: Path) -> None:
    async with sample_service(folder, print) as (server, _):
        print(f"The calls are in {server.data_dir}.\n{WHAT_IS_PLANTED}")


if __name__ == "__main__":
    try:
        asyncio.run(_main(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE_DIR))
    except AvaError as error:
        sys.exit(f"{error.code}: {error}")
