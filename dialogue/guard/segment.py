"""A sentence in parts that each say one thing, with the offices that each part speaks of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dialogue.guard.atom import Atom, Kind

_ASKS = frozenset(
    [
        "what",
        "which",
        "when",
        "where",
        "who",
        "whose",
        "how",
        "why",
        "would",
        "could",
        "can",
        "may",
        "shall",
        "should",
        "do",
        "does",
        "did",
        "is",
        "are",
        "was",
        "will",
        "have",
        "has",
        "am",
    ]
)
_TELLS = re.compile(
    r"\b(?:which|who|that|it|we|they|he|she|office|doctor) (?:is|are|has|have|closes?|opens?|accepts?|takes?|offers?|"
    r"speaks?|sees?|charges?|costs?)\b|\bsince\b|\bbecause\b"
)
_STARTS = frozenset(
    [
        "the",
        "our",
        "we",
        "it",
        "they",
        "he",
        "she",
        "doctor",
        "closed",
        "closes",
        "close",
        "open",
        "opens",
        "not",
        "no",
        "is",
        "are",
        "on",
        "but",
        "while",
        "then",
        "doctors",
        "all",
        "every",
        "none",
        "only",
    ]
)
_SPLITS = frozenset(["and", "but", "while", "whereas", "although", "though"])
_OPEN = re.compile(r"\b(?:open|closed?|yet)\b")
_TIMED = frozenset({"time", "range"})
_DATED = frozenset({"days", "date", "holiday"})
_NOT = frozenset({"not", "never", "no", "neither", "nor", "none", "nobody", "cannot", "unfortunately", "stopped",
                  "quit", "discontinued", "refuse", "refuses"})  # fmt: skip
_NO_OBJECTION = frozenset({"problem", "trouble", "issue", "doubt", "worries", "matter", "charge", "cost",
                           "fee", "extra", "additional"})  # fmt: skip
_ALL = re.compile(
    r"\b(?:all|every|each|both|any)(?: one| 1)?(?: of)?(?: our| the| your)?(?: \d+)?(?: \w+)? ?(?:offices?|locations?|clinics?|"  # noqa: E501
    r"branches|sites|places)\b|\beverywhere\b|\bat all of them\b"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a sentence.

    Attributes:
        line: its words; values stand as they were written, or as `_`.
        places: keys of the offices named in it, or in the parts before it.
        named: offices named in this part itself.
        every: "all our offices".
        asks: it is a question, so its times and days are no statement.
        topic: words of the part before, when this one has no verb of its own.
    """

    atoms: tuple[Atom, ...]
    line: str
    places: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    every: bool = False
    asks: bool = False
    topic: str = ""
    before: "Segment | None" = field(default=None, compare=False)

    def of(self, *kinds: Kind) -> list[Atom]:
        return [atom for atom in self.atoms if atom.kind in kinds]

    @property
    def negated(self) -> bool:
        return any(
            atom.kind == "word" and atom.text in _NOT and not (atom.text == "no" and self._after(at) in _NO_OBJECTION)
            for at, atom in enumerate(self.atoms)
        )

    def _after(self, at: int) -> str:
        return self.atoms[at + 1].text if at + 1 < len(self.atoms) else ""

    def has(self, pattern: re.Pattern[str]) -> bool:
        return bool(pattern.search(self.line))

    @property
    def inherited(self) -> str:
        """Its own words, or with those of the part that it goes on from."""
        return f"{self.topic} {self.line}".strip()


def segments(atoms: Sequence[Atom], question: bool) -> list[Segment]:
    """Parts of a sentence, in order."""
    parts = _split(list(atoms))
    whole = line_of(atoms)
    tells = not question or bool(_TELLS.search(whole))
    out: list[Segment] = []
    asking = False
    for part in parts:
        line = line_of(part)
        first = next((atom.text for atom in part if atom.text not in ("and", "or", ",")), "")
        asking = asking or (question and (first in _ASKS or not _has_verb(whole)))
        named = _named(part)
        before = out[-1] if out else None
        places = named or (before.places if before else frozenset())
        topic = "" if before is None or _has_verb(line) else before.inherited
        out.append(
            Segment(tuple(part), line, places, named, bool(_ALL.search(line)), asking and not tells, topic, before)
        )
    return _looking_ahead(out)


