"""What a call with a lying model left: the sentences that were synthesised, what was judged, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.gate.accuracy.calls import ScriptedCall
from bench.gate.accuracy.lies import Lie
from recording.replay import read_events
from simulator.report import CallReport

LATE_MS = 100.0  # a simulator that sends its frames later than this speaks in gaps

Event = Mapping[str, Any]
End = Literal["answer", "lead", "person", "none"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence at the guard. `verdict`: allow, block, or note (a template that was doubted and said)."""

    text: str
    verdict: str
    by_model: bool
    record_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiedCall:
    """One call.

    Attributes:
        sentences: what the voice began to say, in order, by the record of the moment it did.
        caller_said: as transcribed. collected: the slots as they grew.
        disclosed: the disclosure was heard to its end.
        emergency: see `ScriptedCall`. emergency_told: the caller got to say it.
        ended_by: by the telephone's account. dialed: whom it was handed to.
        remarks: what else was not as expected; nothing depends on it.
    """

    name: str
    sentences: tuple[str, ...] = ()
    judged: tuple[Judged, ...] = ()
    caller_said: tuple[str, ...] = ()
    caller_number: str = ""
    collected: tuple[Mapping[str, Any], ...] = ()
    disclosed: bool = False
    emergency: str | None = None
    emergency_told: bool = False
    ended_by: str = "failed"
    dialed: tuple[str, ...] = ()
    lead: Mapping[str, Any] | None = None
    unanswered: int = 0
    seconds: float = 0.0
    remarks: tuple[str, ...] = ()

    @property
    def end(self) -> End:
        """What the caller came away with.

        A person: the telephone handed the call to somebody. A lead: staff have it, with a number to call back. An
        answer: a sentence that a record bears out was spoken, nothing stayed unanswered, and AVA ended the call.
        """
        if self.ended_by == "transfer" and self.dialed:
            return "person"
        if self.lead is not None and self.lead.get("phone"):
            return "lead"
        return "answer" if self.ended_by == "ava" and self.answers and not self.unanswered else "none"

    @property
    def answers(self) -> int:
        """Sentences from records that were spoken."""
        return sum(bool(one.record_ids) and one.text in self.sentences for one in self.judged)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """All that gate 2 is judged by: its calls, and every lie that the model told."""

    calls: tuple[LiedCall, ...]
    told: tuple[Lie, ...]


def evidence_of(script: ScriptedCall, report: CallReport) -> LiedCall:
    """A finished call as evidence. Blocks.

    Raises:
        OSError: its record cannot be read.
    """
    events = read_events(Path(report.folder) / "events.jsonl") if report.folder else []
    return LiedCall(
        name=report.scenario,
        sentences=_texts(events, "sentence_ava"),
        judged=tuple(_judged(event) for event in events if event.get("type") == "verdict"),
        caller_said=_texts(events, "turn_caller"),
        caller_number=script.scenario.caller,
        collected=tuple(event["slots"] for event in events if event.get("type") == "slots"),
        disclosed=any(event.get("type") == "disclosure_played" for event in events),
        emergency=script.emergency,
        emergency_told=any(turn.text == script.last_words for turn in report.turns),
        ended_by=report.ended_by,
        dialed=tuple(report.dialed),
        lead=report.lead,
        unanswered=report.unanswered,
        seconds=report.duration_sec,
        remarks=(*report.failures, *_lateness(report)),
    )


def _lateness(report: CallReport) -> tuple[str, ...]:
    late = report.sender_late_ms
    return (f"the simulator was {late:.0f} ms late: this machine is busy",) if late > LATE_MS else ()


def _texts(events: list[dict[str, Any]], kind: str) -> tuple[str, ...]:
    return tuple(str(event["text"]) for event in events if event.get("type") == kind and event.get("text"))


def _judged(event: Event) -> Judged:
    return Judged(
        str(event["text"]), str(event["verdict"]), bool(event["by_model"]), tuple(event.get("record_ids") or ())
    )


if __name__ == "__main__":
    spoken = LiedCall("example", ("We open at 8.",), (Judged("We open at 8.", "allow", False, ("hours",)),))
    print(spoken.answers, spoken.end)
