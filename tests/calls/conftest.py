"""One running service for all whole-call tests; its calls are placed by the simulated Twilio, on real audio."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bench.service import Bench, running_service


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bench() -> AsyncIterator[Bench]:
    async with running_service(calls=8) as running:
        yield running


@pytest.fixture(scope="session")
def lines() -> asyncio.Semaphore:
    """At most so many calls at once: more would measure this machine and not the service."""
    return asyncio.Semaphore(4)
