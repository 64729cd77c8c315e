"""A lead in Odoo's fields: what staff read first, what they read next, and a note with the call's summary.

Everything is text in cells, as `load` wants it. What a caller said is escaped, so that it shows as it was said and does
nothing: Odoo's descriptions and notes are HTML.
"""

import html
import re
from collections.abc import Iterable
from datetime import time

from call import TRANSFER_NOT_ANSWERED, Intent, Lead, Urgency, Window
from facts import PracticeFacts

_LONGEST_NAME = 200
# Control characters, lone surrogates and non-characters, which XML cannot carry or Odoo refuses; and the marks that
# reorder or hide text on a screen.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+"
)
_PRIORITY: dict[Urgency, str] = {"routine": "0", "urgent": "2", "emergent": "3"}  # stars in Odoo's list
_PRIORITY_OF_HANDOFF = "1"  # above a routine request, below what is urgent for the eye
_MARK: dict[Urgency, str] = {"routine": "", "urgent": "URGENT: ", "emergent": "EMERGENCY: "}
_ABOUT: dict[Intent, str] = {
    "book": "Appointment",
    "reschedule": "Reschedule",
    "cancel": "Cancellation",
    "hours": "Question about hours",
    "location": "Question about an office",
    "insurance": "Question about insurance",
    "cost": "Question about cost",
    "optical_ready": "Are the glasses ready?",
    "prescription_copy": "Copy of a prescription",
    "refill": "Refill",
    "records": "Medical records",
    "billing": "Billing",
    "post_op": "Question after surgery",
    "person": "Asked for a person",
    "complaint": "Complaint",
    "wrong_number": "Wrong number",
    "spam": "Sales call",
}
_HANDED_OVER = {
    "angry": "the caller was angry",
    "asked_for_person": "the caller asked for a person",
    "blocked": "AVA could not give answers that the records bear out",
    "blocklist": "AVA was not sure of an answer",
    "complaint": "a complaint",
    "emergency": "an emergency",
    "keypad": "the caller pressed 0",
    "no_answer": "the records do not hold what the caller asked for",
    "not_understood": "AVA did not understand the caller three times in a row",
    "repeated_question": "the caller asked the same again and again",
    "spanish": "the caller speaks Spanish",
    "transfer_failed": "nobody could be reached",
}
_TENTATIVE: frozenset[Intent] = frozenset({"book", "reschedule", "cancel"})
_LANGUAGES = {"en": "English", "es": "Spanish", "ht": "Haitian Creole", "pt": "Portuguese", "fr": "French"}
_REVIEW = {
    "made-by-rules": "no model read the transcript; the fields come from the conversation alone",
    "extraction-failed": "the call could not be read at all; listen to the recording",
    "no-name": "no name was understood",
    "no-phone": "no number to call back is known",
    "phone-not-confirmed": "the call-back number was said, but not confirmed",
    "other-number-not-confirmed": "the caller named another call-back number and did not confirm it",
    "unknown-location": "an office was named that the practice does not have",
    "unknown-service": "a service was named that the practice does not list",
    "time-in-the-past": "a wished time was over before the call",
    TRANSFER_NOT_ANSWERED: "the call was put through and nobody answered: please call back",
    "call-interrupted": "the call broke off: our service stopped",
    "call-failed": "the call broke off: a fault on our side",
    "name-not-said": "the name does not stand in what was heard of the caller",
    "phone-not-said": "the number to call back does not stand in what was heard",
    "date-not-said": "a wished day does not stand in what was heard",
    "time-not-said": "a wished time does not stand in what was heard",
    "birth-date-not-said": "the date of birth does not stand in what was heard",
    "location-not-said": "the office does not stand in what was heard",
    "service-not-said": "the service does not stand in what was heard",
    "insurance-not-said": "the insurance does not stand in what was heard",
    "reason-not-said": "the reason says more than what was heard",
    "message-not-said": "the message says more than what was heard",
    "sensitive-number": "a number was taken out of the text; the recording has it",
    "differs-from-confirmed-name": "the name was read differently from what the caller confirmed; the latter stands",
    "differs-from-confirmed-location": "the office was read differently from what was confirmed; the latter stands",
    "differs-from-confirmed-service": "the service was read differently from what was confirmed; the latter stands",
}


def lead_external_id(call_sid: str) -> str:
    """Under this id Odoo has one lead per call."""
    return f"avc_call.{re.sub(r'[^A-Za-z0-9_-]', '_', call_sid)}"


def note_external_id(call_sid: str) -> str:
    """Under this id Odoo has one note per call."""
    return f"avc_note.{re.sub(r'[^A-Za-z0-9_-]', '_', call_sid)}"


def missed_transfer_external_id(call_sid: str) -> str:
    """Under this id Odoo has one note per call that says that nobody answered its transfer."""
    return f"avc_transfer.{re.sub(r'[^A-Za-z0-9_-]', '_', call_sid)}"


def lead_cells(
    lead: Lead,
    *,
    kind: str,
    stage_id: int | None = None,
    team_id: int | None = None,
    user_id: int | None = None,
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
        "priority": _priority(lead),
        "referred": one_line(lead.call_sid),
        "user_id/.id": str(user_id or ""),  # empty is nobody; left out it would be the API user
    }
    chosen = {"stage_id/.id": stage_id, "team_id/.id": team_id}
    return cells | {column: str(value) for column, value in chosen.items() if value is not None}


def note_cells(lead: Lead, lead_id: int, facts: PracticeFacts | None = None) -> dict[str, str]:
    """The columns of a `mail.message`: an internal note in a lead's chatter. Without recipients it mails nobody."""
    return {
        "model": "crm.lead",
        "res_id": str(lead_id),
        "message_type": "comment",
        "subtype_id/id": "mail.mt_note",
        "is_internal": "1",
        "body": note(lead, facts),
    }


