"""When monitoring runs: a line of cron in the practice's zone, one run at a time, a missed run caught up once."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from call import Clock
from config import Settings
from errors import AvaError
from log import log_event
from monitoring.cron import trigger_of
from monitoring.monitor import Monitor, MonitorBusy
from monitoring.state import State

_JOB = "monitoring"
_MOMENT = timedelta(microseconds=1)


class Schedule:
    """Starts the monitor's runs. Not thread-safe: use it on the event loop.

    A run that came due while nothing ran here (the machine was off, the process was restarted) is made up for once at
    the start, however many were missed; so is one that was cut short. What came due while the schedule was switched off
    was not missed.
    """

    def __init__(self, settings: Settings, state: State, monitor: Monitor, zone: ZoneInfo, clock: Clock) -> None:
        self._settings = settings
        self._state = state
        self._monitor = monitor
        self._zone = zone
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=zone)
        self._is_kept = False
        self._runs: set[asyncio.Task[None]] = set()
        self._notes: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Keep the schedule, and catch up what was missed.

        Raises:
            ConfigError: the schedule is no cron line.
            StorageError: the book of runs cannot be read or written.
        """
        trigger = trigger_of(self._state.schedule, self._zone)
        missed = await asyncio.to_thread(self._missed, trigger)
        self._scheduler.start()
        self._is_kept = True
        self._set(trigger)
        if missed:
            log_event("monitor_run_caught_up")
            self._begin()

    async def aclose(self) -> None:
        """End it. A run that goes on is cut short, and taken up at the next start."""
        if self._is_kept:
            self._is_kept = False
            self._scheduler.shutdown(wait=False)
        for task in self._runs:
            task.cancel()
        await asyncio.gather(*self._runs, *self._notes, return_exceptions=True)

    def renew(self) -> None:
        """Go by the switches as they are now.

        Raises:
            ConfigError: the schedule is no cron line; the old one stays.
        """
        trigger = trigger_of(self._state.schedule, self._zone)
        self._set(trigger)
        _track(self._notes, asyncio.create_task(self._watch(), name="monitor-schedule-watch"))

    @property
    def next_run(self) -> datetime | None:
        """When the next run comes due, UTC; None while the schedule is switched off or not kept."""
        return next(iter(self.upcoming(1)), None)

    def upcoming(self, count: int = 3) -> tuple[datetime, ...]:
        """When the next runs come due, UTC; none while the schedule is switched off or not kept."""
        job = self._scheduler.get_job(_JOB) if self._is_kept else None
        found: list[datetime] = []
        at = job.next_run_time if job else None
        while job and at and len(found) < count:
            found.append(at.astimezone(UTC))
            at = job.trigger.get_next_fire_time(at, at)
        return tuple(found)

    def _missed(self, trigger: BaseTrigger) -> bool:
        """Whether a run came due since the schedule was last served. Blocks."""
        if not self._state.enabled:
            return False
        ledger = self._monitor.ledger
        served = ledger.kept_until
        if served is None:
            ledger.watch()
            return ledger.is_unfinished
        due = trigger.get_next_fire_time(None, served.astimezone(self._zone) + _MOMENT)
        return ledger.is_unfinished or (due is not None and due <= self._clock.now())

    def _set(self, trigger: BaseTrigger) -> None:
        if not self._state.enabled:
            if self._scheduler.get_job(_JOB):
                self._scheduler.remove_job(_JOB)
            return
        self._scheduler.add_job(
            self._due, trigger, id=_JOB, replace_existing=True, max_instances=1, coalesce=True, misfire_grace_time=None
        )

    async def _due(self) -> None:
        """What the scheduler calls; it swallows what is raised, cancellations too, so the run has a task of its own."""
        if self._is_kept:
            self._begin()

    def _begin(self) -> None:
        _track(self._runs, asyncio.create_task(self._run(), name="monitor-scheduled-run"))

    async def _run(self) -> None:
        try:
            await self._monitor.run("schedule")
        except MonitorBusy:
            log_event("monitor_run_skipped", reason="busy")  # the one that goes on reads the same calls
        except Exception as error:  # a scheduled run ends here, whatever it was; the next one is tried
            log_event("monitor_run_failed", level="ERROR", code=_code(error))

    async def _watch(self) -> None:
        """What came due before the switch was turned was not missed."""
        try:
            await asyncio.to_thread(self._monitor.ledger.watch)
        except AvaError as error:
            log_event("monitor_watch_unwritten", level="ERROR", code=error.code)


def _track(tasks: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def _code(error: Exception) -> str:
    return error.code if isinstance(error, AvaError) else type(error).__name__


if __name__ == "__main__":
    from config import load_settings
    from facts_files import read_facts
    from monitoring.state import STATE_FILE
    from monitoring.zone import practice_zone

    async def _try() -> None:
        settings = load_settings()
        state = State(settings.monitoring_dir / STATE_FILE, settings)
        trigger = trigger_of(state.schedule, zone := practice_zone(read_facts(settings.facts_dir)))
        at = datetime.now(zone)
        print(f"enabled={state.enabled}")
        for _ in range(3):
            at = trigger.get_next_fire_time(at, at)
            print(f"{at:%a %Y-%m-%d %H:%M %Z}")

    asyncio.run(_try())
