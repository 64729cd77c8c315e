"""Tokens in place of everything in a call that may tell who called, for text that leaves the practice.

`pseudonyms` finds what has a form or a context that gives it away. Its limit is what has neither: a name in passing, a
street, digits in pieces. Here the rule is turned round: only ordinary words and the practice's own leave, and numbers
only where their form says that they are a time, a quantity or a day to come. What nobody knows is withheld. After it
`gate.still_told` looks at the result once more.

What stays: a story in ordinary words that only one person can tell, and a name that is an ordinary word, of somebody
of whom the call knows nothing, said without a word like "my friend" ("Lucky drove me"). This is no de-identification
in the sense of 45 CFR 164.514(b), and does not replace an agreement with the model's provider.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from monitoring.external.figures import Asked, month_and_day, withheld_numbers
from monitoring.external.names_beside import withhold_beside, withhold_others, withhold_short_answer
from monitoring.external.pieces import JOINS, LETTERS_OF_NO_NAME, Piece, is_letter
from monitoring.external.said import Said, asked_before
from monitoring.external.vocabulary import MONTHS, WEEKDAYS, narrow, stem_in, wide
from monitoring.external.whereabouts import withhold_mail, withhold_places
from monitoring.who_called import Known
from pseudonyms import Kind, Pseudonyms, Public
from pseudonyms.names import PARTICLES
from pseudonyms.words import Word, fold, is_proper, words_of

TOKEN = re.compile(
    r"\[(?P<kind>NAME|PHONE|EMAIL|BIRTH|DATE|ADDRESS|ZIP|ID|TEXT|NUMBER|WORD)_(?P<number>\d+)(?:_\d+)?\]"
)
LIKE_A_TOKEN = re.compile(r"\[\s*[A-Za-z]+[\s_-]*\d|\b(?:" + "|".join((*Kind, "NUMBER", "WORD")) + r")_\d")
WITHHELD = "[withheld]"

_NO_PLAIN = re.compile(r"[^\w\s.,?!:;'’\"$%/&@+#()-]|_")
_IDENTITY = re.compile(
    r"\b(?:names?|spell\w*|surname|birth\w*|born|dob|phone|telephone|digits?|e-?mail|address|street|zip|member\w*|"
    r"polic(?:y|ies)|subscriber|social security|ssn|id|number|nombre|apellidos?|deletre\w*|naci\w*|telefono|numero|"
    r"correo|direccion|poliza|miembro)\b"
)
_TIME = re.compile(r"\b(?:time|day|when|date|morning|afternoon|hour|hora|dia|cuando|fecha)\b")
_OWN_IDENTITY = re.compile(
    r"\b(?:spell\w*|spelled|birthday|date of birth|born|dob|naci|nacimiento|my (?:full |first |last |middle |maiden |"
    r"cell |phone |home |work |mobile |member |policy |group |insurance )*(?:names?|number|address|e-?mail|id|zip)|"
    r"mi (?:nombre|numero|telefono|correo|direccion|apellido)|member (?:number|id)|policy number|group number|"
    r"subscriber|as in|me llamo|me at)\b"
)
_OURS_IN_A_ROW = 3  # words
_ALONE = frozenset("aieouy")  # letters that are words


class Redaction:
    """What one call says under which token. Pure: no clock, no files.

    Args:
        known: what the call knows of its caller, see `known_values`.
        public: the practice's own, which stays.
        today: local date of the call.
        said: everything that was said.
    """

    def __init__(self, known: Known, public: Public, today: dt.date, said: Sequence[Said] = ()) -> None:
        self._public = public
        self._today = today
        self._hiding = Pseudonyms(known, public=public, today=today)
        self._token_of: dict[tuple[str, str], str] = {}
        self._value_of: dict[str, str] = {}
        self._beside: set[str] = set()
        for one, before in zip(said, asked_before(tuple(said)), strict=True):
            if one.speaker == "caller":
                self._hiding.learn(_plain(one.text), before=before)
        self.names = frozenset(self._known_names(known))
        self._births = frozenset(self._known_births())
        if said:  # names that only show beside withheld words are withheld where they stand alone, too
            self.lines(said)
            self.names |= self._beside

    def _known_names(self, known: Known) -> Iterator[str]:
        """Words of names that are withheld wherever they stand: of what the call knows, and spelled or said ones
        that are no ordinary words."""
        for value in known.get(Kind.NAME, ()):
            for word in words_of(value, fold(value)):
                if len(word.key) > LETTERS_OF_NO_NAME or word.key not in PARTICLES | narrow():
                    yield word.key.removesuffix("'s")
        for token in self._hiding.tokens:
            key = fold(self._hiding.reveal(token))
            if token.startswith("[NAME_") and len(key) > LETTERS_OF_NO_NAME and key not in wide() | self._public.words:
                yield key

    def _known_births(self) -> Iterator[tuple[int, int]]:
        """Month and day of what was said or is known as a date of birth."""
        for token in self._hiding.tokens:
            if token.startswith("[BIRTH_") and (day := month_and_day(self._hiding.reveal(token))):
                yield day

    def lines(self, said: Sequence[Said]) -> list[str]:
        """The texts of what was said, each with tokens in place of what is withheld."""
        befores = asked_before(tuple(said))
        births = [bool(re.search(r"\b(?:birth\w*|born|dob|naci\w*)\b", fold(one.text))) for one in said]
        hidden = []
        for at, (one, before) in enumerate(zip(said, befores, strict=True)):
            asked = _asked(before) if one.speaker == "caller" else None
            if one.speaker == "caller" and any(births[max(0, at - 2) : at + 3]):
                asked = "identity"
            hidden.append(self.hide(one.text, asked=asked, cased=one.speaker == "ava"))
        return hidden

    def hide(self, text: str, *, asked: Asked = None, cased: bool = False) -> str:
        """One text with tokens. Its markup goes, so that nothing in it ends the place where it stands.

        Args:
            cased: a capital in it means something, also where every word has one.
        """
        text = _plain(text)
        if self._public.has_line(text) and not self._names_in(text):
            return text
        if _OWN_IDENTITY.search(fold(text)):
            asked = "identity"
        marked = self._hiding.hide(text)
        pieces = self._pieces(marked)
        self._withhold(marked, pieces, asked, cased=cased)
        return self._with_tokens(marked, pieces)

    def reveal(self, text: str) -> str:
        """The text with the values put back, as they were said; a token that was never given says that it was none."""
        return TOKEN.sub(lambda match: self._value_of.get(match[0].upper(), WITHHELD), text)

    def _names_in(self, text: str) -> bool:
        return any(stem_in(word.key, self.names) for word in words_of(text, fold(text)))

    def _pieces(self, marked: str) -> list[Piece]:
        tokens = [Piece(match.start(), match.end(), None, match["kind"]) for match in TOKEN.finditer(marked)]
        spans = [(one.start, one.end) for one in tokens]
        words = [
            Piece(word.start, word.end, word)
            for word in words_of(marked, fold(marked))
            if not any(start <= word.start < end for start, end in spans)
        ]
        return sorted([*tokens, *words], key=lambda piece: piece.start)

    def _withhold(self, marked: str, pieces: list[Piece], asked: Asked, *, cased: bool) -> None:
        """Mark what is withheld. The order matters: what stands beside withheld words may be withheld with them."""
        folded = fold(marked)
        self._withhold_words(marked, pieces, asked, cased=cased)
        self._withhold_numbers(marked, folded, pieces, asked)
        self._withhold_letters(pieces, asked)
        withhold_mail(folded, pieces)
        withhold_places(folded, pieces, self._public)
        self._beside |= withhold_beside(marked, pieces)
        withhold_others(marked, pieces)
        if asked == "identity":
            self._beside |= withhold_short_answer(pieces)

    def _withhold_words(self, marked: str, pieces: list[Piece], asked: Asked, *, cased: bool) -> None:
        words = [piece.word for piece in pieces if piece.word]
        capitals = [word.is_capital for word in words if word.key != "i"]
        is_cased = cased or (any(capitals) and not all(capitals))
        ours = self._ours(fold(marked), words)
        for at, (piece, word) in enumerate((piece, piece.word) for piece in pieces if piece.word):
            piece.is_ours = at in ours
            if piece.is_ours or any(char.isdigit() for char in word.key):
                continue
            if stem_in(word.key, self.names):
                piece.kind = "NAME"
                continue
            may_leave = len(word.key) == 1 or self._may_leave(words, at, asked)
            is_foreign = is_cased and is_proper(marked, words, at) and not self._is_properly_ours(words, at)
            if is_foreign or not may_leave:
                piece.kind = "WORD"

    def _ours(self, folded: str, words: list[Word]) -> set[int]:
        """The places of words that stand in the practice's own texts in this order, at least three of them."""
        found: set[int] = set()
        for at in range(len(words) - _OURS_IN_A_ROW + 1):
            end = at + _OURS_IN_A_ROW
            while end <= len(words) and self._public.has(folded[words[at].start : words[end - 1].end]):
                found.update(range(at, end))
                end += 1
        return {at for at in found if not stem_in(words[at].key, self.names)}

    def _may_leave(self, words: list[Word], at: int, asked: Asked) -> bool:
        keys = {words[at].key, words[at].key.removesuffix("'s")}
        if asked == "identity":
            return bool(keys & narrow())
        return bool(keys & wide() or keys & self._public.words) or self._public.names(words, at)

    def _is_properly_ours(self, words: list[Word], at: int) -> bool:
        key = words[at].key.removesuffix("'s")
        ours = self._public.proper | WEEKDAYS | MONTHS.keys() | {"i", "i'm", "ava"}
        return key in ours or self._public.names(words, at)

    def _withhold_numbers(self, marked: str, folded: str, pieces: list[Piece], asked: Asked) -> None:
        """Numbers, run by run of words between tokens."""
        run: list[Piece] = []
        for piece in [*pieces, Piece(0, 0, None)]:
            if piece.word is not None:
                run.append(piece)
                continue
            words = [one.word for one in run if one.word]
            for span in withheld_numbers(marked, folded, words, self._public, self._today, asked, self._births):
                for at in span:
                    run[at].kind = None if run[at].is_ours and asked is None else "NUMBER"
            run = []

    def _withhold_letters(self, pieces: list[Piece], asked: Asked) -> None:
        """Single letters beside each other, or beside what is withheld, unless they spell a plan of the practice's."""
        at = 0
        while at < len(pieces):
            end = at
            while end < len(pieces) and is_letter(pieces[end]):
                end += 1
            letters = [piece.word.key for piece in pieces[at:end] if piece.word]
            beside = [pieces[i] for i in (at - 1, end) if 0 <= i < len(pieces)]
            is_ours = asked != "identity" and len(letters) > 2 and "".join(letters) in self._public.words
            is_told = len(letters) > 1 or any(piece.kind in ("NUMBER", "NAME", "ID", "PHONE") for piece in beside)
            if letters and not is_ours and (is_told or letters[0] not in _ALONE):
                for piece in pieces[at:end]:
                    piece.kind = "WORD"
            at = max(end, at + 1)

    def _with_tokens(self, marked: str, pieces: list[Piece]) -> str:
        """The text with one token for each row of withheld words that nothing else stands between."""
        parts: list[str] = []
        at, done = 0, 0
        while at < len(pieces):
            if pieces[at].kind is None:
                at += 1
                continue
            last = at
            while last + 1 < len(pieces) and self._joins(marked, pieces[last], pieces[last + 1]):
                last += 1
            start, end = pieces[at].start, pieces[last].end
            value = self._hiding.reveal(marked[start:end]) if pieces[at].word is None else marked[start:end]
            parts += marked[done:start], self._token(pieces[at].kind or "WORD", value)
            done, at = end, last + 1
        return "".join([*parts, marked[done:]])

    @staticmethod
    def _joins(marked: str, piece: Piece, after: Piece) -> bool:
        return (
            piece.word is not None
            and after.word is not None
            and piece.kind == after.kind
            and bool(JOINS.fullmatch(marked, piece.end, after.start))
        )

    def _token(self, kind: str, value: str) -> str:
        key = (kind, fold(value))
        if key not in self._token_of:
            count = sum(known == kind for known, _ in self._token_of)
            token = self._token_of[key] = f"[{kind}_{count + 1}]"
            self._value_of[token] = value
        return self._token_of[key]


def _asked(before: str) -> Asked:
    """What AVA's words before a turn asked for. In doubt, for what tells who calls."""
    folded = fold(before)
    if _IDENTITY.search(folded):
        return "identity"
    return "time" if _TIME.search(folded) else None


def _plain(text: str) -> str:
    """Letters, figures and ordinary punctuation, in one line."""
    return " ".join(_NO_PLAIN.sub(" ", text).split())


if __name__ == "__main__":
    import sys

    shown = Redaction({}, Public(), dt.date.today())
    for line in sys.stdin:
        print(shown.hide(line))
