"""How names sound, for the voice alone: respellings that staff write down, one `word: SYL-la-bles` a line.

They are put into a sentence behind its spoken form (`spoken.py`), so that neither the record nor a model sees them.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.spoken import spoken
from dialogue.wording_file import WordingFile
from errors import ConfigError

_LONGEST = 60  # characters of a word, and of how it sounds
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .&'’-](?=\S))*\.?")
_SOUNDS = re.compile(r"[A-Za-z]+(?:[ '-][A-Za-z]+)*")


@dataclass(frozen=True)
class Pronunciations:
    """The respellings in force; two are equal when they say the same.

    Attributes:
        sounds: (word as written, how it sounds) in the order of the file.
    """

    sounds: tuple[tuple[str, str], ...] = ()
    _by_word: dict[str, str] = field(init=False, repr=False, compare=False)
    _pattern: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # "St. Lucie" has become "Saint Lucie" before it gets here. espeak-ng, which reads for Kokoro too, spells
        # capitals ("KEN" is K E N), so syllables are handed over in small letters.
        by_word = {spoken(word).lower(): sounds.lower() for word, sounds in self.sounds}
        words = sorted(by_word, key=len, reverse=True)
        pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)" if words else None
        object.__setattr__(self, "_by_word", by_word)
        object.__setattr__(self, "_pattern", re.compile(pattern, re.IGNORECASE) if pattern else None)

    def applied(self, text: str) -> str:
        """A sentence in spoken form with its words respelled: whole words, whatever their capitals, longest first."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self._by_word.get(match[0].lower(), match[0]), text)


def read_pronunciations(text: str, name: str) -> Pronunciations:
    """The respellings of a file's text.

    Args:
        name: of the file, for messages.

    Raises:
        ConfigError: a line is wrong; names the file, the line and what it should be.
    """
    found: dict[str, tuple[str, str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        word, sounds = _entry(line, f"{name}:{number}")
        if spoken(word).lower() in found:
            raise _wrong(f"{name}:{number}", "this word stands there twice")
        found[spoken(word).lower()] = (word, sounds)
    return Pronunciations(tuple(found.values()))


PRONUNCIATIONS = WordingFile(Path(__file__).parent / "wording" / "pronunciations.txt", read_pronunciations)


def _entry(line: str, place: str) -> tuple[str, str]:
    word, colon, sounds = (part.strip() for part in line.partition(":"))
    if not colon:
        raise _wrong(place, "expected `word: SYL-la-bles`")
    if not _WORD.fullmatch(word) or len(word) > _LONGEST:
        raise _wrong(place, f"before the colon stands a word or a name of letters, at most {_LONGEST} characters")
    if not _SOUNDS.fullmatch(sounds) or len(sounds) > _LONGEST:
        raise _wrong(place, f"behind the colon stand syllables of plain letters a to z, at most {_LONGEST} characters")
    return word, sounds


def _wrong(place: str, problem: str) -> ConfigError:
    return ConfigError(f"{place}: {problem}", code="wording-invalid")


if __name__ == "__main__":
    import sys

    in_force = PRONUNCIATIONS.current
    for sentence in sys.argv[1:] or [word for word, _ in in_force.sounds]:
        print(in_force.applied(spoken(sentence)))
