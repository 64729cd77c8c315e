"""Rule: a statement is made of words that the records, the caller or everyday talk on the telephone hold.

A model that invents a service, a shop next door, an illness or a policy needs a word for it. Such a word is in no record:
so a statement with one is blocked, whatever it says. A question may use any word.
"""  # noqa: E501

import re

from dialogue.guard.atom import Atom
from dialogue.guard.case import Case
from dialogue.guard.claims import claims_nothing
from dialogue.guard.emergency import EMERGENCY, EMERGENCY_WORDS
from dialogue.guard.everyday import EVERYDAY
from dialogue.guard.medical import SYMPTOMS
from dialogue.guard.segment import Segment
from dialogue.guard.stems import stem
from dialogue.guard.verdict import CLEAR, Finding

# What AVA does for a caller, or says of the caller's own wishes: it may repeat the caller's words.
_READ_BACK = re.compile(
    r"\b(?:i (?:have|will|can|could|understand|see|heard|hear|noted|note|wrote)|you (?:would|said|want|wanted|need|are calling|like|prefer|"  # noqa: E501
    r"mentioned|asked|told|have)|your (?:request|question|message|name|number|preference|wish|plan|reason)|thank|thanks|okay|ok|got it|"  # noqa: E501
    r"sorry|so|staff|team|they)\b"
)  # fmt: skip
_NAMING = re.compile(r"\b(?:that is|it is|name is|this is|is that|is it)\b")
_HEARS = re.compile(
    r"\b(?:i (?:understand|hear|see|am sorry|have noted|noted|will)|sorry|you (?:said|mentioned|told|have|are having)|staff|team)\b"  # noqa: E501
)
_FINITE = re.compile(r"\b(?:is|are|has|have|accepts?|takes?|works?|offers?|does)\b")


def check(case: Case) -> Finding:
    """Look for words that nobody gave."""
    emergency = bool(EMERGENCY.search(case.line))
    for segment in case.segments:
        if segment.asks or claims_nothing(case, segment):
            continue
        for atom in segment.atoms:
            if atom.kind == "word" and not _is_known(case, segment, atom, emergency):
                return Finding("a word that is in no record and no everyday one")
    return CLEAR


def _comparison(word: str) -> bool:
    """ "Shorter", "earliest": forms of everyday words."""
    return any(
        word.endswith(ending) and stem(word.removesuffix(ending)) in EVERYDAY for ending in ("er", "est", "ier", "iest")
    )


def _is_known(case: Case, segment: Segment, atom: Atom, emergency: bool) -> bool:
    root = stem(atom.text)
    if len(atom.text) == 1 or root in EVERYDAY or root in case.passages.stems or not atom.text[0].isalpha():
        return True
    if emergency and root in EMERGENCY_WORDS:
        return True
    if atom.text in case.heard_words and atom.capital and not _FINITE.search(_NAMING.sub("", case.line)):
        return True
    if _comparison(atom.text) or (atom.text in SYMPTOMS and case.heard_words & SYMPTOMS and _HEARS.search(case.line)):
        return True
    return atom.text in case.heard_words and bool(_READ_BACK.search(case.line))


if __name__ == "__main__":
    print(len(EMERGENCY_WORDS), "words of an emergency")
