"""How callers name accidents, pain, redness and what was done to an eye. English and Spanish.

Patterns match lines of `hearing.read`: lower case, no accents, mishearings repaired, `|` where a clause ends.
"""

EYE = r"eyes?|eyeballs?|eyelids?|lids?|corneas?|pupils?|peepers?|ojos?|ojitos?|ojotes?|parpados?|cornea|pupila"
EYE_OR_FACE = rf"{EYE}|face|cara|rostro"
_IN_EYE = (
    r"(?:in|into|inside|behind|under|to|on|at|of) (?:of )?(?:my |his |her |their |our |the |one |both |each |a |"
    r"child's |baby's |kid's |\w+'s |"
    r"\w+s )*(?:left |right |upper |lower |little |own )?(?:eyes?|eyeballs?|eyelids?|lids?|face)|(?:en|a) (?:el|"
    r"los|la|mi|mis|su|sus|un|uno de los) "
    r"(?:(?:blanco|rabo|rabillo|borde) del )?(?:ojos?|ojitos?|cara|parpados?|vista|cornea)"
)

CHEMICAL = (
    r"liquido de (?:frenos?|bateria\w*|carro|destapar)|vapo ?rub|vicks|menthol\w*|limpiapisos|limpiavidrios|tinte|"
    r"relaxer|perm solution|"
    r"(?:plant |tree )?sap|savia|brake cleaner|carb cleaner|deicer|salt water|toothpaste|pasta de dientes|mouthwash|"
    r"wasabi|habanero\w*|"
    r"(?:tide|laundry|detergent) ?pods?|pods?|bleach\w*|clorox|clor[oa]x?|lejia|cleaners?|"
    r"cleaning (?:\w+ )?(?:solution|product\w*|fluid|stuff|spray|"
    r"liquid|supplies)|chemicals?|acids?|lye|"
    r"ammonia|amoniac\w*|windex|lysol|fabuloso|pine ?sol|ajax|comet|drano|draino?|oven cleaner|drain opener|"
    r"detergents?|soaps?|shampoo|dish ?soap|degreaser|solvents?|solvente|"
    r"thinner|turpentine|paint\w*|gasoline|gas|diesel|kerosene|antifreeze|brake fluid|coolant|motor oil|hot oil|"
    r"oil|grease|boiling water|hot water|"
    r"pesticides?|insecticid\w+|weed ?killer|roundup|bug spray|raid|fertilizer|lime|cement|concrete|plaster|"
    r"drywall|mortar|grout|(?:super|nail|krazy|gorilla|lash) ?glue|glue|"
    r"superglue|acetone|nail polish(?: remover)?|peroxide|alcohol|sanitizer|vinegar|chlorine|pool (?:shock|"
    r"chemicals?)|muriatic|hair ?dye|hair ?spray|perfume|"
    r"pepper ?spray\w*|peppered|mace|tear gas|fiberglass|epoxy|resin|caustic|corrosive|poison|powder|jalapeno\w*|"
    r"chil[ei]s?|hot sauce|"
    r"lemon juice|sunscreen|lotion|deodorant|stripper|disinfectant|desinfectante|quimic[oa]s?|acidos?|limpiador\w*|"
    r"(?:liquido|producto) (?:\w+ )?(?:de )?(?:limpi\w+)?|"
    r"detergentes?|jabon|champu|suavizante|pegamento|kola ?loka|resistol|gasolina|pintura|cal\b|cemento|concreto|"
    r"sosa|soda caustica|destapa\w*|acetona|gas pimienta|spray|"
    r"aerosol|aceite|grasa|agua (?:caliente|hirviendo|oxigenada)|veneno|vinagre|limon|perfume|polvo|thiner|"
    r"aguarras|acid[ao]"
)
SPLASHED = (
    rf"(?:threw|thrown|tossed|tiro|tiraron|echaron) (?:[\w']+ ){{0,5}}(?:{_IN_EYE})|"
    r"drops? of (?:the |some |that )?(?:stuff|product|liquid)|(?:stuff|liquid|product|fluid) (?:\w+ )?(?:flew|"
    r"popped|shot|jumped)|brinc\w+|splash(?:ed|es)|squirted|sprayed|spilled|spilt|dripped|splattered|spattered|"
    r"got (?:\w+ ){0,3}splashed|"
    r"salpic\w+|rocia\w+|rocio\b|"
    r"exploded (?:in|on)|blew up in"
)
EXPOSED = (
    r"instead of|en vez de|mixed up|confund\w+|stuck|carita|"
    r"(?:all )?over (?:my|his|her|the|both) (?:eyes?|face)|"
    rf"splash\w*|spray\w*|squirt\w*|spill\w*|drip\w*|splatter\w*|rubbed|threw|flew|popped|burn\w*|{_IN_EYE}|cay\w+|"
    rf"entro|entr\w+|metio|"
    r"meti\w*|eche|echo|echaron|tire|tiro|quem\w+|arde\w*|got (?:\w+ ){0,3}(?:in|on)\b|went (?:\w+ ){0,2}in"
)
IN_EYE = _IN_EYE

