"""Checks of one record of facts beyond its shape: the text says what the typed fields say, and no person is in it.

A check is a pure function from a record to the problems it found, each with the field's name. It stays silent where a
text does not state a thing in a form that it can read: it refuses contradictions, not unusual wordings. Problems never
quote what they found, because that may be a person's.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from facts import WEEKDAYS, Faq, Hours, Location, Plan, PracticeFacts, Provider, Record, Service

_DAY = r"(mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_DAY_RANGE = re.compile(rf"\b{_DAY}\b(?:\s*(?:through|thru|to|until|-|–)\s*{_DAY}\b)?", re.I)
_NOT = re.compile(r"\b(?:not|no|never|except|but|closed|cannot|unfortunately|out of network)\b|n't\b", re.I)
_CLOCK = re.compile(r"\b(\d{1,2})(?::([0-5]\d))?(?![\d:/])(?:\s*([ap])\.?\s?m\b)?", re.I)
_EXPLICIT = re.compile(r"\b\d{1,2}(?::[0-5]\d\b|\s*[ap]\.?m\b)|\b(?:noon|midnight)\b", re.I)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DATE = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}}))?\b", re.I)
_PHONE = re.compile(r"(?<![\d-])(?:\+?1[ .-]?)?\(?([2-9]\d{2})\)?[ .-]?(\d{3})[ .-]?(\d{4})(?![\d-])")
_PRICE = re.compile(r"\$\s?(\d[\d,]*(?:\.\d{2})?)|\b(\d[\d,]*(?:\.\d{2})?) dollars?\b", re.I)
_MINUTES = re.compile(r"\b(\d+)[ -]minutes?\b", re.I)
_HOURS = re.compile(r"\b(\d+|an|one|two|three|half an)[ -]hours?\b", re.I)
_HOUR_WORDS = {"an": 60, "one": 60, "two": 120, "three": 180, "half an": 30}
_ACCEPTS = re.compile(r"\b(?:accept|take|in[- ]network|contracted)", re.I)
_REFUSES = re.compile(
    r"(?:\b(?:not|no longer|never|cannot)|n't)\s+(?:\w+\s+){0,1}?(?:accept|take\b|in[- ]network|contracted)|"
    r"\b(?:is|are) out[- ]of[- ]network",
    re.I,
)
_LANGUAGES = {
    "english": "en", "spanish": "es", "french": "fr", "portuguese": "pt", "creole": "ht", "chinese": "zh",
    "mandarin": "zh", "vietnamese": "vi", "german": "de", "italian": "it", "russian": "ru", "arabic": "ar",
    "hindi": "hi", "korean": "ko", "tagalog": "tl", "hebrew": "he", "polish": "pl", "japanese": "ja",
}  # fmt: skip

_PRIVATE_MAIL = re.compile(
    r"\b[\w.+-]+@(?:[\w-]+\.)*(?:gmail|googlemail|yahoo|hotmail|outlook|live|msn|icloud|me|mac|aol|comcast|att|verizon|"
    r"bellsouth|protonmail|proton|gmx|ymail|zoho)\.[a-z.]{2,}",
    re.I,
)
_SSN = re.compile(
    r"\b\d{3}-\d{2}-\d{4}\b|\b(?:social security|ssn)\b[^.]{0,30}\d{3}[ -]?\d{2}[ -]?\d{4}|"
    r"\b(?:social security|ssn)\b[^.]{0,30}\d{4}\b",
    re.I,
)
_BIRTH = re.compile(
    rf"\b(?:date of birth|birth ?date|birthday|d\.?o\.?b\b\.?|born)\b[^.]{{0,40}}?"
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|(?:{'|'.join(_MONTHS)})\s+\d|\b(?:19|20)\d\d\b)",
    re.I,
)
_MEMBER = re.compile(
    r"\b(?:mrn|(?:medical record|chart|member|policy|subscriber|patient)\s*(?:id|number|no\.?|#))\W+"
    r"(?:is\W+)?(?=[\w-]*\d{3})[\w-]{5,}",
    re.I,
)
_PATIENT = re.compile(
    r"\b(?:[Pp]atients?|[Mm]r|[Mm]rs|[Mm]s|[Mm]iss)\b\.?,?\s+(?:named\s+)?[A-Z][a-z]+(?:\s+[A-Z][\w'-]+)*,?\s+"
    r"(?:has|had|is|was|suffers|takes|came|called|will|needs|wants|lives)\b"
)


class Problem(NamedTuple):
    """What is wrong with a record: the field's name, and a sentence that quotes nothing of a person."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class _Practice:
    """What a single record is compared with."""

    facts: PracticeFacts
    numbers: frozenset[str]  # ten digits each

    def named_in(self, text: str) -> set[str]:
        """Keys of the locations whose names stand in a text; a longer name hides a shorter one inside it."""
        found = set()
        for place in sorted(self.facts.locations, key=lambda place: -len(place.name)):
            text, count = re.subn(rf"\b{re.escape(place.name)}\b", " ", text, flags=re.I)
            if count:
                found.add(place.location)
        return found


