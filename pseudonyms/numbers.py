"""Rows of digits: telephone, member, card and social security numbers, ZIP codes, in figures or spoken."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pseudonyms.kinds import Found, Kind
from pseudonyms.public import Public, national
from pseudonyms.words import NUMBER_WORDS, TEENS, TENS, UNITS, Word

_REPEATS = {"double": 2, "triple": 3, "treble": 3, "doble": 2, "triples": 3}
_ZEROS = {"hundred": "00", "thousand": "000"}
_BEGINS = frozenset([*NUMBER_WORDS, *_REPEATS, "oh", "o"])
_FILLERS = frozenset({"uh", "um", "uhm", "er", "eh", "dash", "hyphen", "guion", "area", "code"})
_BETWEEN = {"to": "2", "too": "2", "for": "4", "and": "", "then": "", "y": ""}  # heard between two single digits
_NO_PREFIX = frozenset("aioy")
_GAP = re.compile(r"[ \t]*[-,()]?[ \t]*[(]?[ \t]*|\.[ \t]?")
_PHONE_SAID = re.compile(
    r"\b(?:ending in|ends (?:in|with)|last (?:four|4)(?: digits)?(?: are| is| of)?|termina en)\W*$"
)
_ID_SAID = re.compile(
    r"\b(?:member(?:ship)?|policy|group|account|subscriber|social(?: security)?|ssn|medicare|medicaid|card|licen[sc]e|"
    r"chart|record|patient|claim|id|poliza|miembro|seguro|cuenta|tarjeta)\b[^.?!]{0,30}$"
)
_NANP = re.compile(r"[2-9]\d{2}[2-9]\d{6}")  # North American Numbering Plan
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(slots=True)
class Row:
    """Digits that were said one after the other; `groups` holds them word by word."""

    start: int
    end: int
    groups: list[str] = field(default_factory=list)
    has_repeats: bool = False
    prefix: str = ""

    @property
    def digits(self) -> str:
        return "".join(self.groups)

    @property
    def is_row_of_singles(self) -> bool:
        return all(len(group) == 1 for group in self.groups) or self.has_repeats

    @property
    def is_like_a_number(self) -> bool:
        """More like a number of something than times, years and quantities that follow each other."""
        if len(self.groups) > 1 and all(_YEAR.fullmatch(group) for group in self.groups):
            return False
        singles = sum(len(group) == 1 for group in self.groups)
        return singles >= 3 or self.has_repeats or any(len(group) >= 3 for group in self.groups)


def numbers(
    folded: str, found_rows: Iterable[Row], public: Public, *, is_number: bool = False
) -> Iterator[Found | tuple[int, int]]:
    """What is to be hidden, and the spans of the practice's own numbers, which stay.

    Args:
        found_rows: the text's, see `rows`.
        is_number: the text answers a question for a phone number: also parts of one are found.
    """
    for row in found_rows:
        before = folded[max(0, row.start - 50) : row.start]
        if national(row.digits) in public.numbers:
            yield row.start, row.end
        elif kind := _kind(row, before, is_number=is_number):
            yield found(row, kind)


def found(row: Row, kind: Kind) -> Found:
    digits = national(row.digits) if kind is Kind.PHONE else row.prefix + row.digits
    canonical = f"+1{digits}" if kind is Kind.PHONE and _NANP.fullmatch(digits) else digits
    return Found(row.start, row.end, kind, digits, canonical=canonical)


def _kind(row: Row, before: str, *, is_number: bool) -> Kind | None:
    """What a row of digits is, by its length and by the words before it; None for times and quantities."""
    count = len(row.digits)
    if _PHONE_SAID.search(before) and count >= 2:
        return Kind.ID if _ID_SAID.search(before) else Kind.PHONE
    if count < 3 or not row.is_like_a_number:
        return None
    if len(row.prefix) + count >= 4 and _ID_SAID.search(before):
        return Kind.ID
    if is_number:
        return Kind.PHONE
    is_one = row.is_row_of_singles or len(row.groups) == 1
    if count == 5 and is_one:
        return Kind.ZIP
    if count >= 7 or (count == 6 and is_one):
        return Kind.PHONE if len(national(row.digits)) in (7, 10) and not row.prefix else Kind.ID
    return None


def rows(text: str, words: list[Word]) -> Iterator[Row]:
    """Every row of digits, however it is said: "305-555", "three oh five", "double five"."""
    at = 0
    while at < len(words):
        used = 0
        if words[at].key in _BEGINS or words[at].key.isdecimal():
            row, used = _row_at(text, words, at)
            if row:
                yield row
        at += max(1, used)


def _row_at(text: str, words: list[Word], at: int) -> tuple[Row | None, int]:
    start, row = at, Row(words[at].start, words[at].end)
    while at < len(words):
        if row.groups and not _GAP.fullmatch(text, words[at - 1].end, words[at].start):
            break
        digits, used = _digits_at(text, words, at, row.groups)
        if not used or (row.groups and not _fits(text, words, at)):
            break
        row.has_repeats |= words[at].key in _REPEATS
        if digits:
            row.groups.append(digits)
            row.end = words[at + used - 1].end
        at += used
    if not row.groups:
        return None, 0
    _widen(text, words, start, row)
    return row, at - start


def _fits(text: str, words: list[Word], at: int) -> bool:
    """A full stop joins groups of a phone number only: "305.555.0123", not "2.25 1.75"."""
    gap = text[words[at - 1].end : words[at].start]
    return "." not in gap or len(words[at].key) >= 3


def _digits_at(text: str, words: list[Word], at: int, before: list[str]) -> tuple[str, int]:
    """Digits and words used; no word is used where a row cannot begin or go on. Fillers use a word, and say nothing."""
    key = words[at].key
    following = words[at + 1].key if at + 1 < len(words) else ""
    if key.isdecimal():
        return (key, 1) if _is_plain(text, words[at]) else ("", 0)
    if key in _REPEATS and (single := _single(following)):
        return single * _REPEATS[key], 2
    if key in TENS:
        skip = 1 + (following == "y")
        unit = UNITS.get(words[at + skip].key, 0) if at + skip < len(words) else 0
        return (str(TENS[key] + unit), 1 + skip) if unit else (str(TENS[key]), 1)
    if key in TEENS or key in UNITS:
        return str(TEENS.get(key, UNITS.get(key))), 1
    if key in ("oh", "o") and (before or _single(following)):
        return "0", 1
    if before and key in _ZEROS:
        return _ZEROS[key], 1
    return _between(words, at, before)


def _between(words: list[Word], at: int, before: list[str]) -> tuple[str, int]:
    """Fillers, and "to" or "for" in the middle of single digits: not in "nine to five"."""
    key = words[at].key
    if before and key in _FILLERS:
        return "", 1
    is_amid_singles = [len(group) for group in before[-2:]] == [1, 1]
    if is_amid_singles and key in _BETWEEN and at + 1 < len(words) and _single(words[at + 1].key):
        return _BETWEEN[key], 1
    return "", 0


def _single(key: str) -> str:
    if key in UNITS:
        return str(UNITS[key])
    return "0" if key in ("oh", "o") else key if len(key) == 1 and key.isdecimal() else ""


def _is_plain(text: str, word: Word) -> bool:
    """No time, sum of money, fraction or percentage."""
    after = text[word.end : word.end + 2]
    is_time_or_share = after[:1] in (":", "%", "/") and after[1:2].isdigit() | (after[:1] == "%")
    return not is_time_or_share and (word.start == 0 or text[word.start - 1] not in ":$/")


def _widen(text: str, words: list[Word], at: int, row: Row) -> None:
    """Take in what belongs to the number: "+", "(", and up to three letters spelled before a member number."""
    while at > 0 and len(row.prefix) < 3 and len(words[at - 1].key) == 1 and words[at - 1].key.isalpha():
        key = words[at - 1].key
        if key in _NO_PREFIX or text[words[at - 1].end : words[at].start].strip(" -"):
            break
        at -= 1
        row.prefix, row.start = key + row.prefix, words[at].start
    while row.start > 0 and text[row.start - 1] in "+(":
        row.start -= 1


if __name__ == "__main__":
    import sys

    from pseudonyms.words import fold, words_of

    for line in sys.stdin:
        print(list(numbers(fold(line), rows(line, words_of(line, fold(line))), Public())))
