"""Rule: services, how long they take and what they cost are as the records say."""

import re

from dialogue.guard.atom import Atom
from dialogue.guard.case import Case, by_segment
from dialogue.guard.segment import Segment, line_of
from dialogue.guard.tokens import words
from dialogue.guard.verdict import Finding
from facts import Service

_OFFERS = re.compile(
    r"\b(?:offer|offers|offered|provide|provides|perform|performs|do|does|available|have|has|carry|sell|sells|treat|treats)\b"
)
_STATES_OFFER = re.compile(
    r"\b(?:we|they|office|offices|practice|doctors?|locations?|kendall|clinic|_) (?:also |can |all |both )*(?:do not |does not |not )?(?:also )?"  # noqa: E501
    r"(?:offer|offers|provide|provides|perform|performs|carry|carries|sell|sells)\b(?P<object>.*)"
)
_DOES = re.compile(
    r"\b(?:we|they|offices?|doctors?) (?:also |all )?(?:do|does) (?!not\b|n't|have\b|our\b|know\b)(?P<object>\w+.*)"
)
_PARKED = re.compile(r"\b(?:park\w*|garages?|meters?|validate\w*|tickets?)\b")  # compared with the office's record
_UNNAMED = re.compile(r"\b(?:it|that|this|exam|visit|appointment|test|one|they|takes?)\b")
_GOES_ON = re.compile(r" (?:they|it|which|that|so|please|each|at no|if you|when you)\b")
_LEFT = re.compile(r"\b(?:another|left|still (?:got|have)|you have got|you have)\b")
_ABOUT = 10  # minutes
_ROUGHLY = 20  # minutes, of "a bit over an hour"
_NO_LENGTH = re.compile(r"\b(?:wait|early|late|before|drive|call you back|within|in advance|prior|hold)\b")
_RINSE = re.compile(r"\b(?:rinse|rinsing|running water|keep going|flush)\b")
_IGNORED = frozenset(
    [
        "a",
        "an",
        "the",
        "our",
        "your",
        "to",
        "you",
        "for",
        "and",
        "or",
        "of",
        "in",
        "at",
        "on",
        "with",
        "all",
        "both",
        "every",
        "office",
        "offices",
        "location",
        "locations",
        "also",
        "as",
        "any",
        "kind",
        "kinds",
        "types",
        "services",
        "service",
        "appointments",
        "appointment",
        "exams",
        "exam",
        "evaluation",
        "evaluations",
        "visit",
        "visits",
        "tests",
        "test",
        "screening",
        "screenings",
        "treatment",
        "treatments",
        "fitting",
        "fittings",
        "consultation",
        "consultations",
        "check",
        "checks",
        "eye",
        "eyes",
        "it",
        "that",
        "them",
        "this",
        "here",
        "there",
        "not",
        "no",
        "do",
        "does",
        "each",
        "these",
        "those",
        "full",
        "care",
        "list",
        "information",
        "help",
        "request",
        "patients",
        "patient",
        "we",
        "i",
        "can",
        "is",
        "are",
        "people",
        "by",
        "other",
        "too",
        "only",
        "several",
        "many",
        "new",
        "about",
        "time",
        "times",
        "day",
        "tentative",
        "question",
        "please",
        "which",
        "if",
    ]
)


def check(case: Case) -> Finding:
    """Compare what is offered, its duration and its price with the records."""
    return by_segment(case, _prices, _durations, _offers)


def _services(case: Case, segment: Segment, figure: Atom | None = None) -> list[Service]:
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


def _prices(case: Case, segment: Segment) -> tuple[str, list[str]]:
    ids: list[str] = []
    for atom in segment.of("money"):
        services = _services(case, segment, atom)
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


def _durations(case: Case, segment: Segment) -> tuple[str, list[str]]:
    ids: list[str] = []
    for atom in segment.of("duration"):
        if (segment.has(_RINSE) and atom.value == 15) or segment.has(_PARKED):
            continue
        if borne_out := case.passages.bearing(segment, case.scope(segment), atom):
            ids += borne_out
            continue
        services = _services(case, segment, atom)
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


def _offers(case: Case, segment: Segment) -> tuple[str, list[str]]:
    if segment.asks:
        return "", []
    services = [case.lexicon.services[id] for atom in segment.of("service") for id in sorted(atom.value)]
    if not services and segment.topic and segment.named and segment.before and _STATES_OFFER.search(segment.topic):
        services = _services(case, segment)
    if case.passages.told(segment, case.scope(segment)):
        return "", []
    stated = _STATES_OFFER.search(segment.line) or _DOES.search(segment.line)
    if not services:
        return (_unknown(case, segment, stated["object"]) if stated and not segment.of("plan") else ""), []
    scope = case.scope(segment)
    offered = re.search(
        r"\b(?:offer\w*|done|held|given|scheduled|performed|find|get|provide\w*|perform\w*|available|do|does|have|has)\b",
        segment.inherited,
    )
    if offered and not _about_something_else(segment) and not segment.of("provider"):
        for one in services:
            there = [not one.locations or key in one.locations for key in scope] or [True]
            if any(there) if segment.negated else not all(there):
                return f"service offered or not; {one.id} says otherwise", []
        if (
            "only" in segment.line.split()
            and segment.named
            and any(frozenset(one.locations) != segment.named for one in services)
        ):
            return "the only office of a service; its record names others", []
    if stated and (problem := _unknown(case, segment, stated["object"])):
        return problem, []
    return "", [one.id for one in services]


def _about_something_else(segment: Segment) -> bool:
    """ "I do not have a price for an eye exam" says nothing about what is offered."""
    if segment.named and re.search(r"\byou can (?:\w+ )?(?:have|get|do|find|book|request)\b", segment.line):
        return False
    return bool(re.search(r"\bnot have (?:a |the |any )?(?:price|prices|cost|information|record|answer|list)\b|"
                          r"\bi (?:do|can) not\b|\b(?:if|whether) (?:you|we)\b|\byou (?:do|have|can|may)\b|\bdo not (?:know|need)\b", segment.line))  # fmt: skip  # noqa: E501


def _unknown(case: Case, segment: Segment, said: str) -> str:
    """Something that we offer, none of whose words a record knows."""
    known = {word for one in case.lexicon.facts.services for name in (one.name, *one.aliases) for word in words(name)}
    values = {word for atom in segment.atoms if atom.kind != "word" for word in atom.text.split()}
    said = _GOES_ON.split(said)[0]
    content = {word for word in said.split() if word not in _IGNORED | known | values and not word.isdigit()}
    if not content or any(content <= line.words for line in case.lexicon.all_lines):
        return ""
    if re.search(r"\bi (?:can|could|would)\b", segment.line):
        return ""
    if case.passages.told(segment, case.scope(segment)):
        return ""
    return "a service that is in no record"


if __name__ == "__main__":
    print(bool(_STATES_OFFER.search("we offer botox")))
