"""Rule: only tentative words. No confirmed appointment, no coverage, no price of nothing."""

# ruff: noqa: E501 - a pattern is read whole
import re

from dialogue.guard.case import Case
from dialogue.guard.verdict import CLEAR, Finding

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("confirmed appointment", r"\byou (?:are|will be|have been) (?:all |now |officially |already )*(?:set|booked|confirmed|scheduled|in the (?:book|system|calendar|schedule)|"
         r"down for|on the (?:schedule|calendar|books)|good to go|registered)\b|"
         r"\b(?:appointment|visit|slot|spot|time|exam|booking|reservation|request|it|that|everything)(?: \w+){0,6}? (?:is|has been|was|are) (?:now |all |officially |hereby |already )*(?:confirmed|booked|scheduled|reserved|set|locked|secured|guaranteed)\b|"
         r"\b(?:i|we) (?:have |will |just |can |ll |did |went ahead and |am going to )*(?:now |already |gone ahead and )?(?:booked?|scheduled?|confirm(?:ed)?|reserved?|secured?|locked in|put you (?:in|down)|penciled|got you) "
         r"(?:you|your|the|an?|that|it|this|in|for|down)\b|\b(?:see|expect) you (?:\w+day|this|in the|back|on|at|then|there|tomorrow|soon|next)\b|\b(?:the )?doctor will see you\b|\bexpecting you\b|\bconfirmation number\b|"
         r"\byour (?:\w+ )?(?:slot|spot|place) is\b|\bwe will be (?:waiting|ready) for you\b"),
        ("confirmed appointment", r"\b(?:i|we) (?:have |will |just |can |did )*(?:set up|made|make|arranged?) (?:\w+ ){0,3}(?:appointment|visit|exam|time|slot)\b(?! request)|"
         r"\b(?:appointment|visit|exam|slot|booking|surgery|order|refill)s? (?:\w+ )?(?:has|have|is|are|was|were) (?:now |already |just |all )*(?:been )?(?:\w+led|moved|changed|switched|pushed|updated|cancell?ed|rescheduled|"
         r"ready|in place|all good|made|done|sent|placed|processed|approved|extended)\b|\bi (?:have |just |already |now |went ahead and |went and |gone ahead and )*(?:moved|changed|cancell?ed|rescheduled|switched|pushed|updated|ordered|sent|refilled|"
         r"approved|canceled|squeezed|fit|fitted|blocked|held|put you|texted|emailed|charged|refunded|arranged|paid)\b|\bwe (?:have |just |already )+(?:moved|changed|cancell?ed|rescheduled|switched|refilled|sent|ordered)\b|"
         r"\byou (?:now )?have (?:an? )?(?:\w+ )?(?:slot|spot|time|place) (?:on|at|with|for|in)\b"),
        ("confirmed appointment", r"\b(?:appointment|visit|slot|time|everything|exam) (?:is |are |all |now |already )+(?:booked|confirmed|set|scheduled|reserved|locked in)\b|"
         r"\b(?:is|was|are) (?:now |already )*(?:scheduled|booked|confirmed|reserved|set) (?:your|the) (?:appointment|visit|exam)\b|"
         r"\b(?:hold|save|keep|block|reserve|saved|kept|held|grab|lock) (?:that|the|a|this|your|it|you) (?:\w+ )?(?:slot|spot|time|place|appointment|opening|seat)\b|\b(?:let us|i will|we will|i can|we can) (?:put|pencil|get|slot|pop|squeeze|fit) you (?:in|down)\b"),
        ("confirmed appointment", r"\b(?:booking|reservation|appointment|cancellation|change|request) (?:went|came|goes|has gone) through\b|"
         r"\b(?:i|we) (?:have |already |just )+(?:let|told|informed|notified|alerted|spoken|spoke|talked|checked|messaged|asked|called|cleared)\b|\bi (?:told|informed|notified|alerted|spoke|talked|checked with|called|asked) (?:\w+ ){0,2}(?:doctor|surgeon|nurse|staff|desk|office)\b"),
        ("confirmed appointment", r"\b(?:get|got|have|had) (?:it|that|this|you|your \w+) (?:moved|changed|cancell?ed|booked|scheduled|rescheduled|refilled|approved|bumped|pushed|squeezed)\b|"
         r"\byou (?:can|will|could|should) be seen (?:today|tomorrow|right away|this|by|at|on|within|as)\b"),
        ("coverage", r"\b(?:fully|completely|partially|totally|will be|is|are|be|get) (?:all |fully |completely |always |usually |\w+ )?covered\b|"
         r"\b(?:covers|pays|reimburses)\b|\b(?:will|does|should|would|can|usually|always|also|fully|they|plans) (?:\w+ )?(?:cover|pay|reimburse)\b|"
         r"\bno (?:co ?pay\w*|deductible|out of pocket|referral|authorization)\b|\byour (?:co ?pay|deductible|out of pocket)\w* (?:is|will|would|should)\b|\byou (?:will|would|do) (?:not )?(?:have to |need to )?(?:pay|owe|be charged)\b|\bin full\b|\bnot need (?:a|any) referral\b|\bnot (?:cost|be charged|be billed)\b"),
        ("free of charge", r"\bfree of charge\b|\b(?:at |for )?no (?:extra |additional )?(?:charge|cost|fee)s?\b|\bcomplimentary\b|\bon the house\b|(?<!park )(?<!parking )\bfor free\b|\bwaived?\b|"
         r"\bfree (?:\w+ )?(?:exam|exams|consultations?|screenings?|visits?|evaluations?|checks?|glasses|frames|tests?|fittings?|treatments?)\b|\b(?:exam|exams|consultations?|screenings?|visits?|evaluations?|fittings?) (?:is|are) (?:always )?free\b|\bcosts? (?:you )?nothing\b"),
        ("certainty", r"\b(?:i|we|it|you|they|staff|doctor) (?:will|can|are|is|would) (?:definitely|certainly|absolutely|surely|for sure|guaranteed?)\b|\bguarante\w+\b|\bi (?:can )?promise\b|"
         r"\b(?:definitely|certainly|absolutely) (?:will|be|can|get|have|see|cover)\b|\brest assured\b|\b100 ?(?:%|percent)\b|\bwithout fail\b"),
        ("what AVA is", r"\bi am (?:just |really |actually )*(?:a |an )?(?:real |actual |live )?(?:person|human|receptionist|nurse|doctor|optometrist)\b(?! (?:assistant|line))|"
         r"\bi am not (?:a |an )?(?:automated|robot|machine|computer|bot|ai)\b|\bcall is not (?:being )?(?:recorded|saved|stored)\b|\bnot (?:being )?record(?:ed|ing) (?:this|the|your) call\b|\bnobody (?:is |will )?(?:record|listen)\w*\b"),
        ("a deed of AVA", r"\bi (?:can |could |will |would |am going to |have |just |also |gladly )*(?:email|emailed|text|texted|mail|mailed|fax|faxed|print|order|refund|drive|meet|stop by|be (?:at|there|in the office)|charge|scan|prescribe|refer|renew)\b(?! (?:that|this|you to))"),
        ("discount", r"\bdiscounts?\b|\bspecial offer\b|\bcoupons?\b|\brefund\w*\b|\bmoney back\b|\bbest price\b"),
        ("a time of calling back", r"\b(?:call|calls|phone|ring|contact|reach)(?: out)?(?: to)?(?: you)? (?:back )?(?:within|in (?:the next )?\d|in (?:an|the|a few|a couple|half)|in an hour|before \d|by \d|immediately|today|tonight|tomorrow|this (?:morning|afternoon|evening|week)|later today)"),
    )
)  # fmt: skip
_FREE = re.compile(
    r"(?<!feel )(?<!toll )(?<!step )(?<!step - )(?<!barrier )(?<!hands )\bfree\b(?! to\b)|\bno (?:charge|cost|fee)\b|\bnot (?:a |any )?(?:charge|cost|fee)\b"
)
_FREE_WORDS = next(pattern for name, pattern in _PATTERNS if name == "free of charge")
_PAYING = re.compile(r"\byou can (?:also )?pay (?:with|by|in|using|at|when|online|over|on)\b")
_PAYS = re.compile(r"\b(?:cover\w*|pays?|paid|reimburse\w*|copay\w*|deductible\w*)\b")
_WHOLLY = re.compile(r"\b(?:all|every\w*|any\w*|always)\b")
_PARKED = re.compile(r"\b(?:park\w*|garage|lot|meters?|spaces?)\b")
_TENTATIVE = re.compile(
    r"\bno (?:appointment|visit|time|booking|slot) (?:has been|is|was)\b|\b(?:can not|could not|not able to|do not|will not|never|not yet|until|once|before|unless|if|whether|what) (?:\w+ ){0,8}(?:confirm\w*|promise|guarantee\w*|book\w*|schedul\w*|cover\w*|pay|pays|"
    r"reserve\w*|tell|say|set)\b|\b(?:is|are|was) not (?:\w+ )?(?:confirmed|booked|scheduled|covered|guaranteed|set|final)\b|\bnothing (?:is|has been)\b|\bconfirm (?:your|the|that|this) (?:name|number|phone|spelling|"
    r"details|date of birth|insurance|information|last|first|email|address)\b|\bto confirm\b|\bour staff (?:will|can|must|has to|have to|need to|needs to)(?: \w+){0,6} confirm\b|\b(?:will|must|has to|needs to|to) be confirmed\b|\bconfirm(?:s|ed)? by (?:our )?staff\b|\bstaff (?:confirm|confirms)\b|\bnot a (?:confirmed|fixed)\b"
)


