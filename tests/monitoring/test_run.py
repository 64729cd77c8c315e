import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from errors import EngineError, StorageError
from monitoring import run as run_module
from monitoring.case import CallCase
from monitoring.report import Progress, RunReport
from monitoring.run import LOOK_BACK_DAYS, Run
from monitoring.suggestion import Suggestion
from tests.fakes.clock import FakeClock
from tests.monitoring.calls import START, append, sid
from tests.monitoring.found import add_call, changing, flagged
from tests.monitoring.run_site import FakeReader, away, material


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START + timedelta(hours=20))


def finds_one(case: CallCase) -> tuple[Suggestion, ...]:
    return (flagged(int(case.call_sid[2:], 16)),)


def by_claude(case: CallCase) -> tuple[Suggestion, ...]:
    return (flagged(int(case.call_sid[2:], 16), said="another", reader="anthropic"),)


async def test_every_call_is_read_once_whatever_is_run_again(tmp_path: Path, clock: FakeClock) -> None:
    for number in (1, 2, 3):
        add_call(tmp_path, number)
    rules = FakeReader(finds=finds_one)
    on = material(tmp_path, clock, rules)
    report = await Run(on, "schedule").go()
    assert (report.outcome, report.found, report.code) == ("done", 3, None)
    assert {entry.suggestion.call_sid for entry in on.queue.open()} == {sid(1), sid(2), sid(3)}
    assert set(report.ids) == {entry.suggestion.id for entry in on.queue.open()}
    again = await Run(material(tmp_path, clock, rules), "hand").go()
    assert (again.outcome, again.found) == ("done", 0)
    add_call(tmp_path, 4)
    await Run(material(tmp_path, clock, rules), "shell").go()
    assert sorted(rules.was_given) == [sid(number) for number in (1, 2, 3, 4)]


async def test_flagged_calls_come_first_the_newest_of_them_before_others(tmp_path: Path, clock: FakeClock) -> None:
    for number in range(1, 9):
        add_call(tmp_path, number, failed_turns=3 if number in (2, 5) else 0)
    rules, claude = FakeReader(), FakeReader("anthropic")
    await Run(material(tmp_path, clock, rules, claude), "schedule").go()
    assert rules.was_given[:3] == [sid(5), sid(2), sid(8)]
    assert claude.was_given[:2] == [sid(5), sid(2)]
    assert sorted(claude.was_given) == sorted(rules.was_given)


async def test_what_tokens_do_not_suffice_for_is_a_fair_sample_and_read_the_next_nights(
    tmp_path: Path, clock: FakeClock
) -> None:
    for number in range(30):
        add_call(tmp_path, number, failed_turns=3 if number == 7 else 0)
    claude = FakeReader("anthropic", by_claude, tokens=100)
    report = await Run(material(tmp_path, clock, FakeReader(), claude, tokens=1000), "schedule").go()
    told = report.by("anthropic")
    assert told is not None
    assert (told.read, told.left, told.tokens, told.code) == (10, 20, 1000, "budget-spent")
    assert report.outcome == "done"
    assert claude.was_given[0] == sid(7)
    others = [int(one[2:], 16) for one in claude.was_given[1:]]
    assert others != sorted(others)
    assert others != sorted(others, reverse=True)
    for _ in range(2):
        tomorrow = FakeReader("anthropic", by_claude, tokens=100)
        await Run(material(tmp_path, clock, FakeReader(), tomorrow, tokens=1000), "schedule").go()
        claude.was_given += tomorrow.was_given
    assert sorted(claude.was_given) == [sid(number) for number in range(30)]


async def test_a_reader_that_says_its_budget_is_spent_is_asked_no_more(tmp_path: Path, clock: FakeClock) -> None:
    def spent(_: CallCase) -> tuple[Suggestion, ...]:
        raise EngineError("the tokens are used up", code="budget-spent")

    for number in range(5):
        add_call(tmp_path, number)
    claude = FakeReader("anthropic", spent)
    report = await Run(material(tmp_path, clock, FakeReader(), claude), "schedule").go()
    told = report.by("anthropic")
    assert told is not None
    assert (len(claude.was_given), told.code, told.left, told.failed) == (1, "budget-spent", 5, 0)
    assert report.failures == ()


