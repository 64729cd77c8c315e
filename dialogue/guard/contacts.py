"""Rule: telephone and fax numbers, streets, ZIP codes, states, parking and the way are those of the office spoken of."""

# ruff: noqa: E501 - a pattern is read whole
import re

from dialogue.guard.atom import Atom
from dialogue.guard.case import Case
from dialogue.guard.segment import Segment, line_of
from dialogue.guard.surroundings import places, surroundings
from dialogue.guard.tokens import words
from dialogue.guard.verdict import Finding
from facts import Location

_OURS = re.compile(
    r"\b(?:our (?:number|phone|telephone|fax|line|office|main)|office|offices|fax|location|clinic|practice|its|their|reach us|call us|text us)\b"
)
_ROAD = frozenset(
    [
        "street",
        "avenue",
        "boulevard",
        "road",
        "drive",
        "lane",
        "court",
        "parkway",
        "highway",
        "way",
        "plaza",
        "circle",
        "terrace",
        "trail",
    ]
)
_STOPS = frozenset(
    [
        "on",
        "at",
        "is",
        "the",
        "our",
        "in",
        "a",
        "near",
        "by",
        "from",
        "of",
        "off",
        "to",
        "and",
        "or",
        "this",
        "that",
        "located",
        "find",
        "across",
        "do",
        "not",
        "any",
        "no",
        "same",
    ]
)


def check(case: Case) -> Finding:
    """Compare every number and address with the records."""
    ids: list[str] = []
    scope: frozenset[str] = frozenset()
    for segment in case.segments:
        scope = case.scope(segment)
        for part in (_phones, _addresses, _suites, surroundings):
            problem, found = part(case, segment, scope)
            if problem:
                return Finding(problem)
            ids += found
    return Finding(ids=tuple(ids))


def _phones(case: Case, segment: Segment, scope: frozenset[str]) -> tuple[str, list[str]]:
    ids: list[str] = []
    fax = "fax" in segment.inherited.split() or "fax" in " ".join(
        s.line for s in case.segments[:1] if len(case.segments) == 1
    )
    since = 0
    for at, atom in enumerate(segment.atoms):
        if atom.kind != "phone":
            continue
        words_before = [one.text for one in segment.atoms[since:at]]
        fax = "fax" in words_before or (not since and fax and not {"phone", "telephone", "call"} & set(words_before))
        since = at + 1
        found = [place for place in places(case, scope) if _is_number(place, atom.value, fax)]
        if found and (len(found) >= len(scope) or not scope):
            ids += [place.id for place in found]
        elif not _callers_own(case, atom.value) or _OURS.search(segment.inherited) or segment.named:
            return f"{'fax' if fax else 'telephone'} number that is not in the records of the office", []
    return "", ids


def _is_number(place: Location, digits: str, fax: bool) -> bool:
    number = (place.fax or "") if fax else place.phone
    return bool(number) and number.removeprefix("+1").endswith(digits) and len(digits) >= 7


def _callers_own(case: Case, digits: str) -> bool:
    known = [case.said.caller_number or "", (case.said.slots.callback_number if case.said.slots else "") or ""]
    known += [atom.value for atom in case.heard if atom.kind in ("phone", "digits", "zip")]
    return any(one.endswith(digits) for one in known if one)


def _addresses(case: Case, segment: Segment, scope: frozenset[str]) -> tuple[str, list[str]]:
    ids: list[str] = []
    for atom in segment.of("street"):
        if scope and not scope <= atom.value:
            return "street of another office", []
        ids += [place.id for place in places(case, scope) if place.location in atom.value]
    for atom in segment.of("zip"):
        found = [place for place in places(case, scope) if place.zip == atom.value]
        if len(found) < max(1, len(scope)) and not _callers_own(case, atom.value):
            return f"ZIP code {atom.value} is not that of the office", []
        ids += [place.id for place in found]
    return (_cities(case, segment) or _other_street(case, segment, scope)), ids


def _cities(case: Case, segment: Segment) -> str:
    """An office by its own name beside a city or a state has to be there."""
    exact = {key for atom in segment.of("place") if atom.exact for key in atom.value}
    if not exact:
        return ""
    places = [place for place in case.lexicon.facts.locations if place.location in exact]
    for at, atom in enumerate(segment.atoms):
        lead = segment.atoms[at - 1].text if at else ""
        following = segment.atoms[at + 1 : at + 3]
        if [one.kind for one in following] == ["break", "place"] and lead == "in":
            continue  # the first of a list of places
        if atom.kind == "place" and not atom.exact and not exact <= atom.value and lead != "or":
            return "an office in a city where it is not"
        if (
            atom.kind == "state"
            and not {place.state for place in _named_last(case, segment, at) or places} <= atom.value
        ):
            return "an office in a state where it is not"
    seconds = [atom for atom in segment.of("place") if atom.exact][1:]
    first = next(atom for atom in segment.of("place") if atom.exact)
    if seconds and re.search(r"\boffice is (?:located )?in _?\b|\bis in\b", segment.line):
        cities = {key for atom in seconds for key in atom.value}
        wrong = [p for p in places if p.location in first.value and p.city not in
                 {q.city for q in case.lexicon.facts.locations if q.location in cities}]  # fmt: skip
        return "an office in a city where it is not" if wrong else ""
    return ""


def _named_last(case: Case, segment: Segment, at: int) -> list[Location]:
    """The offices named last before a state: "two are in one state, and these two in another"."""
    before = [atom for atom in segment.atoms[:at] if atom.kind == "place"]
    return [place for place in case.lexicon.facts.locations if before and place.location in before[-1].value]


def _other_street(case: Case, segment: Segment, scope: frozenset[str]) -> str:
    """A street that is not wholly one of ours: another number, another name."""
    for at, atom in enumerate(segment.atoms):
        if atom.kind != "word" or atom.text not in _ROAD:
            continue
        before: list[Atom] = []
        for one in reversed(segment.atoms[max(0, at - 5) : at]):
            if one.text in _STOPS or one.kind == "break":
                break
            before.insert(0, one)
        looks = any(one.kind in ("number", "ordinal") for one in before) or any(one.capital for one in [*before, atom])
        if before and looks and not _in_a_street(case, f"{line_of(before)} {atom.text}", scope):
            return "street that is in no record of the office"
    return ""


def _in_a_street(case: Case, street: str, scope: frozenset[str]) -> bool:
    return any(
        f" {' '.join(words(f'{place.street} {place.parking or str()} {place.directions or str()}'))} ".find(
            f" {street} "
        )
        >= 0
        for place in places(case, scope)
    )


def _suites(case: Case, segment: Segment, scope: frozenset[str]) -> tuple[str, list[str]]:
    texts = " ".join(f"{p.street} {p.directions or ''} {p.parking or ''}".lower() for p in places(case, scope))
    for at, atom in enumerate(segment.atoms):
        near = segment.atoms[at + 1] if at + 1 < len(segment.atoms) else None
        numbered = near and (
            near.kind == "number" or (len(near.text) == 1 and near.text.isalpha() and near.text != "a")
        )
        recorded = near and re.search(rf"\b(?:suite|ste|unit|building)\.? {re.escape(near.text)}\b", texts)
        if atom.text in ("suite", "unit", "building") and numbered and not recorded:
            return "suite that is in no record", []
        if (
            atom.text in ("floor", "level")
            and at
            and segment.atoms[at - 1].kind == "ordinal"
            and atom.text not in texts
        ):
            return "floor that is in no record", []
    return "", []


if __name__ == "__main__":
    print(sorted(_ROAD))
