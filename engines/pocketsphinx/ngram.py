"""A trigram language model in ARPA form, from sentences.

Interpolated Witten-Bell smoothing (Witten and Bell, 1991), written as back-off weights. Two things are added for
callers' speech. Words of one class (first names, say) share what follows them, so that every first name may be
followed by every last name. And the mass that is kept for unseen followers is scaled by `novelty`, because sampled
sentences repeat themselves and real callers do not.
"""

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TextIO

BEGIN, END = "<s>", "</s>"
_NEVER = -99.0


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How much is kept for the unseen.

    Attributes:
        novelty_bigram, novelty_trigram: factors on the number of distinct followers.
        floor: share of the unigram mass that is spread over all words by their prior.
        background: share of general bigrams in what stands behind the bigrams of the sentences.
    """

    novelty_bigram: float = 6.0
    novelty_trigram: float = 3.0
    floor: float = 0.1
    background: float = 0.5


class TrigramModel:
    """P(w | u v) over the words of the sentences and of `prior`.

    Args:
        sentences: words separated by blanks.
        prior: further words and their weights: what callers may say outside the sentences.
        background: word -> its followers in general speech and their probabilities.
        pools: classes of words that share their followers.
    """

    def __init__(
        self,
        sentences: Iterable[str],
        *,
        prior: Mapping[str, float],
        background: Mapping[str, Mapping[str, float]] | None = None,
        pools: Iterable[Collection[str]] = (),
        smoothing: Smoothing = Smoothing(),
    ) -> None:
        self._smoothing = smoothing
        self._unigrams: Counter[str] = Counter()
        self._bigrams: dict[str, Counter[str]] = defaultdict(Counter)
        self._trigrams: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for sentence in sentences:
            self._count([BEGIN, *sentence.split(), END])
        self._pool_of = {word: number for number, pool in enumerate(pools) for word in pool}
        self._pooled: dict[int, Counter[str]] = defaultdict(Counter)
        for word, number in self._pool_of.items():
            self._pooled[number].update(self._bigrams.get(word, ()))
        self._p1 = self._unigram_probabilities(prior)
        self._background = background or {}
        self._p_pool = {number: self._mix(counts, self._p1) for number, counts in self._pooled.items()}
        self._p2 = {word: self._followers(word) for word in sorted({*self._bigrams, *self._background})}

    @property
    def words(self) -> list[str]:
        return sorted(self._p1)

    def _count(self, words: list[str]) -> None:
        self._unigrams.update(words[1:])
        for u, v in itertools.pairwise(words):
            self._bigrams[u][v] += 1
        for u, v, w in zip(words, words[1:], words[2:], strict=False):
            self._trigrams[u, v][w] += 1

    def _unigram_probabilities(self, prior: Mapping[str, float]) -> dict[str, float]:
        total = sum(self._unigrams.values())
        weights = {word: prior.get(word, 0.0) for word in {*self._unigrams, *prior}}
        least = min((weight for weight in weights.values() if weight > 0), default=1.0)
        weights = {word: weight or least for word, weight in weights.items()}
        mass = sum(weights.values())
        keep = 1 - self._smoothing.floor
        return {
            word: keep * self._unigrams[word] / total + self._smoothing.floor * weights[word] / mass for word in weights
        }

    def _mix(self, counts: Counter[str], lower: Mapping[str, float]) -> dict[str, float]:
        kept = self._smoothing.novelty_bigram * max(1, len(counts))
        total = sum(counts.values()) + kept
        words = lower if lower is not self._p1 else counts
        return {word: (counts[word] + kept * lower[word]) / total for word in words}

    def _followers(self, word: str) -> dict[str, float]:
        """P(v | word) for the followers that are written out."""
        counts = self._bigrams.get(word, Counter())
        if word in self._pool_of:
            pool = self._p_pool[self._pool_of[word]]
            kept = 10.0 + len(counts)
            total = sum(counts.values()) + kept
            return {v: (counts[v] + kept * shared) / total for v, shared in pool.items()}
        return self._mix(counts, self._behind(word, counts))

    def _behind(self, word: str, counts: Counter[str]) -> dict[str, float]:
        """P(v | word) where the sentences say nothing: general bigrams and unigrams, mixed."""
        general = {v: p for v, p in self._background.get(word, {}).items() if v in self._p1}
        share = self._smoothing.background if general else 0.0
        return {v: share * general.get(v, 0.0) + (1 - share) * self._p1[v] for v in {*counts, *general}}

    def write(self, out: TextIO) -> None:
        """Write the model in ARPA form (logarithms to base 10)."""
        trigrams = {pair: counts for pair, counts in sorted(self._trigrams.items()) if pair[1] in self._p2}
        sizes = (
            len(self._p1) + 1,
            sum(len(followers) for followers in self._p2.values()),
            sum(len(counts) for counts in trigrams.values()),
        )
        out.write("\\data\\\n" + "".join(f"ngram {n}={size}\n" for n, size in enumerate(sizes, start=1)))
        self._write_unigrams(out)
        self._write_bigrams(out, trigrams)
        self._write_trigrams(out, trigrams)
        out.write("\n\\end\\\n")

    def _write_unigrams(self, out: TextIO) -> None:
        out.write("\n\\1-grams:\n")
        for word in sorted({*self._p1, BEGIN}):
            probability = _NEVER if word == BEGIN else math.log10(self._p1[word])
            out.write(f"{probability:.4f} {word} {self._backoff(self._p2.get(word), self._p1):.4f}\n")

    def _write_bigrams(self, out: TextIO, trigrams: Mapping[tuple[str, str], Counter[str]]) -> None:
        self._p3: dict[tuple[str, str], dict[str, float]] = {}
        out.write("\n\\2-grams:\n")
        for u, followers in self._p2.items():
            for v, probability in sorted(followers.items()):
                line = f"{math.log10(probability):.4f} {u} {v}"
                if counts := trigrams.get((u, v)):
                    p3 = self._p3[u, v] = self._mix_trigram(counts, v)
                    line += f" {self._backoff(p3, self._p2[v]):.4f}"
                elif v != END:
                    line += " 0.0"
                out.write(line + "\n")

    def _mix_trigram(self, counts: Counter[str], v: str) -> dict[str, float]:
        lower = self._p2[v]
        kept = self._smoothing.novelty_trigram * len(counts)
        total = sum(counts.values()) + kept
        return {w: (count + kept * lower[w]) / total for w, count in counts.items()}

    def _write_trigrams(self, out: TextIO, trigrams: Mapping[tuple[str, str], Counter[str]]) -> None:
        out.write("\n\\3-grams:\n")
        for u, v in trigrams:
            for w, probability in sorted(self._p3[u, v].items()):
                out.write(f"{math.log10(probability):.4f} {u} {v} {w}\n")

    @staticmethod
    def _backoff(explicit: Mapping[str, float] | None, lower: Mapping[str, float]) -> float:
        if not explicit:
            return 0.0
        left = max(1e-6, 1 - sum(explicit.values()))
        below = max(1e-6, 1 - sum(lower[word] for word in explicit))
        return math.log10(left / below)


if __name__ == "__main__":
    import sys

    TrigramModel(["yes please", "no thank you", "yes"], prior={}).write(sys.stdout)
