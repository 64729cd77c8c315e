"""Booking: which slots a tentative request needs, how an utterance fills them, and the read-back.

Frame-based: any utterance may fill any slot at any time; the next question is for the first slot that is empty.
"""

import datetime as dt
import re
from dataclasses import replace

from call import Slots, Window
from dialogue import offer, phrases, slots
from dialogue.slots.dates import in_the_same_week, is_open
from dialogue.slots.phone import LENGTH
from dialogue.state import Ask, Context, State
from dialogue.text import fold
from dialogue.understanding import NAME_ASKS, Heard
from dialogue.window_checks import checked

_TIME_ASKS: tuple[Ask, ...] = ("when", "day", "time", "offer", "offer_one")
_SOONEST = re.compile(r"\b(?:earliest|soonest|first (?:available|opening|thing you have)|as soon as possible)\b")


def fill(state: State, heard: Heard, context: Context) -> State:
    """Take every fact of an utterance into the slots. A value that differs from the one there is a correction."""
    before = state
    for take in (_take_name, _take_number, _take_place, _take_service, _take_patient, _take_insurance, _take_windows):
        state = take(state, heard, context)
    return offer.followed(before, _take_limits(state, heard, context))


def missing(state: State, context: Context) -> Ask:
    """What to ask next; `read_back` when everything is there."""
    known = state.slots
    if known.service is None and known.reason is None:
        return "service"
    if known.location is None:
        return "location"
    if known.is_new_patient is None:
        return "is_new"
    return missing_name(state) or missing_number(state, context) or _missing_rest(state, context)


def missing_name(state: State) -> Ask | None:
    if state.slots.name is None:
        return "name"
    return "last_name" if " " not in state.slots.name and not state.last_name_asked else None


def missing_number(state: State, context: Context) -> Ask | None:
    known = state.slots
    if state.digits:
        return "phone"
    if known.callback_number is None:
        return "phone_offer" if context.caller and not state.own_number_refused else "phone"
    return None if known.callback_confirmed else "phone_check"


def _missing_rest(state: State, context: Context) -> Ask:
    known = state.slots
    if not state.insurance_asked and not (known.insurance_vision or known.insurance_medical):
        return "insurance"
    if offer.in_use(state, context) and offer.is_wished(state):
        return "read_back" if state.visit.held else "offer"
    wanted = known.windows
    if not wanted:
        return "when"
    if any(is_open(one) for one in wanted):
        return "read_back"
    if any(one.day is None for one in wanted):
        return "day" if wanted[0].time or wanted[0].part else "when"
    return "read_back" if all(one.time or one.part for one in wanted) else "time"


def ask_next(state: State, context: Context) -> tuple[State, tuple[str, ...]]:
    """The state that asks for what is missing, and the sentences: what was just taken, then the question."""
    state, problems = checked(state, context)
    taken = _acknowledged(state)
    ask = missing(state, context)
    state = replace(state, asking=ask, insurance_asked=state.insurance_asked or ask == "insurance",
                    last_name_asked=state.last_name_asked or ask == "last_name", notices=())  # fmt: skip
    if ask == "offer":
        return _offer(state, context, (*taken, *problems))
    if ask == "read_back":
        return _read_back(state, context, problems)
    return replace(state, changed=()), (*taken, *problems, phrases.question(state, context))


def _offer(state: State, context: Context, lead: tuple[str, ...]) -> tuple[State, tuple[str, ...]]:
    """Offer free times; where none is free, go on with the times that the caller would like."""
    state, sentences = offer.step(state, context)
    if state.visit.away:
        state, sentences = ask_next(state, context)
        return state, (*lead, *sentences)
    question = () if state.visit.awaits else (phrases.question(state, context),)
    return state, (*lead, *sentences, *question)


def _acknowledged(state: State) -> tuple[str, ...]:
    return () if "callback_number" in state.changed else state.notices[:2]


