"""A lead in Odoo's fields: what staff read first, and what they read next.

Everything is text in cells, as `load` wants it. What a caller said is escaped, so that it shows as it was said and does
nothing: Odoo's descriptions and notes are HTML.
"""

import html
import re
from collections.abc import Iterable, Sequence
from datetime import time

from call import Lead, Urgency, Window
from facts import PracticeFacts
from odoo.lead_words import ABOUT, HANDED_OVER, LANGUAGES, TENTATIVE, review_words

_LONGEST_NAME = 200
# Control characters, lone surrogates and non-characters, which XML cannot carry or Odoo refuses; and the marks that
# reorder or hide text on a screen.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+"
)
_PRIORITY: dict[Urgency, str] = {"routine": "0", "urgent": "2", "emergent": "3"}  # stars in Odoo's list
_PRIORITY_OF_HANDOFF = "1"  # above a routine request, below what is urgent for the eye
VERIFIED = "the number that the call came from"
URGENCY_MARK: dict[Urgency, str] = {"routine": "", "urgent": "URGENT: ", "emergent": "EMERGENCY: "}


def external_id(kind: str, call_sid: str) -> str:
    """Under this id Odoo has one record of a kind per call: `avc_audio.CA...`"""
    return f"avc_{kind}.{re.sub(r'[^A-Za-z0-9_-]', '_', call_sid)}"


def lead_external_id(call_sid: str) -> str:
    """Under this id Odoo has one lead per call."""
    return external_id("call", call_sid)


def lead_cells(
    lead: Lead,
    *,
    kind: str,
    stage_id: int | None = None,
    team_id: int | None = None,
    user_id: int | None = None,
    tags: Sequence[int] = (),
    facts: PracticeFacts | None = None,
) -> dict[str, str]:
    """The columns of a `crm.lead`. Without `stage_id` or `team_id` Odoo's defaults hold; without `user_id` nobody is
    assigned.

    Args:
        kind: `lead` or `opportunity`.
        facts: for the names of offices and services; without them the keys are shown readably.
    """
    cells = {
        "name": title(lead, facts),
        "type": kind,
        "contact_name": one_line(lead.name),
        "phone": one_line(lead.phone),
        "description": description(lead, facts),
        "priority": priority(lead),
        "referred": one_line(lead.call_sid),
        "user_id/.id": str(user_id or ""),  # empty is nobody; left out it would be the API user
    }
    if tags:
        cells["tag_ids/.id"] = ",".join(map(str, tags))
    chosen = {"stage_id/.id": stage_id, "team_id/.id": team_id}
    return cells | {column: str(value) for column, value in chosen.items() if value is not None}


def title(lead: Lead, facts: PracticeFacts | None = None) -> str:
    """One line: how urgent, what about, where, who. `Eye exam – Kendall – Maria Lopez (tentative)`"""
    place = place_name(lead.location, facts)
    who = one_line(lead.name) or one_line(lead.phone) or "name not given"
    line = URGENCY_MARK[lead.urgency] + " – ".join(part for part in (about(lead, facts), place, who) if part)
    tail = " (tentative)" if lead.intent in TENTATIVE else ""
    if len(line) + len(tail) > _LONGEST_NAME:
        line = line[: _LONGEST_NAME - len(tail) - 1].rstrip() + "…"
    return line + tail


def description(lead: Lead, facts: PracticeFacts | None = None) -> str:
    """Everything that is known, as HTML: one line each, the label in bold."""
    return as_html(_rows(lead, facts))


