"""Make the weights of the second opinion from labelled turns, and measure them on sets that they were not made from.

    python -m dialogue.triage.learn tests/dialogue/triage_*             writes second_opinion.json
    python -m dialogue.triage.learn --leave-one-out tests/dialogue/triage_*

Each file is one set: YAML (class -> turns) or JSON lines (`text`, `class`). Logistic regression with a penalty on large
weights, both classes given the same say, solved exactly (iteratively reweighted least squares over the turns' inner
products, a few seconds for some thousand turns), so the same sets always give the same weights.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from dialogue.triage.finding import by_concepts, triage
from dialogue.triage.hearing import read
from dialogue.triage.second_opinion import WEIGHTS_FILE, Model, Opinion, blocks, save_model, to_hundredths

_PENALTY = 0.1  # of squared weights, against the sum of the turns' losses
_TIMES_SEEN = (3, 6)  # how many turns show a word or pair, and a piece of a word, before it gets a weight
_ROUNDS = 30
_WORTH_KEEPING = 8  # hundredths; lighter n-grams are left out of the file
_LEAST = Opinion(0.3, 0.5)
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A turn and its class."""

    text: str
    urgency: str


def labelled(path: Path) -> list[Labelled]:
    """The turns of one set; a turn that is given with earlier ones counts by its last words."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        return [Labelled(row["text"], row["class"]) for row in rows]
    table = yaml.safe_load(text)
    return [Labelled(one, urgency) for urgency, items in table.items() for one in items if isinstance(one, str)]


def learn(turns: Sequence[Labelled]) -> Model:
    """The model of these turns."""
    shown = [blocks(read(one.text)) for one in turns]
    names = _vocabulary(shown)
    table = _table(shown, names)
    emergent = np.array([one.urgency == "emergent" for one in turns])
    unwell = np.array([one.urgency != "routine" for one in turns])
    (first, first_constant), (second, second_constant) = _fit(table, emergent), _fit(table, unwell)
    hundredths = ((to_hundredths(one), to_hundredths(two)) for one, two in zip(first, second, strict=True))
    named = zip(names, hundredths, strict=True)
    weights = {name: one for name, one in named if max(abs(one[0]), abs(one[1])) >= _WORTH_KEEPING}
    return Model(weights, (to_hundredths(first_constant), to_hundredths(second_constant)), _LEAST)


def _vocabulary(shown: Iterable[tuple[set[str], set[str]]]) -> list[str]:
    seen: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for turn in shown:
        for counter, kind in zip(seen, turn, strict=True):
            counter.update(kind)
    return sorted(
        name
        for counter, least in zip(seen, _TIMES_SEEN, strict=True)
        for name, times in counter.items()
        if times >= least
    )


def _table(shown: Sequence[tuple[set[str], set[str]]], names: Sequence[str]) -> Matrix:
    column = {name: place for place, name in enumerate(names)}
    table = np.zeros((len(shown), len(names)))
    for row, turn in enumerate(shown):
        for kind in turn:
            places = [column[name] for name in kind if name in column]
            table[row, places] = 1 / np.sqrt(len(places) or 1)
    return table


def _fit(table: Matrix, positive: npt.NDArray[np.bool_]) -> tuple[Matrix, float]:
    """Weights and constant; each class weighs as much as half of all turns."""
    count = len(positive)
    say = np.where(positive, count / (2 * positive.sum()), count / (2 * (~positive).sum()))
    kernel = table @ table.T + 1.0  # the 1 is the constant, penalised like the rest
    share, odds = np.zeros(count), np.zeros(count)
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-odds))
        curve = np.maximum(say * chance * (1 - chance), 1e-6)
        target = odds + say * (positive - chance) / curve
        new = np.linalg.solve(kernel + np.diag(_PENALTY / curve), target)
        odds, moved, share = kernel @ new, float(np.abs(new - share).max()), new
        if moved < 1e-6:
            break
    return table.T @ share, float(share.sum())


def leave_one_out(paths: Sequence[Path]) -> list[str]:
    """One line a set: recall of emergencies and false alarms by concepts alone, by the opinion alone, by both."""
    sets = {path.stem: labelled(path) for path in paths}
    lines = []
    for name, turns in sets.items():
        built = learn([one for other, rest in sets.items() if other != name for one in rest])
        lines.append(f"{name:28} {_measured(turns, built)}")
    return lines


def _measured(turns: Sequence[Labelled], built: Model) -> str:
    opinions = [built.judge(read(one.text)) for one in turns]
    by_both = [triage(one.text, second=built).urgency for one in turns]
    found = {
        "concepts": [(at == "emergent", at != "routine") for at in (by_concepts(one.text).urgency for one in turns)],
        "opinion": [(one.emergent > _LEAST.emergent, _alarms(one)) for one in opinions],
        "both": [(at == "emergent", at != "routine") for at in by_both],
    }
    return "  ".join(f"{name} {_rates(turns, flags)}" for name, flags in found.items())


def _alarms(one: Opinion) -> bool:
    return one.emergent > _LEAST.emergent or one.unwell > _LEAST.unwell


def _rates(turns: Sequence[Labelled], flags: Sequence[tuple[bool, bool]]) -> str:
    emergent = [flag[0] for one, flag in zip(turns, flags, strict=True) if one.urgency == "emergent"]
    urgent = [flag[1] for one, flag in zip(turns, flags, strict=True) if one.urgency == "urgent"]
    routine = [flag[1] for one, flag in zip(turns, flags, strict=True) if one.urgency == "routine"]
    rates = (sum(part) / max(1, len(part)) for part in (emergent, urgent, routine))
    return "emergent {:.3f} urgent {:.3f} alarms {:.3f}".format(*rates)


if __name__ == "__main__":
    files = [Path(name) for name in sys.argv[1:] if not name.startswith("--")]
    if "--leave-one-out" in sys.argv:
        print("\n".join(leave_one_out(files)))
    else:
        made = learn([one for path in files for one in labelled(path)])
        save_model(made, WEIGHTS_FILE)
        print(f"{len(made.weights)} n-grams, {WEIGHTS_FILE.stat().st_size} bytes")
