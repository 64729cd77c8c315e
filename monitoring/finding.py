"""A rule's finding as a suggestion: words that were said stand in the evidence, none of a caller in the description."""

from monitoring.case import CallCase
from monitoring.suggestion import Action, Evidence, IssueType, Severity, SuggestedChange, Suggestion

_SHOWN = 6  # evidence of one finding


def finding(
    case: CallCase,
    severity: Severity,
    issue_type: IssueType,
    description: str,
    *evidence: Evidence,
    action: Action = "flag_for_review",
    change: SuggestedChange | None = None,
) -> Suggestion:
    """One thing that staff should look at in a call; `rules.review` adds which rule found it."""
    return Suggestion(
        call_sid=case.call_sid,
        severity=severity,
        issue_type=issue_type,
        description=description,
        suggested_action=action,
        suggested_change=change,
        evidence=evidence[:_SHOWN],
    )


def times(count: int, what: str) -> str:
    """What happened, and how often: "asked once", "asked twice", "asked 3 times"."""
    return f"{what} {'once' if count == 1 else 'twice' if count == 2 else f'{count} times'}"


if __name__ == "__main__":
    print(times(1, "asked"), times(2, "asked"), times(5, "asked"), sep="; ")
