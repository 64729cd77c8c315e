"""The audit log: what a line holds, that it only grows, and how it is read."""

import json
import stat
from pathlib import Path

import pytest

from errors import StorageError
from monitoring.audit import Audit
from tests.fakes.clock import FakeClock

SID = "CA" + "0" * 31 + "1"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def audit(tmp_path: Path, clock: FakeClock) -> Audit:
    return Audit(tmp_path / "monitoring" / "audit.jsonl", clock)


def test_a_note_says_who_what_which_call_and_when(audit: Audit, tmp_path: Path) -> None:
    audit.note("sofia", "play", call=SID)
    audit.note(None, "login-failed")
    path = tmp_path / "monitoring" / "audit.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines == [
        {"at": "2026-11-23T15:00:00+00:00", "user": "sofia", "action": "play", "call": SID},
        {"at": "2026-11-23T15:00:00+00:00", "action": "login-failed"},
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_log_only_grows(audit: Audit, tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "monitoring" / "audit.jsonl"
    audit.note("sofia", "login")
    first = path.read_bytes()
    Audit(path, clock).note("adam", "login")
    assert path.read_bytes().startswith(first)
    offered = {name for name in dir(Audit) if not name.startswith("_")}
    assert offered == {"note", "entries", "page"}, "nothing edits or deletes"


@pytest.mark.parametrize(
    "note", [{"action": "Maria said hello"}, {"action": "x", "detail": "a b"}, {"action": "x\ny"}, {"action": ""}]
)
def test_words_are_not_noted(audit: Audit, tmp_path: Path, note: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="codes only"):
        audit.note("sofia", **note)
    with pytest.raises(ValueError, match="CallSids only"):
        audit.note("sofia", "play", call="../../etc/passwd")
    assert not (tmp_path / "monitoring" / "audit.jsonl").exists()


def test_a_note_that_cannot_be_written_is_told(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    with pytest.raises(StorageError):
        Audit(tmp_path / "audit.jsonl", clock).note("sofia", "play")


def test_entries_come_newest_first_in_pages(audit: Audit, clock: FakeClock) -> None:
    for number in range(7):
        audit.note("sofia", f"view-{number}")
        clock.pass_time(1)
    page = audit.page(page=2, per_page=3)
    assert [entry.action for entry in page.entries] == ["view-3", "view-2", "view-1"]
    assert (page.total, page.page, page.pages) == (7, 2, 3)
    assert audit.page(page=99, per_page=3).page == 3
    assert audit.page(page=-1).page == 1


def test_entries_are_found_by_user_action_and_call(audit: Audit) -> None:
    audit.note("sofia", "play", call=SID)
    audit.note("adam", "play", call=SID)
    audit.note("sofia", "login")
    assert [entry.user for entry in audit.page(action="play").entries] == ["adam", "sofia"]
    assert [entry.action for entry in audit.page(user="sofia").entries] == ["login", "play"]
    assert audit.page(user="sofia", action="play", call=SID).total == 1
    assert audit.page(call="CA" + "9" * 32).total == 0


def test_torn_lines_are_passed_over_and_counted(audit: Audit, tmp_path: Path) -> None:
    audit.note("sofia", "login")
    with (tmp_path / "monitoring" / "audit.jsonl").open("a") as file:
        file.write('{"at": "yesterday", "action": "x"}\n{"at": "2026-11-')
    audit.note("adam", "login")
    page = audit.page()
    assert [entry.user for entry in page.entries] == ["adam", "sofia"]
    assert page.torn == 2


def test_no_log_yet_is_an_empty_one(audit: Audit) -> None:
    assert audit.page().entries == ()
    assert audit.page().pages == 1


@pytest.mark.parametrize("field", ["user", "action", "call", "detail", "at"])
def test_a_line_whose_values_are_of_another_kind_is_passed_over(tmp_path: Path, clock: FakeClock, field: str) -> None:
    audit = Audit(tmp_path / "audit.jsonl", clock)
    audit.note("sofia", "play", call=SID, detail="x")
    line = json.loads((tmp_path / "audit.jsonl").read_text())
    with (tmp_path / "audit.jsonl").open("a") as stream:
        stream.write(json.dumps({**line, field: [1]}) + "\n")
    assert [one.action for one in audit.entries()] == ["play"]
    assert audit.page().torn == 1
