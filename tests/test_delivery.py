import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from call import Lead
from delivery import FIRST_BACKOFF_SEC, LONGEST_BACKOFF_SEC, PATIENCE, LeadDelivery, retry, review
from journal import LeadJournal
from odoo_client import OdooClient
from practice import deliver_lead, save_lead
from tests.fakes.clock import FakeClock
from tests.fakes.crm import AWAY, REFUSED, FakeCrm
from tests.fakes.odoo_server import API_KEY, DATABASE, LOGIN, OdooServer
from tests.odoo.helpers import settings_for
from tests.recording.helpers import ROOT, counted, sid, the_log


def a_lead(number: int = 1) -> Lead:
    return Lead(call_sid=sid(number), caller_id="+13055550123", phone="+13055550123", name="Rosa Ortega")


class Pauses:
    """A `sleep` that takes no time, notes how long it was to be, and does something then."""

    def __init__(self, clock: FakeClock) -> None:
        self.seconds: list[float] = []
        self.then: dict[int, Callable[[], None]] = {}
        self._clock = clock

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self._clock.pass_time(seconds)
        self.then.get(len(self.seconds), lambda: None)()
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pauses(clock: FakeClock) -> Pauses:
    return Pauses(clock)


@pytest.fixture
def delivery(journal: LeadJournal, crm: FakeCrm, clock: FakeClock, pauses: Pauses) -> LeadDelivery:
    return LeadDelivery(journal, crm, clock=clock, rng=random.Random(1), sleep=pauses)


@pytest.fixture
async def running(delivery: LeadDelivery) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(delivery.run(), name="lead-delivery")
    yield task
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.fixture
def odoo() -> Iterator[OdooServer]:
    with OdooServer() as server:
        yield server


async def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


async def test_what_waits_is_delivered_in_the_order_of_the_journal(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery
) -> None:
    for number in (3, 1, 2):
        await journal.queued(a_lead(number))
    assert await delivery.drain_once() == 3
    assert crm.saved == [sid(3), sid(1), sid(2)]
    assert journal.pending() == []
    assert await delivery.drain_once() == 0
    assert counted("ava_leads_waiting") == 0


async def test_a_round_ends_with_the_first_lead_that_finds_the_crm_away(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery
) -> None:
    crm.errors[sid(2)] = AWAY
    for number in (1, 2, 3):
        await journal.queued(a_lead(number))
    assert await delivery.drain_once() == 1
    assert crm.tried == [sid(1), sid(2)]
    assert counted("ava_leads_waiting") == 2


@pytest.mark.parametrize("error", [REFUSED, KeyError("Rosa Ortega")])
async def test_a_lead_that_is_refused_does_not_hold_up_the_others(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery, error: Exception
) -> None:
    crm.errors[sid(1)] = error
    for number in (1, 2):
        await journal.queued(a_lead(number))
    with the_log() as log:
        assert await delivery.drain_once() == 1
    assert crm.saved == [sid(2)]
    assert "leads_need_a_person waiting=1" in log
    assert not any("Rosa" in line for line in log)


async def test_a_lead_that_is_refused_for_good_stays_with_its_reason(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery
) -> None:
    crm.errors[sid(1)] = REFUSED
    await journal.queued(a_lead())
    for _ in range(3):
        assert await delivery.drain_once() == 0
    assert crm.tried == [sid(1)]
    [entry] = journal.waiting()
    assert (entry.state, entry.reason, entry.retryable) == ("failed", "crm-invalid", False)
    assert counted("ava_leads_waiting") == 1


async def test_a_lead_that_always_breaks_the_crm_lets_the_others_go_first(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery
) -> None:
    crm.errors[sid(1)] = AWAY
    for number in (1, 2):
        await journal.queued(a_lead(number))
    for _ in range(PATIENCE):
        assert await delivery.drain_once() == 0
    assert await delivery.drain_once() == 1
    assert crm.saved == [sid(2)]


