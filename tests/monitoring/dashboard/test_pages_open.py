"""Every page over the real desk: with nothing there yet, with a call, and for staff and admins."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

from call import Slots, Turn
from clock import SystemClock
from config import Settings
from monitoring.desk import Desk, build_desk
from tests.monitoring.dashboard.call_folders import add_call, sid
from tests.monitoring.dashboard.site import PAGE, PASSWORD, Browser, app_of

PAGES = ("/", "/alerts", "/calls", "/tags", "/unanswered", "/facts", "/settings")
SPOKEN = "<script>alert('spoken')</script>"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = build_desk(Settings(data_dir=tmp_path, port=1, monitoring_enabled=False), SystemClock())
    made.users.add("sofia", "staff", PASSWORD)
    made.users.add("adam", "admin", PASSWORD)
    made.index.refresh()
    return made


@pytest.fixture
async def opened(desk: Desk) -> AsyncIterator[dict[str, Browser]]:
    app = app_of(desk)
    async with Browser(app) as sofia, Browser(app) as adam:
        await sofia.login("sofia")
        await adam.login("adam")
        yield {"staff": sofia, "admin": adam}


async def test_every_page_opens_with_nothing_there_yet(opened: dict[str, Browser]) -> None:
    for path in PAGES:
        page = await opened["staff"].get(path, headers=PAGE)
        assert page.status_code == 200, path
        assert "<h1>" in page.text, path
        assert opened["staff"].csrf in page.text, path
    assert (await opened["admin"].get("/audit", headers=PAGE)).status_code == 200
    assert (await opened["staff"].get("/audit", headers=PAGE)).status_code == 403


async def test_a_call_s_page_shows_words_as_letters_and_is_noted_before(
    desk: Desk, opened: dict[str, Browser], tmp_path: Path
) -> None:
    turns = [Turn(speaker="caller", text=SPOKEN, at_sec=3.0), Turn(speaker="ava", text="We open at 8.", at_sec=5.0)]
    add_call(tmp_path, 1, slots=Slots(name="<b>Maria</b>"), turns=turns)
    await asyncio.to_thread(desk.index.refresh)
    page = await opened["staff"].get(f"/calls/{sid(1)}", headers=PAGE)
    assert page.status_code == 200
    assert "alert(" in page.text
    assert "<script>alert" not in page.text
    assert "<b>Maria" not in page.text
    viewed = [one for one in desk.audit.entries() if one.call == sid(1)]
    assert [(one.user, one.action.startswith("view")) for one in viewed] == [("sofia", True)]


async def test_no_call_is_shown_when_the_view_cannot_be_noted(
    desk: Desk, opened: dict[str, Browser], tmp_path: Path
) -> None:
    add_call(tmp_path, 1, turns=[Turn(speaker="caller", text="unmistakable", at_sec=3.0)])
    await asyncio.to_thread(desk.index.refresh)
    log = desk.settings.monitoring_dir / "audit.jsonl"
    log.unlink()
    log.mkdir()
    page = await opened["staff"].get(f"/calls/{sid(1)}", headers=PAGE)
    assert page.status_code == 503
    assert "unmistakable" not in page.text


async def test_what_is_not_there_is_not_found(opened: dict[str, Browser]) -> None:
    for path in (f"/calls/{sid(9)}", "/calls/none", "/calls/..%2f..", "/facts/none", "/alerts/none", "/calls/%00"):
        page = await opened["staff"].get(path, headers=PAGE)
        assert page.status_code == 404, path


async def test_queries_that_make_no_sense_break_nothing(opened: dict[str, Browser]) -> None:
    wild = "page=-1&since=yesterday&until=9999-99-99&sid=%00%27&outcome=%3Cscript%3E&q=%25&tag=x&severity=x&per_page=0"
    for path in (*PAGES, "/audit"):
        page = await opened["admin"].get(f"{path}?{wild}", headers=PAGE)
        assert page.status_code in (200, 422), path
        assert "<script>" not in page.text.replace('<script type="module"', "").replace("<script src", ""), path


async def test_no_page_has_inline_scripts_or_styles(opened: dict[str, Browser]) -> None:
    for path in (*PAGES, "/audit", "/nothing-there"):
        text = (await opened["admin"].get(path, headers=PAGE)).text
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert " onclick=" not in text, path
        assert text.count("<script") == text.count(' src="/static/') - text.count('<img src="/static/'), path


async def test_every_get_route_answers_an_admin_without_a_crash(desk: Desk, opened: dict[str, Browser]) -> None:
    """With values that name nothing, a route says so; none answers 500."""
    app = opened["admin"].app
    for route in iter_route_contexts(app.routes):
        if "GET" not in (route.methods or ()):
            continue
        path = str(route.path).replace("{call_sid}", sid(9)).replace("{sid}", sid(9))
        path = "/".join("x1" if part.startswith("{") else part for part in path.split("/"))
        for headers in (PAGE, {}):
            assert (await opened["admin"].get(path, headers=headers)).status_code < 500, path
