"""What left the practice, word for word, for staff to read: `monitoring/outbound.jsonl`, 0600, which only grows.

A line is written before a request is sent: what cannot be noted does not leave. The part that is the same for all calls
(questions, rules, records) is written once for each of its forms, under its digest. What the request came to follows
as a line of its own.
"""

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from call import Clock
from monitoring.kept import JsonLines

OUTBOUND_FILE = "outbound.jsonl"


@dataclass(frozen=True, slots=True)
class Outbound:
    """One request that left.

    Attributes:
        text: of the call, exactly as it was sent.
        prefix: what stood before it: questions, rules and records of the practice.
        tokens: in and out; None: no answer came, or it is not known.
        outcome: `read`, or the code of what went wrong; None while it is under way, or when the process died.
    """

    id: str
    at: datetime
    call_sid: str
    provider: str
    model: str
    text: str
    prefix: str
    tokens: int | None = None
    outcome: str | None = None


class OutboundLog:
    """The file. Everything here blocks: call it from threads.

    Raises:
        StorageError: by each method, when the file cannot be written or read.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._lines = JsonLines(path)
        self._clock = clock
        self._lock = threading.Lock()
        self._prefixes: set[str] = set()

    def leaving(self, call_sid: str, provider: str, model: str, prefix: str, text: str) -> str:
        """Note what is about to be sent, durably; gives the request's id."""
        digest = hashlib.sha256(prefix.encode("utf-8", "replace")).hexdigest()
        name = uuid4().hex[:16]
        line = {"at": self._clock.now().isoformat(), "id": name, "call_sid": call_sid, "provider": provider,
                "model": model, "prefix_sha256": digest, "text": text, "tokens": None}  # fmt: skip
        with self._lock:
            lines = [line]
            if digest not in self._prefixes:
                lines.insert(0, {"prefix_sha256": digest, "prefix": prefix})
            self._lines.append(*lines)
            self._prefixes.add(digest)
        return name

    def came_back(self, name: str, outcome: str, tokens: int | None) -> None:
        """Note what a request came to."""
        self._lines.append({"of": name, "at": self._clock.now().isoformat(), "outcome": outcome, "tokens": tokens})

    def all(self) -> tuple[Outbound, ...]:
        """Every request that left, oldest first."""
        prefixes: dict[str, str] = {}
        found: dict[str, dict[str, Any]] = {}
        for line in self._lines.read():
            if isinstance(line.get("of"), str) and line["of"] in found:
                found[line["of"]] |= {"outcome": line.get("outcome"), "tokens": line.get("tokens")}
            elif "prefix" in line:
                prefixes[str(line.get("prefix_sha256"))] = str(line["prefix"])
            elif all(isinstance(line.get(name), str) for name in ("id", "at", "call_sid", "provider", "model", "text")):
                found[line["id"]] = line
        return tuple(one for line in found.values() if (one := _outbound(line, prefixes)))

    def of(self, call_sid: str) -> tuple[Outbound, ...]:
        """What left of one call."""
        return tuple(one for one in self.all() if one.call_sid == call_sid)


def _outbound(line: dict[str, Any], prefixes: dict[str, str]) -> Outbound | None:
    """What a line says; None of one that is none of ours: it must not hide the others."""
    try:
        at = datetime.fromisoformat(line["at"])
    except ValueError:
        return None
    tokens, outcome = line.get("tokens"), line.get("outcome")
    return Outbound(
        id=line["id"],
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        call_sid=line["call_sid"],
        provider=line["provider"],
        model=line["model"],
        text=line["text"],
        prefix=prefixes.get(str(line.get("prefix_sha256")), ""),
        tokens=tokens if isinstance(tokens, int) else None,
        outcome=outcome if isinstance(outcome, str) else None,
    )


if __name__ == "__main__":
    import sys

    from clock import SystemClock

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.external.outbound DATA_DIR/monitoring/outbound.jsonl")
    for one in OutboundLog(Path(sys.argv[1]), SystemClock()).all():
        print(f"{one.at:%Y-%m-%d %H:%M:%S}Z {one.call_sid} {one.provider} {one.model} {one.tokens} {one.outcome}")
        print(one.text, end="\n\n")
