import itertools
import json
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import monitoring.index
from call import Lead
from errors import StorageError
from journal import LeadJournal
from monitoring.index import CallIndex, CallQuery
from monitoring.index_measure import measure, queries, write_calls
from monitoring.index_query import question
from recording.retention import Retention
from recording.storage import CallArchive
from tests.monitoring.calls import START, ZONE, append, end_line, sid
from tests.recording.helpers import ROOT, FakeClock, a_call, a_record, started

DAY = date(2026, 11, 20)


class Calls:
    """A data folder, and the index of it."""

    def __init__(self, root: Path) -> None:
        self.recordings = root / "recordings"
        self.lines = self.recordings / "index.jsonl"
        self.database = root / "monitoring" / "index.sqlite"
        self.index = self.again()

    def again(self, zone: ZoneInfo = ZONE) -> CallIndex:
        return CallIndex(self.recordings, self.database, zone)

    def add(self, *lines: dict[str, Any] | bytes) -> int:
        append(self.lines, *lines)
        return self.index.refresh()

    def lead(self, number: int, *states: str, **fields: Any) -> None:
        at = START.isoformat()
        append(
            self.recordings / "leads.jsonl",
            *({"at": at, "state": state, "call_sid": sid(number), **fields} for state in states),
        )

    def found(self, **query: Any) -> list[int]:
        """The numbers of the calls that a query finds."""
        return [int(row.call_sid[2:], 16) for row in self.index.page(CallQuery(**query)).rows]


@pytest.fixture
def calls(tmp_path: Path) -> Calls:
    return Calls(tmp_path)


def test_nothing_is_an_index_too(calls: Calls) -> None:
    assert calls.index.refresh() == 0
    page = calls.index.page(CallQuery())
    assert (page.rows, page.total, page.page, page.pages) == ((), 0, 1, 1)
    assert calls.index.row(sid(1)) is None
    assert calls.index.problems == 0
    assert calls.index.unread(set()) == ()


def test_a_call_is_its_lines_together_and_of_each_field_the_last_counts(calls: Calls) -> None:
    verdicts = {"allow": 2, "note": 1}
    calls.add(end_line(1, intents=["hours", "book"], verdicts=verdicts))
    calls.add({"call_sid": sid(1), "audio_sha256": "ab" * 32, "audio_sec": 57.5})
    calls.add({"call_sid": sid(1), "quality_tag": "good"}, {"call_sid": sid(1), "quality_tag": "bad"})
    row = calls.index.row(sid(1))
    assert row is not None
    assert row.started_at == START + timedelta(minutes=1)
    assert (row.outcome, row.location, row.intents, row.verdicts) == (
        "completed",
        "kendall",
        ("hours", "book"),
        verdicts,
    )
    assert (row.latency_p50_ms, row.latency_p95_ms, row.versions["facts"]) == (600.0, 700.0, "0123456789")
    assert (row.quality_tag, row.recorded, row.audio_sec, row.deleted) == ("bad", True, 57.5, False)
    assert row.path == f"2026/11/20/{sid(1)}"
    assert calls.index.page(CallQuery()).rows == (row,)
    calls.add(end_line(0xABC))
    assert calls.index.row(sid(0xABC)) is not None
    assert calls.index.row(f"CA{0xABC:032X}") is None, "in the audit log a call has one name"


def test_a_line_of_an_older_release_is_read(calls: Calls) -> None:
    new = ("intents", "booking", "urgency", "location", "unanswered", "verdicts", "latencies_ms", "versions")
    old = {name: value for name, value in end_line(1, intent="book", lead="queued").items() if name not in new}
    assert calls.add(old) == 1
    row = calls.index.row(sid(1))
    assert row is not None
    assert (row.intents, row.urgency, row.verdicts, row.versions, row.location) == ((), "routine", {}, {}, None)
    assert row.kind == "booked"
    assert calls.found(intent="book") == [1]
    (figures,) = calls.index.days(DAY, DAY)
    assert (figures.latency_p50_ms, figures.latency_p95_ms) == (600.0, 700.0)


