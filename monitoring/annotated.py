"""Transcripts that people wrote with what is wrong in them, for measuring the readers: compact YAML -> `CallCase`.

A file holds a list of calls. Of each only what matters is written; times, the greeting with its disclosure, verdicts
and latencies that nobody wrote are those of an ordinary call.

    - call: 7                      # makes the CallSid
      about: one line for people
      records: [{...}]             # of the practice's facts: new ones, or others in the place of those with the same id
      opening: played              # or: cut, missing, late, recorded-early
      talk:
        - {caller: "when do you close", intent: hours, slots: {location: kendall}}
        - {ava: "We close at six.", by_model: true, verdict: block, rule: facts, evidence: "..."}
        - {event: handoff, reason: asked_for_person, target: person}
      outcome: completed
      lead: {name: Ana Invented}
      audio: {has: false}          # or sec, peaks
      expect: [{rule: missed_handoff, said: "part of the sentence"}]
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from call import CallRecord, Lead, Slots
from dialogue.disclosure import disclosure
from errors import ConfigError
from facts import PracticeFacts, Record
from facts_files import FILES
from monitoring.case import CallCase, Event, case_of
from recording.replay import record_from_events

_CHARS_PER_SEC = 15.0  # of AVA's voice
_WORDS_PER_SEC = 2.5  # of a caller
_STARTED = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
NOTICE = disclosure(agent_name="AVA", practice_name="Advanced Vision Care", recording_notice="This call is recorded.")
Opening = Literal["played", "cut", "missing", "late", "recorded-early"]


class Expected(BaseModel):
    """A finding that has to come: `said` is a part of its first evidence's words; empty: whatever it says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    said: str = ""


