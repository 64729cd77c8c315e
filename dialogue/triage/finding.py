"""From a caller's words to a class of urgency and to AVA's words for it. Pure; well under a millisecond a turn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from call import Urgency
from dialogue.triage import concepts_body as body
from dialogue.triage import concepts_vision as sight
from dialogue.triage.hearing import read
from dialogue.triage.language import spoken_language
from dialogue.triage.scope import Clauses, is_of_another_time
from dialogue.triage.second_opinion import Model, Opinion, model
from dialogue.triage.table import ROWS, Has, Level, Row
from dialogue.triage.wording import Language, wording

_EARLIER_TURNS = 3
_STUCK_LENS = (
    r"(?:contact|lens|lente) (?:\w+ ){0,4}(?:stuck|atorad\w+|pegad\w+)|(?:can't|cannot) (?:get|take|"
    r"remove) (?:\w+ ){0,2}(?:contact|lens)\w*(?: (?:\w+ ){0,3}out)?"
)
_FUTURE_OPERATION = re.compile(
    r"\b(?:need|want|like|schedul\w+|book|get|getting|having|have|interested in|candidate for|considering|about|"
    r"cost of|price of|before|consult\w* for|for|a|quiero|necesito|antes de(?: la)?|para(?: la)?|(?:cita|consulta|"
    r"costo|precio|cuesta|informacion|fecha|hora|dia|evaluacion) de)"
    r"(?: (?:to (?:have|get|do|schedule)|my|the|an?|his|her|una|la|cataracts?|eye|lasik|laser|retina|eyelid))*\s?$"
)
_OPERATION_AHEAD = re.compile(
    r"^(?: \w+){0,3} (?:consult\w*|evaluation|next (?:week|month|\w+day)|tomorrow|scheduled|coming up|is on|"
    r"proxim\w+|manana)\b"
)
_DONE = re.compile(r"\b(?:ago|before|yesterday|last|already|was|were|done|removed|out|after|since|following)\b")
_DONE_SOON_AFTER = re.compile(
    r"^(?: \w+){0,3} (?:ago|yesterday|last (?:week|month|night|\w+day)|hace|ayer|pasad[oa])\b"
)
# Old and known things are no alarm for these; an accident is one, and so is what follows an operation.
_MAY_BE_KNOWN = frozenset(
    {
        "loss",
        "blur",
        "worse",
        "curtain",
        "flash",
        "float",
        "double",
        "halo",
        "droopy_lid",
        "headache",
        "light_hurts",
        "pupil",
        "red",
        "red_self",
        "discharge",
        "swollen",
    }
)
_WORDS_OF_DOUBT: dict[Level, str] = {"emergent": "severe_pain", "urgent": "eye_pain"}
_WORDS_BY_ACCIDENT = (
    (("chemical", "exposed"), "chemical"),
    (("foreign_body",), "foreign_body"),
    (("blow",), "injury"),
)
_EVIDENCE: dict[str, str] = {
    "life": body.LIFE,
    "stroke": body.STROKE,
    "stroke_face": body.STROKE_FACE,
    "stroke_speech": body.STROKE_SPEECH,
    "stroke_weak": body.STROKE_WEAK,
    "headache": body.HEADACHE,
    "chemical": body.CHEMICAL,
    "splashed": body.SPLASHED,
    "surgery": body.SURGERY,
    "contact_lens": body.CONTACT_LENS,
    "stuck_lens": _STUCK_LENS,
    "foreign_body": body.FOREIGN_BODY,
    "injury": body.INJURY,
    "blow": body.BLOW,
    "loss": sight.LOSS,
    "blur": sight.BLUR,
    "worse": sight.WORSE_SIGHT,
    "curtain": sight.CURTAIN,
    "flash": sight.FLASH,
    "float": sight.FLOAT,
    "double": sight.DOUBLE,
    "halo": sight.HALO,
    "pupil": sight.WHITE_PUPIL,
    "droopy_lid": body.DROOPY_LID,
    "jaw_ache": body.JAW_ACHE,
    "scalp": body.SCALP,
    "pain": body.PAIN,
    "red": body.RED,
    "red_self": r"pink ?eye|blood ?shot|conjunctivitis|conjuntivitis|derrame en el ojo",
    "discharge": body.DISCHARGE,
    "nausea": body.NAUSEA,
    "light_hurts": body.LIGHT_HURTS,
    "swollen": body.SWOLLEN,
    "struck": body.STRUCK,
    "shut": body.SHUT,
    "jaw": body.JAW,
}
_CIRCUMSTANCE: dict[str, str] = {
    "burning": r"burn\w*|ard\w+|quem\w+",
    "sight": r"vision|sight|eyesight|vista|see\b|seeing|look(?:s|ing)",
    "eye": body.EYE,
    "eye_or_face": body.EYE_OR_FACE,
    "exposed": body.EXPOSED,
    "in_eye": body.IN_EYE,
    "sudden": body.SUDDEN,
    "severe": body.SEVERE,
    "worst": body.WORST,
    "seen": sight.SEEN,
    "many": sight.MANY,
    "strain": body.STRAIN,
    "glasses": body.GLASSES,
    "days": body.DAYS,
    "allergy": body.ALLERGY,
    "lid_cosmetic": body.LID_COSMETIC,
    "prism": body.PRISM,
    "other_body": body.OTHER_BODY,
    "aged": body.AGED,
    "spots": r"spots|dots|specks|puntos|puntitos|manchas",
    "tender": r"tender|sore|pulses?|throb\w*|touch|pillow|comb\w*|brush\w*|tocar|toco|almohada|peinar\w*",
    "chronic_words": r"(?:for|over) (?:\w+ )?(?:months|years)|gradual\w*|new glasses|my glasses",
}
PATTERNS = {name: re.compile(rf"\b(?:{pattern})") for name, pattern in (_EVIDENCE | _CIRCUMSTANCE).items()}
for _name in (
    "eye",
    "eye_or_face",
    "pain",
    "red",
    "discharge",
    "contact_lens",
    "chemical",
    "jaw",
    "jaw_ache",
    "sudden",
    "severe",
    "headache",
    "surgery",
    "strain",
    "glasses",
    "other_body",
    "aged",
    "swollen",
    "halo",
    "worst",
    "float",
):
    PATTERNS[_name] = re.compile(rf"\b(?:{(_EVIDENCE | _CIRCUMSTANCE)[_name]})(?!\w)")


# An alarm in a turn without a word of eyes, sight or the body ("stuck in traffic") yields to an opinion this sure.
_ELSEWHERE = -1.5
# Any other alarm of the table yields where both figures of the opinion are below this. On sets that the weights did not
# come from, an emergency that the table found was never below -1.3 in both, most idioms and errands were.
_HARMLESS = -2.0
_A_STORY = 7  # words; a bare complaint ("i'm blind") never yields
_ABOUT_EYES = re.compile(
    rf"\b(?:{body.EYE_OR_FACE}|eye\w*|vision|sight|vista|see|sees|seeing|blind\w*|cieg\w+|veo|ve|ver|viendo|"
    rf"floaters|flashes|curtain|"
    r"head\w*|cefalea|arms?|legs?|mouth|speech|talk\w*|speak\w*|habl\w+|boca|brazo|jaw|scalp|temples?|stroke|"
    r"surgery|contacts?|lens|"
    r"lentes?|cirugia|oper\w+|pain|dolor|duele|chest|breath\w*|pecho|respir\w+)\b"
)
_OF_EYES_ALONE = frozenset(
    {"foreign_body", "injury", "vision_loss", "retina", "double_or_droopy", "severe_pain", "red_painful_eye"}
    | {"flashes_floaters", "red_eye", "vision_worse", "eye_pain", "swollen_eye", "pupil"}
)
_ABOVE_URGENT = 0.3  # how much surer the opinion has to be of an emergency where the table says within a day
_ABOVE_STORY = 2.5  # where the turn tells of long ago, or of what might be
_ABOVE_DENIAL = 1.5  # and where all that the table knows of is denied, past or asked in general


@dataclass(frozen=True, slots=True)
class Finding:
    """What triage makes of a turn.

    Attributes:
        urgency: emergent (now), urgent (within 24 hours) or routine.
        code: row of the table, `suspected` when only the second opinion raised it, `routine` when nothing did.
        say: approved sentences in the language of the caller's words; none for routine.
        call_911: the caller is told to hang up and call 911.
        language: of `say`.
    """

    urgency: Urgency
    code: str = "routine"
    say: tuple[str, ...] = ()
    call_911: bool = False
    language: Language = "en"


class _Turn:
    """One turn's concepts, each looked for once and only when a row asks for it."""

    def __init__(self, text: str) -> None:
        self._line = read(text)
        self._clauses = Clauses(self._line)
        self._known: dict[str, bool] = {}

    def has(self, name: str) -> bool:
        if name not in self._known:
            self._known[name] = self._look(name)
        return self._known[name]

    def says_anything(self) -> bool:
        """Whether any evidence counts; most turns hold none."""
        return any(self.has(name) for name in _EVIDENCE)

    def only_denies(self) -> bool:
        """Whether evidence is mentioned and none of it counts."""
        return not self.says_anything() and any(PATTERNS[name].search(self._line) for name in _EVIDENCE)

    def _look(self, name: str) -> bool:
        found = PATTERNS[name].finditer(self._line)
        if name in _CIRCUMSTANCE:
            return next(found, None) is not None
        return any(self._counts(name, one.start(), one.end()) for one in found)

    def _counts(self, name: str, start: int, end: int) -> bool:
        if name == "surgery" and self._is_ahead(start, end):
            return False
        return self._clauses.counts(start, end, chronic_counts=name not in _MAY_BE_KNOWN)

    def _is_ahead(self, start: int, end: int) -> bool:
        if _DONE.search(self._line[start:end]):
            return False
        if _DONE_SOON_AFTER.search(self._line[end:]):
            return False
        return bool(_FUTURE_OPERATION.search(self._line[:start]) or _OPERATION_AHEAD.search(self._line[end:]))