def test_only_what_was_appended_is_read_again(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    calls.add(*(end_line(number) for number in range(1, 20)))
    assert calls.index.refresh() == 0
    assert calls.add(end_line(20)) == 1
    assert calls.index.page(CallQuery()).total == 20


def test_a_line_that_is_torn_or_none_of_ours_is_passed_over_and_counted(calls: Calls) -> None:
    bad = [
        b"{\"call_sid\": \"CA\n", b"[1, 2]\n", b"null\n", b"\xff\xfe\x00\n", b'"text"\n',
        json.dumps({"call_sid": "../../etc/passwd", "outcome": "completed"}).encode() + b"\n",
        json.dumps(end_line(8, path="../../../etc/" + sid(8))).encode() + b"\n",
        json.dumps(end_line(9, started_at="yesterday")).encode() + b"\n",
        json.dumps(end_line(10, latencies_ms=[float("nan")])).encode() + b"\n",
        json.dumps(end_line(11, failed_turns=-1)).encode() + b"\n",
    ]  # fmt: skip
    calls.add(end_line(1), *bad, b"\n", b"   \n", end_line(2))
    assert calls.found() == [2, 1]
    assert calls.index.problems == len(bad)
    calls.add(b"torn", b"\n")
    assert calls.again().problems == len(bad) + 1


def test_a_call_that_goes_on_or_whose_end_was_lost_is_not_listed(calls: Calls) -> None:
    calls.lead(1, "queued")
    calls.add({"call_sid": sid(1), "quality_tag": "bad"})
    assert calls.found() == []
    assert calls.index.row(sid(1)) is None
    calls.add(end_line(1))
    row = calls.index.row(sid(1))
    assert row is not None
    assert (row.lead_state, row.quality_tag) == ("queued", "bad")


@pytest.mark.parametrize("lines", [[end_line(7)], [], [end_line(number) for number in range(30, 90)]])
def test_an_index_that_was_replaced_or_cut_is_read_anew(calls: Calls, lines: list[dict[str, Any]]) -> None:
    calls.lead(7, "queued", "delivered")
    calls.add(b"torn\n", *(end_line(number) for number in range(1, 10)))
    assert calls.index.problems == 1
    calls.lines.write_bytes(b"")
    append(calls.lines, *lines)
    calls.index.refresh()
    assert sorted(calls.found(per_page=500)) == [int(line["call_sid"][2:], 16) for line in lines]
    assert calls.index.problems == 0
    if lines == [end_line(7)]:
        row = calls.index.row(sid(7))
        assert row is not None
        assert row.lead_state == "delivered"


@pytest.mark.parametrize("damage", [b"", b"no database at all, but long enough to be taken for one" * 99])
def test_a_database_that_is_damaged_or_gone_is_made_anew(calls: Calls, damage: bytes) -> None:
    calls.add(end_line(1), end_line(2))
    for ending in ("", "-wal", "-shm"):
        calls.database.with_name(calls.database.name + ending).unlink(missing_ok=True)
    if damage:
        calls.database.write_bytes(damage)
        with pytest.raises(StorageError) as caught:
            calls.again().page(CallQuery())
        assert caught.value.code == "index-unreadable"
    assert calls.again().refresh() == 2
    assert calls.found() == [2, 1]


def test_a_database_of_another_release_or_zone_is_made_anew(calls: Calls) -> None:
    calls.add(end_line(1, started_at="2026-11-20T03:00:00+00:00"))
    assert [day.calls for day in calls.index.days(date(2026, 11, 19), DAY)] == [1, 0]
    elsewhere = calls.again(ZoneInfo("Europe/Madrid"))
    assert elsewhere.refresh() == 1
    assert [day.calls for day in elsewhere.days(date(2026, 11, 19), DAY)] == [0, 1]
    with closing(sqlite3.connect(calls.database, isolation_level=None)) as db:
        db.execute("PRAGMA user_version=0")
        db.execute("DROP TABLE calls")
        db.execute("CREATE TABLE calls (other INTEGER)")
    again = calls.again()
    assert again.refresh() == 1
    assert again.page(CallQuery()).total == 1


def test_what_cannot_be_read_or_written_is_said_and_nothing_is_lost(calls: Calls, tmp_path: Path) -> None:
    calls.add(end_line(1))
    append(calls.lines, end_line(2))
    held = sqlite3.connect(calls.database, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    calls.index._store.busy_sec = 0.05
    with pytest.raises(StorageError) as caught:
        calls.index.refresh()
    assert caught.value.code == "index-unwritable"
    assert calls.found() == [1], "who only reads does not wait for who writes"
    held.close()
    assert calls.index.refresh() == 1
    (calls.recordings / "leads.jsonl").mkdir()
    with pytest.raises(StorageError) as caught:
        calls.index.refresh()
    assert caught.value.code == "index-source-unreadable"


def test_a_folder_that_cannot_be_made_is_an_error_of_ours(calls: Calls) -> None:
    calls.database.parent.write_text("a file where the folder should be")
    append(calls.lines, end_line(1))
    for work, code in ((calls.index.refresh, "index-unwritable"), (calls.found, "index-unreadable")):
        with pytest.raises(StorageError) as caught:
            work()
        assert caught.value.code == code


def test_the_database_is_readable_by_its_owner_alone(calls: Calls) -> None:
    calls.add(end_line(1))
    assert stat.S_IMODE(calls.database.stat().st_mode) == 0o600
    assert stat.S_IMODE(calls.database.parent.stat().st_mode) == 0o700


CHILD = """
import sys
from pathlib import Path
from monitoring.index import CallIndex, CallQuery
from recording.retention import Retention
from recording.storage import CallArchive
from tests.monitoring.calls import ZONE
root = Path(sys.argv[1])
index = CallIndex(root / "recordings", root / "monitoring" / "index.sqlite", ZONE)
print("ready", flush=True)
for _ in sys.stdin:
    taken = index.refresh()
    print(taken, index.page(CallQuery()).total, flush=True)
"""


@contextmanager
def several(root: Path, count: int) -> Iterator[list[Any]]:
    """Processes that bring the index up to date at each line that they are sent, and say what they took and found."""
    pipe = subprocess.PIPE
    children = [
        subprocess.Popen([sys.executable, "-c", CHILD, str(root)], cwd=ROOT, text=True, stdin=pipe, stdout=pipe)
        for _ in range(count)
    ]
    try:
        assert [child.stdout.readline() for child in children if child.stdout] == ["ready\n"] * count
        yield children
    finally:
        for child in children:
            with child:
                child.kill()


def test_processes_that_find_no_database_make_one_together(calls: Calls, tmp_path: Path) -> None:
    append(calls.lines, *(end_line(number) for number in range(50)))
    with several(tmp_path, 3) as children:
        for child in children:
            child.stdin.write("go\n")
            child.stdin.flush()
        answers = [tuple(map(int, child.stdout.readline().split())) for child in children]
    assert sum(taken for taken, _ in answers) == 50
    assert [found for _, found in answers] == [50] * 3


def test_two_processes_bring_the_index_up_to_date_and_each_line_counts_once(calls: Calls, tmp_path: Path) -> None:
    with several(tmp_path, 2) as children:
        for batch in range(5):
            append(calls.lines, b"torn\n", *(end_line(100 * batch + number) for number in range(100)))
            for child in children:
                child.stdin.write("go\n")
                child.stdin.flush()
            answers = [tuple(map(int, child.stdout.readline().split())) for child in children]
            assert sum(taken for taken, _ in answers) == 100
            assert [found for _, found in answers] == [100 * (batch + 1)] * 2
    assert calls.index.problems == 5


def test_a_page_is_not_held_up_while_the_index_is_made_anew(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring.index, "_WAIT_SEC", 0.02)
    calls.add(end_line(1))
    append(calls.lines, end_line(2))
    with calls.index._filling:  # as another thread does that fills it
        assert calls.index.refresh() == 0
        assert calls.found() == [1]
    assert calls.index.refresh() == 1


def test_threads_may_ask_and_fill_at_the_same_time(calls: Calls) -> None:
    append(calls.lines, *(end_line(number) for number in range(200)))
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: calls.index.refresh(), range(4)))
        totals = list(pool.map(lambda _: calls.index.page(CallQuery()).total, range(8)))
    assert sum(taken) == 200
    assert totals == [200] * 8


