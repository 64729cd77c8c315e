"""The practice's records as the guard looks things up in them; made once for a set of facts."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dialogue.guard.atom import Kind
from dialogue.guard.stems import singular
from dialogue.guard.tokens import words
from facts import STATES, PracticeFacts, Provider, Record

Phrase = tuple[Kind, Any, bool]

LANGUAGES = {
    "english": "en", "spanish": "es", "french": "fr", "portuguese": "pt", "creole": "ht", "haitian": "ht",
    "german": "de", "italian": "it", "russian": "ru", "mandarin": "zh", "chinese": "zh", "cantonese": "zh",
    "vietnamese": "vi", "korean": "ko", "japanese": "ja", "arabic": "ar", "hindi": "hi", "urdu": "ur", "tagalog": "tl",
    "polish": "pl", "hebrew": "he", "greek": "el", "farsi": "fa", "persian": "fa", "turkish": "tr", "punjabi": "pa",
    "bengali": "bn", "gujarati": "gu", "dutch": "nl", "ukrainian": "uk", "asl": "ase",
}  # fmt: skip
_CODES = {name.lower(): code for code, name in STATES.items()}
_GENERIC_HOLIDAYS = (
    "christmas eve", "christmas day", "christmas", "thanksgiving day", "thanksgiving", "black friday",
    "new year eve", "new year day", "new years day", "new year", "new years", "independence day", "fourth of july", "july fourth", "labor day",  # noqa: E501
    "memorial day", "presidents day", "veterans day", "columbus day", "juneteenth", "easter", "easter sunday",
    "good friday", "martin luther king day", "mlk day", "halloween", "valentine day", "mother day", "hanukkah",
)  # fmt: skip
_SAME_HOLIDAY = {"fourth of july": "independence day", "july fourth": "independence day", "new years": "new year",
                 "new years day": "new year day"}  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """An approved sentence of a record: its id, and the offices it speaks of (none: all)."""

    id: str
    places: frozenset[str]
    words: frozenset[str]


class Lexicon:
    """What names what in one practice's facts, and which sentences are approved as they stand.

    Attributes:
        phrases: first word -> phrases that begin with it, longest first, each with its meanings.
        lines: words of an approved sentence -> where it stands.
        vocabulary: every word of every record.
    """

    def __init__(self, facts: PracticeFacts) -> None:
        self.facts = facts
        self.keys = frozenset(place.location for place in facts.locations)
        self.states = {key: frozenset(p.location for p in facts.locations if p.state == key) for key in STATES}
        self.providers = {one.id: one for one in facts.providers}
        self.plans = {one.id: one for one in facts.plans}
        self.services = {one.id: one for one in facts.services}
        self._meanings: dict[tuple[str, ...], dict[Kind, tuple[Any, bool]]] = defaultdict(dict)
        self._learn()
        self.phrases = self._by_first_word()
        self.faqs: tuple[Any, ...] = tuple(getattr(facts, "faqs", ()))
        records: tuple[Any, ...] = (*facts.locations, *facts.hours, *facts.providers, *facts.services, *facts.plans)
        self.lines: dict[tuple[str, ...], list[Line]] = defaultdict(list)
        for record in (*records, *self.faqs):
            self._learn_lines(record)
        self.all_lines = tuple(line for found in self.lines.values() for line in found)
        names = words(facts.practice_name)
        self.vocabulary = frozenset(word for line in self.all_lines for word in line.words) | set(names)

    def _learn(self) -> None:
        for kind, table in (("language", LANGUAGES), ("state", _CODES)):
            for name, code in table.items():
                self._add(name, kind, frozenset([code]))  # type: ignore[arg-type]
        for place in self.facts.locations:
            self._add(place.city, "place", frozenset([place.location]), exact=False)
            self._add(place.street, "street", frozenset([place.location]))
            self._add(place.street.split(",")[0].lstrip("0123456789 "), "street", frozenset([place.location]))
            if "," in place.street:
                self._add(place.street.split(",")[0], "street", frozenset([place.location]))
        for place in self.facts.locations:
            self._add(place.name, "place", frozenset([place.location]), exact=True)
        self._learn_holidays()
        for plan in self.facts.plans:
            for name in (plan.plan, *plan.aliases):
                self._add(name, "plan", frozenset([plan.id]))
        for service in self.facts.services:
            for name in (service.name, *service.aliases):
                self._add(name, "service", frozenset([service.id]))
        self._learn_service_forms()
        for provider in self.facts.providers:
            self._learn_provider(provider)

    def _learn_service_forms(self) -> None:
        """ "Dry eye consultation" for the "dry eye visit", "comprehensive exam" for the "comprehensive eye exam"."""
        forms: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for service in self.facts.services:
            for name in (service.name, *service.aliases):
                for form in service_forms(words(name)):
                    forms[form].add(service.id)
        for form, ids in forms.items():
            key = tuple(singular(word) for word in form)
            if key not in self._meanings:
                self._meanings[key]["service"] = (frozenset(ids), True)

    def _learn_provider(self, provider: Provider) -> None:
        """ "Dr. Ana Sample", "Ana Sample", and after "Doctor" the first or the last name alone."""
        name = [word for word in words(provider.name) if word not in ("doctor", "md", "od", "do")]
        ids = frozenset([provider.id])
        self._add(" ".join(name), "provider", ids)
        for title in ("doctor", "doctors"):
            self._add(" ".join([title, *name]), "provider", ids)
            for part in (name[:1], name[-1:], name[1:]):
                if part:
                    self._add(" ".join([title, *part]), "provider", ids)

    def _learn_holidays(self) -> None:
        closures = [one for one in self.facts.hours if one.closed and one.date and one.reason]
        for closure in closures:
            name = " ".join(words((closure.reason or "").split(",")[0]))
            for form in {name, name.removesuffix(" day"), name.removesuffix(" day").rstrip("s")}:
                self._add(form, "holiday", frozenset([closure.id]))
        for name in _GENERIC_HOLIDAYS:
            known = words(_SAME_HOLIDAY.get(name, name))
            meaning = self._meanings.get(known, {}).get("holiday")
            self._add(name, "holiday", meaning[0] if meaning else frozenset())

    def _add(self, name: str, kind: Kind, value: frozenset[str], *, exact: bool = True) -> None:
        key = words(name)
        if not key:
            return
        before, was_exact = self._meanings[key].get(kind, (frozenset(), False))
        if kind == "place" and exact and not was_exact:
            before = frozenset()  # an office's own name beats the city of another
        self._meanings[key][kind] = (before | value, exact)

    def _by_first_word(self) -> dict[str, list[tuple[tuple[str, ...], Phrase]]]:
        found: dict[str, list[tuple[tuple[str, ...], Phrase]]] = defaultdict(list)
        order: tuple[Kind, ...] = ("provider", "street", "place", "plan", "holiday", "service", "state", "language")
        for key, meanings in self._meanings.items():
            kind = next(kind for kind in order if kind in meanings)
            found[singular(key[0])].append((key, (kind, *meanings[kind])))
        for options in found.values():
            options.sort(key=lambda option: -len(option[0]))
        return found

    def _learn_lines(self, record: Record) -> None:
        own = getattr(record, "location", None)
        places = frozenset([own] if own else getattr(record, "locations", ()))
        texts = [record.text, *(getattr(record, field, None) for field in
                 ("parking", "directions", "preparation", "after_hours", "answer"))]  # fmt: skip
        for text in filter(None, texts):
            for sentence in (text, *_SENTENCE.split(text)):
                self.lines[words(sentence)].append(Line(record.id, places, frozenset(words(sentence))))

    def approved(self, sentence: str, scope: Iterable[str]) -> tuple[str, ...]:
        """Ids of records whose text this is word for word, at the office in question."""
        wanted = frozenset(scope)
        return tuple(
            dict.fromkeys(
                line.id for line in self.lines.get(words(sentence), ()) if not (line.places and wanted - line.places)
            )
        )


_HEADS = ("exam", "examination", "evaluation", "consultation", "consult", "visit", "check", "checkup", "appointment",
          "screening", "test", "testing")  # fmt: skip
_CHILD = ("child", "pediatric")


def service_forms(name: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Other ways to say a service's name: another word for the kind of visit, with or without "eye"."""
    parts = tuple(singular(word) for word in name)
    if len(parts) < 2 or parts[-1] not in _HEADS:
        return []
    modifier = parts[:-1]
    bare = tuple(word for word in modifier if word not in ("eye", "vision"))
    starts = {modifier, bare} if bare else {modifier}
    starts |= {tuple("pediatric" if word == "child" else word for word in one) for one in starts}
    starts |= {tuple("child" if word == "pediatric" else word for word in one) for one in starts}
    starts |= {(*one, "eye") for one in starts if "child" in one or "pediatric" in one}
    return [(*start, head) for start in starts if start not in ((), ("eye",)) for head in _HEADS]


if __name__ == "__main__":
    from dialogue.sample import sample_facts

    print(len(Lexicon(sample_facts()).phrases))
