"""A dashboard over a folder of the test's own, and browsers that open it."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from config import Settings
from facts_files import FactsSource
from monitoring.audit import AUDIT_FILE, Audit
from monitoring.dashboard.app import create_app
from monitoring.desk import Desk
from monitoring.passwords import Hashes
from monitoring.users import USERS_FILE, User, UserBook
from recording.shelf import CallShelf
from tests.fakes.clock import FakeClock

PASSWORD = "three grey herons wade"
QUICK = Hashes(rounds=1, memory_kib=64)  # argon2 is slow by design
PAGE = {"accept": "text/html"}


class NotThere:
    """Stands for a part of the desk that a test has no use for: touching it fails the test."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        raise AssertionError(f"the test did not expect {self._name}.{attribute}")


def make_desk(folder: Path, clock: FakeClock | None = None, **parts: Any) -> Desk:
    """A desk with real users, audit log and facts; every other part is given or `NotThere`."""
    settings = parts.pop("settings", None) or Settings(data_dir=folder)
    clock = clock or FakeClock()
    given: dict[str, Any] = {
        "settings": settings,
        "clock": clock,
        "zone": ZoneInfo("America/New_York"),
        "audit": Audit(settings.monitoring_dir / AUDIT_FILE, clock),
        "users": UserBook(settings.monitoring_dir / USERS_FILE, QUICK),
        "source": FactsSource(),
        "shelf": CallShelf(folder),
        "cipher": None,
        **parts,
    }
    missing = {one.name: NotThere(one.name) for one in fields(Desk) if one.init and one.name not in given}
    return Desk(**missing, **given)


class Browser(httpx.AsyncClient):
    """Keeps cookies, and knows the CSRF token of the page that it opened last. Follows no redirect by itself."""

    def __init__(self, app: FastAPI, base: str = "http://127.0.0.1:8201", address: str = "127.0.0.1") -> None:
        transport = httpx.ASGITransport(app=app, client=(address, 40000))
        super().__init__(transport=transport, base_url=base)
        self.app = app
        self.csrf = ""

    async def login(self, name: str, password: str = PASSWORD, back: str = "/") -> httpx.Response:
        page = await self.get("/login", headers=PAGE)
        form = {"name": name, "password": password, "next": back, "csrf": form_token(page)}
        answer = await self.post("/login", data=form, headers=PAGE)
        if answer.status_code == 303:
            self.csrf = self.session_csrf()
        return answer

    def plant(self, name: str, value: str) -> None:
        """Set a cookie as the site would, in the place of one that is there."""
        self.cookies.set(name, value, domain=self.base_url.host, path="/")

    def session_csrf(self) -> str:
        sessions = self.app.state.door.sessions
        token = next(value for name, value in self.cookies.items() if name.endswith("ava-session"))
        found = sessions.find(token, use=False)
        return str(found.csrf) if found else ""

    async def act(self, path: str, body: Any = None, method: str = "POST", **more: Any) -> httpx.Response:
        """As the page's script does: JSON, with the token in the header."""
        return await self.request(method, path, json=body, headers={"x-csrf-token": self.csrf}, **more)


def form_token(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found.group(1)


def audit_of(desk: Desk) -> list[tuple[str | None, str, str | None, str | None]]:
    return [(one.user, one.action, one.call, one.detail) for one in desk.audit.entries()]


def add_users(desk: Desk) -> Iterator[User]:
    for name, role in (("sofia", "staff"), ("adam", "admin")):
        yield desk.users.add(name, role, PASSWORD)


def app_of(desk: Desk) -> FastAPI:
    return create_app(desk)
