"""How a sentence that a record speaks against could read: the same words with the record's own value. Pure.

Every correction is a guess until the judge has held it against the records: `correction` gives only one that passes.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import NamedTuple

from facts import Faq, Hours, Location, Plan, PracticeFacts, Record, Service


class Swap(NamedTuple):
    """What stands there, what would stand there instead, and the kind of record whose value that is (none: any)."""

    old: str
    new: str
    kind: type[Record] = Record

    def is_of(self, record: Record) -> bool:
        """Whether a record can hold the value. FAQs hold words only."""
        return isinstance(record, self.kind) and not isinstance(record, Faq)


_CLOCK = re.compile(r"\b(\d{1,2})(:[0-5]\d)?(\s*)([ap])(\.?\s?)m\b(\.?)", re.I)
_PHONE = re.compile(r"\(?\b[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}\b")
_ZIP = re.compile(r"(?<![\d-])\d{5}(?![\d-])")
_PRICE = re.compile(r"\$\s?\d[\d,]*(?:\.\d{2})?")
_MINUTES = re.compile(r"\b\d+(?=[ -]minutes?\b)")
_NOT_ACCEPTED = re.compile(r"\b(?:do not|don't|cannot|can't) (?=(?:accept|take)\b)")
_ACCEPTED = re.compile(r"(?<!not )(?<!n't )\b(?=(?:accept|take)\b)")
_MOST = 40  # swaps of one sentence that are tried, alone and in pairs


def correction(sentence: str, facts: PracticeFacts, passes: Callable[[str], bool]) -> tuple[Swap, ...]:
    """The fewest swaps after which a sentence passes; none when no value of the records makes it pass.

    Another office is tried only where there is no other value to put right: hours are of the office that they name.
    """
    swaps = list(dict.fromkeys(swap for kind in _KINDS for swap in kind(sentence, facts)))[:_MOST]
    swaps = swaps or list(_places(sentence, facts))
    for count in (1, 2):
        for chosen in combinations(swaps, count):
            if len({swap.old for swap in chosen}) == count and passes(swapped(sentence, chosen)):
                return chosen
    return ()


def swapped(text: str, swaps: tuple[Swap, ...]) -> str:
    """A text with each old part replaced, where it stands first."""
    for old, new, _ in swaps:
        text = text.replace(old, new, 1)
    return text


def _times(sentence: str, facts: PracticeFacts) -> Iterator[Swap]:
    """Opening and closing times, the nearest to what was said first."""
    known = {time for row in facts.hours for time in (row.opens, row.closes) if time}
    for match in _CLOCK.finditer(sentence):
        hour = int(match[1]) % 12 + (12 if match[4].lower() == "p" else 0)
        said = dt.time(hour, int((match[2] or ":0")[1:]))
        for time in sorted(known - {said}, key=lambda one: (abs(_minute(one) - _minute(said)), one)):
            yield Swap(match[0], _written_as(match, time), Hours)


def _minute(time: dt.time) -> int:
    return 60 * time.hour + time.minute


def _written_as(match: re.Match[str], time: dt.time) -> str:
    """ "5:00 PM", "5 pm", "5p.m.": in the form of what stands there."""
    minute = f":{time.minute:02}" if match[2] or time.minute else ""
    half = "p" if time.hour >= 12 else "a"
    half = half.upper() if match[4].isupper() else half
    letter = "M" if match[0].rstrip(".")[-1].isupper() else "m"
    return f"{time.hour % 12 or 12}{minute}{match[3]}{half}{match[5]}{letter}{match[6]}"


def _numbers(sentence: str, facts: PracticeFacts) -> Iterator[Swap]:
    known = [number for place in facts.locations for number in (place.phone, place.fax) if number]
    for match in _PHONE.finditer(sentence):
        for number in known:
            digits = iter(number[-10:])
            yield Swap(match[0], re.sub(r"\d", lambda _, left=digits: next(left), match[0]), Location)  # type: ignore[misc]


def _zips(sentence: str, facts: PracticeFacts) -> Iterator[Swap]:
    for match in _ZIP.finditer(sentence):
        yield from (Swap(match[0], place.zip, Location) for place in facts.locations)


def _prices(sentence: str, facts: PracticeFacts) -> Iterator[Swap]:
    prices = [service.price_usd for service in facts.services if service.price_usd is not None]
    for match in _PRICE.finditer(sentence):
        yield from (Swap(match[0], f"${price:,.2f}".removesuffix(".00"), Service) for price in prices)


def _durations(sentence: str, facts: PracticeFacts) -> Iterator[Swap]:
    for match in _MINUTES.finditer(sentence):
        yield from (Swap(match[0], str(service.duration_min), Service) for service in facts.services)


def _acceptance(sentence: str, facts: PracticeFacts) -> Iterator[Swap]:
    if match := _NOT_ACCEPTED.search(sentence):
        yield Swap(match[0], "", Plan)
    elif match := _ACCEPTED.search(sentence):
        word = sentence[match.start() :].split()[0]
        yield Swap(word, f"do not {word}", Plan)


def _places(sentence: str, facts: PracticeFacts) -> Iterator[Swap]:
    names = sorted((place.name for place in facts.locations), key=len, reverse=True)
    said = [name for name in names if re.search(rf"\b{re.escape(name)}\b", sentence)]
    for name in said:
        yield from (Swap(name, other) for other in names if other not in said)


_KINDS = (_times, _numbers, _zips, _prices, _durations, _acceptance)


if __name__ == "__main__":
    from dialogue.guard import Said
    from dialogue.sample import sample_facts
    from monitoring.judge import judge_of

    records = sample_facts()
    for line in ("Our Kendall office is open until 6:00 PM on weekdays.", "We take Davis Vision in Austin."):
        print(line, correction(line, records, lambda text: not judge_of(records).contradiction(text, Said())))
