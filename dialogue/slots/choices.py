"""Yes or no, and new or existing patient."""

import re

from dialogue.text import normalise

_UNDECIDED = re.compile(
    r"\b(?:not (?:really |quite |so |too )?sure|i (?:don't|do not) (?:really )?(?:know|remember)|no idea|maybe|"
    r"no se|no estoy segur[oa]|it depends)\b"
)
_YES_DESPITE_NO = re.compile(
    r"\bno (?:problem|worries|doubt)\b|^(?:no )+(?:that|that's|that is|it's|this is|you)\b"
    r"(?:(?!not\b|n\'t|isn).){0,12}\b"
    r"(?:right|correct|fine|perfect|good|great)\b|\bwhy not\b|\bcomo no\b|\bpor que no\b|"
    r"\bdon't mind\b"
)
_NO = re.compile(
    r"\b(?:absolutely|definitely|certainly|of course|probably|please) not\b|"
    r"^(?:no|nope|nah|nay|negative|wrong|incorrect|never|not|nada|tampoco|don't|neither|jamas|claro que "
    r"no)\b|^(?:para nada|de ninguna manera)\b|\bnot (?:really|quite|"
    r"right|correct|yet|at all|today|now|exactly|that|this|good|necessary)\b|\b(?:isn't|wasn't|that's not|it's "
    r"not) \w+|"
    r"\b(?:not (?:gonna|going to) (?:work|happen|make)|(?:prefer|rather) not|no creo|ya no|"
    r"(?:says?|said|heavens|god|goodness|lord|hell|dice|dijo) (?:que )?no)\b|\bain't (?:it|right|me|him|her)\b|"
    r"\bi (?:don't|do not) think (?:so|that|it|this)\b|\bque no\b|\b(?:a|un) no\b|"
    r"\b(?:got|have|had|heard) (?:it|that|this|me) "
    r"wrong\b|\bi'd rather not\b|\b(?:that's|is|that is|it's) (?:wrong|incorrect)\b|"
    r"\b(?:wrong|incorrect)$|\bno (?:thanks|thank you|gracias|it's|that's|sir|ma'am)\b|\bi'?m (?:good|all set|"
    r"fine)\b|"
    r"\b(?:that's|that is|that'll be) (?:all|it|everything)\b|\b(?:eso es todo|nada mas)\b"
)
_YES = re.compile(
    r"\b(?:yes|yeah|yea|yep|yup|ya|yah|yessir|sure|correct|right(?! (?:here|there|"
    r"eye|side|next|after|before))|affirmative|absolutely|definitely|certainly|exactly|"
    r"perfect|okay|ok|alright|fine|great|indeed|si|claro|correcto|exacto|exactamente|perfecto|bueno|vale|"
    r"cierto|afirmativo|aja|andele|orale|simon|sale|"
    r"ese mismo|eso mero|ese mero|i suppose)\b|"
    r"\b(?:uh|mm) ?h[um]+\b|\bm+ ?h+m+\b|\b(?:of course|sounds (?:good|right|great)|"
    r"that works|works for me|go ahead|please do|i think so|i guess(?: so)?|it is correct|"
    r"that's (?:it|the one|good)|you got it|you bet|for sure|totally|"
    r"por supuesto|asi es|de acuerdo|esta bien|that'?d be (?:great|"
    r"good)|"
    r"that would be (?:great|good|nice|perfect))\b|\b(?:i do|i have|i would|i am|it is|that is|eso es|asi mero)$|"
    r"^(?:please|bet|por favor)$"
)
# A refusal even behind "yeah": "yeah that won't work".
_REFUSES = re.compile(
    r"\b(?:won't|will not|doesn't|does not|don't|can't|cannot|can not|wouldn't) (?:really |quite )?"
    r"(?:work|do it|do that|fit|make (?:it|that))\b(?! otherwise)"
)
_BOTH_LEAD = re.compile(r"^(?:(?:oh|well|yes|yeah|yep|no|nah|nope) )*(?:yes|yeah|yep|no|nah|nope)\b")
_CORRECTS = re.compile(r"\b(?:i mean|i meant|digo|mejor dicho)\b")
_BACKCHANNEL = re.compile(r"^\s*(?:uh[- ]?huh|mm+[- ]?hm+|mhm+)\b", re.IGNORECASE)
_BACKCHANNEL_NO = re.compile(r"^\s*(?:(?:uh|nuh|huh)[- ]?uh|mm[- ]mm)\W*$", re.IGNORECASE)

