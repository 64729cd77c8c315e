"""The offer of free times: what is to be looked up, which times AVA names, and what of a hold the slots say.

The rules stay free of waiting: where the calendar has to answer first, the state says so (`Visit.awaits`) and the reply
ends with `HOLD_ON`, which is replaced by what the answer leads to before anything is spoken.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from call import Opening, Window, Wish
from dialogue import openings
from dialogue.limits import Limits, limits
from dialogue.state import Ask, Context, State
from dialogue.text import normalise, term
from dialogue.visit import Awaited, Visit

HOLD_ON = "One moment, please."
LOOK_AHEAD_DAYS, WIDENED_DAYS = 14, 42
_BEYOND_DAYS = 3  # so much behind the last day that was wished for is looked up, too
TAKEN = "That time was just taken."
AWAY = "I cannot see our calendar right now."
NOTHING = "I see no opening there in that period."
STAFF_CONFIRM = "Our staff will confirm the time."
HELD = "I am holding that time for you, and our staff will confirm it."
_UNWANTED = r"\b(?:not|but|except|anyone|anybody|without|no|other than|don't)\b(?: \w+){{0,4}}? {name}\b"

Offered = tuple[State, tuple[str, ...]]


def in_use(state: State, context: Context) -> bool:
    """Whether free times are offered in this call; else the caller's preferred times are noted."""
    place = state.slots.location
    there = place in context.calendars if place else bool(context.calendars)
    return there and not state.visit.away and state.slots.urgency != "emergent"


def wish_of(state: State, context: Context) -> Wish | None:
    """What to look up for the request as it stands; None while office or purpose are not known, or none is wanted."""
    known = state.slots
    wanted = state.goal == "book" and not known.confirmed and (known.service or known.reason)
    if not (wanted and known.location and in_use(state, context)):
        return None
    today = context.now(known.location).date()
    asked = [window.day for window in known.windows if window.day]
    asked += [day for day in (state.visit.limits.last,) if day]
    beyond = max(asked, default=today) + dt.timedelta(days=_BEYOND_DAYS)
    ahead = WIDENED_DAYS if state.visit.widened else LOOK_AHEAD_DAYS
    last = max(beyond, today + dt.timedelta(days=ahead - 1))
    return Wish(known.location, today, last, known.service, state.visit.limits.provider)


def is_wished(state: State) -> bool:
    """Whether the caller has said anything of when to come."""
    return bool(state.slots.windows or state.visit.limits != Limits() or state.visit.soonest)


def limits_of(text: str, location: str | None, context: Context) -> Limits:
    """What a text rules out or narrows, the practice's doctors among it ("not with Doctor Chen")."""
    found = limits(text, context.now(location).date())
    wanted, unwanted = _doctors(normalise(text), context)
    provider = next(iter(wanted)) if len(wanted) == 1 else None
    return replace(found, provider=provider, not_providers=unwanted)


def _doctors(line: str, context: Context) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of the doctors whom a caller would like to see, and of those whom not; a name that two share names none."""
    wanted: set[str] = set()
    unwanted: set[str] = set()
    for name, ids in _names(context).items():
        named = re.search(rf"\b(?:dr|doctor|doctora) {name}\b", line) or (" " in name and f" {name} " in f" {line} ")
        if named and len(ids) == 1:
            (unwanted if re.search(_UNWANTED.format(name=name), line) else wanted).update(ids)
    return frozenset(wanted - unwanted), frozenset(unwanted)


def _names(context: Context) -> dict[str, set[str]]:
    """Full, first and last names of the practice's doctors, normalised, with the ids of those who bear them."""
    names: dict[str, set[str]] = {}
    for one in context.facts.providers:
        parts = term(one.name.removeprefix("Dr. ")).split()
        for name in {" ".join(parts), parts[0], parts[-1]}:
            names.setdefault(name, set()).add(one.id)
    return names


def step(state: State, context: Context) -> Offered:
    """The next step of the search, and its sentences: times are offered, one is to be held, or a look-up is due."""
    wish, visit = wish_of(state, context), state.visit
    if visit.free is None or visit.wish != wish:
        return _awaiting(replace(state, visit=replace(visit, offered=())), "openings"), (HOLD_ON,)
    if visit.lost and (other := _with_another_doctor(visit)):
        return chosen(replace(state, visit=replace(visit, lost=None)), other), (HOLD_ON,)
    found = openings.search(visit.free, state.slots.windows, visit.limits, passed=visit.passed | visit.taken)
    if found.fit == "none" and not visit.widened:
        wider = replace(visit, widened=True, offered=())
        return _awaiting(replace(state, visit=wider), "openings"), (HOLD_ON,)
    if found.fit == "none":
        return replace(state, visit=replace(visit, away=True, why_not=NOTHING, offered=())), ()
    picked = found.openings[:1] if visit.soonest and found.fit in ("exact", "fits") else found.openings
    if found.fit == "exact" and len(picked) == 1 and any(openings.is_plain(one) for one in state.slots.windows):
        return chosen(state, picked[0]), (HOLD_ON,)
    return _offered(state, picked, found.fit)


