from collections.abc import Sequence

import pytest

from facts import PracticeFacts
from facts_files import read_facts
from rag.embeddings import LexicalEmbedding, Vector


class CountingEmbedding(LexicalEmbedding):
    """The lexical embedding; it remembers which documents it was given. `error` is raised instead, while set."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[str] = []
        self.error: Exception | None = None

    def documents(self, texts: Sequence[str]) -> list[Vector]:
        if self.error:
            raise self.error
        self.given += texts
        return super().documents(texts)


@pytest.fixture
def embedding() -> CountingEmbedding:
    return CountingEmbedding()


@pytest.fixture(scope="session")
def facts() -> PracticeFacts:
    return read_facts()
