"""Written form to what a voice should say: AVA's sentences are written, a TTS reads them.

Done here is what Pipecat's `VoiceFormatter` does worse on a telephone, or not at all: phone numbers in groups of 3-3-4
with "oh", times of day and ranges, dates and years, money, state codes, ZIP codes, street abbreviations, titles, visual
acuity, 911, emoji. The rest (e-mail addresses, units, percentages with a point) it does before this:
`engines/spoken_form.py` says which and why.
"""

import re
from collections.abc import Callable

from facts import STATES

_DIGITS = ("oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
             "twelve": "twelfth"}  # fmt: skip
_CODES = "|".join(STATES)
_DIGIT = "(?:oh|zero|one|two|three|four|five|six|seven|eight|nine)\\b"  # a ZIP code, which has been read before
_STATE_NAMES = "|".join(STATES.values())
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|"
    "Aug|Sept|Sep|Oct|Nov|Dec"
)
_MONTH_NAMES = {name[:3]: name for name in _MONTHS.split("|")[:12]}
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d]")
_MARKDOWN = re.compile(r"\*\*|__|[*`#>~]|(?<!\w)_|_(?!\w)")
_KEY = re.compile(r"(?<=\s)(?P<key>[*#])(?= |[.,;?!]|$)", re.MULTILINE)
_KEYS = {"*": "star", "#": "pound"}
_WEEKDAYS = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday",
             "sat": "Saturday", "sun": "Sunday"}  # fmt: skip
_CLOCK = r"\d{1,2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_DOT = r"(?:\.(?!\s*$|\s+[A-Z]))?"  # the dot of an abbreviation, unless it ends the sentence
_BULLET = re.compile(r"^\s*(?:[-•*]|\d+[.)])\s+", re.MULTILINE)


def spoken(text: str) -> str:
    """The words to say for a text in written form. What it does not know it leaves as it is."""
    line = _BULLET.sub("", _LINK.sub(r"\1", text))
    line = _KEY.sub(lambda match: _KEYS[match["key"]], line)
    line = _EMOJI.sub("", _MARKDOWN.sub("", re.sub(r"#(?=\d)", "number ", line)))
    for pattern, say in _RULES:
        line = pattern.sub(say, line)
    return " ".join(line.split())


