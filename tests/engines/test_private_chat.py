"""A made-up call of an invented caller, over the stand-in for Anthropic's API: what goes out, and what comes back."""

import asyncio
import datetime as dt
import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from call import Slots, Turn, Window
from config import Settings
from dialogue import prompt
from dialogue.reply import Reply
from dialogue.sample import sample_facts
from engines.anthropic import AnthropicChat
from engines.chat import ChatMessage
from engines.model import ModelEngine
from engines.model_extractor import ModelExtractor
from engines.private_chat import NOTE, PrivateChat, hidden, public_text
from engines.table import LLM
from errors import LlmError
from extract import ExtractedLead, extract_lead
from tests.fakes.anthropic_server import KEY, AnthropicServer
from tests.fakes.chat import FakeChat
from tests.recording.helpers import a_record

FACTS = sample_facts()
SYSTEM = prompt.system_prompt(FACTS, "AVA")
PUBLIC = public_text(FACTS, "AVA", SYSTEM)
NOW = dt.datetime(2026, 11, 23, 10)
SLOTS = Slots(
    intent="book", name="Zebulon Quux", name_confirmed=True, callback_number="+17865550199", callback_source="said",
    location="kendall", service="eye_exam", reason="Zebulon needs new glasses",
    windows=(Window(day=dt.date(2026, 12, 1), time="10:30", words="next tuesday at ten thirty"),),
)  # fmt: skip
CALL = [
    ("ava", "This is AVA, an automated assistant. How can I help you today?"),
    ("caller", "hi i need an eye exam in kendall with doctor sample, what is the number there, three oh five five five "
     "five oh one one oh"),
    ("ava", "Yes, the Kendall office has 305-555-0110. May I have your first and last name?"),
    ("caller", "zebulon cooks"),
    ("ava", "Thank you, Zebulon Cooks. Is that right?"),
    ("caller", "No, it's Quux, q u u x."),
    ("ava", "Shall we call you back at the number you are calling from, ending in 0177?"),
    ("caller", "no, call seven eight six five five five oh one nine nine, or zebulon dot quux at example dot com"),
    ("ava", "I have (786) 555-0199, is that right? And when would you like to come?"),
    ("caller", "Yes. Next Tuesday, December 1 at ten thirty. My birthday is March 3rd, 1980, my VSP member number is "
     "W99887766."),
    ("ava", "Thank you, Zebulon. Is there anything else?"),
    ("caller", "I live at 1234 Palmetto Terrace, 33199."),
]  # fmt: skip
SECRETS = (
    "zebulon|quux|cooks|q u u x|0177|7865550199|0199|seven eight six|nine nine|example|march|3rd|99887766|palmetto|"
    "33199|1234"
)
KEPT = ("Kendall", "doctor sample", "three oh five five five five oh one one oh", "305-555-0110", "VSP",
        "December 1 at ten thirty", "1980")  # fmt: skip


@pytest.fixture
async def server() -> AsyncIterator[AnthropicServer]:
    async with AnthropicServer() as running:
        yield running


@pytest.fixture
async def chat(server: AnthropicServer) -> AsyncIterator[PrivateChat]:
    settings = Settings(llm_provider="anthropic", anthropic_api_key=SecretStr(KEY))
    private = PrivateChat(AnthropicChat(settings, base_url=server.url), PUBLIC, today=lambda: NOW.date())
    await private.start()
    yield private
    await private.aclose()


def talk(turns: int, say: str) -> list[ChatMessage]:
    """The messages of a turn, as the call's service makes them."""
    said = [ChatMessage("user" if who == "caller" else "assistant", text) for who, text in CALL[:turns]]
    situation = prompt.situation(SLOTS, Reply((say,)), NOW)
    return [ChatMessage("system", SYSTEM), *said, ChatMessage("system", situation)]


def sent(server: AnthropicServer) -> str:
    """All text of all requests, without the system prompt's facts and the note."""
    assert server.requests
    return json.dumps(server.requests, ensure_ascii=False).replace(json.dumps(SYSTEM, ensure_ascii=False)[1:-1], "")


def the_record() -> Any:
    turns = [Turn(speaker=who, text=text, at_sec=float(at)) for at, (who, text) in enumerate(CALL)]  # type: ignore[arg-type]
    return a_record(slots=SLOTS, turns=turns, caller="+13055550177")


async def said(chat: PrivateChat, messages: list[ChatMessage]) -> str:
    return "".join([piece async for piece in chat.stream(messages)])


# A whole call


