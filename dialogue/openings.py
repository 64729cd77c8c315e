"""Free times against a caller's wish: which ones fit, which two or three of them are offered, and how they are said.

Pure functions over `call.Opening`: what is offered is always one of those that were looked up.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from call import Opening, Window
from dialogue.slots.days import days
from dialogue.slots.month_days import DAY_NAMES
from dialogue.slots.times import times
from dialogue.text import words

MAX_OFFERED = 3
_USEFULLY_APART = dt.timedelta(hours=2)
_AROUND = dt.timedelta(minutes=60)
_PARTS: dict[str, tuple[dt.time, dt.time]] = {
    "morning": (dt.time.min, dt.time(12)),
    "afternoon": (dt.time(12), dt.time(17)),
    "evening": (dt.time(17), dt.time.max),
}
_NOT_THAT_PART = re.compile(r"\b(?:not|no|can't do|but|except) (?:in |for )?(?:the )?(morning|afternoon|evening)s?\b")
_AFTER = re.compile(r"\b(?:after|from|past|not before|no earlier than|at the earliest)\b")
_BEFORE = re.compile(r"\b(?:before|by|until|till|not after|no later than|at the latest)\b")
_ROUGHLY = re.compile(r"\b(?:around|about|ish|more or less|or so)\b")
_WEEKS = (
    (re.compile(r"\b(?:week after next|in two weeks)\b"), 2),
    (re.compile(r"\b(?:next week|following week|proxima semana)\b"), 1),
    (re.compile(r"\b(?:this week|later this week|esta semana)\b"), 0),
)
_NEXT_MONTH = re.compile(r"\bnext month\b")
_ANY_OF_THEM = re.compile(r"\b(?:any|every|a|some|on) ((?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b")


@dataclass(frozen=True, slots=True)
class Limits:
    """What narrows the wish beside its windows.

    Attributes:
        first, last: local dates, both included ("next week").
        weekdays: wanted on any date ("any Friday"), Monday is 0; empty: all.
        not_days, not_weekdays, not_parts: what does not suit.
        earliest, latest: of the time of day; `latest` excluded.
        after, before: moments, both excluded ("something later").
        provider: the only one wanted, id of the record. `not_providers`: those who are not.
    """

    first: dt.date | None = None
    last: dt.date | None = None
    weekdays: frozenset[int] = frozenset()
    not_days: frozenset[dt.date] = frozenset()
    not_weekdays: frozenset[int] = frozenset()
    not_parts: frozenset[str] = frozenset()
    earliest: dt.time | None = None
    latest: dt.time | None = None
    after: dt.datetime | None = None
    before: dt.datetime | None = None
    provider: str | None = None
    not_providers: frozenset[str] = frozenset()

    def exclude(self, opening: Opening) -> bool:
        """Whether an opening is one that the caller ruled out: no widening brings it back."""
        local = opening.local
        return bool(
            local.date() in self.not_days
            or local.weekday() in self.not_weekdays
            or any(_in_part(local.time(), part) for part in self.not_parts)
            or (self.after and opening.start <= self.after)
            or (self.before and opening.start >= self.before)
            or opening.provider in self.not_providers
            or (self.provider and opening.provider != self.provider)
        )

    def allow(self, opening: Opening) -> bool:
        """Whether an opening lies within the days and the hours that were named."""
        day, time = opening.local.date(), opening.local.time()
        return not (
            (self.first and day < self.first)
            or (self.last and day > self.last)
            or (self.weekdays and day.weekday() not in self.weekdays)
            or (self.earliest and time < self.earliest)
            or (self.latest and time >= self.latest)
        )

    def joined(self, heard: "Limits", windows: Sequence[Window]) -> "Limits":
        """These limits with those of a later utterance: what does not suit adds up, the rest gives way."""
        new_day = any(window.day for window in windows) or heard.first or heard.weekdays
        new_time = any(window.time or window.part for window in windows) or heard.earliest or heard.latest
        return Limits(
            first=heard.first if new_day else self.first,
            last=heard.last if new_day else self.last,
            weekdays=heard.weekdays if new_day else self.weekdays,
            not_days=self.not_days | heard.not_days,
            not_weekdays=self.not_weekdays | heard.not_weekdays,
            not_parts=heard.not_parts if new_time else self.not_parts | heard.not_parts,
            earliest=heard.earliest if new_time else self.earliest,
            latest=heard.latest if new_time else self.latest,
            provider=heard.provider or (None if self.provider in heard.not_providers else self.provider),
            not_providers=(self.not_providers | heard.not_providers) - {heard.provider or ""},
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The openings to offer, soonest first.

    Attributes:
        fit: `exact`: at the very time that was wished for; `fits`; `near`: on the day, at another time; `outside` the
            wish; `none` is free at all.
    """

    openings: tuple[Opening, ...] = ()
    fit: Literal["exact", "fits", "near", "outside", "none"] = "none"


