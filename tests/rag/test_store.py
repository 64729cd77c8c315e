import socket
import subprocess
import sys
from pathlib import Path

import pytest

from errors import EngineError
from rag.store import Entry, KnowledgeStore

ROOT = Path(__file__).parent.parent.parent


def entry(key: str, vector: list[float], *places: str) -> Entry:
    return Entry(key, f"text of {key}", f"digest of {key}", places, vector)


ENTRIES = [
    entry("everywhere", [1.0, 0.0]),
    entry("kendall", [0.8, 0.6], "kendall"),
    entry("austin", [0.6, 0.8], "austin", "san_antonio"),
]


@pytest.fixture
def store(tmp_path: Path) -> KnowledgeStore:
    filled = KnowledgeStore(tmp_path / "knowledge", model="trial")
    filled.put(ENTRIES)
    return filled


def test_the_nearest_come_first_with_their_cosine(store: KnowledgeStore) -> None:
    found = store.nearest([0.8, 0.6], location=None, limit=3)
    assert [key for key, _ in found] == ["kendall", "austin", "everywhere"]
    assert [near for _, near in found] == pytest.approx([1.0, 0.96, 0.8], abs=1e-4)


@pytest.mark.parametrize(
    ("location", "ids"),
    [
        ("kendall", {"everywhere", "kendall"}),
        ("san_antonio", {"everywhere", "austin"}),
        ("nowhere", {"everywhere"}),
    ],
)
def test_records_of_other_locations_drop_out(store: KnowledgeStore, location: str, ids: set[str]) -> None:
    assert {key for key, _ in store.nearest([0.5, 0.5], location=location, limit=9)} == ids


def test_what_was_stored_is_there_after_a_restart(store: KnowledgeStore, tmp_path: Path) -> None:
    again = KnowledgeStore(tmp_path / "knowledge", model="trial")
    assert again.digests() == {one.id: one.digest for one in ENTRIES}


def test_a_collection_of_another_embedding_is_emptied_and_takes_vectors_of_another_size(
    store: KnowledgeStore, tmp_path: Path
) -> None:
    other = KnowledgeStore(tmp_path / "knowledge", model="another")
    assert other.digests() == {}
    other.put([entry("everywhere", [1.0, 0.0, 0.0])])
    assert other.nearest([1.0, 0.0, 0.0], location=None, limit=1) == [("everywhere", pytest.approx(1.0))]


def test_removed_entries_are_gone(store: KnowledgeStore) -> None:
    store.remove(["kendall"])
    assert store.digests().keys() == {"everywhere", "austin"}


def test_a_server_that_is_away_is_one_error_of_ours() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(EngineError) as caught:
        KnowledgeStore(f"http://127.0.0.1:{port}", model="trial").digests()
    assert (caught.value.code, caught.value.retryable) == ("rag-down", True)


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.store._SERVER_SEC", 0.1)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with pytest.raises(EngineError):
            KnowledgeStore(f"http://127.0.0.1:{mute.getsockname()[1]}", model="trial").digests()


def test_a_store_reaches_no_other_machine(tmp_path: Path) -> None:
    program = """
import socket, sys
def refused(event, args):
    if event in ("socket.connect", "socket.getaddrinfo"):
        print("REACHED OUT", event, args)
sys.addaudithook(refused)
from pathlib import Path
from rag.store import Entry, KnowledgeStore
store = KnowledgeStore(Path(sys.argv[1]), model="trial")
store.put([Entry("one", "text", "digest", (), [1.0, 0.0])])
print(store.nearest([1.0, 0.0], location=None, limit=1))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "'one'" in done.stdout
    assert "REACHED OUT" not in done.stdout