def _read_back(state: State, context: Context, problems: tuple[str, ...]) -> tuple[State, tuple[str, ...]]:
    known = state.slots
    question = phrases.question(state, context)
    if state.was_read_back and not state.changed:
        return state, (*problems, phrases.question(state, context, attempt=1))
    if state.was_read_back:
        said = tuple(_changed_value(field, known, context) for field in state.changed)
        if state.visit.held and "windows" in state.changed:
            sentences = (f"That is now {', '.join(said)}.", *offer.note(state))
        else:
            sentences = (f"I have changed it to {', '.join(said)}.",)
        return replace(state, changed=()), (*problems, *sentences, question)
    visit = phrases.service_name(known.service, context)
    article = "An" if visit[0].lower() in "aeiou" else "A"
    sentences = (
        "Let me read that back.",
        f"{article} {visit} at {phrases.place_name(known.location, context)} for {_said_name(known)}, "
        f"{phrases.windows(known.windows)}.",
        f"Our staff would call you at {_said_number(known)}.",
        *offer.note(state),
        question,
    )
    return replace(state, was_read_back=True, changed=()), (*problems, *sentences)


def _said_name(known: Slots) -> str:
    return known.name or "you"


def _said_number(known: Slots) -> str:
    number = known.callback_number or ""
    if known.callback_source == "caller_id":
        return f"the number ending in {number[-4:]}"
    return slots.written(number)


def _changed_value(field: str, known: Slots, context: Context) -> str:
    return {
        "name": lambda: known.name or "",
        "location": lambda: f"our {phrases.place_name(known.location, context)} office",
        "service": lambda: phrases.service_name(known.service, context),
        "windows": lambda: phrases.windows(known.windows).removeprefix("on "),
        "callback_number": lambda: _said_number(known),
        "is_new_patient": lambda: "a new patient" if known.is_new_patient else "an existing patient",
        "insurance": lambda: known.insurance_vision or known.insurance_medical or "no insurance",
    }[field]()


def _changed(state: State, field: str, before: object, after: object) -> State:
    """Note a correction, so that the read-back repeats it alone."""
    if before is None or before == () or before == after or field in state.changed:
        return state
    return replace(state, changed=(*state.changed, field))


def _noticed(state: State, sentence: str) -> State:
    return replace(state, notices=(*state.notices, sentence))


def _take_name(state: State, heard: Heard, context: Context) -> State:
    if not heard.name or (heard.name.value == state.slots.name and not heard.name.spelled):
        return state
    value, before = heard.name.value, state.slots.name
    if state.asking == "last_name" and before and " " not in value and fold(value) != fold(before):
        value = f"{before} {value}"
    state = _changed(state.filled(name=value, name_confirmed=heard.name.spelled), "name", before, value)
    if state.was_read_back:
        return state
    spelled = f", {', '.join(value.split()[-1].upper())}" if heard.name.spelled and state.asking in NAME_ASKS else ""
    return _noticed(state, f"Thank you, {value}{spelled}.")


def _take_number(state: State, heard: Heard, context: Context) -> State:
    if not heard.digits:
        return state
    number = slots.e164(heard.digits)
    if number is None:
        whole = len(heard.digits) >= LENGTH
        return replace(state, digits="" if whole else heard.digits, own_number_refused=True)
    before = state.slots.callback_number
    own = number == context.caller
    state = state.filled(callback_number=number, callback_confirmed=own, callback_consent=True,
                         callback_source="caller_id" if own else "said")  # fmt: skip
    return _changed(replace(state, digits=""), "callback_number", before, number)


def _take_place(state: State, heard: Heard, context: Context) -> State:
    keys = heard.locations
    if not keys:
        return replace(state, options=()) if heard.has_facts else state
    if len(keys) > 1:
        unknown = state.slots.location is None or state.slots.location not in keys
        return replace(state, options=keys) if unknown else state
    before = state.slots.location
    state = _changed(replace(state.filled(location=keys[0]), options=()), "location", before, keys[0])
    if before in (None, keys[0]) or state.was_read_back:
        return state
    return _noticed(state, f"Okay, our {phrases.place_name(keys[0], context)} office.")


