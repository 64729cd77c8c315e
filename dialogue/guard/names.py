"""Rule: a name that no record and no caller has given is not spoken, nor is a figure."""

import re

from dialogue.guard.atom import Atom
from dialogue.guard.case import Case
from dialogue.guard.figures import TEENS, UNITS
from dialogue.guard.segment import Segment
from dialogue.guard.verdict import CLEAR, Finding
from dialogue.slots.numbers import TENS

_ORDINARY_CAPITALS = frozenset(
    [
        "ava",
        "ai",
        "i",
        "ok",
        "okay",
        "er",
        "spanish",
        "english",
        "monday",
        "am",
        "pm",
        "id",
        "usa",
        "us",
        "united",
        "states",
        "american",
        "america",
        "doctor",
        "mr",
        "mrs",
        "ms",
        "miss",
        "google",
        "maps",
        "happy",
        "mother",
        "father",
        "merry",
        "thanksgiving",
        "christmas",
        "new",
        "year",
        "odoo",
        "ii",
        "iii",
        "n",
        "s",
        "e",
        "w",
        "md",
        "od",
        "do",
        "yes",
        "no",
        "zip",
        "hello",
        "hi",
        "thank",
        "thanks",
        "please",
        "our",
        "we",
        "the",
        "you",
        "your",
    ]
)
_UNITS_TEXT = """
day days week weeks month months year years block blocks hour hours times mile miles feet
"""
_UNITS = frozenset(_UNITS_TEXT.split())
_STRETCH = re.compile(
    r"\b(?:takes?|took|within|lasts?|every|once|twice|about|around|after) (?:about |around |only |just )?(?:an?|a few|a couple of) (?:days?|weeks?|months?|years?)\b"  # noqa: E501
)
_BEFORE_MOMENT = frozenset(["a", "one", "1", "another", "split", "just"])
_AFTER_MOMENT = frozenset(
    ["while", "please", "and", "so", "or", "to", "there", "ago", "if", "i", "longer", "for", "here", "as"]
)
_ASKED_BACK = re.compile(r"^(?:\w+ ){0,2}(?:was|is|did|were) (?:that|it|you say|i hear)\b")
_COUNTED_BY_CALLER = frozenset(["one"])
_AS_A_WORD = re.compile(
    r"\b(?:which|that|this|the|each|every|other|another|right|any|no|a|new|first|last|either|ending in|by|is|some|at) 1\b|"  # noqa: E501
    r"\b1 (?:moment|second|sec|minute|more|thing|of|by|that|last|or|at a|question|other|for|is|you|who|person|that's|digit)\b|"  # noqa: E501
    r"\b(?:10|ten) digits?\b|\b(?:3|4|5) digits\b|\b1$|\b(?:first|1|2) (?:and|or) (?:last|2|1)\b|\b2 (?:different )?(?:things|questions|ways)\b"  # noqa: E501
)


def check(case: Case) -> Finding:
    """Look for names and figures that nobody gave."""
    if "looked at" in case.line and not case.looked_up():
        return CLEAR  # how soon a doctor should see it, in the words of triage
    for segment in case.segments:
        if not segment.asks and _some_time(case, segment):
            return Finding("a stretch of time that is in no record")
        for at, atom in enumerate(segment.atoms):
            if (
                _is_moment(segment, at)
                or _is_choice(segment, at)
                or (segment.asks and _ASKED_BACK.search(segment.line))
            ):
                continue
            if atom.kind == "word" and atom.capital and _is_strange(case, atom):
                return Finding("a name that is in no record and was not said by the caller")
            if atom.kind in ("number", "digits", "ordinal") and not _figure_is_known(case, segment, atom):
                return Finding(f"figure {atom.text} that is in no record")
    return CLEAR


def _is_choice(segment: Segment, at: int) -> bool:
    """ "Which of the two would you like?" """
    before = [atom.text for atom in segment.atoms[max(0, at - 2) : at]]
    return segment.asks and before == ["of", "the"] and segment.atoms[at].value in (2, 3)


def _is_moment(segment: Segment, at: int) -> bool:
    """ "Hold on a second": no ordinal."""
    before = segment.atoms[at - 1].text if at else ""
    after = segment.atoms[at + 1 : at + 2]
    follows = not after or after[0].kind == "break" or after[0].text in _AFTER_MOMENT
    return segment.atoms[at].kind == "ordinal" and segment.atoms[at].value == 2 and before in _BEFORE_MOMENT and follows


def _some_time(case: Case, segment: Segment) -> bool:
    """ "Records take about a month": a stretch of time without a figure."""
    found = _STRETCH.search(segment.line)
    if not found:
        return False
    one = Atom("number", "1", 1)
    return not (
        case.passages.bearing(segment, case.scope(segment), one)
        or case.passages.mentions(found[0].split()[-1], segment)
    )


