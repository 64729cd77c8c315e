"""What callers say with eyes, pain and light in it that tells nothing about either: sayings, names, paper and screens.

Patterns match a line that `hearing.read` is making; it takes what they match out. A pattern names the whole figure, so
that the same words about an eye stay.
"""

IDIOMS = (  # sayings with an eye in them that tell nothing about one
    r"\b(?:(?:see|seeing|saw) (?:\w+ )?eye to eye|(?:mas )?cieg[oa] (?:que|como) un|blind as a bat|"
    r"blind without (?:coffee|my (?:glasses|contacts|readers))|went blind from \w+|(?:lost|lose|"
    r"losing) sight of (?:my|the|it|him|her|that|this|our)|curtain (?:installer|store|rods?|shop|guy|man|company|"
    r"people)|(?:sell|install|order|hang|buy)\w* curtains|(?:la|las) cortinas? (?:de la|en la|del|nuevas)|"
    r"(?:schedule|memory|calendar|week|month) (?:is |'s )?(?:a bit |kinda |a little |so )?blurry|apple of (?:my|his|"
    r"her|our) eye|blink of an eye|(?:turn\w* )?(?:a )?blind eye|"
    r"blind date|sight for sore eyes|(?:keep\w*|kept|have|had) (?:an|your|my) eye (?:out|on)|"
    r"(?:schedule|calendar)'s (?:a bit )?blurry|(?:power|lights?) (?:went|is|are) out (?:here|"
    r"at \w+) (?:\| )?everything went dark|se fue la luz|"
    r"(?:line|phone|screen|tv|computer|laptop|website|app|power|call|battery) (?:\w+ )?(?:went|goes|turned|is|was|"
    r"got) (?:\w+ )?(?:black|dead|blank|dark|out|off)|"
    r"name (?:\w+ )?is (?:\w+ )?(?:flash|shadow)|doctor shadow|"
    r"seeing red over|eyesore|evil eye|"
    r"mal de ojo|(?:caught|catch\w*|caught|meets) (?:my|the|your) eye|roll\w* (?:my|his|her) eyes|"
    r"(?:price|prices|bill|cost|that|website|logo|total) (?:\w+ )?(?:hurts?|hurting) (?:my|the) eyes?|"
    r"(?:cuestan?|costo|costaron|cobr\w+|sale|vale|un) (?:un )?ojo de la cara|abrir y cerrar de ojos|ech\w+ un ojo|"
    r"dichosos los ojos|ojos que no ven|cita a ciegas|ciegas|cieg[oa] de amor|(?:precios?|"
    r"cuenta)\b.{0,20} (?:duelen?|dejo cieg[oa])"
    r"(?: hasta)?(?: en)?(?: los ojos)?|golpe de suerte|shot in the dark|in a flash|flash sale|a ojo|ojo por ojo|"
    r"double (?:book\w*|check\w*|charg\w*|bill\w*|appointments?|park\w*)|doble (?:cobro|cargo|factura|cita|turno)|"
    r"(?:cobr|carg)\w+ (?:el )?doble|love at first sight|stuck (?:\w+ )?(?:in|at|on|with) (?:\w+ )?(?:traffic|work|"
    r"meetings?|a meeting|hold|jam|"
    r"line|the office|school|home|bed|elevator|bill|same)|eye opener|cry\w* (?:my|his|her) eyes out|"
    r"no pegu?[eo] (?:el |un )?ojo|se (?:me|le) (?:clavo|metio) (?:la|una|en la|en mi) (?:duda|idea|espinita|mente|"
    r"cabeza)|"
    r"(?:hit|right|punch) (?:me )?(?:right )?between the eyes|eyes (?:\w+ )?popped (?:out )?(?:when|at)|jaw (?:\w+ )?"
    r"(?:dropped|hit)|stuck in my (?:head|mind)|eye on (?:the|those|that|a)|see(?:ing)? stars at|no veo la hora|"
    r"cieg[oa] (?:con|sin) (?:\w+ )?(?:precios?|cuenta|lentes|gafas|anteojos|espejuelos)|"
    r"(?<!el )(?<!un )(?<!mi )(?<!del )(?<!al )(?<!su )(?<!otro )(?<!este )(?<!en )ojo (?:con|que) (?:la|el|"
    r"mi|su|cambie|los|las)|(?:de vista|la vista previa)|dolor de cuenta|heart attack (?:when|at|over)|"
    r"(?:was|were|is|a|huge|real|such) (?:a )?pain (?:to|getting|in the (?:neck|butt))|up to my eye\w*|"
    r"(?:bit|biting) my head off|bumped into (?:doctor|dr|my|a)|nearly killed me|killing me (?:waiting|to wait)|"
    r"con la neblina|no puedo hablar (?:ahorita|ahora)|(?:recording|line|signal|connection) (?:\w+ )?(?:slurred|"
    r"garbled)|curtain (?:didn't|call)|vend\w+ cortinas(?: y persianas)?)\b"
)

