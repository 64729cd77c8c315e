"""A small model that lies on purpose, on the wire of Ollama's `/v1`.

It says what it is told to say, fluently and to the question at its end, and slips one lie in before. Its JSON answers
(leads) are true: what staff read is not what this gate is about.
"""

import random
import re
from typing import Any

from bench.gate.accuracy.lies import Liar
from tests.fakes.ollama_server import OllamaServer, last_system_text

_FILLERS = ("Sure.", "Of course.", "I am happy to help with that.", "Thank you for asking.", "")
_SAY = re.compile(r"^Say: *(.*\S)", re.MULTILINE)


class LyingOllama(OllamaServer):
    """An `OllamaServer` whose every answer to a caller holds a lie.

    Attributes:
        liar: what it has told.
    """

    def __init__(self, seed: int = 2) -> None:
        super().__init__()
        self.liar = Liar(seed)
        self._chance = random.Random(seed)

    def spoken(self, body: dict[str, Any]) -> str:
        """A true filler, a lie, and what the note tells it to say. A request without a note (the warm-up) is no
        caller's and gets no lie."""
        told_to_say = _SAY.findall(last_system_text(body))
        if not told_to_say:
            return super().spoken(body)
        lie = self.liar.next_lie(_last_user_text(body))
        return " ".join(filter(None, (self._chance.choice(_FILLERS), lie.text, told_to_say[-1])))


def _last_user_text(body: dict[str, Any]) -> str:
    texts = [message["content"] for message in body["messages"] if message["role"] == "user"]
    return texts[-1] if texts else ""


if __name__ == "__main__":
    import sys

    model = LyingOllama()
    for line in sys.stdin:
        note = {"role": "system", "content": "Say: How can I help you today?"}
        print(model.spoken({"messages": [{"role": "user", "content": line}, note]}))
