"""Codes of calls and suggestions in words for staff."""

from typing import get_args

from call import Outcome
from monitoring.suggestion import Action, IssueType, Severity, Suggestion

OUTCOMES: dict[str, str] = {
    "completed": "Completed",
    "caller_hung_up": "Caller hung up",
    "transferred": "Handed over",
    "timed_out": "Ran out of time",
    "idle": "Caller went silent",
    "stopped": "Ended for a restart",
    "failed": "Broke off",
    "interrupted": "Cut off",
}
SEVERITIES: dict[Severity, str] = {"high": "High", "medium": "Medium", "low": "Low"}
ISSUES: dict[IssueType, str] = {
    "factual_error": "Wrong fact",
    "prompt_violation": "Broke a rule",
    "missed_handoff": "Missed handoff",
    "failed_turns": "Not understood",
    "rag_gap": "No answer",
    "confusing_phrasing": "Confusing words",
    "latency": "Slow answer",
    "audio_fault": "Recording fault",
    "promise": "Promised too much",
    "triage_miss": "Missed emergency",
    "lead_mismatch": "Lead differs",
    "other": "Other",
}
ACTIONS: dict[Action, str] = {
    "rag_update": "Change a fact",
    "prompt_change": "Change the model's instructions",
    "blocklist_add": "Never say this again",
    "flag_for_review": "For a person to judge",
}
STATES: dict[str, str] = {
    "open": "Open",
    "applied": "Applied",
    "dismissed": "Dismissed",
    "undone": "Undone",
    "stale": "Out of date",
}


def reader_label(reader: str) -> str:
    """Who found it: `rules.latency` -> `Rule: latency`."""
    name, _, rule = reader.partition(".")
    if name == "rules":
        return f"Rule: {rule.replace('_', ' ').replace('-', ' ')}" if rule else "Rules"
    return {"anthropic": "Claude", "ollama": "Local model"}.get(name, name or "Unknown")


def heading(suggestion: Suggestion) -> str:
    """What kind of finding it is, in two words."""
    return ISSUES[suggestion.issue_type]


if __name__ == "__main__":
    for codes, labels in ((Outcome, OUTCOMES), (IssueType, ISSUES), (Action, ACTIONS)):
        for code in get_args(codes):
            print(f"{code:20} {labels[code]}")
