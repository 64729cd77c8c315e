"""AVA's wording: every question in three forms (asked, put in other words, with an example), and how values are
said."""

import datetime as dt

from call import Slots, Window
from dialogue.slots import is_open, written
from dialogue.slots.dates import MAX_WINDOWS
from dialogue.state import Ask, Context, State
from dialogue.text import words

QUESTIONS: dict[Ask, tuple[str, str, str]] = {
    "help": (
        "How can I help you today?",
        "Are you calling to make an appointment, or about something else?",
        "You can say, for example: I need an eye exam, or: what are your hours. What would you like?",
    ),
    "service": (
        "What would you like to be seen for?",
        "Is it for an eye exam, glasses, contact lenses, or something else?",
        "You can say, for example: an eye exam. What is the visit for?",
    ),
    "location": (
        "Which office would you like to visit?",
        "Which of our offices suits you: {places}?",
        "You can say, for example: {example_place}. Which office would you like?",
    ),
    "is_new": (
        "Have you been to our practice before?",
        "Are you a new patient, or have you been here before?",
        "You can say: I am new, or: I have been there before. Which is it?",
    ),
    "name": (
        "May I have your first and last name?",
        "What name should I put on the request?",
        "You can also spell it for me, letter by letter. What is your name?",
    ),
    "last_name": (
        "And what is your last name?",
        "What is your last name, please?",
        "You can spell your last name, letter by letter. What is it?",
    ),
    "spelling": (
        "Could you spell your name for me?",
        "Could you spell your last name, letter by letter?",
        "For example: L, O, P, E, Z. Could you spell your name?",
    ),
    "phone_offer": (
        "Shall we call you back at the number you are calling from, ending in {ending}?",
        "Is the number you are calling from, ending in {ending}, a good one to reach you?",
        "Please say yes, or tell me another number, or type it on your keypad. Shall we use the one ending in "
        "{ending}?",
    ),
    "phone": (
        "What is the best number to call you back at?",
        "Could you tell me your phone number, with the area code?",
        "You can also type the ten digits on your keypad. What is your number?",
    ),
    "phone_check": (
        "I have {number}, is that right?",
        "Is {number} the right number?",
        "Please say yes or no, or type the number on your keypad. Is it {number}?",
    ),
    "insurance": (
        "Do you have vision or medical insurance that you would like to use?",
        "Which insurance plan do you have, if any?",
        "You can say the plan's name, or: no insurance. Which is it?",
    ),
    "when": (
        "What day and time would you like?",
        "Which day would suit you, and about what time?",
        "You can say, for example: next Tuesday at 10:00 AM. When would you like to come?",
    ),
    "day": (
        "Which day would you like?",
        "What day of the week would suit you?",
        "You can say, for example: next Tuesday. Which day?",
    ),
    "time": (
        "What time would you like {day}?",
        "Would you like the morning or the afternoon {day}?",
        "You can say, for example: 10:00 AM, or: in the afternoon. What time?",
    ),
    "read_back": (
        "Is that right?",
        "Is everything right as I read it?",
        "Please say yes, or tell me what to change. Is it right?",
    ),
    "what_to_change": (
        "What should I change?",
        "What was not right?",
        "You can say, for example: the day, or: my name. What should I change?",
    ),
    "message": (
        "In a few words, what should I tell them?",
        "What would you like our staff to know?",
        "You can say it in one sentence, and I will pass it on. What is it about?",
    ),
    "anything_else": (
        "Is there anything else I can help you with?",
        "Do you need anything else?",
        "Please say yes or no. Do you need anything else?",
    ),
    "answer_place": (
        "Which office is that for?",
        "Which of our offices do you mean: {places}?",
        "You can say, for example: {example_place}. Which office do you mean?",
    ),
    "answer_plan": (
        "Which insurance plan do you have?",
        "What is the name of your plan?",
        "You can say, for example: V S P, or: Medicare. Which plan is it?",
    ),
    "person_offer": (
        "Would you like to speak with our staff?",
        "Shall I have our staff take it from here?",
        "Please say yes or no. Would you like our staff to help you?",
    ),
}  # fmt: skip


def question(state: State, context: Context, attempt: int = 0) -> str:
    """The pending question, in its first, second or third wording."""
    form = QUESTIONS[state.asking][min(attempt, 2)]
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
    )


def shortened(state: State, context: Context) -> str:
    """The pending question after a silence."""
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
    for forms in QUESTIONS.values():
        print("\n".join(forms))
