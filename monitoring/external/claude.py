"""A Claude model that reads calls, through the official `anthropic` SDK: one whole answer in a JSON schema.

The SDK retries what can pass by itself (408, 409, 429, 5xx with 529, lost connections) twice and honours `retry-after`;
never 400, 401, 403, 404 or 413. No temperature is sent: newer models refuse one. There are no functions for the model
to call.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config import Settings
from engines.anthropic_client import build_client, check_key
from engines.sdk_edge import SdkEdge

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

CONNECT_TIMEOUT_SEC = 5.0
READ_TIMEOUT_SEC = 120.0
MAX_RETRIES = 2
ANSWER_TOKENS = 4000


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer.

    Attributes:
        stop_reason: `end_turn` of a whole one; `refusal`, `max_tokens`.
        tokens: in and out, read from the cache or not.
    """

    text: str
    stop_reason: str
    tokens: int


class Claude:
    """The client of ANTHROPIC_MODEL. Talks to nobody before `check` or `ask`.

    Args:
        base_url: the API's root; not taken from the environment, where it could send callers' words elsewhere.

    Raises:
        ConfigError: ANTHROPIC_API_KEY is missing.
    """

    def __init__(
        self, settings: Settings, *, base_url: str | None = None, read_timeout_sec: float = READ_TIMEOUT_SEC
    ) -> None:
        check_key(settings)
        self._settings = settings
        self.model = settings.anthropic_model
        self._base_url = base_url
        self._read_timeout_sec = read_timeout_sec
        self._built: tuple[AsyncAnthropic, SdkEdge] | None = None

    async def _client(self) -> "tuple[AsyncAnthropic, SdkEdge]":
        if self._built is None:
            self._built = await asyncio.to_thread(self._build)
        return self._built

    def _build(self) -> "tuple[AsyncAnthropic, SdkEdge]":
        return build_client(
            self._settings,
            self._base_url,
            connect_sec=CONNECT_TIMEOUT_SEC,
            read_sec=self._read_timeout_sec,
            retries=MAX_RETRIES,
        )

    async def check(self) -> None:
        """Ask for the model by name (`GET /v1/models/{id}`): are key and model good? Nothing of a call is sent.

        Raises:
            LlmError: `llm-denied`, `llm-not-found`, or the API is away.
        """
        client, edge = await self._client()
        with edge.ours():
            model = await client.models.retrieve(self.model)
        if not getattr(model, "id", None):
            raise edge.garbage()

    async def ask(self, prefix: str, text: str, schema: Mapping[str, Any]) -> Answered:
        """One request: the prefix is marked for the prompt cache, the call comes behind it.

        Raises:
            LlmError: no answer; see `engines.chat.ChatModel` for the codes.
        """
        client, edge = await self._client()
        with edge.ours():
            answer: Any = await client.messages.create(
                model=self.model,
                max_tokens=ANSWER_TOKENS,
                system=[{"type": "text", "text": prefix, "cache_control": {"type": "ephemeral"}}],
                messages=[{"role": "user", "content": text}],
                output_config={"format": {"type": "json_schema", "schema": dict(schema)}},
            )
        blocks = getattr(answer, "content", None)
        if not isinstance(blocks, list):
            raise edge.garbage()
        said = "".join(str(block.text) for block in blocks if getattr(block, "type", None) == "text")
        return Answered(said, str(getattr(answer, "stop_reason", "")), _tokens(getattr(answer, "usage", None)))

    async def aclose(self) -> None:
        """Close every connection; idempotent."""
        built, self._built = self._built, None
        if built is not None:
            await built[0].close()


def _tokens(usage: object) -> int:
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    counts = [getattr(usage, name, None) for name in names]
    return sum(count for count in counts if isinstance(count, int) and count > 0)


async def _main() -> None:
    import sys

    from config import load_settings
    from errors import AvaError

    try:
        claude = Claude(load_settings())
        await claude.check()
        print(f"{claude.model} can be asked")
        await claude.aclose()
    except AvaError as error:
        sys.exit(f"{error.code}: {error}")


if __name__ == "__main__":
    asyncio.run(_main())
