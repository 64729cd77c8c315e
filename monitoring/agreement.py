"""Whether what a record says in words agrees with the other records, as the guard judges it.

A record's own words are approved: the guard lets them pass as they stand. Here they are judged without themselves, so
that what another record says against them shows. What merely stands in no other record is new, and no contradiction.
"""

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dialogue.guard import Guard, Said
from facts import Faq, PracticeFacts, Record
from monitoring.judge import Judge, judge_of

FREE_TEXT = ("text", "parking", "directions", "preparation", "after_hours", "answer")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_OFFICE = re.compile(r"(?:records of|opening hours of|on which) (?P<key>[a-z0-9_-]+)")
_ADDRESS = re.compile(
    r"^(?:street of another office|ZIP code .* is not that|an office in a (?:city|state) where it is)"
)
_DAYS = re.compile(r"(?:open|closed) (?P<days>[a-z]{3}(?:,[a-z]{3})*)\b")
_COUNT = re.compile(r"^\d+ (?:office|location)s?; the records hold")
_FIGURE = re.compile(r"^(?:duration|price) of ")
_TAKES = re.compile(r"\b(?:takes?|lasts?|costs?|priced?|is|for)\b")
_NOTHING = "-"
Now = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A sentence of one record that the guard would not let a model say, were it no record's.

    Attributes:
        record_id: whose sentence it is.
        sentence: the practice's own words.
        against: ids of the records that say otherwise; empty where none speaks of it.
        rule: the guard's, with its evidence.
    """

    record_id: str
    sentence: str
    against: tuple[str, ...]
    rule: str
    evidence: str


@functools.lru_cache(maxsize=6)
def guard_of(facts: PracticeFacts, phrases: tuple[str, ...], now: Now) -> Guard:
    """The guard as calls have it; the last few are kept, for who looks at a change mostly applies it next."""
    return Guard(facts, phrases, now)


def sentences(record: Record) -> tuple[str, ...]:
    """The sentences of a record's free text, each once."""
    texts = (getattr(record, field, None) for field in FREE_TEXT)
    return tuple(dict.fromkeys(one for text in texts if text for one in _SENTENCE.split(text)))


def spoken_against(record: Record, facts: PracticeFacts, now: Now) -> tuple[Disagreement, ...]:
    """What of a record's words other records of `facts` speak against. Takes about a second: a guard is made."""
    return tuple(one for one in judged_alone(record, facts, now) if one.against)


def judged_alone(record: Record, facts: PracticeFacts, now: Now) -> tuple[Disagreement, ...]:
    """What of a record's words the guard would not let pass without the record itself. Takes about a second."""
    others = _without_words(facts, {record.id})
    return tuple(_judged([record], others, judge_of(others).at(now())))


def speaks_against(record: Record, facts: PracticeFacts, now: Now) -> tuple[Disagreement, ...]:
    """Whose words a record's typed fields speak against, as after a change of hours. Takes about a second.

    The FAQs and the free text of the others are held against the typed fields of all.
    """
    others = [one for one in facts.records if one.id != record.id]
    typed = _without_words(facts, {one.id for one in facts.records})
    found = _judged(others, typed, judge_of(typed).at(now()))
    return tuple(one for one in found if record.id in one.against)


def _without_words(facts: PracticeFacts, ids: set[str]) -> PracticeFacts:
    """The facts with nothing but typed fields in some records; FAQs are words, and are left out."""

    def kept(records: Iterable[Record]) -> tuple[Record, ...]:
        return tuple(_typed(one) if one.id in ids else one for one in records)

    return facts.model_copy(
        update={
            "locations": kept(facts.locations),
            "hours": kept(facts.hours),
            "providers": kept(facts.providers),
            "services": kept(facts.services),
            "plans": kept(facts.plans),
            "faqs": tuple(one for one in facts.faqs if one.id not in ids),
        }
    )


def _typed(record: Record) -> Record:
    gone = {field: _NOTHING if field == "text" else None for field in FREE_TEXT if hasattr(record, field)}
    return record.model_copy(update=gone)


def _judged(records: Iterable[Record], facts: PracticeFacts, judge: Judge) -> Iterator[Disagreement]:
    for record in records:
        for sentence in sentences(record):
            said = Said(location=record.places[0] if len(record.places) == 1 else None)
            verdict = judge.check(sentence, said)
            if verdict.allowed:
                continue
            # The first rule that finds something names the verdict; what a record denies may stand behind it.
            problem = judge.contradiction(sentence, said)
            named = [_named(one, sentence, record, facts) for one in (verdict.evidence, problem)]
            against = next((ids for ids in named if ids), ())
            yield Disagreement(record.id, sentence, against, verdict.rule or "", verdict.evidence)


def _named(evidence: str, sentence: str, record: Record, facts: PracticeFacts) -> tuple[str, ...]:
    """The records that a verdict names, by id or by their office; none when it says that no record holds the thing."""
    known = {one.id for one in facts.records}
    ids = [one for one in _ID.findall(evidence) if one in known]
    if office := _OFFICE.search(evidence):
        ids += _hours_of(office["key"].rstrip("-"), _DAYS.search(evidence), facts)
    said = sentence.lower()
    if _ADDRESS.match(evidence):
        ids += [place.id for place in facts.locations if place.name.lower() in said]
    if _COUNT.match(evidence):
        ids += [place.id for place in facts.locations]
    if _FIGURE.match(evidence) and _TAKES.search(said):
        ids += [one.id for one in facts.services if one.name.lower() in said or _is_alias(one.aliases, said)]
    return tuple(one for one in dict.fromkeys(ids) if one != record.id)


def _is_alias(aliases: tuple[str, ...], said: str) -> bool:
    return any(re.search(rf"^(?:an?|the|your|our)? ?{re.escape(alias.lower())}\b", said) for alias in aliases)


def _hours_of(key: str, days: re.Match[str] | None, facts: PracticeFacts) -> list[str]:
    """The opening hours of an office on the days in question; its closures where it is no weekly matter."""
    there = [one for one in facts.hours if one.location in (key, None)]
    weekly = [one.id for one in there if one.days and (not days or set(one.days) & set(days["days"].split(",")))]
    return weekly or [one.id for one in there if one.days] or [one.id for one in there]


if __name__ == "__main__":
    import sys

    from dialogue.sample import sample_facts

    shown = sample_facts()
    said = " ".join(sys.argv[1:]) or "The Kendall office is open until 6 PM on weekdays."
    trial = Faq(id="faq-trial", text=said, last_updated=dt.date.today(), source="sample", question="?", answer=said)
    for one in spoken_against(trial, shown, lambda: dt.datetime.now(dt.UTC)):
        print(f"{one.sentence!r}: {', '.join(one.against)} ({one.evidence})")
