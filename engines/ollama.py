"""A local model behind Ollama's OpenAI-compatible `/v1`, through the official `openai` SDK.

One client per process: its pool keeps connections alive, so a turn pays no handshake. `/v1` fills in 1.0 for a missing
temperature or top_p, so every request names both; `num_ctx` and the time a model stays loaded are the server's own
(`Modelfile`, OLLAMA_KEEP_ALIVE). The SDK takes a second to import and a client a fifth of one to build: `start` does
both in a thread.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from config import Settings
from engines.chat import ChatMessage, Tool, ToolCall
from engines.sdk_edge import SdkEdge, llm_error
from engines.streamed_call import StreamedCall
from engines.strict_schema import strict_schema
from errors import LlmError
from log import log_event

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT_TIMEOUT_SEC = 1.0
READ_TIMEOUT_SEC = 10.0  # between two pieces; whoever reads a stream has a stricter limit of its own
WHOLE_ANSWER_TIMEOUT_SEC = 60.0  # a JSON answer comes in one piece; a cold model is loaded first
JSON_MAX_TOKENS = 1000
_NO_TOOLS = "does not support tools"  # Ollama's 400 for a model whose template has no place for them


class OllamaChat:
    """The `ChatModel` of OLLAMA_MODEL at OLLAMA_URL. `start` first; one object serves all calls."""

    def __init__(self, settings: Settings, *, read_timeout_sec: float = READ_TIMEOUT_SEC) -> None:
        self._settings = settings
        self._read_timeout_sec = read_timeout_sec
        self._client: AsyncOpenAI | None = None
        self._edge: SdkEdge | None = None
        self._takes_tools = True

    @property
    def name(self) -> str:
        return self._settings.ollama_model

    async def start(self) -> None:
        """Import the SDK and build the client, off the event loop; idempotent. Talks to nobody yet: see `warm_up`."""
        if self._client is None:
            self._client, self._edge = await asyncio.to_thread(self._build)

    def _build(self) -> "tuple[AsyncOpenAI, SdkEdge]":
        import openai

        timeout = openai.Timeout(self._read_timeout_sec, connect=CONNECT_TIMEOUT_SEC)
        # What callers say goes to OLLAMA_URL and nowhere else: not to an HTTP_PROXY, not after a redirect.
        http = openai.DefaultAsyncHttpxClient(timeout=timeout, trust_env=False, follow_redirects=False)
        client = openai.AsyncOpenAI(
            base_url=self._settings.ollama_url, api_key="ollama", max_retries=0, timeout=timeout, http_client=http
        )
        _ = client.chat.completions  # imports the rest of the SDK
        model = self.name.removesuffix(":latest")
        hints = {404: f"no such model; make it with `ollama create {model} -f Modelfile`, or check OLLAMA_URL"}
        return client, SdkEdge(openai, "Ollama", hints)

    def _started(self) -> "tuple[AsyncOpenAI, SdkEdge]":
        if self._client is None or self._edge is None:
            raise llm_error("llm-refused", "the Ollama client is not started, or closed")
        return self._client, self._edge

    def _request(self, messages: Sequence[ChatMessage], **changed: Any) -> dict[str, Any]:
        settings = self._settings
        request: dict[str, Any] = {
            "model": self.name,
            "messages": [_wire(message) for message in messages],
            "temperature": settings.llm_temperature,
            "top_p": settings.llm_top_p,
            "max_tokens": settings.llm_max_tokens,
            "stream": False,
        }
        return request | changed

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """See `ChatModel.stream`. `max_tokens` reached is an end like any other."""
        async with aclosing(self.stream_or_call(messages, ())) as pieces:
            async for piece in pieces:
                if isinstance(piece, str):
                    yield piece

    async def stream_or_call(
        self, messages: Sequence[ChatMessage], tools: Sequence[Tool]
    ) -> AsyncGenerator[str | ToolCall, None]:
        """See `ChatModel.stream_or_call`."""
        _, edge = self._started()
        answer = await self._create(self._request(messages, stream=True), tools)
        called = StreamedCall()
        try:
            edge.check_stream(answer.response)
            chunks = aiter(answer)
            ended = False
            while not ended:
                chunk = await edge.next_event(chunks)
                if chunk is None:
                    raise llm_error("llm-broke-off", "Ollama ended its answer without an end")
                text, ended = _read(chunk, edge)
                for part in _call_parts(chunk, edge):
                    called.add(*part)
                if text:
                    yield text
            await edge.drain(chunks)
            if call := called.call:
                yield call
        finally:
            await answer.close()

    async def _create(self, request: dict[str, Any], tools: Sequence[Tool]) -> Any:
        """One request. A model that cannot call functions is asked without them, now and from now on."""
        client, edge = self._started()
        if tools and self._takes_tools:
            try:
                with edge.ours():
                    return await client.chat.completions.create(**request | {"tools": [_wire_tool(t) for t in tools]})
            except LlmError as exc:
                if not _refuses_tools(exc):
                    raise
            self._takes_tools = False
            note = "its template has no tools: ENABLE_TOOLS is without effect"
            log_event("tools_not_taken", level="ERROR", model=self.name, note=note)
        with edge.ours():
            return await client.chat.completions.create(**request)

    async def complete_json(self, messages: Sequence[ChatMessage], schema: Mapping[str, Any]) -> str:
        """See `ChatModel.complete_json`. A server that cannot use the schema (it answers 400, or 500 when its grammar
        fails) is asked once more for JSON of any shape."""
        wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": strict_schema(schema)}}
        try:
            return await self._complete(messages, wanted)
        except LlmError as exc:
            if exc.code not in ("llm-rejected", "llm-server"):
                raise
        return await self._complete(messages, {"type": "json_object"})

    async def _complete(self, messages: Sequence[ChatMessage], response_format: dict[str, Any]) -> str:
        request = self._request(
            messages,
            temperature=0.0,
            max_tokens=JSON_MAX_TOKENS,
            response_format=response_format,
            timeout=self._whole_answer_timeout(),
        )
        client, edge = self._started()
        with edge.ours():
            answer = await client.chat.completions.create(**request)
        choice = _first_choice(answer, edge)
        content = getattr(getattr(choice, "message", None), "content", None)
        if not isinstance(content, str):
            raise edge.garbage()
        return content

    def _whole_answer_timeout(self) -> Any:
        import openai

        return openai.Timeout(WHOLE_ANSWER_TIMEOUT_SEC, connect=CONNECT_TIMEOUT_SEC)

    async def warm_up(self, messages: Sequence[ChatMessage], tools: Sequence[Tool] = ()) -> None:
        """See `ChatModel.warm_up`. One token: the server loads the model and keeps what it has read of the prompt."""
        await self.start()
        _, edge = self._started()
        request = self._request(messages, max_tokens=1, timeout=self._whole_answer_timeout())
        _first_choice(await self._create(request, tools), edge)

    async def aclose(self) -> None:
        """Close every connection; idempotent."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


