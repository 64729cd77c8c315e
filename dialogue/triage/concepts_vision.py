"""How callers name what happens to their sight: loss, blur, curtains, flashes, floaters, doubles. English and Spanish.

Patterns match lines of `hearing.read`: lower case, no accents, mishearings repaired, `|` where a clause ends.
"""

_THE = r"(?:my |his |her |their |our |the |one |all |this |that |both |of )*"
_SIGHT = r"(?:vision|sight|eyesight|peripheral)"
_CANNOT = r"(?:can't|cannot|can not|couldn't|could not|unable to|not able to|can no|no can|(?:can )?(?:barely|hardly))"
_WITH_GLASSES = (  # trouble that glasses are for, not a loss
    r"(?!.{0,30}\b(?:without (?:\w+ )?(?:glasses|contacts|lens\w*|readers)|(?:old|new|these|those) (?:glasses|"
    r"contacts|"
    r"lens\w*)|up close|far\b|at night|the board|in the distance|from (?:a distance|the back)|"
    r"(?<!even )with (?:my |the "
    r")?(?:\w+ )?(?:glasses|contacts|lenses|prescription)|through (?:my|these|the) (?:\w+ )?(?:glasses|lens\w*)|"
    r"glasses on|on (?:the|your|my) (?:\w+ )?(?:website|account|portal|app|bill|screen|form)))"
)
_END = r"(?= ?\||$)"

