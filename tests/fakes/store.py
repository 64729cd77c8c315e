"""A CallStore that keeps what it is told."""

from typing import Any, Literal


class FakeStore:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.tracks: dict[str, bytes] = {"caller": b"", "agent": b""}
        self.recording_from: float | None = None

    def event(self, kind: str, **fields: Any) -> None:
        self.events.append((kind, fields))

    def audio(self, track: Literal["caller", "agent"], at_sec: float, ulaw: bytes) -> None:
        if self.recording_from is not None:
            self.tracks[track] += ulaw

    def start_recording(self, at_sec: float) -> None:
        self.recording_from = at_sec

    def stop_recording(self) -> None:
        self.recording_from = None

    def refuse_recording(self) -> None:
        self.recording_from = None
        self.tracks = {"caller": b"", "agent": b""}
        self.event("recording_refused")

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.events if name == kind]
