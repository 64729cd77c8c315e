"""A caller's question as anybody could have asked it: its own words, and nothing that tells who called."""

import re
from zoneinfo import ZoneInfo

from dialogue.text import normalise
from facts import PracticeFacts
from monitoring.case import CallCase
from pseudonyms import Kind, Pseudonyms, Public

_TOKEN = re.compile(r"\[(?:NAME|PHONE|EMAIL|BIRTH|DATE|ADDRESS|ZIP|ID|TEXT)_\w+\]")
_LEAD_IN = re.compile(
    r"\b(?:(?:(?:do|does|did|is|are|can|could|will|would|should) (?:you|y'all|your|the|it|they|we|there|this|that|a|an|"
    r"any|anyone|someone|somebody|one|i)\b)|what|what's|when|where|where's|which|who|how|how's|why)\b"
)
_NOT_A_QUESTION = re.compile(r"\b(?:i|that's|this is|know|sure|see|exactly|me|about|from)$")
_ASIDE = re.compile(
    r"^(?:(?:can|could|would|will) (?:you|y'all) (?:please )?(?:tell me|let me know|check|help me)(?: please)?"
    r"(?: if| whether| about)? |(?:do|would) you (?:happen to )?know (?:if |whether )?)"
)
_AFTER_AN_ASIDE = re.compile(r"^(?:what|when|where|which|who|how|why)\b")
_ENOUGH = 2  # words of content that say what a question is about
_MOST_WORDS = 25  # of a question that stands in a record
_ENDINGS = ("ations", "ation", "ings", "ing", "ions", "ion", "ies", "ed", "es", "s", "e", "y")
_NO_CONTENT_TEXT = (  # English, then Spanish
    "a about after all also am an and any anybody anyone anything are around as ask asking at be been before but "
    "by can come could did do does doing done for from get getting give go going good got had has have having "
    "hello help hey hi his her him how i i'd i'll i'm i've if in into is it it's just kind know let like look "
    "looking make many may maybe me might more much my need not of off office offices okay on one or our out "
    "over people please question really right say see she he should so some somebody someone something sort "
    "still sure take tell thank thanks that the their them then there these they thing things this those to too "
    "up us use usually very wait want wanted was we well were what what's when where which while who why will "
    "with wondering would yeah yes you your y'all yours location locations place practice clinic here don't "
    "doesn't isn't aren't no al como con cuando cuanta cuanto cuesta de del donde el en es esta favor gracias "
    "hay hola la las le les lo los mas me mi necesito para por puedo que quiero se si sin son su tiene tienen un "
    "una usted ustedes y ya"
)
SMALL_WORDS = frozenset(_NO_CONTENT_TEXT.split())  # that say nothing of a topic


def plain_question(text: str, case: CallCase, facts: PracticeFacts) -> str:
    """The question in a caller's turn, with a capital and a question mark; empty when none is left.

    What the call knows of the caller, and what has the form of a person's data, is left out together with the words
    around it: the question begins behind it, or ends before it.
    """
    hidden = _hiding(case, facts).hide(" ".join(text.split()))
    parts = [part.strip() for part in _TOKEN.split(hidden)]
    asked = [question for part in parts if (question := _asked(part))]
    best = max(asked, key=lambda one: len(content(one, facts)), default="")
    if len(content(best, facts)) >= _ENOUGH:
        return best
    told = max(parts, key=lambda one: len(content(one, facts)))  # "the lens that lets you read, what does it cost"
    return _sentence(told) if len(content(told, facts)) > len(content(best, facts)) else best


def content(question: str, facts: PracticeFacts, *, stems: bool = True) -> list[str]:
    """The words of a question that say what it is about: no names of offices, no words of every question."""
    places = {word for place in facts.locations for word in normalise(place.name).split()}
    words = [word.removesuffix("'s") for word in normalise(question).split()]
    kept = [word for word in words if word.isalpha() and len(word) > 1 and word not in SMALL_WORDS | places]
    return [_stem(word) for word in kept] if stems else kept


def _hiding(case: CallCase, facts: PracticeFacts) -> Pseudonyms:
    """What hides everything that this call gives away."""
    zone = facts.locations[0].timezone if facts.locations else "UTC"
    today = case.record.started_at.astimezone(ZoneInfo(zone)).date()
    practice = "\n".join([facts.practice_name, *(record.text for record in facts.records)])
    hiding = Pseudonyms(_known(case), public=Public(practice), today=today)
    before = ""
    for turn in case.record.turns:
        if turn.speaker == "caller":
            hiding.learn(turn.text, before=before)
        else:
            before = turn.text
    return hiding


def _known(case: CallCase) -> dict[Kind, list[str]]:
    slots, lead = case.record.slots, case.lead
    names = [slots.name, lead.name if lead else None]
    numbers = [slots.callback_number, case.record.caller, lead.phone if lead else None]
    births = [lead.date_of_birth.isoformat() if lead and lead.date_of_birth else None]
    known = {Kind.NAME: names, Kind.PHONE: numbers, Kind.BIRTH: births}
    return {kind: [value for value in values if value] for kind, values in known.items()}


def _asked(part: str) -> str:
    """The question in a piece of a turn: from its first word of asking on; empty without one."""
    low = " ".join(part.replace("?", " ").split()).casefold()
    starts = [
        match.start() for match in _LEAD_IN.finditer(low) if not _NOT_A_QUESTION.search(low[: match.start()].rstrip())
    ]
    if not starts:
        return ""
    words = low[starts[0] :]
    if (aside := _ASIDE.match(words)) and _AFTER_AN_ASIDE.match(words[aside.end() :]):
        words = words[aside.end() :]
    return _sentence(words)


def _sentence(words: str) -> str:
    kept = words.replace("?", " ").strip(" ,.;").split()[:_MOST_WORDS]
    text = re.sub(r"\bi\b", "I", " ".join(kept))
    return f"{text[:1].upper()}{text[1:]}?" if text else ""


def _stem(word: str) -> str:
    return next((word[: -len(end)] for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 3), word)


if __name__ == "__main__":
    import sys

    for spoken in sys.stdin:
        print(_asked(spoken.strip()) or _sentence(spoken.strip()))
