"""The guard: every sentence that AVA is about to say, held against the records and the call."""

import copy
import datetime as dt
import functools
from collections.abc import Callable, Sequence

from dialogue.guard import (
    answers,
    appointment_times,
    claims,
    conduct,
    contacts,
    hours,
    known_words,
    medical,
    names,
    offices,
    plans,
    privacy,
    promises,
    providers,
    services,
)
from dialogue.guard.atom import Atom
from dialogue.guard.case import Case
from dialogue.guard.forbidden import Blocklist
from dialogue.guard.lexicon import Lexicon
from dialogue.guard.passages import Passages
from dialogue.guard.reader import Reader
from dialogue.guard.segment import segments
from dialogue.guard.spanish import in_english
from dialogue.guard.tokens import words
from dialogue.guard.verdict import Finding, Said, Verdict
from facts import PracticeFacts

_Heard = tuple[tuple[Atom, ...], frozenset[str]]  # a turn's values and its words
Rule = tuple[str, Callable[[Case], Finding]]

# The order in which rules look; the first that finds something names the verdict.
RULES: tuple[Rule, ...] = (
    ("medical", medical.check),
    ("privacy", privacy.check),
    ("promises", promises.check),
    ("appointment_times", appointment_times.check),
    ("facts", hours.check),
    ("facts", contacts.check),
    ("facts", plans.check),
    ("facts", providers.check),
    ("facts", offices.check),
    ("facts", services.check),
    ("facts", answers.check),
    ("facts", conduct.check),
    ("facts", names.check),
    ("facts", claims.check),
    ("facts", known_words.check),
)
# A record's own words are true; these rules need not look at them.
_NOT_FOR_APPROVED = frozenset({"facts", "appointment_times"})


class Guard:
    """Judges sentences for one practice.

    Args:
        blocklist: phrases that are never said.
        now: the present moment, aware.
    """

    def __init__(self, facts: PracticeFacts, blocklist: Sequence[str], now: Callable[[], dt.datetime]) -> None:
        self._lexicon = Lexicon(facts)
        self._passages = Passages(self._lexicon)
        self._blocklist = Blocklist(blocklist)
        self._now = now
        self._reader_of = functools.lru_cache(maxsize=4)(functools.partial(Reader, self._lexicon))
        # Turns of running calls, so that each is read once and not for every sentence; in memory only, soon replaced.
        self._heard_in: Callable[[str, dt.date], _Heard] = self._read_turn

    def for_call(self) -> "Guard":
        """The same guard for one call: it remembers what it read in the caller's turns, and forgets with the call."""
        mine = copy.copy(self)
        mine._heard_in = functools.lru_cache(maxsize=64)(self._read_turn)
        return mine

    def check(self, sentence: str, said: Said | None = None, record_ids: Sequence[str] = ()) -> Verdict:
        """Whether a sentence may be spoken.

        Args:
            record_ids: records that the sentence was made from; unknown ids make no difference to the verdict.
        """
        case = self._case(sentence, said or Said())
        own = " ".join(words(sentence))
        forbidden = self._blocklist.check(case.line)
        if not forbidden.problem and own != case.line:
            forbidden = self._blocklist.check(own)
        if forbidden.problem:
            return Verdict(False, "forbidden", forbidden.problem)
        ids: list[str] = list(case.approved)
        for name, rule in RULES:
            if case.approved and name in _NOT_FOR_APPROVED:
                continue
            found = rule(case)
            if found.problem:
                return Verdict(False, name, found.problem)
            ids += found.ids
        return Verdict(True, None, ", ".join(dict.fromkeys([*ids, *record_ids])))

    def sources(self, sentence: str, said: Said | None = None) -> tuple[str, ...]:
        """Ids of the records that bear a sentence out; none when it is blocked or names no fact."""
        case = self._case(sentence, said or Said())
        found = [rule(case) for name, rule in RULES if name == "facts"]
        if any(one.problem for one in found) and not case.approved:
            return ()
        return tuple(dict.fromkeys([*case.approved, *(id for one in found for id in one.ids)]))

    def _case(self, sentence: str, said: Said) -> Case:
        now = self._now()
        location = self._key(said.location or (said.slots.location if said.slots else None))
        place = self._lexicon.facts.location(location) if location else self._lexicon.facts.locations[0]
        zone = place.timezone if place else "UTC"
        reader = self._reader_of(local_date(now, zone))
        english = in_english(sentence)
        parts = tuple(segments(reader.read(english), sentence.rstrip().endswith("?")))
        known = (*said.caller_said, *_from_slots(said))
        turns = [self._heard_in(text, local_date(now, zone)) for text in known]
        named = frozenset().union(*(part.named for part in parts)) or frozenset([location] if location else [])
        return Case(
            sentence=sentence,
            line=" ".join(words(english)),
            segments=parts,
            lexicon=self._lexicon,
            passages=self._passages,
            said=said,
            heard=tuple(atom for atoms, _ in turns for atom in atoms),
            heard_words=frozenset(word for _, heard in turns for word in heard),
            location=location,
            now=now,
            approved=self._lexicon.approved(sentence, named),
        )

    def _read_turn(self, text: str, today: dt.date) -> _Heard:
        english = in_english(text)
        return tuple(self._reader_of(today).read(english)), frozenset((*words(text), *words(english)))

    def _key(self, location: str | None) -> str | None:
        """A location's key, also when its name was given."""
        if location is None or location in self._lexicon.keys:
            return location
        wanted = " ".join(words(location.replace("_", " ")))
        return next(
            (place.location for place in self._lexicon.facts.locations if " ".join(words(place.name)) == wanted), None
        )


@functools.lru_cache(maxsize=256)
def _zone(name: str) -> dt.tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def local_date(now: dt.datetime, zone: str) -> dt.date:
    return now.astimezone(_zone(zone)).date()


def _from_slots(said: Said) -> tuple[str, ...]:
    """What the conversation has collected, as text that is read like a caller's turn."""
    slots = said.slots
    if slots is None:
        return ()
    values = [
        slots.name,
        slots.callback_number,
        slots.reason,
        slots.insurance_vision,
        slots.insurance_medical,
        slots.message,
    ]
    for window in slots.windows:
        day = window.day.isoformat() if window.day else None
        values += [day, window.time, window.words]
    return tuple(value for value in values if value)


if __name__ == "__main__":
    import sys

    from dialogue.sample import sample_facts

    guard = Guard(sample_facts(), (), lambda: dt.datetime.now(dt.UTC))
    for read in sys.stdin:
        print(guard.check(read.strip()))