async def test_while_the_crm_is_away_it_is_tried_ever_later_and_then_at_once_again(
    journal: LeadJournal, crm: FakeCrm, pauses: Pauses, delivery: LeadDelivery
) -> None:
    crm.errors[""] = AWAY
    for number in (1, 2):
        await journal.queued(a_lead(number))
    pauses.then = {3: delivery.wake, 10: crm.errors.clear}
    with the_log() as log:
        task = asyncio.create_task(delivery.run(), name="lead-delivery")
        await until(lambda: len(crm.saved) == 2)
        await until(lambda: any(line.startswith("crm_back away_sec=") for line in log))
        task.cancel()
    limits = [min(LONGEST_BACKOFF_SEC, FIRST_BACKOFF_SEC * 2**exponent) for exponent in range(10)]
    parts = [seconds / limit for seconds, limit in zip(pauses.seconds, limits, strict=True)]
    assert all(0.5 <= part <= 1 for part in parts)
    assert len(set(parts)) == len(parts)
    assert counted("ava_leads_waiting") == 0


async def test_what_a_dead_process_left_behind_goes_at_the_start(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery, pauses: Pauses
) -> None:
    await journal.queued(a_lead())
    task = asyncio.create_task(delivery.run(), name="lead-delivery")
    await until(lambda: journal.pending() == [])
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert crm.saved == [sid(1)]
    assert pauses.seconds == []


async def test_a_lead_that_failed_is_tried_again_soon(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery, pauses: Pauses, running: asyncio.Task[None]
) -> None:
    await asyncio.sleep(0.05)
    crm.errors[""] = AWAY
    assert (await deliver_lead(a_lead(), journal=journal, crm=crm)).crm_away
    crm.errors.clear()
    delivery.wake()
    await until(lambda: crm.saved == [sid(1)])
    [pause] = pauses.seconds
    assert FIRST_BACKOFF_SEC / 2 <= pause <= FIRST_BACKOFF_SEC


async def test_a_journal_that_cannot_be_read_does_not_end_it(
    journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery, pauses: Pauses, running: asyncio.Task[None]
) -> None:
    journal.path.mkdir(parents=True)  # a folder in the way
    with the_log() as log:
        delivery.wake()
        await until(lambda: len(pauses.seconds) >= 3)
        assert "lead_delivery_failed code=journal-unreadable" in log
        journal.path.rmdir()
        await journal.queued(a_lead())
        delivery.wake()
        await until(lambda: crm.saved == [sid(1)])


async def test_rounds_do_not_overlap(journal: LeadJournal, crm: FakeCrm, delivery: LeadDelivery) -> None:
    for number in range(1, 6):
        await journal.queued(a_lead(number))
    assert sorted(await asyncio.gather(*[delivery.drain_once() for _ in range(3)])) == [0, 0, 5]
    assert len(crm.tried) == 5


async def test_a_round_that_is_cancelled_is_gone_on_with_later(
    journal: LeadJournal, delivery: LeadDelivery, crm: FakeCrm
) -> None:
    await journal.queued(a_lead())
    crm.errors[""] = asyncio.CancelledError()  # type: ignore[assignment]
    with pytest.raises(asyncio.CancelledError):
        await delivery.drain_once()
    crm.errors.clear()
    assert await delivery.drain_once() == 1


async def test_a_hundred_calls_while_odoo_is_away_are_a_hundred_leads_when_it_is_back(
    journal: LeadJournal, odoo: OdooServer, clock: FakeClock
) -> None:
    client = OdooClient(settings_for(odoo.url), timeout_sec=5.0)
    try:
        odoo.stop_listening()
        for number in range(1, 101):
            assert (await deliver_lead(a_lead(number), journal=journal, crm=client)).reason == "crm-refused"
        drain = LeadDelivery(journal, client, clock=clock)
        assert await drain.drain_once() == 0
        odoo.listen()
        odoo.fault("commit-then-drop", 1, "crm.lead.load")
        odoo.fault("drop", 1, "mail.message.load")
        rounds = [await drain.drain_once() for _ in range(3)]
        assert sum(rounds) == 100
    finally:
        await client.aclose()
    assert [lead["referred"] for lead in odoo.leads.values()] == [sid(number) for number in range(1, 101)]
    assert len(odoo.notes) == 100
    assert journal.pending() == []


