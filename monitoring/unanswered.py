"""Questions that AVA could not answer, grouped by topic and office, each with a record drafted for staff to fill in.

Source: the owner's "RAG gaps (AVA said 'I don't have that': should it be added?)". The draft's question is the caller's
own, without anything that tells who called; its answer is empty, so that nothing is taken until staff wrote one.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from call import Intent, Turn
from dialogue import slots
from dialogue.failures import has_no_answer
from dialogue.faq import asked_almost_so
from dialogue.triage import triage
from facts import Faq, PracticeFacts
from monitoring.case import CallCase, Sentence
from monitoring.finding import finding, times
from monitoring.judge import Judge
from monitoring.plain_question import content, plain_question
from monitoring.suggestion import Evidence, Severity, SuggestedChange, Suggestion

FILE = "rag/data/avc_faqs.jsonl"
_NO_ANSWER = re.compile(r"\bI (?:do not|don't) have\b|\bI have no (?:\w+ ){1,3}on record\b", re.I)
_ALIKE = 0.5  # of the words of content that two questions share
_ANSWERED = 0.66  # of the words of content of both, twice what they share
_OFTEN = 3  # calls
_WORDS_OF_ID = 4
# What only staff can tell one caller, whom a caller wants to speak with, and what is no question to the practice.
_PERSONAL = re.compile(
    r"\bmy (?:\w+ ){0,2}(?:appointments?|bills?|balance|statement|results?|records?|chart|account|order|refund|"
    r"referral|claim|prescription|glasses|contacts|lenses)\b|\bam i\b|\bdo i have (?:an|any)\b|"
    r"\b(?:talk|talked|speak|spoke) (?:to|with)\b|\bask (?:him|her)\b"
)
_TO_THE_MACHINE = re.compile(
    r"\b(?:reviewers?|instructions?|prompts?|dashboard|suggestions?|database|developer|language model|ignore|disregard|"
    r"override)\b|\b(?:delete|erase|remove|overwrite|replace|change|update|set|drop|wipe)\b.{0,30}\b(?:all|every|hours|"
    r"records?|rules?|files?|facts?|data|answers?)\b"
)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """One question of one call that no record answered.

    Attributes:
        said: the caller's turn.
        question: of it, in plain words that tell of nobody.
        words: of content, brought to their stems; the topic.
        location: key of the office it is about; None: of none in particular.
        told: what AVA answered.
    """

    case: CallCase
    said: Turn
    question: str
    words: frozenset[str]
    location: str | None
    intent: Intent
    told: str


@dataclass
class Topic:
    """Questions of the same topic about the same office, the earliest first."""

    asked: list[Unanswered] = field(default_factory=list)

    @property
    def first(self) -> Unanswered:
        return self.asked[0]

    @property
    def calls(self) -> list[str]:
        return list(dict.fromkeys(one.case.call_sid for one in self.asked))


def unanswered(cases: Sequence[CallCase], judge: Judge) -> Iterator[Suggestion]:
    """One finding for each topic and office. `cases` come in the order of their time: the first gives the words."""
    for topic in topics(cases, judge.facts):
        known = _answered_by(topic, judge.facts)
        if known is None:
            yield _gap(topic, judge.facts)
        elif known.last_updated < _day(topic.first.case, judge.facts):  # else it was written because of them
            yield _not_found(topic, known)


def topics(cases: Sequence[CallCase], facts: PracticeFacts) -> list[Topic]:
    """What was asked in vain, by topic and office, in the order of the first call of each."""
    found: list[Topic] = []
    for case in cases:
        for one in questions(case, facts):
            topic = next((topic for topic in found if _same(topic.first, one)), None)
            if topic is None:
                found.append(Topic([one]))
            else:
                topic.asked.append(one)
    return found


def questions(case: CallCase, facts: PracticeFacts) -> Iterator[Unanswered]:
    """The questions of one call that AVA had no answer to, each once."""
    seen: set[float] = set()
    for sentence in case.spoken:
        turn = next(iter(case.turns_before(sentence.at_sec)[-1:]), None)
        if turn is None or turn.at_sec in seen or not _has_no_answer(sentence):
            continue
        seen.add(turn.at_sec)
        if one := _question(case, turn, sentence, facts):
            yield one


def _has_no_answer(sentence: Sentence) -> bool:
    return bool(_NO_ANSWER.search(sentence.text)) or (sentence.by_model and has_no_answer(sentence.text))


def _question(case: CallCase, turn: Turn, sentence: Sentence, facts: PracticeFacts) -> Unanswered | None:
    """A question to the practice that a record could answer; None for anything else."""
    line = turn.text.casefold()
    if _PERSONAL.search(line) or _TO_THE_MACHINE.search(line) or triage(turn.text).urgency != "routine":
        return None
    plain = plain_question(turn.text, case, facts)
    words = content(plain, facts)
    if not plain or not words:
        return None
    named = slots.locations(plain, facts)
    place = named[0] if len(named) == 1 else case.slots_at(sentence.at_sec).location if not named else None
    return Unanswered(case, turn, plain, frozenset(words), place, turn.intent or "other", sentence.text)


def _same(one: Unanswered, other: Unanswered) -> bool:
    """Whether two questions are of one topic about one office."""
    if one.location != other.location:
        return False
    both = one.words & other.words
    return len(both) >= _ALIKE * len(one.words | other.words) or one.words <= other.words or other.words <= one.words


def _answered_by(topic: Topic, facts: PracticeFacts) -> Faq | None:
    """The approved answer to a question that is nearly this one, also where it has one word of content ("botox")."""
    here = [faq for faq in facts.faqs if faq.location in (None, topic.first.location)]
    alike = ((_likeness(topic.first.words, content(faq.question, facts)), faq) for faq in here)
    likeness, faq = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    return faq if likeness >= _ANSWERED else asked_almost_so(topic.first.question, here)


def _likeness(one: frozenset[str], other: list[str]) -> float:
    return 2 * len(one.intersection(other)) / (len(one) + len(set(other)) or 1)


def _gap(topic: Topic, facts: PracticeFacts) -> Suggestion:
    first = topic.first
    record = _draft(topic, facts)
    change = SuggestedChange(
        file=FILE, record_id=record["id"], field=None, old="", new=json.dumps(record, ensure_ascii=False)
    )
    count = len(topic.calls)
    severity: Severity = "medium" if count >= _OFTEN else "low"
    place = facts.location(first.location) if first.location else None
    where = f" about the {place.name} office" if place else ""
    told = (
        f"A question{where} was {times(count, 'asked')} and no record has the answer. "
        "Write the answer that AVA shall give, then apply; or dismiss it."
    )
    found = finding(first.case, severity, "rag_gap", told, *_evidence(topic), action="rag_update", change=change)
    return found.model_copy(update={"calls": tuple(topic.calls[1:])})


def _not_found(topic: Topic, known: Faq) -> Suggestion:
    told = (
        f"The record {known.id} answers what was asked, and AVA did not find it; a question in the callers' words may "
        "help her."
    )
    found = finding(topic.first.case, "low", "rag_gap", told, *_evidence(topic, (known.id,)))
    return found.model_copy(update={"calls": tuple(topic.calls[1:])})


def _evidence(topic: Topic, ids: tuple[str, ...] = ()) -> list[Evidence]:
    return [
        Evidence(at_sec=one.said.at_sec, said=one.said.text, against=one.told, record_ids=ids) for one in topic.asked
    ]


def _draft(topic: Topic, facts: PracticeFacts) -> dict[str, object]:
    """A record as the file holds them, without an answer. The same for the same first call."""
    first = topic.first
    key = list(dict.fromkeys(content(first.question, facts, stems=False)))[:_WORDS_OF_ID]
    tags = ["faq", *([first.intent] if first.intent != "other" else []), *([first.location] if first.location else [])]
    record: dict[str, object] = {
        "id": _unused("-".join(["faq", *key, *(first.location or "").replace("_", "-").split()]), facts),
        "text": "",
        "tags": tags,
        "last_updated": _day(first.case, facts).isoformat(),
        "source": "practice",
        "question": first.question,
        "answer": "",
    }
    return record | ({"location": first.location} if first.location else {})


def _unused(wanted: str, facts: PracticeFacts) -> str:
    taken = {record.id for record in facts.records}
    numbers = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(one for one in numbers if one not in taken)


def _day(case: CallCase, facts: PracticeFacts) -> dt.date:
    """The date of a call on the clock of the practice's first office."""
    zone = facts.locations[0].timezone if facts.locations else "UTC"
    return case.record.started_at.astimezone(ZoneInfo(zone)).date()


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(bool(_PERSONAL.search(line)), bool(_TO_THE_MACHINE.search(line)), bool(_NO_ANSWER.search(line)))
