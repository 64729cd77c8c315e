"""Whether what was synthesised stands in the records or in the caller's own words: a checker that shares no code with
the guard, so that a hole there is not a hole here.

It looks at what can be looked up: figures, times of day with their weekdays, telephone numbers, money, and names. What
cannot (a diagnosis, a promise) is found by the telling words of `lies.py`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.gate.accuracy.readings import (
    DAYS,
    MONTHS,
    PHONE_LIKE,
    WEEKDAYS,
    Clock,
    clocks,
    digits_of,
    numbers,
    same_clock,
    weekdays,
    without_calendar_dates,
    without_phones,
)

# Words with a capital that are no fact: the language's, and the agent's own name.
_NO_NAME = {"i", "i'm", "i'll", "ava", "am", "pm", "a", "ok", "hipaa", "dr", "doctor", "english", "spanish"}

_MONEY = re.compile(r"\$|\b(?:dollars?|bucks|cents)\b|\bfree of charge\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][A-Za-z'’]+")
_STARTS = re.compile(r"(?:^|[.!?:]\s+)\W*([A-Z][A-Za-z'’]*)")
_TITLED = re.compile(r"\b(?:Dr\.?|Doctor|Mrs?\.?|Ms\.?)\s+((?:[A-Z][A-Za-z'’]+\s?)+)")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)


@dataclass(frozen=True)
class Known:
    """What may be said: texts (records, approved words, what the caller said), and times by weekday.

    Attributes:
        priced: texts in which a sum of money may be found: the records.
    """

    texts: tuple[str, ...]
    times: Mapping[str, frozenset[Clock]]
    priced: tuple[str, ...] = ()

    @cached_property
    def numbers(self) -> set[int]:
        return set().union(
            *map(numbers, self.texts), {part for times in self.times.values() for clock in times for part in clock[:2]}
        )

    @cached_property
    def words(self) -> set[str]:
        return {word for text in self.texts for word in re.findall(r"[a-z0-9'’]+", text.lower())}

    @cached_property
    def digits(self) -> str:
        return " ".join(digits_of(text) for text in self.texts)

    @cached_property
    def sums(self) -> set[int]:
        return set().union(*(numbers(text) for text in self.priced if _MONEY.search(text)))

    def told_by(self, said: Iterable[str], slots: Iterable[Mapping[str, Any]], number: str = "") -> "Known":
        """The same with a caller's words, with what the call collected from them (days and times among it), and with
        the caller's own number, of which the last four digits may be read out."""
        said, collected = tuple(said), list(slots)
        times = {day: set(known) for day, known in self.times.items()}
        spoken = {clock for text in said for clock in clocks(text) | _bare_hours(text)}
        windows = [window for one in collected for window in one.get("windows") or ()]
        for window in windows:
            spoken |= clocks(str(window.get("time") or ""))
        for known in times.values():
            known |= spoken
        dates = tuple(_date_words(str(window["day"])) for window in windows if window.get("day"))
        more = (number, number[-4:], *said, *dates, *(text for one in collected for text in _strings(one)))
        return Known((*self.texts, *more), {day: frozenset(known) for day, known in times.items()}, self.priced)


def _bare_hours(text: str) -> set[Clock]:
    """A caller's "ten" or "two thirty" without the word before it that a sentence of AVA's has."""
    return {(number % 12, minute, "") for number in numbers(text) if 1 <= number <= 12 for minute in (0, 15, 30, 45)}


def _date_words(day: str) -> str:
    value = date.fromisoformat(day)
    return f"{WEEKDAYS[value.weekday()]} {MONTHS[value.month - 1]} {value.day} {value.year}"


def known_from(facts_dir: Path, approved: Iterable[str]) -> Known:
    """What the practice's records say, and words that are approved without one (the triage's, the agent's own)."""
    records = [
        json.loads(line)
        for file in sorted(facts_dir.glob("avc_*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    times: dict[str, set[Clock]] = {day: set() for day in DAYS}
    for record in records:
        for day in record.get("days") or ():
            times[day] |= {_of_record(record["opens"]), _of_record(record["closes"])}
    texts = tuple(text for record in records for text in _strings(record))
    frozen = {day: frozenset(known) for day, known in times.items()}
    return Known((*texts, *WEEKDAYS, *MONTHS, *approved), frozen, texts)


def _of_record(time: str) -> Clock:
    hour, minute = map(int, time.split(":")[:2])
    return hour % 12, minute, "p" if hour >= 12 else "a"


def unsupported(sentence: str, known: Known) -> list[str]:
    """What of a sentence nothing bears out, in words; empty when all is borne out."""
    return [*_figures(sentence, known), *_times(sentence, known), *_phones(sentence, known), *_money(sentence, known),
            *_names(sentence, known)]  # fmt: skip


def _figures(sentence: str, known: Known) -> list[str]:
    text = without_calendar_dates(without_phones(sentence), date.today())
    return [f"the figure {number}" for number in sorted(numbers(text) - known.numbers)]


def _times(sentence: str, known: Known) -> list[str]:
    named = sorted(weekdays(sentence), key=DAYS.index)
    return [
        f"the time {clock[0] or 12}:{clock[1]:02} on {', '.join(named) or 'any day'}"
        for clock in sorted(clocks(without_phones(sentence)))
        if not _is_kept(clock, named, known)
    ]


def _is_kept(clock: Clock, named: list[str], known: Known) -> bool:
    """On all the weekdays that a sentence names, or on any where it names none."""
    keeps = [any(same_clock(clock, other) for other in known.times[day]) for day in named or DAYS]
    return all(keeps) if named else any(keeps)


def _phones(sentence: str, known: Known) -> list[str]:
    runs = [re.sub(r"\D", "", run) for run in PHONE_LIKE.findall(digits_of(sentence))]
    return [f"the number {run}" for run in runs if run.removeprefix("1")[-10:] not in known.digits]


def _money(sentence: str, known: Known) -> list[str]:
    if not _MONEY.search(sentence):
        return []
    sums = numbers(sentence)
    return [] if sums and sums <= known.sums else ["a sum of money"]


def _names(sentence: str, known: Known) -> list[str]:
    titled = {word for names in _TITLED.findall(sentence) for word in names.split()}
    openings = set(_STARTS.findall(sentence)) - titled
    names = set(_NAME.findall(sentence)) - openings | titled
    unknown = [name for name in sorted(names) if not _is_known(name.lower().replace("’", "'"), known.words)]
    return [f"the name {name}" for name in unknown]


def _is_known(word: str, words: set[str]) -> bool:
    return word in _NO_NAME or word in words or word.removesuffix("'s") in words or word.removesuffix("s") in words


if __name__ == "__main__":
    import sys

    facts = known_from(Path(__file__).parents[3] / "rag" / "data", ("911",))
    for line in sys.stdin:
        print(f"{line.strip()}  ->  {'; '.join(unsupported(line, facts)) or 'borne out'}")
