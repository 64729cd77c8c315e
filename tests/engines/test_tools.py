"""Calls in which the model may call functions, against the stand-in for Ollama on the wire."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pipecat.frames.frames import Frame, LLMContextFrame, LLMFullResponseEndFrame, LLMFullResponseStartFrame
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.tests.utils import SleepFrame, run_test

import engines.model
from call import Call
from config import TOOLS, Settings
from dialogue.receptionist import Receptionist
from dialogue.sample import sample_facts
from engines.chat import ToolCall
from engines.health import EngineHealth
from engines.model import FIRST_PAUSE_SEC, LONGEST_PAUSE_SEC, ModelEngine, ModelLLMService
from engines.ollama import OllamaChat
from engines.tools import Tools
from errors import LlmError
from stages.call_log import CallLog
from stages.conversation import Conversation
from stages.frames import SentenceFrame, TransferRequestFrame
from tests.fakes.clock import FakeClock
from tests.fakes.ollama_server import OllamaServer
from tests.fakes.store import FakeStore
from tests.stages.test_scheduling import FakeCalendar, Times

UP_TO_WHEN = ("an eye exam at kendall", "first time", "maria lopez", "yes", "no insurance")
UP_TO_THE_OFFER = (*UP_TO_WHEN, "tomorrow")
OFFER = "I have Tuesday, November 24 at 9:00 AM or at 2:30 PM."
UNCLEAR = "hmm that post lunch thingy sounds grand"  # no rule understands it
ODD = "the moon is blue, is it"  # nor this
SECOND = "20261124T1930Z_kendall"
BYE = "Thank you for calling Advanced Vision Care."
FACTS = sample_facts()


class Phone:
    """A caller who talks with AVA; `names` are what the model may call. The clock stands at Monday, November 23."""

    def __init__(self, server: OllamaServer, *names: str, handoff: str = "never") -> None:
        self.server, self.calendar, self.store = server, FakeCalendar(), FakeStore()
        self.chat = OllamaChat(Settings(ollama_url=server.url))
        clock = FakeClock()
        call = Call("CA" + "1" * 32, "AC" + "2" * 32, "+13055550123", "", datetime(2026, 11, 23, 15, tzinfo=UTC))
        log = CallLog(call, self.store, clock)
        offices = frozenset(place.location for place in FACTS.locations)
        self.ava = Receptionist(
            facts=FACTS, clock=clock, caller_number="+13055550123", calendars=offices, handoff=handoff
        )
        self.conversation = Conversation(self.ava, log, turn_times=Times(), heard=Times(), calendar=self.calendar)
        self.health = EngineHealth("llm", clock, FIRST_PAUSE_SEC, LONGEST_PAUSE_SEC, random.Random(1))
        self.tools = Tools(names, FACTS) if names else None
        self.context = LLMContext()
        self.frames: list[Frame] = []

    async def before(self, *lines: str) -> None:
        """What was said before, answered by the rules."""
        for line in lines:
            self.conversation.answer(await self.conversation.look_up(self.conversation.hear(line)))
            await asyncio.sleep(0)

    async def says(self, text: str) -> list[str]:
        """One turn; returns the sentences that went to the voice."""
        self.context.add_message({"role": "user", "content": text})
        service = ModelLLMService(self.chat, self.health, "You are AVA.", self.conversation, self.tools)
        self.frames, _ = await run_test(service, frames_to_send=[LLMContextFrame(self.context), SleepFrame(0.05)])
        ends = [f for f in self.frames if isinstance(f, LLMFullResponseStartFrame | LLMFullResponseEndFrame)]
        assert [type(frame) for frame in ends] == [LLMFullResponseStartFrame, LLMFullResponseEndFrame]
        return [frame.text for frame in self.frames if isinstance(frame, SentenceFrame)]

    @property
    def by_model(self) -> list[str]:
        return [frame.text for frame in self.frames if isinstance(frame, SentenceFrame) and frame.by_model]

    def called(self) -> list[tuple[str, str]]:
        """What the call's record says of functions."""
        return [(fields["name"], fields["result"]) for fields in self.store.all("tool")]

    def failed_turns(self) -> int:
        return sum(kind == "failed_turn" for kind, _ in self.store.events)


