"""Dialogues as tables: what the caller says, and what AVA's answer has to hold."""

import datetime as dt
import re
import time
from collections.abc import Callable

import pytest

from dialogue.receptionist import Receptionist
from dialogue.reply import Reply

Make = Callable[..., Receptionist]


def talk(ava: Receptionist, *lines: str) -> Reply:
    reply = ava.greeting()
    for line in lines:
        reply = ava.hear(line)
    return reply


def follow(ava: Receptionist, table: list[tuple[str, str]]) -> Reply:
    """Say each line and look for its words (a regular expression) in the answer."""
    reply = ava.greeting()
    for line, expected in table:
        reply = ava.hear(line)
        assert re.search(expected, reply.text, re.IGNORECASE), f"{line!r} -> {reply.text!r}, expected {expected!r}"
    return reply


BOOKED = ("an eye exam at kendall", "first time", "maria lopez", "yes", "no insurance", "next tuesday at ten")


def test_a_booking_asks_for_what_is_missing_reads_back_and_ends(make: Make) -> None:
    ava = make()
    reply = follow(
        ava,
        [
            ("i'd like to make an appointment", "seen for"),
            ("an eye exam", "which office"),
            ("kendal", "been to our practice"),
            ("no i'm new", "name"),
            ("maria lopez", "Thank you, Maria Lopez.*ending in 0123"),
            ("yes", "insurance"),
            ("i have v s p", "day and time"),
            ("next tuesday at ten", "Maria Lopez.*Tuesday, December 1 at 10:00 AM.*0123.*right\\?"),
            ("yes that's right", "tentative.*staff will call you.*anything else"),
            ("no that's all", "Goodbye"),
        ],
    )
    known = ava.slots
    assert reply.then == "hang_up"
    assert (known.intent, known.name, known.location, known.service) == ("book", "Maria Lopez", "kendall", "eye_exam")
    assert (known.callback_number, known.callback_source, known.callback_confirmed) == (
        "+13055550123",
        "caller_id",
        True,
    )
    assert (known.is_new_patient, known.insurance_vision, known.confirmed) == (True, "VSP", True)
    assert [(one.day, one.time, one.timezone) for one in known.windows] == [
        (dt.date(2026, 12, 1), "10:00", "America/New_York")
    ]


def test_several_facts_in_one_sentence_fill_their_slots_and_only_the_rest_is_asked(make: Make) -> None:
    ava = make()
    reply = talk(ava, "I'd like an eye exam at Kendall next Tuesday at ten, my name is Maria Lopez")
    known = ava.slots
    assert (known.name, known.location, known.service) == ("Maria Lopez", "kendall", "eye_exam")
    assert (known.windows[0].day, known.windows[0].time) == (dt.date(2026, 12, 1), "10:00")
    assert "Tuesday, December 1 at 10:00 AM" in reply.text
    assert reply.text.endswith("Have you been to our practice before?")


@pytest.mark.parametrize(
    ("correction", "said", "field", "value"),
    [
        ("no, Wednesday", "Wednesday, December 2 at 10:00 AM", "windows", (dt.date(2026, 12, 2), "10:00")),
        ("no tuesday at two", "Tuesday, December 1 at 2:00 PM", "windows", (dt.date(2026, 12, 1), "14:00")),
        ("actually make it coral gables", "Coral Gables", "location", "coral_gables"),
        ("the name is Lopes not Lopez", "Maria Lopes", "name", "Maria Lopes"),
        ("no it's for contact lenses", "contact lens fitting", "service", "contact_lens"),
        ("use three oh five five five five oh one nine nine", r"\(305\) 555-0199", "callback_number", "+13055550199"),
    ],
)
def test_a_correction_changes_its_field_and_reads_back_that_alone(
    make: Make, correction: str, said: str, field: str, value: object
) -> None:
    ava = make()
    talk(ava, *BOOKED)
    before = ava.slots.model_dump(exclude={field, "callback_confirmed", "callback_source", "reason"})
    reply = ava.hear(correction)
    assert re.search(said, reply.text)
    assert reply.text.endswith("right?")
    assert "Let me read that back" not in reply.text
    now = ava.slots
    got = (now.windows[0].day, now.windows[0].time) if field == "windows" else getattr(now, field)
    assert got == value
    assert now.model_dump(exclude={field, "callback_confirmed", "callback_source", "reason"}) == before


