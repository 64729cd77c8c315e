"""What callers say, by intent: weighted patterns over normalised text (lower case, no punctuation, no accents).

Weights: 10 says it outright, 7 says it in most calls, 4 hints at it. Of two intents in one sentence the heavier wins,
and of equals the one that stands first here: "cancel my appointment" is about an appointment but is no booking.
"""

from call import Intent

_APPT = r"(?:appointments?|appoint ?ment|appt|visit|booking|exam|slot|reservation|cita)"
_SEE = r"(?:see|get in with|be seen by|get seen by|come in to see|visit)"
_WANT = (
    r"(?:want|wanna|need|would like|i'd like|like|looking|look|trying|try|hoping|can i|could i|may i|let's|"
    r"gotta|have to|got to|love)"
)
_GLASSES = (
    r"(?:glasses|eyeglasses|frames|lenses|lens|contacts|contact lens(?:es)?|sunglasses|specs|spectacles|"
    r"order|lentes|gafas|anteojos|espejuelos)"
)
_DRUG = (
    r"(?:eye ?drops?|drops?|medication|medicine|meds|ointment|pills|latanoprost|restasis|gotas|medicina|medicamento)"
)
_PLANS = (
    r"(?:insurance|vsp|v s p|eye ?med|i med|davis|spectera|medicare|medicaid|blue cross|blue shield|aetna|"
    r"cigna|united ?health ?care|humana|kaiser|hmo|ppo|vision plan|medical plan|seguro|tricare|ambetter|oscar|"
    r"molina)"
)
_OFFICE = r"(?:office|location|clinic|store|place|branch|building|practice|one|shop|oficina|clinica|consultorio)"
_DAY = (
    r"(?:today|tomorrow|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekends?|"
    r"christmas|thanksgiving|holidays?|new year'?s|easter|labor day|memorial day|fourth of july|domingos?|"
    r"sabados?)"
)