async def test_a_model_that_is_away_costs_three_tries_and_the_rules_findings_stand(
    tmp_path: Path, clock: FakeClock
) -> None:
    for number in range(8):
        add_call(tmp_path, number)
    claude = FakeReader("anthropic", away)
    report = await Run(material(tmp_path, clock, FakeReader(finds=finds_one), claude), "schedule").go()
    told = report.by("anthropic")
    assert told is not None
    assert (told.read, told.left, told.failed, told.code) == (0, 8, 3, "unreachable")
    assert (report.outcome, report.found) == ("done", 8)
    assert {failure.code for failure in report.failures} == {"unreachable"}
    for _ in range(4):  # however many nights it is away, no call is given up for it
        await Run(material(tmp_path, clock, FakeReader(), FakeReader("anthropic", away)), "schedule").go()
    back = FakeReader("anthropic", by_claude)
    report = await Run(material(tmp_path, clock, FakeReader(), back), "schedule").go()
    assert len(back.was_given) == report.found == 8


async def test_a_call_that_must_not_be_sent_stops_nothing_and_is_given_up_after_three_runs(
    tmp_path: Path, clock: FakeClock
) -> None:
    def held_back(case: CallCase) -> tuple[Suggestion, ...]:
        if case.call_sid != sid(4):
            raise EngineError("it still tells who called", code="still-tells-who-called", retryable=False)
        return ()

    for number in range(6):
        add_call(tmp_path, number)
    for _ in range(3):
        claude = FakeReader("anthropic", held_back)
        report = await Run(material(tmp_path, clock, FakeReader(), claude), "schedule").go()
        told = report.by("anthropic")
        assert told is not None
        assert (told.failed, told.code) == (5, None)
    claude = FakeReader("anthropic", held_back)
    await Run(material(tmp_path, clock, FakeReader(), claude), "schedule").go()
    assert claude.was_given == []


async def test_a_model_that_answers_nonsense_is_left_alone_and_no_call_is_given_up_for_it(
    tmp_path: Path, clock: FakeClock
) -> None:
    def nonsense(_: CallCase) -> tuple[Suggestion, ...]:
        raise EngineError("no answer that was asked for", code="llm-garbage", retryable=False)

    for number in range(12):
        add_call(tmp_path, number)
    for _ in range(3):
        claude = FakeReader("anthropic", nonsense)
        report = await Run(material(tmp_path, clock, FakeReader(), claude), "schedule").go()
        told = report.by("anthropic")
        assert told is not None
        assert (told.failed, told.left, told.code) == (10, 12, "llm-garbage")
    claude = FakeReader("anthropic", by_claude)
    assert (await Run(material(tmp_path, clock, FakeReader(), claude), "schedule").go()).found == 12


async def test_a_call_that_a_model_refuses_while_it_reads_others_is_given_up_after_three_runs(
    tmp_path: Path, clock: FakeClock
) -> None:
    def refuses(case: CallCase) -> tuple[Suggestion, ...]:
        if case.call_sid == sid(1):
            raise EngineError("it refused", code="llm-rejected", retryable=False)
        return ()

    add_call(tmp_path, 1)
    for number in range(3):
        add_call(tmp_path, 10 + number)
        claude = FakeReader("anthropic", refuses)
        await Run(material(tmp_path, clock, FakeReader(), claude), "schedule").go()
        assert sid(1) in claude.was_given
    add_call(tmp_path, 20)
    claude = FakeReader("anthropic", refuses)
    await Run(material(tmp_path, clock, FakeReader(), claude), "schedule").go()
    assert claude.was_given == [sid(20)]


