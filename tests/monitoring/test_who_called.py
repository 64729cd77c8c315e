"""The door check of a change: nothing that tells who called."""

import datetime as dt

import pytest

from dialogue.sample import sample_facts
from facts import Location
from monitoring.change_error import ChangeError
from monitoring.who_called import check_nobody
from pseudonyms import Kind

FACTS = sample_facts()
TODAY = dt.date(2026, 11, 23)
KNOWN = {Kind.NAME: ["Jane Doe"], Kind.PHONE: ["+13055550199"], Kind.BIRTH: ["1960-05-05"]}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("My name is Ruth Example.", "name"), ("Mrs. Example asked for a closer office.", "name"),
        ("Jane Doe asked for water.", "name"), ("Jane asked for water.", "name"),
        ("Call 305-555-0198.", "telephone"), ("Call three oh five, five five five, oh one nine eight.", "telephone"),
        ("It ends in 0199.", "telephone"), ("Write to ruth@example.com.", "e-mail"),
        ("ruth dot example at gmail dot com wants it.", "e-mail"), ("She was born on May 6, 1961.", "date of birth"),
        ("On January 5, 2024 somebody waited.", "date that is over"), ("He lives at 12 Oak Street.", "address"),
        ("The member W123456789 was told so.", "number"), ("Ask [NAME_1] for it.", "in place of"),
    ],
)  # fmt: skip
def test_what_tells_who_called_is_refused_by_its_kind_and_not_quoted(text: str, what: str) -> None:
    with pytest.raises(ChangeError) as caught:
        check_nobody([("", text)], FACTS, TODAY, known=KNOWN)
    assert caught.value.code == "says-who-called"
    assert what in str(caught.value)
    assert not any(word in str(caught.value) for word in ("Ruth", "Example", "Jane", "0198", "W123", "Oak"))


@pytest.mark.parametrize(
    "text",
    [
        "Call the Kendall office at 305-555-0110.", "Dr. Ana Sample sees patients at Kendall.",
        "Write to records@practice.example for a copy.", "We are at 100 Sample Coral Way, Miami, Florida 33183.",
        "We are closed on December 25, 2026.", "Please arrive 15 minutes early, with your ID.",
        "The year 2020 is over.", "",
    ],
)  # fmt: skip
def test_what_is_the_practice_s_own_may_stand_there(text: str) -> None:
    check_nobody([("", text)], FACTS, TODAY, known=KNOWN)


def test_shipped_texts_pass() -> None:
    for record in FACTS.records[::5]:
        check_nobody([("", record.text)], FACTS, TODAY, own=record)


def test_a_new_office_s_address_and_number_are_the_practice_s() -> None:
    own = FACTS.locations[0].model_copy(update={"id": "location-doral", "location": "doral", "street": "12 Oak Street"})
    assert isinstance(own, Location)
    check_nobody([("", "The office is at 12 Oak Street.")], FACTS, TODAY, own=own)


def test_what_stood_there_before_is_no_reason_to_refuse_another_change_of_it() -> None:
    old = "Mrs. Example runs the desk."
    check_nobody([(old, old + " There is water.")], FACTS, TODAY)
    with pytest.raises(ChangeError):
        check_nobody([(old, old + " So does Mrs. Trial.")], FACTS, TODAY)
