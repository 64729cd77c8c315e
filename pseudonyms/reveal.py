"""Tokens in a model's answer, as it writes them: in another case, with spaces, without brackets, in pieces."""

import json
import re
from collections.abc import Callable
from typing import Protocol

from pseudonyms.kinds import Kind

_KIND = "|".join(Kind)
_NUMBER = r"\d+(?:[\s_-]\d+)?"
TOKEN = re.compile(rf"\[\s*(?P<kind>{_KIND})[\s_-]*(?P<number>{_NUMBER})\s*\]", re.IGNORECASE)
_BARE = rf"\b(?:{_KIND})_\d+(?:_\d+)?\b"
_ANY = re.compile(rf"(?P<lead>,?\s*)(?:{TOKEN.pattern}|(?P<bare>{_BARE}))", re.IGNORECASE)
_STRING_OF_TOKENS = re.compile(
    rf'(?<!\\)"(?:\s*(?:{TOKEN.pattern.replace("?P<kind>", "?:").replace("?P<number>", "?:")}|{_BARE}))+\s*"',
    re.IGNORECASE,
)
# What the end of a piece may be the beginning of.
_BEGUN = re.compile(
    rf"(?:,?\s*\[[^\[\]]{{0,24}}|,?\s*\b(?:{'|'.join(f'(?:{kind})' for kind in Kind)})_[\d_]*|,?\s*\b[A-Z]+|,\s*|\s+)$"
)

_BROKEN_OFF = re.compile(r",?\s*\[\s*[A-Za-z]*[\s_-]*[\d_]*$")


class Reveals(Protocol):
    def reveal(self, text: str) -> str: ...


def standard(kind: str, number: str) -> str:
    """A token in its one form: "[ name 1 ]" is "[NAME_1]"."""
    return f"[{kind.upper()}_{re.sub(r'[ _-]+', '_', number)}]"


def replaced(text: str, value_of: Callable[[str], str | None]) -> str:
    """A text with its tokens replaced; one that was never given is left out with the comma and space before it."""

    def put_back(match: re.Match[str]) -> str:
        value = value_of(_standard_of(match))
        return "" if value is None else match["lead"] + value

    return _ANY.sub(put_back, text)


def replaced_in_json(text: str, value_of: Callable[[str], str | None], form_of: Callable[[str], str | None]) -> str:
    """JSON text with its tokens replaced, escaped as JSON.

    Args:
        value_of: the value of a token in a sentence.
        form_of: the value of a token in a string that holds nothing but tokens: as a form wants it.
    """

    def whole(match: re.Match[str]) -> str:
        values = [value for one in _ANY.finditer(match[0]) if (value := form_of(_standard_of(one)))]
        return json.dumps(" ".join(values), ensure_ascii=False) if values else "null"

    def escaped(token: str) -> str | None:
        value = value_of(token)
        return None if value is None else json.dumps(value, ensure_ascii=False)[1:-1]

    return replaced(_STRING_OF_TOKENS.sub(whole, text), escaped)


def _standard_of(match: re.Match[str]) -> str:
    if match["bare"]:
        kind, _, number = match["bare"].partition("_")
        return standard(kind, number)
    return standard(match["kind"], match["number"])


class PieceRevealer:
    """Puts values back into an answer that comes in pieces, and holds back what may be the beginning of a token."""

    def __init__(self, pseudonyms: Reveals) -> None:
        self._pseudonyms = pseudonyms
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be said now; empty while all of it may belong to a token."""
        text = self._held + piece
        begun = _BEGUN.search(text)
        cut = begun.start() if begun else len(text)
        self._held = text[cut:]
        return self._pseudonyms.reveal(text[:cut])

    def flush(self) -> str:
        """The rest, at the end of the answer. A token that was begun and not closed is left out."""
        text, self._held = self._held, ""
        return _BROKEN_OFF.sub("", self._pseudonyms.reveal(text))


if __name__ == "__main__":

    class _Example:
        def reveal(self, text: str) -> str:
            return replaced(text, {"[NAME_1]": "Maria"}.get)

    revealer = PieceRevealer(_Example())
    print([revealer.feed(piece) for piece in ("Thank ", "you, [NA", "ME_", "1]. ", "Which", " day?")], revealer.flush())
