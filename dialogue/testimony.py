"""What a caller said or agreed to in a finished call, read again from its transcript.

A lead is held against this (`lead_review.py`). What AVA said counts when the caller's next turn was a yes: that is a
read-back that was confirmed. All of it is pure, and lenient where words have two readings: "next Tuesday" is either
Tuesday, a bare "two" is 02:00 and 14:00.
"""

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from call import CallRecord, Window
from dialogue.slots import numbers, yes_no
from dialogue.slots.days import days
from dialogue.slots.month_days import DAY_NAMES
from dialogue.slots.names import name
from dialogue.slots.phone import e164, longest_run, phone, without_number
from dialogue.slots.spelling import spelled_run
from dialogue.slots.times import Opening, times
from dialogue.text import normalise, words

Part = str  # of the day, as in `call.Window`
_HALVES: tuple[Opening, ...] = ((dt.time(0), dt.time(12)), (dt.time(12), dt.time(23, 59)))
_NOON, _EVENING = dt.time(12), dt.time(17)
_TURNS_OF_A_NUMBER = 6  # a number is said in at most so many turns, corrections counted
_ANY_DAY = dt.date(2024, 1, 1)  # where in a text days stand does not depend on the date
_PHONE_DIGITS = 7  # so many in a row are no time of day
_WHEN = re.compile(
    r"\b(?:when|times?|hours?|day|o'clock|morning|afternoon|cuando|hora|dia|día)\b|cuándo", re.IGNORECASE
)
_NEXT = re.compile(r"\b(?:next|following|proxim[ao]|que viene)\b")
_LEADS_IN_A_WEEKDAY = frozenset({"this", "next", "coming", "proximo", "este"})
_PARTS_IN_OTHER_WORDS: tuple[tuple[str, frozenset[Part]], ...] = (
    (r"\b(?:first thing|early|temprano|before (?:work|school|lunch))\b", frozenset({"morning"})),
    (r"\b(?:after (?:lunch|school)|later in the day|mas tarde)\b", frozenset({"afternoon"})),
    (r"\b(?:after work|end of the day|late|despues del trabajo)\b", frozenset({"afternoon", "evening"})),
)


