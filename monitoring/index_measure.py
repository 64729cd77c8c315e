"""How long the index takes with many calls: invented ones in a temporary folder, timed and printed as a table."""

import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from monitoring.index import DATABASE, CallIndex
from monitoring.index_query import CallQuery

_ZONE = ZoneInfo("America/New_York")
_NEWEST = datetime(2026, 11, 20, 18, tzinfo=UTC)
_CALLS_A_DAY = 270
_OUTCOMES = (["completed"] * 70) + (["caller_hung_up"] * 15) + (["transferred"] * 10) + ["idle", "failed", "timed_out"]
_INTENTS = ("book", "hours", "location", "insurance", "cost", "refill", "reschedule", "person")
_PLACES = ("kendall", "hialeah", "coral_gables", "austin", "san_antonio", None)
Took = tuple[float, float, float, str]
_TIMES = 7  # of each piece of work


def write_calls(recordings: Path, count: int) -> None:
    """Lines of so many invented calls, as the service and the tags write them: their ends, their recordings' lengths,
    their leads, a tag here and there."""
    chance = random.Random(7)
    recordings.mkdir(parents=True)
    with (recordings / "index.jsonl").open("wb") as index, (recordings / "leads.jsonl").open("wb") as leads:
        for number in range(count):
            sid = f"CA{chance.getrandbits(128):032x}"
            started = _NEWEST - timedelta(days=(count - number) / _CALLS_A_DAY)
            for line in _index_lines(sid, started, chance):
                index.write(json.dumps(line).encode() + b"\n")
            for state in ("queued", "delivered") if number % 2 else ():
                lead = {"call_sid": sid, "name": "Sample Caller", "reason": "x" * 300} if state == "queued" else None
                line = {"at": started.isoformat(), "state": state, "call_sid": sid, "lead": lead, "crm_id": "1"}
                leads.write(json.dumps(line).encode() + b"\n")


def _index_lines(sid: str, started: datetime, chance: random.Random) -> Iterator[dict[str, Any]]:
    outcome, intents = chance.choice(_OUTCOMES), chance.sample(_INTENTS, chance.randint(1, 3))
    latencies = [round(chance.lognormvariate(6.4, 0.3), 1) for _ in range(chance.randint(2, 14))]
    yield {
        "call_sid": sid, "started_at": started.isoformat(), "duration_sec": 90.0, "outcome": outcome,
        "intent": intents[0], "intents": intents, "booking": intents[0] == "book",
        "urgency": chance.choices(["routine", "urgent", "emergent"], [95, 4, 1])[0],
        "location": chance.choice(_PLACES), "handoff_reason": "asked_for_person" if outcome == "transferred" else None,
        "failed_turns": chance.choice([0, 0, 0, 1, 2]), "unanswered": chance.choice([0, 0, 0, 0, 1]),
        "verdicts": {"allow": 12, "note": chance.choice([0] * 19 + [1])}, "latency_p50_ms": sorted(latencies)[1],
        "latency_p95_ms": max(latencies), "latencies_ms": latencies, "path": f"{started:%Y/%m/%d}/{sid}",
        "versions": {"pipecat": "1.14.0", "stt": "large-v3-turbo", "llm": "llama3.1:8b", "tts": "kokoro",
                     "prompt": "2", "facts": "0123456789"},
        "recorded": True, "lead": None,
    }  # fmt: skip
    yield {"call_sid": sid, "audio_sha256": f"{chance.getrandbits(256):064x}", "audio_sec": 88.5}
    if chance.random() < 0.05:
        yield {"call_sid": sid, "quality_tag": chance.choice(["good", "bad", "corrected"])}


def queries(newest: date) -> dict[str, CallQuery]:
    """What staff ask, and what is the hardest."""
    month = newest - timedelta(days=29)
    return {
        "newest calls": CallQuery(),
        "one day": CallQuery(since=newest, until=newest),
        "30 days, one office, booked": CallQuery(since=month, until=newest, location="kendall", intent="book"),
        "all of one office, completed": CallQuery(location="kendall", outcome="completed"),
        "flagged, urgent": CallQuery(flagged=True, urgency="urgent"),
        "tagged as corrected": CallQuery(tag="corrected"),
        "an intent, over all days": CallQuery(intent="hours"),
        "a CallSid's beginning": CallQuery(sid="CAff"),
        "the last page": CallQuery(page=1_000_000),
        "the last page, with filters": CallQuery(outcome="completed", handoff=False, flagged=True, page=1_000_000),
        "the last page of an intent": CallQuery(intent="hours", outcome="completed", page=1_000_000),
    }


def measure(count: int) -> None:
    """Time everything with `count` calls and print it."""
    with tempfile.TemporaryDirectory() as folder:
        recordings = Path(folder) / "recordings"
        write_calls(recordings, count)
        index = CallIndex(recordings, Path(folder) / "monitoring" / DATABASE, _ZONE)
        began = time.perf_counter()
        index.refresh()
        built = time.perf_counter() - began
        size_mb = sum(path.stat().st_size for path in (Path(folder) / "monitoring").iterdir()) / 1e6
        print(f"{count} calls: built in {built:.1f} s, {size_mb:.0f} MB")
        newest = (_NEWEST - timedelta(days=1)).astimezone(_ZONE).date()
        print(f"{'':30}     median   slowest    of it CPU   ({_TIMES} times each, ms)")
        for name, (median, slowest, cpu, found) in _timed(index, recordings, newest):
            print(f"{name:30} {median:10.1f} {slowest:9.1f} {cpu:12.1f}   {found}")


def _timed(index: CallIndex, recordings: Path, newest: date) -> Iterator[tuple[str, Took]]:
    chance = random.Random(8)

    def one_more_call() -> str:
        with (recordings / "index.jsonl").open("ab") as lines:
            sid = f"CA{chance.getrandbits(128):032x}"
            lines.write(json.dumps(next(_index_lines(sid, _NEWEST, chance))).encode() + b"\n")
        return f"{index.refresh()} call"

    def days() -> str:
        return f"{sum(day.calls for day in index.days(newest - timedelta(days=29), newest))} calls"

    def found(query: CallQuery) -> Callable[[], str]:
        return lambda: f"{(page := index.page(query)).total} calls, page {page.page} of {page.pages}"

    yield "nothing new", _took(lambda: f"{index.refresh()} calls")
    yield "a call that ended", _took(one_more_call)
    yield "one call", _took(lambda: str(index.row("CA" + "0" * 32)))
    yield "figures of 30 days", _took(days)
    for name, query in queries(newest).items():
        yield name, _took(found(query))


def _took(work: Callable[[], str]) -> Took:
    """Median and slowest, and the median of the processor's time: what it would take on a machine with nothing else to
    do; and the last result."""
    took, busy = [], []
    for _ in range(_TIMES):
        began, busy_before = time.perf_counter(), time.process_time()
        result = work()
        took.append(1000 * (time.perf_counter() - began))
        busy.append(1000 * (time.process_time() - busy_before))
    return statistics.median(took), max(took), statistics.median(busy), result


if __name__ == "__main__":
    import sys

    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
