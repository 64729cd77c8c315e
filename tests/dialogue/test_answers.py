"""Hard facts as tables: a question, what the answer has to hold, and the records that it came from."""

import datetime as dt
import re
from collections.abc import Callable

import pytest

from dialogue import offerings
from dialogue.receptionist import Receptionist
from dialogue.reply import Reply
from dialogue.state import Context
from facts import Hours, Location, Plan, PracticeFacts, Provider, Service
from tests.dialogue.conftest import FixedClock

Make = Callable[..., Receptionist]
_BASE = {"last_updated": dt.date(2026, 11, 1), "source": "sample"}
_WEEK = ("mon", "tue", "wed", "thu", "fri")


def _office(key: str, name: str, zone: str, **more: object) -> Location:
    fields = {"id": f"location-{key}", "text": name, "location": key, "name": name,
              "street": "1 Sample Way", "city": name, "state": "TX", "zip": "75001", "phone": "+12145550100",
              "timezone": zone, **_BASE}  # fmt: skip
    return Location.model_validate({**fields, **more})


def _hours(key: str, **fields: object) -> Hours:
    return Hours.model_validate({"id": f"hours-{key}", "text": f"Hours of {key}.", **_BASE, **fields})


def _doctor(key: str, name: str, **fields: object) -> Provider:
    return Provider.model_validate({"id": f"provider-{key}", "text": name, "name": name, **_BASE, **fields})


def _plan(key: str, name: str, kind: str, **fields: object) -> Plan:
    base = {"id": f"plan-{key}", "text": name, "plan": name, "kind": kind, "accepted": True, **_BASE}
    return Plan.model_validate({**base, **fields})


_ORTHO_K = {"id": "service-a", "text": "A.", "service": "orthok", "name": "overnight lens fitting", "duration_min": 40,
            "aliases": ["ortho k"], "locations": ["plano"], "price_usd": 95.5, **_BASE}  # fmt: skip
_AFTER_HOURS = "After hours, our answering service takes messages."

OTHER_PRACTICE = PracticeFacts(
    practice_name="Sample Sight",
    locations=(
        _office("plano", "Plano", "America/Chicago"),
        _office("naples", "Naples", "America/New_York", state="FL", fax="+12395550199", parking="Park behind it."),
    ),
    hours=(
        _hours("plano", location="plano", days=_WEEK, opens="07:30", closes="16:00"),
        _hours(
            "naples", location="naples", days=(*_WEEK, "sat"), opens="10:00", closes="19:00", after_hours=_AFTER_HOURS
        ),
        _hours("naples-training", location="naples", date=dt.date(2026, 11, 25), closed=True, reason="staff training"),
    ),
    providers=(
        _doctor(
            "a", "Dr. Noor Example", title="MD", specialty="glaucoma", locations=["naples"], languages=["en", "ar"]
        ),
        _doctor(
            "b",
            "Dr. Leo Example",
            title="OD",
            specialty="pediatric optometry",
            locations=["plano", "naples"],
            languages=["en", "es"],
        ),
    ),
    services=(Service.model_validate(_ORTHO_K),),
    plans=(
        _plan("a", "Vista Sample", "vision"),
        _plan("b", "Health Sample", "medical", locations=["plano"]),
        _plan("c", "Nope Sample", "medical", accepted=False),
    ),
)


@pytest.fixture
def ask() -> Callable[..., Reply]:
    """Talk to a receptionist who has another practice's records."""

    def heard(question: str, *more: str, now: dt.datetime = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)) -> Reply:
        ava = Receptionist(facts=OTHER_PRACTICE, clock=FixedClock(now), caller_number="+13055550123")
        ava.greeting()
        reply = ava.hear(question)
        for line in more:
            reply = ava.hear(line)
        return reply

    return heard