def triage(text: str, earlier: Sequence[str] = (), *, second: Model | None = None) -> Finding:
    """Judge a caller's turn by its concepts, and by the second opinion where they leave it below an emergency.

    Args:
        text: as heard or written, English, Spanish or both.
        earlier: the caller's turns before this one, the latest last; the last three count. What they said makes an
            emergency only together with something in this turn.
        second: whose opinion is asked for; the shipped model when it is not named.
    """
    by_table = by_concepts(text, earlier)
    line, second = read(text), second or model()
    opinion, least = second.judge(line), second.least
    if _yields(by_table, opinion, line):
        # The turns before may have told of the eye: then the alarm stands.
        return by_table if earlier and by_concepts(text).code != by_table.code else Finding("routine")
    if by_table.urgency == "emergent" or not line:
        return by_table
    if opinion.unwell <= least.unwell and opinion.emergent <= least.emergent:
        return by_table
    more = _margin(by_table, text, line)
    if opinion.emergent > least.emergent + more:
        return _suspected(text, line)
    if by_table.urgency == "routine" and opinion.unwell > least.unwell + more:
        return _found("urgent", "suspected", _WORDS_OF_DOUBT["urgent"], text)
    return by_table


def _margin(by_table: Finding, text: str, line: str) -> float:
    """How much surer than usual the opinion has to be to raise what the table says."""
    if by_table.urgency == "urgent":
        return _ABOVE_URGENT
    if is_of_another_time(line):
        return _ABOVE_STORY
    return _ABOVE_DENIAL if _Turn(text).only_denies() else 0.0


