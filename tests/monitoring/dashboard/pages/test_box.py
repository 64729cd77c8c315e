import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from monitoring.dashboard.pages.box import Box, Part, look

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
STATE: dict[str, Any] = {
    "ready": True,
    "reason": None,
    "slots": {"limit": 4, "in_use": 1},
    "facts": "sample",
    "parts": {"stt": "ok", "crm": "none", "knowledge": "embedding-away"},
    "storage": "ok",
    "signature_validation": True,
}
METRICS = """# TYPE ava_leads_waiting gauge
ava_leads_waiting 2.0
# TYPE ava_engine_errors counter
ava_engine_errors_total{engine="llm",code="slow"} 3.0
ava_engine_errors_total{engine="stt",code="slow"} 1.0
# TYPE ava_storage_errors counter
ava_storage_errors_total{code="disk-full"} 1.0
"""


async def metrics(_: web.Request) -> web.StreamResponse:
    return web.Response(text=METRICS)


def says(state: Any, status: int = 200) -> Answer:
    async def ready(_: web.Request) -> web.StreamResponse:
        return web.json_response(state, status=status)

    return ready


@asynccontextmanager
async def service(ready: Answer, figures: Answer = metrics) -> AsyncIterator[str]:
    """A phone service on the wire; gives its address."""
    app = web.Application()
    app.router.add_get("/ready", ready)
    app.router.add_get("/metrics", figures)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_service_tells_its_calls_its_parts_and_what_went_wrong() -> None:
    async with service(says(STATE)) as base:
        box = await look(base)
    assert (box.reachable, box.ready, box.is_well) == (True, True, False)
    assert (box.calls, box.limit, box.leads_waiting, box.faults) == (1, 4, 2, 5)
    assert box.unwell == (Part("Finding facts", "embedding-away"),)
    assert box.sample


async def test_a_service_with_nothing_wrong_is_well() -> None:
    async with service(says({**STATE, "parts": {"stt": "ok", "crm": "none"}})) as base:
        assert (await look(base)).is_well


async def test_a_disk_that_fails_is_a_part_that_is_unwell() -> None:
    async with service(says({**STATE, "parts": {}, "storage": "failing"})) as base:
        assert (await look(base)).unwell == (Part("Disk", "failing"),)


async def test_a_service_that_takes_no_calls_says_why() -> None:
    async with service(says({**STATE, "ready": False, "reason": "draining"}, status=503)) as base:
        box = await look(base)
    assert box.reachable
    assert not box.ready
    assert box.reason.startswith("It is stopping")


async def test_without_figures_the_state_is_still_told() -> None:
    async def gone(_: web.Request) -> web.StreamResponse:
        return web.Response(status=404)

    async with service(says(STATE), gone) as base:
        box = await look(base)
    assert (box.reachable, box.leads_waiting, box.faults) == (True, None, None)


async def test_a_service_that_is_away_is_not_reachable() -> None:
    async with service(says(STATE)) as base:
        pass
    assert await look(base) == Box()


async def test_a_service_that_hangs_costs_the_page_no_more_than_its_patience() -> None:
    async def hangs(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    async with service(hangs) as base:
        began = asyncio.get_running_loop().time()
        assert await look(base, patience_sec=0.1) == Box()
        assert asyncio.get_running_loop().time() - began < 1


@pytest.mark.parametrize("nonsense", [[], "ready", {"hello": 1}, {"ready": True, "slots": {"limit": "many"}}])
async def test_something_else_on_the_port_is_not_the_phone(nonsense: Any) -> None:
    async with service(says(nonsense)) as base:
        assert await look(base) == Box()
