"""Work in threads: what nobody waits for any more is undone, before the same owner begins anew."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from errors import CrmError
from odoo.calendar_line import Line
from odoo.faults import crm_error
from odoo.session import OdooSession
from odoo.transport import OdooServer
from odoo.workers import Workers

SERVER = OdooServer("http://127.0.0.1:1", timeout_sec=0.1)  # nothing is sent: connections open with the first request


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    workers = Workers(OdooSession("avc", "ava@example.com", "key"))
    yield workers
    await workers.aclose()


class Slot:
    """Work that goes on until it is let."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def take(self, _: Line) -> str:
        self.steps.append("begun")
        self.begun.set()
        self.go.wait(5)
        self.steps.append("taken")
        return "taken"

    def undo(self, _: Line) -> None:
        self.steps.append("undone")

    def next(self, _: Line) -> str:
        self.steps.append("next")
        return "next"


async def test_work_that_is_heard_is_not_undone(workers: Workers) -> None:
    slot = Slot()
    slot.go.set()
    assert await workers.run(slot.take, server=SERVER, limit_sec=1, undo=slot.undo, owner="CA1") == "taken"
    assert slot.steps == ["begun", "taken"]


async def test_work_that_comes_too_late_is_undone_before_its_owner_begins_anew(workers: Workers) -> None:
    slot = Slot()
    with pytest.raises(CrmError) as caught:
        await workers.run(slot.take, server=SERVER, limit_sec=0.05, undo=slot.undo, owner="CA1")
    again = asyncio.create_task(workers.run(slot.next, server=SERVER, limit_sec=2, owner="CA1"), name="again")
    other = await workers.run(lambda _: "other", server=SERVER, limit_sec=1, owner="CA2")
    await asyncio.sleep(0.05)
    assert not again.done()
    slot.go.set()
    assert (await again, other) == ("next", "other")
    assert slot.steps == ["begun", "taken", "undone", "next"]
    assert caught.value.code == "crm-timeout"


async def test_work_that_a_cancelled_caller_left_is_undone_and_the_cancellation_goes_on(workers: Workers) -> None:
    slot = Slot()
    work = workers.run(slot.take, server=SERVER, limit_sec=2, undo=slot.undo, owner="CA1")
    task = asyncio.create_task(work, name="work")
    await asyncio.to_thread(slot.begun.wait, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    slot.go.set()
    await workers.run(slot.next, server=SERVER, limit_sec=2, owner="CA1")
    assert slot.steps == ["begun", "taken", "undone", "next"]


@pytest.mark.parametrize(("code", "steps"), [("crm-reply-lost", ["undone"]), ("crm-denied", [])])
async def test_work_that_may_have_been_done_all_the_same_is_undone(
    workers: Workers, code: str, steps: list[str]
) -> None:
    slot = Slot()

    def fail(_: Line) -> None:
        raise crm_error(code)

    with pytest.raises(CrmError) as caught:
        await workers.run(fail, server=SERVER, limit_sec=1, undo=slot.undo, owner="CA1")
    assert (caught.value.code, slot.steps) == (code, steps)


async def test_a_fault_of_our_own_is_not_hidden(workers: Workers) -> None:
    with pytest.raises(ZeroDivisionError):
        await workers.run(lambda _: 1 // 0, server=SERVER, limit_sec=1)


async def test_nothing_begins_after_the_end(workers: Workers) -> None:
    await workers.aclose()
    with pytest.raises(CrmError) as caught:
        await workers.run(lambda _: None, server=SERVER, limit_sec=1)
    assert caught.value.code == "crm-closed"
    with pytest.raises(CrmError):
        workers.pause(0)
