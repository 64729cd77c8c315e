"""Old and new of a change, with the words marked that differ."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\s+|\w+(?:[:.,'’]\w+)*|[^\w\s]")  # times, figures and contractions stay whole


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, the same on both sides or not."""

    text: str
    changed: bool


def marked(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The pieces of the old text and of the new one; joined they are the texts again."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    olds: list[Piece] = []
    news: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = tag == "equal"
        _add(olds, before[a:b], not same)
        _add(news, after[c:d], not same)
    return tuple(olds), tuple(news)


def _add(pieces: list[Piece], words: Sequence[str], changed: bool) -> None:
    if words:
        pieces.append(Piece("".join(words), changed))


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 3:
        sys.exit("usage: python -m monitoring.dashboard.pages.words OLD NEW")
    for side in marked(sys.argv[1], sys.argv[2]):
        print("".join(f"[{piece.text}]" if piece.changed else piece.text for piece in side))
