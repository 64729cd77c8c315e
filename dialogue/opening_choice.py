"""Which of the offered times a caller means: "the second one", "two thirty", "the Wednesday one", "something later"."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from call import Opening
from dialogue.slots.days import days
from dialogue.slots.month_days import DAY_NAMES
from dialogue.slots.times import TimeHeard, times
from dialogue.text import normalise

Otherwise = Literal["later", "later_that_day", "sooner", "else", "none"]

_PLACES = {
    "first": 0, "1st": 0, "former": 0, "primera": 0, "primero": 0, "second": 1, "2nd": 1, "middle": 1, "segunda": 1,
    "segundo": 1, "third": 2, "3rd": 2, "tercera": 2, "tercero": 2, "last": -1, "final": -1, "latter": -1, "ultima": -1,
}  # fmt: skip
_NUMBERED = {"one": 0, "1": 0, "two": 1, "2": 1, "three": 2, "3": 2}
_ORDINAL = re.compile(
    rf"\b(?:the |la |el )?(?:very )?({'|'.join(_PLACES)})\b(?! (?:available|thing|week|month|time i|name|opening)\b)"
    r"(?! of (?!those|these|them|the (?:two|three)))"
    r"(?: (?:one|option|time|slot|choice))?"
)
_NUMBER = re.compile(r"\b(?:number|option|choice) (one|two|three|1|2|3)\b(?!:)")
_NOT_THIS_ONE = re.compile(rf"\bnot (?:the )?(?:{'|'.join(_PLACES)})(?: one)?\b")
_MONTH_BEFORE = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday) (?:the )?$"
)
_ANY = re.compile(
    r"\b(?:either|any of (?:them|those|these)|whichever|doesn't matter|don't care|no preference|"
    r"both (?:are )?(?:fine|work)|"
    r"you (?:pick|choose|decide)|cualquiera|all (?:of them )?(?:work|are fine))\b"
)
_SOONEST = re.compile(r"\b(?:the )?(?:earliest|soonest|earlier one|first available|as soon as possible|asap)\b")
_LATEST = re.compile(r"\b(?:the )?(?:latest|later one)\b")
_LATER = re.compile(r"\b(?:later|further out|mas tarde)\b")
_THAT_DAY = re.compile(r"\b(?:that|same|the) day\b")
_SOONER = re.compile(r"\b(?:earlier|sooner|before (?:that|then|those)|mas temprano|antes)\b")
_ELSE = re.compile(
    r"\b(?:(?:anything|something|what|nothing) else|other (?:times?|options?|openings?|ones?)|(?:any|some) other|"
    r"another (?:time|option|one)|(?:a )?different (?:times?|one)|more (?:times|options)|otra hora)\b"
)
_NONE = re.compile(
    r"\b(?:none|neither)\b|\b(?:don't|doesn't|won't|can't|not|no) (?:any of (?:them|those|these)|(?:really )?work|suit|"
    r"do (?:any|those|that)|make (?:any|those|it|that))\b"
)
_NOT_AN_HOUR = re.compile(
    r"(?<!at )(?<!around )(?<!about )\bone\b(?! (?:o'clock|am|pm|oh|ten|fifteen|twenty|thirty|forty|fifty))"
)
_ASKS_BACK = re.compile(r"^(?:and |so |sorry |wait )*(?:what|which|when)(?:'s| was| were| is| are)\b")
_A_DOCTOR = re.compile(r"\b(?:dr|doctor|doctora)\b")
_EXCLUDES = re.compile(r"\b(?:not|but|except|isn't|can't|don't)\b")
_AFTER_OR_BEFORE = re.compile(r"\b(?:after|before|until|between)\b")
_A_YES = 6  # words; a yes that is longer says more than yes


@dataclass(frozen=True, slots=True)
class Choice:
    """What a caller says to an offer.

    Attributes:
        taken: the one that is chosen.
        narrowed: several of those offered are meant.
        otherwise: what is wanted instead of them.
    """

    taken: Opening | None = None
    narrowed: tuple[Opening, ...] = ()
    otherwise: Otherwise | None = None


def choose(text: str, offered: Sequence[Opening], today: dt.date, *, yes_no: bool | None = None) -> Choice | None:
    """What the words say of the offered times; None when they say nothing of them (a new wish, a question, noise).

    Args:
        offered: soonest first, as AVA said them.
        today: local date at the office.
        yes_no: how the utterance reads as an answer to a question of yes or no.
    """
    line = _NOT_THIS_ONE.sub(" ", normalise(text)).strip()
    if not offered or _A_DOCTOR.search(line) or asks_back(line):
        return None
    if not line:
        return Choice(otherwise="else") if normalise(text) else None
    if taken := _by_place(line, offered):
        return Choice(taken)
    by_time = _by_day_and_time(line, offered, today)
    if by_time is not None:
        return by_time
    if _names_a_time(line, today):
        return None
    if _NONE.search(line):
        return Choice(otherwise="none")
    return _in_general(line, offered, yes_no)


def asks_back(line: str) -> bool:
    """Whether a normalised line asks what was offered, and does not choose from it: "what was the first one?"."""
    return bool(_ASKS_BACK.search(line))


def _by_place(line: str, offered: Sequence[Opening]) -> Opening | None:
    """ "The second one", "option two"; "the first" behind a month or a weekday is a date."""
    if found := _NUMBER.search(line):
        place = _NUMBERED[found[1]]
        return offered[place] if place < len(offered) else None
    found = _ORDINAL.search(line)
    if found is None or _MONTH_BEFORE.search(line[: found.start(1)]):
        return None
    place = _PLACES[found[1]]
    return offered[place] if -len(offered) <= place < len(offered) else None


def _by_day_and_time(line: str, offered: Sequence[Opening], today: dt.date) -> Choice | None:
    """Those of the offered times that a day, a time or a part of the day points at."""
    tokens = _NOT_AN_HOUR.sub("_", line).split()
    heard = days(tokens, today)
    taken = {index for day in heard for index in range(day.start, day.end)}
    clock = times(["_" if index in taken else word for index, word in enumerate(tokens)], expected=True)
    if not (heard or clock) or _EXCLUDES.search(line) or _AFTER_OR_BEFORE.search(line) or _SOONEST.search(line):
        return None
    wanted = [(day.day, " ".join(tokens[day.start : day.end]) in DAY_NAMES) for day in heard]
    meant = [one for one in offered if _on(one, wanted) and _at(one, clock, line)]
    if len(meant) == 1:
        return None if _LATER.search(line) or _SOONER.search(line) or _ELSE.search(line) else Choice(meant[0])
    if not meant or len(meant) == len(offered):
        return None
    return Choice(narrowed=tuple(meant))


def _on(one: Opening, wanted: list[tuple[dt.date, bool]]) -> bool:
    """Whether the opening is on one of the days; a bare "Tuesday" is that of any week."""
    day = one.local.date()
    return not wanted or any(day == named or (bare and day.weekday() == named.weekday()) for named, bare in wanted)


def _at(one: Opening, wanted: list[TimeHeard], line: str) -> bool:
    """Whether the opening is at one of the times; of a bare "two thirty" both halves of the day may be meant."""
    if not wanted:
        return True
    sure = re.search(r"\b(?:am|pm|morning|afternoon|evening|night|noon)\b", line)
    at = one.local.time()
    for heard in wanted:
        if heard.part and _part(at) == heard.part:
            return True
        if heard.time and (heard.time == at or (not sure and _twelve(heard.time) == _twelve(at))):
            return True
    return False


def _part(time: dt.time) -> str:
    return "morning" if time.hour < 12 else "afternoon" if time.hour < 17 else "evening"


def _twelve(time: dt.time) -> tuple[int, int]:
    return time.hour % 12, time.minute


def _names_a_time(line: str, today: dt.date) -> bool:
    """Whether a day, a part of it or a time is named: then it is a wish of its own."""
    tokens = _NOT_AN_HOUR.sub("_", line).split()
    return bool(days(tokens, today) or times(tokens)) and not _THAT_DAY.search(line)


def _in_general(line: str, offered: Sequence[Opening], yes_no: bool | None) -> Choice | None:
    if _ANY.search(line) or _SOONEST.search(line):
        return Choice(offered[0])
    if _LATEST.search(line):
        return Choice(offered[-1])
    if _LATER.search(line):
        return Choice(otherwise="later_that_day" if _THAT_DAY.search(line) else "later")
    if _SOONER.search(line):
        return Choice(otherwise="sooner")
    if _ELSE.search(line):
        return Choice(otherwise="else")
    if yes_no is True and len(offered) == 1 and len(line.split()) <= _A_YES:
        return Choice(offered[0])
    if yes_no is False and len(line.split()) <= _A_YES:
        return Choice(otherwise="none")
    return None


if __name__ == "__main__":
    import sys

    at = dt.datetime(2026, 12, 1, 15, tzinfo=dt.UTC)
    trial = [
        Opening("kendall", start, start + dt.timedelta(minutes=30), "America/New_York", None, f"{start:%d%H%M}")
        for start in (at, at + dt.timedelta(hours=4.5), at + dt.timedelta(hours=23))
    ]
    for spoken in sys.stdin:
        print(choose(spoken, trial, dt.date(2026, 11, 23)))
