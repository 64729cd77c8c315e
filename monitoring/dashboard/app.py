"""The dashboard's web app: its routes, and what stands in front of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from errors import AvaError
from log import log_event
from monitoring.dashboard import actions, answers, health, login, media, pages
from monitoring.dashboard.security import Frame, Gate
from monitoring.dashboard.sessions import Sessions
from monitoring.dashboard.site import Site
from monitoring.dashboard.throttle import Throttle
from monitoring.dashboard.web import STATIC
from monitoring.desk import Desk


def create_app(desk: Desk) -> FastAPI:
    """The app over a desk, which is at `app.state.desk` and opens and closes with it."""
    site = Site.of(desk.settings)
    sessions = Sessions(desk.users, desk.clock, idle_sec=desk.settings.dashboard_idle_min * 60.0)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await desk.open()
        try:
            yield
        finally:
            await desk.aclose()
            log_event("dashboard_stopped")

    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=[Middleware(Frame, site=site), Middleware(Gate, site=site, sessions=sessions)],
        exception_handlers={
            answers.Refusal: answers.on_refusal,
            HTTPException: answers.on_http,
            RequestValidationError: answers.on_invalid,
            AvaError: answers.on_ava_error,
        },
    )
    app.state.desk = desk
    app.state.door = login.Door(site, sessions, Throttle(desk.clock), desk.users)
    app.state.shelf = media.AudioShelf(desk)
    app.state.one_change = asyncio.Lock()
    app.state.began_sec = desk.clock.monotonic()
    for router in (health.router, login.router, media.router, actions.router, *pages.routers()):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


if __name__ == "__main__":
    for one in (health.router, login.router, media.router, actions.router, *pages.routers()):
        for route in one.routes:
            print(*sorted(getattr(route, "methods", [])), getattr(route, "path", ""))
