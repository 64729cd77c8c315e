"""Figures, telephone numbers, times of day and weekdays in a sentence, written or spoken out. It shares no code with
the dialogue, which it helps to check.
"""

import re
from datetime import date

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen")  # fmt: skip
_TEENS = ("seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORTH = {word: worth for worth, word in enumerate((*_UNITS, *_TEENS))} | {"oh": 0}
_WORTH |= {word: 10 * ten for ten, word in enumerate(_TENS, start=2)}
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBER = re.compile(rf"\d+|\b(?:{'|'.join(_WORTH)}|hundred|thousand)\b", re.IGNORECASE)
PHONE_LIKE = re.compile(r"(?:\d[\s().-]*){7,}")
_HALF = r"(?:\s*(?P<half>(?:[ap]\.?\s?m\b\.?)|in the (?:morning|afternoon|evening)|at night|tonight))"
_CLOCK = re.compile(
    rf"\b(?P<hour>\d{{1,2}})(?::(?P<minute>\d{{2}})(?::\d{{2}})?{_HALF}?|{_HALF.replace('half', 'half2')})", re.I
)
_SPOKEN_CLOCK = re.compile(
    rf"\b(?:at|until|till|from|to|by|opens?|closes?|before|after)\s+(?P<hour>{'|'.join(_UNITS[1:13])}|\d{{1,2}})"
    rf"(?:\s+(?P<minute>fifteen|thirty|forty five))?\b(?!\s*(?:days?|weeks?|hours?|minutes?|percent|dollars?|oh|[:\d]))"
    rf"{_HALF}?",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"\b({'|'.join(WEEKDAYS)})\s+(?:through|to|until|-)\s+({'|'.join(WEEKDAYS)})", re.IGNORECASE)
_DATE = re.compile(
    rf"\b(?P<weekday>{'|'.join(WEEKDAYS)}),?\s+(?P<month>{'|'.join(MONTHS)})\s+(?P<day>\d{{1,2}})"
    rf"(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}}))?",
    re.IGNORECASE,
)
Clock = tuple[int, int, str]  # hour on a 12-hour dial, minute, and "a" or "p" where the half of the day was named


def numbers(text: str) -> set[int]:
    """Every number of a text, in figures or in words; "one" alone is as often a pronoun and is left out."""
    found: list[int] = []
    tens = 0
    for word in (match.group().lower() for match in _NUMBER.finditer(text)):
        worth = int(word) if word.isdigit() else {"hundred": 100, "thousand": 1000, **_WORTH}[word]
        if tens and 0 < worth < 10 and not word.isdigit():
            found[-1] = tens + worth
        elif word != "one":
            found.append(worth)
        tens = worth if word in _TENS else 0
    return set(found)


def digits_of(text: str) -> str:
    """The digits of a text, those in words too, with a space where something else stands between."""
    worth = {word: str(value) for word, value in _WORTH.items() if value < 10}
    words = [worth.get(word.strip(".,;()"), word) for word in re.split(r"\s+", text.lower())]
    return re.sub(r"(?<=\d)[\s.,()-]+(?=\d)", "", " ".join(words))


def without_phones(text: str) -> str:
    """A text without its telephone numbers; one that has none is left as it is."""
    digits = digits_of(text)
    return PHONE_LIKE.sub(" ", digits) if PHONE_LIKE.search(digits) else text


def without_calendar_dates(text: str, today: date) -> str:
    """A text without its dates that the calendar bears out: the weekday is that of the day, this year or the next."""
    return _DATE.sub(lambda match: match["weekday"] if _is_of_calendar(match, today) else match.group(), text)


def _is_of_calendar(match: re.Match[str], today: date) -> bool:
    month, day = MONTHS.index(match["month"].lower()) + 1, int(match["day"])
    weekday = WEEKDAYS.index(match["weekday"].lower())
    years = (int(match["year"]),) if match["year"] else (today.year, today.year + 1)
    return any(_weekday(year, month, day) == weekday for year in years if year - today.year in (0, 1))


def _weekday(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).weekday()
    except ValueError:
        return None


def clocks(text: str) -> set[Clock]:
    """Times of day that a text names, as the hands of a clock stand."""
    found: set[Clock] = set()
    for match in _CLOCK.finditer(text):
        hour = int(match["hour"])
        half = _half(match["half"] or match["half2"]) or ("p" if hour > 12 else "")
        found.add((hour % 12, int(match["minute"] or 0), half))
    for match in _SPOKEN_CLOCK.finditer(_CLOCK.sub(" ", text)):
        word = match["hour"].lower()
        hour = int(word) if word.isdigit() else _WORTH[word]
        minute = {"fifteen": 15, "thirty": 30, "forty five": 45}.get((match["minute"] or "").lower(), 0)
        if 1 <= hour <= 12:
            found.add((hour % 12, minute, _half(match["half"])))
    return found


def _half(words: str | None) -> str:
    line = (words or "").strip().lower()
    return "" if not line else "a" if (line.startswith("a") and line != "at night") or "morning" in line else "p"


def same_clock(one: Clock, other: Clock) -> bool:
    """Whether two times may be the same: their halves of the day agree, or one was not named."""
    return one[:2] == other[:2] and (one[2] == other[2] or not one[2] or not other[2])


def weekdays(text: str) -> set[str]:
    """Weekdays that a text names, ranges filled in, as three letters."""
    found = {day[:3] for day in WEEKDAYS if re.search(rf"\b{day}s?\b", text, re.IGNORECASE)}
    for first, last in _RANGE.findall(text):
        begin, end = WEEKDAYS.index(first.lower()), WEEKDAYS.index(last.lower())
        found |= {DAYS[day % 7] for day in range(begin, end + 1 if end >= begin else end + 8)}
    return found


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(sorted(numbers(line)), sorted(clocks(line)), sorted(weekdays(line)), PHONE_LIKE.findall(digits_of(line)))