_SCARY_NAME = (
    r"luz|dolores|roj[ao]s?|blanca|estrella|relampago|destellos?|sombras?|nieves|cruz|ray|flash|shadows?|storm\w*|"
    r"floaters?|curtains?|spark(?:s|y)?|payne|blood\w*|scarlett|redd?|blinder|veil|velo|lightning|del ojo"
)
NAMES = (
    r"\b(?:(?:last |first |the )?name(?:'s| is)?|this is|me llamo|(?:se|me) llama|mi nombre es|"
    r"(?:mi )?apellido(?: es)?|soy|"
    r"doctora?|dr|mister|mr|mrs|ms|miss|calle|avenida|street|address is(?: \w+){0,3})"
    rf"(?: (?:{_SCARY_NAME}|de la)\b)+|\b(?:{_SCARY_NAME}) (?:street|avenue|road|drive|lane)\b"
)
_PAPER = (
    r"(?:card|invoice|form|website|portal|app|page|print|bill|paper\w*|statement|account|screen|calendar|schedule|"
    r"letter|"
    r"message|email|tarjeta|hoja|pagina|aplicacion|portal|lista|sitio|cuenta|recibo|papel\w*|correo|mensaje|factura|"
    r"estado de cuenta)"
)
THINGS_SEEN = (
    rf"\b(?:see|seeing|veo|viendo) (?:double|doble) (?:(?:here|on|in|en|the|this|that|my|your|la|el|mi|"
    rf"su) )*(?:{_PAPER}|mirror|espejo|"
    r"(?:\| )?(?:two|dos) (?:bills?|charges?|cargos?|cobros?))|"
    r"(?:two|dos|double|doble) (?:charges?|bills?|cargos?|cobros?)\b.{0,40}\b(?:seeing double|veo doble)|"
    r"(?:veo|ve|aparecen|salen) (?:dos|doble|two) (?:citas?|cargos?|cobros?|facturas?|veces el (?:cargo|cobro)|"
    r"charges?|bills?)|"
    r"going blind (?:from |with )?(?:trying|reading|looking|filling|staring)|see(?:ing)? spots of|"
    rf"(?:can't|cannot|don't|couldn't|can) see (?:a thing|anything|nothing|any \w+|the \w+|my \w+) (?:on|"
    rf"in) (?:(?:there|here|this|that|the|your|"
    rf"my|tiny|little|online) )*(?:{_PAPER}|there)|see the (?:road|sign)\b|"
    rf"no (?:puedo ver|veo) (?:(?:nada|la|las|el|los|bien|\w+) ){{0,3}}(?:en|de) (?:la |su |el |mi )?{_PAPER}|"
    rf"no veo la carretera|"
    r"ya no veo a (?:la |esa |ese |el )?doctora?|"
    rf"perd\w+ la vista de(?:l| la| mi)? (?:{_PAPER}\w*|bolsa|cartera|carro|perro|numero|direccion|cita)|"
    r"(?:phone|line|screen|app|website|telefono|celular|computadora|pantalla)\b(?: [\w|']+){0,6} (?:went|goes|"
    r"se puso|puso|"
    r"quedo) (?:\w+ )?(?:black|negr[oa]|cieg[oa])|(?:power|lights?) (?:went|is|was) (?:out|off)\b(?: [\w|"
    r"']+){0,6} (?:everything went|"
    r"went) (?:black|dark)|went black screen|se fue la luz\b(?: [\w|']+){0,6} (?:negro|oscuro|oscuras)|"
    r"(?:arm|leg|temple|side) (?:on|of) (?:my|the|his|her) (?:glasses|frames?)|"
    r"(?:left |right )?(?:lens|screw|nose pad|lente|tornillo) (?:(?:keeps?|se|just|me|le) )*(?:fell|fall\w*|"
    r"popp\w+|came|cayo|cae|salio|"
    r"sale) ?(?:out|off)?\b|(?:flash\w*|flicker\w*) (?:mirror|coating|photography|flood\w*)|(?:lights?|"
    r"luces) (?:over|at|de) (?:my|your|"
    r"su|la) (?:job|office|door|front door|work) (?:\w+ )?flicker\w*"
)


if __name__ == "__main__":
    import re
    import sys

    for heard in sys.stdin:
        print([one.group() for pattern in (NAMES, IDIOMS, THINGS_SEEN) for one in re.finditer(pattern, heard)])
