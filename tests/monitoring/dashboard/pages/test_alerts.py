import json
from datetime import timedelta
from pathlib import Path

import pytest

from facts_files import read_facts
from monitoring.change_error import ChangeError
from monitoring.dashboard.pages.alerts import PER_PAGE, by_severity, view
from monitoring.dashboard.pages.labels import reader_label
from monitoring.desk import Desk
from monitoring.suggestion import Evidence, SuggestedChange
from monitoring.suggestions import Entry, Step
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import START, sid
from tests.monitoring.dashboard.pages.rooms import assert_nothing_inline, finding, flag, room, text_of
from tests.monitoring.dashboard.site import PAGE, Browser, audit_of

WORST = finding(1, severity="high", description="AVA said six.")
SLOW = flag(2, severity="low", description="One answer took 4 s.", reader="anthropic")
BLOCK = finding(
    3,
    issue_type="confusing_phrasing",
    suggested_action="blocklist_add",
    suggested_change=SuggestedChange(file="dialogue/wording/blocklist.txt", old="", new="tentative hold"),
)


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Desk:
    made = room(tmp_path, clock)
    made.queue.add([SLOW, WORST, BLOCK])
    return made


async def words_at(browser: Browser, path: str) -> str:
    page = await browser.get(path, headers=PAGE)
    assert page.status_code == 200, page.text
    assert_nothing_inline(page.text)
    return text_of(page.text)


async def test_open_alerts_stand_there_the_worst_first(staff: Browser) -> None:
    words = await words_at(staff, "/alerts")
    assert "3 open." in words
    assert words.index("AVA said six.") < words.index("tentative hold") < words.index("One answer took 4 s.")


def test_among_equals_those_of_more_calls_come_first_then_the_newest() -> None:
    def entry(number: int, *calls: str) -> Entry:
        return Entry(finding(number, calls=calls), (Step("open", START + timedelta(minutes=number)),))

    older, newer, often = entry(1), entry(2), entry(0, sid(8), sid(9))
    assert by_severity([older, newer, often]) == [often, newer, older]


async def test_an_alert_shows_old_and_new_the_sentence_the_record_and_the_moment(staff: Browser) -> None:
    page = (await staff.get("/alerts?severity=high", headers=PAGE)).text
    assert "<del>5:00</del> PM" in page
    assert "<ins>7:00</ins> PM" in page
    assert "“We close at six.”" in page
    assert f'href="/calls/{sid(1)}#t=41.3"' in page
    assert 'href="/facts#hours-kendall-weekday"' in page
    assert "The Kendall office is open Monday through Friday from 8:00 AM to 5:00 PM." in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("severity=low", "One answer took", "AVA said six."),
        ("issue=confusing_phrasing", "tentative hold", "AVA said six."),
        ("reader=anthropic", "One answer took", "tentative hold"),
        ("state=dismissed", "Nothing fits this filter", "AVA said six."),
        ("state=all", "AVA said six.", "Nothing fits"),
    ],
)
async def test_a_filter_shows_what_fits_and_nothing_else(staff: Browser, query: str, shown: str, hidden: str) -> None:
    words = await words_at(staff, f"/alerts?{query}")
    assert shown in words
    assert hidden not in words


async def test_what_was_done_shows_who_did_it_and_why(staff: Browser, desk: Desk) -> None:
    desk.queue.set_state(SLOW.id, "dismissed", by="sofia", reason="Not worth a change")
    words = await words_at(staff, "/alerts?state=dismissed")
    assert "Dismissed by sofia" in words
    assert "Not worth a change" in words
    assert "Undo" in words
    assert "Apply …" not in words


async def test_a_finding_that_suggests_no_change_cannot_be_applied(staff: Browser) -> None:
    page = (await staff.get(f"/alerts/{SLOW.id}", headers=PAGE)).text
    assert 'data-do="dismiss"' in page
    assert 'data-do="apply"' not in page


