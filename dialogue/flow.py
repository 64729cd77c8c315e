"""From a state to AVA's next sentences: the next question of the goal, an ending, or a person."""

from dataclasses import replace

from call import Intent
from dialogue import booking, messages, phrases
from dialogue.reply import Reply
from dialogue.state import Ask, Context, State, Step

_THANKS = "Thank you for calling {practice}."
GOODBYE = "Goodbye."


def proceed(
    state: State,
    context: Context,
    *lead: str,
    intent: Intent | None = None,
    record_ids: tuple[str, ...] = (),
) -> Step:
    """Ask for what the goal still needs, or finish it. `lead` is said first."""
    if state.goal == "book" and not state.slots.confirmed:
        state, sentences = booking.ask_next(state, context)
        return state, Reply((*lead, *sentences), intent=intent, record_ids=record_ids)
    if state.goal == "message":
        asked = messages.ask_next(state, context)
        if asked is None:
            return _message_done(state, context, lead, intent, record_ids)
        state, sentences = asked
        return state, Reply((*lead, *sentences), intent=intent, record_ids=record_ids)
    return ask(state, context, "anything_else", *lead, intent=intent, record_ids=record_ids)


def ask(
    state: State,
    context: Context,
    what: Ask,
    *lead: str,
    intent: Intent | None = None,
    record_ids: tuple[str, ...] = (),
) -> Step:
    """Ask one of AVA's questions."""
    state = replace(state, asking=what, notices=())
    return state, Reply((*lead, phrases.question(state, context)), intent=intent, record_ids=record_ids)


def _message_done(
    state: State, context: Context, lead: tuple[str, ...], intent: Intent | None, record_ids: tuple[str, ...]
) -> Step:
    said = messages.closing(state)
    if state.topic == "person":
        return end(state, context, *lead, said, reason=state.person_reason, intent=intent)
    state = replace(state, goal="none", topic=None, notices=())
    return ask(state, context, "anything_else", *lead, said, intent=intent, record_ids=record_ids)


def booked(state: State, context: Context) -> Step:
    """The caller said yes to the read-back."""
    state = replace(state.filled(confirmed=True, name_confirmed=True, callback_confirmed=True), goal="none")
    said = ("Thank you.", "I have noted this as a tentative request, and our staff will call you to confirm it.")
    return ask(state, context, "anything_else", *said)


def end(state: State, context: Context, *lead: str, reason: str | None = None, intent: Intent | None = None) -> Step:
    """Say goodbye and hang up."""
    thanks = _THANKS.format(practice=context.facts.practice_name)
    reply = Reply((*lead, thanks, GOODBYE), then="hang_up", reason=reason, intent=intent)
    return replace(state, ended=True), reply


def farewell(state: State, context: Context, intent: Intent | None = None) -> Step:
    """The caller is done. What a half-done request holds is kept, and staff call back where there is a number."""
    known = state.slots
    unfinished = state.goal != "none" and not known.confirmed
    if not unfinished:
        return end(state, context, intent=intent)
    if known.callback_number is None:
        return end(state, context, "Please call us again at any time.", intent=intent)
    return end(state, context, "I have kept what you told me, and our staff will call you back.", intent=intent)


def to_person(state: State, context: Context, reason: str, text: str = "", intent: Intent | None = None) -> Step:
    """Hand the call to a person, or promise a call-back and collect the number for it."""
    state = replace(state.filled(wants_person=True), person_reason=reason)
    if context.can_transfer:
        said = ("I am connecting you with our staff now.", "Please stay on the line.")
        return replace(state, ended=True), Reply(said, then="transfer", intent=intent, reason=reason)
    return call_back(state, context, "I will have a member of our staff call you back.", text=text, intent=intent)


def call_back(state: State, context: Context, *lead: str, text: str = "", intent: Intent | None = None) -> Step:
    """Collect what a call-back by staff needs."""
    keep = state.slots.intent or (intent if intent not in ("affirm", "deny", None) else "person")
    state = replace(state, goal="message", topic="person", notices=(), was_read_back=False)
    state = state.filled(intent=keep, wants_person=True, message=state.slots.message or (text or None))
    return proceed(state, context, *lead, intent=intent)


def failed(state: State, context: Context) -> Step:
    """A turn that AVA could not use: other words, then an example or the keypad, then a person."""
    count = state.failed_in_a_row + 1
    state = replace(state, failed_in_a_row=count, failed_turns=state.failed_turns + 1, notices=())
    if count >= 3:
        return _give_up(state, context)
    sorry = ("I am sorry, I did not get that.", "I am sorry, I still did not understand.")[count - 1]
    return state, Reply((sorry, phrases.question(state, context, attempt=count)), understood=False)


def _give_up(state: State, context: Context) -> Step:
    sorry = "I am sorry that I am having trouble understanding."
    if context.can_transfer:
        state, reply = to_person(state, context, "not_understood")
        return state, replace(reply, sentences=(sorry, *reply.sentences), understood=False)
    again = state.person_reason == "not_understood"
    number = state.slots.callback_number or context.caller
    state = replace(state.filled(wants_person=True), person_reason="not_understood", failed_in_a_row=0)
    if number:
        source = state.slots.callback_source or "caller_id"
        state = state.filled(callback_number=number, callback_source=source)
        promise = f"Our staff will call you back at the number ending in {number[-4:]}."
        state, reply = end(state, context, sorry, promise, reason="not_understood")
    elif again:
        state, reply = end(state, context, sorry, "Please call us again.", reason="not_understood")
    else:
        state = replace(state, goal="message", topic="person", own_number_refused=True, asking="phone")
        lead = (sorry, "Our staff can call you back, and you can type your number on the keypad.")
        state, reply = ask(state, context, "phone", *lead)
    return state, replace(reply, understood=False)


if __name__ == "__main__":
    print(end.__doc__)
