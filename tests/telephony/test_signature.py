import pytest

from errors import ConfigError, TelephonyError
from telephony.signature import FormParams, SignatureChecker, parse_form
from tests.telephony.fakes import AUTH_TOKEN, HOST, sign, voice_fields

BODY = b"CallSid=CA00&From=%2B13055550123&To=%2B13055550100&ForwardedFrom="
FIELDS = {"CallSid": "CA00", "From": "+13055550123", "To": "+13055550100", "ForwardedFrom": ""}


@pytest.fixture
def checker() -> SignatureChecker:
    return SignatureChecker(AUTH_TOKEN, HOST)


def test_twilios_published_example_passes() -> None:
    body = b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
    checker = SignatureChecker("12345", "mycompany.com")
    signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert checker.webhook_is_signed("/myapp.php", "foo=1&bar=2", parse_form(body), signature)
    assert not checker.webhook_is_signed("/myapp.php", "bar=2&foo=1", parse_form(body), signature)


@pytest.mark.parametrize("url", [f"https://{HOST}/voice", f"https://{HOST}:443/voice"])
def test_the_default_port_may_be_in_the_signed_url(checker: SignatureChecker, url: str) -> None:
    assert checker.webhook_is_signed("/voice", "", parse_form(BODY), sign(url, FIELDS))


@pytest.mark.parametrize(
    "url",
    [f"http://{HOST}/voice", f"https://{HOST}/voice/", f"https://{HOST}:8443/voice", "https://other.example.com/voice"],
)
def test_a_signature_over_another_url_is_refused(checker: SignatureChecker, url: str) -> None:
    assert not checker.webhook_is_signed("/voice", "", parse_form(BODY), sign(url, FIELDS))


@pytest.mark.parametrize("signature", [None, "", "nonsense", "\xe9\xe9"])
def test_a_missing_or_odd_signature_is_refused(checker: SignatureChecker, signature: str | None) -> None:
    assert not checker.webhook_is_signed("/voice", "", parse_form(BODY), signature)
    assert not checker.stream_is_signed("/ws", "", signature)


def test_a_blank_field_is_part_of_what_was_signed(checker: SignatureChecker) -> None:
    signature = sign(f"https://{HOST}/voice", FIELDS)
    without_blank = BODY.removesuffix(b"&ForwardedFrom=")
    # The name of a blank field is signed too.
    assert parse_form(BODY)["ForwardedFrom"] == [""]
    assert not checker.webhook_is_signed("/voice", "", parse_form(without_blank), signature)


def test_a_changed_field_is_refused(checker: SignatureChecker) -> None:
    signature = sign(f"https://{HOST}/voice", FIELDS)
    assert not checker.webhook_is_signed("/voice", "", parse_form(BODY.replace(b"0123", b"0124")), signature)


def test_spaces_of_a_value_are_kept() -> None:
    assert parse_form(b"CallerName=+ANN++LEE+").first("CallerName") == " ANN  LEE "


def test_repeated_fields_are_signed_as_their_sorted_values(checker: SignatureChecker) -> None:
    params = parse_form(b"A=2&A=1&A=2&B=x")
    assert params.getall("A") == ["2", "1", "2"]
    signature = sign(f"https://{HOST}/voiceA1A2Bx")  # what Twilio's algorithm makes of these fields
    assert checker.webhook_is_signed("/voice", "", params, signature)


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"&".join(b"a%d=1" % number for number in range(201))])
def test_a_body_that_is_no_form_is_refused_with_a_code(body: bytes) -> None:
    with pytest.raises(TelephonyError) as caught:
        parse_form(body)
    assert caught.value.code == "bad-form"


@pytest.mark.parametrize("url", [f"wss://{HOST}/ws", f"wss://{HOST}:443/ws"])
def test_a_stream_is_signed_over_the_wss_url(checker: SignatureChecker, url: str) -> None:
    assert checker.stream_is_signed("/ws", "", sign(url))


@pytest.mark.parametrize("url", [f"https://{HOST}/ws", f"wss://{HOST}/ws/", f"ws://{HOST}/ws", f"wss://{HOST}/voice"])
def test_a_stream_signed_over_another_url_is_refused(checker: SignatureChecker, url: str) -> None:
    assert not checker.stream_is_signed("/ws", "", sign(url))


def test_a_host_with_the_default_port_accepts_streams_signed_without_it() -> None:
    checker = SignatureChecker(AUTH_TOKEN, f"{HOST}:443")
    assert checker.stream_is_signed("/ws", "", sign(f"wss://{HOST}/ws"))
    assert checker.stream_is_signed("/ws", "", sign(f"wss://{HOST}:443/ws"))


def test_a_host_with_another_port_accepts_only_that_port_for_streams() -> None:
    checker = SignatureChecker(AUTH_TOKEN, "127.0.0.1:8200")
    assert checker.stream_is_signed("/ws", "", sign("wss://127.0.0.1:8200/ws"))
    assert not checker.stream_is_signed("/ws", "", sign("wss://127.0.0.1:443/ws"))


def test_a_genuine_request_for_another_host_is_told_apart_from_a_forgery(checker: SignatureChecker) -> None:
    fields = voice_fields()
    params = FormParams({name: [value] for name, value in fields.items()})
    genuine = sign("https://old.example.com/voice", fields)
    assert checker.signed_for_another_host("old.example.com", "/voice", "", params, genuine)
    assert not checker.signed_for_another_host("old.example.com", "/voice", "", params, "forged")
    assert not checker.signed_for_another_host("[bad", "/voice", "", params, genuine)
    assert not checker.signed_for_another_host("a.example:99999", "/voice", "", params, genuine)


def test_the_self_check_returns_the_url_for_twilios_console(checker: SignatureChecker) -> None:
    assert checker.self_check("/voice") == f"https://{HOST}/voice"


def test_the_self_check_names_the_variable_when_the_host_is_unusable() -> None:
    with pytest.raises(ConfigError, match="PUBLIC_HOST"):
        SignatureChecker(AUTH_TOKEN, "phone.example.com:99999").self_check("/voice")
