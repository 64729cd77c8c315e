"""What a caller picks from the practice's own lists: an office, a service, an insurance plan."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from string import capwords
from typing import Literal

from dialogue.text import normalise, term, words
from facts import STATES, Location, Plan, PracticeFacts

_ALIKE = 0.82  # SequenceMatcher ratio, spaces left out, at which a mishearing counts
_ALIKE_PLAN = 0.86  # stricter for plans: "Medicare" and "Medicaid" are two
_DISTINCT_WORD = 6  # letters: "gables", "lauderdale" and "antonio" name an office alone, "coral" and "fort" do not
_STATE_WORDS = tuple((code, name.lower()) for code, name in STATES.items())
_ANY_PLACE = re.compile(r"\b(?:any (?:of them|office|location)|closest|nearest|doesn't matter|whichever)\b")
_COMMON_WORDING: tuple[tuple[str, str], ...] = (
    ("follow_up", r"\bfollow ?-?up\b|\bafter (?:my|the) (?:surgery|procedure|operation)\b|\bpost ?-?op\b"),
    ("cataract", r"\bcata?racts?\b|\bcataratas?\b|\bcadillac surgery\b|\bcloudy lens\b"),
    ("lasik", r"\blas[ie][ck]k?\b|\blaser\b|\blay sick\b|\bget rid of my glasses\b"),
    ("glaucoma", r"\bglaucoma\b|\b(?:eye|eyes) pressure\b|\bpressure (?:in|of) (?:my|the) eyes?\b"),
    ("retina", r"\bretinas?l?\b|\bmacula\w*\b"),
    ("diabetic", r"\bdiabet\w+\b"),
    ("dry_eye", r"\bdry eyes?\b|\beyes? (?:\w+ ){0,3}dry\b|\bojos? secos?\b"),
    ("contact_lens", r"\bcontacts\b|\bcontact lens(?:es)?\b|\blentes de contacto\b"),
    ("pediatric", r"\b(?:my|our) (?:little )?(?:son|daughter|child|kid|kids|children|boy|girl|toddler|baby)\b|"
                  r"\b(?:kid|child|children)'?s?'? (?:eye|exam|vision)|\bmi hij[oa]\b"),
    ("eye_exam", r"\beyes? (?:check(?:ed|up)?|exam\w*|test\w*|looked)\b|\beyes? check ?up\b|\bexam(?:ined|"
        r"ination)?\b|"
                 r"\bcheck ?-?up\b|\b(?:check|test|examine) (?:my|his|her|the) (?:eyes?|vision|sight|eyesight)\b|"
                 r"\b(?:vision|sight) (?:test|check|exam)\w*\b|\b(?:yearly|annual|routine) (?:visit|check|"
                 r"appointment)\b|"
                 r"\bmy (?:yearly|annual)\b|\bexamen de (?:la )?vista\b|\bnew prescription\b|\beye doctor\b"),
    ("glasses", r"\b(?:new |pair of |pick out |get |need |buy )(?:some )?(?:eye ?)?glasses\b|\bframes\b|"
        r"\beyeglasses\b"),
)  # fmt: skip
# Other trades' things by words that are ours as well.
_NOT_OURS = re.compile(
    r"\blasers? (?:hair|tattoo|skin|acne|scar|vein|nail|teeth|tooth|dent|print|tag|point|engrav|cut|level|facial|"
    r"therap)\w*(?: \w*(?:removal|whitening|resurfacing|treatments?))?|\b(?:hair|tattoo|skin) (?:removal|lasers?)\b|"
    r"\b(?:picture|photo|bed|door|window|bike) frames?\b|"
    r"\b(?:wine|drinking|shot|champagne) glasses\b|\bglass(?:es)? of\b|"
    r"\b(?:driving|driver'?s|bar|final|dental|physical|school|math|blood|board) (?:exams?|tests?)\b|"
    r"\bdental check ?-?ups?\b|\bdiabetic (?:shoes?|socks|supplies|strips)\b|"
    r"\b(?:phone|emergency) contacts\b|\bfollow up (?:on|about|with) (?:my|the|a) (?:bill|claim|payment|order)\b"
)
_RANK = {"follow_up": 4, "eye_exam": 2, "glasses": 1}  # of two services in one sentence the higher one; others are 3

_SELF_PAY = re.compile(
    r"\b(?:no|without|don't have|do not have|haven't got|not have|any) (?:any |an )?(?:insurance|coverage|plan)\b|"
    r"\b(?:no (?:tengo|tenemos|tiene) (?:ningun )?seguro|self ?pay|out of pocket|pay(?:ing)? (?:cash|myself)|cash|"
    r"uninsured|sin seguro)\b"
)
_NONE = re.compile(r"^(?:no+|nope|none|nah|i don't|no i don't|i do not|don't have (?:any|one|it)|not (?:really|any)|"
                   r"i don't have (?:any|one|it)|no i don't have (?:any|one|it)|nothing)(?: .{0,12})?$")  # fmt: skip
_LATER = re.compile(
    r"\b(?:not sure|don't (?:know|remember|have (?:it|my card|the card) (?:with|on))|skip|later|no idea|can't "
    r"remember|"
    r"i'll bring|have to check|rather not)\b"
)
_PLAN_LEAD_IN = re.compile(
    r"^(?:(?:i think|i believe|probably|just|got|yes|yeah|yep|sure|ok|okay|well|it's|its|it is|i have|i've got|i "
    r"got|we have|i'm with|i am with|i use|"
    r"through|with|my insurance is|the insurance is|insurance is|that's|that would be|called|my plan is|under|"
    r"the|i'm on|i am on|is|tengo|mine is|my vision insurance is|my medical insurance is|vision is|medical is)\b ?)+"
)
_NOT_A_PLAN = re.compile(
    r"\b(?:what|when|where|how|who|why|appointment|hours|open|can|could|tuesday|tomorrow|"
    r"hello|bye|goodbye|go|to|please|yes|your|you|call|have|need|want|one|say|again|hear|hang|hold|person)\b"
)
_MAX_PLAN_WORDS = 5


def locations(text: str, facts: PracticeFacts, *, expected: bool = False) -> tuple[str, ...]:
    """Keys of the offices that a text can mean: none, one, or several when it is ambiguous ("the one in Miami").

    Args:
        expected: an office was asked for, so that a word which only sounds like one counts.
    """
    tokens = words(text)
    line = f" {' '.join(tokens)} "
    for find in (_named, _distinct_word):
        if keys := tuple(place.location for place in facts.locations if find(place, line, facts)):
            return keys
    if keys := _region(line, facts):
        return keys
    return _sounds_like(tokens, facts, expected)


def _named(place: Location, line: str, facts: PracticeFacts) -> bool:
    names = {term(place.name), term(place.location.replace("_", " "))}
    return any(f" {name} " in line for name in names)


def _distinct_word(place: Location, line: str, facts: PracticeFacts) -> bool:
    return any(len(word) >= _DISTINCT_WORD and f" {word} " in line for word in term(place.name).split())


def _region(line: str, facts: PracticeFacts) -> tuple[str, ...]:
    """Offices of a city or state. An area code belongs to a city, so offices that share it lie around that city."""
    for place in facts.locations:
        if f" {term(place.city)} " in line:
            return tuple(other.location for other in facts.locations if other.phone[:5] == place.phone[:5])
    for state, word in _STATE_WORDS:
        if f" {word} " in line:
            return tuple(place.location for place in facts.locations if place.state == state)
    return ()


def _sounds_like(tokens: list[str], facts: PracticeFacts, expected: bool) -> tuple[str, ...]:
    best: tuple[float, str] = (0.0, "")
    for place in facts.locations:
        target = term(place.name).replace(" ", "")
        for length in (1, 2, 3):
            for at in range(len(tokens) - length + 1):
                heard = "".join(tokens[at : at + length])
                introduced = expected or (at > 0 and tokens[at - 1] in ("at", "in", "to", "the", "for"))
                best = max(best, (_likeness(heard, target, introduced), place.location))
    return (best[1],) if best[0] >= _ALIKE else ()


def _likeness(heard: str, target: str, introduced: bool) -> float:
    if abs(len(heard) - len(target)) > 3 or len(heard) < 4:
        return 0.0
    if introduced and len(skeleton(target)) >= 4 and skeleton(heard) == skeleton(target):
        return 0.9
    return alike(heard, target, _ALIKE)


def alike(heard: str, target: str, least: float) -> float:
    """SequenceMatcher's ratio when it is at least `least`, else 0; the cheap upper bounds are tried first."""
    matcher = SequenceMatcher(None, heard, target)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= least else 0.0


