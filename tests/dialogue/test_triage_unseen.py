"""Triage on a set that nothing was tuned on or learned from: the honest figure for wording that nobody had in mind.

Measured when it was written: 84 of 84 emergencies found, 4 of 100 ordinary turns called an emergency, 2 of 12
urgent ones called emergent. Do not tune on it: write another set when this one has been read too often.
"""

import json
from pathlib import Path

from dialogue.triage import triage

_SET = [json.loads(line) for line in Path(__file__).with_name("unseen_triage.jsonl").read_text("utf-8").splitlines()]


def test_every_emergency_of_an_unseen_author_is_found() -> None:
    emergencies = [case["text"] for case in _SET if case["class"] == "emergent"]
    assert len(emergencies) == 84
    assert [text for text in emergencies if triage(text).urgency != "emergent"] == []


def test_at_most_five_of_a_hundred_ordinary_turns_of_an_unseen_author_raise_an_alarm() -> None:
    ordinary = [case["text"] for case in _SET if case["class"] == "routine"]
    assert len(ordinary) == 100
    assert len([text for text in ordinary if triage(text).urgency != "routine"]) <= 5
