"""Rule: what is said about opening and closing agrees with the hours and closures of the offices it speaks of."""

# ruff: noqa: E501 - a pattern is read whole
import datetime as dt
import re
from dataclasses import replace

from dialogue.guard.atom import Clock, Day
from dialogue.guard.case import Case
from dialogue.guard.hours_claim import HOURS, Claim, claim_of, is_about_hours, says_anything
from dialogue.guard.segment import Segment
from dialogue.guard.tokens import words
from dialogue.guard.verdict import CLEAR, Finding
from facts import WEEKDAYS, Hours

_NEVER_RECORDED = re.compile(
    r"\b(?:24/7|around the clock|walk ?ins?|(?:on|every|most|all|some|major|federal|over|during|through) (?:the )?holidays?|permanently|moved|relocat\w+|temporarily|last (?:appointment|"
    r"patient|check in)|all (?:night|day long)|longer|extended|summer|winter)\b"
)
_VAGUE = re.compile(r"\b(?:late|later|early|earlier)\b")
_BREAK = re.compile(r"\b(?:lunch|siesta|break)\b")
_SOON_DAYS = 21


def check(case: Case) -> Finding:
    """Compare every part that speaks of hours."""
    ids: list[str] = []
    for segment in case.segments:
        if segment.asks or not is_about_hours(segment):
            continue
        if segment.of("range") and not HOURS.search(segment.inherited) and _wished(case, segment):
            continue
        problem, found = _checked(case, segment)
        if problem:
            return Finding(problem)
        ids += found
    return Finding(ids=tuple(ids))


def _wished(case: Case, segment: Segment) -> bool:
    """A span of time that the caller named."""
    return all(case.heard_time(one) for atom in segment.of("range") for one in atom.value)


def _checked(case: Case, segment: Segment) -> tuple[str, list[str]]:
    if _NEVER_RECORDED.search(segment.line) and not case.approved:
        return "hours of a kind that no record holds", []
    if _VAGUE.search(segment.line) and not segment.of("time", "range") and not case.approved:
        return "hours of a kind that no record holds", []
    if _BREAK.search(segment.line):
        return _break(case, segment)
    claim = claim_of(segment)
    if not says_anything(claim, segment):
        return "", []
    scope = case.scope(segment)
    named = bool(scope)
    keys = sorted(scope or case.lexicon.keys)
    results = [(key, _holds(case, claim, key)) for key in keys]
    everywhere = named or not claim.is_open
    good = [ids for _, ids in results if ids]
    if (everywhere and len(good) < len(keys)) or not good:
        key = next(key for key, ids in results if not ids)
        return f"hours: {_said(claim)}; records of {key} say otherwise", []
    return "", [one for ids in good for one in ids if one != "-"]


def _break(case: Case, segment: Segment) -> tuple[str, list[str]]:
    """A break at noon, or none, has to stand in the text of the office's hours."""
    scope = case.scope(segment)
    rows = [row for row in case.lexicon.facts.hours if row.opens and (not scope or row.location in (*scope, None))]
    told = [row for row in rows if _BREAK.search(" ".join(words(row.text)))]
    denied = [row for row in told if re.search(r"\bno\b|\bnot\b|without|through|during|over", row.text.lower())]
    through = segment.negated or bool(
        re.search(r"\bopen (?:\w+ )?(?:through|during|over)\b|\bthrough lunch\b", segment.line)
    )
    good = [row for row in told if row not in denied]
    if through:
        good = [] if good else denied or rows
    return ("", [row.id for row in good]) if good else ("a break that no record holds", [])


def _holds(case: Case, claim: Claim, key: str) -> list[str]:
    """Ids of the records that bear a claim out at one office; "-" where the absence of records does; none when false."""
    if claim.again and (claim.days or claim.dates) and (day := _first_open(case, key)):
        return _on_reopening(case, claim, key, day)
    if claim.holidays is not None:
        return _on_holidays(case, claim, key)
    now = case.local_now(key)
    if claim.now or not (claim.days or claim.dates or _times(claim)):
        return _right_now(case, claim, key, now)
    if claim.dates:
        found = [_on_date(case, claim, key, day) for day in claim.dates]
        return [one for ids in found for one in ids] if all(found) else []
    rows = [row for row in case.lexicon.facts.hours if row.location in (key, None) and row.days and row.opens]
    if not claim.days:
        return _on_any_day(claim, rows)
    if claim.only and claim.is_open and any(_index(row) - claim.days for row in rows):
        return []
    found = [_on_weekday(claim, rows, day) or _closed_this_week(case, claim, key, day) for day in sorted(claim.days)]
    return [one for ids in found for one in ids] if all(found) else []


def _times(claim: Claim) -> bool:
    return any((claim.opens, claim.closes, claim.inside, claim.later, claim.earlier))


def _on_any_day(claim: Claim, rows: list[Hours]) -> list[str]:
    fitting = [row for row in rows if _fits(claim, row.opens, row.closes)]
    if not claim.is_open:
        return [row.id for row in rows] if rows and all(not _fits(replace(claim, is_open=True), row.opens, row.closes)
                                                        for row in rows) else []  # fmt: skip
    if claim.only and len(fitting) < len(rows):
        return []
    return [row.id for row in fitting]