async def test_no_word_that_tells_who_calls_goes_out_in_a_whole_call(
    server: AnthropicServer, chat: PrivateChat
) -> None:
    for turns in range(2, len(CALL) + 1, 2):
        answer = await said(chat, talk(turns, "Thank you, Zebulon Quux. Which day would you like?"))
        assert answer == "Sure. Thank you, Zebulon Quux. Which day would you like?"
    lead = await extract_lead(the_record(), ModelExtractor(chat, FACTS), FACTS)
    assert (lead.name, lead.phone, lead.reason) == ("Zebulon Quux", "+13055550177", "Zebulon needs new glasses")
    assert len(server.requests) == len(CALL) // 2 + 1
    assert not re.findall(rf"(?<!\w)(?:{SECRETS})(?!\w)", sent(server), re.IGNORECASE)


async def test_what_the_model_needs_of_a_call_goes_out(server: AnthropicServer, chat: PrivateChat) -> None:
    await said(chat, talk(len(CALL), "Which day?"))
    for words in KEPT:
        assert words in sent(server)
    (block,) = server.requests[0]["system"]
    assert block["text"] == f"{SYSTEM}\n{NOTE}"
    last = server.requests[0]["messages"][-1]["content"]
    assert '"location": "kendall"' in last
    assert '"day": "2026-12-01"' in last
    assert "Now: Monday, November 23, 2026, 10:00 AM." in last


async def test_the_warm_up_reads_the_prompt_that_calls_send(server: AnthropicServer, chat: PrivateChat) -> None:
    await chat.warm_up([ChatMessage("system", SYSTEM), ChatMessage("user", "Hello.")])
    await said(chat, talk(2, "Which day?"))
    assert server.requests[0]["system"] == server.requests[1]["system"]


async def test_earlier_turns_are_the_same_bytes_in_the_next_request(server: AnthropicServer, chat: PrivateChat) -> None:
    """Prefix reuse: what was said keeps its tokens while the call goes on."""
    await said(chat, talk(len(CALL) - 2, "Which day?"))
    await said(chat, talk(len(CALL), "Which day?"))
    first, second = (request["messages"] for request in server.requests)
    whole = len(first) - 1  # the last one ends with the note on the moment
    assert second[:whole] == first[:whole]


async def test_the_profile_hides_only_from_a_model_outside() -> None:
    outside = LLM["production"](Settings(llm_provider="anthropic", anthropic_api_key=SecretStr(KEY)), FACTS)
    inside = LLM["production"](Settings(llm_provider="ollama"), FACTS)
    assert isinstance(outside, ModelEngine)
    assert isinstance(outside._chat, PrivateChat)
    assert isinstance(inside, ModelEngine)
    assert not isinstance(inside._chat, PrivateChat)


# Streams


async def test_a_token_that_comes_in_pieces_is_put_back() -> None:
    for cut in range(1, 8):
        inner = FakeChat(["Thank you, [NAME_1"[:-cut], "Thank you, [NAME_1"[-cut:], "] [NAME_", "2]. Which", " day?"])
        chat = PrivateChat(inner, PUBLIC)
        assert await said(chat, talk(4, "x")) == "Thank you, Zebulon Quux. Which day?"


async def test_words_before_a_token_are_said_at_once() -> None:
    chat = PrivateChat(FakeChat(["We are open", " today", 0.05, ", [NAME_1]."]), PUBLIC)
    stream = chat.stream(talk(4, "x"))
    assert [await anext(stream), await anext(stream)] == ["We are open", " today"]
    await stream.aclose()


async def test_an_error_comes_through_and_the_stream_is_closed() -> None:
    inner = FakeChat(["We are", LlmError("broke off", code="llm-broke-off")])
    with pytest.raises(LlmError, match="broke off"):
        await said(PrivateChat(inner, PUBLIC), talk(4, "x"))
    assert inner.open_streams == 0


async def test_closing_the_stream_closes_the_models() -> None:
    inner = FakeChat(["We are", 5.0, "open"])
    stream = PrivateChat(inner, PUBLIC).stream(talk(4, "x"))
    await anext(stream)
    await stream.aclose()
    assert inner.open_streams == 0


