"""What every page and action uses: templates, who is asking, what may be seen, and the audit note."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitoring.desk import Desk
from monitoring.users import Role, User

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
_SPARE_SEC = 5  # behind the end of a session


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation; `current` is the page that is open."""

    path: str
    label: str
    current: bool


_NAV: tuple[tuple[str, str, Role], ...] = (
    ("/", "Today", "staff"),
    ("/alerts", "Alerts", "staff"),
    ("/calls", "Calls", "staff"),
    ("/unanswered", "Unanswered", "staff"),
    ("/facts", "Facts", "staff"),
    ("/tags", "Tags", "staff"),
    ("/settings", "Settings", "staff"),
    ("/audit", "Audit", "admin"),
)


def local(value: datetime, zone: ZoneInfo, form: str = "%b %-d, %-I:%M %p %Z") -> str:
    """A time on the practice's clock with its zone's short name: `Nov 23, 2:05 PM EST`."""
    return in_zone(value, zone).strftime(form)


def in_zone(value: datetime, zone: ZoneInfo) -> datetime:
    """A time on the practice's clock. One of the years 1 and 9999, of a line that is none of ours, stays as it is."""
    try:
        return value.astimezone(zone)
    except OverflowError:
        return value


def templates() -> Environment:
    """Autoescaped, and an error where a value is missing. Pages may add filters to `TEMPLATES.filters`."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters.update(local=local, in_zone=in_zone)
    return environment


TEMPLATES = templates()


def desk(request: Request) -> Desk:
    """Everything that the dashboard works with."""
    found: Desk = request.app.state.desk
    return found


def user(request: Request) -> User:
    """Who asks. The gate lets nobody without a session come as far as a page.

    Raises:
        HTTPException: 401, there is no session.
    """
    session = getattr(request.state, "session", None)
    if session is None:
        raise HTTPException(401, "Please log in.")
    found: User = session.user
    return found


def require(role: Role) -> Callable[[Request], User]:
    """A dependency that gives the user, and refuses (403) those without the role. An admin may do what staff may."""

    def check(request: Request) -> User:
        found = user(request)
        if not found.may(role):
            raise HTTPException(403, "Only an admin may do this.")
        return found

    return check


def render(request: Request, name: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """A page. Beside `values` a template has: `user` (None before the login), `csrf`, `nav`, `path`, `zone`."""
    session = getattr(request.state, "session", None)
    who = session.user if session else None
    base = {
        "user": who,
        "csrf": session.csrf if session else "",
        "nav": navigation(request.url.path, who),
        "path": request.url.path,
        "zone": desk(request).zone,
    }
    text = TEMPLATES.get_template(name).render({**base, **values})
    shown = text.encode("utf-8", "replace")  # half a character in a file must not take the page away
    return HTMLResponse(shown, status_code, _leave_when_idle(request) if session else None)


def _leave_when_idle(request: Request) -> dict[str, str]:
    """A page that nobody uses goes away with its session: what callers said must not stay on the screen. While the
    session is in use the log-in leads straight back to the page."""
    idle_sec = desk(request).settings.dashboard_idle_min * 60
    back = request.url.path if request.method == "GET" else "/"
    return {"refresh": f"{idle_sec + _SPARE_SEC}; url=/login?next={quote(back, safe='')}"}


def navigation(path: str, who: User | None) -> tuple[NavItem, ...]:
    """The entries that this user may open; none before the login."""
    if who is None:
        return ()
    return tuple(NavItem(to, label, _within(path, to)) for to, label, role in _NAV if who.may(role))


def _within(path: str, to: str) -> bool:
    return path == to or (to != "/" and path.startswith(f"{to}/"))


async def note(request: Request, action: str, *, call: str | None = None, detail: str | None = None) -> None:
    """Write to the audit log who did what; durable when this returns. Await it BEFORE what it notes is shown.

    Args:
        action: a code, as `view-call`.
        detail: codes only, never words of a caller.

    Raises:
        StorageError: it could not be written, so nothing may be shown.
    """
    await asyncio.to_thread(desk(request).audit.note, user(request).name, action, call=call, detail=detail)


if __name__ == "__main__":
    print(*TEMPLATES.list_templates(), sep="\n")
