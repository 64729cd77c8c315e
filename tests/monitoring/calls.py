"""What the tests of monitoring share: lines of the index about invented calls."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
START = datetime(2026, 11, 20, 15, tzinfo=UTC)  # 10 in the morning in New York


def sid(number: int) -> str:
    return f"CA{number:032x}"


def end_line(number: int, **fields: Any) -> dict[str, Any]:
    """The line that the end of a call leaves in the index; each call begins a minute after the one before."""
    started = START + timedelta(minutes=number)
    return {
        "call_sid": sid(number),
        "started_at": started.isoformat(),
        "duration_sec": 60.0,
        "outcome": "completed",
        "intent": "hours",
        "intents": ["hours"],
        "booking": False,
        "urgency": "routine",
        "location": "kendall",
        "handoff_reason": None,
        "failed_turns": 0,
        "unanswered": 0,
        "verdicts": {"allow": 3},
        "latency_p50_ms": 600.0,
        "latency_p95_ms": 700.0,
        "latencies_ms": [500.0, 600.0, 700.0],
        "versions": {"prompt": "2", "facts": "0123456789"},
        "path": f"{started:%Y/%m/%d}/{sid(number)}",
        "recorded": True,
        "lead": None,
        **fields,
    }


def append(path: Path, *lines: dict[str, Any] | bytes) -> None:
    """Add lines to a file; bytes as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        for line in lines:
            file.write(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n")
