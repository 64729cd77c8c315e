"""Rule: what staff work from says what the call said.

Source: the review of every lead (`dialogue/lead_review`, marks of the better transcript); the owner's rule that a lead
never holds what nobody said.
"""

from collections.abc import Iterator

from call import Lead
from monitoring.case import CallCase
from monitoring.finding import finding
from monitoring.judge import Judge
from monitoring.suggestion import Evidence, Severity, Suggestion

_SAYS = {
    "name-not-said": "a name that the caller did not say",
    "phone-not-said": "a number that the caller did not say",
    "date-not-said": "a day that the caller did not say",
    "time-not-said": "a time that the caller did not say",
    "location-not-said": "an office that the caller did not say",
    "service-not-said": "a service that the caller did not say",
    "insurance-not-said": "a plan that the caller did not say",
    "reason-not-said": "a reason that the caller did not say",
    "message-not-said": "a message that the caller did not say",
    "birth-date-not-said": "a date of birth that the caller did not say",
    "after-call-name": "another name than the transcript",
    "after-call-number": "another number than the transcript",
    "after-call-date": "another day than the transcript",
    "after-call-place": "another office than the transcript",
    "unknown-location": "an office that is in no record",
    "unknown-service": "a service that is in no record",
    "time-in-the-past": "a time that was over before the call",
}
_DIFFERS = "differs-from-confirmed-"
_CLASSES = ("routine", "urgent", "emergent")


def lead_mismatch(case: CallCase, _judge: Judge) -> Iterator[Suggestion]:
    """One finding for a call: what its lead says otherwise, or that a request the caller confirmed has no lead."""
    if case.lead is None:
        if case.record.slots.confirmed and not case.of("lead_saved"):
            yield finding(case, "high", "lead_mismatch", "The caller confirmed a request, and there is no lead of it.",
                          Evidence(against="no lead"))  # fmt: skip
        return
    codes = list(dict.fromkeys([*case.lead.review_reasons, *_marks(case), *_against_confirmed(case, case.lead)]))
    told = [text for code in codes if (text := _told(code))]
    if told:
        severity: Severity = "high" if "a lower urgency than the call" in told else "medium"
        said = f"The lead holds {', '.join(dict.fromkeys(told))}; please compare it with the call."
        yield finding(case, severity, "lead_mismatch", said, Evidence(against=", ".join(codes)))


def _told(code: str) -> str:
    if code.startswith(_DIFFERS):
        return f"another {code.removeprefix(_DIFFERS)} than the one the caller confirmed"
    return "a lower urgency than the call" if code == "lower-urgency" else _SAYS.get(code, "")


def _marks(case: CallCase) -> tuple[str, ...]:
    return case.transcript.differences if case.transcript else ()


def _against_confirmed(case: CallCase, lead: Lead) -> list[str]:
    """What the caller said yes to and the lead does not hold. A lead is compared with the call as it ended."""
    slots = case.record.slots
    codes = ["lower-urgency"] if _CLASSES.index(lead.urgency) < _CLASSES.index(slots.urgency) else []
    if slots.confirmed:
        codes += [
            f"{_DIFFERS}{name}" for name in ("location", "service") if getattr(slots, name) != getattr(lead, name)
        ]
        wished = {(one.day, one.time, one.part) for one in slots.windows}
        if wished != {(one.day, one.time, one.part) for one in lead.preferred_windows}:
            codes.append(f"{_DIFFERS}time")
    if slots.name_confirmed and lead.name != slots.name:
        codes.append(f"{_DIFFERS}name")
    if slots.callback_confirmed and lead.phone != slots.callback_number:
        codes.append(f"{_DIFFERS}number")
    return codes


if __name__ == "__main__":
    print(_told("date-not-said"), _told(f"{_DIFFERS}name"), sep="\n")
