"""What stands in front of every route: the host that is asked for, the session, where a change comes from, its size.

- Host: only names of ours are answered, so that a foreign name that was pointed at this machine (DNS rebinding) is not.
- Session: without one nothing but the log-in page, the health check and static files is answered.
- Changes: a browser's Sec-Fetch-Site and Origin have to be ours, and the session's CSRF token has to come with them, in
  the header X-CSRF-Token or in the form field `csrf`.
- Every answer carries the security headers. Nothing that crashes is shown, and of it only the place is logged.
"""

import asyncio
import hmac
from urllib.parse import parse_qs, quote

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from errors import AvaError
from monitoring.dashboard.answers import on_ava_error, on_crash, problem, wants_page
from monitoring.dashboard.sessions import Session, Sessions
from monitoring.dashboard.site import Site

CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
BACKGROUND_HEADER = "x-background"  # a page asks by itself: that does not keep its user logged in
MAX_BODY_BYTES = 256 * 1024
_BODY_TIMEOUT_SEC = 20.0
_SAFE = ("GET", "HEAD", "OPTIONS")
_FORM = "application/x-www-form-urlencoded"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_YEAR_SEC = 365 * 24 * 3600


class Frame:
    """Outermost: puts the security headers on every answer, and answers what crashed."""

    def __init__(self, app: ASGIApp, *, site: Site) -> None:
        self.app = app
        self._headers = dict(_HEADERS)
        if site.secure:
            self._headers["strict-transport-security"] = f"max-age={_YEAR_SEC}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def framed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers["cache-control"] = "no-cache" if _is_static(scope["path"]) else "no-store"
            await send(message)

        try:
            await self.app(scope, receive, framed)
        except Exception as error:  # a request ends here, whatever it was
            answer = on_crash(Request(scope), error)
            if begun:
                raise ConnectionError("the answer broke off") from None
            await answer(scope, receive, framed)


class Gate:
    """Lets in who is logged in, and changes that a page of ours sent. The session is at `request.state.session`."""

    def __init__(self, app: ASGIApp, *, site: Site, sessions: Sessions) -> None:
        self.app = app
        self._site = site
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            answer = await self._refusal(request)
            body = b"" if answer else await _body(request)
            answer = answer or self._refused_change(request, body)
        except AvaError as error:
            answer = await on_ava_error(request, error)
        except _BodyError as error:
            answer = problem(request, error.status, message=str(error))
        if answer is not None:
            await answer(scope, receive, send)
        else:
            await self.app(scope, _replayed(body, receive), send)

    async def _refusal(self, request: Request) -> Response | None:
        """Why a request goes no further, before its body is read."""
        request.state.session = None
        if not self._site.knows(request.headers.get("host", "")):
            return Response("This is not the name of this dashboard.\n", 421, media_type="text/plain")
        request.state.session = await self._session(request)
        if request.state.session is None and not _is_open(request):
            return _to_login(request)
        return None

    async def _session(self, request: Request) -> Session | None:
        token = request.cookies.get(self._site.cookie)
        if not token or _is_static(request.url.path):
            return None
        return await asyncio.to_thread(self._sessions.find, token, use=BACKGROUND_HEADER not in request.headers)

    def _refused_change(self, request: Request, body: bytes) -> Response | None:
        if request.method in _SAFE:
            return None
        if not self._site.sent(request):
            return problem(request, 403, "wrong-origin", "This did not come from a page of the dashboard.")
        session: Session | None = request.state.session
        if session is None:  # the log-in, which has a token of its own
            return None
        if not hmac.compare_digest(_csrf_token(request, body).encode(), session.csrf.encode()):
            return problem(request, 403, "wrong-csrf-token", "This page is out of date. Reload it and try again.")
        return None


class _BodyError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _is_static(path: str) -> bool:
    return path.startswith("/static/")


def _is_open(request: Request) -> bool:
    """What is answered without a session."""
    path = request.url.path
    if path == "/login":
        return True
    return request.method in ("GET", "HEAD") and (path == "/health" or _is_static(path))


def _to_login(request: Request) -> Response:
    if not wants_page(request):
        return problem(request, 401)
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET" or back == "/":
        return RedirectResponse("/login", 303)
    return RedirectResponse(f"/login?next={quote(back, safe='')}", 303)


def _csrf_token(request: Request, body: bytes) -> str:
    if token := request.headers.get(CSRF_HEADER):
        return token
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _FORM:
        return ""
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=50)
    except ValueError:
        return ""
    return fields.get(CSRF_FIELD, [""])[0]


async def _body(request: Request) -> bytes:
    """The whole body of a change, within its bounds."""
    if request.method in _SAFE:
        return b""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
        raise _BodyError(413, f"This is too much: at most {MAX_BODY_BYTES // 1024} KiB.")
    parts = bytearray()
    try:
        async with asyncio.timeout(_BODY_TIMEOUT_SEC):
            async for part in request.stream():
                parts += part
                if len(parts) > MAX_BODY_BYTES:
                    raise _BodyError(413, f"This is too much: at most {MAX_BODY_BYTES // 1024} KiB.")
    except TimeoutError:
        raise _BodyError(408, "This took too long to arrive.") from None
    return bytes(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body once more for the route; then what the client does (it may go away)."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


if __name__ == "__main__":
    for name, value in _HEADERS.items():
        print(f"{name}: {value}")
