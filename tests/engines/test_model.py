import asyncio
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from pipecat.frames.frames import (
    AggregatedTextFrame,
    ErrorFrame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
)
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.tests.utils import SleepFrame, run_test

import engines.model
from call import Call
from config import Settings
from dialogue.receptionist import Receptionist
from dialogue.sample import sample_facts
from engines.health import EngineHealth
from engines.model import FIRST_PAUSE_SEC, LONGEST_PAUSE_SEC, ModelEngine, ModelLLMService
from errors import LlmError
from facts import Record
from stages.call_log import CallLog
from stages.conversation import Conversation
from stages.empty_turns import NOTHING_HEARD
from tests.fakes.chat import FakeChat
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

BOOK = "i would like to make an appointment for an eye exam"
QUESTION = "Which office would you like to visit?"


class Times:
    last_speech = stopped_at = 0.0
    last_turn_heard = ""


class Found:
    """Finds the same records for every turn."""

    def __init__(self, *records: Record) -> None:
        self.records = records
        self.asked: list[str] = []

    async def find(self, text: str, location: str | None) -> tuple[Record, ...]:
        self.asked.append(text)
        return self.records


class Talk:
    """A call's model service, one turn at a time."""

    def __init__(self, *script: Any, clock: FakeClock | None = None, knowledge: Found | None = None) -> None:
        self.chat = FakeChat(*script)
        self.clock = clock or FakeClock()
        self.store = FakeStore()
        self.health = EngineHealth("llm", self.clock, FIRST_PAUSE_SEC, LONGEST_PAUSE_SEC, random.Random(1))
        call = Call("CA" + "1" * 32, "AC" + "2" * 32, "+13055550123", "", datetime(2026, 11, 23, 15, tzinfo=UTC))
        self.log = CallLog(call, self.store, self.clock)
        self.ava = Receptionist(facts=sample_facts(), clock=self.clock, caller_number="+13055550123")
        self.conversation = Conversation(self.ava, self.log, turn_times=Times(), heard=Times(), knowledge=knowledge)
        self.context = LLMContext()
        self.errors: list[str] = []

    async def hears(self, text: str | None) -> list[str]:
        """One turn; returns the sentences that went to the voice."""
        message: Any = (
            {"role": "developer", "content": NOTHING_HEARD} if text is None else {"role": "user", "content": text}
        )
        self.context.add_message(message)
        service = ModelLLMService(self.chat, self.health, "You are AVA.", self.conversation)
        frames = [LLMContextFrame(self.context), SleepFrame(0.05)]
        down, up = await run_test(service, frames_to_send=frames)
        kinds = [
            type(frame) for frame in down if isinstance(frame, LLMFullResponseStartFrame | LLMFullResponseEndFrame)
        ]
        assert kinds == [LLMFullResponseStartFrame, LLMFullResponseEndFrame], "one whole response for each turn"
        self.errors = [frame.exception.code for frame in up if isinstance(frame, ErrorFrame)]
        said = [frame.text for frame in down if isinstance(frame, AggregatedTextFrame)]
        self.context.add_message({"role": "assistant", "content": " ".join(said)})
        return said


@pytest.fixture(autouse=True)
def _short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines.model, "FIRST_SENTENCE_SEC", 0.15)
    monkeypatch.setattr(engines.model, "NEXT_SENTENCE_SEC", 0.15)
    monkeypatch.setattr(engines.model, "RETRY_AFTER_SEC", 0.01)


async def test_the_model_words_the_answer_and_the_state_goes_on() -> None:
    talk = Talk("Of course, an eye exam. Which office would be best for your visit?")
    assert await talk.hears(BOOK) == ["Of course, an eye exam.", "Which office would be best for your visit?"]
    assert talk.ava.slots.service is not None
    assert talk.errors == []


async def test_facts_from_the_records_are_said_without_the_model() -> None:
    talk = Talk("We are open all night.")
    said = await talk.hears("what are your hours at kendall")
    assert "8:00" in " ".join(said)
    assert talk.chat.requests == []


async def test_noise_is_answered_without_the_model() -> None:
    talk = Talk("Hello.")
    assert "did not hear" in " ".join(await talk.hears(None))
    assert talk.chat.requests == []


async def test_the_question_is_the_rules_own_when_the_model_asks_another_or_none() -> None:
    for answer in ("Happy to help. Do you like football?", "Happy to help."):
        talk = Talk(answer)
        assert (await talk.hears(BOOK)) == ["Happy to help.", QUESTION]


async def test_the_model_cannot_end_the_call_or_bring_figures_of_its_own() -> None:
    talk = Talk("Goodbye. We open at 5 on floor 77. Happy to help.")
    assert (await talk.hears(BOOK)) == ["Happy to help.", QUESTION]


async def test_history_grows_by_appending_and_what_changes_stands_last() -> None:
    talk = Talk("Happy to help.")
    await talk.hears(BOOK)
    await talk.hears("kendall")
    first, second = talk.chat.requests
    assert second[: len(first) - 1] == first[:-1]
    assert (first[0].role, first[0].content) == ("system", "You are AVA.")
    assert second[-1].role == "system"
    assert '"location": "kendall"' in second[-1].content


