"""Whether a mention counts: not denied, not long past, not asked about in general, not only feared."""

import re

from dialogue.text import BREAK

_NOT_A_DENIAL = (
    r"(?! (?:been (?:this|so|that)|had (?:this|it|that|anything|something)|felt|seen anything|happened|sure|know|"
    r"knowing|only|just|doubt|idea|stop\w*|go away|going away|gone|get better|getting better|"
    r"better|matter|wait|understand|help\w*|working|"
    r"remember|sleep|feel|look\w*|good|normal|right|well|se que|se si|se por|aguanto|soporto|puedo|puede|"
    r"querer|se (?:me )?quita))"
)
_SUBJECT = (
    r"(?!(?:i|i'm|i've|my|he|he's|she|she's|it|it's|they|there|there's|because|since|when|if|just|only|now|then|so|"
    r"and|can't|cannot|until|though|mi|porque|desde|"
    r"cuando|ahora|hoy|y|solo|sino|me|le|que)\b)"
)
_DENIED = re.compile(
    rf"\b(?:no|not|never|without|nor|neither|none|nothing|denies|(?:do|does|did|is|are|was|were|have|has|had|"
    rf"ai)n't|sin|nunca|tampoco|ni|ningun\w*|jamas|nada){_NOT_A_DENIAL}"
    rf"(?: (?:me|se|le|nos|es))?(?: (?:en|de) (?:el|mi|los|la)| (?:in|on|of|with|to) (?:my|his|her|the|either|any)|"
    rf" (?:it|he|she|they|i|there|that|this)(?= (?:hurt|have|had|is|see|been|any))"
    rf"| (?:flash\w*|float\w*|pain|redness) and| (?:destellos|dolor|moscas) y| me(?= (?:duele|molesta|arde))|"
    rf" (?:he|ha) (?:tenido|visto|sentido|notado)| {_SUBJECT}[\w']+){{0,6}} ?$"
)
_DENIED_AFTER = re.compile(r"^ ?(?:no|none|nope|negative|no tengo|no hay|no veo|ninguno)\b(?= ?$)")
_FEARED = re.compile(
    r"\b(?:afraid|scared|fear|(?<!should i )(?<!to )worr\w+ (?:about|that|of)|risk|chances?|prevent|avoid|(?:don't|"
    r"do not) want to (?:go|lose|end up|be|become)|"
    r"family history|history|runs in|miedo|evitar|riesgo|test(?:ed)? for|screen\w*|"
    r"tratamiento)\b(?: [\w']+){0,5} ?$"
)
_PAST = re.compile(
    r"\b(?:years? (?:ago|back|before)|months (?:ago|back)|last year|(?:back )?in (?:19|20)\d\d|in (?:nineteen|"
    r"twenty|two thousand)(?! (?:minutes?|days?|hours?|seconds?|weeks?))(?: and)? \w+|as a (?:kid|child|baby|"
    r"teenager|boy|girl)|when (?:i|he|she|we) (?:was|were)(?! \w+ing\b)|"
    r"(?<!as i )(?<!as she )(?<!as he )(?<!than i )(?<!like i )(?<!like it )(?<!way i )used to|long time ago|"
    r"decades?|in (?:the )?(?:past|"
    r"college|high school)|growing up|hace (?:muchos |varios |\w+ )?(?:anos|meses)|hace tiempo|el ano pasado|"
    r"de (?:nin[oa]|chiquit[oa]|joven)|cuando (?:era|tenia)|en (?:el )?(?:19|20)\d\d|en (?:el )?dos mil \w+|"
    r"anos atras)\b"
)
_LONG_AGO = re.compile(
    r"\b(?:in|since) (?:first|second|third|fourth|fifth|sixth|seventh|eighth|\w+th|grade|elementary|"
    r"middle) (?:grade|school)|"
    r"kindergarten|(?:back )?in the (?:sixties|seventies|eighties|nineties|[6-9]0s)|de (?:chic[oa]|chamac[oa]|"
    r"jovencit[oa])|"
    r"in the (?:army|navy|service|war|marines)|in (?:sixty|seventy|eighty|ninety) \w+|en la (?:primaria|secundaria|"
    r"guerra)|way back|eso fue hace\b"
)
# What might happen one day, is only read about, or is to be kept from happening.
_SUPPOSED = re.compile(
    r"\b(?:in case (?:one day|someday|ever|something|anything)|if (?:[\w']+ ){1,4}ever\b|(?:if )?someday|"
    r"hypothetical\w*|"
    r"por si (?:acaso|algun|un dia|las)|si algun dia|si (?:me |le )?lleg(?:a|ara) a|"
    r"so (?:that )?(?:nothing|nobody|no one)\b|so (?:that )?(?:he|she|i|they|we|sawdust|dust|debris|things?) "
    r"(?:won't|doesn't|don't|can't|never) (?:get|hit|hurt|fly|take|poke|lose)|para que no (?:le|me|les|se|nos)|"
    r"(?:i'd|would) hate to|watch (?:out )?for|(?:i|he|she) read (?:online )?(?:that|about)|(?:novel|movie|video|"
    r"character)\b)"
    r"(?!.*\b(?:but|pero|now|ahora|ahorita|just|today|hoy|suddenly|de repente)\b)"
)
_RECENT_PAST = re.compile(
    r"\b(?:last (?:month|week)|(?:a|two|three|few|several|\w+) weeks? ago|a month ago|a while ago|the other (?:day|"
    r"week)|el mes pasado|la semana pasada|hace (?:un mes|\w+ semanas?))\b"
)
_RESOLVED = re.compile(
    r"\b(?:(?:fine|ok|okay|better|good|gone|normal|healed|great) now|(?:is|it's|are|they're|feels?|all|am|"
    r"i'm) (?:\w+ )?(?:fine|ok|okay|gone|good|better|healed)|went away|cleared up|back to normal|resolved|"
    r"ya (?:esta|estoy|no|se|paso)|se (?:me |le )?quito|todo bien|no more)\b"
)
_STILL = re.compile(
    r"\b(?:still|again|today|tonight|this (?:morning|week)|since then|suddenly|getting worse|worse|keeps?|"
    r"came back|coming back|is back|now(?! (?:it's )?fine)|todavia|sigue|otra vez|de nuevo|ahora|hoy|desde|"
    r"empeor\w+|regres\w+|volvi\w+)\b"
)
_CHRONIC = re.compile(
    r"\b(?:(?:for|in|over|these) (?:the )?(?:many |several |past |last |a couple of |a few |about |\w+ )?years|"
    r"for (?:a )?(?:decades?|long time|months|ever)|forever|since (?:birth|childhood|i was|he was|she was|(?:19|"
    r"20)\d\d)|always|all (?:my|his|her) life|"
    r"born|usual\w*|unchanged|not new|haven't changed|hasn't changed|no change(?! in)|(?:are|is) old|"
    r"same (?:old )?(?:ones|floaters|as)|"
    r"the same|old (?:ones|floaters)|already (?:been )?(?:checked|examined|looked)|doctor (?:already )?(?:checked|"
    r"said|looked|knows)|"
    r"desde (?:nin[oa]|siempre|hace (?:\w+ )?anos|que naci)|hace (?:muchos |varios |\w+ )?anos|de nacimiento|"
    r"toda la vida|siempre|las mismas|siguen? (?:igual\w*|lo mismo)|ya (?:me )?(?:las? |los? )?(?:revis\w+|"
    r"examin\w+|mir[ao]\w*|che[ck]\w+|vio|vieron))\b"
)
_FRESH = re.compile(
    r"\b(?:sudden\w*|new|worse\w*|more|many|today|now|different|this (?:morning|week)|yesterday|started|nuev[oa]s?|"
    r"mas|peor|ahora|hoy|ayer|de repente)\b"
)
_IN_GENERAL = re.compile(
    r"^(?:(?:hi|hello|hey|so|and|well|yes|no|ok|okay|please|just|also|quick|question|i|i'm|was|am|wondering|wonder|"
    r"if|want|wanted|wanna|would|like|to|know|ask|can|could|you|tell me|do you know|calling|curious|oye|hola|"
    r"quisiera|quiero|saber|si|disculpe) )*?(?:what(?:'s| is| are) (?:an? |the (?:symptoms?|signs?|cause|causes|"
    r"treatment|cost|price|difference|recovery|best) )?|what (?:do|does|causes?|happens|kind|types?|percent)\b|"
    r"how (?:long|much|do you|does|do (?:people|doctors)|soon|bad|often|common|"
    r"many|are|is)\b|(?:do|can|could|would) (?:you|y'all|your doctors?|the doctors?|he|she) (?:guys |all |also |"
    r"even )?(?:do|treat|see|handle|offer|take(?: care)?|remove|have|perform|sell|specialize|accept|fix|check|deal|"
    r"work|"
    r"explain|tell)|(?:do|does|can|could|will|is|are) (?!i\b|my\b|you\b|he\b|she\b|it normal|this\b|that\b|these\b|"
    r"it\b)"
    r"[\w']+|is it true|does it|will it|would it|is it (?:gonna|going to)|que (?:es|son|significa|causa)|"
    r"cual\w* son|cuanto|tratan|atienden|hacen|ofrecen|revisan|como (?:tratan|se (?:trata|quita|opera))|(?:va|"
    r"me va) a doler|duele (?:la|el|una) (?:cirugia|operacion|examen|inyeccion|prueba|lasik))\b"
)
_MINE = re.compile(
    r"\b(?:i (?:see|saw|have|got|can't|cannot|lost|had|feel|noticed|woke|think|hurt|keep)|i'm (?!a\b|interested|"
    r"calling|wondering|looking|thinking|just)|i've|my (?:left |right )?(?:eyes?|vision|sight|eyelids?|son|"
    r"daughter|mom|mother|dad|father|husband|wife|baby|kid|child|grand\w+)(?!'?s? (?:exam|surgery))"
    r"|today|this morning|since (?:this|yesterday|last|\w+day)|suddenly|yesterday|(?:should|do) i do|right away|"
    r"help|(?<!a )(?<!como )me (?:duele|cayo|dio|entro)|mi (?:ojo|hijo|hija|mama|papa|esposo|esposa)|veo|tengo|"
    r"ayer|de repente)\b"
)


