"""Heard or written text brought to one form, which every rule of the dialogue reads.

Telephone speech arrives in lower case without punctuation, written text with both; after `normalise` they look alike:
lower-case words and figures, single spaces, no accents, no fillers.
"""

import functools
import re
import unicodedata

FILLERS = frozenset(["uh", "um", "uhm", "er", "erm", "ah", "hm", "hmm", "mmm", "eh", "em", "huh"])
BREAK = "|"  # stands for punctuation that ends a clause, where a caller of `normalise` asks for it

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
_MERIDIEM = re.compile(r"\b([ap])\.? ?m\b\.?")
_CLAUSE_END = re.compile(r"[,;!?]|\.(?=\s|$)|\s[-–—]+\s")
_DASH = re.compile(r"[-–—]")
_OTHER = re.compile(r"[^a-z0-9:/'$%&|+ ]")
_LOOSE_QUOTE = re.compile(r"(?<![a-z0-9])'|'(?![a-z])")


def fold(text: str) -> str:
    """Lower case, without accents, typewriter apostrophes."""
    if text.isascii():
        return text.lower().replace("`", "'")
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def normalise(text: str, *, breaks: bool = False) -> str:
    """Bring a text to the form that rules match.

    Args:
        breaks: keep commas and full stops as a `|` word (names end there), else drop them.
    """
    line = _MERIDIEM.sub(r"\1m", fold(text))
    line = _CLAUSE_END.sub(f" {BREAK} " if breaks else " ", line)
    line = _LOOSE_QUOTE.sub(" ", _OTHER.sub(" ", _DASH.sub(" ", line)))
    return " ".join(word for word in line.split() if word not in FILLERS)


@functools.cache
def term(text: str) -> str:
    """A name from the practice's facts, normalised once per process. Not for callers' words: they are not kept."""
    return normalise(text)


def words(text: str) -> list[str]:
    """The words of a normalised text."""
    return normalise(text).split()


def one_line(text: str, limit: int = 200) -> str:
    """A caller's own words on one line, at most `limit` characters, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0]


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(normalise(heard))