def _rows(lead: Lead, facts: PracticeFacts | None) -> list[tuple[str, str | None]]:
    return [
        ("Status", "tentative: taken by AVA, the automated assistant; nothing is booked until staff confirm it"),
        ("Urgency", lead.urgency),
        ("About", about(lead, facts)),
        ("Handed to staff because", handed_over(lead)),
        ("Name", name_and_certainty(lead)),
        ("Call back", call_back(lead)),
        ("Consent to a call back", _yes_no(lead.callback_consent)),
        ("Service", _service(lead.service, facts)),
        ("Office", place_name(lead.location, facts)),
        ("Preferred times", "\n".join(map(window_in_words, lead.preferred_windows))),
        ("New patient", _yes_no(lead.is_new_patient)),
        ("Vision insurance, as said", lead.insurance_vision),
        ("Medical insurance, as said", lead.insurance_medical),
        ("Date of birth, as said", lead.date_of_birth.isoformat() if lead.date_of_birth else None),
        ("Reason", lead.reason),
        ("Message", lead.message),
        ("Language", LANGUAGES.get(lead.language, lead.language)),
        ("To check", to_check(lead)),
        ("Call", lead.call_sid),
    ]


def priority(lead: Lead) -> str:
    """Stars in Odoo's list: `0` to `3`."""
    return max(_PRIORITY[lead.urgency], _PRIORITY_OF_HANDOFF if lead.handoff_reason else "0")


def name_and_certainty(lead: Lead) -> str | None:
    return f"{lead.name} ({'confirmed' if lead.name_confirmed else 'not confirmed'})" if lead.name else None


def handed_over(lead: Lead) -> str | None:
    reason = lead.handoff_reason
    return HANDED_OVER.get(reason, f"a question about {reason.replace('_', ' ')}") if reason else None


def about(lead: Lead, facts: PracticeFacts | None) -> str:
    service = _service(lead.service, facts)
    if lead.intent == "book":
        return service or ABOUT["book"]
    about = ABOUT.get(lead.intent, "Call")
    return f"{about}: {service[0].lower()}{service[1:]}" if service else about


def call_back(lead: Lead) -> str:
    called_from = lead.caller_id or "a withheld number"
    if lead.phone is None:
        return f"no number known; called from {called_from}"
    if lead.phone_verified:
        return f"{lead.phone} ({VERIFIED})"
    return f"{lead.phone} (given by the caller; the call came from {called_from})"


def to_check(lead: Lead) -> str:
    return "\n".join(map(review_words, lead.review_reasons)) or ("marked for review" if lead.needs_review else "")


def window_in_words(window: Window) -> str:
    """`Tuesday, December 1, 2026 at 10:30 AM (America/New_York), "next Tuesday at half past ten"`"""
    parts = [f"{window.day:%A, %B} {window.day.day}, {window.day.year}"] if window.day else []
    if window.time:
        parts.append(f"at {_clock_time(window.time)}")
    elif window.part:
        parts.append(f"in the {window.part}")
    said = f'"{window.words}"' if window.words else ""
    if not parts:
        return said or "any time"
    zone = f" ({window.timezone})" if window.timezone else " (the office's local time)"
    return " ".join(parts) + zone + (f", {said}" if said else "")


def _clock_time(value: str) -> str:
    try:
        at = time.fromisoformat(value)
    except ValueError:
        return value
    return f"{at.hour % 12 or 12}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"


def _service(key: str | None, facts: PracticeFacts | None) -> str:
    known = facts.service(key) if facts and key else None
    name = one_line(known.name if known else (key or "").replace("_", " "))
    return name[:1].upper() + name[1:]


def place_name(key: str | None, facts: PracticeFacts | None) -> str:
    known = facts.location(key) if facts and key else None
    return known.name if known else one_line((key or "").replace("_", " ")).title()


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def one_line(text: str | None) -> str:
    """Text on one line, without what cannot be sent or shown."""
    return " ".join(_UNPRINTABLE.sub(" ", text or "").split())


def as_html(rows: Iterable[tuple[str, str | None]]) -> str:
    """A line for each label and text; lines without a text are left out."""
    return "<br>".join(f"<b>{label}:</b> {_escaped(value)}" for label, value in rows if value and value.strip())


def _escaped(text: str) -> str:
    """Text as HTML that shows just that text; a line end becomes a line break."""
    plain = _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return html.escape(plain).replace("\n", "<br>")


if __name__ == "__main__":
    sample = Lead(call_sid="CA" + "0" * 32, caller_id="+13055550123", intent="book", name="Sample Caller")
    for column, value in lead_cells(sample, kind="opportunity").items():
        print(f"{column:14} {value}")
