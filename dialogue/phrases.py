"""How AVA asks the pending question (`dialogue/wording/questions.yaml` words it), and how she says values."""

import datetime as dt

from call import Slots, Window
from dialogue.openings import said
from dialogue.question_wording import QUESTIONS
from dialogue.slots import is_open, written
from dialogue.slots.dates import MAX_WINDOWS
from dialogue.state import Ask, Context, State
from dialogue.text import words

_OFFERS: tuple[Ask, ...] = ("offer", "offer_one")


def question(state: State, context: Context, attempt: int = 0) -> str:
    """The pending question, in its first, second or third wording."""
    offered = state.visit.offered
    asking = "when" if state.asking in _OFFERS and not offered else state.asking
    form = QUESTIONS.current[asking][min(attempt, 2)]
    keys = state.options or tuple(place.location for place in context.facts.locations)
    if state.asking in ("location", "answer_place") and state.options and attempt == 0:
        form = "Which one do you mean: {places}?"
    number = state.slots.callback_number or ""
    return form.format(
        places=either([place_name(key, context) for key in keys]),
        example_place=place_name(keys[0], context),
        ending=(context.caller or "")[-4:],
        number=written(number),
        day=_of_day(state.slots),
        offered=said(offered) if offered else "",
    )


def shortened(state: State, context: Context) -> str:
    """The pending question after a silence."""
    if state.asking in _OFFERS:
        return question(state, context, attempt=1)  # who is silent may have forgotten the times
    short = {
        "help": "How can I help you?",
        "read_back": "Is everything right?",
        "phone_offer": "Shall we use this number?",
    }
    full = question(state, context).split(":")[-1].strip()
    return short.get(state.asking) or full[:1].upper() + full[1:]


def place_name(key: str | None, context: Context) -> str:
    place = context.facts.location(key) if key else None
    return place.name if place else "our office"


def service_name(key: str | None, context: Context) -> str:
    service = context.facts.service(key) if key else None
    return service.name if service else "visit"


def either(names: list[str]) -> str:
    """ "A, B or C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def listed(names: list[str]) -> str:
    """ "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def on_day(day: dt.date) -> str:
    """ "Tuesday, December 1": weekday and date, because "next Tuesday" means two days to two people."""
    return f"{day:%A}, {day:%B} {day.day}"


def clock_time(time: dt.time | str) -> str:
    """ "10:30 AM" from a time or from "10:30"."""
    value = dt.time.fromisoformat(time) if isinstance(time, str) else time
    return f"{value.hour % 12 or 12}:{value:%M} {'AM' if value.hour < 12 else 'PM'}"


def window(wanted: Window) -> str:
    """ "Tuesday, December 1 at 10:00 AM", "Friday, November 27 in the morning"."""
    if is_open(wanted) and not wanted.day:
        return "as soon as possible"
    parts = [on_day(wanted.day)] if wanted.day else ["any day"]
    if wanted.time:
        parts.append(f"{_relation(wanted)} {clock_time(wanted.time)}")
    elif wanted.part:
        parts.append(f"in the {wanted.part}")
    elif is_open(wanted):
        parts.append("at any time")
    return " ".join(parts)


def _relation(wanted: Window) -> str:
    """ "after", "before" or "around" when the caller said so of the time, else "at"."""
    said = words(wanted.words)
    if {"half", "past", "quarter", "day", "week"} & set(said):
        return "at"
    return next((word for word in ("after", "before", "around") if word in said), "at")


def windows(wanted: tuple[Window, ...]) -> str:
    """All preferred windows: "on A at 10:00 AM, or on B in the afternoon"."""
    return ", or ".join(f"on {window(one)}" if one.day else window(one) for one in wanted[:MAX_WINDOWS])


def _of_day(slots: Slots) -> str:
    known = [one.day for one in slots.windows if one.day]
    return f"on {on_day(known[0])}" if len(known) == 1 else "on those days" if known else "on that day"


if __name__ == "__main__":
    print(on_day(dt.date.today()), clock_time("14:30"), either(["one", "two", "three"]))
