from pathlib import Path
from typing import Any

import pytest

from bench.gate.evidence import GateError
from bench.gate.records import count_answers, finished_calls, told_by
from tests.bench.fakes import NOW, call_sid, ended, turn, write_call

Events = list[dict[str, Any]]
IDLE: dict[str, Any] = {"t": 16.0, "type": "idle", "times": 1}
NOISE: dict[str, Any] = {"t": 10.0, "type": "nothing_heard"}


@pytest.mark.parametrize(
    ("events", "counted"),
    [
        ([*turn(10.0, 10.6), *turn(20.0, 20.7), ended(30.0)], (2, 0)),
        ([*turn(10.0, 10.6), *turn(20.0), ended(30.0)], (2, 1)),
        ([*turn(10.0), *turn(20.0, 20.6), ended(30.0)], (2, 1)),
        ([*turn(10.0), *turn(12.0, 12.6), ended(30.0)], (2, 0)),
        ([*turn(10.0, 18.5), ended(30.0)], (1, 1)),
        ([*turn(10.0), IDLE, *turn(15.0, 16.1)[1:], ended(30.0)], (1, 1)),
        ([*turn(10.0, 10.6), IDLE, ended(30.0, "idle")], (1, 0)),
        ([NOISE, *turn(10.0, 10.6)[1:], ended(30.0)], (1, 0)),
        ([NOISE, ended(30.0)], (1, 1)),
        ([*turn(10.0), {"t": 10.5, "type": "sentence_ava", "text": "Yes."}, ended(30.0)], (1, 1)),
        ([*turn(10.0), ended(12.9, "caller_hung_up")], (1, 0)),
        ([*turn(10.0), ended(13.1, "caller_hung_up")], (1, 1)),
        ([*turn(10.0), ended(10.5, "failed")], (1, 1)),
        ([*turn(10.0)], (1, 1)),
        ([ended(5.0)], (0, 0)),
    ],
    ids=[
        "all answered",
        "the last one not",
        "the first one not, and the answer to the second comes too late for it",
        "speech that goes on before the answer",
        "an answer after 8.5 s",
        "only asked whether somebody is still there",
        "asked so after the answer",
        "noise that is answered",
        "noise that is not",
        "a sentence of which nothing sounded",
        "the caller was gone at once",
        "the caller waited and went",
        "our side broke off",
        "a record without an end",
        "a caller who said nothing",
    ],
)
def test_an_utterance_is_answered_when_ava_is_heard_after_it(events: Events, counted: tuple[int, int]) -> None:
    assert count_answers(events) == counted


def test_a_call_is_told_in_figures_alone(tmp_path: Path) -> None:
    write_call(tmp_path, 1, [*turn(10.0, 10.6), *turn(20.0, 20.6), ended(30.0)], started_at=NOW)
    (finished,) = finished_calls(tmp_path)
    assert (finished.call_sid, finished.outcome, finished.duration_sec) == (call_sid(1), "completed", 41.0)
    told = told_by(finished.folder)
    assert (told.service_ms, told.v2v_ms) == ((40.0, 40.0), (590.0, 590.0))
    assert "secret" not in repr(told)


def test_lines_of_the_index_that_are_torn_or_no_call_are_passed_over(tmp_path: Path) -> None:
    write_call(tmp_path, 1, [], started_at=NOW)
    with (tmp_path / "index.jsonl").open("a") as index:
        index.write('[]\n{"call_sid": "../../etc", "started_at": "2026-11-23", "duration_sec": 1}\n{"call_sid": "CA')
    assert [call.call_sid for call in finished_calls(tmp_path)] == [call_sid(1)]


def test_no_index_is_no_call(tmp_path: Path) -> None:
    assert finished_calls(tmp_path) == []


def test_an_index_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "index.jsonl").mkdir()
    with pytest.raises(GateError, match="cannot be read"):
        finished_calls(tmp_path)


def test_a_call_without_its_record_is_told(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="the record of call"):
        told_by(tmp_path / call_sid(1))
