"""Calls for the tests of the rules: written as the annotated transcripts are, in a few lines."""

from collections.abc import Iterable, Sequence
from typing import Any

from dialogue.sample import sample_facts
from facts import PracticeFacts
from monitoring.annotated import Written, case_from, with_records
from monitoring.case import CallCase
from monitoring.rules import review, review_many
from monitoring.suggestion import Suggestion

FACTS = sample_facts()
GOODBYE: tuple[dict[str, Any], ...] = (
    {"ava": "Thank you for calling Advanced Vision Care."},
    {"ava": "Goodbye."},
)


def call(*talk: dict[str, Any], number: int = 1, **fields: Any) -> CallCase:
    """A call of these steps."""
    return case_from(Written(call=number, about="a test", talk=talk, **fields))


def found(case: CallCase, rule: str, facts: PracticeFacts = FACTS) -> list[Suggestion]:
    """What one rule finds in a call."""
    return [one for one in review(case, facts) if one.reader == f"rules.{rule}"]


def found_in_all(cases: Sequence[CallCase], rule: str, facts: PracticeFacts = FACTS) -> list[Suggestion]:
    """What one rule over calls finds."""
    return [one for one in review_many(cases, facts) if one.reader == f"rules.{rule}"]


def facts_with(*records: dict[str, Any]) -> PracticeFacts:
    """The sample facts with some records more, or others in their place."""
    return with_records(FACTS, records)


def faq(answer: str, record_id: str = "faq-test", **fields: Any) -> dict[str, Any]:
    return {
        "file": "avc_faqs.jsonl", "id": record_id, "text": answer, "last_updated": "2026-10-02", "source": "practice",
        "question": "A question of the test?", "answer": answer, **fields,
    }  # fmt: skip


def spoken(texts: Iterable[str], **fields: Any) -> list[dict[str, Any]]:
    return [{"ava": text, **fields} for text in texts]
