"""Times of day: "ten thirty", "half past two", "quarter to three", "2 pm", "noon", "in the morning", "after four"."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from dialogue.slots.numbers import TENS, UNITS, cardinal

Part = Literal["morning", "afternoon", "evening"]
Opening = tuple[dt.time, dt.time]

_PARTS: dict[str, Part] = {
    "morning": "morning", "mornings": "morning", "am": "morning", "afternoon": "afternoon", "afternoons": "afternoon",
    "pm": "afternoon", "evening": "evening", "evenings": "evening", "night": "evening", "tonight": "evening",
    "tarde": "afternoon", "noche": "evening", "mananita": "morning", "tardecita": "afternoon",
}  # fmt: skip
_AROUND_LUNCH: dict[str, Part] = {
    "after": "afternoon", "despues": "afternoon", "before": "morning", "antes": "morning",
}  # fmt: skip
_NAMED = {"noon": (12, 0), "midday": (12, 0), "noontime": (12, 0), "mediodia": (12, 0), "lunchtime": (12, 0)}
_INTRODUCES = frozenset(
    ["at", "around", "about", "by", "after", "before", "from", "past", "between", "las", "like", "till", "until"]
)
_NOT_A_TIME_WORDS = """
weeks week days day months month years year hours hour minutes people of kids eyes pairs pair times different
boxes percent dollars offices locations and first second third street avenue st nd rd th
"""
_NOT_A_TIME = frozenset(_NOT_A_TIME_WORDS.split())
# A bare hour without "am" or "pm" outside any known opening hours: from 7:30 to 11:59 it is before noon, else after it.
_FIRST_BEFORE_NOON = dt.time(7, 30)


@dataclass(frozen=True, slots=True)
class TimeHeard:
    """One time in a text: `start` and `end` are word positions (end exclusive); `time` is local."""

    start: int
    end: int
    time: dt.time | None = None
    part: Part | None = None


def times(tokens: list[str], opening: Opening | None = None, *, expected: bool = False) -> list[TimeHeard]:
    """Every time of day in a row of normalised words.

    Args:
        opening: opening and closing time of the place, to choose between 2:00 and 14:00.
        expected: a time was asked for, so that a bare "ten" or "two thirty" is one.
    """
    found: list[TimeHeard] = []
    at = 0
    while at < len(tokens):
        heard = _time_at(tokens, at, opening, expected) or _part_at(tokens, at)
        if heard:
            found.append(heard)
        at = heard.end if heard else at + 1
    return _joined(found, tokens, opening)


def _time_at(tokens: list[str], at: int, opening: Opening | None, expected: bool) -> TimeHeard | None:
    word = tokens[at]
    if word in _NAMED:
        minutes = cardinal(tokens, at + 1) if word == "noon" else None
        past = minutes if minutes and minutes[0] in (15, 30, 45) else (0, 0)
        return TimeHeard(at, at + 1 + past[1], dt.time(_NAMED[word][0], past[0]))
    clock = _relative(tokens, at) or _written_clock(word) or _spoken_clock(tokens, at)
    if not clock:
        return None
    hour, minute, used, explicit = clock
    end = at + used
    meridiem = ""
    if end < len(tokens) and tokens[end] in ("o'clock", "oclock"):
        end, explicit = end + 1, True
    if end < len(tokens) and tokens[end] in ("am", "pm"):
        meridiem, end, explicit = tokens[end], end + 1, True
    introduced = at > 0 and (tokens[at - 1] in _INTRODUCES or tokens[max(0, at - 2) : at] == ["a", "la"])
    if not (explicit or introduced or expected or _part_follows(tokens, end)):
        return None
    if not meridiem and end < len(tokens) and tokens[end] in _NOT_A_TIME - {"and"}:
        return None
    if hour > 23 or minute > 59 or (hour == 0 and not explicit):
        return None
    return TimeHeard(at, end, on_the_clock(hour, minute, meridiem, None, opening))


def _relative(tokens: list[str], at: int) -> tuple[int, int, int, bool] | None:
    """ "half past two", "quarter to three", "ten to nine", "twenty past four"."""
    start = at + (tokens[at] in ("a", "un", "faltando"))
    if start >= len(tokens):
        return None
    if tokens[start] in ("half", "quarter", "cuarto"):
        minutes, used = (30 if tokens[start] == "half" else 15), 1
    elif (number := cardinal(tokens, start)) and number[0] in (5, 10, 20, 25):
        minutes, used = number
    else:
        return None
    if tokens[start + used : start + used + 1] in (["minutes"], ["minutos"]):
        used += 1
    if tokens[start] == "half" and (hour := cardinal(tokens, start + used)) and 1 <= hour[0] <= 12:
        return hour[0], 30, used + hour[1] + (start - at), True  # "half nine"
    link = tokens[start + used] if start + used < len(tokens) else ""
    if link not in ("past", "after", "to", "till", "of", "before", "til", "para"):
        return None
    if link == "para" and tokens[start + used + 1 : start + used + 2] in (["la"], ["las"]):
        used += 1
    hour = cardinal(tokens, start + used + 1)
    if not hour or not 1 <= hour[0] <= 12:
        return None
    total = used + 1 + hour[1] + (start - at)
    if link in ("past", "after"):
        return hour[0], minutes, total, True
    return (hour[0] - 1 or 12), 60 - minutes, total, True


def _written_clock(word: str) -> tuple[int, int, int, bool] | None:
    """ "10:30", "10:30am", "2pm"."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", word)
    return (int(match[1]), int(match[2]), 1, True) if match else None