def test_a_number_called_wrong_is_asked_for_again_and_nothing_else(make: Make) -> None:
    ava = make()
    reply = follow(
        ava,
        [
            *[(line, ".") for line in BOOKED],
            ("that's the wrong number", "best number"),
            ("three oh five five five five oh one nine nine", r"\(305\) 555-0199.*right\?"),
        ],
    )
    assert ava.slots.name == "Maria Lopez"
    assert reply.text.count("?") == 1


def test_no_to_the_read_back_asks_what_to_change(make: Make) -> None:
    ava = make()
    follow(
        ava,
        [
            *[(line, ".") for line in BOOKED],
            ("no", "what should i change"),
            ("the day", "day and time"),
            ("thursday december third at eleven", "Thursday, December 3 at 11:00 AM.*right"),
            ("yes", "tentative"),
        ],
    )


def test_a_question_in_between_is_answered_from_the_records_and_the_pending_one_comes_back(make: Make) -> None:
    ava = make()
    talk(ava, "i need an eye exam at kendall", "first time")
    reply = ava.hear("are you open on saturday")
    assert "9:00 AM to 1:00 PM" in reply.text
    assert reply.record_ids == ("hours-kendall-saturday",)
    assert reply.text.endswith("name?")
    assert ava.slots.windows == ()


@pytest.mark.parametrize(
    ("lines", "said", "records"),
    [
        (("what are your hours", "kendall"), "8:00 AM to 5:00 PM", ("hours-kendall-weekday", "hours-kendall-saturday")),
        (("is the austin office open now",), "open now, until 5:00 PM", ("hours-austin-weekday",)),
        (("are you open on christmas",), "closed on Friday, December 25", ("closure-christmas",)),
        (("is kendall open on sunday",), "closed on Sundays", None),
        (("where is the hialeah office",), "300 Sample Palm Street", ("location-hialeah",)),
        (("is there parking in coral gables",), "garage", ("location-coral-gables",)),
        (("what's the phone number for san antonio",), r"\(210\) 555-0160", ("location-san-antonio",)),
        (("do you take blue cross",), "accept Blue Cross Blue Shield", ("plan-blue-cross-blue-shield",)),
        (("do you accept medicaid",), "do not accept Medicaid", ("plan-medicaid",)),
        (("do you take sunshine health insurance",), "do not have Sunshine Health on my list", ()),
        (("how much is an eye exam",), "do not have a price", ()),
    ],
)
def test_facts_come_from_records_and_missing_ones_are_called_missing(
    make: Make, lines: tuple[str, ...], said: str, records: tuple[str, ...] | None
) -> None:
    reply = talk(make(), *lines)
    assert re.search(said, reply.text), reply.text
    if records is not None:
        assert reply.record_ids == records


def test_a_plan_that_an_office_does_not_take_is_not_promised_there(make: Make) -> None:
    ava = make()
    reply = talk(ava, "i want an eye exam in austin", "first time", "do you take cigna")
    assert "not at our Austin office" in reply.text


def test_the_one_in_miami_is_ambiguous_and_asked_about(make: Make) -> None:
    ava = make()
    reply = talk(ava, "i need an eye exam", "the one in miami")
    assert "Kendall, Coral Gables or Hialeah" in reply.text
    assert ava.slots.location is None
    ava.hear("the gables")
    assert ava.slots.location == "coral_gables"