@pytest.fixture
async def server() -> AsyncIterator[OllamaServer]:
    async with OllamaServer() as running:
        yield running


@pytest.fixture
async def phones(server: OllamaServer) -> AsyncIterator[Any]:
    made: list[Phone] = []

    async def ring(*names: str, lines: tuple[str, ...] = (), **options: str) -> Phone:
        made.append(Phone(server, *names, **options))
        await made[-1].chat.start()
        await made[-1].before(*lines)
        return made[-1]

    yield ring
    for phone in made:
        await phone.conversation.aclose()
        await phone.chat.aclose()


# What each of them does


async def test_hold_takes_the_time_that_the_rules_could_not_tell_and_the_rules_read_it_back(
    server: OllamaServer, phones: Any
) -> None:
    phone = await phones(*TOOLS, lines=UP_TO_THE_OFFER)
    server.calls = [("hold", '{"number": 2}')]
    said = await phone.says(UNCLEAR)
    assert said[0] == "Let me read that back."
    assert "2:30 PM" in " ".join(said)
    assert phone.by_model == []
    assert phone.calendar.held_by("CA" + "1" * 32) == [SECOND]
    assert phone.ava.slots.opening_key == SECOND
    assert not phone.ava.slots.confirmed, "the caller has the last word"
    assert phone.failed_turns() == 0
    assert phone.called() == [("hold", "done")]


async def test_a_held_time_that_somebody_else_took_is_answered_with_others(server: OllamaServer, phones: Any) -> None:
    phone = await phones(*TOOLS, lines=UP_TO_THE_OFFER)
    phone.calendar.owners[SECOND] = "CA" + "9" * 32
    server.calls = [("hold", '{"number": 2}')]
    said = await phone.says(UNCLEAR)
    assert said[0] == "That time was just taken."
    assert phone.ava.slots.opening_key is None


async def test_availability_offers_what_is_truly_free_in_the_words_of_the_rules(
    server: OllamaServer, phones: Any
) -> None:
    phone = await phones(*TOOLS, lines=UP_TO_WHEN)
    server.calls = [("availability", '{"day": "2026-11-24"}')]
    said = await phone.says(ODD)
    assert said == [OFFER, "Which of these would you like?"]
    assert phone.calendar.held_by("CA" + "1" * 32) == []


async def test_availability_without_a_day_offers_the_soonest(server: OllamaServer, phones: Any) -> None:
    phone = await phones(*TOOLS, lines=UP_TO_WHEN)
    server.calls = [("availability", "")]
    said = await phone.says(ODD)
    assert said[0].startswith("I have Tuesday, November 24 at 9:00 AM")


async def test_availability_in_an_offer_names_other_times_and_holds_none(server: OllamaServer, phones: Any) -> None:
    phone = await phones(*TOOLS, lines=UP_TO_THE_OFFER)
    server.calls = [("availability", "{}")]
    said = await phone.says(UNCLEAR)
    assert OFFER not in said
    assert "I have" in " ".join(said)
    assert phone.calendar.owners == {}


async def test_availability_begins_a_request_with_the_next_question_of_the_rules(
    server: OllamaServer, phones: Any
) -> None:
    phone = await phones(*TOOLS)
    server.calls = [("availability", '{"location": "kendall", "day": "", "part": null}')]
    assert await phone.says(ODD) == ["What would you like to be seen for?"]
    assert (phone.ava.slots.location, phone.ava.slots.intent) == ("kendall", "book")
    assert phone.ava.slots.reason is None, "why somebody comes is never in other words than the caller's"


async def test_what_the_caller_said_is_not_changed_by_what_the_model_makes_of_it(
    server: OllamaServer, phones: Any
) -> None:
    phone = await phones(*TOOLS, lines=UP_TO_WHEN)
    server.calls = [("availability", '{"location": "austin", "day": "2026-11-24"}')]
    assert (await phone.says(ODD))[0] == OFFER
    assert phone.ava.slots.location == "kendall"


