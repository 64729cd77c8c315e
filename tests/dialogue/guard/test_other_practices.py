"""The guard on five invented practices, English and Spanish, four of them by writers
who did not see its code.

Each folder holds six files of records and about 150 true and 150 false sentences. At first contact, before anything
was changed for them, the guard blocked 28 true and passed 35 false sentences of the first (17 and 22 %), and 27 and 43
of the second (17 and 27 %). After work on the first alone the second stood at 23 and 15 (14 and 9 %): what to expect,
from the guard as it was then, of wording and records that nobody has tuned on. Both have been worked on since.
The third practice's sentences were written beside the work, in two rounds: 16 of 80 and then 10 of 66 true ones were
blocked at first contact, 13 of 84 and then 8 of 76 false ones passed; a last small round stood at 1 of 25 and 2 of 25.
Two more practices (g3, g4) by writers who did not see the code were measured before they were looked at: 6 of 110 and
15 of 100 true sentences were blocked, 3 of 160 and 5 of 160 false ones passed. Both have been worked on since.
"""

import datetime as dt
import json
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialogue.guard import Guard, Said, read_blocklist
from facts_files import read_facts

HERE = Path(__file__).parent
BLOCKLIST = Path(__file__).parents[3] / "dialogue" / "wording" / "blocklist.txt"
PRACTICES = ("clinic_g1", "clinic_g2", "clinic_g3", "clinic_g4", "clinic_r")
FEWEST = 100  # sentences of a kind
MOST_BLOCKED = 0.02  # of true sentences
MOST_SECONDS = 0.005  # a sentence at the median; about a millisecond is usual
NOW = "2026-11-24T10:00:00-05:00"  # where a sentence names no moment: a Tuesday


class FixedClock:
    """The moment at which the next sentence is said."""

    def __init__(self) -> None:
        self.moment = dt.datetime.fromisoformat(NOW)

    def now(self) -> dt.datetime:
        return self.moment


@dataclass
class Practice:
    """A practice's guard and its two sets of sentences."""

    name: str
    guard: Guard
    clock: FixedClock

    def sentences(self, kind: str) -> list[dict]:
        lines = (HERE / self.name / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def allows(self, sentence: dict) -> bool:
        context = sentence.get("context") or {}
        self.clock.moment = dt.datetime.fromisoformat(context.get("now", NOW))
        heard = context.get("caller_said")
        return self.guard.check(sentence["text"], Said((heard,) if heard else (), context.get("location"))).allowed


@pytest.fixture(scope="module", params=PRACTICES)
def practice(request: pytest.FixtureRequest) -> Practice:
    clock = FixedClock()
    phrases = read_blocklist(BLOCKLIST.read_text(encoding="utf-8"))
    return Practice(request.param, Guard(read_facts(HERE / request.param), phrases, clock.now), clock)


def test_no_false_sentence_about_an_unknown_practice_passes(practice: Practice) -> None:
    false = practice.sentences("false")
    assert len(false) >= FEWEST
    assert [one["text"] for one in false if practice.allows(one)] == []


def test_true_sentences_about_an_unknown_practice_pass(practice: Practice) -> None:
    true = practice.sentences("true")
    blocked = [one["text"] for one in true if not practice.allows(one)]
    assert len(true) >= FEWEST
    assert len(blocked) <= MOST_BLOCKED * len(true), blocked


def test_half_of_the_sentences_take_less_than_a_few_milliseconds(practice: Practice) -> None:
    took = []
    for one in practice.sentences("true"):
        began = time.process_time()
        practice.allows(one)
        took.append(time.process_time() - began)
    assert sorted(took)[len(took) // 2] < MOST_SECONDS


def test_the_records_of_an_unknown_practice_may_be_spoken_as_they_stand(practice: Practice) -> None:
    records = read_facts(HERE / practice.name).records
    practice.clock.moment = dt.datetime.fromisoformat(NOW)
    assert [one.id for one in records if not practice.guard.check(one.text, Said()).allowed] == []
