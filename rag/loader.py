"""Brings facts into the knowledge store: only what changed is embedded again, what is gone is removed.

The facts were checked as a whole before they come here (`facts_files.read_facts`): nothing is half-loaded.

Run `python -m rag.loader FOLDER` to bring the shipped facts into a store in FOLDER (`--facts DIR` for others).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from facts import PracticeFacts, Record
from rag.embeddings import Embedding
from rag.search_text import search_texts
from rag.store import Entry


class Store(Protocol):
    """What the loader needs of a `KnowledgeStore`. Each method may raise `EngineError`."""

    def digests(self) -> dict[str, str]: ...

    def put(self, entries: Sequence[Entry]) -> None: ...

    def remove(self, ids: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Ingested:
    """How many records were embedded, left as they were, and removed."""

    embedded: int
    kept: int
    removed: int


def ingest(facts: PracticeFacts, store: Store, embedding: Embedding) -> Ingested:
    """Make the store hold exactly these facts. Blocks.

    What is new is embedded before anything is written: when the embedding fails, the store is as it was.

    Raises:
        EngineError: the store or the embedding failed (`rag-down`).
    """
    texts = search_texts(facts)
    embedding.learn(list(texts.values()))
    stored = store.digests()
    digests = {record.id: _digest(record, texts[record.id]) for record in facts.records}
    changed = [record for record in facts.records if stored.get(record.id) != digests[record.id]]
    store.put(_entries(changed, texts, digests, embedding))
    gone = sorted(stored.keys() - digests.keys())
    store.remove(gone)
    return Ingested(embedded=len(changed), kept=len(digests) - len(changed), removed=len(gone))


def _entries(
    records: Sequence[Record], texts: Mapping[str, str], digests: Mapping[str, str], embedding: Embedding
) -> list[Entry]:
    vectors = embedding.documents([texts[record.id] for record in records]) if records else []
    return [
        Entry(record.id, record.text, digests[record.id], record.places, vector)
        for record, vector in zip(records, vectors, strict=True)
    ]


def _digest(record: Record, text: str) -> str:
    content = "\n".join([text, record.text, *record.places])
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


if __name__ == "__main__":
    import argparse
    import sys
    from pathlib import Path

    from errors import AvaError
    from facts_files import FACTS_DIR, read_facts
    from rag.embeddings import LexicalEmbedding
    from rag.store import KnowledgeStore

    parser = argparse.ArgumentParser(description="Bring facts into a knowledge store.")
    parser.add_argument("folder", type=Path, help="of the store; made when it is missing")
    parser.add_argument("--facts", type=Path, default=FACTS_DIR, help="folder of records (%(default)s)")
    given = parser.parse_args()
    lexical = LexicalEmbedding()
    try:
        print(ingest(read_facts(given.facts), KnowledgeStore(given.folder, model=lexical.name), lexical))
    except AvaError as error:
        sys.exit(str(error))
