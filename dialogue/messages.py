"""Messages for staff: what AVA cannot do herself, with the caller's name, number and own words.

Nothing of an existing appointment is read out or changed: caller id is no identity.
"""

from dataclasses import replace

from call import Intent
from dialogue import booking, phrases, slots
from dialogue.state import Ask, Context, State

TOPICS: tuple[Intent, ...] = (
    "reschedule", "cancel", "optical_ready", "prescription_copy", "refill", "records", "billing", "complaint",
    "post_op",
)  # fmt: skip
_ENOUGH_WORDS = 9  # a first sentence this long is the message; a shorter one is asked about

_OPENING: dict[str, str] = {
    "reschedule": "I can pass that on to our staff, and they will find you a new time.",
    "cancel": "I will pass that on to our staff, and they will take care of it.",
    "optical_ready": "Our optical staff can check that for you.",
    "prescription_copy": "Our staff can send you a copy of your prescription.",
    "refill": "I will pass your refill request on to our staff.",
    "records": "Our staff can help you with your records.",
    "billing": "Our billing staff will look into that.",
    "complaint": "I am sorry about that, and I want our staff to hear it.",
    "post_op": "I will tell our staff right away. If your vision gets worse or you have pain, go to the emergency "
    "room "
    "or call 911.",
    "cost": "Our staff can tell you the price.",
    "person": "I will have a member of our staff call you back.",
}
_QUESTION: dict[str, str] = {
    "reschedule": "What day and time would you like instead?",
    "cancel": "Is there anything that our staff should know about it?",
    "refill": "Which medicine is it, and which pharmacy do you use?",
    "optical_ready": "Is it for glasses or for contact lenses?",
    "prescription_copy": "Is it for glasses or for contact lenses, and where should it go?",
    "records": "Which records do you need, and where should they go?",
    "post_op": "How is your eye feeling, in a few words?",
}


def started(state: State, topic: Intent, text: str) -> State:
    """Begin a message about `topic`; what the caller just said is its reason, and the message if it says enough."""
    words = slots.reason(text)
    message = words if words and len(words.split()) >= _ENOUGH_WORDS else None
    urgency = "urgent" if topic == "post_op" and state.slots.urgency == "routine" else state.slots.urgency
    state = replace(state, goal="message", topic=topic, was_read_back=False, notices=(_OPENING[topic],))
    return state.filled(intent=topic, reason=words, message=message, urgency=urgency)


def missing(state: State, context: Context) -> Ask | None:
    """What to ask next; None when the message is whole."""
    if state.topic == "person":
        return booking.missing_number(state, context) or booking.missing_name(state)
    first = booking.missing_name(state) or booking.missing_number(state, context)
    return first or ("message" if state.slots.message is None else None)


def ask_next(state: State, context: Context) -> tuple[State, tuple[str, ...]] | None:
    """The state and sentences that ask for what is missing, or None when nothing is."""
    ask = missing(state, context)
    if ask is None:
        return None
    lead = state.notices[:2]
    state = replace(
        state, asking=ask, notices=(), changed=(), last_name_asked=state.last_name_asked or ask == "last_name"
    )
    question = _QUESTION.get(state.topic or "") if ask == "message" else None
    return state, (*lead, question or phrases.question(state, context))


def with_message(state: State, text: str) -> State:
    """Take an utterance as the message; a second one is added to the first."""
    said = slots.reason(text) or ""
    before = state.slots.message
    return state.filled(message=slots.reason(f"{before} {said}") if before else said)


def closing(state: State) -> str:
    """What is said when the message is whole."""
    number = state.slots.callback_number
    if number is None:
        return "Thank you, I have passed that on to our staff."
    own = state.slots.callback_source == "caller_id"
    where = f"the number ending in {number[-4:]}" if own else slots.written(number)
    return f"Thank you, our staff will call you back at {where}."


if __name__ == "__main__":
    print(started(State(), "refill", "i need more drops").slots.model_dump(exclude_defaults=True))
