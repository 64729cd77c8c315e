"""The guard as a command: JSON lines in, JSON lines out."""

import json

from dialogue.guard import Guard
from dialogue.guard.__main__ import _Clock, answers
from practice import load_facts


def ask(*lines: str) -> list[dict[str, object]]:
    clock = _Clock()
    return list(answers(lines, Guard(load_facts(), ("i think",), clock.now), clock))


def test_each_line_gets_a_verdict_with_rule_and_evidence() -> None:
    context = {"location": "kendall", "now": "2026-11-23T15:00:00+00:00"}
    good = ask(json.dumps({"text": "Kendall closes at five.", "context": context}))
    bad = ask(json.dumps({"text": "Kendall closes at six.", "context": context}))
    assert (good[0]["verdict"], bad[0]["verdict"], bad[0]["rule"]) == ("allow", "block", "facts")
    assert bad[0]["evidence"]


def test_a_bad_line_is_an_error_and_the_next_one_is_answered() -> None:
    found = ask("no json", "[]", '{"text": 5}', '{"context": {}}', "", '{"text": "I think so."}')
    assert ["error" in one for one in found] == [True, True, True, True, False]
    assert found[-1]["rule"] == "forbidden"


def test_what_the_caller_said_may_be_a_string_or_a_list() -> None:
    for said in ("my name is rosa", ["hello", "my name is rosa"]):
        found = ask(json.dumps({"text": "Thank you, Rosa.", "context": {"caller_said": said}}))
        assert found[0]["verdict"] == "allow"