@pytest.mark.parametrize(
    "kind",
    ["commit-then-drop", "drop", "502", "301", "html", "truncated", "database-down", "413", "validation", "denied"],
)
async def test_one_call_is_one_lead_whatever_went_wrong_on_the_way(
    journal: LeadJournal, odoo: OdooServer, clock: FakeClock, kind: str
) -> None:
    client = OdooClient(settings_for(odoo.url), timeout_sec=5.0)
    odoo.fault(kind, 3, "crm.lead.load")
    drain = LeadDelivery(journal, client, clock=clock)
    try:
        for _ in range(2):  # the call was extracted twice
            await save_lead(a_lead(), journal=journal, crm=client)
        for _ in range(3):
            await drain.drain_once()
        left = [await retry(journal, client, everything=True) for _ in range(2)]
        assert left[-1] == 0
        assert await drain.drain_once() == 0
    finally:
        await client.aclose()
    assert (len(odoo.leads), len(odoo.notes)) == (1, 1)
    assert [entry.state for entry in journal.replay().values()] == ["delivered"]


CHILD = """
import asyncio, sys
from pathlib import Path
from config import load_settings
from journal import LeadJournal
from odoo_client import odoo_from
from practice import save_lead
from tests.test_delivery import a_lead
journal = LeadJournal(Path(sys.argv[1]) / "recordings" / "leads.jsonl")
asyncio.run(save_lead(a_lead(), journal=journal, crm=odoo_from(load_settings(None))))
"""


def environment(odoo: OdooServer, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ODOO_")}
    account = {"ODOO_URL": odoo.url, "ODOO_DB": DATABASE, "ODOO_USER": LOGIN, "ODOO_API_KEY": API_KEY}
    return clean | account | {"PYTHONPATH": str(ROOT)} | more


def practice(command: str, data_dir: Path, odoo: OdooServer, *args: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(ROOT / "practice.py"), command, "--data-dir", str(data_dir), *args]
    return subprocess.run(
        line, cwd=data_dir, env=environment(odoo), capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("kind", "on", "saved"),
    [("timeout", "crm.lead.load", 0), ("commit-then-timeout", "crm.lead.load", 1), ("timeout", "mail.message.load", 1)],
)
def test_a_process_that_is_killed_on_the_way_leaves_exactly_one_lead(
    odoo: OdooServer, tmp_path: Path, journal: LeadJournal, kind: str, on: str, saved: int
) -> None:
    odoo.fault(kind, 1, on)
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], cwd=tmp_path, env=environment(odoo))
    try:
        deadline = time.monotonic() + 30
        while on not in odoo.requests or len(odoo.leads) < saved:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert len(odoo.leads) == saved
    assert journal.pending() == [a_lead()]
    for expected in (f"{sid()}  delivered  {next(iter(odoo.leads), 101)}\n", ""):
        done = practice("retry", tmp_path, odoo)
        assert (done.returncode, done.stdout) == (0, expected), done.stderr
    assert (len(odoo.leads), len(odoo.notes)) == (1, 1)
    assert journal.pending() == []


async def _left_behind(journal: LeadJournal) -> None:
    for number, retryable in ((1, True), (2, False), (3, False)):
        await journal.queued(a_lead(number))
        await journal.failed(sid(number), "crm-refused" if retryable else "crm-invalid", retryable=retryable)


def lines(text: str) -> dict[str, str]:
    return {line.split()[0]: " ".join(line.split()[1:3]) for line in text.splitlines()}


def test_the_command_tries_what_is_chosen_and_says_what_is_left(
    odoo: OdooServer, tmp_path: Path, journal: LeadJournal
) -> None:
    asyncio.run(_left_behind(journal))
    done = practice("retry", tmp_path, odoo)
    assert lines(done.stdout) == {sid(1): "delivered 101", sid(2): "not tried", sid(3): "not tried"}
    assert done.returncode == 1
    named = practice("retry", tmp_path, odoo, sid(3), sid(9))
    assert lines(named.stdout) == {sid(2): "not tried", sid(3): "delivered 103", sid(9): "not waiting"}
    assert named.returncode == 1
    rest = practice("retry", tmp_path, odoo, "--all")
    assert lines(rest.stdout) == {sid(2): "delivered 105"}
    assert rest.returncode == 0


def test_the_command_does_not_knock_for_every_lead_while_odoo_is_away(
    odoo: OdooServer, tmp_path: Path, journal: LeadJournal
) -> None:
    asyncio.run(_left_behind(journal))
    odoo.stop_listening()
    done = practice("retry", tmp_path, odoo, "--all")
    assert lines(done.stdout) == {sid(1): "failed crm-refused", sid(2): "not tried", sid(3): "not tried"}
    assert done.returncode == 1


