from datetime import date
from typing import Any

import pytest

from call import Paper, Window
from odoo.chatter import Known, after_call_external_id, after_call_note, attachment_cells, note, tag_names
from odoo.lead_words import REVIEW, review_words
from tests.odoo.helpers import a_lead


@pytest.mark.parametrize(
    ("fields", "promise"),
    [
        ({"intent": "book"}, "nothing is booked until then"),
        ({"intent": "refill"}, "that staff call back"),
        ({"intent": "refill", "phone": None, "phone_verified": False}, "no number to call back is known"),
        ({"callback_consent": False}, "does not want to be called back"),
    ],
)
def test_the_note_says_what_ava_promised(fields: dict[str, Any], promise: str) -> None:
    _, _, rest = note(a_lead(**fields)).partition("<b>AVA promised:</b>")
    assert promise in rest.partition("<br>")[0]


def test_the_note_says_how_certain_each_thing_is() -> None:
    window = Window(day=date(2026, 12, 1), time="10:30", timezone="America/New_York", words="next Tuesday")
    text = note(a_lead(name_confirmed=True, preferred_windows=[window], review_reasons=["date-not-said"]))
    for part in (
        "Rosa Ortega (confirmed)",
        "+13055550123 (the number that the call came from)",
        "10:30 AM (America/New_York), &quot;next Tuesday&quot;",
        "a wished day does not stand in what was heard",
    ):
        assert part in text, part


def test_the_note_links_what_is_known_of_the_number_by_id_alone() -> None:
    text = note(a_lead(), known=Known(leads=(12, 7), contacts=(34,)))
    assert 'Earlier leads of this number:</b> <a href="#" data-oe-model="crm.lead" data-oe-id="12">#12</a>, <a' in text
    assert 'Contacts:</b> <a href="#" data-oe-model="res.partner" data-oe-id="34">#34</a>' in text
    assert "<a " not in note(a_lead())


def test_each_set_of_later_findings_has_an_id_of_its_own_whatever_their_order() -> None:
    one, two = "after-call-name", "after-call-date"
    keys = [after_call_external_id("CA1", codes) for codes in ([one, two], [two, one], [one], [two])]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert all(key.startswith("avc_after.CA1_") and key.count(".") == 1 for key in keys)


def test_later_findings_are_told_in_words() -> None:
    text = after_call_note(a_lead(), ["after-call-number", "read-again", "some-new-code"])
    for part in ("another telephone number was heard", "told more than the call did", "some new code"):
        assert part in text
    assert all(review_words(code) == words for code, words in REVIEW.items())


@pytest.mark.parametrize(
    ("fields", "tags"),
    [
        ({}, ["phone-agent"]),
        ({"urgency": "urgent"}, ["phone-agent", "urgent"]),
        ({"urgency": "emergent", "needs_review": True}, ["phone-agent", "urgent", "review"]),
    ],
)
def test_tags_say_where_a_lead_comes_from_and_what_it_needs(fields: dict[str, Any], tags: list[str]) -> None:
    assert tag_names(a_lead(**fields)) == tags


def test_a_file_keeps_the_ending_that_tells_odoo_what_it_is_and_no_sign_that_could_do_harm() -> None:
    cells = attachment_cells(101, Paper("audio", 'a"<b>/../call.mp3', lambda: b""), "AP8=")
    assert cells["name"] == "a_b_.._call.mp3"
    assert (cells["datas"], cells["res_model"], cells["res_id"]) == ("AP8=", "crm.lead", "101")
