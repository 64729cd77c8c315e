"""Intents: what a caller wants, from one utterance, by the weighted patterns of `intent_rules.py`.

A sentence that no pattern speaks for gets the guess of `intent_guess.py`, with a score that says so.

`python -m dialogue.intents` reads lines (plain text, or JSON objects with "text") and prints an intent for each.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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


def answers(lines: Iterable[str]) -> Iterator[str]:
    """The command's output: a word for a plain line, a JSON object for a JSON object."""
    for line in lines:
        heard = line.strip()
        if heard.startswith("{"):
            try:
                request = json.loads(heard)
                match = classify(str(request["text"]))
            except (ValueError, KeyError) as exc:
                yield json.dumps({"error": f"expected an object with text: {type(exc).__name__}"})
                continue
            yield json.dumps({"intent": match.intent, "score": round(match.score, 2), "matched": match.matched})
        elif heard:
            yield classify(heard).intent


if __name__ == "__main__":
    import sys

    for answer in answers(sys.stdin):
        print(answer, flush=True)
