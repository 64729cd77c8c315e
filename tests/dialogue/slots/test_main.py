import json

from dialogue.slots.__main__ import answers
from facts import PracticeFacts


def test_each_line_gets_its_value_and_a_bad_one_an_error(facts: PracticeFacts) -> None:
    requests = [
        {"kind": "phone", "text": "three oh five five five five oh one two three"},
        {"kind": "date", "text": "next tuesday", "now": "2026-11-23T10:00:00", "tz": "America/New_York"},
        {"kind": "time", "text": "ten thirty", "now": "2026-11-23T10:00:00", "tz": "America/New_York"},
        {"kind": "yes_no", "text": "not really"},
        {"kind": "name", "text": "it's maria lopez"},
        {"kind": "location", "text": "kendal"},
        {"kind": "reason", "text": "uh well my eyes um itch"},
    ]
    lines = [json.dumps(request) for request in requests]
    values = [answer.get("value") for answer in answers(iter(lines), facts)]
    assert values == ["+13055550123", "2026-12-01", "10:30", False, "Maria Lopez", "kendall", "my eyes itch"]
    assert "error" in next(answers(iter(["not json"]), facts))
    assert "error" in next(answers(iter(['{"kind": "colour", "text": "red"}']), facts))
