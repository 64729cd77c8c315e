"""What a caller takes back while giving a name: said or spelled again, "not Karen, Carmen", pauses in a spelling."""

import re
from difflib import SequenceMatcher

from dialogue.slots.spelling import letters_together, spelled_anywhere
from dialogue.text import BREAK, normalise

_SPELLED_AGAIN = re.compile(r"\b(?:no|wait|sorry|i mean|i meant|actually|perdon|digo|scratch that|let me start over)\b")
_WITH_A_LETTER = re.compile(r"(?<= )with (?:an? )?(?:[a-z] ?){1,3}(?= \||$)")
_SAID_AGAIN = re.compile(r"\b(?P<name>[a-z']{2,})(?: [a-z']+){0,6} \| (?=(?:[a-z']+ )?(?P=name)\b)")
_NOT_THAT = re.compile(r"\b(?P<name>[a-z']{2,}) (?:\| )?(?:no )?(?:\| )?not [a-z']+ (?:\| )?(?=(?P=name)\b)")
_WHICH_IS_WHICH = re.compile(
    r"(?P<last>[a-z' ]+?) is (?:my|the|his|her) (?:last|family) name (?:\| )?(?:and )?"
    r"(?P<first>[a-z' ]+?) is (?:my|the|his|her) first name\b"
)
_REJECTED = re.compile(r"^(?:(?:no|nope|sorry|it's|that's|\|) )*not (?P<wrong>[a-z']+) (?:\| )+(?P<right>[a-z'].*)$")
_AND_NOT = re.compile(r"(?P<right>[a-z']+)(?: \|)?(?: and)? not (?P<wrong>[a-z']+)$")


def mended(line: str, known: str | None) -> str:
    """A normalised line (with its breaks) as if the caller had given the name once and rightly.

    Args:
        known: the name that was understood before; a correction of a part of it is left for the reader, as "X not Y".
    """
    line = _WHICH_IS_WHICH.sub(r"last name \g<last> first name \g<first>", line)
    return _as_spelled_last(_without_repeats(_without_rejected(line, known)))


def _without_repeats(line: str) -> str:
    """The line without "with a K", without a name that is said again in full, and without pauses between letters."""
    line = " ".join(letters_together(line.split(), BREAK))
    for aside in (_WITH_A_LETTER, _NOT_THAT, _SAID_AGAIN):
        line = " ".join(aside.sub("", line).split())
    return line


def _without_rejected(line: str, known: str | None) -> str:
    """ "no not karen | carmen diaz" and "brooks not brookes": what is right alone; with a known name as "X not Y"."""
    if match := _REJECTED.match(line):
        one_word = known and match["right"].isalpha()
        return f"{match['right']} not {match['wrong']}" if one_word else match["right"]
    match = None if known else _AND_NOT.search(line)
    if match and SequenceMatcher(None, match["right"], match["wrong"]).ratio() >= 0.5:
        return line[: match.end("right")]
    return line


def _as_spelled_last(line: str) -> str:
    """ "s m i t h no i mean s m y t h": the later spelling alone, where both spell a word."""
    parts = _SPELLED_AGAIN.split(line)
    runs = [spelled_anywhere([word for word in part.split() if word != BREAK]) for part in parts]
    return parts[-1].strip(f" {BREAK}") if len(parts) > 1 and runs[-1] and any(runs[:-1]) else line


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(mended(normalise(heard, breaks=True), None))