_THING = (
    r"(?:something|somethin|some thing|piece|bit|metal|steel|glass|splinter|wood|woodchip|chip|nail|thorn|"
    r"fish ?hook|hook|staple|needle|pencil|"
    r"stick|twig|branch|wire|sand|dirt|sawdust|debris|shard|shaving\w*|rust|speck of|rock|pebble|gravel|screw|tack|"
    r"pin|bullet|bb|pellet|"
    r"insect|fly|bee|wasp|fishing lure|lure|quill|seed|popcorn|crumb|eyelash|lash|fingernail|glitter|confetti|"
    r"toothpick|bone|plastic|brick|tile|paint chip|bark|straw|hay|leaf|ash|ember|cactus|foreign (?:body|object)|"
    r"algo|astilla|vidrio|vidri\w+|clavo|espina|"
    r"basura|basurita|arena|tierra|"
    r"palo|palito|rama|aguja|alambre|viruta|limadura|rebaba|fierro|piedra|piedrita|anzuelo|pedazo|pedacito|trozo|"
    r"particula|esquirlas?|hierro|metal|metalito|perdigon|balin|alfiler|tornillo|lapiz|pluma|popote|pelusa|ceniza|"
    r"aserrin|ladrillo|plastico|grapa|tachuela|chispa|pestana|hueso|semilla|puya|vara)"
)
_AT_WORK = (  # where things fly into eyes
    r"(?:grind\w*|weld\w*|hammer\w*|saw(?:ing|ed)|drill\w*|sand(?:ing|ed)|mow\w*|chisel\w*|lathe|weed ?eat\w*|"
    r"weed ?whack\w*|trimm\w+|chopp\w+|esmeril\w*|sold(?:ando|ar|aba)|taladr\w*|martill\w*|lijando|torno|podando|"
    r"cortando|podadora)\b.{0,60}\b(?:flew|stuck|in there|hit|got in|went in|jumped|popped|something|piece|salto|"
    r"brinco|entro|cayo|volo|algo|pedazo|pedacito|eyes?|ojos?)\b"
)
FOREIGN_BODY = "|".join([
    _AT_WORK,
    rf"\b{_THING}\b.{{0,25}} (?:in there|up there|under there|ahi dentro|ahi adentro)\b",
    rf"\b{_THING}\b(?! (?:wrong|going|weird|off|for|strange|moving|about))(?!.{{0,30}}\b(?:float\w*|drift\w*|"
    rf"moving|flota\w*)).{{0,40}}?\b(?:{_IN_EYE})",
    r"(?:stuck|embedded|lodged|wedged|impaled|jammed) (?:\w+ )?(?:in|under|behind|inside|into|to|through)\b|"
    r"something stuck",
    r"se (?:me |le |nos )?(?:\w+ )?(?:clav\w+|met\w+|enterr\w+|encaj\w+|incrust\w+|chuz\w+|ensart\w+|puy\w+|"
    r"hinc\w+)(?! (?:la|una) (?:duda|idea|espinita|pregunta))|me (?:clav[eo]|enterre|encaje|chuc?[zs]\w+|puye|"
    r"hinque|ensarte)\b|(?:brinc|salt|vol|entr|dispar|met)(?:o|aron|ieron) (?:\w+ ){0,2}(?:esquirl\w+|astill\w+|"
    r"viruta\w*|vidri\w+|metal\w*|rebab\w+|limadura|hierro|chispa\w*|pedaz\w+|pedac\w+|fierro)|tengo (?:algo|"
    r"una? \w+) (?:clavad|"
    r"metid|enterrad|atorad)[oa]",
    r"(?:punctur\w*|pierc\w*|impal\w*|penetrat\w*|perfor\w+) .{0,25}(?:eye|ojo|eyeball)|(?:eye|ojo|"
    r"eyeball).{0,25}(?:punctur\w+|pierced|perfor\w+)",
])  # fmt: skip

