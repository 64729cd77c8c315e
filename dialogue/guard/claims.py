"""Rule: what is said of the practice, its doctors, plans, visits and goods, or of what a caller may do, is borne out.

A statement about them has to be one that another rule compared with a record (hours, numbers, plans, doctors), or it
has to say what an approved answer says. What AVA, the staff and the caller do in the call itself claims nothing.
"""

from dialogue.guard.atom import Kind
from dialogue.guard.case import Case, by_segment
from dialogue.guard.content import content
from dialogue.guard.emergency import EMERGENCY
from dialogue.guard.frames import beside_the_call, is_talk
from dialogue.guard.hours_claim import HOURS
from dialogue.guard.offices import NO_OFFICE, counted
from dialogue.guard.plans import NOTED, heard_plan
from dialogue.guard.predicates import says_no_more
from dialogue.guard.segment import Segment
from dialogue.guard.stems import singular
from dialogue.guard.subjects import is_about_the_practice
from dialogue.guard.surroundings import DIRECTIONS, PARKING
from dialogue.guard.verdict import Finding

_ENTITIES: tuple[Kind, ...] = ("plan", "provider", "service", "place")
_UNITS = frozenset({"year", "month", "week", "day", "time", "mile", "block", "visit"})


def check(case: Case) -> Finding:
    """Look for statements that no record bears out."""
    if EMERGENCY.search(case.line) or case.sentence.startswith("¿"):
        return Finding()
    return by_segment(case, _checked)


def _checked(case: Case, segment: Segment) -> tuple[str, list[str]]:
    if segment.asks or segment.has(PARKING) or segment.has(DIRECTIONS) or _compared(case, segment):
        return "", []
    rest = beside_the_call(segment.line)
    entities = [atom for atom in segment.of(*_ENTITIES) if atom.text in rest]
    if not (entities or is_about_the_practice(rest)):
        return "", []
    scope = case.scope(segment)
    if (
        segment.negated
        and {atom.kind for atom in segment.atoms} <= {"word", "break", "service"}
        and (denied := case.passages.against(segment, scope))
    ):
        return f"the opposite of {denied}", []
    if not segment.of(*_ENTITIES) and content(segment) <= case.passages.of_records(set(_closures(case))):
        return "", []
    told = (
        _figures_told(case, segment, scope) or case.passages.told(segment, scope) or case.passages.near(segment, scope)
    )
    if told or says_no_more(case, segment, rest):
        return "", list(told)
    return "a statement about the practice that no record holds", []


def _figures_told(case: Case, segment: Segment, scope: frozenset[str]) -> tuple[str, ...]:
    """Ids of the records that hold every figure of a part, in a sentence about the same thing."""
    figures = segment.of("number", "duration", "percent", "money", "ordinal")
    borne = [case.passages.bearing(segment, scope, figure) for figure in figures if figure.value != 1]
    ids = tuple(id for found in borne for id in found)
    units = {singular(word) for word in segment.line.split()} & _UNITS
    told = (
        borne and all(borne) and not segment.of(*_ENTITIES) and units <= {singular(w) for w in case.passages.said(ids)}
    )
    return ids if told else ()


def _closures(case: Case) -> list[str]:
    """Ids of the closures, when the sentence speaks of hours: its reason may be told beside it."""
    about = HOURS.search(case.line)
    return [one.id for one in case.lexicon.facts.hours if one.closed and one.reason] if about else []


def claims_nothing(case: Case, segment: Segment) -> bool:
    """Whether a part is talk of the call alone (an apology, sympathy, thanks), in whatever words."""
    return is_talk(segment.line) and not _checked(case, segment)[0]


def _all_heard(case: Case, segment: Segment) -> bool:
    """Whether a part names offices, plans, doctors and services that the caller named, and nothing else of the kind."""
    named = segment.of(*_ENTITIES)
    heard = {(atom.kind, value) for atom in case.heard if atom.kind in _ENTITIES for value in atom.value}
    return bool(named) and all((atom.kind, value) in heard for atom in named for value in atom.value)


def _compared(case: Case, segment: Segment) -> bool:
    """Whether another rule compares this part with the records: it speaks of hours, counts, or of the caller's plan."""
    if not segment.of(*_ENTITIES) and HOURS.search(segment.line):
        return True
    heard = {id for atom in case.heard if atom.kind == "plan" for id in atom.value}
    noted = (
        segment.of("plan") and NOTED.search(case.line) and all(set(atom.value) & heard for atom in segment.of("plan"))
    )
    if case.sentence.rstrip().endswith("?") and _all_heard(case, segment):
        return True
    return bool(noted or counted(segment) or NO_OFFICE.search(segment.line) or heard_plan(case, segment))


if __name__ == "__main__":
    print(is_about_the_practice("the plan takes care of the frames"))
