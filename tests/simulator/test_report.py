from typing import Any

import pytest

from simulator.report import CallReport, check
from simulator.scenario import Expectation
from simulator.wire import TurnFigures

LEAD = {
    "name": "Maria Lopez",
    "phone": "+13055550123",
    "insurance_vision": None,
    "preferred_windows": [{"day": "2026-12-01", "time": "10:00"}],
}


def report(**changes: Any) -> CallReport:
    made = CallReport("test", "CA1", ended_by="ava", how="rest_completed")
    made.greeting_ms = 200
    made.turns = [TurnFigures("a", 1.0, 600.0, True, None), TurnFigures("b", 2.0, 900.0, True, 350.0)]
    made.ava_words = ["I am automated.", "Goodbye."]
    made.lead, made.outcome, made.recorded = LEAD, "completed", True
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def failures(report: CallReport, **expected: Any) -> list[str]:
    return check(Expectation.model_validate(expected), report, knows_words=True)


def test_what_is_not_expected_is_not_checked() -> None:
    assert failures(report(lead=None, outcome=None)) == []


@pytest.mark.parametrize(
    "expected",
    [
        {"lead": {"name": "/^maria/", "phone": "+13055550123", "insurance_vision": None}},
        {"lead": {"preferred_windows.0.time": "10:00"}},
        {"window": {"weekday": "tue", "time": "10:00"}},
        {"said": ["AUTOMATED", "good.?bye"], "not_said": ["guarantee"]},
        {"ended_by": "ava", "outcome": "completed", "recorded": True},
        {"max_greeting_ms": 300, "max_v2v_ms": 1000, "median_v2v_ms": 750, "max_barge_in_stop_ms": 400},
        {"underruns": 0, "unanswered": 0, "barge_ins": 1},
    ],
)
def test_a_call_as_expected_passes(expected: dict[str, Any]) -> None:
    assert failures(report(), **expected) == []


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ({"lead": {"name": "/pedro/"}}, "lead.name"),
        ({"lead": {"phone": None}}, "lead.phone"),
        ({"lead": {"preferred_windows.1.time": "10:00"}}, "preferred_windows.1"),
        ({"window": {"weekday": "mon"}}, "weekday is tue"),
        ({"window": {"part": "morning"}}, "part is None"),
        ({"no_lead": True}, "expected none"),
        ({"said": ["welcome"]}, "did not say"),
        ({"not_said": ["goodbye"]}, "AVA said"),
        ({"ended_by": "caller"}, "ended by ava"),
        ({"outcome": "idle"}, "outcome completed"),
        ({"transfer_to": "+13055550110"}, "nobody"),
        ({"recorded": False}, "recorded"),
        ({"max_v2v_ms": 800}, "slowest voice-to-voice, ms: 900"),
        ({"max_greeting_ms": 100}, "greeting"),
        ({"barge_ins": 2}, "at least 2"),
    ],
)
def test_a_call_that_differs_says_how(expected: dict[str, Any], told: str) -> None:
    (failure,) = failures(report(), **expected)
    assert told in failure


def test_a_missing_figure_is_a_failure_and_not_a_pass() -> None:
    assert failures(report(greeting_ms=None), max_greeting_ms=300) == ["greeting, ms: none; expected at most 300"]


def test_a_missing_lead_is_one_failure() -> None:
    assert failures(report(lead=None), lead={"name": "x"}, window={"weekday": "mon"}) == ["no lead was saved"]


def test_an_unanswered_turn_fails_unless_it_is_allowed() -> None:
    silent = report(turns=[TurnFigures("a", 1.0, None, False, None)])
    assert failures(silent) == ["unanswered turns: 1; expected at most 0"]
    assert failures(silent, unanswered=1) == []


def test_problems_of_the_wire_always_fail() -> None:
    broken = report(ended_by="failed", problem="11200", protocol_errors=["31951: x", "31951: x"])
    assert failures(broken) == ["the call failed: 11200", "protocol: 31951: x"]


def test_a_report_turns_into_plain_values() -> None:
    values = report().to_dict()
    assert values["median_v2v_ms"] == 750
    assert values["turns"][0]["text"] == "a"