async def test_a_day_of_the_models_with_an_hour_that_the_caller_named_before_is_offered_and_not_held(
    server: OllamaServer, phones: Any
) -> None:
    phone = await phones(*TOOLS, lines=(*UP_TO_WHEN, "friday at 10 am"))
    assert [window.time for window in phone.ava.slots.windows] == ["10:00"]
    server.calls = [("availability", '{"day": "2026-12-02"}')]
    said = await phone.says(UNCLEAR)
    assert "Wednesday, December 2" in said[0]
    assert phone.calendar.owners == {}


async def test_transfer_hands_over_while_somebody_answers(server: OllamaServer, phones: Any) -> None:
    phone = await phones(*TOOLS, handoff="always")
    server.calls = [("transfer", "{}")]
    assert await phone.says(ODD) == [
        "I am connecting you with our staff now.",
        "Please stay on the line.",
    ]
    [transfer] = [frame for frame in phone.frames if isinstance(frame, TransferRequestFrame)]
    assert transfer.reason == "asked_for_person"
    [handoff] = [fields for kind, fields in phone.store.events if kind == "handoff"]
    assert handoff["target"] == "person"


async def test_transfer_promises_a_call_back_while_nobody_does(server: OllamaServer, phones: Any) -> None:
    phone = await phones(*TOOLS)
    server.calls = [("transfer", "{}")]
    said = await phone.says(ODD)
    assert said[0] == "I will have a member of our staff call you back."
    assert not any(isinstance(frame, TransferRequestFrame) for frame in phone.frames)


async def test_end_says_the_farewell_of_the_rules(server: OllamaServer, phones: Any) -> None:
    phone = await phones(*TOOLS, lines=UP_TO_WHEN)
    server.calls = [("end", "{}")]
    kept = "I have kept what you told me, and our staff will call you back."
    assert await phone.says(ODD) == [kept, BYE, "Goodbye."]
    assert phone.failed_turns() == 0


# What is said around a call


async def test_a_short_word_before_a_call_is_left_out(server: OllamaServer, phones: Any) -> None:
    phone = await phones(*TOOLS)
    server.calls, server.says_before = [("end", "{}")], "I am booking you for nine."
    assert await phone.says(ODD) == [BYE, "Goodbye."]


async def test_a_sentence_that_was_spoken_before_a_call_stays_and_the_rules_go_on(
    server: OllamaServer, phones: Any
) -> None:
    phone = await phones(*TOOLS)
    server.calls, server.says_before = [("end", "{}")], "Of course. That is fine."
    assert await phone.says(ODD) == ["Of course.", BYE, "Goodbye."]
    assert phone.by_model == ["Of course."]


async def test_in_an_offer_no_word_of_the_models_is_spoken(server: OllamaServer, phones: Any) -> None:
    phone = await phones(*TOOLS, lines=UP_TO_THE_OFFER)
    said = await phone.says(UNCLEAR)
    assert said[0] == "I am sorry, I did not get that."
    assert phone.by_model == []
    assert phone.failed_turns() == 1
    note = server.requests[-1]["messages"][-1]["content"]
    assert "1: Tuesday, November 24 at 9:00 AM; 2: Tuesday, November 24 at 2:30 PM." in note


# What cannot be done


WRONG: list[tuple[str, str, str]] = [
    ("fly", "{}", "tool-unknown"),
    ("hold", '{"number": ', "tool-arguments"),
    ("hold", '{"number": 3}', "tool-arguments"),
    ("hold", '{"number": 0}', "tool-arguments"),
    ("hold", '["2"]', "tool-arguments"),
    ("hold", "", "tool-arguments"),
    ("availability", '{"day": "2026-11-22"}', "tool-arguments"),
    ("availability", '{"day": "2027-11-22"}', "tool-arguments"),
    ("availability", '{"day": "tomorrow"}', "tool-arguments"),
    ("availability", '{"part": "goodbye"}', "tool-arguments"),
]


