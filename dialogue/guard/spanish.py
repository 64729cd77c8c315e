"""Spanish sentences in the English words that the rules read, so that one set of rules judges both languages."""

import functools
import re
import unicodedata

from dialogue.guard.spanish_words import DAYS, HUNDREDS, MONTHS, PHRASES, SHARED, TENS, UNITS

_PIECE = re.compile(r"\d+(?:[:.,/-]\d+)*|[A-Za-zÀ-ÿ]+(?:['’][A-Za-zÀ-ÿ]+)*|[^\sA-Za-zÀ-ÿ\d]")
_KNOWN = (frozenset(word for key in PHRASES for word in key) | set(UNITS) | set(TENS) | set(HUNDREDS) | set(DAYS)
          | set(MONTHS)) - SHARED  # fmt: skip
_LONGEST = max(len(key) for key in PHRASES)
_TELLING_SHARE = 0.3  # of the words, from which on a sentence is taken for Spanish

_NUMBER = r"(?:\d{1,2}(?::\d\d)?|noon|midnight)"
_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_REWRITES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"\b(\d{1,2}) and half\b", r"\1:30"),
        (r"\b(\d{1,2}) and quarter\b", r"\1:15"),
        (rf"\b(?:of|de) (?:the )?({_DAY}|{_NUMBER}) a (?:the )?({_DAY}|{_NUMBER})", r"from \1 to \2"),
        (rf"\b(?:of|de|from) (?:the )?({_NUMBER}) (?:until) (?:the )?({_NUMBER})", r"from \1 to \2"),
        (rf"\b({_DAY}) a ({_DAY})", r"\1 to \2"),
        (rf"\b(?:of|de) (?:the )?({_NUMBER}) in the", r"from \1 in the"),
        (rf"\b(morning|afternoon|noon) a (?:the )?({_NUMBER})\b", r"\1 to \2"),
        (rf"\ba (?:the )?({_NUMBER})\b", r"at \1"),
        (rf"\b(until|from|between|and|at|before|after) the ({_NUMBER})\b", r"\1 \2"),
        (r"\b(?:the )?(?:day )?(\d{1,2}|first) of (?:the )?(\w+) of (?:the )?(20\d\d)", r"\2 \1, \3"),
        (rf"\b(?:the )?(?:day )?(\d{{1,2}}|first) of (?:the )?({'|'.join(MONTHS.values())})\b", r"\2 \1"),
        (rf"\b({'|'.join(MONTHS.values())}) first\b", r"\1 1"),
        (rf"\bthe ({_DAY})\b", r"on \1"),
        (r"\bnot, ", "no, "),
        (r"\bnot (we|i) (open|close|accept|take|offer|do|speak|have|charge|work|perform|expect)\b", r"\1 do not \2"),
        (r"\bnot we are\b", "we are not"),
        (r"\bnot (opens|closes|accepts|speaks|sees|offers|has|does|works)\b", r"does not \1"),
        (r"\bnot (is|are|can)\b", r"\1 not"),
        (r"\bnot (it|you) (accepts?|offers?|accept)\b", r"is not \2ed"),
        (r"\bthe (\d+) of (?=[A-Z])", r"\1 "),
        (r"\b(in|at) the (\d+)\b", r"\1 \2"),
    )
)  # fmt: skip


