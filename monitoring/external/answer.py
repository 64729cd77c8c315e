"""What a model answers: findings in the owner's schema, and the lines of the transcript that they rest on."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engines.sdk_edge import llm_error
from engines.strict_schema import strict_schema
from monitoring.suggestion import Action, IssueType, Severity, SuggestedChange

MOST_FINDINGS = 12
MOST_CHARS = 600  # of a description


class Finding(BaseModel):
    """One finding, in the owner's fields (`call_sid` to `suggested_change`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    call_sid: str = Field(description="the id of the call, as it stands in the call's first line")
    severity: Severity
    issue_type: IssueType
    description: str = Field(description="one or two plain sentences for the staff: what happened, and what is right")
    suggested_action: Action
    suggested_change: SuggestedChange | None = Field(description="null unless one exact change would mend it")
    lines: list[int] = Field(description="the numbers of the transcript's lines that show it, the plainest first")
    records: list[str] = Field(description="ids of the practice's records that it is held against")


class Answer(BaseModel):
    """The whole answer; no findings where there is nothing to say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    findings: list[Finding]


def answer_schema() -> dict[str, Any]:
    """The JSON schema that is sent: every object closed, every property required."""
    return strict_schema(Answer.model_json_schema())


def findings_in(text: str) -> tuple[Finding, ...]:
    """The findings of an answer; one that is not of the schema is left out while others are.

    Raises:
        LlmError: `llm-garbage`: it is no answer at all.
    """
    try:
        answer = json.loads(text)
        raw = answer["findings"]
        if not isinstance(raw, list):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError) as exc:
        raise _garbage() from exc
    found = [one for item in raw[:MOST_FINDINGS] if (one := _finding(item))]
    if raw and not found:
        raise _garbage()
    return tuple(found)


def _finding(item: object) -> Finding | None:
    try:
        found = Finding.model_validate(item)
    except ValidationError:
        return None
    return found if 0 < len(found.description.strip()) <= MOST_CHARS else None


def _garbage() -> Exception:
    return llm_error("llm-garbage", "the model's answer is none that was asked for")


if __name__ == "__main__":
    print(json.dumps(answer_schema(), indent=1))
