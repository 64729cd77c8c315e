from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from config import Settings
from metrics import TRANSFERS
from telephony.transferred import Result, Transfer, TransferReports, first_dial, result_of, transfer_of
from tests.telephony.fakes import HOST, call_sid

HANDOFF, EMERGENCY = "+13055550110", "+13055550111"
EVERY_KIND = [
    Transfer(number, emergency, language, calls_back, then_handoff)
    for number in ("handoff", "emergency")
    for emergency in (False, True)
    for language in ("en", "es")
    for calls_back in (False, True)
    for then_handoff in (False, True)
]


def reports(**numbers: str | None) -> TransferReports:
    values = {"handoff_number": HANDOFF, "emergency_number": EMERGENCY, **numbers}
    return TransferReports(Settings(_env_file=None, public_host=HOST, **values))


def verbs(xml: str) -> list[str]:
    return [verb.tag for verb in ElementTree.fromstring(xml)]


@pytest.mark.parametrize("transfer", EVERY_KIND)
def test_a_transfer_comes_back_from_its_url_as_it_was(transfer: Transfer) -> None:
    url = urlsplit(transfer.action_url(HOST))
    assert (url.scheme, url.netloc, url.path) == ("https", HOST, "/transferred")
    assert transfer_of(url.query) == transfer


@pytest.mark.parametrize("query", ["", "to=911&lang=xx", "emergency=yes&back=2", "%%%", "to&lang&back"])
def test_an_odd_query_is_a_plain_transfer(query: str) -> None:
    assert transfer_of(query) == Transfer()


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("completed", "answered"),
        ("answered", "answered"),
        ("busy", "busy"),
        ("no-answer", "no-answer"),
        ("failed", "failed"),
        ("canceled", "canceled"),
        ("", "unknown"),
        ("<script>", "unknown"),
    ],
)
def test_the_end_of_a_dial_is_one_of_few_codes(status: str, result: str) -> None:
    assert result_of(status) == result


def test_a_talk_with_a_person_ends_the_call() -> None:
    after = reports().take(call_sid(1), Transfer(), "answered")
    assert (verbs(after.twiml), after.missed) == (["Hangup"], False)


@pytest.mark.parametrize("result", ["busy", "no-answer", "failed", "canceled", "unknown"])
def test_whatever_else_happens_the_caller_is_told_and_the_transfer_was_missed(result: Result) -> None:
    after = reports().take(call_sid(1), Transfer(calls_back=True), result)
    assert verbs(after.twiml) == ["Say", "Hangup"]
    assert "nobody could answer" in after.twiml
    assert "Our staff will call you back." in after.twiml
    assert after.missed


def test_a_call_back_is_promised_only_where_a_number_is_known() -> None:
    words = reports().take(call_sid(1), Transfer(calls_back=False), "busy").twiml
    assert "call you back" not in words
    assert "call us again" in words


def test_a_spanish_speaking_caller_is_told_in_spanish() -> None:
    words = reports().take(call_sid(1), Transfer(language="es", calls_back=True), "busy").twiml
    assert 'language="es-US"' in words
    assert "le devolverá la llamada" in words


@pytest.mark.parametrize(("language", "room"), [("en", "emergency room"), ("es", "sala de emergencias")])
def test_an_emergency_that_nobody_took_is_sent_to_911_at_once(language: str, room: str) -> None:
    words = reports().take(call_sid(1), Transfer("emergency", emergency=True, language=language), "busy").twiml
    assert "911" in words
    assert room in words
    assert "again" not in words


def test_after_the_emergency_number_the_handoff_number_is_dialled_and_reports_too() -> None:
    desk, first = reports(), Transfer("emergency", emergency=True, calls_back=True, then_handoff=True)
    after = desk.take(call_sid(1), first, "no-answer")
    dial = ElementTree.fromstring(after.twiml).find("Dial")
    assert dial is not None
    assert (dial.findtext("Number"), dial.get("method"), after.missed) == (HANDOFF, "POST", False)
    second = transfer_of(urlsplit(dial.get("action")).query)
    assert second == Transfer("handoff", emergency=True, calls_back=True)
    last = desk.take(call_sid(1), second, "no-answer")
    assert (verbs(last.twiml), last.missed) == (["Say", "Hangup"], True)


@pytest.mark.parametrize("numbers", [{"handoff_number": None}, {"handoff_number": EMERGENCY}])
def test_a_handoff_number_that_is_none_or_the_same_is_not_dialled_again(numbers: dict[str, str | None]) -> None:
    after = reports(**numbers).take(call_sid(1), Transfer("emergency", emergency=True, then_handoff=True), "busy")
    assert (verbs(after.twiml), after.missed) == (["Say", "Hangup"], True)


def test_a_caller_who_has_hung_up_is_put_through_to_nobody_and_called_back() -> None:
    first = Transfer("emergency", emergency=True, then_handoff=True)
    after = reports().take(call_sid(1), first, "canceled", caller_is_gone=True)
    assert "Dial" not in verbs(after.twiml)
    assert after.missed


def test_a_repeated_report_is_answered_alike_and_counted_once() -> None:
    desk, before = reports(), TRANSFERS.labels("handoff", "busy")._value.get()
    first, again = (desk.take(call_sid(1), Transfer(calls_back=True), "busy") for _ in range(2))
    assert (again.twiml, first.missed, again.missed) == (first.twiml, True, False)
    assert TRANSFERS.labels("handoff", "busy")._value.get() == before + 1


def test_the_memory_of_reports_has_an_end() -> None:
    desk = reports()
    for number in range(1500):
        desk.take(call_sid(number), Transfer(), "busy")
    assert len(desk._seen) == 1024
    assert not desk.take(call_sid(1499), Transfer(), "busy").missed


@pytest.mark.parametrize(
    ("numbers", "emergency", "staff_answer", "number", "then_handoff"),
    [
        ((HANDOFF, EMERGENCY), False, True, HANDOFF, False),
        ((HANDOFF, EMERGENCY), True, True, EMERGENCY, True),
        ((HANDOFF, EMERGENCY), True, False, EMERGENCY, False),
        ((EMERGENCY, EMERGENCY), True, True, EMERGENCY, False),
        ((None, EMERGENCY), True, False, EMERGENCY, False),
        ((HANDOFF, None), True, True, HANDOFF, False),
        ((None, EMERGENCY), False, False, None, False),
        ((None, None), True, False, None, False),
    ],
)
def test_an_emergency_goes_to_its_own_number_first_and_to_staff_who_answer_next(
    numbers: tuple[str | None, str | None],
    emergency: bool,
    staff_answer: bool,
    number: str | None,
    then_handoff: bool,
) -> None:
    settings = Settings(_env_file=None, handoff_number=numbers[0], emergency_number=numbers[1])
    dial = first_dial(settings, emergency=emergency, staff_answer=staff_answer, language="es", calls_back=True)
    if number is None:
        assert dial is None
    else:
        assert dial is not None
        assert dial[0] == number
        assert (dial[1].emergency, dial[1].then_handoff, dial[1].language) == (emergency, then_handoff, "es")
