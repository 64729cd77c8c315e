"""The practice's records as a judge of what AVA said: the guard, asked again after the call."""

import copy
import datetime as dt
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from dialogue.guard import Guard, Said, contacts, hours, offices, plans, providers, services
from dialogue.guard.case import Case
from dialogue.guard.tokens import words
from dialogue.guard.verdict import Finding
from facts import PracticeFacts, Record
from facts_files import FILES, facts_version
from monitoring.case import CallCase, seconds

_TYPED: tuple[Callable[[Case], Finding], ...] = (
    hours.check, contacts.check, plans.check, providers.check, offices.check, services.check,
)  # fmt: skip
# The fields of a record that hold words, the one that is spoken first.
_WORDING = ("answer", "parking", "directions", "preparation", "after_hours", "text")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_FIGURE = re.compile(r"\$\s?\d|\d[ -]minutes?\b")
_OPENING = re.compile(r"(\d{8}T\d{4})Z_")


@dataclass(frozen=True, slots=True)
class Source:
    """Where words of AVA stand.

    Attributes:
        file: of the repository.
        field: of the record, one of those that hold words.
    """

    file: str
    record: Record
    field: str

    @property
    def value(self) -> str:
        return str(getattr(self.record, self.field))


class Judge(Guard):
    """The guard of one state of the facts, for calls that are over. It knows no blocklist: that changes with time."""

    def __init__(self, facts: PracticeFacts) -> None:
        super().__init__(facts, (), lambda: dt.datetime.now(dt.UTC))
        self.facts = facts
        self.version = facts_version(facts)
        self._sources = _sources(facts)
        self._typed = Guard(facts.model_copy(update={"faqs": ()}), (), self._now)

    def for_call(self) -> "Judge":
        """The same judge for one call: it reads each of the caller's turns once, and forgets them with the call."""
        return cast(Judge, super().for_call())

    def at(self, moment: dt.datetime) -> "Judge":
        """The same judge at the moment at which a sentence was said: "today" and "now" mean that day."""
        mine = copy.copy(self)
        mine._now = lambda: moment
        return mine

    def contradiction(self, sentence: str, said: Said) -> str:
        """What the typed fields of the records say against a sentence; empty when nothing.

        Unlike `check`, a sentence that stands in a record is held against the others all the same, and what merely
        stands in no record is no contradiction.
        """
        case = replace(self._case(sentence, said), approved=())
        found = next((found.problem for rule in _TYPED if (found := rule(case)).problem), "")
        return found or self._figure(sentence, said)

    def _figure(self, sentence: str, said: Said) -> str:
        """A price or a duration that a service's record does not hold; without the FAQs, whose own words would bear
        their figures out."""
        if not _FIGURE.search(sentence):
            return ""
        case = replace(self._typed._case(sentence, said), approved=())
        if not any(part.of("service") for part in case.segments):
            return ""
        problem = services.check(case).problem
        return problem if problem.startswith(("price of ", "duration of ")) else ""

    def source_of(self, sentence: str, record_ids: tuple[str, ...]) -> Source | None:
        """The record that a sentence was read from, word for word, or its end ("At our Kendall office: ...").

        Those that it was made from come first.
        """
        spoken = words(sentence)
        found = [one for at in range(len(spoken)) for one in self._sources.get(spoken[at:], ())]
        return next((one for one in found if one.record.id in record_ids), next(iter(found), None))


@functools.lru_cache(maxsize=4)
def judge_of(facts: PracticeFacts) -> Judge:
    """The judge of some facts; making one takes tenths of a second, so the last ones are kept."""
    return Judge(facts)


def said_at(case: CallCase, at_sec: float) -> Said:
    """What bore out a caller's own values at a time of the call, as the guard had it then."""
    slots = case.slots_at(at_sec)
    return Said(
        caller_said=tuple(turn.text for turn in case.turns_before(at_sec)),
        location=slots.location,
        looked_up=_shown(case, at_sec),
        slots=slots,
        caller_number=case.record.caller,
    )


def _shown(case: CallCase, at_sec: float) -> tuple[dt.datetime, ...]:
    """The free times that were offered up to then, by the keys of their slots."""
    found = []
    for event in case.of("offered", "hold"):
        if seconds(event) > at_sec:
            break
        keys = event.get("keys") if isinstance(event.get("keys"), list) else [event.get("key")]
        found += [match[1] for key in keys or () if isinstance(key, str) and (match := _OPENING.match(key))]
    return tuple(dt.datetime.strptime(one, "%Y%m%dT%H%M").replace(tzinfo=dt.UTC) for one in dict.fromkeys(found))


def _sources(facts: PracticeFacts) -> dict[tuple[str, ...], list[Source]]:
    """Where each wording of the records stands, whole and sentence by sentence, by its words."""
    found: dict[tuple[str, ...], list[Source]] = {}
    for name, (kind, _) in FILES.items():
        for record in getattr(facts, kind):
            for field in _WORDING:
                if text := getattr(record, field, None):
                    for part in dict.fromkeys(words(one) for one in (text, *_SENTENCE.split(text))):
                        found.setdefault(part, []).append(Source(f"rag/data/{name}", record, field))
    return found


if __name__ == "__main__":
    import sys

    from dialogue.sample import sample_facts

    judge = judge_of(sample_facts())
    for line in sys.stdin:
        print(judge.contradiction(line.strip(), Said()) or "nothing against it", judge.source_of(line.strip(), ()))
