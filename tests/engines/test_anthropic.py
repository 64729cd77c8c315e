from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from config import Settings
from engines.anthropic import AnthropicChat
from engines.anthropic_wire import wire_messages
from engines.chat import ChatMessage
from errors import ConfigError, LlmError
from extract import ExtractedLead
from tests.fakes.anthropic_server import KEY, AnthropicServer

SCHEMA = ExtractedLead.model_json_schema()
SYSTEM = ChatMessage("system", "You answer the phone.")
HELLO = ChatMessage("user", "Hello.")
GREETING = ChatMessage("assistant", "Good day.")
NOTE = ChatMessage("system", "Say: Which day?")
MARK = "[From the phone system, not from the caller]\n"


@pytest.fixture
async def server() -> AsyncIterator[AnthropicServer]:
    async with AnthropicServer() as running:
        yield running


def client(server: AnthropicServer, key: str = KEY, model: str = "claude-sonnet-4-6") -> AnthropicChat:
    settings = Settings(anthropic_api_key=SecretStr(key), anthropic_model=model)
    return AnthropicChat(settings, base_url=server.url)


@pytest.fixture
async def chat(server: AnthropicServer) -> AsyncIterator[AnthropicChat]:
    started = client(server)
    await started.start()
    yield started
    await started.aclose()


async def said(chat: AnthropicChat, *messages: ChatMessage) -> str:
    return "".join([piece async for piece in chat.stream(messages or (SYSTEM, HELLO, NOTE))])


def user(content: str) -> dict[str, str]:
    return {"role": "user", "content": content}


def ava(content: str) -> dict[str, str]:
    return {"role": "assistant", "content": content}


# Messages


@pytest.mark.parametrize(
    ("messages", "system", "turns"),
    [
        ([SYSTEM, HELLO], "You answer the phone.", [user("Hello.")]),
        ([SYSTEM, SYSTEM, HELLO], "You answer the phone.\n\nYou answer the phone.", [user("Hello.")]),
        ([SYSTEM, HELLO, NOTE], "You answer the phone.", [user(f"Hello.\n\n{MARK}Say: Which day?")]),
        (
            [SYSTEM, GREETING, HELLO, HELLO, GREETING, GREETING, NOTE],
            "You answer the phone.",
            [
                user("(The call begins.)"),
                ava("Good day."),
                user("Hello.\n\nHello."),
                ava("Good day.\n\nGood day."),
                user(f"{MARK}Say: Which day?"),
            ],
        ),
        ([HELLO, GREETING], "", [user("Hello."), ava("Good day."), user("(The caller says nothing.)")]),
        ([SYSTEM], "You answer the phone.", [user("(The call begins.)")]),
        ([SYSTEM, ChatMessage("user", " \n")], "You answer the phone.", [user("(The call begins.)")]),
        ([], "", [user("(The call begins.)")]),
    ],
)
def test_messages_become_what_the_api_takes(
    messages: list[ChatMessage], system: str, turns: list[dict[str, str]]
) -> None:
    assert wire_messages(messages) == (system, turns)


async def test_the_system_prompt_is_marked_for_the_cache(server: AnthropicServer, chat: AnthropicChat) -> None:
    await said(chat)
    block = {"type": "text", "text": "You answer the phone.", "cache_control": {"type": "ephemeral"}}
    assert server.requests[0]["system"] == [block]


async def test_without_a_system_prompt_none_is_sent(server: AnthropicServer, chat: AnthropicChat) -> None:
    await said(chat, HELLO)
    assert "system" not in server.requests[0]


async def test_a_temperature_is_sent_and_no_top_p_and_thinking_is_off(
    server: AnthropicServer, chat: AnthropicChat
) -> None:
    await said(chat)
    body = server.requests[0]
    assert (body["temperature"], body["thinking"]) == (0.3, {"type": "disabled"})
    assert "top_p" not in body


# What models refuse


@pytest.mark.parametrize("refused", [{"temperature"}, {"thinking"}, {"temperature", "thinking"}])
async def test_a_refused_parameter_is_left_out_from_then_on(
    server: AnthropicServer, chat: AnthropicChat, refused: set[str]
) -> None:
    server.refuses = refused
    assert await said(chat) == "Sure. Which day?"
    assert len(server.requests) == 1 + len(refused)
    assert not refused & server.requests[-1].keys()
    await said(chat)
    assert len(server.requests) == 2 + len(refused), "it is not asked again"


