"""The checks that hold whoever filled in a lead: the telephone, the caller's confirmations, the practice's own keys.

Pure functions over the fields of a draft; each notes the codes of what a person has to look at.
"""

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from call import CallRecord, Slots, Urgency, Window
from config import E164_PATTERN
from facts import PracticeFacts

_LONGEST_LINE = 200
LONGEST_MESSAGE = 1000
_LINES = ("name", "reason", "insurance_vision", "insurance_medical", "language")
_MAX_WINDOWS = 4
_URGENCIES: tuple[Urgency, ...] = ("routine", "urgent", "emergent")
# Control characters, and those that reorder or hide text on a screen.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")


def settled(draft: dict[str, Any], record: CallRecord, facts: PracticeFacts) -> tuple[dict[str, Any], list[str]]:
    """The fields of a lead, and the codes of what is to be reviewed.

    Args:
        draft: the fields of an engine's answer, validated.
    """
    fields = dict(draft)
    reasons: list[str] = []
    _prefer_confirmed(fields, record.slots, reasons)
    fields |= {name: one_line(fields[name] or "") for name in _LINES}
    fields["language"] = fields["language"] or "en"
    fields["message"] = one_line(fields["message"] or "", LONGEST_MESSAGE)
    fields["urgency"] = max(fields["urgency"], record.slots.urgency, key=_URGENCIES.index)  # in doubt the higher
    _drop_unknown_keys(fields, facts, reasons)
    fields["preferred_windows"] = _windows(fields, record, facts, reasons)
    fields["phone"], fields["phone_verified"] = _phone(fields["phone"], record, reasons)
    if fields["name"] is None:
        reasons.append("no-name")
    if record.outcome in ("interrupted", "failed"):
        reasons.append(f"call-{record.outcome}")
    return fields, reasons


def one_line(text: str, limit: int = _LONGEST_LINE) -> str | None:
    """Text on one line of at most `limit` characters, without control characters; None when nothing is left."""
    line = " ".join(_UNPRINTABLE.sub(" ", text).split())
    if len(line) > limit:
        line = line[: limit - 1].rsplit(" ", 1)[0].rstrip() + "…"
    return line or None


def _prefer_confirmed(fields: dict[str, Any], slots: Slots, reasons: list[str]) -> None:
    """What the caller said yes to stands; an answer that says otherwise is replaced and marked."""
    confirmed: dict[str, Any] = {}
    if slots.name_confirmed:
        confirmed["name"] = slots.name
    if slots.confirmed:
        confirmed |= {"location": slots.location, "service": slots.service}
    for name, value in confirmed.items():
        if value is not None and fields[name] != value:
            if fields[name] is not None:
                reasons.append(f"differs-from-confirmed-{name}")
            fields[name] = value
    if slots.confirmed and slots.windows:
        fields["preferred_windows"] = [window.model_dump() for window in slots.windows]
    fields["name_confirmed"] = slots.name_confirmed and fields["name"] == slots.name
    fields["callback_consent"] = slots.callback_consent


def _drop_unknown_keys(fields: dict[str, Any], facts: PracticeFacts, reasons: list[str]) -> None:
    if fields["location"] is not None and facts.location(fields["location"]) is None:
        fields["location"] = None
        reasons.append("unknown-location")
    if fields["service"] is not None and facts.service(fields["service"]) is None:
        fields["service"] = None
        reasons.append("unknown-service")


def _windows(
    fields: dict[str, Any], record: CallRecord, facts: PracticeFacts, reasons: list[str]
) -> list[dict[str, Any]]:
    """The wished times, each in a real time zone; one that was over before the call is marked."""
    place = facts.location(fields["location"]) if fields["location"] else None
    windows = [Window.model_validate(window) for window in fields["preferred_windows"][:_MAX_WINDOWS]]
    checked = []
    for window in windows:
        zone = _zone(window.timezone) or (place.timezone if place else None)
        if window.day and window.day < record.started_at.astimezone(ZoneInfo(zone or "UTC")).date():
            reasons.append("time-in-the-past")
        words = one_line(window.words) or ""
        checked.append(window.model_copy(update={"timezone": zone, "words": words}).model_dump())
    return checked


def _zone(name: str | None) -> str | None:
    try:
        return ZoneInfo(name).key if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _phone(extracted: str | None, record: CallRecord, reasons: list[str]) -> tuple[str | None, bool]:
    """The number to call back, and whether it is the caller id (facts of the telephone, not of words).

    The caller id, unless the caller gave another number and confirmed it. A caller whose id is withheld is called back
    at the number that was said, marked when it was not confirmed.
    """
    slots = record.slots
    asked_for = slots.callback_number if slots.callback_source in ("said", "keypad") else None
    if asked_for and slots.callback_confirmed:
        return asked_for, asked_for == record.caller
    if record.caller:
        if asked_for and asked_for != record.caller:
            reasons.append("other-number-not-confirmed")
        return record.caller, True
    number = asked_for or extracted
    if number and re.fullmatch(E164_PATTERN, number):
        reasons.append("phone-not-confirmed")
        return number, False
    reasons.append("no-phone")
    return None, False


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(one_line(line))
