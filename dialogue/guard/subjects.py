"""Whether a part of a sentence has the practice, its people, plans, goods and rules, or what a caller may do, for its subject."""

# ruff: noqa: E501 - a pattern is read whole
import re

_PRACTICE = (
    r"(?:we|(?:our|the|every|each|all|both|any|most|some|this|that|these|those|your|no|a|an) (?:\w+ ){0,2}(?:offices?|locations?|clinics?|practices?|doctors?|providers?|"
    r"surgeons?|specialists?|optometrists?|ophthalmologists?|plans?|insurances?|policy|policies|visits?|exams?|appointments?|fees?|frames?|glasses|lens|lenses|contacts|"
    r"services?|records?|results?|refills?|prescriptions?|orders?|deposits?|copays?|forms?|payments?|referrals?|tests?|surgery|patients?|children|kids|desk|staff|team|nurses?|lab|pharmacy|optician|opticians|price|prices|cost|costs)|"
    r"there|(?:new |existing |all |most |many |some |contact )?(?:patients|children|kids|seniors|adults|visitors|guests|walk ins|glasses|frames|lenses|contacts|exams|visits|appointments|refills|records|results|orders|"
    r"prescriptions|repairs|adjustments|returns|payments|copays|deposits|fees|forms|referrals|plans|doctors|parents|dilation|surgery|financing|everyone|anyone|nobody|everybody|pets|dogs))"
)
_FINITE = (
    r"(?:is|are|was|were|has|have|had|do|does|did|can|could|may|might|must|should|will|would|need|needs|get|gets|take|takes|cost|costs|"
    r"accept|accepts|require|requires|offer|offers|include|includes|come|comes|go|goes|come with|cover|covers|charge|charges|allow|allows|"
    r"ask|asks|bill|bills|ship|ships|send|sends|give|gives|keep|keeps|see|sees|treat|treats|make|makes|sell|sells|carry|carries|run|runs|use|uses|pay|pays|start|starts|last|lasts|\w+s|want|wants|prefer|expect|recommend|reserve|provide|work|serve|handle|deliver|mail)"
)
_ABOUT_US = re.compile(
    rf"\b{_PRACTICE} (?:\w+ly |also |all |just |only |still |now |even |always |never |_ )*{_FINITE}\b(?= \w)|\b(?:we|they) (?!(?:can|could|may|will|do)$|are (?:\w+ )?(?:sorry|happy|glad|here)\b)\w+"
)
# Things of the call itself; every other noun that something is said of is a thing of the practice.
_CALL_THINGS = (
    r"(?:i|you|he|she|it|that|this|there|what|which|here|who|nothing|something|anything|someone|somebody|one|those|these|name|names|number|numbers|message|"
    r"request|question|questions|call|line|connection|sound|voice|audio|wish|preference|preferences|note|notes|choice|spelling|letters?|digits?|moment|reason|privacy|apolog\w+|pleasure|details?|"
    r"information|answer|thing|part|word|words|time|day|date|morning|afternoon|everything|phone|birthday|mistake|fault|worry|worries|problem|hurry|rush|person|help|first|last|next|other|rest|assistant|ava|job|way|best|mother|father|son|daughter|husband|wife|mom|dad|pain|vision|eye|eyes|emergency|loss|please|"
    r"let|take|sure|of|course|everyone|nobody|so|and|if|whenever|when|once|while|for|in|on|at|to|as|with|before|after|since|because|not|sorry|thank|thanks|hello|hi|goodbye|bye|would|could|can|may|shall|do|did|is|are|how|where|glad|happy|good|great|we|they)"
)
# The words before are never given back; see frames.py for why it is written so.
_SAID_OF = re.compile(
    r"^(?=(?P<filler>(?:(?:yes|no|okay|ok|sure|well|actually|so|and|but|also|then|right|only|just|the|an?|every|each|all|any|your|our|these|those|both|most|some|one|two) )*))(?P=filler)"
    rf"(?!{_CALL_THINGS}\b)(?:(?!(?:i|you|we|it|they|he|she|that|this|there)\b)\w+ ){{1,3}}?(?:is|are|was|were|can|may|must|will|has|have|had|costs?|takes?|needs?|comes?|works?|includes?|require|requires|start|starts|skip|get|gets|helps?|do|does|keep|wait|pay|end|ends|last|lasts|go|goes|make|makes|count|counts|expire|reset)\b"
)
_OF_THINGS = re.compile(
    r"\b(?:it|that|this|everything|that one|this one|those|these) (?:\w+ )?(?:is|are|costs?|comes?|takes?|includes?|goes|works|will|can|has) (?:\w+ ){0,5}"
    r"(?:prices?|costs?|insurances?|plans?|visits?|exams?|members?|included|required|needed|necessary|mandatory|allowed|taken|extra|half|offered|provided|lens|lenses|glasses|frames|video|online)\b"
)
_YOU = re.compile(
    r"\byou (?:can|could|may|must|should|need|have to|do not|will|would|get|receive|pay|also|are (?!(?:\w+ )?(?:welcome(?! to)|sorry|right|correct)))\b"
)


def is_about_the_practice(line: str) -> bool:
    """Whether words, freed of the talk of the call, state something that a record has to bear out."""
    return any(pattern.search(line) for pattern in (_ABOUT_US, _YOU, _SAID_OF, _OF_THINGS))


if __name__ == "__main__":
    print(is_about_the_practice("the plan takes care of the frames"))
