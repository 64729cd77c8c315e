"""From `events.jsonl` back to the call: what a record is rebuilt from when the process did not live to write it.

A line that does not parse (the last one may be torn) and a type that is not known are passed over: whatever can be
read of a call is worth having.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from call import CallRecord, Intent, Outcome, Slots, Turn

Event = Mapping[str, Any]


def read_events(path: Path) -> list[dict[str, Any]]:
    """Every whole line of a file of JSON objects.

    Raises:
        OSError: the file cannot be read.
    """
    events = []
    for line in path.read_bytes().split(b"\n"):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            events.append(value)
    return events


def record_from_events(call_sid: str, events: Iterable[Event], *, fallback_time: datetime) -> CallRecord:
    """The record of a call as far as its events tell it.

    The outcome is the one that `call_ended` gives, or `interrupted` when the call has no end; it ended at the time of
    its last event. `fallback_time` stands in where no event gives a time.
    """
    replay = _Replay()
    for event in events:
        replay.take(event)
    return replay.record(call_sid, fallback_time)


class _Replay:
    """The state of a call, event by event."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.started_at: datetime | None = None
        self.first_at: datetime | None = None
        self.last_at: datetime | None = None
        self.turns: list[Turn] = []
        self.sentences: list[tuple[float, str]] = []  # AVA's, not yet part of a turn of hers
        self.slots = Slots()
        self.latencies_ms: list[float] = []
        self.failed_turns = 0
        self.unanswered = 0
        self.verdicts: Counter[str] = Counter()
        self.errors: list[str] = []

    def take(self, event: Event) -> None:
        at = _time(event.get("at"))
        if at:
            self.first_at = self.first_at or at
            self.last_at = at
        handler = getattr(self, f"_on_{event.get('type')}", None)
        if handler:
            handler(event, _number(event.get("t")) or 0.0)

    def record(self, call_sid: str, fallback_time: datetime) -> CallRecord:
        self._close_sentences(said_in_full="")
        started_at = self.started_at or self.first_at or fallback_time
        ended_at = max(self.last_at or started_at, started_at)
        return CallRecord(
            **{"account_sid": "", "caller": None, "called": "", "outcome": "interrupted", **self.fields},
            call_sid=call_sid,
            started_at=started_at,
            ended_at=ended_at,
            duration_sec=round((ended_at - started_at).total_seconds(), 2),
            turns=sorted(self.turns, key=lambda turn: turn.at_sec),
            slots=self.slots,
            latencies_ms=self.latencies_ms,
            failed_turns=self.failed_turns,
            unanswered=self.unanswered,
            verdicts=dict(self.verdicts),
            errors=self.errors,
        )

    def _on_call_started(self, event: Event, t: float) -> None:
        call = event.get("call")
        if not isinstance(call, dict):
            return
        self.started_at = _time(call.get("started_at"))
        for name in ("account_sid", "caller", "called"):
            if isinstance(call.get(name), str):
                self.fields[name] = call[name]
        versions = event.get("versions")
        if isinstance(versions, dict):
            self.fields["versions"] = {str(key): str(value) for key, value in versions.items()}

    def _on_disclosure_played(self, event: Event, t: float) -> None:
        self.fields |= {"disclosure": _words(event, "wording"), "disclosure_played_sec": round(t, 2)}

    def _on_recording_started(self, event: Event, t: float) -> None:
        self.fields.setdefault("recording_started_sec", t)

    def _on_recording_refused(self, event: Event, t: float) -> None:
        self.fields |= {"recording_refused": True, "recording_started_sec": None}

    def _on_sentence_ava(self, event: Event, t: float) -> None:
        if text := _words(event, "text"):
            self.sentences.append((t, text))

    def _on_turn_ava(self, event: Event, t: float) -> None:
        text = _words(event, "text")
        self._close_sentences(said_in_full=text)
        heard = event.get("heard")
        self.turns.append(
            Turn(
                speaker="ava",
                text=heard if isinstance(heard, str) else text,
                at_sec=round(t, 2),
                interrupted=event.get("interrupted") is True,
            )
        )

    def _on_turn_caller(self, event: Event, t: float) -> None:
        intent = event.get("intent")
        self.turns.append(
            Turn(
                speaker="caller",
                text=_words(event, "text"),
                at_sec=round(t, 2),
                intent=intent if intent in get_args(Intent) else None,
            )
        )

    def _on_slots(self, event: Event, t: float) -> None:
        try:
            self.slots = Slots.model_validate(event.get("slots"))
        except ValidationError:
            pass  # the last good ones stand

    def _on_latency(self, event: Event, t: float) -> None:
        v2v_ms = _number(event.get("v2v_ms"))
        if v2v_ms is not None:
            self.latencies_ms.append(v2v_ms)

    def _on_failed_turn(self, event: Event, t: float) -> None:
        self.failed_turns += 1
        self.unanswered += event.get("cause") == "no-answer"

    def _on_verdict(self, event: Event, t: float) -> None:
        if verdict := _words(event, "verdict"):
            self.verdicts[verdict] += 1

    def _on_handoff(self, event: Event, t: float) -> None:
        self.fields["handoff_reason"] = _words(event, "reason") or "unknown"

    def _on_error(self, event: Event, t: float) -> None:
        self.errors.append(_words(event, "code") or "error")

    def _on_call_ended(self, event: Event, t: float) -> None:
        if event.get("outcome") in get_args(Outcome):
            self.fields["outcome"] = event["outcome"]

    def _close_sentences(self, *, said_in_full: str) -> None:
        """Sentences that AVA began and that are in no turn of hers: a turn of their own, cut off."""
        turn = _plain(said_in_full)
        orphans = [(t, text) for t, text in self.sentences if _plain(text) not in turn]
        self.sentences = []
        if orphans:
            words = " ".join(text for _, text in orphans)
            self.turns.append(Turn(speaker="ava", text=words, at_sec=round(orphans[0][0], 2), interrupted=True))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _words(event: Event, name: str) -> str:
    value = event.get(name)
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _time(value: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m recording.replay EVENTS_JSONL")
    source = Path(sys.argv[1])
    fallback = datetime.fromtimestamp(source.stat().st_mtime, UTC) - timedelta(0)
    print(record_from_events(source.parent.name, read_events(source), fallback_time=fallback).model_dump_json(indent=2))
