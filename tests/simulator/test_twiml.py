import pytest

from simulator.twiml import Dial, Hangup, Record, Redirect, Say, Stream, TwimlError, parse


def test_verbs_come_in_their_order() -> None:
    verbs = parse(
        '<?xml version="1.0"?><Response><Connect><Stream url="wss://ava.example.com/ws">'
        '<Parameter name="token" value="abc"/></Stream></Connect><Say>One moment.</Say>'
        '<Dial action="https://ava.example.com/after">+13055550110</Dial><Dial><Number>+13055550111</Number></Dial>'
        "<Record/><Redirect>/voice</Redirect><Hangup/></Response>"
    )
    assert verbs == [
        Stream("wss://ava.example.com/ws", {"token": "abc"}),
        Say("One moment."),
        Dial(("+13055550110",), "https://ava.example.com/after"),
        Dial(("+13055550111",)),
        Record(),
        Redirect("/voice"),
        Hangup(),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<Response><Say>broken</Response>", "12100"),
        ("<Answer/>", "12100"),
        ("<Response><Sing>la</Sing></Response>", "12200"),
        ("<Response><Connect/></Response>", "12200"),
        ('<Response><Connect><Stream url="https://a.example.com/ws"/></Connect></Response>', "31920"),
        ('<Response><Connect><Stream url="wss://a.example.com/ws?token=1"/></Connect></Response>', "31920"),
        ("<Response><Connect><Stream/></Connect></Response>", "12200"),
    ],
)
def test_what_twilio_refuses_is_refused(text: str, code: str) -> None:
    with pytest.raises(TwimlError, match=code):
        parse(text)
