"""Names of people: after an introduction, as an answer to the question for one, and spelled."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from pseudonyms.kinds import Found, Kind
from pseudonyms.ordinary import ALSO_NAMES, ORDINARY
from pseudonyms.public import Public
from pseudonyms.words import NUMBER_WORDS, ORDINALS, Word, is_break

# Behind these a name follows, whatever it looks like.
_SURE = re.compile(
    r"\b(?:(?:first |last |middle |maiden |family |full )?names? (?:is|was|are|would be|should be|will be)|name's|"
    r"(?:first|last|middle|maiden|family) name|surname(?: is)?|call me|goes by|under(?: the)? name(?: of)?|named|"
    r"me llamo|se llama|mi nombre(?: completo)?(?: es)?|nombre(?: del? paciente)? es|apellidos? (?:es|son)|apellido|"
    r"a nombre de)\b(?! (?:of|on|for|in|and last|or|please)\b)"
)
# Behind these a name may follow: it has a capital in a text with capitals, else it ends where ordinary words begin.
_LIKELY = re.compile(
    r"\b(?:this is|i'm|i am|it's|it is|soy|le habla|habla|speaking with|speak with|calling for|on behalf of|"
    r"de parte de|appointment for|exam for|cita para|(?:my|mi) (?:son|daughter|child|kid|baby|wife|husband|mother|mom|"
    r"father|dad|brother|sister|grandson|granddaughter|partner|friend|hijo|hija|esposo|esposa|mama|papa|madre|padre),?)"
    r"(?= )"
)
_ALSO_LOWER_CASE = re.compile(r"this is|i'm|i am|soy|le habla|habla|de parte de|on behalf of")
_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|missus|mister|senor|senora|senorita|sr|sra)\b\.?(?= [a-z])")
_SPEAKS = frozenset({"calling", "speaking", "here", "llamando"})
_LEAD_WORDS = "uh um uhm eh mr mrs ms miss mister actually it's its is es that's well so the senor senora"
_LEADS = frozenset(_LEAD_WORDS.split())
_PARTICLE_WORDS = "de la del las los van von der den di da dos san santa el al bin ibn y mc st e"
PARTICLES = frozenset(_PARTICLE_WORDS.split())
_NO_NAME_END = re.compile(r"(?:ing|ness|sighted|ful|less|ous|able|ible|ment|tion|itis)")
_NO_NAME_ED = re.compile(
    r"(?!(?:fred|alfred|jared|ahmed|wilfred|winifred|mohammed|muhammed|khaled|waleed|rashed)$)\w{3,}ed"
)
_TWICE = frozenset({"double", "doble"})
_MOST = 4  # words of a name
_SHORT_ANSWER = 8  # words


@dataclass(frozen=True)
class Line:
    """One line of a text, ready to be looked through."""

    text: str
    folded: str
    words: list[Word]

    @property
    def has_capitals(self) -> bool:
        """Capitals tell names from other words: some word that is not "I" has one, and some has none."""
        letters = [word for word in self.words if word.text[0].isalpha() and word.key != "i"]
        return any(word.is_capital for word in letters) and any(not word.is_capital for word in letters)


def names(line: Line, public: Public, *, is_name: bool = False) -> Iterator[Found]:
    """Every word of a name, one by one, and spelled names.

    Args:
        is_name: the line answers a question for a name.
    """
    spelled = list(_spelled(line, public, is_name=is_name))
    yield from (one for _, one in spelled)
    letters = {at for places, _ in spelled for at in places}
    found: set[int] = set()
    for match in _SURE.finditer(line.folded):
        found.update(_name_at(line, _behind(line, match.end()), is_sure=True))
    for match in _TITLE.finditer(line.folded):
        found.update(_name_at(line, _behind(line, match.end()), is_sure=False))
    for match in _LIKELY.finditer(line.folded):
        found.update(_likely(line, match, public))
    found.update(_before_a_verb(line, public))
    if is_name:
        found.update(_answer(line, public, letters))
    for at in sorted(found - letters):
        if not public.names(line.words, at):
            yield name_word(line.words[at])


def name_word(word: Word) -> Found:
    """One word of a name; the `'s` of a possessive stays behind."""
    cut = 2 if word.key.endswith("'s") else 0
    return Found(
        word.start,
        word.end - cut,
        Kind.NAME,
        word.key[: len(word.key) - cut],
        canonical=capitalised(word.text[: len(word.text) - cut]),
    )


def capitalised(text: str) -> str:
    """A name as it is written: "McKay" as it was, "Lopez", "O'Brien"."""
    if not text.islower():
        return text
    return "'".join(part[:1].upper() + part[1:] for part in re.split("['’]", text))


def _behind(line: Line, place: int) -> int:
    return bisect_left(line.words, place, key=lambda word: word.start)


def is_nameable(word: Word) -> bool:
    key = word.key.removesuffix("'s")
    is_number = key in NUMBER_WORDS or key in ORDINALS or any(char.isdigit() for char in key)
    return len(key) > 1 and key not in ORDINARY and not is_number


def _name_at(line: Line, at: int, *, is_sure: bool) -> list[int]:
    """Places of a name's words from `at` on, behind titles and fillers. Not past a comma, nor into ordinary words."""
    words = line.words
    while at < len(words) and words[at].key in _LEADS:
        at += 1
    places: list[int] = []
    while at < len(words) and len(places) < _MOST:
        word = words[at]
        if places and is_break(line.text, words[at - 1], word):
            break
        is_also = word.key in ALSO_NAMES and is_sure and (not places or word.is_capital)
        if is_nameable(word) or is_also:
            places.append(at)
        elif not (_joins(words, at) or (places and len(word.key) == 1 and word.key not in "ioay")):
            break
        at += 1
    return places


