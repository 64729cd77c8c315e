"""What a chat model is to the rest of the service: messages in, pieces of text out, every failure an `LlmError`.

Clients: `engines/ollama.py`, `engines/anthropic.py`; `engines/private_chat.py` wraps one that is outside the practice.
`engines/model.py` makes the call's LLM service over one of them.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message. A `system` message may also stand last: what changes from turn to turn, so that all before it is
    the same bytes as in the turn before."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that a model may call.

    Attributes:
        parameters: a JSON schema, an object with its properties.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's call of a function, as it wrote it: nothing of it is checked. `arguments` ought to be a JSON object."""

    name: str
    arguments: str


class ChatModel(Protocol):
    """A model behind an API. One object per process serves all calls.

    Errors are `errors.LlmError` with one of these codes; `retryable` says whether the same request may succeed soon:
    `llm-refused` (no connection), `llm-timeout` (no answer in the SDK's own time), `llm-not-found` (404: no such
    model), `llm-busy` (429, 503, 529), `llm-denied` (401, 403), `llm-rejected` (400, 413, 422), `llm-server` (another
    5xx), `llm-broke-off` (the stream ended without its end, or an error stood in it), `llm-garbage` (an answer that is
    not of the protocol). Messages of errors hold no text of the conversation.
    """

    @property
    def name(self) -> str:
        """The model's name, for the record's versions."""
        ...

    def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """The answer's pieces as they come. Closing the generator ends the request. Nothing is retried in here.

        Raises:
            LlmError: see above, before or after the first piece.
        """
        ...

    def stream_or_call(
        self, messages: Sequence[ChatMessage], tools: Sequence[Tool]
    ) -> AsyncGenerator[str | ToolCall, None]:
        """As `stream`, but the model may call one of `tools`, with or without words before it. The call is the last
        item; of several calls it is the first. A model that cannot call functions answers as in `stream`.

        Raises:
            LlmError: see above, before or after the first piece.
        """
        ...

    async def complete_json(self, messages: Sequence[ChatMessage], schema: Mapping[str, Any]) -> str:
        """One whole answer, constrained to JSON as far as the API can, at temperature 0.

        Raises:
            LlmError: see above.
        """
        ...

    async def warm_up(self, messages: Sequence[ChatMessage], tools: Sequence[Tool] = ()) -> None:
        """Load the model and let it read `messages` (the system prompt), so that the first call is as quick.
        With `tools` it is learnt, and logged, whether the model can call functions.

        Raises:
            LlmError: see above; `llm-not-found` names the command that makes the model.
        """
        ...

    async def start(self) -> None:
        """Import the SDK and make the client, off the event loop. Comes first.

        Raises:
            ConfigError: a setting cannot work.
        """
        ...

    async def aclose(self) -> None: ...


if __name__ == "__main__":
    print(ChatModel.__doc__)
