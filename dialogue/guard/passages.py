"""What the records say in free text (answers, preparation, parking, the way), sentence by sentence, with its figures."""  # noqa: E501

import datetime as dt
import re
from collections import defaultdict
from typing import Any

from dialogue.guard.atom import Atom
from dialogue.guard.content import by_polarity, content, halves, polarity
from dialogue.guard.everyday import EVERYDAY
from dialogue.guard.lexicon import Lexicon
from dialogue.guard.passage import FIELDS, SOME, passages_of, restricted
from dialogue.guard.reader import Reader
from dialogue.guard.segment import Segment
from dialogue.guard.stems import stem
from dialogue.guard.tokens import words

_FREE_TEXT = frozenset(FIELDS[1:])


_ANY_VISIT = frozenset(stem(word) for word in ("visit", "exam", "first", "consultation", "check", "test", "screening"))
_FREE = frozenset(stem(word) for word in ("free", "charge", "cost"))


_ALL = re.compile(
    r"\b(?:all|every|each|always|never|none|no) (?:\w+ ){0,2}(?:plans?|insurances?|patients?|visits?|exams?|lenses|glasses|services?|children|frames)\b"  # noqa: E501
)
_SAME_SUBJECT = 2  # words in common, from which on two sentences speak of the same thing
_TOLD = 0.6  # of the words of a part that repeats an answer
_LONG = 5  # letters of a word that says something, also when it is a common one ("arrive", "early")
_FIGURED = 0.3  # of a part with the same figure, whose other words are everyday ones
_DENIED = 0.5  # and their share


