"""The record of one live call: its events and its two tracks, appended as the call goes."""

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from call import Call, Clock
from recording.files import AppendFile, Chunk, Opener
from recording.track import Track
from recording.writer import Writer

_MUST_BE_DURABLE = {"disclosure_played", "lead_saved", "recording_refused"}
_AUDIO_LIMIT_BYTES = 4 << 20  # about nine minutes of one track, kept in memory while the disk refuses it
TrackName = Literal["caller", "agent"]


class CallFolder:
    """The record of one live call: implements `call.CallStore`. Used from the event loop; nothing here waits."""

    def __init__(self, call: Call, path: Path, *, writer: Writer, clock: Clock, opener: Opener) -> None:
        self.call = call
        self.path = path
        self._writer = writer
        self._clock = clock
        self._clock_offset_sec = (clock.now() - call.started_at).total_seconds() - clock.monotonic()
        self._ended = False
        self._recording = False
        self.refused = False  # the caller does not want to be recorded
        self._tracks: dict[TrackName, Track] = {}
        self.events = AppendFile(path / "events.jsonl", call_sid=call.sid, opener=opener)
        self.audio_files: dict[TrackName, AppendFile] = {
            name: AppendFile(
                path / f"{name}.ulaw", call_sid=call.sid, audio=True, limit_bytes=_AUDIO_LIMIT_BYTES, opener=opener
            )
            for name in ("caller", "agent")
        }

    def event(self, kind: str, **fields: Any) -> None:
        """Append `{"t": seconds, "at": UTC time, "type": kind, ...fields}` to `events.jsonl`.

        `at_sec` among the fields is the event's time in the call; without it, `t` is the time since
        `call.started_at`. Disclosures, refusals and leads are made durable (fsync) at once.
        """
        if self._ended:
            self._writer.failed(self.call.sid, "event-after-end", disk=False)
            return
        at_sec = fields.pop("at_sec", None)
        seconds = at_sec if at_sec is not None else self._clock.monotonic() + self._clock_offset_sec
        at = self._clock.now().isoformat(timespec="milliseconds")
        head = {"t": round(seconds, 3), "at": at, "type": kind}
        try:
            line = json.dumps({**head, **fields, **head}, default=_plain).encode()
        except (TypeError, ValueError, RecursionError):
            self._writer.failed(self.call.sid, "event-not-json", disk=False)
            return
        self._writer.submit(self.events, Chunk(line + b"\n", sync=kind in _MUST_BE_DURABLE))
        for name, track in self._tracks.items():
            self._append(name, track.settled())

    def audio(self, track: TrackName, at_sec: float, ulaw: bytes) -> None:
        """Append mu-law 8 kHz mono audio that belongs at `at_sec` of the call; see `recording.track`."""
        if not self._recording or self._ended:
            return
        try:
            self._append(track, self._tracks[track].add(at_sec, ulaw))
        except (ValueError, OverflowError):
            self._writer.failed(self.call.sid, "bad-audio-time", disk=False)

    def start_recording(self, at_sec: float) -> None:
        """Record from `at_sec` on. Started again after a stop, the time between is silence. A caller who refused is
        not recorded again."""
        if self.refused:
            return
        self._recording = True
        if not self._tracks:
            self._tracks = {"caller": Track(at_sec), "agent": Track(at_sec)}

    def stop_recording(self) -> None:
        if self._recording:
            self._recording = False
            for name, track in self._tracks.items():
                self._append(name, track.finish())

    def refuse_recording(self) -> None:
        """The caller does not want to be recorded: stop, say so in the events, delete what there is. The call goes on.

        The event is durable before anything is deleted, so that a crash in between leaves a call whose audio the next
        start deletes.
        """
        if self.refused:
            return
        self.refused = True
        self.event("recording_refused")
        self.discard_recording()

    def discard_recording(self) -> None:
        """Stop, and delete what was recorded."""
        self._recording = False
        self._tracks = {}
        for file in self.audio_files.values():
            self._writer.submit(_Discard(file), None)

    def end(self) -> None:
        """No more events or audio; what there is goes to the disk."""
        self.stop_recording()
        self._ended = True

    def _append(self, name: TrackName, chunks: list[Chunk]) -> None:
        for chunk in chunks:
            if not self._writer.submit(self.audio_files[name], chunk):
                self._tracks[name].lost(chunk)


class _Discard:
    """Deletes a file in the writer's thread."""

    def __init__(self, file: AppendFile) -> None:
        self.call_sid = file.call_sid
        self._file = file

    def add(self, item: Any) -> bool:
        return True

    def drain(self) -> None:
        self._file.discard()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


if __name__ == "__main__":
    import sys
    import time
    from datetime import UTC

    from clock import SystemClock

    if len(sys.argv) != 2:
        sys.exit("usage: python -m recording.folder EMPTY_FOLDER")
    example = Call(sid="CA" + "0" * 32, account_sid="", caller=None, called="", started_at=datetime.now(UTC))
    thread = Writer()
    record = CallFolder(example, Path(sys.argv[1]), writer=thread, clock=SystemClock(), opener=os.open)
    record.event("call_started", call={"sid": example.sid})
    record.start_recording(0.0)
    started = time.perf_counter()
    for frame in range(1000):
        record.event("turn_caller", at_sec=0.02 * frame, text="I would like an eye exam", intent="book", index=frame)
        record.audio("caller", 1.0 + 0.02 * frame, b"\x80" * 160)
    print(f"event() and audio() together: {1000 * (time.perf_counter() - started):.1f} us")
    record.end()
    thread.close()
    print(*(f"{path.name}: {path.stat().st_size} bytes" for path in sorted(Path(sys.argv[1]).iterdir())), sep="\n")
