"""Rule: no diagnosis, no reassurance, no drug or dose, no advice to wait (the table of eye triage says why)."""

# ruff: noqa: E501 - a pattern is read whole
import re

from dialogue.guard.case import Case
from dialogue.guard.verdict import CLEAR, Finding

_ILLNESS = (
    r"(?:cataracts?|glaucoma|conjunctivitis|pink ?eye|(?:retinal )?detach\w*|retinal tear|torn retina|macular degeneration|"
    r"diabetic retinopathy|retinopathy|keratitis|keratoconus|styes?|sty|chalazion|blepharitis|uveitis|iritis|migraines?|"
    r"strokes?|infections?|infected|allerg\w+|inflam\w+|dry eyes?|astigmatism|myopia|corneal (?:ulcer|abrasion)|ulcer|abrasion|"
    r"(?:broken|burst) (?:blood )?vessel|hemorrhage|tumou?r|cancer|neuritis|scratched cornea|eye ?strain|floaters|vitreous \w+|"
    r"pinguecula|pterygium|optic nerve|high (?:eye )?pressure|strain|virus|bacterial|viral|condition called)"
)
_DRUG = (
    r"(?:ibuprofen|advil|motrin|tylenol|acetaminophen|aspirin|aleve|naproxen|benadryl|visine|antibiotics?|steroids?|"
    r"prednisolone|latanoprost|timolol|restasis|xiidra|artificial tears|claritin|zyrtec|pataday|antihistamines?|erythromycin|"
    r"tobramycin|moxifloxacin|pain ?(?:killers?|relievers?)|eye ?drops|drops|ointment|medications?|medicine|pills?|saline|"
    r"compress(?:es)?|vitamins?|lubricating \w+)"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("diagnosis", rf"\b(?:you|your \w+|this|that|it|symptoms?|she|he) (?:\w+ ){{0,2}}(?:have|has|having|is|are|sounds?|looks?|seems?|appears?|"
         rf"suggests?|indicates?|means?|may be|might be|could be|points?)\b(?: \w+){{0,5}} {_ILLNESS}\b"),
        ("diagnosis", rf"\b(?:sounds? like|looks? like|signs? of|symptoms? of|case of|suffering from|diagnos\w+ (?:is|with|as)|typical (?:of|for)|"
         rf"consistent with|caused by|due to|result of|developing|you have got)\b(?: \w+){{0,4}} ?{_ILLNESS}?\b(?<!sounds like)"),
        ("reassurance", r"\b(?:nothing (?:to worry|serious|dangerous|urgent|to be concerned)|not (?:to )?worry(?! about (?:the )?(?:spelling|form|forms|repeating|details))|no need to worry|not (?:be )?(?:serious|dangerous|an emergency|"
         r"urgent|harmful)|harmless|perfectly normal|(?:is|are|very|quite|completely|that is|it is) (?:common and|normal|nothing)|(?:it|this|that|they|symptoms?|pain|redness|swelling|blurriness) will (?:go away|clear up|heal|resolve|get better|"
         r"be fine|be okay|pass)|(?:should|will|would|usually|can|may|might|to|normally) (?:go away|clear up|heal|resolve|get better|improve|settle|subside)|go away on (?:its|their) own|you are (?:fine|okay|safe)|your (?:eye|eyes|vision) (?:is|are|will be) (?:fine|okay|healthy|good)|"
         r"no (?:cause for|reason to) (?:concern|worry|be concerned)|minor (?:issue|problem)|not need (?:a|to see) (?:a )?doctor|happens to everyone|common after|(?:clears?|clearing) up|goes? away|on (?:its|their) own|gets? better|heals?|settles? down|passes by itself|by itself|(?:totally|perfectly|completely|quite|very|pretty|absolutely) (?:normal|common|fine|harmless|okay|safe))\b"),
        (
            "judgement",
            r"\b(?:you (?:qualify|would qualify|are (?:a|an) (?:\w+ )?candidate|are eligible)|painless|risk free|success rate|side effects|"
            r"(?:is|are) (?:\w+ )?(?:safe|risky|not painful|not dangerous|not harmful))\b",
        ),
        ("drug", rf"\b(?:take|use|try|apply|put|using|taking|start|stop|increase|continue|keep using|recommend|suggest|instill|prescribe|prescribes|buy|get|"
         rf"need|pick up|rinse with|skip|double|switch to)\b(?: \w+){{0,5}} {_DRUG}\b"),
        ("drug", rf"\b{_DRUG} (?:will|would|should|can|may|helps?|works?|twice|_|every|are best|is best|for (?:the|your))\b"),
        ("dose", r"\b(?:\d+ ?(?:mg|milligrams?|ml|drops?|tablets?|pills?)|(?:once|twice|three times|\d+ times|\d+) (?:a|per|times a) day|every (?:\w+ )?\d* ?hours?|"
         r"milligrams?|dosage|over the counter)\b"),
        ("reassurance", r"\byou (?:should|will|would|may|are going to|are) (?:\w+ )?be (?:\w+ )?(?:fine|okay|ok|alright|all right|good|safe|better)\b|\bto be expected\b|\b(?:comes|come) with age\b|"
         r"\bno reason (?:for|to)\b|\bnothing (?:is )?wrong\b|\bnot (?:a )?(?:big deal|something to worry)\b|\bbe alarmed\b|\bwill be (?:gone|better|fine|okay)\b"),
        ("reassurance", r"\b(?:many|most|lots of|a lot of|plenty of|some) (?:people|patients|folks|of our patients) (?:have|get|experience|see|feel|notice)\b|\b(?:it|that|this|they) (?:\w+ )?(?:passes|subsides|fades|resolves|improves|disappears)\b|"
         r"\b(?:ignore|disregard|live with) (?:it|that|this|them)\b|\bsafely\b|\bnot (?:a|an) (?:\w+ )?(?:concern|emergency|problem)\b|\b(?:probably|likely|surely|just) (?:a|an|from|your|the) (?:\w+ )?(?:cold|stress|age|tired\w*|lack|screen|side effect|reaction)\b"),
        ("advice to wait", r"\b(?:okay|ok|fine|safe|alright|all right|good|best|better) to (?:keep|wear|use|drive|take|wait|sleep|put|leave|stop|rub|fly|swim|exercise|shower|continue|skip)\b|\bhold(?:ing)? off\b|\bput(?:ting)? (?:it|that) off\b|\bi would (?:not )?(?:wait|skip|avoid|try|use|take|give it|let it|keep using|stop|not worry)\b|\b(?:wait (?:it out|a (?:few|couple)|until (?:it|the pain|your symptoms|monday|tomorrow)|and see|\d+|for a (?:few|day|week))|can wait|"
         r"see (?:if|whether) it (?:gets|goes|improves|clears)|sleep on it|give it (?:a|some) (?:few|day|days|week|time)|no need to (?:come|see|be seen|rush|go)|"
         r"not need to (?:come in|be seen|go to|see)|monitor it|just rest|rest your eyes|you (?:can|could|may|will be able to|are (?:fine|okay|able|safe) to) (?:\w+ )?drive (?:yourself|home|back|after|afterwards|right)|put ice|cold pack|warm compress|safe to (?:drive|wait|use|wear))\b"),
    )
)  # fmt: skip
_SYMPTOMS_TEXT = """
pain hurts hurt hurting red redness swollen swelling itchy itch itching burning burns burn floaters floater flashes flash blurry
blurred blur bleeding blood discharge goopy pus crusty tearing watery sting stings stinging headache dizzy curtain shadow spots
vision seeing double scratch scratched stuck splinter metal bleach chemical sore ache aches bump twitching droopy halos
duele dolor rojo hinchado pica arde moscas borroso veo sangre lagana laganas
"""
SYMPTOMS = frozenset(_SYMPTOMS_TEXT.split())
_OF_IT = re.compile(
    r"^(?:(?:yes|no|well|oh|okay|ok|so|and|but|sure|then) )*(?:it|that|this|those|these|they|your (?:eyes?|vision|pain|symptoms?)|the (?:eye|pain|redness|swelling)|"
    r"you (?:have|are|should|could|may|might|can|do not|will|just|need|must))\b"
)
_MOVES_ON = re.compile(
    r"\b(?:staff|team|someone|somebody|person|nurse|911|emergency|note|noted|message|pass|request|confirm\w*|connect\w*|transfer\w*|hold|line|name|number|"
    r"sorry|i|spell|office|offices|urgent|right away|immediately|appointment|visit|question|records?|insurance|plan|repeat|okay|fine with|right|correct|"
    r"hear|frustrating|scary|worrying|hard|difficult|stay)\b"
)
_STAFF_ONLY = re.compile(r"\b(?:staff|team|nurse|they|someone) (?:will|can|could|would|may|must) (?:\w+ ){0,3}(?:tell|say|decide|answer|explain|know|go over|look at|check|advise)\b|\b(?:i|we) (?:can not|could not|am not able to|are not able to|may not|do not|will not) (?:\w+ ){0,4}(?:say|tell|diagnose|judge|"
                         r"recommend|give|advise|know|whether)\b|\b(?:refill|pharmacy|which medicine|name of (?:the|your) (?:medicine|medication)|bring)\b")  # fmt: skip