Check = Callable[[Record, _Practice], Iterator[Problem]]


def problems_of(facts: PracticeFacts) -> Iterator[tuple[Record, Problem]]:
    """Every problem of every record, in the order of the files."""
    numbers = {number for place in facts.locations for number in (place.phone, place.fax) if number}
    practice = _Practice(facts, frozenset(number[-10:] for number in numbers))
    for record in facts.records:
        for check in CHECKS:
            for problem in check(record, practice):
                yield record, problem


def _no_person(record: Record, practice: _Practice) -> Iterator[Problem]:
    """The door of the knowledge store: practice information only (45 CFR 164.514(b)(2) lists what identifies)."""
    for field, text in _wordings(record):
        for pattern, what in _PERSONAL:
            if pattern.search(text):
                yield Problem(field, f"holds what looks like a person's data ({what}); facts are of the practice only")
        if any("".join(match.groups()) not in practice.numbers for match in _PHONE.finditer(text)):
            yield Problem(field, "holds a phone number that is no location's phone or fax")


_PERSONAL = (
    (_PRIVATE_MAIL, "an e-mail address"),
    (_SSN, "a social security number"),
    (_BIRTH, "a date of birth"),
    (_MEMBER, "a record or member number"),
    (_PATIENT, "a patient's name"),
)


def _wordings(record: Record) -> Iterator[tuple[str, str]]:
    """The fields that hold words, and their words."""
    for field, value in record:
        if field in {"id", "phone", "fax", "zip", "timezone", "source"}:
            continue
        if isinstance(value, str):
            yield field, value
        elif isinstance(value, tuple):
            yield field, "; ".join(str(part) for part in value)


def _hours(record: Record, _: _Practice) -> Iterator[Problem]:
    if not isinstance(record, Hours):
        return
    if not record.days and record.date is None and not record.after_hours:
        yield Problem("days", "hours need days, or a date")
    if record.closed and (record.opens or record.closes):
        yield Problem("closed", "a closure has no opening hours")
    if not record.closed and (record.days or record.date):
        if record.opens is None or record.closes is None:
            yield Problem("opens" if record.opens is None else "closes", "hours need both opens and closes, or closed")
        elif record.opens >= record.closes:
            yield Problem("closes", "is not later than opens")


def _hours_are_told_once(record: Record, practice: _Practice) -> Iterator[Problem]:
    """Two spans of one day are hours with a break; spans that overlap are two answers to one question."""
    if not isinstance(record, Hours) or record.date:
        return
    for other in practice.facts.hours:
        if other.id == record.id:
            return  # the later one of two is told of
        same = not other.date and other.location == record.location and set(other.days) & set(record.days)
        if same and _overlap(other, record):
            yield Problem("days", f"gives other hours for a day than {other.id} does; keep one of them")


def _overlap(one: Hours, other: Hours) -> bool:
    if one.closed or other.closed:
        return True
    if not (one.opens and one.closes and other.opens and other.closes):
        return False
    return one.opens < other.closes and other.opens < one.closes


def _times_agree(record: Record, _: _Practice) -> Iterator[Problem]:
    if not isinstance(record, Hours) or not _EXPLICIT.search(record.text):
        return
    said = _times_in(_DATE.sub(" ", record.text))
    for field in ("opens", "closes"):
        time = getattr(record, field)
        if time is not None and time not in said:
            yield Problem("text", f"states other times than the field {field}")


def _times_in(text: str) -> set[dt.time]:
    """Every time that a text may mean: "9" is nine in the morning and in the evening, "5 PM" is 17:00 only."""
    found = {dt.time(12)} if re.search(r"\bnoon\b", text, re.I) else set()
    found |= {dt.time(0)} if re.search(r"\bmidnight\b", text, re.I) else set()
    for hour, minute, half in _CLOCK.findall(text):
        if int(hour) > 23:
            continue
        whole = int(hour)
        hours = {whole % 12 + 12} if half.lower() == "p" else {whole % 12} if half else {whole, (whole + 12) % 24}
        found |= {dt.time(one, int(minute or 0)) for one in hours}
    return found


def _days_agree(record: Record, _: _Practice) -> Iterator[Problem]:
    if not isinstance(record, Hours) or not record.days:
        return
    said = _days_in(record.text)
    if not said:
        return
    extra = said - set(record.days) if record.closed or not _NOT.search(record.text) else set()
    if extra or set(record.days) - said:
        yield Problem("text", "states other days than the field days")


