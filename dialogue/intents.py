"""Intents: what a caller wants, from one utterance: the weighted patterns of `intent_rules.py`, weighed against how
likely `intent_model.py` finds each intent by all of the words.

What only the model speaks for has a score (0.3) that says so; where it is not sure either, the answer is `other` with
score 0.

`python -m dialogue.intents` reads JSON lines `{"text": ...}` and prints `{"intent": ...}` for each.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pydantic import BaseModel, ValidationError

from call import Intent
from dialogue.intent_model import model
from dialogue.intent_rules import RULES
from dialogue.slots.choices import yes_no
from dialogue.text import normalise

_PATTERNS: tuple[tuple[Intent, int, re.Pattern[str]], ...] = tuple(
    (intent, weight, re.compile(pattern)) for intent, weight, pattern in RULES
)
_MODEL = model()  # read at start, not in the first call
_HEAVIEST = 10.0
GUESSED_SCORE = 0.3
_BARE_ANSWER_WORDS = 8  # a longer utterance that matches nothing is no yes or no, whatever words stand in it
_RULES_COUNT = 1.5  # log odds that a rule of weight 10 adds to the model's; best on phrases that neither was made for
_AGAINST_OTHER = 0.5  # log odds that a rule must be behind by before its match is taken for no wish at all
_ENDS_THE_CALL: frozenset[Intent] = frozenset({"spam", "wrong_number", "goodbye"})
_LEAST_SURE = 0.25  # share of the likeliest intent; below it the model says nothing


@dataclass(frozen=True, slots=True)
class IntentMatch:
    """An intent with its score (0 to 1) and the words that decided it (normalised, empty for `other`)."""

    intent: Intent
    score: float
    matched: str


def classify(text: str) -> IntentMatch:
    """The intent of an utterance; `other` with score 0 when nothing speaks for one."""
    ranked = candidates(text)
    return ranked[0] if ranked else IntentMatch("other", 0.0, "")


def candidates(text: str) -> list[IntentMatch]:
    """Every intent that the utterance speaks for, the strongest first, each once."""
    line = normalise(text)
    if not line:
        return _bare_answer(text, line)  # "uh huh"
    found = _by_rule(line) or _bare_answer(text, line)
    likely = _likeliest(text, found)
    if likely is None or (found and likely == found[0].intent):
        return found
    if not found:
        return [] if likely == "other" else [IntentMatch(likely, GUESSED_SCORE, line)]
    return _put_first(likely, found, line)


def _by_rule(line: str) -> list[IntentMatch]:
    best: dict[Intent, tuple[int, str]] = {}
    for intent, weight, pattern in _PATTERNS:
        if (match := pattern.search(line)) and weight > best.get(intent, (0, ""))[0]:
            best[intent] = (weight, match.group())
    ranked = sorted(best.items(), key=lambda item: -item[1][0])
    return [IntentMatch(intent, min(1.0, weight / _HEAVIEST), matched) for intent, (weight, matched) in ranked]


def _likeliest(text: str, found: list[IntentMatch]) -> Intent | None:
    """The intent that model and rules speak for together; None when the model alone would have to tell and cannot."""
    scores = _MODEL.scores(text)
    if found:
        scores["other"] -= _AGAINST_OTHER
    for match in found:
        scores[match.intent] += _RULES_COUNT * match.score
    best = max(scores, key=scores.__getitem__)
    share = 1 / sum(math.exp(score - scores[best]) for score in scores.values())
    return best if found or share >= _LEAST_SURE else None


def _put_first(likely: Intent, found: list[IntentMatch], line: str) -> list[IntentMatch]:
    """What is likelier than the strongest rule's intent goes before it, as strong as that one was.

    An intent that ends the call is only as strong as its own rule, or a guess.
    """
    if likely == "other":
        return [IntentMatch("other", 0.0, ""), *found]
    own = next((match for match in found if match.intent == likely), None)
    if likely in _ENDS_THE_CALL:  # no one is hung up on for a guess
        first = own or IntentMatch(likely, GUESSED_SCORE, line)
    else:
        first = replace(found[0], intent=likely, matched=own.matched if own else line)
    return [first, *(match for match in found if match.intent != likely)]


def _bare_answer(text: str, line: str) -> list[IntentMatch]:
    answer = yes_no(text) if len(line.split()) <= _BARE_ANSWER_WORDS else None
    if answer is None:
        return []
    return [IntentMatch("affirm" if answer else "deny", 0.8, line)]


class Request(BaseModel):
    """One line of the command's input; other fields are passed over."""

    text: str


def answers(lines: Iterable[str]) -> Iterator[str]:
    """One JSON object for each line: `{"intent", "score", "matched"}`, or `{"error"}` for a line that is no request."""
    for line in lines:
        if not line.strip():
            continue
        try:
            match = classify(Request.model_validate_json(line).text)
        except ValidationError as exc:
            yield json.dumps({"error": f'expected an object with "text": {exc.errors()[0]["type"]}'})
            continue
        yield json.dumps({"intent": match.intent, "score": round(match.score, 2), "matched": match.matched})


if __name__ == "__main__":
    import sys

    for answer in answers(sys.stdin):
        print(answer, flush=True)
