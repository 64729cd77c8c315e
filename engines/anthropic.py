"""A Claude model behind Anthropic's Messages API, through the official `anthropic` SDK (LLM_PROVIDER=anthropic).

Callers' words leave the machine with this one: it is off by default, and needs an agreement (a BAA);
`engines/private_chat.py` hides who calls. The system prompt is marked for the API's prompt cache. Models differ in what
they take: newer ones refuse a temperature, some refuse that thinking is switched off. A parameter that was refused by
name is left out from then on. The SDK is imported and the client is built in a thread, by `start`.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from config import Settings
from engines.anthropic_client import build_client, check_key
from engines.anthropic_wire import add_call, check_stop, text_of, wire_messages, wire_tools
from engines.chat import ChatMessage, Tool, ToolCall
from engines.sdk_edge import SdkEdge, llm_error
from engines.streamed_call import StreamedCall
from engines.strict_schema import strict_schema
from errors import ConfigError, LlmError

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

CONNECT_TIMEOUT_SEC = 3.0
READ_TIMEOUT_SEC = 10.0  # between two events
WHOLE_ANSWER_TIMEOUT_SEC = 60.0
JSON_MAX_TOKENS = 1000
_MAY_BE_REFUSED = ("temperature", "thinking", "output_config")


class AnthropicChat:
    """The `ChatModel` of ANTHROPIC_MODEL. `start` first; one object serves all calls.

    Args:
        base_url: the API's root; not taken from the environment, where it could send callers' words elsewhere.

    Raises:
        ConfigError: ANTHROPIC_API_KEY is missing.
    """

    def __init__(
        self, settings: Settings, *, base_url: str | None = None, read_timeout_sec: float = READ_TIMEOUT_SEC
    ) -> None:
        check_key(settings)
        self._settings = settings
        self._base_url = base_url
        self._read_timeout_sec = read_timeout_sec
        self._refused: set[str] = set()
        self._client: AsyncAnthropic | None = None
        self._edge: SdkEdge | None = None

    @property
    def name(self) -> str:
        return self._settings.anthropic_model

    async def start(self) -> None:
        """Import the SDK and build the client, off the event loop; idempotent. Talks to nobody yet: see `warm_up`."""
        if self._client is None:
            self._client, self._edge = await asyncio.to_thread(self._build)

    def _build(self) -> "tuple[AsyncAnthropic, SdkEdge]":
        return build_client(
            self._settings, self._base_url, connect_sec=CONNECT_TIMEOUT_SEC, read_sec=self._read_timeout_sec, retries=0
        )

    def _started(self) -> "tuple[AsyncAnthropic, SdkEdge]":
        if self._client is None or self._edge is None:
            raise llm_error("llm-refused", "the Anthropic client is not started, or closed")
        return self._client, self._edge

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """See `ChatModel.stream`. `max_tokens` reached is an end like any other; a refusal is `llm-rejected`."""
        async with aclosing(self.stream_or_call(messages, ())) as pieces:
            async for piece in pieces:
                if isinstance(piece, str):
                    yield piece

    async def stream_or_call(
        self, messages: Sequence[ChatMessage], tools: Sequence[Tool]
    ) -> AsyncGenerator[str | ToolCall, None]:
        """See `ChatModel.stream_or_call`."""
        _, edge = self._started()
        limits = {"stream": True, "max_tokens": self._settings.llm_max_tokens}
        answer = await self._create(messages, **limits, **wire_tools(tools))
        called = StreamedCall()
        try:
            edge.check_stream(answer.response)
            events = aiter(answer)
            while True:
                event = await edge.next_event(events)
                if event is None:
                    raise llm_error("llm-broke-off", "Anthropic ended its answer without an end")
                if getattr(event, "type", None) == "message_stop":
                    break
                add_call(called, event, edge)
                if text := text_of(event, edge):
                    yield text
            await edge.drain(events)
            if call := called.call:
                yield call
        finally:
            await answer.close()

    async def _create(self, messages: Sequence[ChatMessage], **request: Any) -> Any:
        """One request; a parameter that the model refuses by name is left out, now and from now on."""
        import anthropic

        client, edge = self._started()
        request = {"temperature": self._settings.llm_temperature, "thinking": {"type": "disabled"}} | request
        system, request["messages"] = wire_messages(messages)
        if system:
            request["system"] = [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}]
        with edge.ours():
            while True:
                try:
                    return await client.messages.create(model=self.name, **self._accepted(request))
                except anthropic.BadRequestError as exc:
                    if not self._learns_from(exc.body, request):
                        raise

    def _accepted(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The request without what was refused. The SDK has no argument for a temperature: it goes in the body."""
        accepted = {key: value for key, value in request.items() if key not in self._refused}
        if "temperature" in accepted:
            accepted["extra_body"] = {"temperature": accepted.pop("temperature")}
        return accepted

    def _learns_from(self, body: object, request: Mapping[str, Any]) -> bool:
        """Note which parameter a 400 complains of. False when it is none that was sent."""
        complaint = _complaint(body)
        named = {key for key in _MAY_BE_REFUSED if key in request and key in complaint} - self._refused
        self._refused |= named
        return bool(named)

    async def complete_json(self, messages: Sequence[ChatMessage], schema: Mapping[str, Any]) -> str:
        """See `ChatModel.complete_json`. A model that cannot use the schema answers the prompt alone."""
        plain = {"temperature": 0.0, "max_tokens": JSON_MAX_TOKENS, "timeout": self._whole_answer_timeout()}
        wanted = {"format": {"type": "json_schema", "schema": strict_schema(schema)}}
        try:
            answer = await self._create(messages, **plain, output_config=wanted)
        except LlmError as exc:
            if exc.code != "llm-rejected":
                raise
            answer = await self._create(messages, **plain)
        return self._whole_text(answer)

    def _whole_text(self, answer: Any) -> str:
        _, edge = self._started()
        blocks = getattr(answer, "content", None)
        if not isinstance(blocks, list):
            raise edge.garbage()
        check_stop(getattr(answer, "stop_reason", None))
        return "".join(str(block.text) for block in blocks if getattr(block, "type", None) == "text")

    def _whole_answer_timeout(self) -> Any:
        import anthropic

        return anthropic.Timeout(WHOLE_ANSWER_TIMEOUT_SEC, connect=CONNECT_TIMEOUT_SEC)

    async def warm_up(self, messages: Sequence[ChatMessage], tools: Sequence[Tool] = ()) -> None:
        """See `ChatModel.warm_up`. Asks for the model by name, then for one token: what the model refuses is learnt,
        the prompt cache is filled and the connection is open before the first call."""
        await self.start()
        client, edge = self._started()
        with edge.ours():
            model = await client.models.retrieve(self.name)
        if not getattr(model, "id", None):
            raise edge.garbage()
        request = {"max_tokens": 1, "timeout": self._whole_answer_timeout()}
        self._whole_text(await self._create(messages, **request, **wire_tools(tools)))

    async def aclose(self) -> None:
        """Close every connection; idempotent."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


def _complaint(body: object) -> str:
    """How an error's message begins: with the name of what is wrong. What comes later may quote the request."""
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("message", ""))[:80] if isinstance(error, dict) else ""


async def _main() -> None:
    import sys

    from config import load_settings

    question = ChatMessage("user", " ".join(sys.argv[1:]) or "Say hello in one short sentence.")
    try:
        chat = AnthropicChat(load_settings())
        await chat.warm_up([question])
        async for piece in chat.stream([question]):
            print(piece, end="", flush=True)
        print()
        await chat.aclose()
    except (ConfigError, LlmError) as error:
        sys.exit(f"{error.code}: {error}")


if __name__ == "__main__":
    asyncio.run(_main())
