"""What left the practice is read back whole; a line that is none of ours hides nothing."""

import json
from pathlib import Path

import pytest

from monitoring.external.outbound import OutboundLog
from tests.fakes.clock import FakeClock

SID = "CA" + "a" * 32


@pytest.mark.parametrize(
    "foreign",
    [
        {"of": ["a list"]},
        {"id": 7, "at": "2026-11-23T02:00:00+00:00", "call_sid": SID, "provider": "x", "model": "y", "text": "z"},
        {"id": "b", "at": "yesterday", "call_sid": SID, "provider": "x", "model": "y", "text": "z"},
        {"id": "c", "at": None, "call_sid": SID, "provider": "x", "model": "y", "text": "z"},
    ],
)
def test_a_foreign_line_hides_no_request_that_left(tmp_path: Path, foreign: dict[str, object]) -> None:
    path = tmp_path / "outbound.jsonl"
    log = OutboundLog(path, FakeClock())
    log.leaving(SID, "anthropic", "a-model", "the prefix", "the text")
    with path.open("a") as lines:
        lines.write(json.dumps(foreign) + "\n")
    assert [(one.call_sid, one.prefix, one.text) for one in log.all()] == [(SID, "the prefix", "the text")]