def test_a_closed_day_is_refused_with_the_next_open_one_and_the_time_is_kept(make: Make) -> None:
    ava = make()
    reply = talk(ava, "an eye exam at hialeah", "been there before", "john smith", "yes", "no", "thursday at three")
    assert "closed on Thursday, November 26 for Thanksgiving Day" in reply.text
    assert "Friday, November 27" in reply.text
    reply = ava.hear("friday then")
    assert "Friday, November 27 at 3:00 PM" in reply.text


def test_a_time_outside_the_hours_is_refused_with_the_hours_of_that_day(make: Make) -> None:
    ava = make()
    reply = talk(ava, "an eye exam at kendall", "new patient", "john smith", "yes", "no", "saturday at three pm")
    assert "9:00 AM to 1:00 PM" in reply.text
    assert "11:00 AM" in ava.hear("at eleven").text


def test_two_windows_are_taken_and_read_back(make: Make) -> None:
    ava = make()
    reply = talk(ava, "an eye exam at kendall", "new patient", "john smith", "yes", "no", "monday or wednesday morning")
    assert "Monday, November 30 in the morning, or on Wednesday, November 25 in the morning" in reply.text
    assert len(ava.slots.windows) == 2


def test_a_withheld_caller_is_asked_for_a_number_which_is_read_back_in_groups(make: Make) -> None:
    ava = make(caller=None)
    reply = follow(
        ava,
        [
            ("an eye exam at kendall", "before"),
            ("first time", "name"),
            ("maria lopez", "best number"),
            ("three oh five five five five", "3 0 5 5 5 5 so far"),
            ("oh one two three", r"\(305\) 555-0123.*right"),
            ("no", "number"),
            ("three oh five five five five oh one two four no wait two two", r"\(305\) 555-0122"),
            ("yes", "insurance"),
        ],
    )
    assert reply.then == "listen"
    assert (ava.slots.callback_number, ava.slots.callback_source) == ("+13055550122", "said")
    assert ava.slots.callback_confirmed


def test_a_number_may_be_said_instead_of_answering_the_offer(make: Make) -> None:
    ava = make()
    talk(ava, "an eye exam at kendall", "first time", "maria lopez")
    assert "(305) 555-0188" in ava.hear("no use three oh five five five five oh one eight eight").text


def test_an_answer_to_another_question_is_taken_as_what_it_is(make: Make) -> None:
    ava = make()
    talk(ava, "i need an eye exam")
    reply = ava.hear("my name is maria lopez and i have eye med")
    assert (ava.slots.name, ava.slots.insurance_vision) == ("Maria Lopez", "EyeMed")
    assert "which office" in reply.text.lower()


def test_nonsense_is_asked_again_in_other_words_then_with_an_example_then_left_to_staff(make: Make) -> None:
    ava = make()
    asked = [talk(ava).text, *(ava.hear(line).text for line in ("purple monkey", "zig zag"))]
    assert len(set(asked)) == 3
    assert "for example" in asked[2]
    last = ava.hear("foo bar")
    assert (last.then, last.reason, last.understood) == ("hang_up", "not_understood", False)
    assert ava.slots.wants_person
    assert ava.slots.callback_number == "+13055550123"
    assert ava.failed_turns == 3


def test_after_three_failures_the_call_goes_to_a_person_when_one_can_take_it(make: Make) -> None:
    reply = talk(make(handoff="always"), "purple monkey", "zig zag", "foo bar")
    assert (reply.then, reply.reason) == ("transfer", "not_understood")


def test_after_three_failures_without_a_number_the_number_is_asked_for(make: Make) -> None:
    ava = make(caller=None)
    reply = talk(ava, "purple monkey", "zig zag", "foo bar")
    assert (reply.then, "keypad" in reply.text) == ("listen", True)
    reply = ava.keypad("3055550123")
    assert "(305) 555-0123" in reply.text


