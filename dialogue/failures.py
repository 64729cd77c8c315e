"""Which turns failed although AVA understood them, and what three failed turns in a row lead to.

A turn fails when nothing was understood (`flow.failed`), when the caller asks the same again right after the answer,
when AVA does not have what was asked for, and when the guard kept an answer back. Three in a row go to a person.
"""

import re
from dataclasses import replace

from dialogue import flow, smalltalk
from dialogue.reply import Failure, Reply
from dialogue.state import Context, State, Step
from dialogue.text import normalise
from dialogue.understanding import Heard

_NO_ANSWER = re.compile(
    r"\b(?:do not|don't|does not|doesn't) (?:currently )?have (?:(?:that|this|the|any|enough|more|specific|such) )+"
    r"(?:\w+ )?(?:information|details?|answer|info|facts?)\b|\b(?:i|we) (?:do not|don't) know\b|"
    r"\b(?:no|not any) information (?:about|on) (?:that|this)\b"
)
_NO_CONTENT = re.compile(
    r"\b(?:an?|and|are|at|can|could|do|does|for|have|i|in|is|it|me|my|of|on|or|please|so|that|the|this|to|we|well|will|"
    r"with|would|you|your|but|ok|okay|no|yes|again|said|asked|asking|just|know|want|tell)\b"
)
_CONTENT_WORDS = 2  # fewer words of content make no question that could be known again


def weighed(before: State, step: Step, heard: Heard, context: Context) -> Step:
    """A turn's step, with its failure counted or the count begun anew, and a person after the third.

    Args:
        before: the state that the turn met.
        step: what the rules made of it.
    """
    state, reply = step
    if not reply.understood:
        again = _asked_in_the_same_words(before, heard)
        return state, replace(reply, failure="repeated-question") if again and reply.then == "listen" else reply
    told = _told(reply)
    asked_again = bool(told) and told == before.answer and not smalltalk.asks_to_repeat(heard.line)
    state = replace(state, answer=told)
    if reply.then != "listen" or not (asked_again or reply.failure):
        return replace(state, failed_in_a_row=0), reply
    state = flow.counted(replace(state, failed_in_a_row=before.failed_in_a_row))
    failure: Failure = "repeated-question" if asked_again else "no-answer"
    if state.failed_in_a_row >= flow.FAILURES_BEFORE_A_PERSON:
        state, given_up = flow.give_up(state, context, failure.replace("-", "_"))
        return state, replace(given_up, failure=failure, intent=reply.intent)
    if asked_again and not reply.failure:
        return _said_again(state, told, reply, context)
    return state, replace(reply, failure=failure)


def has_no_answer(text: str) -> bool:
    """Whether words of a model say that it does not have what was asked for."""
    return bool(_NO_ANSWER.search(normalise(text)))


def _told(reply: Reply) -> tuple[str, ...]:
    """What an answer to a question says; nothing for any other reply."""
    if not reply.record_ids and reply.failure is None:
        return ()
    return tuple(sentence for sentence in reply.sentences if not sentence.endswith("?"))


def _said_again(state: State, told: tuple[str, ...], reply: Reply, context: Context) -> Step:
    """The same answer once more, and staff in case it is not what the caller wants to know."""
    state = replace(state, person_reason=state.person_reason or "repeated_question")
    lead = ("Let me say that again.", *told)
    state, again = flow.ask(state, context, "person_offer", *lead, intent=reply.intent, record_ids=reply.record_ids)
    return state, replace(again, failure="repeated-question")


def _asked_in_the_same_words(before: State, heard: Heard) -> bool:
    if not before.said or before.last is None or not before.last.understood:
        return False
    asked, earlier = _content(heard.line), _content(normalise(before.said[-1]))
    return len(asked) >= _CONTENT_WORDS and asked == earlier


def _content(line: str) -> frozenset[str]:
    return frozenset(_NO_CONTENT.sub(" ", line).split())


if __name__ == "__main__":
    import sys

    for text in sys.stdin:
        print("no answer" if has_no_answer(text) else "speech")