@pytest.mark.parametrize("code", ["external-forbidden", "outbound-not-noted"])
async def test_a_model_that_may_not_be_asked_any_more_is_not_asked_again(
    tmp_path: Path, clock: FakeClock, code: str
) -> None:
    def not_now(_: CallCase) -> tuple[Suggestion, ...]:
        raise EngineError("not now", code=code)

    for number in range(5):
        add_call(tmp_path, number)
    claude = FakeReader("anthropic", not_now)
    report = await Run(material(tmp_path, clock, FakeReader(), claude), "schedule").go()
    told = report.by("anthropic")
    assert told is not None
    assert (len(claude.was_given), told.code, told.left, report.outcome) == (1, code, 5, "done")


async def test_without_a_model_the_report_says_why(tmp_path: Path, clock: FakeClock) -> None:
    add_call(tmp_path, 1)
    report = await Run(material(tmp_path, clock, FakeReader(), why_not="MONITORING_EXTERNAL is false"), "hand").go()
    told = report.by("external")
    assert told is not None
    assert (told.why_not, told.read) == ("MONITORING_EXTERNAL is false", 0)


async def test_an_error_of_one_call_is_noted_and_the_others_are_read(tmp_path: Path, clock: FakeClock) -> None:
    def trips(case: CallCase) -> tuple[Suggestion, ...]:
        if case.call_sid == sid(2):
            raise ZeroDivisionError
        return finds_one(case)

    for number in (1, 2, 3, 4):
        add_call(tmp_path, number)
    shutil.rmtree(tmp_path / "recordings" / "2026" / "11" / "20" / sid(3))  # gone, and nobody said so
    rules = FakeReader(finds=trips)
    report = await Run(material(tmp_path, clock, rules), "schedule").go()
    assert {failure.call_sid: failure.code for failure in report.failures} == {
        sid(2): "ZeroDivisionError", sid(3): "events-unreadable"}  # fmt: skip
    assert (report.outcome, report.found) == ("done", 2)
    told = report.by("rules")
    assert told is not None
    assert (told.read, told.failed, told.left) == (2, 2, 2)


async def test_a_call_that_was_deleted_is_not_read(tmp_path: Path, clock: FakeClock) -> None:
    add_call(tmp_path, 1)
    append(tmp_path / "recordings" / "deletions.jsonl", {"call_sid": sid(1), "at": "2026-11-20T16:00:00+00:00"})
    rules = FakeReader()
    await Run(material(tmp_path, clock, rules), "schedule").go()
    assert rules.was_given == []


async def test_calls_of_more_than_four_weeks_ago_are_left_alone(tmp_path: Path, clock: FakeClock) -> None:
    add_call(tmp_path, 1)
    clock.pass_time(LOOK_BACK_DAYS * 86400)
    rules = FakeReader()
    await Run(material(tmp_path, clock, rules), "schedule").go()
    assert rules.was_given == []


async def test_a_run_that_is_cut_short_is_taken_up_where_it_was(tmp_path: Path, clock: FakeClock) -> None:
    for number in range(40):
        add_call(tmp_path, number)
    rules = FakeReader(finds=finds_one, stalls_at=20)
    on = material(tmp_path, clock, rules)
    task = asyncio.create_task(Run(on, "schedule").go())
    await rules.stalled.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert on.ledger.is_unfinished
    assert on.ledger.reports()[0].outcome == "stopped"
    noted = on.ledger.done_by("rules")
    assert len(noted) == 16  # so many are noted at once
    second = FakeReader(finds=finds_one)
    report = await Run(material(tmp_path, clock, second), "schedule").go()
    assert report.outcome == "done"
    assert not noted & set(second.was_given)
    assert len(on.queue.open()) == 40
    assert not on.ledger.is_unfinished


async def test_a_call_whose_findings_cannot_be_kept_counts_as_unread(tmp_path: Path, clock: FakeClock) -> None:
    add_call(tmp_path, 1)
    (tmp_path / "monitoring" / "suggestions.jsonl").mkdir(parents=True)
    report = await Run(material(tmp_path, clock, FakeReader(finds=finds_one)), "schedule").go()
    assert report.outcome == "failed"
    assert report.code is not None
    (tmp_path / "monitoring" / "suggestions.jsonl").rmdir()
    report = await Run(material(tmp_path, clock, FakeReader(finds=finds_one)), "schedule").go()
    assert (report.outcome, report.found) == ("done", 1)


