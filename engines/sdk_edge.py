"""The edge to a chat model's SDK (`openai`, `anthropic`): its errors become `LlmError`, its streams are checked.

Both SDKs are made by one generator: their errors have the same names, and under both lies httpx2, whose errors the one
passes on in the middle of a stream and the other does not. What they say may quote a request or an answer, so no text
of theirs is passed on: messages here are ours, and say what to do where something can be done.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any, TypeVar

import httpx2

from errors import LlmError

DRAIN_SEC = 0.2  # an end mark follows within a millisecond; a server that sends none may not hold up the turn
_RETRYABLE = frozenset({"llm-refused", "llm-timeout", "llm-busy", "llm-server", "llm-broke-off"})
T = TypeVar("T")


def llm_error(code: str, message: str) -> LlmError:
    """An error with one of the codes of `engines.chat.ChatModel`; `retryable` follows from the code."""
    return LlmError(message, code=code, retryable=code in _RETRYABLE)


def code_of_status(status: int) -> str:
    """The code of an HTTP status that is not 200. A redirect is none of the protocol: OLLAMA_URL points elsewhere."""
    if status in (401, 403):
        return "llm-denied"
    if status == 404:
        return "llm-not-found"
    if status in (429, 503, 529):  # 529: Anthropic's "overloaded"
        return "llm-busy"
    if 400 <= status < 500:
        return "llm-rejected"
    return "llm-server" if status >= 500 else "llm-garbage"


class SdkEdge:
    """One server behind one SDK.

    Args:
        sdk: the imported package, `openai` or `anthropic`.
        server: the server's name in messages.
        hints: HTTP status -> what an operator should do about it.
    """

    def __init__(self, sdk: ModuleType, server: str, hints: Mapping[int, str]) -> None:
        self._sdk = sdk
        self._server = server
        self._hints = hints

    @contextmanager
    def ours(self, *, begun: bool = False) -> Iterator[None]:
        """Errors of the SDK, raised inside, become `LlmError`. `begun`: the answer's headers are here already."""
        try:
            yield
        except (self._sdk.APIError, httpx2.HTTPError, ValueError, RecursionError) as exc:
            raise self._error(exc, begun) from exc

    def _error(self, exc: Exception, begun: bool) -> LlmError:
        sdk = self._sdk
        if isinstance(exc, (ValueError, RecursionError, sdk.APIResponseValidationError)):
            return self.garbage()
        if isinstance(exc.__cause__, httpx2.ConnectTimeout):
            return llm_error("llm-refused", f"{self._server} could not be reached in time")
        if isinstance(exc, (sdk.APITimeoutError, httpx2.TimeoutException)):
            return llm_error("llm-timeout", f"{self._server} did not answer in time")
        if begun:
            return llm_error("llm-broke-off", f"{self._server} broke its answer off")
        if isinstance(exc, sdk.APIStatusError):
            return self._status_error(exc.status_code)
        return llm_error("llm-refused", f"{self._server} could not be reached")

    def _status_error(self, status: int) -> LlmError:
        hint = self._hints.get(status)
        return llm_error(code_of_status(status), f"{self._server} answered {status}{': ' + hint if hint else ''}")

    def garbage(self) -> LlmError:
        return llm_error("llm-garbage", f"{self._server} sent something that is not of the protocol")

    def check_stream(self, response: httpx2.Response) -> None:
        """A stream must say that it is one: the SDKs read any page as a stream of no events.

        Raises:
            LlmError: `llm-garbage`.
        """
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            raise self.garbage()

    async def next_event(self, events: AsyncIterator[T]) -> T | None:
        """The next event of a stream, or None at its end.

        Raises:
            LlmError: `llm-broke-off`, `llm-timeout`, `llm-garbage`.
        """
        with self.ours(begun=True):
            return await anext(events, None)

    async def drain(self, events: AsyncIterator[Any]) -> None:
        """Read what follows a complete answer, so that its connection can serve the next one. Never raises an error."""
        with suppress(LlmError, TimeoutError):
            async with asyncio.timeout(DRAIN_SEC):
                while await self.next_event(events) is not None:
                    pass


if __name__ == "__main__":
    for http_status in (302, 400, 401, 404, 422, 429, 500, 503, 529):
        print(http_status, code_of_status(http_status))
