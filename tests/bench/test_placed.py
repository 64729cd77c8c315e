from pathlib import Path
from typing import Any

import pytest

from bench.gate.evidence import Ending, GateError
from bench.gate.placed import MIX, evidence_of, place_calls
from simulator.report import CallReport
from simulator.scenario import load_scenario
from simulator.twilio import Account, SimulatedTwilio
from simulator.wire import TurnFigures
from tests.bench.fakes import NOW, call_sid, ended, turn, write_call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sid = write_call(tmp_path, 1, [*turn(10.0, 10.6), *turn(20.0, 20.6), ended(30.0)], started_at=NOW)
    return next(tmp_path.glob(f"*/*/*/{sid}"))


def report(folder: Path | None, **changes: Any) -> CallReport:
    made = CallReport("test", call_sid(1), ended_by="ava", how="rest_completed", folder=str(folder) if folder else None)
    made.turns = [TurnFigures("a", 1.0, 600.0, True, None), TurnFigures("b", 2.0, None, True, 300.0)]
    made.rest_requests = {"hang_up 200": 1}
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def test_a_good_call_is_two_utterances_answered_and_ended_by_ava(folder: Path) -> None:
    call = evidence_of(report(folder))
    assert (call.utterances, call.unanswered, call.ending, call.remarks) == (2, 0, Ending("ava", "hang-up"), ())
    assert (call.service_ms, call.v2v_ms) == ((40.0, 40.0), (600.0,))


@pytest.mark.parametrize(
    ("ended_by", "requests", "by"),
    [
        ("ava", {"hang_up 200": 1}, "ava"),
        ("transfer", {"twiml 200": 1}, "ava"),
        ("ava", {"hang_up 200": 1, "hang_up 500": 2}, "ava"),
        ("caller", {}, "other"),
        ("transfer", {}, "other"),
        ("ava", {"hang_up 200": 2}, "other"),
        ("ava", {"hang_up 200": 1, "twiml 200": 1}, "other"),
        ("caller", {"hang_up 404": 1}, "other"),
        ("twiml", {"hang_up 404": 1}, "other"),
    ],
)
def test_one_request_that_succeeded_is_avas_end(folder: Path, ended_by: str, requests: dict[str, int], by: str) -> None:
    assert evidence_of(report(folder, ended_by=ended_by, rest_requests=requests)).ending.by == by


def test_of_wire_and_record_the_one_that_knows_of_more_silence_counts(folder: Path, tmp_path: Path) -> None:
    silent = [TurnFigures("a", 1.0, None, False, None)]
    assert evidence_of(report(folder, turns=silent)).unanswered == 1
    (folder / "events.jsonl").unlink()
    write_call(tmp_path / "other", 1, [*turn(10.0), ended(30.0)], started_at=NOW)
    assert evidence_of(report(next((tmp_path / "other").glob("*/*/*/CA*")))).unanswered == 1


def test_what_was_not_as_expected_is_remarked(folder: Path) -> None:
    call = evidence_of(report(folder, failures=["underruns: 3"], sender_late_ms=250.0))
    assert call.remarks[0] == "underruns: 3"
    assert "250 ms late" in call.remarks[1]
    lost = evidence_of(report(None))
    assert lost.service_ms == ()
    assert lost.remarks == ("there is no record of it",)


@pytest.mark.parametrize("name", sorted({name for mix in MIX.values() for name in mix}))
def test_the_mixes_are_ten_calls_of_scenarios_in_which_ava_ends_the_call(name: str) -> None:
    path = Path(__file__).parents[2] / "bench" / "scenarios" / f"{name}.yaml"
    scenario = load_scenario(path if path.is_file() else name)
    assert scenario.expect.ended_by in ("ava", "transfer")
    assert any(step.say for step in scenario.steps)
    assert [len(mix) for mix in MIX.values()] == [10, 10]


class _NobodyAnswers:
    """A box without a webhook."""

    url = "http://127.0.0.1:9"
    slots = 0

    async def census(self) -> "_NobodyAnswers":
        return self


async def test_a_first_call_that_cannot_be_placed_ends_the_gate(tmp_path: Path) -> None:
    box: Any = _NobodyAnswers()
    async with SimulatedTwilio(Account("token"), box.url) as twilio:
        with pytest.raises(GateError, match="no call can be placed"):
            await place_calls(box, twilio, tmp_path, ["gate_key"], lambda _: None)
        box.slots = 1
        with pytest.raises(GateError, match="on the line"):
            await place_calls(box, twilio, tmp_path, ["gate_key"], lambda _: None)
