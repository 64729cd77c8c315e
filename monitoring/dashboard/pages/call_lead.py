"""A call's lead against the call, field by field: what staff work from, what was understood, and what to look at.

Pure. A review reason of the lead stands at the field that it is about.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from call import Lead, Slots, Window
from monitoring.case import CallCase, seconds
from monitoring.dashboard.pages.calls import INTENTS
from odoo.lead_words import HANDED_OVER, LANGUAGES, review_words

State = Literal["confirmed", "same", "differs", "lead", "call"]
_AFTER_CALL = "differs-after-call-"
STATES: dict[State, str] = {
    "confirmed": "the caller confirmed it",
    "same": "as in the call",
    "differs": "differs",
    "lead": "in the lead only",
    "call": "not in the lead",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a lead, and where it comes from.

    Attributes:
        slot: the field of the call's `Slots`; empty: the conversation does not collect it.
        confirmed: the field of the slots that says that the caller agreed.
        codes: review reasons that are about it.
    """

    name: str
    label: str
    slot: str = ""
    confirmed: str = ""
    codes: tuple[str, ...] = ()


FIELDS = (
    Field("intent", "About", "intent"),
    Field("urgency", "Urgency", "urgency"),
    Field("name", "Name", "name", "name_confirmed", ("no-name", "name-not-said", "differs-from-confirmed-name",
                                                     "after-call-name")),
    Field("phone", "Call back", "callback_number", "callback_confirmed", (
        "no-phone", "phone-not-confirmed", "other-number-not-confirmed", "phone-not-said", "after-call-number")),
    Field("location", "Office", "location", "confirmed", (
        "unknown-location", "location-not-said", "differs-from-confirmed-location", "after-call-place")),
    Field("service", "Service", "service", "confirmed", (
        "unknown-service", "service-not-said", "differs-from-confirmed-service")),
    Field("preferred_windows", "Wished times", "windows", "confirmed", (
        "date-not-said", "time-not-said", "time-in-the-past", "after-call-date")),
    Field("reason", "Reason", "reason", codes=("reason-not-said",)),
    Field("is_new_patient", "New patient", "is_new_patient"),
    Field("insurance_vision", "Vision plan", "insurance_vision", codes=("insurance-not-said",)),
    Field("insurance_medical", "Medical plan", "insurance_medical", codes=("insurance-not-said",)),
    Field("date_of_birth", "Date of birth", codes=("birth-date-not-said",)),
    Field("message", "Message", "message", codes=("message-not-said",)),
    Field("callback_consent", "May be called back", "callback_consent"),
    Field("language", "Language", "language"),
    Field("handoff_reason", "Handed over"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One field as the lead and the call have it, in words; empty where a side has none.

    Attributes:
        at_sec: when the call last changed it, to listen to; None when it did not.
        heard: the caller's words then.
        reasons: why a person should look at it.
    """

    label: str
    lead: str
    call: str
    state: State
    at_sec: float | None = None
    heard: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeadView:
    """A lead beside its call. `reasons` are those that are about the whole of it."""

    rows: tuple[Row, ...]
    reasons: tuple[str, ...]


def lead_view(case: CallCase, places: Mapping[str, str]) -> LeadView | None:
    """The lead of a call against what was said in it; None when there is no lead.

    Args:
        places: the offices' names by their keys.
    """
    if case.lead is None:
        return None
    codes = list(dict.fromkeys([*case.lead.review_reasons, *(case.transcript.differences if case.transcript else ())]))
    rows, told = [], set()
    for field in FIELDS:
        own = [code for code in codes if _is_about(code, field, case.lead)]
        told.update(own)
        if row := _row(case, case.lead, field, own, places):
            rows.append(row)
    return LeadView(tuple(rows), tuple(review_words(code) for code in codes if code not in told))


def _is_about(code: str, field: Field, lead: Lead) -> bool:
    if code == "insurance-not-said":
        first = "insurance_vision" if lead.insurance_vision else "insurance_medical"
        return field.name == first
    return code in field.codes or code == f"{_AFTER_CALL}{field.name.replace('_', '-')}"


def _row(case: CallCase, lead: Lead, field: Field, codes: Iterable[str], places: Mapping[str, str]) -> Row | None:
    held, known = getattr(lead, field.name), _in_call(case, field)
    shown_held, shown_known = _shown(field.name, held, places), _shown(field.name, known, places)
    reasons = tuple(review_words(code) for code in codes)
    if not (shown_held or shown_known or reasons) or (field.name == "language" and not reasons and held == "en"):
        return None
    at_sec, heard = _last_change(case, field.slot)
    return Row(
        field.label, shown_held, shown_known, _state(case, field, shown_held, shown_known), at_sec, heard, reasons
    )


def _in_call(case: CallCase, field: Field) -> Any:
    """What the conversation had of a field when it ended."""
    slots = case.record.slots
    if field.name == "handoff_reason":
        return case.record.handoff_reason
    if field.name == "phone":
        return slots.callback_number or case.record.caller
    return getattr(slots, field.slot) if field.slot else None


def _state(case: CallCase, field: Field, held: str, known: str) -> State:
    if held and not known:
        return "lead"
    if known and not held:
        return "call"
    if held != known:
        return "differs"
    return "confirmed" if field.confirmed and getattr(case.record.slots, field.confirmed) else "same"


def _last_change(case: CallCase, slot: str) -> tuple[float | None, str]:
    """When the call came to what it has of a slot, and the caller's turn before that."""
    if not slot:
        return None, ""
    before, at = getattr(Slots(), slot), None
    for event in case.of("slots"):
        slots = case.slots_at(seconds(event))
        if getattr(slots, slot) != before:
            before, at = getattr(slots, slot), seconds(event)
    if at is None:
        return None, ""
    turns = case.turns_before(at + 0.05)
    return (turns[-1].at_sec, turns[-1].text) if turns else (at, "")


def _shown(name: str, value: Any, places: Mapping[str, str]) -> str:
    if value is None or value in ("", [], ()):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _IN_WORDS.get(name, lambda value, _: str(value))(value, places)


def _windows(value: Iterable[Window], _places: Mapping[str, str]) -> str:
    return "; ".join(_window(one) for one in value)


def _window(one: Window) -> str:
    parts = (f"{one.day:%a, %b %-d}" if one.day else "", one.time or one.part or "")
    return ", ".join(part for part in parts if part) or one.words


_IN_WORDS: dict[str, Callable[[Any, Mapping[str, str]], str]] = {
    "intent": lambda value, _: INTENTS.get(value, value),
    "urgency": lambda value, _: {"emergent": "emergency"}.get(value, value),
    "location": lambda value, places: places.get(value, value),
    "service": lambda value, _: value.replace("_", " "),
    "preferred_windows": _windows,
    "language": lambda value, _: LANGUAGES.get(value, value),
    "handoff_reason": lambda value, _: HANDED_OVER.get(value, value.replace("_", " ")),
}


if __name__ == "__main__":
    for one in FIELDS:
        print(f"{one.label:20} lead.{one.name:18} slots.{one.slot or '-'}")
