"""Gate 4 at a box of its own: calls with planted faults, the run of monitoring, and the fix in a browser.

The box runs the embedded profile with production's client of a model that is `FaultyOllama`; its facts are a copy in a
repository, with a wrong answer planted. Nobody takes calls (no HANDOFF_NUMBER), so that a wish for a person can fail.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.gate.evidence import GateError
from bench.gate.monitoring.calls import PlantedCall, planted_calls
from bench.gate.monitoring.chromium import chromium_path, staff_at
from bench.gate.monitoring.damage import damage
from bench.gate.monitoring.evidence import Fix, Monitored, Placed, the_fix
from bench.gate.monitoring.faulty_model import FaultyOllama
from bench.gate.monitoring.records import RIGHT_HOUR, WRONG_HOUR, answer_of, change_hours, commit, planted_facts
from bench.service import Bench, running_service
from clock import SystemClock
from monitoring.suggestion import Suggestion
from monitoring.suggestions import SUGGESTIONS_FILE, SuggestionQueue
from recording.replay import read_events
from simulator.caller import run_scenario
from simulator.report import CallReport
from simulator.sample_calls import PLANTED, git, recordings
from simulator.sample_dashboard import USER, end, module, new_password, settings_of, started
from simulator.server_process import free_port

AT_ONCE = 3
_TRIES = 4
_STAGGER_SEC = 2.0  # callers do not breathe in step
_URGENCY = ("routine", "urgent", "emergent")

Tell = Callable[[str], None]


async def own_box(tell: Tell, *, at_once: int = AT_ONCE) -> Monitored:
    """Place the calls, run monitoring, and put the planted record right and wrong again.

    Raises:
        AvaError: the box or the dashboard does not start, there is no Chromium, or no call can be placed.
    """
    if chromium_path() is None:
        raise GateError("there is no Chromium on this machine: apt-get install chromium")
    calls = planted_calls()
    with TemporaryDirectory(prefix="ava-gate-4-", ignore_cleanup_errors=True) as folder:
        repository = Path(folder) / "repository"
        facts = await asyncio.to_thread(planted_facts, repository)
        async with FaultyOllama() as model:
            tell(f"Starting a box of its own, embedded engines, a faulty model; {len(calls)} calls, {at_once} at once")
            settings = {
                "LLM_PROVIDER": "ollama",
                "OLLAMA_URL": model.url,
                "HANDOFF_NUMBER": "",
                "FACTS_DIR": str(facts),
            }
            async with running_service(calls=at_once, **settings) as bench:
                made = await place_all(bench, calls, at_once, tell)
                await asyncio.to_thread(plant_afterwards, calls, made)
                await asyncio.to_thread(change_hours, facts)
                await asyncio.to_thread(commit, repository, "San Antonio closes later on Fridays")
                env = settings_of(bench.server, facts, free_port())
                tell("One run of monitoring ...")
                began = time.monotonic()
                status = await module("monitoring.monitor", env=env, cwd=bench.data_dir, quiet=True)
                seconds = time.monotonic() - began
                found = await asyncio.to_thread(found_in, bench.data_dir)
                fix = await put_right(bench, env, facts, found, calls[0], tell)
                return Monitored(made, status, seconds, found, fix)


async def place_all(bench: Bench, calls: Sequence[PlantedCall], at_once: int, tell: Tell) -> tuple[Placed, ...]:
    """All calls, some at the same time, with their recordings.

    Raises:
        GateError: one cannot be placed.
    """
    lines, done = asyncio.Semaphore(at_once), 0

    async def one(number: int, call: PlantedCall) -> Placed:
        nonlocal done
        async with lines:
            await asyncio.sleep(_STAGGER_SEC * (number % at_once))
            made = await (until_heard if "record_conflict" in call.planted else place)(bench, call)
        done += 1
        tell("; ".join((f"call {done:2} of {len(calls)}: {made.name:22} {made.seconds:4.0f} s", *made.remarks)))
        return made

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(one(number, call), name=f"gate-call-{number}") for number, call in enumerate(calls)
            ]
    except* GateError as errors:
        raise errors.exceptions[0] from None
    made = tuple(task.result() for task in tasks)
    await recordings([Path(call.folder) for call, script in zip(made, calls, strict=True) if script.after != "kept"])
    return made


async def until_heard(bench: Bench, call: PlantedCall) -> Placed:
    """The call that asks for the wrong answer; again where AVA heard another question, which shows nothing of it.

    Raises:
        GateError: it cannot be placed.
    """
    for _ in range(_TRIES):
        made = await place(bench, call)
        if any(hour in sentence for sentence in made.said for hour in (WRONG_HOUR, RIGHT_HOUR)):
            break
    return made


async def place(bench: Bench, call: PlantedCall) -> Placed:
    """One call.

    Raises:
        GateError: it cannot be placed.
    """
    report = await run_scenario(bench.twilio, call.scenario, data_dir=bench.data_dir)
    if report.folder is None:
        raise GateError(f"no call can be placed: {report.problem or 'there is no record of it'}")
    return await asyncio.to_thread(_placed, call, report, Path(report.folder))


def _placed(call: PlantedCall, report: CallReport, folder: Path) -> Placed:
    events = read_events(folder / "events.jsonl")
    classes = [str(event.get("urgency")) for event in events if event.get("type") == "triage"]
    return Placed(
        name=call.name,
        call_sid=folder.name,
        folder=str(folder),
        planted=call.planted,
        said=tuple(str(event["text"]) for event in events if event.get("type") == "sentence_ava"),
        seconds=report.duration_sec,
        urgency=max(classes, key=_URGENCY.index, default="routine"),
        remarks=tuple(report.failures),
    )


def plant_afterwards(calls: Sequence[PlantedCall], made: Sequence[Placed]) -> None:
    """Damage the files of those calls that the script says. Blocks.

    Raises:
        GateError: they are not as a finished call leaves them.
    """
    another = Path(made[0].folder)
    for call, placed in zip(calls, made, strict=True):
        if call.after:
            damage(call.after, Path(placed.folder), another)


def found_in(data_dir: Path) -> tuple[Suggestion, ...]:
    """Everything on the queue. Blocks."""
    queue = SuggestionQueue(data_dir / "monitoring" / SUGGESTIONS_FILE, SystemClock())
    return tuple(entry.suggestion for entry in queue.all())


async def put_right(
    bench: Bench, env: Mapping[str, str], facts: Path, found: Sequence[Suggestion], call: PlantedCall, tell: Tell
) -> Fix:
    """Apply the change of the wrong record in Chromium, call again, undo. Where something of it cannot be done the fix
    says so by what it lacks.

    Raises:
        AvaError: the dashboard does not start, or the call cannot be placed.
    """
    before, repository = answer_of(facts), facts.parents[1]
    try:
        change = the_fix(found, str(PLANTED["id"]))
    except GateError as error:
        tell(str(error))
        return Fix(before)
    count = int(await asyncio.to_thread(git, repository, "rev-list", "--count", "HEAD"))
    password = await new_password(env, bench.data_dir)
    url = f"http://127.0.0.1:{env['DASHBOARD_PORT']}"
    dashboard = await started(env, bench.data_dir, url)
    try:
        async with staff_at(url) as staff:
            await staff.log_in(USER, password)
            tell("Applying the change with a click ...")
            told = await staff.apply(change.id)
            applied = answer_of(facts)
            tell("The next call ...")
            again = await until_heard(bench, call)
            undone_told = await staff.undo(change.id)
            now = int(await asyncio.to_thread(git, repository, "rev-list", "--count", "HEAD"))
            return Fix(
                before, change.id, applied, told, again.said, answer_of(facts), undone_told, now - count,
                tuple(staff.problems),
            )  # fmt: skip
    finally:
        await end(dashboard)


if __name__ == "__main__":
    from bench.gate.monitoring.judge import judge

    for row in judge(asyncio.run(own_box(print))):
        print(row)
