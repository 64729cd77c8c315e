from pathlib import Path

import pytest

from errors import EngineError
from facts import Faq, PracticeFacts
from rag.loader import Ingested, ingest
from rag.store import KnowledgeStore
from tests.rag.conftest import CountingEmbedding


def with_faqs(facts: PracticeFacts, *faqs: Faq) -> PracticeFacts:
    return facts.model_copy(update={"faqs": faqs})


@pytest.fixture
def store(tmp_path: Path) -> KnowledgeStore:
    return KnowledgeStore(tmp_path / "knowledge", model=CountingEmbedding.name)


def test_every_record_is_embedded_once(
    facts: PracticeFacts, store: KnowledgeStore, embedding: CountingEmbedding
) -> None:
    count = len(facts.records)
    assert ingest(facts, store, embedding) == Ingested(embedded=count, kept=0, removed=0)
    assert ingest(facts, store, embedding) == Ingested(embedded=0, kept=count, removed=0)
    assert len(embedding.given) == count
    assert store.digests().keys() == {record.id for record in facts.records}


def test_only_what_changed_is_embedded_again_and_what_is_gone_is_removed(
    facts: PracticeFacts, store: KnowledgeStore, embedding: CountingEmbedding
) -> None:
    ingest(facts, store, embedding)
    embedding.given.clear()
    first, second, third, *_ = facts.faqs
    later = with_faqs(facts, first.model_copy(update={"answer": "Bring nothing but yourself."}), second)
    done = ingest(later, store, embedding)
    assert (done.embedded, done.removed) == (1, len(facts.faqs) - 2)
    assert len(embedding.given) == 1
    assert "nothing but yourself" in embedding.given[0]
    assert third.id not in store.digests()


def test_a_record_that_moves_to_another_location_is_stored_anew(
    facts: PracticeFacts, store: KnowledgeStore, embedding: CountingEmbedding
) -> None:
    faq = facts.faqs[0]
    ingest(with_faqs(facts, faq), store, embedding)
    ingest(with_faqs(facts, faq.model_copy(update={"location": "austin"})), store, embedding)
    vector = embedding.query(faq.question)
    assert faq.id in dict(store.nearest(vector, location="austin", limit=5))
    assert faq.id not in dict(store.nearest(vector, location="kendall", limit=50))


def test_a_failed_embedding_leaves_the_store_as_it_was(
    facts: PracticeFacts, store: KnowledgeStore, embedding: CountingEmbedding
) -> None:
    ingest(facts, store, embedding)
    before = store.digests()
    embedding.error = EngineError("no answer", code="rag-down")
    with pytest.raises(EngineError):
        ingest(with_faqs(facts, facts.faqs[0].model_copy(update={"answer": "New words."})), store, embedding)
    assert store.digests() == before
