"""The language of a caller's turn, by its small words; AVA's words in an emergency are in that language."""

from dialogue.triage.hearing import read
from dialogue.triage.wording import Language

_SPANISH = frozenset({
    "el", "la", "los", "las", "mi", "mis", "me", "se", "le", "un", "una", "y", "en", "de", "del", "con", "por",
    "que", "tengo", "tiene", "veo", "ve", "ojo", "ojos", "esta", "estoy", "duele", "cayo", "hace", "desde", "muy",
    "mucho", "nada", "vista", "lo", "su", "al", "es", "para", "ya", "fue",
})  # fmt: skip
_ENGLISH = frozenset({
    "the", "my", "i", "in", "is", "and", "eye", "eyes", "of", "a", "it", "i'm", "see", "can't", "have", "has",
    "had", "was", "on", "out", "his", "her", "he", "she", "from", "with", "got", "to", "this", "that", "been",
    "getting", "are", "for", "red", "hurts", "vision",
})  # fmt: skip


def spoken_language(text: str) -> Language:
    """Spanish when more of its small words stand in a text than English ones."""
    words = read(text).split()
    spanish = sum(word in _SPANISH for word in words)
    return "es" if spanish > sum(word in _ENGLISH for word in words) else "en"


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(spoken_language(heard))
