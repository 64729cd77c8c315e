"""What gate 3 is judged by: four calls, what Odoo has of each, what the recording sounds like, what staff did.

Values only. Times of Odoo are texts as Odoo stores them: `2026-12-01 19:30:00`, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Diary:
    """When one doctor is not free: pairs of start and stop, UTC and aware."""

    partner: int
    busy: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Openness:
    """What Odoo's tables said before a call began.

    Attributes:
        zone: IANA, of the office and of its working hours.
        week: opening spans by weekday (0 is Monday), in hours of the local day.
        diaries: of the doctors who give the visit.
        visit_min: how long the visit takes, by the practice's record.
    """

    zone: str
    week: Mapping[int, tuple[tuple[float, float], ...]]
    diaries: tuple[Diary, ...]
    visit_min: int


@dataclass(frozen=True, slots=True)
class Filed:
    """What Odoo has of a call in the end, each a row with its `id`; of files without their content."""

    leads: tuple[Row, ...] = ()
    notes: tuple[Row, ...] = ()
    events: tuple[Row, ...] = ()
    files: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    """The attached recording against the wire.

    Attributes:
        seconds: of the MP3; `call_seconds` of the stream from the moment on at which the recording began.
        caller_ms, agent_ms: how late each utterance is in its channel, against the caller's end of the line.
        unlike: how many utterances of the wire cannot be found in their channel.
    """

    hash_matches: bool
    seconds: float
    call_seconds: float
    caller_ms: tuple[float, ...]
    agent_ms: tuple[float, ...]
    unlike: int = 0


@dataclass(frozen=True, slots=True)
class BookingCall:
    """One call, and what came of it.

    Attributes:
        day: on which it was placed, at the office.
        said: AVA's sentences in order.
        held: starts of the events that Odoo had for this call while it was on the line, in the order they came; `left`
            those that it had at the call's end.
        disclosed: AVA's first sentence was heard to its end.
        before: what was free before the call.
        audio_files: names of files with sound in the call's folder at the end, after all paperwork.
        odoo_away: Odoo was gone when the call ended, and had nothing of it then but the event.
        odoo_unasked: Odoo answered nothing from before the call's first second until after its end.
    """

    name: str
    call_sid: str
    day: date
    ended_by: str
    outcome: str | None
    seconds: float
    said: tuple[str, ...]
    disclosed: bool
    before: Openness
    held: tuple[str, ...]
    left: tuple[str, ...]
    filed: Filed
    lead: Row = field(default_factory=dict)
    sound: Sound | None = None
    transcript: str = ""
    audio_files: tuple[str, ...] = ()
    refused: bool = False
    odoo_away: bool = False
    odoo_unasked: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffWork:
    """What a salesman did over RPC, and what Odoo told when it was asked again.

    Attributes:
        forbidden: what was refused to this login, as a salesman's rights want it.
        heard_sha256: hash of the recording as it was downloaded; `kept_sha256` by the service's record.
        lead: the lead afterwards; `event` the event afterwards; `event_before` as it was found.
    """

    opened: int
    notes_read: int
    heard_sha256: str
    kept_sha256: str
    lead: Row
    event_before: Row
    event: Row
    corrected_to: str
    stage: int
    forbidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """Tentative events before and after the look at what nobody confirmed, by id; `confirmed` is staff's."""

    confirmed: int
    before: frozenset[int]
    after: frozenset[int]


@dataclass(frozen=True, slots=True)
class Booking:
    """All of it.

    Attributes:
        booked: while Odoo is there; `away`: it goes away once a time is held; `unseen`: it was away all the time.
    """

    booked: BookingCall
    away: BookingCall
    unseen: BookingCall
    refused: BookingCall
    staff: StaffWork
    release: Release


if __name__ == "__main__":
    print(Filed(leads=({"id": 101, "name": "an example"},)))
