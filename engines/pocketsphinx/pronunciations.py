"""How words sound, in the ARPAbet of the acoustic model: its own dictionary, and a fallback for words it lacks.

The fallback reads the phonemes (IPA) that espeak-ng gives for the word; without espeak-ng it spells simple rules. The
recognizer's 39 phones are those of CMUdict, without stress.
"""

import ctypes
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_IPA = {
    "tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "oʊ": "OW", "əʊ": "OW", "ɔɪ": "OY", "oː": "AO",
    "iə": "IY AH", "aɪə": "AY ER", "ɪɹ": "IH R", "ɛɹ": "EH R", "ɑːɹ": "AA R", "ɔːɹ": "AO R", "oːɹ": "AO R",
    "ʊɹ": "UH R", "əl": "AH L", "ɜː": "ER", "ɚ": "ER", "ɑː": "AA", "ɔː": "AO", "iː": "IY", "uː": "UW", "i": "IY",
    "ɪ": "IH", "ᵻ": "IH", "e": "EY", "ɛ": "EH", "æ": "AE", "a": "AA", "ɐ": "AH", "ʌ": "AH", "ə": "AH", "ɑ": "AA",
    "ɒ": "AA", "ɔ": "AO", "o": "OW", "ʊ": "UH", "u": "UW", "b": "B", "d": "D", "ð": "DH", "f": "F", "ɡ": "G", "g": "G",
    "h": "HH", "x": "HH", "k": "K", "l": "L", "m": "M", "n": "N", "ɲ": "N Y", "ŋ": "NG", "p": "P", "ɹ": "R", "r": "R",
    "ɾ": "T", "s": "S", "ʃ": "SH", "t": "T", "θ": "TH", "v": "V", "w": "W", "j": "Y", "z": "Z", "ʒ": "ZH", "ʔ": "T",
}  # fmt: skip
_LETTER_RULES = {
    "ch": "CH", "sh": "SH", "th": "TH", "ph": "F", "ck": "K", "qu": "K W", "ng": "NG", "ee": "IY", "ea": "IY",
    "oo": "UW", "ou": "AW", "ow": "OW", "ai": "EY", "ay": "EY", "oi": "OY", "oy": "OY", "au": "AO", "aw": "AO",
    "a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IH", "j": "JH", "k": "K",
    "l": "L", "m": "M", "n": "N", "o": "OW", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T", "u": "UW", "v": "V",
    "w": "W", "x": "K S", "y": "IY", "z": "Z",
}  # fmt: skip
# Single letters as callers say them when they spell; the dictionary's "a" is also the article.
LETTERS = {
    "a": ["EY", "AH"], "b": ["B IY"], "c": ["S IY"], "d": ["D IY"], "e": ["IY"], "f": ["EH F"], "g": ["JH IY"],
    "h": ["EY CH"], "i": ["AY"], "j": ["JH EY"], "k": ["K EY"], "l": ["EH L"], "m": ["EH M"], "n": ["EH N"],
    "o": ["OW"], "p": ["P IY"], "q": ["K Y UW"], "r": ["AA R"], "s": ["EH S"], "t": ["T IY"], "u": ["Y UW"],
    "v": ["V IY"], "w": ["D AH B AH L Y UW", "D AH B Y UW"], "x": ["EH K S"], "y": ["W AY"], "z": ["Z IY"],
}  # fmt: skip


def read_dictionary(path: Path) -> dict[str, list[str]]:
    """CMUdict's file format: `word PH PH`, further variants as `word(2) PH PH`."""
    known: dict[str, list[str]] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, phones = line.strip().partition(" ")
            known.setdefault(word.partition("(")[0], []).append(phones)
    return known


def pronounce(words: Iterable[str], known: dict[str, list[str]]) -> dict[str, list[str]]:
    """Pronunciations of every word: letters, then the dictionary, then the fallback."""
    return {word: LETTERS.get(word) or known.get(word) or [guess(word)] for word in sorted(set(words))}


def guess(word: str) -> str:
    """Phones of a word that no dictionary has."""
    ipa = _espeak_ipa(word)
    return _translate(ipa, _IPA) or _translate(word, _LETTER_RULES) or "AH"


def _translate(text: str, table: dict[str, str]) -> str:
    phones: list[str] = []
    at = 0
    while at < len(text):
        key = next((text[at : at + size] for size in (3, 2, 1) if text[at : at + size] in table), None)
        if key is not None:
            phones.append(table[key])
        at += len(key or " ")
    return " ".join(phones)


def _espeak_ipa(word: str) -> str:
    library = _espeak()
    if library is None:
        return ""
    text = ctypes.c_char_p(word.encode())
    pointer = ctypes.c_void_p(ctypes.cast(text, ctypes.c_void_p).value)
    found = library.espeak_TextToPhonemes(ctypes.byref(pointer), 1, 0x02)
    return re.sub(r"[ˈˌ\s]", "", (found or b"").decode("utf-8", "ignore"))


@cache
def _espeak() -> ctypes.CDLL | None:
    """espeak-ng, opened for phonemes only. Not thread-safe: use it in a process of its own."""
    try:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        if library.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0) < 0:
            return None
    except (ImportError, OSError, RuntimeError):
        return None
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
    library.espeak_SetVoiceByName(b"en-us")
    return library


if __name__ == "__main__":
    import sys

    for argument in sys.argv[1:] or ["hialeah", "eyemed", "spectera"]:
        print(argument, guess(argument), sep="\t")
