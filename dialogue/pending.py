"""Answers to the pending question. Each handler takes an utterance, or returns None when it is no answer to it."""

import re
from collections.abc import Callable
from dataclasses import replace

from dialogue import booking, flow, messages, phrases, questions, slots
from dialogue.reply import Reply
from dialogue.state import Ask, Context, State, Step
from dialogue.understanding import Heard

_THAT_IS_ALL = re.compile(r"\bthat(?:'s| is) (?:it|all|everything)\b")
SYMPTOM = re.compile(
    r"\b(?:itch\w*|red|dry|blurr\w*|fuzzy|headaches?|water(?:y|ing)|tear\w*|burn\w*|sore|irritat\w+|twitch\w*|"
    r"squint\w*|stye|bump|"
    r"floaters?|tired eyes|strain\w*|broke|scratched|trouble (?:seeing|reading)|can't (?:see|read)|double vision|"
    r"worse|"
    r"swollen|pink ?eye|allerg\w+)\b"
)
_A_COMPLAINT_OF_THE_EYES = re.compile(
    r"\b(?:eyes?|eyelids?|lids?|vision|visual|see|seeing|sight|glasses|lens(?:es)?|contacts?|blurry|blurred|"
    r"prescription|"
    r"doctor|headaches?|check\w*|red|itch\w*|tear\w*|water\w*|squint\w*|read|reading|drive|driving|floaters?|stye|"
    r"bump|"
    r"surgery|problem|exam\w*|test|second opinion|license|school|work|ojos?|vista)\b"
)


def answer(state: State, heard: Heard, context: Context) -> Step | None:
    """Let the handler of the pending question look at an utterance."""
    handler = _HANDLERS.get(state.asking)
    return handler(state, heard, context) if handler else None


def _own_number(state: State, context: Context) -> State:
    return replace(state.filled(callback_number=context.caller, callback_confirmed=True, callback_source="caller_id",
                                callback_consent=True), digits="")  # fmt: skip


def _phone_offer(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.digits:
        return _phone(state, heard, context)
    if (heard.same_number and heard.yes_no is not False) or heard.yes_no:
        return flow.proceed(booking.fill(_own_number(state, context), heard, context), context)
    if heard.yes_no is False:
        return flow.proceed(replace(booking.fill(state, heard, context), own_number_refused=True), context)
    return None


def _phone(state: State, heard: Heard, context: Context) -> Step | None:
    if not heard.digits:
        if heard.same_number and context.caller:
            return flow.proceed(booking.fill(_own_number(state, context), heard, context), context)
        return None
    state = booking.fill(state, heard, context)
    if slots.e164(heard.digits):
        return flow.proceed(state, context)
    if state.digits:
        so_far = f"I have {' '.join(state.digits)} so far."
        return replace(state, asking="phone"), Reply((so_far, "What are the other digits?"))
    return flow.failed(replace(state, asking="phone"), context)


def _phone_check(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.digits:
        return _phone(state, heard, context)
    if heard.same_number and context.caller:
        return flow.proceed(_own_number(state, context), context)
    if heard.yes_no is True:
        state = booking.fill(state.filled(callback_confirmed=True, callback_consent=True), heard, context)
        return flow.proceed(state, context)
    if heard.yes_no is False and not heard.has_facts:
        state = replace(state.filled(callback_number=None, callback_source=None), own_number_refused=True)
        return flow.ask(state, context, "phone", "I am sorry.")
    return None


def _read_back(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.has_facts:
        changed = booking.fill(state, heard, context)
        if changed.changed or changed.options or heard.yes_no is not True:
            return flow.proceed(changed, context)
    if heard.yes_no is True or _THAT_IS_ALL.search(heard.line):
        return flow.booked(state, context)
    if heard.yes_no is False:
        return flow.ask(state, context, "what_to_change", "I am sorry.")
    return None


def _what_to_change(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.has_facts:
        return flow.proceed(booking.fill(state, heard, context), context)
    if heard.yes_no is not None:
        return flow.ask(state, context, "read_back", "Then I leave it as it is.")
    return None


def _anything_else(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.has_facts or any(match.intent not in ("affirm", "deny", "goodbye") for match in heard.intents):
        return None
    if heard.yes_no is False:
        return flow.farewell(state, context, intent="deny")
    return flow.ask(state, context, "help") if heard.yes_no else None


def _message(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.yes_no is False and len(heard.line.split()) <= 4:
        return flow.proceed(state.filled(message=state.slots.reason or ""), context)
    state = messages.with_message(state, heard.text)
    if heard.windows:
        state = state.filled(windows=booking.merged(state.slots.windows, heard.windows))
    return flow.proceed(state, context)


def _person_offer(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.yes_no is True:
        return flow.to_person(state, context, state.person_reason or "asked_for_person", intent="affirm")
    if heard.yes_no is not False:
        return None
    urgent = state.slots.urgency == "emergent"
    lead = ("Then please get help right away.",) if urgent else ()
    return flow.proceed(replace(state, goal="none") if urgent else state, context, *lead, intent="deny")


def _insurance(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.insurance:
        return flow.proceed(booking.fill(state, heard, context), context)
    if heard.yes_no is True and not heard.has_facts:
        return state, Reply((phrases.question(state, context, attempt=1),), intent="affirm")
    return None


def _service(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.service or not _A_COMPLAINT_OF_THE_EYES.search(heard.line) or heard.intent not in ("other", "book"):
        return None
    if len(heard.line.split()) < 2:
        return None
    state = booking.fill(state, heard, context)
    return flow.proceed(state.filled(reason=slots.reason(heard.text)), context)


def _location(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.any_location and not heard.locations:
        return state, Reply((phrases.question(state, context, attempt=1),))
    return None


def _name(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.name:
        return flow.proceed(booking.fill(state, heard, context), context)
    return None


def _last_name(state: State, heard: Heard, context: Context) -> Step | None:
    if heard.name or (heard.yes_no is False and not heard.has_facts):
        return flow.proceed(booking.fill(state, heard, context), context)
    return None


def _when(state: State, heard: Heard, context: Context) -> Step | None:
    return flow.proceed(booking.fill(state, heard, context), context) if heard.windows else None


_HANDLERS: dict[Ask, Callable[[State, Heard, Context], Step | None]] = {
    "phone_offer": _phone_offer,
    "phone": _phone,
    "phone_check": _phone_check,
    "read_back": _read_back,
    "what_to_change": _what_to_change,
    "anything_else": _anything_else,
    "message": _message,
    "person_offer": _person_offer,
    "insurance": _insurance,
    "service": _service,
    "location": _location,
    "name": _name,
    "last_name": _last_name,
    "spelling": _name,
    "when": _when,
    "day": _when,
    "time": _when,
    "answer_place": questions.place_given,
    "answer_plan": questions.plan_given,
}


if __name__ == "__main__":
    print("\n".join(_HANDLERS))