def test_the_command_without_a_crm_says_so(tmp_path: Path, odoo: OdooServer) -> None:
    line = [sys.executable, str(ROOT / "practice.py"), "retry", "--data-dir", str(tmp_path)]
    bare: dict[str, Any] = {**environment(odoo), "ODOO_USER": "", "ODOO_API_KEY": ""}
    done = subprocess.run(line, cwd=tmp_path, env=bare, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == "ODOO_USER, ODOO_API_KEY: empty, so there is no CRM to deliver to\n"


def test_the_stand_in_serves_other_processes_and_is_told_by_them_what_to_do_wrong(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fakes.odoo_server", "0"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[1]
        body = json.dumps({"kind": "commit-then-drop", "times": 1}).encode()
        urllib.request.urlopen(f"{url}/_fault", body, timeout=5).close()
        journal = LeadJournal(tmp_path / "leads.jsonl")
        reasons = [asyncio.run(_deliver(url, journal)) for _ in range(2)]
        with urllib.request.urlopen(f"{url}/_state", timeout=5) as answer:
            state = json.load(answer)
    finally:
        server.kill()
        server.wait()
        if server.stdout:
            server.stdout.close()
    assert reasons == ["crm-reply-lost", None]
    assert [lead["referred"] for lead in state["leads"]] == [sid(1)]


async def _deliver(url: str, journal: LeadJournal) -> str | None:
    client = OdooClient(settings_for(url), timeout_sec=5.0)
    try:
        return (await deliver_lead(a_lead(), journal=journal, crm=client)).reason
    finally:
        await client.aclose()


async def test_a_round_under_way_cannot_mark_a_newer_lead_as_delivered(journal: LeadJournal, clock: FakeClock) -> None:
    asked, answers = asyncio.Event(), asyncio.Event()

    class SlowCrm:
        def __init__(self) -> None:
            self.saved: list[Lead] = []

        async def save(self, lead: Lead) -> str:
            self.saved.append(lead)
            asked.set()
            await answers.wait()
            return "crm-1"

        async def amend(self, lead: Lead, crm_id: str, codes: Collection[str]) -> None:
            assert (crm_id, tuple(codes)) == ("crm-1", ("transfer-not-answered",))
            self.saved.append(lead)

    crm = SlowCrm()
    delivery = LeadDelivery(journal, crm, clock=clock)
    changed = a_lead().model_copy(update={"review_reasons": ["transfer-not-answered"]})
    await journal.queued(a_lead())
    round_under_way = asyncio.create_task(delivery.drain_once(), name="round")
    await asked.wait()
    queueing = asyncio.create_task(delivery.queue_anew(changed), name="queueing")
    await asyncio.sleep(0.01)
    answers.set()
    await asyncio.gather(round_under_way, queueing)
    await delivery.drain_once()
    assert crm.saved == [a_lead(), changed]
    assert journal.pending() == []


async def test_a_delivered_lead_is_brought_again_with_a_new_reason_to_look_at_it_and_only_once(
    journal: LeadJournal, delivery: LeadDelivery, crm: FakeCrm
) -> None:
    await deliver_lead(a_lead(), journal=journal, crm=crm)
    for _ in range(3):
        assert await review(sid(1), "transfer-not-answered", journal=journal, delivery=delivery)
    await delivery.drain_once()
    await delivery.drain_once()
    assert (crm.saved, crm.amended) == ([sid(1)], [(sid(1), "crm-1", ("transfer-not-answered",))])
    newest = journal.newest(sid(1))
    assert newest is not None
    assert (newest.needs_review, newest.review_reasons) == (True, ["transfer-not-answered"])
    assert journal.pending() == []


async def test_without_a_crm_the_journal_says_it_and_without_a_lead_nothing_is_written(journal: LeadJournal) -> None:
    assert not await review(sid(1), "transfer-not-answered", journal=journal, delivery=None)
    assert not journal.path.exists()
    await journal.queued(a_lead())
    assert await review(sid(1), "transfer-not-answered", journal=journal, delivery=None)
    (waiting,) = journal.pending()
    assert waiting.review_reasons == ["transfer-not-answered"]
