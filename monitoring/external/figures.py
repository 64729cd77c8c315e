"""Which numbers of a sentence may leave the practice: its own, times, small quantities and days to come. No others.

A number is withheld unless its form says what it is: a telephone number has a hundred ways to be said, a time few.
"""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from monitoring.external.vocabulary import MONTHS, WEEKDAYS
from pseudonyms.public import Public, national
from pseudonyms.words import ORDINALS, TEENS, TENS, UNITS, Word, fold, words_of

Asked = Literal["identity", "time"] | None
"""What a turn answers: a question for what tells who calls, one for a day or a time, or another."""

_REPEATS = frozenset({"double", "triple", "treble", "doble"})
_FILLER_WORDS = "uh um uhm er eh and y dash hyphen guion then area code to point"
_FILLERS = frozenset(_FILLER_WORDS.split())
_AROUND_WORDS = "it's its is that's yes no yeah okay ok sorry so the my it a"
_AROUND = _FILLERS | frozenset(_AROUND_WORDS.split())
_ALSO_WORDS = frozenset({"once", "una", "uno", "o", "oh", "second", "segundo", "one"})  # numbers only beside others
_TIME_WORDS = "at by until till before after around from about between past las la than"
_BEFORE_TIME = frozenset(_TIME_WORDS.split())
_AFTER_TIME = frozenset(["am", "pm", "a", "p", "o'clock", "oclock", "sharp"])
_DAY_PART = re.compile(r"\W*(?:in the|at|de la|por la)? ?(?:morning|afternoon|evening|night|noon|manana|tarde|noche)\b")
_QUANTITY_WORDS = """
day days week weeks month months hour hours minute minutes times time years year percent dollars dollar bucks pair
pairs kids children people eyes eye dias dia semanas semana meses mes horas hora minutos veces ojos ojo drops boxes
box of more other things questions appointments visits
"""
_QUANTITY = frozenset(_QUANTITY_WORDS.split())
_GAP = re.compile(r"[\s,.:/()+-]*")
_DAYS_BACK, _DAYS_AHEAD = 3, 150  # a day that is an appointment's, not a birth's
_LAST_MINUTE = 59


@dataclass(frozen=True, slots=True)
class Run:
    """Number words that follow each other. `first` and `last` are places in the list of words, both of them in it."""

    first: int
    last: int
    groups: tuple[str, ...]

    @property
    def digits(self) -> str:
        return "".join(self.groups)


def withheld_numbers(
    text: str,
    folded: str,
    words: Sequence[Word],
    public: Public,
    today: dt.date,
    asked: Asked,
    births: Collection[tuple[int, int]] = (),
) -> list[range]:
    """The places of the words that are withheld. Pure.

    Args:
        today: local date of the call: days about to come may stay.
        births: month and day of dates of birth: these do not.
    """
    runs = list(_runs(text, words))
    only_numbers = bool(runs) and not [
        word
        for at, word in enumerate(words)
        if not any(r.first <= at <= r.last for r in runs) and word.key not in _AROUND
    ]
    withheld: list[range] = []
    for run in runs:
        span = _with_month(words, run)
        if not _stays(text, folded, words, run, public, today, asked, births, only_numbers=only_numbers):
            withheld.append(span)
    return withheld


def _runs(text: str, words: Sequence[Word]) -> list[Run]:
    found: list[Run] = []
    at = 0
    while at < len(words):
        run = _run_at(text, words, at)
        if run is not None:
            found.append(run)
            at = run.last
        at += 1
    return found


def _run_at(text: str, words: Sequence[Word], first: int) -> Run | None:
    groups: list[str] = []
    at, last = first, first
    while at < len(words):
        if groups and not _GAP.fullmatch(text, words[at - 1].end, words[at].start):
            break
        digits = _digits(words, at, begun=bool(groups))
        if digits is None and not (groups and words[at].key in _FILLERS and _goes_on(words, at)):
            break
        if digits is not None:
            groups.append(digits)
            last = at
        at += 1
    if not groups:
        return None
    if len(groups) == 1 and words[first].key in _ALSO_WORDS - {"one"} and not _month_beside(words, first, last):
        return None
    if len(groups) == 1 and words[first].key in ORDINALS and not _month_beside(words, first, last):
        return None
    return Run(first, last, tuple(groups))


def _goes_on(words: Sequence[Word], at: int) -> bool:
    return at + 1 < len(words) and _digits(words, at + 1, begun=True) is not None


def _digits(words: Sequence[Word], at: int, *, begun: bool) -> str | None:
    key = words[at].key
    if any(char.isdigit() for char in key):
        return re.sub(r"\D", "", key)
    for table in (UNITS, TEENS, TENS, ORDINALS):
        if key in table:
            return str(table[key])
    if key in ("oh", "o"):
        return "0"
    if begun and key in ("hundred", "thousand", "mil"):
        return "00" if key == "hundred" else "000"
    if key in _REPEATS and at + 1 < len(words) and words[at + 1].key in {*UNITS, "oh", "o", *"0123456789"}:
        return ""
    return None


