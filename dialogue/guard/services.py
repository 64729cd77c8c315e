"""Rule: services, how long they take and what they cost are as the records say."""

import re

from dialogue.guard.case import Case, by_segment
from dialogue.guard.segment import Segment
from dialogue.guard.service_figures import durations, prices, services_meant
from dialogue.guard.tokens import words
from dialogue.guard.verdict import Finding

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
_GOES_ON = re.compile(r" (?:they|it|which|that|so|please|each|at no|if you|when you)\b")
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
    return by_segment(case, prices, durations, _offers)


def _offers(case: Case, segment: Segment) -> tuple[str, list[str]]:
    if segment.asks:
        return "", []
    services = [case.lexicon.services[id] for atom in segment.of("service") for id in sorted(atom.value)]
    if not services and segment.topic and segment.named and segment.before and _STATES_OFFER.search(segment.topic):
        services = services_meant(case, segment)
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
