"""A run by hand, its progress, and the switches."""

import asyncio
from pathlib import Path

import pytest

from config import Settings
from errors import StorageError
from monitoring.desk import Desk
from monitoring.monitor import MonitorBusy
from monitoring.state import STATE_FILE, State
from tests.fakes.clock import FakeClock
from tests.monitoring.dashboard.parts import FakeMonitor, FakeSchedule
from tests.monitoring.dashboard.site import Browser, add_users, audit_of, make_desk


@pytest.fixture
def monitor() -> FakeMonitor:
    return FakeMonitor()


@pytest.fixture
def schedule() -> FakeSchedule:
    return FakeSchedule()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock, monitor: FakeMonitor, schedule: FakeSchedule) -> Desk:
    settings = Settings(data_dir=tmp_path)
    state = State(settings.monitoring_dir / STATE_FILE, settings)
    made = make_desk(tmp_path, clock, settings=settings, monitor=monitor, schedule=schedule, state=state)
    list(add_users(made))
    return made


async def test_a_run_begins_and_its_progress_shows(desk: Desk, staff: Browser, monitor: FakeMonitor) -> None:
    assert (await staff.act("/monitor/run")).status_code == 202
    assert monitor.runs == ["hand"]
    shown = (await staff.get("/monitor/progress", headers={"x-background": "1"})).json()
    assert (shown["running"], shown["total"], shown["started_at"]) == (True, 10, "2026-11-23T15:00:00+00:00")
    monitor.finish()
    await asyncio.sleep(0.01)
    assert (await staff.get("/monitor/progress")).json()["found"] == 2
    assert audit_of(desk)[-1] == ("sofia", "run-monitoring", None, None)


async def test_while_a_run_goes_on_no_other_begins(staff: Browser, monitor: FakeMonitor) -> None:
    monitor.error = MonitorBusy("a run goes on already; wait until it is done")
    answer = await staff.act("/monitor/run")
    assert (answer.status_code, answer.json()["code"]) == (409, "monitor-busy")


async def test_a_run_that_cannot_begin_says_why(staff: Browser, monitor: FakeMonitor) -> None:
    monitor.error = StorageError("the disk is full", code="disk-full")
    answer = await staff.act("/monitor/run")
    assert (answer.status_code, answer.json()["code"]) == (503, "disk-full")


async def test_an_admin_turns_switches_that_survive_a_restart(
    desk: Desk, admin: Browser, schedule: FakeSchedule
) -> None:
    answer = await admin.act("/settings", {"enabled": False, "schedule": "30 3 * * 1-5"})
    assert answer.status_code == 200
    assert (answer.json()["enabled"], answer.json()["schedule"]) == (False, "30 3 * * 1-5")
    again = State(desk.settings.monitoring_dir / STATE_FILE, desk.settings)
    assert (again.enabled, again.schedule) == (False, "30 3 * * 1-5")
    assert schedule.renewed == 1
    noted = [(user, action, detail) for user, action, _, detail in audit_of(desk)][-2:]
    assert noted == [("adam", "switch-enabled", "off"), ("adam", "switch-schedule", None)]


async def test_staff_turn_no_switches(desk: Desk, staff: Browser) -> None:
    answer = await staff.act("/settings", {"enabled": False})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert desk.state.enabled


async def test_the_switch_does_not_allow_what_the_settings_forbid(desk: Desk, admin: Browser) -> None:
    answer = await admin.act("/settings", {"external": True})
    assert (answer.status_code, answer.json()["field"]) == (422, "external")
    assert "MONITORING_EXTERNAL" in answer.json()["message"]
    assert not desk.state.external


@pytest.mark.parametrize("schedule", ["at night", "61 2 * * *", "* * *", ""])
async def test_a_schedule_that_is_none_is_refused(desk: Desk, admin: Browser, schedule: str) -> None:
    answer = await admin.act("/settings", {"schedule": schedule})
    assert (answer.status_code, answer.json()["field"]) == (422, "schedule")
    assert desk.state.schedule == desk.settings.monitoring_schedule


async def test_nothing_turned_is_told(admin: Browser) -> None:
    assert (await admin.act("/settings", {})).json()["code"] == "changes-nothing"
