"""Settings: when calls are read and whether text may leave, what did leave, what serves the calls, and who may log in.

Staff see all of it; an admin turns the switches.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import JSONResponse

from config import Settings
from errors import ConfigError
from facts_files import facts_version
from monitoring.cron import trigger_of
from monitoring.dashboard.pages.calls import number
from monitoring.dashboard.web import desk, local, note, render, user
from monitoring.desk import Desk
from monitoring.index import CallQuery, CallRow
from monitoring.kept import JsonLines
from monitoring.ledger import RUNS_FILE, Ledger
from monitoring.report import RunReport
from monitoring.users import User

router = APIRouter()
OUTBOUND_FILE = "outbound.jsonl"
NEXT_SHOWN = 3
RUNS_SHOWN = 5
PER_PAGE = 25
LONGEST_LINE = 100
TRIGGERS = {"schedule": "by the schedule", "hand": "by hand", "shell": "from the shell"}
READERS = {"rules": "Rules", "anthropic": "Claude", "ollama": "Local model", "external": "A model beside the rules"}
VERSIONS = {
    "profile": "Engines", "stt": "Recogniser", "llm": "Model", "tts": "Voice", "prompt": "Prompt", "facts": "Facts",
    "pipecat": "Pipecat",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What the disk has for the page."""

    last_call: CallRow | None
    runs: tuple[RunReport, ...]
    users: tuple[User, ...]
    left: int
    facts_now: str


@dataclass(frozen=True, slots=True)
class Left:
    """One text that left the practice, exactly as it did.

    Attributes:
        tokens: that were paid for it; None where it is not known.
    """

    at: datetime | None
    call_sid: str
    provider: str
    model: str
    text: str
    tokens: str


@router.get("/settings", response_class=HTMLResponse)
async def settings(request: Request) -> HTMLResponse:
    on = desk(request)
    shown = await asyncio.to_thread(_shown, on)
    return render(
        request,
        "settings.html",
        shown=shown,
        state=on.state,
        upcoming=upcoming(on.state.schedule, on.zone, on.clock.now()) if on.state.enabled else (),
        progress=on.monitor.progress,
        may_change=user(request).may("admin"),
        why_not=why_not_external(on.settings),
        provider=on.settings.monitoring_provider,
        tokens=on.settings.monitoring_tokens,
        triggers=TRIGGERS,
        readers=READERS,
        version_labels=VERSIONS,
    )


@router.get("/settings/next")
async def next_runs(request: Request, schedule: str = "") -> JSONResponse:
    """`{"runs": [...], "problem": null}`: when a line of cron would run, in words, while it is typed; and why it would
    not, when it is none."""
    on = desk(request)
    try:
        runs = upcoming(schedule[:LONGEST_LINE].strip(), on.zone, on.clock.now())
    except ConfigError as error:
        return JSONResponse({"runs": [], "problem": str(error)})
    return JSONResponse({"runs": [local(at, on.zone, "%a, %b %-d, %-I:%M %p %Z") for at in runs], "problem": None})


@router.get("/settings/outbound", response_class=HTMLResponse)
async def outbound(request: Request, page: str = "1") -> HTMLResponse:
    """Every text that left the practice, the newest first."""
    on = desk(request)
    everything = await asyncio.to_thread(left, on.settings)
    await note(request, "view-outbound")
    pages = max(1, -(-len(everything) // PER_PAGE))
    at = min(number(page), pages)
    found = everything[(at - 1) * PER_PAGE : at * PER_PAGE]
    return render(request, "outbound.html", found=found, total=len(everything), page=at, pages=pages)


def _shown(on: Desk) -> Shown:
    """Blocks."""
    on.index.refresh()
    newest = on.index.page(CallQuery(per_page=1)).rows
    reports = Ledger(on.settings.monitoring_dir / RUNS_FILE, on.clock).reports(RUNS_SHOWN)
    return Shown(
        last_call=newest[0] if newest else None,
        runs=tuple(reports),
        users=on.users.all(),
        left=len(left(on.settings)),
        facts_now=facts_version(on.source.current),
    )


def upcoming(schedule: str, zone: ZoneInfo, now: datetime, count: int = NEXT_SHOWN) -> tuple[datetime, ...]:
    """When a line of cron runs next.

    Raises:
        ConfigError: that is no line of cron, or it never runs.
    """
    trigger, found = trigger_of(schedule, zone), list[datetime]()
    at = trigger.get_next_fire_time(None, now.astimezone(zone))
    while at is not None and len(found) < count:
        found.append(at)
        at = trigger.get_next_fire_time(at, at)
    if not found:
        raise ConfigError("the schedule never runs: there is no such day")
    return tuple(found)


def why_not_external(settings: Settings) -> str | None:
    """Why no text may leave, or no model read it, whatever the switch says; None when it may."""
    if settings.monitoring_provider != "anthropic":
        return None
    if not settings.monitoring_external:
        return "MONITORING_EXTERNAL is false on this machine. Whoever runs it decides that text may leave; we cannot."
    return None if settings.anthropic_api_key else "There is no ANTHROPIC_API_KEY on this machine."


def left(settings: Settings) -> tuple[Left, ...]:
    """What left, the newest first. Blocks.

    Raises:
        StorageError: the log cannot be read.
    """
    lines = list(JsonLines(settings.monitoring_dir / OUTBOUND_FILE).read())
    return tuple(_left(line) for line in reversed(lines))


def _left(line: Mapping[str, Any]) -> Left:
    text = line.get("text", line.get("payload", ""))
    tokens = line.get("tokens")
    if isinstance(tokens, dict):
        tokens = ", ".join(f"{name} {count}" for name, count in tokens.items())
    return Left(
        at=_time(line.get("at")),
        call_sid=str(line.get("call_sid") or ""),
        provider=str(line.get("provider") or ""),
        model=str(line.get("model") or ""),
        text=text if isinstance(text, str) else json.dumps(text, ensure_ascii=False, indent=1),
        tokens="" if tokens is None else str(tokens),
    )


def _time(text: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else None


if __name__ == "__main__":
    import sys
    from datetime import UTC

    for run in upcoming(
        sys.argv[1] if len(sys.argv) > 1 else "0 2 * * *", ZoneInfo("America/New_York"), datetime.now(UTC)
    ):
        print(f"{run:%a %Y-%m-%d %H:%M %Z}")