def skeleton(word: str) -> str:
    """The consonants of a word as they sound: "candle" and "Kendall" are both `kndl`."""
    sound = re.sub(r"ck|q|c(?![eiy])", "k", re.sub(r"ph", "f", word))
    head = "a" if sound[:1] in "aeiou" else sound[:1]
    rest = re.sub(r"[aeiouyhw]", "", sound[1:])
    return re.sub(r"(.)\1+", r"\1", head + rest)


def any_location(text: str) -> bool:
    """True when the caller leaves the choice of office open."""
    return bool(_ANY_PLACE.search(normalise(text)))


def service(text: str, facts: PracticeFacts) -> str | None:
    """Key of the service that a text asks for, or None. Of several the most special one."""
    line = f" {_NOT_OURS.sub('|', normalise(text))} "
    known = {record.service for record in facts.services}
    found: dict[str, int] = {}
    for key, pattern in _COMMON_WORDING:
        if key in known and (match := re.search(pattern, line)):
            found[key] = len(match.group())
    for record in facts.services:
        for alias in (record.name, *record.aliases):
            if f" {term(alias)} " in line:
                found[record.service] = max(found.get(record.service, 0), len(alias))
    return max(found, key=lambda key: (_RANK.get(key, 3), found[key]), default=None)


@dataclass(frozen=True, slots=True)
class Insurance:
    """An insurance answer.

    Attributes:
        name: the plan as the practice prints it, or as the caller said it; "self-pay"; empty when left open.
        plan: the practice's record, None for a plan that it has no record of.
        kind: vision or medical, None when nobody said.
    """

    name: str
    plan: Plan | None = None
    kind: Literal["vision", "medical"] | None = None


