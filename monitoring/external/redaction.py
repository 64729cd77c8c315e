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
from dataclasses import dataclass

from monitoring.external.figures import Asked, month_and_day, withheld_numbers
from monitoring.external.said import Said, asked_before
from monitoring.external.vocabulary import MONTHS, NAMES_TOO, WEEKDAYS, narrow, stem_in, wide
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
_OURS_IN_A_ROW = 3  # words
_CLAUSE_END = re.compile(r"[.,!?;]|$| (?:and|here|calling|speaking|y)\b")
_MAIL_END = re.compile(r"\b(?:dot|punto) (?:com|net|org|edu|gov|us|es|co|mx)\b|@")
_MAIL_WORDS = 8
_ALONE = frozenset("aieouy")  # letters that are words
_JOINS = re.compile(r"[\s,.'’-]*")
_LETTERS_OF_NO_NAME = 2


@dataclass(slots=True)
class _Piece:
    """A word, or a token that stands already; `kind` is what it is withheld as."""

    start: int
    end: int
    word: Word | None
    kind: str | None = None
    is_ours: bool = False


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
                if len(word.key) > _LETTERS_OF_NO_NAME or word.key not in PARTICLES | narrow():
                    yield word.key.removesuffix("'s")
        for token in self._hiding.tokens:
            key = fold(self._hiding.reveal(token))
            if token.startswith("[NAME_") and len(key) > _LETTERS_OF_NO_NAME and key not in wide() | self._public.words:
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

    def _pieces(self, marked: str) -> list[_Piece]:
        tokens = [_Piece(match.start(), match.end(), None, match["kind"]) for match in TOKEN.finditer(marked)]
        spans = [(one.start, one.end) for one in tokens]
        words = [
            _Piece(word.start, word.end, word)
            for word in words_of(marked, fold(marked))
            if not any(start <= word.start < end for start, end in spans)
        ]
        return sorted([*tokens, *words], key=lambda piece: piece.start)

    def _withhold(self, marked: str, pieces: list[_Piece], asked: Asked, *, cased: bool) -> None:
        """Mark what is withheld. The order matters: what stands beside withheld words may be withheld with them."""
        folded = fold(marked)
        self._withhold_words(marked, pieces, asked, cased=cased)
        self._withhold_numbers(marked, folded, pieces, asked)
        self._withhold_letters(pieces, asked)
        _withhold_mail(folded, pieces)
        _withhold_places(folded, pieces, self._public)
        self._beside |= _withhold_beside(marked, pieces)
        _withhold_others(marked, pieces)
        if asked == "identity":
            self._beside |= _withhold_short_answer(pieces)

    def _withhold_words(self, marked: str, pieces: list[_Piece], asked: Asked, *, cased: bool) -> None:
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

    def _withhold_numbers(self, marked: str, folded: str, pieces: list[_Piece], asked: Asked) -> None:
        """Numbers, run by run of words between tokens."""
        run: list[_Piece] = []
        for piece in [*pieces, _Piece(0, 0, None)]:
            if piece.word is not None:
                run.append(piece)
                continue
            words = [one.word for one in run if one.word]
            for span in withheld_numbers(marked, folded, words, self._public, self._today, asked, self._births):
                for at in span:
                    run[at].kind = None if run[at].is_ours and asked is None else "NUMBER"
            run = []

    def _withhold_letters(self, pieces: list[_Piece], asked: Asked) -> None:
        """Single letters beside each other, or beside what is withheld, unless they spell a plan of the practice's."""
        at = 0
        while at < len(pieces):
            end = at
            while end < len(pieces) and _is_letter(pieces[end]):
                end += 1
            letters = [piece.word.key for piece in pieces[at:end] if piece.word]
            beside = [pieces[i] for i in (at - 1, end) if 0 <= i < len(pieces)]
            is_ours = asked != "identity" and len(letters) > 2 and "".join(letters) in self._public.words
            is_told = len(letters) > 1 or any(piece.kind in ("NUMBER", "NAME", "ID", "PHONE") for piece in beside)
            if letters and not is_ours and (is_told or letters[0] not in _ALONE):
                for piece in pieces[at:end]:
                    piece.kind = "WORD"
            at = max(end, at + 1)

    def _with_tokens(self, marked: str, pieces: list[_Piece]) -> str:
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
    def _joins(marked: str, piece: _Piece, after: _Piece) -> bool:
        return (
            piece.word is not None
            and after.word is not None
            and piece.kind == after.kind
            and bool(_JOINS.fullmatch(marked, piece.end, after.start))
        )

    def _token(self, kind: str, value: str) -> str:
        key = (kind, fold(value))
        if key not in self._token_of:
            count = sum(known == kind for known, _ in self._token_of)
            token = self._token_of[key] = f"[{kind}_{count + 1}]"
            self._value_of[token] = value
        return self._token_of[key]


def _is_letter(piece: _Piece) -> bool:
    return piece.word is not None and len(piece.word.key) == 1 and piece.word.key.isalpha() and piece.kind is None


def _withhold_mail(folded: str, pieces: list[_Piece]) -> None:
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


def _withhold_places(folded: str, pieces: list[_Piece], public: Public) -> None:
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


def _is_street(pieces: Sequence[_Piece], at: int) -> bool:
    """Whether a word ends the name of a street: "lane", and "way" behind a withheld word."""
    word = pieces[at].word
    if word is None or word.key in _STREET:
        return word is not None
    return word.key in _ALSO_STREET and at > 0 and pieces[at - 1].kind is not None


def _withhold_beside(marked: str, pieces: list[_Piece]) -> set[str]:
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


def _is_said_to_be(key: str, lead: str, pieces: Sequence[_Piece]) -> bool:
    """Whether a word behind "this is" is a name: one that may be, or any behind "it's" where a number is corrected."""
    if key in NAMES_TOO | _MOSTLY:
        return True
    is_corrected = any(one.kind in ("PHONE", "NUMBER", "NAME") for one in pieces)
    return is_corrected and lead in ("it's", "it is") and key not in _CLOSES | _IN_ANSWERS


def _withhold_short_answer(pieces: list[_Piece]) -> set[str]:
    """In a short answer to "your name?" with a withheld word, all that can be of a name; gives what was found."""
    if len(pieces) > _SHORT_ANSWER or not any(one.kind in ("NAME", "WORD") for one in pieces):
        return set()
    found = [one for one in pieces if one.word and not one.kind and one.word.key not in _IN_ANSWERS]
    for one in found:
        one.kind = "NAME"
    return {one.word.key for one in found if one.word and len(one.word.key) > _LETTERS_OF_NO_NAME}


def _withhold_others(marked: str, pieces: list[_Piece]) -> None:
    """Words that are no function words where names of others stand: behind "my daughter", and between a withheld word
    and the end of a clause."""
    for at, piece in enumerate(pieces):
        word = piece.word
        if word is None or piece.kind or at == 0 or len(word.key) < _LETTERS_OF_NO_NAME:
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


def _is_introduced(pieces: Sequence[_Piece], at: int) -> bool:
    """Whether a word stands where a name does: first, or behind "this is", "thank you" and the like."""
    before = pieces[at - 1].word if at else None
    return at == 0 or (before is not None and before.key in _INTRODUCES)


def _is_told_beside(marked: str, other: _Piece, piece: _Piece) -> bool:
    gap = min(other.end, piece.end), max(other.start, piece.start)
    return other.kind in ("NAME", "WORD") and bool(_JOINS.fullmatch(marked, *gap))


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
