"""Settings: the switches as they stand, when runs come, what left, and who may change anything."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from config import Settings
from errors import ConfigError
from monitoring.dashboard.pages.settings import upcoming
from monitoring.desk import Desk
from monitoring.external import OUTBOUND_FILE, OutboundLog
from monitoring.ledger import RUNS_FILE, Ledger
from monitoring.report import ReadBy, RunReport
from monitoring.state import STATE_FILE, State
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import append, end_line, sid
from tests.monitoring.dashboard.pages.rooms import NOBODY_LISTENS, assert_nothing_inline, room, text_of
from tests.monitoring.dashboard.site import PAGE, Browser, app_of, audit_of

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def desk_of(folder: Path, **more: object) -> Desk:
    settings = Settings(data_dir=folder, port=NOBODY_LISTENS, **more)
    return room(folder, FakeClock(), settings=settings, state=State(settings.monitoring_dir / STATE_FILE, settings))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_of(tmp_path)


async def shown(browser: Browser, path: str = "/settings") -> str:
    page = await browser.get(path, headers=PAGE)
    assert page.status_code == 200
    assert_nothing_inline(page.text)
    return page.text


def switch(html: str, name: str) -> str:
    """The tag of a switch."""
    return html.split(f'data-switch="{name}"')[1].split(">")[0]


async def test_an_admin_may_turn_the_switches_and_staff_see_them(staff: Browser, admin: Browser) -> None:
    html = await shown(admin)
    assert " checked" in switch(html, "enabled")
    assert " disabled" not in switch(html, "enabled")
    html = await shown(staff)
    assert " disabled" in switch(html, "enabled")
    assert "Only an admin changes these" in html
    assert "data-run-now" in html  # a run by hand is everybody's


async def test_external_reading_that_the_machine_forbids_cannot_be_switched_on(admin: Browser) -> None:
    html = await shown(admin)
    assert " disabled" in switch(html, "external")
    assert " checked" not in switch(html, "external")
    assert "MONITORING_EXTERNAL is false" in html


async def test_external_reading_that_is_allowed_can_be(tmp_path: Path) -> None:
    allowed = desk_of(tmp_path, monitoring_external=True, anthropic_api_key=SecretStr("sk-ant-api03-invented-0123"))
    async with Browser(app_of(allowed)) as admin:
        await admin.login("adam")
        html = await shown(admin)
    assert " checked" in switch(html, "external")
    assert " disabled" not in switch(html, "external")


async def test_the_next_runs_are_shown_in_the_practice_s_zone_while_a_schedule_is_typed(staff: Browser) -> None:
    answer = (await staff.get("/settings/next?schedule=30 6 * * *")).json()
    assert len(answer["runs"]) == 3
    assert all("6:30 AM E" in one for one in answer["runs"])
    wrong = (await staff.get("/settings/next?schedule=at noon")).json()
    assert wrong["runs"] == []
    assert "five fields" in wrong["problem"]


def test_runs_go_by_the_clock_on_the_wall_when_it_is_changed() -> None:
    runs = upcoming("30 3 * * *", ZONE, datetime(2026, 10, 31, 6, tzinfo=UTC))
    assert [f"{one:%b %-d %H:%M %Z}" for one in runs] == ["Oct 31 03:30 EDT", "Nov 1 03:30 EST", "Nov 2 03:30 EST"]


def test_a_schedule_that_never_runs_is_refused() -> None:
    with pytest.raises(ConfigError):
        upcoming("0 2 31 2 *", ZONE, NOW)


async def test_a_schedule_that_is_switched_off_has_no_next_run(desk: Desk, staff: Browser) -> None:
    desk.state.change(enabled=False)
    html = await shown(staff)
    assert "none: the schedule is switched off" in html
    assert " checked" not in switch(html, "enabled")


async def test_the_last_runs_and_what_they_left_are_shown(desk: Desk, staff: Browser) -> None:
    ledger = Ledger(desk.settings.monitoring_dir / RUNS_FILE, desk.clock)
    readers = (ReadBy(reader="rules", read=12), ReadBy(reader="anthropic", read=3, left=9, tokens=41000, code="budget"))
    run = ledger.begin("hand")
    ledger.end(
        RunReport(id=run, trigger="hand", started_at=NOW, ended_at=NOW, outcome="done", found=4, readers=readers)
    )
    run = ledger.begin("schedule")
    ledger.end(RunReport(id=run, trigger="schedule", started_at=NOW, ended_at=NOW, outcome="failed", code="child-died"))
    words = text_of(await shown(staff))
    assert "by the schedule nothing new 0 failed child died" in words
    assert "Rules: 12" in words
    assert "Claude: 3 (9 left: budget) 41,000 tokens" in words


async def test_versions_and_users_are_shown(desk: Desk, staff: Browser, tmp_path: Path) -> None:
    append(tmp_path / "recordings" / "index.jsonl", end_line(1, versions={"prompt": "2-abc", "facts": "0123456789"}))
    words = text_of(await shown(staff))
    assert "2-abc" in words
    assert "0123456789 changed since" in words
    assert "sofia (you) staff" in words
    assert "adam admin" in words


async def test_what_left_is_shown_word_for_word_and_that_it_was_read_is_noted(desk: Desk, staff: Browser) -> None:
    assert "Nothing has left" in await shown(staff, "/settings/outbound")
    assert "(nothing so far)" in await shown(staff)
    log = OutboundLog(desk.settings.monitoring_dir / OUTBOUND_FILE, desk.clock)
    sent = log.leaving(sid(1), "anthropic", "claude-x", "The rules.", "caller: I am [NAME-1] <script>alert(1)</script>")
    log.came_back(sent, "read", 1234)
    html = await shown(staff, "/settings/outbound")
    assert "<script>alert" not in html
    assert "caller: I am [NAME-1] &lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "The rules." in html
    assert "1,234" in html
    assert audit_of(desk)[-1] == ("sofia", "view-outbound", None, None)
    assert "(word for word)" in await shown(staff)
