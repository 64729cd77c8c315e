"""What a model is asked for after a call, and its answer: one JSON object, parsed and validated."""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from call import CallRecord, JsonEngine, Lead
from errors import EngineError, ExtractionError

_LONGEST_ANSWER = 65_536  # characters
_FROM_THE_TELEPHONE = {
    "call_sid", "caller_id", "phone_verified", "handoff_reason", "tentative", "needs_review", "review_reasons",
}  # fmt: skip
_FENCE = re.compile(r"^```(?:json)?\s*(.*?)\s*```$", re.DOTALL)

ExtractedLead: type[BaseModel] = create_model(
    "ExtractedLead",
    __config__=ConfigDict(extra="forbid"),
    **{name: (field.annotation, field) for name, field in Lead.model_fields.items() if name not in _FROM_THE_TELEPHONE},
)  # type: ignore[call-overload]
"""What an engine is asked for: `call.Lead` without the fields that the telephone or our own checks decide."""


async def lead_answer(
    engine: JsonEngine, record: CallRecord, schema: Mapping[str, Any], problem: str | None, timeout_sec: float
) -> BaseModel:
    """One answer of the engine, parsed and validated.

    Args:
        problem: why the answer before was refused, on a repair attempt.

    Raises:
        ExtractionError: the answer is no JSON object (`parse`) or not of the schema (`schema`); says what is wrong.
        EngineError: there was no answer (`engine`).
    """
    try:
        async with asyncio.timeout(timeout_sec):
            answer = await engine.complete_json(record, schema, problem)
    except TimeoutError as exc:
        raise EngineError("the extraction engine did not answer in time", code="engine-timeout") from exc
    fenced = _FENCE.match(answer.strip())
    try:
        if len(answer) > _LONGEST_ANSWER:
            raise ValueError("too long")
        value = json.loads(fenced[1] if fenced else answer)
    except (ValueError, RecursionError) as exc:
        raise ExtractionError("The answer was not one JSON object.", code="parse") from exc
    if not isinstance(value, dict):
        raise ExtractionError("The answer was JSON, but not an object.", code="parse")
    try:
        return ExtractedLead.model_validate(value)
    except ValidationError as exc:
        raise ExtractionError(_problem(exc), code="schema") from exc


def _problem(exc: ValidationError) -> str:
    """What is wrong with an answer, field by field, without the values."""
    errors = exc.errors(include_url=False, include_input=False, include_context=False)[:8]
    return "; ".join(f"{'.'.join(map(str, error['loc'])) or 'answer'}: {error['msg']}" for error in errors)


if __name__ == "__main__":
    print(json.dumps(ExtractedLead.model_json_schema(), indent=2))
