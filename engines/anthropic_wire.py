"""What goes to Anthropic's Messages API and comes back, as values: turns, functions, the events of a stream."""

from collections.abc import Sequence
from typing import Any

from engines.chat import ChatMessage, Tool
from engines.sdk_edge import SdkEdge, llm_error
from engines.streamed_call import StreamedCall

# The API takes no system role among the messages, and wants the first and the last of them to be a user's.
_NOTE = "[From the phone system, not from the caller]\n"
_CALL_BEGINS = "(The call begins.)"
_SILENCE = "(The caller says nothing.)"


def wire_messages(messages: Sequence[ChatMessage]) -> tuple[str, list[dict[str, str]]]:
    """What the API takes: the system prompt, and turns that alternate, beginning and ending with the user's.

    The leading system messages are the prompt; later ones are marked notes in the user's turn. Blank messages, which
    the API refuses, are left out.
    """
    filled = [message for message in messages if message.content.strip()]
    first = next((i for i, message in enumerate(filled) if message.role != "system"), len(filled))
    turns: list[dict[str, str]] = []
    for message in filled[first:]:
        _add(turns, message)
    if not turns or turns[0]["role"] != "user":
        turns.insert(0, {"role": "user", "content": _CALL_BEGINS})
    if turns[-1]["role"] != "user":
        turns.append({"role": "user", "content": _SILENCE})
    return "\n\n".join(message.content for message in filled[:first]), turns


def _add(turns: list[dict[str, str]], message: ChatMessage) -> None:
    """Add a message as a turn, or to the last one when that is of the same side."""
    is_note = message.role == "system"
    role, content = ("user", _NOTE + message.content) if is_note else (message.role, message.content)
    if turns and turns[-1]["role"] == role:
        turns[-1]["content"] += "\n\n" + content
    else:
        turns.append({"role": role, "content": content})


def wire_tools(tools: Sequence[Tool]) -> dict[str, Any]:
    """The request's part about functions: one call at most. Nothing where there are none."""
    if not tools:
        return {}
    wired = [
        {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)} for tool in tools
    ]
    return {"tools": wired, "tool_choice": {"type": "auto", "disable_parallel_tool_use": True}}


def text_of(event: Any, edge: SdkEdge) -> str:
    """The text that an event brings, if any. The SDK validates nothing."""
    kind, delta = getattr(event, "type", None), getattr(event, "delta", None)
    if kind is None:
        raise edge.garbage()
    if kind == "message_delta":
        check_stop(getattr(delta, "stop_reason", None))
    if kind != "content_block_delta" or getattr(delta, "type", None) != "text_delta":
        return ""
    text = getattr(delta, "text", None)
    if not isinstance(text, str):
        raise edge.garbage()
    return text


def add_call(called: StreamedCall, event: Any, edge: SdkEdge) -> None:
    """Take what an event brings of a function call: a block that begins with its name, then pieces of its input."""
    kind, index = getattr(event, "type", None), getattr(event, "index", None)
    name: Any
    arguments: Any
    block, delta = getattr(event, "content_block", None), getattr(event, "delta", None)
    if kind == "content_block_start" and getattr(block, "type", None) == "tool_use":
        name, arguments = getattr(block, "name", None), ""
    elif kind == "content_block_delta" and getattr(delta, "type", None) == "input_json_delta":
        name, arguments = "", getattr(delta, "partial_json", None)
    else:
        return
    if not (isinstance(index, int) and isinstance(name, str) and isinstance(arguments, str)):
        raise edge.garbage()
    called.add(index, name, arguments)


def check_stop(reason: str | None) -> None:
    if reason == "refusal":
        raise llm_error("llm-rejected", "the model refused to answer")


if __name__ == "__main__":
    for turn in wire_messages([ChatMessage("user", "Hello."), ChatMessage("system", "Say: Good day.")])[1]:
        print(turn)
