"""Reads JSON lines `{"kind", "text", "now", "tz"}` and prints `{"value": ...}` for each.

Kinds: phone (E.164 when whole, else the digits so far), name, spelling, date, time, windows, yes_no, new_patient,
location, service, insurance, reason. `now` is ISO 8601 (a time without an offset is local to `tz`), both
default to this moment in New York.
"""

import datetime as dt
import json
import sys
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from call import Window
from dialogue import slots
from dialogue.sample import sample_facts
from facts import PracticeFacts


def value(request: dict[str, Any], facts: PracticeFacts) -> Any:
    """The value that one request's text holds, ready for JSON.

    Raises:
        KeyError: the request has no text, or a kind that does not exist.
    """
    kind, text = request["kind"], request["text"]
    if kind in ("date", "time", "windows", "window"):
        return _when(kind, _windows(request, text))
    if kind in ("name", "spelling"):
        found = slots.name(text, expected=True, known=request.get("known"))
        return found.value if found else None
    if kind == "location":
        keys = slots.locations(text, facts, expected=True)
        return keys[0] if len(keys) == 1 else list(keys) or None
    if kind == "insurance":
        plan = slots.insurance(text, facts, expected=True)
        return plan.name if plan else None
    return {
        "phone": lambda: _number(slots.phone(text, request.get("so_far", ""))),
        "yes_no": lambda: slots.yes_no(text),
        "new_patient": lambda: slots.is_new_patient(text),
        "service": lambda: slots.service(text, facts),
        "reason": lambda: slots.reason(text),
    }[kind]()


def _number(digits: str) -> str | None:
    """A whole number as E.164, the digits of one that is not whole yet, None when none were said."""
    return slots.e164(digits) or digits or None


def _windows(request: dict[str, Any], text: str) -> tuple[Window, ...]:
    zone = request.get("tz") or "America/New_York"
    now = dt.datetime.fromisoformat(request["now"]) if request.get("now") else dt.datetime.now(dt.UTC)
    if now.tzinfo is None:
        now = now.replace(tzinfo=ZoneInfo(zone))
    return slots.windows(text, now=now, timezone=zone, expected=True)


def _when(kind: str, found: tuple[Window, ...]) -> Any:
    if kind.startswith("window"):
        return [window.model_dump(mode="json") for window in found]
    if not found:
        return None
    if kind == "date":
        days = [window.day.isoformat() for window in found if window.day]
        return days if len(days) > 1 else (days[0] if days else None)
    return found[0].time or found[0].part


def answers(lines: Iterator[str], facts: PracticeFacts) -> Iterator[dict[str, Any]]:
    """One answer for each line; `{"error": ...}` for a line that is no request."""
    for line in lines:
        if not line.strip():
            continue
        try:
            yield {"value": value(json.loads(line), facts)}
        except (ValueError, KeyError, TypeError) as exc:
            yield {"error": f"{type(exc).__name__}: {exc}"}


if __name__ == "__main__":
    for answer in answers(iter(sys.stdin), sample_facts()):
        print(json.dumps(answer), flush=True)
