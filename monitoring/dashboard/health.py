"""GET /health: alive, for the deployment and the proxy; says nothing that a stranger may not know."""

import tomllib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from monitoring.dashboard.web import desk

router = APIRouter()
_PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@router.get("/health")
async def health(request: Request) -> JSONResponse:
    """200 as long as the event loop turns."""
    uptime_sec = desk(request).clock.monotonic() - request.app.state.began_sec
    return JSONResponse({"status": "ok", "version": version(), "uptime_sec": round(uptime_sec, 1)})


@lru_cache(maxsize=1)
def version() -> str:
    """The product's, as `pyproject.toml` has it."""
    return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])


if __name__ == "__main__":
    print(version())