LOSS = "|".join([
    r"(?:vision|sight|eyesight) just went\b|(?:blacked|grayed|blanked|whited) out for (?:\w+ )?\w+ (?:seconds?|"
    r"minutes?)|"
    r"(?:now|today) it (?:just )?went (?:dark|black|blank|gray)|hoy se (?:me )?puso negro",
    r"(?:doesn't|don't|can't|cannot) see a thing|no (?:picture|image|vision) (?:at all|in|on|from)|no (?:distingue|"
    r"distingo) nada|a oscuras|"
    r"(?:borro|tapo|falta|fue) la mitad|(?:ojo|derecho|izquierdo) (?:ya )?no (?:me )?ve\b|hole in (?:the |"
    r"my )?(?:center|middle|vision|sight|what)|"
    r"(?:everything|side|half|left|right)\b.{0,20} (?:wasn't|isn't|is not|was not) there|(?:vision|sight) (?:is |"
    r"'s )?going(?= ?\||$)|"
    r"(?:vision|sight) (?:just )?(?:dropped|faded|went) (?:out|away|off)|faded out to nothing|no (?:veo|ve) las caras",
    r"(?:vision|sight|eyesight|eyes?) (?:[\w']+ ){0,3}(?:quit|gave (?:out|up)|giving out|left me|died|dead|"
    r"checked out|failed|shut down|"
    r"conked out|turned off|cut off|went (?:out|off|dead))\b(?! (?:glasses|battery))|(?:blacked|blanked|grayed|"
    r"whited) out\b.{0,40}\b(?:eyes?|vision|sight)|"
    r"(?:stopped|quit|stops) seeing|dejo de funcionar",
    r"(?:left|right|one|other|whole|entire|top|bottom|upper|lower) (?:side|half|part)(?:'s| is| has| just| went|"
    r" all)* (?:gone|missing|black|dark|blank|disappeared)\b|"
    r"ojo\b(?: \w+){0,3} no (?:me |le )?(?:funciona|sirve|trabaja)|no (?:me |le )?(?:funciona|sirve|"
    r"trabaja) (?:\w+ ){0,2}ojo",
    rf"(?:{_SIGHT}|eye) (?:[\w']+ ){{0,3}}(?:cut\w* out|in and out|com\w+ and go\w+|blacks? out|blanks? out|"
    rf"shut (?:off|down)|switched off)\b|"
    rf"(?:i'm|i am|he's|she's) blind\b{_WITH_GLASSES}",
    rf"(?:lost|losing|lose|loosing|loss of|lose) (?:all |most |some |part |half |complete |total |central |side |of )*"
    rf"{_THE}(?:\w+ )?{_SIGHT}(?! (?:insurance|plan|coverage|card|benefits))",
    rf"(?:vision|sight) loss|no {_SIGHT} (?:in|at all|out|from|on|whatsoever)|(?:can't|cannot|couldn't) see{_END}",
    rf"{_CANNOT} (?:\w+ )?see (?:anything|nothing|a thing|at all|out|from|with|through|in|on|half|my (?:hand|fingers)|"
    rf"light|the (?:left|right|top|bottom|lower|upper|side|sides|middle|center))\b{_WITH_GLASSES}",
    rf"{_CANNOT} see (?:and|because|since|now|suddenly|all of|help|today|this morning|no more|anymore|please)\b"
    rf"{_WITH_GLASSES}",
    rf"(?:barely|hardly) see{_END}|\b(?:don't|doesn't|didn't|not|no) (?:can )?see (?:nothing|anything|no more)"
    r"(?! (?:on (?!the (?:left|right|top|bottom|side|other)|one|my)|wrong|about|available|in your))",
    r"(?:eye|eyes) (?:(?:can|does|do|is|are) )?(?:no|not|can't|cannot|doesn't|don't) (?:see\w*|work\w*)\b|"
    r"(?:eye|eyes) (?:quit|stopped) (?:working|seeing)",
    rf"(?:{_SIGHT}|eyes?|everything|everything's|screen|world) (?:\w+ ){{0,3}}(?:went|goes|going|gone|turned|"
    rf"turning|got|"
    r"is|was) (?:\w+ ){0,3}(?:black|blacked|dark|blind|gray|grey|white|blank|out|away|gone)\b(?! circles)",
    rf"(?:{_SIGHT}) (?:\w+ ){{0,3}}(?:gone|disappear\w*|vanish\w*|missing|cut off|blacked|blanked|dark|black|zero|"
    r"tunnel\w*)\b|tunnel vision|everything (?:\w+ ){0,3}(?:black|dark|gray|grey)|pitch black|(?:went|goes) black",
    r"(?:gone|went|going|turned|became|suddenly|completely|totally|almost|practically) blind\b|blind (?:in|out of|"
    r"on|from) "
    r"(?:my|one|his|her|the|this|both)",
    r"(?:half|part|piece|side|bottom|top|corner|quarter|section|chunk|portion|most) of (?:my |his |her |the |"
    r"what )*(?:"
    r"\w+ )?(?:vision|sight|i see|she sees|he sees|i'm seeing|eye|view|field)\b.{0,25}\b(?:gone|missing|black|dark|"
    r"lost|blank|"
    r"gray|blocked)",
    r"(?:missing|lost|losing|blocked) (?:half|part|a (?:part|piece|chunk)|one side|the (?:top|bottom|left|right)) ",
    r"lights? (?:\w+ ){0,2}(?:off|out) (?:in|on) (?:\w+ )?(?:\w+ )?eye|(?:blacked|blanked) out in|blackout in|"
    r"only see "
    r"(?:black|dark\w*|shadows?|light|half|gray|white)|see\w* (?:only |just |nothing but )(?:black|dark\w*|gray)|"
    r"snuffed out",
    r"no (?:(?:lo |los )?(?:puedo|puede|podia|pude|podemos) )?(?:veo|ver|ve|vio|vi|miro|mirar|mira) (?:ya |"
    r"casi )?(?:nada|ni)",
    r"(?:no|casi no|apenas) (?:(?:puedo|puede|pude) )?(?:veo|ver|ve|miro|mirar|mira) (?:ya |casi )?(?:con (?:el|mi|"
    r"su|un|"
    r"este|ese|ningun)|de(?:l| un| este| mi| ningun)\b|por (?:el|un|mi))(?! (?:lejos|cerca|lentes))",
    rf"no (?:puedo|puede|pude) (?:ver|mirar)(?:{_END}| (?:y|desde|porque|de repente)\b)|no (?:veo|ve)(?:{_END}|"
    rf" (?:y|desde|"
    r"porque|de repente)\b)|(?:ya|casi) no (?:veo|ve|puedo ver)\b(?! (?:bien )?(?:de (?:lejos|cerca)|las letras|"
    r"la tele))",
    r"(?:dej[eo]|deje|dejo) de ver|\bsin (?:ver|vista|vision)\b|perd\w+ (?:\w+ ){0,2}(?:vista|vision)\b|"
    r"cieg[oa]s? de(?:l)?\b|"
    r"(?:quede|quedo|quedando|quedar|quedarse|quedarme|medio|estoy|volvi) (?:\w+ )?cieg[oa]",
    r"se (?:me|le) (?:\w+ ){0,2}(?:fue|apago|oscurecio|nublo|borro|cerro|esta yendo|va|puso (?:todo )?(?:negr\w|"
    r"oscur\w|"
    r"blanc\w)) (?:\w+ ){0,3}(?:vista|vision|ojo)|(?:vista|vision) (?:\w+ ){0,2}se (?:me|le) (?:fue|nublo|apago|"
    r"oscurecio)",
    r"se (?:me|le) puso (?:todo |toda )?(?:negr\w|oscur\w|blanc\w)|(?:veo|ve|ver|viendo) (?:todo )?(?:negro|oscuro)\b|"
    r"(?:vista|vision|todo|ojo) (?:\w+ ){0,2}(?:negr[oa]|oscur[oa])\b",
])  # fmt: skip

