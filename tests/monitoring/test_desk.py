"""The desk: where calls lie, what runs beside the pages, and runs begun by hand."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from errors import AvaError, StorageError
from facts_files import FACTS_DIR, FactsSource
from monitoring import desk as desks
from monitoring.desk import Desk
from monitoring.index import CallIndex
from tests.fakes.clock import FakeClock
from tests.monitoring.dashboard.call_folders import add_call, index_line, sid
from tests.monitoring.dashboard.parts import FakeChanges, FakeMonitor, FakeSchedule
from tests.monitoring.dashboard.site import make_desk


@pytest.fixture
def monitor() -> FakeMonitor:
    return FakeMonitor()


@pytest.fixture
def changes() -> FakeChanges:
    return FakeChanges()


@pytest.fixture
def schedule() -> FakeSchedule:
    return FakeSchedule()


@pytest.fixture
def desk(tmp_path: Path, monitor: FakeMonitor, changes: FakeChanges, schedule: FakeSchedule) -> Desk:
    facts = tmp_path / "facts"
    shutil.copytree(FACTS_DIR, facts)
    index = CallIndex(tmp_path / "recordings", tmp_path / "index.sqlite", make_desk(tmp_path).zone)
    parts = {"monitor": monitor, "changes": changes, "schedule": schedule, "index": index}
    return make_desk(tmp_path, FakeClock(), source=FactsSource(facts), journal=None, **parts)


def test_a_call_is_found_through_the_index_alone(desk: Desk, tmp_path: Path) -> None:
    folder = add_call(tmp_path, 1)
    with pytest.raises(StorageError) as unknown:
        desk.folder(sid(1))
    assert unknown.value.code == "no-call"
    desk.index.refresh()
    assert desk.folder(sid(1)) == folder
    assert desk.case(sid(1)).call_sid == sid(1)


@pytest.mark.parametrize("text", ["", "../..", "CA1", sid(1).lower(), f"{sid(1)}/.."])
def test_what_is_no_call_sid_is_not_looked_for(desk: Desk, text: str) -> None:
    with pytest.raises(StorageError) as refused:
        desk.folder(text)
    assert refused.value.code == "bad-call-sid"


def test_a_line_of_the_index_cannot_point_at_another_call(desk: Desk, tmp_path: Path) -> None:
    add_call(tmp_path, 1)
    index_line(tmp_path, call_sid=sid(1), path=f"2026/11/22/{sid(2)}")
    desk.index.refresh()
    with pytest.raises(StorageError) as refused:
        desk.folder(sid(1))
    assert refused.value.code == "no-call"


def test_a_call_that_was_deleted_is_told_from_one_that_never_was(desk: Desk, tmp_path: Path) -> None:
    add_call(tmp_path, 1)
    (tmp_path / "recordings" / "deletions.jsonl").write_text(json.dumps({"call_sid": sid(1)}) + "\n")
    desk.index.refresh()
    with pytest.raises(StorageError) as gone:
        desk.folder(sid(1))
    assert gone.value.code == "deleted"


async def test_it_settles_changes_and_watches_facts_and_calls(
    desk: Desk, tmp_path: Path, changes: FakeChanges, schedule: FakeSchedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "FACTS_EVERY_SEC", 0.02)
    monkeypatch.setattr(desks, "INDEX_EVERY_SEC", 0.02)
    await desk.open()
    assert (changes.recovered, schedule.started) == (1, True)
    add_call(tmp_path, 1)
    before = desk.source.current
    faq = {"id": "faq-new", "text": "Yes.", "last_updated": "2026-11-23", "source": "sample"}
    with (desk.source.folder / "avc_faqs.jsonl").open("a") as file:
        file.write(json.dumps({**faq, "question": "Is there a bell?", "answer": "Yes."}) + "\n")
    for _ in range(200):
        await asyncio.sleep(0.02)
        if desk.index.row(sid(1)) and desk.source.current is not before:
            break
    assert desk.index.row(sid(1)) is not None
    assert len(desk.source.current.records) == len(before.records) + 1
    await desk.aclose()
    assert schedule.closed
    assert not desk._tasks


async def test_it_opens_though_a_change_cannot_be_settled_now(desk: Desk, changes: FakeChanges) -> None:
    async def away() -> tuple[()]:
        raise AvaError("Gitea does not answer", code="half-way")

    changes.recover = away  # type: ignore[method-assign]
    await desk.open()
    await desk.aclose()


async def test_a_watch_goes_on_after_a_failure(desk: Desk) -> None:
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        if looks < 3:
            raise OSError("disk")

    watch = asyncio.create_task(desk._every(0.001, look), name="watch")
    while looks < 5:
        await asyncio.sleep(0.001)
    watch.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watch


async def test_a_run_by_hand_goes_on_beside_the_pages(desk: Desk, monitor: FakeMonitor) -> None:
    await desk.run_now()
    assert monitor.runs == ["hand"]
    assert monitor.progress.running
    monitor.finish()
    await asyncio.sleep(0.01)
    assert monitor.progress.found == 2


async def test_a_run_that_cannot_begin_says_so_at_once(desk: Desk, monitor: FakeMonitor) -> None:
    monitor.error = AvaError("one goes on", code="monitor-busy")
    with pytest.raises(AvaError, match="one goes on"):
        await desk.run_now()


async def test_a_run_goes_on_being_owned_until_the_desk_closes(
    desk: Desk, monitor: FakeMonitor, schedule: FakeSchedule
) -> None:
    await desk.open()
    await desk.run_now()
    await desk.aclose()
    assert [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []
