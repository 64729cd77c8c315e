from collections.abc import AsyncIterator

import pytest

from tests.fakes.anthropic_server import AnthropicServer
from tests.monitoring.external.claude_calls import answers


@pytest.fixture
async def server() -> AsyncIterator[AnthropicServer]:
    async with AnthropicServer() as running:
        running.reviews = answers()
        yield running
