"""What is common in spoken English at large, read from the recognizer's own general language model.

Callers use words and turns that no list of phrasings has. The general model knows how likely they are; its bigrams
stand behind those of the phrasings.
"""

import math
import re
from collections.abc import Iterable
from pathlib import Path

import pocketsphinx

_PLAIN = re.compile(r"[a-z]+('[a-z]+)?")
_LOG_BASE = 1.0001
_MIN_PROBABILITY = 2e-4  # of a bigram that is worth writing out
_MIN_RATIO = 3.0  # to the word's probability without its history
# Conversation has them; a mishearing that puts one into a patient's record does harm, and leaving them out none.
_LEFT_OUT = frozenset({
    "ass", "bastard", "bitch", "bitches", "bullshit", "crap", "damn", "dick", "fuck", "fucked", "fucking", "goddamn",
    "hell", "piss", "pissed", "screwed", "sex", "sexy", "shit", "suck", "sucks",
})  # fmt: skip


class GeneralEnglish:
    """Probabilities of words and pairs of words.

    Args:
        model: `en-us.lm.bin` of pocketsphinx.
        words: the words to ask about; those that the model lacks are left out.
    """

    def __init__(self, model: Path, words: Iterable[str]) -> None:
        config = pocketsphinx.Config(lm=None, hmm=None, dict=None)
        self._model = pocketsphinx.NGramModel(config, pocketsphinx.LogMath(_LOG_BASE), str(model))
        plain = sorted({word for word in words if _PLAIN.fullmatch(word)} - _LEFT_OUT)
        known = {word: self._probability([word]) for word in plain}
        self.unigrams: dict[str, float] = {word: p for word, p in known.items() if p > 1e-9}

    def most_common(self, count: int) -> dict[str, float]:
        """The likeliest words and their probabilities."""
        ranked = sorted(self.unigrams, key=lambda word: (-self.unigrams[word], word))
        return {word: self.unigrams[word] for word in ranked[:count]}

    def followers(self, word: str, candidates: dict[str, float]) -> dict[str, float]:
        """P(candidate | word) of the candidates that are markedly likelier after `word` than anywhere."""
        if word not in self.unigrams:
            return {}
        found = {candidate: self._probability([candidate, word]) for candidate in candidates}
        return {v: p for v, p in found.items() if p > _MIN_PROBABILITY and p > _MIN_RATIO * candidates[v]}

    def _probability(self, word_and_history: list[str]) -> float:
        return math.exp(self._model.prob(word_and_history) * math.log(_LOG_BASE))


if __name__ == "__main__":
    everything = Path(pocketsphinx.get_model_path()) / "en-us" / "en-us.lm.bin"
    english = GeneralEnglish(everything, ["i", "my", "eye", "want", "to", "see", "the", "doctor", "hurts"])
    for first in english.unigrams:
        print(first, english.followers(first, english.unigrams))
