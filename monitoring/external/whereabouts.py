"""Where somebody lives, works and gets mail: what stands around the words that give it away is withheld."""

import re
from collections.abc import Sequence

from monitoring.external.pieces import Piece
from pseudonyms import Public

_LIVES = re.compile(
    r"\b(?:(?:i|we|he|she|they) (?:\w+ )?(?:live|lives|reside|stay|moved|work|works) (?:at|on|in|near|off|by|to|for)|"
    r"i'm from|vivo en|vive en|trabajo en|(?:my |the |mailing |home )+address is)\b(?P<where>[^.?!;]*)"
)
_STREET_WORDS = """
street avenue ave road drive boulevard blvd lane court terrace circle trail highway parkway calle avenida apartment
apt unit suite
"""
_STREET = frozenset(_STREET_WORDS.split())
_ALSO_STREET = frozenset({"way", "place", "path", "loop", "ridge", "square", "st", "rd", "dr", "ln", "ct", "pl"})
_NEAR = re.compile(
    r"\b(?:i'm|we're|(?:i|we) (?:am|are|was|were)|over|out|down|up) (?:\w+ )?(?:in|from|near|off|by|at)\b"
    r"(?P<where>[^.?!;,]*)"
)
_BEFORE_STREET = frozenset({"the", "my", "across", "what", "which", "your", "this", "a"})
_MAIL_END = re.compile(r"\b(?:dot|punto) (?:com|net|org|edu|gov|us|es|co|mx)\b|@")
_MAIL_WORDS = 8


def withhold_mail(folded: str, pieces: list[Piece]) -> None:
    """What stands around "dot com": at most eight words before it, back to the last ordinary "is"."""
    for match in _MAIL_END.finditer(folded):
        ends = [at for at, piece in enumerate(pieces) if match.start() <= piece.start < match.end()]
        last = (
            ends[-1] if ends else next((at for at, one in enumerate(pieces) if one.start >= match.end()), len(pieces))
        )
        for at in range(min(last, len(pieces) - 1), max(-1, last - _MAIL_WORDS), -1):
            word = pieces[at].word
            if word is not None and word.key in ("is", "email", "mail", "es", "correo", "it's", "to"):
                break
            if word is not None:
                pieces[at].kind = "EMAIL"


def withhold_places(folded: str, pieces: list[Piece], public: Public) -> None:
    """Where somebody lives or works, and streets with what stands before them."""
    for match in (*_LIVES.finditer(folded), *_NEAR.finditer(folded)):
        there = [one for one in pieces if match.start("where") <= one.start < match.end("where")]
        if match.re is _LIVES or any(one.kind for one in there):
            for one in there:
                one.kind = one.kind or "ADDRESS"
    for at, piece in enumerate(pieces):
        if piece.word is None or piece.is_ours or not _is_street(pieces, at):
            continue
        before = pieces[max(0, at - 2) : at]
        is_ours = public.has(folded[before[-1].start if before else piece.start : piece.end])
        if is_ours and not any(one.kind for one in before):
            continue
        piece.kind = piece.kind or "ADDRESS"
        for one in before:
            if one.word is not None and one.word.key not in _BEFORE_STREET:
                one.kind = one.kind or "ADDRESS"


def _is_street(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a word ends the name of a street: "lane", and "way" behind a withheld word."""
    word = pieces[at].word
    if word is None or word.key in _STREET:
        return word is not None
    return word.key in _ALSO_STREET and at > 0 and pieces[at - 1].kind is not None


if __name__ == "__main__":
    import sys

    from pseudonyms.words import fold, words_of

    for heard in sys.stdin:
        shown = [Piece(word.start, word.end, word) for word in words_of(heard, fold(heard))]
        withhold_mail(fold(heard), shown)
        withhold_places(fold(heard), shown, Public())
        print([heard[one.start : one.end] for one in shown if one.kind])
