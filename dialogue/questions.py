"""Questions in between: answered from the records, then back to what AVA was asking."""

import re
from collections.abc import Sequence
from dataclasses import replace

from call import Intent
from dialogue import answers, booking, flow, offerings
from dialogue.answer import Answer
from dialogue.faq import approved_answer, asked_almost_so
from dialogue.slots.places import Insurance
from dialogue.state import Ask, Context, State, Step
from dialogue.understanding import Heard
from facts import Faq, Record

_OTHER_WISHES: tuple[Intent, ...] = (
    "book", "reschedule", "cancel", "optical_ready", "prescription_copy", "refill", "records", "billing", "post_op",
    "person", "complaint", "goodbye", "cost",
)  # fmt: skip
_NOT_OF_DOCTORS: tuple[Intent, ...] = (
    "insurance", "cost", "optical_ready", "prescription_copy", "refill", "records", "billing", "post_op",
    "reschedule", "cancel", "complaint", "spam",
)  # fmt: skip
_NO_SERVICE_QUESTION: tuple[Intent, ...] = ("hours", *_NOT_OF_DOCTORS)
_TAKEN_DOWN: tuple[Intent, ...] = ("optical_ready", "prescription_copy", "refill", "records", "billing", "post_op")
_SENTENCES = re.compile(r"(?<=[.!])(?<!Dr\.)(?<!St\.)(?<!Mr\.)(?<!Ms\.)(?<!Mrs\.) (?=[A-Z0-9])")
_OWN_APPOINTMENT = re.compile(
    r"\b(?:when|what (?:time|day|date)|confirm|check|verify|look up|remember|forgot|remind me)\b.{0,30}\b(?:my|our|his|"
    r"her|the) (?:\w+ ){0,2}(?:appointment|appt|visit)\b(?! request)|\bdo i have (?:an|any) (?:\w+ )?appointment|"
    r"\bmy appointment (?:is|was) (?:when|what time|today|tomorrow)\b|"
    r"\b(?:a que hora|cuando) (?:es|era|tengo) (?:mi|la) cita\b"
)
_AND_WHAT_ABOUT = re.compile(r"^(?:and|what about|how about|or|ok and|okay and|also)\b|\b(?:what about|how about)\b")
_PREPARATION = re.compile(
    r"\b(?:(?:need|have|should|supposed) (?:to |i )?(?:i )?bring|"
    r"bring (?:anything|something|my (?!(?:\w+ ){0,2}(?:kids?|children|son|daughter|wife|husband|mom|dad|dog)\b))|"
    r"what (?:do|"
    r"should) i bring|"
    r"(?:how )?(?:do|should) i prepare|be dilated|dilate my|need a driver|drive myself|wear my contacts)\b"
)


def own_appointment(state: State, heard: Heard, context: Context) -> Step | None:
    """ "When is my appointment?": a caller id proves nobody's identity, so staff tell, not AVA."""
    if state.asking == "message" or not _OWN_APPOINTMENT.search(heard.line) or heard.wants("reschedule", "cancel"):
        return None
    said = ("I cannot look into appointments.", "Our staff can tell you.")
    if state.goal != "none":
        return resume(state, context, *said, intent="other")
    return flow.ask(replace(state, person_reason="appointment"), context, "person_offer", *said, intent="other")


def asked_before(state: State, heard: Heard, context: Context) -> Step | None:
    """A question that stands on the practice's list nearly in these words: its approved answer."""
    if not heard.is_question or state.asking == "message" or heard.wants(*_TAKEN_DOWN):
        return None
    if heard.service and heard.wants("cost"):
        return None  # what it costs stands in the record of the service
    faq = asked_almost_so(heard.text, context.facts.faqs)
    return _approved(state, faq, context) if faq else None


def looked_up(state: State, text: str, found: Sequence[Record], context: Context) -> Step | None:
    """A turn that no rule took: the approved answer among the records that were found for it."""
    faq = approved_answer(text, found)
    return _approved(state, faq, context) if faq and state.asking != "message" else None


def _approved(state: State, faq: Faq, context: Context) -> Step:
    return resume(state, context, *_SENTENCES.split(faq.answer), intent="other", record_ids=(faq.id,))


def question(state: State, heard: Heard, context: Context) -> Step | None:
    """A caller's question about hours, an office, a plan, a price, the doctors or the services."""
    if step := doctors(state, heard, context) or _services(state, heard, context):
        return step
    intent = heard.wants(*answers.QUESTIONS)
    if intent is None or _is_an_answer(state, heard, intent):
        return None
    state = _noted(state, heard, intent, context)
    return _answered(state, intent, heard.text, _place_keys(state, heard), heard.insurance, heard.service, context)


def doctors(state: State, heard: Heard, context: Context) -> Step | None:
    """ "Which doctors are in Kendall?", "does Doctor Lopez speak Spanish?": the doctors as their records say."""
    if not offerings.about_doctors(heard.text) or not context.facts.providers:
        return None
    if not heard.is_question or state.asking == "message" or heard.wants(*_NOT_OF_DOCTORS):
        return None
    return _answered(state, "other", heard.text, _place_keys(state, heard), None, heard.service, context)