def _joins(words: list[Word], at: int) -> bool:
    """Whether "de", "la", "van" or the like stands before a word of a name."""
    while at < len(words) and words[at].key in PARTICLES:
        at += 1
        if at < len(words) and is_nameable(words[at]):
            return True
    return False


def _likely(line: Line, match: re.Match[str], public: Public) -> list[int]:
    places = _name_at(line, _behind(line, match.end()), is_sure=False)
    if not places or all(line.words[at].key in public.words for at in places):
        return []
    if line.has_capitals:
        return [at for at in places if line.words[at].is_capital]
    after = places[-1] + 1
    if after < len(line.words) and line.words[after].key in _SPEAKS:
        return places
    return places if _ALSO_LOWER_CASE.fullmatch(match[0]) and _is_like_a_name(line, places) else []


def _is_like_a_name(line: Line, places: list[int]) -> bool:
    first = line.words[places[0]].key
    is_other = _NO_NAME_ED.fullmatch(first) or (
        len(first) > 4 and _NO_NAME_END.search(first, len(first) - 7) and _ends(first)
    )
    return len(places) <= 3 and not is_other


def _ends(word: str) -> bool:
    return bool(re.search(rf"(?:{_NO_NAME_END.pattern})$", word)) and word not in ("sterling", "king", "ming")


def _before_a_verb(line: Line, public: Public) -> list[int]:
    """ "maria lopez calling": up to three words at the start of a clause that say who speaks."""
    found: list[int] = []
    for at, word in enumerate(line.words):
        if word.key not in _SPEAKS or at == 0:
            continue
        first = at
        while first > 0 and at - first < 3 and is_nameable(line.words[first - 1]):
            if is_break(line.text, line.words[first - 1], line.words[first]):
                break
            first -= 1
        places = list(range(first, at))
        is_cased = not line.has_capitals or all(line.words[i].is_capital for i in places)
        if places and is_cased and not any(line.words[i].key in public.words for i in places):
            found += places if _is_like_a_name(line, places) else []
    return found


def _answer(line: Line, public: Public, letters: set[int]) -> list[int]:
    """The names in an answer to "your name?": all that is not ordinary in a short one, else what it begins with."""
    words = [at for at, word in enumerate(line.words) if at not in letters]
    if len(words) > _SHORT_ANSWER:
        begin = next((at for at in words if is_nameable(line.words[at])), len(line.words))
        words = _name_at(line, begin, is_sure=False)
    places = [at for at in words if is_nameable(line.words[at])]
    return places if any(line.words[at].key not in public.words for at in places) else []


def _spelled(line: Line, public: Public, *, is_name: bool) -> Iterator[tuple[range, Found]]:
    """Runs of letters: "L O P E Z", "l-o-p", "l as in lima o for oscar", "double s"."""
    at = 0
    while at < len(line.words):
        if len(line.words[at].key) > 1 and line.words[at].key not in _TWICE:
            at += 1
            continue
        letters, end, examples = "", at, 0
        while step := _letter_at(line, end, goes_on=bool(letters)):
            letters += step[0]
            examples += step[2]
            end += step[1]
        if len(letters) >= (2 if is_name or examples else 3):
            start, stop = line.words[at].start, line.words[end - 1].end
            is_word = not is_name and (letters in public.words or letters in ORDINARY)
            if not is_word and not public.has(line.folded[start:stop]):
                found = Found(start, stop, Kind.NAME, letters, canonical=letters.capitalize())
                yield range(at, end), found
        at = max(end, at + 1)


def _letter_at(line: Line, at: int, *, goes_on: bool) -> tuple[str, int, int] | None:
    """One letter, or a doubled one: (letters, words used, 1 when an example word follows)."""
    words = line.words
    if at >= len(words) or (goes_on and re.search(r"[?!;]|\n", line.text[words[at - 1].end : words[at].start])):
        return None
    key = words[at].key
    following = words[at + 1].key if at + 1 < len(words) else ""
    if key in _TWICE and len(following) == 1 and following.isalpha():
        return following * 2, 2, 0
    if len(key) != 1 or not key.isalpha():
        return None
    rest = [word.key for word in words[at + 1 : at + 4]]
    if rest[:2] in (["as", "in"], ["like", "in"]) and rest[2:]:
        return key, 4, 1
    if rest[1:] and rest[0] in ("for", "like", "de", "as") and rest[1].startswith(key) and len(rest[1]) > 1:
        return key, 3, 1
    return key, 1, 0


if __name__ == "__main__":
    import sys

    from pseudonyms.words import fold, words_of

    for heard in sys.stdin:
        print([one.key for one in names(Line(heard, fold(heard), words_of(heard, fold(heard))), Public())])
