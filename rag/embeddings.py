"""Texts as vectors: nomic-embed-text on Ollama in production, hashed words and letters in the embedded profile.

Run `python -m rag.embeddings "What time do you close?" "We are open until five."` for the nearness of two texts
(lexical; `--ollama URL` asks a running Ollama).
"""

import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

import httpx2
import numpy as np
from pydantic import BaseModel, ValidationError

from errors import EngineError
from rag.words import question_weights, stems

Vector = list[float]


class Embedding(Protocol):
    """A way to make vectors. All are of unit length; their nearness is the cosine, -1 to 1.

    Attributes:
        name: of the model and its version; vectors of another name are not comparable.
        floor: nearness below which a record has nothing to do with a question.
    """

    name: str
    floor: float

    def learn(self, texts: Sequence[str]) -> None:
        """Be told all the texts that can be found, for models that weigh rare words more."""
        ...

    def documents(self, texts: Sequence[str]) -> list[Vector]:
        """One vector per text. Blocks. Raises `EngineError`."""
        ...

    def query(self, text: str) -> Vector:
        """The vector of a caller's words. Blocks. Raises `EngineError`."""
        ...


class LexicalEmbedding:
    """Stems, pairs of stems and letter groups, hashed into a vector: no model, the same result on every machine.

    A document's vector depends on its text alone, so that a changed record changes one vector; how rare a feature is
    among all texts (`learn`) weighs the query's side.
    """

    name = "lexical-2"
    floor = 0.05
    _SIZE = 2048

    def __init__(self) -> None:
        self._rarity = np.ones(self._SIZE)

    def learn(self, texts: Sequence[str]) -> None:
        found = np.zeros(self._SIZE)
        for text in texts:
            found += self._hashed(_features(dict.fromkeys(stems(text), 1.0))) != 0
        self._rarity = np.log(1 + (len(texts) + 1) / (found + 1)) ** 2

    def documents(self, texts: Sequence[str]) -> list[Vector]:
        return [_unit(self._hashed(_features(dict.fromkeys(stems(text), 1.0)))) for text in texts]

    def query(self, text: str) -> Vector:
        return _unit(self._hashed(_features(question_weights(text))) * self._rarity)

    def _hashed(self, features: Mapping[str, float]) -> np.ndarray[Any, np.dtype[np.float64]]:
        vector = np.zeros(self._SIZE)
        for feature, weight in features.items():
            code = zlib.crc32(feature.encode())
            vector[code % self._SIZE] += weight if code & 0x80000000 else -weight
        return vector


def _features(weights: Mapping[str, float]) -> dict[str, float]:
    features: dict[str, float] = {}
    for stem, weight in weights.items():
        features[stem] = weight
        edged = f"<{stem}>"
        groups = {edged[start : start + 4] for start in range(len(edged) - 3)}
        for group in groups:
            features["#" + group] = max(features.get("#" + group, 0.0), 0.6 * weight / len(groups) ** 0.5)
    for (first, one), (second, other) in pairwise(weights.items()):
        features[f"{first} {second}"] = 0.5 * min(one, other)
    return features


def _unit(vector: np.ndarray[Any, np.dtype[np.float64]]) -> Vector:
    length = float(np.linalg.norm(vector))
    return [float(value) for value in (vector / length if length else vector)]


class _Embedded(BaseModel):
    index: int
    embedding: list[float]


class _Answer(BaseModel):
    data: list[_Embedded]


class OllamaEmbedding:
    """nomic-embed-text over Ollama's `/v1/embeddings`; the prefixes are the model's own and are not added by Ollama.

    Args:
        url: Ollama's `/v1`.
        model: as `ollama list` prints it.
        query_timeout_sec: for a caller's words; documents have a minute.
    """

    floor = 0.5
    _BATCH = 64

    def __init__(self, url: str, *, model: str = "nomic-embed-text", query_timeout_sec: float = 0.5) -> None:
        self.name = model
        self._model = model
        self._url = f"{url.rstrip('/')}/embeddings"
        self._query_timeout_sec = query_timeout_sec
        self._client = httpx2.Client(timeout=60.0, trust_env=False)  # no proxy hears what callers say

    def learn(self, texts: Sequence[str]) -> None:
        """The model knows what it knows."""

    def documents(self, texts: Sequence[str]) -> list[Vector]:
        vectors: list[Vector] = []
        for start in range(0, len(texts), self._BATCH):
            batch = [f"search_document: {text}" for text in texts[start : start + self._BATCH]]
            vectors += self._vectors(batch, timeout_sec=60.0)
        return vectors

    def query(self, text: str) -> Vector:
        return self._vectors([f"search_query: {text}"], timeout_sec=self._query_timeout_sec)[0]

    def close(self) -> None:
        self._client.close()

    def _vectors(self, texts: list[str], *, timeout_sec: float) -> list[Vector]:
        request = {"model": self._model, "input": texts}
        try:
            answer = self._client.post(self._url, json=request, timeout=timeout_sec)
            answer.raise_for_status()
            rows = sorted(_Answer.model_validate_json(answer.content).data, key=lambda row: row.index)
        except (httpx2.HTTPError, ValidationError) as exc:
            raise EngineError(f"no embeddings from Ollama ({type(exc).__name__})", code="rag-down") from exc
        if len(rows) != len(texts):
            raise EngineError("Ollama sent another number of embeddings than asked for", code="rag-down")
        return [_unit(np.asarray(row.embedding)) for row in rows]


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description="How near two texts are to each other.")
    parser.add_argument("question")
    parser.add_argument("record")
    parser.add_argument("--ollama", help="its /v1, as in http://127.0.0.1:11434/v1")
    given = parser.parse_args()
    trial: Embedding = OllamaEmbedding(given.ollama, query_timeout_sec=30.0) if given.ollama else LexicalEmbedding()
    print(f"{np.dot(trial.query(given.question), trial.documents([given.record])[0]):.3f}")
