"""What the rules for plans, doctors, services, offices and times compare with the records: their verbs and their words."""

# ruff: noqa: E501 - a pattern is read whole
import re

from dialogue.guard.atom import Kind
from dialogue.guard.case import Case
from dialogue.guard.content import EMPTY
from dialogue.guard.hours_claim import HOURS
from dialogue.guard.segment import Segment
from dialogue.guard.stems import stem

_WHEN = frozenset({"days", "date", "time", "range", "now", "holiday"})
# The verbs by which the rules for plans, doctors, services and offices compare a part with the records.
_PREDICATES: dict[Kind, re.Pattern[str]] = {
    "plan": re.compile(
        r"\b(?:accept\w*|takes?|taking|taken|honou?rs?|network|participat\w+|works? with|work|contracted|welcome|good|fine|okay|ok|lists?|listed|bill|vision|"
        r"medical|valid|recognized|use|see|find|have)\b"
    ),
    "provider": re.compile(
        r"\b(?:sees?|seeing|works?|working|speaks?|speaking|speak|fluent|bilingual|speciali\w+|practices|treats?|does|do|handles?|is|are|be|performs?|there|"
        r"at|here|looks? after|cares? for|splits?|divides?|rotates?|focus\w*|talk\w*|conversant|both|either)\b"
    ),
    "service": re.compile(
        r"\b(?:offer\w*|provid\w+|perform\w*|do|does|done|available|have|has|carry|sells?|treats?|held|given|find|takes?|lasts?|costs?|pric\w+|charge\w*|"
        r"runs?|is|are|minutes?|hours?|expect|plan|pick|choose|select|order|set aside|allow|schedul\w*|book|handle|comes? to|includ\w*|specializ\w*|sees?|for|about|get|come)\b|\$"
    ),
}
_CALL_TEXT = """
sorry afraid unfortunate glad happy sure sound good great look see find list say mention note help thank both either neither another already
yet current present moment most such because since between around like prefer ask tell check verify else anyth noth someth person
abl try request with for out nor might be been that would will shall could than to into off over of via with close closest near nearest so if whether who whom where been being were becaus by it them your rest confirm question answer low though actual really sincer hope yesterday well course absolut certain quit
right correct different full follow regard name total together separate main first second half next near close even
"""
_VOCABULARY_TEXT: dict[Kind, str] = {
    "days": "open close until late early shut hour morn afternoon even noon night run start begin end finish short long odd lunch reopen door week during weekend bright stay last full usual regular schedule holiday through midday",
    "place": "best main number phone fax code line address street zip city town area find reach visit sit suit sid building state nearest serve branch",
    "plan": "accept take taken took participate network work list honor vision medical insurance benefit carrier plan card bill welcome currently part among contract cover_ recognized recognise valid fine provider group deal use insurer visit plan",
    "provider": "look after split divide time rotate care see patient speak specializ specialist work doctor practic treat fluent bilingual optometrist ophthalmologist surgeon surgery surger native conversant focus handle base training_ field help language s contact comfort fully available availabl days",
    "service": "offer provide perform do available availabl carry sell treat hold held find take last run cost price pric charge pay without insurance test exam visit consultation evaluation screening check treatment picture fitting fit minute hour long done expect schedule plan allow usual book taken longer comprehensiv list include takes vision eye whole complete full roughly typical pick choose select patient new child optometrist specialist drive bring pick",
}
_SAME_VOCABULARY: dict[Kind, Kind] = {
    "range": "days", "time": "days", "date": "days", "now": "days", "holiday": "days", "zip": "place", "phone": "place",
    "street": "place", "state": "place", "language": "provider", "money": "service", "duration": "service",
}  # fmt: skip
_CALL = frozenset(stem(word) for word in _CALL_TEXT.split())
_VOCABULARY = {kind: frozenset(stem(word) for word in text.split()) for kind, text in _VOCABULARY_TEXT.items()}


def says_no_more(case: Case, segment: Segment, rest: str) -> bool:
    """Whether a part with a plan, a doctor, a service, an office or a time says no more of it than its rule compares."""
    kinds = {atom.kind for atom in segment.atoms} - {"word", "break", "number", "ordinal"}
    if not kinds:
        return False
    if HOURS.search(segment.inherited):
        kinds.add("days")
    own = {id for atom in segment.of("plan", "provider", "service") for id in atom.value}
    predicates = [pattern for kind, pattern in _PREDICATES.items() if kind in kinds]
    values = {word for atom in segment.atoms if atom.kind != "word" or atom.capital for word in atom.text.split()}
    left = {stem(word) for word in rest.split() if word not in values and word.isalnum()} - EMPTY - _CALL
    if (
        len(left) > 1
        and left - _VOCABULARY["service"] <= case.passages.of_records(own)
        and left & case.passages.of_records(own)
    ):
        return True
    if predicates and not any(pattern.search(segment.inherited) for pattern in predicates) and not kinds & _WHEN:
        return False
    for kind in kinds:
        left -= _VOCABULARY.get(_SAME_VOCABULARY.get(kind, kind), frozenset())
    left -= case.passages.of_records(own)
    named = {stem(word) for atom in segment.of("service") for word in atom.text.split()}
    return not left or case.passages.in_one_record(frozenset(left | named))


if __name__ == "__main__":
    print({kind: len(words) for kind, words in _VOCABULARY.items()})
