"""One run of monitoring: the rules read every call that they have not read, then look over the calls of some weeks;
then a model reads as many as its tokens allow, those worth a look first.

Each call is noted when what was found in it is on the queue, so a run that is cut short is taken up by the next one. An
error of one call is noted and the run goes on. Before each heavy part it waits for the phone's callers.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from errors import AvaError, StorageError
from log import log_event
from monitoring.analyzer import BUDGET, ENDS_IT, HELD_BACK, RULES, ExternalReader, Reader, Reading
from monitoring.index_lines import CallRow
from monitoring.material import Material
from monitoring.report import Failure, Outcome, Progress, RunReport, Trigger
from monitoring.rules import MANY, review_many
from monitoring.standing import stands
from monitoring.suggestion import Suggestion
from monitoring.tally import Tally

LOOK_BACK_DAYS = 28
MOST_TOGETHER = 500  # calls that the rules look over together: their cases are in memory at once
_AT_ONCE = 16  # calls between two writes to the disk
_IN_A_ROW = 3  # failures of a model after which it is left alone until the next run
_OWN_IN_A_ROW = 10  # such as may be the calls' own, but not in so many
_SHOWN = 200  # failures and ids in a report


@dataclass
class Run:
    """One run. `go` once.

    Args:
        on: what it works with.
        tell: told how far it is, often.
    """

    on: Material
    trigger: Trigger
    tell: Callable[[Progress], None] = lambda _: None
    _tallies: list[Tally] = field(default_factory=list)
    _ids: dict[str, None] = field(default_factory=dict)
    _failures: list[Failure] = field(default_factory=list)
    _stale: int = 0
    _paused: bool = False

    async def go(self) -> RunReport:
        """Read what is to be read. What goes wrong stands in the report.

        Raises:
            StorageError: the book of runs cannot be read or written.
        """
        self._began = self.on.clock.now()
        resumes = await asyncio.to_thread(lambda: self.on.ledger.is_unfinished)
        self._id = await asyncio.to_thread(self.on.ledger.begin, self.trigger)
        outcome: Outcome = "stopped"
        code = None
        try:
            await self._all(resumes)
            outcome = "done"
        except AvaError as error:
            outcome, code = "failed", error.code
        except Exception as error:  # the run ends here, whatever it was; its report says so
            outcome, code = "failed", type(error).__name__
        finally:
            report = self._report(outcome, code)
            self.on.ledger.end(report)  # not in a thread: a task that was cancelled may await nothing more
            _log(report)
        return report

    async def _all(self, resumes: bool) -> None:
        await asyncio.to_thread(self.on.refresh)
        rules, external = self.on.analyzer.rules, self.on.analyzer.external
        todo = [(self._tally(rules.name), await self._unread(rules))]
        if external:
            todo.append((self._tally(external.name, has_budget=True), _sampled(await self._unread(external))))
        else:
            self._tallies.append(Tally("external", why_not=self.on.why_not))
        for tally, rows in todo:
            tally.planned = len(rows)
        await self._by_rules(*todo[0])
        if todo[0][0].read or resumes:
            await self._together()
        if external:
            await self._by_model(external, *todo[1])
        self._stale = await asyncio.to_thread(self.on.queue.mark_stale, self._stands)

    async def _by_rules(self, tally: Tally, rows: list[CallRow]) -> None:
        """The rules over each call, noted by the dozen: what is noted is durable, and that takes its time."""
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            readings = [await self._read(self.on.analyzer.rules, row, tally) for row in some]
            done = [row.call_sid for row, reading in zip(some, readings, strict=True) if reading.code is None]
            await self._keep(
                [one for reading in readings for one in reading.found], {row.call_sid: row for row in some}
            )
            await asyncio.to_thread(self.on.ledger.read, self._id, tally.reader, done)
            for row, reading in zip(some, readings, strict=True):
                if reading.code:
                    await self._note_failure(row.call_sid, reading, own=reading.is_its_own)
            self._tell()

    async def _by_model(self, reader: ExternalReader, tally: Tally, rows: list[CallRow]) -> None:
        """A model over as many calls as its tokens allow. One that fails again and again is left alone."""
        failed: list[tuple[str, Reading]] = []
        in_a_row = 0
        for row in rows:
            if reader.tokens_used >= self.on.tokens:
                tally.code = BUDGET
            if tally.code:
                break
            reading = await self._read(reader, row, tally)
            tally.tokens = reader.tokens_used
            if reading.code is None:
                await self._keep(reading.found, {row.call_sid: row})
                await asyncio.to_thread(self.on.ledger.read, self._id, tally.reader, [row.call_sid])
                in_a_row = 0
            elif reading.code != HELD_BACK:
                in_a_row += 1
            if reading.code in ENDS_IT or in_a_row == (_OWN_IN_A_ROW if reading.is_its_own else _IN_A_ROW):
                tally.code = reading.code
            failed += [(row.call_sid, reading)] if reading.code else []
            self._tell()
        for call_sid, reading in failed:  # that the fault is the call's shows when others could be read
            own = reading.is_its_own and (tally.read > 0 or reading.code == HELD_BACK)
            await self._note_failure(call_sid, reading, own=own)

    async def _together(self) -> None:
        """The rules that look over calls: those of the last weeks, and those that began what is on the queue, so that a
        topic keeps the words of its first call, and is known again by them."""
        cases = []
        for row in await asyncio.to_thread(self._rows_together):
            await self._let_callers_first()
            try:
                cases.append(await asyncio.to_thread(self.on.case, row))
            except StorageError:
                continue  # it was noted when it was to be read by itself
        found = await asyncio.to_thread(review_many, cases, self.on.facts)
        await self._keep(found, {})

    def _rows_together(self) -> list[CallRow]:
        recent = self.on.index.unread(frozenset(), since=self._since, limit=MOST_TOGETHER)
        names = {f"{RULES}.{name}" for name, _ in MANY}
        firsts = {one.suggestion.call_sid for one in self.on.queue.all() if one.suggestion.reader in names}
        rows = {row.call_sid: row for row in recent}
        for call_sid in sorted(firsts - rows.keys())[:MOST_TOGETHER]:
            row = self.on.index.row(call_sid)
            if row and not row.deleted:
                rows[call_sid] = row
        return list(rows.values())

    async def _unread(self, reader: Reader) -> list[CallRow]:
        done = await asyncio.to_thread(self.on.ledger.done_by, reader.name)
        return list(await asyncio.to_thread(lambda: self.on.index.unread(done, since=self._since)))

    async def _read(self, reader: Reader, row: CallRow, tally: Tally) -> Reading:
        """One call by one reader; what goes wrong is noted."""
        await self._let_callers_first()
        try:
            case = await asyncio.to_thread(self.on.case, row)
            reading = await self.on.analyzer.read_with(reader, case)
        except AvaError as error:
            reading = Reading(reader.name, code=error.code, is_its_own=True)
        except Exception as error:  # a call that cannot even be read must not keep the others from it
            reading = Reading(reader.name, code=type(error).__name__, is_its_own=True)
        if reading.code is None:
            tally.read += 1
        elif reading.code not in ENDS_IT:
            tally.failed += 1
            self._failures.append(Failure(call_sid=row.call_sid, reader=reader.name, code=reading.code))
        self._tell()
        return reading

    async def _note_failure(self, call_sid: str, reading: Reading, *, own: bool) -> None:
        if reading.code and reading.code not in ENDS_IT:
            await asyncio.to_thread(self.on.ledger.failed, self._id, reading.reader, call_sid, reading.code, own=own)

    async def _keep(self, found: Iterable[Suggestion], rows: Mapping[str, CallRow]) -> None:
        """Put findings on the queue."""

        def call_at(call_sid: str) -> datetime | None:
            row = rows.get(call_sid) or self.on.index.row(call_sid)
            return row.started_at if row else None

        found = tuple(found)
        if found:
            new = await asyncio.to_thread(lambda: self.on.queue.put(found, call_at=call_at))
            self._ids |= dict.fromkeys(new)

    async def _let_callers_first(self) -> None:
        await self.on.phone.wait(self._wait)

    def _wait(self, paused: bool) -> None:
        self._paused = paused
        self._tell()

    def _stands(self, suggestion: Suggestion) -> bool:
        change = suggestion.suggested_change
        return change is None or stands(change, self.on.targets)

    def _tally(self, reader: str, *, has_budget: bool = False) -> Tally:
        tally = Tally(reader, has_budget=has_budget)
        self._tallies.append(tally)
        return tally

    @property
    def _since(self) -> date:
        return self._began.astimezone(self.on.zone).date() - timedelta(days=LOOK_BACK_DAYS)

    def _tell(self) -> None:
        self.tell(
            Progress(
                running=True,
                done=sum(tally.tried for tally in self._tallies),
                total=sum(tally.expected(self.on.tokens) for tally in self._tallies),
                started_at=self._began,
                found=len(self._ids),
                paused=self._paused,
            )
        )

    def _report(self, outcome: Outcome, code: str | None) -> RunReport:
        return RunReport(
            id=self._id,
            trigger=self.trigger,
            started_at=self._began,
            ended_at=self.on.clock.now(),
            outcome=outcome,
            code=code,
            found=len(self._ids),
            stale=self._stale,
            readers=tuple(tally.report for tally in self._tallies),
            ids=tuple(self._ids)[:_SHOWN],
            failures=tuple(self._failures[:_SHOWN]),
        )


def _sampled(rows: Sequence[CallRow]) -> list[CallRow]:
    """The order in which a model reads: the flagged ones, newest first, then a fair sample of the rest, the same every
    time: where tokens do not suffice for all, no hour and no office is left out."""
    rest = sorted(
        (row for row in rows if not row.flagged), key=lambda row: hashlib.sha256(row.call_sid.encode()).digest()
    )
    return [*(row for row in rows if row.flagged), *rest]


def _log(report: RunReport) -> None:
    log_event(
        "monitor_run_ended", run=report.id, trigger=report.trigger, outcome=report.outcome, code=report.code,
        read=sum(one.read for one in report.readers), failed=sum(one.failed for one in report.readers),
        found=report.found, stale=report.stale, seconds=report.duration_sec,
    )  # fmt: skip


if __name__ == "__main__":
    print(f"looks back {LOOK_BACK_DAYS} days, at {MOST_TOGETHER} calls together at most")
