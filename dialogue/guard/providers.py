"""Rule: doctors exist, and work, speak and specialise as their records say."""

import re

from dialogue.guard.atom import Atom
from dialogue.guard.case import Case, by_segment
from dialogue.guard.lexicon import LANGUAGES
from dialogue.guard.segment import Segment
from dialogue.guard.tokens import words
from dialogue.guard.verdict import Finding
from facts import Provider

_TITLES = {"ophthalmologist": {"MD", "DO"}, "ophthalmologists": {"MD", "DO"}, "optometrist": {"OD"}, "optometrists": {"OD"},  # noqa: E501
           "md": {"MD"}, "od": {"OD"}, "surgeon": {"MD", "DO"}, "surgeons": {"MD", "DO"}, "osteopath": {"DO"}}  # fmt: skip  # noqa: E501
_FIELDS_WORDS = """
cataract cataracts retina retinal glaucoma cornea corneal pediatric pediatrics children oculoplastic oculoplastics
refractive lasik neuro uveitis oncology contact general comprehensive plastic eyelid strabismus macular diabetic
vision dry laser optometry ophthalmology dermatology
"""
_FIELDS = frozenset(_FIELDS_WORDS.split())
_STEMS = {"retinal": "retina", "corneal": "cornea", "cataracts": "cataract", "pediatrics": "pediatric",
          "children": "pediatric", "oculoplastics": "oculoplastic", "lasik": "refractive"}  # fmt: skip
_SPEAKS = re.compile(r"\b(?:speak\w*|fluent|bilingual|languages?|talk|understands?)\b")
_PERSON = re.compile(
    r"\b(?:doctors?|provider|providers|specialists?|ophthalmologists?|optometrists?|surgeons?|physicians?)\b"
)
_NOT_RECORDED = re.compile(
    r"\b(?:years?|experience\w*|certified|graduat\w+|university|school|award\w*|best|top|leading|famous|retir\w+|vacation|"
    r"accepting|award|trained|training|chief|head|director|founder|owner|expert|renowned|harvard|residency|left the|joined|"  # noqa: E501
    r"married|fully booked|booked)\b"
)
_UNKNOWN_OKAY = frozenset(["will", "can", "is", "has", "sees", "would", "may", "and", "or", "who", "for", "to", "at", "in", "about", "on", "here", "you", "speaks", "works", "that", "if", "the", "as", "with", "says", "does", "do", "not", "appointment", "appointments", "office", "offices", "visit", "visits", "are", "see", "speak", "work", "want", "name", "names", "today", "please", "when", "best", "which", "there", ",", ".", "i", "we", "a", "an", "of", "should", "know", "needs"])  # fmt: skip  # noqa: E501


def check(case: Case) -> Finding:
    """Compare every statement about doctors with their records."""
    return by_segment(case, _checked)


def _checked(case: Case, segment: Segment) -> tuple[str, list[str]]:
    if _unknown(case, segment):
        return "a doctor who is in no record", []
    if segment.asks:
        return "", []
    people = segment.of("provider")
    if not people and _goes_on(segment):
        people = _earlier(segment)
    if people:
        return _about(case, segment, people)
    return _about_someone(case, segment)


def _goes_on(segment: Segment) -> bool:
    first = next((atom.text for atom in segment.atoms if atom.text != "and"), "")
    return first in ("he", "she", "they", "speaks", "not", "is", "sees", "works", "who") or bool(segment.topic)


def _earlier(segment: Segment) -> list[Atom]:
    before = segment.before
    while before and not before.of("provider"):
        before = before.before
    return before.of("provider") if before else []


def _unknown(case: Case, segment: Segment) -> bool:
    """ "Doctor" with a name that is in no record, a name after a doctor's first name that is not theirs."""
    atoms = segment.atoms
    for at, atom in enumerate(atoms):
        after = atoms[at + 1] if at + 1 < len(atoms) else None
        if after is None or after.kind != "word":
            continue
        if atom.kind == "word" and atom.text in ("doctor", "doctors"):
            later = atoms[at + 2].text if at + 2 < len(atoms) else ""
            named = after.capital or later in ("is", "sees", "speaks", "works", "has", "specializes", "at")
            if named and after.text not in _UNKNOWN_OKAY and after.text not in case.heard_words | _FIELDS:
                return True
            if named and after.capital and after.text not in _UNKNOWN_OKAY | _FIELDS:
                return True
        if atom.kind == "provider" and after.capital and after.text not in ("md", "od", "do"):
            return True
    return False


