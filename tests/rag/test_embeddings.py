import json
import math
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from errors import EngineError
from rag.embeddings import LexicalEmbedding, OllamaEmbedding


def cosine(one: list[float], other: list[float]) -> float:
    return sum(left * right for left, right in zip(one, other, strict=True))


def test_the_lexical_embedding_is_the_same_every_time_and_of_unit_length() -> None:
    texts = ["The office is open until 5 PM.", "We accept VSP."]
    one, other = LexicalEmbedding(), LexicalEmbedding()
    assert one.documents(texts) == other.documents(texts)
    assert one.query(texts[0]) == other.query(texts[0])
    assert all(math.isclose(cosine(vector, vector), 1.0) for vector in one.documents(texts))


def test_a_documents_vector_depends_on_its_own_text_alone() -> None:
    embedding = LexicalEmbedding()
    before = embedding.documents(["We accept VSP."])
    embedding.learn(["We accept VSP.", "Parking is free."])
    assert embedding.documents(["We accept VSP."]) == before


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("is parking free", "Parking is free behind the building.", "We accept VSP, a vision plan."),
        ("can my kids come", "We see children from the age of three.", "Copays are due on the day of the visit."),
        ("opthalmologist", "Dr. Sample is an ophthalmologist.", "The office is in Austin."),  # a letter is missing
        ("donde estacionar", "Parking is free.", "We are open on Saturday."),
    ],
)
def test_what_belongs_together_is_nearer(question: str, near: str, far: str) -> None:
    embedding = LexicalEmbedding()
    asked = embedding.query(question)
    one, other = (cosine(asked, vector) for vector in embedding.documents([near, far]))
    assert one > embedding.floor
    assert one > other + 0.05


def test_a_rare_word_weighs_more_than_one_that_stands_everywhere() -> None:
    embedding = LexicalEmbedding()
    texts = [f"The office of {place} has parking." for place in ("Austin", "Kendall", "Hialeah", "Miami", "Tampa")]
    embedding.learn(texts)
    asked = embedding.query("parking Austin")
    scores = [cosine(asked, vector) for vector in embedding.documents([texts[0], "Parking, parking lots, and parks."])]
    assert scores[0] > scores[1]


class FakeOllama(BaseHTTPRequestHandler):
    """Ollama's `/v1/embeddings`: a vector that tells the length of the text. `answer` replaces it, while set."""

    requests: list[dict[str, Any]]
    answer: tuple[int, bytes] | None

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).requests.append({"path": self.path} | request)
        rows = [
            {"object": "embedding", "index": index, "embedding": [float(len(text)), 1.0]}
            for index, text in enumerate(request["input"])
        ]
        status, body = self.answer or (200, json.dumps({"object": "list", "data": rows[::-1]}).encode())
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def ollama() -> Iterator[tuple[str, type[FakeOllama]]]:
    handler = type("Handler", (FakeOllama,), {"requests": [], "answer": None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1", handler
    server.shutdown()
    server.server_close()
    thread.join()


def test_nomic_gets_its_prefixes(ollama: tuple[str, type[FakeOllama]]) -> None:
    url, server = ollama
    embedding = OllamaEmbedding(url)
    embedding.query("are you open")
    embedding.documents(["We are open.", "Parking is free."])
    assert server.requests == [
        {"path": "/v1/embeddings", "model": "nomic-embed-text", "input": ["search_query: are you open"]},
        {
            "path": "/v1/embeddings",
            "model": "nomic-embed-text",
            "input": ["search_document: We are open.", "search_document: Parking is free."],
        },
    ]
    embedding.close()


def test_vectors_come_in_the_order_of_the_texts_in_batches_and_of_unit_length(
    ollama: tuple[str, type[FakeOllama]],
) -> None:
    url, server = ollama
    embedding = OllamaEmbedding(url)
    vectors = embedding.documents(["x" * length for length in range(1, 101)])
    assert [len(request["input"]) for request in server.requests] == [64, 36]
    lengths = [vector[0] / vector[1] - len("search_document: ") for vector in vectors]
    assert lengths == pytest.approx(list(range(1, 101)))
    assert all(math.isclose(cosine(vector, vector), 1.0) for vector in vectors)
    embedding.close()


@pytest.mark.parametrize(
    "answer",
    [
        (404, b'{"error": {"message": "model not found, try pulling it first"}}'),
        (503, b"busy"),
        (200, b"<html>"),
        (200, b'{"data": []}'),
        (200, b'{"data": [{"index": 0, "embedding": ["a"]}]}'),
    ],
)
def test_an_ollama_that_refuses_is_one_error_of_ours(
    ollama: tuple[str, type[FakeOllama]], answer: tuple[int, bytes]
) -> None:
    url, server = ollama
    server.answer = answer
    embedding = OllamaEmbedding(url)
    with pytest.raises(EngineError) as caught:
        embedding.query("my name is Rosa Invented")
    assert caught.value.code == "rag-down"
    assert "Rosa" not in str(caught.value)
    embedding.close()


def test_an_ollama_that_is_away_is_one_error_of_ours() -> None:
    embedding = OllamaEmbedding("http://127.0.0.1:9/v1")
    with pytest.raises(EngineError, match="no embeddings"):
        embedding.query("are you open")
    embedding.close()