_NEW = re.compile(
    r"\b(?:new(?: patient| here| one)?|first (?:time|visit|appointment)|never|haven't|have not|nunca|primera vez|"
    r"nuev[oa]|not (?:yet|a patient|been|an existing)|don't think (?:i've|i have|so))\b"
)
_EXISTING = re.compile(
    r"\b(?:existing|been (?:there|here|in|to|with|a patient|coming|seen|going)|returning|current|"
    r"already (?:a )?patient|established|"
    r"(?:seen|saw|see) (?:dr|doctor|the doctor|you|y'all|him|her|them)|regular|"
    r"come (?:there|here) (?:before|every)|old patient|"
    r"(?:visited|went|gone|came|seen|there|here|patient) (?:\w+ ){0,3}before|for (?:\w+ )?years|last (?:year|time|"
    r"visit|"
    r"month)|ya (?:soy|he|fui|estuve)|my doctor there|i'm a patient|i am a patient|ya soy paciente|he ido|"
    r"existente)\b"
)
_NEGATED_NEW = re.compile(r"\b(?:not (?:a )?(?:new|my first|the first)|isn't my first|not first)\b")
_NEW_GLASSES = re.compile(
    r"(?<!\bi am a )(?<!\bi'm a )\b"
    r"new (?=(?:pair|glasses|contacts|frames|contact|lenses|prescription|insurance|eye|appointment|number|phone|"
    r"address|one|braunfels))\w+"
)


def yes_no(text: str) -> bool | None:
    """True for yes, False for no, None when the text says neither. English and Spanish.

    "No, that's right" is a yes; "not sure" is neither; "that's all" is a no (to "anything else?").
    """
    if _BACKCHANNEL_NO.match(text):
        return False
    if _BACKCHANNEL.match(text):
        return True
    line = _last_word(normalise(text))
    if _UNDECIDED.search(line):
        return None
    if _YES_DESPITE_NO.search(line):
        return True
    if _REFUSES.search(line):
        return False
    if (both := _both_ways(line)) is not None:
        return both
    if _NO.search(line) and not re.match(r"(?:yes|yeah|yep|si) (?!not)", line):
        return False
    return True if _YES.search(line) else None


def _both_ways(line: str) -> bool | None:
    """ "yeah no" and "no yeah": what follows tells, else the later of the two; None for a line of one kind."""
    lead = _BOTH_LEAD.match(line)
    kinds = [word.startswith("n") for word in lead.group().split() if word not in ("oh", "well")] if lead else []
    if len(set(kinds)) < 2 or lead is None:
        return None
    rest = line[lead.end() :].strip()
    if _NO.search(rest):
        return False
    return True if _YES.search(rest) else not kinds[-1]


def _last_word(line: str) -> str:
    """ "yes, no, I mean no, that's not it": what follows the last correction, where it answers by itself."""
    before, corrects, after = line.rpartition(next(reversed(_CORRECTS.findall(line)), "|"))
    return after.strip() if corrects and before and (_YES.search(after) or _NO.search(after.strip())) else line


def is_new_patient(text: str) -> bool | None:
    """True for a new patient, False for one who has been there, None when the text does not say."""
    line = _NEW_GLASSES.sub(" ", normalise(text))
    if _NEGATED_NEW.search(line):
        return False
    if _NEW.search(line):
        return True
    return False if _EXISTING.search(line) else None


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(yes_no(heard), is_new_patient(heard))
