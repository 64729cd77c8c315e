from xml.etree import ElementTree

import pytest

from telephony import twiml

NUMBER = "+13055550199"
URL = "wss://phone.example.com/ws"


def verbs(xml: str) -> list[str]:
    return [element.tag for element in ElementTree.fromstring(xml)]


def spoken(xml: str) -> str:
    return " ".join(element.text or "" for element in ElementTree.fromstring(xml).iter("Say"))


ALL = [
    twiml.connect(URL, "t", handoff_number=NUMBER),
    twiml.connect(URL, "t"),
    twiml.person(NUMBER),
    twiml.person(None),
    twiml.full(NUMBER, practice_name="Advanced Vision Care"),
    twiml.full(None),
]


def test_a_call_is_connected_to_the_stream_with_its_token() -> None:
    root = ElementTree.fromstring(twiml.connect(URL, 'a"<&>b', handoff_number=NUMBER))
    stream = root.find("Connect/Stream")
    assert stream is not None
    assert stream.get("url") == URL
    parameter = stream.find("Parameter")
    assert parameter is not None
    assert parameter.attrib == {"name": "token", "value": 'a"<&>b'}


def test_a_person_follows_a_stream_that_breaks_off() -> None:
    xml = twiml.connect(URL, "t", handoff_number=NUMBER)
    assert verbs(xml) == ["Connect", "Say", "Say", "Say", "Dial", "Say"]
    assert ElementTree.fromstring(xml).findtext("Dial/Number") == NUMBER


def test_without_a_person_words_ask_to_call_again() -> None:
    xml = twiml.connect(URL, "t")
    assert "Dial" not in verbs(xml)
    assert "call again" in spoken(xml)


@pytest.mark.parametrize("xml", ALL)
def test_every_answer_holds_the_emergency_advice_and_rejects_nobody(xml: str) -> None:
    assert "911" in spoken(xml)
    assert "emergency room" in spoken(xml)
    assert "sala de emergencias" in spoken(xml)
    assert "Reject" not in verbs(xml)


@pytest.mark.parametrize("xml", ALL)
def test_the_emergency_advice_comes_before_the_dial(xml: str) -> None:
    order = verbs(xml)
    if "Dial" in order:
        advice = next(n for n, e in enumerate(ElementTree.fromstring(xml)) if "911" in (e.text or ""))
        assert advice < order.index("Dial")


@pytest.mark.parametrize("xml", [*ALL, twiml.transfer(NUMBER, words="One moment.")])
def test_answers_are_small(xml: str) -> None:
    assert len(xml) < 4000


def test_a_full_house_dials_the_overflow_number() -> None:
    xml = twiml.full(NUMBER, practice_name="Smith & Sons <Eyes>")
    assert ElementTree.fromstring(xml).findtext("Dial/Number") == NUMBER
    assert "Smith & Sons <Eyes>" in spoken(xml)


def test_a_full_house_without_an_overflow_number_promises_no_voice_mail() -> None:
    xml = twiml.full(None)
    assert set(verbs(xml)) == {"Say"}
    assert "message" not in spoken(xml)


def test_a_transfer_dials_and_reports_to_an_absolute_url() -> None:
    xml = twiml.transfer(NUMBER, words="One moment.", action_url="https://phone.example.com/after?a=1&b=2")
    root = ElementTree.fromstring(xml)
    dial = root.find("Dial")
    assert verbs(xml) == ["Say", "Dial"]
    assert dial is not None
    assert dial.get("action") == "https://phone.example.com/after?a=1&b=2"


def test_a_transfer_without_words_and_action_only_dials_first() -> None:
    assert verbs(twiml.transfer(NUMBER))[0] == "Dial"


@pytest.mark.parametrize("url", ["/after", "after", "ftp://phone.example.com/", "https:///after"])
def test_a_relative_action_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="absolute"):
        twiml.transfer(NUMBER, action_url=url)


def test_twiml_that_twilio_would_not_take_is_refused() -> None:
    with pytest.raises(ValueError, match="4000"):
        twiml.transfer(NUMBER, words="word " * 1000)


@pytest.mark.parametrize("language", ["en", "es", "fr"])
@pytest.mark.parametrize("emergency", [False, True])
@pytest.mark.parametrize("calls_back", [False, True])
def test_after_a_missed_transfer_words_end_the_call(language: str, emergency: bool, calls_back: bool) -> None:
    xml = twiml.nobody_answered(language, emergency=emergency, calls_back=calls_back)
    assert verbs(xml) == ["Say", "Hangup"]
    assert ("911" in spoken(xml)) is emergency
    assert spoken(xml).endswith(("Goodbye.", "Adiós."))
