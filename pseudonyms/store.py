"""The pseudonyms of one request, or of one transcript: what was hidden under which token."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pseudonyms.contacts import addresses, emails, member_ids
from pseudonyms.dates import CALENDAR, dates
from pseudonyms.kinds import Found, Kind
from pseudonyms.names import PARTICLES, Line, capitalised, name_word, names
from pseudonyms.numbers import Row, found, numbers, rows
from pseudonyms.ordinary import ORDINARY
from pseudonyms.public import Public
from pseudonyms.reveal import TOKEN, replaced, replaced_in_json
from pseudonyms.words import Word, fold, is_break, is_proper, words_of

_ASKS = re.compile(r"[^.?!]*\?")
_NAME_ASKED = re.compile(r"\bnames?\b|\bspell|\bsurname|\bnombre|\bapellido|\bdeletre|\bllama\b")
_NOT_OF_A_PERSON = re.compile(r"\b(?:plan|insurance|doctor|office|medicine|pharmacy|seguro|change)\b")
_NUMBER_ASKED = re.compile(r"\b(?:numbers?|digits|phone|numero|telefono|digitos)\b")
_BIRTH_ASKED = re.compile(r"\bbirth|\bborn\b|\bnacimiento|\bnacio\b")


@dataclass(frozen=True, slots=True)
class Secret:
    """One hidden value: its token, the words to say for it, and how a form wants it."""

    token: str
    text: str
    canonical: str


@dataclass(slots=True)
class _Read:
    """One line, taken apart; `found` once its patterns were looked for."""

    line: Line
    rows: list[Row]
    found: list[Found | tuple[int, int]] | None = None


class Pseudonyms:
    """Hides what identifies a caller, always under the same token, and puts it back. Pure: no clock, no files.

    `learn` everything that will be hidden first: a name that a later line gives away is then hidden in earlier ones.

    Args:
        known: values that are known to be a caller's, by kind; names also count word by word.
        public: what is the practice's own and stays.
        today: local date of the call. Full dates before it are hidden, appointments are not.
    """

    def __init__(
        self, known: Mapping[Kind, Iterable[str]] | None = None, *, public: Public | None = None, today: dt.date
    ) -> None:
        self._public = public or Public()
        self._today = today
        self._secrets: dict[tuple[Kind, str], Secret] = {}
        self._by_token: dict[str, Secret] = {}
        self._phrases: dict[str, Found] = {}
        self._lines: dict[str, _Read] = {}
        for kind, values in (known or {}).items():
            for value in values:
                self._know(kind, value)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens given out so far."""
        return tuple(self._by_token)

    def learn(self, text: str, *, before: str = "") -> None:
        """Note what a text gives away.

        Args:
            before: what the other side said just before: the answer to a question for a name is a name.
        """
        asked = _asked(before)
        for line in text.splitlines():
            if not self._public.has_line(line):
                for one in self._found(self._read(line), asked):
                    if isinstance(one, Found):
                        self._secret(one, line[one.start : one.end])

    def hide(self, text: str) -> str:
        """The text with tokens in place of what identifies a caller."""
        return re.sub(r"[^\r\n]+", lambda match: self._hide_line(match[0]), text)

    def reveal(self, text: str) -> str:
        """The text with the values put back, as they were said. A token that was never given out is left out."""
        return replaced(text, lambda token: secret.text if (secret := self._by_token.get(token)) else None)

    def reveal_json(self, text: str) -> str:
        """JSON text with the values put back, escaped. A string of nothing but tokens becomes what a form wants:
        a name with capitals, a number in E.164, a date in ISO 8601; null when the tokens were never given out."""
        return replaced_in_json(
            text,
            lambda token: secret.text if (secret := self._by_token.get(token)) else None,
            lambda token: secret.canonical if (secret := self._by_token.get(token)) else None,
        )

    def _know(self, kind: Kind, value: str) -> None:
        folded = fold(value)
        if kind is Kind.NAME:
            for word in words_of(value, folded):
                if word.key not in PARTICLES:
                    self._secret(name_word(word), capitalised(word.text))
        elif kind is Kind.PHONE:
            for row in rows(value, words_of(value, folded)):
                self._secret(found(row, Kind.PHONE), value)
                self._secret(found(Row(0, 4, [row.digits[-4:]]), Kind.PHONE), row.digits[-4:])
        elif value.strip():
            match = next((one for one in dates(folded, self._today, Public()) if isinstance(one, Found)), None)
            one = match if match and kind in (Kind.BIRTH, Kind.DATE) else Found(0, len(value), kind, folded)
            self._secret(Found(0, len(value), kind, one.key, one.canonical, one.year), value)
            self._phrases[folded] = Found(0, len(value), kind, one.key, one.canonical, one.year)

    def _read(self, text: str) -> _Read:
        """A line taken apart, once."""
        if text not in self._lines:
            folded = fold(text)
            words = words_of(text, folded)
            self._lines[text] = _Read(Line(text, folded, words), list(rows(text, words)))
        return self._lines[text]

    def _found(self, read: _Read, asked: Kind | None = None) -> list[Found | tuple[int, int]]:
        """What the patterns find in a line: spans to hide, and spans of the practice's own and of dates to come."""
        if asked:
            return list(self._find(read, asked))
        if read.found is None:
            read.found = list(self._find(read, None))
        return read.found

    def _find(self, read: _Read, asked: Kind | None) -> Iterator[Found | tuple[int, int]]:
        taken: list[tuple[int, int]] = []
        for one in self._candidates(read, asked):
            start, end = (one.start, one.end) if isinstance(one, Found) else one
            if not any(start < other_end and other_start < end for other_start, other_end in taken):
                taken.append((start, end))
                yield one

    def _candidates(self, read: _Read, asked: Kind | None) -> Iterator[Found | tuple[int, int]]:
        """Everything, the surest first: what overlaps with something before it is dropped."""
        line = read.line
        for match in TOKEN.finditer(line.text):
            yield Found(match.start(), match.end(), Kind.TEXT, match[0])
        yield from emails(line.folded, self._public)
        yield from dates(line.folded, self._today, self._public, is_birth=asked is Kind.BIRTH)
        yield from addresses(line.folded, self._public)
        yield from member_ids(line.folded, self._public)
        yield from numbers(line.folded, read.rows, self._public, is_number=asked is Kind.PHONE)
        yield from names(line, self._public, is_name=asked is Kind.NAME)

    def _secret(self, one: Found, text: str) -> Secret:
        """The secret of a value; of two writings of a name the one with capitals is kept."""
        key = (one.kind, one.key)
        known = self._secrets.get(key)
        is_spelled = one.kind is Kind.NAME and len(text) > len(one.key)
        if is_spelled or one.kind in (Kind.BIRTH, Kind.DATE):
            self._phrases[fold(text)] = one
        if known is None:
            word = one.canonical or text if is_spelled else text
            known = Secret(self._new_token(one), word, one.canonical or text)
        elif one.kind is Kind.NAME and known.text.islower() and not text.islower() and not is_spelled:
            known = Secret(known.token, text, text)
        self._secrets[key] = self._by_token[known.token] = known
        return known

    def _new_token(self, one: Found) -> str:
        """ "[NAME_1]"; of a date "[BIRTH_1980]", a second one of that year "[BIRTH_1980_2]"."""
        if one.year is None:
            count = sum(token.startswith(f"[{one.kind}_") for token in self._by_token)
            return f"[{one.kind}_{count + 1}]"
        first = f"[{one.kind}_{one.year}]"
        same_year = sum(token == first or token.startswith(f"{first[:-1]}_") for token in self._by_token)
        return first if not same_year else f"{first[:-1]}_{same_year + 1}]"

    def _hide_line(self, text: str) -> str:
        if self._public.has_line(text):
            return text
        read = self._read(text)
        spans = self._found(read)
        hidden = [one for one in spans if isinstance(one, Found)]
        taken = [(one.start, one.end) if isinstance(one, Found) else one for one in spans]
        for one in self._known_in(read):
            if not any(one.start < end and start < one.end for start, end in taken):
                taken.append((one.start, one.end))
                hidden.append(one)
        return self._with_tokens(text, hidden)

    def _with_tokens(self, text: str, hidden: list[Found]) -> str:
        parts: list[str] = []
        at = 0
        for one in sorted(hidden, key=lambda one: one.start):
            parts += text[at : one.start], self._secret(one, text[one.start : one.end]).token
            at = one.end
        return "".join([*parts, text[at:]])

    def _known_in(self, read: _Read) -> Iterator[Found]:
        """What stands in a line of the values that are known already."""
        line = read.line
        for phrase, one in self._phrases.items():
            for match in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", line.folded):
                yield Found(match.start(), match.end(), one.kind, one.key, one.canonical, one.year)
        for row in read.rows:
            one = found(row, Kind.PHONE)
            if (Kind.PHONE, one.key) in self._secrets:
                yield one
        names_known = {key for kind, key in self._secrets if kind is Kind.NAME}
        for at, word in enumerate(line.words):
            if (word.key in names_known or "'" in word.key) and self._is_name(line, at):
                yield name_word(word)

    def _is_name(self, line: Line, at: int) -> bool:
        """Whether a word is of a known name here: not in "Dr. Sample", and one that is also an ordinary word or the
        practice's (Will, Austin) only with a capital of its own or beside another word of the name."""
        word = line.words[at]
        if not self._knows(word) or line.text[word.end : word.end + 2] == '":' or self._public.names(line.words, at):
            return False
        if len(word.key) > 1 and word.key not in ORDINARY and word.key not in self._public.words:
            return True
        if is_proper(line.text, line.words, at) and word.key not in CALENDAR and word.key not in self._public.proper:
            return len(word.key) > 1
        beside = [other for other in (at - 1, at + 1) if 0 <= other < len(line.words)]
        others = [i for i in beside if line.words[i].key != word.key and not _apart(line, min(i, at))]
        return any(self._knows(line.words[i]) for i in others)

    def _knows(self, word: Word) -> bool:
        return (Kind.NAME, word.key.removesuffix("'s")) in self._secrets


def _apart(line: Line, at: int) -> bool:
    return is_break(line.text, line.words[at], line.words[at + 1])


def _asked(before: str) -> Kind | None:
    """What the last question asked for: a name, a number, a date of birth, or something else."""
    folded = fold(before)
    questions = _ASKS.findall(folded)
    question = questions[-1] if questions else ""
    if _BIRTH_ASKED.search(question):
        return Kind.BIRTH
    if _NAME_ASKED.search(question) and not _NOT_OF_A_PERSON.search(question):
        return Kind.NAME
    return Kind.PHONE if question and _NUMBER_ASKED.search(folded) else None


if __name__ == "__main__":
    import sys

    pseudonyms = Pseudonyms(today=dt.date.today())
    for heard in sys.stdin:
        print(pseudonyms.hide(heard.rstrip()))
    print(", ".join(pseudonyms.tokens))
