"""Settings: when calls are read and whether text may leave, what did leave, what serves the calls, and who may log in.

Staff see all of it; an admin turns the switches.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import JSONResponse

from errors import ConfigError
from facts_files import facts_version
from monitoring.cron import trigger_of
from monitoring.dashboard.pages.calls import number
from monitoring.dashboard.web import desk, local, note, render, user
from monitoring.desk import Desk
from monitoring.external import OUTBOUND_FILE, Outbound, OutboundLog, why_not
from monitoring.index import CallQuery, CallRow
from monitoring.ledger import RUNS_FILE, Ledger
from monitoring.report import RunReport
from monitoring.users import User

router = APIRouter()
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
    has_left: bool
    facts_now: str


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
        why_not=why_not(on.settings),
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
    everything = await asyncio.to_thread(left, on)
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
        has_left=(on.settings.monitoring_dir / OUTBOUND_FILE).exists(),
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


def left(on: Desk) -> tuple[Outbound, ...]:
    """What left, the newest first. Blocks.

    Raises:
        StorageError: the log cannot be read.
    """
    log = OutboundLog(on.settings.monitoring_dir / OUTBOUND_FILE, on.clock)
    return tuple(reversed(log.all()))


if __name__ == "__main__":
    import sys
    from datetime import UTC

    for run in upcoming(
        sys.argv[1] if len(sys.argv) > 1 else "0 2 * * *", ZoneInfo("America/New_York"), datetime.now(UTC)
    ):
        print(f"{run:%a %Y-%m-%d %H:%M %Z}")
