"""What belongs to the practice and stays readable: its numbers, addresses, providers, plans and places."""

import itertools
import re

from pseudonyms.words import Word, fold, is_proper, words_of

_DIGITS = re.compile(r"\+?\d(?:[\d().-]|[ ](?=[\d(]))*\d")
_PERSON = re.compile(r"\b(?i:dr|doctor|doctora)\.? +([^\W\d_][\w'-]*(?: +[A-Z][\w'-]*){0,2})")
_TITLES = frozenset({"dr", "dra", "doctor", "doctora", "doctors", "doc"})


class Public:
    """The practice's texts, read once per process.

    Args:
        text: everything about the practice that may be read by anyone, one fact a line.
    """

    def __init__(self, text: str = "") -> None:
        self.folded = f" {' '.join(fold(text).split())} "
        self._lines = frozenset(stripped for line in text.splitlines() if (stripped := line.strip(" -")))
        self.numbers = frozenset(national(re.sub(r"\D", "", match)) for match in _DIGITS.findall(text))
        self.people = frozenset(word.key for name in _PERSON.findall(text) for word in words_of(name, fold(name)))
        people_names = [fold(name).split() for name in _PERSON.findall(text)]
        self._pairs = frozenset((a, b) for name in people_names for a, b in itertools.pairwise(name))
        words = words_of(text, fold(text))
        self.words = frozenset(word.key for word in words) - self.people
        self.proper = frozenset(word.key for at, word in enumerate(words) if is_proper(text, words, at)) - self.people

    def has_line(self, line: str) -> bool:
        """Whether a line is one of the practice's texts, word for word."""
        return line.strip(" -") in self._lines

    def has(self, folded: str) -> bool:
        """Whether folded words stand in the practice's texts in this order."""
        return f" {' '.join(folded.split())}".rstrip(" .,") in self.folded

    def names(self, words: list[Word], at: int) -> bool:
        """Whether the word at a place speaks of one of the providers: "Dr. Sample", "Ana Sample"."""
        key = words[at].key.removesuffix("'s")
        before = [word.key for word in words[max(0, at - 2) : at]]
        if key in self.people and any(word in _TITLES for word in before):
            return True
        after = words[at + 1].key.removesuffix("'s") if at + 1 < len(words) else ""
        return (key, after) in self._pairs or bool(before and (before[-1], key) in self._pairs)


def national(digits: str) -> str:
    """Digits of a phone number without the country code 1."""
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


if __name__ == "__main__":
    import sys

    shown = Public(sys.stdin.read())
    print(sorted(shown.people), sorted(shown.numbers))