async def test_what_the_service_writes_is_what_the_index_says(calls: Calls, tmp_path: Path) -> None:
    clock = FakeClock()
    archive = CallArchive(tmp_path, clock)
    try:
        folder = archive.open_call(a_call())
        folder.event("call_started", **started(a_call()))
        folder.start_recording(1.0)
        folder.audio("caller", 1.0, b"\x10" * 8000)
        record = a_record(
            latencies_ms=[500.0, 700.0],
            unanswered=1,
            verdicts={"allow": 3, "block": 1},
            versions={"facts": "0123456789"},
        )
        assert await archive.finish(folder, record, lead_state="queued")
        audio = await archive.finish_audio(folder, record)
        clock.elapsed = 10 * 86400
        assert calls.index.refresh() == 1
        row = calls.index.row(record.call_sid)
        assert row is not None
        assert audio is not None
        assert (row.started_at, row.duration_sec, row.outcome) == (record.started_at, 60.0, "completed")
        assert (row.intent, row.intents, row.location, row.unanswered) == ("book", ("book",), "kendall", 1)
        assert (row.verdicts, row.versions, row.lead_state) == (record.verdicts, record.versions, "queued")
        assert (row.latency_p50_ms, row.latency_p95_ms, row.flagged) == (500.0, 700.0, True)
        assert (row.recorded, row.audio_sec) == (True, audio.seconds)
        assert tmp_path / "recordings" / row.path == folder.path
        assert len(Retention(archive, 5, clock=clock).purge()) == 1
    finally:
        archive.close()
    assert calls.index.refresh() == 1
    row = calls.index.row(record.call_sid)
    assert row is not None
    assert (row.deleted, row.recorded, row.path) == (True, False, "")


