"""Days and times of day in a row of tokens."""

import datetime as dt
import re

from dialogue.guard import figures
from dialogue.guard.atom import Clock
from dialogue.guard.tokens import Token

WEEKDAYS = {
    name[:cut] + tail: index
    for index, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
    for cut, tail in ((20, ""), (20, "s"))
} | {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thurs": 3, "fri": 4}  # fmt: skip
GROUPS = {"weekdays": range(5), "weekday": range(5), "weekends": range(5, 7), "weekend": range(5, 7),
          "daily": range(7), "everyday": range(7)}  # fmt: skip
MONTHS = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "april": 4, "apr": 4, "may": 5, "june": 6, "july": 7,
    "august": 8, "aug": 8, "september": 9, "sept": 9, "october": 10, "oct": 10, "november": 11, "nov": 11,
    "december": 12, "dec": 12,
}  # fmt: skip
UNITS_OF_TIME = {"minute": 1, "minutes": 1, "min": 1, "mins": 1, "hour": 60, "hours": 60}
_COUNTED_WORDS = """
days day weeks week months month years year offices office locations location clinics providers doctors dollars dollar
bucks percent services plans times feet miles blocks cents people patients visits boxes pairs eyes digits seconds
different of more other main our optometrists ophthalmologists specialists surgeons floor star stars
"""
COUNTED = frozenset(_COUNTED_WORDS.split())
# Words that may follow a bare hour; another one is what is counted.
_AFTER_TIME_TEXT = """
to until through till and or but on in at for from every each if so is are am pm oclock sharp today tonight tomorrow
this that the our we i you it they as because with by during except only daily please then when while which there
here now next again also too open opens close closes closed unless weekdays weekends monday tuesday wednesday
thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays free work good okay
works would noon midnight straight exactly instead has does do not can will january february march april may june
july august september october november december before after over all like right best available
"""
_AFTER_TIME = frozenset(_AFTER_TIME_TEXT.split())
_LEADS_TO_TIME = frozenset(
    ["at", "until", "by", "from", "around", "about", "before", "after", "between", "to", "past", "close", "closes",
     "closing", "open", "opens", "opening", "since", "till", "approximately", "nearly", "almost", "through", "is"]
)  # fmt: skip


def text(line: list[Token], at: int) -> str:
    return line[at].text if 0 <= at < len(line) else ""


def clock(line: list[Token], at: int) -> tuple[Clock, int] | None:
    """A time of day at a token: (time, tokens used)."""
    word = text(line, at)
    if word in ("noon", "midday", "midnight"):
        return Clock(0 if word == "midnight" else 12, 0, True), 1
    found = _relative(line, at) or _plain(line, at)
    if not found:
        return None
    hour, minute, used, certain = found
    if text(line, at + used) == "oclock":
        used, certain = used + 1, True
    part, more = part_of_day(line, at + used)
    if not (certain or more or _introduced(line, at, used)):
        return None
    value = Clock(hour, minute, hour > 12 or hour == 0)
    return (value.at(part) if part else value), used + more


def part_of_day(line: list[Token], at: int) -> tuple[str, int]:
    """ "am" or "pm" and tokens used, for "a.m.", "in the afternoon", "at night"."""
    word = text(line, at)
    if word in ("am", "pm"):
        return word, 1
    phrase = " ".join(text(line, at + step) for step in range(3))
    if match := re.match(r"(?:in the|at|sharp) (morning|afternoon|evening|night)\b", phrase):
        return ("am" if match[1] == "morning" else "pm"), len(match.group().split())
    return "", 0


def _relative(line: list[Token], at: int) -> tuple[int, int, int, bool] | None:
    """ "half past five", "a quarter to three", "ten minutes past four"."""
    start = at + (text(line, at) == "a")
    word = text(line, start)
    if word in ("half", "quarter"):
        minutes, used = (30 if word == "half" else 15), 1
    elif (number := figures.quantity(line, start)) and number[0] in (5, 10, 15, 20, 25, 30):
        minutes, used = number
    else:
        return None
    used += text(line, start + used) == "minutes"
    link = text(line, start + used)
    hour = figures.quantity(line, start + used + 1)
    allowed = ("past", "after", "to", "of", "before") if word in ("half", "quarter") else ("past", "to")
    if link not in allowed or not hour or not 1 <= hour[0] <= 12 or (link == "to" and _introduced_range(line, at)):
        return None
    total = used + 1 + hour[1] + start - at
    if link in ("past", "after"):
        return hour[0], minutes, total, True
    return (hour[0] - 1 or 12), 60 - minutes, total, True


def _introduced_range(line: list[Token], at: int) -> bool:
    """ "from ten to six" are two times, "ten to six" is one."""
    return text(line, at) not in ("half", "quarter", "a") and text(line, at + 1) != "minutes"