RULES: tuple[tuple[Intent, int, str], ...] = (
    # Ends the call at once
    ("spam", 10, r"\b(?:warranty|google (?:listing|business|my business)|seo|search engine|merchant services|"
        r"business loan|"
                 r"solar|credit card processing|lower your (?:rates?|bills?|interest)|you have (?:won|been selected)|"
                 r"free (?:cruise|vacation)|final notice|marketing (?:agency|services?|company)|website "
                 r"(?:ranking|traffic)|"
                 r"decision maker|business owner|timeshare|crypto\w*|political|survey|donation|advertis\w+|"
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
                      r"furious|worst|outrageous|lawyer|sue you|bad (?:experience|service)|unhappy|not happy|"
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
                       r"(?:change|move|switch|bump|shift|cambiar|mover|modify|adjust) (?:\w+ ){0,4}?" + _APPT
                       + r"|(?:change|move|switch|cambiar) (?:\w+ ){0,3}(?:cita|appointment)|"
                       r"(?:different|another|other|new|later|earlier|better) (?:day|time|date) for my|"
                       + _APPT + r" (?:\w+ ){0,8}(?:can't|cannot|won't|need to|not able to|unable to) (?:be able "
                       r"to )?(?:make it|come|move|change|get there|be there)|"
                       r"(?:can't|cannot|won't be able to|not going to|not gonna|unable to) (?:make|come to|keep|"
                       r"be there for|get to) (?:it to )?(?:my|the|our|that) (?:\w+ ){0,3}" + _APPT + r"|"
                       r"something came up)\b"),
    ("cancel", 11, r"\b(?:cancel\w*|cancle|call off|get rid of my appointment|don't need (?:my|the|that) (?:\w+ "
        r")?appointment|no longer need|take me off the (?:schedule|books)|anular)\b"),
    # Something that is ready, or owed, or asked for
    ("optical_ready", 10, r"\b" + _GLASSES + r"\b.{0,30}\b(?:ready|came in|come in|arrived|here yet|in yet|done|"
        r"finished|listos|listas|pick ?up|status)\b|"
                          r"\b(?:ready|pick ?(?:\w+ )?up|picking up|came in|arrived|status|check on|checking on|"
                          r"track|where are|where's|recoger|estan listos|how long (?:for|until|till|will)|when "
                          r"will|what's (?:going on|happening|up) with)\b.{0,25}\b(?:my|the|his|her|our|new|mis|"
                          r"los)\b.{0,15}\b" + _GLASSES + r"\b"),
    ("optical_ready", 7, r"\b(?:ordered|order)\b.{0,25}\b(?:glasses|contacts|lenses|frames)\b.{0,40}\b(?:ago|last|"
        r"when|yet|heard|still|ready)\b|\bi (?:ordered|bought) (?:some |my |new )*(?:glasses|contacts|frames|"
        r"lenses)\b|\bhaven't (?:heard|gotten|received)\b.{0,20}\b" + _GLASSES + r"\b|\b(?:is|are) my (?:order|"
        r"glasses|contacts|lenses)\b|\bmy (?:new )?(?:glasses|contacts) (?:are )?in\b"),
    ("prescription_copy", 10, r"\b(?:copy|send|sending|email|e mail|fax|text|mail|get|give|forward|have|copia|"
        r"print|need|request|pick up)\b.{0,20}\b(?:my|a|the|his|her|mi|our)? ?(?:glasses |contacts? |contact lens "
        r"|eye ?glass(?:es)? |lens |eye |copy of my |current |old |daughter's |son's )*"
                              r"(?:prescription|rx|script|receta)\b(?! (?:refill|drops|medicine))"),
    ("prescription_copy", 8, r"\bpupillary distance\b|\bmy p d\b|\bwhat(?:'s| is) my (?:prescription|rx)\b|"
        r"\b(?:prescription|rx) (?:for|so i can|to) (?:order|buy|my (?:glasses|contacts))"),
    ("refill", 12, r"\b(?:re ?-?fill\w*|resurtir|renew (?:my|the|a) (?:\w+ )?(?:prescription|drops|medication|"
        r"medicine|rx)|out of (?:my |the |his |her )?(?:\w+ )?" + _DRUG + r"|"
                   r"(?:need|want|order|get|more|necesito) (?:\w+ ){0,3}" + _DRUG + r"|running (?:out|low)|ran "
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
    # Facts of the practice
    ("cost", 10, r"\bhow much (?:is|are|does|do|would|will|for|it|you|the|a|an|to|did|am|cost)\b|\bcuanto "
        r"(?:cuesta|sale|vale|cobran|es)\b|\b(?:what's|what is|what are|what do|what does|what would|tell me) "
        r"(?:\w+ ){0,4}(?:cost|price|prices|fee|fees|rates?|charge)\b|"
                 r"\b(?:price|prices|pricing|cost|costs|fee|copay|co pay|expensive|cheap|discounts?|out of pocket "
                 r"(?:price|cost)|precio|precios|quote|estimate|charge for)\b"),
    ("insurance", 12, r"\b(?:do|does|if|whether|will|would|can|are) (?:you|y'all|you guys|they|your office|the "
        r"office|ya'll|yall|the \w+ office)?.{0,20}\b(?:take|accept|cover|honor|work with|in network|"
        r"participate)\b.{0,25}\b" + _PLANS + r"\b"),
    ("insurance", 12, r"\b(?:take|taking|accept\w*|honor|aceptan|toman|network|covered|cover|covers|coverage|use|"
        r"participate|provider for|good at|check|verify) (?:\w+ ){0,5}" + _PLANS + r"\b|\b" + _PLANS
        + r"\b.{0,25}\b(?:accepted|accept|taken|in network|network|cover|covered|covers)\b"),
    ("insurance", 10, r"\b(?:what|which|kind of|type of|types of|list of|que|cuales) (?:\w+ ){0,3}(?:insurances?|"
        r"plans?|seguros?|carriers?)\b|\binsurance (?:question|plans|do you|you (?:take|accept))\b|\b(?:in|out "
        r"of) network\b|\baceptan\b"),
    ("insurance", 7, r"\b(?:do|does|will|would|can|are) (?:you|y'all|you guys|they|ya'll|yall|your office)? "
        r"?(?:all )?(?:take|accept|honor) (?!walk|new|appoint|kids|child|credit|cash|checks|a |an |me|my (?:son|"
        r"daughter|kid|child))\w+|\bquestions? (?:about|on) (?:my )?insurance\b|\b(?:is|are) (?:my |your )?\w+ "
        r"(?:insurance|plan) (?:okay|ok|good|accepted)"),
    ("insurance", 4, r"\b" + _PLANS + r"\b"),
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
                  r"\bopen (?:on |this |late |early |for )?" + _DAY + r"\b|\b(?:a que hora|abren|abierto|abiertos|"
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
    # A booking
    ("book", 10, r"\b(?:book|schedule|schedual|make|set|set up|setup|get|have|need|want|wanna|like|arrange|"
        r"request|take|fix|agendar|hacer|sacar|reservar|quiero|necesito|pedir|programar) (?:me |up |us |in |for |"
        r"my (?:son|daughter|mom|mother|dad|father|wife|husband|kid)s? |my |an?other |an? |the |una |some |to |"
        r"him |her |come |next |new |first |yearly |annual |quick |in for |eye |doctor'?s? ){0,4}" + _APPT + r"\b"),
    ("book", 9, r"\b(?:book|schedule|agendar|squeeze me in|fit me in|get me in|get him in|get her in|get in|come "
        r"in|be seen|get seen|walk in|walk ins|sign up|set up|setup|consultation|consult|turno)\b|\b" + _SEE + r" "
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
    ("book", 6, r"\bappoint ?ments?\b|\bcitas?\b|\b" + _WANT + r"\b.{0,20}\b(?:glasses|contacts|lenses|frames|"
        r"lentes|gafas|anteojos|doctor|eyes)\b|\b(?:blurry|can't see (?:well|good|too|so|far|things)|trouble "
        r"(?:seeing|reading)|hard to (?:see|read)|eyes (?:are|have been|feel) (?:dry|itchy|tired|bad|getting|"
        r"watering|watery|burning)|itchy eyes|dry eyes|vision (?:is|has been|'s) (?:getting|bad|worse)|headaches|"
        r"see far|see up close|i'm due for|overdue|it's been (?:a|over|two|three|years))\b"),
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
        r"for everything| ava)*$|\bcall (?:you )?back later\b"),
)  # fmt: skip