def _wire(message: ChatMessage) -> dict[str, str]:
    """A message as it is sent. Ollama reads control tokens (`<|eot_id|>`) wherever they stand: in what was said on the
    phone they are broken up, so that nobody can end a message and begin one as the system."""
    content = message.content if message.role == "system" else message.content.replace("<|", "< |")
    return {"role": message.role, "content": content}


def _first_choice(answer: object, edge: SdkEdge) -> object | None:
    """The first choice, or None of a chunk that has none (figures of usage). The SDK validates nothing."""
    choices = getattr(answer, "choices", None)
    if not isinstance(choices, list):
        raise edge.garbage()
    return choices[0] if choices else None


def _read(chunk: object, edge: SdkEdge) -> tuple[str, bool]:
    """A chunk's text, and whether it is the last one that has any."""
    choice = _first_choice(chunk, edge)
    text = getattr(getattr(choice, "delta", None), "content", None) or ""
    if not isinstance(text, str):
        raise edge.garbage()
    return text, getattr(choice, "finish_reason", None) is not None


def _wire_tool(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def _refuses_tools(error: LlmError) -> bool:
    """Whether a 400 says that the model cannot call functions. What the server quotes of a request ends otherwise."""
    body = getattr(error.__cause__, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    return error.code == "llm-rejected" and str(message).endswith(_NO_TOOLS)


def _call_parts(chunk: object, edge: SdkEdge) -> Iterator[tuple[int, str, str]]:
    """The parts of function calls in a chunk: the call's number, its name, a piece of its arguments."""
    calls = getattr(getattr(_first_choice(chunk, edge), "delta", None), "tool_calls", None)
    if calls is None:
        return
    if not isinstance(calls, list):
        raise edge.garbage()
    for call in calls:
        function = getattr(call, "function", None)
        index = getattr(call, "index", None) or 0
        name, arguments = getattr(function, "name", None) or "", getattr(function, "arguments", None) or ""
        if not (isinstance(index, int) and isinstance(name, str) and isinstance(arguments, str)):
            raise edge.garbage()
        yield index, name, arguments


async def _main() -> None:
    import sys
    import time

    from config import load_settings

    chat = OllamaChat(load_settings())
    question = ChatMessage("user", " ".join(sys.argv[1:]) or "Say hello in one short sentence.")
    try:
        await chat.warm_up([question])
        started = time.perf_counter()
        async for piece in chat.stream([question]):
            print(f"{(time.perf_counter() - started) * 1000:6.0f} ms {piece!r}")
    except LlmError as error:
        sys.exit(f"{error.code}: {error}")
    finally:
        await chat.aclose()


if __name__ == "__main__":
    asyncio.run(_main())
