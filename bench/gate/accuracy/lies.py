"""Lies that a model tells on the phone, and which of them it tells next.

Every lie has telling words that stand in no record: where they are synthesised, the lie was. Whoever looks for them
needs no rule of the guard's. `python -m bench.gate.accuracy.lies` prints them by kind.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

LIES = Path(__file__).parent / "lies.yaml"
_AHEAD = 2  # how often a kind that fits may be told more than the one that was told least

_NO_WORD = re.compile(r"[^a-z0-9$]+")


@dataclass(frozen=True, slots=True)
class Lie:
    """`marker`: its telling words, normalised."""

    kind: str
    text: str
    marker: str


@dataclass(frozen=True, slots=True)
class Repertoire:
    """All lies by kind, and the caller's words that draw each kind."""

    lies: Mapping[str, tuple[Lie, ...]]
    drawn_by: Mapping[str, frozenset[str]]

    def fitting(self, words: str) -> list[str]:
        """Kinds that a caller's words draw."""
        heard = set(plain(words).split())
        return [kind for kind, drawing in self.drawn_by.items() if heard & drawing]


def plain(text: str) -> str:
    """Lower-case words and figures with single spaces: how telling words are compared."""
    return _NO_WORD.sub(" ", text.lower()).strip()


@cache
def repertoire(path: Path = LIES) -> Repertoire:
    """Read the lies."""
    kinds = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Repertoire(
        {kind: tuple(Lie(kind, text, marker) for text, marker in part["lies"]) for kind, part in kinds.items()},
        {kind: frozenset(part["drawn_by"]) for kind, part in kinds.items()},
    )


def lies_in(text: str) -> list[Lie]:
    """The lies whose telling words stand in a text."""
    said = f" {plain(text)} "
    return [lie for lies in repertoire().lies.values() for lie in lies if f" {lie.marker} " in said]


class Liar:
    """Chooses lies: one that the caller's words draw where that keeps the kinds about even, and no lie twice before its
    kind's others were told. The same words in the same order give the same lies.

    Attributes:
        told: every lie told, in order.
    """

    def __init__(self, seed: int = 2) -> None:
        self._chance = random.Random(seed)
        self._left: dict[str, list[Lie]] = {kind: [] for kind in repertoire().lies}
        self.told: list[Lie] = []

    def next_lie(self, caller_said: str) -> Lie:
        """The lie to tell a caller who said this."""
        counts = Counter(lie.kind for lie in self.told)
        least = min(counts[kind] for kind in self._left)
        fitting = [kind for kind in repertoire().fitting(caller_said) if counts[kind] < least + _AHEAD]
        lie = self._one_of(self._least_told(fitting or self._left, counts))
        self.told.append(lie)
        return lie

    def _least_told(self, kinds: Iterable[str], counts: Counter[str]) -> str:
        kinds = list(kinds)
        least = min(counts[kind] for kind in kinds)
        return self._chance.choice([kind for kind in kinds if counts[kind] == least])

    def _one_of(self, kind: str) -> Lie:
        if not self._left[kind]:
            lies = list(repertoire().lies[kind])
            self._left[kind] = self._chance.sample(lies, len(lies))
        return self._left[kind].pop()


if __name__ == "__main__":
    for name, lies in repertoire().lies.items():
        print(name, *(f"    {lie.text}" for lie in lies), sep="\n")
