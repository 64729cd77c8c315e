"""The order in which AVA looks at a turn: danger first, then people, corrections, questions, answers, goals, facts.

Each rule takes the state and what was heard and returns the next state and reply, or None to leave the turn to the
rules after it. What no rule takes is a failed turn.
"""

import re
from dataclasses import replace

from dialogue import (
    booking,
    consent,
    flow,
    messages,
    offer,
    offer_answers,
    pending,
    questions,
    slots,
    smalltalk,
    staff,
)
from dialogue.anger import angry
from dialogue.danger import danger
from dialogue.intents import GUESSED_SCORE
from dialogue.reply import Reply
from dialogue.state import Ask, Context, Rule, State, Step
from dialogue.understanding import Heard

_NUMBER_IS_WRONG = re.compile(
    r"\b(?:wrong|not (?:my|the|that)|change|different|incorrect|fix|another)\b.{0,15}\b(?:phone|number|digits?)\b|"
    r"\b(?:phone|number|digits?)\b.{0,20}\b(?:wrong|not right|incorrect|isn't right|not correct)\b"
)
_FIELDS: tuple[tuple[Ask, re.Pattern[str]], ...] = (
    ("phone", re.compile(r"\b(?:phone|number|digits?)\b")),
    ("spelling", re.compile(r"\b(?:name|spell\w*|spelled)\b")),
    ("location", re.compile(r"\b(?:office|location|place|clinic)\b")),
    ("service", re.compile(r"\b(?:service|visit|reason|exam)\b")),
    ("insurance", re.compile(r"\b(?:insurance|plan)\b")),
    ("time", re.compile(r"\b(?:time|hour)\b")),
    ("when", re.compile(r"\b(?:day|date|appointment|when)\b")),
)
_CHANGE = re.compile(
    r"\b(?:wrong|change|incorrect|fix|correct|not right|isn't right|different|mistake|misspelled|cambiar)\b"
)
_DROPS = re.compile(r"\b(?:cancel|forget|never ?mind|drop|don't (?:want|need|bother)|cancelar?)\b")
_BYE = re.compile(r"\b(?:bye|goodbye|adios|hang up|end (?:the|this) call|hasta luego|have to go|gotta go)\b")


def anger(state: State, heard: Heard, context: Context) -> Step | None:
    """An angry caller: a short apology, and a person. Said with a number that AVA asked for, it is the number."""
    if heard.digits or not angry(heard.text):
        return None
    if state.person_reason == "angry" and state.topic == "person":
        return flow.failed(state, context)
    words = slots.reason(heard.text)
    state = state.filled(intent=state.slots.intent or "complaint", message=state.slots.message or words)
    state, reply = flow.hand_over(state, context, "angry", "I am very sorry about that.")
    return state, replace(reply, intent="complaint")


def spanish(state: State, heard: Heard, context: Context) -> Step | None:
    """A caller who speaks Spanish: a colleague who does calls back."""
    if not heard.spanish or state.slots.language == "es":
        return None
    state = state.filled(language="es")
    said = (
        "Una persona que habla español le devolverá la llamada.",
        "A colleague who speaks Spanish will call you back.",
    )
    if staff.takes_calls(state, context):
        return flow.to_person(state, context, "spanish", intent=heard.intent)
    state = replace(state, person_reason="spanish", failed_in_a_row=0)
    intent = heard.intent if heard.intent not in ("affirm", "deny", "other") else None
    return flow.call_back(state, context, *said, intent=intent)


def person(state: State, heard: Heard, context: Context) -> Step | None:
    """A person was asked for, or a complaint that a person should hear."""
    if (
        state.topic == "person"
        and heard.wants("person")
        and not staff.takes_calls(state, context)
        and state.asking != "anything_else"
    ):
        return flow.proceed(state, context, "Our staff will call you back.", intent="person")
    if heard.wants("person"):
        return flow.to_person(state, context, "asked_for_person", intent="person")
    if heard.wants("complaint") and staff.takes_calls(state, context):
        state, reply = flow.to_person(state.filled(intent="complaint"), context, "complaint", intent="complaint")
        return state, replace(reply, sentences=("I am very sorry about that.", *reply.sentences))
    return None


def correction(state: State, heard: Heard, context: Context) -> Step | None:
    """A field was called wrong and no new value given: ask for that field alone."""
    if state.goal == "none" or heard.is_question:
        return None
    if _NUMBER_IS_WRONG.search(heard.line) and not heard.digits and state.asking != "message":
        return _ask_number_again(state, context)
    if heard.yes_no is False and heard.name and heard.name.value == state.slots.name and not heard.name.spelled:
        # It is called wrong, and said again it sounds the same to her: only its letters can tell.
        return flow.ask(state, context, "spelling", "I am sorry, I may be mishearing your name.")
    named = state.asking == "what_to_change" or (state.asking in ("read_back",) and _CHANGE.search(heard.line))
    if not named or heard.has_facts:
        return None
    for ask, pattern in _FIELDS:
        if pattern.search(heard.line):
            return _ask_number_again(state, context) if ask == "phone" else flow.ask(state, context, ask, "Okay.")
    return None


def _ask_number_again(state: State, context: Context) -> Step:
    changed = state.changed if "callback_number" in state.changed else (*state.changed, "callback_number")
    state = state.filled(callback_number=None, callback_confirmed=False, callback_source=None)
    state = replace(state, digits="", own_number_refused=True, changed=changed if state.was_read_back else ())
    return flow.ask(state, context, "phone", "I am sorry.")


