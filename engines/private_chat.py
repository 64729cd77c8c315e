"""A chat model outside the practice that never sees who calls: tokens go out, and the answer comes back with values.

Every request is hidden anew, from what stands in it: what was collected (the line `Collected:` of both prompts,
`dialogue/prompt.py` and `dialogue/extraction_prompt.py`), what was said, and what each answer was an answer to. Nothing
of a call is kept here between requests. What is found and what is not: see `pseudonyms`.
"""

import asyncio
import datetime as dt
import json
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from engines.chat import ChatMessage, ChatModel, Tool, ToolCall
from facts import PracticeFacts, Record
from pseudonyms import Kind, PieceRevealer, Pseudonyms, Public

# The same for every request, so that the API's prompt cache holds: it stands at the end of the system prompt.
NOTE = (
    "Some of what callers say is withheld. A word in square brackets such as [NAME_1], [PHONE_1] or [BIRTH_1980] "
    "stands for it: where you need it, write the very same word with its brackets, also as a value in JSON (a "
    "withheld date too). Never write such a word that does not occur here, and never speak about it."
)
_COLLECTED = re.compile(r"^Collected: (\{.*\})$", re.MULTILINE)
_KIND_OF = {"name": Kind.NAME, "callback_number": Kind.PHONE, "phone": Kind.PHONE, "date_of_birth": Kind.BIRTH}
_TODAY = re.compile(
    r"^(?:Now: \w+, (?P<spoken>\w+ \d{1,2}, \d{4})|The call was on \w+ (?P<iso>\d{4}-\d\d-\d\d))\b", re.MULTILINE
)
_TURN = re.compile(r'^(\{"(?:caller|ava)": .*\})$', re.MULTILINE)
_NOT_WORDS = {"id", "tags", "last_updated", "source", "timezone", "kind", "days"}


def public_text(facts: PracticeFacts, *more: str) -> str:
    """Everything about the practice that anyone may read, one value a line.

    Args:
        more: what else is no secret: the assistant's name, the system prompt.
    """
    records: Iterable[Record] = (*facts.locations, *facts.hours, *facts.services, *facts.plans, *facts.providers)
    values = (value for record in records for value in _texts(record.model_dump(mode="json", exclude=_NOT_WORDS)))
    return "\n".join(dict.fromkeys((facts.practice_name, *more, *values)))


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value; keys with underscores also as words."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str) and value:
        yield value.replace("_", " ")


class PrivateChat:
    """A `ChatModel` around another one.

    Args:
        inner: the client of the model outside; not started.
        public: what stays readable, see `public_text`.
        today: the local date for requests that do not say the call's.
    """

    def __init__(self, inner: ChatModel, public: str, *, today: Callable[[], dt.date] = dt.date.today) -> None:
        self._inner = inner
        self._public = Public(public)
        self._today = today

    @property
    def name(self) -> str:
        return self._inner.name

    async def start(self) -> None:
        """See `ChatModel.start`."""
        await self._inner.start()

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """See `ChatModel.stream`. From a `[` on a piece is held back until its token is whole."""
        pseudonyms = self._pseudonyms(messages)
        revealer = PieceRevealer(pseudonyms)
        async with aclosing(self._inner.stream(hidden(messages, pseudonyms))) as pieces:
            async for piece in pieces:
                if text := revealer.feed(piece):
                    yield text
        if rest := revealer.flush():
            yield rest

    async def stream_or_call(
        self, messages: Sequence[ChatMessage], tools: Sequence[Tool]
    ) -> AsyncGenerator[str | ToolCall, None]:
        """See `ChatModel.stream_or_call`. What is called comes back as it is: functions take keys, days and numbers of
        the practice's own, never a caller's value."""
        pseudonyms = self._pseudonyms(messages)
        revealer = PieceRevealer(pseudonyms)
        called: ToolCall | None = None
        async with aclosing(self._inner.stream_or_call(hidden(messages, pseudonyms), tools)) as pieces:
            async for piece in pieces:
                if isinstance(piece, ToolCall):
                    called = piece
                elif text := revealer.feed(piece):
                    yield text
        if rest := revealer.flush():
            yield rest
        if called:
            yield called

    async def complete_json(self, messages: Sequence[ChatMessage], schema: Mapping[str, Any]) -> str:
        """See `ChatModel.complete_json`. Values come back escaped; dates as ISO 8601, numbers as E.164."""
        pseudonyms, outgoing = await asyncio.to_thread(self._prepared, messages)
        answer = await self._inner.complete_json(outgoing, without_date_formats(schema))
        return pseudonyms.reveal_json(answer)

    async def warm_up(self, messages: Sequence[ChatMessage], tools: Sequence[Tool] = ()) -> None:
        """See `ChatModel.warm_up`. With the system prompt as calls will send it: the prompt cache goes by its bytes."""
        await self._inner.warm_up(hidden(messages, self._pseudonyms(messages)), tools)

    def _prepared(self, messages: Sequence[ChatMessage]) -> tuple[Pseudonyms, list[ChatMessage]]:
        pseudonyms = self._pseudonyms(messages)
        return pseudonyms, hidden(messages, pseudonyms)

    def _pseudonyms(self, messages: Sequence[ChatMessage]) -> Pseudonyms:
        """The pseudonyms of one request, which know everything that it gives away."""
        today = _date_of(messages) or self._today()
        pseudonyms = Pseudonyms(_collected(messages), public=self._public, today=today)
        before = ""
        for speaker, text in _said(messages):
            pseudonyms.learn(text, before=before if speaker == "user" else "")
            before = text if speaker == "assistant" else before
        return pseudonyms


