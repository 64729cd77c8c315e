import asyncio
import json
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from config import Settings
from monitoring.phone_line import PATIENCE_SEC, PhoneLine, phone_line_from
from tests.fakes.clock import FakeClock


class Service:
    """GET /ready of a phone service; `calls` is what it says, also while it takes none (503)."""

    def __init__(self, *calls: int, body: bytes | None = None, status: int = 200, delay_sec: float = 0.0) -> None:
        self.calls, self.body, self.status, self.delay_sec = list(calls), body, status, delay_sec
        self.asked = 0

    async def ready(self, _: web.Request) -> web.Response:
        self.asked += 1
        await asyncio.sleep(self.delay_sec)
        in_use = self.calls.pop(0) if len(self.calls) > 1 else self.calls[0] if self.calls else 0
        body = self.body or json.dumps({"ready": self.status == 200, "slots": {"limit": 4, "in_use": in_use}}).encode()
        return web.Response(body=body, status=self.status)

    async def __aenter__(self) -> "Service":
        app = web.Application()
        app.router.add_get("/ready", self.ready)
        self._server = TestServer(app)
        await self._server.start_server()
        self.url = str(self._server.make_url("/"))
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._server.close()


def line(service: Service, clock: FakeClock) -> PhoneLine:
    async def sleep(seconds: float) -> None:
        clock.pass_time(seconds)

    return PhoneLine(service.url, clock, sleep=sleep)


@pytest.mark.parametrize("status", [200, 503])
async def test_the_services_own_count_is_what_holds(status: int) -> None:
    async with Service(3, status=status) as service:
        assert await line(service, FakeClock()).calls() == 3


async def test_it_is_asked_twice_a_second_at_most() -> None:
    clock = FakeClock()
    async with Service(0) as service:
        phone = line(service, clock)
        for _ in range(20):
            await phone.calls()
        assert service.asked == 1
        clock.pass_time(0.6)
        await phone.calls()
        assert service.asked == 2


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"slots": null}', b'{"slots": {"in_use": "many"}}',
                                  b'{"slots": {"in_use": -1}}'])  # fmt: skip
async def test_an_answer_that_says_nothing_of_calls_holds_nothing_up(body: bytes) -> None:
    async with Service(body=body or b" ") as service:
        assert await line(service, FakeClock()).calls() == 0


async def test_a_service_that_is_not_there_or_hangs_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitoring.phone_line._TIMEOUT_SEC", 0.1)
    assert await PhoneLine("http://127.0.0.1:9", FakeClock()).calls() == 0
    async with Service(2, delay_sec=0.4) as service:
        assert await line(service, FakeClock()).calls() == 0


async def test_it_waits_until_the_last_call_is_over_and_says_that_it_waits() -> None:
    told: list[bool] = []
    clock = FakeClock()
    async with Service(2, 1, 1, 0) as service:
        await line(service, clock).wait(told.append)
        assert service.asked == 4
    assert told == [True, False]
    assert clock.monotonic() == 1006.0


async def test_without_a_call_nobody_waits() -> None:
    told: list[bool] = []
    async with Service(0) as service:
        await line(service, FakeClock()).wait(told.append)
    assert told == []


async def test_a_line_that_is_never_quiet_slows_down_and_does_not_stop() -> None:
    clock = FakeClock()
    async with Service(1) as service:
        await line(service, clock).wait()
    assert PATIENCE_SEC <= clock.monotonic() - 1000.0 <= PATIENCE_SEC + 2


@pytest.mark.parametrize(("host", "url"), [("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("127.0.0.1", "127.0.0.1")])
def test_the_service_is_found_where_it_listens(host: str, url: str) -> None:
    phone = phone_line_from(Settings(_env_file=None, bind_host=host, port=8200), FakeClock())
    assert phone._url == f"http://{url}:8200/ready"
