"""Tags: the list, its filter, and the export for admins."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from call import Turn
from monitoring.dashboard.pages.tags import PER_PAGE, chosen
from monitoring.desk import Desk
from monitoring.tags import TAGS_FILE, Quality, Tag, TagBook
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import START
from tests.monitoring.dashboard.call_folders import add_call, sid
from tests.monitoring.dashboard.pages.rooms import assert_nothing_inline, room, text_of
from tests.monitoring.dashboard.site import PAGE, Browser, audit_of


def tag(number: int, quality: Quality = "good", right: str = "", note: str = "", by: str = "sofia") -> Tag:
    at = START + timedelta(minutes=number)
    return Tag(call_sid=sid(number), quality=quality, right_answer=right, note=note, by=by, at=at)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    book = TagBook(tmp_path / "monitoring" / TAGS_FILE, tmp_path / "recordings" / "index.jsonl")
    return room(tmp_path, FakeClock(), tags=book)


async def shown(browser: Browser, query: str = "") -> str:
    page = await browser.get(f"/tags{query}", headers=PAGE)
    assert page.status_code == 200
    assert_nothing_inline(page.text)
    return page.text


async def test_without_tags_the_page_says_how_one_is_made(staff: Browser) -> None:
    html = await shown(staff)
    assert "No call has a tag yet" in html
    assert "/tags/export" not in html


async def test_tags_are_shown_the_newest_first_with_what_was_written(desk: Desk, staff: Browser) -> None:
    desk.tags.set(tag(1, "corrected", "We close at <b>five</b>.", "<script>alert(1)</script>"))
    desk.tags.set(tag(2, "bad", by="adam"))
    html = await shown(staff)
    assert html.index(sid(2)) < html.index(sid(1))
    assert "&lt;b&gt;five&lt;/b&gt;" in html
    assert "<script>alert" not in html
    assert audit_of(desk)[-1][1] == "view-tags"


async def test_tags_are_filtered_and_paged(desk: Desk, staff: Browser) -> None:
    for number in range(PER_PAGE + 1):
        desk.tags.set(tag(number))
    desk.tags.set(tag(100, "bad"))
    assert "1 tag " in text_of(await shown(staff, "?quality=bad"))
    assert "page 2 of 2" in text_of(await shown(staff, "?quality=good&page=9"))
    assert "No tag fits this filter" in await shown(staff, "?q=nowhere")


def test_a_filter_takes_every_word_wherever_it_stands() -> None:
    tags = [tag(1, "corrected", "We close at five"), tag(2, "bad", note="Slow at FIVE", by="adam"), tag(3)]
    assert [one.call_sid for one in chosen(tags, "", "", "five")] == [sid(1), sid(2)]
    assert [one.call_sid for one in chosen(tags, "", "adam", "five slow")] == [sid(2)]
    assert [one.call_sid for one in chosen(tags, "good", "", "")] == [sid(3)]


async def test_an_admin_exports_tags_with_the_turns_of_their_calls(desk: Desk, admin: Browser, tmp_path: Path) -> None:
    add_call(tmp_path, 1, turns=[Turn(speaker="caller", text="when do you close", at_sec=3.0)])
    desk.tags.set(tag(1, "corrected", "At five."))
    desk.tags.set(tag(2, "bad"))  # of a call that is gone
    assert 'href="/tags/export"' in await shown(admin)
    answer = await admin.get("/tags/export")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [(one["call_sid"], one["right_answer"], one["turns"][0]["text"]) for one in lines] == [
        (sid(1), "At five.", "when do you close")
    ]
    assert audit_of(desk)[-1] == ("adam", "export-tags", None, None)


async def test_staff_export_nothing(desk: Desk, staff: Browser) -> None:
    desk.tags.set(tag(1))
    assert "/tags/export" not in await shown(staff)
    assert (await staff.get("/tags/export")).status_code == 403
    assert "export-tags" not in [one[1] for one in audit_of(desk)]
