"""From a state to AVA's next sentences: the next question of the goal, an ending, or a person."""

from dataclasses import replace

from call import Intent
from dialogue import booking, messages, phrases, staff
from dialogue.reply import Reply
from dialogue.state import Ask, Context, State, Step
from dialogue.triage.wording import wording

_THANKS = "Thank you for calling {practice}."
GOODBYE = "Goodbye."
FAILURES_BEFORE_A_PERSON = 3
FORCED = frozenset({"not_understood", "repeated_question", "blocked", "no_answer", "blocklist", "angry"})
_SORRY = {"not_understood": "I am sorry that I am having trouble understanding."}


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
    if staff.takes_calls(state, context):
        said = ("I am connecting you with our staff now.", "Please stay on the line.")
        return replace(state, ended=True), Reply(said, then="transfer", intent=intent, reason=reason)
    return call_back(state, context, "I will have a member of our staff call you back.", text=text, intent=intent)


def call_back(state: State, context: Context, *lead: str, text: str = "", intent: Intent | None = None) -> Step:
    """Collect what a call-back by staff needs."""
    keep = state.slots.intent or (intent if intent not in ("affirm", "deny", None) else "person")
    state = replace(state, goal="message", topic="person", notices=(), was_read_back=False)
    state = state.filled(intent=keep, wants_person=True, message=state.slots.message or (text or None))
    return proceed(state, context, *lead, intent=intent)


def counted(state: State) -> State:
    """One more failed turn."""
    count = state.failed_in_a_row + 1
    return replace(state, failed_in_a_row=count, failed_turns=state.failed_turns + 1, notices=())


def failed(state: State, context: Context, *, was_question: bool = False) -> Step:
    """A turn that AVA could not use: other words, then an example or the keypad, then a person.

    Args:
        was_question: something was asked that no rule knows: no record has it, so staff can tell.
    """
    state = counted(state)
    count = state.failed_in_a_row
    if count >= FAILURES_BEFORE_A_PERSON:
        state, reply = give_up(state, context, "not_understood")
        return state, replace(reply, understood=False)
    sorry = ("I am sorry, I did not get that.", "I am sorry, I still did not understand.")[count - 1]
    if was_question and state.asking in ("help", "anything_else"):
        sorry = "I do not have that on record, but our staff can tell you."
    return state, Reply((sorry, phrases.question(state, context, attempt=count)), understood=False)


def give_up(state: State, context: Context, reason: str) -> Step:
    """Too many turns have failed in a row; the reason is that of the last one."""
    return hand_over(state, context, reason, _SORRY.get(reason, "I am sorry that I could not help you with that."))


def hand_over(state: State, context: Context, reason: str, *lead: str) -> Step:
    """A handoff that AVA decides on: a person on the line now, or a call-back and the end of the call.

    A number that nobody knows yet is asked for; where that leads to a second handoff, the call ends without one.
    """
    if staff.takes_calls(state, context):
        state, reply = to_person(state, context, reason)
        return state, replace(reply, sentences=(*lead, *reply.sentences))
    if state.slots.urgency == "emergent":
        lead = (*lead, *wording().say("again", "es" if state.slots.language == "es" else "en"))
    was_asked = state.person_reason in FORCED and state.topic == "person"
    number = state.slots.callback_number or context.caller
    state = replace(state.filled(wants_person=True), person_reason=reason, failed_in_a_row=0)
    if number:
        source = state.slots.callback_source or "caller_id"
        state = state.filled(callback_number=number, callback_source=source)
        promise = f"Our staff will call you back at the number ending in {number[-4:]}."
        return end(state, context, *lead, promise, reason=reason)
    if was_asked:
        return end(state, context, *lead, "Please call us again.", reason=reason)
    state = replace(state, goal="message", topic="person", own_number_refused=True)
    by_keypad = "Our staff can call you back, and you can type your number on the keypad."
    return ask(state, context, "phone", *lead, by_keypad)


if __name__ == "__main__":
    print(end.__doc__)
