"""The times that a caller would like, held against the opening hours of the office."""

import datetime as dt
from dataclasses import replace

from call import Window
from dialogue import phrases
from dialogue.state import Context, State

_MORNING_ENDS = dt.time(12)
_EVENING_BEGINS = dt.time(17)


def checked(state: State, context: Context) -> tuple[State, tuple[str, ...]]:
    """Hold the windows against the opening hours of the office; what cannot be is dropped, with a sentence why."""
    known = state.slots
    if known.location is None or not known.windows:
        return state, ()
    zone = context.timezone(known.location)
    good: list[Window] = []
    problems: list[str] = []
    left: Window | None = None
    for wanted in known.windows:
        found = _problem(wanted, known.location, context)
        if found is None:
            good.append(wanted.model_copy(update={"timezone": zone}))
        else:
            problems.append(found[0])
            left = wanted.model_copy(update={found[1]: None, **({"part": None} if found[1] == "time" else {})})
    if problems:
        state = replace(state, notices=tuple(note for note in state.notices if not note[0].isdigit()
                                             and phrases.windows(known.windows).removeprefix("on "
                                             "") not in note))  # fmt: skip
    kept = tuple(good) or ((left,) if left and (left.day or left.time or left.part) else ())
    return state.filled(windows=kept), tuple(dict.fromkeys(problems))


def _problem(wanted: Window, location: str, context: Context) -> tuple[str, str] | None:
    """Why a window cannot be, and which part of it is wrong (`day` or `time`); None when it can."""
    if wanted.day is None:
        return None
    place, now = phrases.place_name(location, context), context.now(location)
    said = phrases.on_day(wanted.day)
    if wanted.day < now.date():
        return f"{said} has passed.", "day"
    opening = context.facts.opening_on(location, wanted.day)
    if opening is None:
        closure = context.facts.closure_on(location, wanted.day)
        why = f" for {closure.reason}" if closure and closure.reason else ""
        return f"Our {place} office is closed on {said}{why}.{_next_open(location, wanted.day, context)}", "day"
    opens, closes = opening
    if not _within(wanted, opens, closes):
        hours = f"from {phrases.clock_time(opens)} to {phrases.clock_time(closes)}"
        return f"On {said} our {place} office is open {hours}.", "time"
    if wanted.day == now.date() and wanted.time and dt.time.fromisoformat(wanted.time) <= now.time():
        return f"It is already past {phrases.clock_time(wanted.time)} there.", "time"
    return None


def _within(wanted: Window, opens: dt.time, closes: dt.time) -> bool:
    if wanted.time:
        return opens <= dt.time.fromisoformat(wanted.time) < closes
    if wanted.part == "morning":
        return opens < _MORNING_ENDS
    if wanted.part == "afternoon":
        return closes > _MORNING_ENDS
    return closes > _EVENING_BEGINS if wanted.part == "evening" else True


def _next_open(location: str, after: dt.date, context: Context) -> str:
    for ahead in range(1, 15):
        day = after + dt.timedelta(days=ahead)
        if context.facts.opening_on(location, day) and day >= context.now(location).date():
            return f" The next day we are open is {phrases.on_day(day)}."
    return ""


if __name__ == "__main__":
    print(_within(Window(part="evening"), dt.time(9), dt.time(17)))