BLUR = "|".join([
    r"(?:can't|cannot|couldn't|trouble|hard to) (?:really )?(?:mak\w* out|recogniz\w+|tell (?:faces|who))|(?:dirty|"
    r"frosted|foggy|steamed\w*) (?:window|glass|windshield)|"
    r"under ?water|vaseline|(?:look\w*|see\w*) through (?:a |some )?(?:fog|film|water|smoke|milk|wax paper|gauze|"
    r"haze)|como (?:neblina|niebla|agua|humo)|neblina|niebla",
    r"blurr?(?:y|ed|ier|iness|ing|s)?|fogg(?:y|ed|ier)|cloud(?:y|ed|ier)|hazy|hazier|fuzz(?:y|ier)|dim(?:mer|med|"
    r"s)?\b|(?:dimm(?:er|ed|"
    r"ing))|smeared|smudg\w+|"
    r"milky|filmy|murky|out of focus|unfocused|wavy|distort\w*|(?:lines?|things) (?:look|are|"
    r"is) (?:\w+ )?(?:crooked|bent)",
    r"(?:can't|cannot|couldn't|not|don't|doesn't|no) see(?:ing)? (?:\w+ )?(?:well|clear\w*|right|good|straight|"
    r"properly)(?! now)",
    r"borros[oa]s?|nublad[oa]s?|empanad[oa]s?|opac[oa]|(?:ondulad|torcid|distorsionad)[oa]s?|no (?:veo|ve|"
    r"puedo ver) (?:muy )?bien|"
    r"veo (?:muy )?mal\b",
])  # fmt: skip

WORSE_SIGHT = "|".join([
    r"(?:vision|sight|eyesight|seeing|eyes?)\b(?: (?!pain|red)[\w']+){0,6} (?:worse\w*|deteriorat\w+|(?:going|gone|"
    r"went) (?:down|bad|downhill)|"
    r"declin\w+|dropp\w+|decreas\w+|fad\w+|failing)",
    r"reading (?:\w+ ){0,3}worse|(?:can't|cannot) see as (?:clear\w*|sharp\w*|well)|(?:worse|worsening|poorer|"
    r"decreased|reduced|failing) (?:vision|sight|eyesight)|see(?:ing)? (?:\w+ )?(?:worse|"
    r"less)|can't see as "
    r"(?:well|good)|not seeing as (?:well|good)|(?:less|changes? in) (?:my )?(?:vision|sight)",
    r"(?:veo|ver|ve|viendo|mirando) (?:\w+ ){0,2}(?:peor|menos)|(?:vista|vision)\b.{0,25}\b(?:peor|empeor\w+|"
    r"bajando|bajo)\b|empeor\w+ "
    r"(?:\w+ )?la vista|peor (?:\w+ ){0,2}vista",
])  # fmt: skip

