"""Words that are spelled letter by letter: "l o p e z", "m as in mary", "double s", "bee ee en"."""

LETTER_SOUNDS = {
    "ay": "a", "bee": "b", "be": "b", "see": "c", "sea": "c", "cee": "c", "dee": "d", "ee": "e", "eff": "f", "gee": "g",
    "aitch": "h", "eye": "i", "jay": "j", "kay": "k", "el": "l", "ell": "l", "em": "m", "en": "n", "oh": "o",
    "pee": "p", "pea": "p", "cue": "q", "queue": "q", "are": "r", "ar": "r", "ess": "s", "tee": "t", "tea": "t",
    "you": "u", "vee": "v", "ex": "x", "why": "y", "zee": "z", "zed": "z", "ce": "c", "efe": "f", "ge": "g",
    "hache": "h", "jota": "j", "ka": "k", "ele": "l", "eme": "m", "ene": "n", "pe": "p", "cu": "q", "erre": "r",
    "ere": "r", "de": "d", "ese": "s", "te": "t", "uve": "v", "equis": "x", "ye": "y", "zeta": "z",
}  # fmt: skip
_SIGNS = {"apostrophe": "'", "hyphen": "-", "dash": "-", "guion": "-", "apostrofe": "'"}
_LEADS = frozenset({"capital", "uppercase", "letter", "mayuscula"})
_CLEAR_NAMES = "aitch cee dee eff gee jay kay vee zee zed ess tee ere erre efe hache jota ele eme ene uve equis zeta"
# Names of letters that are hardly ever another word: they count as letters beside a pause, too.
_CLEAR = frozenset(_CLEAR_NAMES.split())
_ALONE = frozenset({"de", "be", "ce", "ge", "pe", "te", "cu", "ka"})  # letters where no other word follows
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
    "Capital" before a letter is passed over; "apostrophe" and "hyphen" between two letters are written.
    """
    spelled, end, plain = "", at, 0
    while True:
        sign = _SIGNS.get(tokens[end], "") if spelled and end < len(tokens) else ""
        start = end + bool(sign)
        start += start < len(tokens) and tokens[start] in _LEADS
        found = letters_at(tokens, start)
        if not found:
            break
        letters, used = found
        plain += len(tokens[start]) == 1 or used > 1 or tokens[start] in _CLEAR
        spelled += sign + letters
        end = start + used
    if len(spelled) < 2 or plain < 2:
        return None
    return spelled, end - at


def spelled_anywhere(tokens: list[str]) -> bool:
    """Whether a word is spelled somewhere in the row."""
    return any(spelled_run(tokens, at) for at in range(len(tokens)))


def letters_together(tokens: list[str], pause: str) -> list[str]:
    """The words without the pauses that stand between the letters of one spelled word: "m as in mary | a | r"."""
    out: list[str] = []
    for at, token in enumerate(tokens):
        between = token == pause and _ends_a_letter(out) and letters_at(tokens, at + 1)
        if not (between and _plain(tokens, at + 1)):
            out.append(token)
    return out


def _ends_a_letter(before: list[str]) -> bool:
    if not before:
        return False
    example = len(before) > 2 and (before[-2] in _EXAMPLE_WORDS or before[-3:-1] == ["as", "in"])
    if before[-1] in _ALONE:
        return _ends_a_letter(before[:-1])  # of a row of letters: "ene de" is one, "maria de" is not
    letter = (len(before[-1]) == 1 and before[-1].isalpha()) or before[-1] in _CLEAR
    return letter or example or before[-1] in _SIGNS


def _plain(tokens: list[str], at: int) -> bool:
    """A letter by itself, by its clear name, doubled, or with an example; "de" only where nothing else follows."""
    word = tokens[at]
    if len(word) == 1 or word in ("double", "doble") or word in _CLEAR:
        return True
    found = letters_at(tokens, at)
    last = tokens[at + 1 : at + 2] in ([], ["|"]) and word in _ALONE
    return last or bool(found and found[1] > 1)


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(spelled_run(line.lower().split(), 0))