def test_failed_turns_in_a_row_start_again_after_one_that_was_understood(make: Make) -> None:
    ava = make()
    reply = talk(ava, "purple monkey", "zig zag", "an eye exam", "foo bar", "zig zag")
    assert reply.then == "listen"
    assert ava.failed_turns == 4


@pytest.mark.parametrize("state", [(), BOOKED[:1], BOOKED[:3], BOOKED])
def test_a_person_is_a_transfer_at_any_point(make: Make, state: tuple[str, ...]) -> None:
    reply = talk(make(handoff="always"), *state, "can i talk to a person please")
    assert (reply.then, reply.reason, reply.intent) == ("transfer", "asked_for_person", "person")


def test_a_person_is_a_call_back_when_no_transfer_is_possible(make: Make) -> None:
    ava = make()
    reply = talk(ava, "let me speak to a human", "yes", "ana ruiz")
    assert reply.then == "hang_up"
    assert "staff will call you back" in reply.text
    assert (ava.slots.wants_person, ava.slots.name, ava.slots.callback_confirmed) == (True, "Ana Ruiz", True)


@pytest.mark.parametrize(
    ("line", "intent"),
    [
        ("i need to reschedule my appointment", "reschedule"),
        ("cancel my appointment please", "cancel"),
        ("are my glasses ready", "optical_ready"),
        ("i need a copy of my prescription", "prescription_copy"),
        ("i need a refill on my drops", "refill"),
        ("i need my medical records", "records"),
        ("i have a question about my bill", "billing"),
        ("i want to make a complaint", "complaint"),
        ("i have a post op question", "post_op"),
    ],
)
def test_what_staff_must_do_becomes_a_message_with_name_number_and_words(make: Make, line: str, intent: str) -> None:
    ava = make()
    reply = talk(ava, line, "john smith", "yes", "it was last month and i need it by monday", "no thanks")
    assert reply.then == "hang_up"
    known = ava.slots
    assert (known.intent, known.name, known.callback_confirmed) == (intent, "John Smith", True)
    assert known.message == "it was last month and i need it by monday"
    assert known.reason == line


def test_a_complaint_goes_to_a_person_when_one_is_there(make: Make) -> None:
    reply = talk(make(handoff="always"), "your staff was so rude to me")
    assert (reply.then, reply.reason) == ("transfer", "complaint")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("i got bleach in my eye", "Rinse the eye"),
        ("i suddenly can't see out of my left eye", "emergency room"),
        ("there's a curtain over my vision", "emergency room"),
        ("my son got hit in the eye with a ball", "emergency room"),
        ("se me clavo algo en el ojo", "sala de emergencias"),
    ],
)
def test_an_emergency_is_answered_before_everything_else(make: Make, line: str, code: str) -> None:
    ava = make()
    reply = talk(ava, *BOOKED[:3], line)
    assert code in reply.text
    assert "911" in reply.text
    assert ava.slots.urgency == "emergent"
    assert reply.protected
    known = ava.slots
    assert (known.callback_number, known.callback_source, known.wants_person) == ("+13055550123", "caller_id", True)
    assert (known.service, known.location, known.confirmed) == ("eye_exam", "kendall", False)
    assert line in (known.message or "")


@pytest.mark.parametrize("line", ["no flashes or curtain in my vision", "i lost my vision years ago", "an eye exam"])
def test_denied_or_past_trouble_is_no_emergency(make: Make, line: str) -> None:
    ava = make()
    talk(ava, line)
    assert ava.slots.urgency == "routine"


def test_an_emergency_is_transferred_at_once_after_the_words(make: Make) -> None:
    reply = talk(make(handoff="always"), "i have bleach in my eye")
    assert (reply.then, reply.reason, reply.protected) == ("transfer", "emergency", True)
    assert reply.text.startswith("Rinse the eye")


def test_signs_of_a_stroke_are_sent_to_911_and_asked_nothing(make: Make) -> None:
    reply = talk(make(caller=None), "my wife's face is drooping on one side")
    assert reply.sentences == ("Please hang up and call 911 right now.",)


