"""A caller's name: introduced ("my name is ..."), bare when it was asked for, spelled, or corrected ("X not Y")."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from dialogue.slots.name_repairs import mended
from dialogue.slots.name_words import PARTICLES, RELATIVE, describes, no_name
from dialogue.slots.numbers import is_digit_word
from dialogue.slots.spelling import spelled_anywhere, spelled_run
from dialogue.text import BREAK, fold, normalise

_SURE_INTRODUCTION = re.compile(
    r"\b(?:(?:my|the|his|her|patient's) (?:full |first |last |patient's )?name(?: is|'s| would be)|name is|name's|"
    r"(?:first|last) name(?: is|'s)?|call me|i go by|(?:he|she) goes by|(?:me|se) llamo?a?|mi nombre es|mi apellido es|"
    r"i am called|a nombre de|put (?:it|me|that) (?:down )?as|under (?:my|his|her|the) (?:[a-z]+'s )?name(?: of)?)"
    rf"(?: (?:mi|my) {RELATIVE}\b)?(?: \|)*(?: (?:la|el))?"
    r"(?: (?:mr|mrs|ms|miss|doctor|dr|actually|under|senora?))* (?=[^|\s])"
)
_LIKELY_INTRODUCTION = re.compile(
    r"\b(?:this is|i'm|i am|it's|it is|soy|is|habla(?: con)?|speaking with|"
    rf"(?:for|para) (?:my|our|mi) {RELATIVE}(?: (?:named|called))?)"
    r"(?: \|)*(?: (?:la|el)(?= (?:senor|doctor)a?\b))?(?: (?:mr|mrs|ms|miss|doctora?|dr|senora?))? (?=[^|\s])"
)
_BE = re.compile(r"(?:soy|i'm|i am|this is)\b")
_LEAD_IN = re.compile(
    r"^(?:(?:yes|yeah|yep|ok|okay|sure|well|oh|hi|hello|no|so|actually|sorry|of course|alright|right|si|claro|"
    r"(?:it's |its )?(?:gonna|going to) be|it's|its|this is|i'm|i am|that's|that is|that would be|it is|"
    r"name|the name|first name|is|spelled|es|soy|"
    r"(?:you can )?put (?:it|me|that) under|put (?:me )?down|under|(?:habla )?con|"
    r"la(?= (?:senor|doctor)a?\b)|mr|mrs|ms|miss|mister|missus|doctor|dr|senora?|el|nombre)\b ?(?:\| ?)?)+"
)
_LETTER_NOT_LETTER = re.compile(
    r"\b(?P<right>[a-z])(?: (?:as in|like|for) [a-z]+)? (?:and )?not (?:an? )?(?P<wrong>[a-z])\b"
)
_LAST_THEN_FIRST = re.compile(
    r"(?:\blast name(?: is|'s)? |^(?:yes |yeah |sure |it's |mr |mrs |ms |\| )*(?=[a-z']+ \| first name))"
    r"(?P<last>.+?) (?:\| )?(?:and )?(?:my )?(?=first name\b)"
)
_SUFFIXES = {"junior": "Jr", "jr": "Jr", "the second": "II", "the third": "III", "the fourth": "IV"}
_SUFFIX = re.compile(rf"(?:^| )(?P<suffix>{'|'.join(_SUFFIXES)})\b")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_MAX_WORDS = 4
_CORRECTED = re.compile(r"\b(?P<right>[a-z' ]+?) (?:and |, )?not (?P<wrong>[a-z']+)(?: [a-z]+)?$")


@dataclass(frozen=True, slots=True)
class Name:
    """A heard name.

    Attributes:
        value: in written form, "Maria Lopez".
        spelled: True when letters were spelled, so that its form is sure.
        words: what of the normalised text said it, to be left out when other things are looked for.
    """

    value: str
    spelled: bool = False
    words: str = ""


def name(text: str, *, expected: bool = False, known: str | None = None) -> Name | None:
    """The name that a text gives, or None.

    Args:
        expected: a name was asked for, so that a bare "maria lopez" or "it's maria" is one.
        known: the name that was understood before; a corrected or spelled part replaces the part most like it.
    """
    line = mended(normalise(text, breaks=True), known)
    if (match := _LAST_THEN_FIRST.search(line)) and (last := _read(match["last"], text, None)):
        first = name(line[match.end() :], expected=True)
        return Name(f"{first.value} {last.value}", first.spelled or last.spelled, line) if first else last
    if known and (match := _LETTER_NOT_LETTER.search(line)) and match["wrong"] in known.lower():
        return _letter_replaced(known, match)
    if (match := _SURE_INTRODUCTION.search(line)) and (found := _read(line[match.end() :], text, known)):
        return _with_last_name(found, line[match.end() :], text)
    described = False
    if expected or _greets(line):
        for match in _LIKELY_INTRODUCTION.finditer(line):
            if _BE.match(match.group()) and describes(line[match.end() :]):
                described = True
            elif (found := _read(line[match.end() :], text, known)) and (expected or " " in found.value):
                return found
    if not expected or described:
        return None
    bare = _LEAD_IN.sub("", line)
    is_name = _only_a_name(_SUFFIX.sub("", bare)) or _corrects(bare, known)
    return _read(bare, text, known) if is_name else None


def _corrects(line: str, known: str | None) -> bool:
    """ "lopez not lopes", where "Lopes" is what was understood."""
    match = _CORRECTED.search(line) if known else None
    return bool(match and known and match["wrong"] in fold(known).split())


def _letter_replaced(known: str, match: re.Match[str]) -> Name:
    """ "b not v": the last such letter of the name as it was understood."""
    at = known.lower().rindex(match["wrong"])
    letter = match["right"].upper() if known[at].isupper() else match["right"]
    return Name(known[:at] + letter + known[at + 1 :], spelled=True, words=match.group())


def _greets(line: str) -> bool:
    """ "hi this is maria lopez" introduces somebody; "this is urgent" does not."""
    return bool(re.match(r"(?:(?:yes|yeah|hi|hello|hey|good (?:morning|afternoon|evening)|hola|buenos dias|buenas "
        r"tardes)"
                         r"(?: there| ava)?(?: \|)? )+(?:this is|i'm|i am|my name|it's|soy)\b|^(?:this is|soy) "
                         r"", line))  # fmt: skip


def _only_a_name(line: str) -> bool:
    """True when a bare text holds hardly anything but a name."""
    tokens = [token for token in line.split() if token != BREAK]
    if spelled_anywhere(tokens):
        return True
    if not tokens or any(is_digit_word(token) and token not in ("oh", "o") for token in tokens):
        return False
    read = _name_words(tokens)
    return 0 < len(read) <= _MAX_WORDS and len(tokens) - len(read) <= 1


def _name_words(tokens: list[str]) -> list[str]:
    """The words at the start that can be a name's."""
    out: list[str] = []
    for at, token in enumerate(tokens):
        stop = token == BREAK or (no_name(tokens, at) and not (out and token in PARTICLES))
        short = len(token) < 2 and not (out and _is_initial(tokens, at))
        if stop or short or is_digit_word(token) or len(out) == _MAX_WORDS:
            break
        out.append(token)
    while out and out[-1] in PARTICLES and len(out) > 1:
        out.pop()
    return out


