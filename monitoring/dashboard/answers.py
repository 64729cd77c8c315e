"""What is answered when something went wrong: a page for people, `{"code", "message"}` for scripts, no stack trace."""

from http import HTTPStatus
from pathlib import Path
from traceback import walk_tb
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from errors import AvaError, ConfigError, StorageError
from log import log_event
from monitoring.dashboard.bodies import as_json
from monitoring.dashboard.web import render

_ROOT = str(Path(__file__).parents[2])
_CODES = {
    400: "bad-request", 401: "log-in", 403: "forbidden", 404: "not-found", 405: "not-allowed", 409: "conflict",
    410: "gone", 413: "too-large", 415: "wrong-type", 421: "wrong-host", 422: "invalid", 429: "too-often",
    500: "failed", 503: "unavailable",
}  # fmt: skip
_MESSAGES = {
    401: "Please log in.",
    403: "This is not allowed.",
    404: "There is no such page.",
    405: "This cannot be done here.",
    500: "Something went wrong on our side. It was logged.",
}
# Statuses of our own errors, by code; other codes go by the kind of the error.
_STATUS_OF_CODE = {
    **dict.fromkeys(("bad-call-sid", "no-call", "no-audio", "audio-not-ready", "no-suggestion", "no-such-change"), 404),
    **dict.fromkeys(
        ("state-changed", "already-applied", "already-undone", "old-text-gone", "changed-since", "differs-there",
         "conflict", "record-exists", "no-such-record", "busy", "half-way", "monitor-busy", "deleted"),
        409,
    ),
}  # fmt: skip

_WHAT_TO_DO = {
    "disk-full": "The disk is full: whoever runs the machine has to make room. Calls are still answered.",
    "not-writable": "The dashboard may not write its files: whoever runs the machine can tell why.",
    "index-unwritable": "Is the disk full? Whoever runs the machine can tell.",
}


class Refusal(Exception):
    """An action that is refused, with a message for staff.

    Attributes:
        status: HTTP's, 4xx.
        code: short, kebab-case.
        more: further fields of the JSON answer, as `field`.
    """

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.more = status, code, message, more


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks for a page, not a script for data."""
    return "text/html" in request.headers.get("accept", "")


def problem(
    request: Request, status: int, code: str | None = None, message: str | None = None, **more: Any
) -> Response:
    """The answer to what went wrong."""
    code = code or _CODES.get(status, "failed")
    message = message or _MESSAGES.get(status, "This did not work.")
    if wants_page(request):
        return render(request, "error.html", status, status=status, code=code, message=message)
    return JSONResponse({"code": code, "message": message, **more}, status_code=status)


async def on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem(request, error.status, error.code, error.message, **error.more)


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = None if error.detail == HTTPStatus(error.status_code).phrase else str(error.detail)
    answer = problem(request, error.status_code, message=said)
    answer.headers.update(error.headers or {})
    return answer


async def on_invalid(request: Request, error: Exception) -> Response:
    """The first field that is wrong, without what was sent."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:]) or None
    message = f"{field}: {first['msg']}" if field else str(first["msg"])
    return problem(request, 422, message=message, **({"field": field} if field else {}))


async def on_ava_error(request: Request, error: Exception) -> Response:
    """One of ours: its message is fit for staff, its code is logged."""
    assert isinstance(error, AvaError)
    status = _STATUS_OF_CODE.get(error.code) or _status_of(error)
    level, said = "WARNING" if status >= 500 else "INFO", str(error)
    log_event("dashboard_refused", level=level, code=error.code, status=status, at=_route(request))
    offer = getattr(error, "offer", None)  # of a conflict in Gitea: the same change on what stands there now
    message = f"{said}. {_WHAT_TO_DO[error.code]}" if error.code in _WHAT_TO_DO else said
    return problem(request, status, error.code, message, **({"offer": as_json(offer)} if offer else {}))


def on_crash(request: Request, error: Exception) -> Response:
    """Anything else: where it happened and of what kind is logged, what it said is not (it may quote a caller)."""
    log_event("dashboard_crash", level="ERROR", error=type(error).__name__, at=_place(error), route=_route(request))
    return problem(request, 500)


def _place(error: Exception) -> str:
    """File and line of the innermost code or template of ours."""
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    ours = [(Path(name), line) for name, line in places if name.startswith(_ROOT)]
    return f"{ours[-1][0].name}:{ours[-1][1]}" if ours else "?"


def _status_of(error: AvaError) -> int:
    if isinstance(error, StorageError):
        return 503
    return 422 if isinstance(error, ConfigError) or not error.retryable else 503


def _route(request: Request) -> str:
    """The route's pattern: a path may hold what somebody typed."""
    return str(getattr(request.scope.get("route"), "path", "none"))


if __name__ == "__main__":
    for number, name in _CODES.items():
        print(number, name)