def endings(state: State, heard: Heard, context: Context) -> Step | None:
    """Wrong number, advertising, goodbye."""
    if heard.wants("spam"):
        return flow.end(state.filled(intent="spam"), context, "We are not interested.", reason="spam", intent="spam")
    if heard.wants("wrong_number") and not heard.has_facts and state.goal == "none":
        state = state.filled(intent="wrong_number")
        practice = context.facts.practice_name
        said = f"You have reached {practice}, an eye care practice."
        return flow.end(state, context, said, reason="wrong_number", intent="wrong_number")
    leaves = bool(_BYE.search(heard.line))
    if not heard.wants("goodbye", at_least=0.8) or (heard.has_facts and not leaves):
        return None
    if state.asking in ("read_back", "message", "insurance", "person_offer") and not leaves:
        return None
    return flow.farewell(state, context, intent="goodbye")


def dropped(state: State, heard: Heard, context: Context) -> Step | None:
    """ "Cancel that", said of the request that is being made."""
    if state.goal != "book" or not heard.wants("cancel") or re.search(r"\bmy appointment\b", heard.line):
        return None
    state = replace(state, goal="none", was_read_back=False, changed=())
    if heard.windows and not _DROPS.search(heard.line):
        return None  # "no wait, Friday": another day, not none
    state = offer.let_go(state.filled(windows=(), confirmed=False))
    return flow.ask(state, context, "anything_else", "Okay, I will not pass that request on.", intent="cancel")


def goal(state: State, heard: Heard, context: Context) -> Step | None:
    """Something that AVA books, or passes on to staff."""
    topic = heard.wants(*messages.TOPICS)
    if topic and not (state.goal == "book" and (heard.has_facts or topic in ("reschedule", "post_op"))):
        if state.goal == "message" and state.topic == topic:
            return flow.proceed(messages.with_message(state, heard.text), context, intent=topic)
        state = messages.started(booking.fill(state, replace(heard, service=None), context), topic, heard.text)
        return flow.proceed(state, context, intent=topic)
    if not heard.wants("book", at_least=0.6):
        return None
    if state.goal == "message" and state.topic != "person" and state.asking not in ("anything_else", "help"):
        return None
    if state.slots.confirmed:
        return _added(state, heard, context)
    lead = () if state.goal == "book" or state.slots.name or heard.has_facts else ("I can help you with that.",)
    state = booking.fill(replace(state, goal="book").filled(intent="book"), heard, context)
    if state.slots.reason is None and pending.SYMPTOM.search(heard.line):
        state, lead = state.filled(reason=slots.reason(heard.text)), ()
    return flow.proceed(state, context, *lead, intent="book")


def _added(state: State, heard: Heard, context: Context) -> Step:
    """A further wish after the request is whole goes to staff with it."""
    state = messages.with_message(state, heard.text)
    return flow.ask(state, context, "anything_else", "I have added that for our staff.", intent="book")


def facts(state: State, heard: Heard, context: Context) -> Step | None:
    """Values for slots, whatever was asked."""
    if not heard.has_facts:
        return None
    before = state
    state = booking.fill(state, heard, context)
    if state.goal == "none" and state.slots.confirmed and state.changed:
        state = replace(state.filled(confirmed=False), goal="book")
    elif state.goal == "none" and (heard.service or heard.windows or heard.is_new is not None):
        state = replace(state, goal="book").filled(intent="book")
    elif state.goal == "none":
        lead = state.notices[:1]
        return flow.ask(replace(state, changed=()), context, "help", *lead)
    state, reply = flow.proceed(state, context)
    same = state.slots == before.slots and state.asking == before.asking and not state.options
    return flow.failed(before, context) if same and not state.digits else (state, reply)


def bare_yes_or_no(state: State, heard: Heard, context: Context) -> Step | None:
    """ "Yes" to a question that wants more, or to no question at all."""
    if state.asking != "help" or heard.yes_no is None or len(heard.line.split()) > 4:
        return None
    if heard.yes_no is False:
        return flow.farewell(state, context, intent="deny")
    return state, Reply(("I can help with appointments, our offices, hours and insurance.", "What would you like?"))


def guessed(state: State, heard: Heard, context: Context) -> Step | None:
    """What no pattern knows, taken for what its words make likely; nobody is transferred or hung up on for a guess."""
    if state.asking not in ("help", "anything_else"):
        return None
    if not heard.intents or heard.intents[0].score > GUESSED_SCORE:
        return None
    likely = replace(heard, intents=(replace(heard.intents[0], score=1.0),))
    return questions.question(state, likely, context) or goal(state, likely, context)


RULES: tuple[Rule, ...] = (
    danger,
    consent.recording,
    anger,
    smalltalk.talk,
    person,
    questions.own_appointment,
    offer_answers.answered,
    questions.asked_before,
    questions.doctors,
    spanish,
    correction,
    endings,
    dropped,
    questions.follow_up,
    questions.preparation,
    questions.question,
    pending.answer,
    goal,
    facts,
    bare_yes_or_no,
    guessed,
)


if __name__ == "__main__":
    for rule in RULES:
        print(f"{rule.__name__}: {(rule.__doc__ or '').strip().splitlines()[0]}")
