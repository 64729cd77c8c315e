"""What a reader of calls suggests: the owner's output schema, and where it came from."""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["high", "medium", "low"]
IssueType = Literal[
    "factual_error",  # AVA stated what the records do not bear out
    "prompt_violation",  # the disclosure, or a rule of the prompt
    "missed_handoff",  # a person should have taken the call
    "failed_turns",
    "rag_gap",  # a question that the records do not answer
    "confusing_phrasing",  # the caller asked "what?" after it
    "latency",
    "audio_fault",
    "promise",  # a confirmed appointment, coverage
    "triage_miss",
    "lead_mismatch",  # the lead says otherwise than the call
    "other",
]
Action = Literal["rag_update", "prompt_change", "blocklist_add", "flag_for_review"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")  # the worst first


class SuggestedChange(BaseModel):
    """One change of one record or line.

    Attributes:
        file: of the repository, as in `rag/data/avc_hours.jsonl`.
        record_id: of the record; None for a file of lines.
        field: of the record; None for a whole record (`old` empty: a new one) and for a file of lines.
        old: what stands there now: the field's value (JSON where it is no text), or the line; empty for what is added.
        new: what shall stand there; empty to remove.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    record_id: str | None = None
    field: str | None = None
    old: str
    new: str


class Evidence(BaseModel):
    """Where in a call it shows.

    Attributes:
        at_sec: from the start of the media stream, as `Turn.at_sec`; None for the call as a whole.
        said: the sentence, of whichever side.
        against: what it is held against: the guard's evidence, a record's text, a rule of the prompt.
        record_ids: of the practice's facts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_sec: float | None = None
    said: str = ""
    against: str = ""
    record_ids: tuple[str, ...] = ()


class Suggestion(BaseModel):
    """The owner's schema (`call_sid` to `suggested_change`), with the reader and the evidence beside it.

    Attributes:
        reader: `rules.<rule>`, `anthropic` or `ollama`.
        evidence: the first is the one to show.
        calls: further calls in which the same shows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    call_sid: str
    severity: Severity
    issue_type: IssueType
    description: str
    suggested_action: Action
    suggested_change: SuggestedChange | None = None
    reader: str = ""
    evidence: tuple[Evidence, ...] = ()
    calls: tuple[str, ...] = Field(default=(), description="CallSids")

    @property
    def id(self) -> str:
        """16 hexadecimal digits: the same for the same change, and for the same finding in the same call.

        A change is the same whatever call suggested it, so that two calls do not ask for it twice.
        """
        change = self.suggested_change
        if change is not None:
            key = ["change", change.file, change.record_id or "", change.field or "", change.old, change.new]
        else:
            first = self.evidence[0] if self.evidence else Evidence()
            key = [self.call_sid, self.issue_type, self.reader, str(first.at_sec), first.said]
        return hashlib.sha256("\x1f".join(key).encode("utf-8", "replace")).hexdigest()[:16]


if __name__ == "__main__":
    import json

    print(json.dumps(Suggestion.model_json_schema(), indent=2))
