"""The index's database (SQLite): how it is made, opened, filled and begun anew. It is derived from files of lines and
may be deleted at any time.

    calls      what calls are searched and sorted by: one narrow row per finished call
    intents    one row per call and intent of a caller's turn
    latencies  voice to voice, milliseconds (float32), of the turns of a call
    details    all that is known of a call, as JSON; also of one that goes on
    state      how far each file was read, the zone, the count of lines that were passed over
"""

import json
import os
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from errors import StorageError
from log import log_event
from monitoring.followed import Mark
from monitoring.index_lines import Fields, merged, row_of
from recording.files import FILE_MODE, make_folders

_SCHEMA = 3  # goes up with every change of the tables or of what they are made of
_compact = json.JSONEncoder(separators=(",", ":")).encode
_CACHE_KB = 64_000
_MAPPED_BYTES = 1 << 28
_BUSY_SEC = 30.0  # another process may be filling the index
_TABLES = """
CREATE TABLE calls (
    id INTEGER PRIMARY KEY, call_sid TEXT NOT NULL COLLATE NOCASE, started_ms INTEGER NOT NULL, day TEXT NOT NULL,
    outcome TEXT, location TEXT, urgency TEXT, tag TEXT, kind TEXT, handed INTEGER, flagged INTEGER, deleted INTEGER,
    failed_turns INTEGER, intents TEXT);
CREATE TABLE intents (
    intent TEXT, started_ms INTEGER, call_id INTEGER, PRIMARY KEY (intent, started_ms, call_id)) WITHOUT ROWID;
CREATE TABLE latencies (call_id INTEGER PRIMARY KEY, turns BLOB);
CREATE TABLE details (id INTEGER PRIMARY KEY, call_sid TEXT NOT NULL UNIQUE, fields TEXT NOT NULL);
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT);
CREATE UNIQUE INDEX calls_by_sid ON calls (call_sid);
CREATE INDEX calls_by_start ON calls (started_ms, id);
CREATE INDEX calls_by_day ON calls (day);
CREATE INDEX calls_by_outcome ON calls (outcome, started_ms, id);
CREATE INDEX calls_by_location ON calls (location, started_ms, id);
CREATE INDEX calls_by_urgency ON calls (urgency, started_ms, id);
CREATE INDEX calls_by_tag ON calls (tag, started_ms, id);
CREATE INDEX calls_by_handoff ON calls (handed, started_ms, id);
CREATE INDEX calls_by_flag ON calls (flagged, started_ms, id);
CREATE INDEX calls_by_all ON calls (started_ms, id, outcome, location, urgency, tag, handed, flagged);
CREATE INDEX intents_by_call ON intents (call_id);
"""


class IndexStore:
    """One database file, opened for each piece of work: threads and processes may do so at the same time. Blocks.

    Args:
        zone: in which days begin; another one than the file was made for begins it anew.

    Attributes:
        busy_sec: how long to wait for another process that writes.
    """

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        self.path = path
        self.zone = zone
        self.busy_sec = _BUSY_SEC

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The database, as it stands at the first question.

        Raises:
            StorageError: it cannot be read (`index-unreadable`).
        """
        try:
            db = self._open()
            try:
                yield db
            finally:
                db.close()
        except sqlite3.Error as exc:
            raise StorageError("the index of calls cannot be read", code="index-unreadable") from exc

    def write(self, work: Callable[[sqlite3.Connection], int]) -> int:
        """Do some work in one transaction; what damages the file may have had are gone with the file itself.

        Raises:
            StorageError: it cannot be written (`index-unwritable`).
        """
        try:
            return self._write(work)
        except sqlite3.OperationalError as exc:
            raise StorageError("the index of calls cannot be written", code="index-unwritable") from exc
        except sqlite3.DatabaseError as exc:
            log_event("index_damaged", level="WARNING", note="the index of calls is made anew")
            self.remove()
            try:
                return self._write(work)
            except sqlite3.Error:
                raise StorageError("the index of calls cannot be written", code="index-unwritable") from exc

    def remove(self) -> None:
        """Delete the database."""
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    def _write(self, work: Callable[[sqlite3.Connection], int]) -> int:
        db = self._open()
        try:
            db.execute("BEGIN IMMEDIATE")
            done = work(db)
            db.execute("COMMIT")
        finally:
            db.close()  # rolls back what was not committed
        return done

    def _open(self) -> sqlite3.Connection:
        if not self.path.exists():
            self.remove()  # what a deleted database has left beside it
            make_folders(self.path.parent)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, FILE_MODE))  # its helpers inherit the mode
        db = sqlite3.connect(self.path, timeout=self.busy_sec, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous=NORMAL")
            db.execute(f"PRAGMA cache_size=-{_CACHE_KB}")
            db.execute(f"PRAGMA mmap_size={_MAPPED_BYTES}")
            if db.execute("PRAGMA user_version").fetchone()[0] != _SCHEMA or get(db, "zone") != self.zone.key:
                self._make(db)
        except BaseException:
            db.close()
            raise
        return db

    def _make(self, db: sqlite3.Connection) -> None:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("BEGIN IMMEDIATE")
        if db.execute("PRAGMA user_version").fetchone()[0] == _SCHEMA and get(db, "zone") == self.zone.key:
            db.execute("COMMIT")  # another process was first
            return
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            db.execute(f"DROP TABLE {name}")
        for statement in _TABLES.split(";"):
            db.execute(statement)
        put(db, "zone", self.zone.key)
        db.execute(f"PRAGMA user_version={_SCHEMA}")
        db.execute("COMMIT")


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
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.index_store DATABASE")
    with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as found:
        for table in ("calls", "intents", "latencies", "details", "state"):
            print(table, found.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
