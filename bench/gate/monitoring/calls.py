"""The callers of gate 4 as scenarios. `python -m bench.gate.monitoring.calls` prints what is planted in their calls."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from bench.gate.evidence import GateError
from simulator.scenario import Scenario

CALLS_FILE = Path(__file__).parent / "calls.yaml"
After = Literal["caller_silent", "lost", "kept"]
_END_SEC = 90  # how long a caller goes on answering AVA's questions


@dataclass(frozen=True, slots=True)
class PlantedCall:
    """A caller.

    Attributes:
        planted: names of the rules that have to report the call; empty when nothing is wrong with it.
        after: what becomes of its files, see `damage`.
    """

    scenario: Scenario
    planted: tuple[str, ...] = ()
    after: After | None = None

    @property
    def name(self) -> str:
        return self.scenario.name


def planted_calls(path: Path = CALLS_FILE) -> list[PlantedCall]:
    """All calls, in the file's order.

    Raises:
        GateError: the file is no list of calls.
    """
    try:
        script = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [_call(number, call, script) for number, call in enumerate(script["calls"])]
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValidationError) as exc:
        raise GateError(f"{path}: no script of calls ({type(exc).__name__})") from exc


def _call(number: int, call: dict[str, Any], script: dict[str, Any]) -> PlantedCall:
    steps: list[dict[str, Any]] = [{"say": line} for line in call["says"]]
    steps.append({"hang_up": True} if call.get("hangs_up") else {"wait_for_end": True, "within": _END_SEC})
    scenario = {
        "name": call["name"],
        "voice": call.get("voice", script["voice"]),
        "from": f"+130555501{40 + number:02}",
        "steps": steps,
        "answers": script["answers"],
    }
    return PlantedCall(Scenario.model_validate(scenario), tuple(call.get("planted", ())), call.get("after"))


if __name__ == "__main__":
    for one in planted_calls():
        print(f"{one.name:22} {', '.join(one.planted) or 'nothing is wrong'}{f' ({one.after})' if one.after else ''}")
