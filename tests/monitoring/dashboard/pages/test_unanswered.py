import json
from pathlib import Path
from typing import Any

import pytest

from facts_files import read_facts
from monitoring.dashboard.pages.unanswered import grouped, question
from monitoring.desk import Desk
from monitoring.suggestion import Evidence, SuggestedChange, Suggestion
from monitoring.suggestions import Entry, Step
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import START, sid
from tests.monitoring.dashboard.pages.rooms import assert_nothing_inline, finding, flag, room, text_of
from tests.monitoring.dashboard.site import PAGE, Browser, audit_of


def gap(number: int, asked: str, location: str | None = "kendall", *tags: str, calls: int = 1) -> Suggestion:
    record: dict[str, Any] = {
        "id": f"faq-{number}", "text": "", "tags": ["faq", *tags, *([location] if location else [])],
        "last_updated": "2026-11-23", "source": "practice", "question": asked, "answer": "",
    }  # fmt: skip
    if location:
        record["location"] = location
    change = SuggestedChange(file="rag/data/avc_faqs.jsonl", record_id=record["id"], old="", new=json.dumps(record))
    said = Evidence(at_sec=20.0, said=f"{asked.lower()} please", against="I don't have that.")
    return finding(
        number, issue_type="rag_gap", severity="low", suggested_change=change, evidence=(said,),
        description="A question was asked.", calls=tuple(sid(number * 100 + more) for more in range(1, calls)),
    )  # fmt: skip


VAN = gap(1, "Is there room for a wheelchair van?", "kendall", "location", calls=3)
FRAMES = gap(2, "Do you mend frames?", "kendall", "optical_ready")
RATES = gap(3, "Can I pay in instalments?", None, "cost")


def entries(*found: Suggestion) -> list[Entry]:
    return [Entry(one, (Step("open", START),)) for one in found]


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Desk:
    return room(tmp_path, clock)


def test_questions_stand_by_office_and_topic_those_of_every_office_last() -> None:
    found = grouped(entries(RATES, FRAMES, VAN, flag(9)), read_facts())
    assert [(group.place, [one.words for one in group.questions]) for group in found] == [
        ("Kendall", ["Is there room for a wheelchair van?", "Do you mend frames?"]),
        ("Every office", ["Can I pay in instalments?"]),
    ]
    assert [one.topic for one in found[0].questions] == ["location", "optical ready"]


def test_of_one_topic_the_question_of_most_calls_comes_first() -> None:
    often, once = gap(4, "Z?", None, "cost", calls=5), gap(5, "A?", None, "cost")
    (group,) = grouped(entries(once, often), read_facts())
    assert [(one.words, one.asked) for one in group.questions] == [("Z?", 5), ("A?", 1)]


def test_a_question_about_an_office_that_is_gone_stands_under_every_office() -> None:
    (group,) = grouped(entries(gap(6, "Where?", "atlantis")), read_facts())
    assert group.place == "Every office"


def test_a_finding_without_a_draft_shows_what_was_found() -> None:
    found = question(entries(flag(7, issue_type="rag_gap", description="A record was not found."))[0])
    assert (found.words, found.draft, found.topic) == ("A record was not found.", {}, "")


def test_a_draft_that_is_no_json_is_no_draft() -> None:
    broken = finding(issue_type="rag_gap", suggested_change=SuggestedChange(file="x", old="", new="{"))
    assert question(entries(broken)[0]).draft == {}


async def test_each_question_brings_a_form_to_answer_it(staff: Browser, desk: Desk) -> None:
    desk.queue.add([VAN])
    page = await staff.get("/unanswered", headers=PAGE)
    words = text_of(page.text)
    assert "asked in 3 calls" in words
    assert "“is there room for a wheelchair van? please”" in words
    assert "AVA: I don&#39;t have that." in words
    assert f'href="/calls/{sid(1)}#t=20.0"' in page.text
    for field in ("question", "answer", "location", "tags"):
        assert f'data-field="{field}"' in page.text
    assert 'data-field="source"' not in page.text
    assert_nothing_inline(page.text)


async def test_questions_that_were_dealt_with_are_gone_and_nothing_left_is_said(staff: Browser, desk: Desk) -> None:
    desk.queue.add([VAN])
    desk.queue.set_state(VAN.id, "dismissed", by="sofia", reason="asked in jest")
    assert "No open questions" in text_of((await staff.get("/unanswered", headers=PAGE)).text)


async def test_looking_at_callers_questions_is_noted(staff: Browser, desk: Desk) -> None:
    await staff.get("/unanswered", headers=PAGE)
    assert ("sofia", "view-unanswered", None, None) in audit_of(desk)


async def test_a_question_is_shown_as_letters(staff: Browser, desk: Desk) -> None:
    desk.queue.add([gap(8, "</textarea><script>alert(1)</script>", None)])
    page = (await staff.get("/unanswered", headers=PAGE)).text
    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
