"""Twilio's four doors: POST /voice, POST /transferred, POST /status, WS /ws.

They translate HTTP and WebSocket into calls of the `Exchange` at `app.state.exchange`, and its errors into answers.
"""

import asyncio

from fastapi import FastAPI, Request, Response, WebSocket
from starlette.requests import ClientDisconnect
from starlette.websockets import WebSocketDisconnect, WebSocketState

from errors import SignatureError, TelephonyError
from log import log_event
from telephony import transferred
from telephony.exchange import Exchange
from telephony.front_desk import refuse
from telephony.signature import FormParams, SignatureChecker, parse_form

MAX_BODY_BYTES = 64 * 1024
BODY_TIMEOUT_SECS = 10.0
_HTTP_STATUS = {"bad-signature": 403, "body-too-large": 413, "body-timeout": 408}


def add_routes(app: FastAPI) -> None:
    """Add the routes and the handler of their errors."""
    app.add_exception_handler(TelephonyError, _refused)
    app.add_api_route("/voice", voice, methods=["POST"])
    app.add_api_route(transferred.PATH, transfer_over, methods=["POST"])
    app.add_api_route("/status", status, methods=["POST"])
    app.add_api_websocket_route("/ws", media_stream)


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_SECS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise TelephonyError("a body larger than 64 KiB", code="body-too-large")
    except TimeoutError as exc:
        raise TelephonyError("the body did not come in time", code="body-timeout") from exc
    except ClientDisconnect as exc:
        raise TelephonyError("the other side left", code="gone") from exc
    return bytes(body)


async def _signed_form(request: Request) -> FormParams:
    """The fields of a webhook, after its signature was checked.

    Raises:
        TelephonyError: no form, too large, too slow, or not signed by our account.
    """
    checker: SignatureChecker | None = request.app.state.exchange.checker
    params = parse_form(await _read_body(request))
    if checker is None:
        return params
    path, query = _raw_target(request)
    signature = request.headers.get("x-twilio-signature")
    if not checker.webhook_is_signed(path, query, params, signature):
        host = request.headers.get("host", "")
        if checker.signed_for_another_host(host, path, query, params, signature):
            note = "signed by our account for another host: PUBLIC_HOST has to be the host in Twilio's console"
            log_event("public_host_mismatch", level="ERROR", called=host, note=note)
        raise SignatureError("not signed by our account")
    return params


async def voice(request: Request) -> Response:
    """Twilio's webhook for a call that comes in; answers with TwiML."""
    exchange: Exchange = request.app.state.exchange
    params = await _signed_form(request)
    return Response(exchange.desk.answer(params, exchange.closed_because), media_type="text/xml")


async def transfer_over(request: Request) -> Response:
    """Twilio's report that a transfer is over; answers with TwiML."""
    exchange: Exchange = request.app.state.exchange
    params = await _signed_form(request)
    return Response(exchange.transfer_over(params, _raw_target(request)[1]), media_type="text/xml")


async def status(request: Request) -> Response:
    """Twilio's status callback."""
    request.app.state.exchange.call_status(await _signed_form(request))
    return Response(status_code=204)


async def media_stream(websocket: WebSocket) -> None:
    """Twilio's media stream: checked, then handed to the call."""
    exchange: Exchange = websocket.app.state.exchange
    call_sid: str | None = None
    try:
        exchange.check_handshake(*_raw_target(websocket), websocket.headers.get("x-twilio-signature"))
        await websocket.accept()
        start = await exchange.shake_hands(lambda: _receive(websocket))
        call_sid = start.call_sid
        await exchange.serve(start, websocket)
    except TelephonyError as error:
        refuse(error.code, call_sid)
        await _close(websocket, 1008, error.code)
    else:
        await _close(websocket, 1000)


async def _close(websocket: WebSocket, code: int, reason: str = "") -> None:
    disconnected = WebSocketState.DISCONNECTED
    if disconnected in (websocket.client_state, websocket.application_state):
        return
    try:
        await websocket.close(code, reason)
    except WebSocketDisconnect:
        log_event("stream_gone_at_close", level="DEBUG")


async def _refused(request: Request, error: Exception) -> Response:
    """A webhook that is not taken: the status says why, the body says nothing."""
    assert isinstance(error, TelephonyError)
    if request.url.path == "/voice":
        refuse(error.code)
    else:
        log_event("callback_refused", level="WARNING", reason=error.code)
    return Response(status_code=_HTTP_STATUS.get(error.code, 400))


def _raw_target(connection: Request | WebSocket) -> tuple[str, str]:
    """Path and query as they stood in the request line."""
    scope = connection.scope
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return raw_path.decode("latin-1"), scope.get("query_string", b"").decode("latin-1")


async def _receive(websocket: WebSocket) -> str | bytes | None:
    message = await websocket.receive()
    if message["type"] != "websocket.receive":
        return None
    text: str | None = message.get("text")
    return text if text is not None else message.get("bytes", b"")


if __name__ == "__main__":
    trial = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_routes(trial)
    for route in trial.routes:
        print(route)
