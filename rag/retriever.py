"""The records that a caller's turn is about: dense and lexical ranking, fused, of the location under discussion.

A call never waits for it longer than its time limit, and goes on without it when it is late or down.

Run `python -m rag.retriever --facts DIR`: JSON lines `{"text": ..., "context": {"location": ...}}` on standard input
become `{"ids": [...]}`. It uses the embedded profile's embedding, in a store of its own that is gone afterwards.
"""

import asyncio
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ValidationError

import metrics
from config import Settings
from errors import ConfigError, EngineError
from facts import PracticeFacts, Record
from log import log_event
from rag.bm25 import Bm25
from rag.embeddings import Embedding, LexicalEmbedding, OllamaEmbedding, Vector
from rag.fusion import fuse, ranked
from rag.loader import Store, ingest
from rag.search_text import search_texts, titles
from rag.store import KnowledgeStore
from rag.threads import SearchThreads
from rag.words import plain, question_weights

TOP = 3
LIMIT_SEC = 0.08
_DEPTH = 12  # of each ranking that is fused
_THREADS = 8


class SearchableStore(Store, Protocol):
    """What the retriever needs of a `KnowledgeStore`."""

    def nearest(self, vector: Vector, *, location: str | None, limit: int) -> list[tuple[str, float]]: ...


@dataclass(frozen=True, slots=True)
class _Index:
    """One state of the facts, as it is searched. Never changed, only replaced."""

    records: dict[str, Record]
    texts: Bm25
    titles: Bm25
    names: tuple[tuple[str, str], ...]  # location's name, plain, and its key; longer names first

    @classmethod
    def of(cls, facts: PracticeFacts) -> "_Index":
        names = sorted(((plain(place.name), place.location) for place in facts.locations), key=lambda it: -len(it[0]))
        records = {record.id: record for record in facts.records}
        return cls(records, Bm25(search_texts(facts)), Bm25(titles(facts), length_counts=0.2), tuple(names))

    def places(self, text: str, under_discussion: str | None) -> frozenset[str]:
        """Keys of the locations that a turn names; else the one under discussion; empty for any."""
        words, named = f" {plain(text)} ", set()
        for name, key in self.names:
            if name in words:
                named.add(key)
                words = words.replace(name, " ")
        return frozenset(named or ({under_discussion} if under_discussion else ()))

    def allowed(self, ranking: list[str], places: frozenset[str]) -> list[str]:
        """Of a ranking, the records that hold for the places, or for all."""
        return [key for key in ranking if key in self.records and _holds_for(self.records[key], places)]