def _plain(line: list[Token], at: int) -> tuple[int, int, int, bool] | None:
    if at < len(line) and line[at].kind == "clock":
        hour, minute = (int(part) for part in line[at].text.split(":"))
        return (hour, minute, 1, True) if hour < 24 and minute < 60 else None
    number = figures.quantity(line, at)
    if not number or text(line, at) == "a":
        return None
    hour, used = number
    if 1 <= hour <= 12:
        if text(line, at + used) in figures.OH and (unit := figures.UNITS.get(text(line, at + used + 1))):
            return hour, unit, used + 2, True
        later = figures.quantity(line, at + used)
        if later and 10 <= later[0] <= 59 and not _is_counted(line, at + used + later[1]):
            return hour, later[0], used + later[1], True
        return hour, 0, used, False
    if line[at].kind == "figure" and 100 <= hour <= 1259 and hour % 100 < 60 and part_of_day(line, at + used)[1]:
        return hour // 100, hour % 100, used, True  # "830 am"
    return None


def _is_counted(line: list[Token], at: int) -> bool:
    """Whether a number before this token counts something: "six hours", "two blocks"."""
    word = text(line, at)
    if word in COUNTED or word in UNITS_OF_TIME:
        return True
    return at < len(line) and line[at].kind == "word" and not line[at].capital and word not in _AFTER_TIME


def _introduced(line: list[Token], at: int, used: int) -> bool:
    after = at + used
    counted = _is_counted(line, after) or (after < len(line) and line[after].capital and text(line, after) not in
                                           WEEKDAYS)  # fmt: skip
    later = _plain(line, after + 1) if text(line, after) in ("to", "until", "through", "-") else None
    follows = bool(later and not _is_counted(line, after + 1 + later[2]))
    counted = counted or bool(later and not follows)
    between = text(line, at - 1) == "and" and any(text(line, at - step) == "between" for step in (3, 4, 5))
    return not counted and (text(line, at - 1) in _LEADS_TO_TIME or follows or between)


def weekdays(line: list[Token], at: int) -> tuple[frozenset[int], int] | None:
    """One weekday or a group ("weekdays", "every day", "seven days a week"): (0 is Monday, tokens used)."""
    word = text(line, at)
    if word in WEEKDAYS:
        return frozenset([WEEKDAYS[word]]), 1
    if word in ("sat", "sun") and line[at].capital:
        return frozenset([5 if word == "sat" else 6]), 1
    if word in GROUPS:
        return frozenset(GROUPS[word]), 1
    pair = (word, text(line, at + 1))
    if pair in (("every", "day"), ("each", "day"), ("all", "week")):
        return frozenset(range(7)), 2
    weekly = text(line, at + 2) in ("a", "per") or text(line, at - 1) == "open"
    if word in ("seven", "7") and pair[1] == "days" and weekly:
        return frozenset(range(7)), 2 + 2 * (text(line, at + 2) in ("a", "per"))
    return None


def date(line: list[Token], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    """A calendar day, or one relative to today: (date, tokens used). Without a year it is the next one."""
    word = text(line, at)
    if word in ("today", "tonight"):
        return today, 1
    if word == "tomorrow":
        return today + dt.timedelta(days=1), 1
    if [text(line, at + step) for step in range(3)] == ["day", "after", "tomorrow"]:
        return today + dt.timedelta(days=2), 3
    if word in ("this", "coming") and text(line, at + 1) in WEEKDAYS:
        return today + dt.timedelta(days=(WEEKDAYS[text(line, at + 1)] - today.weekday()) % 7), 2
    return _written(line, at, today) or _named(line, at, today)


def _written(line: list[Token], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    kind, word = (line[at].kind, line[at].text) if at < len(line) else ("", "")
    if kind == "iso":
        year, month, day = (int(part) for part in word.split("-"))
    elif kind == "slash":
        month, day, *rest = (int(part) for part in word.split("/"))
        year = rest[0] + 2000 * (rest[0] < 100) if rest else 0
    else:
        return None
    return _coming(month, day, year, today, 1)


def _named(line: list[Token], at: int, today: dt.date) -> tuple[dt.date, int] | None:
    """ "November 26th, 2026", "the 26th of November"."""
    word = text(line, at)
    if word in MONTHS:
        start = at + 1 + (text(line, at + 1) == "the")
        day = figures.ordinal(line, start) or figures.quantity(line, start)
        if not day:
            return None
        used = start - at + day[1]
        skip = text(line, at + used) == ","
        year = text(line, at + used + skip)
        if year == "twenty" and text(line, at + used + skip + 1) in ("twenty", "thirty"):
            tail = figures.quantity(line, at + used + skip + 1) or (0, 0)
            return _coming(MONTHS[word], day[0], 2000 + tail[0], today, used + skip + 1 + tail[1])
        if re.fullmatch(r"20\d\d", year):
            return _coming(MONTHS[word], day[0], int(year), today, used + skip + 1)
        return _coming(MONTHS[word], day[0], 0, today, used)
    day = figures.ordinal(line, at)
    if day and text(line, at + day[1]) == "of" and text(line, at + day[1] + 1) in MONTHS:
        return _coming(MONTHS[text(line, at + day[1] + 1)], day[0], 0, today, day[1] + 2)
    return None


def _coming(month: int, day: int, year: int, today: dt.date, used: int) -> tuple[dt.date, int] | None:
    for candidate in (year,) if year else (today.year, today.year + 1):
        try:
            found = dt.date(candidate, month, day)
        except ValueError:
            return None
        if year or found >= today:
            return found, used
    return None


if __name__ == "__main__":
    from dialogue.guard.tokens import tokens

    print(clock(tokens("half past five"), 0), date(tokens("November 26th"), 0, dt.date(2026, 11, 23)))