def test_calls_are_found_by_each_of_their_marks(calls: Calls) -> None:
    calls.add(
        end_line(1, outcome="caller_hung_up", location="austin"),
        end_line(2, intent="book", intents=["hours", "book"]),
        end_line(3, urgency="urgent", handoff_reason="asked_for_person", outcome="transferred"),
        end_line(4, verdicts={"allow": 1, "block": 1}),
        end_line(5, started_at="2026-11-21T04:59:59+00:00"),  # one second before midnight in New York
        end_line(6, started_at="2026-11-21T05:00:00+00:00"),
        {"call_sid": sid(2), "quality_tag": "corrected"},
    )
    assert calls.found() == [6, 5, 4, 3, 2, 1]
    assert calls.found(oldest_first=True) == [1, 2, 3, 4, 5, 6]
    assert calls.found(outcome="caller_hung_up") == calls.found(location="austin") == [1]
    assert calls.found(intent="book") == calls.found(tag="corrected") == [2]
    assert calls.found(intent="hours", location="kendall", oldest_first=True) == [2, 3, 4, 5, 6]
    assert calls.found(urgency="urgent") == calls.found(handoff=True) == [3]
    assert calls.found(handoff=False) == [6, 5, 4, 2, 1]
    assert calls.found(flagged=True) == [4, 3, 2]
    assert calls.found(flagged=False, since=DAY, until=DAY) == [5, 1]
    assert calls.found(since=DAY + timedelta(days=1)) == [6]
    assert calls.found(until=DAY) == [5, 4, 3, 2, 1]
    assert calls.found(sid=sid(4)) == calls.found(sid=sid(4).lower()) == [4]
    assert calls.found(sid="CA0") == [6, 5, 4, 3, 2, 1]
    assert calls.found(sid="CA1") == calls.found(outcome="nothing' OR 1=1 --") == calls.found(sid="%") == []


