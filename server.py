"""The service: the HTTP app, what the process owns, and how it starts and stops (the composition root).

    python server.py        reads the environment and `.env`, listens on BIND_HOST:PORT

One process, one event loop. Twilio's routes are POST /voice, POST /status and WS /ws; GET /health, /ready and /metrics
are for operators and stay off the public proxy.
"""

import asyncio
import importlib
import socket
import sys
import threading
import tomllib
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.websockets import WebSocket

from call import Call, Clock
from clock import SystemClock
from config import Settings, load_settings
from errors import AvaError, ConfigError
from facts import PracticeFacts
from log import log_event, setup_logging
from metrics import TASKS, THREADS
from practice import load_facts
from telephony.exchange import BuildService, Exchange, PhoneService, RunCall
from telephony.routes import add_routes
from telephony.stream import MAX_MESSAGE_BYTES, StreamStart
from telephony.twilio_rest import CallControl

GRACEFUL_SHUTDOWN_SECS = 5


async def _build_service(settings: Settings, clock: Clock, *, rest: CallControl) -> PhoneService:
    """`service.build_service`; the imports take seconds and happen off the event loop."""
    await asyncio.to_thread(importlib.import_module, "bot")
    service: PhoneService = await importlib.import_module("service").build_service(settings, clock, rest=rest)
    return service


async def _run_call(service: PhoneService, call: Call, start: StreamStart, websocket: WebSocket) -> None:
    """`bot.run_call`, imported by then."""
    await importlib.import_module("bot").run_call(service, call, start, websocket)


async def health(request: Request) -> JSONResponse:
    """Alive: 200 as long as the event loop turns."""
    exchange: Exchange = request.app.state.exchange
    state = {"status": "ok", "version": _version(), "uptime_sec": exchange.uptime_sec, "facts": exchange.facts_source}
    return JSONResponse(state)


async def ready(request: Request) -> JSONResponse:
    """200 while calls are taken, else 503 with the reason as a code."""
    exchange: Exchange = request.app.state.exchange
    reason = exchange.closed_because
    storage_ok = exchange.service is not None and exchange.service.storage_ok
    state = {
        "ready": reason is None,
        "reason": reason,
        "profile": exchange.settings.avc_profile,
        "slots": {"limit": exchange.gate.limit, "in_use": exchange.gate.in_use},
        "facts": exchange.facts_source,
        "facts_version": exchange.facts_version,
        "parts": exchange.service.parts if exchange.service else {},
        "storage": "ok" if storage_ok else "failing" if exchange.service else "unknown",
        "signature_validation": exchange.checker is not None,
    }
    return JSONResponse(state, status_code=200 if reason is None else 503)


async def metrics(request: Request) -> Response:
    """Prometheus."""
    TASKS.set(len(asyncio.all_tasks()))
    THREADS.set(threading.active_count())
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _version() -> str:
    project = tomllib.loads(Path(__file__).with_name("pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def create_app(
    settings: Settings,
    *,
    build_service: BuildService = _build_service,
    run_call: RunCall = _run_call,
    clock: Clock | None = None,
    facts: PracticeFacts | None = None,
    **options: Any,
) -> FastAPI:
    """The app, with its `Exchange` at `app.state.exchange`.

    Args:
        build_service: makes the service from settings, clock and `rest`; that of `service.py`.
        run_call: runs one call; that of `bot.py`.
        facts: the practice's; read from `rag/data` when None.
        options: handed to `Exchange`.

    Raises:
        ConfigError: the facts are wrong, or sample data although REQUIRE_REAL_FACTS is true; PUBLIC_HOST is unusable.
    """
    facts = facts or load_facts(settings.facts_dir)
    _say_where_facts_come_from(facts, settings)
    exchange = Exchange(
        settings, facts, clock or SystemClock(), build_service=build_service, run_call=run_call, **options
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await exchange.open()
        try:
            yield
        finally:
            await exchange.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.exchange = exchange
    add_routes(app)
    for path, endpoint in (("/health", health), ("/ready", ready), ("/metrics", metrics)):
        app.add_api_route(path, endpoint, methods=["GET"])
    return app


def _say_where_facts_come_from(facts: PracticeFacts, settings: Settings) -> None:
    if not facts.is_sample:
        return
    if settings.require_real_facts:
        raise ConfigError(
            "REQUIRE_REAL_FACTS: the facts in rag/data are sample data; expected records that the practice has "
            'confirmed ("source": "practice")'
        )
    log_event("sample_facts", level="WARNING", note="AVA answers from sample data, not the practice's own facts")


class DrainingServer(uvicorn.Server):
    """uvicorn closes every WebSocket as soon as it is told to stop; this one lets the calls end first."""

    def __init__(self, config: uvicorn.Config, exchange: Exchange) -> None:
        super().__init__(config)
        self.exit_code = 0
        self._exchange = exchange
        exchange.on_failed = self._stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._exchange.drain(hurry=lambda: self.force_exit)
        await super().shutdown(sockets)

    def _stop(self, error: Exception) -> None:
        if isinstance(error, AvaError):
            print(error, file=sys.stderr)
        else:
            traceback.print_exception(error)  # no call was served yet: it holds nobody's words
        self.exit_code = 2 if isinstance(error, ConfigError) else 1
        self.should_exit = True


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.bind_host, settings.port
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as exc:
        problem = f"cannot listen on {host}:{port} ({exc.strerror})"
        raise ConfigError(f"BIND_HOST, PORT: {problem}; expected an address of this machine and a free port") from exc


def uvicorn_config(app: FastAPI, **more: Any) -> uvicorn.Config:
    """How the app is served; `more` is handed to uvicorn."""
    return uvicorn.Config(
        app,
        **more,
        loop="uvloop",
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        ws_per_message_deflate=False,  # Twilio's frames are small and base64 of noise: compressing them is lost work
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_SECS,
    )


def main() -> int:
    """Run the service until it is told to stop; returns the exit code: 0, 1 (it failed), 2 (a setting is wrong)."""
    try:
        settings = load_settings()
        setup_logging(settings.log_level)
        app = create_app(settings)
        listener = _listen(settings)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    server = DrainingServer(uvicorn_config(app), app.state.exchange)
    log_event("listening", host=settings.bind_host, port=settings.port, profile=settings.avc_profile)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        log_event("interrupted", level="DEBUG")
    return server.exit_code


if __name__ == "__main__":
    sys.exit(main())
