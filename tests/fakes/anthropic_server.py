"""A stand-in for Anthropic's Messages API, in this process or as `python -m tests.fakes.anthropic_server PORT`.

What it says is `small_model`'s: in the last message the last line that begins with `Say:`; in JSON mode the line that
begins with `Collected:`. It refuses what the real API refuses: a system role, turns that do not begin with the user,
blank text, objects of a schema that are not closed, and the parameters named in `refuses`.

A request with a schema is answered by `reviews`, when it is set, with what it makes of the request's body. Refusals of
the moment (429, 5xx) carry `retry-after-ms: 1`, so that clients that honour it try again at once.

A request with `tools` is answered with the calls in `calls`, when there are any, behind the text in `says_before`.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from aiohttp import web

from tests.fakes import small_model
from tests.fakes.chat_server import ChatServer, Fault, fault_of, hang_up, serve

KEY = "sk-ant-test-555-0100"
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class AnthropicServer(ChatServer):
    """One model. `url` is the API's root."""

    STATUS_FAULTS: ClassVar[Mapping[str, int]] = {
        "not_found": 404,
        "busy": 429,
        "overloaded": 529,
        "denied": 401,
        "forbidden": 403,
        "rejected": 400,
        "too_large": 413,
        "server_error": 500,
    }
    OTHER_FAULTS = ChatServer.OTHER_FAULTS | {"refusal", "max_tokens"}

    def __init__(self, model: str = "claude-sonnet-4-6") -> None:
        super().__init__()
        self.model = model
        self.refuses: set[str] = set()  # parameters that this model does not take
        self.models_asked_for: list[str] = []
        self.calls: list[tuple[str, str]] = []  # name and input as JSON text
        self.says_before = ""
        self.reviews: Callable[[dict[str, Any]], str] | None = None  # answers a request that has a schema
        self.received: list[bytes] = []  # every request as it came: its line, its headers, its body

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/v1/messages", self._message)
        app.router.add_get("/v1/models/{model}", self._model)

    def error(self, status: int, message: str) -> web.Response:
        error = {"type": _TYPES.get(status, "api_error"), "message": message}
        headers = {"retry-after-ms": "1"} if status in (429, 500, 529) else None
        body = {"type": "error", "error": error, "request_id": "req_1"}
        return web.json_response(body, status=status, headers=headers)

    async def _answer(self, request: web.Request, handler: Any, fault: Fault | None) -> web.StreamResponse:
        line = f"{request.method} {request.raw_path}\r\n".encode()
        headers = b"".join(name + b": " + value + b"\r\n" for name, value in request.raw_headers)
        self.received.append(line + headers + b"\r\n" + await request.read())
        return await super()._answer(request, handler, fault)

    def _refusal(self, request: web.Request, model: str) -> web.Response | None:
        """Of a key or a model that is not there."""
        if request.headers.get("x-api-key") != KEY:
            return self.error(401, "invalid x-api-key")
        return None if model == self.model else self.error(404, f"model: {model}")

    async def _model(self, request: web.Request) -> web.Response:
        model = request.match_info["model"]
        self.models_asked_for.append(model)
        known = {"type": "model", "id": model, "display_name": "Invented", "created_at": "2026-01-01T00:00:00Z"}
        return self._refusal(request, model) or web.json_response(known)

    async def _message(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        if refusal := self._refusal(request, body.get("model")):
            return refusal
        if problem := self._problem(body):
            return self.error(400, problem)
        return await (self._stream(request, body) if body.get("stream") else self._whole(request, body))

    def _problem(self, body: dict[str, Any]) -> str | None:
        for name in sorted(self.refuses & body.keys()):
            return f"`{name}` is not supported for this model."
        schema = body.get("output_config", {}).get("format", {}).get("schema")
        for tool in body.get("tools", []):
            if tool.keys() != {"name", "description", "input_schema"} or tool["input_schema"].get("type") != "object":
                return "tools.0: Input should be an object with name and input_schema"
        return _problem_of_turns(body["messages"]) or (_problem_of_schema(schema) if schema else None)

    async def _stream(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        stream = await self.begin_stream(request)
        fault = fault_of(request)
        calls = self.calls if body.get("tools") else []
        answer = self.says_before if calls else small_model.spoken_answer(body["messages"][-1]["content"])
        await stream.write(_event("message_start", message=self._whole_message(body, [], None)))
        await stream.write(_event("content_block_start", index=0, content_block={"type": "text", "text": ""}))
        await stream.write(_event("ping"))
        count = 0
        async for piece in self.pieces(request, answer, body["max_tokens"]):
            await stream.write(_event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece}))
            count += 1
        if fault == "break_off":
            await hang_up(request)
        elif fault == "error_in_stream":
            await stream.write(_event("error", error={"type": "overloaded_error", "message": "Overloaded"}))
        elif fault == "bad_chunk":
            await stream.write(b'event: content_block_delta\ndata: {"type": "content_block\n\n')
        elif fault != "no_end":
            reason = "refusal" if fault == "refusal" else "max_tokens" if count == body["max_tokens"] else "end_turn"
            await stream.write(_event("content_block_stop", index=0))
            for index, (name, arguments) in enumerate(calls, start=1):
                await self._call(stream, index, name, arguments)
            await self._end(stream, "tool_use" if calls else reason, count)
        await stream.write_eof()
        return stream

    async def _call(self, stream: web.StreamResponse, index: int, name: str, arguments: str) -> None:
        """One block of a call: its name, then its input in pieces, the first of them empty."""
        block = {"type": "tool_use", "id": f"toolu_{index}", "name": name, "input": {}}
        await stream.write(_event("content_block_start", index=index, content_block=block))
        for piece in ("", arguments[:7], arguments[7:]):
            delta = {"type": "input_json_delta", "partial_json": piece}
            await stream.write(_event("content_block_delta", index=index, delta=delta))
        await stream.write(_event("content_block_stop", index=index))

    async def _end(self, stream: web.StreamResponse, reason: str, count: int) -> None:
        delta = {"stop_reason": reason, "stop_sequence": None}
        await stream.write(_event("message_delta", delta=delta, usage={"output_tokens": count}))
        await stream.write(_event("message_stop"))

    async def _whole(self, request: web.Request, body: dict[str, Any]) -> web.Response:
        if self.reviews is not None and "output_config" in body:
            return self._reviewed(request, body, self.reviews(body))
        prompt = f"{body.get('system', '')}\n" + "\n".join(turn["content"] for turn in body["messages"])
        schema = body.get("output_config", {}).get("format", {}).get("schema")
        wants_json = schema is not None or "\nCollected: " in prompt
        answer = small_model.json_answer(prompt, schema) if wants_json else small_model.spoken_answer(prompt)
        refuses = fault_of(request) == "refusal"
        content = [] if refuses else [{"type": "text", "text": self.whole_answer(request, answer)}]
        return web.json_response(self._whole_message(body, content, "refusal" if refuses else "end_turn"))

    def _reviewed(self, request: web.Request, body: dict[str, Any], answer: str) -> web.Response:
        """A whole answer with the usage of a request of its length; the second finds the prefix cached."""
        fault = fault_of(request)
        text = self.whole_answer(request, "the the the" if fault == "nonsense" else answer)
        if fault == "max_tokens":
            text = text[: len(text) // 2]
        content = [] if fault == "refusal" else [{"type": "text", "text": text}]
        whole = self._whole_message(body, content, fault if fault in ("refusal", "max_tokens") else "end_turn")
        cached = _tokens(json.dumps(body.get("system", "")))
        is_first = sum("output_config" in one for one in self.requests) == 1
        whole["usage"] = {
            "input_tokens": _tokens(json.dumps(body["messages"])),
            "cache_creation_input_tokens": cached if is_first else 0,
            "cache_read_input_tokens": 0 if is_first else cached,
            "output_tokens": _tokens(text),
        }
        return web.json_response(whole)

    def _whole_message(self, body: dict[str, Any], content: list[Any], stop_reason: str | None) -> dict[str, Any]:
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": stop_reason,
            "stop_sequence": None,
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }


