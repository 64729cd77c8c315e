"""The search for a free time in one call: what is free, what was offered, what is chosen, what is held."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from call import Opening, Wish
from dialogue.limits import Limits

Awaited = Literal["openings", "hold"]


@dataclass(frozen=True, slots=True)
class Visit:
    """Where the search is. Nothing here is asked of the calendar: `stages/scheduling.py` does that.

    Attributes:
        wish: what `free` was looked up for.
        free: the free times, soonest first; None while they are not known.
        widened: nothing was free in the first weeks, so that more of them are looked at.
        limits: what the caller said beside days and times.
        soonest: the soonest that fits is wanted, and no other.
        taken: keys of times that others took.
        lost: start of the time that was just taken by another: a second doctor may be free then.
        passed: keys of times that the caller did not want, until another wish is said.
        offered: the times between which the caller is choosing.
        shown: starts of all times that were ever offered.
        awaits: what the calendar has to answer before AVA can speak on.
        choice: the time to be held.
        held: the time that is held.
        away: the calendar did not answer, or had nothing: the caller's preferred times go to staff.
        why_not: what is said of that, or of a time that was taken, with the next sentence about times.
    """

    wish: Wish | None = None
    free: tuple[Opening, ...] | None = None
    widened: bool = False
    limits: Limits = field(default_factory=Limits)
    soonest: bool = False
    taken: frozenset[str] = frozenset()
    lost: dt.datetime | None = None
    passed: frozenset[str] = frozenset()
    offered: tuple[Opening, ...] = ()
    shown: tuple[dt.datetime, ...] = ()
    awaits: Awaited | None = None
    choice: Opening | None = None
    held: Opening | None = None
    away: bool = False
    why_not: str = ""


if __name__ == "__main__":
    print(Visit())
