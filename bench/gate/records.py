"""What the service's own record tells of a call. No word of the caller is kept: types, times and figures only."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.gate.evidence import GateError
from recording.replay import read_events
from telephony.stream import CALL_SID

ANSWER_SEC = 8.0  # as the simulator's: a caller who hears nothing for so long was not answered
GONE_SEC = 3.0  # a caller who hangs up so soon after speaking did not wait for an answer
_UTTERANCES = {"turn_caller", "nothing_heard"}
_PARTS = ("stt_ms", "llm_ms", "tts_ms")

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """A line of `index.jsonl`. `ended_at` is the end by our record; a call that was handed over goes on after it."""

    call_sid: str
    started_at: datetime
    duration_sec: float
    outcome: str
    folder: Path

    @property
    def ended_at(self) -> datetime:
        return self.started_at + timedelta(seconds=self.duration_sec)


@dataclass(frozen=True, slots=True)
class Told:
    """What a call's events tell; see `CallEvidence`."""

    utterances: int
    unanswered: int
    service_ms: tuple[float, ...]
    v2v_ms: tuple[float, ...]


def finished_calls(recordings: Path) -> list[Finished]:
    """Every call of the index, oldest first. A line that is not whole yet is passed over. Blocks.

    Raises:
        GateError: the index cannot be read.
    """
    try:
        lines = (recordings / "index.jsonl").read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as exc:
        raise GateError(
            f"{recordings / 'index.jsonl'} cannot be read ({exc.strerror}); run as the service's user"
        ) from exc
    return [call for line in lines if (call := _finished(line, recordings)) is not None]


def _finished(line: bytes, recordings: Path) -> Finished | None:
    try:
        value = json.loads(line)
        started_at = datetime.fromisoformat(value["started_at"])
        if not CALL_SID.fullmatch(value["call_sid"]):
            return None
        return Finished(
            value["call_sid"],
            started_at if started_at.tzinfo else started_at.replace(tzinfo=UTC),
            float(value["duration_sec"]),
            str(value["outcome"]),
            recordings / value["path"],
        )
    except (ValueError, KeyError, TypeError):
        return None


def told_by(folder: Path) -> Told:
    """Read a call's folder. Blocks.

    Raises:
        GateError: there are no events.
    """
    try:
        events = read_events(folder / "events.jsonl")
    except OSError as exc:
        raise GateError(f"the record of call {folder.name} cannot be read ({exc.strerror})") from exc
    utterances, unanswered = count_answers(events)
    turns = [event for event in events if event.get("type") == "latency"]
    return Told(
        utterances,
        unanswered,
        tuple(sum(max(0.0, float(turn[part])) for part in _PARTS) for turn in turns),
        tuple(float(turn["v2v_ms"]) for turn in turns),
    )


def count_answers(events: Iterable[Event]) -> tuple[int, int]:
    """How often the caller spoke, and how often AVA did not answer.

    An answer is sound of AVA's, which the record notes as `latency` when it goes out: a sentence that no voice spoke is
    none, and neither is her question whether somebody is still there (`idle`). Speech that goes on before the answer
    is answered with it.
    """
    utterances, unanswered = 0, 0
    waiting: list[float] = []
    for event in events:
        kind, at_sec = event.get("type"), float(event.get("t") or 0.0)
        if kind in _UTTERANCES:
            utterances += 1
            waiting.append(at_sec)
        elif kind == "latency":
            unanswered += sum(at_sec - spoken_at > ANSWER_SEC for spoken_at in waiting)
            waiting = []
        elif kind == "idle":
            unanswered += len(waiting)
            waiting = []
        elif kind == "call_ended" and event.get("outcome") == "caller_hung_up":
            waiting = [spoken_at for spoken_at in waiting if at_sec - spoken_at > GONE_SEC]
    return utterances, unanswered + len(waiting)


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.gate.records RECORDINGS_FOLDER")
    for call in finished_calls(Path(sys.argv[1])):
        print(f"{call.started_at:%Y-%m-%d %H:%M:%S}  ...{call.call_sid[-6:]}  {call.outcome:15}", told_by(call.folder))