def _yields(by_table: Finding, opinion: Opinion, line: str) -> bool:
    """Whether an alarm of the table is taken back: never one of danger to life, and only by an opinion that is sure."""
    if by_table.urgency == "routine" or by_table.call_911:
        return False
    if max(opinion.emergent, opinion.unwell) < _HARMLESS and len(line.split()) >= _A_STORY:
        return True
    return by_table.code in _OF_EYES_ALONE and opinion.unwell < _ELSEWHERE and not _ABOUT_EYES.search(line)


def by_concepts(text: str, earlier: Sequence[str] = ()) -> Finding:
    """Judge a caller's turn by the table alone; arguments as of `triage`."""
    now = _Turn(text)
    if not now.says_anything() and not (
        earlier and any(now.has(name) for name in ("sudden", "severe", "exposed", "many", "aged", "days"))
    ):
        return Finding("routine")
    turns = (now, *(_Turn(one) for one in earlier[-_EARLIER_TURNS:]))
    row = _first_row(now, lambda name: any(turn.has(name) for turn in turns))
    if row is None:
        return Finding("routine")
    return _found(row.level, row.code, row.code, text, call_911=row.call_911)


def _suspected(text: str, line: str) -> Finding:
    """An emergency that no row names: the words of the accident that it mentions, else those for any emergency."""
    for concepts, words in _WORDS_BY_ACCIDENT:
        if all(PATTERNS[concept].search(line) for concept in concepts):
            return _found("emergent", "suspected", words, text)
    return _found("emergent", "suspected", _WORDS_OF_DOUBT["emergent"], text)


def _found(urgency: Level, code: str, words: str, text: str, *, call_911: bool = False) -> Finding:
    language = spoken_language(text)
    worse = wording().say("worse", language) if urgency == "urgent" else ()
    return Finding(urgency, code, (*wording().say(words, language), *worse), call_911, language)


def _first_row(now: _Turn, has: Has) -> Row | None:
    for row in ROWS:
        if row.fits(has) and any(now.has(name) for name in row.concepts):
            return row
    return None


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(triage(heard))
