"""E-mail addresses, street addresses, and identifiers of letters and figures, written or spoken."""

import re
from collections.abc import Iterator

from pseudonyms.kinds import Found, Kind
from pseudonyms.public import Public
from pseudonyms.words import NUMBER_WORDS, ORDINALS

_WRITTEN_MAIL = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
_TLD = r"(?:com|net|org|edu|gov|mil|us|es|mx|co|info|io|me)"
_DOMAIN = re.compile(
    rf"(?:\b(?:at|arroba)\b|@) ?((?:[a-z0-9-]+ ){{0,2}}?[a-z0-9-]+(?: ?(?:\bdot\b|\bpunto\b|\.) ?[a-z0-9-]+)*?"
    rf" ?(?:\bdot\b|\bpunto\b|\.) ?{_TLD})\b"
)
_MAIL_LEAD = re.compile(
    r"\b(?:e ?-?mail(?: address)?(?: is|'s)?|correo(?: electronico)?(?: es)?|it's|it is|is|es|that's|address|to|a)\b"
    r"[ ,:]*(?:it's |is )?"
)
_JOINER = re.compile(r"dot|punto|underscore|dash|hyphen|guion|bajo|period|plus")
_LONGEST_LOCAL = 8  # words

_STREET = (
    r"street|st|avenue|ave|road|rd|drive|dr(?=\W*$|\.?,)|boulevard|blvd|lane|ln|way|court|ct|place|pl|terrace|ter|"
    r"circle|cir|trail|trl|highway|hwy|parkway|pkwy|path|loop|square|run"
)
_NO_STREET_WORD = (
    r"a|an|all|am|and|are|as|ask|at|be|by|but|can|could|day|days|do|does|for|from|get|go|had|has|have|hour|hours|i|if|"
    r"in|into|is|it|its|just|me|minute|minutes|month|months|my|no|not|o|of|on|or|our|per|pm|she|so|that|the|then|"
    r"there|they|this|to|until|up|was|we|week|weeks|when|with|year|years|you|your|point|dollars|percent"
)
_NUMBER_WORD = rf"(?:{'|'.join(NUMBER_WORDS)}|hundred|thousand)"
_NUMBER = rf"(?:\d{{1,6}}[a-z]?|(?:(?:{_NUMBER_WORD}|oh)[ -]){{0,5}}{_NUMBER_WORD})"
_ADDRESS = re.compile(
    rf"\b{_NUMBER} (?:(?!(?:{_NO_STREET_WORD})\b)[a-z0-9'.-]+ ){{1,5}}?(?:{_STREET})\b\.?"
    r"(?:,? *(?:apt|apartment|unit|suite|ste|number|#) *\.?#? *[a-z0-9-]+)?"
    r"|\b(?:calle|avenida|avda|carretera|paseo) (?:[a-z0-9'.-]+ ){1,4}?(?:(?:numero|num|no)\.? )?\d{1,6}\b"
)
_ADDRESS_HINT = re.compile(rf" (?:{_STREET})\b|\b(?:calle|avenida|avda|carretera|paseo) ")

_MEMBER_ID = re.compile(
    r"(?<![\w@-])(?=[a-z]*\d)(?=(?:[a-z-]*\d){3})(?=[\d-]*[a-z])(?:[a-z]{1,4}-?)?[a-z0-9]{5,}(?![\w@])"
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|am|pm|ms|mg|ml|mm|min)")


def emails(folded: str, public: Public) -> Iterator[Found]:
    """ "maria@example.com", "maria dot example at gmail dot com"."""
    if "@" not in folded and not re.search(r"\b(?:at|arroba)\b", folded):
        return
    taken = -1
    for match in _WRITTEN_MAIL.finditer(folded):
        taken = match.end()
        if not public.has(match[0]):
            yield Found(match.start(), match.end(), Kind.EMAIL, match[0])
    for match in _DOMAIN.finditer(folded):
        start = _local_part(folded, match.start())
        if start < match.start() and start >= taken and not public.has(folded[start : match.end()]):
            yield Found(start, match.end(), Kind.EMAIL, " ".join(folded[start : match.end()].split()))


def _local_part(folded: str, at: int) -> int:
    """Where the words before "at" begin: behind "my email is", else one word and what is joined to it."""
    before = list(re.finditer(r"[\w'+.-]+", folded[max(0, at - 120) : at]))[-_LONGEST_LOCAL:]
    if not before:
        return at
    offset = max(0, at - 120)
    if leads := list(_MAIL_LEAD.finditer(folded, offset + before[0].start(), at)):
        return max(leads[-1].end(), offset + before[0].start())
    index = len(before) - 1
    while index > 0 and (_is_joined(before[index][0]) or _is_joined(before[index - 1][0])):
        index -= 1
    return offset + before[index].start()


def _is_joined(word: str) -> bool:
    return bool(_JOINER.fullmatch(word)) or len(word) == 1 or word in NUMBER_WORDS or word.isdigit()


def addresses(folded: str, public: Public) -> Iterator[Found | tuple[int, int]]:
    """Number and street; the practice's own as a span that stays."""
    if not _ADDRESS_HINT.search(folded):
        return
    for match in _ADDRESS.finditer(folded):
        if _is_no_number(match[0]):
            continue
        if public.has(match[0]):
            yield match.span()
        else:
            yield Found(match.start(), match.end(), Kind.ADDRESS, " ".join(match[0].split()))


def _is_no_number(address: str) -> bool:
    """ "one way", "first place": a small number word before a word that only may be a street."""
    first, second = address.split()[:2]
    return first in ORDINALS or (first in NUMBER_WORDS and len(address.split()) == 2) or second in ORDINALS


def member_ids(folded: str, public: Public) -> Iterator[Found]:
    """Words of letters and at least three figures: "W123456789"."""
    for match in _MEMBER_ID.finditer(folded):
        if not _ORDINAL.fullmatch(match[0]) and not public.has(match[0]):
            yield Found(match.start(), match.end(), Kind.ID, match[0].replace("-", ""))


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        for finder in (emails, addresses, member_ids):
            print(list(finder(line.lower(), Public())))
