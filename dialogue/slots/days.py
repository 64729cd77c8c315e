"""Days in a row of words, relative to today.

"Tuesday" is the next one after today; "this Tuesday" the same; "next Tuesday" the one of the next calendar week, weeks
beginning on Monday. Callers mean different things by it, so that AVA always reads weekday and date back.
"""

import datetime as dt
from dataclasses import dataclass

from dialogue.slots.holidays import holiday, last_day
from dialogue.slots.month_days import DAY_NAMES, day_of_month, month_day, numeric, of_a_month
from dialogue.slots.numbers import cardinal

_UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "dia": 1, "dias": 1, "semanas": 7, "semana": 7}

_NEXT_WEEK = (["next", "week"], ["proxima", "semana"], ["semana", "que", "viene"], ["la", "otra", "semana"])

CORRECTS = frozenset({"no", "wait", "sorry", "actually", "mean", "meant", "rather", "perdon", "mejor", "digo"})

_WHOLE_DAYS = {"today": 0, "hoy": 0, "tonight": 0, "tomorrow": 1, "manana": 1}

_EXCLUDES = frozenset({"but", "except", "not", "besides", "menos", "isn't", "can't"})


@dataclass(frozen=True, slots=True)
class DayHeard:
    """One day in a text; `start` and `end` are word positions (end exclusive)."""

    start: int
    end: int
    day: dt.date
    excluded: bool = False


def days(tokens: list[str], today: dt.date) -> list[DayHeard]:
    """Every day that a row of normalised words names, in order."""
    found: list[DayHeard] = []
    at = 0
    while at < len(tokens):
        hit = _day_at(tokens, at, today)
        if hit:
            day, used = hit
            if found and CORRECTS.intersection(tokens[found[-1].end : at]):
                found.pop()  # "tuesday, no wait, wednesday"
            excluded = _is_excluded(tokens, at, found)
            if excluded and (after := _the_one_after(tokens, at + used)):
                day, used, excluded = day + dt.timedelta(days=7), used + after, False
            if found and _same_day(found[-1], tokens, at, day):
                found[-1] = DayHeard(found[-1].start, at + used, day, found[-1].excluded)
            else:
                found.append(DayHeard(at, at + used, day, excluded))
            at += used
        else:
            at += 1
    return found


def _is_excluded(tokens: list[str], at: int, before: list[DayHeard]) -> bool:
    """ "not Monday", "any day but the fifth", "not Monday or Tuesday"; in "not Monday, Tuesday" the second is "
    "wanted."""
    while at > 0 and tokens[at - 1] in ("on", "the", "this", "next"):
        at -= 1
    if at > 0 and tokens[at - 1] in ("or", "and") and before and before[-1].end == at - 1:
        return before[-1].excluded
    return at > 0 and tokens[at - 1] in _EXCLUDES


def _the_one_after(tokens: list[str], at: int) -> int:
    """How many words of "but the next one" follow a day that is not wished: its weekday a week later."""
    start = at + (tokens[at : at + 1] in (["but"], ["sino"]))
    rest = tokens[start : start + 3]
    said = rest in (["the", "next", "one"], ["the", "following", "one"], ["the", "one", "after"])
    return start - at + 3 if said else 2 + start - at if rest[:2] in (["el", "siguiente"], ["el", "otro"]) else 0


def _same_day(before: DayHeard, tokens: list[str], at: int, day: dt.date) -> bool:
    """ "tuesday december first", "tuesday the first": weekday and date are one day; the date counts."""
    link = tokens[before.end : at]
    named = any(word in DAY_NAMES for word in tokens[before.start : before.end])
    return named and link in ([], ["the"], ["on"]) and tokens[at] not in DAY_NAMES


