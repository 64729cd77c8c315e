"""The last writes of a call: everything durable, a line in the index, `call.json`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from call import CallRecord
from recording.files import AppendFile, Chunk, Opener, make_folders, write_atomically
from recording.folder import CallFolder
from recording.last_writes import LastWrites


class CallEnd(LastWrites):
    """The last writes of a call, in the writer's thread: tracks and events durable, index line, `call.json`."""

    def __init__(
        self,
        folder: CallFolder | Path,
        record: CallRecord,
        lead_state: str | None,
        index: AppendFile,
        opener: Opener,
        *,
        forget: Callable[[str], None],
    ) -> None:
        super().__init__(record.call_sid)
        if isinstance(folder, CallFolder):
            folder.end()
        self._folder = folder
        self._path = folder.path if isinstance(folder, CallFolder) else folder
        self._record = record
        if isinstance(folder, CallFolder) and folder.refused:
            self._record = record.model_copy(update={"recording_refused": True})
        self._lead_state = lead_state
        self._index = index
        self._opener = opener
        self._forget = forget
        self._indexed = False

    def _write(self) -> None:
        if isinstance(self._folder, CallFolder):
            if self._folder.refused:  # once more: the writer's queue may have been full when it was said
                for file in self._folder.audio_files.values():
                    file.discard()
            for file in (*self._folder.audio_files.values(), self._folder.events):
                file.drain()
                if file.path.exists():
                    file.add(Chunk(sync=True))
                    file.drain()
        make_folders(self._path)
        if not self._indexed and not self._stands_in_index():
            self._indexed = self._index.add(Chunk(self._index_line(), sync=True))
        self._index.drain()
        write_atomically(self._path / "call.json", _as_json(self._record), self._opener)
        if isinstance(self._folder, CallFolder):
            _close_files(self._folder)
        self._forget(self.call_sid)

    def _stands_in_index(self) -> bool:
        """Whether an earlier attempt left a line; only a call that was recovered or finished before can have one."""
        first_attempt = isinstance(self._folder, CallFolder) and not (self._path / "call.json").exists()
        if first_attempt or not self._index.path.exists():
            return False
        sid = f'"{self.call_sid}"'.encode()
        with self._index.path.open("rb") as lines:
            return any(sid in line and line.endswith(b"\n") for line in lines)

    def _index_line(self) -> bytes:
        line = {
            **index_fields(self._record),
            "path": "/".join(self._path.parts[-4:]),
            "recorded": any((self._path / name).exists() for name in ("caller.ulaw", "agent.ulaw")),
            "lead": self._lead_state,
        }
        return json.dumps(line).encode() + b"\n"


def index_fields(record: CallRecord) -> dict[str, Any]:
    """What the index says of a call: codes and figures, nothing that anybody said.

    `intents`: those of the caller's turns, each once, in their order. `booking`: a day, a time or a held opening was
    taken down for an appointment.
    """
    slots = record.slots
    intents = dict.fromkeys(turn.intent for turn in record.turns if turn.intent and turn.speaker == "caller")
    return {
        "call_sid": record.call_sid,
        "started_at": record.started_at.isoformat(),
        "duration_sec": record.duration_sec,
        "outcome": record.outcome,
        "intent": slots.intent,
        "intents": list(intents),
        "booking": slots.intent in ("book", "reschedule") and bool(slots.windows or slots.opening_key),
        "urgency": slots.urgency,
        "location": slots.location,
        "handoff_reason": record.handoff_reason,
        "failed_turns": record.failed_turns,
        "unanswered": record.unanswered,
        "verdicts": record.verdicts,
        "latency_p50_ms": percentile(record.latencies_ms, 50),
        "latency_p95_ms": percentile(record.latencies_ms, 95),
        "latencies_ms": record.latencies_ms,
        "versions": record.versions,
    }


def _as_json(record: CallRecord) -> bytes:
    text = json.dumps(record.model_dump(mode="json"), indent=2, ensure_ascii=False)
    return text.encode("utf-8", "replace")  # half a surrogate pair, which no JSON reader takes, becomes "?"


class Release:
    """Closes a call's files in the writer's thread."""

    def __init__(self, folder: CallFolder, *, forget: Callable[[str], None]) -> None:
        self.call_sid = folder.call.sid
        self._folder = folder
        self._forget = forget

    def add(self, item: Any) -> bool:
        return True

    def drain(self) -> None:
        _close_files(self._folder)
        self._forget(self.call_sid)


def _close_files(folder: CallFolder) -> None:
    for file in (*folder.audio_files.values(), folder.events):
        file.close()


def percentile(values: list[float], percent: float) -> float | None:
    """Nearest-rank percentile, rounded to 0.1; None of nothing."""
    if not values:
        return None
    rank = max(1, -(-len(values) * percent // 100))
    return round(sorted(values)[int(rank) - 1], 1)


if __name__ == "__main__":
    print(percentile([650.0, 700.0, 900.0], 50), percentile([650.0, 700.0, 900.0], 95), "expected 700.0 900.0")