def limits(text: str, today: dt.date) -> Limits:
    """What a text says beside days and times wished for: "but not Monday", "after four", "next week", "any Friday"."""
    tokens = words(text)
    line = " ".join(tokens)
    heard = days(tokens, today)
    bare = [one for one in heard if one.excluded and one.end - one.start == 1 and tokens[one.start] in DAY_NAMES]
    first, last = _span(line, today) if not any(not one.excluded for one in heard) else (None, None)
    earliest, latest = _hours(line)
    return Limits(
        first=first,
        last=last,
        weekdays=frozenset(DAY_NAMES[day] for day in _ANY_OF_THEM.findall(line) if _is_any(line, day)),
        not_days=frozenset(one.day for one in heard if one.excluded and one not in bare),
        not_weekdays=frozenset(one.day.weekday() for one in bare),
        not_parts=frozenset(_NOT_THAT_PART.findall(line)),
        earliest=earliest,
        latest=latest,
    )


def _is_any(line: str, day: str) -> bool:
    return day.endswith("days") or bool(re.search(rf"\b(?:any|every|a|some) {day}\b", line))


def _span(line: str, today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    monday = today - dt.timedelta(days=today.weekday())
    for pattern, ahead in _WEEKS:
        if pattern.search(line):
            first = monday + dt.timedelta(weeks=ahead)
            return max(first, today), first + dt.timedelta(days=6)
    if _NEXT_MONTH.search(line):
        first = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        return first, (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    return None, None


def _hours(line: str) -> tuple[dt.time | None, dt.time | None]:
    """ "After four", "before ten", "between one and three": the first time after the word counts."""
    between = re.search(r"\bbetween (.+?) and (.+)", line)
    if between:
        ends = [_first_time(part) for part in between.groups()]
        return (ends[0], ends[1]) if all(ends) else (None, None)
    after, before = _AFTER.search(line), _BEFORE.search(line)
    return (_first_time(line[after.end() :]) if after else None), (
        _first_time(line[before.end() :]) if before else None
    )


def _first_time(part: str) -> dt.time | None:
    found = times(part.split()[:5], expected=True)
    return found[0].time if found and found[0].start <= 1 else None


def search(
    free: Sequence[Opening], windows: Sequence[Window], within: Limits, *, passed: frozenset[str] = frozenset()
) -> Found:
    """The openings to offer for a wish: those that fit; else near ones on the same day; else the nearest of all.

    Args:
        free: soonest first.
        passed: keys that were taken by others, or that the caller did not want.
    """
    windows = [_beside(window, within) for window in windows]
    left = [one for one in free if one.key not in passed and not within.exclude(one)]
    allowed = [one for one in left if within.allow(one)]
    if exact := [one for one in allowed if any(_is_exact(one, window, within) for window in windows)]:
        return Found(spread(exact), "exact")
    if fitting := [one for one in allowed if not windows or any(_fits(one, window, within) for window in windows)]:
        return Found(spread(fitting), "fits")
    if near := [one for one in left if any(_on_its_day(one, window) and window.day for window in windows)]:
        return Found(_nearest(near, windows, within), "near")
    return Found(_nearest(left, windows, within), "outside") if left else Found()


def _beside(window: Window, within: Limits) -> Window:
    """A window without what the limits say better: "after four" is no wish for four, nor "not in the morning" one."""
    bounded = within.earliest or within.latest
    return window.model_copy(
        update={
            "time": None if bounded else window.time,
            "part": None if window.part in within.not_parts else window.part,
        }
    )


def is_plain(window: Window) -> bool:
    """Whether a window names a day and one time of it, not "after" or "around" it."""
    return bool(window.day and window.time and not _relation(window))


def window_of(opening: Opening, said: str = "") -> Window:
    """An opening as the wished time of a lead."""
    local = opening.local
    return Window(day=local.date(), time=f"{local:%H:%M}", timezone=opening.timezone, words=said)


def spread(fitting: Sequence[Opening]) -> tuple[Opening, ...]:
    """Two or three that differ usefully: the soonest, one later on its day, one on another day."""
    picks = list(fitting[:1])
    for other_day in (False, True, True, False):
        if len(picks) == MAX_OFFERED:
            break
        more = (one for one in fitting if _differs(one, picks, other_day=other_day))
        picks.extend([one] if (one := next(more, None)) else [])
    return tuple(sorted(picks, key=lambda one: one.start))


def _differs(one: Opening, picks: Sequence[Opening], *, other_day: bool) -> bool:
    known = {pick.local.date() for pick in picks}
    if (one.local.date() not in known) is not other_day:
        return False
    return all(abs(one.start - pick.start) >= _USEFULLY_APART for pick in picks)


def _relation(window: Window) -> str:
    said = " ".join(words(window.words))
    if _ROUGHLY.search(said):
        return "around"
    if re.search(r"\b(?:half|quarter|twenty|ten|five) (?:past|after|before|to)\b", said):
        return ""
    if re.search(r"\bday (?:after|before)\b", said):
        return ""
    return "after" if _AFTER.search(said) else "before" if _BEFORE.search(said) else ""


def _is_exact(one: Opening, window: Window, within: Limits) -> bool:
    return bool(
        window.time and not _relation(window) and _on_its_day(one, window, within) and _at(one) == _time(window)
    )


def _fits(one: Opening, window: Window, within: Limits) -> bool:
    if not _on_its_day(one, window, within):
        return False
    if window.time is None:
        return window.part is None or _in_part(one.local.time(), window.part)
    wished, relation = _time(window), _relation(window)
    if relation == "around":
        return abs(_at(one) - wished) <= _AROUND
    if relation == "after":
        return _at(one) >= wished
    return relation == "before" and _at(one) < wished


def _on_its_day(one: Opening, window: Window, within: Limits | None = None) -> bool:
    any_such_day = within and window.day and window.day.weekday() in within.weekdays
    return bool(window.day is None or any_such_day or one.local.date() == window.day)


def _in_part(time: dt.time, part: str) -> bool:
    begins, ends = _PARTS[part]
    return begins <= time < ends


def _at(one: Opening) -> dt.timedelta:
    return dt.timedelta(hours=one.local.hour, minutes=one.local.minute)


def _time(window: Window) -> dt.timedelta:
    time = dt.time.fromisoformat(window.time or "12:00")
    return dt.timedelta(hours=time.hour, minutes=time.minute)


def _nearest(left: Sequence[Opening], windows: Sequence[Window], within: Limits) -> tuple[Opening, ...]:
    """The three nearest to a wish: those of its part of the day, when there are some, and by day before by hour."""
    parts = {window.part for window in windows if window.part}
    alike = [one for one in left if any(_in_part(one.local.time(), part) for part in parts)] or list(left)
    in_hours = [
        one for one in alike if replace(within, first=None, last=None, weekdays=frozenset()).allow(one)
    ] or alike
    wished = [(window.day or within.first, _time(window) if window.time else None) for window in windows]

    def far(one: Opening) -> tuple[int, dt.timedelta, dt.datetime]:
        gaps = [
            (abs((one.local.date() - day).days) if day else 0, abs(_at(one) - time) if time else dt.timedelta())
            for day, time in wished or [(within.first, None)]
        ]
        return (*min(gaps), one.start)

    nearest = sorted(in_hours, key=far)[:MAX_OFFERED]
    return tuple(sorted(nearest, key=lambda one: one.start))


def said(offered: Sequence[Opening], *, last: str = "or") -> str:
    """ "Tuesday, December 1 at 10:00 AM or at 2:30 PM, or Wednesday, December 2 at 9:00 AM"."""
    parts = [
        f"{day:%A}, {day:%B} {day.day} {f' {last} '.join(_clock_time(one) for one in of_day)}"
        for day, of_day in groupby(offered, key=lambda one: one.local.date())
    ]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, {last} {parts[-1]}"


def _clock_time(one: Opening) -> str:
    return f"at {one.local.hour % 12 or 12}:{one.local:%M} {'AM' if one.local.hour < 12 else 'PM'}"


if __name__ == "__main__":
    import sys

    for spoken in sys.stdin:
        print(limits(spoken, dt.date.today()))
