"""Words as the search sees them: without accents and endings, without filler, with what callers mean by them.

Run `python -m rag.words "Donde queda la oficina?"` to see the words of a question.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml

MEANT_WEIGHT = 0.6  # of words that the caller did not say, against 1 for those that were said
_FILLER_TEXT = """
    a an the and or of to in at on for with by from is are am be been was were do does did i i'm i've my me mine you
    your yours we our us it its it's this that these those there they them he she his her can could would should will
    shall may might have has had get got go going come what when where who which how if so as please okay ok um uh
    hi hello hey thanks thank yes no not any some just like want wanted know tell need guys also then than about time
    el la los las un una de del en y o que por para con mi me su es son al se lo le les
"""
_FILLER = frozenset(_FILLER_TEXT.split())
_ENDINGS = ("ing", "ed", "ion", "es", "s", "e")
_WORDS_FILE = Path(__file__).with_name("callers_words.yaml")


def plain(text: str) -> str:
    """Lower case, without accents, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return " ".join("".join(mark for mark in decomposed if not unicodedata.combining(mark)).split())


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its English endings: "closed", "closes" and "closing" become the same."""
    word = word.removesuffix("'s")
    for _ in range(2):
        if word.endswith("ies") and len(word) > 4:
            word = word[:-3] + "y"
            continue
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
                word = word[: -len(ending)]
                break
    return word


def stems(text: str) -> list[str]:
    """The stems of a text's words, filler left out, in order."""
    words = re.findall(r"[a-z0-9]+(?:'[a-z]+)?", _joined(plain(text)))
    return [stem(word) for word in words if word not in _FILLER]


def _joined(text: str) -> str:
    """Letters that were said one by one become a word: "b c b s" is BCBS."""
    return re.sub(r"\b(?:[a-z]\b[. -]*){3,}", lambda match: re.sub(r"[^a-z]", "", match[0]) + " ", text)


def question_weights(text: str) -> dict[str, float]:
    """Stem -> weight of a caller's question: 1 for what was said, less for what it means in the records' words."""
    weights = dict.fromkeys((stem for phrase in _meant(plain(text)) for stem in phrase), MEANT_WEIGHT)
    return weights | dict.fromkeys(stems(text), 1.0)


def _meant(text: str) -> list[tuple[str, ...]]:
    return [words for phrase, words in _thesaurus() if phrase.search(text)]


@lru_cache(maxsize=1)
def _thesaurus() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    rows = yaml.safe_load(_WORDS_FILE.read_text(encoding="utf-8"))
    return tuple(
        (re.compile(rf"\b(?:{'|'.join(map(_expression, row['say']))})\b"), tuple(stems(row["means"]))) for row in rows
    )


def _expression(phrase: str) -> str:
    """ "mask*" is every word that begins so."""
    return re.escape(plain(phrase)).replace(r"\*", "[a-z]*")


if __name__ == "__main__":
    import sys

    for found, weight in question_weights(" ".join(sys.argv[1:]) or "What time do you close?").items():
        print(f"{weight:.1f} {found}")
