"""Is the phone service well: what its /ready and /metrics say, asked while a page is made, with little patience."""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

PATIENCE_SEC = 1.0  # for both answers together: a page must not wait for a box that is down
_ANSWER_LIMIT_BYTES = 1_000_000
_REASONS = {
    "not-ready": "It is starting: engines are not ready yet.",
    "draining": "It is stopping: calls run on, new callers are sent to the overflow number.",
}
_PARTS = {
    "stt": "Hearing",
    "llm": "Answers",
    "tts": "Voice",
    "facts": "Facts",
    "knowledge": "Finding facts",
    "wording": "Wording",
    "crm": "Odoo",
    "transcripts": "Transcripts",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the service. `code` is `ok`, `none` (not set up) or what is wrong."""

    label: str
    code: str

    @property
    def is_well(self) -> bool:
        return self.code in ("ok", "none")


@dataclass(frozen=True, slots=True)
class Box:
    """How the phone service is.

    Attributes:
        reachable: it answered in time; else nothing more is known.
        ready: it takes calls.
        reason: why not, in words.
        calls, limit: how many calls it has now, and may have at once.
        sample: AVA answers from sample data.
        signatures: Twilio's signatures are checked.
        leads_waiting: leads that no CRM has yet.
        faults: errors of engines and of the disk since the service started.
    """

    reachable: bool = False
    ready: bool = False
    reason: str = ""
    calls: int = 0
    limit: int = 0
    parts: tuple[Part, ...] = ()
    sample: bool = False
    signatures: bool = True
    leads_waiting: int | None = None
    faults: int | None = None

    @property
    def unwell(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if not part.is_well)

    @property
    def is_well(self) -> bool:
        """It takes calls and nothing of it is broken."""
        return self.ready and not self.unwell


async def look(base: str, patience_sec: float = PATIENCE_SEC) -> Box:
    """Ask the service at `base` how it is. Never raises for a service that is away or talks nonsense."""
    try:
        async with asyncio.timeout(patience_sec), aiohttp.ClientSession() as http:
            return _box(*await asyncio.gather(_ready(http, base), _metrics(http, base)))
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, TypeError, AttributeError, KeyError):
        return Box()


async def _ready(http: aiohttp.ClientSession, base: str) -> dict[str, Any]:
    async with http.get(f"{base}/ready", allow_redirects=False) as response:
        state = await response.json()
    if not isinstance(state, dict) or "ready" not in state:
        raise ValueError("not the phone service")
    return state


async def _metrics(http: aiohttp.ClientSession, base: str) -> dict[str, float]:
    """The sum of each metric over its labels; none when they are not to be had."""
    async with http.get(f"{base}/metrics", allow_redirects=False) as response:
        if response.status != 200:
            return {}
        text = (await response.content.read(_ANSWER_LIMIT_BYTES)).decode("utf-8", "replace")
    sums: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if not sample.name.endswith(("_created", "_bucket")):
                sums[sample.name] = sums.get(sample.name, 0.0) + sample.value
    return sums


def _box(state: dict[str, Any], figures: dict[str, float]) -> Box:
    slots = state.get("slots") or {}
    reason = state.get("reason")
    faults = [figures[name] for name in ("ava_engine_errors_total", "ava_storage_errors_total") if name in figures]
    waiting = figures.get("ava_leads_waiting")
    return Box(
        reachable=True,
        ready=bool(state["ready"]),
        reason=_REASONS.get(str(reason), f"It takes no calls ({reason}).") if reason else "",
        calls=int(slots.get("in_use", 0)),
        limit=int(slots.get("limit", 0)),
        parts=(*_parts(state.get("parts") or {}), Part("Disk", str(state.get("storage", "ok")))),
        sample=state.get("facts") == "sample",
        signatures=bool(state.get("signature_validation", True)),
        leads_waiting=None if waiting is None else int(waiting),
        faults=int(sum(faults)) if faults else None,
    )


def _parts(codes: dict[str, Any]) -> tuple[Part, ...]:
    return tuple(Part(_PARTS.get(name, name), str(code)) for name, code in codes.items())


if __name__ == "__main__":
    from config import load_settings

    print(asyncio.run(look(load_settings().local_url)))
