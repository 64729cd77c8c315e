"""What every `ChatModel` does, seen on the wire: the real SDKs against stand-ins for the real servers."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass

import aiohttp
import pytest
from pydantic import SecretStr

from config import Settings
from engines.anthropic import AnthropicChat
from engines.chat import ChatMessage
from engines.ollama import OllamaChat
from errors import LlmError
from extract import ExtractedLead
from tests.fakes.anthropic_server import KEY, AnthropicServer
from tests.fakes.chat_server import ChatServer
from tests.fakes.ollama_server import OllamaServer

SECRET = "Zebulon Quux"  # an invented caller's name: it may stand in no error
SYSTEM = ChatMessage("system", "You answer the phone of an eye practice.")
SAY = ChatMessage("system", "Tell the caller what is asked next.\nSay: Which day would suit you?")
TALK = [SYSTEM, ChatMessage("user", f"Hello, this is {SECRET}."), SAY]
SCHEMA = ExtractedLead.model_json_schema()

Chat = OllamaChat | AnthropicChat


@dataclass
class Pair:
    server: ChatServer
    chat: Chat
    build: Callable[..., Chat]


def ollama(server: OllamaServer, **options: float) -> OllamaChat:
    return OllamaChat(Settings(ollama_url=server.url), **options)


def anthropic(server: AnthropicServer, **options: float) -> AnthropicChat:
    settings = Settings(llm_provider="anthropic", anthropic_api_key=SecretStr(KEY))
    return AnthropicChat(settings, base_url=server.url, **options)


@pytest.fixture(params=["ollama", "anthropic"])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    server, build = (OllamaServer(), ollama) if request.param == "ollama" else (AnthropicServer(), anthropic)
    async with server:
        chat = build(server)
        await chat.start()
        yield Pair(server, chat, build)
        await chat.aclose()


async def said(chat: Chat, messages: list[ChatMessage] = TALK) -> list[str]:
    return [piece async for piece in chat.stream(messages)]


async def failed(chat: Chat) -> tuple[LlmError, list[str]]:
    """The error of one answer, and the pieces that came before it."""
    pieces: list[str] = []

    async def read() -> None:
        async for piece in chat.stream(TALK):
            pieces.append(piece)

    with pytest.raises(LlmError) as caught:
        await read()
    return caught.value, pieces


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not reached():
            await asyncio.sleep(0.005)


async def test_an_answer_comes_in_pieces_in_their_order(pair: Pair) -> None:
    pieces = await said(pair.chat)
    assert pieces == ["Sure.", " Which", " day", " would", " suit", " you?"]
    body = pair.server.requests[-1]
    assert (body["model"], body["stream"], body["max_tokens"]) == (pair.chat.name, True, 160)
    assert body["temperature"] == 0.3


async def test_pieces_come_as_they_are_made(pair: Pair) -> None:
    pair.server.fail("slow_between", sec=30)
    async with asyncio.timeout(2), aclosing(pair.chat.stream(TALK)) as pieces:
        assert await anext(pieces) == "Sure."


async def test_max_tokens_reached_is_a_normal_end(pair: Pair) -> None:
    pair.server.fail("nonsense")
    pieces = await said(pair.chat)
    assert len(pieces) == 160


async def test_an_answer_without_a_word_is_a_normal_end(pair: Pair) -> None:
    pair.server.fail("empty")
    assert await said(pair.chat) == []


@pytest.mark.parametrize(
    ("fault", "code", "retryable"),
    [
        ("refuse", "llm-refused", True),
        ("not_found", "llm-not-found", False),
        ("busy", "llm-busy", True),
        ("denied", "llm-denied", False),
        ("rejected", "llm-rejected", False),
        ("server_error", "llm-server", True),
        ("garbage", "llm-garbage", False),
        ("html", "llm-garbage", False),
        ("not_of_protocol", "llm-garbage", False),
        ("redirect", "llm-garbage", False),  # nor is it followed with what callers said
    ],
)
async def test_a_fault_before_the_first_word_has_its_code(pair: Pair, fault: str, code: str, retryable: bool) -> None:
    pair.server.fail(fault, times=1)
    error, pieces = await failed(pair.chat)
    assert (error.code, error.retryable, pieces) == (code, retryable, [])
    assert SECRET not in str(error)
    assert await said(pair.chat), "the next answer is a good one"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("break_off", "llm-broke-off"),
        ("error_in_stream", "llm-broke-off"),
        ("no_end", "llm-broke-off"),
        ("bad_chunk", "llm-garbage"),
    ],
)
async def test_a_fault_in_mid_answer_comes_after_the_words_before_it(pair: Pair, fault: str, code: str) -> None:
    pair.server.fail(fault, times=1, pieces=2)
    error, pieces = await failed(pair.chat)
    assert (error.code, pieces) == (code, ["Sure.", " Which"])
    assert await said(pair.chat), "the next answer is a good one"


async def test_a_server_that_is_not_there_refuses() -> None:
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        chat = OllamaChat(Settings(ollama_url=f"http://127.0.0.1:{taken.getsockname()[1]}/v1"))
        await chat.start()
        error, _ = await failed(chat)
        await chat.aclose()
    assert error.code == "llm-refused"


@pytest.mark.parametrize("fault", ["slow_first", "slow_between"])
async def test_a_server_that_falls_silent_runs_into_the_read_timeout(pair: Pair, fault: str) -> None:
    chat = pair.build(pair.server, read_timeout_sec=0.1)
    await chat.start()
    pair.server.fail(fault, sec=30)
    error, _ = await failed(chat)
    await chat.aclose()
    assert (error.code, error.retryable) == ("llm-timeout", True)


async def test_closing_the_iterator_closes_the_connection(pair: Pair) -> None:
    pair.server.fail("slow_between", sec=30)
    pieces = pair.chat.stream(TALK)
    await anext(pieces)
    await pieces.aclose()
    await until(lambda: pair.server.broken_off == 1)


@pytest.mark.parametrize("fault", ["slow_first", "slow_between"])
async def test_a_cancelled_reader_closes_the_connection(pair: Pair, fault: str) -> None:
    pair.server.fail(fault, sec=30)
    reading = asyncio.create_task(said(pair.chat), name="reading")
    await until(lambda: pair.server.connections == 1)
    await asyncio.sleep(0.05)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await until(lambda: pair.server.broken_off == 1)


async def test_two_answers_at_once_do_not_wait_for_each_other(pair: Pair) -> None:
    pair.server.fail("slow_between", times=1, sec=30)
    async with aclosing(pair.chat.stream(TALK)) as slow:
        await anext(slow)
        async with asyncio.timeout(2):
            assert "".join(await said(pair.chat)) == "Sure. Which day would suit you?"


async def test_answers_after_each_other_share_a_connection(pair: Pair) -> None:
    for _ in range(3):
        await said(pair.chat)
    assert pair.server.connections == 1


async def test_nothing_is_tried_twice(pair: Pair) -> None:
    pair.server.fail("break_off")
    await failed(pair.chat)
    assert len(pair.server.requests) == 1


async def test_json_mode_answers_the_schema(pair: Pair) -> None:
    collected = '{"name": "Ana Invented", "intent": "book", "preferred_windows": [{"day": "2026-12-01"}]}'
    answer = await pair.chat.complete_json([SYSTEM, ChatMessage("user", f"Fill in.\nCollected: {collected}")], SCHEMA)
    lead = ExtractedLead.model_validate_json(answer)
    assert (lead.name, lead.intent, str(lead.preferred_windows[0].day)) == ("Ana Invented", "book", "2026-12-01")
    body = pair.server.requests[-1]
    assert (len(pair.server.requests), body["temperature"]) == (1, 0)
    assert body["max_tokens"] >= 1000


@pytest.mark.parametrize(
    ("fault", "code"),
    [("busy", "llm-busy"), ("html", "llm-garbage"), ("not_of_protocol", "llm-garbage"), ("refuse", "llm-refused")],
)
async def test_json_mode_has_the_same_codes(pair: Pair, fault: str, code: str) -> None:
    pair.server.fail(fault)
    with pytest.raises(LlmError) as caught:
        await pair.chat.complete_json(TALK, SCHEMA)
    assert caught.value.code == code


async def test_before_its_start_and_after_its_end_a_client_refuses(pair: Pair) -> None:
    chat = pair.build(pair.server)
    error, _ = await failed(chat)
    assert error.code == "llm-refused"
    await chat.start()
    await chat.start()
    assert await said(chat)
    await chat.aclose()
    await chat.aclose()
    error, _ = await failed(chat)
    assert error.code == "llm-refused"


async def test_a_start_does_not_hold_the_loop(pair: Pair) -> None:
    chat = pair.build(pair.server)
    starting = asyncio.create_task(chat.start(), name="starting")
    turns = 0
    while not starting.done():
        await asyncio.sleep(0.001)
        turns += 1
    await chat.aclose()
    assert turns > 3, "a client is built in a thread"


async def test_the_warm_up_asks_for_one_token_of_the_same_prompt(pair: Pair) -> None:
    chat = pair.build(pair.server)
    await chat.warm_up([SYSTEM])
    await chat.aclose()
    assert pair.server.requests[-1]["max_tokens"] == 1
    assert SYSTEM.content in str(pair.server.requests[-1])


async def test_a_fault_is_switched_over_http_too(pair: Pair) -> None:
    root = f"http://127.0.0.1:{pair.server.port}/_fault"
    async with aiohttp.ClientSession() as session:
        async with session.post(root, json={"kind": "busy", "times": 2}) as answer:
            assert answer.status == 200
        codes = [(await failed(pair.chat))[0].code for _ in range(2)]
        async with session.post(root, json={"kind": "no-such-fault"}) as answer:
            assert answer.status == 400
    assert codes == ["llm-busy", "llm-busy"]
    assert await said(pair.chat)
