"""A stand-in for Ollama's `/v1` on the wire, in this process or as `python -m tests.fakes.ollama_server PORT`.

What it says is `small_model`'s: in the last system message the line that begins with `Say:`; in JSON mode the line that
begins with `Collected:`, of any message. Paths, statuses and wordings are those of ollama/ollama (`openai/openai.go`
and `middleware/openai.go`): every chunk has the role and a content, the last of them a finish reason, and `[DONE]` ends
it. An error in mid-stream is an event (`error_in_stream`), or an empty chunk and a line that is no event (`no_end`).

A request with `tools` is answered with the calls in `calls`, when there are any: each comes whole in one chunk, behind
the text in `says_before`; with `argument_pieces` the arguments come in pieces, as OpenAI's own servers send them.
"""

import asyncio
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any, ClassVar

from aiohttp import web

from tests.fakes import small_model
from tests.fakes.chat_server import ChatServer, fault_of, hang_up, serve

EMBEDDING_MODEL = "nomic-embed-text"
DIMENSIONS = 768
_TYPES = {400: "invalid_request_error", 404: "not_found_error"}


class OllamaServer(ChatServer):
    """One model, already loaded. `url` is what OLLAMA_URL is set to."""

    STATUS_FAULTS: ClassVar[Mapping[str, int]] = {
        "not_found": 404,
        "busy": 503,
        "denied": 401,
        "rejected": 400,
        "server_error": 500,
    }

    def __init__(self, model: str = "activeblue-avc:latest") -> None:
        super().__init__()
        self.model = model
        self.knows_schemas = True  # False: as a version that answers 400 to response_format json_schema
        self.knows_tools = True  # False: as a model whose template has no place for them
        self.calls: list[tuple[str, str]] = []  # name and arguments
        self.says_before = ""
        self.argument_pieces = False
        self.call_indexes = True  # False: every call has the number 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_post("/v1/embeddings", self._embed)

    def error(self, status: int, message: str) -> web.Response:
        error = {"message": message, "type": _TYPES.get(status, "api_error"), "param": None, "code": None}
        return web.json_response({"error": error}, status=status)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json()
        except ValueError:
            return self.error(400, "invalid character in request")
        self.requests.append(body)
        if problem := _problem(body):
            return self.error(400, problem)
        if _tagged(body["model"]) != _tagged(self.model):
            return self.error(404, f'model "{body["model"]}" not found, try pulling it first')
        if body.get("tools") and not self.knows_tools:
            return self.error(400, f"registry.ollama.ai/library/{body['model']} does not support tools")
        form = body.get("response_format") or {}
        if form.get("type") == "json_schema" and not self.knows_schemas:
            return self.error(400, "invalid format")
        if "\\\\" in json.dumps(form):  # a pattern with a class: llama.cpp cannot parse the grammar that it makes
            return self.error(500, "invalid JSON schema in format")
        return await (self._stream(request, body) if body.get("stream") else self._whole(request, body))

    async def _embed(self, request: web.Request) -> web.Response:
        """nomic-embed-text in miniature: texts with the same words get near vectors, whatever their prefix."""
        body = await request.json()
        if _tagged(body["model"]) != _tagged(EMBEDDING_MODEL):
            return self.error(404, f'model "{body["model"]}" not found, try pulling it first')
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        rows = [{"object": "embedding", "embedding": _vector(text), "index": n} for n, text in enumerate(texts)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return web.json_response({"object": "list", "data": rows, "model": body["model"], "usage": usage})

    async def _stream(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        stream = await self.begin_stream(request)
        limit = body.get("max_tokens") or 10_000
        calls = self.calls if body.get("tools") else []
        answer = self.says_before if calls else self.spoken(body)
        count = 0
        async for piece in self.pieces(request, answer, limit):
            await stream.write(_event(self._chunk(body, piece)))
            count += 1
        for chunk in self._call_chunks(body, calls):
            await stream.write(_event(chunk))
        match fault_of(request):
            case "break_off":
                await hang_up(request)
            case "error_in_stream":
                await stream.write(b'data: {"error": {"message": "an error was encountered", "type": "api_error"}}\n\n')
            case "no_end":
                await stream.write(_event(self._chunk(body, "")) + b'{"error":"an error was encountered"}\n')
            case "bad_chunk":
                await stream.write(b'data: {"choices": [{"delta": \n\n')
            case _:
                ended = "tool_calls" if calls else "length" if count == limit else "stop"
                await stream.write(_event(self._chunk(body, "", ended)))
                if (body.get("stream_options") or {}).get("include_usage"):
                    usage = {"prompt_tokens": 1, "completion_tokens": count, "total_tokens": count + 1}
                    await stream.write(_event(self._chunk(body, "") | {"choices": [], "usage": usage}))
                await stream.write(b"data: [DONE]\n\n")
        await stream.write_eof()
        return stream

    def spoken(self, body: dict[str, Any]) -> str:
        """What it says to a request that asks for no JSON."""
        return small_model.spoken_answer(last_system_text(body))

    def _chunk(self, body: dict[str, Any], text: str, finish_reason: str | None = None) -> dict[str, Any]:
        delta = {"role": "assistant", "content": text}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": body["model"],
            "system_fingerprint": "fp_ollama",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
        }

    def _call_chunks(self, body: dict[str, Any], calls: list[tuple[str, str]]) -> list[dict[str, Any]]:
        chunks = []
        for number, (name, arguments) in enumerate(calls):
            index = number if self.call_indexes else 0
            pieces = [arguments[at : at + 5] for at in range(0, len(arguments), 5)] if self.argument_pieces else []
            function = {"name": name, "arguments": "" if pieces else arguments}
            parts: list[dict[str, Any]] = [
                {"id": f"call_{number}", "index": index, "type": "function", "function": function},
                *({"index": index, "function": {"arguments": piece}} for piece in pieces),
            ]
            for part in parts:
                chunk = self._chunk(body, "")
                chunk["choices"][0]["delta"]["tool_calls"] = [part]
                chunks.append(chunk)
        return chunks

    async def _whole(self, request: web.Request, body: dict[str, Any]) -> web.Response:
        form = body.get("response_format") or {}
        schema = (form.get("json_schema") or {}).get("schema")
        if form.get("type") == "json_object" or (form.get("type") == "json_schema" and schema):
            prompt = "\n".join(message["content"] for message in body["messages"])
            answer = self.whole_answer(request, small_model.json_answer(prompt, schema))
        else:  # a json_schema without its inner `schema` is no constraint and no error
            answer = self.spoken(body)
        message = {"role": "assistant", "content": answer}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        whole = self._chunk(body, "") | {"object": "chat.completion", "choices": [choice], "usage": usage}
        return web.json_response(whole)


def _vector(text: str) -> list[float]:
    """Counts of hashed words in nomic's 768 dimensions."""
    vector = [0.0] * DIMENSIONS
    for word in re.findall(r"[a-z0-9]+", text.lower().split(": ", 1)[-1]):
        vector[zlib.crc32(word.encode()) % DIMENSIONS] += 1.0
    return vector if any(vector) else [1.0, *vector[1:]]


def _problem(body: dict[str, Any]) -> str | None:
    """What the real server would refuse, in its words."""
    if not body.get("messages"):
        return "[] is too short - 'messages'"
    for message in body["messages"]:
        if message.get("role") not in ("system", "user", "assistant", "tool"):
            return f"invalid role: {message.get('role')}, role must be one of [system, user, assistant, tool]"
        if not isinstance(message.get("content"), str):
            return f"invalid message content type: {type(message.get('content')).__name__}"
    for name in ("temperature", "top_p", "max_tokens"):
        if not isinstance(body.get(name, 0), (int, float)):
            return f"json: cannot unmarshal into Go struct field ChatCompletionRequest.{name}"
    return None


def _tagged(model: str) -> str:
    return model if ":" in model else f"{model}:latest"


def last_system_text(body: dict[str, Any]) -> str:
    """The message that tells the model what to say now."""
    texts = [message["content"] for message in body["messages"] if message["role"] == "system"]
    return texts[-1] if texts else ""


def _event(chunk: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(chunk)}\n\n".encode()


if __name__ == "__main__":
    asyncio.run(serve(OllamaServer()))