def _stays(
    text: str,
    folded: str,
    words: Sequence[Word],
    run: Run,
    public: Public,
    today: dt.date,
    asked: Asked,
    births: Collection[tuple[int, int]],
    *,
    only_numbers: bool,
) -> bool:
    start, end = words[run.first].start, words[run.last].end
    raw = text[start:end]
    if len(run.digits) >= 3 and national(run.digits) in public.numbers and public.has(folded[start:end]):
        return True
    if asked == "identity":
        return False
    if _month_beside(words, run.first, run.last):
        return _is_to_come(words, run, today, births)
    if any(
        not word.key.isdecimal() and any(char.isdigit() for char in word.key)
        for word in words[run.first : run.last + 1]
    ):
        return bool(re.fullmatch(r"\d{1,2}(?::\d\d)? ?(?:am|pm|st|nd|rd|th)|(?:1?\d)[ap]m", raw.casefold()))
    if raw in ("20/20", "24/7"):
        return True
    if only_numbers and asked != "time":
        return False
    if _is_time(folded, words, run, raw, sure=asked == "time"):
        return True
    after = words[run.last + 1].key if run.last + 1 < len(words) else ""
    later = words[run.last + 2].key if run.last + 2 < len(words) else ""
    if len(run.groups) == 1 and len(run.digits) <= 2 and after in _QUANTITY and later not in ("old", "of"):
        return True
    return len(run.digits) == 1


def _is_time(folded: str, words: Sequence[Word], run: Run, raw: str, *, sure: bool) -> bool:
    """ "at ten", "10:30", "two fifteen in the afternoon"."""
    if _is_span(words, run):
        return True
    hour, minutes = _clock(run.groups)
    if not (1 <= hour <= 12 and 0 <= minutes <= _LAST_MINUTE):
        return False
    before = words[run.first - 1].key if run.first else ""
    after = words[run.last + 1].key if run.last + 1 < len(words) else ""
    is_marked = before in _BEFORE_TIME or after in _AFTER_TIME or bool(_DAY_PART.match(folded, words[run.last].end))
    is_written = bool(re.fullmatch(r"\d{1,2}:\d\d", raw))
    return is_marked or is_written or (sure and minutes % 15 == 0) or (before in WEEKDAYS and minutes % 15 == 0)


def _is_span(words: Sequence[Word], run: Run) -> bool:
    """ "from nine to five"."""
    before = words[run.first - 1].key if run.first else ""
    is_joined = run.last - run.first == 2 and words[run.first + 1].key in ("to", "and")
    return before in ("from", "between") and is_joined and all(0 < int(group or 0) <= 12 for group in run.groups)


def _clock(groups: Sequence[str]) -> tuple[int, int]:
    """Hour and minute; an hour of 0 for what is no time."""
    if not groups[0] or len(groups[0]) > 2 or len(groups) > 3:
        return 0, 0
    rest = groups[1:]
    if len(rest) == 2 and rest[0] == "0" and len(rest[1]) == 1:  # "ten oh five"
        rest = ("0" + rest[1],)
    elif len(rest) == 2 and rest[0] in ("20", "30", "40", "50") and len(rest[1]) == 1:
        rest = (str(int(rest[0]) + int(rest[1])),)
    if len(rest) > 1 or (rest and len(rest[0]) != 2):
        return 0, 0
    return int(groups[0]), int(rest[0]) if rest else 0


def _month_beside(words: Sequence[Word], first: int, last: int) -> bool:
    return _month_at(words, first, last) is not None


def _month_at(words: Sequence[Word], first: int, last: int) -> int | None:
    for at in (first - 1, last + 1, first - 2, last + 2):
        if 0 <= at < len(words) and words[at].key in MONTHS:
            between = words[min(at, last) + 1 : max(at, first)]
            if all(word.key in ("the", "of", "de", "el") for word in between if word.key not in MONTHS):
                return at
    return None


def _with_month(words: Sequence[Word], run: Run) -> range:
    month = _month_at(words, run.first, run.last)
    if month is None:
        return range(run.first, run.last + 1)
    return range(min(month, run.first), max(month, run.last) + 1)


def _is_to_come(words: Sequence[Word], run: Run, today: dt.date, births: Collection[tuple[int, int]]) -> bool:
    """Whether a month and its day are an appointment's: within the next months, and without another year."""
    month = MONTHS[words[_month_at(words, run.first, run.last) or 0].key]
    groups = list(run.groups)
    if len(groups) > 1 and groups[0] in ("20", "30") and len(groups[1]) == 1 and groups[1] != "0":
        groups[:2] = [str(int(groups[0]) + int(groups[1]))]
    if len(groups) != 1 or not groups[0] or not 1 <= int(groups[0]) <= 31:
        return False
    if (month, int(groups[0])) in births:
        return False
    for year in (today.year, today.year + 1):
        try:
            ahead = (dt.date(year, month, int(groups[0])) - today).days
        except ValueError:
            continue
        if -_DAYS_BACK <= ahead <= _DAYS_AHEAD:
            return True
    return False


def month_and_day(text: str) -> tuple[int, int] | None:
    """Month and day of a date of birth as it was said: "march fourth", "3/4/80", "twelve oh three fifty"; or None."""
    folded = fold(text)
    words = words_of(text, folded)
    month = next((MONTHS[word.key] for word in words if word.key in MONTHS), None)
    numbers = [int(digits) for at in range(len(words)) if (digits := _digits(words, at, begun=True))]
    numbers = _together([number for number in numbers if number])
    if month is None and len(numbers) > 1:
        month = numbers.pop(1 if numbers[0] > 31 and len(numbers) > 2 else 0)
    day = next((number for number in numbers if number <= 31), None)
    return (month, day) if month is not None and day is not None else None


def _together(numbers: list[int]) -> list[int]:
    """Tens and ones as one number: 20 and 3 are 23."""
    found: list[int] = []
    for number in numbers:
        if found and found[-1] in range(20, 100, 10) and number < 10:
            found[-1] += number
        else:
            found.append(number)
    return found


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        found = words_of(line, fold(line))
        spans = withheld_numbers(line, fold(line), found, Public(), dt.date.today(), None)
        print([" ".join(word.text for word in found[span.start : span.stop]) for span in spans])
