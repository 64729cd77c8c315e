"""Audit: for admins, newest first, by user, action and call."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI

from monitoring.dashboard.pages.audit import ACTIONS, PER_PAGE, label_of
from monitoring.dashboard.web import FOLDER
from monitoring.desk import Desk
from tests.monitoring.calls import sid
from tests.monitoring.dashboard.pages.rooms import assert_nothing_inline, room, text_of
from tests.monitoring.dashboard.site import PAGE, Browser


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return room(tmp_path)


async def shown(admin: Browser, query: str = "") -> str:
    page = await admin.get(f"/audit{query}", headers=PAGE)
    assert page.status_code == 200
    assert_nothing_inline(page.text)
    return text_of(page.text.split("<tbody>")[1].split("</tbody>")[0]) if "<tbody>" in page.text else text_of(page.text)


async def test_staff_do_not_see_the_log_nor_its_link(app: FastAPI) -> None:
    async with Browser(app) as staff:
        await staff.login("sofia")
        assert (await staff.get("/audit", headers=PAGE)).status_code == 403
        assert 'href="/audit"' not in (await staff.get("/calls", headers=PAGE)).text


async def test_entries_are_found_by_user_action_and_call(desk: Desk, admin: Browser) -> None:
    desk.audit.note("sofia", "play", call=sid(1))
    desk.audit.note("sofia", "view-call", call=sid(2))
    desk.audit.note(None, "login-failed")
    assert "Listened to a call" in await shown(admin)
    assert "adam" not in await shown(admin, "?user=sofia")
    assert "Opened a call" not in await shown(admin, "?action=play")
    found = await shown(admin, f"?call={sid(2)}")
    assert "Opened a call" in found
    assert "Listened" not in found
    assert "Nothing fits this filter" in await shown(admin, "?user=nobody")


async def test_the_newest_are_first_and_that_the_log_was_opened_is_among_them(desk: Desk, admin: Browser) -> None:
    desk.audit.note("sofia", "play", call=sid(1))
    found = await shown(admin)
    assert found.index("Opened the audit log") < found.index("Listened to a call") < found.index("Logged in")


async def test_long_logs_are_paged_with_the_filter(desk: Desk, admin: Browser) -> None:
    for _ in range(PER_PAGE + 1):
        desk.audit.note("sofia", "play", call=sid(1))
    page = await admin.get("/audit?action=play", headers=PAGE)
    assert "page 1 of 2" in text_of(page.text)
    assert "action=play&amp;call=&amp;page=2" in page.text


async def test_a_torn_line_is_told(desk: Desk, admin: Browser, tmp_path: Path) -> None:
    with (desk.settings.monitoring_dir / "audit.jsonl").open("ab") as file:
        file.write(b'{"at": "torn\n')
    page = await admin.get("/audit", headers=PAGE)
    assert "1 line of the log cannot be read" in page.text


def test_every_action_that_a_page_notes_has_a_label() -> None:
    sources = [path.read_text() for path in FOLDER.rglob("*.py")]
    codes = {code for text in sources for code in re.findall(r'\bnote\(request, "([a-z-]+)"', text)}
    assert len(codes) > 10
    assert codes <= ACTIONS.keys()


def test_an_action_without_a_label_is_shown_readably() -> None:
    assert label_of("some-new-action") == "Some new action"
    assert all(label == label.strip() for label in ACTIONS.values())