_DAY = re.compile(r"\b(?:day|evening|week|weekend|line|connection|sound) gets? better\b")


def check(case: Case) -> Finding:
    """Look for words that only a clinician may say."""
    if case.approved or _STAFF_ONLY.search(case.line):
        return CLEAR
    line = _DAY.sub(" ", case.line)
    for name, pattern in _PATTERNS:
        if pattern.search(line) and not _is_asked(case, name) and not _recorded(case, name, pattern):
            return Finding(f"{name}: only a clinician may say it")
    return _judgement(case)


def _judgement(case: Case) -> Finding:
    """After a caller told symptoms, what is said of "it" or of the eye only moves the call on."""
    if not case.heard_words & SYMPTOMS:
        return CLEAR
    for segment in case.segments:
        if segment.asks or not _OF_IT.search(segment.line) or _MOVES_ON.search(case.line):
            continue
        if not segment.of("plan", "provider", "service", "place", "phone", "time", "range", "days", "date"):
            return Finding("a judgement on what the caller feels: only a clinician may say it")
    return CLEAR


def _recorded(case: Case, name: str, pattern: re.Pattern[str]) -> bool:
    """A preparation that the practice approved ("no drops for two hours before") may name a drug."""
    if name not in ("drug", "dose"):
        return False
    parts = [segment for segment in case.segments if pattern.search(segment.line)]
    return bool(parts) and all(case.passages.told(segment, case.scope(segment)) for segment in parts)


def _is_asked(case: Case, name: str) -> bool:
    return (
        name == "diagnosis"
        and case.sentence.rstrip().endswith("?")
        and case.line.startswith(("is it", "is this", "would you", "do you", "are you calling"))
    )


if __name__ == "__main__":
    print([name for name, pattern in _PATTERNS if pattern.search("it sounds like you have pink eye")])
