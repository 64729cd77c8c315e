"""The data of one call, and the Protocols through which the parts of the service meet.

Everything here is a value: frozen where it is ours, pydantic where it crosses a border (a file, a CRM).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from facts import Record

Urgency = Literal["emergent", "urgent", "routine"]
Intent = Literal[
    "book", "reschedule", "cancel", "hours", "location", "insurance", "cost", "optical_ready", "prescription_copy",
    "refill", "records", "billing", "post_op", "person", "complaint", "wrong_number", "spam", "goodbye", "affirm",
    "deny", "other",
]  # fmt: skip
Outcome = Literal[
    "completed",  # AVA said goodbye and hung up
    "caller_hung_up",
    "transferred",  # handed to a person
    "timed_out",  # MAX_CALL_SECS
    "idle",  # the caller stayed silent
    "stopped",  # the service was told to stop, and AVA said goodbye
    "failed",  # our side broke off
    "interrupted",  # the process died; the record was finished at the next start
]


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls whom, as Twilio's signed webhook said it.

    Attributes:
        sid: Twilio's CallSid (`CA` and 32 hex digits).
        caller: E.164 number of a caller whose id was not withheld, else None. It proves no identity.
        called: the number that was dialled, E.164, or empty.
    """

    sid: str
    account_sid: str
    caller: str | None
    called: str
    started_at: datetime


class Turn(BaseModel):
    """One side's uninterrupted words.

    `heard` is what of AVA's words reached the caller before an interruption; it equals `text` otherwise.
    `at_sec` counts from the start of the media stream.
    """

    model_config = ConfigDict(frozen=True)

    speaker: Literal["caller", "ava"]
    text: str
    at_sec: float
    interrupted: bool = False
    intent: Intent | None = None


class Window(BaseModel):
    """A time that the caller would like: a local date, and a time of day or a part of the day."""

    model_config = ConfigDict(frozen=True)

    day: date | None = None
    time: str | None = Field(default=None, pattern=r"^\d{2}:\d{2}$")  # local, 24 h
    part: Literal["morning", "afternoon", "evening"] | None = None
    timezone: str | None = None  # IANA, of the location
    words: str = ""  # as the caller said it


class Slots(BaseModel):
    """What the conversation has collected so far. Written to the record after every turn, so that nothing is lost."""

    model_config = ConfigDict(frozen=True)

    intent: Intent | None = None
    name: str | None = None
    name_confirmed: bool = False
    callback_number: str | None = None  # E.164
    callback_confirmed: bool = False
    callback_source: Literal["caller_id", "said", "keypad"] | None = None
    location: str | None = None  # key of the practice's facts
    service: str | None = None  # key of the practice's facts
    reason: str | None = None  # the caller's own words, one line
    is_new_patient: bool | None = None
    insurance_vision: str | None = None  # plan's name as said
    insurance_medical: str | None = None
    windows: tuple[Window, ...] = ()
    opening_key: str | None = None  # of the time that is held for the caller; `windows` holds it, too
    opening_start: AwareDatetime | None = None  # UTC
    confirmed: bool = False  # the caller said yes to the read-back
    language: str = "en"
    callback_consent: bool | None = None
    wants_person: bool = False
    message: str | None = None  # for staff, the caller's own words
    urgency: Urgency = "routine"


TRANSFER_NOT_ANSWERED = "transfer-not-answered"  # a lead's review reason: the call was put through and nobody answered


class Lead(BaseModel):
    """What staff work from. Always tentative: a person confirms.

    `caller_id` comes from Twilio and never from words. `phone` is the number to call back: the caller id, unless the
    caller asked for another one and confirmed it.
    """

    model_config = ConfigDict(extra="forbid")

    call_sid: str
    caller_id: str | None
    intent: Intent = "other"
    name: str | None = None
    name_confirmed: bool = False
    phone: str | None = None
    phone_verified: bool = False  # True when `phone` is the caller id
    location: str | None = None
    service: str | None = None
    reason: str | None = None
    is_new_patient: bool | None = None
    insurance_vision: str | None = None
    insurance_medical: str | None = None
    preferred_windows: list[Window] = Field(default_factory=list)
    date_of_birth: date | None = None
    language: str = "en"
    callback_consent: bool | None = None
    urgency: Urgency = "routine"
    message: str | None = None
    handoff_reason: str | None = None  # code of why the call was handed to a person, or a call-back promised
    tentative: Literal[True] = True
    needs_review: bool = False
    review_reasons: list[str] = Field(default_factory=list)


class CallRecord(BaseModel):
    """`call.json`: one finished call. Times are UTC; durations are seconds."""

    call_sid: str
    account_sid: str
    caller: str | None
    called: str
    started_at: datetime
    ended_at: datetime
    duration_sec: float
    outcome: Outcome
    handoff_reason: str | None = None
    disclosure: str | None = None  # the wording that was played, None when it was not played to its end
    disclosure_played_sec: float | None = None
    recording_started_sec: float | None = None
    recording_refused: bool = False  # the caller did not want to be recorded: no audio is kept
    audio_sha256: str | None = None  # of the recording as MP3, in hexadecimal; None while there is none
    audio_sec: float | None = None  # the recording's length
    turns: list[Turn] = Field(default_factory=list)
    slots: Slots = Field(default_factory=Slots)
    latencies_ms: list[float] = Field(default_factory=list)
    failed_turns: int = 0
    unanswered: int = 0  # of the failed turns, those in which AVA did not have what was asked for
    verdicts: dict[str, int] = Field(default_factory=dict)  # the guard's on AVA's sentences: allow, note, block
    errors: list[str] = Field(default_factory=list)  # codes
    versions: dict[str, str] = Field(default_factory=dict)


