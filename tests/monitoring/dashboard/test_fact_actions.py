"""Facts edited by staff: a record's fields, a new record, one taken out, and what two people do at once."""

import json
from pathlib import Path

import pytest

from call import Clock
from facts_files import FACTS_DIR
from monitoring.change_error import ChangeError
from monitoring.dashboard.answers import Refusal
from monitoring.dashboard.fact_actions import change_of
from monitoring.desk import Desk
from monitoring.json_line import record
from monitoring.targets import Targets
from tests.fakes.clock import FakeClock
from tests.monitoring.dashboard.parts import FakeChanges
from tests.monitoring.dashboard.site import Browser, add_users, audit_of, make_desk

FILE = "rag/data/avc_hours.jsonl"
LINES = (FACTS_DIR / "avc_hours.jsonl").read_text().splitlines()
LINE = next(line for line in LINES if json.loads(line).get("opens"))
RECORD = json.loads(LINE)
AT = f"/facts/{RECORD['id']}"


@pytest.fixture
def changes() -> FakeChanges:
    return FakeChanges()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, changes: FakeChanges) -> Desk:
    assert isinstance(clock, FakeClock)
    targets = Targets(FACTS_DIR, tmp_path, clock)
    made = make_desk(tmp_path, clock, changes=changes, targets=targets)
    list(add_users(made))
    return made


async def test_fields_are_changed_and_all_else_in_the_line_stays(
    desk: Desk, staff: Browser, changes: FakeChanges
) -> None:
    answer = await staff.act(AT, {"values": {"opens": "07:15"}, "seen": {"opens": RECORD["opens"]}})
    assert (answer.status_code, answer.json()["record_id"]) == (200, RECORD["id"])
    change, by, why = changes.done[0]
    assert (change.file, change.record_id, change.field, change.old) == (FILE, RECORD["id"], None, LINE)
    assert change.new == LINE.replace(f'"opens": "{RECORD["opens"]}"', '"opens": "07:15"')
    assert (by, why) == ("sofia", "edited in the dashboard")
    assert audit_of(desk)[-1] == ("sofia", "edit-fact", None, RECORD["id"])


async def test_a_record_comes_in_three_forms(staff: Browser, changes: FakeChanges) -> None:
    whole = {**RECORD, "closes": "18:45"}
    for body in ({"closes": "18:45"}, {"values": {"closes": "18:45"}}, {"json": json.dumps(whole)}):
        assert (await staff.act(AT, body)).status_code == 200
    assert len({change.new for change, _, _ in changes.done}) == 1


async def test_a_field_that_somebody_changed_since_it_was_seen_is_not_written_over(
    staff: Browser, changes: FakeChanges
) -> None:
    answer = await staff.act(AT, {"values": {"opens": "07:15"}, "seen": {"opens": "06:00"}})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "changed-since", "opens")
    assert changes.done == []


async def test_the_same_values_change_nothing(staff: Browser) -> None:
    for body in ({}, {"opens": RECORD["opens"]}, {"closed": False, "reason": None, "date": None}, {"id": "another"}):
        answer = await staff.act(AT, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "changes-nothing")


async def test_a_record_that_is_not_there_is_told(staff: Browser) -> None:
    for method, path in (("POST", "/facts/no-such-record"), ("DELETE", "/facts/no-such-record")):
        answer = await staff.act(path, {"opens": "07:00"}, method=method)
        assert (answer.status_code, answer.json()["code"]) == (404, "no-such-record")


async def test_what_is_refused_names_its_field(staff: Browser, changes: FakeChanges) -> None:
    def refuse(_: object) -> ChangeError:
        error = ChangeError("opens has to be before closes", code="invalid")
        error.__cause__ = _FieldError()
        return error

    changes.refuse = refuse
    answer = await staff.act(AT, {"opens": "23:00"})
    assert answer.status_code == 422
    assert answer.json() == {"code": "invalid", "message": "opens has to be before closes", "field": "opens"}


