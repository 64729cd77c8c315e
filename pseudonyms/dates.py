"""Past dates in English and Spanish, written or spoken: dates of birth, and others that are over."""

import datetime as dt
import re
from collections.abc import Iterator

from pseudonyms.kinds import Found, Kind
from pseudonyms.public import Public
from pseudonyms.words import NUMBER_WORDS, ORDINALS, TEENS, TENS, UNITS

_MONTHS = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5, "june": 6,
    "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10,
    "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12, "enero": 1, "febrero": 2, "marzo": 3, "abril": 4,
    "mayo": 5, "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
}  # fmt: skip
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday lunes martes miercoles jueves viernes sabado domingo"
)
CALENDAR = frozenset([*_MONTHS, *_WEEKDAYS.split()])


def _any(words: object) -> str:
    return "|".join(sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


_GAP = r"[ \t,]+"
_MONTH = rf"(?:{_any(_MONTHS)})\.?"
_BELOW_100 = (
    rf"(?:(?:{_any(TENS)})(?:[ -](?:y )?(?:{_any(UNITS)}))?|{_any(TEENS)}|(?:oh|o|y|and) (?:{_any(UNITS)})|"
    rf"{_any(UNITS)})"
)
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|(?:twenty|thirty)[ -](?:{_any(ORDINALS)})|{_any(ORDINALS)}|{_BELOW_100})"
_YEAR = (
    rf"(?:(?:18|19|20)\d\d|'\d\d|(?:nineteen|twenty)[ -](?:hundred )?{_BELOW_100}|nineteen hundred|"
    rf"(?:two thousand|dos mil|mil novecientos)(?:(?: and)? {_BELOW_100})?)"
)
_SPOKEN = re.compile(
    rf"\b(?:(?P<m1>{_MONTH}){_GAP}(?:the )?(?P<d1>{_DAY})|(?P<d2>{_DAY}){_GAP}(?:of |de )?(?P<m2>{_MONTH}))"
    rf"(?:{_GAP}(?:in |of |del? |year )?)(?P<year>{_YEAR})\b"
)
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?:(?P<iso>(?:18|19|20)\d\d)-(?P<im>\d{1,2})-(?P<id>\d{1,2})|"
    r"(?P<m>\d{1,2})(?P<mark>[/.-])(?P<d>\d{1,2})(?P=mark)(?P<y>(?:18|19|20)\d\d|\d\d))(?![\d/-])"
)
_BIRTH = re.compile(
    r"\b(?:birth ?date|birth ?days?|date of birth|birth|d\.?o\.?b\b\.?|born|bday|naci(?:o|mos|da|do)?|nacimiento|"
    r"cumpleanos|cumplo(?: anos)?)\b(?:'s)?(?: (?:is|was|it's|its|es|fue|son|el dia|el|on|the|in|en))*[ :,]*"
)
_DATE_WORD = (
    rf"(?:{_MONTH}|\d+(?:st|nd|rd|th)?|{_any(NUMBER_WORDS)}|{_any(ORDINALS)}|oh|o|of|the|de|del|el|y|slash|dash|"
    r"hundred|thousand|mil|novecientos|and)"
)
_DATE_RUN = re.compile(rf"{_DATE_WORD}(?:[ \t,./-]+{_DATE_WORD}){{0,11}}\b")
_LOOSE_END = re.compile(r"[ \t,./-]+(?:of|the|de|del|el|y|o|and)$")
_LAST_YEAR = re.compile(
    rf"(?:\b(?P<year>{_YEAR})|\d{{4}}(?P<year4>(?:18|19|20)\d\d)|[ ,/-](?P<short>\d\d|{_BELOW_100}))$"
)
_HINT = re.compile(rf"\d[/.-]\d|\b(?:{_any(_MONTHS)})\b|birth|born|dob\b|d\.o\.b|\bnaci|cumple|bday")