async def test_a_suggestion_whose_old_text_is_gone_becomes_stale(tmp_path: Path, clock: FakeClock) -> None:
    on = material(tmp_path, clock, FakeReader())
    on.queue.add([changing(1)])
    report = await Run(on, "schedule").go()
    assert report.stale == 0
    path = on.targets.path("rag/data/avc_hours.jsonl")
    path.write_text(path.read_text().replace('"closes": "17:00"', '"closes": "16:30"'))
    report = await Run(on, "schedule").go()
    assert report.stale == 1
    assert on.queue.all()[0].state == "stale"


async def test_what_was_applied_opens_anew_for_a_call_after_the_change_alone(tmp_path: Path, clock: FakeClock) -> None:
    before = FakeClock(START + timedelta(minutes=5, seconds=30))
    queue = material(tmp_path, before, FakeReader()).queue
    queue.add([changing(1)])
    queue.set_state(changing(1).id, "applied", by="rosa", change_id="c1")
    finds = FakeReader(finds=lambda case: (changing(int(case.call_sid[2:], 16)),))
    add_call(tmp_path, 5)
    assert (await Run(material(tmp_path, clock, finds), "schedule").go()).found == 0
    add_call(tmp_path, 6)
    assert (await Run(material(tmp_path, clock, finds), "schedule").go()).found == 1
    assert [entry.suggestion.call_sid for entry in queue.open()] == [sid(6)]


async def test_the_rules_over_calls_see_recent_calls_and_those_that_began_a_topic(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []
    monkeypatch.setattr(run_module, "review_many", lambda cases, _: seen.append({c.call_sid for c in cases}) or ())
    add_call(tmp_path, 1)
    on = material(tmp_path, clock, FakeReader())
    on.queue.add([flagged(1, reader="rules.unanswered"), flagged(77, reader="rules.unanswered")])
    await Run(on, "schedule").go()
    await Run(on, "schedule").go()  # nothing new: nothing to look over
    assert seen == [{sid(1)}]
    clock.pass_time(LOOK_BACK_DAYS * 86400)
    later = 1 + LOOK_BACK_DAYS * 24 * 60
    add_call(tmp_path, later)
    await Run(on, "schedule").go()
    assert seen[-1] == {sid(1), sid(later)}


async def test_it_waits_for_callers_before_each_call_and_says_so(tmp_path: Path, clock: FakeClock) -> None:
    class BusyOnce:
        def __init__(self) -> None:
            self.waits = 0

        async def wait(self, waiting) -> None:  # type: ignore[no-untyped-def]
            self.waits += 1
            if self.waits == 2:
                waiting(True)
                waiting(False)

    for number in (1, 2, 3):
        add_call(tmp_path, number)
    on = material(tmp_path, clock, FakeReader(finds=finds_one))
    on.phone = line = BusyOnce()  # type: ignore[assignment]
    told: list[Progress] = []
    await Run(on, "schedule", told.append).go()
    assert line.waits >= 3
    assert [one.paused for one in told if one.paused] == [True]
    assert (told[-1].done, told[-1].total, told[-1].found) == (3, 3, 3)
    assert all(one.running and one.started_at == clock.now() for one in told)


async def test_facts_or_an_index_that_cannot_be_read_fail_the_run_by_code(tmp_path: Path, clock: FakeClock) -> None:
    on = material(tmp_path, clock, FakeReader())

    def broken() -> None:
        raise StorageError("no", code="index-source-unreadable")

    on.index.refresh = broken  # type: ignore[method-assign,assignment]
    report = await Run(on, "schedule").go()
    assert (report.outcome, report.code) == ("failed", "index-source-unreadable")
    assert on.ledger.reports() == (report,)


async def test_a_reports_lines_are_read_back_as_they_were(tmp_path: Path, clock: FakeClock) -> None:
    add_call(tmp_path, 1)
    report = await Run(material(tmp_path, clock, FakeReader(finds=finds_one)), "hand").go()
    assert RunReport.model_validate_json(report.model_dump_json()) == report
    assert report.model_dump_json().startswith('{"id"')  # by which its line is known on the pipe
