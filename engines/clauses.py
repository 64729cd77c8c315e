"""Where a sentence may be cut, so that its first words are on the line while the rest is still being synthesised.

Pure: text in its spoken form in, pieces out. Numbers, times, dates and the groups of a phone number stay together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FIRST_CHARS = 60  # a shorter text is one piece; the first piece of a longer one ends within this, if it can
PIECE_CHARS = 140  # longer ones are cut again: about 9 seconds of speech
_FEWEST_WORDS = 3  # on both sides of a cut: fewer sound chopped off

_CUT = re.compile(
    r"(?P<end>(?<=[.!?;:])[\"')\]]*\s+)"
    r"|(?P<mark>(?<=,)\s+|\s*[—–]\s*|\s+--?\s+)"
    r"|(?P<join>\s+(?=(?:and|or)\s))"
)
_WORDS = {
    "number": (
        "oh zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million "
        "double triple point percent dollar dollars cent cents o'clock first second third fourth fifth sixth seventh "
        "eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth "
        "nineteenth twentieth thirtieth"
    ),
    "month": "january february march april may june july august september october november december",
    "weekday": "monday tuesday wednesday thursday friday saturday sunday",
}
_NUMBERS, _MONTHS, _WEEKDAYS = (frozenset(words.split()) for words in _WORDS.values())
_LETTERS_OF_TIME = frozenset("APM")  # "ten A M": the spoken form of AM and PM


@dataclass(frozen=True, slots=True)
class _Cut:
    """A place to cut: characters before it, where the next piece begins, and whether the voice pauses there anyway."""

    at: int
    next: int
    pauses: bool


def has_words(text: str) -> bool:
    """Whether there is anything in a text that a voice could say."""
    return any(character.isalnum() for character in text)


def split_for_speech(text: str) -> tuple[str, ...]:
    """The pieces of a text in the order in which they are synthesised; they hold all of its words.

    The first piece of a long text is its first clause, so that speech begins early; the others are as long as
    `PIECE_CHARS` lets them be, since every cut costs some melody.
    """
    rest = " ".join(text.split())
    pieces: list[str] = []
    while len(rest) > (PIECE_CHARS if pieces else FIRST_CHARS):
        cut = _first_cut(rest) if not pieces else _late_cut(rest)
        if cut is None:
            break
        pieces.append(rest[: cut.at])
        rest = rest[cut.next :]
    return (*pieces, rest) if rest else tuple(pieces)


def _first_cut(text: str) -> _Cut | None:
    """The earliest pause; before "and" or "or" only when no pause comes early enough."""
    cuts = list(_cuts(text))
    early = [cut for cut in cuts if cut.at <= FIRST_CHARS]
    for cut in (*(cut for cut in early if cut.pauses), *early, *cuts):
        return cut
    return _between_words(text) if len(text) > PIECE_CHARS else None


def _late_cut(text: str) -> _Cut | None:
    """The last pause within a piece's length, else the last "and" or "or", else any space between two words."""
    cuts = [cut for cut in _cuts(text) if cut.at <= PIECE_CHARS]
    for cut in (*(cut for cut in reversed(cuts) if cut.pauses), *reversed(cuts)):
        return cut
    return _between_words(text)


def _cuts(text: str) -> Iterator[_Cut]:
    """All places at which a voice may pause, in order."""
    for match in _CUT.finditer(text):
        at = match.start() + len(match.group().rstrip())  # a dash or a bracket stays with the words before it
        before, after = text[:at], text[match.end() :]
        if min(len(_words(before)), len(_words(after))) < _FEWEST_WORDS:
            continue
        if match["end"] is None and _belong_together(before, after):
            continue
        if match["join"] is None or not _is_double_name(before, after):
            yield _Cut(at, match.end(), pauses=match["join"] is None)


def _between_words(text: str) -> _Cut | None:
    """The last space within a piece's length that tears no number apart, else the first one behind it."""
    spaces = [
        match.start()
        for match in re.finditer(" ", text)
        if not _belong_together(text[: match.start()], text[match.end() :])
    ]
    within = [at for at in spaces if at <= PIECE_CHARS]
    at = within[-1] if within else next(iter(spaces), None)
    return None if at is None else _Cut(at, at + 1, pauses=False)


def _words(text: str) -> list[str]:
    return [word for word in text.split() if has_words(word)]


def _belong_together(before: str, after: str) -> bool:
    """Whether a cut would tear a number, a time, a date or a phone number apart."""
    preceding, following = _words(before), [word for word in _words(after)[:2] if word not in ("and", "or")]
    if not preceding or not following:
        return False
    last, first = _plain(preceding[-1]), _plain(following[0])
    if last.lower() in _WEEKDAYS:
        return first.lower() in _MONTHS
    return (_is_number(last) or last.lower() in _MONTHS) and _is_number(first)


def _is_double_name(before: str, after: str) -> bool:
    """Whether "and" or "or" at the head of `after` stands between two words with capitals, as in a firm's name."""
    return _words(before)[-1][0].isupper() and _words(after)[1][0].isupper()


def _plain(word: str) -> str:
    return word.strip(".,;:!?\"'()[]—–-")


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in _LETTERS_OF_TIME or word.lower() in _NUMBERS


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(" | ".join(split_for_speech(line)))
