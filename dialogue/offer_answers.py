"""What a caller answers to an offer of free times: a choice, another wish, or none of them."""

import re
from dataclasses import replace

from call import Opening, Window
from dialogue import booking, flow, offer, openings, phrases, slots
from dialogue.limits import Limits
from dialogue.opening_choice import Choice, Otherwise, asks_back, choose
from dialogue.reply import Reply
from dialogue.state import Ask, Context, State, Step
from dialogue.understanding import Heard

ASKS: tuple[Ask, ...] = ("offer", "offer_one")
_COURTESY = 3  # words; so short an utterance after a choice does not change it
_ANEW = re.compile(r"\b(?:any|every|other|another|different|instead|whenever|flexible)\b")
_A_TIME = re.compile(r"\b(?:times?|days?|slots?|openings?|appointments?|hora)\b")
_NOTHING_THERE: dict[Otherwise, str] = {
    "later": "I have nothing later than that.",
    "later_that_day": "I have nothing later than that.",
    "sooner": "I have nothing before that.",
    "else": "I have no other time in that period.",
}


def answered(state: State, heard: Heard, context: Context) -> Step | None:
    """An answer to the times that AVA offered, or another wish for a time in its place."""
    if state.asking == "read_back" and state.visit.held:
        return _reconsidered(state, state.visit.held, heard, context)
    if state.asking not in ASKS or not offer.in_use(state, context):
        return None
    if asks_back(heard.line) and not heard.windows:
        return None
    if heard.wants("goodbye", "cancel", "spam", "hours", "location", "insurance", "cost", "person"):
        return None
    if state.visit.choice and heard.yes_no is not False and not heard.has_facts and _is_short(heard):
        return _held_next(state, Choice(state.visit.choice))
    today = context.now(state.slots.location).date()
    choice = choose(heard.text, state.visit.offered, today, yes_no=heard.yes_no)
    if choice is None:
        return _another_wish(state, heard, context)
    before = state.slots.location
    state = booking.fill(state, replace(heard, name=None, digits="", windows=(), text="", rest=""), context)
    if state.slots.location != before or state.options:
        return flow.proceed(state, context)
    if choice.taken:
        return _held_next(state, choice)
    if choice.narrowed:
        state, sentences = offer.narrowed(state, choice.narrowed)
        return state, Reply((*sentences, phrases.question(state, context)))
    return _otherwise(state, choice.otherwise or "else", context)


def _reconsidered(state: State, held: Opening, heard: Heard, context: Context) -> Step | None:
    """ "Yes, but do you have anything later?", said to the read-back: the held time is let go for others."""
    if heard.has_facts:
        return None
    choice = choose(heard.text, (held,), context.now(held.location).date())
    wanted = choice.otherwise if choice else None
    if wanted in (None, "none") or (wanted == "else" and not _A_TIME.search(heard.line)):
        return None
    state = offer.let_go(state.filled(windows=()))
    return _otherwise(replace(state, visit=replace(state.visit, offered=(held,))), wanted or "else", context)


def _is_short(heard: Heard) -> bool:
    return len(heard.line.split()) <= _COURTESY


def _held_next(state: State, choice: Choice) -> Step:
    assert choice.taken is not None
    return offer.chosen(state, choice.taken), Reply((offer.HOLD_ON,), intent="affirm")


def _another_wish(state: State, heard: Heard, context: Context) -> Step | None:
    """ "Any morning but Monday", "not with Doctor Chen", "do you have Thursday?"."""
    windows = _windows(state, heard, context)
    said = offer.limits_of(heard.rest, state.slots.location, context)
    if not windows and said == Limits():
        return None
    if _ANEW.search(heard.line) and not any(window.day for window in windows):
        visit = replace(state.visit, limits=replace(state.visit.limits, first=None, last=None))
        state = replace(state.filled(windows=()), visit=visit)
    state = booking.fill(state, replace(heard, windows=windows), context)
    return flow.proceed(state, context)


def _windows(state: State, heard: Heard, context: Context) -> tuple[Window, ...]:
    """The days and times of an utterance, read as an answer to "when?"."""
    place = heard.locations[0] if len(heard.locations) == 1 else state.slots.location
    now, zone = context.now(place), context.timezone(place)
    found = slots.windows(heard.rest, now=now, timezone=zone, expected=True)
    if not found or not place:
        return found
    day = next((window.day for window in found if window.day), None) or now.date()
    opening = context.facts.opening_on(place, day)
    return slots.windows(heard.rest, now=now, timezone=zone, opening=opening, expected=True)


def _otherwise(state: State, wanted: Otherwise, context: Context) -> Step:
    """Something later, sooner or else; where there is nothing of it, what was offered stands."""
    visit, offered = state.visit, state.visit.offered
    passed = visit.passed | {one.key for one in offered}
    if wanted == "none":
        limits = replace(visit.limits, first=None, last=None, weekdays=frozenset(), earliest=None, latest=None,
                         after=None, before=None)  # fmt: skip
        visit = replace(visit, limits=limits, passed=passed, offered=(), soonest=False)
        return flow.ask(replace(state.filled(windows=()), visit=visit), context, "when", "Okay.")
    other = _searched(state, wanted, passed)
    found = openings.search(
        visit.free or (), other.slots.windows, other.visit.limits, passed=other.visit.passed | visit.taken
    )
    if found.fit != "none":
        return flow.proceed(other, context)
    state, sentences = offer.narrowed(state, offered)
    return state, Reply((_NOTHING_THERE[wanted], *sentences, phrases.question(state, context)))


def _searched(state: State, wanted: Otherwise, passed: frozenset[str]) -> State:
    visit, offered = state.visit, state.visit.offered
    if wanted == "else":
        return replace(state, visit=replace(visit, passed=passed))
    if wanted == "sooner":
        limits = replace(visit.limits, before=offered[0].start, after=None)
        return replace(state, visit=replace(visit, limits=limits))
    if wanted == "later_that_day":
        day = offered[0].local.date()
        last = [one for one in offered if one.local.date() == day][-1]
        limits = replace(visit.limits, after=last.start, before=None)
        return replace(state.filled(windows=(Window(day=day),)), visit=replace(visit, limits=limits))
    limits = replace(visit.limits, after=offered[-1].start, before=None)
    return replace(state, visit=replace(visit, limits=limits))


if __name__ == "__main__":
    from clock import SystemClock
    from dialogue.sample import sample_facts

    here = Context(sample_facts(), SystemClock(), None, "AVA", calendars=frozenset({"kendall"}))
    print(answered(State(asking="offer"), Heard("any morning", "any morning", rest="any morning"), here))
