"""What the guard is given with a sentence, and what it answers."""

import datetime as dt
from dataclasses import dataclass

from call import Slots


@dataclass(frozen=True, slots=True)
class Said:
    """What bears out a caller's own values: never a fact of the practice.

    Attributes:
        caller_said: the caller's turns so far, as transcribed.
        location: key of the office under discussion, when one is known.
        looked_up: free times that were fetched for this caller, aware.
        caller_number: the caller id, E.164.
    """

    caller_said: tuple[str, ...] = ()
    location: str | None = None
    looked_up: tuple[dt.datetime, ...] = ()
    slots: Slots | None = None
    caller_number: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be spoken.

    Attributes:
        rule: name of the rule that blocked it.
        evidence: what was found and what it was compared with; kinds, AVA's own figures and record ids, no names.
    """

    allowed: bool
    rule: str | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found: a problem (empty: none), and the ids of the records that bear the sentence out."""

    problem: str = ""
    ids: tuple[str, ...] = ()


CLEAR = Finding()


if __name__ == "__main__":
    print(Verdict(False, "facts", "closes 18:00; hours-kendall-weekday says 17:00"))
