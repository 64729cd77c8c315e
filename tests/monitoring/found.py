"""Findings and finished calls for the tests of runs; invented throughout."""

import json
from pathlib import Path
from typing import Any

from call import CallRecord
from monitoring.suggestion import Evidence, SuggestedChange, Suggestion
from tests.monitoring.calls import append, end_line, sid


def flagged(number: int = 1, said: str = "We open at six.", **fields: Any) -> Suggestion:
    """Something for people to look at."""
    wanted = {
        "call_sid": sid(number),
        "severity": "medium",
        "issue_type": "factual_error",
        "description": "AVA said what no record says.",
        "suggested_action": "flag_for_review",
        "reader": "rules.test",
        "evidence": (Evidence(at_sec=1.0, said=said),),
    }
    return Suggestion(**{**wanted, **fields})


def changing(number: int = 1, change: SuggestedChange | None = None, **fields: Any) -> Suggestion:
    """Something that a change would mend; the same change has the same id, whatever call it shows in."""
    change = change or SuggestedChange(
        file="rag/data/avc_hours.jsonl", record_id="hours-kendall-weekday", field="closes", old="17:00", new="18:00"
    )
    return flagged(number, suggested_action="rag_update", suggested_change=change, **fields)


def add_call(data_dir: Path, number: int, *, slow: bool = False, **fields: Any) -> None:
    """A finished call: its folder with a record, and its line in the index. `slow`: an answer took nine seconds."""
    line = end_line(number, **fields)
    folder = data_dir / "recordings" / line["path"]
    folder.mkdir(parents=True)
    record = CallRecord(
        call_sid=sid(number), account_sid="AC" + "0" * 32, caller="+13055550123", called="+13055550100",
        started_at=line["started_at"], ended_at=line["started_at"], duration_sec=60.0, outcome=line["outcome"],
    )  # fmt: skip
    (folder / "call.json").write_text(record.model_dump_json())
    event = {"t": 3.0, "at": line["started_at"], "type": "latency", "v2v_ms": 9000.0}
    (folder / "events.jsonl").write_text(json.dumps(event) + "\n" if slow else "")
    append(data_dir / "recordings" / "index.jsonl", line)
