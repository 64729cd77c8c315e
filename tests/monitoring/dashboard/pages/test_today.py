from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from monitoring.dashboard.pages.today import plots, shown_day, to_listen
from monitoring.desk import Desk
from monitoring.index import CallRow, DayFigures
from monitoring.suggestions import Entry, Step
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import append, end_line, sid
from tests.monitoring.dashboard.pages.rooms import ZONE, Switched, assert_nothing_inline, finding, flag, room, text_of
from tests.monitoring.dashboard.pages.test_box import STATE, says, service
from tests.monitoring.dashboard.parts import FakeMonitor, FakeProgress
from tests.monitoring.dashboard.site import PAGE, Browser, app_of

MONDAY = date(2026, 11, 23)
MORNING, AFTERNOON = datetime(2026, 11, 23, 8, 30, tzinfo=ZONE), datetime(2026, 11, 23, 15, 0, tzinfo=ZONE)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 23, 20, 0, tzinfo=UTC))  # 3 in the afternoon in New York


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Desk:
    return room(tmp_path, clock)


def add_calls(desk: Desk, *lines: dict[str, Any]) -> None:
    append(desk.settings.recordings_dir / "index.jsonl", *lines)


def at(hours_ago: float) -> str:
    return (datetime(2026, 11, 23, 20, 0, tzinfo=UTC) - timedelta(hours=hours_ago)).isoformat()


def days(**calls: int) -> list[DayFigures]:
    """Five days, the last is Monday; `sun=4` is four calls on Sunday."""
    names = ("thu", "fri", "sat", "sun", "mon")
    return [
        DayFigures(day=MONDAY - timedelta(days=4 - index), calls=calls.get(name, 0)) for index, name in enumerate(names)
    ]


def test_in_the_morning_the_last_day_with_calls_is_shown() -> None:
    shown = shown_day(days(fri=30, mon=2, thu=20), MORNING, None)
    assert (shown.name, shown.figures.calls, shown.compared, shown.other.calls) == ("Friday", 30, "on Thursday", 20)
    assert shown.so_far
    assert shown.so_far.calls == 2


def test_in_the_afternoon_today_is_shown_beside_yesterday() -> None:
    shown = shown_day(days(sun=4, mon=9), AFTERNOON, None)
    assert (shown.name, shown.compared, shown.other.calls, shown.so_far) == ("Today", "yesterday", 4, None)


def test_without_a_call_in_the_month_today_is_shown() -> None:
    shown = shown_day(days(), MORNING, None)
    assert (shown.name, shown.figures.calls, shown.other.day) == ("Today", 0, MONDAY - timedelta(days=1))


def test_a_day_that_is_asked_for_is_shown() -> None:
    shown = shown_day(days(fri=30, mon=2), AFTERNOON, MONDAY - timedelta(days=1))
    assert (shown.name, shown.figures.calls, shown.so_far) == ("Yesterday", 0, None)


def test_a_day_outside_the_month_is_as_if_none_was_asked_for() -> None:
    assert shown_day(days(mon=2), AFTERNOON, date(2020, 1, 1)).name == "Today"
    assert shown_day(days(mon=2), AFTERNOON, MONDAY + timedelta(days=1)).name == "Today"


def row(number: int, **fields: Any) -> CallRow:
    values = {"duration_sec": 60.0, "outcome": "completed", "started_at": AFTERNOON + timedelta(minutes=number)}
    return CallRow(call_sid=sid(number), **(values | fields))


def entry(**fields: Any) -> Entry:
    return Entry(finding(**fields), (Step("open", AFTERNOON),))


def test_the_calls_that_weigh_most_are_to_be_listened_to_first() -> None:
    rows = [
        row(1, failed_turns=4),
        row(2),
        row(3, urgency="emergent"),
        row(4, outcome="failed"),
        row(5, verdicts={"block": 2}),
    ]
    heard = to_listen(rows, [entry(number=5, severity="high")])
    assert [(one.row.call_sid, one.reasons) for one in heard] == [
        (sid(5), ("Wrong fact", "2 sentences kept back")),
        (sid(4), ("Broke off",)),
        (sid(3), ("Emergency",)),
    ]
    assert heard[0].at_sec == 41.3


