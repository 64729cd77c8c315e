"""Rule: nothing is said against an approved answer, and nothing is at once, always or at any time unless a record says so."""  # noqa: E501

import re

from dialogue.guard.case import Case, by_segment
from dialogue.guard.content import content
from dialogue.guard.emergency import EMERGENCY
from dialogue.guard.segment import Segment
from dialogue.guard.stems import stem
from dialogue.guard.verdict import Finding

_SWEEPING = re.compile(
    r"\b(?:same (?:day|afternoon|morning|evening|week)|next day|overnight|instantly|any ?time|at all times|always|never|every time|on the spot)\b"  # noqa: E501
)
_OURS = re.compile(
    r"\b(?:i|message|reach us|you can call|call us|emergency|911|would like|you prefer|feel free|you can ask|ask for|person|speak|talk|welcome to call|better)\b"  # noqa: E501
)


def check(case: Case) -> Finding:
    """Compare statements with the answers that the practice approved."""
    if EMERGENCY.search(case.line) or "you can say" in case.line:
        return Finding()
    return by_segment(case, _checked)


def _checked(case: Case, segment: Segment) -> tuple[str, list[str]]:
    if segment.asks or re.search(r"\bi (?:do|can|could|did|will|have|am)\b", segment.line):
        return "", []
    if segment.of("plan", "provider", "service", "time", "range", "days", "date", "phone", "street"):
        return "", []  # compared with their own records
    swept = _SWEEPING.search(segment.line)
    if swept and not _OURS.search(segment.line):
        roots = frozenset(stem(word) for word in swept.group().split()) | content(segment)
        if not case.passages.answers(frozenset(roots - {"alway", "never"})):
            return "something at once or always that no record holds", []
    if exceeded := case.passages.exceeds(segment):
        return f"more than {exceeded} says", []
    if told := case.passages.told(segment, case.scope(segment)):
        return "", list(told)
    against = case.passages.against(segment, case.scope(segment))
    if against:
        return f"the opposite of {against}", []
    return "", []


if __name__ == "__main__":
    print(bool(_SWEEPING.search("records are ready the same day")))
