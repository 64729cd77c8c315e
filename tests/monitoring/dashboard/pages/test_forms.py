import datetime as dt
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from facts import Hours, Location, Record
from facts_files import FILES, read_facts
from monitoring.dashboard.pages import forms

SET_BY_ITSELF = {"id", "last_updated"}


@pytest.mark.parametrize("kind", forms.KINDS, ids=lambda kind: kind.key)
def test_every_field_of_a_record_can_be_edited(kind: forms.Kind) -> None:
    assert {entry.name for entry in kind.entries} == set(kind.model.model_fields) - SET_BY_ITSELF


@pytest.mark.parametrize("kind", forms.KINDS, ids=lambda kind: kind.key)
def test_what_the_loader_needs_is_marked_as_needed(kind: forms.Kind) -> None:
    def needed(name: str) -> bool:
        field = kind.model.model_fields[name]
        return field.default is PydanticUndefined and field.default_factory is None

    given_by_itself = {"text"} if kind.key == "faqs" else set()  # an answer's text is the answer
    expected = {name for name in kind.model.model_fields if needed(name)} - SET_BY_ITSELF - given_by_itself
    assert {entry.name for entry in kind.entries if entry.needed} == expected


@pytest.mark.parametrize("kind", forms.KINDS, ids=lambda kind: kind.key)
def test_a_field_whose_value_is_no_text_is_sent_as_json(kind: forms.Kind) -> None:
    for record in getattr(read_facts(), kind.key):
        for name, value in forms.values_of(record).items():
            entry = kind.entry(name)
            if entry and value is not None:
                assert entry.is_json is not isinstance(value, str), name


def test_kinds_are_the_files_in_their_order() -> None:
    assert [kind.file for kind in forms.KINDS] == list(FILES)
    assert forms.kind_of_file("rag/data/avc_hours.jsonl") is forms.kind_named("hours")
    assert forms.kind_of_file("dialogue/wording/blocklist.txt") is None
    assert forms.kind_named("x") is None


def test_values_are_those_of_the_file() -> None:
    record = Hours(id="hours-x", text="Open.", last_updated=dt.date(2026, 11, 23), source="sample", days=("mon",),
                   opens=dt.time(8), closes=dt.time(17, 30))  # fmt: skip
    values: dict[str, Any] = forms.values_of(record)
    assert (values["opens"], values["closes"], values["days"]) == ("08:00", "17:30", ["mon"])
    assert values["last_updated"] == "2026-11-23"
    assert values["date"] is None


def test_a_record_is_called_by_what_it_is_about() -> None:
    facts = read_facts()
    titles = {record.id: forms.title_of(record) for record in facts.records}
    assert titles["faq-what-to-bring"] == "What should I bring to my appointment?"
    assert titles["plan-vsp"] == "VSP"
    assert titles["hours-kendall-weekday"] == "hours-kendall-weekday"


def test_every_record_that_ships_is_of_a_kind() -> None:
    records: tuple[Record, ...] = read_facts().records
    assert {forms.kind_of(record).key for record in records} == {kind for kind, _ in FILES.values()}
    assert isinstance(records[0], Location)
