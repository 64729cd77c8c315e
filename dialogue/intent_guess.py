"""A guess at the intent of a sentence that no rule speaks for, learned from the examples in `intent_examples.yaml`.

A naive Bayes score over words and word pairs: how much more often a word stands in the examples of an intent than in
the others. Only clear guesses count, and never one that would end the call.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from call import Intent
from dialogue.text import normalise

EXAMPLES_FILE = Path(__file__).with_name("intent_examples.yaml")
_NEVER_GUESSED = frozenset({"other", "affirm", "deny", "goodbye", "spam", "wrong_number"})
_SMOOTHING = 0.3
_LEAST_SCORE = 9.0  # log odds; below it a guess is no better than none
_LEAST_LEAD = 1.5  # over the second best
_LEAST_WORDS = 4
_LEAST_KNOWN = 0.6  # share of the words that the examples hold; nonsense has few
_FLOOR = -1.0  # a word that an intent lacks speaks against it, but not more than this


@dataclass(frozen=True, slots=True)
class Guesser:
    """Log odds of every feature (a word, or "one_two" for a pair) for every intent."""

    odds: Mapping[str, Mapping[Intent, float]]

    def guess(self, text: str) -> Intent | None:
        """The intent that the words speak for, None when they do not speak clearly."""
        said = normalise(text).split()
        known = [word for word in said if word in self.odds]
        if len(said) < _LEAST_WORDS or len(known) < _LEAST_KNOWN * len(said):
            return None
        totals: Counter[Intent] = Counter()
        for feature in set(features(said)):
            for intent, odds in self.odds.get(feature, {}).items():
                totals[intent] += odds  # type: ignore[assignment]
        (best, score), (_, second) = totals.most_common(2)
        if best in _NEVER_GUESSED or score < _LEAST_SCORE or score - second < _LEAST_LEAD:
            return None
        return best


def features(said: list[str]) -> Iterable[str]:
    """The words of a sentence, and each word with the one before it."""
    yield from said
    yield from (f"{one}_{two}" for one, two in zip(["<start>", *said], said, strict=False))


def learned(examples: Mapping[Intent, list[str]]) -> Guesser:
    """Count the examples. Pairs weigh half of what words do, for they repeat them."""
    counts = {intent: Counter(f for line in lines for f in set(features(normalise(line).split())))
              for intent, lines in examples.items()}  # fmt: skip
    everywhere: Counter[str] = Counter()
    for counted in counts.values():
        everywhere.update(counted)
    total = sum(len(lines) for lines in examples.values())
    odds: dict[str, dict[Intent, float]] = {feature: {} for feature in everywhere}
    for intent, counted in counts.items():
        mine = len(examples[intent])
        for feature, count in everywhere.items():
            inside = (counted[feature] + _SMOOTHING) / (mine + 2 * _SMOOTHING)
            outside = (count - counted[feature] + _SMOOTHING) / (total - mine + 2 * _SMOOTHING)
            weight = 0.5 if "_" in feature else 1.0
            odds[feature][intent] = weight * max(_FLOOR, math.log(inside / outside))
    return Guesser(odds)


def load(path: Path = EXAMPLES_FILE) -> Guesser:
    """Learn from a file of examples: a YAML mapping of an intent to its sentences.

    Raises:
        OSError: the file cannot be read.
    """
    return learned(yaml.safe_load(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    import sys

    guesser = load()
    for heard in sys.stdin:
        print(guesser.guess(heard))
