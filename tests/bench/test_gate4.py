"""Gate 4: what is planted, what counts as found, and a gate that can fail."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bench.gate import command
from bench.gate.evidence import GateError
from bench.gate.judge import verdict
from bench.gate.monitoring import placed
from bench.gate.monitoring.calls import planted_calls
from bench.gate.monitoring.damage import damage
from bench.gate.monitoring.evidence import Fix, Monitored, Placed, the_fix
from bench.gate.monitoring.faulty_model import FAULTS, FaultyOllama, fault_for
from bench.gate.monitoring.judge import judge
from bench.gate.monitoring.records import answer_of, change_hours, planted_facts
from bench.gate.monitoring.report import NOT_PLANTED, show
from facts_files import facts_version, read_facts
from monitoring.rules import MANY, RULES
from monitoring.suggestion import SuggestedChange, Suggestion
from recording.mp3 import RATE_HZ, decode
from simulator.sample_calls import PLANTED, git

WRONG, RIGHT = PLANTED["answer"], PLANTED["answer"].replace("3:00", "1:00")
FIX = Fix(WRONG, "id", RIGHT, "Applied.", (RIGHT,), WRONG, "Undone.", 2)
CHANGE = SuggestedChange(file="rag/data/avc_faqs.jsonl", record_id=PLANTED["id"], field="answer", old=WRONG, new=RIGHT)


def sid(number: int) -> str:
    return f"CA{number:032x}"


def found(rule: str, number: int, **more: object) -> Suggestion:
    return Suggestion(
        call_sid=sid(number), severity="high", issue_type="other", description="found", reader=f"rules.{rule}",
        suggested_action="flag_for_review",
    ).model_copy(update=more)  # fmt: skip


def evidence() -> Monitored:
    """Three calls, all as they should be judged."""
    calls = (
        Placed("wrong_hour", sid(1), "", ("record_conflict",), (WRONG,)),
        Placed("again", sid(2), "", ("often_asked_again",), ()),
        Placed("clean", sid(3), "", (), ("We open at 8.",)),
    )
    reports = (found("record_conflict", 1, suggested_change=CHANGE), found("often_asked_again", 9, calls=(sid(2),)))
    return Monitored(calls, 0, 1.0, reports, FIX)


def failed(judged: Monitored) -> list[int]:
    return [row.number for row in judge(judged, wanted=3) if row.result == "fail"]


def test_everything_found_and_put_right_passes() -> None:
    rows = judge(evidence(), wanted=3)
    assert verdict(rows) == "pass"
    show(evidence(), rows)


def test_fewer_calls_or_none_that_is_clean_do_not_pass() -> None:
    assert [row.number for row in judge(evidence(), wanted=20) if row.result == "fail"] == [1]
    assert failed(replace(evidence(), calls=evidence().calls[:2])) == [1, 4]
    assert failed(replace(evidence(), calls=())) == [1, 3, 4, 6]


def test_a_run_that_failed_or_found_nothing_does_not_pass() -> None:
    assert failed(replace(evidence(), run_status=1)) == [2]
    assert failed(replace(evidence(), found=())) == [2, 3]


def test_a_planted_fault_that_was_reported_in_another_call_is_missed() -> None:
    elsewhere = replace(evidence(), found=(found("record_conflict", 2), found("often_asked_again", 2)))
    assert elsewhere.missed() == (("wrong_hour", "record_conflict"),)
    assert failed(elsewhere) == [3]


def test_a_report_on_a_clean_call_does_not_pass_and_is_named() -> None:
    rows = judge(replace(evidence(), found=(*evidence().found, found("latency", 3))), wanted=3)
    assert [row.number for row in rows if row.result == "fail"] == [4]
    assert "latency on clean" in rows[3].figures


@pytest.mark.parametrize(
    ("fix", "rows"),
    [
        (replace(FIX, applied=WRONG), [5]),
        (replace(FIX, applied_told=""), [5]),
        (replace(FIX, problems=("Uncaught TypeError",)), [5]),
        (replace(FIX, next_said=(WRONG,)), [6]),
        (replace(FIX, next_said=()), [6]),
        (replace(FIX, undone=RIGHT), [7]),
        (replace(FIX, commits=1), [7]),
        (Fix(WRONG), [5, 6, 7]),
    ],
)
def test_a_fix_that_did_not_take_does_not_pass(fix: Fix, rows: list[int]) -> None:
    assert failed(replace(evidence(), fix=fix)) == rows


def test_a_call_that_never_heard_the_wrong_hour_proves_nothing() -> None:
    first, *rest = evidence().calls
    assert failed(replace(evidence(), calls=(replace(first, said=("Good morning.",)), *rest))) == [6]


def test_the_script_has_twenty_calls_and_every_rule_is_planted_or_explained() -> None:
    calls = planted_calls()
    planted = {rule for call in calls for rule in call.planted}
    known = {name for name, _ in (*RULES, *MANY)}
    assert len(calls) == 20
    assert len({call.name for call in calls}) == 20
    assert planted <= known
    assert planted | NOT_PLANTED.keys() == known
    assert not planted & NOT_PLANTED.keys()
    assert calls[0].planted == ("record_conflict",)
    assert sum(not call.planted for call in calls) >= 3


def test_the_words_of_the_script_draw_the_faults_that_are_planted_in_them() -> None:
    drawn = {
        call.name: fault_for(step.say)
        for call in planted_calls()
        for step in call.scenario.steps
        if step.say and fault_for(step.say)
    }
    assert set(drawn.values()) == set(FAULTS)
    assert all(call.name not in drawn for call in planted_calls() if not call.planted)


async def test_the_model_is_true_until_a_caller_s_words_draw_a_fault() -> None:
    async with FaultyOllama() as model:
        note = {"role": "system", "content": "Say: May I have your name?"}

        def answer(words: str) -> str:
            return model.spoken({"messages": [{"role": "user", "content": words}, note]})

        assert answer("what are your hours") == "May I have your name?"
        assert model.drawn == []
        assert answer("i would like to cancel").endswith("any time you like. May I have your name?")
        assert len(model.drawn) == 1


def test_the_planted_answer_is_wrong_by_the_hours_and_they_change_cleanly(tmp_path: Path) -> None:
    facts = planted_facts(tmp_path / "repository")
    assert answer_of(facts) == WRONG
    before = facts_version(read_facts(facts))
    change_hours(facts)
    assert facts_version(read_facts(facts)) != before
    assert git(tmp_path / "repository", "diff", "--stat").count("|") == 1
    with pytest.raises(GateError):
        change_hours(facts)
    with pytest.raises(GateError):
        answer_of(facts, "no-such-record")


def test_damaged_recordings_are_what_a_failing_recorder_leaves(tmp_path: Path) -> None:
    call, another = tmp_path / "one", tmp_path / "another"
    for folder in (call, another):
        folder.mkdir()
        sound = 0.3 * np.sin(np.arange(2 * RATE_HZ) / 3)
        soundfile.write(folder / "audio.mp3", np.stack((sound, sound), 1), RATE_HZ, format="MP3")
        (folder / "call.json").write_text(json.dumps({"audio_sha256": "before"}))
    damage("caller_silent", call, another)
    samples = np.concatenate(list(decode((call / "audio.mp3").read_bytes()))).astype(float)
    assert abs(samples[:, 0]).max() < 300 < abs(samples[:, 1]).max()
    assert json.loads((call / "call.json").read_text())["audio_sha256"] != "before"
    damage("lost", call, another)
    assert not (call / "audio.mp3").exists()
    damage("kept", call, another)
    assert (call / "audio.mp3").read_bytes() == (another / "audio.mp3").read_bytes()
    damage("lost", call, another)
    with pytest.raises(GateError):
        damage("lost", call, another)


def test_without_a_suggestion_for_the_record_there_is_no_fix() -> None:
    assert the_fix(evidence().found, PLANTED["id"]).suggested_change == CHANGE
    with pytest.raises(GateError):
        the_fix(evidence().found[1:], PLANTED["id"])


async def test_without_a_browser_the_gate_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placed, "chromium_path", lambda: None)
    with pytest.raises(GateError, match="apt-get install chromium"):
        await placed.own_box(lambda line: None)


def test_the_exit_status_is_the_verdict_s(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    async def box(tell: placed.Tell) -> Monitored:
        return evidence()

    monkeypatch.setattr(placed, "own_box", box)
    assert command.main(["4"]) == 1, "three calls are too few"
    assert "NOT PASSED: 1" in capsys.readouterr().out
    assert command.main(["4", "--url", "http://127.0.0.1:1"]) == 2
    assert command.main(["5"]) == 2
