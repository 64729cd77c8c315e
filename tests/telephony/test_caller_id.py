import pytest

from telephony.caller_id import normalise


@pytest.mark.parametrize(
    "number",
    [
        "",
        "  ",
        "anonymous",
        "Anonymous",
        "UNKNOWN",
        "restricted",
        "private",
        "unavailable",
        "blocked",
        "+266696687",  # ANONYMOUS on a keypad
        "266696687",
        "+86282452253",  # UNAVAILABLE
        "+8656696",  # UNKNOWN
        "+2562533",  # BLOCKED
        "+7378742833",  # RESTRICTED
        "+7748283",  # PRIVATE
        "sip:anonymous@anonymous.invalid",
        "client:front-desk",
    ],
)
def test_a_withheld_number_is_no_number(number: str) -> None:
    assert normalise(number) is None


@pytest.mark.parametrize(
    "number",
    ["+13055550123", " 13055550123", "3055550123", "+1 (305) 555-0123", "sip:+13055550123@carrier.example"],
)
def test_a_north_american_number_becomes_e164(number: str) -> None:
    assert normalise(number) == "+13055550123"


def test_a_number_of_another_country_is_kept() -> None:
    assert normalise("+525555550123") == "+525555550123"


@pytest.mark.parametrize("number", ["+0123456789", "+1305555", "+10005550123", "+1234567890123456", "+1305٥٥٥0123"])
def test_what_cannot_be_dialled_is_no_number(number: str) -> None:
    assert normalise(number) is None
