"""Numbers that do not belong into a lead: social security and card numbers, and telephone numbers of other people.

A lead goes to the CRM, where more people read it than may know such a number. In the text a caller left for staff
(written or spoken, "four one one one ...") it gives way to a note; the record of the call keeps what was said.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from call import CallRecord
from facts import PracticeFacts
from pseudonyms.dates import CALENDAR, dates, year_of
from pseudonyms.kinds import Found
from pseudonyms.numbers import Row, rows
from pseudonyms.public import Public, national
from pseudonyms.words import TENS, UNITS, fold, words_of

REMOVED = "[number removed]"
_SSN_DIGITS = 9
_CARD_DIGITS = range(12, 20)  # ISO/IEC 7812-1: at most 19; no card in use has fewer than 12
_PHONE_DIGITS = (7, 10)
_FOREIGN_PHONE_DIGITS = range(8, 16)  # E.164
_SSN_SAID = re.compile(r"\b(?:social(?: security)?|ssn|s s n|seguro social)\b[^.?!]{0,30}$")
_CARD_SAID = re.compile(r"\b(?:(?:credit|debit) card|visa|mastercard|amex|american express|tarjeta)\b[^.?!]{0,30}$")
_CODE_SAID = re.compile(r"\b(?:cvv|cvc|security code|pin)\b[^.?!]{0,20}$")
_ORDER_SAID = re.compile(
    r"\b(?:order|invoice|statement|claim|case|confirmation|reference|prescription|rx|member(?:ship)?|policy|"
    r"group|orden|factura|poliza)(?: (?:number|no|id|numero))?(?: (?:is|was|es|it's))?[ #:.,]*$"
)
_BIRTH_ASKED = re.compile(r"\b(?:birth|born|nacimiento|naci[oó])\b", re.IGNORECASE)
_CONTEXT = 60  # characters before a number that tell what it is
_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?|[a-z]+(?:[ -][a-z]+)?)"
_SHORT_YEAR = rf"'?\d\d|(?:{'|'.join(TENS)})(?:[ -](?:y )?(?:{'|'.join(UNITS)}))?|oh? (?:{'|'.join(UNITS)})"
_SHORT_DATE = re.compile(
    rf"\b(?P<day>(?:{'|'.join(CALENDAR)}) (?:the )?{_DAY}|{_DAY} (?:of |de )?(?:{'|'.join(CALENDAR)})),? (?:del? )?"
    rf"(?P<year>{_SHORT_YEAR})(?!\w)"
)


def masked(text: str, own: Iterable[str] = ()) -> tuple[str, bool]:
    """The text without sensitive numbers, and whether there were any.

    Args:
        own: telephone numbers that may stand there: the caller's and the practice's, in any form.
    """
    known = frozenset(national(re.sub(r"\D", "", number)) for number in own if number)
    folded = fold(text)
    parts: list[str] = []
    at = 0
    for row in rows(text, words_of(text, folded)):
        if _is_sensitive(row, text, folded[max(0, row.start - _CONTEXT) : row.start], known):
            parts += text[at : row.start], REMOVED
            at = row.end
    return "".join([*parts, text[at:]]), bool(parts)


def _is_sensitive(row: Row, text: str, before: str, known: frozenset[str]) -> bool:
    count = len(row.digits)
    if national(row.digits) in known:
        return False
    if (count >= 4 and (_SSN_SAID.search(before) or _CARD_SAID.search(before))) or (
        count >= 3 and _CODE_SAID.search(before)
    ):
        return True
    if not row.is_like_a_number or row.prefix:
        return False
    if count in _CARD_DIGITS:
        return True
    if _ORDER_SAID.search(before):
        return False
    if count == _SSN_DIGITS or (text[row.start] == "+" and count in _FOREIGN_PHONE_DIGITS):
        return True
    return len(national(row.digits)) in _PHONE_DIGITS and _is_phone(row, known)


def _is_phone(row: Row, known: frozenset[str]) -> bool:
    """Ten digits in any grouping; seven only as a number is said, 3-4 or one by one, and not a known one's end."""
    digits = national(row.digits)
    if len(digits) == max(_PHONE_DIGITS):
        return True
    if any(number.endswith(digits) for number in known):
        return False
    return row.is_row_of_singles or [len(group) for group in row.groups] == [3, 4]


def without_numbers(fields: dict[str, Any], record: CallRecord, facts: PracticeFacts) -> tuple[dict[str, Any], bool]:
    """The fields of a lead without sensitive numbers in `reason`, `message` and the words of its windows.

    Returns:
        The fields, and whether anything was taken out.
    """
    own = [record.caller, record.slots.callback_number, fields["phone"] if record.caller is None else None]
    own += [number for place in facts.locations for number in (place.phone, place.fax)]
    known = [number for number in own if number]
    found: list[bool] = []

    def clean(text: str | None) -> str | None:
        shown, is_masked = masked(text or "", known)
        found.append(is_masked)
        return shown or None

    windows = [window | {"words": clean(window["words"]) or ""} for window in fields["preferred_windows"]]
    texts = {name: clean(fields[name]) for name in ("reason", "message")}
    return fields | texts | {"preferred_windows": windows}, any(found)


def births_said(record: CallRecord) -> frozenset[dt.date]:
    """The past dates that the caller of a finished call named."""
    day, found, asked = record.started_at.date(), set[dt.date](), False
    for turn in record.turns:
        if turn.speaker == "caller":
            found |= births(turn.text, day, asked=asked)
        else:
            asked = bool(_BIRTH_ASKED.search(turn.text))
    return frozenset(found)


def births(text: str, today: dt.date, *, asked: bool = False) -> frozenset[dt.date]:
    """The past dates that a text names, in figures or words, English or Spanish.

    Args:
        today: the local date of the call.
        asked: the text answers a question for a date of birth.
    """
    folded = fold(text)
    whole = _SHORT_DATE.sub(lambda match: f"{match['day']} {year_of(match['year'], today)}", folded)
    found = [*dates(folded, today, Public(), is_birth=asked), *dates(folded, today, Public()),
             *dates(whole, today, Public())]  # fmt: skip
    return frozenset(dt.date.fromisoformat(one.canonical) for one in found if isinstance(one, Found) and one.canonical)


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(*masked(line.rstrip()), sorted(births(line, dt.date.today())))