class Passages:
    """The free text of one practice's records.

    Attributes:
        stems: every word of every record, cut down.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        reader = Reader(lexicon, dt.date(2000, 1, 1))
        facts = lexicon.facts
        typed = (*facts.locations, *facts.hours, *facts.providers, *facts.services, *facts.plans)
        self._all = tuple(one for record in (*typed, *lexicon.faqs) for one in passages_of(record, reader))
        self._text = " ".join(record.text.lower() for record in (*typed, *lexicon.faqs))
        self._answers = tuple(one for one in self._all if one.field in ("answer", "preparation"))
        names = [word for record in typed for field in ("name", "plan", "reason", "specialty", "city", "street")
                 for word in words(str(getattr(record, field, None) or ""))]  # fmt: skip
        names += [word for record in typed for alias in getattr(record, "aliases", ()) for word in words(alias)]
        asked = [word for faq in lexicon.faqs for word in words(faq.question)]
        by_id: dict[str, set[str]] = defaultdict(set)
        for one in self._all:
            by_id[one.id] |= one.stems
        self._records = tuple(frozenset(stems) for stems in by_id.values())
        self.stems = frozenset(
            {stem(word) for word in (*lexicon.vocabulary, *names, *asked)} | {s for one in self._all for s in one.stems}
        )

    def bearing(self, segment: Segment, scope: frozenset[str], figure: Atom) -> tuple[str, ...]:
        """Ids of the records that hold a figure in a sentence about the same thing."""
        mine = content(segment)
        wanted = (figure.kind, figure.value)
        long = {word for word in segment.line.split() if len(word) >= _LONG}
        return tuple(
            one.id for one in self._all if one.field in _FREE_TEXT and any(_same(wanted, had) for had in one.figures)
            and not (one.places and scope - one.places)
            and (_alike(mine, one.stems) or len(long & set(one.said_in_order)) >= _SAME_SUBJECT)
        )  # fmt: skip

    def against(self, segment: Segment, scope: frozenset[str]) -> str:
        """Id of an approved answer that says the opposite of a part; empty when none does."""
        for mine, negated in by_polarity(segment):
            if found := self._opposed(mine, negated, scope):
                return found
        return ""

    def _opposed(self, mine: frozenset[str], negated: bool, scope: frozenset[str]) -> str:
        for one in self._answers:
            common = mine & one.stems
            if one.places and scope - one.places:
                continue
            if len(common) >= _SAME_SUBJECT and len(common) / len(mine) >= _DENIED and one.whole is False:
                agreed = any(o.id == one.id and o.negated == negated and common <= o.stems and not o.whole
                             for o in self._all)  # fmt: skip
                if one.negated != negated and not agreed:
                    return one.id
        return ""

    def told(self, segment: Segment, scope: frozenset[str]) -> tuple[str, ...]:
        """Ids of the approved answers and preparations that say what a part says: words, polarity and figures."""
        parts = halves(segment)
        found = [self._told(part, scope) for part in parts]
        return tuple(id for ids in found for id in ids) if all(found) else ()

    def _told(self, segment: Segment, scope: frozenset[str]) -> tuple[str, ...]:
        figures = {(atom.kind, atom.value) for atom in segment.of("number", "duration", "money", "percent", "ordinal")
                   if atom.value != 1}  # fmt: skip
        found = []
        mine, negative = content(segment), polarity(segment)
        said = segment.line.split()
        for one in self._answers:
            if restricted(one, said):
                continue
            if one.places and scope - one.places:
                continue
            enough = len(mine & one.stems) >= max(_SAME_SUBJECT, _TOLD * len(mine)) and mine - one.stems <= EVERYDAY
            enough = enough and 2 * len(mine & one.own) >= len(mine)
            if enough and one.negated == negative and all(any(_same(f, g) for g in one.figures) for f in figures):
                found.append(one.id)
        return tuple(found)

    def exceeds(self, segment: Segment) -> str:
        """Id of an answer that says of most or some what a part says of all."""
        if not _ALL.search(segment.line):
            return ""
        mine = content(segment)
        return next((one.id for one in self._all if SOME in one.stems and one.field == "answer"
                     and len(mine & one.stems) >= _SAME_SUBJECT), "")  # fmt: skip

    def mentions(self, word: str, segment: Segment) -> bool:
        """Whether an answer about the same thing has a word."""
        mine = content(segment)
        return any(stem(word) in one.stems and one.field == "answer" and len(mine & one.stems) >= _SAME_SUBJECT
                   for one in self._all)  # fmt: skip

    def near(self, segment: Segment, scope: frozenset[str]) -> tuple[str, ...]:
        """Ids of the answers that hold all words of content of a part, whatever else they say, in the same polarity."""
        mine = content(segment)
        return tuple(
            one.id for one in self._all if one.field in ("answer", "preparation") and mine and mine <= one.stems
            and one.negated == polarity(segment) and not (one.places and scope - one.places)
            and not restricted(one, segment.line.split())
        )  # fmt: skip

    def optional(self, mine: frozenset[str]) -> bool:
        """Whether an answer about the same thing calls it optional."""
        return any("optional" in one.stems and len(mine & one.stems) >= _SAME_SUBJECT for one in self._all)

    def ours(self, thing: str) -> bool:
        """Whether a record speaks of a thing as the practice's own."""
        return bool(
            re.search(rf"\b(?:our|we have|we offer|office has|the|there is|a|an) (?:\w+ ){{0,2}}{thing}", self._text)
        )

    def says(self, roots: frozenset[str], negated: bool) -> bool:
        """Whether one sentence of free text holds all of these words, in this polarity."""
        return any(roots <= one.stems and one.negated == negated for one in self._all if not one.whole)

    def field(self, id: str, *fields: str) -> tuple[frozenset[str], frozenset[tuple[str, Any]]]:
        """The words and the figures of some fields of a record."""
        found = [one for one in self._all if one.id == id and one.field in fields]
        said = frozenset(stem(word) for one in found for word in one.said_in_order)
        return (said, frozenset(f for one in found for f in one.figures))

    def of_records(self, ids: set[str]) -> frozenset[str]:
        """The words of some records."""
        return frozenset(s for one in self._all if one.id in ids for s in one.stems)

    def said(self, ids: tuple[str, ...]) -> frozenset[str]:
        """Every word of some records, as it stands."""
        return frozenset(word for one in self._all if one.id in ids for word in one.said)

    def in_one_record(self, stems: frozenset[str]) -> bool:
        """Whether one record holds all of these words, in whatever field."""
        return any(stems <= record for record in self._records)

    def answers(self, content: frozenset[str]) -> bool:
        """Whether one approved answer holds all of these words."""
        return any(one.field == "answer" and content <= one.stems for one in self._all)

    def free(self, segment: Segment, scope: frozenset[str]) -> tuple[str, ...]:
        """Ids of the records that call something free, in a sentence about the same thing."""
        mine = content(segment) - _FREE - _ANY_VISIT
        if not mine:
            return ()
        return tuple(
            one.id for one in self._all if one.field in ("answer", "preparation") and _FREE & one.stems and not (one.places and scope - one.places)  # noqa: E501
            and len(mine & one.stems) >= max(1, (len(mine) + 1) // 2)
        )  # fmt: skip


def _same(one: tuple[str, Any], other: tuple[str, Any]) -> bool:
    return one[1] == other[1] and (one[0] == other[0] or {one[0], other[0]} <= {"number", "ordinal"})


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    common = len(mine & theirs)
    return common >= max(1, (len(mine) + 1) // 2) or (
        common >= max(1, _FIGURED * len(mine)) and mine - theirs <= EVERYDAY
    )


if __name__ == "__main__":
    from dialogue.sample import sample_facts

    print(len(Passages(Lexicon(sample_facts())).stems), "words in the sample records")