def insurance(text: str, facts: PracticeFacts, *, expected: bool = False) -> Insurance | None:
    """The insurance that a text names, or None.

    Args:
        expected: it was asked for, so that a bare unknown name is a plan and a bare "no" means none.
    """
    line = normalise(text)
    if _SELF_PAY.search(line):
        return Insurance("self-pay")
    if plan := _known_plan(line, facts):
        return Insurance(plan.plan, plan, plan.kind)
    if not expected:
        return _named_in_a_question(line)
    if _NONE.match(line):
        return Insurance("self-pay")
    if _LATER.search(line):
        return Insurance("")
    bare = re.sub(r" (?:insurance|plan|coverage)$", "", _PLAN_LEAD_IN.sub("", line))
    if not bare or len(bare.split()) > _MAX_PLAN_WORDS or _NOT_A_PLAN.search(bare):
        return None
    return Insurance(_as_said(bare, text), None, _kind_said(line))


def _known_plan(line: str, facts: PracticeFacts) -> Plan | None:
    """The record whose name or alias is the longest in the text."""
    best: tuple[int, Plan | None] = (0, None)
    for plan in facts.plans:
        for alias in (plan.plan, *plan.aliases):
            if re.search(rf"\b{re.escape(term(alias))}\b", line) and len(alias) > best[0]:
                best = (len(alias), plan)
    if best[1]:
        return best[1]
    return next((plan for plan in facts.plans if _sounds_like_plan(plan, line)), None)


def _sounds_like_plan(plan: Plan, line: str) -> bool:
    target = term(plan.plan).replace(" ", "")
    return len(target) >= 6 and any(alike(word, target, _ALIKE_PLAN) for word in line.split() if len(word) >= 5)


def _named_in_a_question(line: str) -> Insurance | None:
    """ "do you take sunshine health": the name of a plan that the practice has no record of."""
    match = re.search(
        r"\b(?:take|accept|cover|with|have|honor) (?P<plan>(?!my|any|insurance|your|the|an?\b|it|all|vision|medical|"
        r"appointments?|walk|new|kids|children|credit|that|this|what|which|to|in|at|for|from|there|here|over)[a-z']+"
        r"(?: [a-z']+){0,2}?) "
        r"(?:insurance|plan|coverage)\b|\b(?:you (?:guys )?(?:take|accept)) "
        r"(?P<bare>(?!my|any|insurance|your|the|an?\b|it|all|vision|medical|appointments?|walk|new|kids|children|"
        r"credit|that|this|what|which|to|in|at|for|from|there|here|over)[a-z']+(?: [a-z']+){0,2})$",
        line,
    )
    said = match and re.sub(r" (?:insurance|plan|coverage)$", "", match["plan"] or match["bare"])
    return Insurance(_as_said(said, line), None, _kind_said(line)) if said else None


def _kind_said(line: str) -> Literal["vision", "medical"] | None:
    if re.search(r"\b(?:vision|eye|dental and vision)\b", line):
        return "vision"
    return "medical" if re.search(r"\b(?:medical|health|hmo|ppo)\b", line) else None


def _as_said(name: str, original: str) -> str:
    seen = re.search(re.escape(name), original, re.IGNORECASE)
    said = seen.group() if seen else name
    return said if any(char.isupper() for char in said) else capwords(said)


if __name__ == "__main__":
    import sys

    from dialogue.sample import sample_facts

    sample = sample_facts()
    for heard in sys.stdin:
        print(locations(heard, sample, expected=True), service(heard, sample), insurance(heard, sample))
