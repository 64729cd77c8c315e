"""Whether one of the practice's approved answers answers what a caller asked. Pure functions.

What the retriever finds is a guess; an answer is spoken word for word only when the caller's words are about it.
"""

import functools
import re
from collections.abc import Sequence

from dialogue.text import normalise
from facts import Faq, Record

_FOUND = 0.5  # of what the retriever found: so much of the caller's words of content stands in question and answer
_SURE = 0.75  # without a retriever: so much of them, and of the question's own words
_WORD = re.compile(r"[a-z]{2,}")
_NO_CONTENT_TEXT = (
    "an and any are around as at ask be been before by can come could did do does for from get give go going guys had "
    "has have hello help her hey hi him his how if in is it it's its just kind know let like may me might my need of "
    "okay on one or our out please question really should so some sort tell thank thanks that that's the them then "
    "there these they thing things this those to too uh up us wait wanna want wanted was we well were what what's when "
    "where which while who whole why will with wondering would yeah yes you your you're i'm i've i'd y'all there's "
    "don't also about actually maybe much many"
)
_NO_CONTENT = frozenset(_NO_CONTENT_TEXT.split())
_ENDINGS = ("ations", "ation", "ings", "ing", "ions", "ion", "ies", "ed", "es", "ers", "er", "s", "e", "y")


def approved_answer(text: str, found: Sequence[Record]) -> Faq | None:
    """The first of the records that were found whose approved answer answers a caller's turn; None when none does."""
    asked = _stems(text)
    return next((one for one in found if isinstance(one, Faq) and _answers(asked, one)), None)


def asked_almost_so(text: str, faqs: Sequence[Faq]) -> Faq | None:
    """The question of the practice's list that a caller asks nearly in its own words; None when there is none."""
    asked = _stems(text)
    sure = ((_likeness(asked, one), one) for one in faqs)
    likeness, faq = max(sure, key=lambda pair: pair[0], default=(0.0, None))
    return faq if likeness >= _SURE else None


def _answers(asked: frozenset[str], faq: Faq) -> bool:
    question, answer = _kept(faq.question), _kept(faq.answer)
    both = asked & question
    return 2 * len(both) >= min(len(asked), len(question)) > 0 and (
        len(asked & (question | answer)) >= _FOUND * len(asked)
    )


def _likeness(asked: frozenset[str], faq: Faq) -> float:
    question = _kept(faq.question)
    if len(question) < 2:
        return 0.0
    both = len(asked & question)
    return 2 * both / (len(asked) + len(question))


@functools.lru_cache(maxsize=512)
def _kept(text: str) -> frozenset[str]:
    """The stems of a record's text; callers' words are never kept."""
    return _stems(text)


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(normalise(text)) if word not in _NO_CONTENT)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


if __name__ == "__main__":
    import sys

    from dialogue.sample import sample_facts

    for line in sys.stdin:
        found = approved_answer(line, sample_facts().faqs)
        print(f"{found.id}: {found.answer}" if found else "no approved answer")
