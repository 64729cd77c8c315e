"""The desk waits until the phone service goes by the changed file, as its /ready says."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from config import Settings
from facts_files import facts_version, read_facts
from monitoring.edit import Edit
from monitoring.live_service import PATIENCE_SEC, LiveService, live_service_from
from monitoring.targets import Targets
from tests.fakes.clock import FakeClock
from tests.monitoring.changes import BLOCKED, HOURS, copied

State = dict[str, Any]


class Phone:
    """Answers GET /ready with what `says` returns for the seconds that have passed."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.began = clock.monotonic()
        self.says: Callable[[float], State | str] = lambda _: {"parts": {}}
        self.status = 200
        self.url = ""

    async def ready(self, _: web.Request) -> web.Response:
        state = self.says(self.clock.monotonic() - self.began)
        return web.Response(text=state if isinstance(state, str) else json.dumps(state), status=self.status)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def phone(clock: FakeClock) -> AsyncIterator[Phone]:
    made, app = Phone(clock), web.Application()
    app.router.add_get("/ready", made.ready)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
def targets(tmp_path: Path, clock: FakeClock) -> Targets:
    return copied(tmp_path, clock)


def an_edit(targets: Targets, file: str) -> Edit:
    return Edit(file, targets.path(file), None, None, 1, "", "x", b"", b"")


def live(phone: Phone, clock: FakeClock) -> LiveService:
    async def passing(seconds: float) -> None:
        clock.pass_time(seconds)

    return LiveService(phone.url, clock, sleep=passing)


@pytest.mark.parametrize("status", [200, 503])
async def test_it_is_taken_as_soon_as_the_version_of_the_facts_is_that_of_the_files(
    phone: Phone, clock: FakeClock, targets: Targets, status: int
) -> None:
    version = facts_version(read_facts(targets.facts_dir))
    phone.status = status  # a service that takes no new calls follows its files all the same
    phone.says = lambda sec: {"facts_version": "0123456789" if sec < 2 else version, "parts": {"facts": "ok"}}
    assert await live(phone, clock).taken(an_edit(targets, HOURS)) == "taken"
    assert clock.monotonic() - phone.began == pytest.approx(2, abs=0.3)


async def test_a_refusal_counts_when_it_is_not_of_an_earlier_state(
    phone: Phone, clock: FakeClock, targets: Targets
) -> None:
    version = facts_version(read_facts(targets.facts_dir))
    phone.says = lambda sec: {"facts_version": "0", "parts": {"facts": "facts-refused"}}
    assert await live(phone, clock).taken(an_edit(targets, HOURS)) == "refused"
    phone.began = clock.monotonic()
    phone.says = lambda sec: (
        {"facts_version": "0", "parts": {"facts": "facts-refused"}}
        if sec < 2
        else {"facts_version": version, "parts": {"facts": "ok"}}
    )
    assert await live(phone, clock).taken(an_edit(targets, HOURS)) == "taken"


async def test_a_service_that_goes_by_other_files_did_not_take_it(
    phone: Phone, clock: FakeClock, targets: Targets
) -> None:
    phone.says = lambda sec: {"facts_version": "0123456789", "parts": {"facts": "ok"}}
    assert await live(phone, clock).taken(an_edit(targets, HOURS)) == "refused"
    assert clock.monotonic() - phone.began == pytest.approx(PATIENCE_SEC, abs=0.3)


async def test_a_service_that_is_only_starting_reads_the_files_later(
    phone: Phone, clock: FakeClock, targets: Targets
) -> None:
    phone.says = lambda sec: {"facts_version": None, "parts": {}}
    assert await live(phone, clock).taken(an_edit(targets, HOURS)) == "away"


@pytest.mark.parametrize("answer", ["<html>", "[]", '{"status": "fine"}'])
async def test_what_is_no_phone_service_is_none(phone: Phone, clock: FakeClock, targets: Targets, answer: str) -> None:
    phone.says = lambda sec: answer
    assert await live(phone, clock).taken(an_edit(targets, HOURS)) == "away"


async def test_nobody_there_is_away(phone: Phone, clock: FakeClock, targets: Targets) -> None:
    phone.url = "http://127.0.0.1:9"  # discard: nobody listens
    assert await live(phone, clock).taken(an_edit(targets, HOURS)) == "away"


async def test_wording_is_taken_when_nothing_is_refused_after_three_seconds(
    phone: Phone, clock: FakeClock, targets: Targets
) -> None:
    phone.says = lambda sec: {"facts_version": "0", "parts": {"wording": "ok"}}
    assert await live(phone, clock).taken(an_edit(targets, BLOCKED)) == "taken"
    assert clock.monotonic() - phone.began == pytest.approx(3, abs=0.3)
    phone.says = lambda sec: {"facts_version": "0", "parts": {"wording": "wording-invalid"}}
    assert await live(phone, clock).taken(an_edit(targets, BLOCKED)) == "refused"


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("::1", "[::1]"), ("10.1.1.1",) * 2],
)
def test_it_is_asked_where_it_listens(host: str, url: str, clock: FakeClock) -> None:
    settings = Settings(_env_file=None, bind_host=host, port=8300)
    assert live_service_from(settings, clock)._url == f"http://{url}:8300/ready"
