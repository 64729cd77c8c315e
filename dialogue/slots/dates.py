"""Days, relative to now, and the windows (day with time) that a caller would like.

"Tuesday" is the next one after today; "this Tuesday" the same; "next Tuesday" the one of the next calendar week, weeks
beginning on Monday. Callers mean different things by it, so that AVA always reads weekday and date back.
"""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from call import Window
from dialogue.slots.numbers import cardinal, ordinal
from dialogue.slots.times import Opening, TimeHeard, times
from dialogue.text import words

_WEEKDAYS = {
    "monday": 0, "mondays": 0, "mon": 0, "lunes": 0, "tuesday": 1, "tuesdays": 1, "tues": 1, "tue": 1, "martes": 1,
    "wednesday": 2, "wednesdays": 2, "wed": 2, "miercoles": 2, "thursday": 3, "thursdays": 3, "thurs": 3, "thur": 3,
    "thu": 3, "jueves": 3, "friday": 4, "fridays": 4, "fri": 4, "viernes": 4, "saturday": 5, "saturdays": 5, "sat": 5,
    "sabado": 5, "sunday": 6, "sundays": 6, "domingo": 6,
}  # fmt: skip
_MONTHS = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "april": 4, "apr": 4, "june": 6, "july": 7,
    "august": 8, "aug": 8, "september": 9, "sept": 9, "october": 10, "oct": 10, "november": 11, "nov": 11,
    "december": 12, "dec": 12, "may": 5, "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6,
    "julio": 7, "agosto": 8, "septiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
}  # fmt: skip
_HOLIDAYS = {"christmas": (12, 25), "new year's": (1, 1), "new years": (1, 1), "christmas eve": (12, 24),
             "new year's eve": (12, 31), "fourth of july": (7, 4), "independence day": (7, 4)}  # fmt: skip
_UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "dias": 1, "semanas": 7, "semana": 7}
_WHOLE_DAYS = {"today": 0, "hoy": 0, "tonight": 0, "tomorrow": 1, "manana": 1}
_AS_SOON = re.compile(
    r"\b(?:as soon as (?:possible|you can)|asap|first available|soonest|earliest|next available|any ?time|any day|"
    r"whenever|no preference|doesn't matter|don't care|whatever (?:works|you have)|lo antes posible|cuando sea|"
    r"i'm flexible|flexible|you (?:pick|choose)|first thing you have)\b"
)
_VAGUE = re.compile(
    r"\b(?:next week|this week|later this week|next month|week after next|la proxima semana|the weekend)\b"
)
_EXCLUDES = frozenset({"but", "except", "not", "besides", "menos", "isn't", "can't"})
_ORDINAL_OF_NO_DAY_WORDS = """
thing time available appointment opening visit one name floor street avenue choice question of
"""
_ORDINAL_OF_NO_DAY = frozenset(_ORDINAL_OF_NO_DAY_WORDS.split())
_LEADS_IN_WORDS = """
any after before around about anytime not but except between by this next every
"""
_LEADS_IN = frozenset(_LEADS_IN_WORDS.split())
_EXACT_DAY = re.compile(
    r"\b(?:this|next|coming|today|tomorrow|from|week|weeks|proximo|manana)\b|\d|\bthe \w+(?:st|nd|rd|th)\b"
)
MAX_WINDOWS = 2


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
            excluded = _is_excluded(tokens, at, found)
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


def _same_day(before: DayHeard, tokens: list[str], at: int, day: dt.date) -> bool:
    """ "tuesday december first", "tuesday the first": weekday and date are one day; the date counts."""
    link = tokens[before.end : at]
    named = any(word in _WEEKDAYS for word in tokens[before.start : before.end])
    return named and link in ([], ["the"], ["on"]) and tokens[at] not in _WEEKDAYS


