"""Rule: what callers may do, must do or need not do, and what the practice has beside its services, stands in an answer."""  # noqa: E501

import re

from dialogue.guard.case import Case, by_segment
from dialogue.guard.content import content
from dialogue.guard.emergency import EMERGENCY
from dialogue.guard.everyday import EVERYDAY
from dialogue.guard.segment import Segment
from dialogue.guard.stems import stem
from dialogue.guard.surroundings import DIRECTIONS, PARKING
from dialogue.guard.verdict import Finding

# Things that a caller does with a visit, an eye or a company, and not with this call.
_DEEDS = (
    r"(?:bring|drive|eat|drink|wear|remove|stop|skip|apply|rub|keep|put|drop|walk|get|pick|buy|order|return|exchange|park|sleep|"
    r"swim|shower|fast|use|take|pay|sign|fill|download|scan|leave your|leave the|start|continue)"
)
_TOLD_TO = re.compile(
    rf"^(?:(?:yes|no|so|and|then|please|also|just|okay|ok|sure|sorry|if \w+ \w+ \w+|for the _|but|_|before|after) )*"
    rf"(?:you (?:can|may|could|should|must|will (?:need|have) to|need to|have to|are allowed to) (?:also |still |just )?)?(?:not )?{_DEEDS}\b"  # noqa: E501
)
_CALL_DEEDS = re.compile(
    r"\b(?:take (?:your time|care|it from here|that)|put (?:you|that|it)|get (?:you|back|that|someone|to|help|a person)|keep (?:you|in mind|the line|trying|talking|rinsing)|"  # noqa: E501
    r"take (?:a )?(?:deep )?breath|fill me in|leave (?:a|your) (?:message|name|number)|use (?:your|the) (?:keypad|phone)|start (?:with|over|again)|pick (?:a|one|up)|stop me|"  # noqa: E501
    r"take you to|drive yourself|have someone drive|continue (?:with|in))\b"
)
_WAIVES = re.compile(
    r"\b(?:you|they|patients?|children|everyone|nobody|no one) (?:\w+ )?(?:do|does|will|would) not (?:really |even )?(?:have|need) (?:to\b|an?\b|any\b)|"  # noqa: E501
    r"\bno need (?:to|for)\b|\bnot (?:necessary|required|needed|mandatory)\b"
)
_WAIVED_IN_CALL = re.compile(
    r"\b(?:spell|repeat|hold|decide|hurry|rush|say|explain|apologi\w+|know|remember|tell|give me|talk|answer)\b"
)
_MUST = re.compile(r"\b(?:must|has to|have to|required|mandatory|needs? to)\b")
_OURS = re.compile(
    r"\b(?:our|we have an?|we have|we sell|we carry|we run|there is an?|there are) (?:own |new |free |on site |in house )?(\w+)\b"  # noqa: E501
)


def check(case: Case) -> Finding:
    """Compare permissions, duties, waivers and what is "ours" with the approved answers."""
    if EMERGENCY.search(case.line):
        return Finding()
    return by_segment(case, _told_to, _waived, _optional, _ours)


def _told_to(case: Case, segment: Segment) -> tuple[str, list[str]]:
    typed = segment.of("plan", "provider", "street", "phone", "place", "time", "range")
    if segment.asks or typed or not _TOLD_TO.search(segment.line) or _CALL_DEEDS.search(segment.line):
        return "", []
    if segment.has(PARKING) or segment.has(DIRECTIONS):
        return "", []  # compared with the office's own record
    told = case.passages.told(segment, case.scope(segment)) or case.passages.near(segment, case.scope(segment))
    return ("", list(told)) if told else ("something to do or not to do that no answer holds", [])


def _waived(case: Case, segment: Segment) -> tuple[str, list[str]]:
    if segment.asks or not _WAIVES.search(segment.line) or _WAIVED_IN_CALL.search(segment.line):
        return "", []
    told = case.passages.told(segment, case.scope(segment))
    return ("", list(told)) if told else ("something not needed that no answer holds", [])


def _optional(case: Case, segment: Segment) -> tuple[str, list[str]]:
    """What an answer calls optional is no duty."""
    if segment.asks or segment.negated or not _MUST.search(segment.line):
        return "", []
    mine = content(segment)
    return ("a duty that an answer calls optional" if case.passages.optional(mine) else ""), []


def _ours(case: Case, segment: Segment) -> tuple[str, list[str]]:
    """ "Our pharmacy": a thing of ours is called so in a record."""
    if segment.of("provider") or segment.has(PARKING) or segment.has(DIRECTIONS):
        return "", []
    for match in _OURS.finditer(segment.line):
        thing = match[1]
        if stem(thing) in EVERYDAY or thing == "_" or not thing.isalpha() or len(thing) < 3:
            continue
        if segment.asks or any(thing in atom.text.split() for atom in segment.atoms if atom.kind != "word"):
            continue
        if not case.passages.ours(thing):
            return "a thing of the practice that no record calls so", []
    return "", []


if __name__ == "__main__":
    print(bool(_TOLD_TO.search("you can bring your dog")))
