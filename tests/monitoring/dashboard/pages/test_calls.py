"""Calls: the search, its pages, and what of a call is worth a look."""

from datetime import date
from pathlib import Path

import pytest

from monitoring.dashboard.pages.calls import PER_PAGE, Search, number, query_of, signs, spans
from monitoring.desk import Desk
from monitoring.index import CallIndex
from tests.monitoring.calls import append, end_line, sid
from tests.monitoring.dashboard.pages.rooms import assert_nothing_inline, room, text_of
from tests.monitoring.dashboard.site import PAGE, Browser


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return room(tmp_path)


def add(folder: Path, *lines: dict[str, object]) -> None:
    append(folder / "recordings" / "index.jsonl", *lines)


async def shown(staff: Browser, query: str = "") -> str:
    page = await staff.get(f"/calls{query}", headers=PAGE)
    assert page.status_code == 200
    assert_nothing_inline(page.text)
    return page.text


def sids_of(html: str, numbers: range) -> list[int]:
    return [one for one in numbers if f'href="/calls/{sid(one)}"' in html]


async def test_without_calls_the_page_says_so(staff: Browser) -> None:
    assert "No calls yet" in await shown(staff)


async def test_calls_are_found_by_each_thing_that_is_asked(tmp_path: Path, staff: Browser) -> None:
    add(
        tmp_path,
        end_line(1),
        end_line(2, outcome="failed", location="austin"),
        end_line(3, urgency="emergent", intents=["hours", "book"]),
        end_line(4, started_at="2026-11-18T15:00:00+00:00"),
        end_line(5, quality_tag="bad"),
    )
    for query, wanted in {
        "outcome=failed": [2], "location=austin": [2], "urgency=emergent": [3], "about=book": [3], "tag=bad": [5],
        "until=2026-11-18": [4], "since=2026-11-20&until=2026-11-20": [1, 2, 3, 5], f"sid={sid(4)}": [4],
        "look=1": [2, 3, 5], "outcome=completed&location=austin": [],
    }.items():  # fmt: skip
        assert sids_of(await shown(staff, f"?{query}"), range(1, 6)) == wanted, query


async def test_what_was_asked_stands_in_the_form_and_in_the_links_to_other_pages(
    tmp_path: Path, staff: Browser
) -> None:
    add(tmp_path, *(end_line(one, location="kendall") for one in range(PER_PAGE + 5)))
    first = await shown(staff, "?location=kendall&outcome=&since=")
    assert '<option value="kendall" selected>' in first
    assert "/calls?location=kendall&amp;page=2" in first
    second = await shown(staff, "?location=kendall&page=2")
    assert sids_of(second, range(PER_PAGE + 5)) == [0, 1, 2, 3, 4]
    assert "page 2 of 2" in text_of(second)


async def test_a_date_that_is_none_is_told_and_passed_over(tmp_path: Path, staff: Browser) -> None:
    add(tmp_path, end_line(1))
    html = await shown(staff, "?since=tomorrow")
    assert "This is no date: tomorrow" in html
    assert sids_of(html, range(2)) == [1]


async def test_a_search_that_finds_nothing_offers_all_calls(tmp_path: Path, staff: Browser) -> None:
    add(tmp_path, end_line(1))
    assert "No call fits this search" in await shown(staff, "?outcome=idle")


async def test_what_stands_in_the_index_is_shown_as_letters(tmp_path: Path, staff: Browser) -> None:
    add(tmp_path, end_line(1, intent="<script>alert(1)</script>", location='"><img src=x>'))
    html = await shown(staff, "?sid=<script>alert(2)</script>")
    assert "<script>alert" not in html
    assert "<script>alert" not in (html := await shown(staff))
    assert "&lt;script&gt;alert(1)" in html
    assert "<img src=x" not in html


async def test_a_call_that_has_just_ended_is_there_at_once(tmp_path: Path, staff: Browser, desk: Desk) -> None:
    assert isinstance(desk.index, CallIndex)
    add(tmp_path, end_line(1))
    assert sids_of(await shown(staff), range(2)) == [1]
    add(tmp_path, end_line(2))
    assert sids_of(await shown(staff), range(3)) == [1, 2]


def test_a_call_s_id_is_found_however_it_is_written() -> None:
    assert query_of(Search(sid="ca00AB"))[0].sid == "CA00ab"


def test_dates_that_stand_the_wrong_way_round_are_turned() -> None:
    query, problem = query_of(Search(since="2026-11-20", until="2026-11-01"))
    assert (query.since, query.until, problem) == (date(2026, 11, 1), date(2026, 11, 20), None)


def test_a_page_that_is_no_number_is_the_first() -> None:
    assert [number(one) for one in ("3", "0", "-1", "x", "9" * 30, "")] == [3, 1, 1, 1, 1, 1]


def test_spans_keep_the_rest_of_the_search() -> None:
    week = spans(Search(outcome="failed", since="2026-01-01"), date(2026, 11, 23))[1]
    assert week.query == {"since": "2026-11-17", "until": "2026-11-23", "outcome": "failed"}
    assert not week.chosen
    assert spans(Search(since="2026-11-17", until="2026-11-23"), date(2026, 11, 23))[1].chosen


def test_a_call_tells_what_of_it_is_worth_a_look(tmp_path: Path, desk: Desk) -> None:
    add(tmp_path, end_line(1, verdicts={"block": 2, "note": 1}, failed_turns=3, unanswered=1, latency_p95_ms=3500.0,
                           handoff_reason="angry"), end_line(2))  # fmt: skip
    desk.index.refresh()
    rows = {row.call_sid: signs(row) for row in desk.index.page(query_of(Search())[0]).rows}
    assert rows[sid(1)] == (
        "handed over", "2 not said", "1 doubted", "1 without an answer", "2 not understood", "slow"
    )  # fmt: skip
    assert rows[sid(2)] == ()
