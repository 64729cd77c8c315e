"""Rule: a time for a visit was looked up, or wished for by the caller."""

import re

from dialogue.guard.atom import Atom, Kind
from dialogue.guard.case import Case
from dialogue.guard.hours_claim import is_about_hours
from dialogue.guard.segment import Segment
from dialogue.guard.verdict import CLEAR, Finding

_OFFERS = re.compile(
    r"\b(?:openings?|availab\w+|slots?|spots?|free at|free on|can see you|fit you in|squeeze you|get you in|come in|bring you in|"  # noqa: E501
    r"(?:i|we) (?:can |could )?(?:also )?(?:have|offer)|there is|next (?:available|free|open)|earliest|soonest|see you)\b"  # noqa: E501
)
_VAGUE = re.compile(r"\b(?:today|tomorrow|tonight|this (?:week|morning|afternoon|evening)|next (?:week|month|available)|later today|right away|"  # noqa: E501
                    r"in the (?:morning|afternoon)|same day|earliest|soonest)\b")  # fmt: skip
_FREE = re.compile(
    r"\b(?:openings?|availability|available|slots?|spots?|fit you in|squeeze you|get you in|can see you|see you|open for you|"  # noqa: E501
    r"(?:i|we) (?:have|can offer|offer) (?:\w+ ){1,6}open)\b"
)
_WHEN: tuple[Kind, ...] = ("time", "range", "date", "days", "now", "holiday")


_PARTS = ("morning", "afternoon", "evening")
_CONFIRMS = re.compile(r"\b(?:correct|right|so|noted?|wrote|got it|you said|you would like|you prefer|is that)\b")


def check(case: Case) -> Finding:
    """Look for times and days outside of opening hours that nobody named."""
    if "you can say" in case.line:
        return CLEAR  # an example of how to answer
    if _other_part_of_day(case):
        return Finding("another part of the day than the caller said")
    for segment in case.segments:
        if is_about_hours(segment) and (not _FREE.search(segment.line) or "hours" in segment.line.split()):
            continue
        problem = _in_question(case, segment) if segment.asks else _stated(case, segment)
        if problem:
            return Finding(problem)
    return CLEAR


def _other_part_of_day(case: Case) -> bool:
    """ "In the afternoon, correct?" where the caller said morning."""
    said = {word for word in _PARTS if word in case.line.split()}
    heard = {word for word in _PARTS if word in case.heard_words}
    confirms = _CONFIRMS.search(case.line) and not re.search(r"\bor\b", case.line)
    return bool(confirms and said and heard and not said & heard)


def _stated(case: Case, segment: Segment) -> str:
    vague = _FREE.search(segment.line) and (_VAGUE.search(segment.line) or segment.of("date"))
    if vague and not case.looked_up() and not re.search(r"\bnot\b|\b(?:if|whether|when)\b", segment.line):
        return "a free time was offered and none was looked up"
    for atom in segment.of(*_WHEN):
        if atom.kind in ("now", "holiday") or (atom.text in ("today", "tonight") and not _OFFERS.search(segment.line)):
            continue
        if not _known(case, atom):
            return f"{_name(atom)} was neither looked up nor said by the caller"
    return _pair(case, segment)


def _known(case: Case, atom: Atom) -> bool:
    if atom.kind == "time":
        return case.heard_time(atom.value)
    if atom.kind == "range":
        return all(case.heard_time(one) for one in atom.value)
    if atom.kind == "date":
        day = atom.value
        return day.weekday in (None, day.date.weekday()) and case.heard_date(day.date)
    return case.heard_days(atom.value)


def _pair(case: Case, segment: Segment) -> str:
    """A day and a time that were both looked up, but not together."""
    times, dates = segment.of("time"), segment.of("date", "days")
    if not (_FREE.search(segment.line) and times and dates and case.looked_up()):
        return ""
    for moment in case.looked_up():
        day = dates[0].value.date == moment.date() if dates[0].kind == "date" else moment.weekday() in dates[0].value
        if day and any(one.value.means(moment.time()) for one in times):
            return ""
    return "this day and time together were not looked up"


def _in_question(case: Case, segment: Segment) -> str:
    """A question may name any time at which the office is open; an offer in it counts as one."""
    if re.search(
        r"\b(?:openings?|slots?|spots?|have|offer|next available|first available|get you in|fit you in|squeeze you|see you|"  # noqa: E501
        r"bring you in|(?:i|we) (?:can|could|will))\b",
        segment.line,
    ) and segment.of("time", "date"):
        return (
            _stated(case, segment)
            if not re.search(r"\b(?:do|would|may) (?:you|i) (?:have|like)\b", segment.line)
            else ""
        )
    key = next(iter(case.scope(segment)), None)
    if key is None:
        return ""
    facts, today = case.lexicon.facts, case.local_now(key).date()
    for atom in segment.of("time"):
        rows = [row for row in facts.hours if row.location in (key, None) and row.opens and row.closes]
        inside = any(
            row.opens <= t <= row.closes for row in rows for t in atom.value.readings() if row.opens and row.closes
        )
        if not inside and not case.heard_time(atom.value):
            return f"{_name(atom)} lies outside the opening hours of {key}"
    for atom in segment.of("date"):
        if (
            atom.value.date >= today
            and not facts.opening_on(key, atom.value.date)
            and not case.heard_date(atom.value.date)
        ):
            return f"a day on which {key} is closed"
        if atom.value.weekday not in (None, atom.value.date.weekday()):
            return "a weekday that is not that of the date"
    return ""


def _name(atom: Atom) -> str:
    return f"time {atom.text}" if atom.kind in ("time", "range") else "a day"


if __name__ == "__main__":
    print(bool(_FREE.search("we have an opening")))
