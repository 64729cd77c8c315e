"""How callers name signs of a stroke, aches of head, jaw and scalp, and danger to life. English and Spanish.

Patterns match lines of `hearing.read`.
"""

STROKE_FACE = (
    r"(?:face|cheek|mouth|smile|cara|boca|rostro)\b(?: [\w']+){0,6}? (?:droop\w*|crooked|twisted|numb\w*|sagg\w*|fell|"
    r"fallen|falling|weak|lopsided|uneven|paralyz\w+|slid\w*|slack|hanging|caid\w+|"
    r"torcid\w+|chuec\w+|dormid\w+|paraliz\w+|ladead\w+|adormec\w+)|droop\w* (?:\w+ ){0,2}(?:face|mouth)|"
    r"facial droop\w*|numb (?:\w+ )?face|(?:torcio|cuelga|colgo|cayo|durmio|paralizo|tuerce|enchueco) "
    r"(?:\w+ )?(?:la |media |un lado de la )?(?:cara|boca)"
)
_NOT_LANGUAGE = (
    r"(?! (?:english|spanish|very (?:good|much)|right now|now|long|to|with|about|on|at|for|loud|very long|ingles|"
    r"ahora|con|mucho|much|"
    r"espanol))"
)
STROKE_SPEECH = (
    r"(?:can't|cannot|couldn't) (?:say|tell me) (?:my|his|her|their) name|"
    r"no coordin\w+|(?:won't|can't|doesn't) grip|drooling|se (?:me |le )?va de lado|se le cae la baba|"
    r"(?:habl|suen)\w+ (?:\w+ )?como (?:borrach|ebri|boracho)\w*|(?:talk|sound|act)\w* (?:\w+ )?(?:like (?:he's |"
    r"she's )?)?drunk|"
    rf"words? (?:\w+ ){{0,3}}(?:not|aren't|won't|isn't|don't|wouldn't|weren't) (?:\w+ )?com\w* out|"
    rf"can't find (?:\w+ )?words|slur\w*|tartamud\w+|traba\w* (?:al|para|cuando) habl\w+|no (?:le |me )?(?:sale\w*|"
    rf"salen) (?:bien )?(?:las |la )?(?:palabras|voz)|balbuce\w+|"
    rf"(?:can't|cannot|couldn't|unable to|trouble|difficulty|struggling|not able to|"
    rf"hard time) (?:\w+ ){{0,2}}(?:speak\w*|talk\w*|get (?:\w+ ){{0,2}}words){_NOT_LANGUAGE}|"
    r"(?:talk\w*|speak\w*|speech|words?) (?:[\w']+ ){0,3}(?:funny|weird\w*|garbled|gibberish|jumbled|strange\w*|"
    r"sense|messed up|mumbl\w+|mixed up)|mumbling|not making (?:any )?sense|"
    rf"no (?:puede|puedo) hablar{_NOT_LANGUAGE}|habla\w* (?:\w+ )?(?:raro|enredado|mal\b|extrano|trabado)|"
    rf"arrastra\w* (?:las |la )?(?:palabras|lengua)|se le (?:\w+ )?(?:traba|enreda|trabo) la lengua"
)
STROKE_WEAK = (
    r"(?:arms?|legs?|hand|side|brazos?|piernas?|mano|lado)\b(?: (?!\|)[\w']+){0,5} (?:weak\w*|numb\w*|paraly\w+|"
    r"tingl\w+|limp|dead|heavy|useless|asleep|won't move|can't move|debil\w*|dormid\w+|adormec\w+|entumec\w+|durmio|"
    r"mover)|"
    r"(?:drag\w*|weak\w*|numb\w*|paralyzed|durmi\w+|duerme|debilidad|adormec\w+|entumec\w+|can't (?:move|lift|raise|"
    r"feel)|"
    r"limp|arrastra\w*|duerm\w+) (?:[\w']+ ){0,4}(?:medio cuerpo|half (?:of )?(?:his|her|my) body|arms?|legs?|"
    r"one side|left side|right side|brazos?|piernas?|mano|lado)"
)
STROKE = (
    r"(?:having|think (?:\w+ ){0,5}|like |maybe |may be |might be |might have had |just had |signs? of |"
    r"symptoms? of |possible |could be )(?:having )?(?:a )?(?:mini )?stroke(?! of)|"
    r"stroke (?:right now|today|this morning)|(?:dando|dio|dado|teniendo|creo que\b.{0,12}) (?:un |"
    r"una )?(?:derrame|embolia|infarto)(?! en el ojo)"
)
HEADACHE = (
    r"headaches?|head (?:is |really )?(?:aches?|hurts?|hurting|pounding|killing|pain|pains)|head ?pain|migraines?|"
    r"cefalea|temples?|sien|sienes|cabeza"
)
WORST = r"worst|thunder ?clap|peor|explod\w+|unbearable|like never before|mas fuerte"
JAW = r"jaws?|mandibula|quijada|chew\w*|masticar|mastic\w+"
JAW_ACHE = r"jaws?|mandibula|quijada"
SCALP = (
    r"(?:comb|brush|wash)\w* (?:my|his|her|the) (?:hair|head) .{0,12}(?:agony|hurts?|pain\w*|kills?|sore|unbearable|"
    r"torture)|no (?:se |me )?(?:puede|puedo) (?:ni )?peinar\w*|peinen|al peinar\w*|scalp|cuero cabelludo|"
    r"(?:hurts?|tender|"
    r"sore|painful|duele) (?:\w+ ){0,4}(?:comb|brush|touch|wash|peinar\w*|"
    r"peino|lavar\w*) ?(?:my|the|her|his|el)? ?(?:hair|head|pelo|cabello)?|"
    r"(?:head|hair) (?:\w+ ){0,3}(?:tender|sore) to (?:the )?touch"
)
LIFE = (
    r"chest (?:pains?|hurts|tight\w*)|(?:can't|cannot|can hardly|trouble|not|isn't|stopped) breath\w*|unconscious|"
    r"passed out|unresponsive|won't wake up|seizures?|convuls\w+|suicid\w*|"
    r"kill (?:myself|himself|herself)|overdos\w+|heart attack(?! (?:in|last|years?|back|\w+ (?:years?|"
    r"months?) ago))|dolor (?:de|en el) pecho|no (?:puedo|puede) respirar|"
    r"no respira|inconsciente|desmay\w+|matarme|ataque al corazon"
)


if __name__ == "__main__":
    import sys

    print(sorted(name for name in vars(sys.modules[__name__]) if name.isupper()))