class _FieldError(Exception):
    field = "opens"


async def test_a_record_is_taken_out(desk: Desk, staff: Browser, changes: FakeChanges) -> None:
    assert (await staff.act(AT, method="DELETE")).status_code == 200
    change, _, _ = changes.done[0]
    assert (change.old, change.new, change.record_id) == (LINE, "", RECORD["id"])
    assert audit_of(desk)[-1][1] == "remove-fact"


async def test_a_new_record_gets_an_id_and_today_s_date(desk: Desk, staff: Browser, changes: FakeChanges) -> None:
    body = {"file": "rag/data/avc_faqs.jsonl", "question": "Do you fix glasses?", "answer": "Yes.", "text": "Yes."}
    answer = await staff.act("/facts", body)
    assert answer.status_code == 201
    change, _, _ = changes.done[0]
    made = record(change.new)
    assert change.old == ""
    assert made["id"] == answer.json()["record_id"] == "faq-do-you-fix-glasses"
    assert (made["last_updated"], made["source"], made["tags"]) == ("2026-11-23", "practice", [])
    assert audit_of(desk)[-1] == ("sofia", "add-fact", None, made["id"])


async def test_the_id_of_a_new_record_is_none_that_is_there(staff: Browser, changes: FakeChanges) -> None:
    taken = json.loads((FACTS_DIR / "avc_faqs.jsonl").read_text().splitlines()[0])
    await staff.act("/facts", {"file": "rag/data/avc_faqs.jsonl", "question": taken["question"], "answer": "Yes."})
    assert record(changes.done[0][0].new)["id"] != taken["id"]


@pytest.mark.parametrize("file", ["", "avc_users.jsonl", "../../etc/passwd", "rag/data/../x.jsonl", "/rag/data/x"])
async def test_a_new_record_goes_into_files_of_facts_only(staff: Browser, changes: FakeChanges, file: str) -> None:
    answer = await staff.act("/facts", {"file": file, "question": "?"})
    assert (answer.status_code, answer.json()["field"]) == (422, "file")
    assert changes.done == []


async def test_json_that_is_none_is_refused(staff: Browser) -> None:
    for text in ("{", "[]", '"x"'):
        answer = await staff.act(AT, {"json": text})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_a_change_is_undone_from_the_history(desk: Desk, staff: Browser, changes: FakeChanges) -> None:
    made = (await staff.act(AT, {"opens": "07:15"})).json()["applied"]["id"]
    answer = await staff.act(f"/changes/{made}/undo")
    assert answer.status_code == 200
    assert changes.applied[made].undone_by == answer.json()["applied"]["id"]
    assert audit_of(desk)[-1] == ("sofia", "undo-change", None, made)
    assert (await staff.act(f"/changes/{made}/undo")).status_code == 409
    assert (await staff.act("/changes/none/undo")).status_code == 404


def test_a_value_that_is_emptied_leaves_its_field_out() -> None:
    line = '{"id": "a", "opens": "08:00", "reason": "x"}'
    change = change_of(FILE, line, {"reason": None, "opens": "09:00"})
    assert change.new == '{"id": "a", "opens": "09:00"}'


def test_a_field_is_seen_as_the_form_shows_it() -> None:
    """A form has a value for every field, also for those that a record leaves out."""
    line = '{"id": "a", "opens": "08:00"}'
    seen = {"closed": False, "days": [], "reason": None}
    assert record(change_of(FILE, line, {"closed": True}, seen).new) == {"id": "a", "opens": "08:00", "closed": True}
    with pytest.raises(Refusal):
        change_of(FILE, line, {"closed": False}, {"closed": False})


@pytest.mark.parametrize(
    "body", [{"json": "[" * 15_000}, {"opens": "07:00", "seen": "06:00"}, {"text": "x", "seen": [1]}]
)
async def test_a_body_of_another_shape_is_refused(
    staff: Browser, changes: FakeChanges, body: dict[str, object]
) -> None:
    answer = await staff.act(AT, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert changes.done == []