BLOW = (
    r"(?:caught|raked|swiped|clipped|grazed|whapped|hit(?:s|ting)?|punch\w*|pok(?:e|ed|es|ing)|stab(?:bed|s)?|"
    r"cut(?:s)?|slice\w*|scratch(?:ed|es)?|kick\w*|"
    r"elbow\w*|knee[ds]?|smack\w*|struck|slapp\w*|"
    r"headbutt\w*|jabb\w*|cracked|collided|(?<!a )(?<!little )bit|bitten|stung|(?<!a )shot|whack\w*|burned|burnt|"
    r"scrap(?:ed|es)|goug\w*|ruptured|tore|"
    r"torn|bumped|slammed|bang(?:ed|s)|"
    r"smash\w*|clawed|injur\w+|impact\w*|rammed|walloped|clocked|popped|pounded|trauma|wound\w*|fell|accident|"
    r"whipped|snapped|crash\w*|beat(?:en)?|got it|"
    r"nail(?:ed)|thrown|threw|"
    r"golpe\w*|peg(?:o|aron|ue|ado|aste|adas)|punetazo|pelotazo|balonazo|pedrada|codazo|patada|rodillazo|pinch\w+|"
    r"pico\b|pique|piquete|rasgun\w*|"
    r"aran\w*|corte|corto|cortad\w*|cortaron|herid\w+|lastim\w+|quem(?:o|e|adura|aron)|choque|accidente|caida|"
    r"trompada|reventa\w*|revento|cabezazo|punetazos?|trompon|trancazo|madrazo|pinazo|cachetada|manotazo|codo|me di|"
    r"se dio|le di[eo]|me dio|le dieron|me dieron|raspon|raspe|raspo|chuz\w+|punc?[zs]\w+|pic(?:o|aron)|mordi\w+|"
    r"dedazo|piedrazo|ladrillazo|botellazo)"
)
_EYES = r"(?:eyes?|eyeballs?|eyelids?|corneas?|ojos?|ojitos?|parpados?|eye socket|eye area)"
INJURY = "|".join([
    r"(?<!drops )(?<!damage )(?<!next )(?<!close )(?<!go )(?<!come )to (?:the|my|his|her) (?:left |right )?eye\b",
    rf"(?:got|went|flew|fell|landed|blew|jumped|popped|bounced|ran) (?:(?!pain|pressure|float|flash|pink|red|itch|"
    rf"infect|drops|"
    rf"contact|injection|shot|stye|something (?:wrong|weird)|cataract|glaucoma|blurr|"
    rf"surgery)[\w']+ ){{0,6}}?(?:{_IN_EYE})\b",
    rf"\b{BLOW}\b(?!.{{0,12}}\bglasses)(?: (?!\||glasses|frames|lenses)[\w']+){{0,8}}? {_EYES}\b",
    rf"\b{_EYES}\b(?: (?!\||hurts?)[\w']+){{0,5}} (?:{BLOW}|bleeding|bleeds|bled|sangr\w+|popped out|hanging|"
    rf"swollen shut|black and blue)\b",
    r"(?:blood|bleeding|sangre|sangra\w*) (?!vessel|pressure|sugar|test|thinner|work|shot)(?:\w+ ){0,4}(?:eyes?|"
    r"eyeball|ojos?)\b|(?:eyes?|ojos?) (?:\w+ ){0,4}"
    r"(?:blood|sangr\w+)\b(?! (?:vessel|pressure|sugar))|black eye\b|ojo morado|hurt (?:my|his|her|"
    r"their) eyes? (?:with|on|when|at|while|playing)",
    r"(?:weld\w*|arc flash|laser pointer|explo\w+|firework\w*|firecracker\w*|bottle rocket|airbag|air bag|"
    r"soldan\w+|soldar|soldador|cohet\w+|bb gun|"
    r"pellet gun|paintball|nerf|bungee|grinder|weed ?whack\w*)\b.{0,60}\b(?:eyes?|face|ojos?|cara|see|vista)",
])  # fmt: skip

