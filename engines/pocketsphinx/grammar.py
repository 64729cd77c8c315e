"""Sentences from templates: a small generative grammar, sampled evenly and the same way every time.

A template is a line of words with `(a|b)` for a choice, `[a]` for something that may be left out and `{class}` for
a class of words or phrases. `3*` before a line, an alternative or a member of a class weighs it.
"""

import random
from collections.abc import Iterable, Mapping
from pathlib import Path

from errors import ConfigError

PHRASINGS_DIR = Path(__file__).parent / "phrasings"


class Choice:
    """Alternatives that are dealt out like cards: every one comes up before any comes up again.

    Attributes:
        alternatives: sequences of parts; a part is a word, a class's name in braces, or another Choice.
    """

    def __init__(self, weighted: Iterable[tuple[int, list["Part"]]]) -> None:
        self.alternatives: list[list[Part]] = [parts for weight, parts in weighted for _ in range(weight)]
        self._left: list[int] = []

    def draw(self, rng: random.Random) -> list["Part"]:
        if not self._left:
            self._left = list(range(len(self.alternatives)))
            rng.shuffle(self._left)
        return self.alternatives[self._left.pop()]


Part = str | Choice


class _Reader:
    """Reads one template, left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def choice(self, closing: str) -> Choice:
        weighted = []
        while True:
            weight = self._weight()
            weighted.append((weight, self._sequence("|" + closing)))
            if self.at >= len(self.text):
                if closing:
                    raise ConfigError(f"template without its {closing!r}: {self.text}")
                return Choice(weighted)
            self.at += 1
            if self.text[self.at - 1] == closing:
                return Choice(weighted)

    def _weight(self) -> int:
        head, star, _ = self.text[self.at :].partition("*")
        if star and head.strip().isdigit():
            self.at += len(head) + 1
            return int(head)
        return 1

    def _sequence(self, stops: str) -> list[Part]:
        parts: list[Part] = []
        while self.at < len(self.text) and self.text[self.at] not in stops:
            mark = self.text[self.at]
            if mark in "([":
                self.at += 1
                inner = self.choice(")" if mark == "(" else "]")
                if mark == "[":
                    inner.alternatives = [*inner.alternatives, *[[] for _ in inner.alternatives]]
                parts.append(inner)
            elif mark == " ":
                self.at += 1
            elif mark in ")]":
                raise ConfigError(f"template with a {mark!r} too many: {self.text}")
            else:
                parts.append(self._token(stops))
        return parts

    def _token(self, stops: str) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in " ([|)]":
            self.at += 1
        return self.text[start : self.at]


class Grammar:
    """Classes and templates, sampled with a fixed seed.

    Args:
        classes: name -> alternatives in the template notation. A class may refer to others.
        seed: the same seed, classes and templates always give the same sentences.

    Raises:
        ConfigError: a template does not parse, or names a class that there is not.
    """

    def __init__(self, classes: Mapping[str, Iterable[str]], *, seed: int = 1) -> None:
        self._rng = random.Random(seed)
        self._classes = {name: _Reader("|".join(members)).choice("") for name, members in classes.items()}
        empty = [name for name, choice in self._classes.items() if not any(choice.alternatives)]
        if empty:
            raise ConfigError(f"classes without a member: {', '.join(empty)}")

    def sentences(self, template: str, count: int) -> list[str]:
        """`count` sentences (times the template's own weight) in lower-case words with single blanks."""
        reader = _Reader(template)
        weight = reader._weight()
        root = reader.choice("")
        return [" ".join(self._expand(root.draw(self._rng), template)) for _ in range(weight * count)]

    def _expand(self, parts: list[Part], template: str) -> list[str]:
        words: list[str] = []
        for part in parts:
            if isinstance(part, Choice):
                words += self._expand(part.draw(self._rng), template)
            elif part.startswith("{"):
                name, brace, rest = part[1:].partition("}")
                if not brace or name not in self._classes:
                    raise ConfigError(f"template names an unknown class {part!r}: {template}")
                expanded = self._expand(self._classes[name].draw(self._rng), template)
                if rest:
                    expanded[-1] += rest
                words += expanded
            else:
                words.append(part)
        return words


def read_lines(path: Path) -> list[str]:
    """The lines of a file without comments and empty ones."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


if __name__ == "__main__":
    import sys

    demo = Grammar({"day": ["monday", "2*tuesday"]})
    for line in sys.argv[1:] or ["[uh] (how about|2*make it) {day} [please]"]:
        print("\n".join(demo.sentences(line, 8)))
