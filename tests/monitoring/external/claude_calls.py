"""What the tests of external readers share: settings, facts, invented calls, and what a stand-in answers about them."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from call import Slots
from config import Settings
from dialogue.sample import sample_facts
from facts_files import FACTS_DIR
from monitoring.case import CallCase, case_of
from monitoring.external import ExternalReader, reader_from
from monitoring.targets import Targets
from recording.replay import record_from_events
from tests.fakes.anthropic_server import KEY, AnthropicServer
from tests.fakes.clock import FakeClock

FACTS = sample_facts()
TARGETS = Targets(FACTS_DIR, Path(__file__).parents[3] / "dialogue" / "wording", FakeClock())
START = datetime(2026, 11, 23, 15, tzinfo=UTC)
CALLER = "+13055550123"
HOURS = next(record for record in FACTS.hours if record.id == "hours-kendall-weekday")
Talk = Sequence[tuple[str, str] | dict[str, Any]]


def settings(folder: Path, **changed: Any) -> Settings:
    """Settings that let text leave, to a stand-in."""
    given = {"monitoring_external": True, "anthropic_api_key": SecretStr(KEY), "data_dir": folder} | changed
    return Settings(**given)


def reader(folder: Path, server: AnthropicServer, *, read_timeout_sec: float = 0.3, **changed: Any) -> ExternalReader:
    made = reader_from(
        settings(folder, **changed), FACTS, base_url=server.url, targets=TARGETS, read_timeout_sec=read_timeout_sec
    )
    assert made is not None
    return made


def call(talk: Talk, *, number: int = 1, caller: str | None = CALLER) -> CallCase:
    """A finished call: pairs of who speaks and what, and slots as the call collects them."""
    sid = f"CA{number:032x}"
    start = {"sid": sid, "account_sid": "AC" + "0" * 32, "caller": caller, "called": ""}
    at = "2026-11-23T15:00:00+00:00"
    events: list[dict[str, Any]] = [
        {"t": 0.0, "at": at, "type": "call_started", "call": {**start, "started_at": at}},
    ]
    for second, step in enumerate(talk, start=1):
        head = {"t": float(second), "at": at}
        if isinstance(step, dict):
            slots = Slots.model_validate(step).model_dump(mode="json", exclude_defaults=True)
            events.append({**head, "type": "slots", "slots": slots})
        elif step[0] == "caller":
            events.append({**head, "type": "turn_caller", "index": second, "text": step[1], "understood": True})
        else:
            verdict = {"verdict": "allow", "rule": None, "evidence": "", "record_ids": [], "by_model": False}
            events.append({**head, "type": "verdict", "text": step[1], **verdict})
            events.append({**head, "type": "sentence_ava", "text": step[1]})
            events.append({**head, "type": "turn_ava", "text": step[1], "heard": step[1], "interrupted": False})
    events.append({"t": float(len(talk) + 1), "at": at, "type": "call_ended", "outcome": "completed"})
    return case_of(record_from_events(sid, events, fallback_time=START), events)


def text_sent(body: dict[str, Any]) -> str:
    """The text about the call in a request."""
    return str(body["messages"][-1]["content"])


def call_sid_in(body: dict[str, Any]) -> str:
    found = re.search(r'call_sid="([^"]+)"', text_sent(body))
    assert found
    return found[1]


def finding(**fields: Any) -> dict[str, Any]:
    return {
        "severity": "low",
        "issue_type": "other",
        "description": "An invented finding.",
        "suggested_action": "flag_for_review",
        "suggested_change": None,
        "lines": [1],
        "records": [],
        **fields,
    }


def answers(*findings: dict[str, Any]) -> Callable[[dict[str, Any]], str]:
    """A model that answers every request with these findings, about the call that it was given."""

    def answer(body: dict[str, Any]) -> str:
        return json.dumps({"findings": [{"call_sid": call_sid_in(body), **one} for one in findings]})

    return answer


def change(**fields: Any) -> dict[str, Any]:
    """A change of the weekday hours of an office, as a model writes it."""
    usual = {"file": "rag/data/avc_hours.jsonl", "record_id": HOURS.id, "field": "text", "old": HOURS.text}
    return {**usual, "new": HOURS.text, **fields}