def test_an_emergency_with_a_withheld_number_asks_for_the_number_alone(make: Make) -> None:
    ava = make(caller=None)
    reply = talk(ava, *BOOKED[:2], "wait i can't see anything")
    assert reply.text.endswith("What is the best number to call you back at?")
    reply = ava.hear("three oh five five five five oh one nine nine")
    assert ava.slots.callback_number == "+13055550199"
    assert "day and time" not in reply.text


@pytest.mark.parametrize("line", ["can i come tuesday at ten", "i want to book an eye exam", "next monday please"])
def test_nothing_is_booked_on_top_of_an_emergency(make: Make, line: str) -> None:
    ava = make()
    reply = talk(ava, "i'd like an eye exam", "i can't see out of my left eye", line)
    assert "emergency room" in reply.text
    assert (ava.slots.urgency, ava.slots.windows, ava.slots.confirmed) == ("emergent", (), False)


def test_an_emergency_told_again_repeats_the_words_shortly(make: Make) -> None:
    reply = talk(make(), "there's a curtain over my eye", "it's still there the curtain over my eye")
    assert reply.sentences[0] == "Please go to the emergency room now, or call 911."


def test_once_emergent_a_call_stays_emergent(make: Make) -> None:
    ava = make()
    talk(ava, "i suddenly can't see", "and my eye is a bit red", "i also have floaters", "everything is fine")
    assert ava.slots.urgency == "emergent"


def test_what_must_be_seen_within_a_day_is_booked_for_the_soonest_day(make: Make) -> None:
    ava = make()
    reply = follow(
        ava,
        [
            ("my eye is red with discharge", "within a day.*gets worse.*soonest.*office"),
            ("kendall", "been to our practice"),
            ("no i'm new", "name"),
            ("maria lopez", "0123"),
            ("yes", "insurance"),
            ("none", "as soon as possible.*right\\?"),
        ],
    )
    assert not reply.protected
    assert ava.slots.urgency == "urgent"


def test_what_must_be_seen_within_a_day_is_said_once(make: Make) -> None:
    reply = talk(make(), "i have new floaters", "floaters like i said at kendall")
    assert "gets worse" not in reply.text


def test_spanish_is_answered_with_the_offer_of_a_colleague(make: Make) -> None:
    ava = make()
    reply = talk(ava, "hola necesito una cita", "si", "Ana Ruiz")
    assert (ava.slots.language, ava.slots.intent, ava.slots.wants_person) == ("es", "book", True)
    assert reply.then == "hang_up"


@pytest.mark.parametrize(
    ("line", "reason"), [("sorry wrong number", "wrong_number"), ("we offer search engine marketing services", "spam")]
)
def test_wrong_numbers_and_advertising_end_shortly(make: Make, line: str, reason: str) -> None:
    reply = talk(make(), line)
    assert (reply.then, reply.reason) == ("hang_up", reason)


def test_goodbye_in_the_middle_keeps_what_is_there(make: Make) -> None:
    ava = make()
    reply = talk(ava, *BOOKED[:4], "i have to go bye")
    assert reply.then == "hang_up"
    assert "staff will call you back" in reply.text
    assert ava.slots.name == "Maria Lopez"


def test_a_change_after_the_yes_opens_the_request_again(make: Make) -> None:
    ava = make()
    reply = talk(ava, *BOOKED, "yes", "actually make it wednesday")
    assert "Wednesday, December 2 at 10:00 AM" in reply.text
    assert not ava.slots.confirmed
    ava.hear("yes")
    assert ava.slots.confirmed


def test_silence_is_prompted_twice_and_then_ends_the_call(make: Make) -> None:
    ava = make()
    talk(ava, "i need an eye exam")
    first, second, third = ava.silence(1), ava.silence(2), ava.silence(3)
    assert "still there" in first.text
    assert "office" in first.text
    assert "still there" in second.text
    assert (third.then, third.reason) == ("hang_up", "idle")


