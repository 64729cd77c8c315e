"""A chat model that says what it is told to, or fails as it is told to. Time is real, so delays are short."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from engines.chat import ChatMessage
from errors import LlmError


class FakeChat:
    """`script` holds one item per request: text to say (in pieces of four characters), an `LlmError` to raise, or a
    list of pieces, delays (seconds, float) and errors. The last item repeats."""

    name = "fake-model"

    def __init__(self, *script: Any) -> None:
        self.script = list(script)
        self.requests: list[list[ChatMessage]] = []
        self.open_streams = 0

    async def start(self) -> None: ...

    async def aclose(self) -> None: ...

    async def warm_up(self, messages: Sequence[ChatMessage]) -> None:
        self.requests.append(list(messages))
        item = self._next()
        if isinstance(item, LlmError):
            raise item

    async def complete_json(self, messages: Sequence[ChatMessage], schema: Mapping[str, Any]) -> str:
        self.requests.append(list(messages))
        item = self._next()
        if isinstance(item, LlmError):
            raise item
        return str(item)

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        self.requests.append(list(messages))
        self.open_streams += 1
        try:
            item = self._next()
            for part in self._parts(item):
                if isinstance(part, LlmError):
                    raise part
                if isinstance(part, float):
                    await asyncio.sleep(part)
                else:
                    yield part
        finally:
            self.open_streams -= 1

    def _next(self) -> Any:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    @staticmethod
    def _parts(item: Any) -> list[Any]:
        if isinstance(item, str):
            return [item[at : at + 4] for at in range(0, len(item), 4)]
        return list(item) if isinstance(item, list) else [item]