PAIN = (
    r"(?:me|le) esta matando|se (?:me|le) sale el ojo|terrible pressure|punala\w+|(?:me|ojo) late\b|latidos?|"
    r"pulsa\w*|revienta|reventar|explota\w*|pounding|gouging|splitting|"
    r"burn\w* (?:\w+ )?(?:like (?:crazy|hell|fire|mad|acid)|so (?:bad|much)|really bad|badly|a lot)|on fire|"
    r"(?:like|as if) (?:[\w\']+ ){0,5}(?:knife|knives|needles?|ice ?pick|razor|hammer|drill|stab\w*|acid|fire|"
    r"broken glass)|cuchill\w+|"
    r"pain(?:s|ful|fully|ing)?|hurt(?:s|ing|in|ed)?|aches?|aching|ached|achy|sore(?:ness)?|throb\w*|stabbing|"
    r"sting(?:s|ing)?|kill(?:s|ing) me|agony|"
    r"tender|dolor(?:es)?|dol(?:ia|ido|io|iendo)|duel[ea]n?|adolorid[oa]s?|punzad\w+|punzant\w*|ardor|ardiendo|"
    r"pressure behind"
)
SEVERE = (
    r"(?:woke|wakes|waking|wake|keeps?|kept) (?:me|him|her) (?:up|awake)|burn\w* (?:\w+ )?(?:like|so bad|"
    r"really bad)|on fire|"
    r"(?:like|as if) (?:[\w\']+ ){0,5}(?:knife|knives|needles?|ice ?pick|razor|hammer|drill|acid|fire)|cuchill\w+|"
    r"no (?:me |le )?deja (?:\w+ )?(?:hablar|dormir|pensar)|se (?:me|le) sale el ojo|(?:me|le) esta matando|"
    r"tremend\w+|espantos\w+|fe[oa]\b|shaking|hurts it hurts|duele me duele|oh my (?:god )?eye|ay mi ojo|"
    r"please (?:\w+ )?(?:help|get me)|ayuda\w*|auxilio|"
    r"punala\w+|revienta|reventar|explota\w*|gouging|splitting|\w+isim[oa]|screamed|llora\w*|grit(?:o|ando|a)|"
    r"a ten\b|off the charts|doubled over|on the floor|me muero|terribl[ey]|horribl[ey]|unbearabl[ey]|"
    r"excruciating\w*|intense\w*|sharp|stabbing|stabbed|awful|"
    r"(?:real|really|so|very|super|pretty|too|hurts?) "
    r"(?:\w+ )?bad(?:ly)?|so much|(?:hurts?|pain) (?:\w+ ){0,4}(?:a lot|like crazy|like hell)|worst|extreme\w*|"
    r"kill(?:s|ing) me|agony|(?:nine|ten|10|9) out of (?:ten|10)|can't "
    r"(?:stand|take|sleep|bear)|crying|screaming|really painful|very painful|so painful|insoportable|inaguantable|"
    r"fuert[ei]\w*|fuerte|"
    r"muchisimo|(?:duele|dolor) (?:\w+ ){0,3}mucho|mucho dolor|intens[oa]|demasiado|no (?:aguanto|soporto)|terrible"
)
STRUCK = (
    r"all of a sudden|suddenly (?!need|realiz|remember)|out of (?:nowhere|the blue)|since (?:i|he|she) (?:got|"
    r"woke) up|de repente|de golpe|de pronto|de la nada"
)
SUDDEN = (
    r"sudden(?:ly)?|since (?:i|he|she) (?:got|woke) up|all at once|out of (?:nowhere|the blue)|just (?:now|started|"
    r"happened|went|lost|came on|woke)|"
    r"woke up|waking up|overnight|in an instant|"
    r"abrupt\w*|instantly|(?:started|began|happened|came on|since) (?:\w+ )?(?:this morning|today|last night|"
    r"tonight|breakfast|lunch|dinner|earlier|an hour|"
    r"noon|yesterday)|this (?:morning|afternoon|evening)|last night|(?:minutes?|hours?|hour or so) ago|de repente|"
    r"de pronto|de golpe|de un momento|"
    r"de la nada|repentin\w+|subit\w+|amanec\w+|despert\w+|hace (?:un rato|rato|(?:\w+ )?(?:minutos?|horas?))|"
    r"desde (?:esta manana|hoy|anoche|ayer)|esta manana|anoche|"
    r"de la noche a la manana|ahorita|ahora mismo|right now|from one moment|moments? ago|a minute ago|half an hour|"
    r"hace (?:como |unos |unas |apenas )?(?:\w+ ){0,2}(?:minutos?|horas?)|all of a sudden|hoy (?:en|por) la manana|"
    r"en (?:la )?madrugada"
)
RED = (
    r"red(?:ness|der|dish)?|tomato|tomate|crimson|sanguinolent\w*|inyectad[oa]s?|blood ?shot|pink ?eye|pinkish|pink|"
    r"conjunctivitis|conjuntivitis|roj[oa]s?|rojit[oa]s?|"
    r"rojiz[oa]s?|enrojec\w+|colorad[oa]s?|derrame en el ojo"
)
DISCHARGE = (
    r"discharg\w*|goo|slime|slimy|cheles?|chele|pitarras?|legan\w*|pus|goop\w*|gunk\w*|crust\w*|gooey?|mucus|mucous|"
    r"ooz\w*|(?:yellow|green)\w* (?:\w+ )?(?:stuff|"
    r"gunk|goop|mucus|fluid|discharge|junk|matter|boogers?)|sticky|"
    r"(?:stuck|glued|matted) shut|eye boogers?|laganas?|chinguinas?|secrecion\w*|supura\w*|lagan\w*|(?:ojos?|"
    r"pestanas) pegad[oa]s?|materia"
)
NAUSEA = (
    r"nause\w*|vomit\w*|throw\w* up|threw up|puk\w+|sick to (?:my|his|her) stomach|queasy|nautious|asco|"
    r"volver el estomago|devolver"
)
LIGHT_HURTS = (
    r"no (?:puedo )?(?:aguant|soport|toler)\w+ (?:\w+ ){0,2}(?:luz|luces|sol)|"
    r"lights? (?:\w+ ){0,3}(?:hurts?|bother\w*|kills?|killing|unbearable|painful)|(?:hurts?|painful|bother\w*|"
    r"stand|tolerate|look at|sensitiv\w+ to|"
    r"sensible a) (?:\w+ ){0,3}(?:lights?|sun\w*|luz)|light sensitiv\w+|photophobia|(?:molest\w+|lastim\w+|aguanto|"
    r"soporto|duele|sensib\w+ a|cala) (?:\w+ ){0,2}(?:luz|luces)|"
    r"(?:luz|luces) (?:me |le )?(?:\w+ )?(?:molest\w+|lastim\w+|duele|cala)"
)
CONTACT_LENS = (
    r"\w+'s contact\b|contac\w* lens\w*|lente de contacto|contacts\b(?! (?:in|on) (?:file|record))|contact lens\w*|"
    r"(?:my|the|a|his|her|left|right|one|soft|hard|that|"
    r"this) contact\b|lentes? de contacto|pupilentes?|lentillas?"
)
SWOLLEN = r"swoll\w*|swell\w*|puff\w+|hinch\w+|inflamad[oa]s?|inflam\w+"
SHUT = (
    r"(?:swollen|swelled) (?:\w+ )?shut|fever|fiebre|calentura|bulging|(?:can't|cannot|can barely|won't|couldn't|"
    r"unable to|not) (?:even )?open (?:my |his |her |the |it|both |up)"
    r"|no (?:puedo|puede) abrir (?:\w+ ){0,2}ojos?"
)
_OPERATION = (
    r"(?:surger(?:y|ies)|operations?|procedures?|injections?|lasik|prk|smile|cataracts?|cataract removed|implants?|"
    r"transplant|laser|stitches|shots?|vitrectomy|trabeculectomy|graft)"
)
SURGERY = "|".join([
    r"(?:dias?|semanas?|manana|noche) (?:\w+ )?(?:de|que) (?:la |mi |me )?(?:catarata|operacion|cirugia|inyeccion|"
    r"laser|oper\w+)|"
    r"eye (?:they|you|he|she|the doctor|doc) (?:\w+ )?(?:fixed|did|worked on|operated|injected)|gas bubble|"
    r"(?:needle|shot|injection) in (?:my|his|her|the) (?:\w+ )?eye",
    rf"(?:after|since|following|post|from) (?:\w+ ){{0,5}}{_OPERATION}|post ?(?:op\w*|surg\w*)|(?:had|did|done|got|"
    rf"gave|given|getting over|underwent|just had|recover\w+) (?:[\w']+ ){{0,6}}"
    rf"{_OPERATION}\b",
    rf"{_OPERATION} (?:\w+ ){{0,4}}(?:was|were|yesterday|last|done|removed|out|ago|before|back|already|monday|"
    rf"tuesday|wednesday|"
    rf"thursday|friday|this|here|eye|with you)\b",
    r"(?:my|his|her|the|that) (?:\w+ ){0,3}(?:surgery|operation|injection|lasik|procedure|cataract surgery)\b|"
    r"laser(?:ed|ing)|injected|operated|surgeon (?:did|put|took)|you (?:guys )?(?:operated|did)|"
    r"new lens (?:put )?in|shot in (?:my|the|his|her) (?:\w+ )?eye",
    r"oper[oe]\b|operaron|operad[oa]|operacion|cirugia|inyeccion\w*|inyectaron|inyecto|me hice (?:el |la )?lasik|"
    r"quitaron (?:la |las |una )?cataratas?|trasplante|laser",
])  # fmt: skip
DROOPY_LID = (
    r"(?:lids?|eyelids?|eyes?) (?:\w+ ){0,4}(?:droop\w*|fall\w* (?:down|shut)?|fell|dropp\w+|sagg\w+|hanging|"
    r"won't (?:stay |go |lift )?(?:open|up)|clos(?:ed|ing) by itself|half (?:closed|shut)|halfway)|"
    r"droop\w* (?:\w+ )?(?:lids?|eyelids?|eyes?)|ptosis|parpados? (?:\w+ ){0,3}(?:caid\w+|cay\w+|cae|cerr\w+|"
    r"baj\w+)|(?:cay\w+|cae|cerro|baj\w+) (?:\w+ ){0,2}parpado|ojo caido"
)
# What makes a complaint an everyday one.
STRAIN = (
    r"computer\w*|screens?|reading|read|tired|strain\w*|end of the day|long day|dry(?:ness)?|new glasses|"
    r"old glasses|my glasses|prescription|ipad|tablet|laptop|computadora|pantalla|"
    r"leer|leo|cansad[oa]s?|cansan|resec\w+|sec[oa]s|lentes nuevos"
)
GLASSES = (
    r"glasses|prescription|read(?:ing)?|far|distan\w+|close|night|driv\w+|computer|screen|bifocals?|progressives|"
    r"readers|board|tv|signs?|print|letters|menu|text|new lens\w*|lentes|"
    r"receta|leer|lejos|cerca|noche|manejar|letras|computadora|contacts|for (?:a )?(?:while|months|years?|"
    r"some time)|over the (?:years?|months)|gradual\w*|cataracts?|cataratas?|poco a poco"
)
DAYS = (
    r"(?:\w+ )?days?\b|(?:this|all|past|last|one|a|two|couple|few) (?:of )?weeks?|weeks|weekend|since (?:\w+day|"
    r"last|the)|lately|recently|every day|dias?|semanas?|ultimamente|"
    r"desde (?:el|la|hace)|yesterday|ayer|rapid\w*|quickly|fast"
)
ALLERGY = (
    r"allerg\w*|alergi\w*|itch\w*|pollen|season\w*|dry(?:ness)?|sec[oa]s|pican|pica|tired|computer|screen|polen|"
    r"cansad\w+"
)
LID_COSMETIC = (
    r"surgery|(?:lid|eye|brow|face) ?lift|cosmetic\w*|bleph\w*|consult\w*|procedure|insurance cover|"
    r"hooded|botox|cirugia|estetic\w+"
)
PRISM = r"prisms?|prismas?|glasses for"
OTHER_BODY = (
    r"back|tooth|teeth|foot|feet|legs?|knees?|stomach|belly|ears?|throat|wallet|feelings|shoulder|hip|neck|espalda|"
    r"muela|bolsillo|cartera|alma|corazon|hombro|cadera|dedo|pie|pierna|rodilla|estomago|oido|garganta"
)
AGED = (
    r"(?:5\d|6\d|7\d|8\d|9\d)(?: years?| anos)?|fift\w+|sixt\w+|sevent\w+|eight(?:y|ies)|ninet\w+|elderly|"
    r"grand(?:ma|pa|mother|father)|abuel[oa]|cincuenta|sesenta|setenta|ochenta|noventa"
)
NEW = (
    r"new|sudden\w*|worse\w*|more|different|today|now|started|this (?:morning|week)|yesterday|nuev[oa]s?|peor|mas|"
    r"ahora|hoy|de repente|ayer|empez\w+"
)


if __name__ == "__main__":
    import sys

    print(sorted(name for name in vars(sys.modules[__name__]) if name.isupper()))
