import stat
from datetime import timedelta
from pathlib import Path

import pytest

from monitoring.ledger import RUNS_FILE, Ledger
from monitoring.report import Outcome, RunReport
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import append, sid


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "monitoring" / RUNS_FILE


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ledger(path: Path, clock: FakeClock) -> Ledger:
    return Ledger(path, clock)


def report(run: str, clock: FakeClock, outcome: Outcome = "done") -> RunReport:
    return RunReport(id=run, trigger="hand", started_at=clock.now(), ended_at=clock.now(), outcome=outcome)


def test_what_a_reader_read_is_known_to_every_process(ledger: Ledger, path: Path, clock: FakeClock) -> None:
    run = ledger.begin("hand")
    ledger.read(run, "rules", [sid(1), sid(2)])
    ledger.read(run, "anthropic", [sid(2)])
    ledger.read(run, "rules", [])
    other = Ledger(path, clock)
    assert other.done_by("rules") == {sid(1), sid(2)}
    assert other.done_by("anthropic") == {sid(2)}
    assert other.done_by("ollama") == frozenset()
    ledger.read(run, "anthropic", [sid(1)])
    assert other.done_by("anthropic") == {sid(1), sid(2)}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_call_is_given_up_after_three_failures_of_its_own(ledger: Ledger) -> None:
    for _ in range(3):
        assert ledger.done_by("anthropic") == frozenset()
        run = ledger.begin("schedule")
        ledger.failed(run, "anthropic", sid(1), "refused", own=True)
        ledger.failed(run, "anthropic", sid(2), "unreachable", own=False)
    assert ledger.done_by("anthropic") == {sid(1)}


@pytest.mark.parametrize(("outcome", "unfinished"), [("done", False), ("failed", False), ("stopped", True)])
def test_a_run_that_was_cut_short_is_unfinished(
    ledger: Ledger, clock: FakeClock, outcome: Outcome, unfinished: bool
) -> None:
    assert not ledger.is_unfinished
    run = ledger.begin("schedule")
    assert ledger.is_unfinished  # killed, as far as the next process can tell
    ledger.end(report(run, clock, outcome))
    assert ledger.is_unfinished is unfinished


def test_the_schedule_was_last_served_by_the_last_run_that_was_not_cut_short(ledger: Ledger, clock: FakeClock) -> None:
    assert ledger.kept_until is None
    ledger.watch()
    assert ledger.kept_until == clock.now()
    clock.pass_time(3600)
    done = report(ledger.begin("hand"), clock)
    ledger.end(done)
    clock.pass_time(3600)
    ledger.end(report(ledger.begin("schedule"), clock, "stopped"))
    assert ledger.kept_until == done.started_at


def test_reports_come_the_last_first(ledger: Ledger, clock: FakeClock) -> None:
    for number in range(4):
        ledger.end(report(f"run-{number}", clock))
        clock.pass_time(60)
    assert [one.id for one in ledger.reports(2)] == ["run-3", "run-2"]
    assert len(ledger.reports()) == 4
    assert ledger.reports()[0].ended_at - ledger.reports()[1].ended_at == timedelta(minutes=1)


def test_lines_that_are_torn_or_of_another_release_are_passed_over(ledger: Ledger, path: Path) -> None:
    run = ledger.begin("hand")
    append(path, b'{"event": "read"}\n{"event": "ended", "report": {"id": 1}}\n{"event": "read", "reader": []}\n')
    append(path, b'{"event": "danced"}\n{"event": "watched", "at": "soon"}\n{"event": "rea')
    ledger.read(run, "rules", [sid(1)])
    assert ledger.done_by("rules") == {sid(1)}
    assert ledger.reports() == ()
