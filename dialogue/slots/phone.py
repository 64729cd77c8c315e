"""Telephone numbers of the North American plan, as they are said: 3-3-4, with "oh", "double five" and corrections."""

import re

from dialogue.slots import numbers
from dialogue.text import normalise

LENGTH = 10
_CORRECTION = re.compile(
    r"\b(?:no|wait|sorry|i mean|i meant|actually|scratch that|make that|correction|rather|perdon|mejor dicho|digo)\b"
)
_NOT = re.compile(r"\b(?:and |es |is |it's )*(?:not|instead of|rather than|y no)\b")
_AFTER_HOURS = re.compile(r"\b(?:after|before|until|till|between|from|despues de|antes de)\b(?! area)")
_GROUP = re.compile(
    r"\b(?:the )?(?:(?P<area>area code)|(?P<last>last|final) (?P<many>two|three|four|2|3|4)|"
    r"(?P<middle>middle (?:three|3|part|digits)))(?: (?:digits|numbers|ones))?(?: (?:is|are|should be|were|was))?\b"
)
_NO_DIGIT = re.compile(r"\b(?:have|got|that|this|another|any|same|other) one(?=$| (?:i|i'm|as|from|you|is)\b)")
_EXTENSION = re.compile(r"\b(?:extension|ext)\b.*$")
_TIME_OR_DATE = re.compile(r"\b\d{1,2}(?::\d{2}|/\d{1,2}(?:/\d{2,4})?)\b")
# Area code and exchange begin with 2 to 9 (North American Numbering Plan).
_VALID = re.compile(r"[2-9]\d{2}[2-9]\d{6}")


def phone(text: str, so_far: str = "") -> str:
    """The digits that were said, after `so_far`: ten of them when the number is whole, fewer while it is not.

    A country code is dropped. After "no wait" the new digits take the place of the last ones, after "the last four
    are" those of that group, and "X not Y" puts X where Y was.
    """
    line = _TIME_OR_DATE.sub(" ", _EXTENSION.sub("", _NO_DIGIT.sub("", normalise(text))).replace("+", " "))
    known = so_far
    for index, part in enumerate(_parts(line)):
        right, wrong = _right_and_wrong(part)
        group = _GROUP.search(right)
        said = numbers.digits((right[group.end() :] if group else right).split())
        if not said:
            continue
        if wrong and wrong != said:
            known = _in_place_of(known, said, wrong)
        elif group and len(known) >= LENGTH:
            known = _with_group(known, said, group)
        else:
            known = _corrected(known, said) if index else _continued(known, said)
    return known


def _parts(line: str) -> list[str]:
    """The text between corrections; an hour that follows a whole number is dropped ("... after five")."""
    parts = _CORRECTION.split(line)
    hour = list(_AFTER_HOURS.finditer(parts[-1]))
    if hour and len(numbers.digits(parts[-1][: hour[-1].start()].split())) >= LENGTH:
        parts[-1] = parts[-1][: hour[-1].start()]
    return parts


def _right_and_wrong(part: str) -> tuple[str, str]:
    """ "five five six not five five five": the words that hold, and the digits that do not ("" for none)."""
    cut = _NOT.search(part)
    if not cut:
        return part, ""
    return part[: cut.start()], numbers.digits(part[cut.end() :].split())


def _in_place_of(known: str, said: str, wrong: str) -> str:
    """The digits `wrong` replaced, those that begin a group (3-3-4) before others; nothing known yet: the new ones."""
    if not known:
        return said
    starts = [at for at in range(len(known)) if known.startswith(wrong, at)]
    if not starts:
        return known if said in known else _corrected(known, said)
    at = next((at for at in (3, 6, 0) if at in starts), starts[-1])
    return known[:at] + said + known[at + len(wrong) :]


def _with_group(known: str, said: str, group: re.Match[str]) -> str:
    if group["area"]:
        return said + known[3:] if len(said) == 3 else known
    if group["middle"]:
        return known[:3] + said + known[6:] if len(said) == 3 else known
    return known[: -len(said)] + said


def _continued(known: str, said: str) -> str:
    """Digits that go on where the last ones ended; a whole number said again replaces what was there."""
    return without_country_code(_whole(said) if len(said) >= LENGTH else _whole(known + said))


def _whole(digits: str) -> str:
    """ "the five one two number, five one two ...": the number alone, where its beginning or end was said before it."""
    extra = len(digits) - LENGTH
    if 2 <= extra <= 4 and digits[LENGTH:] == digits[LENGTH - extra : LENGTH]:
        return digits[:LENGTH]  # "... oh one seven three, yeah, seven three"
    repeated = 2 < extra < LENGTH and (digits[extra:].startswith(digits[:extra]) or digits.endswith(digits[:extra]))
    return digits[extra:] if repeated and _VALID.fullmatch(digits[extra:]) else digits


def _corrected(known: str, said: str) -> str:
    """Digits that replace the last ones: as many as were said, or as many as are too many."""
    said = without_country_code(said)
    if len(said) >= LENGTH:
        return said
    surplus = len(known) + len(said) - LENGTH
    wrong = len(said) if len(known) >= LENGTH or surplus <= 0 else surplus
    return known[: max(0, len(known) - wrong)] + said


def without_country_code(digits: str) -> str:
    return digits[1:] if len(digits) == LENGTH + 1 and digits.startswith("1") else digits


def longest_run(text: str) -> int:
    """How many digits stand in the longest unbroken row of digit words; tells a phone number from a date."""
    best = run = 0
    tokens = _TIME_OR_DATE.sub(" ", normalise(text)).split()
    for at, word in enumerate(tokens):
        bridge = word in numbers.SOUNDS_LIKE and at + 1 < len(tokens) and numbers.is_digit_word(tokens[at + 1])
        if numbers.is_digit_word(word) or (run and bridge):
            run += len(word) if word.isdigit() else 2 if word in numbers.TEENS or word in numbers.REPEATS else 1
            best = max(best, run)
        else:
            run = 0
    return best


def without_number(line: str) -> str:
    """A normalised line without its rows of three digits or more, which belong to a phone number."""
    out: list[str] = []
    row: list[str] = []
    for word in [*line.split(), ""]:
        if word and (numbers.is_digit_word(word) or (row and word in numbers.SOUNDS_LIKE)):
            row.append(word)
            continue
        out.extend(row if len(numbers.digits(row)) < 3 else [])
        row = []
        out.append(word)
    return " ".join(out).strip()


def e164(digits: str) -> str | None:
    """A whole and possible number as E.164, else None."""
    digits = without_country_code(digits)
    return f"+1{digits}" if _VALID.fullmatch(digits) else None


def written(number: str) -> str:
    """`+13055550123` as `(305) 555-0123`; a number of another country is left as it is."""
    digits = number.removeprefix("+1")
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == LENGTH and digits.isdigit() else number


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(phone(line))
