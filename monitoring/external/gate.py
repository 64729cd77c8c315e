"""The last look before text leaves: is anything that the call knows of its caller still in it, in whatever form?

It shares no code with the redaction but the tables of number words, and reads the text as a stranger would: all figures
in a row, all letters in a row, whatever stands between them.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from monitoring.case import CallCase
from monitoring.external.vocabulary import MONTHS
from monitoring.who_called import Known
from pseudonyms import Kind
from pseudonyms.names import PARTICLES
from pseudonyms.words import NUMBER_WORDS, ORDINALS, fold

_TOKEN = re.compile(r"\[[A-Z]+_\d+\]")
_WORDS = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+")
_IN_A_ROW = 5  # figures of a number that tell of it
_AT_THE_END = 4  # of these its last ones, in one turn
_SHORTEST = 3  # letters of a name; shorter ones are looked for beside each other only
_BESIDE = 4  # words between a month and its day
_ENDINGS = ("", "s", "es", "'s", "ito", "ita")


def known_values(case: CallCase) -> Known:
    """Everything that a call knows of its caller, corrected values too: names, numbers, dates of birth."""
    slots = [case.record.slots.model_dump(mode="json")]
    slots += [event["slots"] for event in case.of("slots") if isinstance(event.get("slots"), dict)]
    lead = [case.lead.model_dump(mode="json")] if case.lead else []
    found: dict[Kind, list[str]] = {Kind.NAME: [], Kind.PHONE: [case.record.caller or ""], Kind.BIRTH: []}
    for values in (*slots, *lead):
        found[Kind.NAME].append(values.get("name") or "")
        found[Kind.BIRTH].append(values.get("date_of_birth") or "")
        found[Kind.PHONE] += [values.get(name) or "" for name in ("callback_number", "phone", "caller_id")]
    return {
        kind: tuple(dict.fromkeys(one for one in ones if isinstance(one, str) and one)) for kind, ones in found.items()
    }


def still_told(texts: Sequence[str], known: Known, names: Iterable[str] = ()) -> frozenset[Kind]:
    """Of which kinds something is left. Pure.

    Args:
        texts: what is to leave, turn by turn.
        names: further words of names, folded: what was spelled, say.
    """
    lines = [_read(text) for text in texts]
    left: set[Kind] = set()
    if _names_left(lines, [*known.get(Kind.NAME, ()), *names]):
        left.add(Kind.NAME)
    if _numbers_left(lines, known.get(Kind.PHONE, ())):
        left.add(Kind.PHONE)
    everything = [word for line in lines for word in line]
    if any(_birth_left(line, day) for day in _days(known.get(Kind.BIRTH, ())) for line in (*lines, everything)):
        left.add(Kind.BIRTH)
    for kind in (Kind.EMAIL, Kind.ID, Kind.ADDRESS, Kind.ZIP):
        packed = "".join("".join(line) for line in lines)
        if any("".join(_read(value)) in packed for value in known.get(kind, ())):
            left.add(kind)
    return frozenset(left)


def _read(text: str) -> list[str]:
    return _WORDS.findall(fold(_TOKEN.sub(" ; ", text)))


def _names_left(lines: Sequence[Sequence[str]], names: Sequence[str]) -> bool:
    words = {word for line in lines for word in line}
    spelled = ["".join(word if len(word) == 1 else " " for word in line) for line in lines]
    for name in names:
        parts = [part for part in re.findall(r"[a-z]+", fold(name)) if part not in PARTICLES]
        for part in parts:
            if len(part) >= _SHORTEST and (
                any(part + end in words for end in _ENDINGS) or any(part in s for s in spelled)
            ):
                return True
        if len(parts) > 1 and any(_stand_together(line, parts) for line in lines):
            return True
    return False


def _stand_together(line: Sequence[str], parts: Sequence[str]) -> bool:
    return any(list(line[at : at + len(parts)]) == list(parts) for at in range(len(line)))


def _figures(words: Iterable[str]) -> Iterator[str]:
    """Numbers among words, as figures: what is no number is a space."""
    times = 1
    for word in words:
        if word in ("double", "doble"):
            times = 2
        elif word == "triple":
            times = 3
        elif word in ("oh", "o"):
            yield "0" * times
            times = 1
        elif word.isdigit() or word in NUMBER_WORDS or word in ORDINALS:
            yield (word if word.isdigit() else str({**NUMBER_WORDS, **ORDINALS}[word])) * times
            times = 1
        else:
            yield " "
            times = 1


def _numbers_left(lines: Sequence[Sequence[str]], numbers: Iterable[str]) -> bool:
    everything = "".join("".join(_figures(line)) for line in lines).replace(" ", "")
    by_line = ["".join(_figures(line)).replace(" ", "") for line in lines]
    for number in numbers:
        digits = re.sub(r"\D", "", number)[-10:]
        windows = {digits[at : at + _IN_A_ROW] for at in range(max(0, len(digits) - _IN_A_ROW + 1))}
        if any(window in everything for window in windows):
            return True
        if len(digits) >= _AT_THE_END and any(digits[-_AT_THE_END:] in line for line in by_line):
            return True
    return False


def _days(values: Iterable[str]) -> Iterator[dt.date]:
    for value in values:
        try:
            yield dt.date.fromisoformat(value)
        except ValueError:
            continue


def _birth_left(line: Sequence[str], day: dt.date) -> bool:
    """Month and day beside each other, or the whole date as figures."""
    figures = "".join(_figures(line)).replace(" ", "")
    forms = {f"{day:%m%d%Y}", f"{day:%d%m%Y}", f"{day:%Y%m%d}", f"{day.month}{day.day}{day:%Y}", f"{day:%m%d%y}"}
    if any(form in figures for form in forms):
        return True
    for at, word in enumerate(line):
        if MONTHS.get(word) != day.month:
            continue
        near = list(line[max(0, at - _BESIDE) : at]), list(line[at + 1 : at + 1 + _BESIDE])
        if any(_says_day(words, day.day) for words in near):
            return True
    return False


def _says_day(words: Sequence[str], day: int) -> bool:
    values = [_value(word) for word in words]
    both = {at for at, (a, b) in enumerate(pairwise(values)) if a in (20, 30) and 0 < b < 10}
    alone = (value for at, value in enumerate(values) if at not in both and at - 1 not in both)
    return day in {values[at] + values[at + 1] for at in both} or day in alone


def _value(word: str) -> int:
    if match := re.match(r"\d{1,4}", word):
        return int(match[0])
    return {**NUMBER_WORDS, **ORDINALS}.get(word, 0)


if __name__ == "__main__":
    example: Known = {Kind.NAME: ("Jordan Sample",), Kind.PHONE: ("+13055550123",), Kind.BIRTH: ("1980-03-04",)}
    for shown in ("hello, [NAME_1] here", "j o r d a n", "five five five oh one two three", "march the fourth"):
        print(shown, sorted(still_told([shown], example)))