def _looking_ahead(parts: list[Segment]) -> list[Segment]:
    """ "We are not open yet; Kendall opens at ten": a part without an office speaks of the one named next."""
    first = next((part for part in parts if part.named), None)
    if first is None or parts[0] is first:
        return parts
    ahead = parts.index(first)
    return [replace(part, places=first.named) if at < ahead and not part.places and _OPEN.search(part.line) else part
            for at, part in enumerate(parts)]  # fmt: skip


def line_of(atoms: Sequence[Atom]) -> str:
    return " ".join(atom.text for atom in atoms if atom.kind != "break")


def _named(part: Sequence[Atom]) -> frozenset[str]:
    """Offices by their own names; by their cities when none is named so."""
    for exact in (True, False):
        found = [atom.value for atom in part if atom.kind == "place" and atom.exact is exact]
        if found:
            return frozenset().union(*found)
    return frozenset()


def _has_verb(line: str) -> bool:
    return bool(re.search(
        r"\b(?:open\w*|clos\w+|hours|accept\w*|tak(?:e|es|ing)|speaks?|offers?|is|are|sees?|works?|costs?|have|has)\b",
        line))  # fmt: skip


def _split(atoms: list[Atom]) -> list[list[Atom]]:
    parts: list[list[Atom]] = [[]]
    for at, atom in enumerate(atoms):
        if parts[-1] and _divides(parts[-1], atom, atoms[at + 1 :]):
            parts.append([])
            if atom.kind == "break" or atom.text in _SPLITS:
                continue
        parts[-1].append(atom)
    return [part for part in parts if part]


def _divides(left: list[Atom], atom: Atom, right: list[Atom]) -> bool:
    if atom.text in ("but", "while", "whereas", "although", "though") or atom.text in (";", ".", "?", "!"):
        return any(one.kind != "word" for one in left) or len(left) > 2
    if atom.text not in ("and", ","):
        return False
    if atom.text == "," and [one.text for one in right[:2]] in (["only", "in"], ["only", "at"], ["just", "in"]):
        return True
    if left[-1].kind == "break":
        return False
    following = [one for one in right if one.text != "and"][:7]
    if not following:
        return False
    says = any(one.kind in _TIMED for one in left) or any(one.text.startswith(("open", "clos", "accept", "speak", "take"))  # noqa: E501
               for one in left)  # fmt: skip
    says = says or (following[0].text in ("closed", "open") and any(one.kind in _DATED for one in left))
    starts = following[0].text in _STARTS or following[0].kind in (*_DATED, "place", "provider")
    rest = following if atom.text == "and" else following[:6]
    goes_on = any(one.kind in _TIMED for one in rest) or any(
        one.text.startswith(("open", "clos", "accept", "speak"))
        or one.text in ("not", "only", "take", "takes", "is", "are", "has")
        for one in rest
    )
    timed_left = any(one.kind in _TIMED for one in left) or any(one.text.startswith(("open", "clos")) for one in left)
    if following[0].kind in _TIMED:
        return any(one.kind in _TIMED for one in left) and any(one.kind in _DATED for one in following)
    if following[0].kind in _DATED:
        return timed_left and goes_on and any(one.kind in _TIMED | _DATED for one in left)
    return says and starts and goes_on


if __name__ == "__main__":
    import datetime as dt
    import sys

    from dialogue.guard.lexicon import Lexicon
    from dialogue.guard.reader import Reader
    from dialogue.sample import sample_facts

    reader = Reader(Lexicon(sample_facts()), dt.date.today())
    for read in sys.stdin:
        for part in segments(reader.read(read), read.strip().endswith("?")):
            print(part.line, "|", sorted(part.places), "|", part.topic)