def test_calls_that_were_tagged_or_deleted_are_not_to_be_listened_to() -> None:
    rows = [row(1, outcome="failed", quality_tag="bad"), row(2, outcome="failed", deleted=True), row(3)]
    assert to_listen(rows, []) == ()


def test_of_calls_that_weigh_the_same_the_newest_is_first() -> None:
    rows = [row(1, outcome="failed"), row(2, outcome="interrupted")]
    assert [one.row.call_sid for one in to_listen(rows, [])] == [sid(2), sid(1)]


def test_plots_tell_in_words_what_they_show() -> None:
    month = [DayFigures(day=MONDAY, calls=5, answered=2, booked=1, handed_over=1, missed=1, handoffs=2,
                        latency_p50_ms=600.0, latency_p95_ms=1200.0)]  # fmt: skip
    calls, latency, handoffs = plots(month)
    assert calls.told == "5 calls in 1 days, 1 booked, 1 missed; most on Monday, November 23 (5)."
    assert sum(series.values[0] or 0 for series in calls.series) == 5
    assert "1,200 ms" in latency.told
    assert handoffs.told == "2 in 1 days, 40 in 100 calls."


async def test_the_page_counts_the_days_calls_and_names_the_ones_to_listen_to(staff: Browser, desk: Desk) -> None:
    add_calls(
        desk,
        end_line(1, started_at=at(2)),
        end_line(2, started_at=at(3), outcome="failed"),
        end_line(3, started_at=at(26), urgency="urgent"),
    )
    desk.queue.add([flag(2, severity="high", description="One answer took 4.2 s.")])
    page = await staff.get("/", headers=PAGE)
    words = text_of(page.text)
    assert page.status_code == 200
    assert "Calls 2 1 yesterday" in words
    assert "Missed 1 0 yesterday" in words
    assert "Slow answer · Broke off" in words
    assert f"/calls/{sid(2)}#t=41.3" in page.text
    assert "One answer took 4.2 s." in words
    assert_nothing_inline(page.text)


async def test_without_calls_and_alerts_the_page_says_so_calmly(staff: Browser) -> None:
    words = text_of((await staff.get("/", headers=PAGE)).text)
    for line in ("Nothing stands out", "No open alerts", "Nothing to draw yet", "Not reachable"):
        assert line in words


async def test_the_box_is_shown_as_it_says_it_is(tmp_path: Path, clock: FakeClock) -> None:
    async with service(says(STATE)) as base:
        port = int(base.rpartition(":")[2])
        desk = room(tmp_path, clock, settings=Settings(data_dir=tmp_path, port=port))
        async with Browser(app_of(desk)) as browser:
            await browser.login("sofia")
            words = text_of((await browser.get("/", headers=PAGE)).text)
    assert "Takes calls, with a part missing" in words
    assert "embedding-away" in words
    assert "AVA answers from sample data" in words


async def test_a_run_that_goes_on_shows_how_far_it_is(tmp_path: Path, clock: FakeClock) -> None:
    monitor = FakeMonitor(progress=FakeProgress(running=True, done=12, total=40))
    async with Browser(app_of(room(tmp_path, clock, monitor=monitor))) as browser:
        await browser.login("sofia")
        assert "12 of 40 calls read" in text_of((await browser.get("/", headers=PAGE)).text)


async def test_a_schedule_that_is_switched_off_is_said(tmp_path: Path, clock: FakeClock) -> None:
    async with Browser(app_of(room(tmp_path, clock, state=Switched(enabled=False)))) as browser:
        await browser.login("sofia")
        assert "Switched off." in text_of((await browser.get("/", headers=PAGE)).text)


async def test_a_day_that_is_none_is_refused(staff: Browser) -> None:
    assert (await staff.get("/?day=yesterday", headers=PAGE)).status_code == 422


async def test_alerts_that_are_seen_on_today_stand_in_the_audit_log(desk: Desk) -> None:
    async with Browser(app_of(desk)) as browser:
        await browser.login("sofia")
        assert (await browser.get("/", headers=PAGE)).status_code == 200
        assert [one.action for one in desk.audit.entries()] == ["login"], "nothing of a call was on the page"
        desk.queue.add([finding(1)])
        assert "The hours differ (1)." in (await browser.get("/", headers=PAGE)).text
        assert [one.action for one in desk.audit.entries()] == ["login", "view-today"]
