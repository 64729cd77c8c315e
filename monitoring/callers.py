"""What is known of who called, so that none of it goes into records, wording or the repository's history."""

import re

from monitoring.case import CallCase
from monitoring.who_called import Known
from pseudonyms import Kind

_OF_A_NUMBER = 7  # digits, counted from its end
_SHORTEST = 3  # letters of a surname that tells somebody


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


def tells(text: str, known: Known) -> bool:
    """Whether a text holds a caller's whole name or surname, or a number of theirs, written in figures."""
    said = f" {' '.join(_words(text))} "
    for name in known.get(Kind.NAME, ()):
        words = _words(name)
        if words and (f" {' '.join(words)} " in said or (len(words[-1]) >= _SHORTEST and f" {words[-1]} " in said)):
            return True
    figures = re.sub(r"[^0-9\n]", "", text)
    return any(number[-_OF_A_NUMBER:] in figures for number in known.get(Kind.PHONE, ()))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


if __name__ == "__main__":
    print(tells("This is Ms. Lopez.", {Kind.NAME: ["Maria Lopez"]}))
