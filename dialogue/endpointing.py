"""Endpointing policy: how long to wait, after the VAD's stop, before the caller's turn counts as over.

People pause inside phone numbers and after words that promise more; an answer such as "yes" is over at once
(telephone numbers are said 3-3-4, and the pause between the groups is longer than the VAD's stop).
"""

import re
from dataclasses import dataclass
from typing import Literal

from dialogue.slots.numbers import OH, UNITS
from dialogue.slots.phone import LENGTH, phone
from dialogue.text import BREAK, normalise

Kind = Literal["anything", "phone", "name", "spelling", "date", "yes_no"]

DIGITS_HOLD_SECS = 1.2
BROKEN_OFF_HOLD_SECS = 0.6
SPELLING_HOLD_SECS = 0.8
_DIGITS_OF_A_NUMBER = 3  # so many single digits in a row, at the end, are a number that is being said

_YES_NO = re.compile(
    r"(?:yes|yeah|yep|yup|no|nope|nah|sure|okay|ok|correct|right|si|claro)(?: (?:please|thanks|thank you|sir|ma'am))?"
)
_PROMISES_MORE = re.compile(
    r"(?:^| )(?:and|or|but|so|because|with|at|on|in|for|to|the|a|an|my|is|it's|i'm|i|of|from|about|like|this is|"
    r"name is|name's|number is|i want|i'd like|i would like|i need|i was|i have|can you|could you|let me see|"
    r"let's see|well|either|between|around|after|before|until|y|o|con|para|mi|es|el|la)$"
)
# The last word is a letter, or the example word of one ("m as in mary"): more letters may follow.
_SPELLS = re.compile(r"(?:^| )(?:[a-z]|[a-z] (?:as in|like|for|de) \w+|[a-z] as|double|doble)$")
_FILLER_AT_THE_END = re.compile(r"\b(?:u+h*m+|u+h+|er+m?|hm+)[.,]?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What AVA's pending question asks for.

    Attributes:
        digits_so_far: digits of a phone number that earlier turns gave, 0 to 10.
    """

    kind: Kind = "anything"
    digits_so_far: int = 0


def hold_secs(expecting: Expectation, text: str) -> float:
    """Seconds to wait on top of the VAD's stop before the turn is over; 0 ends it now.

    Args:
        text: what the turn has been heard to say so far.
    """
    line = normalise(text)
    if not line:
        return BROKEN_OFF_HOLD_SECS if _FILLER_AT_THE_END.search(text) else 0.0
    if _YES_NO.fullmatch(line):
        return 0.0
    if _number_is_unfinished(expecting, text, line):
        return DIGITS_HOLD_SECS
    if _FILLER_AT_THE_END.search(text) or (_PROMISES_MORE.search(line) and not _ends_a_sentence(text)):
        return BROKEN_OFF_HOLD_SECS
    if expecting.kind in ("spelling", "name") and _SPELLS.search(line):
        return SPELLING_HOLD_SECS
    return 0.0


def _number_is_unfinished(expecting: Expectation, text: str, line: str) -> bool:
    said = len(phone(text))
    if expecting.kind == "phone":
        return said > 0 and expecting.digits_so_far + said < LENGTH
    row = 0
    for word in reversed(line.split()):
        if not (word in UNITS or word in OH or (word.isdigit() and len(word) in (1, 3))):
            break
        row += len(word) if word.isdigit() else 1
    return _DIGITS_OF_A_NUMBER <= row < LENGTH and expecting.kind != "date"


def _ends_a_sentence(text: str) -> bool:
    return normalise(text, breaks=True).endswith(BREAK)


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(hold_secs(Expectation("phone" if "--phone" in sys.argv else "anything"), heard))
