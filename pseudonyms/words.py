"""A text as words with their places in it, and what numbers are called in English and Spanish."""

import re
import unicodedata
from dataclasses import dataclass

# The escapes of a JSON string are no letters of the word behind them.
_WORD = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)|([^\W_]+(?:['’][^\W_]+)*)")
_BREAK = re.compile(r"[^\s'’.-]|\.\s|\n|\s-+\s")
_SENTENCE_END = re.compile(r'[.?!:"\n]')

UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "cero": 0, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9,
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14,
    "quince": 15, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veintiuno": 21,
    "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26, "veintisiete": 27,
    "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
    "ochenta": 80, "noventa": 90,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "primero": 1,
}  # fmt: skip
NUMBER_WORDS = {**UNITS, **TEENS, **TENS}


@dataclass(slots=True)
class Word:
    """One word of a text; `key` is its folded form."""

    start: int
    end: int
    text: str
    key: str

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


def fold(text: str) -> str:
    """Lower case without accents, character by character: places in the result are places in the text."""
    if text.isascii():
        return text.lower()
    return "".join(map(_folded, text))


def _folded(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)[0].lower() if char not in "’‘´" else "'"
    return base if len(base) == 1 else char


def words_of(text: str, folded: str) -> list[Word]:
    """The words of a text; figures are words, hyphens and underscores stand between words."""
    return [
        Word(match.start(1), match.end(1), match[1], folded[match.start(1) : match.end(1)])
        for match in _WORD.finditer(text)
        if match[1]
    ]


def is_break(text: str, before: Word, after: Word) -> bool:
    """Whether more than spaces, a hyphen or an initial's full stop stands between two words."""
    gap = text[before.end : after.start]
    if gap in (" ", "-") or (gap == ". " and before.end - before.start == 1):
        return False
    return bool(_BREAK.search(gap))


def is_proper(text: str, words: list[Word], at: int) -> bool:
    """Whether a word is written like a proper name: a capital that no sentence's beginning gives it."""
    if at == 0 or not words[at].is_capital:
        return False
    return not _SENTENCE_END.search(text, words[at - 1].end, words[at].start)


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print([word.key for word in words_of(line, fold(line))])
