"""A second opinion on what the concepts leave as routine: how much a turn sounds like the emergencies of the test sets.

Two logistic models over word and letter n-grams (`ngrams`): one for an emergency, one for anything that must be seen
within a day. It only ever raises a class. Weights come from `python -m dialogue.triage.learn`; they are plain figures
in a JSON file, so every judgement can be explained by the n-grams that weighed most.
"""

import functools
import itertools
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from errors import ConfigError

WEIGHTS_FILE = Path(__file__).parent / "second_opinion.json"
_LETTERS = (3, 4, 5)
_SCALE = 100  # the file holds hundredths as whole numbers
_WORD_MARK = "="  # words and pairs of words begin with it, pieces of words do not
_PASSAGE, _STEP, _SHORT = 12, 6, 16  # words
_ONLY_A_PASSAGE = 0.3  # how much surer a passage has to be than a whole turn
Weights = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Opinion:
    """Log-odds that a turn is an emergency, and that it is emergent or urgent. 0 is even."""

    emergent: float
    unwell: float


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by n-gram (emergent, unwell; in hundredths), the two constants, and where each class begins."""

    weights: Mapping[str, Weights]
    constant: Weights
    least: Opinion

    def judge(self, line: str) -> Opinion:
        """An opinion on a line of `hearing.read`: its most alarming passage decides, small talk must not drown it."""
        whole = self._weigh(line)
        parts = [self._weigh(part) for part in passages(line)]
        return Opinion(
            max([whole.emergent, *(part.emergent - _ONLY_A_PASSAGE for part in parts)]),
            max([whole.unwell, *(part.unwell - _ONLY_A_PASSAGE for part in parts)]),
        )

    def _weigh(self, line: str) -> Opinion:
        """The log-odds of one text; n-grams that the sets never showed weigh nothing."""
        emergent, unwell = (figure / _SCALE for figure in self.constant)
        for kind in blocks(line):
            known = [found for one in kind if (found := self.weights.get(one)) is not None]
            length = math.sqrt(len(known) or 1) * _SCALE
            emergent += sum(one[0] for one in known) / length
            unwell += sum(one[1] for one in known) / length
        return Opinion(emergent, unwell)

    def evidence(self, line: str, most: int = 5) -> list[tuple[str, float]]:
        """The n-grams that spoke most for an emergency, with their share of the log-odds."""
        shares: list[tuple[str, float]] = []
        for kind in blocks(line):
            known = [(one, found[0]) for one in kind if (found := self.weights.get(one)) is not None]
            length = math.sqrt(len(known) or 1) * _SCALE
            shares += [(one.strip(_WORD_MARK), round(weight / length, 2)) for one, weight in known if weight > 0]
        return sorted(shares, key=lambda share: -share[1])[:most]


def passages(line: str) -> list[str]:
    """Overlapping passages of a long line, each about as long as the turns that the weights come from."""
    words = line.split()
    if len(words) <= _SHORT:
        return []
    return [" ".join(words[start : start + _PASSAGE]) for start in range(0, len(words) - _STEP, _STEP)]


def blocks(line: str) -> tuple[set[str], set[str]]:
    """The n-grams of a line, each once: words and pairs of words; pieces of 3 to 5 letters within a word."""
    words = line.split()
    pairs = {f"{_WORD_MARK}{one} {two}" for one, two in itertools.pairwise(words)}
    return {_WORD_MARK + word for word in words} | pairs, {piece for word in set(words) for piece in _pieces(word)}


def _pieces(word: str) -> Iterator[str]:
    framed = f" {word} "
    for length in _LETTERS:
        for start in range(len(framed) - length + 1):
            yield framed[start : start + length]


@functools.cache
def model() -> Model:
    """The shipped model, read once per process.

    Raises:
        ConfigError: the file is missing or is not what `learn` writes.
    """
    return load_model(WEIGHTS_FILE)


def load_model(path: Path) -> Model:
    """Read a file that `save_model` wrote.

    Raises:
        ConfigError: as `model`.
    """
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        weights = {str(name): (int(one), int(two)) for name, (one, two) in read["weights"].items()}
        constant, least = (int(read["constant"][0]), int(read["constant"][1])), Opinion(*map(float, read["least"]))
    except OSError as exc:
        raise ConfigError(f"{path.name} cannot be read: {type(exc).__name__}", code="weights-missing") from exc
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as exc:
        raise ConfigError(f"{path.name} holds no weights: {type(exc).__name__}", code="weights-invalid") from exc
    return Model(weights, constant, least)


def save_model(built: Model, path: Path) -> None:
    """Write a model as JSON, one n-gram a line so that a change can be reviewed."""
    head = {"constant": built.constant, "least": (built.least.emergent, built.least.unwell)}
    lines = [
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(one, separators=(',', ':'))}"
        for name, one in sorted(built.weights.items())
    ]
    opening = json.dumps(head)[:-1]
    path.write_text(f'{opening},\n"weights":{{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")


def to_hundredths(figure: float) -> int:
    """A weight as the file holds it."""
    return round(figure * _SCALE)


if __name__ == "__main__":
    import sys

    from dialogue.triage.hearing import read as heard_as

    for heard in sys.stdin:
        said = heard_as(heard)
        print(model().judge(said), model().evidence(said))