class Written(BaseModel):
    """One call as it is written in a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    call: int = Field(ge=0)
    about: str
    started: datetime = _STARTED
    caller: str | None = "+13055550123"
    versions: dict[str, str] = {}
    records: tuple[dict[str, Any], ...] = ()
    opening: Opening = "played"
    talk: tuple[dict[str, Any], ...]
    outcome: str = "completed"
    lead: dict[str, Any] | None = None
    audio: dict[str, Any] = {}
    expect: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotated:
    """A call and what is to be found in it.

    Attributes:
        facts: of the practice, as they were for this call.
    """

    case: CallCase
    facts: PracticeFacts
    expect: tuple[Expected, ...]
    about: str


def read_annotated(path: Path, facts: PracticeFacts) -> tuple[Annotated, ...]:
    """The calls of one file.

    Raises:
        ConfigError: it cannot be read, or is not as above; the call is named.
    """
    try:
        calls = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (OSError, yaml.YAMLError) as exc:
        raise ConfigError(f"{path.name} cannot be read: {exc}", code="annotated") from exc
    return tuple(_annotated(path.name, number, call, facts) for number, call in enumerate(calls, start=1))


def _annotated(name: str, number: int, call: Any, facts: PracticeFacts) -> Annotated:
    try:
        written = Written.model_validate(call)
        return Annotated(case_from(written), with_records(facts, written.records), written.expect, written.about)
    except (ValidationError, KeyError, TypeError) as exc:
        raise ConfigError(f"{name}: call {number} of the list is not as it should be: {exc}", code="annotated") from exc


def with_records(facts: PracticeFacts, records: tuple[dict[str, Any], ...]) -> PracticeFacts:
    """The facts with some records more, or others in their place. `file` names the kind, as in `avc_faqs.jsonl`."""
    for one in records:
        kind, model = FILES[one["file"]]
        record = model.model_validate({key: value for key, value in one.items() if key != "file"})
        facts = facts.model_copy(update={kind: _put(getattr(facts, kind), record)})
    return facts


def _put(records: tuple[Record, ...], record: Record) -> tuple[Record, ...]:
    if any(one.id == record.id for one in records):
        return tuple(record if one.id == record.id else one for one in records)
    return (*records, record)


def case_from(written: Written) -> CallCase:
    """The case of a call that was written down. Pure."""
    sid = "CA" + hashlib.sha256(str(written.call).encode()).hexdigest()[:32]
    events = _Talk(written, sid).events
    record = record_from_events(sid, events, fallback_time=written.started)
    record = _with_audio(record.model_copy(update={"versions": written.versions}), written.audio)
    lead = Lead.model_validate({"call_sid": sid, "caller_id": written.caller} | written.lead) if written.lead else None
    case = case_of(record, events, lead)
    peaks = written.audio.get("peaks")
    has_audio = written.audio.get("has", record.recording_started_sec is not None)
    return replace(case, has_audio=has_audio, peaks=tuple(peaks) if peaks else None)


def _with_audio(record: CallRecord, audio: Mapping[str, Any]) -> CallRecord:
    """The recording of an ordinary call is as long as the call from where it began."""
    begun = record.recording_started_sec
    seconds = round(record.duration_sec - begun, 2) if begun is not None else None
    has = audio.get("has", begun is not None)
    kept = {"audio_sec": audio.get("sec", seconds), "audio_sha256": "0" * 64} if has else {}
    return record.model_copy(update=kept)


@dataclass
class _Talk:
    """The events of a call, made of what was written of it."""

    written: Written
    sid: str
    t: float = 0.0
    events: list[Event] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # of AVA's turn
    heard: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    answer_ms: float | None = None  # of the turn that waits for an answer
    turns: int = 0

    def __post_init__(self) -> None:
        call = {"sid": self.sid, "account_sid": "AC" + "0" * 32, "caller": self.written.caller}
        self._add("call_started", call={**call, "called": "", "started_at": self.written.started.isoformat()})
        self._open()
        for step in self.written.talk:
            kind = next(one for one in ("caller", "ava", "event") if one in step)
            getattr(self, f"_on_{kind}")(dict(step))
        self._ava_stops()
        if self.written.opening == "late":
            self._disclosed()
        self._add("call_ended", outcome=self.written.outcome)
        if self.written.lead is not None:
            self._add("lead_saved", state="queued")

    def _add(self, kind: str, **fields: Any) -> None:
        at = self.written.started.timestamp() + self.t
        head = {"t": round(self.t, 3), "at": datetime.fromtimestamp(at, UTC).isoformat(), "type": kind}
        self.events.append({**head, **fields})

    def _open(self) -> None:
        opening = self.written.opening
        if opening == "recorded-early":
            self._add("recording_started")
        if opening in ("played", "cut", "recorded-early"):
            self._speak(NOTICE, protected=True)
            self.heard = NOTICE[:30] if opening == "cut" else None
            self._ava_stops()
        if opening in ("played", "recorded-early"):
            self._disclosed()
        self._speak("How can I help you today?")
        self._ava_stops()

    def _disclosed(self) -> None:
        self._add("disclosure_played", wording=NOTICE)
        if not any(event["type"] == "recording_started" for event in self.events):
            self._add("recording_started")

    def _on_caller(self, step: dict[str, Any]) -> None:
        self._ava_stops()
        self.t += 1.5 + len(step["caller"].split()) / _WORDS_PER_SEC
        self.turns += 1
        failed = step.get("failed")
        understood = step.get("understood", failed != "not-understood")
        self._add("turn_caller", index=self.turns, text=step["caller"], intent=step.get("intent"),
                  understood=understood)  # fmt: skip
        if step.get("slots"):
            self.slots |= step["slots"]
            self._add("slots", slots=Slots.model_validate(self.slots).model_dump(mode="json", exclude_defaults=True))
        if "triage" in step:
            self._add(
                "triage", words=step["caller"], **{"say": [], "told": "staff, by an urgent lead"} | step["triage"]
            )
        if "looked_up" in step:
            self._add("looked_up", record_ids=step["looked_up"])
        if failed:
            self._add("failed_turn", cause=failed)
        self.answer_ms = step.get("wait_ms", 640.0)

    def _on_ava(self, step: dict[str, Any]) -> None:
        verdict = step.get("verdict", "allow")
        self._add("verdict", text=step["ava"], verdict=verdict, rule=step.get("rule"),
                  evidence=step.get("evidence", ""), record_ids=step.get("ids", []),
                  by_model=step.get("by_model", False))  # fmt: skip
        if verdict == "block":
            return
        self.heard = step.get("heard", self.heard)
        self._speak(step["ava"])

    def _on_event(self, step: dict[str, Any]) -> None:
        self._ava_stops()
        self.t += step.pop("after_sec", 0.0)
        self._add(step.pop("event"), **step)

    def _speak(self, text: str, *, protected: bool = False) -> None:
        if self.answer_ms is not None:
            self.t += self.answer_ms / 1000
            parts = {"endpointing_ms": 500.0, "stt_ms": 3.0, "llm_ms": self.answer_ms - 513.0, "tts_ms": 10.0}
            self._add("latency", turn=self.turns, v2v_ms=self.answer_ms, **parts)
            self.answer_ms = None
        self._add("sentence_ava", text=text, uninterruptible=protected)
        self.said.append(text)
        self.t += max(0.6, len(text) / _CHARS_PER_SEC)

    def _ava_stops(self) -> None:
        if self.said:
            text = " ".join(self.said)
            heard = text if self.heard is None else self.heard
            self._add("turn_ava", text=text, heard=heard, interrupted=self.heard is not None)
        self.said, self.heard = [], None


if __name__ == "__main__":
    import sys

    from dialogue.sample import sample_facts

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.annotated FILE.yaml")
    try:
        for one in read_annotated(Path(sys.argv[1]), sample_facts()):
            print(one.case.call_sid, len(one.case.sentences), "sentences:", one.about)
    except ConfigError as error:
        sys.exit(str(error))
