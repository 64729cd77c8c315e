"""Passwords: which are taken, and how they are kept.

Length counts, and nothing that is guessed first (NIST SP 800-63B, 5.1.1.2: no rules of composition, a comparison with
what is commonly used). Kept is an argon2id hash (RFC 9106); one takes about a tenth of a second, on one core.
"""

import re
import secrets
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_CHARS = 12
MAX_CHARS = 256
_OWN_CHARS = 6  # that are left when everything easily guessed is taken out
_DIFFERENT_CHARS = 5
_WORDS = Path(__file__).with_name("common_words.txt")
_LOOK_ALIKES = str.maketrans("@013457$!", "aoieastsi")
_ROWS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "01234567890", "1qaz2wsx3edc4rfv",
    "!@#$%^&*()_+",
)  # fmt: skip


def problem_of(password: str, user: str) -> str | None:
    """Why a password is not taken, for the one who chose it; None when it is taken. Never holds the password."""
    if len(password) < MIN_CHARS:
        return f"too short: at least {MIN_CHARS} characters"
    if len(password) > MAX_CHARS:
        return f"too long: at most {MAX_CHARS} characters"
    if len(set(password.lower())) < _DIFFERENT_CHARS:
        return f"too few different characters: at least {_DIFFERENT_CHARS}"
    if min(_left(text, user) for text in _readings(password)) < _OWN_CHARS:
        return "easily guessed: common words, rows of keys, years and your name do not count; add words of your own"
    return None


class Hashes:
    """Makes and compares argon2id hashes. Both block, for about a tenth of a second with the costs by default."""

    def __init__(self, *, rounds: int = 3, memory_kib: int = 64 * 1024) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)
        self._nobodys = self.make(secrets.token_urlsafe(32))

    def make(self, password: str) -> str:
        """A hash with its salt and costs."""
        return self._hasher.hash(password)

    def match(self, hashed: str | None, password: str) -> bool:
        """Whether the password is the one of the hash. Takes as long where there is no hash."""
        try:
            return self._hasher.verify(hashed or self._nobodys, password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


def _readings(password: str) -> tuple[str, str]:
    """As it stands, and with the usual stand-ins (`p4ssw0rd`) read as letters."""
    plain = password.lower()
    return plain, plain.translate(_LOOK_ALIKES)


def _left(text: str, user: str) -> int:
    """How many characters are left when what is guessed first is taken out."""
    text = re.sub(r"(?:19|20)\d\d", " ", text)
    for word in (user.lower(), *_common()):
        text = text.replace(word, " ")
    text = re.sub(r"(.)\1{2,}", " ", _without_rows(text))
    return len(re.sub(r"\s+", "", text))


def _without_rows(text: str) -> str:
    """Without pieces of four and more that stand side by side on a keyboard, in the alphabet or in counting."""
    for row in _ROWS:
        for way in (row, row[::-1]):
            for size in range(len(way), 3, -1):
                for start in range(len(way) - size + 1):
                    text = text.replace(way[start : start + size], " ")
    return text


@lru_cache(maxsize=1)
def _common() -> tuple[str, ...]:
    """The longest first, so that `password` goes before `pass`."""
    lines = _WORDS.read_text(encoding="utf-8").split("\n")
    return tuple(sorted((line for line in lines if line and not line.startswith("#")), key=len, reverse=True))


if __name__ == "__main__":
    for example in ("password1234", "Summer2026!!", "qwertyuiop12", "three grey herons wade"):
        print(f"{example:24} {problem_of(example, 'example') or 'taken'}")
