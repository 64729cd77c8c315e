"""The words of content of a part of a sentence, and whether it affirms or denies."""

from dataclasses import replace

from dialogue.guard.segment import Segment, line_of
from dialogue.guard.stems import stem

_EMPTY_TEXT = """
a an the this that these those there here it its we us our they them their he she you your i me my is are am was be
been do does did have has had can could may will would shall should must of in on at to from by with for and or but
if when so as please just also only about around yes no not any some all each every office location one it's get got
need thing want know let make after before once right now usually too more than who which what how out up still call
day time staff
"""
EMPTY = frozenset(stem(word) for word in _EMPTY_TEXT.split())


def content(segment: Segment) -> frozenset[str]:
    """Words of content of a part, cut down; names and figures aside."""
    mine = {
        stem(word)
        for atom in segment.atoms
        if atom.kind in ("word", "service")
        for word in atom.text.split()
        if word.isalnum()
    }
    return frozenset(mine - EMPTY)


def polarity(segment: Segment) -> bool:
    """Whether a part denies: "without a parent" does as well."""
    return segment.negated != ("without" in segment.line.split())


def by_polarity(segment: Segment) -> list[tuple[frozenset[str], bool]]:
    """The words of content with their polarity."""
    parts = halves(segment)
    if len(parts) == 1:
        return [(content(segment), polarity(segment))]
    return [(content(parts[0]), parts[0].negated), (content(parts[1]), True)]


def halves(segment: Segment) -> list[Segment]:
    """What a part affirms and what it denies: "cash or cards, just not checks" are two."""
    atoms = segment.atoms
    for at, atom in enumerate(atoms):
        lead = atoms[at - 1].text if at else ""
        if atom.text == "not" and (lead in ("just", "but", "and") or (at and atoms[at - 1].kind == "break")):
            return [replace(segment, atoms=part, line=line_of(part)) for part in (atoms[:at], atoms[at:])]
    return [segment]


if __name__ == "__main__":
    print(len(EMPTY), "words that say nothing by themselves")