def missed_transfer_cells(lead: Lead, lead_id: int) -> dict[str, str]:
    """As `note_cells`: that the caller was put through and reached nobody. It comes after the lead, which stays."""
    rows = [
        ("Not answered", _MARK[lead.urgency] + _REVIEW[TRANSFER_NOT_ANSWERED]),
        ("Put through because", _handed_over(lead)),
        ("Call back", _call_back(lead)),
        ("Call", lead.call_sid),
    ]
    return note_cells(lead, lead_id) | {"body": _lines(rows)}


def title(lead: Lead, facts: PracticeFacts | None = None) -> str:
    """One line: how urgent, what about, where, who. `Eye exam – Kendall – Maria Lopez (tentative)`"""
    place = _place(lead.location, facts)
    who = one_line(lead.name) or one_line(lead.phone) or "name not given"
    line = _MARK[lead.urgency] + " – ".join(part for part in (_about(lead, facts), place, who) if part)
    tail = " (tentative)" if lead.intent in _TENTATIVE else ""
    if len(line) + len(tail) > _LONGEST_NAME:
        line = line[: _LONGEST_NAME - len(tail) - 1].rstrip() + "…"
    return line + tail


def description(lead: Lead, facts: PracticeFacts | None = None) -> str:
    """Everything that is known, as HTML: one line each, the label in bold."""
    return _lines(_rows(lead, facts))


def note(lead: Lead, facts: PracticeFacts | None = None) -> str:
    """The call in short, as HTML."""
    rows = [
        ("AVA's summary of the call", _MARK[lead.urgency] + _about(lead, facts)),
        ("In the caller's words", lead.message or lead.reason),
        ("Preferred times", "\n".join(map(window_in_words, lead.preferred_windows))),
        ("Call back", _call_back(lead)),
        ("Handed to staff because", _handed_over(lead)),
        ("To check", _to_check(lead)),
        ("Call", lead.call_sid),
    ]
    return _lines(rows)


def _rows(lead: Lead, facts: PracticeFacts | None) -> list[tuple[str, str | None]]:
    return [
        ("Status", "tentative: taken by AVA, the automated assistant; nothing is booked until staff confirm it"),
        ("Urgency", lead.urgency),
        ("About", _about(lead, facts)),
        ("Handed to staff because", _handed_over(lead)),
        ("Name", f"{lead.name} ({'confirmed' if lead.name_confirmed else 'not confirmed'})" if lead.name else None),
        ("Call back", _call_back(lead)),
        ("Consent to a call back", _yes_no(lead.callback_consent)),
        ("Service", _service(lead.service, facts)),
        ("Office", _place(lead.location, facts)),
        ("Preferred times", "\n".join(map(window_in_words, lead.preferred_windows))),
        ("New patient", _yes_no(lead.is_new_patient)),
        ("Vision insurance, as said", lead.insurance_vision),
        ("Medical insurance, as said", lead.insurance_medical),
        ("Date of birth, as said", lead.date_of_birth.isoformat() if lead.date_of_birth else None),
        ("Reason", lead.reason),
        ("Message", lead.message),
        ("Language", _LANGUAGES.get(lead.language, lead.language)),
        ("To check", _to_check(lead)),
        ("Call", lead.call_sid),
    ]


def _priority(lead: Lead) -> str:
    return max(_PRIORITY[lead.urgency], _PRIORITY_OF_HANDOFF if lead.handoff_reason else "0")


def _handed_over(lead: Lead) -> str | None:
    reason = lead.handoff_reason
    return _HANDED_OVER.get(reason, f"a question about {reason.replace('_', ' ')}") if reason else None


def _about(lead: Lead, facts: PracticeFacts | None) -> str:
    service = _service(lead.service, facts)
    if lead.intent == "book":
        return service or _ABOUT["book"]
    about = _ABOUT.get(lead.intent, "Call")
    return f"{about}: {service[0].lower()}{service[1:]}" if service else about


def _call_back(lead: Lead) -> str:
    called_from = lead.caller_id or "a withheld number"
    if lead.phone is None:
        return f"no number known; called from {called_from}"
    if lead.phone_verified:
        return f"{lead.phone} (the number that the call came from)"
    return f"{lead.phone} (given by the caller; the call came from {called_from})"


def _to_check(lead: Lead) -> str:
    reasons = [_REVIEW.get(reason, reason.replace("-", " ")) for reason in lead.review_reasons]
    return "\n".join(reasons) or ("marked for review" if lead.needs_review else "")


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


def _place(key: str | None, facts: PracticeFacts | None) -> str:
    known = facts.location(key) if facts and key else None
    return known.name if known else one_line((key or "").replace("_", " ")).title()


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def one_line(text: str | None) -> str:
    """Text on one line, without what cannot be sent or shown."""
    return " ".join(_UNPRINTABLE.sub(" ", text or "").split())


def _lines(rows: Iterable[tuple[str, str | None]]) -> str:
    return "<br>".join(f"<b>{label}:</b> {_html(value)}" for label, value in rows if value and value.strip())


def _html(text: str) -> str:
    """Text as HTML that shows just that text; a line end becomes a line break."""
    plain = _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return html.escape(plain).replace("\n", "<br>")


if __name__ == "__main__":
    sample = Lead(call_sid="CA" + "0" * 32, caller_id="+13055550123", intent="book", name="Sample Caller")
    for column, value in lead_cells(sample, kind="opportunity").items():
        print(f"{column:14} {value}")