def number_words(value: int) -> str:
    """A whole number from 0 to 999,999 in words: 120 is "one hundred twenty"."""
    if value < 20:
        return _SMALL[value]
    if value < 100:
        return _TENS[value // 10] + (f" {_SMALL[value % 10]}" if value % 10 else "")
    if value < 1000:
        return f"{_SMALL[value // 100]} hundred" + (f" {number_words(value % 100)}" if value % 100 else "")
    return f"{number_words(value // 1000)} thousand" + (f" {number_words(value % 1000)}" if value % 1000 else "")


def digit_words(digits: str) -> str:
    """Digits one by one, a telephone's way: "0123" is "oh one two three"."""
    return " ".join(_DIGITS[int(digit)] for digit in digits if digit.isdigit())


def ordinal_words(value: int) -> str:
    """ "first", "twenty third"."""
    *head, last = number_words(value).split()
    last = _ORDINALS.get(last, f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return " ".join([*head, last])


def _phone(match: re.Match[str]) -> str:
    groups = [match["area"], match["exchange"], match["line"]]
    return ", ".join(digit_words(group) for group in groups if group)


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > 23 or minute > 59:
        return match.group()
    said = number_words(hour if hour <= 12 else hour - 12)
    if minute:
        said += f" oh {_SMALL[minute]}" if minute < 10 else f" {number_words(minute)}"
    meridiem = (match["meridiem"] or "").lower()
    if meridiem:
        said += f" {meridiem[0].upper()} M"
    elif hour > 12:
        said += " P M"
    elif not minute:
        said += " o'clock"
    return said


def _money(match: re.Match[str]) -> str:
    whole, cents = int(match["whole"].replace(",", "")), int((match["cents"] or "0").ljust(2, "0"))
    said = f"{number_words(whole)} {'dollar' if whole == 1 else 'dollars'}" if whole < 1_000_000 else match.group()
    return said + (f" and {number_words(cents)} {'cent' if cents == 1 else 'cents'}" if cents else "")


def _days(match: re.Match[str]) -> str:
    return f"{_WEEKDAYS[match['first'].lower()]} to {_WEEKDAYS[match['last'].lower()]}"


def _decimal(match: re.Match[str]) -> str:
    """ "1.5" is "one point five"; every digit behind the point is said."""
    return f"{_figure_words(match['whole'])} point {' '.join(_SMALL[int(digit)] for digit in match['part'])}"


def _month_day(match: re.Match[str]) -> str:
    month = _MONTH_NAMES[match["month"][:3]]
    year = f", {_year_words(int(match['year']))}" if match["year"] else ""
    return f"{month} {ordinal_words(int(match['day']))}{year}"


def _numeric_date(match: re.Match[str]) -> str:
    month, day = int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return match.group()
    names = list(_MONTH_NAMES.values())
    year = f", {_year_words(int(match['year']))}" if match["year"] else ""
    return f"{names[month - 1]} {ordinal_words(day)}{year}"


def _year_words(year: int) -> str:
    if year % 1000 < 10:
        return number_words(year)
    tail = year % 100
    return f"{number_words(year // 100)} {f'oh {_SMALL[tail]}' if tail < 10 else number_words(tail)}"


def _figure(match: re.Match[str]) -> str:
    return _figure_words(match.group())


def _figure_words(figure: str) -> str:
    digits = figure.replace(",", "")
    return digit_words(digits) if len(digits) > 6 or digits.startswith("00") else number_words(int(digits))


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?:\+?\b1[\s.-]?)?(?:(?<!\d)|(?<=\+1)|"
        r"(?<=\b1))\(?(?P<area>[2-9]\d{2})\)?[\s.-]?(?P<exchange>\d{3})[\s.-]?(?P<line>\d{4})(?!\d)"),
     _phone),
    (re.compile(r"(?<![\d-])(?P<area>)(?P<exchange>\d{3})-(?P<line>\d{4})(?![\d-])"), _phone),
    (re.compile(rf"(?P<lead>\b(?:{_CODES}|{_STATE_NAMES}),? )(?P<zip>\d{{5}})(?:-\d{{4}})?\b"),
     lambda match: match["lead"] + digit_words(match["zip"])),
    (re.compile(r"(?P<lead>\bending in )(?P<digits>\d[\d ]{2,6}\d)\b"),
     lambda match: match["lead"] + digit_words(match["digits"])),
    (re.compile(r"\b\d(?: \d)+\b"), lambda match: digit_words(match.group())),
    (re.compile(rf"(?<![\w/.-])(?P<from>{_CLOCK})\s?[-–—]\s?(?={_CLOCK}(?![\w/–—-]))"),
     lambda match: f"{match['from']} to "),
    (re.compile(r"\b(?P<first>Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.?\s?[-–]\s?(?P<last>Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b",
                re.IGNORECASE), _days),
    (re.compile(r"\b911\b"), "nine one one"),
    (re.compile(r"\b24/7\b"), "twenty four seven"),
    (re.compile(r"\b20/(?P<line>\d{2,3})\b"), lambda match: f"twenty {number_words(int(match['line']))}"),
    (re.compile(r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s?(?P<meridiem>[AaPp])"
                r"(?:\.\s?[Mm]\.(?=\s+[a-z0-9]|[,;?!])|\.?\s?[Mm]\b)"), _time),
    (re.compile(r"\b(?P<hour>\d{1,2}):(?P<minute>\d{2})(?P<meridiem>)\b"), _time),
    (re.compile(r"\b(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>(?:19|20)\d{2}))?\b"), _numeric_date),
    (re.compile(r"\b(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})\b"), _numeric_date),
    (re.compile(rf"\b(?P<month>{_MONTHS})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (?P<year>(?:19|"
        rf"20)\d{{2}})\b)?"),
     _month_day),
    (re.compile(r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)\b"), lambda match: ordinal_words(int(match["day"]))),
    (re.compile(r"\$\s?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<cents>\d{1,2}))?\b"), _money),
    (re.compile(r"\b(?P<number>\d{1,3})\s?%"), lambda match: f"{number_words(int(match['number']))} percent"),
    (re.compile(r"(?<![\w.])(?P<whole>\d{1,3}(?:,\d{3})+|\d+)\.(?P<part>\d{1,3})(?![\w.]\w|\d)"), _decimal),
    (re.compile(r"\b(?P<year>(?:19|20)\d{2})\b"), lambda match: _year_words(int(match["year"]))),
    (re.compile(r"\bDrs\.(?=\s)"), "Doctors"),
    (re.compile(r"\bDr\.?(?=\s[A-Z])"), "Doctor"),
    (re.compile(r"\bMrs\.(?=\s)"), "Missus"),
    (re.compile(r"\bMr\.(?=\s)"), "Mister"),
    (re.compile(r"\bMs\.(?=\s)"), "Miz"),
    (re.compile(rf"\b(?P<before>(?:[A-Z][\w']*|\d\w*) )St\b{_DOT}"), lambda match: f"{match['before']}Street"),
    (re.compile(r"\bSt\.(?=\s[A-Z])"), "Saint"),
    (re.compile(rf"\bAve\b{_DOT}"), "Avenue"),
    (re.compile(rf"\bBlvd\b{_DOT}"), "Boulevard"),
    (re.compile(rf"\bRd\b{_DOT}"), "Road"),
    (re.compile(rf"\bHwy\b{_DOT}"), "Highway"),
    (re.compile(r"\b(?:Ste|STE)\b\.?"), "Suite"),
    (re.compile(r"\bFt\.?(?=\s[A-Z])"), "Fort"),
    (re.compile(rf"(?<=, )(?:{_CODES})\b(?<!OK)(?<!IN)(?<!OR)(?<!ME)(?<!HI)(?<!OH)|"
                rf"(?<=, )(?:OK|IN|OR|ME|HI|OH)\b(?= {_DIGIT})|(?<=[\s,])(?:FL|TX)\b"),
     lambda match: STATES[match.group()]),
    (re.compile(r"\b(?P<letters>OD|MD|DO|VSP|HMO|PPO|UHC|ER|AI)\b"), lambda match: " ".join(match["letters"])),
    (re.compile(r"\s&\s"), " and "),
    (re.compile(r"\b\d{1,3}(?:,\d{3})+\b|\b\d+\b"), _figure),
)  # fmt: skip


if __name__ == "__main__":
    import sys

    for written in sys.stdin:
        print(spoken(written))