def _day_at(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    for rule in (_relative_day, _weekday, _month_day, _numeric, _day_of_month, _holiday):
        if hit := rule(tokens, at, today):
            return hit
    return None


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
    if word in ("in", "en") and (count := _count(tokens, at + 1)):
        unit = _UNITS.get(tokens[at + 1 + count[1]] if at + 1 + count[1] < len(tokens) else "")
        if unit:
            return today + dt.timedelta(days=count[0] * unit), 2 + count[1]
    if count := _count(tokens, at):
        rest = tokens[at + count[1] : at + count[1] + 3]
        if len(rest) == 3 and rest[0] in ("week", "weeks") and rest[1] in ("from", "after"):
            base = _day_at(tokens, at + count[1] + 2, today)
            if base or rest[2] in ("now", "today"):
                start, used = base or (today, 1)
                return start + dt.timedelta(days=7 * count[0]), count[1] + 2 + used
    return None


def _count(tokens: list[str], at: int) -> tuple[int, int] | None:
    if tokens[at : at + 1] in (["a"], ["an"]):
        return (2, 3) if tokens[at + 1 : at + 3] == ["couple", "of"] else (1, 1)
    return cardinal(tokens, at)


def _weekday(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    lead = tokens[at] if tokens[at] in ("next", "this", "coming", "proximo", "este") else ""
    index = at + bool(lead) + (lead == "this" and tokens[at + 1 : at + 2] == ["coming"])
    if index >= len(tokens) or tokens[index] not in _WEEKDAYS:
        return None
    weekday = _WEEKDAYS[tokens[index]]
    if tokens[index] in ("sat", "mon", "wed") and not lead and tokens[max(0, index - 1) : index] not in ([], ["on"]):
        return None
    used = index - at + 1
    soonest = today + dt.timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    next_week = today + dt.timedelta(days=7 - today.weekday() + weekday)
    if lead in ("next", "proximo"):
        return next_week, used
    if tokens[index + 1 : index + 3] == ["next", "week"]:
        return next_week, used + 2
    if tokens[max(0, at - 2) : at] == ["next", "week"] or tokens[max(0, at - 3) : at] == ["next", "week", "on"]:
        return next_week, used
    if tokens[index + 1 : index + 3] == ["after", "next"]:
        return next_week + dt.timedelta(days=7), used + 2
    return soonest, used


def _month_day(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    """ "december first", "dec 1", "the first of december", "1 de diciembre", with a year or without."""
    word = tokens[at]
    if word in _MONTHS:
        day = ordinal(tokens, at + 1 + (tokens[at + 1 : at + 2] == ["the"])) or cardinal(tokens, at + 1)
        if day and not (word in ("may", "march") and at > 0 and tokens[at - 1] in ("i", "you", "we", "it")):
            used = 1 + day[1] + (tokens[at + 1] == "the")
            year = tokens[at + used] if at + used < len(tokens) and re.fullmatch(r"20\d\d", tokens[at + used]) else ""
            return _dated(today, _MONTHS[word], day[0], year, used + bool(year))
        return None
    start = at + (word == "the")
    day = ordinal(tokens, start) or cardinal(tokens, start)
    if day and tokens[start + day[1] : start + day[1] + 1] in (["of"], ["de"]):
        month = _MONTHS.get(tokens[start + day[1] + 1] if start + day[1] + 1 < len(tokens) else "")
        if month:
            return _dated(today, month, day[0], "", start - at + day[1] + 2)
    return None


def _numeric(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    """ "12/1", "12/1/2026"."""
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})(?:/(\d{2}|\d{4}))?", tokens[at])
    if not match or match.group() == "24/7":
        return None
    year = match[3] or ""
    return _dated(today, int(match[1]), int(match[2]), f"20{year}" if len(year) == 2 else year, 1)


def _day_of_month(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    """ "the fifth", "on the 23rd"."""
    if tokens[at] != "the" and not re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)", tokens[at]):
        return None
    start = at + (tokens[at] == "the")
    day = ordinal(tokens, start)
    if not day or not 1 <= day[0] <= 31:
        return None
    if tokens[start + day[1] : start + day[1] + 1] and tokens[start + day[1]] in _ORDINAL_OF_NO_DAY:
        return None
    year, month = today.year, today.month
    for _ in range(12):
        hit = _date(year, month, day[0])
        if hit and hit >= today:
            return hit, start - at + day[1]
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None


def _holiday(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    if tokens[at] == "thanksgiving":
        return next(day for day in (_thanksgiving(today.year), _thanksgiving(today.year + 1)) if day >= today), 1
    for length in (3, 2, 1):
        phrase = " ".join(tokens[at : at + length])
        if phrase in _HOLIDAYS and len(tokens[at : at + length]) == length:
            return _dated(today, *_HOLIDAYS[phrase], "", length)
    return None


def _thanksgiving(year: int) -> dt.date:
    """The fourth Thursday of November."""
    first = dt.date(year, 11, 1)
    return first + dt.timedelta(days=(3 - first.weekday()) % 7 + 21)


def _dated(today: dt.date, month: int, day: int, year: str, used: int) -> tuple[dt.date, int] | None:
    """A month and day with its year, or in the year in which it comes next."""
    if year:
        hit = _date(int(year), month, day)
    else:
        hit = next((d for y in (0, 1, 2, 3, 4) if (d := _date(today.year + y, month, day)) and d >= today), None)
    return (hit, used) if hit else None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def windows(
    text: str, *, now: dt.datetime, timezone: str, opening: Opening | None = None, expected: bool = False
) -> tuple[Window, ...]:
    """The days and times that a text asks for, at most two, in the order said; empty when it names none.

    A window may hold only words ("as soon as possible", "next week"): `is_open` tells the first from the second.

    Args:
        now: an aware time; `timezone` (IANA) says which date it is at the place.
        opening: opening hours there, to read "two" as 14:00.
        expected: day and time were asked for, so that a bare "ten" is a time.
    """
    tokens = words(text)
    heard_days = days(tokens, now.astimezone(ZoneInfo(timezone)).date())
    taken = {index for day in heard_days for index in range(day.start, day.end)}
    blanked = ["_" if index in taken and word not in ("tonight",) else word for index, word in enumerate(tokens)]
    heard_times = times(blanked, opening, expected=expected or bool([day for day in heard_days if not day.excluded]))
    wanted = [day for day in heard_days if not day.excluded]
    said = _span(tokens, [*heard_days, *heard_times])
    if not wanted:
        return _without_day(heard_times, said, tokens, timezone)
    return tuple(_window(day.day, _time_of(day, wanted, heard_times), said, timezone) for day in wanted[:MAX_WINDOWS])


def _span(tokens: list[str], found: list[DayHeard | TimeHeard]) -> str:
    """The words between the first and the last day or time, with the one or two that lead in ("any", "after")."""
    if not found:
        return " ".join(tokens)
    start, end = min(one.start for one in found), max(one.end for one in found)
    while start > 0 and tokens[start - 1] in _LEADS_IN:
        start -= 1
    return " ".join(tokens[start:end])


def _without_day(found: list[TimeHeard], said: str, tokens: list[str], timezone: str) -> tuple[Window, ...]:
    line = " ".join(tokens)
    if found:
        return tuple(_window(None, heard, said, timezone) for heard in found[:1])
    if _AS_SOON.search(line) or _VAGUE.search(line):
        return (Window(timezone=timezone, words=said),)
    return ()


def _time_of(day: DayHeard, wanted: list[DayHeard], found: list[TimeHeard]) -> TimeHeard | None:
    """The time said after a day and before the next one; else the only time there is; else the one before it."""
    index = wanted.index(day)
    until = wanted[index + 1].start if index + 1 < len(wanted) else 10_000
    after = [heard for heard in found if day.end <= heard.start < until]
    if after:
        return after[0]
    before = [heard for heard in found if heard.end <= day.start and index == 0]
    if before:
        return before[-1]
    return found[0] if len(found) == 1 else None


def _window(day: dt.date | None, heard: TimeHeard | None, said: str, timezone: str) -> Window:
    time = heard.time.strftime("%H:%M") if heard and heard.time else None
    return Window(day=day, time=time, part=heard.part if heard else None, timezone=timezone, words=said)


def in_the_same_week(heard: Window, before: Window, today: dt.date) -> Window:
    """A bare weekday that corrects another day means that day's week: "December 1" and "no, Wednesday" is "
    "December 2."""
    bare = [word for word in words(heard.words) if word in _WEEKDAYS]
    exact = _EXACT_DAY.search(heard.words) or any(word in _MONTHS for word in words(heard.words))
    if heard.day is None or before.day is None or len(bare) != 1 or exact:
        return heard
    same_week = before.day + dt.timedelta(days=_WEEKDAYS[bare[0]] - before.day.weekday())
    return heard.model_copy(update={"day": same_week}) if same_week > today else heard


def is_open(window: Window) -> bool:
    """True when the caller leaves day and time to the practice ("as soon as possible", "any time")."""
    return bool(_AS_SOON.search(" ".join(words(window.words))))


if __name__ == "__main__":
    import sys

    for heard_line in sys.stdin:
        print(windows(heard_line, now=dt.datetime.now(dt.UTC), timezone="America/New_York", expected=True))
