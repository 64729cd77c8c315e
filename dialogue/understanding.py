"""Everything that one utterance says, read once, in the light of the pending question."""

import re
from dataclasses import dataclass

from call import Intent, Window
from dialogue import slots
from dialogue.intents import IntentMatch, candidates
from dialogue.slots.phone import longest_run, without_number
from dialogue.slots.places import Insurance, any_location
from dialogue.state import Ask, Context, State
from dialogue.text import BREAK, normalise

PHONE_ASKS: tuple[Ask, ...] = ("phone", "phone_offer", "phone_check")
NAME_ASKS: tuple[Ask, ...] = ("name", "last_name", "spelling")
_WHEN_ASKS: tuple[Ask, ...] = ("when", "day", "time")
_PLACE_ASKS: tuple[Ask, ...] = ("location", "answer_place")
_A_NUMBER = 7  # so many digits in a row are a phone number even when none was asked for

_SAME_NUMBER = re.compile(
    r"\b(?:(?:this|same|that) (?:number|one|phone)|(?:the )?(?:number|one|phone) (?:that )?(?:i'm|i am|i) call\w*|"
    r"calling from|my cell is fine|this is fine|the one you have|este numero|el mismo)\b"
)
_PATIENT_SAID = re.compile(
    r"\b(?:new patient|first (?:time|visit)|existing patient|current patient|returning patient|been (?:there|here|"
    r"to your)|"
    r"never been|i'm new\b(?! (?:to|in|at) (?:town|the area))|established patient|already a patient|i'm a patient|"
    r"paciente nuev[oa]|primera vez)\b"
)
_SPANISH = re.compile(
    r"\b(?:hola|buenos|buenas|quiero|necesito|quisiera|cita|por favor|espanol|hablar|habla|donde|cuanto|gracias|ojos|"
    r"lentes|vista|seguro medico|aceptan|tienen|estan|puedo|tengo|abren|cierran|doctora|manana|oficina|me llamo|"
    r"mi nombre|senora|cancelar|cambiar|receta|gotas|cuando|horario|direccion)\b"
)
_SPANISH_SPEAKER = re.compile(r"\b(?:spanish|hablas? espanol|en espanol|espanol)\b")
_QUESTION = re.compile(
    r"^(?:and |but |so |also |ok |okay |wait |actually |hey |well |yes |no )*(?:what|when|where|which|how|who|why|"
    r"do|does|is|are|can|could|will|"
    r"would|did|whats|what's|where's|how's|que|cuando|donde|cuanto|cual)\b|\b(?:do|are|is|can|will) (?:you|y'all|"
    r"it|they)\b|\b(?:i wanna|wanna|want to|wanted to|like to|need to) (?:know|see if|ask|check|find out)\b|"
    r"\bquestion\b|\btell me\b|\bwondering\b"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What an utterance says; a field that it says nothing about is None or empty.

    `rest` is the normalised text without a name or a number in it. `digits` holds the digits of a phone number,
    perhaps not all of them. `windows` were read with the opening hours of the office, where one is known.
    """

    text: str
    line: str
    rest: str = ""
    intents: tuple[IntentMatch, ...] = ()
    yes_no: bool | None = None
    name: slots.Name | None = None
    digits: str = ""
    same_number: bool = False
    locations: tuple[str, ...] = ()
    any_location: bool = False
    service: str | None = None
    insurance: Insurance | None = None
    is_new: bool | None = None
    windows: tuple[Window, ...] = ()
    spanish: bool = False
    is_question: bool = False

    @property
    def intent(self) -> Intent:
        return self.intents[0].intent if self.intents else "other"

    def wants(self, *intents: Intent, at_least: float = 0.7) -> Intent | None:
        """The strongest intent, when it is one of these and plain enough."""
        best = self.intents[0] if self.intents else None
        return best.intent if best and best.intent in intents and best.score >= at_least else None

    @property
    def has_facts(self) -> bool:
        """True when the utterance fills any slot."""
        return bool(
            self.name or self.digits or self.locations or self.service or self.insurance or self.windows
            or self.is_new is not None
        )  # fmt: skip


def understand(text: str, state: State, context: Context) -> Heard:
    """Read an utterance. Pure and quick (about a millisecond)."""
    line = normalise(text)
    if not line:
        return Heard(text, line)
    asking, facts = state.asking, context.facts
    open_change = asking in ("what_to_change", "read_back")
    name = _name(text, state, context)
    number = _digits(text, state)
    rest = _without(text, name, number)
    plan = slots.insurance(rest, facts, expected=asking in ("insurance", "answer_plan"))
    places = slots.locations(rest, facts, expected=asking in _PLACE_ASKS) if rest else ()
    return Heard(
        text=text,
        line=line,
        rest=rest,
        intents=tuple(candidates(text)),
        yes_no=slots.yes_no(text),
        name=name,
        digits=number,
        same_number=bool(_SAME_NUMBER.search(line)),
        locations=places,
        any_location=asking in _PLACE_ASKS and any_location(text),
        service=slots.service(rest, facts) if rest else None,
        insurance=plan,
        is_new=_is_new(text, line, asking),
        windows=_windows(rest, number, state, places, context, expected=asking in _WHEN_ASKS or open_change),
        spanish=_is_spanish(line),
        is_question=bool(_QUESTION.search(line)) or text.rstrip().endswith("?"),
    )


def _name(text: str, state: State, context: Context) -> slots.Name | None:
    expected = state.asking in NAME_ASKS
    found = slots.name(text, expected=expected, known=state.slots.name)
    if not found and state.asking in ("read_back", "what_to_change") and state.slots.name:
        found = slots.name(text, expected=True, known=state.slots.name)
        if found and not re.search(r"\bnot\b|\b\w \w \w\b", normalise(text)):
            return None  # a bare word there may be anything; only "X not Y" and spelling are plainly a name
    if found and not expected and not found.spelled and slots.locations(found.value, context.facts):
        return None  # "it's Coral Gables"
    if found and expected and re.match(r"(?:actually|make it|at the|at|in)\b", normalise(text)):
        return None if slots.locations(found.value, context.facts) else found
    return found


def _digits(text: str, state: State) -> str:
    if state.asking not in PHONE_ASKS:
        return slots.phone(text) if longest_run(text) >= _A_NUMBER else ""
    heard = slots.phone(text, state.digits)
    return "" if heard == state.digits or (longest_run(text) < 2 and not state.digits) else heard


def _without(text: str, name: slots.Name | None, number: str) -> str:
    line = normalise(text, breaks=True)
    if name and name.words:
        line = line.replace(name.words, " ", 1)
    line = " ".join(word for word in line.split() if word != BREAK)
    return without_number(line) if number else line


def _is_new(text: str, line: str, asking: Ask) -> bool | None:
    if asking != "is_new":
        return slots.is_new_patient(text) if _PATIENT_SAID.search(line) else None
    said = slots.is_new_patient(text)
    if said is not None:
        return said
    been_before = slots.yes_no(text)
    return None if been_before is None else not been_before


def _windows(
    rest: str, number: str, state: State, places: tuple[str, ...], context: Context, *, expected: bool
) -> tuple[Window, ...]:
    if not rest or (number and state.asking in PHONE_ASKS and longest_run(rest)):
        return ()
    location = places[0] if len(places) == 1 else state.slots.location
    now = context.now(location)
    zone = context.timezone(location)
    found = slots.windows(rest, now=now, timezone=zone, expected=expected)
    if not found or not location:
        return found
    known = [window.day for window in (*found, *state.slots.windows) if window.day]
    day = known[0] if known else now.date()
    opening = context.facts.opening_on(location, day)
    return slots.windows(rest, now=now, timezone=zone, opening=opening, expected=expected)


def _is_spanish(line: str) -> bool:
    if _SPANISH_SPEAKER.search(line):
        return True
    hits = len(_SPANISH.findall(line))
    return hits >= 2 or (hits == 1 and len(line.split()) <= 3)


if __name__ == "__main__":
    import sys

    from clock import SystemClock
    from dialogue.sample import sample_facts

    here = Context(sample_facts(), SystemClock(), None, "AVA")
    for heard in sys.stdin:
        print(understand(heard, State(), here))