def _take_service(state: State, heard: Heard, context: Context) -> State:
    if not heard.service:
        return state
    before = state.slots.service
    reason = state.slots.reason or slots.reason(heard.text)
    return _changed(state.filled(service=heard.service, reason=reason), "service", before, heard.service)


def _take_patient(state: State, heard: Heard, context: Context) -> State:
    if heard.is_new is None:
        return state
    before = state.slots.is_new_patient
    return _changed(state.filled(is_new_patient=heard.is_new), "is_new_patient", before, heard.is_new)


def _take_insurance(state: State, heard: Heard, context: Context) -> State:
    said = heard.insurance
    if said is None:
        return state
    state = replace(state, insurance_asked=True)
    if not said.name:
        return state
    medical = said.kind == "medical"
    field = "insurance_medical" if medical else "insurance_vision"
    before = getattr(state.slots, field)
    state = _changed(state.filled(**{field: said.name}), "insurance", before, said.name)
    if said.plan and not said.plan.accepted and before != said.name:
        return _noticed(state, f"{said.plan.text.rstrip('.')}, but our staff can tell you what is possible.")
    return state


def _take_windows(state: State, heard: Heard, context: Context) -> State:
    if not heard.windows:
        return state
    before = state.slots.windows
    said = _in_that_week(heard.windows, state, context)
    if len(before) == 1 and len(said) == 1:
        today = context.now(state.slots.location).date()
        said = (in_the_same_week(said[0], before[0], today),)
    after = merged(before, said)
    state = _changed(state.filled(windows=after), "windows", before, after)
    if state.was_read_back or offer.in_use(state, context):
        return state
    if not all(one.day and (one.time or one.part) for one in after):
        return state
    return _noticed(state, f"{phrases.windows(after).removeprefix('on ')}.")


def _in_that_week(said: tuple[Window, ...], state: State, context: Context) -> tuple[Window, ...]:
    """A bare "Friday" behind "next week", or behind times that were offered, is the Friday of that week."""
    visit = state.visit
    that_week = visit.offered[0].local.date() if visit.offered else visit.limits.first
    if that_week is None or len(said) != 1:
        return said
    today = context.now(state.slots.location).date()
    return (in_the_same_week(said[0], Window(day=that_week), today),)


def _take_limits(state: State, heard: Heard, context: Context) -> State:
    """What narrows a search for free times beside windows; read where the utterance is about times."""
    if not context.calendars or not (heard.windows or state.asking in _TIME_ASKS):
        return state
    said = offer.limits_of(heard.rest, state.slots.location, context)
    visit = state.visit
    named = any(window.day or window.part for window in heard.windows) or said.first or said.weekdays
    soonest = bool(named and _SOONEST.search(heard.line)) if heard.windows else visit.soonest
    limits = visit.limits.joined(said, heard.windows)
    passed = frozenset() if heard.windows else visit.passed
    return replace(state, visit=replace(visit, limits=limits, soonest=soonest, passed=passed))


def merged(before: tuple[Window, ...], heard: tuple[Window, ...]) -> tuple[Window, ...]:
    """Join what was heard with what is there: a bare time keeps the day, a bare day keeps the time."""
    if not before or not heard:
        return heard or before
    if len(heard) == 1 and heard[0].day is None and (heard[0].time or heard[0].part):
        new = heard[0]
        return tuple(one.model_copy(update={"time": new.time, "part": new.part, "words": new.words}) for one in before)
    old = before[0]
    if old.day and is_open(heard[0]) and heard[0].day is None:
        return tuple(one.model_copy(update={"words": heard[0].words}) for one in before)
    return tuple(
        one if one.time or one.part or one.day is None
        else one.model_copy(update={"time": old.time, "part": old.part})
        for one in heard
    )  # fmt: skip


if __name__ == "__main__":
    print(merged((Window(day=dt.date(2026, 12, 1), time="10:00"),), (Window(day=dt.date(2026, 12, 2)),)))
