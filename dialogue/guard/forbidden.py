"""Rule: no phrase of the staff's blocklist."""

import re
from collections.abc import Sequence
from pathlib import Path

from dialogue.guard.tokens import words
from dialogue.guard.verdict import CLEAR, Finding
from dialogue.wording_file import WordingFile
from errors import ConfigError

_LONGEST = 80
_SHORTEST_WORD = 4  # letters of a phrase that is one word
_EVERYDAY_TEXT = (
    "please thank thanks hello goodbye sorry today tomorrow office offices open closed doctor doctors staff "
    "appointment appointments request number phone call back eyes vision exam insurance plan emergency help that "
    "this with from have will your what when where which morning afternoon monday tuesday wednesday thursday "
    "friday saturday sunday"
)
_EVERYDAY = frozenset(_EVERYDAY_TEXT.split())


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


def read_blocklist(text: str, name: str = "blocklist.txt") -> tuple[str, ...]:
    """One phrase a line; `#` begins a comment.

    Args:
        name: of the file, for messages.

    Raises:
        ConfigError: a phrase that would block half of what AVA says, or nothing; file and line are named.
    """
    lines = [(number, line.split("#")[0].strip()) for number, line in enumerate(text.splitlines(), start=1)]
    for number, phrase in lines:
        if phrase and (problem := _problem_with(phrase)):
            raise ConfigError(f"{name}:{number}: {problem}", code="wording-invalid")
    return tuple(phrase for _, phrase in lines if phrase)


def _problem_with(phrase: str) -> str:
    said = words(phrase)
    if not said:
        return "a phrase has words"
    if len(phrase) > _LONGEST:
        return f"a phrase has at most {_LONGEST} characters"
    if len(said) == 1 and (len(said[0]) < _SHORTEST_WORD or said[0] in _EVERYDAY):
        return "this word alone stands in too many sentences; write the phrase that is meant"
    return ""


BLOCKLIST = WordingFile(Path(__file__).parent.parent / "wording" / "blocklist.txt", read_blocklist)


if __name__ == "__main__":
    print(Blocklist(["I'm not sure"]).check("i am not sure about that"))