def test_noise_is_asked_about_with_the_pending_question(make: Make) -> None:
    ava = make()
    talk(ava, "i need an eye exam")
    reply = ava.hear_nothing()
    assert not reply.understood
    assert reply.text.endswith("Which office would you like to visit?")
    assert ava.hear("").text


def test_noise_that_interrupted_gets_the_part_that_was_not_heard(make: Make) -> None:
    ava = make()
    talk(ava, *BOOKED)
    reply = ava.hear_nothing(interrupted=True, heard="Let me read that back.")
    assert "Let me read that back" not in reply.text
    assert reply.text.endswith("Is that right?")


def test_the_keypad_gives_a_person_or_a_number(make: Make) -> None:
    assert make(handoff="always").keypad("0").reason == "keypad"
    ava = make(caller=None)
    talk(ava, "an eye exam at kendall", "first time", "maria lopez")
    assert "(305) 555-0123" in ava.keypad("3055550123").text
    ava.hear("yes")
    assert (ava.slots.callback_source, ava.slots.callback_confirmed) == ("keypad", True)


def test_time_is_up_ends_politely_with_a_call_back(make: Make) -> None:
    ava = make()
    talk(ava, "i need an eye exam")
    reply = ava.time_is_up()
    assert (reply.then, reply.reason) == ("hang_up", "timed_out")
    assert "call you back" in reply.text
    assert ava.slots.callback_number == "+13055550123"


def test_what_is_asked_decides_what_the_endpointing_expects(make: Make) -> None:
    ava = make(caller=None)
    talk(ava, "an eye exam at kendall", "first time")
    assert ava.expecting.kind == "name"
    ava.hear("maria lopez")
    assert (ava.expecting.kind, ava.expecting.digits_so_far) == ("phone", 0)
    ava.hear("three oh five")
    assert (ava.expecting.kind, ava.expecting.digits_so_far) == ("phone", 3)


def test_slots_are_a_snapshot(make: Make) -> None:
    ava = make()
    talk(ava, "i need an eye exam")
    before = ava.slots
    ava.hear("kendall")
    assert (before.location, ava.slots.location) == (None, "kendall")


@pytest.mark.parametrize("line", ["can you repeat that", "what", "pardon me"])
def test_a_request_to_repeat_repeats(make: Make, line: str) -> None:
    ava = make()
    before = talk(ava, "i need an eye exam")
    assert ava.hear(line).sentences == before.sentences


def test_a_robot_question_is_answered_truthfully(make: Make) -> None:
    assert "automated" in talk(make(), "are you a real person").text


ODD = [
    "", "   ", "...", "?", "uh", "um um um", "yes", "no", "maybe", "i don't know", "what", "hello", "thank you",
    "one", "zero", "nine nine nine nine nine nine nine nine nine nine nine nine", "12/45", "25:99",
    "february thirtieth",
    "the fifth", "tuesday", "noon", "next", "at", "my name is", "it's", "not", "no not that", "a", "a b c d e f g",
    "kendall or austin", "everything", "nothing", "all of them", "the same", "this number", "blue", "insurance",
    "appointment", "exam", "glasses", "hours", "where", "how much", "who are you", "hold on", "sorry", "wrong",
    "change", "that's wrong", "the number is wrong", "spell it", "l o p e z", "m as in mary", "yesterday",
    "in three hundred weeks", "december first nineteen ninety", "my eye hurts", "cancel that", "never mind",
    "¿qué?", "habla espanol", "😀😀", "<b>hi</b>", "'; drop table leads; --", "\\d+(", "{} {name}", "x" * 3000,
    "no no no no no", "yes yes no", "operator no", "half past", "quarter to", "double", "plus one", "(305)",
]  # fmt: skip


