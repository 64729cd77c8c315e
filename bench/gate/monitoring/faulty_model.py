"""A small model with faults that certain words of a caller draw; with everybody else it is true and quick.

It is spoken to over the wire of Ollama's `/v1`, as production's model is.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bench.gate.accuracy.lies import plain
from tests.fakes.ollama_server import OllamaServer, last_system_text

REPEATED = "You can walk right in any time you like."
PROMISE = "I have scheduled you with the doctor."
SLOW = "Goodbye for now. Goodbye again. Goodbye once more."  # left out: the rules end calls
MARKED = "*smiles warmly* I am happy to help with that."
UNTRUE_REASON = "sudden severe pain after surgery"
PAUSE_SEC = 1.0  # between two sentences: the first that may be said comes later than the service grants a model
_SAY = re.compile(r"^Say: *(.*\S)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What the model says before what it is told to say, when a caller's words hold one of `drawn_by`."""

    drawn_by: frozenset[str]
    says: str
    slowly: bool = False


FAULTS = (
    Fault(frozenset({"cancel"}), REPEATED),
    Fault(frozenset({"bill"}), PROMISE),
    Fault(frozenset({"reschedule"}), SLOW, slowly=True),
    Fault(frozenset({"records"}), MARKED),
)


class FaultyOllama(OllamaServer):
    """An `OllamaServer` with the faults above; a lead about a refill gets a reason that nobody gave.

    Attributes:
        drawn: what faults were shown, in order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[Fault] = []

    def spoken(self, body: dict[str, Any]) -> str:
        """What it is told to say, behind the fault that the caller's last words draw. A request without a note (the
        warm-up) is no caller's."""
        told_to_say = _SAY.findall(last_system_text(body))
        if not told_to_say:
            return super().spoken(body)
        fault = fault_for(_last_user_text(body))
        if fault is None:
            return str(told_to_say[-1])
        self.drawn.append(fault)
        return f"{fault.says} {told_to_say[-1]}"

    async def pieces(self, request: web.Request, answer: str, limit: int) -> AsyncIterator[str]:
        """As every model's; an answer that is to be slow pauses behind each sentence before the true one."""
        slowly = any(fault.slowly and answer.startswith(fault.says) for fault in FAULTS)
        said = ""
        async for piece in super().pieces(request, answer, limit):
            if slowly and said.endswith(".") and len(said) <= len(SLOW):
                await asyncio.sleep(PAUSE_SEC)
            said += piece
            yield piece

    def whole_answer(self, request: web.Request, answer: str) -> str:
        """A lead, with a reason that nobody gave where it is about a refill."""
        lead = json.loads(answer)
        if isinstance(lead, dict) and "refill" in json.dumps(lead).lower():
            lead["reason"] = UNTRUE_REASON
        return super().whole_answer(request, json.dumps(lead))


def fault_for(words: str) -> Fault | None:
    """The fault that a caller's words draw."""
    heard = set(plain(words).split())
    return next((fault for fault in FAULTS if heard & fault.drawn_by), None)


def _last_user_text(body: dict[str, Any]) -> str:
    texts = [message["content"] for message in body["messages"] if message["role"] == "user"]
    return str(texts[-1]) if texts else ""


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(fault_for(line))
