"""What `intent_model.py` sees of a sentence: words with their neighbours, parts of words, and the concepts they name.

Concepts (`intent_concepts.yaml`) put "appointment", "visit" and "cita" in one place, so that what is learned in one
wording or language holds in another.
"""

import functools
import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import yaml

from dialogue.text import normalise

_CONCEPTS_FILE = Path(__file__).with_name("intent_concepts.yaml")
_PART_LENGTHS = (4, 5)
_SHORT = 4  # words; so short an utterance is told by its length as well
_LONG = 9


def features(text: str) -> dict[str, float]:
    """Feature -> weight; together of length 1, so that a long sentence counts as much as a short one."""
    said = normalise(text).split()
    found = dict(_weighted(said))
    length = sum(weight * weight for weight in found.values()) ** 0.5
    return {feature: weight / length for feature, weight in found.items()} if length else {}


def _weighted(said: list[str]) -> Iterator[tuple[str, float]]:
    yield from ((word, 1.0) for word in said)
    yield from ((f"{one} {two}", 0.7) for one, two in pairwise(["^", *said, "$"]))
    yield from ((f"#{part}", 0.35) for word in said for part in _parts(word))
    named = concepts(" ".join(said))
    yield from ((f"@{concept}", 1.2) for concept in named)
    yield from ((f"@{one}+{other}", 0.8) for one, other in combinations(named, 2))
    yield ("short" if len(said) <= _SHORT else "long" if len(said) >= _LONG else "middling"), 0.7


def _parts(word: str) -> set[str]:
    edged = f"<{word}>"
    return {edged[at : at + size] for size in _PART_LENGTHS for at in range(len(edged) - size + 1)}


def concepts(line: str) -> list[str]:
    """The concepts that a normalised line names, in alphabetical order."""
    return [concept for concept, words in _vocabulary() if words.search(line)]


@functools.lru_cache(maxsize=1)
def _vocabulary() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = yaml.safe_load(_CONCEPTS_FILE.read_text(encoding="utf-8"))
    return tuple(
        (concept, re.compile(rf"\b(?:{'|'.join(map(_expression, words))})\b"))
        for concept, words in sorted(table.items())
    )


def _expression(word: str) -> str:
    """ "lleg*" is every word that begins so."""
    return re.escape(normalise(word.replace("*", "%"))).replace("%", r"[a-z']*")


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(" ".join(features(heard)))
