from pathlib import Path

import pytest

from errors import ConfigError
from monitoring.annotated import read_annotated
from monitoring.measure import FOLDER, Measured, measure, table
from monitoring.rules import MANY, RULES
from tests.monitoring.written import FACTS

LEAST = 0.95
_SETS = {path.stem: read_annotated(path, FACTS) for path in sorted(FOLDER.glob("*.yaml"))}


@pytest.fixture(scope="module")
def everything() -> Measured:
    return measure([call for calls in _SETS.values() for call in calls], FACTS)


def test_the_set_holds_forty_calls_with_clean_ones_and_every_kind_of_fault(everything: Measured) -> None:
    assert everything.calls == 40
    assert everything.clean >= 15
    wanted = {expected.rule for calls in _SETS.values() for call in calls for expected in call.expect}
    assert wanted == {name for name, _ in (*RULES, *MANY)}


@pytest.mark.parametrize("rule", [name for name, _ in (*RULES, *MANY)])
def test_each_rule_finds_what_is_there_and_nothing_else(everything: Measured, rule: str) -> None:
    score = everything.scores[rule]
    assert score.right
    assert score.precision >= LEAST, everything.slips
    assert score.recall >= LEAST, everything.slips


def test_the_twelve_that_no_rule_was_tuned_on_are_read_as_well() -> None:
    alone = measure(_SETS["held_out"], FACTS)
    assert alone.calls == 12
    assert alone.total.precision >= LEAST, alone.slips
    assert alone.total.recall >= LEAST, alone.slips


def test_nobody_in_the_set_is_named_in_a_description() -> None:
    from monitoring.rules import review, review_many

    calls = [call for some in _SETS.values() for call in some]
    found = [one for call in calls for one in review(call.case, call.facts)]
    found += review_many([call.case for call in calls], FACTS)
    names = {word for call in calls for word in (call.case.record.slots.name or "").casefold().split()} - {"madeup"}
    for one in found:
        assert not names & set(one.description.casefold().replace(",", " ").replace(".", " ").split()), one.description
        assert "0123" not in one.description


def test_a_call_without_its_fault_and_a_fault_without_its_call_are_counted() -> None:
    calls = _SETS["held_out"]
    clean, faulty = calls[0], next(call for call in calls if call.expect)
    from dataclasses import replace

    missed = measure([replace(clean, expect=faulty.expect)], FACTS)
    wrong = measure([replace(faulty, expect=())], FACTS)
    assert (missed.total.missed, missed.total.recall) == (len(faulty.expect), 0.0)
    assert (wrong.total.wrong >= 1, wrong.total.precision) == (True, 0.0)
    assert len(missed.slips) == len(faulty.expect)
    assert table(missed)[-1].split()[0] == "all"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- call: 1\n", "call 1"),
        ("{", "cannot be read"),
        ("- call: 1\n  about: x\n  talk: [{nobody: x}]\n  more: 1\n", "more"),
    ],
)
def test_a_set_that_is_not_as_it_should_be_names_the_call(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "set.yaml").write_text(text)
    with pytest.raises(ConfigError, match=words):
        read_annotated(tmp_path / "set.yaml", FACTS)
