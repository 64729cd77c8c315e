"""All that a rule looks at for one sentence: what it says, whom it is said to, and the records."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dialogue.guard.atom import Atom, Clock
from dialogue.guard.lexicon import Lexicon
from dialogue.guard.passages import Passages
from dialogue.guard.segment import Segment
from dialogue.guard.verdict import Finding, Said


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence to judge.

    Attributes:
        line: the sentence's words in lower case, contractions opened.
        heard: values that the caller said, or that stand in the slots.
        heard_words: their words.
        approved: ids of records that hold the sentence word for word.
        now: aware.
    """

    sentence: str
    line: str
    segments: tuple[Segment, ...]
    lexicon: Lexicon
    passages: Passages
    said: Said
    heard: tuple[Atom, ...]
    heard_words: frozenset[str]
    location: str | None
    now: dt.datetime
    approved: tuple[str, ...] = ()

    def scope(self, segment: Segment) -> frozenset[str]:
        """Offices that a part speaks of: those named, else the one under discussion; empty when any may be meant."""
        if segment.every:
            return self.lexicon.keys
        if segment.places:
            return segment.places
        states = {code for atom in segment.of("state") for code in atom.value}
        if there := frozenset(place.location for place in self.lexicon.facts.locations if place.state in states):
            return there
        return frozenset([self.location] if self.location else [])

    def local_now(self, key: str | None) -> dt.datetime:
        place = self.lexicon.facts.location(key) if key else None
        return self.now.astimezone(ZoneInfo((place or self.lexicon.facts.locations[0]).timezone))

    def heard_time(self, clock: Clock) -> bool:
        """Whether the caller said a time, or it was looked up."""
        said = [one for atom in self.heard for one in ((atom.value,) if atom.kind == "time" else atom.value
                if atom.kind == "range" else ())]  # fmt: skip
        if any(
            one.minute == clock.minute and one.hour % 12 == clock.hour % 12 and not _opposed(one, clock) for one in said
        ):
            return True
        # a bare "five" from the recogniser may come as a number
        if clock.minute == 0 and any(a.kind == "number" and a.value == (clock.hour % 12 or 12) for a in self.heard):
            return True
        return any(clock.means(one.time()) for one in self.looked_up())

    def heard_date(self, date: dt.date) -> bool:
        dates = {atom.value.date for atom in self.heard if atom.kind == "date"}
        days = {day for atom in self.heard if atom.kind == "days" for day in atom.value}
        near = 0 <= (date - self.local_now(self.location).date()).days <= 14
        ordinals = {a.value for a in self.heard if a.kind == "ordinal"}
        return date in dates or (date.weekday() in days and near) or date.day in ordinals or date in {
            one.date() for one in self.looked_up()}  # fmt: skip

    def heard_days(self, days: frozenset[int]) -> bool:
        said = {day for atom in self.heard if atom.kind == "days" for day in atom.value}
        said |= {atom.value.date.weekday() for atom in self.heard if atom.kind == "date"}
        return days <= said | {one.weekday() for one in self.looked_up()}

    def looked_up(self) -> list[dt.datetime]:
        zone = self.local_now(self.location).tzinfo
        return [one.astimezone(zone) if one.tzinfo else one for one in self.said.looked_up]


Part = Callable[[Case, Segment], tuple[str, list[str]]]


def by_segment(case: Case, *parts: Part) -> Finding:
    """What a rule finds that looks at one part of the sentence at a time: the first problem, else the records' ids.

    Args:
        parts: from a case and a part of it, the problem (empty: none) and the ids of the records that bear it out.
    """
    ids: list[str] = []
    for segment in case.segments:
        for part in parts:
            problem, found = part(case, segment)
            if problem:
                return Finding(problem)
            ids += found
    return Finding(ids=tuple(ids))


def _opposed(one: Clock, other: Clock) -> bool:
    return one.sure and other.sure and one.hour != other.hour


if __name__ == "__main__":
    print(_opposed(Clock(17, 0, True), Clock(5)))
