import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from errors import ConfigError
from facts import PracticeFacts
from facts_files import FACTS_DIR, FILES, FactsError, FactsSource, facts_version, read_facts
from tests.recording.helpers import the_log


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FACTS_DIR, tmp_path / "facts"))


def change(folder: Path, name: str, line: int, **fields: Any) -> None:
    """Change fields of one record; None takes a field away."""
    path = folder / name
    lines = path.read_text().splitlines()
    record = json.loads(lines[line - 1]) | fields
    lines[line - 1] = json.dumps({key: value for key, value in record.items() if value is not None})
    later = path.stat().st_mtime_ns + 1_000_000
    path.write_text("\n".join(lines) + "\n")
    os.utime(path, ns=(later, later))


def test_the_shipped_facts_cover_two_states_ten_doctors_and_what_patients_ask() -> None:
    facts = read_facts()
    assert {place.state for place in facts.locations} == {"FL", "TX"}
    assert len({place.timezone for place in facts.locations}) == 2
    assert len(facts.locations) >= 6
    assert len(facts.providers) >= 10
    assert len(facts.services) + len(facts.faqs) >= 25
    assert sum(hours.closed for hours in facts.hours) >= 6
    assert all(record.source == "sample" for record in facts.records)


def test_the_version_of_facts_follows_what_they_say_and_not_how_their_files_are_written(folder: Path) -> None:
    version = facts_version(read_facts(folder))
    assert re.fullmatch(r"[0-9a-f]{10}", version)
    change(folder, "avc_hours.jsonl", 1)  # rewritten with other spaces
    assert facts_version(read_facts(folder)) == version
    change(folder, "avc_faqs.jsonl", 1, answer="Please bring your glasses.")
    assert facts_version(read_facts(folder)) != version


@pytest.mark.parametrize("name", FILES)
def test_every_file_must_be_there(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ConfigError, match=f"{name}: cannot be read"):
        read_facts(folder)


@pytest.mark.parametrize(
    ("name", "line", "fields", "field"),
    [
        ("avc_hours.jsonl", 2, {"opens": "25:99"}, "opens"),
        ("avc_hours.jsonl", 2, {"surprise": 1}, "surprise"),
        ("avc_hours.jsonl", 2, {"closes": None}, "closes"),
        ("avc_hours.jsonl", 2, {"closes": "08:00"}, "closes"),
        ("avc_hours.jsonl", 2, {"days": []}, "days"),
        ("avc_hours.jsonl", 2, {"closed": True}, "closed"),
        ("avc_hours.jsonl", 3, {"location": "nowhere"}, "location"),
        ("avc_hours.jsonl", 2, {"days": ["mon"], "text": "Kendall is open on Monday from 9 AM to 1 PM."}, "days"),
        ("avc_hours.jsonl", 2, {"days": ["mon"], "closed": True, "opens": None, "closes": None,
                                "text": "Kendall is closed on Mondays."}, "days"),
        ("avc_providers.jsonl", 4, {"locations": ["hialeah", "nowhere"]}, "locations"),
        ("avc_locations.jsonl", 5, {"timezone": "America/Atlantis"}, "timezone"),
        ("avc_locations.jsonl", 5, {"phone": "512 555 0150"}, "phone"),
        ("avc_locations.jsonl", 5, {"location": "kendall"}, "location"),
        ("avc_faqs.jsonl", 7, {"id": "faq-what-to-bring"}, "id"),
        ("avc_faqs.jsonl", 7, {"answer": ""}, "answer"),
        ("avc_services.jsonl", 1, {"duration_min": None}, "duration_min"),
        # the text says otherwise
        ("avc_hours.jsonl", 1, {"closes": "18:00"}, "text"),
        ("avc_hours.jsonl", 1, {"days": ["mon", "tue", "wed", "thu"]}, "text"),
        ("avc_hours.jsonl", 1, {"text": "The Kendall office is open Monday through Friday from 8 to 6 PM."}, "text"),
        ("avc_hours.jsonl", 1, {"text": "Kendall opens every day from 8 AM to 5 PM."}, "text"),
        ("avc_hours.jsonl", 1, {"text": "The Hialeah office is open Monday through Friday, 8 AM to 5 PM."}, "text"),
        ("avc_hours.jsonl", 11, {"date": "2026-11-25"}, "text"),
        ("avc_hours.jsonl", 11, {"text": "Every office is closed on Friday, November 26."}, "text"),
        ("avc_locations.jsonl", 1, {"zip": "33184"}, "text"),
        ("avc_locations.jsonl", 1, {"text": "Call the Kendall office at 305-555-0130."}, "text"),
        ("avc_providers.jsonl", 1, {"locations": ["kendall"]}, "text"),
        ("avc_providers.jsonl", 2, {"languages": ["es"]}, "text"),
        ("avc_services.jsonl", 1, {"duration_min": 60}, "text"),
        ("avc_services.jsonl", 1, {"text": "An eye exam is $95."}, "text"),
        ("avc_insurance.jsonl", 1, {"accepted": False}, "text"),
        ("avc_insurance.jsonl", 1, {"text": "We no longer take VSP."}, "text"),
        ("avc_insurance.jsonl", 11, {"text": "We are in network with Medicaid."}, "text"),
        ("avc_insurance.jsonl", 11, {"accepted": True}, "text"),
    ],
)  # fmt: skip
def test_a_wrong_record_is_named_by_file_line_and_field(
    folder: Path, name: str, line: int, fields: dict[str, Any], field: str
) -> None:
    change(folder, name, line, **fields)
    with pytest.raises(FactsError) as caught:
        read_facts(folder)
    error = caught.value
    assert (error.path.name, error.line, error.field) == (name, line, field)
    assert f"{name}, line {line}, {field}" in str(error)


