import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer, unused_port

from bench.gate.box import Box, descendants, extractions_of, figures_of, find_box
from bench.gate.evidence import Extractions, GateError
from tests.bench.fakes import FakeBox

SLEEP = [sys.executable, "-c", "import sys; sys.stdin.read()"]


@pytest.fixture
def service() -> FakeBox:
    return FakeBox()


@pytest.fixture
async def url(service: FakeBox) -> AsyncIterator[str]:
    async with TestServer(service.app) as server:
        yield f"http://127.0.0.1:{server.port}"


async def test_the_process_that_listens_is_found_and_counted_with_its_children(service: FakeBox, url: str) -> None:
    box = await find_box(url)
    assert box.pid == os.getpid()
    before = await box.census()
    assert (before.slots, before.tasks, before.threads) == (0, 6, 9)
    child = await asyncio.create_subprocess_exec(*SLEEP, stdin=asyncio.subprocess.PIPE)
    assert (await box.census()).processes == before.processes + 1
    await child.communicate(b"")
    assert (await box.census()).processes == before.processes


async def test_grandchildren_and_the_dead_that_nobody_buried_count(tmp_path: Path) -> None:
    for pid, parent, state in ((1, 0, "S"), (10, 1, "S"), (11, 10, "S"), (12, 11, "Z"), (20, 1, "S")):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} (odd ) name) {state} {parent} 1 1")
    (tmp_path / "30").mkdir()  # it ended before its file was read
    assert descendants(10, tmp_path) == {11, 12}


async def test_a_service_that_is_busy_for_a_moment_is_given_time_to_settle(service: FakeBox, url: str) -> None:
    box = Box(url, os.getpid())
    before = await box.census()
    service.slots, service.tasks = 1, 9
    assert (await box.settled(before, timeout_sec=0.0)).slots == 1
    pages: list[str] = []

    def page() -> str:
        pages.append("asked")
        service.slots, service.tasks = (1, 6) if len(pages) == 1 else (0, 6)
        return FakeBox.page(service)

    service.page = page  # type: ignore[method-assign]
    assert (await box.settled(before)).slots == 0
    assert len(pages) == 2


async def test_counters_are_read_by_their_label(service: FakeBox, url: str) -> None:
    service.extractions, service.json_failures = {"ok": 4, "repaired": 1}, {"parse": 2}
    assert (await Box(url, os.getpid()).census()).counters == Extractions({"ok": 4, "repaired": 1}, {"parse": 2})


async def test_a_counter_that_has_counted_nothing_is_there_and_one_that_is_missing_is_not(service: FakeBox) -> None:
    assert extractions_of(figures_of(service.page())) == Extractions({"ok": 2}, {})
    service.json_failures = None  # type: ignore[assignment]
    assert extractions_of(figures_of(service.page())) is None


async def test_the_services_own_metrics_are_understood() -> None:
    from prometheus_client import generate_latest

    import metrics

    metrics.JSON_FAILURES.labels("parse").inc()
    figures = figures_of(generate_latest().decode())
    assert figures["ava_json_failures_total"]["parse"] >= 1
    assert {"ava_extractions_total", "ava_tasks", "ava_slots_in_use", "ava_threads"} <= figures.keys()


@pytest.mark.parametrize("text", ["<html>", 'ava_tasks{a="b 1'])
def test_what_is_no_page_of_metrics_is_told(text: str) -> None:
    with pytest.raises(GateError, match="Prometheus"):
        figures_of(text)


async def test_a_page_of_another_service_is_told(service: FakeBox, url: str) -> None:
    service.page = lambda: "up 1\n"  # type: ignore[method-assign]
    with pytest.raises(GateError, match="ava_tasks"):
        await Box(url, os.getpid()).census()


@pytest.mark.parametrize(
    ("url", "told"),
    [("http://203.0.113.7:8200", "on 127.0.0.1"), (f"http://127.0.0.1:{unused_port()}", "listens")],
    ids=["elsewhere", "not there"],
)
async def test_a_box_that_is_elsewhere_or_not_there_is_told(url: str, told: str) -> None:
    with pytest.raises(GateError, match=told):
        await find_box(url)


async def test_a_box_that_does_not_answer_is_told() -> None:
    with pytest.raises(GateError, match="does not answer"):
        await Box(f"http://127.0.0.1:{unused_port()}", 1).ready()
