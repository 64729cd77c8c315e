"""Words that are spelled letter by letter: "l o p e z", "m as in mary", "double s", "bee ee en"."""

LETTER_SOUNDS = {
    "ay": "a", "bee": "b", "be": "b", "see": "c", "sea": "c", "cee": "c", "dee": "d", "ee": "e", "eff": "f", "gee": "g",
    "aitch": "h", "eye": "i", "jay": "j", "kay": "k", "el": "l", "ell": "l", "em": "m", "en": "n", "oh": "o",
    "pee": "p", "pea": "p", "cue": "q", "queue": "q", "are": "r", "ar": "r", "ess": "s", "tee": "t", "tea": "t",
    "you": "u", "vee": "v", "ex": "x", "why": "y", "zee": "z", "zed": "z", "ce": "c", "efe": "f", "ge": "g",
    "hache": "h", "jota": "j", "ka": "k", "ele": "l", "eme": "m", "ene": "n", "pe": "p", "cu": "q", "erre": "r",
    "ese": "s", "te": "t", "uve": "v", "equis": "x", "ye": "y", "zeta": "z",
}  # fmt: skip
_EXAMPLE_WORDS = ("as", "like", "for", "de")  # "m as in mary", "b for boy"


def letters_at(tokens: list[str], at: int) -> tuple[str, int] | None:
    """One spelled letter (or a doubled one) at `tokens[at]`: (letters, words used), or None.

    Sounds such as "are" or "you" count as letters only for `spelled_run`, which knows their neighbours.
    """
    if at >= len(tokens):
        return None
    word = tokens[at]
    if word in ("double", "doble") and at + 1 < len(tokens):
        if tokens[at + 1] in ("u", "you"):
            return "w", 2
        inner = _letter(tokens[at + 1])
        return (inner * 2, 2) if inner else None
    letter = _letter(word)
    if not letter:
        return None
    return letter, 1 + _example_words(tokens, at + 1, letter)


def _letter(word: str) -> str:
    return word if len(word) == 1 and word.isalpha() else LETTER_SOUNDS.get(word, "")


def _example_words(tokens: list[str], at: int, letter: str) -> int:
    """How many words of "as in mary" follow a letter."""
    rest = tokens[at : at + 3]
    if not rest or rest[0] not in _EXAMPLE_WORDS:
        return 0
    if len(rest) == 3 and rest[1] == "in" and rest[2].startswith(letter):
        return 3
    if len(rest) >= 2 and rest[1].startswith(letter) and len(rest[1]) > 1:
        return 2
    return 0


def spelled_run(tokens: list[str], at: int) -> tuple[str, int] | None:
    """The word spelled from `tokens[at]` on: (word, tokens used), or None when fewer than two letters stand there.

    A run needs at least two plain single letters, or a letter with an example word: "are you" spells nothing.
    """
    spelled, end, plain = "", at, 0
    while found := letters_at(tokens, end + (skipped := int(end > at and tokens[end : end + 1] == ["capital"]))):
        end += skipped
        letters, used = found
        plain += len(tokens[end]) == 1 or used > 1
        spelled += letters
        end += used
    if len(spelled) < 2 or plain < 2:
        return None
    return spelled, end - at


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(spelled_run(line.lower().split(), 0))
