"""The monitoring's run and its switches: run now, how far it is, on or off, when, and whether text may leave."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import StringConstraints
from starlette.responses import JSONResponse

from errors import ConfigError
from monitoring.dashboard.answers import Refusal
from monitoring.dashboard.bodies import Body, as_json
from monitoring.dashboard.web import desk, note, require
from monitoring.users import User

router = APIRouter()
Cron = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Admin = Annotated[User, Depends(require("admin"))]


class Switched(Body):
    """What of the settings is changed; None stays."""

    enabled: bool | None = None
    schedule: Cron | None = None
    external: bool | None = None


@router.post("/monitor/run")
async def run_now(request: Request) -> JSONResponse:
    """Begin a run (202); 409 while one runs."""
    await note(request, "run-monitoring")
    await desk(request).run_now()
    return JSONResponse({"running": True}, status_code=202)


@router.get("/monitor/progress")
async def progress(request: Request) -> dict[str, Any]:
    """`{running, done, total, started_at, found}` of the run that goes on, or of the last one."""
    return dict(as_json(desk(request).monitor.progress))


@router.post("/settings")
async def change_settings(request: Request, body: Switched, who: Admin) -> dict[str, Any]:
    """Change the switches that survive a restart; answers how they stand, and when the next run is."""
    on = desk(request)
    turned = body.model_dump(exclude_none=True)
    if not turned:
        raise Refusal(422, "changes-nothing", "Nothing was changed.")
    try:
        await asyncio.to_thread(lambda: on.state.change(**turned))
        on.schedule.renew()
    except ConfigError as error:
        raise Refusal(422, "invalid", str(error), field=next(iter(turned))) from error
    for name, value in turned.items():
        await note(request, f"switch-{name}", detail={True: "on", False: "off"}.get(value))
    return {"enabled": on.state.enabled, "schedule": on.state.schedule, "external": on.state.external,
            "next_run": as_json(on.schedule.next_run)}  # fmt: skip


if __name__ == "__main__":
    print(Switched(enabled=True).model_dump_json())
