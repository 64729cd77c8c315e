"""Number words to figures: digit by digit as in a phone number, or as a quantity as in a date."""

UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "cero": 0, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9,
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14,
    "quince": 15, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veintiuno": 21,
    "veintiun": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26,
    "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
    "ochenta": 80, "noventa": 90,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
    "primero": 1, "primer": 1,
}  # fmt: skip
HUNDREDS = {
    "cien": 1, "ciento": 1, "doscientos": 2, "trescientos": 3, "cuatrocientos": 4, "quinientos": 5, "seiscientos": 6,
    "setecientos": 7, "ochocientos": 8, "novecientos": 9,
}  # fmt: skip
OH = frozenset({"oh", "o", "owe"})
REPEATS = {"double": 2, "triple": 3, "treble": 3, "doble": 2, "quadruple": 4}
# What a recogniser writes for a digit in the middle of a number.
SOUNDS_LIKE = {"to": 2, "too": 2, "for": 4, "fore": 4, "ate": 8, "won": 1, "tree": 3, "sex": 6, "sicks": 6, "fife": 5}


def is_digit_word(word: str) -> bool:
    """True for a word that stands for one or two digits of a phone number."""
    return word.isdigit() or any(word in known for known in (UNITS, TEENS, TENS, HUNDREDS, OH, REPEATS))


def cardinal(tokens: list[str], at: int) -> tuple[int, int] | None:
    """The number below one hundred that starts at `tokens[at]`: (value, words used), or None."""
    if at >= len(tokens):
        return None
    word = tokens[at]
    if word.isdigit():
        return int(word), 1
    if word in TENS:
        link = tokens[at + 1 : at + 2] == ["y"]  # "cincuenta y cinco"
        unit = UNITS.get(tokens[at + 1 + link], 0) if at + 1 + link < len(tokens) else 0
        return (TENS[word] + unit, 2 + link) if unit else (TENS[word], 1)
    if word in TEENS or word in UNITS:
        return TEENS.get(word, UNITS.get(word, 0)), 1
    return None


def ordinal(tokens: list[str], at: int) -> tuple[int, int] | None:
    """The ordinal that starts at `tokens[at]` ("twenty third", "5th"): (value, words used), or None."""
    if at >= len(tokens):
        return None
    word = tokens[at]
    if word[:-2].isdigit() and word[-2:] in ("st", "nd", "rd", "th"):
        return int(word[:-2]), 1
    if word in ("twenty", "thirty") and at + 1 < len(tokens) and ORDINALS.get(tokens[at + 1], 99) < 10:
        return TENS[word] + ORDINALS[tokens[at + 1]], 2
    return (ORDINALS[word], 1) if word in ORDINALS else None


def digits(tokens: list[str]) -> str:
    """The digits that a row of words says one after the other; words that say none are passed over.

    "double five" is 55, "twenty three" is 23, "five hundred" is 500; "to" and "for" count between two digits.
    """
    out: list[str] = []
    at = 0
    while at < len(tokens):
        said, used = _digits_at(tokens, at)
        out.append(said)
        at += used
    return "".join(out)


def _digits_at(tokens: list[str], at: int) -> tuple[str, int]:
    word = tokens[at]
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    if word in REPEATS and following:
        one = _single(following)
        return (one * REPEATS[word], 2) if one else ("", 1)
    if word in HUNDREDS:  # "quinientos cincuenta y cinco"; "ochocientos cinco cinco" is 800 and goes on
        rest = cardinal(tokens, at + 1) if following in TENS or following in TEENS else None
        return f"{HUNDREDS[word]}{rest[0] if rest else 0:02d}", 1 + (rest[1] if rest else 0)
    rest = cardinal(tokens, at + 2) if following == "hundred" and word in UNITS else None
    if rest and 0 < rest[0] < 100 and (rest[0] > 9 or word != "eight"):  # "three hundred five"; 800 is toll free
        return f"{UNITS[word]}{rest[0]:02d}", 2 + rest[1]
    if word in ("hundred", "thousand"):
        return ("00" if word == "hundred" else "000"), 1
    if word in SOUNDS_LIKE and at > 0 and is_digit_word(tokens[at - 1]) and (is_digit_word(following)):
        return str(SOUNDS_LIKE[word]), 1
    if _single(word):
        return _single(word), 1
    if number := cardinal(tokens, at):
        return (word if word.isdigit() else str(number[0])), number[1]
    return "", 1


def _single(word: str) -> str:
    if word in OH:
        return "0"
    if word in UNITS:
        return str(UNITS[word])
    return word if len(word) == 1 and word.isdigit() else ""


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(digits(line.lower().split()))