@pytest.mark.parametrize(
    ("question", "expected", "ids"),
    [
        ("are you open now in plano", r"open now, until 4:00 PM", ("hours-plano",)),
        ("is the naples office open on saturday", r"Saturday, November 28 from 10:00 AM to 7:00 PM", ("hours-naples",)),
        ("is plano open on saturday", r"closed on Saturdays", ("hours-plano",)),
        ("are you open wednesday in naples", r"Hours of naples-training", ("hours-naples-training",)),
        ("which offices are open on saturday", r"November 28 these are open: Naples from 10", ("hours-naples",)),
        ("what's the address of the plano office", r"1 Sample Way, Plano, TX 75001", ("location-plano",)),
        ("what is the fax number in naples", r"\(239\) 555-0199", ("location-naples",)),
        ("where do i park in naples", r"Park behind it", ("location-naples",)),
        ("what's the address and the phone number in plano", r"1 Sample Way.*\(214\) 555-0100", ("location-plano",)),
        ("do you take vista sample", r"We accept Vista Sample, a vision plan\.", ("plan-a",)),
        ("do you take health sample in naples", r"not at our Naples office", ("plan-b",)),
        ("do you take health sample in plano", r"a medical plan at our Plano office", ("plan-b",)),
        ("do you accept nope sample", r"We do not accept Nope Sample", ("plan-c",)),
        ("which vision plans do you take", r"vision plans we accept are Vista Sample\.", ("plan-a",)),
        (
            "what insurance do you take",
            r"vision plans.*Vista Sample.*medical plans.*Health Sample",
            ("plan-a", "plan-b"),
        ),
        ("which doctors are in plano", r"Dr\. Leo Example", ("provider-b",)),
        ("where does dr noor work", r"Naples", ("provider-a",)),
        ("is doctor noor at the plano office", r"No, not at Plano.*sees patients at Naples", ("provider-a",)),
        ("which doctor speaks arabic", r"who speaks Arabic is Dr\. Noor Example", ("provider-a",)),
        ("does doctor leo speak arabic", r"speaks English and Spanish", ("provider-b",)),
        ("do you have a glaucoma specialist", r"Dr\. Noor Example", ("provider-a",)),
        ("do you have a doctor for kids", r"Dr\. Leo Example", ("provider-b",)),
        ("do you offer ortho k", r"We offer an overnight lens fitting at Plano", ("service-a",)),
        ("do you do ortho k in naples", r"not at our Naples office", ("service-a",)),
        ("how much is ortho k", r"\$95\.50", ("service-a",)),
    ],
)
def test_a_question_is_answered_from_the_records_of_any_practice(
    ask: Callable[..., Reply], question: str, expected: str, ids: tuple[str, ...]
) -> None:
    reply = ask(question)
    assert re.search(expected, " ".join(reply.sentences)), reply.sentences
    assert reply.record_ids == ids


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("is there parking in plano", r"do not have parking"),
        ("what's the fax number in plano", r"do not have fax"),
        ("is there wheelchair access in naples", r"do not have wheelchair access"),
        ("do you have a doctor who speaks korean", r"do not have a doctor who speaks Korean"),
        ("is doctor house there", r"do not have a doctor of that name"),
        ("is there a glaucoma doctor in plano", r"do not have a doctor for that at our Plano office"),
        ("what days is doctor noor in", r"do not have the days"),
        ("how much is an mri", r"do not have a price"),
    ],
)
def test_what_no_record_holds_is_said_to_be_missing_and_staff_are_offered(
    ask: Callable[..., Reply], question: str, expected: str
) -> None:
    said = " ".join(ask(question).sentences)
    assert re.search(expected, said)
    assert said.endswith("Would you like to speak with our staff?")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what are your hours", r"7:30 AM|Hours of plano"),
        ("what's your address", r"1 Sample Way, Plano"),
        ("do you have parking", r"parking"),
    ],
)
def test_where_several_offices_fit_the_caller_is_asked_which(
    ask: Callable[..., Reply], question: str, expected: str
) -> None:
    assert "?" in ask(question).sentences[-1]
    assert re.search(expected, " ".join(ask(question, "plano").sentences))


def test_doctors_are_asked_for_by_office_when_there_are_many(make: Make) -> None:
    ava = make()
    assert ava.hear("who are your doctors").text.endswith("Which office is that for?")
    reply = ava.hear("austin")
    assert "Austin office are" in reply.text
    assert set(reply.record_ids) >= {"provider-grace-sample", "provider-hector-sample"}


def test_open_now_is_the_offices_own_time(ask: Callable[..., Reply]) -> None:
    late = dt.datetime(2026, 11, 23, 22, 30, tzinfo=dt.UTC)  # 5:30 PM in Naples, 4:30 PM in Plano
    assert "open now, until 7:00 PM" in " ".join(ask("are you open now in naples", now=late).sentences)
    assert "closed now. It opens again on Tuesday, November 24 at 7:30 AM" in " ".join(
        ask("are you open now in plano", now=late).sentences
    )


def test_a_closure_is_the_reason_of_closed_now(ask: Callable[..., Reply]) -> None:
    closed = dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC)
    reply = ask("are you open right now in naples", now=closed)
    assert "closed now for staff training. It opens again on Thursday, November 26" in " ".join(reply.sentences)
    assert reply.record_ids == ("hours-naples-training",)


@pytest.mark.parametrize(
    "text",
    ["can i see doctor noor on friday", "i want an appointment with doctor leo", "i need to speak to the doctor",
     "do you speak spanish", "i have a message for doctor leo"],
)  # fmt: skip
def test_a_wish_for_a_doctor_is_no_question_about_one(text: str) -> None:
    assert not offerings.about_doctors(text)


def test_an_answer_names_no_record_of_another_office() -> None:
    context = Context(OTHER_PRACTICE, FixedClock(), None, "AVA")
    plano = OTHER_PRACTICE.locations[:1]
    assert offerings.doctors("which doctors are there", plano, context).record_ids == ("provider-b",)


@pytest.mark.parametrize(
    "line",
    ["can you tell me what time my appointment is", "when is my appointment", "do i have an appointment tomorrow",
     "could you confirm my appointment for me"],
)  # fmt: skip
def test_an_existing_appointment_is_not_read_out(make: Make, line: str) -> None:
    reply = make().hear(line)
    assert "Our staff can tell you" in reply.text
    assert not any(char.isdigit() for char in reply.text)
