"""The callers of gate 2 as scenarios. `python -m bench.gate.accuracy.calls` prints what they say."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bench.gate.evidence import GateError
from simulator.scenario import Scenario

CALLS_FILE = Path(__file__).parent / "calls.yaml"
_END_SEC = 120  # how long a caller goes on answering AVA's questions


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """A caller; `emergency` is the code of the approved words that have to be heard, None when nothing is wrong."""

    scenario: Scenario
    emergency: str | None = None

    @property
    def last_words(self) -> str:
        """The last line of the script."""
        return [step.say for step in self.scenario.steps if step.say][-1]


def scripted_calls(path: Path = CALLS_FILE) -> list[ScriptedCall]:
    """All calls, in the file's order.

    Raises:
        GateError: the file is no list of calls.
    """
    try:
        script = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [_call(number, call, script) for number, call in enumerate(script["calls"])]
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValidationError) as exc:
        raise GateError(f"{path}: no script of calls ({type(exc).__name__})") from exc


def _call(number: int, call: dict[str, Any], script: dict[str, Any]) -> ScriptedCall:
    steps: list[dict[str, Any]] = [{"say": line} for line in call["says"]]
    scenario = {
        "name": call["name"],
        "voice": script["voice"],
        "from": f"+130555501{number:02}",
        "steps": [*steps, {"wait_for_end": True, "within": _END_SEC}],
        "answers": script["answers"],
    }
    return ScriptedCall(Scenario.model_validate(scenario), call.get("emergency"))


if __name__ == "__main__":
    for one in scripted_calls():
        lines = [step.say for step in one.scenario.steps if step.say]
        print(one.scenario.name, *(f"    {line}" for line in lines), one.emergency or "", sep="\n")
