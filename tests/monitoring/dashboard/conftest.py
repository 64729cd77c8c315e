"""A dashboard with two users: sofia (staff) and adam (admin)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from monitoring.desk import Desk
from tests.fakes.clock import FakeClock
from tests.monitoring.dashboard.site import Browser, add_users, app_of, make_desk


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Desk:
    made = make_desk(tmp_path, clock)
    list(add_users(made))
    return made


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    return app_of(desk)


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    """Nobody is logged in yet."""
    async with Browser(app) as opened:
        yield opened


@pytest.fixture
async def staff(app: FastAPI) -> AsyncIterator[Browser]:
    async with Browser(app) as opened:
        assert (await opened.login("sofia")).status_code == 303
        yield opened


@pytest.fixture
async def admin(app: FastAPI) -> AsyncIterator[Browser]:
    async with Browser(app) as opened:
        assert (await opened.login("adam")).status_code == 303
        yield opened
