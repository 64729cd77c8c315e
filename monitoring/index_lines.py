"""The lines of three files that tell of calls (`index.jsonl`, `leads.jsonl`, `deletions.jsonl`), and what they make of
one call together.

A call's fields are the union of its lines: of a field that stands in several, the last line counts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

CallSid = Annotated[str, Field(pattern=r"^CA[0-9a-fA-F]{32}$")]
Code = Annotated[str, Field(max_length=200)]
Figure = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Kind = Literal["missed", "booked", "handed_over", "answered"]
Fields = dict[str, Any]

MISSED = frozenset({"failed", "interrupted"})
APPOINTMENTS = frozenset({"book", "reschedule"})
SLOW_MS = 3000.0
MANY_FAILED_TURNS = 2


class IndexLine(BaseModel):
    """One line of `recordings/index.jsonl`, of this release or an older one: a call's end (`recording.ending`), its
    recording's hash and length (`recording.audio`), or its tag (`monitoring.tags`)."""

    model_config = ConfigDict(extra="ignore")

    call_sid: CallSid
    started_at: datetime | None = None
    duration_sec: Figure = 0.0
    outcome: Code | None = None
    intent: Code | None = None
    intents: list[Code] = Field(default_factory=list)
    booking: bool | None = None
    urgency: Code | None = None
    location: Code | None = None
    handoff_reason: Code | None = None
    failed_turns: Annotated[int, Field(ge=0)] = 0
    unanswered: Annotated[int, Field(ge=0)] = 0
    verdicts: dict[Code, int] = Field(default_factory=dict)
    latency_p50_ms: Figure | None = None
    latency_p95_ms: Figure | None = None
    latencies_ms: list[Figure] = Field(default_factory=list)
    versions: dict[Code, Code] = Field(default_factory=dict)
    path: Annotated[str, Field(pattern=r"^\d{4}/\d{2}/\d{2}/CA[0-9a-fA-F]{32}$")] | None = None
    recorded: bool = False
    audio_sec: Figure | None = None
    lead: Code | None = None
    quality_tag: Code | None = None


class LeadLine(BaseModel):
    """One line of `recordings/leads.jsonl`, as far as it says where a lead stands."""

    model_config = ConfigDict(extra="ignore")

    call_sid: CallSid
    state: Literal["queued", "delivered", "failed", "closed"]
    item: Code = "lead"


