"""What the service under test writes about a call while it goes on: `events.jsonl`, and its lead in `leads.jsonl`.

Read-only, and tolerant: a file that is not there yet, a line half written and a field that is missing are no error.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

Event = dict[str, Any]


class LiveRecord:
    """Follows one call's `events.jsonl`.

    Attributes:
        events: all events so far, in the file's order.
        folder: the call's folder once it is there. lead: see `read_lead`.
    """

    def __init__(self, data_dir: Path, call_sid: str) -> None:
        self._recordings = data_dir / "recordings"
        self._call_sid = call_sid
        self._lock = asyncio.Lock()
        self._offset = 0
        self.events: list[Event] = []
        self.folder: Path | None = None
        self.lead: dict[str, Any] | None = None

    async def poll(self) -> list[Event]:
        """Read what is new and return it."""
        async with self._lock:
            fresh = await asyncio.to_thread(self._read)
            self.events += fresh
            return fresh

    def _read(self) -> list[Event]:
        if self.folder is None:
            self.folder = next(self._recordings.glob(f"*/*/*/{self._call_sid}"), None)
        if self.folder is None:
            return []
        try:
            with (self.folder / "events.jsonl").open("rb") as stream:
                stream.seek(self._offset)
                data = stream.read()
        except OSError:
            return []
        complete = data[: data.rfind(b"\n") + 1]
        self._offset += len(complete)
        return [event for line in complete.splitlines() if (event := _object(line)) is not None]

    def ava_words(self, since: int = 0) -> list[str]:
        """AVA's sentences, as she began to speak them, from event number `since` on; whole turns when the service
        notes no sentences."""
        events = self.events[since:]
        sentences = _texts(events, "sentence_ava")
        return sentences or _texts(events, "turn_ava")

    def outcome(self) -> str | None:
        ended = next((event for event in reversed(self.events) if event.get("type") == "call_ended"), None)
        return ended.get("outcome") if ended else None

    async def read_lead(self) -> None:
        """Look for the call's lead in the journal."""
        self.lead = await asyncio.to_thread(find_lead, self._recordings / "leads.jsonl", self._call_sid)

    async def is_recorded(self) -> bool:
        """True when there is audio of the call on disk."""
        return await asyncio.to_thread(self._has_audio)

    def _has_audio(self) -> bool:
        if self.folder is None:
            return False
        kinds = (".ulaw", ".mp3", ".wav", ".flac", ".ogg")
        return any(file.suffix in kinds and file.stat().st_size > 0 for file in self.folder.iterdir())


def find_lead(journal: Path, call_sid: str) -> dict[str, Any] | None:
    """The last lead of a call in a journal of `{"state": ..., "lead": {...}}` lines."""
    try:
        lines = journal.read_bytes().splitlines()
    except OSError:
        return None
    for line in reversed(lines):
        entry = _object(line) or {}
        lead = entry.get("lead")
        if isinstance(lead, dict) and lead.get("call_sid") == call_sid:
            return lead
    return None


def _texts(events: list[Event], kind: str) -> list[str]:
    return [str(event["text"]) for event in events if event.get("type") == kind and event.get("text")]


def _object(line: bytes) -> Event | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


if __name__ == "__main__":
    follower = LiveRecord(Path(sys.argv[1]), sys.argv[2])
    for item in asyncio.run(follower.poll()):
        print(item)
