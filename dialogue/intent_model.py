"""How likely each intent is by the words of a sentence: a linear model over `intent_features.py`, with learned weights.

It is the second opinion beside the rules of `intent_rules.py`, and the only one where no rule speaks. The weights are
made by `intent_training.py` from examples; `python -m dialogue.intent_model` shows which features speak for an intent.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from call import Intent
from dialogue.intent_features import features

WEIGHTS_FILE = Path(__file__).with_name("intent_weights.npz")
INTENTS: tuple[Intent, ...] = get_args(Intent)
_STEPS = 127  # weights are kept as whole numbers of this many steps


@dataclass(frozen=True, slots=True)
class IntentModel:
    """Weights of every feature for every intent.

    Attributes:
        rows: feature -> row of `weights`.
        weights: features x intents, in the order of `INTENTS`.
        bias: one for each intent.
        made_from: digest of the examples that it was learned from.
    """

    rows: Mapping[str, int]
    weights: np.ndarray[Any, np.dtype[np.float32]]
    bias: np.ndarray[Any, np.dtype[np.float32]]
    made_from: str = ""

    def scores(self, text: str) -> dict[Intent, float]:
        """Log odds of each intent, up to a constant."""
        known = [(self.rows[one], weight) for one, weight in features(text).items() if one in self.rows]
        total = self.bias
        if known:
            rows, weights = zip(*known, strict=True)
            total = total + np.array(weights, np.float32) @ self.weights[list(rows)]
        return dict(zip(INTENTS, map(float, total), strict=True))

    def reasons(self, text: str, intent: Intent, most: int = 5) -> list[tuple[str, float]]:
        """The features of a text that speak most for an intent, with how much."""
        column = INTENTS.index(intent)
        spoke = [(one, weight * float(self.weights[self.rows[one], column]))
                 for one, weight in features(text).items() if one in self.rows]  # fmt: skip
        return sorted(spoke, key=lambda item: -item[1])[:most]

    def save(self, path: Path = WEIGHTS_FILE) -> None:
        """Write the weights, rounded to a 127th of the largest."""
        step = float(np.abs(self.weights).max()) / _STEPS
        rounded = np.round(self.weights / step).astype(np.int8)
        names = "\n".join(self.rows).encode()
        np.savez_compressed(
            path, names=np.frombuffer(names, np.uint8), weights=rounded, step=step, bias=self.bias,
            intents=np.array(INTENTS), made_from=np.array(self.made_from),
        )  # fmt: skip


def load(path: Path = WEIGHTS_FILE) -> IntentModel:
    """Read the weights.

    Raises:
        OSError: the file cannot be read.
        ValueError: it was made for other intents.
    """
    with np.load(path, allow_pickle=False) as kept:
        if tuple(kept["intents"]) != INTENTS:
            raise ValueError("intent_weights.npz was made for other intents: run `python -m dialogue.intent_training`")
        names = kept["names"].tobytes().decode().split("\n")
        weights = kept["weights"].astype(np.float32) * np.float32(kept["step"])
        rows = {name: row for row, name in enumerate(names)}
        return IntentModel(rows, weights, kept["bias"].astype(np.float32), str(kept["made_from"]))


@functools.lru_cache(maxsize=1)
def model() -> IntentModel:
    """The model of this process, read once."""
    return load()


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        likely = max((score, intent) for intent, score in model().scores(heard).items())[1]
        print(likely, *(f"{feature!r} {weight:.1f}" for feature, weight in model().reasons(heard, likely)))