def _services(state: State, heard: Heard, context: Context) -> Step | None:
    """ "Do you do LASIK in Austin?", "what services do you offer?"."""
    if not heard.is_question or state.asking == "message" or heard.windows:
        return None
    if not offerings.about_services(heard.text, heard.service) or heard.wants(*_NO_SERVICE_QUESTION):
        return None
    return _answered(state, "other", heard.text, _place_keys(state, heard), None, heard.service, context)


def follow_up(state: State, heard: Heard, context: Context) -> Step | None:
    """ "And on Saturday?", "what about Austin?" after an answer about hours, an office or a plan."""
    before = state.last.intent if state.last else None
    if before not in ("hours", "location", "insurance") or heard.service or heard.wants(*_OTHER_WISHES):
        return None
    if heard.wants(*answers.QUESTIONS) not in (None, before):
        return None  # a question of its own
    asks_on = bool(_AND_WHAT_ABOUT.search(heard.line)) and not heard.is_new and not heard.name
    if not asks_on and state.asking != "anything_else":
        return None
    if before == "insurance":
        found = heard.insurance if asks_on and heard.insurance and heard.insurance.name else None
        return (
            _answered(state, "insurance", heard.text, _place_keys(state, heard), found, None, context)
            if found
            else None
        )
    if not heard.locations and not (before == "hours" and heard.windows):
        return None
    return _answered(state, before, heard.text, _place_keys(state, heard), None, None, context)


def _place_keys(state: State, heard: Heard) -> tuple[str, ...]:
    return heard.locations or ((state.slots.location,) if state.slots.location else ())


def preparation(state: State, heard: Heard, context: Context) -> Step | None:
    """ "What should I bring?": the preparation that the record of the service holds."""
    if not _PREPARATION.search(heard.line) or state.asking == "message":
        return None
    service = context.facts.service(heard.service or state.slots.service or "")
    if service is None or service.preparation is None:
        said = "I have no special preparation on record, and our staff can tell you more."
        return _unanswered(resume(state, context, said))
    return resume(state, context, service.preparation, record_ids=(service.id,))


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
    unasked = state.asking == "insurance" and heard.insurance is None
    state = replace(booking.fill(state, kept, context), notices=(), options=())
    if unasked:
        state = replace(state, insurance_asked=False)
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
    if only and state.goal == "none" and not state.slots.confirmed:
        state = state.filled(location=only.location)  # the office that the talk is of: "and what is the address there?"
    if intent == "other" and offerings.about_doctors(words):
        answer = offerings.doctors(words, places, context)
    elif intent == "other":
        answer = offerings.services(words, service, only, context)
    elif intent == "hours":
        answer = answers.hours(words, only, context)
    elif intent == "location":
        answer = answers.location(words, places, context)
    elif intent == "insurance":
        answer = answers.insurance(plan, only, context, words)
    else:
        return _cost(state, service, context)
    if answer.needs == "place":
        state = replace(state, question=intent, question_words=words, options=keys if len(keys) > 1 else ())
        return _back_or_ask(state, "answer_place", answer, intent, context)
    if answer.needs == "plan":
        state = replace(state, question=intent, question_words=words)
        return _back_or_ask(state, "answer_plan", answer, intent, context)
    if not answer.found and intent != "insurance":
        return _missing(state, answer, intent, context)
    step = resume(state, context, *answer.sentences, intent=intent, record_ids=answer.record_ids)
    return step if answer.found else _unanswered(step)


def _missing(state: State, answer: Answer, intent: Intent, context: Context) -> Step:
    """What no record holds is said to be missing, and staff are offered; in a booking they call anyway."""
    if state.goal != "none":
        tail = "Our staff can tell you when they call."
        return _unanswered(resume(state, context, *answer.sentences, tail, intent=intent, record_ids=answer.record_ids))
    state = replace(state, person_reason=intent if intent != "other" else "question")
    said = (*answer.sentences, "Our staff can tell you.")
    return _unanswered(flow.ask(state, context, "person_offer", *said, intent=intent, record_ids=answer.record_ids))


def _unanswered(step: Step) -> Step:
    """AVA does not have what was asked for: the turn failed."""
    state, reply = step
    return state, replace(reply, failure="no-answer")


def _back_or_ask(state: State, ask: Ask, answer: Answer, intent: Intent, context: Context) -> Step:
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
        step = resume(state, context, *answer.sentences, *tail, intent="cost", record_ids=answer.record_ids)
        return step if answer.found else _unanswered(step)
    state = replace(state, person_reason="cost")
    said = (*answer.sentences, "Our staff can tell you.")
    return _unanswered(flow.ask(state, context, "person_offer", *said, intent="cost"))


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
    step = resume(state, context, *answer.sentences, intent="insurance", record_ids=answer.record_ids)
    return step if answer.found else _unanswered(step)


if __name__ == "__main__":
    print(question.__doc__)
