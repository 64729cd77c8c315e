"""How long a service takes and what it costs, as its record says."""

import re

from dialogue.guard.atom import Atom
from dialogue.guard.case import Case
from dialogue.guard.segment import Segment, line_of
from facts import Service

_PARKED = re.compile(r"\b(?:park\w*|garages?|meters?|validate\w*|tickets?)\b")  # compared with the office's record
_UNNAMED = re.compile(r"\b(?:it|that|this|exam|visit|appointment|test|one|they|takes?)\b")
_LEFT = re.compile(r"\b(?:another|left|still (?:got|have)|you have got|you have)\b")
_ABOUT = 10  # minutes
_ROUGHLY = 20  # minutes, of "a bit over an hour"
_NO_LENGTH = re.compile(r"\b(?:wait|early|late|before|drive|call you back|within|in advance|prior|hold)\b")
_RINSE = re.compile(r"\b(?:rinse|rinsing|running water|keep going|flush)\b")


def services_meant(case: Case, segment: Segment, figure: Atom | None = None) -> list[Service]:
    """Services that a part speaks of: the one named last before a figure, else all named in it, before it, by the caller."""  # noqa: E501
    before: list[Atom] = []
    for atom in segment.atoms if figure else ():
        if atom is figure and before:
            return [case.lexicon.services[id] for id in sorted(before[-1].value)]
        before += [atom] if atom.kind == "service" else []
    found: Segment | None = segment
    while found and not found.of("service"):
        found = found.before
    atoms = found.of("service") if found else [atom for atom in case.heard if atom.kind == "service"][-1:]
    ids = {id for atom in atoms for id in atom.value}
    if not ids and case.said.slots and case.said.slots.service:
        ids = {one.id for one in case.lexicon.facts.services if one.service == case.said.slots.service}
    return [case.lexicon.services[id] for id in sorted(ids)]


def prices(case: Case, segment: Segment) -> tuple[str, list[str]]:
    """Prices and percentages: the problem (empty: none) and the ids of the records."""
    ids: list[str] = []
    for atom in segment.of("money"):
        services = services_meant(case, segment, atom)
        known = [one for one in services or case.lexicon.facts.services if one.price_usd is not None
                 and round(one.price_usd * 100) == atom.value]  # fmt: skip
        borne_out = case.passages.bearing(segment, case.scope(segment), atom)
        if borne_out and not (known and services):
            ids += borne_out
            continue
        if not known or (services and len(known) < len(services)):
            return f"price of ${atom.value / 100:.2f} that is in no record of the service", []
        if _other_form(segment, atom):
            return "price in a form that no record holds", []
        ids += [one.id for one in known]
    for atom in segment.of("percent"):
        if not case.passages.bearing(segment, case.scope(segment), atom):
            return f"{atom.value:g} percent is in no record", []
    return "", ids


def _other_form(segment: Segment, price: Atom) -> bool:
    """ "From $95", "$20 off", "a copay of $20"."""
    at = next(index for index, atom in enumerate(segment.atoms) if atom is price)
    before, after = line_of(segment.atoms[max(0, at - 4) : at]), line_of(segment.atoms[at + 1 : at + 4])
    return bool(
        re.search(
            r"\b(?:from|starting(?: at)?|starts at|around|about|less than|under|over|up to|at least|only about)$",
            before,
        )
        or re.search(r"^(?:off|discount|and up|or (?:more|less)|(?:per|a|each) (?:month|eye|lens|visit))\b", after)
        or re.search(r"\b(?:copay\w*|deductible|after insurance|with insurance|discount|month\w*)\b", segment.line)
    )


def durations(case: Case, segment: Segment) -> tuple[str, list[str]]:
    """Durations, and the time that is left until closing: the problem (empty: none) and the ids of the records."""
    ids: list[str] = []
    for atom in segment.of("duration"):
        if (segment.has(_RINSE) and atom.value == 15) or segment.has(_PARKED):
            continue
        if borne_out := case.passages.bearing(segment, case.scope(segment), atom):
            ids += borne_out
            continue
        services = services_meant(case, segment, atom)
        if _LEFT.search(segment.line):
            if not _left_today(case, segment, atom):
                return "time that is left until closing", []
            continue
        anything = [] if services or not _UNNAMED.search(segment.inherited) else case.lexicon.facts.services
        known = [one for one in services or anything if one.duration_min == atom.value]
        if not known or (services and len(known) < len(services)) or not re.search(
            r"\b(?:take|takes|lasts?|long|plan|allow|minutes?|visit|about|is|are|need|needs|set aside|expect|run|runs|duration|around)\b",  # noqa: E501
            f"{segment.inherited} {' '.join(s.line for s in case.segments)}",
        ) or _NO_LENGTH.search(_near(segment, atom)):  # fmt: skip
            return f"duration of {atom.value} minutes that the service's record does not hold", []
        ids += [one.id for one in known]
    return "", ids


def _near(segment: Segment, atom: Atom) -> str:
    at = next(index for index, one in enumerate(segment.atoms) if one is atom)
    return line_of(segment.atoms[max(0, at - 3) : at + 3])


def _left_today(case: Case, segment: Segment, said: Atom) -> bool:
    """ "Open for another half hour", to about ten minutes."""
    for key in case.scope(segment):
        now = case.local_now(key)
        opening = case.lexicon.facts.opening_on(key, now.date())
        if opening is None or not opening[0] <= now.time() < opening[1]:
            return False
        left = (opening[1].hour - now.hour) * 60 + opening[1].minute - now.minute
        about = (
            _ROUGHLY if re.search(r"\b(?:over|under|more|less|nearly|almost|bit|little)\b", segment.line) else _ABOUT
        )
        if abs(left - said.value) > about:
            return False
    return bool(case.scope(segment))


if __name__ == "__main__":
    print(bool(_LEFT.search("you have half an hour left")))
