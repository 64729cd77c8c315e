"""The index's database (SQLite): how it is made, opened, filled and begun anew. It is derived from files of lines and
may be deleted at any time.

    calls      what calls are searched and sorted by: one narrow row per finished call
    intents    one row per call and intent of a caller's turn
    latencies  voice to voice, milliseconds (float32), of the turns of a call
    details    all that is known of a call, as JSON; also of one that goes on
    state      how far each file was read, the zone, the count of lines that were passed over
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from errors import StorageError
from log import log_event
from monitoring.index_rows import get, put
from recording.files import FILE_MODE, make_folders

_SCHEMA = 3  # goes up with every change of the tables or of what they are made of
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
                db.execute("BEGIN")
                yield db
            finally:
                db.close()
        except (sqlite3.Error, OSError) as exc:
            raise StorageError("the index of calls cannot be read", code="index-unreadable") from exc

    def write(self, work: Callable[[sqlite3.Connection], int]) -> int:
        """Do some work in one transaction. A file that is damaged is deleted and made anew.

        Raises:
            StorageError: it cannot be written (`index-unwritable`).
        """
        seen = _inode(self.path)
        try:
            return self._write(work)
        except (sqlite3.OperationalError, OSError) as exc:
            raise StorageError("the index of calls cannot be written", code="index-unwritable") from exc
        except sqlite3.DatabaseError as exc:
            try:
                self._replace(damaged=seen)
                return self._write(work)
            except (sqlite3.Error, OSError):
                raise StorageError("the index of calls cannot be written", code="index-unwritable") from exc

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
        db = self._connection()
        if db is None:
            with self._alone():
                db = self._connection() or self._made()
        return db

    def _connection(self) -> sqlite3.Connection | None:
        """The database, ready to be used; None when it has yet to be made."""
        if not self.path.exists():
            return None
        db = self._connect()
        try:
            is_ours = db.execute("PRAGMA user_version").fetchone()[0] == _SCHEMA and get(db, "zone") == self.zone.key
        except BaseException:
            db.close()
            raise
        if is_ours:
            return db
        db.close()
        return None

    def _made(self) -> sqlite3.Connection:
        """The database made anew; nobody else makes it at the same time."""
        if not self.path.exists():
            self._remove()  # what a deleted database has left beside it
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, FILE_MODE))  # its helpers inherit the mode
        db = self._connect()
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("BEGIN IMMEDIATE")
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                db.execute(f"DROP TABLE {name}")
            for statement in _TABLES.split(";"):
                db.execute(statement)
            put(db, "zone", self.zone.key)
            db.execute(f"PRAGMA user_version={_SCHEMA}")
            db.execute("COMMIT")
        except BaseException:
            db.close()
            raise
        return db

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=self.busy_sec, isolation_level=None)
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute(f"PRAGMA cache_size=-{_CACHE_KB}")
        db.execute(f"PRAGMA mmap_size={_MAPPED_BYTES}")
        return db

    def _replace(self, *, damaged: int | None) -> None:
        """Delete a database that is damaged, unless another process has done so."""
        with self._alone():
            if _inode(self.path) == damaged:
                log_event("index_damaged", level="WARNING", note="the index of calls is made anew")
                self._remove()

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process or thread makes or deletes the database meanwhile: the folder is locked (flock), which ends
        with its process."""
        make_folders(self.path.parent)
        fd = os.open(self.path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.index_store DATABASE")
    with closing(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)) as found:
        for table in ("calls", "intents", "latencies", "details", "state"):
            print(table, found.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
