"""The knowledge store: Chroma's collection `avc_knowledge`, in a folder of ours or on a server (`CHROMA_URL`).

It holds what can be made again from the files of facts at any time, and the practice's information only: the files are
checked for persons' data before they come here (`facts_checks.py`). Chroma's product telemetry and tracing are off.
A server sees the vectors of what callers say, so it belongs on the practice's own machine or network.

Run `python -m rag.store FOLDER` to see what a folder's collection holds.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from errors import EngineError
from rag.embeddings import Vector

COLLECTION = "avc_knowledge"
_SERVER_SEC = 5.0  # for one request


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it is stored. `places`: keys of locations, empty for all. `digest` tells whether it changed."""

    id: str
    text: str
    digest: str
    places: tuple[str, ...]
    vector: Vector


class KnowledgeStore:
    """One collection of vectors that one embedding made. Every method blocks and raises `EngineError` (`rag-down`).

    Args:
        where: a folder, or the URL of a Chroma server.
        model: name of the embedding; a collection that another one filled is emptied.
    """

    def __init__(self, where: Path | str, *, model: str) -> None:
        self._where = where
        self._model = model
        self._opening = threading.Lock()
        self._opened: Any = None

    def digests(self) -> dict[str, str]:
        """Id -> digest of everything that is stored."""
        with self._ours():
            rows = self._collection().get(include=["metadatas"])
            return {key: str(data["digest"]) for key, data in zip(rows["ids"], rows["metadatas"], strict=True)}

    def put(self, entries: Sequence[Entry]) -> None:
        """Add entries, or replace those of the same id."""
        if not entries:
            return
        with self._ours():
            self._collection().upsert(
                ids=[entry.id for entry in entries],
                embeddings=[entry.vector for entry in entries],
                documents=[entry.text for entry in entries],
                metadatas=[_metadata(entry) for entry in entries],
            )

    def remove(self, ids: Sequence[str]) -> None:
        if ids:
            with self._ours():
                self._collection().delete(ids=list(ids))

    def nearest(self, vector: Vector, *, location: str | None, limit: int) -> list[tuple[str, float]]:
        """Ids and nearness (cosine), best first; those of other locations are left out."""
        chosen = {"$or": [{"everywhere": True}, {f"at_{location}": True}]} if location else None
        with self._ours():
            found = self._collection().query(
                query_embeddings=[vector], n_results=limit, where=chosen, include=["distances"]
            )
            distances = found["distances"][0]
            return [(key, 1.0 - float(far)) for key, far in zip(found["ids"][0], distances, strict=True)]

    def _collection(self) -> Any:
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    @contextmanager
    def _ours(self) -> Iterator[None]:
        """Chroma raises errors of its own, of httpx, of SQLite and plain ValueErrors; all mean that it is down.

        The collection is looked up again afterwards: its server may have come back without it.
        """
        try:
            yield
        except Exception as exc:
            self._opened = None
            raise EngineError(f"the knowledge store failed ({type(exc).__name__})", code="rag-down") from exc

    def _open(self) -> Any:
        client = _client(self._where)
        found = self._made(client)
        if (found.metadata or {}).get("model") != self._model:
            client.delete_collection(COLLECTION)
            found = self._made(client)
        return found

    def _made(self, client: Any) -> Any:
        return client.get_or_create_collection(
            COLLECTION,
            metadata={"model": self._model},
            embedding_function=None,  # Chroma's own would fetch a model
            configuration={"hnsw": {"space": "cosine"}},
        )


def _metadata(entry: Entry) -> dict[str, str | bool]:
    places: dict[str, str | bool] = {f"at_{key}": True for key in entry.places}
    places |= {"digest": entry.digest, "everywhere": not entry.places}
    return places


def _client(where: Path | str) -> Any:
    import chromadb  # half a second: only where there is a store

    # given here, these win over the environment and over a `.env`, which Chroma would read
    settings = chromadb.Settings(
        _env_file=None, anonymized_telemetry=False, chroma_otel_collection_endpoint="", chroma_otel_granularity=None
    )
    if isinstance(where, Path):
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        return chromadb.PersistentClient(str(where), settings=settings)
    url = urlsplit(where)
    port = url.port or (443 if url.scheme == "https" else 8000)
    # Chroma's client waits for ever: a server that takes connections and says nothing is found out before
    httpx2.get(f"{url.scheme}://{url.hostname}:{port}/api/v2/heartbeat", timeout=_SERVER_SEC).raise_for_status()
    client = chromadb.HttpClient(url.hostname or "", port, ssl=url.scheme == "https", settings=settings)
    client._server._session.timeout = _SERVER_SEC  # type: ignore[attr-defined]
    return client


if __name__ == "__main__":
    import sys

    from rag.embeddings import LexicalEmbedding

    for stored, digest in KnowledgeStore(Path(sys.argv[1]), model=LexicalEmbedding.name).digests().items():
        print(f"{digest} {stored}")
