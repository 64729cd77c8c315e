"""What callers say, by intent: weighted patterns over normalised text (lower case, no punctuation, no accents).

Weights: 10 says it outright, 7 says it in most calls, 4 hints at it. Of two intents in one sentence the heavier wins,
and of equals the one that stands first here: "cancel my appointment" is about an appointment but is no booking.
"""

from call import Intent
from dialogue.intent_wordings import FURTHER
from dialogue.intent_words import APPT, DAY, DRUG, GLASSES, HELD_APPT, HIS_GLASSES, OFFICE, PLANS, SEE, WANT, both

RULES: tuple[tuple[Intent, int, str], ...] = (
    # Ends the call at once
    ("spam", 10, r"\b(?:warranty|google (?:listing|business|my business)|seo|search engine|merchant services|"
        r"business loan|"
                 r"solar|credit card processing|lower your (?:rates?|bills?|interest)|you have (?:won|been selected)|"
                 r"free (?:cruise|vacation)|final notice|marketing (?:agency|services?|company)|website "
                 r"(?:ranking|traffic)|"
                 r"decision maker|business owner|timeshare|crypto\w*|political|survey|donation|advertis(?:ing|ements?)|"
                 r"special offer|limited time offer|calling on behalf of|press one to|student loans?|electric "
                 r"bill|telemarket\w+)\b"),
    ("wrong_number", 10, r"\b(?:wrong (?:number|place|office)|misdial\w*|dialed (?:the )?wrong|numero equivocado|"
        r"me equivoque|"
                         r"didn't mean to call|(?:pocket|butt) dial\w*|called (?:you )?by (?:mistake|accident)|"
                         r"called the wrong)\b"),
    ("wrong_number", 7, r"\b(?:is this|i thought this was|thought i was calling|am i calling|trying to (?:reach|"
        r"call)|i was calling|looking for) (?:the )?(?:\w+ ){0,2}"
                        r"(?:pizza\w*|restaurant|dentist|dental|bank|pharmacy|hotel|hospital|vet|salon|walmart|"
                        r"walgreens|cvs|gym|garage|school)\b"),
    # A person
    ("person", 10, r"\b(?:speak|talk|talking|speaking|connect(?:ed)?|transfer(?:red)?|put|pass|get|hablar|"
        r"comunicar\w*)\b.{0,25}\b(?:person|human|someone|"
                   r"somebody|representative|operator|agent|receptionist|manager|supervisor|staff|real|live|nurse|"
                   r"front desk|people|persona|alguien|operadora?|recepcionista|representante)\b"),
    ("person", 10, r"^(?:a |an |the |just |give me |get me |i want |i need |please |no )*(?:real |live |actual |"
        r"human )?(?:person|human(?: being)?|"
                   r"representative|operator|agent|receptionist|manager|supervisor|front desk|operadora?|"
                   r"representante|somebody|someone)(?: please| now| por favor)*$"),
    ("person", 8, r"\b(?:real|live|actual) (?:person|human|people)\b|\b(?:don't|do not) want to (?:talk|speak) to "
        r"(?:a |this )?"
                  r"(?:robot|machine|computer|bot)\b|\b(?:one of your|someone on your) staff\b|\bstop (?:talking "
                  r"to )?(?:the |this )?(?:robot|machine)\b|\blet me (?:talk|speak) (?:to|with)\b|\bhuman being\b|"
                  r"\bpersona real\b"),
    ("person", 7, r"\b(?:speak|talk) (?:to|with) (?:dr|doctor|the doctor|my doctor|a doctor)\b|\bis (?:there "
        r")?(?:anyone|anybody|somebody|someone) (?:there|available|i can)\b|"
                  r"\bhave (?:someone|somebody|the doctor|a nurse) call me\b|\bcall me back\b|\bhablar con (?:el|"
                  r"la|un|una) (?:doctora?|gerente)\b"),
    # A complaint
    ("complaint", 10, r"\b(?:complain\w*|unacceptable|terrible|horrible|awful|rude|ridiculous|disgusted|"
        r"disappointed|very upset|"
                      r"furious|worst|outrageous|(?:call|get|talk to|hear from) my lawyer|sue you|bad "
                      r"(?:experience|service)|unhappy|not happy|"
                      r"dissatisfied|queja|quejarme|"
                      r"pesimo|frustrat\w+|poor service|treated (?:me |us )?(?:badly|poorly|terribly|so bad)|"
                      r"mistreated|angry|mad at)\b"),
    ("complaint", 7, r"\b(?:waited|waiting|sat there|kept me).{0,20}\b(?:hours?|forever|all day|too long)\b|"
        r"\bnobody (?:calls?|called|answers?|ever|returned)\b|\bno one (?:calls?|called|answers?|ever|returned)\b|"
        r"\bspeak to .{0,10}about how i was\b|\b(?:wasn't|was not) treated\b"),
    # After an operation
    ("post_op", 10, r"\b(?:post ?-? ?op\w*|after (?:my|the|his|her) (?:cataract |lasik |eye |laser |retina "
        r")?(?:surgery|operation|procedure|injection|shot|lasik)|"
                    r"(?:had|have had|just had|got) (?:my |a |the |an )?(?:cataract|lasik|eye|laser|retina) "
                    r"?(?:surgery|operation|procedure|injection)?(?: done)? (?:yesterday|today|last|this|on|two|"
                    r"three|a few|few|days|recently|\w+ (?:days|weeks) ago)|"
                    r"since (?:my|the) (?:surgery|operation|procedure|injection)|despues de (?:la|mi) (?:cirugia|"
                    r"operacion)|"
                    r"(?:surgery|operation|operated|procedure) (?:\w+ ){0,3}(?:yesterday|last (?:week|month|night|"
                    r"\w+day)|days? ago|weeks? ago)|"
                    r"my (?:eye )?(?:patch|shield|stitches|bandage))\b"),
    # Changing what is there
    ("reschedule", 10, r"\b(?:re ?-?schedul\w*|reschedule|reagendar|reprogramar|postpone|push (?:back )?(?:my|the|"
        r"it)|"
                       r"(?:change|move|switch|bump|shift|cambiar|mover|modify|adjust) (?:\w+ ){0,4}?" + APPT
                       + r"|(?:change|move|switch|cambiar) (?:\w+ ){0,3}(?:cita|appointment)|"
                       r"(?:different|another|other|new|later|earlier|better) (?:day|time|date) for my|"
                       + APPT + r" (?:\w+ ){0,8}(?:can't|cannot|won't|need to|not able to|unable to) (?:be able "
                       r"to )?(?:make it|come|move|change|get there|be there)|"
                       r"(?:can't|cannot|won't be able to|not going to|not gonna|unable to) (?:make|come to|keep|"
                       r"be there for|get to) (?:it to )?(?:my|the|our|that) (?:\w+ ){0,3}" + APPT + r"|"
                       r"something came up)\b"),
    ("cancel", 11, r"\b(?:cancel\w*|cancle|call off|get rid of my appointment|don't need (?:my|the|that) (?:\w+ "
        r")?appointment|no longer need|take me off the (?:schedule|books)|anular)\b"),
    ("reschedule", 11, r"\b(?:earlier|later|sooner|different|another|other) .{0,20}\b(?:than|instead of|rather than) "
        r"(?:my|the|our) (?:\w+ ){0,2}" + APPT + r"\b"),
    # Something that is ready, or owed, or asked for
    ("optical_ready", 10, r"\b" + GLASSES + r"\b.{0,30}\b(?:ready|came in|come in|arrived|here yet|in yet|done|"
        r"finished|listos|listas|pick ?up|status)\b|"
                          r"\b(?:ready|pick ?(?:\w+ )?up|picking up|came in|arrived|status|check on|checking on|"
                          r"track|where are|where's|recoger|estan listos|how long (?:for|until|till|will)|when "
                          r"will|what's (?:going on|happening|up) with)\b.{0,25}\b(?:my|the|his|her|our|new|mis|"
                          r"los)\b.{0,15}\b" + GLASSES + r"\b"),
    ("optical_ready", 7, r"\b(?:ordered|order)\b.{0,25}\b(?:glasses|contacts|lenses|frames)\b.{0,40}\b(?:ago|last|"
        r"when|yet|heard|still|ready)\b|\bi (?:ordered|bought) (?:some |my |new )*(?:glasses|contacts|frames|"
        r"lenses)\b|\bhaven't (?:heard|gotten|received)\b.{0,20}\b" + GLASSES + r"\b|\b(?:is|are) my (?:order|"
        r"glasses|contacts|lenses)\b|\bmy (?:new )?(?:glasses|contacts) (?:are )?in\b"),
    ("prescription_copy", 10, r"\b(?:copy|send|sending|email|e mail|fax|text|mail|get|give|forward|have|copia|"
        r"print|need|request|pick up)\b.{0,20}\b(?:my|a|the|his|her|mi|our)? ?(?:glasses |contacts? |contact lens "
        r"|eye ?glass(?:es)? |lens |eye |copy of my |current |old |daughter's |son's )*"
                              r"(?:prescription|rx|script|receta)\b(?! (?:refill|drops|medicine))"),
    ("prescription_copy", 8, r"\bpupillary distance\b|\bmy p d\b|\bwhat(?:'s| is) my (?:prescription|rx)\b|"
        r"\b(?:prescription|rx) (?:for|so i can|to) (?:order|buy|my (?:glasses|contacts))"),
    ("refill", 12, r"\b(?:re ?-?fill\w*|resurtir|renew (?:my|the|a) (?:\w+ )?(?:prescription|drops|medication|"
        r"medicine|rx)|out of (?:my |the |his |her )?(?:\w+ )?" + DRUG + r"|"
                   r"(?:need|want|order|get|more|necesito) (?:\w+ ){0,3}" + DRUG + r"|running (?:out|low)|ran "
                   r"out|pharmacy (?:needs|says|said|called|won't|is waiting|hasn't)|call (?:it |that )?in(?:to)? "
                   r"(?:to )?(?:the |my )?pharmacy)\b"),
    ("records", 10, r"\b(?:medical |my |patient |eye |exam |health |office |send |transfer )*(?:records?\b(?! "
        r"number)|chart|charts|visit notes?|test results?|exam results?|expediente|historial)\b"),
    ("records", 7, r"\b(?:release (?:form|of information)|medical release|hipaa form|school form|dmv form|"
        r"doctor'?s note|work note|note for (?:work|school)|referral)\b"),
    ("billing", 10, r"\b(?:bills?|billing|billed|invoice|statement|balance|charged|overcharged|(?:was|i) charged|"
        r"owe|owed|collections?|refund|make a payment|pay (?:my|the|a|an|this) (?:bill|balance|account|statement|"
        r"invoice)|"
                    r"payment plan|receipt|claim|factura|cobro|cobraron|saldo|explanation of benefits|e o b)\b"),
    ("optical_ready", 8, r"\b(?:when|if|whether|that) (?:my |the |our )?(?:\w+ )?" + GLASSES + r" (?:is|are|was|"
        r"were|get|"
        r"come|came|would be) (?:in|there|here|back)\b"),
    ("prescription_copy", 8, r"\b(?:lost|misplaced|can't find|threw away|don't have) (?:my |the |a |our )(?:\w+ "
        r"){0,2}"
        r"(?:prescription|rx)\b"),
    ("refill", 12, r"\b(?:call|send|phone|fax) (?:in )?(?:my |the |some |his |her )?(?:\w+ ){0,2}" + DRUG +
        r" (?:in |over )?(?:to|at) (?:the |my )?(?:pharmacy|walgreens|cvs|walmart|publix|h e b)\b"),
    # Facts of the practice
    ("cost", 10, r"\bhow much (?:is|are|does|do|would|will|for|it|you|the|a|an|to|did|am|cost)\b|\bcuanto "
        r"(?:cuesta|sale|vale|cobran|es)\b|\b(?:what's|what is|what are|what do|what does|what would|tell me) "
        r"(?:\w+ ){0,4}(?:cost|price|prices|fee|fees|rates?|charge)\b|"
                 r"\b(?:price|prices|pricing|cost|costs|fee|copay|co pay|expensive|cheap|discounts?|out of pocket "
                 r"(?:price|cost)|precio|precios|quote|estimate|charge for)\b"),
    ("insurance", 12, r"\b(?:do|does|if|whether|will|would|can|are) (?:you|y'all|you guys|they|your office|the "
        r"office|ya'll|yall|the \w+ office)?.{0,20}\b(?:take|accept|cover|honor|work with|in network|"
        r"participate)\b.{0,25}\b" + PLANS + r"\b"),
    ("insurance", 12, r"\b(?:take|taking|accept\w*|honor|aceptan|toman|network|covered|cover|covers|coverage|use|"
        r"participate|provider for|good at|check|verify) (?:\w+ ){0,5}" + PLANS + r"\b|\b" + PLANS
        + r"\b.{0,25}\b(?:accepted|accept|taken|in network|network|cover|covered|covers)\b"),
    ("insurance", 10, r"\b(?:what|which|kind of|type of|types of|list of|que|cuales) (?:\w+ ){0,3}(?:insurances?|"
        r"plans?|seguros?|carriers?)\b|\binsurance (?:question|plans|do you|you (?:take|accept))\b|\b(?:in|out "
        r"of) network\b|\baceptan\b"),
    ("insurance", 7, r"\b(?:do|does|will|would|can|are) (?:you|y'all|you guys|they|ya'll|yall|your office)? "
        r"?(?:all )?(?:take|accept|honor) (?!walk|new|appoint|kids|child|credit|cash|checks|a |an |me|my (?:son|"
        r"daughter|kid|child))\w+|\bquestions? (?:about|on) (?:my )?insurance\b|\b(?:is|are) (?:my |your )?\w+ "
        r"(?:insurance|plan) (?:okay|ok|good|accepted)"),
    ("insurance", 4, r"\b" + PLANS + r"\b"),
    ("hours", 10, r"\b(?:what|which|tell me|know|give me|check|get|your|office|business|holiday|saturday|weekend|"
        r"closing|opening|of) (?:\w+ ){0,4}hours\b|\bhours (?:of operation|are|for|on|at|today|tomorrow|please)\b|"
        r"^(?:your |the |office )?hours$|\bhorarios?\b|"
                  r"\b(?:when|what time|how late|how early|what days|until when|till when) (?:\w+ ){0,5}(?:open|"
                  r"close|closed|closing|opening|there|available)\b|\b(?:are|is|will|were) (?:you|y'all|you guys|"
                  r"they|ya'll|yall|it|the|your|that|we) (?:\w+ ){0,5}(?:open|closed)\b|"
                  r"\b(?:do|does|will|did|if) (?:you|y'all|you guys|they|yall|the|it|your) (?:\w+ ){0,5}(?:open|"
                  r"close|closed)\b|\b(?:still|already|currently|right now) (?:open|closed)\b|\b(?:you|y'all|"
                  r"office|they|yall|guys) (?:are )?(?:still )?(?:open|closed|closing) (?:on|today|tomorrow|now|"
                  r"right|this|late|early|at|until|till)\b|"
                  r"\bopen (?:on |this |late |early |for )?" + DAY + r"\b|\b(?:a que hora|abren|abierto|abiertos|"
                  r"cierran|cerrado)\b|\bwork (?:on )?(?:saturdays?|sundays?|weekends?)\b|\b(?:saturday|sunday|"
                  r"weekend|evening) (?:hours|appointments?)$|\bhow late\b"),
    ("location", 10, r"\b(?:where|wear) (?:are|is|r|exactly|about|do|can|at|in|y'all)\b|\bwhere's\b|"
        r"\bwhereabouts\b|\b(?:address|directions?|located|cross street|driving from|how (?:do|can|would) (?:i|we|"
        r"you) get (?:there|to)|zip code|direccion|ubicad[oa]s?|donde (?:estan?|queda|quedan|es)|"
                     r"parking|(?:can|do|should) i park|park my car|near me|nearest|closest|what floor|which "
                     r"floor|suite number|fax number|wheelchair|landmark|"
                     r"(?:what|which|how many|any|other|all|your) (?:\w+ ){0,3}(?:locations|offices)|phone number "
                     r"(?:for|of|to|at)|(?:what's|what is|your) (?:\w+ )?(?:office )?phone number|how (?:do i|to) "
                     r"find you|como llego|what (?:street|city|part of town)|find (?:your|the) office|bus stop|"
                     r"garage)\b"),
    ("hours", 9, r"\b(?:is|will|would) (?:anybody|anyone|somebody|someone) (?:be )?(?:there|in|around|"
        r"working)\b.{0,10}\b"
        r"(?:on|at|after|before|" + DAY + r")\b"),
    ("location", 9, r"\b(?:do|does|have|are|is) (?:you|y'all|you guys|they|there)(?: all| guys)? (?:have |got "
        r")?(?:an? |any )"
        r"(?:\w+ ){0,3}" + OFFICE + r" (?:in|near|close|by|around|at|on)\b|\b(?:an? |any )" + OFFICE +
        r" (?:in|near|close to|by|around) (?!the (?:morning|afternoon))\w+"),
    ("location", 8, r"^(?:hi |hello |so |ok )*(?:are|is) (?:you|y'all|they|you guys|it|this)(?: guys| all)? (?:in|"
        r"near|close to|"
        r"on|by) (?!network|a hurry|the (?:morning|afternoon|network))\w+"),
    ("insurance", 10, r"\b(?:my|this|our|his|her) (?:\w+ ){0,2}(?:plan|insurance|coverage) (?:\w+ "
        r"){0,2}(?:covered|accepted|"
        r"good|okay|ok|work|works|taken|valid|active|covers?)\b|\bcovered (?:by|under|with) (?:my|the)\b|"
        r"\bwill (?:my|the) (?:insurance|plan)\b"),
    ("cost", 10, r"\bwhat (?:would|will|do|does|did|am|should) (?:i|we|it|you|that|one|they) (?:\w+ )?(?:pay|"
        r"paying|owe for|cost|"
        r"run|charge)\b|\bprice (?:list|range)\b|\bafford\b"),
    ("hours", 11, r"\b(?:what's|what is|what are|cual es) (?:your|the|tu|su) (?:\w+ )?(?:schedule|hours|horario|"
        r"times?)\b"),
    ("location", 9, r"\b(?:how far|far from|near the|next to (?:the|a)|which side|what side|place to park|can't "
        r"find (?:you|your|the)|"
        r"(?:i'm|i am|we're) lost|in front of your|outside your|map|gps|g p s|uber|bus|metro|train|"
        r"estacionamiento|queda lejos)\b"),
    ("cost", 11, r"\b(?:what's|what is|what does|what do|how much) (?:\w+ ){0,5}(?:run|runs|set me back|go for|"
        r"cost)\b|"
        r"\b(?:cash|self pay) (?:price|rate)\b"),
    ("optical_ready", 8, r"\b(?:did|have|has|do) (?:you|y'all|you guys|they|the office) (?:get|got|receive\w*|"
        r"have) (?:in )?(?:my|our|his|her) "
        r"(?:new )?" + GLASSES + r"\b|\b" + GLASSES + r" (?:\w+ ){0,4}(?:supposed|should have|due|late|taking|"
        r"delayed|back)\b|"
        r"\b(?:waiting|still waiting) (?:for|on) (?:my|the) (?:\w+ )?" + GLASSES + r"\b"),
    ("prescription_copy", 9, r"\b(?:my|the|a|his|her|our) (?:\w+ ){0,3}(?:prescription|rx|receta)(?: please| por "
        r"favor| again| emailed| faxed|"
        r" sent| printed| texted)?$"),
    ("refill", 11, r"\b(?:prescription|rx) (?:for|of) (?:my |the |some )?(?:\w+ ){0,2}" + DRUG + r"|\b" + DRUG
        + r" (?:\w+ ){0,3}"
        r"(?:expired|finished|ran out|gone|empty|run out|acabaron)\b|\b(?:almost|nearly|completely|all) out of\b|"
        r"\bse me acabaron\b"),
    ("records", 9, r"\b(?:my|his|her|our|the|copies of (?:my|the)) (?:\w+ ){0,3}(?:file|files|medical history|"
        r"images|scans|photos|results|"
        r"paperwork)\b"),
    ("post_op", 10, r"\b(?:had|have had|got) (?:my |his |her |both |the )?(?:cataracts?|lasik|prk|retina|lens|"
        r"lenses) (?:\w+ )?(?:done|removed|"
        r"out|fixed|replaced)\b|\b(?:healing|recovering|recovery) (?:from|after)\b|\b(?:my|the|his|her) (?:recent "
        r"|last )?"
        r"(?:surgery|operation|procedure) (?:was|went|yesterday|last|on|\w+ (?:days?|weeks?) ago)\b|\bme operaron\b"),
    ("person", 10, r"\b(?:human|real person|actual person|live person)\b|\b(?:talk|speak|habla\w*|pasame|"
        r"comuniqueme|ponme) "
        r"(?:\w+ )?(?:to|with|con) (?:\w+ )?(?:alguien|someone|somebody|anyone|anybody|una persona|un humano)\b|"
        r"\b(?:pasame|comuniqueme|ponme|pongame) con\b"),
    ("complaint", 8, r"\b(?:on hold|waiting|waited|calling|called) (?:\w+ ){0,3}(?:forever|hours?|all day|all "
        r"week|times)\b|\bnobody (?:helps|"
        r"cares|answers|picks|listens)\b|\bno one (?:helps|cares|answers|picks|listens)\b|\b(?:sick|fed up) "
        r"(?:and tired )?(?:of|with)\b|"
        r"\bnever (?:coming|going) back\b|\bmessed up\b|\bscrewed up\b"),
    ("wrong_number", 8, r"\bdial\w* wrong\b|\b(?:pizza|taco bell|mcdonald'?s|burger|domino'?s)\b|"
        r"\bthis isn't (?:the|who|a|where)\b"),
    ("person", 10, r"\bcustomer (?:service|care|support)\b|\bone of the (?:girls|ladies|guys|people)\b"),
    ("cost", 11, r"\b(?:is|are|do|does|will)\b.{0,30}\b(?:free(?! parking)|complimentary|charging)\b|\bcharging\b"),
    ("reschedule", 11, both(HELD_APPT, r"(?:missed|no show|forgot)")),
    ("cancel", 12, both(HELD_APPT, r"(?:off|void|delete)")),
    ("insurance", 11, both(r"(?:insurance|seguro)", r"(?:have to|need to|must|required|without|benefits|new)")
        .replace(".*$", r"(?!.*\b(?:how much|cost|price|charg\w+)\b).*$")),
    ("hours", 10, r"\b(?:latest|earliest) (?:\w+ ){0,2}(?:i|we) (?:can|could) (?:come|walk|get|be|stop|arrive)\b|"
        r"\b(?:is|are) \w+ a holiday\b"),
    ("complaint", 9, r"\b(?:didn't|don't|did not|do not) (?:like|appreciate) (?:the way|how)\b|\bnobody will\b|"
        r"\b(?:you|they) made (?:me )?"
        r"(?:are|is|was|were) wrong\b"),
    ("spam", 9, r"\b(?:pre ?approved|funding|more patients|grow your (?:practice|business)|your business)\b"),
    ("person", 10, r"\b(?:give|get|want|need|find) (?:me |us )?(?:an? |the )(?:real |live )?(?:person|human|"
        r"representative|"
        r"operator|agent|manager|supervisor|receptionist)\b"),
    # Two words anywhere in the sentence
    ("reschedule", 11, both(APPT, r"(?:mov(?:e|ed|ing)|bump(?:ed)?|push(?:ed)?|switch(?:ed|ing)?|shift(?:ed)?|"
        r"swap(?:ped)?|"
        r"chang(?:e|ed|ing)|postponed?|cambiar|mover|cambio)")),
    ("reschedule", 11, both(HELD_APPT, r"(?:earlier|sooner|instead|(?:different|another|other|new) (?:day|time|"
        r"date)|"
        r"(?:can't|cannot|unable to|won't be able to|not (?:going|gonna|able) to (?:be able to )?) ?(?:make|come|"
        r"keep|be|get|do|attend))")),
    ("cancel", 12, both(APPT, r"(?:(?:don't|do not|didn't|no longer) (?:want|need)"
        r"(?! (?:an?|any|to (?:make|book|schedule|set))\b)|any ?more|not coming|won't "
        r"be coming|drop|remove)")),
    ("hours", 9, both(r"(?:(?<!have )(?<!anything )(?<!is )open(?! (?:next|this|for))|opens|opened|close|closes|"
        r"closed|closing|abren|cierran|abierto)",
        r"(?:" + DAY + r"|yet|still|now|early|late|mornings?|evenings?|nights?|tonight|noon|when|what time|till|"
        r"until|you|y'all|lunch)")),
    ("hours", 9, both(r"(?:working|in the office|at the office|there)", DAY).replace(
        "^", r"^(?:and )?(?:is|are|will) (?:you|y'all|they|someone|anyone|somebody|anybody|the doctor)\b", 1)),
    ("location", 8, both(r"(?:office|location|building|clinic)", r"(?:where|near|nearby|close to|far|find|get to|"
        r"in front|next to|what building|which building)")),
    ("location", 9, r"\b(?:what|which) (?:building|street|floor|suite|corner|plaza|mall|area|neighborhood)\b"),
    ("location", 8, both(r"(?:do|have) (?:you|y'all|you guys)", r"(?:an?|any|another) (?:\w+ )?"
        + OFFICE.replace("|one", "") +
        r" (?:\w+ )?(?:in|near|around|by)")),
    ("cost", 11, r"\b(?:cheap(?:est|er)?|affordable|pricey|pricing|the damage|how much|costing|cuanto)\b(?! "
        r"(?:longer|time|later|"
        r"(?:do|did) i owe|i owe|is my (?:bill|balance)|sooner|earlier))"),
    ("optical_ready", 9, both(HIS_GLASSES, r"(?:show(?:n|ed)? up|ready|arriv\w+|came|come in|finished|pick(?:ed|"
        r"ing)? (?:\w+ )*up|"
        r"waiting|supposed to|yet|status|updates?|in$|delivered|delivery|shipped|done|dropped off)")),
    ("billing", 9, both(r"(?:charges?|charged|paid|pay|payment|deducted)", r"(?:card|account|twice|again|wrong|"
        r"last visit|by mistake|"
        r"already|bank)")),
    ("post_op", 9, both(r"(?:surgery|surgeries|operation|operated|procedure|lasik|injection|cirugia|operacion)",
        r"(?:after|stop|since|still|shower|swim|exercise|normal|yesterday|ago|recovering|healing|had|desde)")),
    ("records", 11, r"\bmedical (?:records?|history|file|chart)\b"),
    ("billing", 8, both(r"(?:insurance|they|you|plan)", r"(?:didn't pay|did not pay|won't pay|denied|rejected|"
        r"supposed to pay)")),
    *FURTHER,
    # A booking
    ("book", 10, r"\b(?:book|schedule|schedual|make|set|set up|setup|get|have|need|want|wanna|like|arrange|"
        r"request|take|fix|agendar|hacer|sacar|reservar|quiero|necesito|pedir|programar) (?:me |up |us |in |for |"
        r"my (?:son|daughter|mom|mother|dad|father|wife|husband|kid)s? |my |an?other |an? |the |una |some |to |"
        r"him |her |come |next |new |first |yearly |annual |quick |in for |eye |doctor'?s? ){0,4}" + APPT + r"\b"),
    ("book", 9, r"\b(?:book|schedule|agendar|(?:on|in) (?:the|your) (?:calendar|schedule|books)|squeeze me in|fit "
        r"me in|get me in|get him in|get her in|get in|come "
        r"in|be seen|get seen|walk in|walk ins|sign up|set up|setup|consultation|consult|turno)\b|\b" + SEE + r" "
        r"(?:a |an |the |one of |your |my |dr |doctor )*(?:dr|doctor|optometrist|ophthalmologist|eye doctor|"
        r"specialist|doctora|oculista)\w*\b|\bver (?:al|a un|a la) (?:doctor|doctora|oculista)\b|\b(?:openings?|"
        r"availability|available (?:appointments?|times?|slots?))\b|\bdo you have (?:anything|any (?:time|spots?|"
        r"space|appointments?))\b|\b(?:accept|accepting|taking|take) new patients\b|\bsee (?:kids|children|new "
        r"patients)\b"),
    ("book", 8, r"\b(?:eyes? (?:exam\w*|check\w*|tested|test|looked at)|vision (?:exam|test|check)|check ?-?up|"
        r"exam|examined|examen de (?:la )?vista|eyesight (?:test|checked)|check (?:my|his|her) (?:eyes|vision|"
        r"sight)|eyes checked|get my eyes|sight test|revisar (?:la vista|los ojos)|new (?:glasses|contacts|"
        r"eyeglasses|lenses|frames|prescription)|pair of (?:\w+ )?(?:glasses|contacts)|fitted for|fitting|contact "
        r"lens(?:es)? (?:exam|fitting)|evaluation|evaluated|screening|lasik|cataracts? (?:surgery|evaluation|"
        r"consult\w*)|lentes nuevos|diabetic (?:eye )?exam|glaucoma (?:test|check)|pressure (?:check|checked))\b"),
    ("book", 6, r"\bappoint ?ments?\b|\bcitas?\b|\b" + WANT + r"\b.{0,20}\b(?:glasses|contacts|lenses|frames|"
        r"lentes|gafas|anteojos|doctor|eyes)\b|\b(?:blurry|can't see (?:well|good|too|so|far|things)|trouble "
        r"(?:seeing|reading)|hard to (?:see|read)|eyes (?:are|have been|feel) (?:dry|itchy|tired|bad|getting|"
        r"watering|watery|burning)|itchy eyes|dry eyes|vision (?:is|has been|'s) (?:getting|bad|worse)|headaches|"
        r"see far|see up close|i'm due for|overdue|it's been (?:a|over|two|three|years))\b"),
    ("book", 8, r"\b(?:someone|somebody|anyone|the doctor|a doctor|you|you guys|they) (?:to |can |could "
        r")?(?:please )?"
        r"(?:look at|take a look|see me|see my|see him|see her|check (?:my|them|it|him|her))\b|\bsee me\b|"
        r"\beyes? (?:\w+ ){0,3}(?:dry|itchy|itching|watery|watering|tired|strained|hurting|sore|twitching|irritated|"
        r"burning|bothering)\b|\b(?:vision|eyesight|sight) (?:\w+ ){0,3}(?:blurry|worse|fuzzy|bad|changed|"
        r"changing)\b"),
    ("book", 8, r"\b(?:come|stop|drop|swing) (?:by|over|down|in)\b(?! (?:are|is|to (?:pick|pay|get my)))|"
        r"\b(?:need|want|get|buy|order|for) (?:an?|some|another) (?:new |replacement |second |spare )?pair\b|"
        r"\b(?:broke|lost|sat on|scratched) (?:my|his|her) (?:\w+ )?(?:glasses|contacts|frames|lenses)\b|"
        r"\b(?:doctor|teacher|nurse|school|d m v|dmv) (?:told|said|wants|sent|referred|"
        r"recommended)\b.{0,25}\b(?:eyes?|vision|you|see)\b"),
    # Ends of a conversation, yes and no
    ("goodbye", 9, r"^(?:(?:ok|okay|alright|all right|well|no|great|perfect|thanks?|thank you|so much|very much|"
        r"then|that's (?:all|it|everything)|for your help|and|you|bueno|gracias|muchas gracias|i'm (?:good|done|"
        r"all set)|i think|have a (?:good|nice|great) (?:day|one|night|evening|afternoon|weekend)) ?)*\b(?:bye(?: "
        r"?bye)?|goodbye|good bye|good night|see (?:you|ya)(?: later| then| soon)?|talk to you later|take care|"
        r"adios|hasta luego|hasta pronto|chao|nos vemos|have a (?:good|nice|great) (?:day|one|night|evening|"
        r"afternoon|weekend)|later)(?: (?:now|then|bye|ava|thank you|thanks|you too))*$"),
    ("goodbye", 8, r"\b(?:that's all(?: i (?:need|needed|wanted))?|that is all|that's it|that's everything|that "
        r"will be all|that'll be all|nothing else|i'm all set|i'm done|we're done|we're good|i'm good thanks?|"
        r"no(?:thing)? (?:more|further) questions|eso es todo|nada mas|hang up|end (?:the|this) call|i have to go|"
        r"i gotta go|got to go|gotta run|never ?mind(?: bye)?|forget it|adios|hasta luego|goodbye|good bye|bye "
        r"bye)\b|\bbye$|^(?:thanks|thank you|gracias|muchas gracias)(?: (?:so|very) much| a lot| for your help| "
        r"for everything| ava)*$|\bcall (?:you )?back (?:later|another|some other|tomorrow|again)\b"),
)  # fmt: skip


if __name__ == "__main__":
    for intent, weight, pattern in RULES:
        print(f"{intent:18} {weight:3} {len(pattern)} characters")