async def test_the_warm_up_learns_what_is_refused(server: AnthropicServer, chat: AnthropicChat) -> None:
    server.refuses = {"temperature"}
    await chat.warm_up([SYSTEM])
    assert server.models_asked_for == ["claude-sonnet-4-6"]
    before = len(server.requests)
    await said(chat)
    assert len(server.requests) == before + 1


async def test_a_400_that_only_quotes_a_parameter_teaches_nothing(server: AnthropicServer, chat: AnthropicChat) -> None:
    server.fail("rejected", times=1)
    with pytest.raises(LlmError) as caught:
        await said(chat)
    assert caught.value.code == "llm-rejected"
    await said(chat)
    assert "temperature" in server.requests[-1]


async def test_a_refusal_of_the_model_is_an_error(server: AnthropicServer, chat: AnthropicChat) -> None:
    server.fail("refusal")
    with pytest.raises(LlmError) as caught:
        await said(chat)
    assert (caught.value.code, caught.value.retryable) == ("llm-rejected", False)
    with pytest.raises(LlmError) as caught:
        await chat.complete_json([SYSTEM, HELLO], SCHEMA)
    assert caught.value.code == "llm-rejected"


# JSON


async def test_json_is_asked_for_with_a_closed_schema(server: AnthropicServer, chat: AnthropicChat) -> None:
    answer = await chat.complete_json([SYSTEM, ChatMessage("user", 'Collected: {"name": "Ana Invented"}')], SCHEMA)
    assert ExtractedLead.model_validate_json(answer).name == "Ana Invented"
    form = server.requests[0]["output_config"]["format"]
    assert (form["type"], form["schema"]["additionalProperties"]) == ("json_schema", False)
    assert server.requests[0]["temperature"] == 0


async def test_a_model_without_structured_output_answers_the_prompt(
    server: AnthropicServer, chat: AnthropicChat
) -> None:
    server.refuses = {"output_config"}
    question = ChatMessage("user", 'Fill in.\nCollected: {"name": "Ana Invented"}')
    assert await chat.complete_json([SYSTEM, question], SCHEMA) == '{"name": "Ana Invented"}'
    assert "output_config" not in server.requests[-1]


async def test_a_schema_that_is_refused_for_another_reason_is_left_out_once(
    server: AnthropicServer, chat: AnthropicChat
) -> None:
    server.fail("rejected", times=1)
    question = ChatMessage("user", 'Fill in.\nCollected: {"name": "Ana Invented"}')
    await chat.complete_json([SYSTEM, question], SCHEMA)
    assert "output_config" not in server.requests[-1]
    await chat.complete_json([SYSTEM, question], SCHEMA)
    assert "output_config" in server.requests[-1]


# Keys, models, load


def test_without_a_key_nothing_starts() -> None:
    with pytest.raises(ConfigError, match="ANTHROPIC_API_KEY"):
        AnthropicChat(Settings(anthropic_api_key=None))


async def test_a_wrong_key_is_denied_and_not_shown(server: AnthropicServer) -> None:
    chat = client(server, key="sk-ant-wrong-555-0199")
    with pytest.raises(LlmError, match="ANTHROPIC_API_KEY is not valid") as caught:
        await chat.warm_up([SYSTEM])
    await chat.aclose()
    assert caught.value.code == "llm-denied"
    assert "0199" not in str(caught.value)


async def test_an_unknown_model_names_the_setting(server: AnthropicServer) -> None:
    chat = client(server, model="claude-0")
    with pytest.raises(LlmError, match="ANTHROPIC_MODEL") as caught:
        await chat.warm_up([SYSTEM])
    await chat.aclose()
    assert caught.value.code == "llm-not-found"
    assert server.requests == [], "nothing is asked of a model that is not there"


@pytest.mark.parametrize(("fault", "code"), [("overloaded", "llm-busy"), ("forbidden", "llm-denied")])
async def test_an_api_that_cannot_says_so(server: AnthropicServer, chat: AnthropicChat, fault: str, code: str) -> None:
    server.fail(fault)
    with pytest.raises(LlmError) as caught:
        await said(chat)
    assert caught.value.code == code


async def test_the_environment_sends_no_request_elsewhere(
    server: AnthropicServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-other-555-0198")
    usual = AnthropicChat(Settings(anthropic_api_key=SecretStr(KEY)))
    await usual.start()
    assert usual._client is not None
    assert str(usual._client.base_url).rstrip("/") == "https://api.anthropic.com"
    await usual.aclose()
    chat = client(server)
    await chat.start()
    assert await said(chat), "the key of the settings is used"
    await chat.aclose()
