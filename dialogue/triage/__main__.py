"""JSON lines in (`{"text": ..., "context": {"caller_said": [...]}}`), JSON lines out (`class`, `code`, `say`)."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dialogue.triage.finding import triage


class _Around(BaseModel):
    model_config = ConfigDict(extra="ignore")
    caller_said: list[str] | str | None = None


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore")
    text: str
    context: _Around | None = Field(default_factory=_Around)


def answers(lines: Iterable[str]) -> Iterator[str]:
    """One JSON object per line that is not empty; `error` for a line that is no request."""
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(line), ensure_ascii=False)


def _answer(line: str) -> dict[str, Any]:
    try:
        request = _Request.model_validate_json(line)
    except ValidationError as exc:
        first = exc.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return {"error": f"{where}: {first['msg']}" if where else first["msg"]}
    said = (request.context.caller_said if request.context else None) or []
    found = triage(request.text, [said] if isinstance(said, str) else said)
    return {"class": found.urgency, "code": found.code, "say": list(found.say), "call_911": found.call_911}


if __name__ == "__main__":
    for answer in answers(sys.stdin):
        print(answer, flush=True)