@pytest.mark.parametrize(("name", "arguments", "code"), WRONG)
async def test_a_call_that_cannot_be_done_changes_nothing_and_the_rules_answer(
    server: OllamaServer, phones: Any, name: str, arguments: str, code: str
) -> None:
    phone = await phones(*TOOLS, lines=UP_TO_THE_OFFER)
    phone.conversation.hear(UNCLEAR)
    assert await refused(phone, name, arguments) == code
    server.calls = [(name, arguments)]
    assert (await phone.says("or was it the brunch thingy"))[0] == "I am sorry, I still did not understand."
    assert phone.failed_turns() == 1, "the first of the two was never answered"
    assert phone.health.problem is None, "the server has done its work"
    assert phone.called() == [(name if name in TOOLS else "unknown", code)]


async def refused(phone: Phone, name: str, arguments: str = "{}") -> str:
    """The code with which a call is refused, and that nothing has changed by it."""
    before, owners = vars(phone.ava).copy(), phone.calendar.owners.copy()
    with pytest.raises(LlmError) as caught:
        await phone.tools.carry_out(ToolCall(name, arguments), phone.conversation)
    assert (vars(phone.ava), phone.calendar.owners) == (before, owners)
    return caught.value.code


async def test_an_office_that_the_practice_does_not_have_is_refused(phones: Any) -> None:
    assert await refused(await phones(*TOOLS), "availability", '{"location": "paris"}') == "tool-arguments"


@pytest.mark.parametrize(
    "lines",
    [
        ("i need a copy of my prescription",),  # a message to staff, no request for a time
        (*UP_TO_THE_OFFER, "the second one", "yes"),  # the request is whole: "for our staff" comes behind it
        UP_TO_WHEN[:3],  # a number is asked for, and a day is made of digits
    ],
)
async def test_free_times_are_not_looked_up_where_the_rules_would_take_the_words_for_something_else(
    phones: Any, lines: tuple[str, ...]
) -> None:
    phone = await phones(*TOOLS, lines=lines)
    assert await refused(phone, "availability", '{"day": "2026-11-29"}') == "tool-no-step"


async def test_a_look_up_that_would_choose_among_the_offered_times_is_refused(phones: Any) -> None:
    phone = await phones(*TOOLS, lines=(*UP_TO_WHEN, "as soon as possible"))
    days = [one.local.day for one in phone.ava.visit.offered]
    assert days == [24, 24, 25], "the 25th by itself means the third of them"
    assert await refused(phone, "availability", '{"day": "2026-11-25"}') == "tool-no-step"


@pytest.mark.parametrize("line", ["please call me at a different number", "i have a billing question"])
async def test_a_hold_while_something_else_is_asked_is_refused(phones: Any, line: str) -> None:
    phone = await phones(*TOOLS, lines=(*UP_TO_THE_OFFER, line))
    assert phone.ava.visit.offered
    assert await refused(phone, "hold", '{"number": 1}') == "tool-no-step"


async def test_a_hold_where_nothing_is_offered_is_refused(phones: Any) -> None:
    assert await refused(await phones(*TOOLS, lines=UP_TO_WHEN), "hold", '{"number": 1}') == "tool-arguments"


async def test_a_function_that_is_not_in_the_set_cannot_be_called(server: OllamaServer, phones: Any) -> None:
    phone = await phones("availability", "hold")
    server.calls = [("end", "{}")]
    said = await phone.says(ODD)
    assert "Goodbye." not in said
    assert [tool["function"]["name"] for tool in server.requests[-1]["tools"]] == ["availability", "hold"]


async def test_nothing_can_be_called_in_an_urgent_call_or_in_a_turn_that_the_rules_understood(
    server: OllamaServer, phones: Any
) -> None:
    phone = await phones(*TOOLS)
    server.calls = [("end", "{}")]
    said = await phone.says("i would like to make an appointment for an eye exam")
    assert "Goodbye." not in said
    assert "tools" not in server.requests[-1]
    urgent = await phones(*TOOLS, lines=(*UP_TO_THE_OFFER, "i have new floaters since this morning"))
    assert (urgent.ava.slots.urgency, len(urgent.ava.visit.offered)) == ("urgent", 1)
    before = len(server.requests)
    await urgent.says(UNCLEAR)
    assert len(server.requests) == before