def check(case: Case) -> Finding:
    """Look for a promise that only staff, a plan or a doctor can make."""
    if case.approved:
        return CLEAR
    asks = bool(case.segments) and case.segments[0].asks
    for name, pattern in _PATTERNS:
        if name == "free of charge":
            if _wrongly_free(case):
                return Finding(f"{name}: no record says so")
            continue
        if name == "coverage" and _recorded(case, pattern):
            continue
        if pattern.search(_PAYING.sub("", case.line)) and not _TENTATIVE.search(case.line) and not asks:
            return Finding(f"{name}: AVA makes tentative requests only")
    return CLEAR


def _recorded(case: Case, pattern: re.Pattern[str]) -> bool:
    """What an approved answer says of referrals and payment."""
    parts = [segment for segment in case.segments if pattern.search(segment.line)]
    plans = any(segment.of("plan") or _PAYS.search(segment.line) for segment in parts)
    return bool(parts) and not plans and all(case.passages.told(one, case.scope(one)) for one in parts)


def _wrongly_free(case: Case) -> bool:
    """Something is called free that no record calls so; parking is compared with the office's own record elsewhere."""
    for segment in case.segments:
        said = _FREE.search(segment.line) or _FREE_WORDS.search(segment.line)
        if not said or segment.asks or _PARKED.search(segment.line) or segment.of("time", "date", "days", "range"):
            continue
        if _WHOLLY.search(segment.line) and not case.approved:
            return True
        priced = any(case.lexicon.services[id].price_usd for atom in segment.of("service") for id in atom.value)
        if priced or not case.passages.free(segment, case.scope(segment)):
            return True
    return False


if __name__ == "__main__":
    print([name for name, pattern in _PATTERNS if pattern.search("you are all set for tuesday")])
