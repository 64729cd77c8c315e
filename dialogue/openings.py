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
from dialogue.limits import AFTER, BEFORE, Limits, in_part
from dialogue.text import words

MAX_OFFERED = 3
_USEFULLY_APART = dt.timedelta(hours=2)
_AROUND = dt.timedelta(minutes=60)
_ROUGHLY = re.compile(r"\b(?:around|about|ish|more or less|or so)\b")


@dataclass(frozen=True, slots=True)
class Found:
    """The openings to offer, soonest first.

    Attributes:
        fit: `exact`: at the very time that was wished for; `fits`; `near`: on the day, at another time; `outside` the
            wish; `none` is free at all.
    """

    openings: tuple[Opening, ...] = ()
    fit: Literal["exact", "fits", "near", "outside", "none"] = "none"


def search(
    free: Sequence[Opening], windows: Sequence[Window], within: Limits, *, passed: frozenset[str] = frozenset()
) -> Found:
    """The openings to offer for a wish: those that fit; else near ones on the same day; else the nearest of all.

    Args:
        free: soonest first.
        passed: keys that were taken by others, or that the caller did not want.
    """
    windows = [_beside(window, within) for window in windows]
    left = _one_each([one for one in free if one.key not in passed and not within.exclude(one)])
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
    ruled_out = window.day is not None and window.day.weekday() in within.not_weekdays
    return window.model_copy(
        update={
            "day": None if ruled_out else window.day,
            "time": None if bounded else window.time,
            "part": None if window.part in within.not_parts else window.part,
        }
    )


def _one_each(some: Sequence[Opening]) -> list[Opening]:
    """One opening of each start: the caller chooses a time, whoever of several doctors is free."""
    firsts: dict[dt.datetime, Opening] = {}
    for one in some:
        firsts.setdefault(one.start, one)
    return list(firsts.values())


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
    return "after" if AFTER.search(said) else "before" if BEFORE.search(said) else ""


def _is_exact(one: Opening, window: Window, within: Limits) -> bool:
    return bool(
        window.time and not _relation(window) and _on_its_day(one, window, within) and _at(one) == _time(window)
    )


def _fits(one: Opening, window: Window, within: Limits) -> bool:
    if not _on_its_day(one, window, within):
        return False
    if window.time is None:
        return window.part is None or in_part(one.local.time(), window.part)
    wished, relation = _time(window), _relation(window)
    if relation == "around":
        return abs(_at(one) - wished) <= _AROUND
    if relation == "after":
        return _at(one) >= wished
    return relation == "before" and _at(one) < wished


def _on_its_day(one: Opening, window: Window, within: Limits | None = None) -> bool:
    any_such_day = within and window.day and window.day.weekday() in within.weekdays
    return bool(window.day is None or any_such_day or one.local.date() == window.day)


def _at(one: Opening) -> dt.timedelta:
    return dt.timedelta(hours=one.local.hour, minutes=one.local.minute)


def _time(window: Window) -> dt.timedelta:
    time = dt.time.fromisoformat(window.time or "12:00")
    return dt.timedelta(hours=time.hour, minutes=time.minute)


def _nearest(left: Sequence[Opening], windows: Sequence[Window], within: Limits) -> tuple[Opening, ...]:
    """The three nearest to a wish: those of its part of the day, when there are some, and by day before by hour."""
    parts = {window.part for window in windows if window.part}
    alike = [one for one in left if any(in_part(one.local.time(), part) for part in parts)] or list(left)
    in_hours = [
        one for one in alike if replace(within, first=None, last=None, weekdays=frozenset()).allow(one)
    ] or alike
    bound = within.earliest or within.latest
    at = dt.timedelta(hours=bound.hour, minutes=bound.minute) if bound else None
    wished = [(window.day or within.first, _time(window) if window.time else at) for window in windows]

    def far(one: Opening) -> tuple[int, dt.timedelta, dt.datetime]:
        gaps = [
            (abs((one.local.date() - day).days) if day else 0, abs(_at(one) - time) if time else dt.timedelta())
            for day, time in wished or [(within.first, at)]
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
    at = dt.datetime(2026, 12, 1, 15, tzinfo=dt.UTC)
    trial = [
        Opening("kendall", at + dt.timedelta(hours=h), at, "America/New_York", None, str(h)) for h in (0, 1, 4, 23)
    ]
    print(said(search(trial, (), Limits()).openings))
