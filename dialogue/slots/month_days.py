"""Days of a month: "december first", "12/1", "the fifth", "the last friday of the month"."""

import datetime as dt
import re

from dialogue.slots.holidays import last_day, nth_weekday
from dialogue.slots.numbers import cardinal, ordinal

DAY_NAMES = {
    "monday": 0, "mondays": 0, "mon": 0, "lunes": 0, "tuesday": 1, "tuesdays": 1, "tues": 1, "tue": 1, "martes": 1,
    "wednesday": 2, "wednesdays": 2, "wed": 2, "miercoles": 2, "thursday": 3, "thursdays": 3, "thurs": 3, "thur": 3,
    "thu": 3, "jueves": 3, "friday": 4, "fridays": 4, "fri": 4, "viernes": 4, "saturday": 5, "saturdays": 5, "sat": 5,
    "sabado": 5, "sunday": 6, "sundays": 6, "domingo": 6,
}  # fmt: skip
MONTH_NAMES = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "april": 4, "apr": 4, "june": 6, "july": 7,
    "august": 8, "aug": 8, "september": 9, "sept": 9, "october": 10, "oct": 10, "november": 11, "nov": 11,
    "december": 12, "dec": 12, "may": 5, "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6,
    "julio": 7, "agosto": 8, "septiembre": 9, "setiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
}  # fmt: skip
_WHICH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1, "primer": 1, "primero": 1, "segundo": 2,
          "tercer": 3, "cuarto": 4, "ultimo": -1}  # fmt: skip
_ORDINAL_OF_NO_DAY_WORDS = """
thing time available appointment opening visit one name floor street avenue choice question of
"""

_ORDINAL_OF_NO_DAY = frozenset(_ORDINAL_OF_NO_DAY_WORDS.split())


def month_day(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    """ "december first", "dec 1", "the first of december", "1 de diciembre", with a year or without."""
    word = tokens[at]
    if word in MONTH_NAMES:
        day = ordinal(tokens, at + 1 + (tokens[at + 1 : at + 2] == ["the"])) or cardinal(tokens, at + 1)
        if day and not (word in ("may", "march") and at > 0 and tokens[at - 1] in ("i", "you", "we", "it")):
            used = 1 + day[1] + (tokens[at + 1] == "the")
            year, year_words = _year_at(tokens, at + used)
            return _dated(today, MONTH_NAMES[word], day[0], year, used + year_words)
        return None
    start = at + (word in ("the", "el"))
    day = ordinal(tokens, start) or cardinal(tokens, start)
    if day and tokens[start + day[1] : start + day[1] + 1] in (["of"], ["de"]):
        month = MONTH_NAMES.get(tokens[start + day[1] + 1] if start + day[1] + 1 < len(tokens) else "")
        if month:
            used = start - at + day[1] + 2
            year, year_words = _year_at(tokens, at + used)
            return _dated(today, month, day[0], year, used + year_words)
    return None


def numeric(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    """ "12/1", "12/1/2026"."""
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})(?:/(\d{2}|\d{4}))?", tokens[at])
    if not match or match.group() == "24/7":
        return None
    year = match[3] or ""
    return _dated(today, int(match[1]), int(match[2]), f"20{year}" if len(year) == 2 else year, 1)


def day_of_month(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    """ "the fifth", "on the 23rd"."""
    lead = "el" if tokens[at] == "dia" else tokens[at]
    if lead not in ("the", "el") and not re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)", tokens[at]):
        return None
    start = at + (lead in ("the", "el")) + (tokens[at : at + 2] == ["el", "dia"])
    day = ordinal(tokens, start) or (cardinal(tokens, start) if lead == "el" else None)
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


def of_a_month(tokens: list[str], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    """ "the last friday of the month", "the fifth of next month", "the last day of the month"."""
    start = at + (tokens[at] in ("the", "el"))
    which = tokens[start] if start < len(tokens) else ""
    noun = tokens[start + 1] if start + 1 < len(tokens) else ""
    if which in _WHICH and (noun in DAY_NAMES or (noun in ("day", "dia") and _WHICH[which] < 0)):
        month = _month_named(tokens, start + 2, today)
        if month is None:
            return None
        year, number, used = month
        found = [_which_day(y, m, noun, _WHICH[which]) for y, m in ((year, number), _month_later(year, number, today))]
        day = next((one for one in found if one and one >= today), None)
        return (day, start - at + 2 + used) if day else None
    number_said = ordinal(tokens, start) or cardinal(tokens, start)
    if number_said and (month := _month_named(tokens, start + number_said[1], today)):
        day = _date(month[0], month[1], number_said[0])
        if day and day < today:
            day = _date(*_month_later(month[0], month[1], today), number_said[0])
        named = tokens[start + number_said[1] + month[2] - 1] in MONTH_NAMES
        return (day, start - at + number_said[1] + month[2]) if day and not named else None
    return None


def _which_day(year: int, month: int, noun: str, which: int) -> dt.date | None:
    return nth_weekday(year, month, DAY_NAMES[noun], which) if noun in DAY_NAMES else last_day(year, month)


def _month_later(year: int, month: int, today: dt.date) -> tuple[int, int]:
    """The same words a month later ("of the month", when it has passed), a year later for a named month."""
    if (year, month) == (today.year, today.month):
        return (year + 1, 1) if month == 12 else (year, month + 1)
    return year + 1, month


def _month_named(tokens: list[str], at: int, today: dt.date) -> tuple[int, int, int] | None:
    """ "of the month", "in december", "of next month", "del mes": (year, month, words used), or None."""
    if at >= len(tokens) or tokens[at] not in ("of", "in", "de", "del"):
        return None
    rest = [word for word in tokens[at + 1 : at + 5] if word not in ("the", "this", "este")]
    skipped = next((i for i, word in enumerate(tokens[at + 1 : at + 3]) if word not in ("the", "this", "este")), 0)
    if rest[:1] and rest[0] in MONTH_NAMES:
        year = today.year + (MONTH_NAMES[rest[0]] < today.month)
        return year, MONTH_NAMES[rest[0]], 2 + skipped
    if rest[:1] in (["month"], ["mes"]) and rest[1:3] != ["que", "viene"]:
        return today.year, today.month, 2 + skipped
    for words_for_next in (["next", "month"], ["proximo", "mes"], ["mes", "que", "viene"]):
        if rest[: len(words_for_next)] == words_for_next:
            year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
            return year, month, 1 + skipped + len(words_for_next)
    return None


def _year_at(tokens: list[str], at: int) -> tuple[str, int]:
    """A year: "2026", "twenty twenty six", "two thousand twenty six"; ("", 0) for none."""
    if at < len(tokens) and re.fullmatch(r"20\d\d", tokens[at]):
        return tokens[at], 1
    lead = 1 if tokens[at : at + 1] == ["twenty"] else 2 if tokens[at : at + 2] == ["two", "thousand"] else 0
    lead += lead == 2 and tokens[at + 2 : at + 3] == ["and"]
    rest = cardinal(tokens, at + lead) if lead else None
    return (f"20{rest[0]}", lead + rest[1]) if rest and 20 <= rest[0] <= 99 else ("", 0)


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


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(of_a_month(line.lower().split(), 0, dt.date.today()), month_day(line.lower().split(), 0, dt.date.today()))
