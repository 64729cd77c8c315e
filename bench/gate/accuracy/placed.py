"""Twenty calls at a box of the gate's own: real speech in and out, and between them a model that lies.

The box runs the embedded profile (it hears with pocketsphinx and speaks with espeak-ng) with production's client of
Ollama, whose other end is `LyingOllama` on loopback.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from bench.gate.accuracy.calls import ScriptedCall, scripted_calls
from bench.gate.accuracy.evidence import Accuracy, LiedCall, evidence_of
from bench.gate.accuracy.lying_model import LyingOllama
from bench.gate.accuracy.truth import Known, known_from
from bench.gate.evidence import GateError
from bench.service import Bench, running_service
from simulator.caller import run_scenario
from simulator.server_process import ROOT

AT_ONCE = 3
_STAGGER_SEC = 2.0  # callers do not breathe in step
_WORDING = ROOT / "dialogue" / "wording" / "triage.yaml"

Tell = Callable[[str], None]


async def own_box(tell: Tell, *, at_once: int = AT_ONCE) -> Accuracy:
    """Start a box beside a lying model and place all calls, some at the same time.

    Raises:
        AvaError: it does not start, or cannot be called.
    """
    calls = scripted_calls()
    async with LyingOllama() as model:
        tell(
            f"Starting a box of its own, embedded engines and a lying model; {len(calls)} calls, {at_once} at once ..."
        )
        settings = {"LLM_PROVIDER": "ollama", "OLLAMA_URL": model.url, "HANDOFF_HOURS": "always"}
        async with running_service(calls=at_once, **settings) as bench:
            made = await _place(bench, calls, at_once, tell)
        return Accuracy(made, tuple(model.liar.told))


async def _place(bench: Bench, calls: Sequence[ScriptedCall], at_once: int, tell: Tell) -> tuple[LiedCall, ...]:
    lines = asyncio.Semaphore(at_once)

    async def one(number: int, call: ScriptedCall) -> LiedCall:
        async with lines:
            await asyncio.sleep(_STAGGER_SEC * (number % at_once))
            report = await run_scenario(bench.twilio, call.scenario, data_dir=bench.data_dir)
        if report.folder is None:
            raise GateError(f"no call can be placed: {report.problem or 'there is no record of it'}")
        made = await asyncio.to_thread(evidence_of, call, report)
        tell(_progress(number + 1, len(calls), made))
        return made

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(one(number, call), name=f"gate-call-{number}") for number, call in enumerate(calls)
            ]
    except* GateError as errors:
        raise errors.exceptions[0] from None
    return tuple(task.result() for task in tasks)


def _progress(number: int, count: int, call: LiedCall) -> str:
    line = f"call {number:2} of {count}: {call.name:24} {call.seconds:4.0f} s, ends in: {call.end}"
    return "; ".join((line, *call.remarks))


def approved_words() -> dict[str, tuple[str, ...]]:
    """What a clinician signs off for each emergency, in English."""
    return {code: tuple(words["en"]) for code, words in yaml.safe_load(_WORDING.read_text(encoding="utf-8")).items()}


def what_is_known(facts_dir: Path = ROOT / "rag" / "data") -> Known:
    """The records of the box, and the words that need none: the approved ones, the emergency number, the key 0."""
    approved = [sentence for sentences in approved_words().values() for sentence in sentences]
    return known_from(facts_dir, (*approved, "Advanced Vision Care", "911", "press 0"))


if __name__ == "__main__":
    from bench.gate.accuracy.judge import judge

    for row in judge(asyncio.run(own_box(print)), what_is_known(), approved_words()):
        print(row)
