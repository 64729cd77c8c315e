"""A net for plain emergencies of the eye, in front of every other rule.

It knows a few sentences that can mean nothing else and says one thing: emergency room or 911, now. It does not grade,
diagnose or rule anything out. Sources of the wording: the practice's triage table (911 for signs of a stroke, rinse
after a chemical). A full triage can take its place behind `emergency`.
"""

import re
from dataclasses import dataclass

from dialogue.text import normalise

_EYE = r"(?:eyes?|face|ojos?)"
_CHEMICAL = re.compile(
    r"\b(?:bleach|chemicals?|acid|lye|ammonia|cleaner|drain cleaner|pepper spray|super ?glue|detergent|cloro|"
    r"quimico|acido)\b"
    rf"(?=.{{0,60}}\b{_EYE}\b)|\b{_EYE}\b.{{0,40}}\b(?:bleach|chemicals?|acid|lye|ammonia|cleaner|cloro|quimico|"
    rf"acido)\b"
)
_STROKE = re.compile(
    r"\b(?:face (?:is )?droop\w*|slurr\w+ (?:my )?(?:speech|words)|speech is slurred|arm is (?:weak|numb)|having "
    r"a stroke|"
    r"worst headache|cara caida|no puede hablar)\b"
)
_SUDDEN = re.compile(
    r"\b(?:suddenly|all of a sudden|sudden|de repente)\b.{0,40}\b(?:can't see|cannot see|blind|lost|loss|black|"
    r"dark|no veo|"
    r"vision|severe|double)\b|\b(?:lost|losing|loss of) (?:my |all |the |all my )?(?:vision|sight|eyesight)\b|"
    r"\b(?:vision|eye|sight|everything) (?:just )?went (?:black|dark|blind)\b|\bgone blind\b|\bperdi la vista\b|"
    r"\bcan(?:'t|not) see (?:anything|at all|nothing|out of)\b"
)
_CURTAIN = re.compile(
    r"\b(?:curtains?|curtin|veil|shadow|cortina|sombra)\b.{0,40}\b(?:vision|sight|eye|over|across|ojo|vista|side)\b|"
    r"\b(?:flash\w*(?: of light)?|destellos)\b.{0,40}\b(?:float\w+|spots|moscas)\b|\bfloat\w+\b.{0,40}\bflash\w*\b|"
    r"\b(?:seeing|see|new|have) (?:\w+ ){0,2}flash(?:es|ing)\b"
)
_INJURY = re.compile(
    rf"\b(?:hit|punched|poked|stabbed|cut|scratched|punctured|kicked|elbowed|golpe|shot)\b.{{0,25}}\b{_EYE}\b|"
    rf"\b{_EYE}\b.{{0,25}}\b(?:bleeding|punctured|hit by|cut open|injur\w+)\b|"
    r"\b(?:metal|glass|something|splinter|nail|wood|fish ?hook)\b.{0,20}\b(?:stuck|embedded|lodged|"
    r"went)\b.{0,15}\beye\b|"
    r"\bse me clavo\b|\bstuck in (?:my|his|her) eye\b"
)
_NOT_NOW = re.compile(
    r"\b(?:no|not|never|without|don't have|didn't|haven't|isn't|wasn't any|no tengo)\b(?: \w+){0,3}? (?=_)|"
    r"_.{0,50}\b(?:years? ago|last year|in (?:19|20)\d\d|as a (?:kid|child)|months ago|when i was)\b|"
    r"\b(?:years? ago|last year|in (?:19|20)\d\d|months ago|when i was)\b.{0,60}_"
)

_ADVICE: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = (
    ("chemical", _CHEMICAL, (
        "Rinse the eye with clean running water now, and keep going for at least fifteen minutes.",
        "Then go to the emergency room, or call 911 if it is severe.")),
    ("stroke", _STROKE, ("Please hang up and call 911 right now.",)),
    ("vision_loss", _SUDDEN, (
        "This can be an emergency.", "Please go to the emergency room now, or call 911, and do not drive yourself.")),
    ("curtain", _CURTAIN, ("This can be an emergency.", "Please go to the emergency room now, or call 911.")),
    ("injury", _INJURY, (
        "Please do not rub or press the eye, and do not pull anything out of it.",
        "Go to the emergency room now, or call 911.")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Emergency:
    """What a caller described, as a short code, and the sentences to say."""

    code: str
    advice: tuple[str, ...]


def emergency(text: str) -> Emergency | None:
    """The emergency that an utterance describes, or None. "No flashes" and "years ago" are none."""
    line = normalise(text)
    for code, pattern, advice in _ADVICE:
        if (match := pattern.search(line)) and not _NOT_NOW.search(f"{line[: match.start()]}_{line[match.end() :]}"):
            return Emergency(code, advice)
    return None


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(emergency(heard))