class DeletionLine(BaseModel):
    """One line of `recordings/deletions.jsonl` (`recording.retention`)."""

    model_config = ConfigDict(extra="ignore")

    call_sid: CallSid


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as the index has it: codes and figures, nothing that anybody said.

    Attributes:
        started_at: UTC.
        intent: what the call was about; `intents` are those of the caller's turns, each once, in their order.
        unanswered: how many questions AVA did not have the answer to.
        verdicts: the guard's on AVA's sentences: how many `allow`, `note` and `block`.
        lead_state: `queued`, `delivered`, `failed` or `closed`; None when the call has no lead.
        recorded: audio was kept. False once the call is deleted.
        audio_sec: the recording's length; None until it is made.
        quality_tag: what staff made of the call (`monitoring.tags`).
        path: of its folder under `recordings`; empty once the call is deleted.
        kind: what it counts as: see `kind_of`.
        flagged: worth a look: see `is_flagged`.
        deleted: past its time of retention, and gone but for this line.
    """

    call_sid: str
    started_at: datetime
    duration_sec: float
    outcome: str
    intent: str | None = None
    intents: tuple[str, ...] = ()
    urgency: str = "routine"
    handoff_reason: str | None = None
    failed_turns: int = 0
    unanswered: int = 0
    verdicts: Mapping[str, int] = field(default_factory=dict)
    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    lead_state: str | None = None
    recorded: bool = False
    audio_sec: float | None = None
    quality_tag: str | None = None
    location: str | None = None
    path: str = ""
    kind: Kind = "answered"
    flagged: bool = False
    deleted: bool = False


def index_fields(raw: bytes) -> Fields:
    """The fields that a line of `index.jsonl` gives, ready for JSON; `call_sid` among them.

    Raises:
        ValueError: that is no line of the index.
    """
    line = IndexLine.model_validate_json(raw)
    fields = line.model_dump(mode="json", exclude_unset=True)
    if line.started_at is not None:
        fields["started_at"] = _utc(line.started_at).isoformat()
    return fields


def lead_fields(raw: bytes) -> Fields | None:
    """As `index_fields`, of `leads.jsonl`; None of a line that is not about the lead itself."""
    line = LeadLine.model_validate_json(raw)
    return {"call_sid": line.call_sid, "lead_state": line.state} if line.item == "lead" else None


def deletion_fields(raw: bytes) -> Fields:
    """As `index_fields`, of `deletions.jsonl`."""
    return {"call_sid": DeletionLine.model_validate_json(raw).call_sid, "deleted": True}


def merged(known: Fields, more: Fields) -> Fields:
    """A call's fields after one more line. What a lead's journal says follows `journal.LeadJournal.replay`: a failure
    does not undo a delivery, and nothing but a delivery or a new lead undoes an end."""
    state, before = more.get("lead_state"), known.get("lead_state")
    late = (state == "failed" and before in ("delivered", "closed")) or (state == "closed" and before == "delivered")
    return {**known, **more, "lead_state": before} if late else {**known, **more}


def row_of(fields: Fields) -> CallRow | None:
    """A call from its fields; None while they tell neither when it began nor how it ended: it goes on, or its line was
    lost."""
    if not fields.get("started_at") or not fields.get("outcome"):
        return None
    deleted = bool(fields.get("deleted"))
    return CallRow(
        call_sid=fields["call_sid"],
        started_at=datetime.fromisoformat(fields["started_at"]),
        duration_sec=fields.get("duration_sec", 0.0),
        outcome=fields["outcome"],
        intent=fields.get("intent"),
        intents=tuple(fields.get("intents") or ()),
        urgency=fields.get("urgency") or "routine",
        handoff_reason=fields.get("handoff_reason"),
        failed_turns=fields.get("failed_turns", 0),
        unanswered=fields.get("unanswered", 0),
        verdicts=fields.get("verdicts", {}),
        latency_p50_ms=fields.get("latency_p50_ms"),
        latency_p95_ms=fields.get("latency_p95_ms"),
        versions=fields.get("versions", {}),
        lead_state=_lead_state(fields),
        recorded=bool(fields.get("recorded")) and not deleted,
        audio_sec=fields.get("audio_sec"),
        quality_tag=fields.get("quality_tag"),
        location=fields.get("location"),
        path="" if deleted else fields.get("path") or "",
        kind=kind_of(fields),
        flagged=is_flagged(fields),
        deleted=deleted,
    )


def kind_of(fields: Fields) -> Kind:
    """What a call counts as; each call is one of these, the first that fits:

    - `missed`: AVA did not bring it to an end: our side broke off, or the process died;
    - `booked`: a day or time for an appointment was taken down, and it has a lead;
    - `handed_over`: a person took it, or was to call back;
    - `answered`: the rest.

    A line of an older release does not tell whether a time was taken down: there an appointment's intent counts.
    """
    if fields.get("outcome") in MISSED:
        return "missed"
    booking = fields.get("booking")
    if booking is None:
        booking = fields.get("intent") in APPOINTMENTS
    if booking and _lead_state(fields):
        return "booked"
    return "handed_over" if fields.get("handoff_reason") else "answered"


def is_flagged(fields: Fields) -> bool:
    """Whether a call is worth a look before others: it was missed or ran out of time, it was urgent, the guard blocked
    or doubted a sentence, a question had no answer, two turns failed, an answer took 3 s, or staff tagged it as not
    good."""
    verdicts = fields.get("verdicts", {})
    return bool(
        fields.get("outcome") in MISSED
        or fields.get("outcome") == "timed_out"
        or fields.get("urgency") in ("urgent", "emergent")
        or verdicts.get("block")
        or verdicts.get("note")
        or fields.get("unanswered")
        or fields.get("failed_turns", 0) >= MANY_FAILED_TURNS
        or (fields.get("latency_p95_ms") or 0) > SLOW_MS
        or fields.get("quality_tag") in ("bad", "corrected")
    )


def _lead_state(fields: Fields) -> str | None:
    """The journal's word, else what was so when the call ended."""
    return fields.get("lead_state") or fields.get("lead")


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


if __name__ == "__main__":
    import sys

    for text in sys.stdin.buffer:
        try:
            print(json.dumps(index_fields(text)))
        except ValidationError as error:
            print(f"no line of the index: {error.error_count()} faults")
