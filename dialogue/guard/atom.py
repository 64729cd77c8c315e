"""One meaningful piece of a sentence: a word, or the value that several words stand for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "word", "break", "number", "ordinal", "digits", "zip", "phone", "money", "percent", "duration", "time", "range",
    "days", "date", "now", "holiday", "place", "state", "plan", "provider", "service", "language", "street", "suite",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as said. `hour` is 1 to 12 while it is not said whether before or after noon (`sure`)."""

    hour: int
    minute: int = 0
    sure: bool = False

    def means(self, time: dt.time) -> bool:
        """Whether it can mean a time: 5:00 means 05:00 and 17:00, 5 PM means 17:00 alone."""
        if self.minute != time.minute:
            return False
        return self.hour == time.hour if self.sure else self.hour % 12 == time.hour % 12

    def readings(self) -> tuple[dt.time, ...]:
        if self.sure:
            return (dt.time(self.hour, self.minute),)
        return dt.time(self.hour % 12, self.minute), dt.time(self.hour % 12 + 12, self.minute)

    def at(self, part: str) -> "Clock":
        """The same time once "am" or "pm" is known."""
        if self.sure or self.hour > 12:
            return Clock(self.hour, self.minute, True)
        return Clock(self.hour % 12 + (12 if part == "pm" else 0), self.minute, True)

    def __str__(self) -> str:
        return f"{self.hour}:{self.minute:02}"


@dataclass(frozen=True, slots=True)
class Day:
    """A date as said; `weekday` (0 is Monday) when one was said with it."""

    date: dt.date
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Atom:
    """A word or a value.

    Attributes:
        text: the words in lower case, numbers as they stood.
        value: by kind: str for words, int for numbers and minutes, cents for money, digits for telephones, `Clock`,
            a pair of them for a range, frozenset of weekdays, `Day`, frozenset of keys or ids for what records name.
        capital: written with a capital letter.
        exact: of a place: its own name, not the name of its city.
    """

    kind: Kind
    text: str
    value: Any = None
    capital: bool = False
    exact: bool = True


if __name__ == "__main__":
    print(Clock(5).means(dt.time(17)), Clock(5).at("am").means(dt.time(17)))
