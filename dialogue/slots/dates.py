"""Windows: the days with their times that a caller would like (`days.py` and `times.py` find the parts)."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from call import Window
from dialogue.slots.days import CORRECTS, DayHeard, days
from dialogue.slots.month_days import DAY_NAMES, MONTH_NAMES
from dialogue.slots.times import Opening, TimeHeard, times
from dialogue.text import words

_AS_SOON = re.compile(
    r"\b(?:as soon as (?:possible|you can)|asap|first available|soonest|earliest|next available|any ?time|any day|"
    r"whenever|no preference|doesn't matter|don't care|whatever (?:works|you have)|lo antes posible|cuando sea|"
    r"i'm flexible|flexible|you (?:pick|choose)|first thing you have)\b"
)

_VAGUE = re.compile(
    r"\b(?:next week|this week|later this week|next month|week after next|la proxima semana|the weekend)\b"
)

_LEADS_IN_WORDS = """
any after before around about anytime not but except between by this next every
"""

_LEADS_IN = frozenset(_LEADS_IN_WORDS.split())

_EXACT_DAY = re.compile(
    r"\b(?:this|next|coming|today|tomorrow|from|week|weeks|proximo|manana)\b|\d|\bthe \w+(?:st|nd|rd|th)\b"
)

_NOT_THAT_TIME = re.compile(
    r"\bnot (?:at )?(?:\d{1,2}(?::\d\d)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?: (?:fifteen|thirty|forty five))?[,;] +(?=\w)",
    re.IGNORECASE,
)
_BIRTHDAY = re.compile(r"\bbirthday(?:'s| is) (?:on )?the (?:twenty |thirty )?\w+,? but\b", re.IGNORECASE)
_DESCRIBED_DAY = re.compile(r"\b(?:today|tomorrow|that)(?:'s| is) (?:a )?(?:\w+day)\b", re.IGNORECASE)

MAX_WINDOWS = 2


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
    tokens = words(_without_asides(text))
    heard_days = days(tokens, now.astimezone(ZoneInfo(timezone)).date())
    taken = {index for day in heard_days for index in range(day.start, day.end)}
    blanked = ["_" if index in taken and word not in ("tonight",) else word for index, word in enumerate(tokens)]
    heard_times = times(blanked, opening, expected=expected or bool([day for day in heard_days if not day.excluded]))
    if len(heard_times) > 1 and CORRECTS.intersection(tokens[heard_times[-2].end : heard_times[-1].start]):
        heard_times = heard_times[-1:]  # "at ten, no, eleven"
    wanted = [day for day in heard_days if not day.excluded]
    said = _span(tokens, [*heard_days, *heard_times])
    if not wanted:
        return _without_day(heard_times, said, tokens, timezone)
    return tuple(_window(day.day, _time_of(day, wanted, heard_times), said, timezone) for day in wanted[:MAX_WINDOWS])


def _without_asides(text: str) -> str:
    """ "not ten, ten forty five" and "tomorrow, oh wait, tomorrow's Sunday, Monday then" without what is not wished."""
    kept = _BIRTHDAY.sub(" ", _DESCRIBED_DAY.sub(" ", _NOT_THAT_TIME.sub(" ", text)))
    return kept if words(kept) else text


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
    bare = [word for word in words(heard.words) if word in DAY_NAMES]
    exact = _EXACT_DAY.search(heard.words) or any(word in MONTH_NAMES for word in words(heard.words))
    if heard.day is None or before.day is None or len(bare) != 1 or exact:
        return heard
    same_week = before.day + dt.timedelta(days=DAY_NAMES[bare[0]] - before.day.weekday())
    return heard.model_copy(update={"day": same_week}) if same_week > today else heard


def is_open(window: Window) -> bool:
    """True when the caller leaves day and time to the practice ("as soon as possible", "any time")."""
    return bool(_AS_SOON.search(" ".join(words(window.words))))


if __name__ == "__main__":
    import sys

    for heard_line in sys.stdin:
        print(windows(heard_line, now=dt.datetime.now(dt.UTC), timezone="America/New_York", expected=True))
