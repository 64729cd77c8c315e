from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bench.gate.evidence import CallEvidence, Census, Ending, Evidence, Extractions
from bench.gate.judge import (
    answered,
    ask_from,
    ended_by_ava,
    failures_visible,
    judge,
    nothing_left,
    quick,
    verdict,
)
from tests.bench.fakes import NOW, call, census

TEN = tuple(call() for _ in range(10))
LATER = census(counters=Extractions({"ok": 3.0}, {"parse": 1.0}))
NOT_YET = Ending("not-yet", "log not there yet", NOW)


def with_one(**changes: Any) -> tuple[CallEvidence, ...]:
    return (*TEN[:6], call(**changes), *TEN[7:])


def test_ten_good_calls_pass_all_five_conditions() -> None:
    rows = judge(Evidence(TEN, census(), LATER))
    assert [(row.number, row.result) for row in rows] == [(number, "pass") for number in range(1, 6)]
    assert verdict(rows) == "pass"


@pytest.mark.parametrize(
    ("number", "evidence"),
    [
        (1, Evidence(with_one(unanswered=1), census(), LATER)),
        (1, Evidence(with_one(utterances=0), census(), LATER)),
        (2, Evidence(TEN, census(), replace(LATER, tasks=7))),
        (2, Evidence(TEN, census(), replace(LATER, processes=3))),
        (2, Evidence(TEN, census(), replace(LATER, slots=1))),
        (2, Evidence(TEN, census(pid=2), LATER)),
        (3, Evidence(with_one(ending=Ending("other", "caller, no requests of ours")), census(), LATER)),
        (4, Evidence(TEN, census(), census())),
        (4, Evidence(TEN, census(), census(counters=None))),
        (5, Evidence(with_one(v2v_ms=(3000.0,)), census(), LATER)),
        (5, Evidence(with_one(service_ms=(3000.0,)), census(), LATER)),
    ],
)
def test_each_fault_fails_its_own_condition_and_the_gate(number: int, evidence: Evidence) -> None:
    rows = judge(evidence)
    assert [row.number for row in rows if row.result != "pass"] == [number]
    assert verdict(rows) == "fail"


@pytest.mark.parametrize("condition", [answered, ended_by_ava])
def test_nine_calls_are_too_few(condition: Any) -> None:
    assert condition(TEN[:9]).result == "fail"
    assert condition(TEN).result == "pass"


def test_a_call_without_an_utterance_is_named() -> None:
    assert "no utterance in call 7" in answered(with_one(utterances=0)).figures


@pytest.mark.parametrize(("before", "after"), [(None, None), (census(), None), (None, census())])
def test_what_was_not_counted_is_not_passed(before: Census | None, after: Census | None) -> None:
    assert nothing_left(before, after).result == "fail"


def test_fewer_tasks_than_before_and_more_threads_are_no_zombies() -> None:
    assert nothing_left(census(), census(tasks=5, threads=30)).result == "pass"


def test_a_log_that_is_not_there_yet_is_neither_passed_nor_failed() -> None:
    later = replace(NOT_YET, ask_from=NOW + timedelta(minutes=3))
    calls = (*with_one(ending=later)[:9], call(ending=NOT_YET))
    rows = judge(Evidence(calls, census(), LATER))
    assert [row.result for row in rows] == ["pass", "pass", "not yet", "pass", "pass"]
    assert verdict(rows) == "not yet"
    assert ask_from(calls) == later.ask_from


def test_a_failure_outweighs_what_is_not_there_yet() -> None:
    calls = (call(ending=NOT_YET), call(ending=Ending("other", "completed, no request of ours")), *TEN[2:])
    assert ended_by_ava(calls).result == "fail"
    assert verdict(judge(Evidence((call(ending=NOT_YET), *TEN[2:]), census(), LATER))) == "fail"


def test_there_is_nothing_to_ask_again_where_all_is_told() -> None:
    assert ask_from(TEN) is None


def test_the_rate_counts_answers_and_is_of_these_calls_alone() -> None:
    before = census(counters=Extractions({"ok": 100.0}, {"parse": 50.0}))
    after = census(counters=Extractions({"ok": 102.0, "repaired": 1.0, "rules": 1.0}, {"parse": 52.0, "schema": 1.0}))
    extractions = Evidence((), before, after).extractions
    assert extractions is not None
    assert (extractions.attempts, extractions.failed, extractions.rate) == (6, 3, 0.5)
    row = failures_visible(extractions)
    assert row.result == "pass", "how high the rate is decides nothing"
    assert "50.0%: 3 of 6 answers, parse 2, schema 1" in row.figures


def test_an_engine_that_never_answers_leaves_a_rate_to_read() -> None:
    row = failures_visible(Extractions({"rules": 4.0}, {"engine": 4.0}))
    assert (row.result, row.figures[:6]) == ("pass", "100.0%")


@pytest.mark.parametrize(("slow", "result"), [(1, "pass"), (2, "fail")])
def test_the_slowest_of_twenty_turns_may_be_slow_but_not_the_second(slow: int, result: str) -> None:
    values = (600.0,) * (20 - slow) + (4000.0,) * slow
    assert quick([call(v2v_ms=values)]).result == result


def test_calls_without_a_measured_turn_are_not_quick() -> None:
    assert quick([call(v2v_ms=())]).result == "fail"
    assert quick([call(service_ms=())]).result == "fail"
    assert verdict([]) == "fail"
