"""Function calls on the wire: what a request offers, and how a streamed call is read."""

import json
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from config import Settings
from dialogue.sample import sample_facts
from engines.anthropic import AnthropicChat
from engines.chat import ChatMessage, ToolCall
from engines.ollama import OllamaChat
from engines.private_chat import PrivateChat, public_text
from engines.streamed_call import MAX_ARGUMENTS, StreamedCall
from engines.tools import Tools
from errors import LlmError
from tests.fakes.anthropic_server import KEY, AnthropicServer
from tests.fakes.ollama_server import OllamaServer

TALK = [
    ChatMessage("system", "You answer the phone."),
    ChatMessage("user", "The one after lunch, then."),
    ChatMessage("system", "Say: Which day?"),
]
SPECS = Tools(("hold", "end"), sample_facts()).specs
HOLD = ("hold", '{"number": 2}')

Chat = OllamaChat | AnthropicChat


class Line:
    """A client and the server that it talks to."""

    def __init__(self, chat: Chat, server: OllamaServer | AnthropicServer) -> None:
        self.chat, self.server = chat, server

    async def hears(self) -> list[str | ToolCall]:
        return [piece async for piece in self.chat.stream_or_call(TALK, SPECS)]


@pytest.fixture(params=["ollama", "anthropic"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    server: OllamaServer | AnthropicServer = OllamaServer() if request.param == "ollama" else AnthropicServer()
    async with server:
        chat: Chat = (
            OllamaChat(Settings(ollama_url=server.url))
            if isinstance(server, OllamaServer)
            else AnthropicChat(Settings(anthropic_api_key=SecretStr(KEY)), base_url=server.url)
        )
        await chat.start()
        yield Line(chat, server)
        await chat.aclose()


async def test_without_functions_a_request_is_the_same_to_the_byte(line: Line) -> None:
    said = [piece async for piece in line.chat.stream(TALK)]
    assert [piece async for piece in line.chat.stream_or_call(TALK, ())] == said
    await line.chat.warm_up(TALK)
    await line.chat.warm_up(TALK, ())
    plain, with_none, warm, warm_with_none = line.server.requests
    assert json.dumps(plain) == json.dumps(with_none)
    assert json.dumps(warm) == json.dumps(warm_with_none)
    assert not any("tool" in key for body in line.server.requests for key in body)


async def test_a_request_with_functions_differs_in_nothing_else(line: Line) -> None:
    [_ async for _ in line.chat.stream(TALK)]
    await line.hears()
    plain, offered = line.server.requests
    assert {key: value for key, value in offered.items() if key not in ("tools", "tool_choice")} == plain


async def test_functions_are_offered_in_the_servers_own_form(line: Line) -> None:
    await line.hears()
    [body] = line.server.requests
    hold, end = body["tools"]
    if isinstance(line.server, OllamaServer):
        assert (hold["type"], end["type"]) == ("function", "function")
        hold, end = hold["function"], end["function"]
        assert hold["parameters"]["required"] == ["number"]
    else:
        assert hold["input_schema"]["required"] == ["number"]
        assert body["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}
    assert (hold["name"], end["name"]) == ("hold", "end")


async def test_a_call_comes_whole(line: Line) -> None:
    line.server.calls = [HOLD]
    assert await line.hears() == [ToolCall(*HOLD)]


async def test_words_before_a_call_come_before_it(line: Line) -> None:
    line.server.calls, line.server.says_before = [HOLD], "One second."
    assert await line.hears() == ["One", " second.", ToolCall(*HOLD)]


async def test_of_two_calls_the_first_counts(line: Line) -> None:
    line.server.calls = [HOLD, ("end", "{}")]
    assert await line.hears() == [ToolCall(*HOLD)]


async def test_bad_json_and_unknown_names_are_handed_on_as_they_are(line: Line) -> None:
    line.server.calls = [("fly", '{"number": ')]
    assert await line.hears() == [ToolCall("fly", '{"number": ')]


async def test_a_model_that_calls_nothing_just_answers(line: Line) -> None:
    assert await line.hears() == ["Sure.", " Which", " day?"]


async def test_a_stream_that_breaks_off_behind_a_call_is_no_call(line: Line) -> None:
    line.server.calls, line.server.says_before = [HOLD], "One second."
    line.server.fail("no_end", times=1)
    with pytest.raises(LlmError) as caught:
        await line.hears()
    assert caught.value.code == "llm-broke-off"


async def test_the_next_answer_shares_the_connection(line: Line) -> None:
    line.server.calls = [HOLD]
    for _ in range(3):
        await line.hears()
    assert line.server.connections == 1


async def test_arguments_in_pieces_and_calls_of_one_number_are_told_apart() -> None:
    async with OllamaServer() as server:
        chat = OllamaChat(Settings(ollama_url=server.url))
        await chat.start()
        line = Line(chat, server)
        server.calls, server.argument_pieces = [HOLD, ("end", '{"why": "done"}')], True
        assert await line.hears() == [ToolCall(*HOLD)]
        server.call_indexes = False
        assert await line.hears() == [ToolCall(*HOLD)]
        await chat.aclose()


async def test_a_model_whose_template_has_no_tools_is_asked_without_them_from_then_on() -> None:
    async with OllamaServer() as server:
        server.knows_tools, server.calls = False, [HOLD]
        chat = OllamaChat(Settings(ollama_url=server.url))
        await chat.warm_up(TALK, SPECS)
        assert ["tools" in body for body in server.requests] == [True, False]
        assert await Line(chat, server).hears() == ["Sure.", " Which", " day?"]
        assert ["tools" in body for body in server.requests] == [True, False, False]
        await chat.aclose()


async def test_another_400_is_an_error_and_teaches_nothing() -> None:
    async with OllamaServer() as server:
        chat = OllamaChat(Settings(ollama_url=server.url))
        await chat.start()
        server.fail("rejected", times=1)
        with pytest.raises(LlmError) as caught:
            await Line(chat, server).hears()
        assert caught.value.code == "llm-rejected"
        await Line(chat, server).hears()
        assert "tools" in server.requests[-1]
        await chat.aclose()


async def test_what_leaves_the_practice_is_hidden_with_functions_too() -> None:
    name = "Zebulon Quux"  # an invented caller
    said = [
        ChatMessage("system", "You answer the phone."),
        ChatMessage("user", f"My name is {name}."),
        ChatMessage("system", f'Collected: {{"name": "{name}"}}\nSay: Thank you, {name}.'),
    ]
    async with AnthropicServer() as server:
        inner = AnthropicChat(Settings(anthropic_api_key=SecretStr(KEY)), base_url=server.url)
        chat = PrivateChat(inner, public_text(sample_facts(), "AVA"))
        await chat.start()
        assert "".join([str(piece) async for piece in chat.stream_or_call(said, SPECS)]) == f"Sure. Thank you, {name}."
        server.calls, server.says_before = [HOLD], "Thank you, [NAME_1]"
        *words, call = [piece async for piece in chat.stream_or_call(said, SPECS)]
        assert ("".join(str(word) for word in words), call) == ("Thank you, Zebulon", ToolCall(*HOLD))
        assert "Quux" not in json.dumps(server.requests)
        assert all(body["tools"] for body in server.requests)
        await chat.aclose()


def test_parts_become_one_call() -> None:
    called = StreamedCall()
    assert called.call is None
    for part in ((1, "hold", ""), (1, "", '{"num'), (2, "end", "{}"), (1, "", 'ber": 1}')):
        called.add(*part)
    assert called.call == ToolCall("hold", '{"number": 1}')


def test_arguments_without_an_end_are_cut() -> None:
    called = StreamedCall()
    for _ in range(10):
        called.add(0, "", "9" * 1000)
    assert called.call is not None
    assert len(called.call.arguments) == MAX_ARGUMENTS
