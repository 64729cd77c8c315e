"""Leads held against transcripts of invented callers: true ones pass without a mark, false ones get theirs."""

import datetime as dt
from typing import Any

import pytest

from call import CallRecord, Lead, Slots, Turn, Window
from dialogue.lead_review import CHECKS, unsaid
from practice import load_facts

FACTS = load_facts()
SUNDAY = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)  # 18:30 in Miami
CALLER = "+13055550123"
BORN = dt.date(1985, 3, 4)


def the_call(*lines: str, caller: str | None = CALLER, slots: Slots | None = None) -> CallRecord:
    """A finished call; a line of AVA's begins with "AVA: "."""
    turns = [
        Turn(speaker="ava" if line.startswith("AVA: ") else "caller", text=line.removeprefix("AVA: "), at_sec=float(at))
        for at, line in enumerate(lines)
    ]
    return CallRecord(
        call_sid="CA" + "0" * 32, account_sid="AC" + "0" * 32, caller=caller, called="+13055550100", started_at=SUNDAY,
        ended_at=SUNDAY, duration_sec=60.0, outcome="completed", turns=turns, slots=slots or Slots(),
    )  # fmt: skip


def review(record: CallRecord, **fields: Any) -> list[str]:
    return unsaid(Lead(call_sid=record.call_sid, caller_id=record.caller, **fields), record, FACTS)


def on(day: str | None = None, time: str | None = None, part: Any = None) -> dict[str, Any]:
    window = Window(day=dt.date.fromisoformat(day) if day else None, time=time, part=part, timezone="America/New_York")
    return {"preferred_windows": [window]}


BOOKING = the_call(
    "AVA: How can I help you today?",
    "hi i'd like to book an eye exam my eyes are getting blurry at night",
    "AVA: Which office would you like?",
    "the kendall one",
    "AVA: May I have your first and last name?",
    "maria lopez",
    "AVA: Do you have vision or medical insurance that you would like to use?",
    "i have v s p",
    "AVA: What day and time would you like?",
    "next tuesday at ten thirty in the morning",
    "AVA: Is there a number to call back?",
    "three oh five double five five oh one seven seven",
)
SPANISH = the_call(
    "AVA: How can I help you today?",
    "hola necesito una cita para un examen de la vista en hialeah",
    "AVA: May I have your name?",
    "me llamo carmen de la cruz",
    "AVA: What day and time would you like?",
    "el martes primero de diciembre a las diez y media",
    "AVA: What is the best number?",
    "siete ocho seis cinco cinco cinco cero uno nueve nueve",
    "AVA: What is your date of birth?",
    "cuatro de marzo de mil novecientos ochenta y cinco",
    caller=None,
)
READ_BACK = the_call(
    "i need to be seen",
    "AVA: Who is calling?",
    "l o p e z maria",
    "AVA: Maria Lopes?",
    "no z not s",
    "AVA: I have an eye exam at Kendall on Wednesday, December 2 at 2:30 PM. Is that right?",
    "yes that is right",
    "AVA: And the number is (305) 555-0188?",
    "yeah",
)
REFILL = the_call(
    "my name is john o'brien with a b",
    "AVA: How can I help?",
    "i ran out of my latanoprost drops two weeks ago and i need a refill at the pharmacy on main street",
)


@pytest.mark.parametrize(
    ("record", "lead"),
    [
        (BOOKING, {"name": "Maria Lopez", "location": "kendall", "service": "eye_exam", "insurance_vision": "VSP",
                   "phone": "+13055550177", "reason": "eyes are getting blurry at night",
                   **on("2026-12-01", "10:30")}),
        (BOOKING, {"name": "Maria Lopez", "phone": CALLER, "reason": "Wants an eye exam, blurry eyes at night"}),
        (BOOKING, on("2026-11-24", "10:30")),  # "next Tuesday" has two readings
        (BOOKING, on("2026-12-01", part="morning")),
        (SPANISH, {"name": "Carmen De La Cruz", "location": "hialeah", "service": "eye_exam", "phone": "+17865550199",
                   "reason": "necesito una cita para un examen de la vista", **on("2026-12-01", "10:30")}),
        (READ_BACK, {"name": "Maria Lopez", "location": "kendall", "service": "eye_exam", "phone": "+13055550188",
                     **on("2026-12-02", "14:30")}),
        (REFILL, {"name": "John O'Brien", "reason": "Ran out of latanoprost drops 2 weeks ago",
                  "message": "i need a refill at the pharmacy on main street"}),
        (the_call("do you take blue cross", "AVA: Yes.", "great i have that"),
         {"insurance_medical": "Blue Cross Blue Shield"}),
        (the_call("AVA: Do you have insurance?", "no"), {"insurance_vision": "self-pay"}),
        (the_call("i need to have my eyes checked"), {"service": "eye_exam", "reason": "Needs an eye exam"}),
        (the_call("i got a bill for two hundred dollars and i don't think it's right"),
         {"reason": "Disputes a $200 bill"}),
        (the_call("i see little black spots floating around"), {"reason": "New floaters"}),
        (the_call("my glasses broke and i need a new pair fast"),
         {"reason": "Broken glasses, needs replacement quickly"}),
        (the_call("my left eye hurts since this morning"), {"reason": "Pain in the left eye since this morning"}),
        (the_call("thursday at two"), on("2026-11-26", "14:00")),
        (the_call("thanksgiving week, maybe friday after work"), on("2026-11-27", part="evening")),
        (the_call("thursday december third", "AVA: It is closed.", "no wednesday"), on("2026-12-02")),
        (the_call("december", "the first at noon"), on("2026-12-01", "12:00")),
        (the_call("as soon as possible"), {"preferred_windows": [Window(words="as soon as possible")]}),
        (the_call("my number is three oh five five five five", "AVA: Go on.", "oh one nine eight no wait oh one nine "
                  "nine"), {"phone": "+13055550199"}),
        (the_call("hello"), {"phone": "+13055550166"}),
        (the_call("hello"), {"name": "Ana Torres"}),
    ],
)  # fmt: skip
def test_a_true_lead_gets_no_mark(record: CallRecord, lead: dict[str, Any]) -> None:
    if record.turns[0].text == "hello":  # nothing of it was said: the keypad and a confirmation stand for it
        keyed = Slots(callback_number="+13055550166", callback_source="keypad", name="Ana Torres", name_confirmed=True)
        record = record.model_copy(update={"slots": keyed})
    assert review(record, **lead) == []


