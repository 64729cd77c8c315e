"""Rule: no phrase of the staff's blocklist."""

import re
from collections.abc import Sequence

from dialogue.guard.tokens import words
from dialogue.guard.verdict import CLEAR, Finding


class Blocklist:
    """Phrases, found as whole words however they are written ("I'm" is "I am")."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._phrases = [phrase for phrase in (" ".join(words(one)) for one in phrases) if phrase]
        options = "|".join(re.escape(one) for one in sorted(self._phrases, key=len, reverse=True))
        self._pattern = re.compile(rf" (?:{options}) ") if options else None

    def check(self, line: str) -> Finding:
        """`line`: the words of a sentence in lower case, contractions opened."""
        found = self._pattern.search(f" {line} ") if self._pattern else None
        return Finding(f"blocked phrase {found.group().strip()!r}") if found else CLEAR


def read_blocklist(text: str) -> tuple[str, ...]:
    """One phrase a line; `#` begins a comment."""
    return tuple(phrase for line in text.splitlines() if (phrase := line.split("#")[0].strip()))


if __name__ == "__main__":
    print(Blocklist(["I'm not sure"]).check("i am not sure about that"))
