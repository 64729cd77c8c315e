"""A text taken apart for redaction: its words and the tokens that stand in it already, each withheld or not."""

import re
from dataclasses import dataclass

from pseudonyms.words import Word

LETTERS_OF_NO_NAME = 2  # a name of no more letters is known only beside another word of it
JOINS = re.compile(r"[\s,.'’-]*")


@dataclass(slots=True)
class Piece:
    """A word, or a token that stands already; `kind` is what it is withheld as."""

    start: int
    end: int
    word: Word | None
    kind: str | None = None
    is_ours: bool = False


def is_letter(piece: Piece) -> bool:
    return piece.word is not None and len(piece.word.key) == 1 and piece.word.key.isalpha() and piece.kind is None


if __name__ == "__main__":
    print(Piece(0, 8, None, "NAME"))