async def test_a_model_that_is_slow_with_an_offer_leaves_the_turn_to_the_rules(
    server: OllamaServer, phones: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines.model, "FIRST_SENTENCE_SEC", 0.1)
    phone = await phones(*TOOLS, lines=UP_TO_THE_OFFER)
    server.calls = [("hold", '{"number": 2}')]
    server.fail("slow_first", sec=5)
    said = await phone.says(UNCLEAR)
    assert said[0] == "I am sorry, I did not get that."
    assert phone.health.problem == "llm-timeout"
    assert phone.calendar.owners == {}


async def test_a_call_that_comes_too_late_for_the_answer_is_not_begun(
    server: OllamaServer, phones: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines.model, "ANSWER_SEC", engines.model.IN_CALL_SEC - 0.1)
    phone = await phones(*TOOLS, lines=UP_TO_THE_OFFER)
    server.calls = [("hold", '{"number": 2}')]
    said = await phone.says(UNCLEAR)
    assert said[0] == "I am sorry, I did not get that."
    assert phone.calendar.owners == {}
    assert phone.called() == [("hold", "tool-late")]


async def test_a_caller_who_speaks_into_a_hold_that_the_model_called_for_keeps_no_time(
    server: OllamaServer, phones: Any
) -> None:
    phone = await phones(*TOOLS, lines=UP_TO_THE_OFFER)
    phone.conversation.hear(UNCLEAR)
    phone.calendar.hold_sec = 30.0
    call = ToolCall("hold", '{"number": 2}')
    holding = asyncio.create_task(phone.tools.carry_out(call, phone.conversation), name="holding")
    await asyncio.sleep(0.05)
    assert phone.ava.awaits == "hold"
    holding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await holding
    phone.calendar.hold_sec = 0.0
    reply = phone.conversation.answer(await phone.conversation.look_up(phone.conversation.hear("the first one please")))
    assert "9:00 AM" in reply.text
    assert phone.calendar.held_by("CA" + "1" * 32) == ["20261124T1400Z_kendall"]


async def test_with_the_calendar_away_a_hold_of_the_models_leaves_the_time_to_staff(
    server: OllamaServer, phones: Any
) -> None:
    phone = await phones(*TOOLS, lines=UP_TO_THE_OFFER)
    phone.calendar.fails = {"hold"}
    server.calls = [("hold", '{"number": 2}')]
    said = " ".join(await phone.says(UNCLEAR))
    assert "I cannot see our calendar right now." in said
    assert "2:30 PM" in said
    assert phone.ava.slots.opening_key is None


async def test_off_the_model_is_not_asked_about_an_offer_and_requests_say_nothing_of_functions(
    server: OllamaServer, phones: Any
) -> None:
    phone = await phones(lines=UP_TO_THE_OFFER)
    await phone.says(UNCLEAR)
    assert server.requests == []
    other = await phones()
    await other.says(ODD)
    [body] = server.requests
    assert "function" not in json.dumps(body)
    assert not any("tool" in key for key in body)


# The engine


async def test_the_engine_hands_the_functions_of_the_settings_to_its_calls(server: OllamaServer, phones: Any) -> None:
    settings = Settings(ollama_url=server.url, enable_tools="end, hold")
    engine = ModelEngine(OllamaChat(settings), settings, FACTS, clock=FakeClock())
    await engine.start()
    assert [tool["function"]["name"] for tool in server.requests[-1]["tools"]] == ["hold", "end"]
    phone = await phones()
    assert engine.new_service(phone.conversation)._tools is engine._tools
    await engine.close()


async def test_without_the_setting_the_engine_has_none(server: OllamaServer) -> None:
    settings = Settings(_env_file=None, ollama_url=server.url, enable_tools="")
    engine = ModelEngine(OllamaChat(settings), settings, FACTS, clock=FakeClock())
    await engine.start()
    assert engine._tools is None
    assert "tools" not in server.requests[-1]
    await engine.close()