def _tokens(text: str) -> int:
    return len(text) // 4 + 1


def _problem_of_turns(turns: list[dict[str, Any]]) -> str | None:
    if not turns:
        return "messages: at least one message is required"
    if turns[0]["role"] != "user":
        return "messages: first message must use the user role"
    for turn in turns:
        if turn["role"] not in ("user", "assistant"):
            return f"messages: unexpected role {turn['role']}"
        if not isinstance(turn["content"], str) or not turn["content"].strip():
            return "messages: text content blocks must be non-empty"
    return "messages: prefill is not supported" if turns[-1]["role"] == "assistant" else None


def _problem_of_schema(schema: Any) -> str | None:
    """What structured output does not take: open objects, patterns, bounds, defaults."""
    if isinstance(schema, list):
        return next((problem for part in schema if (problem := _problem_of_schema(part))), None)
    if not isinstance(schema, dict):
        return None
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return "output_config.format.schema: 'additionalProperties' must be explicitly set to false"
    if isinstance(schema.get("type"), str):
        for keyword in ("pattern", "minLength", "maxLength", "minimum", "maximum"):
            if keyword in schema:
                return f"output_config.format.schema: property '{keyword}' is not supported"
    return next((problem for part in schema.values() if (problem := _problem_of_schema(part))), None)


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


if __name__ == "__main__":
    asyncio.run(serve(AnthropicServer()))
