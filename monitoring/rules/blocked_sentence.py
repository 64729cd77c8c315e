"""Rule: what the guard kept back of a model's words is looked at by a person.

Source: the owner's "facts stated by AVA contradicting RAG store" and "system prompt violations". Nobody heard these
words; that a model wanted to say them tells of the model, the prompt or a gap in the records.
"""

from collections.abc import Iterator

from monitoring.case import CallCase, Sentence
from monitoring.finding import finding, times
from monitoring.judge import Judge
from monitoring.suggestion import Evidence, IssueType, Severity, Suggestion

_TYPES: dict[str | None, IssueType] = {
    "facts": "factual_error",
    "appointment_times": "factual_error",
    "promises": "promise",
}
_OFTEN = 3  # in one call


def blocked_sentence(case: CallCase, _judge: Judge) -> Iterator[Suggestion]:
    """One finding for each kind of what was kept back in a call."""
    blocked = [one for one in case.sentences if one.verdict == "block"]
    by_type: dict[IssueType, list[Sentence]] = {}
    for one in blocked:
        by_type.setdefault(_TYPES.get(one.rule, "prompt_violation"), []).append(one)
    for issue_type, found in by_type.items():
        severity: Severity = "medium" if len(found) >= _OFTEN else "low"
        said = f"The model's wording was {times(len(found), 'kept back')} by the guard; the caller did not hear it."
        yield finding(case, severity, issue_type, said, *(_evidence(one) for one in found))


def _evidence(sentence: Sentence) -> Evidence:
    return Evidence(
        at_sec=sentence.at_sec, said=sentence.text, against=sentence.evidence, record_ids=sentence.record_ids
    )


if __name__ == "__main__":
    print(_TYPES)
