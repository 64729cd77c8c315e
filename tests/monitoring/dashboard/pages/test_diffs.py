import json

import pytest

from monitoring.dashboard.pages.diffs import Diff, line_diffs, value_diff
from monitoring.dashboard.pages.forms import kind_named
from monitoring.dashboard.pages.words import Piece, marked

HOURS, FAQS = "rag/data/avc_hours.jsonl", "rag/data/avc_faqs.jsonl"


def text(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"[{one.text}]" if one.changed else one.text for one in pieces)


def both(diff: Diff) -> tuple[str, str, str]:
    return diff.label, text(diff.old), text(diff.new)


def test_only_the_words_that_differ_are_marked() -> None:
    old, new = marked("We are open from 8:00 AM to 5:00 PM.", "We are open from 8:00 AM to 6:30 PM.")
    assert text(old) == "We are open from 8:00 AM to [5:00] PM."
    assert text(new) == "We are open from 8:00 AM to [6:30] PM."


@pytest.mark.parametrize(
    ("old", "new"), [("", "all new"), ("gone", ""), ("a  b\n c", "a b"), ("don't", "do not"), ("<b>", "“é” 1,500.00")]
)
def test_the_pieces_of_a_side_are_its_text_again(old: str, new: str) -> None:
    before, after = marked(old, new)
    assert ("".join(one.text for one in before), "".join(one.text for one in after)) == (old, new)


def test_a_changed_record_shows_its_fields_in_the_words_of_the_form() -> None:
    old = {"id": "x", "days": ["mon"], "closes": "17:00", "closed": True, "last_updated": "2026-11-23"}
    new = {"id": "x", "days": ["mon", "tue"], "closes": "18:00", "last_updated": "2026-12-01"}
    assert [both(one) for one in line_diffs(HOURS, json.dumps(old), json.dumps(new))] == [
        ("Days of the week", "mon", "mon[, tue]"),
        ("Closes", "[5:00] PM", "[6:00] PM"),
        ("Closed", "[yes]", ""),
    ]


def test_a_new_record_shows_what_it_holds_and_no_empty_field() -> None:
    record = {"id": "faq-x", "text": "", "question": "Why?", "answer": "", "source": "practice"}
    found = line_diffs(FAQS, "", json.dumps(record))
    assert [both(one) for one in found] == [("Question", "", "[Why?]"), ("Confirmed", "", "[by the practice]")]


def test_a_field_that_no_form_knows_is_shown_under_its_own_name() -> None:
    (found,) = line_diffs(HOURS, '{"id": "x"}', '{"id": "x", "colour": "blue"}')
    assert both(found) == ("colour", "", "[blue]")


def test_a_line_of_a_wording_is_shown_as_it_is() -> None:
    (found,) = line_diffs("dialogue/wording/blocklist.txt", "", "guaranteed results")
    assert both(found) == ("", "", "[guaranteed results]")


def test_a_line_of_records_that_is_no_record_is_shown_as_it_is() -> None:
    (found,) = line_diffs(HOURS, "not json", "neither")
    assert both(found) == ("", "[not json]", "[neither]")


def test_a_value_that_should_be_json_and_is_not_is_shown_as_it_is() -> None:
    hours = kind_named("hours")
    assert hours
    assert both(value_diff("Days", hours.entry("days"), "mon, tue", '["mon"]')) == ("Days", "mon[, tue]", "mon")