async def test_calls_at_the_same_time_do_not_mix() -> None:
    inner = FakeChat(["Thank you, ", 0.02, "[NAME_1]."])
    chat = PrivateChat(inner, PUBLIC)

    async def one(name: str) -> str:
        slots = json.dumps({"name": name})
        return await said(chat, [ChatMessage("system", SYSTEM), ChatMessage("system", f"Collected: {slots}")])

    names = [f"{name} Example" for name in ("Xaviera", "Yolanda", "Zenobia")]
    answers = await asyncio.gather(*map(one, names))
    assert answers == [f"Thank you, {name.split()[0]}." for name in names]
    assert not re.search("Xaviera|Yolanda|Zenobia", repr(inner.requests))


# JSON


async def test_a_lead_gets_its_values_back_in_the_form_of_the_schema() -> None:
    fields = {
        "intent": "book", "name": "[NAME_1] [NAME_2]", "phone": "[PHONE_1]", "location": "kendall",
        "service": "eye_exam", "date_of_birth": "[BIRTH_1980]", "message": "[NAME_1] said \"call [PHONE_1]\"",
        "preferred_windows": [{"day": "2026-12-01", "time": "10:30", "words": "next tuesday"}],
    }  # fmt: skip
    inner = FakeChat(json.dumps(fields))
    lead = await extract_lead(the_record(), ModelExtractor(PrivateChat(inner, PUBLIC), FACTS), FACTS)
    assert (lead.name, lead.date_of_birth) == ("Zebulon Quux", dt.date(1980, 3, 3))
    assert lead.message == 'Zebulon said "call +17865550199"'
    assert lead.preferred_windows[0].day == dt.date(2026, 12, 1)
    assert "made-by-rules" not in lead.review_reasons
    assert not re.findall(rf"(?<!\w)(?:{SECRETS})(?!\w)", repr(inner.requests), re.IGNORECASE)


async def test_the_schema_that_goes_out_lets_a_token_stand_for_a_date(
    server: AnthropicServer, chat: PrivateChat
) -> None:
    schema = ExtractedLead.model_json_schema()
    await chat.complete_json(talk(2, "x"), schema)
    assert "format" not in json.dumps(server.requests[0]["output_config"]["format"]["schema"])
    assert schema == ExtractedLead.model_json_schema()


async def test_an_old_call_is_read_with_its_own_date() -> None:
    inner = FakeChat("{}")
    record = the_record()
    for today in (dt.date(2026, 11, 23), dt.date(2031, 1, 1)):
        chat = PrivateChat(inner, PUBLIC, today=lambda today=today: today)
        await ModelExtractor(chat, FACTS).complete_json(record, ExtractedLead.model_json_schema())
    first, second = (request[-1].content for request in inner.requests)
    assert first == second
    assert "The call was on Sunday 2026-11-22" in first
    assert "Monday 2026-11-23" in first


@pytest.mark.parametrize("line", ["Collected: {not json}", "Collected: [1]", 'Collected: {"name": null}', "Collected:"])
async def test_a_line_that_holds_no_values_is_hidden_by_patterns_all_the_same(line: str) -> None:
    inner = FakeChat("ok")
    await said(PrivateChat(inner, PUBLIC), [ChatMessage("user", f"{line}\nmy name is zebulon")])
    assert inner.requests[0][-1].content == f"{line}\nmy name is [NAME_1]"


async def test_everyone_may_read_everything_about_the_practice() -> None:
    names = PrivateChat(FakeChat("ok"), PUBLIC)._pseudonyms([])
    assert [message.content for message in hidden([ChatMessage("system", SYSTEM)], names)] == [f"{SYSTEM}\n{NOTE}"]
    for place in FACTS.locations:
        for text in (place.street, place.zip, place.phone, place.name):
            assert text in PUBLIC
            assert names.hide(f"is it {text}") == f"is it {text}"


def test_hiding_a_long_call_takes_milliseconds() -> None:
    chat = PrivateChat(FakeChat("ok"), PUBLIC)
    messages = talk(len(CALL), "Which day?")
    times = []
    for _ in range(20):
        start = time.perf_counter()
        hidden(messages, chat._pseudonyms(messages))
        times.append(time.perf_counter() - start)
    assert min(times) < 0.01  # measured: 2 ms; a pattern that goes astray takes far longer


@pytest.mark.parametrize(
    "text", ["one two " * 500, "a " * 2000, "march " * 1000, "x at " * 1000, "1 " * 2000, "[" * 3000]
)
def test_no_text_keeps_the_patterns_busy(text: str) -> None:
    chat = PrivateChat(FakeChat("ok"), PUBLIC)
    messages = [ChatMessage("user", text)]
    start = time.perf_counter()
    hidden(messages, chat._pseudonyms(messages))
    assert time.perf_counter() - start < 2.0