def _is_strange(case: Case, atom: Atom) -> bool:
    known = atom.text in _ORDINARY_CAPITALS or atom.text in case.lexicon.vocabulary or atom.text in case.heard_words
    return not known and len(atom.text) > 1


def _figure_is_known(case: Case, segment: Segment, atom: Atom) -> bool:
    if atom.kind == "number" and atom.value == 1 and _before(segment, atom) in ("age", "aged", "under", "over", "than"):
        return bool(case.passages.bearing(segment, case.scope(segment), atom))
    if atom.kind == "number" and _measured(segment, atom):
        return bool(case.passages.bearing(segment, case.scope(segment), atom))
    if _AS_A_WORD.search(segment.line) and (atom.kind != "digits" and atom.value in (1, 2, 3, 4, 5, 10)):
        return True
    if atom.kind == "number" and (
        atom.value == 1 or re.search(rf"\b(?:press|key|dial|hit) {atom.value}\b", segment.line)
    ):
        return True
    if atom.kind == "ordinal" and atom.value == 1:
        return True
    if atom.kind in ("number", "digits") and _counted_already(segment, atom):
        return True
    if any(atom.value == one.value for one in case.heard if one.kind in ("number", "ordinal", "digits", "zip")):
        return not re.search(r"\b(?:offices?|doctors?|locations?|providers?)\b", segment.line)
    if atom.kind == "digits":
        known = [case.said.caller_number or "", (case.said.slots.callback_number if case.said.slots else "") or ""]
        return any(number.endswith(str(atom.value)) for number in known if number)
    if _house_number(case, segment, atom):
        return True
    if case.passages.bearing(segment, case.scope(segment), atom) or _year_heard(case, atom):
        return True
    after = _after(segment, atom)
    phrase = re.compile(rf"\b(?:{atom.value}|{_word(atom.value)}) {after}\b") if after else None
    return bool(phrase and any(phrase.search(" ".join(words)) for words in case.lexicon.lines))


def _house_number(case: Case, segment: Segment, atom: Atom) -> bool:
    """ "On Palm Street, number 12": the number is that of the office in this street."""
    streets = [place.street for place in case.lexicon.facts.locations
               for one in segment.of("street") if place.location in one.value]  # fmt: skip
    return any(re.match(rf"{atom.value}\b", street) for street in streets)


def _before(segment: Segment, atom: Atom) -> str:
    words = [one.text for one in segment.atoms[: segment.atoms.index(atom)] if one.text not in ("of", "the")]
    return words[-1] if words else ""


def _measured(segment: Segment, atom: Atom) -> bool:
    """ "One day", "2 blocks": even a one is a figure then."""
    return _after(segment, atom) in _UNITS


def _year_heard(case: Case, atom: Atom) -> bool:
    """A year that the caller said, in figures or in words ("nineteen sixty one")."""
    if atom.kind != "number" or not 1900 <= atom.value < 2100:
        return False
    if str(atom.value) in case.heard_words:
        return True
    parts = [str(atom.value)[:2], str(atom.value)[2:]]
    return all(any(one.kind in ("number", "time") and _has(one, int(part)) for one in case.heard) or
               set(_in_words(int(part))) <= case.heard_words for part in parts)  # fmt: skip


def _has(one: Atom, value: int) -> bool:
    return bool(one.value == value)


def _in_words(value: int) -> list[str]:
    teens = {number: word for word, number in {**UNITS, **TEENS}.items()}
    if value in teens:
        return [teens[value]]
    tens = {number: word for word, number in TENS.items()}
    return [tens.get(value // 10 * 10, "?"), *([teens[value % 10]] if value % 10 else [])]


def _counted_already(segment: Segment, atom: Atom) -> bool:
    """Counts of offices, doctors, plans and services are compared by their own rule; streets and suites by theirs."""
    at = segment.atoms.index(atom)
    following = [one.text for one in segment.atoms[at + 1 : at + 5]]
    counted = {"offices", "office", "locations", "location", "doctors", "providers", "plans", "services", "clinics",
               "optometrists", "ophthalmologists", "specialists", "physicians", "branches"}  # fmt: skip
    before = segment.atoms[at - 1].text if at else ""
    rest = segment.atoms[at + 1 : at + 3]
    if [one.text for one in rest[:1]] in (["is"], ["are"]):
        rest = segment.atoms[at + 2 : at + 4]
    if [one.text for one in rest[:1]] == ["in"] and rest[1:] and rest[1].kind in ("state", "place"):
        return True  # "three offices in one state and two in another"
    return bool(counted & set(following)) or before in ("suite", "unit")


def _after(segment: Segment, atom: Atom) -> str:
    at = segment.atoms.index(atom)
    following = segment.atoms[at + 1].text if at + 1 < len(segment.atoms) else ""
    return re.escape(following)


def _word(value: int) -> str:
    names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    return names[value] if 0 <= value < len(names) else str(value)


if __name__ == "__main__":
    print(sorted(_ORDINARY_CAPITALS))
