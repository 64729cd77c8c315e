"""Tags of calls, and calls that become scenarios."""

import stat
from pathlib import Path

import pytest

from call import Slots
from monitoring.desk import Desk
from monitoring.index import CallIndex
from monitoring.tags import TagBook
from tests.fakes.clock import FakeClock
from tests.monitoring.dashboard.call_folders import add_call, sid
from tests.monitoring.dashboard.site import Browser, add_users, audit_of, make_desk

AT = f"/calls/{sid(1)}"


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Desk:
    add_call(tmp_path, 1, slots=Slots(name="Maria Lopez"))
    recordings = tmp_path / "recordings"
    index = CallIndex(recordings, tmp_path / "index.sqlite", make_desk(tmp_path).zone)
    index.refresh()
    tags = TagBook(tmp_path / "monitoring" / "tags.jsonl", recordings / "index.jsonl")
    made = make_desk(tmp_path, clock, index=index, tags=tags, journal=None)
    list(add_users(made))
    return made


async def test_a_tag_is_kept_and_shows_in_the_index_at_once(desk: Desk, staff: Browser) -> None:
    answer = await staff.act(f"{AT}/tag", {"quality": "corrected", "right_answer": "We close at 5.", "note": "hours"})
    assert (answer.status_code, answer.json()) == (200, {"quality": "corrected"})
    tag = desk.tags.of(sid(1))
    assert tag is not None
    assert (tag.right_answer, tag.note, tag.by) == ("We close at 5.", "hours", "sofia")
    row = desk.index.row(sid(1))
    assert row is not None
    assert row.quality_tag == "corrected"
    assert audit_of(desk)[-1] == ("sofia", "tag", sid(1), "corrected")


async def test_a_tag_is_taken_away(desk: Desk, staff: Browser) -> None:
    await staff.act(f"{AT}/tag", {"quality": "good"})
    assert (await staff.act(f"{AT}/tag", {"quality": None})).json() == {"quality": None}
    assert desk.tags.of(sid(1)) is None


async def test_a_corrected_call_needs_the_right_answer(staff: Browser) -> None:
    answer = await staff.act(f"{AT}/tag", {"quality": "corrected", "right_answer": "  "})
    assert (answer.status_code, answer.json()["field"]) == (422, "right_answer")
    assert (await staff.act(f"{AT}/tag", {"quality": "great"})).status_code == 422
    assert (await staff.act(f"{AT}/tag", {"quality": "good", "note": "x" * 4001})).status_code == 422


async def test_a_call_that_is_not_there_has_no_tag_and_no_scenario(staff: Browser) -> None:
    for path, body in ((f"/calls/{sid(2)}/tag", {"quality": "good"}), (f"/calls/{sid(2)}/scenario", {})):
        answer = await staff.act(path, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "no-call")


APPROVED = "name: wrong_hours\nsteps:\n  - say: When do you close?\n"


async def test_a_scenario_is_drafted_and_kept_when_it_is_approved(desk: Desk, staff: Browser) -> None:
    drafted = (await staff.act(f"{AT}/scenario", {})).json()
    assert drafted["name"].startswith("draft_")
    assert f"name: {drafted['name']}" in drafted["yaml"]
    assert "Lopez" not in drafted["yaml"]
    folder = desk.settings.monitoring_dir / "scenarios"
    assert not folder.exists(), "nothing is kept before somebody approved it"
    saved = await staff.act(f"{AT}/scenario", {"yaml": APPROVED, "name": "wrong-hours"})
    assert saved.json() == {"saved": "wrong-hours.yaml"}
    kept = folder / "wrong-hours.yaml"
    assert kept.read_text() == APPROVED
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    again = await staff.act(f"{AT}/scenario", {"yaml": APPROVED, "name": "wrong-hours"})
    assert (again.status_code, again.json()["code"]) == (409, "scenario-exists")
    assert (await staff.act(f"{AT}/scenario", {"yaml": APPROVED})).json() == {"saved": "wrong_hours.yaml"}
    assert [action for _, action, call, _ in audit_of(desk) if call] == ["draft-scenario", *["save-scenario"] * 3]


@pytest.mark.parametrize("text", ["{", "- a", "name: x", "steps: 5", "[" * 5000])
async def test_what_is_no_scenario_is_not_kept(desk: Desk, staff: Browser, text: str) -> None:
    answer = await staff.act(f"{AT}/scenario", {"yaml": text})
    assert (answer.status_code, answer.json()["field"]) == (422, "yaml")
    assert not (desk.settings.monitoring_dir / "scenarios").exists()


@pytest.mark.parametrize("told", ["I am Maria Lopez", "LOPEZ, that is", "call (305) 555-0123", "3 0 5 5 5 5 0 1 2 3"])
async def test_a_scenario_that_tells_who_called_is_not_kept(desk: Desk, staff: Browser, told: str) -> None:
    answer = await staff.act(f"{AT}/scenario", {"yaml": f"{APPROVED}  - say: {told}\n"})
    assert (answer.status_code, answer.json()["code"]) == (422, "still-tells-who-called")
    assert not (desk.settings.monitoring_dir / "scenarios").exists()


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "x.yaml", "Ü", "a b", "a" * 61])
async def test_a_scenario_s_name_is_no_path(desk: Desk, staff: Browser, name: str) -> None:
    answer = await staff.act(f"{AT}/scenario", {"yaml": APPROVED, "name": name})
    assert (answer.status_code, answer.json()["field"]) == (422, "name")
    assert not (desk.settings.monitoring_dir / "scenarios").exists()


@pytest.mark.parametrize("line", ["at: 2026-13-45", f"many: {'9' * 5000}", "name: 5", "name: [a, b]"])
async def test_values_that_are_none_make_no_scenario(desk: Desk, staff: Browser, line: str) -> None:
    answer = await staff.act(f"{AT}/scenario", {"yaml": f"{line}\nsteps: []\n"})
    assert (answer.status_code, answer.json()["field"]) == (422, "yaml")
    assert not (desk.settings.monitoring_dir / "scenarios").exists()


async def test_what_is_no_scenario_is_not_kept_under_a_name_either(desk: Desk, staff: Browser) -> None:
    answer = await staff.act(f"{AT}/scenario", {"yaml": "anything", "name": "wrong-hours"})
    assert (answer.status_code, answer.json()["field"]) == (422, "yaml")
    assert not (desk.settings.monitoring_dir / "scenarios").exists()