_ADVERBIAL = 5  # words of a time that opens a sentence
_TURNS = ("but", "pero", "now", "ahora", "today", "hoy", "and now", "y ahora", "so now")


def is_of_another_time(line: str) -> bool:
    """Whether a line tells of long ago, or of what might be, and of nothing that goes on."""
    return (_is_long_ago(line) or bool(_SUPPOSED.search(line))) and not _STILL.search(line)


class Clauses:
    """The clauses of a line, and which of its mentions count.

    Args:
        line: of `hearing.read`.
    """

    def __init__(self, line: str) -> None:
        self._line = line
        self._mine = bool(_MINE.search(line))
        self._resolved = bool(_RESOLVED.search(line))
        self._judged: dict[tuple[int, int], tuple[bool, bool]] = {}

    def counts(self, start: int, end: int, *, chronic_counts: bool) -> bool:
        """Whether the mention at `start:end` is said of somebody, of now, and not denied."""
        first = self._line.rfind(BREAK, 0, start) + 1
        last = self._line.find(BREAK, end)
        last = len(self._line) if last < 0 else last
        before, after = self._line[first:start].lstrip(), self._line[end:last]
        if _SUPPOSED.search(self._line[:end]):
            return False
        if _DENIED.search(before) or _DENIED_AFTER.search(after) or _FEARED.search(before):
            return False
        over, chronic = self._time(first, last)
        if over or (chronic and not chronic_counts):
            return False
        return self._mine or not _IN_GENERAL.search(f"{self._line[first:end].strip()} ")

    def _time(self, first: int, last: int) -> tuple[bool, bool]:
        """Whether a clause is about something over, and whether about something old and known."""
        if (first, last) not in self._judged:
            clause = self._line[first:last]
            over = (
                _is_long_ago(clause)
                or self._opened_long_ago(first)
                or (self._resolved and bool(_RECENT_PAST.search(clause)))
            )
            known = bool(_CHRONIC.search(clause)) and not _FRESH.search(clause)
            self._judged[first, last] = (over and not _STILL.search(clause), known)
        return self._judged[first, last]

    def _opened_long_ago(self, first: int) -> bool:
        """Whether the clause before is nothing but a time long past ("when i was little | i got ...")."""
        before = self._line[: max(0, first - 1)].rstrip().rpartition(BREAK)[2].split()
        follows = self._line[first : first + 8].lstrip()
        if not before or len(before) > _ADVERBIAL or follows.startswith(_TURNS):
            return False
        return _is_long_ago(" ".join(before))


def _is_long_ago(clause: str) -> bool:
    return bool(_PAST.search(clause) or _LONG_AGO.search(clause))


if __name__ == "__main__":
    print(Clauses("no flashes | floaters").counts(3, 10, chronic_counts=True))
