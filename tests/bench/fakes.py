"""Stand-ins for the gate's tests: a box that answers `/ready` and `/metrics`, Twilio's log of calls, and records."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from aiohttp import encode_basic_auth, web

from bench.gate.evidence import CallEvidence, Census, Ending, Extractions

ACCOUNT_SID = "AC" + "1" * 32
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
BY_AVA = Ending("ava", "hang-up")


def call_sid(number: int) -> str:
    return f"CA{number:032x}"


def call(**changes: Any) -> CallEvidence:
    """A call of which nothing is wrong."""
    values = {"utterances": 3, "unanswered": 0, "service_ms": (40.0,), "v2v_ms": (640.0,), "ending": BY_AVA}
    return CallEvidence(**{"name": "test", **values, **changes})


def census(**changes: Any) -> Census:
    values = {"pid": 1, "processes": 2, "tasks": 6, "slots": 0, "threads": 9, "counters": Extractions()}
    return Census(**{**values, **changes})


def turn(at_sec: float, answered_at: float | None = None) -> list[dict[str, Any]]:
    """The events of an utterance, and of its answer."""
    events: list[dict[str, Any]] = [{"t": at_sec, "type": "turn_caller", "text": "secret words"}]
    if answered_at is not None:
        parts = {"endpointing_ms": 550.0, "stt_ms": 5.0, "llm_ms": 10.0, "tts_ms": 25.0, "v2v_ms": 590.0}
        events.append({"t": answered_at, "type": "latency", "turn": 1, **parts})
    return events


def ended(at_sec: float, outcome: str = "completed") -> dict[str, Any]:
    return {"t": at_sec, "type": "call_ended", "outcome": outcome}


class FakeBox:
    """A service's two pages. `figures` is what `/metrics` shows, line by line."""

    def __init__(self) -> None:
        self.slots = 0
        self.tasks = 6
        self.extractions: dict[str, int] | None = {"ok": 2}
        self.json_failures: dict[str, int] = {}
        self.state: dict[str, Any] = {"ready": True, "profile": "embedded", "parts": {"crm": "none"}}
        self.app = web.Application()
        self.app.router.add_get("/ready", self._ready)
        self.app.router.add_get("/metrics", self._metrics)

    async def _ready(self, _: web.Request) -> web.Response:
        return web.json_response(self.state, status=200 if self.state["ready"] else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(text=self.page())

    def page(self) -> str:
        gauges = {"ava_tasks": self.tasks, "ava_slots_in_use": self.slots, "ava_threads": 9}
        lines = [line for name, value in gauges.items() for line in (f"# TYPE {name} gauge", f"{name} {value}")]
        for name, label, values in (
            ("ava_extractions_total", "result", self.extractions),
            ("ava_json_failures_total", "kind", self.json_failures),
        ):
            if values is not None:
                lines.append(f"# TYPE {name} counter")
                lines += [f'{name}{{{label}="{key}"}} {value}' for key, value in values.items()]
        return "\n".join(lines) + "\n"


class FakeCallLog:
    """Twilio's log of calls: `calls` and their `events` by CallSid; a call that is not there gets `status`."""

    def __init__(self) -> None:
        self.calls: dict[str, dict[str, Any]] = {}
        self.events: dict[str, list[dict[str, Any]]] = {}
        self.page_size = 50
        self.status = 404
        self.requests: list[str] = []
        self.app = web.Application()
        path = "/2010-04-01/Accounts/{account}/Calls/{call}"
        self.app.router.add_get(path + ".json", self._call)
        self.app.router.add_get(path + "/Events.json", self._events)

    def add(self, number: int, *, ended_at: datetime, requests: tuple[dict[str, Any], ...] = ()) -> str:
        """A call that is over, and the requests that Twilio had for it beside our two webhooks."""
        sid = call_sid(number)
        self.calls[sid] = {"sid": sid, "status": "completed", "duration": "41", "end_time": format_datetime(ended_at)}
        webhook = {"method": "POST", "url": "https://ava.example.com/voice", "parameters": {"call_status": "ringing"}}
        status = {"method": "POST", "url": "https://ava.example.com/status", "parameters": {"call_status": "completed"}}
        self.events[sid] = [
            {"request": request, "response": {"response_code": request.pop("answered", 200)}}
            for request in (webhook, *map(dict, requests), status)
        ]
        return sid

    def _refusal(self, request: web.Request) -> web.Response | None:
        self.requests.append(request.path)
        if request.headers.get("Authorization") != encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN):
            return web.json_response({"code": 20003, "status": 401}, status=401)
        if request.match_info["account"] != ACCOUNT_SID or request.match_info["call"] not in self.calls:
            return web.json_response({"code": 20404, "status": self.status}, status=self.status)
        return None

    async def _call(self, request: web.Request) -> web.Response:
        return self._refusal(request) or web.json_response(self.calls[request.match_info["call"]])

    async def _events(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        events, page = self.events[request.match_info["call"]], int(request.query.get("Page", 0))
        first = page * self.page_size
        more = first + self.page_size < len(events)
        following = f"{request.path}?PageSize={self.page_size}&Page={page + 1}" if more else None
        return web.json_response({"events": events[first : first + self.page_size], "next_page_uri": following})


def api_request(number: int, answered: int = 200, **parameters: str) -> dict[str, Any]:
    """A request of ours to a call, as Twilio's log shows it."""
    url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Calls/{call_sid(number)}.json"
    return {"method": "POST", "url": url, "parameters": parameters, "answered": answered}


def write_call(
    recordings: Path,
    number: int,
    events: list[dict[str, Any]],
    *,
    started_at: datetime,
    duration_sec: float = 41.0,
    outcome: str = "completed",
) -> str:
    """A finished call as the service leaves it: its folder and its line of the index."""
    sid = call_sid(number)
    path = f"{started_at:%Y/%m/%d}/{sid}"
    (recordings / path).mkdir(parents=True)
    (recordings / path / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    line = {
        "call_sid": sid,
        "started_at": started_at.isoformat(),
        "duration_sec": duration_sec,
        "outcome": outcome,
        "path": path,
    }
    with (recordings / "index.jsonl").open("a") as index:
        index.write(json.dumps(line) + "\n")
    return sid


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)