def _spoken_clock(tokens: list[str], at: int) -> tuple[int, int, int, bool] | None:
    """ "ten", "ten thirty", "nine oh five", "two forty five", "10 30"."""
    word = tokens[at]
    if word.isdigit():
        if len(word) in (3, 4) and int(word[-2:]) < 60 and 1 <= int(word[:-2]) <= 12:
            return int(word[:-2]), int(word[-2:]), 1, False
        if len(word) == 4 and 13 <= int(word[:-2]) <= 19 and int(word[-2:]) < 60:
            return int(word[:-2]), int(word[-2:]), 1, True  # "1430"; a number from 2000 on is a year
        hour, used = int(word), 1
    elif word in TENS:
        return None
    elif number := cardinal(tokens, at):
        hour, used = number
    else:
        return None
    if tokens[at + used : at + used + 1] == ["hundred"] and 8 <= hour <= 20:
        return hour, 0, used + 1, True  # "fourteen hundred"
    if 13 <= hour <= 19 and (minute := cardinal(tokens, at + used)) and 10 <= minute[0] <= 59:
        return hour, minute[0], used + minute[1], False  # "fifteen thirty"
    if not 1 <= hour <= 12:
        return None
    follows = tokens[at + used : at + used + 2]
    if spanish := _spanish_minutes(tokens, at + used, hour):
        return (*spanish[:2], used + spanish[2], True)
    if len(follows) == 2 and follows[0] in ("oh", "o") and follows[1] in UNITS:
        return hour, UNITS[follows[1]], used + 2, True
    minute = cardinal(tokens, at + used)
    if minute and 10 <= minute[0] <= 59 and (minute[0] in (10, 15) or minute[0] >= 20):
        return hour, minute[0], used + minute[1], True
    return hour, 0, used, False


def _spanish_minutes(tokens: list[str], at: int, hour: int) -> tuple[int, int, int] | None:
    """ "(las diez) y media", "y cuarto", "menos cuarto", "y veinte": (hour, minute, words used), or None."""
    link, rest = tokens[at : at + 1], tokens[at + 1 : at + 2]
    if link not in (["y"], ["menos"]) or not rest:
        return None
    minutes, used = {"media": (30, 1), "cuarto": (15, 1)}.get(rest[0]) or cardinal(tokens, at + 1) or (0, 0)
    if not 0 < minutes < 60:
        return None
    if link == ["y"]:
        return hour, minutes, used + 1
    return (hour - 1 or 12), 60 - minutes, used + 1


def _part_follows(tokens: list[str], at: int) -> bool:
    """ "ten in the morning"."""
    return tokens[at : at + 2] in (["in", "the"], ["de", "la"]) and any(
        word in _PARTS or word == "manana" for word in tokens[at + 2 : at + 3]
    )


def _part_at(tokens: list[str], at: int) -> TimeHeard | None:
    word = tokens[at]
    if word in ("lunch", "almuerzo", "almorzar", "comer"):
        side = next((one for one in tokens[max(0, at - 2) : at] if one in _AROUND_LUNCH), "")
        return TimeHeard(at, at + 1, None, _AROUND_LUNCH[side]) if side else None
    if word == "manana" and tokens[max(0, at - 2) : at] in (["la"], ["por", "la"], ["en", "la"], ["de", "la"]):
        return TimeHeard(at, at + 1, None, "morning")
    if word not in _PARTS or word in ("am", "pm"):
        return None
    if at > 0 and tokens[at - 1] in ("good", "buenas", "last"):
        return None
    return TimeHeard(at, at + 1, None, _PARTS[word])


def on_the_clock(hour: int, minute: int, meridiem: str, part: Part | None, opening: Opening | None) -> dt.time:
    """Settle whether an hour of the twelve-hour clock is before or after noon."""
    if hour > 12 or hour == 0:
        return dt.time(hour, minute)
    morning, afternoon = dt.time(hour % 12, minute), dt.time(hour % 12 + 12, minute)
    if meridiem or part:
        return morning if meridiem == "am" or part == "morning" else afternoon
    if opening:
        opens, closes = opening
        fits = [time for time in (morning, afternoon) if opens <= time < closes]
        if len(fits) == 1:
            return fits[0]
    return morning if hour < 12 and morning >= _FIRST_BEFORE_NOON else afternoon


def _joined(found: list[TimeHeard], tokens: list[str], opening: Opening | None) -> list[TimeHeard]:
    """Join "ten" with the "in the morning" that belongs to it."""
    out: list[TimeHeard] = []
    for heard in found:
        before = out[-1] if out else None
        link = tokens[before.end : heard.start] if before else []
        if before and before.time and heard.part and link in (["in", "the"], ["at"], ["de", "la"], ["por", "la"], []):
            time = on_the_clock(before.time.hour % 12 or 12, before.time.minute, "", heard.part, opening)
            out[-1] = TimeHeard(before.start, heard.end, time)
        elif before and before.part and heard.time and len(link) <= 2 and "or" not in link:
            time = on_the_clock(heard.time.hour % 12 or 12, heard.time.minute, "", before.part, opening)
            out[-1] = TimeHeard(before.start, heard.end, time)
        else:
            out.append(heard)
    return out


if __name__ == "__main__":
    import sys

    from dialogue.text import words

    for line in sys.stdin:
        print(times(words(line), expected=True))
