"""Whether a caller is angry with the practice or with AVA: then a person takes over, and nobody argues.

Angry is swearing, an insult, contempt for the talk itself ("this is ridiculous", "I am sick of this"), and a threat to
sue, to report or to go public. Mild annoyance, a complaint told in plain words, pain and fear are not anger: a
complaint has its own way to staff, and danger is looked at before this.
"""

import re

from dialogue.text import normalise

_SWEARING = (
    r"\b(?:mother ?)?f+u+c+k\w*|\bwtf\b|\bbull ?shit\b|\b(?:horse ?shit|piece of (?:shit|crap|garbage|junk))\b|"
    r"\b(?:full of|this|such|bunch of|same) (?:shit|crap)\b|\bgive a (?:shit|damn|crap)\b|\bkiss my ass\b|"
    r"\b(?:pain in|up) (?:the|your|my) ass\b|\bscrew (?:you|this|y'all)\b|\bgo to hell\b|\bdamn (?:it|you|machine|"
    r"robot|"
    r"thing|computer|phone|place|bot)\b|\bgod ?dam\w*|\b(?:what|who|why|how) the hell (?:is|are|do|does|did|kind|"
    r"took|"
    r"takes|can|can't|won't|don't|is wrong)\b|\bto hell with\b"
)
_INSULT = (
    r"\b(?:you|you're|you are|y'all are|you people are|they're|they are|your \w+(?: \w+)? (?:is|are))(?: all|"
    r" just| both|"
    r" a| an| a bunch of| such a| such an| so| really| fucking| the| complete| completely| total| nothing but)* "
    r"(?:idiots?|stupid|dumb|morons?|useless|worthless|incompetent|pathetic|liars?|crooks?|thieves|scammers?|jerks?|"
    r"assholes?|bastards?|bitch(?:es)?|clowns?|crazy people|a joke)\b|"
    r"\b(?:stupid|dumb|idiotic|useless|worthless) (?:machine|robot|bot|computer|thing|system|ai|a i|phone system|"
    r"people|"
    r"company|place|recording)\b|\b(?:idiots|morons|assholes?|bitch|bastards?|son of a bitch|scumbags?)\b|"
    r"\bshut up\b|\bare you (?:stupid|deaf|dumb|an idiot)(?:$| or)|\bare you kidding me\b|\bi hate (?:you|this|"
    r"talking to|your|these)\b(?! "
    r"(?:eye )?(?:drops|color|lens))"
)
_CONTEMPT = (
    r"\b(?:this|that|it|it's|that's|you are|you're|you people are)(?: is| was)?(?: just| so| really| absolutely|"
    r" completely| all| a)* (?:ridiculous|outrageous|unbelievable$|a disgrace|disgraceful|disgusting|insane|bs|"
    r"absurd|"
    r"unacceptable|a joke|such a joke|pathetic|total joke|nonsense)\b|\bwaste of (?:my )?time\b|"
    r"\b(?:sick|tired|fed up|sick and tired) (?:and tired )?(?:of|with) (?:this|you|your|all this|being|talking|"
    r"the run|"
    r"these|repeating|waiting)\b|\b(?:had it|had enough|done) (?:with|of) (?:you|this|your|all of you)\b|"
    r"\bi(?:'ve| have) had (?:it|enough)(?:$| (?:of|with) (?:this|you|your|all)\b)|\bwast(?:ing|ed|e) my (?:time|"
    r"whole|entire)\b|"
    r"\bi(?:'m| am) (?:so |really |very |extremely |beyond |just |absolutely |getting |pretty |fucking )*"
    r"(?:furious|livid|pissed(?: off)?|angry|enraged|outraged|mad at (?:you|this)|mad right now|fuming)\b|"
    r"\b(?:stop|quit) (?:asking|telling|repeating|playing|wasting)\b(?!.{0,20}\bmy (?:drops|medic))|"
    r"\bare you (?:even |not |really )*listening to me\b|\bhow many times do i have to\b|\bworst (?:service|"
    r"company|place|"
    r"practice|experience|customer service|clinic)\b|\bwhat is wrong with you\b|\bwhat's wrong with you\b|"
    r"\bget me (?:your|the|a) (?:manager|supervisor|boss) (?:right )?now\b|\bi (?:demand|insist) (?:to|that|a|on)\b|"
    r"\bdon't you (?:dare|people)\b|\byou people (?:never|always|don't|can't|are|keep)\b"
)
_THREAT = (
    r"\b(?:i'll|i will|i'm going to|i am going to|i'm gonna|gonna|we'll|going to|i can|i should|want to) (?:just |"
    r"fucking )?"
    r"(?:sue|report you|report this|file a (?:lawsuit|complaint with)|call (?:my|a) (?:lawyer|attorney)|get (?:my|a) "
    r"(?:lawyer|attorney)|take you to court|call the (?:news|medical board|better business|attorney general)|"
    r"post (?:this|about)|leave (?:you )?a (?:bad|terrible|one star|1 star|horrible) review|write a bad review|"
    r"tell everyone|never (?:come|coming|going) back)\b|\b(?:hear(?:ing)? from|talk to|call) my (?:lawyer|"
    r"attorney)\b|"
    r"\breport you (?:to|people)\b|\bsue (?:you|your|this|the practice|y'all)\b|\blawsuit against you\b"
)
_SPANISH = (
    r"\b(?:mierda|carajo|pendej[oa]s?|cabron(?:es)?|cono de|puta|puto|hij[oa] de puta|chingad\w*|chinga\w*|no mames|"
    r"joder|maldit[oa]s?|que porqueria|una porqueria|basura de servicio)\b|"
    r"\b(?:idiotas?|estupid[oa]s?|imbeciles?|imbecil|inutil(?:es)?|ladrones|mentiros[oa]s|incompetentes?|"
    r"groser[oa]s)\b|"
    r"\b(?:esto|eso) es (?:(?:una?|el|lo) )?(?:ridicul[oa]|inaceptable|colmo|burla|verguenza|absurdo|"
    r"falta de respeto|"
    r"abuso|peor)\b|\bque (?:ridiculo|verguenza|falta de respeto|barbaridad|abuso)\b|\bestoy (?:muy |bien |tan |"
    r"super |"
    r"demasiado )*(?:enojad[oa]|furios[oa]|hart[oa]|molest[oa] con|indignad[oa]|cansad[oa] de (?:esto|ustedes|que|"
    r"esperar|"
    r"repetir))\b|\bya (?:me harte|basta|me canse)\b|\b(?:los|las|les) voy a (?:demandar|denunciar|reportar)\b|"
    r"\b(?:voy a|quiero) (?:demandar|denunciar|reportar)(?:los|las|l[oa]s? a ustedes)\b|"
    r"\bmi abogado\b.{0,20}\b(?:llamar|"
    r"hablar|demand\w+)\b|\bvoy a llamar a mi abogado\b|\bcallate\b|\bme (?:estan|esta) haciendo perder (?:el|"
    r"mi) tiempo\b|"
    r"\bpesimo servicio\b|\bestan? sord[oa]s?\b"
)
_ANGRY = re.compile("|".join((_SWEARING, _INSULT, _CONTEMPT, _THREAT, _SPANISH)))
# Said of somebody's own eyes or life, or of a thing, and no anger with whoever answers the phone.
_NOT_ANGER = re.compile(
    r"\bi feel (?:so )?(?:stupid|dumb|useless)\b|\bi(?:'m| am) (?:so |such an? )?(?:stupid|dumb|idiot)\b|"
    r"\b(?:stupid|dumb) question\b|\bnot (?:angry|mad|furious|pissed)\b|\bno(?:t)? estoy (?:enojad|molest)\w+\b|"
    r"\b(?:that's|this is|it's|it was) (?:just |so |absolutely )?(?:insane|absurd) how (?:good|well|nice|much "
    r"better)\b|\bfuckin\w* (?:great|good|awesome|amazing|perfect)\b|\blawyer (?:needs|asked|wants) (?:my|for|the)\b"
)


def angry(text: str) -> bool:
    """Whether one turn of a caller, as heard or as written, is angry. Pure, quicker than a millisecond."""
    line = normalise(text)
    return bool(_ANGRY.search(_NOT_ANGER.sub(" ", line)))


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(angry(heard), heard.strip())