def _offered(state: State, picked: tuple[Opening, ...], fit: str) -> Offered:
    visit = state.visit
    lead = (visit.why_not,) if visit.why_not else ()
    told = openings.said(picked)
    if fit in ("exact", "fits") or visit.limits.after or visit.limits.before:
        sentence = f"I have {told}."
    else:
        lead = lead or ("I have no opening at that time.",)
        sentence = f"The nearest I have is {told}."
    visit = replace(visit, offered=picked, why_not="", lost=None, shown=_shown(visit, picked), awaits=None, choice=None)
    asking: Ask = "offer" if len(picked) > 1 else "offer_one"
    return replace(state, visit=visit, asking=asking), (*lead, sentence)


def _with_another_doctor(visit: Visit) -> Opening | None:
    """The time that was just taken, where somebody else is free then."""
    same = (one for one in visit.free or () if one.start == visit.lost and one.key not in visit.taken)
    return next((one for one in same if not visit.limits.exclude(one)), None)


def narrowed(state: State, meant: tuple[Opening, ...]) -> Offered:
    """Offer again only those of the offered times that a caller may mean."""
    return _offered(state, meant, "fits")


def _shown(visit: Visit, picked: Sequence[Opening]) -> tuple[dt.datetime, ...]:
    return tuple(dict.fromkeys((*visit.shown, *(one.start for one in picked))))


def _awaiting(state: State, what: Awaited) -> State:
    return replace(state, asking="offer", visit=replace(state.visit, awaits=what))


def chosen(state: State, opening: Opening) -> State:
    """The caller wants this time: it is to be held before AVA speaks on."""
    visit = replace(state.visit, choice=opening, shown=_shown(state.visit, [opening]))
    return _awaiting(replace(state, visit=visit), "hold")


def not_waiting(state: State) -> State:
    """The calendar's answer never came, because the caller spoke on."""
    return replace(state, visit=replace(state.visit, awaits=None)) if state.visit.awaits else state


def known(state: State, wish: Wish, free: Sequence[Opening] | None) -> State:
    """What the calendar says is free; None when it did not say in time."""
    if free is None:
        return replace(state, visit=replace(state.visit, awaits=None, away=True, why_not=AWAY))
    return replace(state, visit=replace(state.visit, awaits=None, wish=wish, free=tuple(free)))


def held(state: State, won: bool | None) -> State:
    """What became of the choice: True it is held, False another has it, None the calendar did not say."""
    visit, choice = state.visit, state.visit.choice
    if choice is None:
        return not_waiting(state)
    visit = replace(visit, awaits=None, choice=None, offered=())
    if won is False:
        visit = replace(visit, taken=visit.taken | {choice.key}, why_not=TAKEN, lost=choice.start)
        return replace(state, visit=visit)
    windows = (openings.window_of(choice),)
    if won is None:
        visit = replace(visit, away=True, why_not=AWAY)
        return replace(state.filled(windows=windows), visit=visit)
    state = state.filled(windows=windows, opening_key=choice.key, opening_start=choice.start)
    again = state.was_read_back and "windows" not in state.changed  # another time, or the same one elsewhere
    changed = (*state.changed, "windows") if again else state.changed
    return replace(state, visit=replace(visit, held=choice, why_not=""), changed=changed)


def _moments(windows: Sequence[Window]) -> list[tuple[dt.date | None, str | None]]:
    return [(window.day, window.time) for window in windows]


def followed(before: State, after: State) -> State:
    """Let go of a time that the changed slots do not mean any more. What was free elsewhere is not free here."""
    old, new = before.slots, after.slots
    elsewhere = (old.location, old.service) != (new.location, new.service) and old.location is not None
    otherwise = _moments(old.windows) != _moments(new.windows)
    visit = after.visit
    if elsewhere:
        visit = replace(
            visit, free=None, wish=None, offered=(), passed=frozenset(), away=False, widened=False, why_not=""
        )
    if visit.held and (elsewhere or otherwise):
        return let_go(replace(after, visit=visit))
    return replace(after, visit=visit)


def let_go(state: State) -> State:
    """No time is held or chosen any more."""
    visit = replace(state.visit, held=None, choice=None, awaits=None, offered=())
    return replace(state.filled(opening_key=None, opening_start=None), visit=visit)


def note(state: State) -> tuple[str, ...]:
    """What a read-back says of the time: that it is held, or why staff have to find one."""
    visit = state.visit
    if visit.held:
        return (HELD,)
    return (*((visit.why_not,) if visit.why_not else ()), STAFF_CONFIRM) if visit.away else ()


if __name__ == "__main__":
    from clock import SystemClock
    from dialogue.sample import sample_facts

    here = Context(sample_facts(), SystemClock(), None, "AVA", calendars=frozenset({"kendall"}))
    print(wish_of(State(goal="book").filled(location="kendall", service="eye_exam"), here))
