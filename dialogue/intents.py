"""Intents: what a caller wants, from one utterance, by the weighted patterns of `intent_rules.py`.

A sentence that no pattern speaks for gets the guess of `intent_guess.py`, with a score (0.3) that says so; where that
has none either, the rules abstain with `other` and score 0.

`python -m dialogue.intents` reads JSON lines `{"text": ...}` and prints `{"intent": ...}` for each.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from call import Intent
from dialogue.intent_guess import load
from dialogue.intent_rules import RULES
from dialogue.slots.choices import yes_no
from dialogue.text import normalise

_PATTERNS: tuple[tuple[Intent, int, re.Pattern[str]], ...] = tuple(
    (intent, weight, re.compile(pattern)) for intent, weight, pattern in RULES
)
_GUESSER = load()
_HEAVIEST = 10.0
GUESSED_SCORE = 0.3
_BARE_ANSWER_WORDS = 8  # a longer utterance that matches nothing is no yes or no, whatever words stand in it


@dataclass(frozen=True, slots=True)
class IntentMatch:
    """An intent with its score (0 to 1) and the words that decided it (normalised, empty for `other`)."""

    intent: Intent
    score: float
    matched: str


def classify(text: str) -> IntentMatch:
    """The intent of an utterance; `other` with score 0 when no rule speaks for one."""
    ranked = candidates(text)
    return ranked[0] if ranked else IntentMatch("other", 0.0, "")


def candidates(text: str) -> list[IntentMatch]:
    """Every intent that the utterance speaks for, the strongest first, each once."""
    line = normalise(text)
    best: dict[Intent, tuple[int, str]] = {}
    for intent, weight, pattern in _PATTERNS:
        if (match := pattern.search(line)) and weight > best.get(intent, (0, ""))[0]:
            best[intent] = (weight, match.group())
    ranked = sorted(best.items(), key=lambda item: -item[1][0])
    found = [IntentMatch(intent, min(1.0, weight / _HEAVIEST), matched) for intent, (weight, matched) in ranked]
    return found or _bare_answer(text, line) or _guessed(text, line)


def _guessed(text: str, line: str) -> list[IntentMatch]:
    intent = _GUESSER.guess(text)
    return [IntentMatch(intent, GUESSED_SCORE, line)] if intent else []


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
