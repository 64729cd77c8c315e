"""What the rules suggest is what can be applied: the diff engine makes an edit of it, and the records agree then."""

import json
from pathlib import Path

import pytest

from facts_files import read_facts
from monitoring.change_error import ChangeError
from monitoring.diff_engine import plan
from monitoring.suggestion import SuggestedChange
from monitoring.targets import Targets
from tests.fakes.clock import FakeClock
from tests.monitoring.changes import FAQS, copied
from tests.monitoring.written import call, faq, found, found_in_all

LATE = "Our Kendall office is open until 6:00 PM on weekdays."


@pytest.fixture
def targets(tmp_path: Path) -> Targets:
    return copied(tmp_path, FakeClock())


def add(targets: Targets, record: dict) -> None:
    line = json.dumps({key: value for key, value in record.items() if key != "file"})
    with targets.path(FAQS).open("a") as file:
        file.write(line + "\n")


def write(targets: Targets, change: SuggestedChange | None) -> None:
    assert change
    edit = plan(change, targets)
    edit.path.write_bytes(edit.after)


def test_the_change_of_a_wrong_answer_makes_the_records_agree(targets: Targets) -> None:
    add(targets, faq(LATE, location="kendall"))
    facts = read_facts(targets.path(FAQS).parent)
    case = call({"caller": "how late"}, {"ava": LATE, "ids": ["faq-test"]})
    [one] = found(case, "record_conflict", facts)
    write(targets, one.suggested_change)
    mended = read_facts(targets.path(FAQS).parent)
    [record] = [record for record in mended.faqs if record.id == "faq-test"]
    assert record.answer == record.text == "Our Kendall office is open until 5:00 PM on weekdays."
    again = call({"caller": "how late"}, {"ava": record.answer, "ids": ["faq-test"]})
    assert not found(again, "record_conflict", mended)
    assert not found(again, "untrue_now", mended)


def test_a_drafted_record_is_refused_without_an_answer_and_taken_with_one(targets: Targets) -> None:
    case = call({"caller": "do you do botox in austin", "failed": "not-understood"},
                {"ava": "I do not have that on record, but our staff can tell you."})  # fmt: skip
    [one] = found_in_all([case], "unanswered")
    assert one.suggested_change
    with pytest.raises(ChangeError):
        plan(one.suggested_change, targets)
    said = "We do not offer that treatment."
    filled = {**json.loads(one.suggested_change.new), "text": said, "answer": said}
    write(targets, one.suggested_change.model_copy(update={"new": json.dumps(filled)}))
    facts = read_facts(targets.path(FAQS).parent)
    assert not found_in_all([case], "unanswered", facts), "what staff have answered is no gap any more"


def test_a_phrase_for_the_blocklist_becomes_a_line_of_it(targets: Targets) -> None:
    blocked = {"ava": "Just walk right in any time.", "by_model": True, "verdict": "block", "rule": "facts",
               "evidence": "no record"}  # fmt: skip
    cases = [call({"caller": "hello"}, blocked, {"ava": "Hello."}, number=number) for number in (1, 2, 3)]
    [one] = found_in_all(cases, "repeated_phrase")
    assert one.suggested_change
    edit = plan(one.suggested_change, targets)
    assert edit.new_line == one.suggested_change.new
