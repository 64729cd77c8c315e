"""Names that are ordinary words: found by the withheld words and the words of introduction that they stand beside."""

import re
from collections.abc import Sequence

from monitoring.external.pieces import JOINS, LETTERS_OF_NO_NAME, Piece
from monitoring.external.vocabulary import NAMES_TOO, narrow
from pseudonyms.words import fold

_SOMETIMES = frozenset({"will", "may", "march", "april", "june", "july", "august", "day", "friday"})  # a name
_MOSTLY = frozenset({"will", "may", "april", "june", "august"})
_SAYS_WHO = re.compile(
    r"\b(?P<lead>this is|this was|name is|name's|i'm|i am|soy|me llamo|goodbye|it's|it is|is|was|not),? "
    r"(?P<name>[a-z]+)(?=[.,!?]|$| (?:and|here|calling|speaking)\b)"
)
_ALSO_OF_THINGS = frozenset({"it's", "it is", "is", "was", "not"})
_INTRODUCE_WORDS = """
is it's i'm am soy es name you hi hello hey thanks goodbye with for mr mrs ms miss from have here's not actually
that's was sure yes yeah uh um nombre llamo bye my and
"""
_INTRODUCES = frozenset(_INTRODUCE_WORDS.split())
_RELATION_WORDS = """
daughter son mother mom father dad wife husband friend neighbor neighbour client grandson granddaughter sister
brother aunt uncle cousin niece nephew boss roommate partner fiance girlfriend boyfriend caregiver coworker hija
hijo madre padre esposa esposo amiga amigo vecina vecino hermana hermano nieta nieto
"""
_RELATIONS = frozenset(_RELATION_WORDS.split())
_CLOSE_WORDS = """
please too now today tomorrow yesterday again here there right yes no thanks thank you ok okay is was are it me him
her them us that this for in on at to of and or so office appointment exam glasses contacts eye eyes insurance plan
doctor lenses prescription time morning afternoon street monday tuesday wednesday thursday friday saturday sunday
correct fine
"""
_CLOSES = frozenset(_CLOSE_WORDS.split())  # words that end a clause behind a name
_SHORT_ANSWER = 6  # words
_IN_ANSWER_WORDS = """
yes yeah no not it's its it is my name names the first last middle sure ok okay uh um er and that's that i'm i am
this me es mi nombre soy si y like dad mom with a an at in on for to please thank thanks you right correct spelled
as see well so his her your same again sorry need want appointment exam new patient was bye goodbye number phone
cell one fine good great perfect correct call calling from still yep nope that'll do works
"""
_IN_ANSWERS = frozenset(_IN_ANSWER_WORDS.split())
_CLAUSE_END = re.compile(r"[.,!?;]|$| (?:and|here|calling|speaking|y)\b")


def withhold_beside(marked: str, pieces: list[Piece]) -> set[str]:
    """Names that are ordinary words too, beside a withheld one: "[WORD_1] young"; gives those that were found."""
    found: set[str] = set()
    for at, piece in enumerate(pieces):
        key = piece.word.key.removesuffix("'s") if piece.word and not piece.kind and not piece.is_ours else ""
        if key not in NAMES_TOO and not (key in _SOMETIMES and _is_introduced(pieces, at)):
            continue
        beside = [pieces[i] for i in (at - 1, at + 1) if 0 <= i < len(pieces)]
        if any(_is_told_beside(marked, other, piece) for other in beside):
            piece.kind = "NAME"
            found.add(key)
    for match in _SAYS_WHO.finditer(fold(marked)):
        is_sure = match["lead"] not in _ALSO_OF_THINGS or any(one.kind for one in pieces)
        for piece in pieces:
            if (
                piece.word
                and piece.start == match.start("name")
                and _is_said_to_be(piece.word.key, match["lead"], pieces)
                and is_sure
            ):
                piece.kind = "NAME"
                found.add(piece.word.key)
    return found


def _is_said_to_be(key: str, lead: str, pieces: Sequence[Piece]) -> bool:
    """Whether a word behind "this is" is a name: one that may be, or any behind "it's" where a number is corrected."""
    if key in NAMES_TOO | _MOSTLY:
        return True
    is_corrected = any(one.kind in ("PHONE", "NUMBER", "NAME") for one in pieces)
    return is_corrected and lead in ("it's", "it is") and key not in _CLOSES | _IN_ANSWERS


def withhold_short_answer(pieces: list[Piece]) -> set[str]:
    """In a short answer to "your name?" with a withheld word, all that can be of a name; gives what was found."""
    if len(pieces) > _SHORT_ANSWER or not any(one.kind in ("NAME", "WORD") for one in pieces):
        return set()
    found = [one for one in pieces if one.word and not one.kind and one.word.key not in _IN_ANSWERS]
    for one in found:
        one.kind = "NAME"
    return {one.word.key for one in found if one.word and len(one.word.key) > LETTERS_OF_NO_NAME}


def withhold_others(marked: str, pieces: list[Piece]) -> None:
    """Words that are no function words where names of others stand: behind "my daughter", and between a withheld word
    and the end of a clause."""
    for at, piece in enumerate(pieces):
        word = piece.word
        if word is None or piece.kind or at == 0 or len(word.key) < LETTERS_OF_NO_NAME:
            continue
        before = pieces[at - 1]
        gap = marked[before.end : piece.start]
        if gap.strip():
            continue
        is_function = word.key in narrow() and word.key not in _SOMETIMES
        if (before.word is not None and before.word.key in _RELATIONS and not is_function) or (
            before.kind in ("NAME", "WORD") and word.key not in _CLOSES and _CLAUSE_END.match(marked, piece.end)
        ):
            piece.kind = "NAME"


def _is_introduced(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a word stands where a name does: first, or behind "this is", "thank you" and the like."""
    before = pieces[at - 1].word if at else None
    return at == 0 or (before is not None and before.key in _INTRODUCES)


def _is_told_beside(marked: str, other: Piece, piece: Piece) -> bool:
    gap = min(other.end, piece.end), max(other.start, piece.start)
    return other.kind in ("NAME", "WORD") and bool(JOINS.fullmatch(marked, *gap))


if __name__ == "__main__":
    import sys

    from pseudonyms.words import words_of

    for heard in sys.stdin:
        shown = [Piece(word.start, word.end, word) for word in words_of(heard, fold(heard))]
        print(sorted(withhold_beside(heard, shown)))
