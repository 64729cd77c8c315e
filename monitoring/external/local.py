"""The practice's own model reads calls, through Ollama's `/v1` with a JSON schema. Nothing leaves the machine.

The model is the one that answers callers, so callers come first: no request begins while a call goes on, one that is
under way is dropped when a call comes in, and between requests it rests as long as the last one took.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from config import Settings
from engines.chat import ChatMessage
from engines.ollama import JSON_MAX_TOKENS, OllamaChat
from errors import EngineError
from monitoring.external.budget import estimated
from monitoring.external.claude import Answered

Busy = Callable[[], Awaitable[bool]]
LOOK_EVERY_SEC = 1.0
REST_AT_LEAST_SEC = 1.0


class Local:
    """The client of OLLAMA_MODEL.

    Args:
        busy: whether the phone service has a call now; None: there is nobody to ask.
        look_every_sec: how often it is asked while the model works.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        busy: Busy | None = None,
        look_every_sec: float = LOOK_EVERY_SEC,
        rest_at_least_sec: float = REST_AT_LEAST_SEC,
    ) -> None:
        self._chat = OllamaChat(settings)
        self._busy = busy
        self._look_every_sec = look_every_sec
        self._rest_at_least_sec = rest_at_least_sec
        self._rest_until = 0.0

    @property
    def model(self) -> str:
        return self._chat.name

    async def check(self) -> None:
        """Build the client. Talks to nobody yet: a cold model would be loaded."""
        await self._chat.start()

    async def ask(self, prefix: str, text: str, schema: Mapping[str, Any]) -> Answered:
        """One request, when no call goes on.

        Raises:
            EngineError: `phone-busy`: a call goes on, or came in; or no answer, as `engines.chat.ChatModel` says.
        """
        await self._chat.start()
        await asyncio.sleep(max(0.0, self._rest_until - time.monotonic()))
        await self._check_free()
        began = time.monotonic()
        try:
            answer = await self._while_free([ChatMessage("system", prefix), ChatMessage("user", text)], schema)
        finally:
            now = time.monotonic()
            self._rest_until = now + max(self._rest_at_least_sec, now - began)
        return Answered(answer, "end_turn", estimated(len(prefix) + len(text) + len(answer)))

    async def _check_free(self) -> None:
        if self._busy is not None and await self._busy():
            raise EngineError("a call goes on: the model is the callers'", code="phone-busy", retryable=True)

    async def _while_free(self, messages: list[ChatMessage], schema: Mapping[str, Any]) -> str:
        request = asyncio.create_task(self._chat.complete_json(messages, schema), name="monitoring-local-model")
        try:
            while not (await asyncio.wait({request}, timeout=self._look_every_sec))[0]:
                await self._check_free()
            return await request
        finally:
            request.cancel()
            await asyncio.gather(request, return_exceptions=True)

    async def aclose(self) -> None:
        await self._chat.aclose()


ANSWER_TOKENS = JSON_MAX_TOKENS

if __name__ == "__main__":
    from config import load_settings

    print(Local(load_settings()).model)
