"""Further wordings of the wishes in `intent_rules.py`: other idioms, Spanish, and polite or roundabout ways of asking.

The form and the weights are those of `intent_rules.py`.
"""

from call import Intent
from dialogue.intent_words import APPT, DAY, DRUG, OFFICE, both

FURTHER: tuple[tuple[Intent, int, str], ...] = (
    ("reschedule", 10, both(r"(?:running|gonna be|going to be|will be|be) (?:\w+ ){0,3}(?:late|behind)",
        r"(?:my|our|his|her|the) (?:\w+ ){0,2}(?:appointment|appt|exam|visit)")),
    ("location", 10, r"\b(?:number|telephone|phone) (?:for|of|to|at) (?:the|your) (?:\w+ ){0,3}" + OFFICE + r"\b"),
    ("location", 9, r"\b" + OFFICE + r" (?:any )?(?:close|closer|near|nearer|next|by|off|far)(?: (?:to|from))?\b"),
    ("book", 11, r"\b(?:got|have|is there|there's|any) (?:anything|something|any \w+|an? (?:spot|slot|time|"
        r"opening)|spots?|"
        r"slots?) (?:open|available|free)\b"),
    ("book", 9, r"\bdoctors? (?:might|may|could|can|would|will) (?:be able to )?(?:have|see|fit|squeeze|take|"
        r"spare|look)\b|"
        r"\b(?:consult|consultation)\b|\bme (?:urge|gustaria) (?:una|ver)\b"),
    ("reschedule", 11, r"\b(?:pick|find|choose|get|need|want|set|give me) (?:an? |some )?(?:new|different|another|"
        r"other) "
        r"(?:date|day|time|slot)\b|\b(?:got|have|had|put) me down for .{1,40}\b(?:work|make|come|do)\b|"
        r"\b(?:do|come|make it|try) (?:it )?(?:the|a) (?:week|day) (?:after|later)\b|\b(?:otro|otra) (?:dia|hora|"
        r"fecha)\b|"
        r"\b(?:move|change|switch|push|bump) my \w+(?: \w+)? to\b|\bmover(?:la|lo|me)?\b.{0,15}\bpara\b"),
    ("cancel", 12, r"\b(?:won't be|not) needing\b|\btake (?:me|us|him|her|my \w+) off (?:the|your) (?:schedule|books|"
        r"calendar|list)\b|\b(?:call|calling|called) (?:it|this|that) off\b|\bscratch (?:my|the|"
        r"that) (?:\w+ )?" + APPT
        + r"\b|\bya no (?:voy|puedo|quiero|necesito) (?:\w+ ){0,3}cita\b"),
    ("insurance", 10, both(r"referral", r"(?:covered|cover|insurance|plan|hmo|ppo|h m o|p p o)")),
    ("insurance", 11, both(r"(?:tengo|con|mi|toman|aceptan)", r"(?:seguro|aseguranza)")),
    ("cost", 12, r"\bwhat(?:'s| is| does| do| would| will) (?:\w+ ){0,3}(?:run|runs|cost|set me back)\b|\bballpark\b|"
        r"\bcuanto (?:me )?(?:sale|saldria|cuesta|costaria|cobran|vale)\b"),
    ("optical_ready", 10, r"\b(?:llegaron|llego|list[oa]s?|recoger)\b.{0,20}\b(?:lentes|gafas|anteojos|espejuelos|"
        r"pedido|orden)\b|\b(?:lentes|gafas|anteojos|espejuelos|pedido)\b.{0,20}\b(?:llegaron|llego|list[oa]s?)\b"),
    ("optical_ready", 10, r"\b(?:ordered|picked out|bought) (?:\w+ ){0,4}(?:glasses|contacts|lenses|"
        r"frames)\b.{0,20}\b(?:ago|"
        r"last|back in|in (?:january|february|march|april|may|june|july|august|september|october))\b"),
    ("refill", 12, r"\bse (?:me|le) (?:acab\w+|terminaron|termino)\b.{0,20}\b(?:gotas|medicina|medicamento|"
        r"pastillas)\b|"
        r"\b(?:mas|otra botella de|otro frasco de) (?:gotas|medicina|medicamento)\b|\b(?:authorize|approve|renewal)\b"
        r".{0,25}\b" + DRUG + r"\b"),
    ("records", 10, r"\bforms? (?:\w+ )?(?:filled|signed|completed|faxed)\b|\b(?:fill|sign) (?:out |in )?(?:a|the|"
        r"my|some) "
        r"(?:\w+ )?(?:form|paperwork)\b|\b(?:copia|copias) de mis? (?:expediente|historial|archivo)\b"),
    ("billing", 10, r"\b(?:recibo|pague|me cobraron|pagar mi|mi cuenta|estado de cuenta|deuda|debo)\b|"
        r"\bcollections?\b|"
        r"\bstill owe\b"),
    ("post_op", 11, r"\b(?:did|had|got|done|having had) (?:my|his|her|the|both) (?:\w+ )?(?:lasik|cataracts?|"
        r"surgery|laser|"
        r"eyelids?|retina|injection|operation|eyes? done)\b(?=.*\b(?:last|yesterday|ago|today|monday|tuesday|"
        r"wednesday|"
        r"thursday|friday)\b)|\b(?:after|since) (?:\w+ ){0,2}(?:\w+ )?(?:surgery|operation|procedure|injection|"
        r"lasik)\b"),
    ("person", 10, r"^(?:(?:agent|representative|operator|person|human|persona|operadora?|representante|"
        r"agente) ?){1,6}$|"
        r"\b(?:quiero|necesito|prefiero) (?:\w+ ){0,3}(?:persona|humano|representante|operadora?|recepcionista)\b"),
    ("complaint", 9, r"\bleft (?:me|us|my \w+) (?:sitting|waiting|on hold|hanging)\b|\b(?:molest[oa]|enojad[oa]|"
        r"indignad[oa])\b|\b(?:mal[ao]?|pesim[ao]) (?:servicio|atencion|trato)\b|\b(?:is|are|was) a joke\b|"
        r"\btreated like\b|\bme trataron (?:muy )?mal\b"),
    ("wrong_number", 8, r"\bis this (?:the )?(?:\w+ )?(?:social security|i r s|irs|dmv|d m v|police|unemployment|"
        r"airport|"
        r"library|courthouse|city hall|post office|department of \w+)\b|\b(?:pressed|hit|called|got|dialed|"
        r"pushed) the "
        r"wrong (?:one|button|key|person|house|line|folks|people)\b|\bme equivoque\b"),
    ("spam", 10, r"\bpayroll services?\b|\b(?:top of|page one of|first page of) (?:the )?(?:search|google)\b|"
        r"\bsearch "
        r"results\b|\bline of credit\b|\blead generation\b|\bwe (?:help|work with) (?:\w+ ){0,2}(?:practices|doctors|"
        r"businesses|clinics|companies)\b|\bhear about our\b|\byour (?:business|company) (?:qualifies|is eligible|"
        r"has "
        r"been)\b|\b(?:person|one) in charge of your\b"),
    ("goodbye", 9, r"\bhave a (?:blessed|wonderful|lovely|beautiful|good|great|nice|safe) (?:day|one|evening|"
        r"night|weekend|"
        r"afternoon|rest of)\b|\b(?:let you go|have to run|gotta run)\b|\bque (?:tenga|pase) (?:un )?(?:buen|"
        r"buena|bonito)\b"),
    ("records", 9, r"\bmis? (?:resultados|expediente|historial|archivo)\b|\beverything you (?:have|got) on (?:me|"
        r"him|her)\b|"
        r"\b(?:send|transfer|forward) .{0,30}\bto (?:my|a|the|his|her) (?:new|other|primary|"
        r"family) (?:\w+ )?doctor\b"),
    ("prescription_copy", 9, r"\b(?:la|mi|una|copia de la) receta\b|\bnumbers? (?:for|of|on) my (?:glasses|lenses)\b|"
        r"\bglasses numbers\b"),
    ("reschedule", 11, both(r"(?:in place of|instead of|rather than|en vez de|en lugar de)", r"(?:" + DAY + r"|"
        r"" + APPT + r")")),
    ("reschedule", 11, both(r"(?:pasar|adelantar|atrasar|aplazar|posponer|reprogramar|correr)", r"(?:cita|examen)")),
    ("optical_ready", 9, both(r"(?:ya|todavia|cuando|estan|esta)", r"mis (?:lentes|gafas|anteojos|espejuelos)")),
    ("book", 9, r"\b(?:tienen?|hay|habra) (?:\w+ ){0,2}(?:espacio|cupo|turno|disponibilidad|campo|lugar|citas?)\b|"
        r"\b(?:hacerme|hacerle|hacer) (?:un|el) examen\b"),
    ("hours", 9, r"\blast (?:patient|appointment|visit)s? (?:\w+ ){0,2}(?:seen|taken|of the day)\b|"
        r"\bwhat time(?:'s| is| do)\b"
        r"(?!.*\bmy\b)"),
    ("wrong_number", 8, r"\b(?:was|meant|trying|wanted) (?:calling|to call|to reach) (?:my (?!doctor|eye)\w+|"
        r"somebody else|"
        r"someone else|another)\b|\bnot who i (?:meant|wanted)\b|\bmarque (?:mal|otro)\b|\bnumero equivocado\b"),
    ("spam", 9, r"\b(?:offer|sell|provide|show) your (?:office|practice|business|company|clinic)\b|\bgreat deal on\b|"
        r"\bi represent (?:an? )?\w+\b|\bwe(?:'re| are) (?:going to be )?in your area\b"),
    ("reschedule", 11, r"\b(?:earlier|sooner|later) than (?:what|the (?:one|time|day|slot)|mine|planned)\b"),
    ("reschedule", 11, both(r"(?:cita|examen)", r"(?:me la (?:cambian?|cambie|mueven?|mueva|pasan?|pase)|"
        r"no puedo (?:ir|llegar))")),
    ("book", 9, r"\bme (?:vean?|vieran?|revisen?|revisaran?|atiendan?|atendieran?|examinen?|chequeen?)\b"),
    ("spam", 10, r"\bmerchant (?:accounts?|services)\b|\b(?:offering|providing|selling) (?:\w+ ){0,3}services\b|"
        r"\bimportant "
        r"message (?:regarding|about|concerning) your\b"),
)  # fmt: skip


if __name__ == "__main__":
    for intent, weight, pattern in FURTHER:
        print(f"{intent:18} {weight:3} {len(pattern)} characters")
