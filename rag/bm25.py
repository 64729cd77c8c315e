"""Lexical ranking: Okapi BM25 over stems, for some hundred short records.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), equation 3.15.

Run `python -m rag.bm25 "What time do you close?"` to rank the shipped records.
"""

import math
from collections import Counter
from collections.abc import Mapping

from rag.words import stems

_K1 = 1.2  # how fast a repeated word stops to count
_LENGTH_COUNTS = 0.6  # how much a long text is held against it (b): 0 not at all, 1 fully


class Bm25:
    """An index over texts; it never changes, so any thread may ask it.

    Args:
        texts: id -> text.
        length_counts: the formula's b.
    """

    def __init__(self, texts: Mapping[str, str], *, length_counts: float = _LENGTH_COUNTS) -> None:
        counts = {key: Counter(stems(text)) for key, text in texts.items()}
        lengths = {key: sum(count.values()) for key, count in counts.items()}
        average = sum(lengths.values()) / max(1, len(lengths)) or 1.0
        self._postings: dict[str, list[tuple[str, float]]] = {}
        for key, count in counts.items():
            norm = _K1 * (1 - length_counts + length_counts * lengths[key] / average)
            for stem, times in count.items():
                self._postings.setdefault(stem, []).append((key, times * (_K1 + 1) / (times + norm)))
        self._idf = {
            stem: math.log(1 + (len(counts) - len(found) + 0.5) / (len(found) + 0.5))
            for stem, found in self._postings.items()
        }

    def scores(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Id -> score, above 0, of the texts that hold one of the stems."""
        scores: dict[str, float] = {}
        for stem, weight in weights.items():
            for key, part in self._postings.get(stem, ()):
                scores[key] = scores.get(key, 0.0) + weight * self._idf[stem] * part
        return scores


if __name__ == "__main__":
    import sys

    from facts_files import read_facts
    from rag.search_text import search_texts
    from rag.words import question_weights

    asked = question_weights(" ".join(sys.argv[1:]) or "What time do you close?")
    for key, score in sorted(Bm25(search_texts(read_facts())).scores(asked).items(), key=lambda pair: -pair[1])[:10]:
        print(f"{score:6.2f} {key}")
