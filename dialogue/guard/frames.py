"""Talk of the call itself: what AVA, the staff and the caller do on the telephone claims nothing about the practice."""

# ruff: noqa: E501 - a pattern is read whole
import re

# What one does on the telephone, and what staff do with a request: it claims nothing that a record could hold.
_OF_THE_CALL = (
    r"(?:be (?:able|glad|happy|right|in touch|sure|here|with you|speaking|calling|pleased|best|more)|able|glad|happy|sorry|here|answer|apologi[sz]e|appreciate|arrange|ask|assist|begin|call (?:you|back|them|for|to|when|as|if|about|with|him|her|in a)|call$|phone you|ring you|text you (?:back|when|once)|"
    r"catch|check|clarify|confirm|connect|contact|continue|decide|discuss|explain|figure|find|finish|follow|get (?:back|to|that|this|you|someone|a person|started|in touch|it|(?:your|the|a) (?:message|request|note|call))|give|go (?:over|ahead|back|on|through|with|into)|handle|"
    r"have (?:someone|somebody|that|this|you|a person|them|it|noted|written|taken|put|got|our)|have (?:everything|all|what|the|your|a note|a message)|hear|help|hold|hope|keep (?:you|this|that|it|trying|going)|know|leave|let|listen|look|make|mean|move|need (?:your|a|the|to|one|just|only)|"
    r"note|pass|pick|promise|put|reach|read|recommend calling|repeat|reply|respond|return|review|say|see (?:what|if|whether|how|that)|sort|speak|spell|start|stay|take (?:that|it|your|this|down|a|care of it|the|over|one)|"
    r"talk|tell|thank|transfer|try|type|understand|use (?:your|the) (?:keypad|phone)|verify|wait|walk you through|want (?:to|you)|wish|wonder|work (?:out|something|with you)|write|would|just|like|prefer|said|say|asked|are calling|mentioned|told|were|press|dial|choose|share|work (?:it|that) out)"
)
_FILL = r"(?:can|could|will|would|may|might|shall|do|did|does|have|has|had|are|is|be|been|not|also|just|only|still|always|gladly|happily|certainly|then|now|first|already|please|all|really|really|actually|even|need to|have to|has to|going to|want to|would like to|like to|love to|try to|able to|happy to|glad to|welcome to|free to|best|never|usually|both|personally|each|you|rather|quickly|soon|definitely|there|here)"
_STAFF = r"(?:our |the |my |a |one of our |one of the |front desk |scheduling |billing |clinical |office |medical )*(?:staff|team|colleagues?|someone|somebody|person|people|nurse|receptionist|front desk|scheduler|schedulers|human|they|billing|scheduling|one of us|member of (?:our |the )?(?:staff|team))(?: (?:from|at|on|in|of) (?:our |the |_ )?(?:office|staff|team|practice|clinic|desk|side|front desk|billing|_)*)?(?: members?)?"
_OF_THE_CALLER = (
    r"(?:ask|answer|be (?:able|calling|speaking|talking|connected|transferred|sure)|begin|calling|call (?:us|back|again|me|the|our|any|for|when|if|at|\d)|call$|check with|choose|confirm|continue|correct|decide|describe|dial|explain|get (?:back|to|a call|an answer|help|started|disconnected|a person)|"
    r"give me|go (?:ahead|back|on|over|through)|hang|hear|help me|hold|interrupt|keep (?:trying|going|talking)|know|leave|let|like|listen|look(?:ing)? for|mean|mention|mentioned|need (?:help|anything|to (?:call|speak|talk|reach)|something|someone|me)|prefer|press|put|rather|reach|"
    r"remember|repeat|said|say|share|shout|speak|spell|start|stay|stop me|take (?:your|a) (?:time|moment|minute|breath)|talk|tell|thank|think|told|try|turn|type|understand|use (?:your|the) (?:keypad|phone)|wait|want|wish|asked|are (?:calling|speaking|looking|having|going through|asking|feeling|interested|worried|talking|saying|telling)|were|see (?:what|if|whether)|have (?:a (?:question|moment|minute|pen|preference)|any|been|said|told|time|something|the)|feel|be surprised|are (?:always |very |more than )?(?:ready|welcome$|kind|too kind|in good hands|doing great))"
)
_ACTS = re.compile(
    rf"\b(?:your (?:message|request|question|note|wish|preference|number|details) (?:will be|is|has been|gets|goes|will go|can be)(?: \w+ed)?|(?:i|we|us|{_STAFF}|to|and|let us) (?:{_FILL} )*{_OF_THE_CALL}(?:s|es|ed|d)?|you (?:{_FILL} )*{_OF_THE_CALLER})\b"
)
# What follows is what somebody is to find out, or what AVA can not do: no statement.
_OPEN = re.compile(
    rf"\b(?:i|we|us|{_STAFF}|to|and) (?:{_FILL} )*{_OF_THE_CALL}(?: \w+){{0,4}} (?:whether|if|what|which|how|when|where|who|why|about|with|for|into)\b.*"
    r"|\bi (?:can|could|do|am|will|would|did|have) not\b.*|\bsorry (?:that |about |for )?(?:you|your|the|it|this|to)\b.*"
    r"|\b(?:put|note|noted|written|wrote|write|taken|got)(?: \w+){0,2} that you\b.*|\b(?:nobody|no one) (?:here )?is (?:free|available|able)\b.*|\bwould (?:that|it) (?:work|suit)\b.*"
    r"|\b(?:depends on|up to|let (?:\w+ ){1,3}know (?:that )?you|note (?:that )?you|something|ask (?:\w+ )?(?:to|about|whether)|no (?:appointment|visit|time|booking|slot) (?:has been|is|was)|whether|if|what) .*"
)
# A filler is never given back; not written with a possessive repeat, which Python before 3.11.5 gets wrong (cpython#106052).
# An apology, sympathy, thanks, a greeting, what AVA can not do: in whatever words, but not of a body or of the practice.
_TALK = re.compile(
    r"^(?=(?P<filler>(?:(?:yes|no|okay|ok|oh|ah|ha|hm+|mm|uh|um|and|but|so|well|sure|please|alright|my|of|course|just) )*))(?P=filler)(?:"
    r"(?:i|we) (?:do |am |really |so |just |truly |would |completely )*(?:sorry|not|apologi[sz]e|misheard|misunderstood|missed|hate|love|feel|sympathi[sz]e|appreciate|understand|hear|mixed|mumbled|lost|hope|wish|can not|could not)\b(?! you (?:have|are|need))|"
    r"(?:sorry|apolog\w+|thank|thanks|congrat\w+|happy|merry|welcome|goodbye|bye|have an?|good (?:morning|afternoon|evening|day|luck)|hello|hi|one moment|hold|bear with|how (?:sweet|nice|lovely|kind|funny|exciting|wonderful|awful)|"
    r"let me|hm+|mm|hm|oh|ha|aw|wow|pardon|excuse|no (?:problem|rush|hurry))\b|"
    r"(?:that|it|this) (?:sounds|must (?:be|feel|have been)|seems) (?!like\b)(?:\w+ ){0,2}\w+$)"
)
_BODY = re.compile(
    r"\b(?:eyes?|vision|sight|pupils?|eyelids?|condition|disease|symptoms?|drops?|surgery|treat\w*|medic\w*|disorder|diagnos\w*|pain|lens|lenses|infect\w*|"
    r"doctor|office|plan|insurance|(?<!sorry )you (?:have|are|need)|your (?!patience|call|time|trouble|message|birthday)\w+ (?:is|are|has))\b"
)


def beside_the_call(line: str) -> str:
    """What is left of a part when the talk of the call is taken out."""
    return _ACTS.sub(" ", _OPEN.sub(" ", line))


def is_talk(line: str) -> bool:
    """Whether a part opens like talk of the call and names neither body nor practice."""
    line = line.replace(" - ", " ")
    return bool(_TALK.search(line)) and not _BODY.search(line)


if __name__ == "__main__":
    print(beside_the_call("our staff will call you and the plan takes care of the frames"))
