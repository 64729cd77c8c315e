"""Rule: offices exist where they are said to be, and are as many as is said; so are doctors, plans and services."""

import re

from dialogue.guard.atom import Atom
from dialogue.guard.case import Case
from dialogue.guard.segment import Segment
from dialogue.guard.verdict import Finding

_OFFICE = frozenset(
    [
        "office",
        "offices",
        "location",
        "locations",
        "clinic",
        "clinics",
        "branch",
        "branches",
        "practice",
        "site",
        "sites",
    ]
)
_OTHER_WORDS = frozenset(
    ["our", "the", "an", "a", "your", "this", "that", "which", "other", "any", "every", "all", "each", "both", "nearest", "closest", "main", "same", "new", "first", "one", "two", "another", "of", "no", "only", "local", "different", "these", "those", "their", "its", "and", "or", "own", "whole", "available", "convenient", "at", "from", "near", "for", "in", "with", "at", "to", "is", "are", "have", "has", "what", "us", "either", "front", "eye", "care", "vision", "doctor", "preferred", "chosen", "right", "sister", "some", "most", "several", "many", "few", "more", "which's", "satellite", "second", "that's", "open", "closed"]  # noqa: E501
)  # fmt: skip
_AFTER_IN = frozenset(
    [
        "the",
        "our",
        "a",
        "an",
        "your",
        "all",
        "both",
        "every",
        "each",
        "front",
        "person",
        "time",
        "advance",
        "network",
        "there",
        "this",
        "that",
        "those",
        "these",
        "each",
        "case",
        "mind",
        "order",
        "touch",
        "general",
        "addition",
        "english",
        "spanish",
        "two",
        "several",
        "many",
        "which",
        "my",
        "it",
        "one",
        "you",
        "any",
        "to",
        "fact",
        "place",
        "business",
        "them",
        "moving",
    ]
)
_COUNTED = {
    "offices": "offices", "office": "offices", "locations": "offices", "location": "offices", "clinics": "offices",
    "branches": "offices", "doctors": "doctors", "providers": "doctors", "physicians": "doctors",
    "optometrists": "od", "ophthalmologists": "md", "plans": "plans", "services": "services", "specialists": "doctors",
}  # fmt: skip
_BETWEEN_COUNT = frozenset(
    [
        "different",
        "of",
        "our",
        "convenient",
        "eye",
        "great",
        "more",
        "other",
        "medical",
        "vision",
        "insurance",
        "accepted",
    ]
)


NO_OFFICE = re.compile(
    r"\bnot have (?:an?|any) (?:office|location|clinic)s? (?:in|at|near)\b|\bno (?:office|location|clinic)s? (?:in|at)\b"  # noqa: E501
)


def check(case: Case) -> Finding:
    """Compare offices and counts with the records."""
    ids: list[str] = []
    for segment in case.segments:
        for part in (_unknown, _states, _none_there, _counts):
            problem = part(case, segment)
            if problem:
                return Finding(problem)
        ids += [place.id for place in case.lexicon.facts.locations if place.location in segment.named]
    return Finding(ids=tuple(ids))


def _unknown(case: Case, segment: Segment) -> str:
    """ "Our Orlando office", "an office in Orlando", also in lower case."""
    atoms = segment.atoms
    for at, atom in enumerate(atoms):
        before = atoms[at - 1] if at else None
        if segment.negated and NO_OFFICE.search(segment.line):
            return ""
        if atom.text in _OFFICE and before and before.kind == "word" and _is_name(case, before):
            lead = atoms[at - 2].text if at > 1 else ""
            if before.capital or lead in ("our", "the", "your", "new", "north", "south", "west", "east", "downtown"):
                return "an office that is in no record"
        if atom.text in ("in", "near", "around", "at") and at + 1 < len(atoms) and _place_follows(case, atoms, at):
            return "an office in a place that is in no record"
    return ""


def _place_follows(case: Case, atoms: tuple[Atom, ...], at: int) -> bool:
    name = atoms[at + 1]
    if name.kind != "word" or name.text in _AFTER_IN or not _is_name(case, name):
        return False
    lead = [atom.text for atom in atoms[max(0, at - 4) : at]]
    after = atoms[at + 2].text if at + 2 < len(atoms) else ""
    about_office = bool(_OFFICE & set(lead)) or bool(lead and lead[-1] in ("located", "also"))
    return (name.capital or about_office) and (about_office or after in ("office", "florida", "texas") or name.capital)