def dates(folded: str, today: dt.date, public: Public, *, is_birth: bool = False) -> Iterator[Found | tuple[int, int]]:
    """Dates of a folded text: what is to be hidden, and the spans of the dates that stay (today and later).

    Args:
        today: dates from this one on are appointments and stay, also those that stand in `public`.
        is_birth: the text answers a question for a date of birth.
    """
    if not (is_birth or _HINT.search(folded)):
        return
    births = [span for match in _BIRTH.finditer(folded) if (span := _run(folded, match.end()))]
    if is_birth and not births and (match := _DATE_RUN.search(folded)):
        births = [span] if (span := _run(folded, match.start())) else []
    yield from (_birth(folded, start, end, today) for start, end in births)
    for match in (*_SPOKEN.finditer(folded), *_NUMERIC.finditer(folded)):
        if any(start < match.end() and match.start() < end for start, end in births):
            continue
        day, year = _value(match, today)
        stays = (day >= today if day else year >= today.year) or public.has(match[0])
        yield match.span() if stays else _found(match.start(), match.end(), Kind.DATE, day, year, match[0])


def _run(folded: str, at: int) -> tuple[int, int] | None:
    """The words of a date from a place on, unless they are no more than a year."""
    match = _DATE_RUN.match(folded, at)
    if not match:
        return None
    text = match[0]
    while _LOOSE_END.search(text):
        text = _LOOSE_END.sub("", text)
    if re.fullmatch(_YEAR, text) or not re.search(rf"\d\d|\b(?:{_any(_MONTHS)})\b|\w+ \w+", text):
        return None
    return at, at + len(text)


def _birth(folded: str, start: int, end: int, today: dt.date) -> Found:
    text = folded[start:end]
    match = _SPOKEN.fullmatch(text) or _NUMERIC.fullmatch(text)
    day, year = _value(match, today) if match else (None, _last_year(text, today))
    return _found(start, end, Kind.BIRTH, day, year, text)


def _found(start: int, end: int, kind: Kind, day: dt.date | None, year: int | None, text: str) -> Found:
    iso = day.isoformat() if day else None
    return Found(start, end, kind, iso or " ".join(text.split()), canonical=iso, year=year)


def _last_year(text: str, today: dt.date) -> int | None:
    match = _LAST_YEAR.search(text)
    if not match or (match["short"] and not re.search(r"\w+\W+\w+\W+\w+", text)):
        return None
    return year_of(match["year"] or match["year4"] or match["short"], today)


def _value(match: re.Match[str], today: dt.date) -> tuple[dt.date | None, int]:
    """Date and year; no date when there is no such day."""
    part = match.groupdict()
    if "m1" in part:
        year = year_of(part["year"], today)
        month, day = _MONTHS[(part["m1"] or part["m2"]).rstrip(".")], below_100(part["d1"] or part["d2"])
    else:
        year = year_of(part["iso"] or part["y"], today)
        month, day = int(part["im"] or part["m"]), int(part["id"] or part["d"])
    if month > 12 >= day:
        month, day = day, month
    try:
        return dt.date(year, month, day), year
    except ValueError:
        return None, year


def year_of(text: str, today: dt.date) -> int:
    """The year that figures or words say; of two figures the one that is not to come."""
    text = text.lstrip("'")
    if text.isdigit():
        year = int(text)
        return year if year > 99 else 2000 + year if 2000 + year <= today.year else 1900 + year
    for lead, century in (("two thousand", 2000), ("dos mil", 2000), ("mil novecientos", 1900)):
        if text.startswith(lead):
            return century + below_100(text.removeprefix(lead))
    first, *rest = re.split(r"[ -]", text)
    if rest and first in ("nineteen", "twenty") and not (first == "twenty" and len(rest) == 1 and rest[0] in UNITS):
        return (1900 if first == "nineteen" else 2000) + below_100(" ".join(rest))
    return year_of(f"{below_100(text):02d}", today)


def below_100(text: str) -> int:
    """The number below one hundred that figures, words or an ordinal say; 0 for none."""
    if match := re.match(r"\d+", text):
        return int(match[0])
    return sum({**NUMBER_WORDS, **ORDINALS}.get(word, 0) for word in re.split(r"[ -]", text))


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(list(dates(line.lower(), dt.date.today(), Public())))