@dataclass(frozen=True)
class Testimony:
    """The words that count.

    Attributes:
        turns: the caller's, in order.
        agreed: AVA's turns to which the caller said yes.
        asked_when: those of `turns` that answer a question for a time, so that a bare "ten" is one.
    """

    turns: tuple[str, ...]
    agreed: tuple[str, ...] = ()
    asked_when: frozenset[str] = frozenset()

    @classmethod
    def of(cls, record: CallRecord) -> "Testimony":
        said = [turn for turn in record.turns if turn.text.strip()]
        answers = [
            (before.text, after.text)
            for before, after in itertools.pairwise(said)
            if before.speaker == "ava" and after.speaker == "caller"
        ]
        return cls(
            tuple(turn.text for turn in said if turn.speaker == "caller"),
            tuple(question for question, answer in answers if yes_no(answer)),
            frozenset(answer for question, answer in answers if _WHEN.search(question)),
        )

    @property
    def texts(self) -> tuple[str, ...]:
        return (*self.turns, *self.agreed)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word, normalised; also what was spelled, neighbours as one word ("mc kay"), and numbers as figures."""
        found: set[str] = set()
        for text in self.texts:
            tokens = words(text)
            found.update(tokens, (a + b for a, b in itertools.pairwise(tokens)), _figures(tokens))
            found.update(run[0] for at in range(len(tokens)) if (run := spelled_run(tokens, at)))
        return frozenset(found)

    @cached_property
    def name_words(self) -> frozenset[str]:
        """The words of every name as the dialogue would have understood it, with its corrections ("b not v")."""
        found: set[str] = set()
        known: str | None = None
        for text in self.turns:
            if heard := name(text, expected=True, known=known):
                known = heard.value
                found.update(words(heard.value))
        return frozenset(found)

    @cached_property
    def phones(self) -> frozenset[str]:
        """Numbers in E.164 as they were said, in one turn or in several that follow each other."""
        found = {e164(phone(text)) for text in self.agreed}
        for first in range(len(self.turns)):
            digits = ""
            for text in self.turns[first : first + _TURNS_OF_A_NUMBER]:
                digits = phone(text, digits)
                found.add(e164(digits))
        return frozenset(number for number in found if number)

    @cached_property
    def digits(self) -> tuple[str, ...]:
        """The digits of each turn, and of each two turns, one after the other."""
        return tuple(numbers.digits(words(text)) for text in self._spans)

    def days(self, today: dt.date) -> frozenset[dt.date]:
        """The days that were wished for. A weekday that corrects another day may be of that day's week."""
        found: set[dt.date] = set()
        weekdays: set[int] = set()
        line = " ".join(words(" ".join(self.turns)))
        for text in self._spans:
            tokens = words(text)
            for heard in days(tokens, today):
                if heard.excluded:
                    continue
                found.add(heard.day)
                if (weekday := _bare_weekday(tokens[heard.start : heard.end])) is not None:
                    weekdays.add(weekday)
        weeks = {day - dt.timedelta(days=day.weekday()) for day in found}
        if _NEXT.search(line):  # the coming one, or the one after it
            soonest = (today + dt.timedelta(days=(weekday - today.weekday() - 1) % 7 + 1) for weekday in weekdays)
            found |= {day + dt.timedelta(days=7 * later) for day in soonest for later in (0, 1)}
        return frozenset(found | {week + dt.timedelta(days=weekday) for week in weeks for weekday in weekdays})

    @cached_property
    def times(self) -> frozenset[dt.time]:
        """The times of day; one that can be before or after noon is both."""
        return frozenset(heard for heard, _ in self._times_heard if heard)

    @cached_property
    def parts(self) -> frozenset[Part]:
        """The parts of the day, also those in which a time lies."""
        found = {part for _, part in self._times_heard if part}
        found |= {_part_of(one) for one in self.times}
        line = " ".join(words(" ".join(self.turns)))
        return frozenset(found).union(*(parts for seen, parts in _PARTS_IN_OTHER_WORDS if re.search(seen, line)))

    def has_time(self, window: Window) -> bool:
        """Whether a window's time, else its part of the day, was said; True when it has neither."""
        if window.time:
            return dt.time.fromisoformat(window.time) in self.times
        return window.part is None or window.part in self.parts

    @cached_property
    def _times_heard(self) -> frozenset[tuple[dt.time | None, Part | None]]:
        asked = tuple(self.asked_when)
        return frozenset(
            heard for text in self._spans for heard in _times(text, expected=text.startswith(asked) if asked else False)
        )

    @property
    def _spans(self) -> Iterator[str]:
        """Each text, and each two turns of the caller as one: a pause may stand in the middle of a date."""
        yield from self.texts
        for before, after in itertools.pairwise(self.turns):
            yield f"{before} {after}"


def _figures(tokens: list[str]) -> Iterator[str]:
    """ "two hundred" is 200 and 2, "forty five" 45."""
    for at in range(len(tokens)):
        if number := numbers.cardinal(tokens, at):
            times_ten = {"hundred": 100, "thousand": 1000}.get("".join(tokens[at + number[1] : at + number[1] + 1]), 1)
            yield from (str(number[0]), str(number[0] * times_ten))


def _bare_weekday(tokens: list[str]) -> int | None:
    """The weekday of "tuesday" or "next tuesday", None of "tuesday december first"."""
    named = [word for word in tokens if word not in _LEADS_IN_A_WEEKDAY]
    return DAY_NAMES.get(named[0]) if len(named) == 1 else None


def _times(text: str, *, expected: bool) -> Iterator[tuple[dt.time | None, Part | None]]:
    is_number = longest_run(text) >= _PHONE_DIGITS
    tokens = without_number(normalise(text)).split() if is_number else words(text)
    for day in days(tokens, _ANY_DAY):
        tokens[day.start : day.end] = ["_" if word != "tonight" else word for word in tokens[day.start : day.end]]
    for half in _HALVES:
        for heard in times(tokens, half, expected=expected and not is_number):
            yield heard.time, heard.part


def _part_of(time: dt.time) -> Part:
    return "morning" if time < _NOON else "afternoon" if time < _EVENING else "evening"


if __name__ == "__main__":
    import sys

    testimony = Testimony(tuple(line.strip() for line in sys.stdin))
    print(sorted(testimony.phones), sorted(testimony.days(dt.date.today())), sorted(testimony.times), testimony.parts)
