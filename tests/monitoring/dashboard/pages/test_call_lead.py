"""A lead against its call, field by field."""

import datetime as dt
from typing import Any

from call import Lead, Slots, Turn, Window
from monitoring.case import CallCase, case_of
from monitoring.dashboard.pages.call_lead import FIELDS, LeadView, Row, lead_view
from tests.monitoring.calls import sid
from tests.monitoring.dashboard.pages.test_call_lines import event, record

PLACES = {"kendall": "Kendall", "austin": "Austin"}
TUESDAY = Window(day=dt.date(2026, 12, 1), time="10:00")


def case(
    slots: Slots, lead: dict[str, Any] | None, *events: dict[str, Any], turns: list[Turn] | None = None
) -> CallCase:
    made = Lead(call_sid=sid(1), caller_id="+13055550123", **lead) if lead is not None else None
    return case_of(record(slots=slots, caller="+13055550123", turns=turns or []), events, made)


def view(*args: Any, **more: Any) -> LeadView:
    found = lead_view(case(*args, **more), PLACES)
    assert found is not None
    return found


def row(found: LeadView, label: str) -> Row:
    return next(one for one in found.rows if one.label == label)


def test_a_call_without_a_lead_has_none() -> None:
    assert lead_view(case(Slots(), None), PLACES) is None


def test_what_the_caller_confirmed_says_so() -> None:
    found = view(Slots(name="Maria Lopez", name_confirmed=True, location="kendall", confirmed=True, windows=(TUESDAY,)),
                 {"name": "Maria Lopez", "location": "kendall", "preferred_windows": [TUESDAY]})  # fmt: skip
    assert [(row(found, one).lead, row(found, one).state) for one in ("Name", "Office", "Wished times")] == [
        ("Maria Lopez", "confirmed"), ("Kendall", "confirmed"), ("Tue, Dec 1, 10:00", "confirmed")
    ]  # fmt: skip


def test_what_differs_shows_both_sides() -> None:
    found = row(view(Slots(location="austin"), {"location": "kendall"}), "Office")
    assert (found.lead, found.call, found.state) == ("Kendall", "Austin", "differs")


def test_what_one_side_alone_has_is_told() -> None:
    found = view(Slots(insurance_vision="VSP"), {"message": "Call after five"})
    assert (row(found, "Vision plan").state, row(found, "Message").state) == ("call", "lead")


def test_a_review_reason_stands_at_its_field() -> None:
    codes = [
        "name-not-said",
        "date-not-said",
        "insurance-not-said",
        "differs-after-call-date-of-birth",
        "made-by-rules",
        "a-new-code",
    ]
    found = view(Slots(), {"name": "Maria", "insurance_medical": "Aetna", "review_reasons": codes})
    assert row(found, "Name").reasons == ("the name does not stand in what was heard of the caller",)
    assert len(row(found, "Wished times").reasons) == len(row(found, "Medical plan").reasons) == 1
    assert "otherwise" in row(found, "Date of birth").reasons[0]
    assert not any(one.label == "Vision plan" for one in found.rows)
    assert found.reasons == (
        "no model read the transcript; the fields come from the conversation alone", "a new code"
    )  # fmt: skip


def test_every_field_names_what_a_lead_and_the_slots_have() -> None:
    for field in FIELDS:
        assert field.name in Lead.model_fields
        for name in (field.slot, field.confirmed):
            assert not name or name in Slots.model_fields


def test_a_field_points_at_the_words_that_gave_it() -> None:
    turns = [
        Turn(speaker="caller", text="at kendall", at_sec=10.0),
        Turn(speaker="caller", text="no austin", at_sec=20.0),
    ]
    found = view(
        Slots(location="austin"),
        {"location": "austin"},
        event(10.01, "slots", slots={"location": "kendall"}),
        event(20.01, "slots", slots={"location": "austin"}),
        event(30.0, "slots", slots={"location": "austin", "name": "M"}),
        turns=turns,
    )
    assert (row(found, "Office").at_sec, row(found, "Office").heard) == (20.0, "no austin")
