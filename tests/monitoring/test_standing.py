import json
import os
from pathlib import Path

import pytest

from monitoring.standing import stands
from monitoring.suggestion import SuggestedChange
from monitoring.targets import Targets
from tests.fakes.clock import FakeClock
from tests.monitoring.changes import BLOCKED, FAQS, HOURS, closes, copied, phrase


@pytest.fixture
def targets(tmp_path: Path) -> Targets:
    return copied(tmp_path, FakeClock())


def record(targets: Targets, file: str, number: int = 0) -> dict[str, object]:
    found: dict[str, object] = json.loads(targets.read(file).splitlines()[number])
    return found


def change(file: str, **fields: object) -> SuggestedChange:
    return SuggestedChange(**{"file": file, "old": "", "new": "", **fields})


def test_a_field_stands_as_long_as_it_says_what_it_said(targets: Targets) -> None:
    assert stands(closes(), targets)
    assert not stands(closes(old="16:00"), targets)
    assert not stands(closes(record_id="hours-nowhere"), targets)


def test_text_and_values_of_other_kinds_are_compared_as_they_are_shown(targets: Targets) -> None:
    hours = record(targets, HOURS)
    name = str(hours["id"])
    assert stands(change(HOURS, record_id=name, field="text", old=str(hours["text"])), targets)
    assert stands(change(HOURS, record_id=name, field="tags", old=json.dumps(hours["tags"])), targets)
    part = str(hours["text"])[5:20]
    assert stands(change(HOURS, record_id=name, field="text", old=f"...{part}...", new="...x..."), targets)
    assert not stands(change(HOURS, record_id=name, field="text", old="...nothing of it...", new="...x..."), targets)
    assert stands(change(HOURS, record_id=name, field="no_such_field", old=""), targets)
    assert not stands(change(HOURS, record_id=name, field="no_such_field", old="something"), targets)


def test_a_new_record_stands_until_one_of_its_name_is_in_any_file(targets: Targets) -> None:
    new = change(FAQS, record_id="faq-new", new='{"id": "faq-new"}')
    assert stands(new, targets)
    assert stands(new.model_copy(update={"record_id": None}), targets)
    with targets.path(HOURS).open("a") as file:
        file.write('{"id": "faq-new"}\n')
    assert not stands(new, targets)
    assert not stands(new.model_copy(update={"record_id": None}), targets)


def test_a_whole_record_stands_whatever_its_date_says(targets: Targets) -> None:
    hours = record(targets, HOURS)
    whole = change(HOURS, record_id=hours["id"], old=json.dumps({**hours, "last_updated": "2020-01-01"}))
    assert stands(whole, targets)
    other = change(HOURS, record_id=hours["id"], old=json.dumps({**hours, "text": "Other."}))
    assert not stands(other, targets)
    assert not stands(change(HOURS, record_id=hours["id"], old="nonsense", new="{}"), targets)


def test_a_line_to_be_added_stands_until_it_is_there_and_one_to_be_taken_out_while_it_is(targets: Targets) -> None:
    assert stands(phrase(), targets)
    assert not stands(change(BLOCKED, old="have a blessed day"), targets)
    with targets.path(BLOCKED).open("a") as file:
        file.write("have a blessed day\n")
    assert not stands(phrase(), targets)
    assert stands(change(BLOCKED, old="have a blessed day"), targets)


@pytest.mark.parametrize("file", ["config.py", "../config.py", "rag/data/../../config.py", "/etc/passwd"])
def test_a_file_off_the_list_is_never_read(targets: Targets, file: str) -> None:
    assert not stands(change(file, old="x"), targets)


def test_a_file_that_cannot_be_read_now_tells_nothing(targets: Targets) -> None:
    path = targets.path(HOURS)
    path.unlink()
    assert stands(closes(), targets)
    os.symlink("/etc/passwd", path)
    assert not stands(closes(), targets)  # a link is not followed


def test_a_file_that_is_no_text_now_tells_nothing(targets: Targets) -> None:
    targets.path(HOURS).write_bytes(b"\xff\xfe")
    assert stands(closes(), targets)