def _day_at(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    for rule in (_beside, of_a_month, _relative_day, _weekday, month_day, numeric, day_of_month, holiday):
        if hit := rule(tokens, at, today):
            return hit
    return None


def _beside(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    """ "the day after thanksgiving", "the monday before christmas", "el dia despues de navidad"."""
    start = at + (tokens[at] in ("the", "el"))
    if tokens[start : start + 1] in (["first"], ["next"], ["primer"]):
        start += 1
    business = tokens[start : start + 2] in (["business", "day"], ["working", "day"], ["week", "day"])
    start += business
    word = tokens[start] if start < len(tokens) else ""
    link = tokens[start + 1] if start + 1 < len(tokens) else ""
    after = link in ("after", "following", "despues")
    business = business or word == "weekday"
    if (word not in ("day", "dia", "weekday") and word not in DAY_NAMES) or not (after or link in ("before", "antes")):
        return None
    base_at = start + 2 + (tokens[start + 2 : start + 3] == ["de"])
    base = _day_at(tokens, base_at, today) if base_at < len(tokens) else None
    if base is None:
        return None
    step = 1 if after else -1
    day = base[0] + dt.timedelta(days=step)
    while (word in DAY_NAMES and day.weekday() != DAY_NAMES[word]) or (business and day.weekday() > 4):
        day += dt.timedelta(days=step)
    return day, base_at - at + base[1]


def _relative_day(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    word = tokens[at]
    if tokens[at : at + 4] == ["the", "day", "after", "tomorrow"]:
        return today + dt.timedelta(days=2), 4
    if tokens[at : at + 3] == ["day", "after", "tomorrow"]:
        return today + dt.timedelta(days=2), 3
    if tokens[at : at + 2] == ["pasado", "manana"]:
        return today + dt.timedelta(days=2), 2
    if word == "manana" and tokens[at - 1 : at] == ["la"]:
        return None  # "por la manana" is the morning
    if word in _WHOLE_DAYS:
        return today + dt.timedelta(days=_WHOLE_DAYS[word]), 1
    if tokens[at : at + 2] == ["dentro", "de"] and (hit := _relative_day(["en", *tokens[at + 2 :]], 0, today)):
        return hit[0], hit[1] + 1
    if word in ("in", "en") and tokens[at + 1 : at + 3] in (["a", "month"], ["one", "month"], ["un", "mes"]):
        return _in_a_month(today), 3
    if word in ("de", "del") and tokens[at + 2 : at + 4] in (["en", "ocho"], ["en", "quince"]):
        base = _day_at(tokens, at + 1, today)  # "de hoy en ocho" is in a week, "del lunes en quince" two after it
        return (base[0] + dt.timedelta(days=7 if tokens[at + 3] == "ocho" else 14), 4) if base else None
    if tokens[at : at + 3] in (["a", "month", "from"], ["one", "month", "from"]) and tokens[at + 3 :]:
        return (_in_a_month(today), 4) if tokens[at + 3] in ("now", "today") else None
    if word in ("in", "en") and (count := _count(tokens, at + 1)):
        unit = _UNITS.get(tokens[at + 1 + count[1]] if at + 1 + count[1] < len(tokens) else "")
        if unit:
            return today + dt.timedelta(days=count[0] * unit), 2 + count[1]
    if count := _count(tokens, at):
        rest = tokens[at + count[1] : at + count[1] + 3]
        if len(rest) == 3 and rest[0] in ("day", "days") and rest[1:] in (["from", "now"], ["from", "today"]):
            return today + dt.timedelta(days=count[0]), count[1] + 3
        if len(rest) == 3 and rest[0] in ("week", "weeks") and rest[1] in ("from", "after", "on"):
            base = _day_at(tokens, at + count[1] + 2, today)
            if base or rest[2] in ("now", "today"):
                start, used = base or (today, 1)
                return start + dt.timedelta(days=7 * count[0]), count[1] + 2 + used
    return None


def _in_a_month(today: dt.date) -> dt.date:
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return dt.date(year, month, min(today.day, last_day(year, month).day))


def _count(tokens: list[str], at: int) -> tuple[int, int] | None:
    if tokens[at : at + 1] in (["a"], ["an"], ["un"], ["una"]):
        return (2, 3) if tokens[at + 1 : at + 3] in (["couple", "of"], ["par", "de"]) else (1, 1)
    return cardinal(tokens, at)


def _weekday(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    lead = tokens[at] if tokens[at] in ("next", "this", "coming", "proximo", "este") else ""
    index = at + bool(lead) + (lead == "this" and tokens[at + 1 : at + 2] == ["coming"])
    if index >= len(tokens) or tokens[index] not in DAY_NAMES:
        return None
    weekday = DAY_NAMES[tokens[index]]
    if tokens[index] in ("sat", "mon", "wed") and not lead and tokens[max(0, index - 1) : index] not in ([], ["on"]):
        return None
    used = index - at + 1
    soonest = today + dt.timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    next_week = today + dt.timedelta(days=7 - today.weekday() + weekday)
    if lead in ("next", "proximo"):
        return next_week, used
    if after := _next_week_after(tokens, index + 1):
        return next_week, used + after
    before = tokens[max(0, at - 5) : at]
    if _said_before(before, ["week", "after", "next"]):
        return next_week + dt.timedelta(days=7), used
    if any(_said_before(before, phrase) for phrase in _NEXT_WEEK):
        return next_week, used
    if tokens[index + 1 : index + 2] == ["proximo"]:
        return next_week, used + 1
    if tokens[index + 1 : index + 3] == ["after", "next"]:
        return next_week + dt.timedelta(days=7), used + 2
    return soonest, used


def _next_week_after(tokens: list[str], at: int) -> int:
    """How many words of "(of) next week", "de la proxima semana", "de la semana que viene" stand there; 0 for none."""
    skipped = 0
    while tokens[at + skipped : at + skipped + 1] and tokens[at + skipped] in ("of", "de", "la", "in", "en"):
        skipped += 1
    rest = tokens[at + skipped : at + skipped + 3]
    return next((skipped + len(one) for one in _NEXT_WEEK if rest[: len(one)] == one), 0)


def _said_before(before: list[str], phrase: list[str]) -> bool:
    """Whether a phrase ends right before, "on" and "el" between them or not."""
    while before and before[-1] in ("on", "el", "the"):
        before = before[:-1]
    return before[-len(phrase) :] == phrase


if __name__ == "__main__":
    import sys

    from dialogue.text import words

    for line in sys.stdin:
        print(days(words(line), dt.date.today()))
