import json
import shutil
from pathlib import Path

import pytest

from facts_files import FACTS_DIR, FactsSource, read_facts
from monitoring.dashboard.pages.facts import found, sorted_by_kind
from monitoring.desk import Desk
from monitoring.suggestion import SuggestedChange
from tests.fakes.clock import FakeClock
from tests.monitoring.dashboard.pages.rooms import HOURS, assert_nothing_inline, room, text_of
from tests.monitoring.dashboard.site import PAGE, Browser

ID = "hours-kendall-weekday"
OLD = {"id": ID, "closes": "16:30", "last_updated": "2026-11-20"}
NEW = {"id": ID, "closes": "17:00", "last_updated": "2026-11-23"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FACTS_DIR, tmp_path / "facts"))


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock, folder: Path) -> Desk:
    return room(tmp_path, clock, source=FactsSource(folder))


async def page_of(browser: Browser, path: str) -> str:
    page = await browser.get(path, headers=PAGE)
    assert page.status_code == 200, page.text
    assert_nothing_inline(page.text)
    return page.text


def replace(folder: Path, old: str, new: str) -> None:
    path = folder / "avc_hours.jsonl"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


async def apply(desk: Desk, by: str = "sofia") -> str:
    change = SuggestedChange(file=HOURS, record_id=ID, old=json.dumps(OLD), new=json.dumps(NEW))
    return str((await desk.changes.apply(change, by=by, why="edited in the dashboard")).id)


async def test_every_record_stands_there_under_its_kind_with_an_anchor(staff: Browser) -> None:
    page = await page_of(staff, "/facts")
    for record in read_facts().records:
        assert f'id="{record.id}"' in page
        assert f'href="/facts/{record.id}"' in page
    assert "Hours and closures 18" in text_of(page)


async def test_sample_records_are_marked_and_counted(staff: Browser, folder: Path) -> None:
    assert "85 records are sample data" in text_of(await page_of(staff, "/facts"))
    replace(
        folder,
        '"source": "sample", "location": "kendall", "days": ["mon"',
        '"source": "practice", "location": "kendall", "days": ["mon"',
    )
    page = await page_of(staff, "/facts")
    assert "84 records are sample data" in text_of(page)
    mine = page[page.index(f'id="{ID}"') :].partition("</li>")[0]
    assert "badge sample" not in mine


async def test_a_search_finds_every_word_anywhere_in_a_record(staff: Browser) -> None:
    page = await page_of(staff, "/facts?q=medicare+ACCEPT")
    assert 'id="plan-medicare"' in page
    assert 'id="plan-vsp"' not in page
    assert "No doctors fit this search" in text_of(page)


def test_an_office_finds_its_own_records_and_those_of_every_office() -> None:
    facts = read_facts()
    ids = {record.id for record in found(facts.records, "", "kendall")}
    assert {"hours-kendall-weekday", "plan-vsp", "closure-labor-day"} <= ids
    assert "hours-austin-weekday" not in ids


def test_kinds_without_a_record_are_listed_too() -> None:
    assert [(shelf.kind.key, shelf.records) for shelf in sorted_by_kind([])] == [
        (key, ()) for key in ("locations", "hours", "providers", "services", "plans", "faqs")
    ]


async def test_a_change_of_the_files_is_on_the_page_at_once(staff: Browser, folder: Path) -> None:
    replace(folder, "8:00 AM to 5:00 PM.", "8:00 AM to 6:00 PM.")
    replace(folder, '"closes": "17:00"', '"closes": "18:00"')
    assert 'value="18:00"' in await page_of(staff, f"/facts/{ID}")


async def test_files_that_are_wrong_are_told_with_their_line_and_the_last_good_ones_shown(
    staff: Browser, folder: Path
) -> None:
    replace(folder, '"opens": "08:00", "closes": "17:00"', '"opens": "08:00", "closes": "07:00"')
    page = await page_of(staff, "/facts")
    assert "avc_hours.jsonl, line 1, closes: is not later than opens" in text_of(page)
    assert f'id="{ID}"' in page


async def test_a_records_form_holds_its_values(staff: Browser) -> None:
    page = await page_of(staff, f"/facts/{ID}")
    assert '<option value="kendall" selected>Kendall</option>' in page
    assert page.count("checked") == 5
    assert 'type="time" value="08:00"' in page
    assert "On the office&#39;s own clock." in page
    assert f'data-fact="{ID}"' in page


async def test_every_record_has_a_form(staff: Browser) -> None:
    for record in read_facts().records[::5]:
        assert f'data-fact="{record.id}"' in await page_of(staff, f"/facts/{record.id}")


@pytest.mark.parametrize("kind", ["locations", "hours", "providers", "services", "plans", "faqs"])
async def test_a_new_record_of_each_kind_begins_empty_and_of_the_practice(staff: Browser, kind: str) -> None:
    page = await page_of(staff, f"/facts/new/{kind}")
    assert 'data-fact=""' in page
    assert '<option value="practice" selected>' in page


@pytest.mark.parametrize("path", ["/facts/no-such-record", "/facts/new/secrets", "/facts/..%2f..%2fetc%2fpasswd"])
async def test_what_is_no_record_is_not_found(staff: Browser, path: str) -> None:
    assert (await staff.get(path, headers=PAGE)).status_code == 404


async def test_a_records_history_shows_who_changed_what_with_a_way_back(staff: Browser, desk: Desk) -> None:
    change_id = await apply(desk)
    page = await page_of(staff, f"/facts/{ID}")
    assert "by sofia" in text_of(page)
    assert "<del>4:30</del> PM" in page
    assert f'data-undo="{change_id}"' in page
    assert "Not changed here yet" in await page_of(staff, "/facts/hours-kendall-saturday")


async def test_what_was_taken_back_is_marked_and_can_be_made_again(staff: Browser, desk: Desk) -> None:
    change_id = await apply(desk)
    undone = await desk.changes.undo(change_id, by="adam")
    desk.changes.applied[undone.id] = undone
    page = await page_of(staff, "/facts/changes")
    assert f'data-undo="{change_id}"' not in page
    assert f'data-undo="{undone.id}"' in page
    words = text_of(page)
    assert "taken back" in words
    assert "Redo" in words
    assert words.index("by adam") < words.index("by sofia")


async def test_without_a_change_the_history_says_so(staff: Browser) -> None:
    assert "Nothing was changed yet" in await page_of(staff, "/facts/changes")
