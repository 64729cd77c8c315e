"""Numbers in a row of tokens: in words or in figures, as one quantity or digit by digit."""

from dialogue.guard.tokens import Token
from dialogue.slots.numbers import ORDINALS, TENS

UNITS = {"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
TEENS = {"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
         "seventeen": 17, "eighteen": 18, "nineteen": 19}  # fmt: skip
OH = frozenset({"oh", "o"})
_REPEATS = {"double": 2, "triple": 3}
_ZIP = 5
_MOST_PIECES = 5
_SHORTEST_PHONE = 7


def quantity(line: list[Token], at: int) -> tuple[int, int] | None:
    """The whole number at a token: (value, tokens used). "one hundred and twenty" is 120; "eight thirty" is 8."""
    small = _below_hundred(line, at)
    used = small[1] if small else 0
    value = small[0] if small else 0
    if not small and _text(line, at) == "a" and _text(line, at + 1) in ("hundred", "thousand"):
        value, used = 1, 1
    if not used:
        return None
    for name, size in (("thousand", 1000), ("hundred", 100)):
        if _text(line, at + used) == name:
            value, used = value * size, used + 1
            skip = _text(line, at + used) == "and"
            rest = quantity(line, at + used + skip)
            if rest and rest[0] < size:
                value, used = value + rest[0], used + skip + rest[1]
            break
    return value, used


def _below_hundred(line: list[Token], at: int) -> tuple[int, int] | None:
    word = _text(line, at)
    if at < len(line) and line[at].kind == "figure":
        plain = word.replace(",", "")
        return (int(plain), 1) if plain.isdigit() else None
    if word in TENS:
        step = 2 if _text(line, at + 1) == "-" else 1
        unit = UNITS.get(_text(line, at + step), 0)
        return (TENS[word] + unit, step + 1) if unit else (TENS[word], 1)
    number = UNITS.get(word, TEENS.get(word))
    return None if number is None else (number, 1)


def ordinal(line: list[Token], at: int) -> tuple[int, int] | None:
    """ "twenty-third", "23rd"."""
    word = _text(line, at)
    if at < len(line) and line[at].kind == "ordinal":
        return int(word[:-2]), 1
    if word in ("twenty", "thirty"):
        step = 2 if _text(line, at + 1) == "-" else 1
        unit = ORDINALS.get(_text(line, at + step), 99)
        if unit < 10:
            return TENS[word] + unit, step + 1
    return (ORDINALS[word], 1) if word in ORDINALS else None


def digits(line: list[Token], at: int) -> tuple[str, int] | None:
    """A row of digits said one after the other, of five, or of seven and more: (digits, tokens used)."""
    said: list[str] = []
    end, here = at, at
    while here < len(line):
        if (line[here].text in (",", "-", ".") or line[here].text in ("area", "code")) and said:
            here += 1
            continue
        piece = _digits_at(line, here)
        if not piece:
            break
        said.append(piece[0])
        here += piece[1]
        end = here
    joined = "".join(said)
    enough = len(joined) >= _SHORTEST_PHONE or (len(joined) == _ZIP and len(said) >= 3) or joined == "911"
    if enough or (len(said) >= 4 and all(len(piece) == 1 for piece in said)):
        return joined, end - at
    return None


def joined(line: list[Token], at: int) -> list[str]:
    """What the numbers from here on make when they are said in pieces: "six oh three" 603, "fifteen forty" 1540."""
    out: list[str] = []
    said, here = "", at
    while len(out) < _MOST_PIECES and (piece := _digits_at(line, here)):
        said, here = said + piece[0], here + piece[1]
        out.append(said)
    return out


def written(line: list[Token], at: int, wanted: str) -> int:
    """Tokens used when a number stands here that is written so; 0 when it does not."""
    number = quantity(line, at)
    if number and str(number[0]) == wanted:
        return number[1]
    said, here = "", at
    while len(said) < len(wanted) and (piece := _digits_at(line, here)):
        said, here = said + piece[0], here + piece[1]
    return here - at if said == wanted else 0


def _digits_at(line: list[Token], at: int) -> tuple[str, int] | None:
    word = _text(line, at)
    if word in OH:
        return "0", 1
    if word in _REPEATS and (one := UNITS.get(_text(line, at + 1))) is not None:
        return str(one) * _REPEATS[word], 2
    if word.isdigit() and line[at].kind == "figure":
        return word, 1
    if word in UNITS and _text(line, at + 1) in ("hundred", "thousand"):
        return str(UNITS[word]) + ("00" if _text(line, at + 1) == "hundred" else "000"), 2
    small = _below_hundred(line, at)
    return (str(small[0]), small[1]) if small else None


def _text(line: list[Token], at: int) -> str:
    return line[at].text if 0 <= at < len(line) else ""


if __name__ == "__main__":
    import sys

    from dialogue.guard.tokens import tokens

    for read in sys.stdin:
        print(digits(tokens(read), 0), quantity(tokens(read), 0))
