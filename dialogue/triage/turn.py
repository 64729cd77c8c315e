"""One turn of a caller: which concepts it holds, each with its patterns and with what keeps it from counting."""

import re

from dialogue.triage import concepts_body as body
from dialogue.triage import concepts_head as head
from dialogue.triage import concepts_vision as sight
from dialogue.triage.hearing import read
from dialogue.triage.scope import Clauses

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
_EVIDENCE: dict[str, str] = {
    "life": head.LIFE,
    "stroke": head.STROKE,
    "stroke_face": head.STROKE_FACE,
    "stroke_speech": head.STROKE_SPEECH,
    "stroke_weak": head.STROKE_WEAK,
    "headache": head.HEADACHE,
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
    "jaw_ache": head.JAW_ACHE,
    "scalp": head.SCALP,
    "pain": body.PAIN,
    "red": body.RED,
    "red_self": r"pink ?eye|blood ?shot|conjunctivitis|conjuntivitis|derrame en el ojo",
    "discharge": body.DISCHARGE,
    "nausea": body.NAUSEA,
    "light_hurts": body.LIGHT_HURTS,
    "swollen": body.SWOLLEN,
    "struck": body.STRUCK,
    "shut": body.SHUT,
    "jaw": head.JAW,
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
    "worst": head.WORST,
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


class Turn:
    """One turn's concepts, each looked for once and only when a row asks for it."""

    def __init__(self, text: str) -> None:
        self.line = read(text)
        self._clauses = Clauses(self.line)
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
        return not self.says_anything() and any(PATTERNS[name].search(self.line) for name in _EVIDENCE)

    def _look(self, name: str) -> bool:
        found = PATTERNS[name].finditer(self.line)
        if name in _CIRCUMSTANCE:
            return next(found, None) is not None
        return any(self._counts(name, one.start(), one.end()) for one in found)

    def _counts(self, name: str, start: int, end: int) -> bool:
        if name == "surgery" and self._is_ahead(start, end):
            return False
        return self._clauses.counts(start, end, chronic_counts=name not in _MAY_BE_KNOWN)

    def _is_ahead(self, start: int, end: int) -> bool:
        if _DONE.search(self.line[start:end]):
            return False
        if _DONE_SOON_AFTER.search(self.line[end:]):
            return False
        return bool(_FUTURE_OPERATION.search(self.line[:start]) or _OPERATION_AHEAD.search(self.line[end:]))


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        one = Turn(heard)
        print([name for name in PATTERNS if one.has(name)])