@pytest.mark.parametrize("depth", range(len(BOOKED) + 3))
def test_any_words_at_any_point_get_a_proper_answer(make: Make, depth: int) -> None:
    for odd in ODD:
        ava = make()
        talk(ava, *(*BOOKED, "yes", "no")[:depth])
        reply = ava.hear(odd)
        assert reply.text.strip(), odd
        assert reply.text.count("?") <= 1, (odd, reply.text)
        assert reply.text.endswith(("?", ".")), (odd, reply.text)
        assert not re.search(r"\bconfirmed\b|\bbooked\b|\bNone\b", reply.text), (odd, reply.text)
        assert ("goodbye" in reply.text.lower()) == (reply.then == "hang_up"), (odd, reply.text)
        assert ava.hear("hello").text


def test_a_long_talk_of_odd_words_never_breaks(make: Make) -> None:
    ava = make()
    for odd in ODD * 3:
        reply = ava.hear(odd)
        assert reply.text
        if reply.then != "listen":
            ava = make()


def test_a_turn_takes_less_than_five_milliseconds(make: Make) -> None:
    ava = make()
    lines = [*BOOKED, "what are your hours on saturday", "no wednesday", "purple monkey", "yes"] * 5
    talk(ava, "warm up")
    began = time.thread_time()
    for line in lines:
        ava.hear(line)
    assert (time.thread_time() - began) / len(lines) < 0.005


def test_a_question_may_go_on_after_its_answer(make: Make) -> None:
    ava = make()
    talk(ava, "what time do you close", "kendall")
    assert "9:00 AM to 1:00 PM" in ava.hear("and on saturday").text
    assert "Austin" in ava.hear("what about austin").text
    assert ava.slots.windows == ()
    assert ava.slots.intent == "hours"


def test_a_symptom_is_the_reason_and_not_asked_again(make: Make) -> None:
    ava = make()
    reply = talk(ava, "my eyes are itchy and red")
    assert "Which office" in reply.text
    assert ava.slots.reason == "my eyes are itchy and red"


def test_what_to_bring_comes_from_the_record_of_the_service(make: Make) -> None:
    ava = make()
    reply = talk(ava, "i need a cataract evaluation", "what should i bring")
    assert "bring a driver" in reply.text
    assert reply.record_ids == ("service-cataract",)
    assert "Which office" in reply.text


def test_a_question_about_plans_leaves_the_insurance_question_open(make: Make) -> None:
    ava = make()
    reply = talk(ava, *BOOKED[:4], "what insurance do you take")
    assert reply.text.endswith("would like to use?")
    assert reply.text.count("?") == 1


def test_a_question_into_the_goodbye_takes_the_call_up_again(make: Make) -> None:
    ava = make()
    assert talk(ava, "no thank you goodbye").then == "hang_up"
    reply = ava.hear("oh wait what are your hours at kendall")
    assert reply.then == "listen"
    assert "8:00 AM to 5:00 PM" in reply.text


def test_a_caller_who_asks_for_a_moment_more_gets_it(make: Make) -> None:
    ava = make()
    talk(ava, "no thank you goodbye")
    reply = ava.hear("oh wait one more thing")
    assert reply.then == "listen"
    assert "oodbye" not in reply.text


@pytest.mark.parametrize("words", ["thank you bye", "you too", "bloop", "okay", "what"])
def test_a_word_of_thanks_into_the_goodbye_ends_the_call_all_the_same(make: Make, words: str) -> None:
    ava = make()
    talk(ava, "no thank you goodbye")
    reply = ava.hear(words)
    assert reply.then == "hang_up"
    assert "Goodbye" in reply.text


def test_a_word_into_the_transfer_keeps_the_transfer(make: Make) -> None:
    ava = make(handoff="always")
    assert talk(ava, "i want to talk to a person").then == "transfer"
    for reply in (ava.hear("okay thank you"), ava.hear_nothing(interrupted=True, heard="")):
        assert (reply.then, reply.reason) == ("transfer", "asked_for_person")


