"""What the stand-ins for model servers share: a real HTTP server on loopback, and faults that are switched as it runs.

A fault is set with `server.fail(kind, ...)`, or over HTTP with `POST /_fault {"kind": ..., "times": n|null, "sec": s,
"pieces": n}`; `{"kind": null}` ends it. `times` counts the requests that it still meets.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from aiohttp import web

from tests.fakes import small_model

GARBAGE = b"\xff\xfe\x00\x9d\xc3\x28data: \x80\n\n\xf0\x28\x8c\x28"
HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
NONSENSE = " the the the"


@dataclass
class Fault:
    kind: str
    times: int | None
    sec: float
    pieces: int


FAULT = web.RequestKey("fault", Fault)
HUNG_UP = web.RequestKey("hung_up", bool)


def fault_of(request: web.Request) -> str | None:
    """The kind of fault that this request met, if any."""
    return request[FAULT].kind if FAULT in request else None


class ChatServer:
    """An HTTP server in this process: `async with OllamaServer() as server: server.url`.

    Attributes:
        requests: the bodies that were received, oldest first.
        broken_off: answers whose client went away before their end.
        connections: TCP connections that were opened.
    """

    # kind of fault -> HTTP status, where the fault is nothing but an answer with that status
    STATUS_FAULTS: ClassVar[Mapping[str, int]] = {}
    OTHER_FAULTS: ClassVar[frozenset[str]] = frozenset(
        {"refuse", "slow_first", "slow_between", "break_off", "no_end", "error_in_stream", "bad_chunk", "garbage"}
        | {"html", "not_of_protocol", "redirect", "invalid_json", "wrong_schema", "nonsense", "empty"}
    )

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.broken_off = 0
        self._fault: Fault | None = None
        self._peers: set[Any] = set()
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def connections(self) -> int:
        return len(self._peers)

    async def start(self, port: int = 0) -> None:
        app = web.Application(middlewares=[self._middleware])
        app.router.add_post("/_fault", self._set_fault)
        self.routes(app)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def routes(self, app: web.Application) -> None:
        raise NotImplementedError

    def error(self, status: int, message: str) -> web.Response:
        """An error as the real server writes it."""
        raise NotImplementedError

    def fail(self, kind: str | None, *, times: int | None = None, sec: float = 30.0, pieces: int = 2) -> None:
        """Switch a fault on, or all of them off (None).

        Args:
            times: how many requests it meets; None: until it is switched off.
            sec: how long `slow_first` and `slow_between` wait.
            pieces: how many pieces of the answer come before what breaks it.
        """
        if kind is not None and kind not in self.OTHER_FAULTS | self.STATUS_FAULTS.keys():
            raise ValueError(f"no fault {kind}")
        self._fault = Fault(kind, times, sec, pieces) if kind else None

    async def _set_fault(self, request: web.Request) -> web.Response:
        order = await request.json()
        try:
            self.fail(order.pop("kind"), **order)
        except (KeyError, TypeError, ValueError) as exc:
            return web.json_response({"error": str(exc)}, status=400)
        return web.json_response({"ok": True})

    def _next_fault(self) -> Fault | None:
        fault = self._fault
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._fault = None
        return fault

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path == "/_fault":
            return await handler(request)
        if request.transport is not None:
            self._peers.add(request.transport.get_extra_info("peername"))
        try:
            return await self._answer(request, handler, self._next_fault())
        except (asyncio.CancelledError, ConnectionResetError):
            if HUNG_UP not in request:
                self.broken_off += 1
            raise

    async def _answer(self, request: web.Request, handler: Any, fault: Fault | None) -> web.StreamResponse:
        kind = fault.kind if fault else None
        if kind == "refuse":
            await hang_up(request)
        if fault and kind == "slow_first":
            await asyncio.sleep(fault.sec)
        if kind in self.STATUS_FAULTS:
            body = await request.text()
            return self.error(self.STATUS_FAULTS[kind], f"refused: {body}")  # servers do quote what they were sent
        if kind == "html":
            return web.Response(text=HTML, content_type="text/html")
        if kind == "redirect":
            return web.Response(status=307, headers={"Location": request.path})
        if kind == "garbage":
            return web.Response(body=GARBAGE, content_type="text/event-stream")
        if kind == "not_of_protocol":
            return web.json_response({"answer": 42})
        if fault:
            request[FAULT] = fault
        return await handler(request)

    async def pieces(self, request: web.Request, answer: str, max_tokens: int) -> AsyncIterator[str]:
        """The answer's pieces as the fault of this request lets them come."""
        fault = request.get(FAULT)
        kind = fault_of(request)
        if kind == "nonsense":
            words = [NONSENSE] * max_tokens
        else:
            words = [] if kind == "empty" else small_model.pieces(answer)[:max_tokens]
        for count, piece in enumerate(words):
            if fault and kind == "slow_between" and count:
                await asyncio.sleep(fault.sec)
            if fault and kind in ("break_off", "no_end", "error_in_stream", "bad_chunk") and count >= fault.pieces:
                return
            yield piece

    def whole_answer(self, request: web.Request, answer: str) -> str:
        """An answer in JSON mode as the fault of this request lets it be."""
        replaced = {"invalid_json": answer[: len(answer) // 2], "wrong_schema": '{"colour": "blue"}', "empty": ""}
        return replaced.get(fault_of(request) or "", answer)

    async def begin_stream(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await stream.prepare(request)
        return stream


async def hang_up(request: web.Request) -> None:
    """Reset the connection, in the middle of whatever is sent. The handler is cancelled with it."""
    request[HUNG_UP] = True
    assert request.transport is not None
    request.transport.abort()
    await asyncio.Event().wait()


async def serve(server: ChatServer) -> None:
    """Run a stand-in as a program: `python -m tests.fakes.ollama_server PORT`."""
    if len(sys.argv) != 2 or not sys.argv[1].isdigit():
        sys.exit("usage: python -m MODULE PORT")
    await server.start(int(sys.argv[1]))
    print(json.dumps({"port": server.port}), flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()
