"""What is wrong in finished calls, found by rules: always, offline, and the same every time.

A rule is one pure function in one file, over a call (`RULES`) or over many (`MANY`); each says where it comes from.
`python -m monitoring.rules CALL_FOLDER|DATA_DIR` prints what they find as JSON lines.
"""

from collections.abc import Callable, Iterable, Sequence

from facts import PracticeFacts
from monitoring.case import CallCase
from monitoring.judge import Judge, judge_of
from monitoring.rules.audio import audio
from monitoring.rules.blocked_sentence import blocked_sentence
from monitoring.rules.confusing_phrasing import confusing_phrasing
from monitoring.rules.disclosure import disclosure
from monitoring.rules.failed_turns import failed_turns
from monitoring.rules.latency import latency
from monitoring.rules.latency_neighbours import latency_neighbours
from monitoring.rules.lead_mismatch import lead_mismatch
from monitoring.rules.missed_handoff import missed_handoff
from monitoring.rules.often_asked_again import often_asked_again
from monitoring.rules.promise import promise
from monitoring.rules.record_conflict import record_conflict
from monitoring.rules.repeated_phrase import repeated_phrase
from monitoring.rules.triage_miss import triage_miss
from monitoring.rules.untrue_now import untrue_now
from monitoring.rules.wording import wording
from monitoring.suggestion import Suggestion
from monitoring.unanswered import unanswered

Rule = Callable[[CallCase, Judge], Iterable[Suggestion]]
ManyRule = Callable[[Sequence[CallCase], Judge], Iterable[Suggestion]]

# The order in which they look, the gravest first; the name is the reader's, `rules.<name>`.
RULES: tuple[tuple[str, Rule], ...] = (
    ("triage_miss", triage_miss),
    ("disclosure", disclosure),
    ("record_conflict", record_conflict),
    ("untrue_now", untrue_now),
    ("promise", promise),
    ("missed_handoff", missed_handoff),
    ("lead_mismatch", lead_mismatch),
    ("blocked_sentence", blocked_sentence),
    ("wording", wording),
    ("failed_turns", failed_turns),
    ("confusing_phrasing", confusing_phrasing),
    ("latency", latency),
    ("audio", audio),
)
MANY: tuple[tuple[str, ManyRule], ...] = (
    ("unanswered", unanswered),
    ("repeated_phrase", repeated_phrase),
    ("often_asked_again", often_asked_again),
    ("latency_neighbours", latency_neighbours),
)


def review(case: CallCase, facts: PracticeFacts) -> tuple[Suggestion, ...]:
    """What the rules find in one call. Pure; milliseconds, and some tenths of a second for the first call of new facts.

    Args:
        facts: of now: what is suggested is a change of these.
    """
    judge = judge_of(facts).for_call()
    return tuple(_by(name, found) for name, rule in RULES for found in rule(case, judge))


def review_many(cases: Sequence[CallCase], facts: PracticeFacts) -> tuple[Suggestion, ...]:
    """What shows over calls only: unanswered questions by topic and office, phrases that come again and again, a call
    far slower than its neighbours. Give it the calls of some weeks, so that a topic keeps its draft from run to run."""
    judge = judge_of(facts)
    ordered = sorted(cases, key=lambda case: (case.record.started_at, case.call_sid))
    return tuple(_by(name, found) for name, rule in MANY for found in rule(ordered, judge))


def _by(name: str, found: Suggestion) -> Suggestion:
    return found.model_copy(update={"reader": f"rules.{name}"})
