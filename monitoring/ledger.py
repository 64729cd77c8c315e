"""What runs of monitoring did: `monitoring/runs.jsonl`. A line for each call and reader, so that a run that was cut
short is taken up where it was and nothing is read twice; a run's begin and its report besides.

It only grows. Only the process that holds the run's lock appends what a run did; any may read.
"""

import threading
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from call import Clock
from monitoring.kept import JsonLines
from monitoring.report import RunReport, Trigger
from monitoring.tail import JsonTail

RUNS_FILE = "runs.jsonl"
_TRIES = 3  # of a call that a reader cannot read


class Ledger:
    """The book of runs. Everything here blocks: call it from threads.

    Raises:
        StorageError: (every method) the file cannot be read or written.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._lines = JsonLines(path)
        self._tail = JsonTail(path)
        self._clock = clock
        self._lock = threading.Lock()
        self._forget()

    def begin(self, trigger: Trigger) -> str:
        """Note that a run begins; returns its id."""
        run = uuid.uuid4().hex[:12]
        self._append({"run": run, "event": "began", "trigger": trigger})
        return run

    def read(self, run: str, reader: str, calls: Iterable[str]) -> None:
        """Note calls that a reader has read, when what it found is on the queue."""
        self._append(*({"run": run, "event": "read", "reader": reader, "call_sid": sid} for sid in calls))

    def failed(self, run: str, reader: str, call_sid: str, code: str, *, own: bool) -> None:
        """Note a call that a reader could not read; `own`: the fault is the call's."""
        self._append({"run": run, "event": "failed", "reader": reader, "call_sid": call_sid, "code": code, "own": own})

    def end(self, report: RunReport) -> None:
        """Note how a run ended."""
        self._append({"run": report.id, "event": "ended", "report": report.model_dump(mode="json")})

    def watch(self) -> None:
        """Note that the schedule is kept from now on: what it had before this was not missed."""
        self._append({"event": "watched"})

    def done_by(self, reader: str) -> frozenset[str]:
        """CallSids that a reader need not be given: it read them, or three runs failed at them for their own sake."""
        with self._lock:
            self._look()
            hopeless = {sid for sid, tries in self._tries[reader].items() if tries >= _TRIES}
            return frozenset(self._read[reader] | hopeless)

    def reports(self, most: int = 30) -> tuple[RunReport, ...]:
        """How runs ended, the last first."""
        with self._lock:
            self._look()
            return tuple(self._reports[: -most - 1 : -1])

    @property
    def is_unfinished(self) -> bool:
        """Whether the last run was cut short."""
        with self._lock:
            self._look()
            last = self._reports[-1] if self._reports else None
            return self._last_run is not None and (
                last is None or last.id != self._last_run or last.outcome == "stopped"
            )

    @property
    def kept_until(self) -> datetime | None:
        """When the schedule was last served: a run began that came to its end, or it was switched on."""
        with self._lock:
            self._look()
            return self._kept_until

    def _append(self, *lines: dict[str, Any]) -> None:
        at = self._clock.now().isoformat()
        if lines:
            self._lines.append(*({"at": at, **line} for line in lines))

    def _forget(self) -> None:
        self._read: dict[str, set[str]] = defaultdict(set)
        self._tries: dict[str, Counter[str]] = defaultdict(Counter)
        self._reports: list[RunReport] = []
        self._last_run: str | None = None
        self._kept_until: datetime | None = None

    def _look(self) -> None:
        lines, anew = self._tail.more()
        if anew:
            self._forget()
        for line in lines:
            try:
                self._take(line)
            except (KeyError, ValueError, TypeError):  # of no release of ours; pydantic's error is a ValueError
                continue

    def _take(self, line: dict[str, Any]) -> None:
        match line.get("event"):
            case "began":
                self._last_run = str(line["run"])
            case "read":
                self._read[line["reader"]].add(line["call_sid"])
            case "failed":
                self._tries[line["reader"]][line["call_sid"]] += bool(line["own"])
            case "ended":
                self._ended(RunReport.model_validate(line["report"]))
            case "watched":
                self._keep(datetime.fromisoformat(line["at"]))

    def _ended(self, report: RunReport) -> None:
        self._reports.append(report)
        if report.outcome != "stopped":
            self._keep(report.started_at)

    def _keep(self, at: datetime) -> None:
        self._kept_until = max(self._kept_until or at, at)


if __name__ == "__main__":
    import sys

    from clock import SystemClock

    if len(sys.argv) != 2:
        sys.exit("usage: python -m monitoring.ledger DATA_DIR")
    for one in Ledger(Path(sys.argv[1]) / "monitoring" / RUNS_FILE, SystemClock()).reports():
        read = sum(reader.read for reader in one.readers)
        print(f"{one.started_at:%Y-%m-%d %H:%M} UTC  {one.outcome:8} {read} read, {one.found} found {one.code or ''}")