def _is_initial(tokens: list[str], at: int) -> bool:
    """ "walter t higgins": a letter before a last name, no spelling."""
    after = tokens[at + 1] if at + 1 < len(tokens) else ""
    is_name = len(after) > 1 and not no_name(tokens, at + 1) and not is_digit_word(after)
    return tokens[at].isalpha() and is_name and not spelled_run(tokens, at)


def _read(line: str, original: str, known: str | None) -> Name | None:
    correction = _CORRECTED.search(line.replace(f" {BREAK} ", " "))
    if correction and known:
        return _replace_part(known, correction, original)
    tokens = line.split()
    parts: list[str] = []
    spelled_parts: list[str] = []
    at = 0
    while at < len(tokens):
        if tokens[at] in (BREAK, "space", "and", "spelled", "that's", "it's", "with") and (spelled_parts or at > 0):
            if tokens[at] != BREAK and not spelled_run(tokens, at + 1) and tokens[at] != "space":
                break
            if tokens[at] == BREAK and not spelled_run(tokens, at + 1):
                break
            at += 1
        elif run := spelled_run(tokens, at):
            spelled_parts.append(run[0])
            _place(parts, run[0])
            at += run[1]
        elif (taken := _name_words(tokens[at:])) and len(parts) < _MAX_WORDS:
            taken = taken[: _first_run(tokens, at, len(taken))]
            parts.extend(taken)
            at += len(taken)
        else:
            break
    if not parts:
        return None
    used = " ".join(tokens[:at])
    if known and spelled_parts and len(parts) == len(spelled_parts) < len(known.split()):
        merged = known.split()
        for part in spelled_parts:
            _place(merged, part)
        parts = merged
    suffix = _SUFFIX.match(line, len(used))
    if parts[-1] in _SUFFIXES and len(parts) > 1:
        parts[-1] = _SUFFIXES[parts[-1]]
    elif suffix:
        parts.append(_SUFFIXES[suffix["suffix"]])
        used += suffix.group()
    return Name(_in_full(parts[: _MAX_WORDS + bool(suffix)], original), bool(spelled_parts), used)