def _index(row: Hours) -> set[int]:
    return {WEEKDAYS.index(day) for day in row.days}


def _on_weekday(claim: Claim, rows: list[Hours], day: int) -> list[str]:
    there = [row for row in rows if day in _index(row)]
    if claim.is_open:
        return [row.id for row in there if _fits(claim, row.opens, row.closes)]
    if not there:
        return ["-"] if not claim.inside or not claim.opens else []
    if not _times(claim):
        return []
    bad = [row for row in there if _fits(replace(claim, is_open=True), row.opens, row.closes)]
    return [] if bad else [row.id for row in there]


def _closed_this_week(case: Case, claim: Claim, key: str, day: int) -> list[str]:
    """ "We are closed on Thursday", in the week of a holiday."""
    if claim.is_open or _times(claim):
        return []
    today = case.local_now(key).date()
    closure = case.lexicon.facts.closure_on(key, today + dt.timedelta(days=(day - today.weekday()) % 7))
    return [closure.id] if closure else []


def _on_date(case: Case, claim: Claim, key: str, day: Day) -> list[str]:
    if day.weekday is not None and day.weekday != day.date.weekday():
        return []
    facts = case.lexicon.facts
    closure = facts.closure_on(key, day.date)
    opening = facts.opening_on(key, day.date)
    ids = [closure.id] if closure else [row.id for row in facts.hours if row.location in (key, None) and
                                        day.date.weekday() in _index(row)]  # fmt: skip
    if opening is None:
        return (ids or ["-"]) if not claim.is_open and not claim.opens else []
    if not claim.is_open and not _times(claim):
        return []
    fits = _fits(replace(claim, is_open=True), *opening)
    return ids if fits == claim.is_open else []


def _first_open(case: Case, key: str) -> dt.date | None:
    """The first open day after the closure that is on or comes within three weeks; none when none comes."""
    facts, today = case.lexicon.facts, case.local_now(key).date()
    coming = [today + dt.timedelta(days=step) for step in range(_SOON_DAYS)]
    closed = next((day for day in coming if facts.closure_on(key, day)), None)
    after = [day for day in coming if closed and day > closed and facts.opening_on(key, day)]
    return after[0] if after else None


def _on_reopening(case: Case, claim: Claim, key: str, day: dt.date) -> list[str]:
    named = {one.date for one in claim.dates if one.date.weekday() == (one.weekday or one.date.weekday())}
    if day not in named and day.weekday() not in claim.days:
        return []
    opening = case.lexicon.facts.opening_on(key, day)
    fits = opening and _fits(claim, *opening)
    rows = case.lexicon.facts.hours
    return [row.id for row in rows if fits and row.location in (key, None) and day.weekday() in _index(row)]


def _on_holidays(case: Case, claim: Claim, key: str) -> list[str]:
    closures = [
        one for one in case.lexicon.facts.hours if one.id in (claim.holidays or ()) and one.location in (key, None)
    ]
    if not closures or claim.is_open:
        return []
    today = case.local_now(key).date()
    coming = [one for one in closures if one.date and one.date >= today]
    for day in claim.dates:
        if day.date not in {one.date for one in closures} or day.weekday not in (None, day.date.weekday()):
            return []
    if claim.days and not all(any(one.date and one.date.weekday() == day for one in coming[:1]) for day in claim.days):
        return []
    return [one.id for one in coming or closures]


def _right_now(case: Case, claim: Claim, key: str, now: dt.datetime) -> list[str]:
    opening = case.lexicon.facts.opening_on(key, now.date())
    is_open = bool(opening and opening[0] <= now.time() < opening[1])
    if is_open != claim.is_open or (is_open and opening and not _fits(claim, *opening)):
        return []
    closure = case.lexicon.facts.closure_on(key, now.date())
    today = [row.id for row in case.lexicon.facts.hours if row.location in (key, None) and now.weekday() in _index(row)]
    return [closure.id] if closure else today or ["-"]


def _fits(claim: Claim, opens: dt.time | None, closes: dt.time | None) -> bool:
    """Whether opening hours are what is said of them."""
    if opens is None or closes is None:
        return False
    if claim.opens and not claim.opens.means(opens):
        return False
    if claim.closes and not claim.closes.means(closes):
        return False
    if claim.inside and not any(opens <= time < closes for time in claim.inside.readings()):
        return False
    if claim.later and not _after(claim.later, opens, closes):
        return False
    return not claim.earlier or any(opens < time <= dt.time(12) for time in claim.earlier.readings())


def _after(clock: Clock, opens: dt.time, closes: dt.time) -> bool:
    """Open after a time: one that closes at five is not open after five."""
    readings = [time for time in clock.readings() if clock.sure or time >= opens]
    return any(time < closes for time in readings)


def _said(claim: Claim) -> str:
    names = ("opens", "closes", "inside", "later", "earlier")
    times = ", ".join(f"{name} {value}" for name in names if (value := getattr(claim, name)))
    days = ",".join(WEEKDAYS[day] for day in sorted(claim.days))
    return " ".join(filter(None, ("open" if claim.is_open else "closed", days, times)))


if __name__ == "__main__":
    print(CLEAR, _fits(Claim(closes=Clock(6)), dt.time(8), dt.time(18)))