def test_pages_do_not_overlap_and_one_behind_the_last_is_the_last(calls: Calls) -> None:
    calls.add(*(end_line(number, started_at=START.isoformat()) for number in range(1, 26)))
    pages = [calls.found(per_page=10, page=number) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [10, 10, 5]
    assert sorted(itertools.chain(*pages)) == list(range(1, 26))
    last = calls.index.page(CallQuery(per_page=10, page=99))
    assert (last.page, last.pages, last.total) == (3, 3, 25)
    assert [int(row.call_sid[2:], 16) for row in last.rows] == pages[2]
    assert calls.index.page(CallQuery(per_page=10, page=-5)).page == 1
    assert len(calls.found(per_page=100_000)) == 25
    assert len(calls.found(per_page=0)) == 1


def test_where_a_lead_stands_is_what_its_journal_says(calls: Calls, tmp_path: Path) -> None:
    orders = list(itertools.product(("queued", "delivered", "failed", "closed"), repeat=3))
    for number, states in enumerate(orders, start=1):
        calls.lead(number, "queued", lead=Lead(call_sid=sid(number), caller_id=None).model_dump(mode="json"))
        calls.lead(number, *states)
        calls.lead(number, "failed", item="audio")
    calls.add(*(end_line(number, lead="queued") for number in range(1, len(orders) + 1)))
    journal = LeadJournal(calls.recordings / "leads.jsonl").replay()
    found = {row.call_sid: row.lead_state for row in calls.index.page(CallQuery(per_page=500)).rows}
    assert found == {call_sid: entry.state for call_sid, entry in journal.items()}
    calls.lead(1, "delivered")
    assert calls.index.refresh() == 1
    row = calls.index.row(sid(1))
    assert row is not None
    assert row.lead_state == "delivered"


def test_a_call_that_retention_deleted_shows_as_deleted_and_not_as_playable(calls: Calls) -> None:
    calls.add(end_line(1), end_line(2))
    append(calls.recordings / "deletions.jsonl", {"call_sid": sid(1), "day": "2026-11-20", "files": ["audio.mp3"]})
    assert calls.index.refresh() == 1
    row = calls.index.row(sid(1))
    assert row is not None
    assert (row.deleted, row.recorded, row.path) == (True, False, "")
    assert row.outcome == "completed", "what it was stays in the figures"
    assert [row.call_sid for row in calls.index.unread(set())] == [sid(2)]
    calls.add({"call_sid": sid(1), "quality_tag": "bad"})
    row = calls.index.row(sid(1))
    assert row is not None
    assert row.deleted


def test_each_call_of_a_day_counts_once(calls: Calls) -> None:
    calls.lead(2, "queued")
    calls.lead(3, "queued")
    calls.lead(5, "queued")
    calls.add(
        end_line(1, latencies_ms=[100.0, 200.0]),
        end_line(2, booking=True, intent="book", handoff_reason="asked_for_person", urgency="urgent"),
        end_line(3, handoff_reason="angry", urgency="emergent", latencies_ms=[]),
        end_line(4, booking=True, intent="book"),  # hung up before there was a lead
        end_line(5, booking=True, intent="book", outcome="failed", failed_turns=2),
        end_line(6, outcome="interrupted", failed_turns=1),
        end_line(7, started_at="2026-11-19T15:00:00+00:00"),
    )
    before, figures, after = calls.index.days(DAY - timedelta(days=1), DAY + timedelta(days=1))
    assert (before.calls, before.answered, after.calls, after.latency_p50_ms) == (1, 1, 0, None)
    kinds = figures.answered, figures.booked, figures.handed_over, figures.missed
    assert kinds == (2, 1, 1, 2)
    assert figures.calls == sum(kinds) == 6
    assert (figures.handoffs, figures.urgent, figures.failed_turns) == (2, 2, 3)
    assert (figures.latency_p50_ms, figures.latency_p95_ms) == (600.0, 700.0)


@pytest.mark.parametrize(
    "mark",
    [
        {"outcome": "failed"}, {"outcome": "timed_out"}, {"urgency": "emergent"}, {"verdicts": {"block": 1}},
        {"verdicts": {"note": 1}}, {"unanswered": 1}, {"failed_turns": 2}, {"latency_p95_ms": 3100.0},
        {"quality_tag": "bad"},
    ],
)  # fmt: skip
def test_what_is_worth_a_look_is_flagged_and_read_first(calls: Calls, mark: dict[str, Any]) -> None:
    calls.add(end_line(1, **mark), end_line(2), end_line(3, failed_turns=1), end_line(4))
    assert [row.call_sid for row in calls.index.unread({sid(3)})] == [sid(1), sid(4), sid(2)]
    assert [row.call_sid for row in calls.index.unread(set(), limit=2)] == [sid(1), sid(4)]
    assert calls.index.unread(set(), since=DAY + timedelta(days=1)) == ()


def test_the_day_on_which_clocks_go_back_is_one_day(calls: Calls) -> None:
    calls.add(
        end_line(1, started_at="2026-11-01T03:59:59+00:00"),
        end_line(2, started_at="2026-11-01T04:00:00+00:00"),
        end_line(3, started_at="2026-11-02T04:59:59+00:00"),
        end_line(4, started_at="2026-11-02T05:00:00+00:00"),
    )
    day = date(2026, 11, 1)
    assert calls.found(since=day, until=day) == [3, 2]
    assert calls.index.days(day, day)[0].calls == 2


def test_questions_go_through_indexes_and_sort_no_more_than_a_page(tmp_path: Path) -> None:
    write_calls(tmp_path / "recordings", 600)
    calls = Calls(tmp_path)
    calls.index.refresh()
    with closing(sqlite3.connect(calls.database, isolation_level=None)) as db:
        for name, query in queries(date(2026, 11, 19)).items():
            asked = question(query, ZONE)
            page = f"EXPLAIN QUERY PLAN {asked.page(oldest_first=query.oldest_first)}"
            plan = [row[3] for row in db.execute(page, (*asked.values, 50, 0))]
            plan += [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {asked.count}", asked.values)]
            assert not [step for step in plan if re.match(r"SCAN (calls|intents|details)(?!.* INDEX )", step)], (
                name,
                plan,
            )
            sorts = [step for step in plan if "B-TREE" in step]
            assert len(sorts) == (2 if query.sid else 1), (name, plan)  # one is of the page's own rows
        for sql in ("SELECT COUNT(*) FROM calls WHERE day BETWEEN '2026-11-01' AND '2026-11-20' GROUP BY day",
                    "SELECT fields FROM calls JOIN details USING (id) WHERE calls.call_sid = 'CA1'"):  # fmt: skip
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
            assert not any(step.startswith("SCAN calls") for step in plan), plan


def test_the_measurement_prints_a_row_for_every_piece_of_work(capsys: pytest.CaptureFixture[str]) -> None:
    measure(300)
    printed = capsys.readouterr().out
    assert printed.startswith("300 calls: built in ")
    for name in ("nothing new", "a call that ended", "figures of 30 days", *queries(DAY)):
        assert f"\n{name}" in printed