def _is_name(case: Case, atom: Atom) -> bool:
    common = atom.text in _OTHER_WORDS or atom.text in case.lexicon.vocabulary or atom.text in _OFFICE
    return not common and atom.text.isalpha() and len(atom.text) > 2


def _states(case: Case, segment: Segment) -> str:
    if segment.asks or not _OFFICE & set(segment.line.split()):
        return ""
    missing = [code for atom in segment.of("state") for code in atom.value if not case.lexicon.states.get(code)]
    return "an office in a state where there is none" if missing and not segment.negated else ""


def _none_there(case: Case, segment: Segment) -> str:
    """ "We do not have an office in Hialeah"."""
    if NO_OFFICE.search(segment.line):
        known = segment.named or any(case.lexicon.states.get(c) for a in segment.of("state") for c in a.value)
        return "that there is no office where the records have one" if known else ""
    return ""


def counted(segment: Segment) -> bool:
    """Whether a part says how many offices, doctors, plans or services there are."""
    return any(
        atom.kind == "number" and set(_COUNTED) & {one.text for one in segment.atoms[at + 1 : at + 5]}
        for at, atom in enumerate(segment.atoms)
    )


def _counts(case: Case, segment: Segment) -> str:
    atoms = segment.atoms
    earlier = ""
    for at, atom in enumerate(atoms):
        if atom.text == "both" and at + 2 < len(atoms) and atoms[at + 1].text in ("offices", "locations"):
            return "" if len(case.lexicon.keys) == 2 else "both offices, and there are not two"
        if (
            re.search(
                r"\b(?:single|only one|just one|dozens of|hundreds of) (?:office|location|offices|locations)\b",
                segment.line,
            )
            and len(case.lexicon.keys) != 1
        ):
            return "number of offices"
        if atom.kind != "number":
            continue
        after = at + 1
        while (
            after < len(atoms)
            and (atoms[after].text in _BETWEEN_COUNT or atoms[after].kind in ("state", "place"))
            and after < at + 4
        ):
            after += 1
        noun = _COUNTED.get(atoms[after].text if after < len(atoms) else "")
        if not noun and earlier and {"in"} & {one.text for one in atoms[at + 1 : at + 3]}:
            noun = earlier
        earlier = noun or earlier
        if noun and not (atom.value == 1 and atoms[at + 1].text == "of"):
            if atom.value == 1 and segment.asks:
                continue
            count = _count(case, noun, _until_next_number(atoms, at), segment)
            if count != atom.value:
                return f"{atom.value} {noun}; the records hold {count}"
    return ""


def _until_next_number(atoms: tuple[Atom, ...], at: int) -> tuple[Atom, ...]:
    """The atoms that belong to a count, when a place or a state stands behind it before the next count."""
    end = next((i for i in range(at + 1, len(atoms)) if atoms[i].kind == "number"), len(atoms))
    part = atoms[at:end]
    if any(one.kind in ("state", "place") for one in part):
        return part
    return atoms if end == len(atoms) else ()


def _count(case: Case, noun: str, part: tuple[Atom, ...], segment: Segment) -> int:
    facts = case.lexicon.facts
    states = [key for atom in part if atom.kind == "state" for code in atom.value
              for key in case.lexicon.states.get(code, ())]  # fmt: skip
    places = [key for atom in part if atom.kind == "place" for key in atom.value]
    keys = frozenset(places) or frozenset(states) or segment.named or case.lexicon.keys
    if noun == "offices":
        return len(keys)
    if noun == "plans":
        return sum(plan.accepted for plan in facts.plans)
    if noun == "services":
        return len(facts.services)
    titles = {"od": {"OD"}, "md": {"MD", "DO"}}.get(noun, {"OD", "MD", "DO"})
    return sum(one.title in titles and bool(keys & set(one.locations)) for one in facts.providers)


if __name__ == "__main__":
    print(sorted(_COUNTED))