CURTAIN = "|".join([
    r"telon|smeared (?:\w+ )?(?:across|over)|mancha en el (?:centro|medio)|(?:bed ?sheet|sheet|blanket|towel|drape|"
    r"drapes|wall|screen|sabana|manta|toalla|pared) (?:\w+ ){0,5}(?:over|"
    r"across|side|eye|vision|lado|ojo|vista)|(?:can't|cannot) see (?:past|around|beyond)|curtains?|veil(?:s|ed)?\b|"
    r"(?:window |roller )?(?:shade|blind) (?:\w+ ){0,4}(?:over|down|pulled|pulling|"
    r"com\w+|across|clos\w+|drawn)|"
    r"shadows?|cortin\w+|velo\b|telon|sombr(?:a|as|ita)\b|persiana",
    r"(?:dark|black|gray|grey|blind|blank|empty|missing) (?:\w+ )?(?:area|spot|patch|cloud|hole|wall|circle|blob|"
    r"smudge|stain|half-?moon|"
    r"crescent|shape|thing|mass)\b|dark(?:ness)? (?:\w+ ){0,4}(?:side|corner|edge|edges|bottom|top|creeping|closing)",
    r"(?:com(?:es|ing)|clos(?:es|ing)|fall(?:s|ing)|creep(?:s|ing)|pull(?:ed|ing)|drop(?:ped|ping)|spread(?:s|"
    r"ing)) (?:down|over|across|in) "
    r"(?:\w+ ){0,4}(?:eye|vision|sight)|mancha (?:\w+ )?(?:negra|oscura|gris)|punto ciego|tela (?:\w+ )?(?:negra|"
    r"oscura|en)|(?:como un|una?) "
    r"(?:velo|tela)\b",
])  # fmt: skip
_CURTAIN_ITSELF = r"\b(?:a|the|like|una|la) (?:\w+ ){0,2}(?:curtain|veil|cortina)\b"
SEEN = (
    r"vision|sight|eyes?|see|sees|seeing|saw|look\w*|over|across|side|corner|edge|middle|center|com(?:es|ing) down|"
    r"creep\w*|"
    rf"a side|one side|un lado|lado|subiendo|bajando|sube|baja|creciendo|growing|veo|ve|ver|viendo|ojos?|vista|"
    rf"vision|{_CURTAIN_ITSELF}"
)

FLASH = "|".join([
    r"flash(?:es|ing|ers|ed|y)?\b(?! (?:f l|on (?:your|the) (?:web\w*|site|page|app)|(?:on|of) (?:my|the|"
    r"your) (?:\w+ )?(?:phone|camera|cell)|sales?|drives?|"
    r"cards?|lights? (?:in|on) (?:the|your)))|flickers?|"
    r"flickering|lightning|strobes?|"
    r"strobing|sparkl\w+|sparks|zig ?zag\w* (?:lines?|lights?|patterns?)|(?:see|seeing|"
    r"saw) (?:\w+ ){0,2}zig ?zags?|fireworks in",
    r"streaks? of light|light streaks?|(?:see|seeing|sees|saw|get|getting) (?:\w+ ){0,3}(?:lights|stars|streaks|"
    r"sparkles)\b|"
    r"(?:bright|white|blinking|twinkling|jagged|shimmering) (?:\w+ )?lights?\b|lights? (?:\w+ )?(?:flash\w+|"
    r"going off|shooting|blink\w+)|"
    r"shimmer\w*|arcs? of light|bolts? of light|bursts? of light",
    r"destell\w+|relampag\w+|lucecitas?|lucesitas?|lucecillas|luces(?! (?:de la|del))|chispas?|chispazos?|"
    r"chispitas|rayos? de luz|rayitos|"
    r"centell\w+|fogonazos?|flashazos?|estrellitas",
])  # fmt: skip

