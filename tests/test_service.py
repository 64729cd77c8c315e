import asyncio
import gc
import json
import shutil
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

import service
from call import Turn
from config import Settings
from dialogue import intent_features, prompt
from dialogue.guard import BLOCKLIST, Guard
from dialogue.question_wording import QUESTIONS
from dialogue.spoken import spoken
from dialogue.triage import WORDING
from engines.receptionist import ReceptionistEngine
from facts import PracticeFacts
from facts_files import FACTS_DIR, FactsSource, facts_version
from odoo.calendar import OdooCalendar
from rag.embeddings import LexicalEmbedding
from rag.retriever import Retriever
from rag.store import KnowledgeStore
from recording.storage import CallArchive
from service import Service
from tests.fakes.clock import FakeClock
from tests.recording.helpers import a_record


class Llm(ReceptionistEngine):
    def __init__(self) -> None:
        self.told: list[PracticeFacts] = []

    def use_facts(self, facts: PracticeFacts) -> None:
        self.told.append(facts)


class Voice:
    def __init__(self) -> None:
        self.prepared: set[str] = set()

    async def prepare(self, sentences: Iterable[str], rate_hz: int) -> None:
        self.prepared |= set(sentences)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FACTS_DIR, tmp_path / "facts"))


@asynccontextmanager
async def watching(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Service, Llm]]:
    """A service of which only the watch over the facts runs."""
    monkeypatch.setattr(service, "FACTS_POLL_SEC", 0.01)
    llm = Llm()
    engines: Any = SimpleNamespace(llm=llm, tts=Voice(), by_name={"llm": llm})
    nothing: Any = None
    source, clock = FactsSource(folder), FakeClock()
    guard = Guard(source.current, BLOCKLIST.current, clock.now)
    embedding = LexicalEmbedding()
    knowledge = Retriever(KnowledgeStore(folder.parent / "knowledge", model=embedding.name), embedding)
    made = Service(
        Settings(_env_file=None),
        clock,
        source,
        engines,
        nothing,
        nothing,
        {},
        guard,
        knowledge,
    )
    made.watch_facts()
    try:
        yield made, llm
    finally:
        for task in made._tasks:
            task.cancel()
        await asyncio.wait(made._tasks)


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


def edit(folder: Path, line: str) -> None:
    path = folder / "avc_hours.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([line, *lines[1:]]) + "\n", encoding="utf-8")


