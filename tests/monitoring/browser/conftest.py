"""The real dashboard over two finished calls, and the machine's own Chromium in front of it."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from bench.gate.monitoring.chromium import ARGUMENTS, chromium_path
from clock import SystemClock
from config import Settings
from facts_files import facts_version, read_facts
from monitoring.dashboard.__main__ import uvicorn_config
from monitoring.dashboard.app import create_app
from monitoring.desk import Desk, build_desk
from monitoring.passwords import Hashes
from monitoring.users import USERS_FILE, UserBook
from simulator.server_process import free_port
from tests.monitoring.browser.folders import make_calls, make_repository

PASSWORD = "three grey herons wade"
QUICK = Hashes(rounds=1, memory_kib=64)
NOBODY_LISTENS = 1  # a port: there is no phone service beside the dashboard
_START_SEC = 20.0
_WAIT_MS = 20_000  # a machine that is busy with calls
expect.set_options(timeout=_WAIT_MS)


@dataclass(frozen=True)
class Site:
    """A dashboard that runs. Users: sofia (staff), adam (admin)."""

    url: str
    desk: Desk
    facts: Path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder = tmp_path_factory.mktemp("dashboard")
    facts = make_repository(folder / "repository")
    await make_calls(folder, facts_version(read_facts(facts)))
    port = free_port()
    settings = Settings(data_dir=folder, facts_dir=facts, port=NOBODY_LISTENS, dashboard_port=port)
    users = UserBook(settings.monitoring_dir / USERS_FILE, QUICK)
    users.add("sofia", "staff", PASSWORD)
    users.add("adam", "admin", PASSWORD)
    desk = build_desk(settings, SystemClock())
    desk.index.refresh()
    server = uvicorn.Server(uvicorn_config(create_app(desk), host="127.0.0.1", port=port))
    thread = threading.Thread(target=server.run, name="dashboard")
    thread.start()
    try:
        deadline = time.monotonic() + _START_SEC
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        assert server.started, "the dashboard did not start"
        yield Site(f"http://127.0.0.1:{port}", desk, facts)
    finally:
        server.should_exit = True
        await asyncio.to_thread(thread.join)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass
class Visit:
    """A browser window of its own; `problems` are errors of its console and of scripts."""

    context: BrowserContext
    page: Page
    problems: list[str]


Open = Callable[..., Awaitable[Visit]]


@pytest_asyncio.fixture(loop_scope="module")
async def window(chromium: Browser, site: Site) -> AsyncIterator[Open]:
    """Opens windows: `await window(user="sofia", width=1280, height=900, theme="light")`. What their consoles told of
    errors fails the test."""
    opened: list[Visit] = []

    async def new(user: str | None = "sofia", width: int = 1280, height: int = 900, theme: str = "light") -> Visit:
        context = await chromium.new_context(
            base_url=site.url, viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
        )
        page = await context.new_page()
        page.set_default_timeout(_WAIT_MS)
        visit = Visit(context, page, [])
        opened.append(visit)
        page.on("console", lambda line: visit.problems.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: visit.problems.append(str(error)))
        if user:
            await log_in(page, user)
        return visit

    yield new
    problems = [problem for visit in opened for problem in visit.problems]
    for visit in opened:
        await visit.context.close()
    assert problems == []


async def log_in(page: Page, user: str, password: str = PASSWORD) -> None:
    if "/login" not in page.url:  # else it knows where to go on
        await page.goto("/login")
    await page.get_by_label("Name").fill(user)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Log in").click()
