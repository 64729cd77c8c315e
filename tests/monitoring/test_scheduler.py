import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clock import SystemClock
from config import Settings
from errors import ConfigError, StorageError
from monitoring.ledger import RUNS_FILE, Ledger
from monitoring.monitor import MonitorBusy
from monitoring.report import Outcome, RunReport, Trigger
from monitoring.scheduler import Schedule
from monitoring.state import STATE_FILE, State
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import ZONE

TWO = datetime(2026, 11, 23, 2, tzinfo=ZONE)


class FakeMonitor:
    """Notes the runs that it was asked for."""

    def __init__(self, path: Path, clock: FakeClock) -> None:
        self.ledger = Ledger(path, clock)
        self.runs: list[Trigger] = []
        self.error: Exception | None = None
        self.hold = asyncio.Event()
        self.hold.set()
        self.was_cancelled = False

    async def run(self, trigger: Trigger) -> None:
        self.runs.append(trigger)
        if self.error:
            raise self.error
        try:
            await self.hold.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise


class Place:
    """A box: what is kept outlives what runs on it."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.clock = FakeClock(TWO - timedelta(hours=14))
        self.settings = Settings(_env_file=None, data_dir=folder, **settings)
        self.folder = self.settings.monitoring_dir
        self.state = State(self.folder / STATE_FILE, self.settings)
        self.monitor = FakeMonitor(self.folder / RUNS_FILE, self.clock)

    @asynccontextmanager
    async def on(self, **_: object) -> AsyncIterator[Schedule]:
        """The box from its start to its end."""
        self.monitor = FakeMonitor(self.folder / RUNS_FILE, self.clock)
        self.state = State(self.folder / STATE_FILE, self.settings)
        schedule = Schedule(self.settings, self.state, self.monitor, ZONE, self.clock)  # type: ignore[arg-type]
        await schedule.start()
        try:
            await asyncio.sleep(0)
            yield schedule
        finally:
            await schedule.aclose()

    def ran(self, outcome: Outcome = "done") -> None:
        """A run was made now."""
        ledger = Ledger(self.folder / RUNS_FILE, self.clock)
        now = self.clock.now()
        run = ledger.begin("schedule")
        ledger.end(RunReport(id=run, trigger="schedule", started_at=now, ended_at=now, outcome=outcome))

    def killed(self) -> None:
        """A run was begun now, and the machine went off."""
        Ledger(self.folder / RUNS_FILE, self.clock).begin("schedule")

    def at(self, moment: datetime) -> None:
        self.clock.pass_time((moment - self.clock.now()).total_seconds())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


async def until(what: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not what():
            await asyncio.sleep(0.01)


async def test_the_next_run_is_at_two_on_the_practices_clock(place: Place) -> None:
    async with place.on() as schedule:
        assert schedule.next_run is not None
        assert schedule.next_run.tzinfo is UTC
        assert f"{schedule.next_run.astimezone(ZONE):%H:%M}" == "02:00"
        first, second, third = schedule.upcoming(3)
        assert first == schedule.next_run
        assert second - first == third - second == timedelta(days=1)
        assert place.monitor.runs == []
    assert schedule.next_run is None


async def test_a_run_that_is_due_is_made(place: Place) -> None:
    async with place.on() as schedule:
        schedule._scheduler.modify_job("monitoring", next_run_time=SystemClock().now())
        await until(lambda: place.monitor.runs)
        assert place.monitor.runs == ["schedule"]


@pytest.mark.parametrize(
    "error", [MonitorBusy("one goes on"), StorageError("disk full", code="storage-full"), KeyError()]
)
async def test_a_run_that_fails_or_finds_one_going_on_does_not_end_the_schedule(place: Place, error: Exception) -> None:
    async with place.on() as schedule:
        place.monitor.error = error
        for number in (1, 2):
            schedule._scheduler.modify_job("monitoring", next_run_time=SystemClock().now())
            await until(lambda number=number: len(place.monitor.runs) == number)
        assert schedule.next_run is not None


async def test_nothing_was_missed_before_the_schedule_was_first_kept(place: Place) -> None:
    async with place.on():
        assert place.monitor.runs == []


async def test_runs_that_were_missed_are_caught_up_once(place: Place) -> None:
    async with place.on():
        pass
    place.at(TWO + timedelta(days=4, hours=6))  # the box was off for five nights
    async with place.on():
        await until(lambda: place.monitor.runs)
        assert place.monitor.runs == ["schedule"]
        place.ran()
    place.clock.pass_time(3600)
    async with place.on():
        assert place.monitor.runs == []


async def test_a_restart_between_two_nights_catches_nothing_up(place: Place) -> None:
    async with place.on():
        pass
    place.at(TWO)
    place.ran()
    place.at(TWO + timedelta(hours=23, minutes=59))
    async with place.on():
        assert place.monitor.runs == []
    place.at(TWO + timedelta(hours=24, minutes=1))
    async with place.on():
        await until(lambda: place.monitor.runs)


@pytest.mark.parametrize("how", ["killed", "stopped"])
async def test_a_run_that_was_cut_short_is_taken_up_at_the_next_start(place: Place, how: str) -> None:
    async with place.on():
        pass
    place.at(TWO)
    place.killed() if how == "killed" else place.ran("stopped")
    place.clock.pass_time(60)
    async with place.on():
        await until(lambda: place.monitor.runs)
        assert place.monitor.runs == ["schedule"]


async def test_a_run_that_failed_waits_for_the_next_night(place: Place) -> None:
    async with place.on():
        pass
    place.at(TWO + timedelta(seconds=1))
    place.ran("failed")
    async with place.on():
        assert place.monitor.runs == []


async def test_switched_off_it_neither_runs_nor_catches_up_also_after_a_restart(place: Place) -> None:
    async with place.on() as schedule:
        place.state.change(enabled=False)
        schedule.renew()
        assert schedule.next_run is None
    place.at(TWO + timedelta(days=2))
    async with place.on() as schedule:
        assert schedule.next_run is None
        assert place.monitor.runs == []
        place.state.change(enabled=True)
        schedule.renew()
        assert schedule.next_run is not None
    async with place.on():  # what came due while it was off was not missed
        assert place.monitor.runs == []


async def test_monitoring_enabled_false_stops_the_schedule_alone(tmp_path: Path) -> None:
    place = Place(tmp_path, monitoring_enabled=False)
    async with place.on() as schedule:
        assert schedule.next_run is None
        assert schedule.upcoming() == ()


async def test_another_schedule_holds_at_once_and_after_a_restart(place: Place) -> None:
    async with place.on() as schedule:
        place.state.change(schedule="30 4 * * 1-5")
        schedule.renew()
        assert schedule.next_run is not None
        assert f"{schedule.next_run.astimezone(ZONE):%H:%M}" == "04:30"
        assert {f"{at.astimezone(ZONE):%a}" for at in schedule.upcoming(10)} == {"Mon", "Tue", "Wed", "Thu", "Fri"}
    async with place.on() as schedule:
        assert schedule.next_run is not None
        assert f"{schedule.next_run.astimezone(ZONE):%H:%M}" == "04:30"


async def test_a_schedule_of_the_settings_that_is_no_cron_line_says_so_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="five fields"):
        async with Place(tmp_path, monitoring_schedule="at night").on():
            pass


async def test_the_end_cuts_a_run_short_and_waits_for_it(place: Place) -> None:
    async with place.on() as schedule:
        place.monitor.hold.clear()
        schedule._scheduler.modify_job("monitoring", next_run_time=SystemClock().now())
        await until(lambda: place.monitor.runs)
    assert place.monitor.was_cancelled