def test_what_a_read_back_was_confirmed_for_needs_no_words() -> None:
    window = Window(day=dt.date(2026, 12, 24), time="09:00", timezone="America/New_York")
    slots = Slots(location="austin", service="lasik", windows=(window,), confirmed=True)
    fields = {"location": "austin", "service": "lasik", "preferred_windows": [window]}
    assert review(the_call("hello", slots=slots), **fields) == []
    assert review(the_call("hello", slots=slots.model_copy(update={"confirmed": False})), **fields) == [
        "date-not-said", "time-not-said", "location-not-said", "service-not-said",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "lie", "code"),
    [
        (BOOKING, {"name": "Maria Gomez"}, "name-not-said"),
        (BOOKING, {"name": "Rosa Ortega"}, "name-not-said"),
        (READ_BACK, {"name": "Maria Lopes Diaz"}, "name-not-said"),
        (SPANISH, {"name": "Carmen Delgado"}, "name-not-said"),
        (BOOKING, {"phone": "+13055550178"}, "phone-not-said"),
        (SPANISH, {"phone": "+17865550198"}, "phone-not-said"),
        (BOOKING, on("2026-12-08"), "date-not-said"),
        (BOOKING, on("2026-12-02"), "date-not-said"),
        (SPANISH, on("2026-12-08"), "date-not-said"),
        (the_call("any day but monday"), on("2026-11-23"), "date-not-said"),
        (the_call("tuesday no wait wednesday"), on("2026-11-24"), "date-not-said"),
        (the_call("sometime next week"), on("2026-11-30"), "date-not-said"),
        (the_call("AVA: We have Friday at nine.", "no that does not work"), on("2026-11-27"), "date-not-said"),
        (BOOKING, on("2026-12-01", "11:30"), "time-not-said"),
        (BOOKING, on("2026-12-01", "22:30"), "time-not-said"),
        (BOOKING, on("2026-12-01", part="afternoon"), "time-not-said"),
        (BOOKING, {"location": "austin"}, "location-not-said"),
        (BOOKING, {"service": "lasik"}, "service-not-said"),
        (BOOKING, {"insurance_vision": "EyeMed"}, "insurance-not-said"),
        (BOOKING, {"insurance_medical": "Aetna"}, "insurance-not-said"),
        (BOOKING, {"insurance_medical": "self-pay"}, "insurance-not-said"),
        (BOOKING, {"reason": "sudden pain after a fall"}, "reason-not-said"),
        (REFILL, {"reason": "Ran out of timolol 6 months ago, severe pain"}, "reason-not-said"),
        (BOOKING, {"reason": "eyes getting blurry at night, with pain"}, "reason-not-said"),
        (REFILL, {"message": "please fax the surgery report to my lawyer"}, "message-not-said"),
    ],
)
def test_what_nobody_said_is_marked(record: CallRecord, lie: dict[str, Any], code: str) -> None:
    assert code in review(record, **lie)


@pytest.mark.parametrize(
    ("said", "births"),
    [
        ("march fourth nineteen eighty five", frozenset({BORN})),
        ("oh three oh four eighty five", frozenset()),
        ("three four nineteen eighty five", frozenset()),
        ("03041985", frozenset()),
    ],
)
def test_a_date_of_birth_counts_as_said_in_words_and_in_digits(said: str, births: frozenset[dt.date]) -> None:
    record = the_call("AVA: What is your date of birth?", said)
    true = Lead(call_sid=record.call_sid, caller_id=CALLER, date_of_birth=BORN)
    assert unsaid(true, record, FACTS, births=births) == []
    false = true.model_copy(update={"date_of_birth": dt.date(1985, 4, 5)})
    assert unsaid(false, record, FACTS, births=births) == ["birth-date-not-said"]


def test_an_empty_lead_of_a_silent_call_says_nothing_false() -> None:
    assert review(the_call(), phone=CALLER) == []


def test_every_code_can_be_given_at_once() -> None:
    lies = {"name": "Rosa Ortega", "phone": "+13055550178", "location": "austin", "service": "lasik",
            "insurance_vision": "EyeMed", "reason": "sudden pain", "message": "fax the lawyer",
            **on("2027-01-05", "09:15")}  # fmt: skip
    assert review(the_call("hello there"), **lies) == [code for code, _ in CHECKS]
