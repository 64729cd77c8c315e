"""Rule: nothing about any person but what this caller said in this call.

Caller id proves no identity, so that nothing about an existing appointment, a result or a record is read out.
"""

# ruff: noqa: E501 - a pattern is read whole
import re

from dialogue.guard.case import Case
from dialogue.guard.verdict import CLEAR, Finding

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("an existing appointment", r"\byour (?:\w+ ){0,2}(?:appointment|visit|exam|surgery|checkup)s? (?:with \w+ \w+ )?(?:is|was|are|were) (?:now |already |still )?(?:on|at|for|scheduled for|set for|with|tomorrow|today|next|this|last|still|in|_)|"
         r"\byou (?:have|had|already have|do have) (?:an? |your )?(?:\w+ )?(?:appointment|visit|exam|surgery)(?! (?:for the|request))\b|"
         r"\byou (?:are|were) (?:scheduled|due|coming in|supposed to|last seen|seen)\b|\byour (?:last|previous|next|upcoming|most recent) (?:\w+ )?(?:visit|appointment|exam)\b(?!\?)"),
        ("a record", r"\b(?:your|his|her|their|the patient) (?:\w+ ){0,2}(?:chart|file|records?|results?|tests?|scans?|labs?|prescription|balance|bill|account|medications?|diagnosis|glasses|contacts|contact lenses|lenses|order|insurance|policy|claim) "
         r"(?:shows?|says?|indicates?|is|are|was|were|came|has|have|looks?|look|includes?|lists?|reads?)\b(?! (?:it|that|something))"),
        ("a record", r"\b(?:i|we) (?:can |do )?(?:see|found|find|show|pulled up|looked up|am looking at|have)\b(?: \w+){0,4} (?:your (?:chart|file|records?|account|profile|appointment|history|information)|on file|in (?:our|the|your) (?:system|records?|file|chart))\b"),
        ("a record", r"\b(?:according to|based on|per) (?:your|our|the|his|her) (?:chart|file|records?|system|history|account)\b|\bon file\b|\bmedical history (?:shows|says|is)\b|\byou (?:were|have been) diagnosed\b|\byou owe\b|\boutstanding balance\b"),
        ("another person", r"\b(?:another|other|one of our|a different|the previous|the last) (?:patient|caller|customer)s?\b(?! (?:needs|can|may|information|should|of ours))|\bpatients? named\b|"
         r"\b(?:your|the) (?:wife|husband|son|daughter|mother|father|mom|dad|brother|sister|neighbor|friend|spouse|partner|child) (?:just |already |also )*(?:is|was|has|had|came|did|missed|also|came in|called|asked|told|said|made)\b"),
        ("another person", r"\b(?:the|a|that) (?:patient|person|caller|lady|gentleman|man|woman) (?:before|after|ahead|in front|behind|next)\b|\b(?:mr|mrs|ms|miss|mister|missus) \w+ (?:is|was|has|had|came|did|missed|also|called|canceled|cancelled)\b|\bpatient \w+ (?:is|was|has|had|came)\b"),
        ("another person", r"\b(?:wife|husband|son|daughter|mother|father|mom|dad|brother|sister|neighbor|friend|spouse|partner|child) (?:surgery|appointment|visit|results?|exam|test|procedure|records?|file|chart)\b"),
        ("another person", r"\bother (?:lady|gentleman|man|woman|guy|person|patient|caller)\b|\b(?:lady|gentleman|man|woman|guy|person) (?:who|that) (?:called|came|was|had|is)\b"),
        ("another person", r"\b(?:doctor|nurse|surgeon|provider|specialist|technician|he|she) (?:_ )?(?:said|says|thinks|thought|wants|wanted|recommended|recommends|told|prescribed|noted|found)\b"),
        ("another person", r"\b(?:he|she) (?:left|wrote|sent|called|came|was here|missed|cancell?ed|agrees|agreed)\b"),
        ("a date of birth", r"\bdate of birth (?:is|on|as|of|was)\b|\bborn (?:on|in)\b|\bbirth(?:day|date) is\b|\b(?:\w+ )?is \d+ years old\b|\bdob\b"),
        ("an identity number", r"\b(?:social security|ssn|member (?:id|number)|policy number|your (?:credit|debit) card|card number|medical record number|home address is|you live (?:at|on|in))\b"),
    )
)  # fmt: skip
_FREE = re.compile(r"\b(?:is|are) free\b|\bno charge\b")
_NEVER_ASKED = re.compile(r"\b(?:social security|ssn|credit card|card number|bank account|password|pin)\b")
_SAFE = re.compile(
    r"\b(?:can not|could not|not able to|may not|do not|not allowed to|will not|never) (?:\w+ ){0,5}(?:read|see|talk|speak|look up|tell|share|give|discuss|find|access|"
    r"have access|have|need|say|ask|record)\b|\b(?:request|pass (?:that|this|it) on|our staff (?:can|will)|would you like|whether|if you have|(?:once|when|until|as soon as) your (?:\w+ ){0,2}(?:is|are|has|have))\b"
)


def check(case: Case) -> Finding:
    """Look for statements about a person that the caller did not make."""
    asks = case.sentence.rstrip().endswith("?") and case.segments and case.segments[0].asks
    for name, pattern in _PATTERNS:
        found = pattern.search(case.line)
        if not found or case.approved:
            continue
        if _read_back(case, name) or (name == "a record" and _told(case, pattern)):
            continue
        excused = _SAFE.search(case.line) and not case.line.startswith("our staff can see")
        if not excused and (not asks or _NEVER_ASKED.search(case.line)):
            return Finding(f"{name}: not something that this caller said")
    return _repeats(case)


def _told(case: Case, pattern: re.Pattern[str]) -> bool:
    """ "Your records are ready within ten days" when an answer says so of everybody's."""
    parts = [segment for segment in case.segments if pattern.search(segment.line)]
    return bool(parts) and all(
        (segment.of("number", "duration") or _FREE.search(segment.line))
        and case.passages.told(segment, case.scope(segment))
        for segment in parts
    )


def _read_back(case: Case, name: str) -> bool:
    """A question that repeats a date which the caller gave, or leaves a choice ("or")."""
    if not case.sentence.rstrip().endswith("?"):
        return False
    dates = [atom for segment in case.segments for atom in segment.of("date")]
    if name == "a date of birth":
        return bool(dates) and all(case.heard_date(atom.value.date) for atom in dates)
    return name == "a record" and " or " in case.line


def _repeats(case: Case) -> Finding:
    """A name put to somebody: it has to be the caller's own."""
    found = re.search(r"\b(?:mr|mrs|ms) (\w+)", case.line)
    if found and found[1] not in case.heard_words and found[1] not in case.lexicon.vocabulary:
        return Finding("a person's name that the caller did not say")
    return CLEAR


if __name__ == "__main__":
    print([name for name, pattern in _PATTERNS if pattern.search("your appointment is on friday")])