FAULTS: list[tuple[str, list[Any], str, list[str]]] = [
    ("refuses", [LlmError("no", code="llm-refused")], "llm-refused", [QUESTION]),
    ("has no such model", [LlmError("no", code="llm-not-found", retryable=False)], "llm-not-found", [QUESTION]),
    ("is busy", [LlmError("no", code="llm-busy")], "llm-busy", [QUESTION]),
    ("is slow", [[1.0, "Too late."]], "llm-timeout", [QUESTION]),
    ("breaks off at once", [["Happ", LlmError("no", code="llm-broke-off")]], "llm-broke-off", [QUESTION]),
    (
        "breaks off in mid-sentence",
        [["Happy to help. We", " have", LlmError("no", code="llm-broke-off")]],
        "llm-broke-off",
        ["Happy to help.", QUESTION],
    ),
    ("stalls", [["Happy to help. We", 1.0, " have"]], "llm-stalled", ["Happy to help.", QUESTION]),
    ("says nothing", [""], "llm-garbage", [QUESTION]),
    ("says garbage", ["<|eot_id|>}}{{ \x01"], "llm-garbage", [QUESTION]),
    ("repeats itself", ["the the the the the the the the the the."], "llm-garbage", [QUESTION]),
    ("drips sentences that may not be said", [[0.1, "We open on floor 77. "] * 12], "llm-timeout", [QUESTION]),
    ("never ends a sentence", [["word and "] * 100 + [1.0]], "llm-timeout", [QUESTION]),
]


@pytest.mark.parametrize(("fault", "script", "code", "tail"), FAULTS, ids=[row[0] for row in FAULTS])
async def test_when_the_model(fault: str, script: list[Any], code: str, tail: list[str]) -> None:
    talk = Talk(*script)
    began = asyncio.get_running_loop().time()
    said = await talk.hears(BOOK)
    assert said[-len(tail) :] == tail
    assert asyncio.get_running_loop().time() - began < 1.0
    assert talk.errors == [code], "one counted event"
    assert talk.chat.open_streams == 0
    assert talk.ava.slots.service is not None, "what was said is kept"


async def test_one_more_try_only_before_the_first_piece() -> None:
    talk = Talk(LlmError("busy", code="llm-busy"), "Happy to help.")
    assert (await talk.hears(BOOK))[0] == "Happy to help."
    assert len(talk.chat.requests) == 2
    late = Talk(["Happy", LlmError("gone", code="llm-broke-off")], "Never asked.")
    assert await late.hears(BOOK) == [QUESTION]
    assert len(late.chat.requests) == 1


async def test_a_model_that_failed_is_left_alone_for_a_while_and_then_tried_again() -> None:
    talk = Talk(LlmError("no", code="llm-not-found", retryable=False), "Happy to help.")
    await talk.hears(BOOK)
    assert talk.health.problem == "llm-not-found"
    await talk.hears("kendall")
    assert len(talk.chat.requests) == 1
    assert talk.errors == [], "a pause is no new error"
    talk.clock.pass_time(6)
    assert "Happy to help." in await talk.hears("i am a new patient")
    assert talk.health.problem is None


async def test_a_barge_in_closes_the_request() -> None:
    talk = Talk([5.0, "Never."])
    engines.model.FIRST_SENTENCE_SEC = 5.0
    service = ModelLLMService(talk.chat, talk.health, "You are AVA.", talk.conversation)
    talk.context.add_message({"role": "user", "content": BOOK})

    async def pushed(*_: Any, **__: Any) -> None: ...

    service.push_frame = pushed  # type: ignore[method-assign]
    reply = talk.conversation.hear(BOOK)
    answering = asyncio.create_task(service._answer(talk.context, reply))
    await asyncio.sleep(0.05)
    assert talk.chat.open_streams == 1
    answering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answering
    assert talk.chat.open_streams == 0


async def test_a_model_that_is_away_at_start_does_not_keep_the_service_from_starting() -> None:
    chat = FakeChat(LlmError("no such model; make it", code="llm-not-found", retryable=False))
    engine = ModelEngine(chat, Settings(_env_file=None), sample_facts(), clock=FakeClock())
    await engine.start()
    assert engine.problem == "llm-not-found"
    await engine.close()


async def test_the_model_reads_the_very_system_prompt_of_the_calls_at_start() -> None:
    chat = FakeChat("Hello.")
    engine = ModelEngine(chat, Settings(_env_file=None), sample_facts(), clock=FakeClock())
    await engine.start()
    (warm_up,) = chat.requests
    assert warm_up[0].content == engine._system
    assert engine.problem is None
    await engine.close()


async def test_the_model_is_told_the_records_that_were_found_for_a_turn_that_the_rules_did_not_understand() -> None:
    record = sample_facts().services[0]
    knowledge = Found(record)
    talk = Talk(["We can look at that. ", "How can I help you today?"], knowledge=knowledge)
    await talk.hears("blue bicycles forever")
    assert knowledge.asked == ["blue bicycles forever"]
    assert record.text in talk.chat.requests[-1][-1].content
    assert [fields["record_ids"] for kind, fields in talk.store.events if kind == "looked_up"] == [[record.id]]


async def test_an_approved_answer_that_was_found_is_spoken_without_the_model() -> None:
    faq = next(one for one in sample_facts().faqs if one.id == "faq-companion")
    talk = Talk(["Never asked."], knowledge=Found(faq))
    said = await talk.hears("hmm so my family they sort of come with me is that a thing")
    assert faq.answer in " ".join(said)
    assert not talk.chat.requests


async def test_a_turn_that_the_rules_understood_is_not_looked_up() -> None:
    knowledge = Found(sample_facts().services[0])
    talk = Talk(["Sure. ", QUESTION], knowledge=knowledge)
    await talk.hears(BOOK)
    assert knowledge.asked == []
    assert sample_facts().services[0].text not in talk.chat.requests[-1][-1].content
