import asyncio
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml

from config import Settings
from errors import EngineError
from facts import PracticeFacts
from facts_files import FACTS_DIR, read_facts
from rag.embeddings import LexicalEmbedding, OllamaEmbedding, Vector
from rag.retriever import Retriever, retriever_from
from rag.store import Entry, KnowledgeStore
from tests.recording.helpers import counted, the_log

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def questions(name: str) -> list[tuple[str, str | None, list[str]]]:
    return [tuple(row) for row in yaml.safe_load((HERE / name).read_text())]


def a_retriever(store: Path, folder: Path = FACTS_DIR) -> Retriever:
    embedding = LexicalEmbedding()
    made = Retriever(KnowledgeStore(store, model=embedding.name), embedding)
    assert made.load(read_facts(folder))
    return made


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    return a_retriever(tmp_path_factory.mktemp("knowledge"))


class FakeStore:
    """A store in memory. `nearest` waits for `gate` and raises `error`, while they are set."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.gate: threading.Event | None = None
        self.error: Exception | None = None

    def digests(self) -> dict[str, str]:
        if self.error:
            raise self.error
        return {key: entry.digest for key, entry in self.entries.items()}

    def put(self, entries: Sequence[Entry]) -> None:
        self.entries |= {entry.id: entry for entry in entries}

    def remove(self, ids: Sequence[str]) -> None:
        for key in ids:
            del self.entries[key]

    def nearest(self, vector: Vector, *, location: str | None, limit: int) -> list[tuple[str, float]]:
        if self.gate:
            self.gate.wait(5)
        if self.error:
            raise self.error
        return []


@pytest.fixture
def fake() -> Iterator[FakeStore]:
    store = FakeStore()
    yield store
    if store.gate:
        store.gate.set()


@pytest.fixture
def over_fake(fake: FakeStore, facts: PracticeFacts) -> Retriever:
    made = Retriever(fake, LexicalEmbedding())
    assert made.load(facts)
    return made


def recall(retriever: Retriever, asked: list[tuple[str, str | None, list[str]]]) -> tuple[float, list[str]]:
    missed = [
        text for text, place, ids in asked if not {one.id for one in retriever.search(text, place)} & set(ids)
    ]  # fmt: skip
    return 1 - len(missed) / len(asked), missed


def test_of_a_hundred_questions_ninety_five_find_their_record(retriever: Retriever) -> None:
    asked = questions("questions_first.yaml") + questions("questions_second.yaml")
    share, missed = recall(retriever, asked)
    assert len(asked) == 100
    assert share >= 0.95, missed


@pytest.mark.parametrize("name", ["questions_third.yaml", "questions_held_out.yaml"])
def test_rarer_ways_of_asking_find_their_record_as_well(retriever: Retriever, name: str) -> None:
    share, missed = recall(retriever, questions(name))
    assert share >= 0.95, missed


@pytest.mark.parametrize(("practice", "records"), [("second_practice", 40), ("third_practice", 67)])
def test_the_questions_of_another_practice_find_their_records_too(tmp_path: Path, practice: str, records: int) -> None:
    folder = HERE / practice
    asked = questions(f"questions_{practice}.yaml")
    share, missed = recall(a_retriever(tmp_path, folder), asked)
    assert len(read_facts(folder).records) == records
    assert share >= 0.95, missed


@pytest.mark.parametrize("name", [path.name for path in sorted(HERE.glob("questions_*.yaml"))])
def test_the_questions_name_records_that_there_are(name: str) -> None:
    folder = HERE / name.removeprefix("questions_").removesuffix(".yaml")
    folder = folder if folder.is_dir() else FACTS_DIR
    known = {record.id for record in read_facts(folder).records}
    assert {key for _, _, ids in questions(name) for key in ids} <= known


async def test_no_record_of_another_location_is_found(retriever: Retriever, facts: PracticeFacts) -> None:
    for text, _, _ in questions("questions_first.yaml"):
        if any(place.name.casefold() in text.casefold() for place in facts.locations):
            continue
        found = await retriever.find(text, "san_antonio")
        assert all(not record.places or "san_antonio" in record.places for record in found)


async def test_a_location_that_the_turn_names_is_the_one_under_discussion(retriever: Retriever) -> None:
    found = await retriever.find("And in Austin, are you open on Saturday?", "kendall")
    assert found[0].id == "hours-austin-saturday"
    assert not any("kendall" in record.places for record in found)


@pytest.mark.parametrize("text", ["", "   ", "?!", "um okay yes"])
async def test_words_that_ask_for_nothing_find_nothing(retriever: Retriever, text: str) -> None:
    assert await retriever.find(text, None) == ()


def test_a_search_takes_less_than_twenty_milliseconds_at_the_median(retriever: Retriever) -> None:
    took = []
    for text, place, _ in questions("questions_first.yaml"):
        start = time.process_time()
        retriever.search(text, place)
        took.append(time.process_time() - start)
    assert statistics.median(took) < 0.020


async def test_a_late_store_costs_the_turn_its_time_limit_and_is_counted(over_fake: Retriever, fake: FakeStore) -> None:
    fake.gate = threading.Event()
    before = counted("ava_engine_errors_total", engine="rag", code="rag-timeout")
    start = time.perf_counter()
    with the_log() as log:
        assert await over_fake.find("Do you take VSP?", None) == ()
    assert time.perf_counter() - start < 0.5
    assert counted("ava_engine_errors_total", engine="rag", code="rag-timeout") == before + 1
    assert [line for line in log if "knowledge_missed" in line and "code=rag-timeout" in line]
    assert not any("VSP" in line for line in log)


async def test_a_store_that_hangs_does_not_hold_the_event_loop_nor_gather_threads(
    over_fake: Retriever, fake: FakeStore
) -> None:
    fake.gate = threading.Event()
    before = counted("ava_engine_errors_total", engine="rag", code="rag-down")
    threads = threading.active_count()
    found = asyncio.gather(*(over_fake.find("Do you take VSP?", None) for _ in range(30)))
    ticks = 0
    while not found.done():
        await asyncio.sleep(0.005)
        ticks += 1
    assert ticks > 3
    assert set(await found) == {()}
    assert threading.active_count() - threads <= 8
    assert counted("ava_engine_errors_total", engine="rag", code="rag-down") == before + 22


async def test_a_store_that_failed_is_left_until_it_is_well_again(over_fake: Retriever, fake: FakeStore) -> None:
    fake.error = EngineError("away", code="rag-down")
    assert await over_fake.find("Do you take VSP?", None) == ()
    assert over_fake.problem == "rag-down"
    assert over_fake.refresh() is False
    fake.error = None
    assert await over_fake.find("Do you take VSP?", None) == ()
    assert over_fake.refresh() is True
    assert "plan-vsp" in [record.id for record in await over_fake.find("Do you take VSP?", None)]


async def test_facts_that_no_store_took_are_not_found_but_the_call_goes_on(
    fake: FakeStore, facts: PracticeFacts
) -> None:
    fake.error = EngineError("away", code="rag-down")
    retriever = Retriever(fake, LexicalEmbedding())
    assert retriever.load(facts) is False
    assert await retriever.find("Do you take VSP?", None) == ()
    fake.error = None
    assert retriever.refresh() is True
    assert await retriever.find("Do you take VSP?", None) != ()


async def test_a_cancelled_turn_stays_cancelled(over_fake: Retriever, fake: FakeStore) -> None:
    fake.gate = threading.Event()
    turn = asyncio.create_task(over_fake.find("Do you take VSP?", None), name="turn")
    await asyncio.sleep(0.01)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn


async def test_changed_facts_are_found_without_a_restart(tmp_path: Path, facts: PracticeFacts) -> None:
    retriever = a_retriever(tmp_path)
    parking = facts.faqs[0].model_copy(
        update={"id": "faq-helipad", "question": "Is there a helipad?", "answer": "Land on the roof.", "text": "Roof."}
    )
    assert retriever.load(facts.model_copy(update={"faqs": (parking,)}))
    assert (await retriever.find("Do you have a helipad?", None))[0].id == "faq-helipad"
    assert not [one for one in await retriever.find("Do I need a referral?", None) if one.id == "faq-referral"]


def test_the_profile_chooses_the_embedding_and_the_settings_the_store(tmp_path: Path) -> None:
    embedded = retriever_from(Settings(avc_profile="embedded", data_dir=tmp_path))
    assert isinstance(embedded._embedding, LexicalEmbedding)
    assert embedded.load(read_facts())
    assert (tmp_path / "knowledge").is_dir()
    assert isinstance(retriever_from(Settings(data_dir=tmp_path))._embedding, OllamaEmbedding)


def test_the_command_answers_json_lines_for_any_folder_of_records() -> None:
    lines = [
        {"text": "Do you take Tricare?", "context": {"location": "el_paso"}},
        {"text": "How much is an eye exam?"},
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "rag.retriever", "--facts", str(HERE / "second_practice")],
        input="\n".join(json.dumps(line) for line in lines),
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = [json.loads(line)["ids"] for line in done.stdout.splitlines()]
    assert [ids[0] for ids in found] == ["i-tricare", "s-exam"]
    assert all(len(ids) <= 3 for ids in found)


def test_the_command_names_the_line_that_it_cannot_read() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rag.retriever"],
        input='{"text": "Do you take VSP?", "context": null}\n\nnot json\n',
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "plan-vsp" in json.loads(done.stdout)["ids"]
    assert done.returncode == 1
    assert "line 3" in done.stderr
    assert "Traceback" not in done.stderr