async def test_an_edited_fact_is_spoken_by_the_next_call_without_a_restart(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = json.loads((folder / "avc_hours.jsonl").read_text(encoding="utf-8").splitlines()[0])
    changed = {**first, "tags": [*first["tags"], "edited"]}
    async with watching(folder, monkeypatch) as (running, llm):
        earlier = running.receptionist(None)
        edit(folder, json.dumps(changed))
        await until(lambda: llm.told)
        assert running.facts.hours[0].tags[-1] == "edited"
        assert running.receptionist(None)._context.facts is running.facts
        assert earlier._context.facts is not running.facts, "a call goes on with the facts that it began with"


async def test_the_facts_version_that_is_shown_changes_when_the_guard_holds_answers_against_the_new_facts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = json.loads((folder / "avc_hours.jsonl").read_text(encoding="utf-8").splitlines()[0])
    changed = {**first, "tags": [*first["tags"], "edited"]}
    async with watching(folder, monkeypatch) as (running, _):
        before, guard = running.facts_version, running.guard
        assert running.versions_now["facts"] == before == facts_version(running.facts)
        edit(folder, json.dumps(changed))
        await until(lambda: running.facts_version != before)
        assert running.guard is not guard
        assert running.versions_now["facts"] == running.facts_version == facts_version(running.facts)


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


@pytest.fixture
def blocklist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of phrases, to be edited; the shipped one is in force again afterwards."""
    path = tmp_path / "blocklist.txt"
    path.write_text("# none yet\n", encoding="utf-8")
    monkeypatch.setattr(BLOCKLIST, "path", path)
    BLOCKLIST.poll()
    yield path
    monkeypatch.undo()
    BLOCKLIST.poll()


async def test_a_phrase_on_the_blocklist_is_held_back_from_the_next_call_on(
    folder: Path, blocklist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(folder, monkeypatch) as (running, _):
        assert running.guard.check("Have a blessed day.").allowed
        await asyncio.sleep(0.05)
        write(blocklist, b"blessed day\n")
        await until(lambda: not running.guard.check("Have a blessed day.").allowed)


@pytest.mark.parametrize("bad", [b"\xff\xfe broken", b"the\n", b"blessed day\n" + b"x" * 90, b"office\n"])
async def test_a_bad_blocklist_changes_nothing_and_the_next_good_one_is_taken(
    folder: Path, blocklist: Path, bad: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(folder, monkeypatch) as (running, _):
        write(blocklist, b"blessed day\n")
        await until(lambda: not running.guard.check("Have a blessed day.").allowed)
        write(blocklist, bad)
        await until(lambda: running.parts["wording"] != "ok")
        assert not running.guard.check("Have a blessed day.").allowed
        write(blocklist, b"lovely day\n")
        await until(lambda: not running.guard.check("Have a lovely day.").allowed)
        assert running.parts["wording"] == "ok"


async def test_a_bad_edit_is_refused_the_old_facts_stay_and_the_operator_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(folder, monkeypatch) as (running, llm):
        before = running.facts
        edit(folder, "no record")
        await until(lambda: running.parts["facts"] != "ok")
        assert running.parts["facts"] == "facts-refused"
        assert running.facts is before
        assert llm.told == []


async def test_an_edited_record_is_found_by_its_new_words_without_a_restart(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(folder, monkeypatch) as (running, _):
        await until(lambda: running.parts["knowledge"] == "ok")
        path = folder / "avc_faqs.jsonl"
        record = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
        words = {
            "question": "May I bring my parrot?",
            "answer": "Parrots wait outside.",
            "text": "Parrots wait outside.",
        }
        with path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({**record, **words, "id": "faq-parrot"}) + "\n")
        async with asyncio.timeout(5):
            while not (found := await running.knowledge.find("can my parrot come along", None)):
                await asyncio.sleep(0.01)
        async with asyncio.timeout(5):
            while found[:1] and found[0].id != "faq-parrot":
                await asyncio.sleep(0.01)
                found = await running.knowledge.find("can my parrot come along", None)


async def test_a_store_that_is_down_is_named_among_the_parts_and_tried_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(folder, monkeypatch) as (running, _):
        await until(lambda: running.parts["knowledge"] == "ok")
        running.knowledge.problem = "rag-down"
        assert running.parts["knowledge"] == "rag-down"
        await until(lambda: running.parts["knowledge"] == "ok")


async def test_an_edited_question_is_asked_without_a_restart_and_a_bad_edit_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = QUESTIONS.path.read_text(encoding="utf-8")
    path = tmp_path / "questions.yaml"
    path.write_text(shipped, encoding="utf-8")
    monkeypatch.setattr(QUESTIONS, "path", path)
    try:
        async with watching(folder, monkeypatch) as (running, _):
            prepared = running.engines.tts.prepared  # type: ignore[attr-defined]
            path.write_text(shipped.replace("How can I help you today?", "What can I do for you?"), encoding="utf-8")
            await until(lambda: "What can I do for you?" in prepared)
            assert running.receptionist(None).greeting().text == "What can I do for you?"
            path.write_text(shipped.replace("help:", "halp:"), encoding="utf-8")
            await until(lambda: running.parts["wording"] == "wording-invalid")
            assert running.receptionist(None).greeting().text == "What can I do for you?"
            path.write_text(shipped, encoding="utf-8")
            await until(lambda: running.parts["wording"] == "ok")
            assert running.receptionist(None).greeting().text == "How can I help you today?"
    finally:
        monkeypatch.undo()
        QUESTIONS.poll()


async def test_edited_rules_are_told_to_the_model_and_stand_in_the_record_without_a_restart(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = prompt.RULES.path.read_text(encoding="utf-8")
    path = tmp_path / "prompt.txt"
    path.write_text(shipped, encoding="utf-8")
    monkeypatch.setattr(prompt.RULES, "path", path)
    try:
        async with watching(folder, monkeypatch) as (running, llm):
            before = running.versions_now["prompt"]
            path.write_text(shipped + "- Never mention the weather.\n", encoding="utf-8")
            await until(lambda: llm.told)
            assert "Never mention the weather." in prompt.system_prompt(running.facts, "AVA")
            assert running.versions_now["prompt"] != before
            path.write_text(shipped.replace("{practice}", "us"), encoding="utf-8")
            await until(lambda: running.parts["wording"] == "wording-invalid")
            assert "Never mention the weather." in prompt.system_prompt(running.facts, "AVA")
            assert len(llm.told) == 1
    finally:
        monkeypatch.undo()
        prompt.RULES.poll()


async def test_the_words_of_an_emergency_are_ready_in_the_voice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watching(folder, monkeypatch) as (running, _):
        await running.prepare_voice()
        prepared = running.engines.tts.prepared  # type: ignore[attr-defined]
        assert {spoken(said) for said in WORDING.current.say("chemical", "es")} <= prepared


async def test_free_times_are_offered_once_a_record_names_the_calendar_of_its_office(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(folder, monkeypatch) as (running, _):
        account = running.settings.model_copy(update={"odoo_user": "ava", "odoo_api_key": SecretStr("k")})
        running.odoo_calendar = OdooCalendar(account, lambda: running.facts, running.clock)
        try:
            assert running.calendar is None
            assert running.receptionist(None).wish is None
            path = folder / "avc_locations.jsonl"
            first, *rest = path.read_text(encoding="utf-8").splitlines()
            record = {**json.loads(first), "odoo_calendar": "Sample hours"}
            path.write_text("\n".join([json.dumps(record), *rest]) + "\n", encoding="utf-8")
            await until(lambda: running.calendar is running.odoo_calendar)
            ava = running.receptionist(None)
            ava.hear(f"an eye exam at {record['name']}")
            assert ava.wish
            assert ava.wish.location == record["location"]
        finally:
            await running.odoo_calendar.aclose()


async def test_without_an_account_there_is_no_calendar(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watching(folder, monkeypatch) as (running, _):
        assert running.calendar is None


async def test_the_first_caller_does_not_wait_for_what_the_rules_read_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(folder, monkeypatch) as (running, _):
        intent_features._vocabulary.cache_clear()
        running.rehearse()
        assert intent_features._vocabulary.cache_info().currsize == 1


def test_what_was_loaded_at_the_start_is_no_work_for_the_collector_in_calls() -> None:
    kept = [[number] for number in range(1000)]
    try:
        service._keep_for_good()
        assert gc.get_freeze_count() > len(kept)
        assert not any(one is kept for one in gc.get_objects())
    finally:
        gc.unfreeze()


def rename(folder: Path, old: str, new: str) -> None:
    for path in folder.glob("*.jsonl"):
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


async def test_what_follows_a_call_goes_by_the_facts_that_are_in_force_then(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(folder, monkeypatch) as (running, _):
        account = {"odoo_user": "ava", "odoo_api_key": SecretStr("k")}
        chosen = {**account, "data_dir": tmp_path, "avc_profile": "production"}
        running.settings = running.settings.model_copy(update=chosen)
        running.archive = CallArchive(tmp_path, FakeClock())
        desk = service._paperwork(running)
        rename(folder, "Kendall", "Harbour")
        await until(lambda: "Harbour" in desk.transcriber._hotwords("en"))
        turn = Turn(speaker="caller", text="at harbour please", at_sec=1.0)
        assert desk.transcriber._read
        assert desk.transcriber._read(a_record(), [turn]).places == {"kendall"}
        assert desk.crm
        assert desk.crm._desk._facts() is running.facts
        await desk.aclose()
        await asyncio.to_thread(running.archive.close)