@pytest.mark.parametrize(
    ("name", "line", "fields"),
    [
        ("avc_hours.jsonl", 1, {"text": "Kendall: Mon-Fri 8am-5pm."}),
        ("avc_hours.jsonl", 1, {"text": "Kendall is open weekdays from 8 to 5 p.m., with a break from 12 to 1."}),
        ("avc_hours.jsonl", 1, {"text": "Kendall opens at 8:00 and closes at 17:00 on weekdays, never on Sunday."}),
        ("avc_hours.jsonl", 1, {"text": "Kendall is open on working days."}),
        ("avc_hours.jsonl", 2, {"days": ["sun"], "closed": True, "opens": None, "closes": None,
                                "text": "Kendall is closed on Sundays."}),
        ("avc_hours.jsonl", 2, {"days": ["mon"], "opens": "17:00", "closes": "20:00",
                                "text": "On Mondays Kendall is open again from 5 PM to 8 PM."}),
        ("avc_hours.jsonl", 2, {"closes": "12:00", "text": "Saturdays we are open in Kendall from 9 AM to noon."}),
        ("avc_locations.jsonl", 1, {"street": "12345 Sample Way", "text": "Kendall is at 12345 Sample Way, 33183."}),
        ("avc_locations.jsonl", 1, {"text": "The Kendall office's number is (305) 555-0110."}),
        ("avc_services.jsonl", 1, {"price_usd": 95, "text": "An eye exam is $95.00 and takes 45 minutes."}),
        ("avc_insurance.jsonl", 1, {"text": "VSP is accepted, but we do not file out-of-network claims."}),
        ("avc_insurance.jsonl", 11, {"text": "Unfortunately we don't take Medicaid."}),
        ("avc_insurance.jsonl", 4, {"text": "Spectera is accepted in Austin and San Antonio, but not in Florida."}),
        ("avc_faqs.jsonl", 1, {"answer": "Bring a form with your date of birth.", "text": "Your date of birth, too."}),
        ("avc_faqs.jsonl", 1, {"text": "Write to frontdesk@practice.example or ask staff."}),
        ("avc_faqs.jsonl", 1, {"text": "We were born to care. The practice has been here since 1998."}),
    ],
)  # fmt: skip
def test_other_wordings_of_the_same_facts_are_taken(folder: Path, name: str, line: int, fields: dict[str, Any]) -> None:
    change(folder, name, line, **fields)
    assert isinstance(read_facts(folder), PracticeFacts)


