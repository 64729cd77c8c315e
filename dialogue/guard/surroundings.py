"""Parking and the way to an office: every word of content and every figure stands in the record of the office."""

# ruff: noqa: E501 - a pattern is read whole
import re

from dialogue.guard.atom import Atom
from dialogue.guard.case import Case
from dialogue.guard.everyday import EVERYDAY
from dialogue.guard.segment import Segment, line_of
from dialogue.guard.stems import stem
from dialogue.guard.tokens import words
from facts import Location

PARKING = re.compile(r"\bpark(?:ing|ed)?\b|\b(?:garages?|valet|metered|meters?|lots?)\b(?! of)")
DIRECTIONS = re.compile(
    r"\b(?:next (?:door )?to|next door|across from|behind|opposite|exit|highway|turn (?:left|right|at|onto|on)|blocks?|near the|"
    r"(?:around|on|at) the corner|upstairs|downstairs|elevator|ground|\w+ floor|close to|inside the|mall|plaza|beside|"
    r"(?:on|to) (?:the|your) (?:left|right)(?! (?:person|people|place|team|department|staff|office|one))|(?:left|right) side|landmark|in front of|north|south|east|west|"
    r"look for the|building with|brick)\b"
)
_FIGURES = ("number", "ordinal", "duration", "money", "percent")
_DO_NOT_KNOW = re.compile(r"\bi (?:do|can) not\b|\bnot have (?:parking|directions|that|any)\b")
# Words of the way and of parking: each of them says something, so each has to be recorded.
_TELLING_TEXT = """
free paid pay behind lot garage street meter valet front across opposite left right north south east west upstairs
downstairs ground basement corner inside outside next beside near between underground ticket validate elevator
stairs floor level entrance door back side above below over off exit highway permit hourly whole day unlimited overnight night
"""
_TELLING = frozenset(stem(word) for word in _TELLING_TEXT.split())
_NEXT_DOOR = re.compile(r"\bnext door to\b")
# What stands behind a preposition of place is a landmark: each of its words has to be recorded.
_LANDMARK = re.compile(
    r"\b(?:behind|next to|next door to|across from|near|beside|opposite|past|in front of|above|below|inside) (?:the |a |an )?"
    r"((?!office|clinic|practice|us\b|our|you|here|there|it\b|this|that|which|in\b|on\b|at\b|of\b)\w+)"
)
_EMPHASIS = re.compile(
    r"(?<!the )(?<!on )(?<!turn )(?<!bear )(?<!keep )(?<!a )\bright (?=in |next|behind|across|by |at |off |on |outside|around|down|beside|opposite)"
)


def places(case: Case, scope: frozenset[str]) -> list[Location]:
    """The offices in question; all when none is."""
    return [place for place in case.lexicon.facts.locations if not scope or place.location in scope]


def surroundings(case: Case, segment: Segment, scope: frozenset[str]) -> tuple[str, list[str]]:
    """Parking and the way there: every word of content and every figure stands in the record of the office."""
    line = line_of([atom for atom in segment.atoms if atom.kind not in ("street", "plan", "suite")])
    for pattern, fields in ((PARKING, ("parking",)), (DIRECTIONS, ("directions", "parking"))):
        if segment.asks or not pattern.search(line) or _DO_NOT_KNOW.search(line):
            continue
        content = _content(segment)
        figures = [
            atom
            for at, atom in enumerate(segment.atoms)
            if atom.kind in _FIGURES and not _of_a_suite(segment, at) and not _of_the_house(case, segment, atom)
        ]
        if not content and not segment.negated and not figures:
            continue
        good = [place for place in places(case, scope) if _borne_out(case, place, fields, content, figures)
                and (not segment.negated or _denies(place))]  # fmt: skip
        if not good or len(good) < len(scope):
            if pattern is DIRECTIONS and _in_an_answer(case, segment, content):
                continue
            return f"{fields[0]} that the record of the office does not hold", []
        return "", [place.id for place in good]
    return "", []


def _of_the_house(case: Case, segment: Segment, atom: Atom) -> bool:
    streets = {key for one in segment.of("street") for key in one.value}
    return any(p.street.startswith(f"{atom.value} ") for p in case.lexicon.facts.locations if p.location in streets)


def _of_a_suite(segment: Segment, at: int) -> bool:
    return at > 0 and segment.atoms[at - 1].text in ("suite", "unit", "building")


def _content(segment: Segment) -> frozenset[str]:
    line = _NEXT_DOOR.sub("next to", _EMPHASIS.sub("", segment.line)).split()
    landmarks = {stem(word) for found in _LANDMARK.findall(segment.line) for word in found.split()}
    roots = {stem(atom.text) for atom in segment.atoms if atom.kind == "word" and atom.text in line}
    return frozenset(one for one in roots if (one in _TELLING | landmarks or one not in EVERYDAY) and one[0].isalpha())


def _denies(place: Location) -> bool:
    return bool({"no", "not", "only"} & set(words(f"{place.parking or ''} {place.directions or ''}")))


def _in_an_answer(case: Case, segment: Segment, content: frozenset[str]) -> bool:
    """A sentence of an answer may speak of a street or a door too."""
    figures = segment.of("number", "ordinal", "duration")
    return bool(content) and case.passages.answers(content) and not figures


def _borne_out(
    case: Case, place: Location, fields: tuple[str, ...], content: frozenset[str], figures: list[Atom]
) -> bool:
    stems, known = case.passages.field(place.id, *fields)
    street = {stem(word) for word in words(f"{place.street} {place.city} {place.name}")} - _TELLING
    same = {("number" if kind == "ordinal" else kind, value) for kind, value in known}
    told = all(("number" if one.kind == "ordinal" else one.kind, one.value) in same for one in figures)
    return bool(stems) and content <= (stems | street) and told


if __name__ == "__main__":
    print(sorted(_TELLING))
