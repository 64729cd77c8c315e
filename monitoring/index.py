"""The transcript index: every finished call's codes and figures, to be searched and paged in milliseconds.

Its source is `recordings/index.jsonl`, which the service and the tags append to, with where leads stand in
`leads.jsonl` and which calls were deleted in `deletions.jsonl`. A database, `monitoring/index.sqlite`, is brought up to
date from the bytes that are new, so that 100,000 calls cost no more than ten; it is derived, and made anew when a file
was replaced or cut, when the practice's zone changes, and when it is damaged or gone.

Run `python -m monitoring.index DATA_DIR` to bring it up to date and see the last days, `python -m monitoring.index
--measure 100000` to see how long it takes with so many calls.
"""

import json
import sqlite3
import threading
from array import array
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from errors import StorageError
from monitoring.followed import read_on
from monitoring.index_lines import CallRow, Fields, deletion_fields, index_fields, lead_fields, row_of
from monitoring.index_query import CallPage, CallQuery, question
from monitoring.index_rows import clear, get, mark_of, put, put_mark, take
from monitoring.index_store import IndexStore
from recording.ending import percentile
from recording.retention import DELETIONS_FILE

__all__ = ["CallIndex", "CallPage", "CallQuery", "CallRow", "DayFigures"]

DATABASE = "index.sqlite"
_SOURCES: dict[str, Callable[[bytes], Fields | None]] = {
    "leads.jsonl": lead_fields,  # first, so that most calls are written once when the database is made anew
    DELETIONS_FILE: deletion_fields,
    "index.jsonl": index_fields,
}
_MOST_PER_PAGE = 500
_WAIT_SEC = 1.0


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One local day. `calls` = `answered` + `booked` + `handed_over` + `missed`: each call is one of them
    (`index_lines.kind_of`), so that they may be stacked. Callers who never reached AVA (every line taken) are in none.

    Attributes:
        handoffs: calls that were handed over, also those that count as booked or missed.
        urgent: calls of the classes urgent and emergent.
        latency_p50_ms: voice to voice, over all turns of the day; None without a turn.
        failed_turns: of all calls.
    """

    day: date
    calls: int = 0
    answered: int = 0
    booked: int = 0
    handed_over: int = 0
    missed: int = 0
    handoffs: int = 0
    urgent: int = 0
    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None
    failed_turns: int = 0


class CallIndex:
    """The index of one data folder. Every method blocks: call it from a thread. Several threads and processes may.

    Args:
        recordings: DATA_DIR/recordings.
        database: where the derived database lies.
        zone: of the practice, in which days begin.
    """

    def __init__(self, recordings: Path, database: Path, zone: ZoneInfo) -> None:
        self._recordings = recordings
        self._store = IndexStore(database, zone)
        self._zone = zone
        self._filling = threading.Lock()

    @property
    def problems(self) -> int:
        """Lines that were passed over because they are torn, or none of ours.

        Raises:
            StorageError: the index cannot be read.
        """
        with self._store.reading() as db:
            return int(get(db, "problems") or 0)

    def refresh(self) -> int:
        """Take in what was appended since the last time; returns how many calls are new or changed.

        Where another thread is at it, this one waits a second for it at most, and then goes by what there is: a page is
        not held up while the index of many calls is made anew.

        Raises:
            StorageError: a file cannot be read, or the database not be written.
        """
        if not self._filling.acquire(timeout=_WAIT_SEC):
            return 0
        try:
            taken = 0
            while (step := self._store.write(self._step)) >= 0:
                taken += step
            return taken
        finally:
            self._filling.release()

    def page(self, query: CallQuery) -> CallPage:
        """The calls that a query asks for.

        Raises:
            StorageError: the index cannot be read.
        """
        asked = question(query, self._zone)
        per_page = max(1, min(query.per_page, _MOST_PER_PAGE))
        with self._store.reading() as db:
            total = db.execute(asked.count, asked.values).fetchone()[0]
            pages = max(1, -(-total // per_page))
            page = max(1, min(query.page, pages))
            sql = asked.page(oldest_first=query.oldest_first)
            found = db.execute(sql, (*asked.values, per_page, (page - 1) * per_page)).fetchall()
        return CallPage(_rows(found), total, page, pages)

    def row(self, call_sid: str) -> CallRow | None:
        """One call; None when there is none of this CallSid, or it goes on. Letter case counts, as in its folder's
        name: a call has one name in the audit log.

        Raises:
            StorageError: the index cannot be read.
        """
        with self._store.reading() as db:
            found = db.execute(
                "SELECT fields FROM calls JOIN details USING (id) WHERE calls.call_sid = ?", (call_sid,)
            ).fetchall()
        return next((row for row in _rows(found) if row.call_sid == call_sid), None)

    def days(self, since: date, until: date) -> tuple[DayFigures, ...]:
        """The figures of each local day from `since` to `until`, both included; a day without calls has zeros.

        Raises:
            StorageError: the index cannot be read.
        """
        span = since.isoformat(), until.isoformat()
        with self._store.reading() as db:
            counts = {row[0]: row[1:] for row in db.execute(_COUNTS, span)}
            latencies = _latencies(db, span)
        days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
        return tuple(_day_figures(day, counts.get(day.isoformat()), latencies) for day in days)

    def unread(
        self, known: Collection[str], *, since: date | None = None, limit: int | None = None
    ) -> tuple[CallRow, ...]:
        """Calls that are not among `known` CallSids and not deleted: those that are flagged first, the newest first.

        Raises:
            StorageError: the index cannot be read.
        """
        asked = question(CallQuery(since=since), self._zone)
        with self._store.reading() as db:
            sql = f"SELECT id, call_sid, deleted FROM calls {asked.where} {_FLAGGED_FIRST}"
            sids = db.execute(sql, asked.values).fetchall()
            ids = [call_id for call_id, sid, deleted in sids if not deleted and sid not in known][:limit]
            fields = [db.execute("SELECT fields FROM details WHERE id = ?", (one,)).fetchone() for one in ids]
        return _rows(fields)

    def _step(self, db: sqlite3.Connection) -> int:
        """Take in one piece of one file; -1 when nothing is new."""
        for name, reader in _SOURCES.items():
            try:
                piece = read_on(self._recordings / name, mark_of(db, name))
            except OSError as exc:
                raise StorageError(f"{name} cannot be read", code="index-source-unreadable") from exc
            if piece.is_another:
                clear(db)  # the other files count from their beginnings, too
                return 0
            if piece.data:
                put_mark(db, name, piece.mark)
                return self._take(db, piece.data, reader)
        return -1

    def _take(self, db: sqlite3.Connection, data: bytes, reader: Callable[[bytes], Fields | None]) -> int:
        changes, problems = [], 0
        for raw in data.split(b"\n"):
            if not raw.strip():
                continue
            try:
                fields = reader(raw)
            except ValueError:  # pydantic's error is one
                problems += 1
                continue
            if fields:
                changes.append(fields)
        put(db, "problems", str(int(get(db, "problems") or 0) + problems))
        return take(db, changes, self._zone)


_FLAGGED_FIRST = "ORDER BY flagged DESC, started_ms DESC, id DESC"
_COUNTS = """SELECT day, COUNT(*), SUM(kind = 'answered'), SUM(kind = 'booked'), SUM(kind = 'handed_over'),
    SUM(kind = 'missed'), SUM(handed), SUM(urgency IN ('urgent', 'emergent')), SUM(failed_turns)
    FROM calls WHERE day BETWEEN ? AND ? GROUP BY day"""


def _rows(found: Collection[tuple[str]]) -> tuple[CallRow, ...]:
    rows = (row_of(json.loads(fields)) for (fields,) in found)
    return tuple(row for row in rows if row)


def _latencies(db: sqlite3.Connection, span: tuple[str, str]) -> dict[str, list[float]]:
    """The voice-to-voice latencies of all turns in order of size, by day."""
    found: dict[str, array[float]] = {}
    for day, values in db.execute(
        "SELECT day, turns FROM calls JOIN latencies ON call_id = id WHERE day BETWEEN ? AND ?", span
    ):
        found.setdefault(day, array("f")).frombytes(values)
    return {day: sorted(turns) for day, turns in found.items()}


def _day_figures(day: date, counts: tuple[int, ...] | None, latencies: dict[str, list[float]]) -> DayFigures:
    if counts is None:
        return DayFigures(day)
    calls, answered, booked, handed_over, missed, handoffs, urgent, failed_turns = counts
    turns = latencies.get(day.isoformat(), [])
    return DayFigures(
        day, calls, answered, booked, handed_over, missed, handoffs, urgent,
        percentile(turns, 50), percentile(turns, 95), failed_turns,
    )  # fmt: skip


def _main() -> None:
    import argparse
    import importlib
    import sys

    from facts_files import read_facts
    from monitoring.zone import practice_zone

    parser = argparse.ArgumentParser(prog="python -m monitoring.index", description="The index of finished calls.")
    parser.add_argument("data_dir", nargs="?", type=Path, metavar="DATA_DIR")
    parser.add_argument("--measure", type=int, metavar="CALLS", help="time the index with so many invented calls")
    options = parser.parse_args()
    if options.measure:
        importlib.import_module("monitoring.index_measure").measure(options.measure)  # which imports this module
        return
    if options.data_dir is None:
        parser.error("DATA_DIR or --measure is needed")
    zone = practice_zone(read_facts())
    index = CallIndex(options.data_dir / "recordings", options.data_dir / "monitoring" / DATABASE, zone)
    try:
        taken, today = index.refresh(), datetime.now(zone).date()
        print(
            f"{taken} calls new or changed, {index.page(CallQuery()).total} in all, {index.problems} lines passed over"
        )
        print("day         calls  answered  booked  handed over  missed  urgent")
        for one in index.days(today - timedelta(days=6), today):
            kinds = f"{one.answered:9} {one.booked:7} {one.handed_over:12} {one.missed:7}"
            print(f"{one.day} {one.calls:6} {kinds} {one.urgent:7}")
    except StorageError as error:
        sys.exit(f"{error.code}: {error}")


if __name__ == "__main__":
    _main()