class Retriever:
    """`call.Knowledge`: shared by all calls. `load` and `refresh` block; `find` does not.

    Args:
        store: where the vectors are.
        embedding: that made them.
        limit_sec: how long a turn waits.
    """

    def __init__(self, store: SearchableStore, embedding: Embedding, *, limit_sec: float = LIMIT_SEC) -> None:
        self._store = store
        self._embedding = embedding
        self._limit_sec = limit_sec
        self._threads = SearchThreads(_THREADS, "knowledge")
        self._loading = threading.Lock()
        self._facts: PracticeFacts | None = None
        self._index: _Index | None = None
        self.problem: str | None = "rag-down"  # code of what keeps the facts from being found; None when all is well

    def load(self, facts: PracticeFacts) -> bool:
        """Find these facts from now on. Blocks; to be called again whenever the facts changed (`FactsSource`).

        Returns:
            Whether the store has them. When it is down, that is logged, `find` answers with nothing, and `refresh`
            tries again.
        """
        with self._loading:
            self._facts = facts
            return self._brought_in(facts)

    def refresh(self) -> bool:
        """Try again what failed; costs nothing when all is well. Blocks. Returns whether all is well."""
        with self._loading:
            return self.problem is None or (self._facts is not None and self._brought_in(self._facts))

    async def keep(self, facts: PracticeFacts) -> bool:
        """Bring in facts that are new, or try again what failed, off the event loop; costs nothing when all is well.

        Returns:
            Whether `find` finds these facts.
        """
        if self._loading.locked():
            return False  # the one before is not through
        try:
            work = self.refresh if facts is self._facts else partial(self.load, facts)
            return await self._threads.run(work)
        except EngineError as exc:  # every thread hangs
            self.problem = exc.code
            return False

    async def find(self, text: str, location: str | None) -> tuple[Record, ...]:
        """The records that a caller's words are about, best first, at most three.

        Args:
            text: the caller's current turn.
            location: key of the location under discussion; records of others are left out, unless the turn names them.

        Returns:
            Nothing when no record fits, or when the search is late or down (counted and logged).
        """
        try:
            async with asyncio.timeout(self._limit_sec):
                return await self._threads.run(partial(self.search, text, location))
        except TimeoutError:
            self._missed("rag-timeout")
        except EngineError as exc:
            self.problem = exc.code
            self._missed(exc.code)
        except Exception as exc:  # a fault of the search must not cost the turn
            self._missed("rag-down", kind=type(exc).__name__)
        return ()

    def search(self, text: str, location: str | None) -> tuple[Record, ...]:
        """As `find`, in this thread and without a time limit.

        Raises:
            EngineError: the store or the embedding is down.
        """
        index = self._index
        if index is None or self.problem is not None:
            raise EngineError("the knowledge store has no facts yet", code="rag-down")
        places = index.places(text, location)
        nearest = self._nearest(text, places) if plain(text) else []
        asked = question_weights(text)
        rankings = [nearest, *(ranked(words.scores(asked)) for words in (index.texts, index.titles))]
        best = fuse(*(index.allowed(ranking, places)[:_DEPTH] for ranking in rankings))
        return tuple(index.records[key] for key in best[:TOP])

    def _nearest(self, text: str, places: frozenset[str]) -> list[str]:
        vector = self._embedding.query(text)
        only = next(iter(places)) if len(places) == 1 else None
        found = self._store.nearest(vector, location=only, limit=_DEPTH)
        return [key for key, near in found if near >= self._embedding.floor]

    def _brought_in(self, facts: PracticeFacts) -> bool:
        try:
            done = ingest(facts, self._store, self._embedding)
            self._embedding.documents(["hours"])  # has the time to load a model; a query has not
            self._store.nearest(self._embedding.query("hours"), location=None, limit=1)  # the first one is slow
        except EngineError as exc:
            self.problem = exc.code
            log_event("knowledge_not_loaded", level="ERROR", code=exc.code)
            return False
        self._index = _Index.of(facts)
        self.problem = None
        log_event("knowledge_loaded", embedded=done.embedded, kept=done.kept, removed=done.removed)
        return True

    def _missed(self, code: str, **fields: str) -> None:
        metrics.ENGINE_ERRORS.labels("rag", code).inc()
        log_event("knowledge_missed", level="WARNING", code=code, **fields)


def _holds_for(record: Record, places: frozenset[str]) -> bool:
    return not places or not record.places or not places.isdisjoint(record.places)


def retriever_from(settings: Settings) -> Retriever:
    """The retriever of the settings: nomic on Ollama in production, lexical in the embedded profile."""
    production = settings.avc_profile == "production"
    embedding: Embedding = OllamaEmbedding(settings.ollama_url) if production else LexicalEmbedding()
    where = settings.chroma_url or settings.data_dir / "knowledge"
    return Retriever(KnowledgeStore(where, model=embedding.name), embedding)


class _Context(BaseModel):
    location: str | None = None


class _Asked(BaseModel):
    """A line of the command's input; what else stands in it is for other commands."""

    text: str
    context: _Context | None = None

    @classmethod
    def of(cls, line: str, number: int) -> "_Asked":
        try:
            return cls.model_validate_json(line)
        except ValidationError as exc:
            raise ConfigError(f'standard input, line {number}: expected {{"text": ...}}') from exc


def _main() -> None:
    import argparse
    import json
    import sys
    import tempfile

    from errors import AvaError
    from facts_files import FACTS_DIR, read_facts

    parser = argparse.ArgumentParser(description="Find the records that questions (JSON lines) are about.")
    parser.add_argument("--facts", type=Path, default=FACTS_DIR, help="folder of records (%(default)s)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="knowledge-") as folder:
        embedding = LexicalEmbedding()
        retriever = Retriever(KnowledgeStore(Path(folder), model=embedding.name), embedding)
        try:
            retriever.load(read_facts(given.facts))
            for number, line in enumerate(sys.stdin, start=1):
                if line.strip():
                    asked = _Asked.of(line, number)
                    found = retriever.search(asked.text, asked.context.location if asked.context else None)
                    print(json.dumps({"ids": [record.id for record in found]}), flush=True)
        except AvaError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    from log import setup_logging

    setup_logging("WARNING")
    _main()
