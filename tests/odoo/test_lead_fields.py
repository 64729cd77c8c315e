from datetime import date
from typing import Any

import pytest

from call import Lead, Window
from odoo.chatter import missed_transfer_note, note
from odoo.lead_fields import lead_cells, one_line, title, window_in_words
from tests.odoo.helpers import a_lead


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "Eye exam – Coral Gables – Rosa Ortega (tentative)"),
        ({"urgency": "emergent", "intent": "other"}, "EMERGENCY: Call: eye exam – Coral Gables – Rosa Ortega"),
        ({"service": None, "location": None}, "Appointment – Rosa Ortega (tentative)"),
        ({"intent": "cancel"}, "Cancellation: eye exam – Coral Gables – Rosa Ortega (tentative)"),
        ({"intent": "refill", "service": None, "name": None}, "Refill – Coral Gables – +13055550123"),
    ],
)
def test_the_title_says_what_where_and_who(fields: dict[str, Any], expected: str) -> None:
    assert title(a_lead(**fields)) == expected


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (Window(), "any time"),
        (Window(words="whenever"), '"whenever"'),
        (
            Window(day=date(2026, 12, 1), time="00:30", timezone="America/Chicago", words="half past midnight"),
            'Tuesday, December 1, 2026 at 12:30 AM (America/Chicago), "half past midnight"',
        ),
        (Window(part="morning"), "in the morning (the office's local time)"),
        (Window(time="14:05"), "at 2:05 PM (the office's local time)"),
        (Window(time="77:99"), "at 77:99 (the office's local time)"),
    ],
)
def test_a_window_is_told_in_words(window: Window, words: str) -> None:
    assert window_in_words(window) == words


def test_the_description_tells_everything_in_plain_words() -> None:
    lead = a_lead(
        phone="+13055550188", phone_verified=False, is_new_patient=True, insurance_vision="V S P",
        message="Call my son", callback_consent=False, language="es", needs_review=True,
        review_reasons=["time-in-the-past", "some-new-code"],
        preferred_windows=[Window(day=date(2026, 12, 1), part="morning", timezone="America/New_York")],
    )  # fmt: skip
    text = lead_cells(lead, kind="lead")["description"]
    for part in (
        "<b>Status:</b> tentative", "<b>Office:</b> Coral Gables", "<b>Service:</b> Eye exam",
        "<b>New patient:</b> yes",
        "+13055550188 (given by the caller; the call came from +13055550123)", "<b>Message:</b> Call my son",
        "<b>Consent to a call back:</b> no", "Spanish", "V S P", "Rosa Ortega (not confirmed)",
        "Tuesday, December 1, 2026 in the morning (America/New_York)", "over before the call<br>some new code",
    ):  # fmt: skip
        assert part in text, part


def test_every_cell_is_text_and_none_is_missing() -> None:
    for lead in (a_lead(), Lead(call_sid="CA1", caller_id=None, review_reasons=["no-name"], needs_review=True)):
        cells = lead_cells(lead, kind="lead", stage_id=1, team_id=2, user_id=3)
        assert all(isinstance(cell, str) for cell in cells.values())
        assert cells["referred"] == lead.call_sid
        assert lead.call_sid in note(lead)


def test_a_line_has_no_sign_that_cannot_be_sent() -> None:
    assert one_line("a\x00b\r\n\tc\ud83d \ufeff d") == "a b c d"


@pytest.mark.parametrize(
    ("urgency", "handoff_reason", "stars"),
    [
        ("routine", None, "0"),
        ("routine", "angry", "1"),
        ("urgent", None, "2"),
        ("urgent", "not_understood", "2"),
        ("emergent", "emergency", "3"),
    ],
)
def test_a_handoff_raises_the_priority_of_a_routine_call_and_says_why(
    urgency: Any, handoff_reason: str | None, stars: str
) -> None:
    cells = lead_cells(a_lead(urgency=urgency, handoff_reason=handoff_reason), kind="lead")
    assert cells["priority"] == stars
    assert ("Handed to staff because" in cells["description"]) is (handoff_reason is not None)


def test_every_reason_of_a_handoff_is_told_in_words() -> None:
    assert "did not understand the caller" in note(a_lead(handoff_reason="not_understood"))
    assert "a question about optical ready" in note(a_lead(handoff_reason="optical_ready"))


def test_the_note_of_a_missed_transfer_says_to_call_back_and_where() -> None:
    lead = a_lead(urgency="emergent", handoff_reason="emergency", phone="+13055550188", phone_verified=False)
    body = missed_transfer_note(lead)
    assert "EMERGENCY: the call was put through and nobody answered" in body
    assert "+13055550188" in body
