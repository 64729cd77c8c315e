import asyncio
from pathlib import Path

import pytest

from errors import EngineError
from facts_files import read_facts
from monitoring import analyzer as analyzer_module
from monitoring.analyzer import Analyzer, RulesReader
from monitoring.case import CallCase, read_case
from monitoring.suggestion import SuggestedChange, Suggestion
from recording.shelf import CallShelf
from tests.monitoring.calls import sid
from tests.monitoring.found import add_call, changing, flagged
from tests.monitoring.run_site import FakeReader, away


@pytest.fixture
def case(tmp_path: Path) -> CallCase:
    add_call(tmp_path, 1, slow=True)
    return read_case(CallShelf(tmp_path), sid(1), None)


async def test_the_rules_read_always_and_a_model_where_there_is_one(case: CallCase) -> None:
    rules = RulesReader(read_facts())
    (alone,) = await Analyzer(rules).read(case)
    assert alone.reader == "rules"
    assert {one.issue_type for one in alone.found} == {"latency"}
    claude = FakeReader("anthropic", lambda _: (flagged(1, reader="anthropic"),))
    both = await Analyzer(rules, claude).read(case)
    assert [(one.reader, len(one.found)) for one in both] == [("rules", 1), ("anthropic", 1)]


@pytest.mark.parametrize(
    "bad",
    [
        flagged(2, reader="anthropic"),
        flagged(1, reader="rules.test"),
        changing(1, SuggestedChange(file="config.py", old="a", new="b"), reader="anthropic"),
        changing(1, SuggestedChange(file="rag/data/../../config.py", old="a", new="b"), reader="anthropic"),
    ],
)
async def test_a_finding_of_another_call_name_or_file_is_dropped(case: CallCase, bad: Suggestion) -> None:
    good = changing(1, reader="anthropic")
    claude = FakeReader("anthropic", lambda _: (bad, good))
    reading = (await Analyzer(FakeReader(), claude).read(case))[1]
    assert (reading.found, reading.dropped, reading.code) == ((good,), 1, None)


async def test_an_error_of_one_reader_is_a_code_and_the_others_findings_stand(case: CallCase) -> None:
    rules = FakeReader(finds=lambda _: (flagged(1),))
    first, second = await Analyzer(rules, FakeReader("anthropic", away)).read(case)
    assert (len(first.found), first.code) == (1, None)
    assert (second.found, second.code, second.is_its_own) == ((), "unreachable", False)


@pytest.mark.parametrize(
    ("code", "own"), [("still-tells-who-called", True), ("llm-rejected", True), ("llm-busy", False)]
)
async def test_it_is_told_apart_whether_the_call_or_the_reader_is_at_fault(
    case: CallCase, code: str, own: bool
) -> None:
    def fails(_: CallCase) -> tuple[Suggestion, ...]:
        raise EngineError("no", code=code)

    reading = (await Analyzer(FakeReader(), FakeReader("anthropic", fails)).read(case))[1]
    assert (reading.code, reading.is_its_own) == (code, own)


async def test_a_rule_that_trips_over_a_call_is_at_fault_for_that_call_alone(case: CallCase) -> None:
    def trips(_: CallCase) -> tuple[Suggestion, ...]:
        raise KeyError("x")

    (reading,) = await Analyzer(FakeReader(finds=trips)).read(case)
    assert (reading.code, reading.is_its_own) == ("KeyError", True)


async def test_a_reader_that_hangs_is_given_up(case: CallCase, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging(FakeReader):
        async def read(self, case: CallCase) -> tuple[Suggestion, ...]:
            await asyncio.sleep(60)
            return ()

    monkeypatch.setattr(analyzer_module, "_LONGEST_SEC", 0.05)
    reading = (await Analyzer(FakeReader(), Hanging("anthropic")).read(case))[1]
    assert (reading.code, reading.is_its_own) == ("reader-hung", False)


async def test_a_cancellation_is_nobodys_error(case: CallCase) -> None:
    class Hanging(FakeReader):
        async def read(self, case: CallCase) -> tuple[Suggestion, ...]:
            await asyncio.sleep(60)
            return ()

    task = asyncio.create_task(Analyzer(Hanging()).read(case))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