FLOAT = "|".join([
    r"black rain|lluvia negra|soot|(?:spot|dot|speck|line|thread|string|thing|blob) (?:[\w']+ ){0,2}(?:moves?|"
    r"moving|floats?|drifts?|drifting|"
    r"follows?|swimming|swims)|(?:spots?|dots?|specks?) (?:[\w']+ ){0,3}(?:in|on) (?:my|his|"
    r"her) (?:\w+ )?(?:vision|sight|eye)|"
    r"swimming across|cosas? (?:\w+ ){0,2}(?:flotando|que flotan)",
    r"float(?:er|ers|ies|y|ing|s|ee|ees)?\b|cobwebs?|spider ?webs?|squiggl\w+|threads|strands|filaments|gnats?|"
    r"tadpoles?|amoebas?|(?:black|"
    r"dark|little|tiny|small|"
    r"grey|gray|moving) (?:\w+ ){0,2}(?:spots|dots|specks?|bugs?|strings?|hairs?|flies|lines|threads?|worms?|"
    r"circles|things)",
    r"(?:see|seeing|sees|saw|get|getting|having) (?:\w+ ){0,3}(?:spots|dots|specks?|bugs?|strings?|threads?|worms?|"
    r"hairs?|webs?|things "
    r"(?:moving|that aren't there))|(?:spots|dots|specks|strings) (?:\w+ ){0,3}(?:vision|sight|eyes?|moving|drift\w+)",
    r"moscas?|puntic\w+|puntos? (?:que|flota\w+|oscur\w+)|bolitas|rayitas|hebras|pelitos|aranitas|mosquitas?|"
    r"mosquitos?|puntitos?|puntos? negros?|manchitas|manchas (?:negras|flotantes|que)|"
    r"telaranas?|hilitos?|hilos|telaranitas?|strings|"
    r"flota\w*|bichitos|gusanitos|pelusas?",
])  # fmt: skip
MANY = (
    r"black rain|lluvia negra|hundreds|thousands|millions?|shower|tons|swarm|a lot|lots|whole bunch|like pepper|"
    r"soot|rain of|raining|"
    r"exploded|full of|everywhere|"
    r"muchisim\w+|montones?|un monton|lluvia|llen[oa]"
)

DOUBLE = (
    r"(?:veo|ve|ver|viendo|estoy|todo|cosas) (?:\w+ ){0,2}(?:double|doubles|two|doblad\w+)\b|dos de (?:todo|cada|"
    r"lo mismo|un[oa])|todo (?:\w+ )?(?:doble|por duplicado|dos veces)|duplicad[oa]s?|"
    r"(?:there's|there are|there is|see|seeing|saw|sees|like|are) (?:now )?(?:like )?two (?!of us|glasses|"
    r"appointments|doctors|weeks|days|hours|months|years|offices|different|people)(?:roads?|moons?|faces?|lanes?|"
    r"tvs?|lines?|heads?|lights?|phones?|cars?|doors?|houses?|screens?|steps?|men|women|fingers?|cups?|plates?|"
    r"clocks?|suns?|trucks?|poles?|signs?|images?|of)\b|"
    r"split in(?:to)? two|doubled up|one on top of the other|(?:see|sees|seeing|veo|ve|viendo) (?:two|dos) (?!doctors?|"
    r"doctores|"
    r"offices)\w+s\b|"
    r"(?:everything|things|it|people|words|lights|faces|cars|all)(?:'s| is| are| looks?| goes| went| seems|"
    r" comes out)? (?:\w+ )?double\b|double (?:vision|image\w*|vission)|(?:see\w*|saw|looking|looks?|vision (?:is|"
    r"went|got)) (?:\w+ )?doubled?\b|"
    r"everything (?:is|looks) "
    r"(?:\w+ )?doubled?\b|two of (?:my|him|her|us all|everything|every|each|things|you|them|the same)|two images|"
    r"diplopia|(?:veo|ve|"
    r"ver|vemos|viendo|vision|mirando|miro|vista) "
    r"(?:\w+ ){0,2}(?:dobles?|dos (?:de|cosas|imagenes)|por dos)"
)
HALO = r"halos?|rainbows?|rings? (?:around|of)|starbursts?|aureolas?|arco ?iris|anillos|circulos de (?:luz|color\w*)"
WHITE_PUPIL = (
    r"white (?:pupil|glow|reflection|reflex)|pupil (?:\w+ )?(?:is |looks )?white|pupils? (?:\w+ ){0,3}(?:different|"
    r"bigger|uneven|unequal|not the "
    r"same)|one pupil|pupila (?:\w+ ){0,2}(?:blanca|mas grande)"
)


if __name__ == "__main__":
    import sys

    print(sorted(name for name in vars(sys.modules[__name__]) if name.isupper()))
