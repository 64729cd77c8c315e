"""Logging in and off.

A wrong name and a wrong password are answered alike, take equally long and are throttled alike. Passwords are compared
one at a time: a hash takes a core for a tenth of a second, and the machine belongs to callers.
"""

import asyncio
import hashlib
import hmac
import re
import secrets
from ipaddress import ip_address
from math import ceil

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from monitoring.dashboard.security import CSRF_FIELD
from monitoring.dashboard.sessions import Sessions
from monitoring.dashboard.site import Site
from monitoring.dashboard.throttle import Throttle, address_key
from monitoring.dashboard.web import desk, render
from monitoring.users import User, UserBook

router = APIRouter()
_LOCAL_PAGE = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~?=&%+:,-]{0,500}")
_MOST_WAITING = 8


class Door:
    """What the log-in needs beside the desk: sessions, throttle, and the tokens of log-in forms."""

    def __init__(self, site: Site, sessions: Sessions, throttle: Throttle, users: UserBook) -> None:
        self.site = site
        self.sessions = sessions
        self.throttle = throttle
        self._users = users
        self._key = secrets.token_bytes(32)
        self._one_at_a_time = asyncio.Semaphore(1)
        self._waiting = 0

    @property
    def cookie(self) -> str:
        """The name of the cookie that a log-in form's token belongs to."""
        return "__Host-ava-login" if self.site.secure else "ava-login"

    def form_token(self, cookie: str) -> str:
        """What a log-in form in the browser with this cookie brings: else others could log it in as themselves."""
        return hmac.new(self._key, cookie.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    @property
    def is_crowded(self) -> bool:
        return self._waiting >= _MOST_WAITING

    async def check(self, name: str, password: str) -> User | None:
        self._waiting += 1
        try:
            async with self._one_at_a_time:
                return await asyncio.to_thread(self._users.check, name, password)
        finally:
            self._waiting -= 1


@router.get("/login")
async def login_page(request: Request, next: str = "/") -> Response:
    """The form; who is logged in already goes on to the page."""
    if request.state.session is not None:
        return RedirectResponse(_local(next), 303)
    return await _form(request, next)


@router.post("/login")
async def login(request: Request) -> Response:
    """Check name and password, and begin a session under a new token."""
    form = await request.form(max_files=0, max_fields=10)
    name, password, back, token = (_typed(form, field) for field in ("name", "password", "next", CSRF_FIELD))
    name = name.strip().lower()
    door: Door = request.app.state.door
    if not _is_from_our_form(request, door, token):
        return await _form(request, back, 403, "This form was out of date. Please try again.")
    keys = (f"name:{_short(name)}", address_key(_address(request, door.site)))
    if wait := ceil(door.throttle.wait_sec(*keys)):
        if door.throttle.is_news(*keys):
            await _note(request, name, "login-throttled")
        return await _form(request, back, 429, f"Too many attempts. Try again in {_spoken(wait)}.", wait)
    if door.is_crowded:
        return await _form(request, back, 503, "Too many people are logging in. Try again in a moment.", 2)
    door.throttle.count(*keys)
    user = await door.check(name, password)
    if user is None:
        await _note(request, name, "login-failed")
        return await _form(request, back, 401, "Name or password is wrong.")
    await asyncio.to_thread(desk(request).audit.note, user.name, "login")
    door.throttle.forget(keys[0])
    door.throttle.take_back(keys[1])
    return _logged_in(request, door, user, back)


@router.post("/logout")
async def logout(request: Request) -> Response:
    """End the session; the cookie goes, too."""
    door: Door = request.app.state.door
    session = request.state.session
    door.sessions.end(session)
    await asyncio.to_thread(desk(request).audit.note, session.user.name, "logout")
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(door.site.cookie, path="/", secure=door.site.secure, httponly=True, samesite="strict")
    return answer


def _logged_in(request: Request, door: Door, user: User, back: str) -> Response:
    if request.state.session is not None:
        door.sessions.end(request.state.session)
    token, _ = door.sessions.begin(user)
    answer = RedirectResponse(_local(back), 303)
    answer.set_cookie(door.site.cookie, token, path="/", secure=door.site.secure, httponly=True, samesite="strict")
    answer.delete_cookie(door.cookie, path="/", secure=door.site.secure, httponly=True, samesite="strict")
    return answer


async def _form(
    request: Request, back: str, status: int = 200, message: str | None = None, wait: int | None = None
) -> Response:
    door: Door = request.app.state.door
    cookie = request.cookies.get(door.cookie) or secrets.token_urlsafe(32)
    has_users = bool(await asyncio.to_thread(desk(request).users.all))
    answer = render(
        request,
        "login.html",
        status,
        form_token=door.form_token(cookie),
        next=_local(back),
        message=message,
        has_users=has_users,
    )
    answer.set_cookie(door.cookie, cookie, path="/", secure=door.site.secure, httponly=True, samesite="strict")
    if wait is not None:
        answer.headers["retry-after"] = str(wait)
    return answer


def _typed(form: FormData, field: str) -> str:
    """A field as text that can be written: a form says itself how it is encoded, which may give half a character."""
    return str(form.get(field, "")).encode("utf-8", "replace").decode()


def _is_from_our_form(request: Request, door: Door, token: str) -> bool:
    cookie = request.cookies.get(door.cookie)
    return cookie is not None and hmac.compare_digest(token.encode(), door.form_token(cookie).encode())


async def _note(request: Request, name: str, action: str) -> None:
    """The name that was tried is noted only when it is a user's: people type passwords into the wrong field."""
    known = await asyncio.to_thread(desk(request).users.get, name)
    await asyncio.to_thread(desk(request).audit.note, known.name if known else None, action)


def _local(page: str) -> str:
    """A page of ours to go on to; anything else is the first page."""
    return page if _LOCAL_PAGE.fullmatch(page) and not page.startswith("/log") else "/"


def _short(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]


def _address(request: Request, site: Site) -> str:
    """Who asks. Behind a proxy near by that is the last address of X-Forwarded-For, which the proxy wrote."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for")
    if site.secure and forwarded and _is_near(peer):
        return forwarded.rpartition(",")[2].strip()
    return peer


def _is_near(peer: str) -> bool:
    """Whether a proxy of ours may be there: on this machine, or in a container or network beside it."""
    try:
        return ip_address(peer).is_private
    except ValueError:
        return False


def _spoken(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{ceil(seconds / 60)} minutes"


if __name__ == "__main__":
    for example in ("/calls?page=2", "//evil.example", "https://evil.example", "/\\evil.example"):
        print(f"{example:22} -> {_local(example)}")
