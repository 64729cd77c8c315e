"""Where the transcript made after a call and what was understood live do not agree. Pure.

What matters to staff is compared: name, number, date, place. How a text is read (a spoken number, "next Tuesday", an
office's name) is the dialogue's business and comes in as a `Reader`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from call import CallRecord, Turn
from recording.transcript import Transcript

Difference = Literal["after-call-name", "after-call-number", "after-call-date", "after-call-place"]


@dataclass(frozen=True, slots=True)
class Understood:
    """What turns tell.

    Attributes:
        words: every word of the caller's, lower case; what was spelled is among them as one word.
        names: words of the names that the caller introduced, lower case.
        numbers: telephone numbers, E.164.
        days: days that were named.
        places: keys of the practice's offices.
    """

    words: frozenset[str] = field(default_factory=frozenset)
    names: frozenset[str] = field(default_factory=frozenset)
    numbers: frozenset[str] = field(default_factory=frozenset)
    days: frozenset[date] = field(default_factory=frozenset)
    places: frozenset[str] = field(default_factory=frozenset)


Reader = Callable[[CallRecord, Sequence[Turn]], Understood]


def differences(record: CallRecord, transcript: Transcript, read: Reader) -> list[Difference]:
    """Codes of what was heard after the call and not live, or live and not after the call; in a fixed order.

    Args:
        record: the call as it was understood live.
        read: the caller's turns of a call, read as the dialogue reads them.
    """
    live, after = read(record, record.turns), read(record, transcript.turns())
    checks: list[tuple[Difference, bool]] = [
        ("after-call-name", _name_differs(record, live, after)),
        ("after-call-number", _number_differs(record, live, after)),
        ("after-call-date", _days_differ(record, live, after)),
        ("after-call-place", _place_differs(record, live, after)),
    ]
    return [code for code, differs in checks if differs]


def _name_differs(record: CallRecord, live: Understood, after: Understood) -> bool:
    """The lead's name was not said, or a name was introduced that the lead does not have."""
    wanted = set((record.slots.name or "").casefold().split())
    if not wanted:
        return bool(after.names)
    heard = after.names | after.words
    joined = {word.replace("'", "").replace("-", "") for word in heard}
    missing = {word for word in wanted if word not in heard and word.replace("'", "").replace("-", "") not in joined}
    return bool(missing) or bool(after.names - wanted - live.names)


def _number_differs(record: CallRecord, live: Understood, after: Understood) -> bool:
    """A number that was said. The caller id and the keypad are in no audio."""
    slots = record.slots
    known = {number for number in (record.caller, slots.callback_number) if number}
    if slots.callback_source == "said" and slots.callback_number not in after.numbers:
        return True
    return bool(after.numbers - live.numbers - known)


def _days_differ(record: CallRecord, live: Understood, after: Understood) -> bool:
    wished = {window.day for window in record.slots.windows if window.day}
    return bool(after.days - live.days - wished) or bool(live.days & wished - after.days)


def _place_differs(record: CallRecord, live: Understood, after: Understood) -> bool:
    wanted = {record.slots.location} if record.slots.location else set()
    return bool(after.places - live.places - wanted) or bool(live.places & wanted - after.places)


if __name__ == "__main__":
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    nobody = CallRecord(
        call_sid="CA" + "0" * 32, account_sid="", caller=None, called="", started_at=now, ended_at=now,
        duration_sec=0, outcome="completed",
    )  # fmt: skip
    made = Transcript(call_sid=nobody.call_sid, engine="none", language="en", made_at=now, audio_sha256="")
    readings = iter([Understood(), Understood(places=frozenset({"kendall"}))])
    print(differences(nobody, made, lambda _record, _turns: next(readings)), "expected ['after-call-place']")
