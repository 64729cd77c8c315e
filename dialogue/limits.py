"""What narrows a caller's wish for a time beside the days and times wished for: "but not Monday", "after four"."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from call import Opening, Window
from dialogue.slots.days import days
from dialogue.slots.month_days import DAY_NAMES
from dialogue.slots.times import times
from dialogue.text import words

_PARTS: dict[str, tuple[dt.time, dt.time]] = {
    "morning": (dt.time.min, dt.time(12)),
    "afternoon": (dt.time(12), dt.time(17)),
    "evening": (dt.time(17), dt.time.max),
}
_NOT_THAT_PART = re.compile(r"\b(?:not|no|can't do|but|except) (?:in |for )?(?:the )?(morning|afternoon|evening)s?\b")
AFTER = re.compile(r"\b(?:(?<!not )after|from|past|not before|no earlier than|at the earliest)\b")
BEFORE = re.compile(r"\b(?:(?<!not )before|by|until|till|not after|no later than|at the latest)\b")
_WEEKS = (
    (re.compile(r"\b(?:week after next|in two weeks)\b"), 2),
    (re.compile(r"\b(?:next week|following week|proxima semana)\b"), 1),
    (re.compile(r"\b(?:this week|later this week|esta semana)\b"), 0),
)
_NEXT_MONTH = re.compile(r"\bnext month\b")
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_ANY_OF_THEM = re.compile(rf"\b(?:any|every|a|some) ({_WEEKDAY})\b|(?<!not )\b({_WEEKDAY}s)\b")
_DOES_NOT_SUIT = re.compile(
    rf"\b({_WEEKDAY}s?) (?:(?:don't|doesn't|won't|does not|do not|will not) (?:work|suit|do)|"
    r"(?:isn't|aren't|are not|is not) (?:good|possible|an option))\b"
)
_NOT_THAT_DAY = re.compile(
    r"\b(?:not|but|except|besides|can't (?:do|make|come)|don't (?:do|want|like)) (?:on |for )?(?:an? |any )?"
    rf"(?={_WEEKDAY})"
)


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
            or any(in_part(local.time(), part) for part in self.not_parts)
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


def limits(text: str, today: dt.date) -> Limits:
    """What a text says beside days and times wished for: "but not Monday", "after four", "next week", "any Friday"."""
    line = _NOT_THAT_DAY.sub("not ", _DOES_NOT_SUIT.sub(r"not \1", " ".join(words(text))))
    tokens = line.split()
    heard = days(tokens, today)
    bare = [one for one in heard if one.excluded and one.end - one.start == 1 and tokens[one.start] in DAY_NAMES]
    first, last = _span(line, today) if not any(not one.excluded for one in heard) else (None, None)
    earliest, latest = _hours(line)
    return Limits(
        first=first,
        last=last,
        weekdays=frozenset(DAY_NAMES[one or many] for one, many in _ANY_OF_THEM.findall(line)),
        not_days=frozenset(one.day for one in heard if one.excluded and one not in bare),
        not_weekdays=frozenset(one.day.weekday() for one in bare),
        not_parts=frozenset(_NOT_THAT_PART.findall(line)),
        earliest=earliest,
        latest=latest,
    )


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
    after, before = AFTER.search(line), BEFORE.search(line)
    return (_first_time(line[after.end() :]) if after else None), (
        _first_time(line[before.end() :]) if before else None
    )


def _first_time(part: str) -> dt.time | None:
    found = times(part.split()[:5], expected=True)
    return found[0].time if found and found[0].start <= 1 else None


def in_part(time: dt.time, part: str) -> bool:
    """Whether a time of day lies in the morning, the afternoon or the evening."""
    begins, ends = _PARTS[part]
    return begins <= time < ends


if __name__ == "__main__":
    import sys

    for spoken in sys.stdin:
        print(limits(spoken, dt.date.today()))