def _in_full(parts: list[str], original: str) -> str:
    """The parts as one name; a hyphen stands where the text has one ("Smith-Jones")."""
    value = _written(parts[0], original)
    for before, part in pairwise(parts):
        joined = re.search(rf"(?<!\w){re.escape(before)}[-–]{re.escape(part)}(?!\w)", fold(original))
        value += ("-" if joined else " ") + _written(part, original)
    return value


def _first_run(tokens: list[str], at: int, count: int) -> int:
    """How many of `count` words come before letters begin to be spelled."""
    return next((i for i in range(1, count) if spelled_run(tokens, at + i)), count)


def _place(parts: list[str], spelled: str) -> None:
    """Put a spelled word where its spoken form stands, or at the end."""
    likeness = [SequenceMatcher(None, fold(part), spelled).ratio() for part in parts]
    best = max(range(len(parts)), key=likeness.__getitem__, default=None)
    if best is not None and (likeness[best] >= 0.5 or fold(parts[best])[0] == spelled[0]):
        parts[best] = spelled
    else:
        parts.append(spelled)


def _replace_part(known: str, correction: re.Match[str], original: str) -> Name | None:
    right = _name_words(correction["right"].split())
    if not right:
        return None
    if len(right) > 1:
        return Name(" ".join(_written(part, original) for part in right), words=correction.group())
    parts: list[str] = known.split()
    _place(parts, right[0])
    return Name(" ".join(_written(part, original) for part in parts), words=correction.group())


def _with_last_name(found: Name, line: str, original: str) -> Name:
    """ "first name maria last name lopez" is one name."""
    match = re.search(r"\blast name(?: is|'s)? (?=\S)", line)
    last = _read(line[match.end() :], original, None) if match else None
    if not match or not last:
        return found
    used = line[: match.end()] + last.words
    return Name(f"{found.value} {last.value}", found.spelled or last.spelled, used)


def _written(part: str, original: str) -> str:
    """Accents and capitals as the text had them ("Pérez", "McKay"), else a capital for each part ("O'Brien")."""
    if part in _SUFFIXES.values():
        return part
    heard = _WORD.findall(unicodedata.normalize("NFC", original))
    seen = next((word for word in heard if fold(word) == fold(part)), part)
    if any(char.isupper() for char in seen[1:]) and not seen.isupper():
        return seen
    part = seen
    return "'".join(piece[:1].upper() + piece[1:].lower() if len(piece) > 1 or i == 0 else piece
                    for i, piece in enumerate(part.split("'")))  # fmt: skip


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(name(heard, expected=True))
