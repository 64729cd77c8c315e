"""What triage's findings do to a call: approved words at once, then a person, an urgent call-back, or the
soonest appointment.

An emergency stops a booking and keeps what it had collected; once a call is an emergency it stays one.
"""

from dataclasses import replace

from call import Slots, Window
from dialogue import booking, flow, messages, phrases, staff
from dialogue.reply import Reply
from dialogue.state import Context, State, Step
from dialogue.text import one_line
from dialogue.triage import Finding, triage
from dialogue.triage.wording import Language, wording
from dialogue.understanding import Heard

_MAX_MESSAGE = 500  # characters of the caller's own words for staff
_SOONEST = Window(words="as soon as possible")


def danger(state: State, heard: Heard, context: Context) -> Step | None:
    """An emergency, or what must be seen within a day; and nothing is booked on top of an emergency."""
    found = triage(heard.text, state.said)
    if found.urgency == "emergent":
        return _noted(_emergency(state, heard, context, found), found)
    if state.slots.urgency == "emergent":
        return _still_an_emergency(state, context) if _would_book(heard) else None
    if found.urgency == "urgent" and state.slots.urgency == "routine":
        return _noted(_urgent(state, heard, context, found), found)
    return None


def words_again(slots: Slots) -> tuple[str, ...]:
    """What is said once more when an emergency was told and nothing is heard after it; nothing in another call."""
    if slots.urgency != "emergent":
        return ()
    return wording().say("again", "es" if slots.language == "es" else "en")


def _noted(step: Step, found: Finding) -> Step:
    state, reply = step
    return state, replace(reply, finding=(found.urgency, found.code))


def _emergency(state: State, heard: Heard, context: Context, found: Finding) -> Step:
    told_before = state.slots.urgency == "emergent" and not found.call_911
    words = wording().say("again", found.language) if told_before else found.say
    state = _with_words(state, heard, found).filled(urgency="emergent", wants_person=True)
    state = replace(state, person_reason="emergency", was_read_back=False, changed=(), failed_in_a_row=0)
    if staff.takes_calls(state, context):
        said = wording().say("transfer_911" if found.call_911 else "transfer", found.language)
        reply = Reply((*words, *said), then="transfer", reason="emergency", protected=True)
        return replace(state, ended=True), reply
    return _call_back(state, context, words, found.language, ask=not found.call_911)


def _call_back(state: State, context: Context, words: tuple[str, ...], language: Language, *, ask: bool = True) -> Step:
    """An urgent call-back: at the caller id without asking for it, else the number is asked for."""
    state = _with_own_number(state, context)
    known = state.slots.callback_number is not None
    promise = wording().say("call_back", language) if known else ()
    if known or not ask:
        state = replace(state, goal="none", topic=None, asking="anything_else", notices=())
    else:
        state = replace(state, goal="message", topic="person", asking="phone", notices=())
    question = (phrases.question(state, context),) if ask else ()
    return state, Reply((*words, *promise, *question), protected=True)


def _with_own_number(state: State, context: Context) -> State:
    if state.slots.callback_number is not None or context.caller is None:
        return state
    return replace(state.filled(callback_number=context.caller, callback_source="caller_id"), digits="")


def _would_book(heard: Heard) -> bool:
    wished = heard.wants("book", *messages.TOPICS, at_least=0.6)
    return bool(wished or heard.service or heard.windows)


def _still_an_emergency(state: State, context: Context) -> Step:
    return _call_back(state, context, words_again(state.slots), "es" if state.slots.language == "es" else "en")


def _urgent(state: State, heard: Heard, context: Context, found: Finding) -> Step:
    state = _with_words(state, heard, found).filled(urgency="urgent")
    if heard.wants("person") or found.language == "es":
        reason = "asked_for_person" if heard.wants("person") else "spanish"
        state, reply = flow.to_person(state, context, reason, intent="person")
        return state, replace(reply, sentences=(*found.say, *reply.sentences))
    state = booking.fill(state, heard, context)
    if not state.slots.windows:
        state = state.filled(windows=(_SOONEST,))
    if state.goal == "none" and not state.slots.confirmed:
        state = replace(state, goal="book").filled(intent="book")
    return flow.proceed(state, context, *found.say, *wording().say("soonest", found.language), intent="book")


def _with_words(state: State, heard: Heard, found: Finding) -> State:
    """Keep the caller's own words for staff, and the language they were said in."""
    if state.slots.reason is None:
        state = state.filled(reason=one_line(heard.text))
    state = state.filled(language="es") if found.language == "es" else state
    if found.urgency != "emergent":
        return state
    return state.filled(message=one_line(f"{state.slots.message or ''} {heard.text}", _MAX_MESSAGE))


if __name__ == "__main__":
    import sys

    for line in sys.stdin:
        print(triage(line))
