"""Learns the weights of `intent_model.py` from examples: multinomial logistic regression, the same result every time.

Run `python -m dialogue.intent_training dialogue/intent_examples*.yaml tests/dialogue/intents_*.yaml` after a change of
the examples or concepts. A file is a YAML mapping of an intent to its sentences; `intents_unseen.yaml` is left out, so
that there is something to measure with.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from call import Intent
from dialogue.intent_features import features
from dialogue.intent_model import INTENTS, IntentModel

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Example = tuple[Intent, str]

_ROUNDS = 150
_STEP = 4.5
_DECAY = 5e-5  # of weights, in each round's gradient
_FEWEST = 2  # sentences that a feature stands in
_HELD_OUT = "intents_unseen.yaml"


def examples(path: Path) -> list[Example]:
    """The sentences of one file with their intents.

    Raises:
        OSError: the file cannot be read.
    """
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [(intent, str(sentence)) for intent, sentences in table.items() for sentence in sentences]


def digest(rows: Iterable[Example]) -> str:
    """Tells one set of examples from another, whatever their order."""
    return hashlib.sha256("\n".join(sorted(f"{intent}\t{text}" for intent, text in rows)).encode()).hexdigest()[:16]


def trained(rows: Sequence[Example], *, rounds: int = _ROUNDS) -> IntentModel:
    """The model that tells these examples apart."""
    sentences = [features(text) for _, text in rows]
    seen = Counter(feature for sentence in sentences for feature in sentence)
    names = {name: row for row, name in enumerate(sorted(name for name, count in seen.items() if count >= _FEWEST))}
    given = np.zeros((len(rows), len(names)), np.float32)
    for row, sentence in enumerate(sentences):
        for feature, weight in sentence.items():
            if feature in names:
                given[row, names[feature]] = weight
    wanted = np.eye(len(INTENTS), dtype=np.float32)[[INTENTS.index(intent) for intent, _ in rows]]
    weights, bias = _descended(given, wanted, rounds)
    return IntentModel(names, weights, bias, digest(rows))


def _descended(given: Matrix, wanted: Matrix, rounds: int) -> tuple[Matrix, Matrix]:
    """Accelerated gradient descent on the cross entropy; rare intents count a little more than their share."""
    importance = _importance(wanted) / len(given)
    weights = np.zeros((given.shape[1], wanted.shape[1]), np.float32)
    bias = np.zeros(wanted.shape[1], np.float32)
    ahead, bias_ahead = weights, bias
    for done in range(rounds):
        error = (_shares(given @ ahead + bias_ahead) - wanted) * importance
        stepped = ahead - _STEP * (given.T @ error + _DECAY * ahead)
        bias_stepped = bias_ahead - _STEP / 3 * error.sum(axis=0)
        momentum = done / (done + 3)
        ahead = stepped + momentum * (stepped - weights)
        bias_ahead = bias_stepped + momentum * (bias_stepped - bias)
        weights, bias = stepped, bias_stepped
    return weights, bias


def _importance(wanted: Matrix) -> Matrix:
    counts = np.maximum(wanted.sum(axis=0), 1)
    even = len(wanted) / len(counts) / counts
    return np.sqrt(wanted @ even)[:, None].astype(np.float32)


def _shares(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


if __name__ == "__main__":
    import sys

    files = [Path(name) for name in sys.argv[1:] if not name.endswith(_HELD_OUT)]
    learned = trained([row for file in files for row in examples(file)])
    learned.save()
    print(f"{len(files)} files, {len(learned.rows)} features")