def folded(text: str) -> str:
    """Lower case without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))


@functools.lru_cache(maxsize=512)
def in_english(sentence: str) -> str:
    """A Spanish sentence in English words, in Spanish order; any other sentence as it is."""
    pieces = _PIECE.findall(sentence)
    lower = [folded(piece) for piece in pieces]
    said = [word for word in lower if word.isalpha()]
    told = sum(word in _KNOWN for word in said)
    if not told or (not set("¿¡") & set(sentence) and told < max(1, _TELLING_SHARE * len(said))):
        return sentence
    text = _join(_translated(pieces, lower))
    for pattern, new in _REWRITES:
        text = pattern.sub(new, text)
    return text


def _translated(pieces: list[str], lower: list[str]) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(pieces):
        found = _phrase(lower, at) or _number(lower, at, out)
        if found:
            out += found[0].split()
            at += found[1]
        else:
            word = _named(lower[at]) or _without_pronoun(lower[at])
            out.append(pieces[at] if word is None else word)
            at += 1
    return [piece for piece in out if piece not in "¿¡"]


def _phrase(lower: list[str], at: int) -> tuple[str, int] | None:
    for size in range(_LONGEST, 0, -1):
        key = tuple(lower[at : at + size])
        if len(key) == size and key in PHRASES and not (size == 1 and _is_counting(lower, at)):
            return PHRASES[key], size
    return None


def _is_counting(lower: list[str], at: int) -> bool:
    """ "una" in "a la una" is a number, in "una oficina" an article."""
    word = lower[at]
    return word in ("una", "un") and (at == 0 or lower[at - 1] in ("la", "las", "cero", "cinco", "de", "a"))


def _without_pronoun(word: str) -> str | None:
    """ "Llamarnos", "ayudarle": the verb, without who it is done to."""
    for ending in ("nos", "les", "los", "las", "le", "lo", "la", "me", "se"):
        base = word.removesuffix(ending)
        if base != word and base.endswith(("r", "e", "a")) and (base,) in PHRASES:
            return PHRASES[(base,)]
    return None


def _named(word: str) -> str | None:
    return DAYS.get(word) or MONTHS.get(word)


def _number(lower: list[str], at: int, out: list[str]) -> tuple[str, int] | None:
    """A number in words; units one after the other stay digits, "y media" and "menos cuarto" make a time."""
    value, used = _quantity(lower, at)
    if not used:
        return None
    rest = lower[at + used : at + used + 2]
    if rest == ["y", "media"]:
        return f"{value}:30", used + 2
    if rest == ["y", "cuarto"]:
        return f"{value}:15", used + 2
    if rest == ["menos", "cuarto"]:
        return f"{value - 1 or 12}:45", used + 2
    if rest[:1] == ["y"] and 1 <= value <= 12 and out[-1:] and out[-1] in ("the", "at", "until", "from"):
        minutes, more = _quantity(lower, at + used + 1)
        if 5 <= minutes < 60 and lower[at + used + 1 + more : at + used + 2 + more] != ["dolares"]:
            return f"{value}:{minutes:02}", used + 1 + more
    if 1 <= value <= 12 and out[-1:] and out[-1] in ("the", "at", "until", "from"):
        minutes, more = _quantity(lower, at + used)
        after = lower[at + used + more : at + used + more + 1]
        if 10 <= minutes < 60 and after != ["dolares"]:
            return f"{value}:{minutes:02}", used + more
    return str(value), used


def _quantity(lower: list[str], at: int) -> tuple[int, int]:
    word = lower[at] if at < len(lower) else ""
    if word.isdigit():
        return int(word), (1 if word[0] != "0" else 0)
    if word in HUNDREDS:
        more, used = _quantity(lower, at + 1)
        return (HUNDREDS[word] + more, 1 + used) if used and more < 100 else (HUNDREDS[word], 1)
    if word in TENS:
        unit = UNITS.get(lower[at + 2], 99) if lower[at + 1 : at + 2] == ["y"] and at + 2 < len(lower) else 99
        return (TENS[word] + unit, 3) if 0 < unit < 10 else (TENS[word], 1)
    if word in ("mil",):
        more, used = _quantity(lower, at + 1)
        return 1000 + (more if used else 0), 1 + used
    return (UNITS[word], 1) if word in UNITS else (0, 0)


def _join(pieces: list[str]) -> str:
    text = " ".join(pieces)
    text = re.sub(r" (?=[,.;:!?%)])", "", text)
    return re.sub(r"(?<=[$(]) ", "", text)


if __name__ == "__main__":
    import sys

    for read in sys.stdin:
        print(in_english(read.strip()))
