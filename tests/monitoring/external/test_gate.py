import pytest

from monitoring.external.gate import known_values, still_told
from pseudonyms import Kind
from tests.monitoring.external.claude_calls import call

KNOWN = {Kind.NAME: ("Jordan O'Sample",), Kind.PHONE: ("+13055550123",), Kind.BIRTH: ("1980-03-24",)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hello jordan", Kind.NAME),
        ("the Jordans are here", Kind.NAME),
        ("j o r d a n", Kind.NAME),
        ("J-O-R-D-A-N", Kind.NAME),
        ("jordán", Kind.NAME),
        ("305 555 0123", Kind.PHONE),
        ("five five five oh one two three", Kind.PHONE),
        ("triple five then oh one", Kind.PHONE),
        ("ending in oh one two three", Kind.PHONE),
        ("oh 1 and then 23", Kind.PHONE),
        ("march the twenty fourth", Kind.BIRTH),
        ("24 de marzo", Kind.BIRTH),
        ("03/24/1980", Kind.BIRTH),
        ("1980-03-24", Kind.BIRTH),
    ],
)
def test_what_is_known_of_a_caller_is_found_in_every_form(text: str, kind: Kind) -> None:
    assert still_told([text], KNOWN) == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "[NAME_1] called from [PHONE_1]",
        "march the twenty fifth at ten",
        "at 10:30 or 2:15",
        "my eye hurts",
        "the second of may",
    ],
)
def test_what_tells_nobody_passes(text: str) -> None:
    assert still_told([text], KNOWN) == frozenset()


def test_a_number_in_pieces_over_turns_is_found() -> None:
    assert still_told(["three oh", "five five five", "five oh"], KNOWN) == {Kind.PHONE}


def test_a_call_knows_what_was_corrected_too() -> None:
    case = call([{"name": "Jordan Wrong"}, {"name": "Casey Right", "callback_number": "+13055550177"}])
    known = known_values(case)
    assert {"Jordan Wrong", "Casey Right"} <= set(known[Kind.NAME])
    assert {"+13055550123", "+13055550177"} <= set(known[Kind.PHONE])
