"""What stands in the index's database of each call, and how far each file was read; `monitoring.index_store` has its
tables."""

import json
import sqlite3
from array import array
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from monitoring.followed import Mark
from monitoring.index_lines import Fields, merged, row_of

_compact = json.JSONEncoder(separators=(",", ":")).encode


def clear(db: sqlite3.Connection) -> None:
    """Forget all calls, and that any file was read."""
    for table in ("calls", "intents", "latencies", "details"):
        db.execute(f"DELETE FROM {table}")
    db.execute("DELETE FROM state WHERE name <> 'zone'")


def get(db: sqlite3.Connection, name: str) -> str | None:
    row = db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def put(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))


def mark_of(db: sqlite3.Connection, source: str) -> Mark:
    """Up to where a file was read."""
    value = get(db, f"mark {source}")
    return Mark(*json.loads(value)) if value else Mark()


def put_mark(db: sqlite3.Connection, source: str, mark: Mark) -> None:
    put(db, f"mark {source}", json.dumps([mark.offset, mark.file, mark.print]))


def take(db: sqlite3.Connection, changes: Iterable[Fields], zone: ZoneInfo) -> int:
    """Add what lines say of calls, in their order; returns how many calls that are."""
    before: dict[str, Fields] = {}
    calls: dict[str, Fields] = {}
    for more in changes:
        sid = more["call_sid"]
        if sid not in calls:
            calls[sid] = before[sid] = _known(db, sid)
        calls[sid] = merged(calls[sid], more)
    for sid, fields in calls.items():
        _put_call(db, sid, fields, before[sid], zone)
    return len(calls)


def _known(db: sqlite3.Connection, sid: str) -> Fields:
    row = db.execute("SELECT fields FROM details WHERE call_sid = ?", (sid,)).fetchone()
    return dict(json.loads(row[0])) if row else {}


def _put_call(db: sqlite3.Connection, sid: str, fields: Fields, before: Fields, zone: ZoneInfo) -> None:
    (call_id,) = db.execute(
        "INSERT INTO details (call_sid, fields) VALUES (?, ?)"
        " ON CONFLICT (call_sid) DO UPDATE SET fields = excluded.fields RETURNING id",
        (sid, _compact(fields)),
    ).fetchone()
    values, old = _narrow(fields, zone), _narrow(before, zone)
    if values is None or values == old:
        return
    db.execute(f"INSERT OR REPLACE INTO calls VALUES (?{', ?' * len(values)})", (call_id, *values))
    if old:
        db.execute("DELETE FROM intents WHERE call_id = ?", (call_id,))
    turns = fields.get("latencies_ms") or [ms for ms in map(fields.get, ("latency_p50_ms", "latency_p95_ms")) if ms]
    db.execute("INSERT OR REPLACE INTO latencies VALUES (?, ?)", (call_id, array("f", turns).tobytes()))
    started_ms, intents = values[1], values[-1].split()
    db.executemany("INSERT INTO intents VALUES (?, ?, ?)", [(intent, started_ms, call_id) for intent in intents])


def _narrow(fields: Fields, zone: ZoneInfo) -> tuple[Any, ...] | None:
    """A call's values in `calls`, without its id; None of a call that is not over."""
    row = row_of(fields)
    if row is None:
        return None
    return (
        row.call_sid, round(row.started_at.timestamp() * 1000), row.started_at.astimezone(zone).date().isoformat(),
        row.outcome, row.location, row.urgency, row.quality_tag, row.kind, row.handoff_reason is not None, row.flagged,
        row.deleted, row.failed_turns, " ".join(sorted({*row.intents, row.intent or ""})).strip(),
    )  # fmt: skip


if __name__ == "__main__":
    example = {
        "call_sid": "CA1",
        "started_at": "2026-11-20T15:00:00+00:00",
        "outcome": "completed",
        "intents": ["book"],
    }
    print(_narrow(example, ZoneInfo("America/New_York")))