def hidden(messages: Sequence[ChatMessage], pseudonyms: Pseudonyms) -> list[ChatMessage]:
    """The messages as they may leave the machine, with the note on tokens at the end of the system prompt."""
    out = [replace(message, content=pseudonyms.hide(message.content)) for message in messages]
    if out and out[0].role == "system":
        return [replace(out[0], content=f"{out[0].content}\n{NOTE}"), *out[1:]]
    return [ChatMessage("system", NOTE), *out]


def without_date_formats(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema in which a date is any text: decoding that is held to dates could not write a token.
    `extract.py` validates the answer against the whole schema."""

    def plain(part: Any) -> Any:
        if isinstance(part, Mapping):
            return {key: plain(value) for key, value in part.items() if (key, value) != ("format", "date")}
        return [plain(one) for one in part] if isinstance(part, list) else part

    return dict(plain(schema))


def _collected(messages: Sequence[ChatMessage]) -> dict[Kind, list[str]]:
    """The values that the conversation collected, out of the last `Collected:` line."""
    known: dict[Kind, list[str]] = {}
    lines = [line for message in messages for line in _COLLECTED.findall(message.content)]
    for line in lines:
        for name, value in _object(line).items():
            if name in _KIND_OF and isinstance(value, str):
                known.setdefault(_KIND_OF[name], []).append(value)
    return known


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _date_of(messages: Sequence[ChatMessage]) -> dt.date | None:
    """The call's local date, as both prompts say it."""
    for message in reversed(messages):
        if match := _TODAY.search(message.content):
            try:
                if match["iso"]:
                    return dt.date.fromisoformat(match["iso"])
                return dt.datetime.strptime(match["spoken"], "%B %d, %Y").date()
            except ValueError:
                return None
    return None


def _said(messages: Sequence[ChatMessage]) -> Iterator[tuple[str, str]]:
    """Every text as (role, text), oldest first; of a transcript turn by turn."""
    for message in messages:
        turns = [_object(line) for line in _TURN.findall(message.content)]
        for turn in turns:
            speaker, text = next(iter(turn.items()), ("", ""))
            yield ("user" if speaker == "caller" else "assistant"), str(text)
        yield ("system" if turns else message.role), message.content


class _Echo:
    """A model that answers with the last thing it was told, and shows what reached it."""

    name = "echo"

    async def start(self) -> None: ...

    async def aclose(self) -> None: ...

    async def warm_up(self, messages: Sequence[ChatMessage], tools: Sequence[Tool] = ()) -> None: ...

    async def stream_or_call(
        self, messages: Sequence[ChatMessage], tools: Sequence[Tool]
    ) -> AsyncGenerator[str | ToolCall, None]:
        async for piece in self.stream(messages):
            yield piece

    async def complete_json(self, messages: Sequence[ChatMessage], schema: Mapping[str, Any]) -> str:
        return json.dumps({"heard": messages[-1].content})

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        print("out: ", messages[-1].content)
        for at in range(0, len(messages[-1].content), 4):
            yield messages[-1].content[at : at + 4]


async def _main() -> None:
    import sys

    from dialogue.sample import sample_facts

    chat = PrivateChat(_Echo(), public_text(sample_facts(), "AVA"))
    for line in await asyncio.to_thread(sys.stdin.readlines):
        print("back:", "".join([piece async for piece in chat.stream([ChatMessage("user", line.rstrip())])]))


if __name__ == "__main__":
    asyncio.run(_main())
