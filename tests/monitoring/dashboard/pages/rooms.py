"""Desks for the tests of pages: a real index and queue in a folder of the test's own, changes that are only noted."""

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config import Settings
from monitoring.desk import Desk
from monitoring.index import DATABASE, CallIndex
from monitoring.suggestion import Evidence, SuggestedChange, Suggestion
from monitoring.suggestions import SUGGESTIONS_FILE, SuggestionQueue
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import sid
from tests.monitoring.dashboard.parts import FakeChanges, FakeMonitor, FakeSchedule
from tests.monitoring.dashboard.site import add_users, make_desk

ZONE = ZoneInfo("America/New_York")
NOBODY_LISTENS = 1  # a port that no service has
HOURS = "rag/data/avc_hours.jsonl"


class Switched:
    """The switches of monitoring."""

    def __init__(self, enabled: bool = True) -> None:
        self.enabled = enabled


def room(folder: Path, clock: FakeClock | None = None, **parts: Any) -> Desk:
    """A desk with users, an index over `folder` and a queue in it."""
    clock = clock or FakeClock()
    settings = parts.pop("settings", None) or Settings(data_dir=folder, port=NOBODY_LISTENS)
    given: dict[str, Any] = {
        "index": CallIndex(settings.recordings_dir, settings.monitoring_dir / DATABASE, ZONE),
        "queue": SuggestionQueue(settings.monitoring_dir / SUGGESTIONS_FILE, clock),
        "changes": FakeChanges(),
        "monitor": FakeMonitor(),
        "schedule": FakeSchedule(),
        "state": Switched(),
        **parts,
    }
    desk = make_desk(folder, clock, settings=settings, **given)
    list(add_users(desk))
    return desk


def finding(number: int = 1, **fields: Any) -> Suggestion:
    """A finding about hours, in an invented call."""
    change = SuggestedChange(
        file=HOURS, record_id="hours-kendall-weekday", field="closes", old="17:00", new=f"{number % 6 + 18}:00"
    )
    values: dict[str, Any] = {
        "call_sid": sid(number),
        "severity": "medium",
        "issue_type": "factual_error",
        "description": f"The hours differ ({number}).",
        "suggested_action": "rag_update",
        "suggested_change": change,
        "reader": "rules.record_conflict",
        "evidence": (Evidence(at_sec=41.3, said="We close at six.", record_ids=("hours-kendall-weekday",)),),
    }
    return Suggestion(**(values | fields))


def flag(number: int = 1, **fields: Any) -> Suggestion:
    """A finding that suggests no change."""
    plain: dict[str, Any] = {"suggested_change": None, "suggested_action": "flag_for_review", "issue_type": "latency"}
    return finding(number, **(plain | fields))


def text_of(html: str) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def assert_nothing_inline(html: str) -> None:
    """What the Content-Security-Policy would stop: styles and scripts inside the page."""
    assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=", html)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)", html)