def _about(case: Case, segment: Segment, people: list[Atom]) -> tuple[str, list[str]]:
    found = [case.lexicon.providers[id] for atom in people for id in sorted(atom.value)]
    if segment.has(_NOT_RECORDED) and not case.approved:
        return "something about a doctor that no record holds", []
    shared = all(len(atom.value) > 1 and atom.text != "list" for atom in people)
    problems = [problem for one in found if (problem := _wrong(case, segment, one))]
    if problems and not (shared and len(problems) < len(found)):
        return problems[0], []
    return "", [one.id for one in found]


def _wrong(case: Case, segment: Segment, one: Provider) -> str:
    places = set(segment.named) if segment.named else set()
    if re.search(r"\b(?:here|this office|this location)\b", segment.line) and case.location:
        places.add(case.location)
    spoken = _languages(segment)
    if segment.every:
        places = set(case.lexicon.keys)
    if segment.negated:
        if places and places & set(one.locations):
            return f"where a doctor is not; {one.id} says otherwise"
        if spoken and spoken & set(one.languages):
            return f"a language not spoken; {one.id} says otherwise"
        return "" if places or spoken or not _fields(segment) & _own_fields(one) else f"field; {one.id} says otherwise"
    if not places <= set(one.locations):
        return f"where a doctor works; {one.id} names other offices"
    if "only" in segment.line.split() and places and places != set(one.locations):
        return f"only office of a doctor; {one.id} names more"
    if not spoken <= set(one.languages):
        return f"language; {one.id} does not name it"
    if "only" in segment.line.split() and spoken and spoken != set(one.languages):
        return f"only language; {one.id} names more"
    if "bilingual" in segment.line and len(one.languages) < 2:
        return f"languages; {one.id} names one"
    return _wrong_field(segment, one)


def _wrong_field(segment: Segment, one: Provider) -> str:
    for name, titles in _TITLES.items():
        if name in segment.line.split() and one.title not in titles:
            return f"title; {one.id} says {one.title}"
    if "surgeon" in segment.line.split() and "surg" not in one.specialty:
        return f"surgeon; {one.id} says {one.specialty}"
    if not _fields(segment) <= _own_fields(one):
        return f"specialty; {one.id} says {one.specialty}"
    return ""


def _fields(segment: Segment) -> set[str]:
    said = {word for atom in segment.atoms if atom.kind in ("word", "service") for word in words(atom.text)}
    for atom in segment.of("service"):
        said |= set(words(atom.text))
    return {_STEMS.get(word, word) for word in said & _FIELDS}


def _own_fields(one: Provider) -> set[str]:
    extra = {"comprehensive", "vision"} if "general" in one.specialty else set()
    optical = {"optometry"} if one.title == "OD" else {"ophthalmology"}
    return {_STEMS.get(word, word) for word in words(one.specialty)} | extra | optical


def _languages(segment: Segment) -> set[str]:
    return {code for atom in segment.of("language") for code in atom.value}


def _about_someone(case: Case, segment: Segment) -> tuple[str, list[str]]:
    """ "We have a retina specialist at Kendall", "our doctors speak Spanish"."""
    spoken = _languages(segment)
    is_person = segment.has(_PERSON)
    speaks = (
        bool(spoken)
        and (segment.has(_SPEAKS) or is_person)
        and not re.search(r"\b(?:i|you|in (?:english|spanish))\b", segment.line)
    )
    wanted_title = next((titles for name, titles in _TITLES.items() if name in segment.line.split()), None)
    fields = (
        _fields(segment)
        if re.search(r"\b(?:specialists?|surgeons?|ophthalmologists?|optometrists?|doctors?)\b", segment.line)
        else set()
    )
    if not (speaks or wanted_title or (fields and is_person)):
        return "", []
    if not re.search(
        r"\b(?:have|has|speaks?|is|are|there|fluent|find|sees?|works?|all|no|every|bilingual)\b", segment.line
    ):
        return "", []
    scope = case.scope(segment)
    staff = [one for one in case.lexicon.facts.providers if not scope or scope & set(one.locations)]
    good = [one for one in staff if spoken <= set(one.languages) and (not wanted_title or one.title in wanted_title)
            and fields <= _own_fields(one)]  # fmt: skip
    everyone = bool(re.search(r"\b(?:all|every|each)\b", segment.line)) and not segment.every
    if segment.negated:
        return ("that there is no such doctor; records name one" if good else ""), []
    if not good or (everyone and len(good) < len(staff)):
        return "a doctor of a kind that no record holds there", []
    if any(not any(key in one.locations for one in good) for key in scope):
        return "a doctor of a kind that no record holds there", []
    return "", [one.id for one in good]


if __name__ == "__main__":
    print(sorted(LANGUAGES))
