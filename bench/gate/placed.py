"""Ten calls of a simulated Twilio, one after the other: with a box that the gate starts, or with one that runs."""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from bench.gate.box import Box
from bench.gate.evidence import CallEvidence, Census, Ending, Evidence, GateError
from bench.gate.records import told_by
from bench.service import running_service
from bench.stand_ins import stand_ins
from simulator.caller import run_scenario
from simulator.report import CallReport
from simulator.scenario import Scenario, load_scenario
from simulator.twilio import SimulatedTwilio

SCENARIOS = Path(__file__).parents[1] / "scenarios"
MIX: dict[str, tuple[str, ...]] = {
    "embedded": (
        "hours_and_location", "insurance_then_person", "booking_in_one_sentence", "keypad_zero", "gate_noise",
        "barge_in", "insurance_then_person", "keypad_zero", "insurance_then_person", "keypad_zero",
    ),
    # AVA may hear or say anything in these: they hold with stand-ins for the engines and with the real ones.
    "production": (
        "gate_two_utterances", "gate_key", "gate_barge_in_key", "gate_key", "gate_key",
        "gate_three_utterances", "gate_barge_in_key", "gate_key", "gate_barge_in_key", "gate_key",
    ),
}  # fmt: skip
_LATE_MS = 100.0  # a simulator that sends its frames later than this measures its own machine
_ENDS = {"hang_up 200": "hang-up", "twiml 200": "transfer", "url 200": "transfer"}

Tell = Callable[[str], None]


async def own_box(profile: str, tell: Tell) -> Evidence:
    """Start a box of a profile, with stand-ins for what production needs, and call it.

    Raises:
        AvaError: it does not start, or cannot be called.
    """
    async with AsyncExitStack() as stack:
        environment: dict[str, str] = {}
        if profile == "production":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ava-stand-ins-")))
            environment = (await stack.enter_async_context(stand_ins(folder))).environment
        tell(f"Starting a box of its own, {profile} profile ...")
        bench = await stack.enter_async_context(running_service(calls=2, **environment))
        box = Box(bench.server.url, bench.server.pid)
        return await place_calls(box, bench.twilio, bench.data_dir, MIX[profile], tell)


async def place_calls(box: Box, twilio: SimulatedTwilio, data_dir: Path, names: Sequence[str], tell: Tell) -> Evidence:
    """Call a running box, once per scenario.

    Raises:
        GateError: the first call cannot be placed, or the box does not write to `data_dir`.
    """
    before = await box.census()
    if before.slots:
        raise GateError("a call is on the line: place the gate's calls on a box that nobody calls")
    calls: list[CallEvidence] = []
    for number, name in enumerate(names, start=1):
        report = await run_scenario(twilio, _scenario(name), data_dir=data_dir)
        if not calls and (report.ended_by == "failed" or report.folder is None):
            raise GateError(_why_not_placed(report, data_dir))
        calls.append(await asyncio.to_thread(evidence_of, report))
        tell(f"call {number:2} of {len(names)}: {progress(calls[-1])}")
    return Evidence(tuple(calls), before, await _counted(box, before))


async def _counted(box: Box, before: Census) -> Census | None:
    try:
        return await box.settled(before)
    except GateError:
        return None  # it is gone: no gate that counts it can pass


def evidence_of(report: CallReport) -> CallEvidence:
    """A simulated call as evidence: the wire's account, the stricter of wire and record on what was answered. Blocks.

    Raises:
        GateError: its record cannot be read.
    """
    told = told_by(Path(report.folder)) if report.folder else None
    remarks = list(report.failures)
    if told is None:
        remarks.append("there is no record of it")
    if report.sender_late_ms > _LATE_MS:
        remarks.append(f"the simulator was {report.sender_late_ms:.0f} ms late: this machine is too busy to measure on")
    return CallEvidence(
        name=report.scenario,
        utterances=len(report.turns),
        unanswered=max(report.unanswered, told.unanswered if told else 0),
        service_ms=told.service_ms if told else (),
        v2v_ms=tuple(report.v2v_ms),
        ending=_ending(report),
        seconds=report.duration_sec,
        remarks=tuple(remarks),
    )


def _ending(report: CallReport) -> Ending:
    """Exactly one request ended or moved the call. Twilio moves a call by itself too, when our side breaks off."""
    ends = [_ENDS[kind] for kind, count in report.rest_requests.items() if kind in _ENDS for _ in range(count)]
    if len(ends) == 1 and report.ended_by in ("ava", "transfer"):
        return Ending("ava", ends[0])
    return Ending("other", f"{report.ended_by}, {len(ends) or 'no'} requests of ours")


def progress(call: CallEvidence) -> str:
    """A call in one line."""
    who = call.ending.how if call.ending.by == "ava" else f"not ended by AVA ({call.ending.how})"
    line = f"{call.name:24} {call.seconds:5.0f} s, utterances {call.utterances}, unanswered {call.unanswered}, {who}"
    return "; ".join((line, *call.remarks))


def _scenario(name: str) -> Scenario:
    path = SCENARIOS / f"{name}.yaml"
    return load_scenario(path if path.is_file() else name)


def _why_not_placed(report: CallReport, data_dir: Path) -> str:
    if report.ended_by == "failed":
        refused = "403" in (report.problem or "")
        hint = "; account, token and host have to be those of the box (--env-file)" if refused else ""
        return f"no call can be placed: {report.problem}{hint}"
    return f"{data_dir}: no record of the call came there; expected the box's DATA_DIR (--data-dir)"


if __name__ == "__main__":
    from bench.gate.judge import judge

    for row in judge(asyncio.run(own_box("embedded", print))):
        print(row)