async def test_words_of_callers_are_shown_as_letters(staff: Browser, desk: Desk) -> None:
    said = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    desk.queue.add([flag(9, severity="high", description=said, evidence=(Evidence(said=said, against=said),))])
    page = (await staff.get("/alerts", headers=PAGE)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in page
    assert "<script>alert" not in page


async def test_many_alerts_are_shown_page_by_page(staff: Browser, desk: Desk) -> None:
    desk.queue.add(flag(number, description=f"No. {number}") for number in range(100, 100 + PER_PAGE))
    first, second = await words_at(staff, "/alerts"), await words_at(staff, "/alerts?page=2")
    assert f"{PER_PAGE + 3} alerts, page 1 of 2" in first
    assert "page 2 of 2" in second
    assert await words_at(staff, "/alerts?page=99") == second


async def test_without_alerts_the_page_says_so(tmp_path: Path, staff: Browser, desk: Desk) -> None:
    for one in (WORST, SLOW, BLOCK):
        desk.queue.set_state(one.id, "dismissed", by="sofia", reason="done")
    assert "No open alerts" in await words_at(staff, "/alerts")


async def test_looking_is_noted_with_the_user_and_the_call(staff: Browser, desk: Desk) -> None:
    await staff.get("/alerts", headers=PAGE)
    await staff.get(f"/alerts/{WORST.id}", headers=PAGE)
    assert ("sofia", "view-alerts", None, None) in audit_of(desk)
    assert ("sofia", "view-alert", sid(1), None) in audit_of(desk)


async def test_an_alert_that_is_none_is_not_found(staff: Browser) -> None:
    assert (await staff.get("/alerts/0123456789abcdef", headers=PAGE)).status_code == 404


# Preview


async def test_a_preview_shows_what_would_stand_there_and_changes_nothing(staff: Browser, desk: Desk) -> None:
    answer = await staff.act(f"/alerts/{BLOCK.id}/preview", {})
    assert "<ins>tentative hold</ins>" in answer.text
    assert "data-edit-shown" in answer.text
    assert "look at the text, too" in answer.text  # the edit's note
    assert_nothing_inline(answer.text)
    assert desk.changes.done == []


async def test_a_preview_of_an_edited_value_shows_that_value(staff: Browser) -> None:
    answer = await staff.act(f"/alerts/{BLOCK.id}/preview", {"new": "a <b>hold</b>"})
    assert "a &lt;b&gt;hold&lt;/b&gt;" in answer.text


async def test_a_preview_says_why_it_cannot_be_applied(staff: Browser, desk: Desk) -> None:
    desk.changes.refuse = lambda change: ChangeError("the old text is gone; reload", code="old-text-gone")
    answer = await staff.act(f"/alerts/{WORST.id}/preview", {})
    assert "The old text is gone; reload." in answer.text
    assert "data-edit-shown" not in answer.text


async def test_a_preview_without_the_sessions_token_is_refused(staff: Browser) -> None:
    assert (await staff.post(f"/alerts/{WORST.id}/preview", json={})).status_code == 403


async def test_there_is_no_preview_of_what_suggests_no_change(staff: Browser) -> None:
    answer = await staff.act(f"/alerts/{SLOW.id}/preview", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "no-change")


# Values in words


def shown(change: SuggestedChange) -> tuple[str, str]:
    found = view(Entry(finding(suggested_change=change), (Step("open", START),)), read_facts()).change
    assert found
    return found.where, found.entry.input if found.entry else "line"


def test_a_change_is_edited_by_the_input_of_its_field() -> None:
    hours = "rag/data/avc_hours.jsonl"
    of = {"record_id": "hours-kendall-weekday", "old": "", "new": "[]"}
    assert shown(SuggestedChange(file=hours, field="closes", **of)) == ("Closes", "time")
    assert shown(SuggestedChange(file=hours, field="days", **of)) == ("Days of the week", "days")
    assert shown(SuggestedChange(file="dialogue/wording/prompt.txt", old="a", new="b")) == (
        "What the model is told",
        "line",
    )


def test_a_new_record_is_edited_field_by_field() -> None:
    record = {"id": "faq-x", "question": "Is there water?", "answer": ""}
    change = SuggestedChange(file="rag/data/avc_faqs.jsonl", record_id="faq-x", old="", new=json.dumps(record))
    found = view(Entry(finding(suggested_change=change), (Step("open", START),)), read_facts()).change
    assert found
    assert (found.where, found.record) == ("New question and answer", record)


def test_a_question_without_an_answer_is_told_from_others_by_its_words() -> None:
    change = SuggestedChange(
        file="rag/data/avc_faqs.jsonl", record_id="faq-x", old="", new='{"id": "faq-x", "question": "Is there water?"}'
    )
    gap = finding(issue_type="rag_gap", suggested_change=change)
    assert view(Entry(gap, (Step("open", START),)), read_facts()).brief == "Is there water?"
    assert view(Entry(WORST, (Step("open", START),)), read_facts()).brief == "AVA said six."


@pytest.mark.parametrize(
    ("reader", "label"),
    [("rules.record_conflict", "Rule: record conflict"), ("anthropic", "Claude"), ("ollama", "Local model")],
)
def test_readers_are_named(reader: str, label: str) -> None:
    assert reader_label(reader) == label