PERSONS = [  # invented
    "Ask Jane at jane.sample@gmail.com.",
    "His number is 305-555-0199.",
    "Call +1 (305) 555 0199 for her.",
    "Her social security number is 078-05-1120.",
    "The patient's SSN ends in 1120.",
    "Date of birth 04/12/1961.",
    "Rosa was born on March 3, 1961.",
    "DOB: 1961-03-03",
    "Member ID: W123456789.",
    "Our patient Rosa Invented has glaucoma.",
    "Mrs. Invented called about her drops.",
]


@pytest.mark.parametrize("words", PERSONS)
@pytest.mark.parametrize("field", ["text", "answer", "question"])
def test_a_record_with_a_persons_data_is_refused_and_not_quoted(folder: Path, words: str, field: str) -> None:
    change(folder, "avc_faqs.jsonl", 3, **{field: words})
    with pytest.raises(FactsError) as caught:
        read_facts(folder)
    assert (caught.value.line, caught.value.field) == (3, field)
    assert not any(secret in str(caught.value) for secret in ("0199", "1120", "1961", "Rosa", "jane", "W123", "Inv"))


def test_a_line_that_is_no_utf8_is_named(folder: Path) -> None:
    path = folder / "avc_faqs.jsonl"
    path.write_bytes(path.read_bytes() + b'{"id": "\xff"}\n')
    with pytest.raises(FactsError, match=r"avc_faqs\.jsonl, line \d+: is not UTF-8") as caught:
        read_facts(folder)
    assert caught.value.line == path.read_bytes().count(b"\n")


def test_a_change_is_taken_without_a_restart_and_told(folder: Path) -> None:
    source = FactsSource(folder)
    told: list[PracticeFacts] = []
    source.on_change(told.append)
    before = source.current
    assert source.poll() is False
    change(folder, "avc_faqs.jsonl", 1, text="Bring your glasses.", answer="Bring your glasses.")
    assert source.poll() is True
    assert source.current.faqs[0].answer == "Bring your glasses."
    assert before.faqs[0].answer != "Bring your glasses."
    assert told == [source.current]
    assert source.poll() is False


def test_a_bad_edit_keeps_the_old_facts_and_is_logged_once_with_its_line(folder: Path) -> None:
    source = FactsSource(folder)
    before = source.current
    change(folder, "avc_hours.jsonl", 2, opens="25:99")
    change(folder, "avc_faqs.jsonl", 1, text="Bring your glasses.", answer="Bring your glasses.")
    with the_log() as log:
        assert [source.poll(), source.poll()] == [False, False]
    refusals = [line for line in log if "facts_refused" in line]
    assert len(refusals) == 1
    assert "where=avc_hours.jsonl:2" in refusals[0]
    assert "field=opens" in refusals[0]
    assert source.current is before
    assert source.problem is not None
    change(folder, "avc_hours.jsonl", 2, opens="09:00")
    assert source.poll() is True
    assert source.problem is None
    assert source.current.faqs[0].answer == "Bring your glasses."


def test_a_reader_that_fails_does_not_keep_the_facts_from_the_others(folder: Path) -> None:
    source = FactsSource(folder)
    told: list[PracticeFacts] = []

    def fails(_: PracticeFacts) -> None:
        raise RuntimeError("no")

    source.on_change(fails)
    source.on_change(told.append)
    change(folder, "avc_faqs.jsonl", 1, tags=["faq"])
    with the_log() as log:
        assert source.poll() is True
    assert told == [source.current]
    assert any("facts_callback_failed" in line and "RuntimeError" in line for line in log)