def _days_in(text: str) -> set[str]:
    found = {"mon", "tue", "wed", "thu", "fri"} if re.search(r"\bweekdays?\b", text, re.I) else set()
    found |= {"sat", "sun"} if re.search(r"\bweekends?\b", text, re.I) else set()
    found |= set(WEEKDAYS) if re.search(r"\b(?:every ?day|daily|seven days)\b", text, re.I) else set()
    for first, last in _DAY_RANGE.findall(text):
        start = WEEKDAYS.index(first[:3].lower())
        span = (WEEKDAYS.index(last[:3].lower()) - start) % 7 if last else 0
        found |= {WEEKDAYS[(start + step) % 7] for step in range(span + 1)}
    return found


def _date_agrees(record: Record, _: _Practice) -> Iterator[Problem]:
    if not isinstance(record, Hours) or record.date is None:
        return
    dates = _DATE.findall(record.text)
    day = record.date
    meant = (_MONTHS[day.month - 1], day.day)
    fits = [(name.lower(), int(number)) == meant and year in ("", str(day.year)) for name, number, year in dates]
    if dates and not any(fits):
        yield Problem("text", "states another date than the field date")
    days = _days_in(record.text)
    if days and WEEKDAYS[day.weekday()] not in days:
        yield Problem("text", "states another weekday than that of the field date")


def _address_agrees(record: Record, _: _Practice) -> Iterator[Problem]:
    if not isinstance(record, Location):
        return
    codes = re.findall(r"(?<![\d-])\d{5}(?![\d-])", record.text.replace(record.street, " "))
    if codes and record.zip not in codes:
        yield Problem("text", "states another ZIP code than the field zip")
    said = {"".join(match.groups()) for match in _PHONE.finditer(record.text)}
    if said and record.phone[-10:] not in said and (record.fax or "")[-10:] not in said:
        yield Problem("text", "states another number than the fields phone and fax")


def _places_agree(record: Record, practice: _Practice) -> Iterator[Problem]:
    own = set(record.places)
    text = record.text.replace(record.name, " ") if isinstance(record, Provider) else record.text
    said = practice.named_in(text)
    if not own or not said or isinstance(record, Location):
        return
    several = isinstance(record, (Provider, Service, Plan))
    wrong = (said - own or own - said) and not _NOT.search(text) if several else not said & own
    if wrong:
        yield Problem("text", "names other locations than the record's own")


def _languages_agree(record: Record, _: _Practice) -> Iterator[Problem]:
    if isinstance(record, Provider):
        said = {_LANGUAGES[word] for word in re.findall(r"\w+", record.text.lower()) if word in _LANGUAGES}
        if said - set(record.languages) and not _NOT.search(record.text):
            yield Problem("text", "names a language that is not in the field languages")


def _figures_agree(record: Record, _: _Practice) -> Iterator[Problem]:
    if not isinstance(record, Service):
        return
    prices = {float((one or two).replace(",", "")) for one, two in _PRICE.findall(record.text)}
    if prices and record.price_usd not in prices:
        yield Problem("text", "states another price than the field price_usd")
    minutes = {int(number) for number in _MINUTES.findall(record.text)}
    if minutes:
        words = _HOURS.findall(record.text)
        minutes |= {int(word) * 60 if word.isdigit() else _HOUR_WORDS[word.lower()] for word in words}
        if record.duration_min not in minutes:
            yield Problem("text", "states another duration than the field duration_min")


def _acceptance_agrees(record: Record, _: _Practice) -> Iterator[Problem]:
    if not isinstance(record, Plan):
        return
    if record.accepted:
        wrong = (
            bool(_REFUSES.search(record.text)) and not record.locations
        )  # accepted here, not there: both stand in it
    else:
        wrong = bool(_ACCEPTS.search(record.text)) and not _NOT.search(record.text)
    if wrong:
        yield Problem("text", "says the opposite of the field accepted")


CHECKS: tuple[Check, ...] = (
    _no_person, _hours, _hours_are_told_once, _times_agree, _days_agree, _date_agrees, _address_agrees, _places_agree,
    _languages_agree, _figures_agree, _acceptance_agrees,
)  # fmt: skip


if __name__ == "__main__":
    import sys

    trial = Faq(id="trial", text=" ".join(sys.argv[1:]) or "Write to jane@gmail.com.", last_updated=dt.date.today(),
                source="sample", question="?", answer="-")  # fmt: skip
    for _, found in problems_of(PracticeFacts(locations=(), hours=(), faqs=(trial,))):
        print(f"{found.field}: {found.message}")