def test_a_transfer_that_fails_becomes_a_call_back(make: Make) -> None:
    ava = make(handoff="always")
    talk(ava, "i want to talk to a person")
    reply = ava.transfer_failed()
    assert (reply.then, reply.reason) == ("hang_up", "transfer_failed")
    assert "call you back" in reply.text
    assert ava.slots.wants_person
    assert ava.slots.callback_number == "+13055550123"


def test_noise_three_times_in_a_row_leads_to_a_person(make: Make) -> None:
    ava = make(handoff="always")
    assert [ava.hear_nothing().then for _ in range(3)] == ["listen", "listen", "transfer"]


def test_a_turn_that_was_understood_forgives_the_noise_before_it(make: Make) -> None:
    ava = make(handoff="always")
    ava.hear_nothing()
    ava.hear_nothing()
    ava.hear("what are your hours at kendall")
    assert ava.hear_nothing().then == "listen"


def test_no_question_is_taken_up_when_the_time_is_up(make: Make) -> None:
    ava = make()
    ava.time_is_up()
    for words in ("what are your hours at kendall", "oh wait one more thing"):
        assert ava.hear(words).then == "hang_up"


def test_there_is_the_office_that_was_talked_of_last(make: Make) -> None:
    ava = make()
    talk(ava, "what are your hours at coral gables", "wait i meant the san antonio office")
    assert "Mission Road" in ava.hear("what is the address there").text
    assert ava.slots.location == "san_antonio"


def test_a_question_about_another_office_does_not_move_a_booking(make: Make) -> None:
    ava = make()
    talk(ava, "i would like an eye exam at kendall", "what are your hours in austin")
    assert ava.slots.location == "kendall"


def test_a_question_asked_again_after_silence_keeps_its_capitals(make: Make) -> None:
    ava = make()
    talk(ava, *BOOKED[:2])
    assert "May I have your" in ava.silence(1).text


def test_a_question_of_another_kind_after_an_answer_gets_its_own_answer(make: Make) -> None:
    ava = make()
    talk(ava, "what are your hours at the kendall office", "and when is the austin office open")
    assert "300 Sample Palm Street" in ava.hear("what is the address of the hialeah office").text
    assert "open" in ava.hear("and what are your hours there").text


def test_a_name_that_is_wrong_and_sounds_the_same_again_is_spelled(make: Make) -> None:
    ava = make()
    talk(ava, *BOOKED[:2], "susan black", *BOOKED[3:])
    assert "spell" in ava.hear("no my name is susan black").text
    assert ava.expecting.kind == "spelling"
    assert "Susan Clark" in ava.hear("c l a r k").text
    assert ava.slots.name == "Susan Clark"


def test_after_an_emergency_silence_and_noise_are_answered_with_the_instruction_again(make: Make) -> None:
    ava = make()
    told = ava.hear("i got bleach in my eye")
    assert told.finding == ("emergent", "chemical")
    for reply in (ava.hear_nothing(), ava.silence(1), ava.silence(2)):
        assert "911" in reply.text
        assert reply.protected
    assert "911" in ava.silence(3).text


def test_in_any_other_call_silence_is_answered_without_it(make: Make) -> None:
    ava = make()
    ava.hear("i would like an eye exam")
    assert not any(reply.protected or "911" in reply.text for reply in (ava.hear_nothing(), ava.silence(1)))


@pytest.mark.parametrize(
    "line", ["do you do botox treatments", "do you sell ray ban sunglasses", "do you do hearing tests"]
)
def test_a_question_that_no_record_answers_is_said_to_be_so(make: Make, line: str) -> None:
    reply = make().hear(line)
    assert "staff can tell you" in reply.text
    assert not reply.understood
    assert reply.record_ids == ()


def test_company_is_no_preparation(make: Make) -> None:
    assert "preparation" not in make().hear("can i bring my two kids in on the same day").text
