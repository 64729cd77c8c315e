"""Apply, edit, dismiss and undo a suggestion; two people at once; what is refused and what is noted."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from call import Slots
from errors import StorageError
from monitoring.change_error import ChangeError
from monitoring.desk import Desk
from monitoring.edit import Edit
from monitoring.index import CallIndex
from monitoring.suggestion import Evidence, SuggestedChange, Suggestion
from monitoring.suggestions import SUGGESTIONS_FILE, SuggestionQueue
from pseudonyms import Kind
from tests.fakes.clock import FakeClock
from tests.monitoring.dashboard.call_folders import add_call, sid
from tests.monitoring.dashboard.parts import FakeChanges
from tests.monitoring.dashboard.site import Browser, add_users, audit_of, make_desk

CHANGE = SuggestedChange(
    file="rag/data/avc_hours.jsonl", record_id="hours-kendall-weekday", field="opens", old="08:00", new="09:00"
)
FOUND = Suggestion(
    call_sid=sid(1), severity="high", issue_type="factual_error", description="The hours differ.",
    suggested_action="rag_update", suggested_change=CHANGE, reader="rules.facts_stated",
    evidence=(Evidence(at_sec=3.0, said="We open at 8."),),
)  # fmt: skip
NO_CHANGE = FOUND.model_copy(update={"suggested_change": None, "suggested_action": "flag_for_review"})
AT = f"/suggestions/{FOUND.id}"


@dataclass
class Room:
    """The desk of a test, its parts at hand."""

    desk: Desk
    queue: SuggestionQueue
    changes: FakeChanges


@pytest.fixture
def room(tmp_path: Path, clock: FakeClock) -> Room:
    queue = SuggestionQueue(tmp_path / "monitoring" / SUGGESTIONS_FILE, clock)
    queue.add([FOUND, NO_CHANGE])
    add_call(tmp_path, 1, slots=Slots(name="Maria Lopez", callback_number="+13055550188"))
    changes = FakeChanges()
    index = CallIndex(tmp_path / "recordings", tmp_path / "index.sqlite", make_desk(tmp_path).zone)
    index.refresh()
    desk = make_desk(tmp_path, clock, queue=queue, changes=changes, index=index, journal=None)
    list(add_users(desk))
    return Room(desk, queue, changes)


@pytest.fixture
def desk(room: Room) -> Desk:
    return room.desk


async def test_a_preview_shows_the_lines_and_no_path_of_this_machine(room: Room, staff: Browser) -> None:
    answer = await staff.act(f"{AT}/preview", {})
    assert answer.status_code == 200
    edit = answer.json()["edit"]
    assert (edit["old_line"], edit["new_line"], edit["line"]) == ("08:00", "09:00", 3)
    assert edit["notes"] == ["look at the text, too"]
    assert answer.json()["problem"] is None
    assert not {"path", "before", "after"} & set(edit)
    assert room.changes.done == []


async def test_a_preview_tells_why_a_change_cannot_be_made(room: Room, staff: Browser) -> None:
    room.changes.refuse = lambda _: ChangeError("another record says 7:30", code="contradicts")
    told = (await staff.act(f"{AT}/preview", {"new": "07:00"})).json()
    assert (told["edit"], told["problem"], told["code"]) == (None, "another record says 7:30", "contradicts")


async def test_a_suggestion_is_applied_and_who_did_it_is_kept(room: Room, staff: Browser) -> None:
    answer = await staff.act(f"{AT}/apply", {})
    assert (answer.status_code, answer.json()["state"]) == (200, "applied")
    assert answer.json()["applied"]["live"] == "taken"
    assert room.changes.done == [(CHANGE, "sofia", f"suggestion {FOUND.id}")]
    entry = room.queue.get(FOUND.id)
    assert entry is not None
    assert (entry.state, entry.by, entry.change_id) == ("applied", "sofia", answer.json()["applied"]["id"])
    assert audit_of(room.desk)[-1] == ("sofia", "apply-suggestion", sid(1), FOUND.id)


async def test_a_suggestion_is_applied_with_another_value(room: Room, staff: Browser) -> None:
    await staff.act(f"{AT}/apply", {"new": "08:30"})
    change, by, why = room.changes.done[0]
    assert (change.new, change.old, by) == ("08:30", "08:00", "sofia")
    assert why.endswith("(edited)")


async def test_what_is_known_of_the_caller_is_kept_out_of_the_change(room: Room, staff: Browser) -> None:
    await staff.act(f"{AT}/apply", {"new": "Ask for Maria Lopez"})
    known = room.changes.known[0]
    assert known[Kind.NAME] == ("Maria Lopez",)
    assert set(known[Kind.PHONE]) == {"+13055550123", "+13055550188"}


async def test_a_suggestion_of_a_call_that_is_gone_can_still_be_applied(
    room: Room, staff: Browser, tmp_path: Path
) -> None:
    import shutil

    shutil.rmtree(tmp_path / "recordings" / "2026")
    assert (await staff.act(f"{AT}/apply", {})).status_code == 200


async def test_a_service_that_is_away_is_told(room: Room, staff: Browser) -> None:
    room.changes.live = "service-away"
    assert (await staff.act(f"{AT}/apply", {})).json()["applied"]["live"] == "service-away"


async def test_of_two_people_the_second_is_told_who_was_first(room: Room, staff: Browser, admin: Browser) -> None:
    room.changes.delay_sec = 0.05
    answers = await asyncio.gather(staff.act(f"{AT}/apply", {}), admin.act(f"{AT}/apply", {}))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    first, told = ("sofia", answers[1].json()) if answers[0].status_code == 200 else ("adam", answers[0].json())
    assert (told["code"], told["by"]) == ("was-applied", first)
    assert told["message"] == f"{first} applied this already, Nov 23, 10:00 AM EST."
    assert len(room.changes.done) == 1


async def test_another_process_that_was_first_is_noticed(room: Room, staff: Browser) -> None:
    real = room.changes.apply

    async def slower(change: SuggestedChange, **more: Any) -> Any:
        room.queue.set_state(FOUND.id, "dismissed", by="adam", reason="not true")
        return await real(change, **more)

    room.changes.apply = slower  # type: ignore[method-assign]
    answer = await staff.act(f"{AT}/apply", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "was-dismissed")


async def test_a_change_that_is_refused_leaves_the_suggestion_open(room: Room, staff: Browser) -> None:
    room.changes.refuse = lambda _: ChangeError("the record does not say this any more", code="old-text-gone")
    answer = await staff.act(f"{AT}/apply", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "old-text-gone")
    assert answer.json()["message"] == "the record does not say this any more"
    entry = room.queue.get(FOUND.id)
    assert entry is not None
    assert entry.state == "open"
    assert "apply-suggestion" not in [action for _, action, _, _ in audit_of(room.desk)]


async def test_a_conflict_in_the_repository_offers_the_change_as_it_is_now(room: Room, staff: Browser) -> None:
    class Conflict(ChangeError):
        code = "conflict"
        offer = Edit("f", Path("/there/f"), "a", "opens", 7, "08:30", "09:00", b"", b"")

    room.changes.refuse = lambda _: Conflict("somebody changed this")
    told = (await staff.act(f"{AT}/apply", {})).json()
    assert told["code"] == "conflict"
    assert (told["offer"]["old_line"], told["offer"]["line"]) == ("08:30", 7)


async def test_a_repository_that_is_away_is_no_fault_of_staff(room: Room, staff: Browser) -> None:
    room.changes.refuse = lambda _: ChangeError("Gitea does not answer", code="gitea-away", retryable=True)
    assert (await staff.act(f"{AT}/apply", {})).status_code == 503


async def test_a_finding_without_a_change_is_not_applied(room: Room, staff: Browser) -> None:
    answer = await staff.act(f"/suggestions/{NO_CHANGE.id}/apply", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "no-change")


async def test_a_suggestion_that_is_not_there_is_told(staff: Browser) -> None:
    for action in ("preview", "apply", "undo"):
        answer = await staff.act(f"/suggestions/{'0' * 16}/{action}", {})
        assert (answer.status_code, answer.json()["code"]) == (404, "no-suggestion")


async def test_a_dismissal_needs_a_reason_and_keeps_it(room: Room, staff: Browser) -> None:
    for body in ({}, {"reason": ""}, {"reason": "  x "}, {"reason": "x" * 501}):
        answer = await staff.act(f"{AT}/dismiss", body)
        assert (answer.status_code, answer.json()["field"]) == (422, "reason")
    assert (await staff.act(f"{AT}/dismiss", {"reason": " We do open at 8. "})).json() == {"state": "dismissed"}
    entry = room.queue.get(FOUND.id)
    assert entry is not None
    assert (entry.state, entry.by, entry.reason) == ("dismissed", "sofia", "We do open at 8.")
    assert audit_of(room.desk)[-1] == ("sofia", "dismiss-suggestion", sid(1), FOUND.id)
    assert (await staff.act(f"{AT}/apply", {})).json()["code"] == "was-dismissed"


async def test_a_dismissal_can_be_taken_back(room: Room, staff: Browser) -> None:
    await staff.act(f"{AT}/dismiss", {"reason": "a mistake"})
    assert (await staff.act(f"{AT}/undo")).json() == {"state": "open"}
    assert (await staff.act(f"{AT}/apply", {})).status_code == 200


async def test_an_applied_change_is_undone_once(room: Room, staff: Browser, admin: Browser) -> None:
    applied = (await staff.act(f"{AT}/apply", {})).json()["applied"]["id"]
    answer = await admin.act(f"{AT}/undo")
    assert (answer.status_code, answer.json()["state"]) == (200, "undone")
    assert room.changes.applied[applied].undone_by == answer.json()["applied"]["id"]
    entry = room.queue.get(FOUND.id)
    assert entry is not None
    assert (entry.state, entry.by) == ("undone", "adam")
    assert audit_of(room.desk)[-1] == ("adam", "undo-suggestion", sid(1), FOUND.id)
    assert (await staff.act(f"{AT}/undo")).json()["code"] == "not-applied"


async def test_an_open_suggestion_has_nothing_to_undo(staff: Browser) -> None:
    assert (await staff.act(f"{AT}/undo")).status_code == 409


async def test_a_body_with_something_else_in_it_is_refused_without_being_repeated(staff: Browser) -> None:
    for body in ({"file": "/etc/passwd"}, {"new": 5}, ["x"], "Maria Lopez", {"new": "x" * 20_001}):
        answer = await staff.act(f"{AT}/apply", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert "passwd" not in answer.json()["message"]
        assert "Lopez" not in answer.text


async def test_a_change_that_could_not_be_noted_is_noted_by_the_next_click(
    room: Room, staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise StorageError("audit.jsonl cannot be written", code="disk-full")

    with monkeypatch.context() as broken:
        broken.setattr(room.desk.audit, "note", full)
        refused = await staff.act(f"{AT}/apply", {})
    assert (refused.status_code, refused.json()["code"]) == (503, "disk-full")
    assert refused.json()["message"].startswith("audit.jsonl cannot be written. The disk is full")
    assert len(room.changes.done) == 1
    again = await staff.act(f"{AT}/apply", {})
    assert (again.status_code, again.json()["code"], again.json()["by"]) == (409, "was-applied", "sofia")
    assert audit_of(room.desk)[-1] == ("sofia", "apply-suggestion", sid(1), FOUND.id)
    assert len(room.changes.done) == 1


async def test_what_cannot_be_noted_is_not_dismissed(
    room: Room, staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise StorageError("audit.jsonl cannot be written", code="disk-full")

    monkeypatch.setattr(room.desk.audit, "note", full)
    assert (await staff.act(f"{AT}/dismiss", {"reason": "not so"})).status_code == 503
    entry = room.desk.queue.get(FOUND.id)
    assert entry is not None
    assert entry.state == "open"