class Clock(Protocol):
    """Time, so that tests need not wait for it."""

    def now(self) -> datetime:
        """The current time, UTC and timezone-aware."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        ...


LeadItem = Literal["lead", "audio", "transcript", "event"]  # a lead, and what follows it to the CRM when it is ready


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that belongs to a call's lead.

    Attributes:
        name: of the file; what it is (MP3, text) shows in its ending.
        read: the whole content. Blocks; called when the file is sent, not before. Raises `StorageError`.
    """

    item: Literal["audio", "transcript"]
    name: str
    read: Callable[[], bytes]


class Crm(Protocol):
    """Where leads go. Saving the same `call_sid` twice must leave one lead."""

    async def save(self, lead: Lead) -> str:
        """Write a lead and return the CRM's id of it.

        Raises:
            CrmError: refused or unreachable; `retryable` says whether to try again.
        """
        ...

    async def amend(self, lead: Lead, crm_id: str, codes: Collection[str]) -> None:
        """Add to a lead that the CRM has what was found out since; what staff changed in it stays. Twice is once.

        Args:
            codes: review reasons of the lead that the CRM has not been told yet.

        Raises:
            CrmError: refused or unreachable; `lead-gone`: staff deleted the lead.
        """
        ...

    async def attach(self, call_sid: str, crm_id: str, paper: Paper) -> str:
        """Put a file on a lead that the CRM has, once, and return the CRM's id of the file.

        Raises:
            CrmError: refused or unreachable; `lead-gone`; `too-large`: more than the settings or the proxy allow.
            StorageError: the file cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """A free time for a visit.

    Attributes:
        location: key of the practice's facts.
        start: UTC, aware; as `end`.
        timezone: IANA, of the location.
        provider: id of the provider's record; None when it is in the office's own diary.
        key: the slot's, one per diary and start: `20261222T1500Z_p10`.
    """

    location: str
    start: datetime
    end: datetime
    timezone: str
    provider: str | None
    key: str

    @property
    def local(self) -> datetime:
        """The start on the clock of the location."""
        return self.start.astimezone(ZoneInfo(self.timezone))


@dataclass(frozen=True, slots=True)
class Wish:
    """Where and when a caller would like to come. `first` and `last` are local dates of the location, both included."""

    location: str
    first: date
    last: date
    service: str | None = None
    provider: str | None = None


class Calendar(Protocol):
    """The free times of the practice, and who gets them."""

    async def openings(self, wish: Wish) -> tuple[Opening, ...]:
        """Free times, soonest first; none when nothing is free or no calendar belongs to the location.

        Raises:
            CrmError: refused, unreachable, or not in time.
        """
        ...

    async def hold(self, opening: Opening, call_sid: str) -> bool:
        """Take a time for a call until staff confirm it. False: it is not free any more, another has just taken it.

        Raises:
            CrmError: refused, unreachable, or not in time; whether it is held is then not known.
        """
        ...

    async def release(self, call_sid: str) -> None:
        """Give back what the call holds, when the caller chose another time or none.

        Raises:
            CrmError: refused or unreachable.
        """
        ...


class Knowledge(Protocol):
    """Finds the practice's records that a caller's words are about."""

    async def find(self, text: str, location: str | None) -> tuple[Record, ...]:
        """The records, best first, at most three. Never raises and never waits long: a call goes on without it.

        Args:
            text: the caller's current turn.
            location: key of the location under discussion; records of others are left out, unless the turn names them.
        """
        ...


class JsonEngine(Protocol):
    """A model, or rules, that answers a request with JSON text."""

    async def complete_json(self, record: CallRecord, schema: Mapping[str, Any], problem: str | None = None) -> str:
        """Answer with JSON for `schema` from a finished call.

        Args:
            record: the call, with its transcript and slots.
            schema: JSON schema that the answer has to meet.
            problem: why the previous answer was refused, on a repair attempt.

        Raises:
            EngineError: no answer.
        """
        ...


class CallStore(Protocol):
    """The record of one call, written as it happens. Calls return at once: nothing here blocks the event loop."""

    def event(self, kind: str, **fields: Any) -> None:
        """Append one line to `events.jsonl`."""
        ...

    def audio(self, track: Literal["caller", "agent"], at_sec: float, ulaw: bytes) -> None:
        """Append mu-law 8 kHz mono audio that belongs at `at_sec` of the call; gaps before it become silence.

        Ignored until `start_recording` and after `stop_recording`.
        """
        ...

    def start_recording(self, at_sec: float) -> None: ...

    def stop_recording(self) -> None: ...

    def refuse_recording(self) -> None:
        """The caller does not want to be recorded: stop, say so in the events, delete what there is."""
        ...


if __name__ == "__main__":
    import json

    print(json.dumps(Lead.model_json_schema(), indent=2))
