"""A caller who does not want to be recorded is served without a recording (Fla. Stat. 934.03(2)(d): all consent)."""

import re
from dataclasses import replace

from dialogue import phrases
from dialogue.reply import Reply
from dialogue.state import Context, State, Step
from dialogue.understanding import Heard

_WANTED = r"(?:be(?:ing)? |get |getting )?(?:recorded|taped|on tape|on (?:a |the )?recording)"
_REFUSES = re.compile(
    r"\b(?:do not|don't|never|not to|stop|quit|without|no|turn off|shut off|switch off|delete|erase|cancel|end) "
    r"(?:\w+ ){0,3}(?:recording|taping|record (?:me|this|us|my|our|the|it|anything)|tape (?:me|this))\b|"
    rf"\b(?:do not|don't|didn't|did not|not|never|rather not|refuse to|hate)\b (?:\w+ ){{0,5}}{_WANTED}\b|"
    r"\bi (?:did|do|have) not? ?(?:agree|consent|consented|agreed) to (?:\w+ ){0,2}(?:record\w*|tap\w+)\b|"
    r"\b(?:don't|do not|didn't|did not) (?:agree|consent)\b.{0,25}\brecord\w*\b|"
    r"\b(?:object|opposed) to (?:\w+ ){0,3}record\w*\b|\boff the record\b|"
    r"\bcan (?:you|we|i) (?:\w+ ){0,3}not record\w*\b|\bwithout (?:\w+ ){0,2}(?:being |getting )?(?:recorded|taped)\b|"
    r"\b(?:no|don't have|do not have|didn't give|did not give|never gave) (?:\w+ ){0,2}permission to (?:record|tape)\b|"
    r"\bno (?:me )?(?:quiero|graben?|grabe|autorizo|acepto|consiento)\b.{0,30}\b(?:grab\w+|grabacion)\b|"
    r"\bno (?:me |nos |lo )?(?:grabe[ns]?|graben)\b|"
    r"\b(?:sin|pare|paren|apague|detenga|quite|borre) (?:la |de )?graba\w+\b"
)
# Willingness is said with a "don't" and a "no", too: it is taken out before a refusal is looked for.
_WILLING = re.compile(
    r"\b(?:(?:do not|don't|would not|wouldn't) (?:really )?(?:mind|care|object)|(?:do not|don't) have (?:a |any )?"
    r"(?:problem|objection|issue)s?|no (?:problem|objections?|worries)|no (?:\w+ ){0,2}?(?:you (?:can|may)|go ahead))"
    r"(?: (?!not\b|don't\b|no\b|stop\b|never\b)\S+){0,4}? (?:record\w*|tap(?:ed?|ing))\b"
)
_SAID = "Of course. This call is not recorded any more, and what was recorded is deleted."
_SAID_ES = "Ya no se graba esta llamada, y lo grabado se borra."
_OF_OTHERS = re.compile(r"\b(?:medical|health|patient|my|eye|chart) records?\b")


def refuses(line: str) -> bool:
    """Whether words (as `text.normalise` makes them) ask not to be recorded."""
    return bool(_REFUSES.search(_WILLING.sub(" ", line))) and not _OF_OTHERS.search(line)


def recording(state: State, heard: Heard, context: Context) -> Step | None:
    """ "Please don't record me": the recording stops, what there is of it is deleted, and the call goes on."""
    if not refuses(heard.line):
        return None
    state = replace(state, failed_in_a_row=0)
    said = _SAID_ES if heard.spanish else _SAID
    if heard.spanish:
        state = state.filled(language="es")
    return state, Reply((said, phrases.question(state, context)), refuses_recording=True)


if __name__ == "__main__":
    import sys

    from dialogue.text import normalise

    for line in sys.stdin:
        print(refuses(normalise(line)))
