"""Questions in between: answered from the records, then back to what AVA was asking."""

import re
from dataclasses import replace

from call import Intent
from dialogue import answers, booking, flow
from dialogue.slots.places import Insurance
from dialogue.state import Ask, Context, State, Step
from dialogue.understanding import Heard


def question(state: State, heard: Heard, context: Context) -> Step | None:
    """A caller's question about hours, an office, a plan or a price."""
    intent = heard.wants(*answers.QUESTIONS)
    if intent is None or _is_an_answer(state, heard, intent):
        return None
    state = _noted(state, heard, intent, context)
    keys = heard.locations or ((state.slots.location,) if state.slots.location else ())
    return _answered(state, intent, heard.text, keys, heard.insurance, heard.service, context)


def _is_an_answer(state: State, heard: Heard, intent: Intent) -> bool:
    """ "I have Aetna insurance" answers the insurance question, it asks none."""
    if intent == "insurance" and state.asking in ("insurance", "answer_plan"):
        return not heard.is_question
    if state.asking == "message" and not heard.is_question:
        return True
    return intent == "location" and bool(re.fullmatch(r"(?:any|the )?(?:closest|nearest)(?: one)?", heard.line))


def _noted(state: State, heard: Heard, intent: Intent, context: Context) -> State:
    """What the question says on the way: a plan, a service, an office when none is chosen yet."""
    kept = replace(heard, windows=(), is_new=None, locations=heard.locations if not state.slots.location else ())
    state = replace(booking.fill(state, kept, context), notices=(), options=())
    if state.slots.intent is None:
        state = state.filled(intent=intent)
    if state.goal == "none" and not state.slots.confirmed and _also_books(heard):
        state = replace(state, goal="book").filled(intent="book")
    return state


def _also_books(heard: Heard) -> bool:
    return any(match.intent == "book" and match.score >= 1.0 for match in heard.intents)


def _answered(
    state: State,
    intent: Intent,
    words: str,
    keys: tuple[str, ...],
    plan: Insurance | None,
    service: str | None,
    context: Context,
) -> Step:
    places = tuple(place for key in keys if (place := context.facts.location(key)))
    only = places[0] if len(places) == 1 else None
    if intent == "hours":
        answer = answers.hours(words, only, context)
    elif intent == "location":
        answer = answers.location(words, places, context)
    elif intent == "insurance":
        answer = answers.insurance(plan, only, context)
    else:
        return _cost(state, service, context)
    if answer.needs == "place":
        state = replace(state, question=intent, question_words=words, options=keys if len(keys) > 1 else ())
        return _back_or_ask(state, "answer_place", answer, intent, context)
    if answer.needs == "plan":
        state = replace(state, question=intent, question_words=words)
        return _back_or_ask(state, "answer_plan", answer, intent, context)
    return resume(state, context, *answer.sentences, intent=intent, record_ids=answer.record_ids)


def _back_or_ask(state: State, ask: Ask, answer: answers.Answer, intent: Intent, context: Context) -> Step:
    """Ask for the office or plan, unless the booking is asking for it anyway."""
    asked_anyway = (ask == "answer_place" and state.asking == "location") or (
        ask == "answer_plan" and state.asking == "insurance"
    )
    if state.goal == "book" and answer.sentences and asked_anyway:
        return resume(state, context, *answer.sentences, intent=intent, record_ids=answer.record_ids)
    return flow.ask(state, context, ask, *answer.sentences, intent=intent, record_ids=answer.record_ids)


def _cost(state: State, service: str | None, context: Context) -> Step:
    answer = answers.cost(service or state.slots.service, context)
    if answer.found or state.goal != "none":
        tail = () if answer.found else ("Our staff can tell you when they call.",)
        return resume(state, context, *answer.sentences, *tail, intent="cost", record_ids=answer.record_ids)
    state = replace(state, person_reason="cost")
    return flow.ask(state, context, "person_offer", *answer.sentences, "Our staff can tell you.", intent="cost")


def resume(
    state: State, context: Context, *lead: str, intent: Intent | None = None, record_ids: tuple[str, ...] = ()
) -> Step:
    """After an answer: the pending question of the goal, or whether there is anything else."""
    if state.asking == "what_to_change" and state.goal == "book":
        return flow.ask(state, context, "what_to_change", *lead, intent=intent, record_ids=record_ids)
    return flow.proceed(state, context, *lead, intent=intent, record_ids=record_ids)


def place_given(state: State, heard: Heard, context: Context) -> Step | None:
    """The office for a question that was waiting for it."""
    if not heard.locations or state.question is None:
        return None
    if len(heard.locations) > 1:
        state = replace(state, options=heard.locations)
        return flow.ask(state, context, "answer_place", intent=state.question)
    kept = replace(heard, windows=())
    state = replace(booking.fill(state, kept, context), notices=(), options=())
    intent, words = state.question, state.question_words
    state = replace(state, question=None, question_words="")
    return _answered(state, intent or "location", words, heard.locations, None, None, context)


def plan_given(state: State, heard: Heard, context: Context) -> Step | None:
    """The plan for a question that was waiting for it."""
    if heard.insurance is None:
        return None
    state = replace(booking.fill(state, heard, context), notices=(), question=None, question_words="")
    if not heard.insurance.name or heard.insurance.name == "self-pay":
        return resume(state, context, "That is fine, you do not need insurance to be seen." if heard.insurance.name
                      else "That is fine, our staff can check it with you.")  # fmt: skip
    place = context.facts.location(state.slots.location) if state.slots.location else None
    answer = answers.insurance(heard.insurance, place, context)
    return resume(state, context, *answer.sentences, intent="insurance", record_ids=answer.record_ids)


if __name__ == "__main__":
    print(question.__doc__)
