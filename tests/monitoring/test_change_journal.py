"""The journal of changes: a line that is none of ours must not stand in the way of changes."""

from pathlib import Path
from typing import Any

import pytest

from monitoring.change_journal import ChangeJournal
from monitoring.kept import JsonLines
from tests.fakes.clock import FakeClock

BEGUN: dict[str, Any] = {
    "id": "a1", "step": "begun", "at": "2026-11-23T15:00:00+00:00", "by": "sofia", "why": "hours", "undoes": None,
    "file": "rag/data/avc_hours.jsonl", "record_id": "hours-1", "field": None, "line": 1, "old_line": "a",
    "new_line": "b", "before": "x", "after": "y",
}  # fmt: skip
DONE = {
    "id": "a1",
    "step": "done",
    "at": "2026-11-23T15:00:01+00:00",
    "commit": "c0ffee",
    "where": "main",
    "live": "taken",
}


def test_a_change_is_its_lines_together(tmp_path: Path) -> None:
    JsonLines(tmp_path / "changes.jsonl").append(BEGUN, DONE)
    (applied,) = ChangeJournal(tmp_path / "changes.jsonl", FakeClock()).applied()
    assert (applied.id, applied.by, applied.commit, applied.live) == ("a1", "sofia", "c0ffee", "taken")


@pytest.mark.parametrize(
    "odd",
    [{"id": {}}, {"id": [1], "step": "done"}, {"file": None}, {"at": "once"}, {"at": 5}, {"by": {}}, {"line": "1"},
     {"record_id": [1]}, {"old_line": None}],
)  # fmt: skip
def test_a_line_that_is_none_of_ours_is_no_change(tmp_path: Path, odd: dict[str, Any]) -> None:
    JsonLines(tmp_path / "changes.jsonl").append(BEGUN, DONE, {**BEGUN, "id": "a2", **odd})
    journal = ChangeJournal(tmp_path / "changes.jsonl", FakeClock())
    assert [one.id for one in journal.applied()] == ["a1"]
    assert list(journal.entries()) == ["a1"], "nothing waits to be settled"
