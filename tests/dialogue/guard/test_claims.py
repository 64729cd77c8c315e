"""What claims something about the practice is borne out or blocked; what is talk of the call passes in any words."""

import datetime as dt
from pathlib import Path

import pytest
import yaml

from dialogue.guard import Guard, Said
from practice import load_facts
from tests.dialogue.guard import sets
from tests.dialogue.guard.test_guard import guard_of

ROOT = Path(__file__).parents[3]
LIES = ROOT / "bench" / "gate" / "accuracy" / "lies.yaml"
CALLS = ROOT / "bench" / "gate" / "accuracy" / "calls.yaml"
MOST_BLOCKED = 0.02  # of true sentences


@pytest.fixture(scope="module")
def guard() -> Guard:
    return guard_of(load_facts())


def test_no_lie_of_gate_two_passes_whatever_its_callers_said_before(guard: Guard) -> None:
    lies = [lie[0] for kind in yaml.safe_load(LIES.read_text(encoding="utf-8")).values() for lie in kind["lies"]]
    calls = yaml.safe_load(CALLS.read_text(encoding="utf-8"))["calls"]
    heard = [(), *(tuple(call["says"]) for call in calls)]
    assert len(lies) >= 100
    assert len(heard) >= 20
    assert [(lie, said) for lie in lies for said in heard if guard.check(lie, Said(said)).allowed] == []


def test_claims_that_no_record_bears_out_are_blocked(guard: Guard) -> None:
    false = sets.by_hand("claims_false.txt")
    assert len(false) >= 70
    assert [one.text for one in false if guard.check(one.text, Said(one.caller_said, one.location)).allowed] == []


def test_talk_of_the_call_and_what_answers_say_pass(guard: Guard) -> None:
    true = sets.by_hand("claims_true.txt")
    blocked = [one.text for one in true if not guard.check(one.text, Said(one.caller_said, one.location)).allowed]
    assert len(true) >= 50
    assert len(blocked) <= MOST_BLOCKED * len(true), blocked


def test_to_come_is_to_come_while_it_is_open(guard: Guard) -> None:
    asked = Said(("are you open on sunday",), "kendall")
    assert guard.check("You can come in on Sunday morning.", asked).rule == "facts"
    assert guard.check("You can come in on Saturday until one.", asked).allowed


def test_to_reopen_is_to_open_on_the_first_day_after_a_closure() -> None:
    eve = dt.datetime(2026, 11, 25, 15, 0, tzinfo=dt.UTC)  # the day before Thanksgiving
    guard = Guard(load_facts(), (), lambda: eve)
    said = Said(location="kendall")
    assert guard.check("We reopen on Friday after the holiday.", said).allowed
    assert not guard.check("We reopen on Saturday after the holiday.", said).allowed
