"""What is known of who called, so that none of it goes into records, wording or the repository's history."""

from monitoring.case import CallCase
from monitoring.who_called import Known
from pseudonyms import Kind


def known_of(*cases: CallCase) -> Known:
    """Names, numbers and dates of birth of the callers of some calls: from what the calls collected, their leads, and
    the caller ids."""
    names: list[str | None] = []
    phones: list[str | None] = []
    births: list[str | None] = []
    for case in cases:
        slots, lead = case.record.slots, case.lead
        names.append(slots.name)
        phones += [case.record.caller, slots.callback_number]
        if lead is not None:
            names.append(lead.name)
            phones += [lead.caller_id, lead.phone]
            births.append(lead.date_of_birth.isoformat() if lead.date_of_birth else None)
    found = {Kind.NAME: names, Kind.PHONE: phones, Kind.BIRTH: births}
    return {kind: tuple(dict.fromkeys(one for one in values if one)) for kind, values in found.items()}


if __name__ == "__main__":
    print(known_of())
