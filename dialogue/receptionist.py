"""The receptionist: AVA's deterministic side of a conversation, from the caller's words to AVA's sentences.

It answers the phone where no language model runs, and takes over where one has failed. The rules are in `rules.py`;
this class holds the state of one call between two turns. `python -m dialogue.receptionist` is a chat at the terminal.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from call import Clock, Opening, Slots, Wish
from dialogue import booking, failures, flow, model_answer, offer, phrases, questions, slots, staff
from dialogue.danger import words_again
from dialogue.endpointing import Expectation, Kind
from dialogue.intents import GUESSED_SCORE
from dialogue.reply import Failure, Reply
from dialogue.rules import RULES
from dialogue.slots.phone import LENGTH, without_country_code
from dialogue.state import Ask, Context, Handoff, State, Step
from dialogue.understanding import PHONE_ASKS, Heard, understand
from dialogue.visit import Awaited, Visit
from errors import SttError
from facts import PracticeFacts, Record

_KINDS: dict[Ask, Kind] = {
    "phone": "phone", "phone_offer": "yes_no", "phone_check": "yes_no", "name": "name", "last_name": "name",
    "spelling": "spelling", "when": "date", "day": "date", "time": "date", "read_back": "yes_no", "is_new": "yes_no",
    "offer": "date", "offer_one": "yes_no",
    "anything_else": "yes_no", "person_offer": "yes_no",
}  # fmt: skip
_MAX_HEARD = 1000  # characters of one turn that are read; nobody says more in one breath
_TURNS_KEPT = 3  # for a symptom that is told in pieces
_MAX_SAID_AGAIN = 2  # sentences that are repeated after an interruption
_WORDS_OF_A_QUESTION = 4  # "do you do botox"
_HOLD_ON = "One moment, please."
_NO_REQUEST = frozenset({None, "affirm", "deny", "goodbye", "other"})
_ONE_MORE = re.compile(r"\b(?:wait|hold on|one more|another|actually|i forgot|before you go|espere)\b")


class Receptionist:
    """One call's conversation. Every method returns at once and never raises for what a caller says.

    Args:
        caller_number: E.164 of a caller whose id was not withheld, to be offered for the call-back.
        handoff: when a person takes calls over, see `state.Context`; at other times a call-back is promised.
        emergency_line: somebody takes emergencies at any hour.
        calendars: keys of the offices whose free times somebody looks up and holds, see `wish` and `awaits`; at the
            others none are offered.
    """

    def __init__(
        self,
        *,
        facts: PracticeFacts,
        clock: Clock,
        caller_number: str | None,
        agent_name: str = "AVA",
        handoff: Handoff = "never",
        emergency_line: bool = False,
        calendars: frozenset[str] = frozenset(),
    ) -> None:
        self._context = Context(facts, clock, caller_number, agent_name, handoff, emergency_line, calendars)
        self._state = State()
        self._before = self._state  # as it was when the last turn came
        self._kept_back = False  # the guard blocked a sentence of the last turn's answer
        self._due: str | None = None  # why the call is to be handed over behind the answer that is being spoken
        if len(facts.locations) == 1:
            self._state = self._state.filled(location=facts.locations[0].location)

    @property
    def slots(self) -> Slots:
        """What was collected so far; a value that later turns do not change."""
        return self._state.slots

    @property
    def caller_number(self) -> str | None:
        """E.164 of the caller id, None when it was withheld."""
        return self._context.caller

    @property
    def failed_turns(self) -> int:
        """Turns of this call that AVA could not use."""
        return self._state.failed_turns

    @property
    def expecting(self) -> Expectation:
        """What the pending question asks for, for the endpointing policy."""
        return Expectation(_KINDS.get(self._state.asking, "anything"), len(self._state.digits))

    @property
    def wording_is_fixed(self) -> bool:
        """Whether the last reply is spoken as it is; else a model may word it."""
        last, state = self._state.last, self._state
        return last is None or model_answer.wording_is_fixed(
            last, state.asking, urgent=state.slots.urgency != "routine"
        )

    @property
    def understood(self) -> bool:
        """Whether the caller's last turn was understood."""
        return self._state.last is None or self._state.last.understood

    @property
    def failure(self) -> Failure | None:
        """Why the caller's last turn failed although it was understood."""
        return self._state.last.failure if self._state.last else None

    @property
    def handoff_reason(self) -> str | None:
        """Why a person was wanted, as a code; also of a call-back that was promised."""
        return self._state.person_reason

    @property
    def staff_answer(self) -> bool:
        """Whether HANDOFF_NUMBER is answered now."""
        return staff.answers_handoff(self._state, self._context)

    @property
    def local_time(self) -> datetime:
        """Now, on the clock of the office that the call is about."""
        return self._context.now(self._state.slots.location)

    @property
    def wish(self) -> Wish | None:
        """What free times to look up for the request as it stands; None when none are wanted."""
        return offer.wish_of(self._state, self._context)

    @property
    def awaits(self) -> Awaited | None:
        """What the calendar has to answer before the last reply is whole: `wish`, or the hold of `visit.choice`."""
        return self._state.visit.awaits

    @property
    def visit(self) -> Visit:
        """The search for a free time; a value that later turns do not change."""
        return self._state.visit

    def openings_are(self, wish: Wish, free: Sequence[Opening]) -> None:
        """What is free was looked up while the caller talked; it counts when it is still wished for."""
        if wish == self.wish and not self.awaits:
            self._state = offer.known(self._state, wish, free)

    def with_openings(self, wish: Wish, free: Sequence[Opening] | None) -> Reply:
        """The last reply, made whole with what is free; with preferred times for None, when the calendar is away."""
        return self._made_whole(offer.known(self._state, wish, free))

    def with_hold(self, won: bool | None, free: Sequence[Opening] | None = None) -> Reply:
        """The last reply, made whole with what became of the choice.

        Args:
            won: False when another has the time; None when the calendar did not say.
            free: what is free now, when it was looked up anew.
        """
        state = offer.held(self._state, won)
        if free is not None and state.visit.wish:
            state = offer.known(state, state.visit.wish, free)
        return self._made_whole(state)

    def _made_whole(self, state: State) -> Reply:
        last = state.last or Reply(())
        lead = last.sentences[:-1] if last.sentences[-1:] == (offer.HOLD_ON,) else ()
        state, sentences = booking.ask_next(state, self._context)
        return self._say((state, replace(last, sentences=(*lead, *sentences))))

    def greeting(self) -> Reply:
        """The first question. The disclosure is played before it and is none of the receptionist's."""
        return self._say(flow.ask(self._state, self._context, "help"))

    def hear(self, text: str, *, is_reading: bool = False) -> Reply:
        """Answer one turn of the caller, as heard or as written.

        Args:
            is_reading: the words are a model's reading of the turn before, not the caller's own.
        """
        if self._state.ended:
            return self._after_the_end(text)
        heard = understand(text[:_MAX_HEARD], self._state, self._context)
        if not heard.line:
            return self.hear_nothing()
        self._state = offer.not_waiting(self._state)
        self._before, self._kept_back = self._state, False
        state, reply = failures.weighed(self._state, self._turn(heard), heard, self._context)
        if is_reading:
            state = replace(state, failed_turns=max(0, state.failed_turns - 1))
        else:
            state = replace(state, said=(*state.said, heard.text)[-_TURNS_KEPT:])
        if reply.intent is None and heard.intents and heard.intents[0].score > GUESSED_SCORE:
            reply = replace(reply, intent=heard.intent)
        return self._say((state, reply))

    def _after_the_end(self, text: str) -> Reply:
        """The caller speaks into AVA's last words: thanks end the call as well, a new request takes it up again."""
        if self._state.last and self._state.last.then == "transfer":
            hold_on = replace(self._state.last, sentences=(_HOLD_ON,), failure=None, finding=None)
            return self._say((self._state, hold_on))
        ended = self._state
        if ended.last and ended.last.reason in ("timed_out", "service_stops"):
            return self._say(flow.end(ended, self._context, reason=ended.last.reason))
        self._state = replace(ended, ended=False, goal="none", asking="anything_else")
        heard = understand(text[:_MAX_HEARD], self._state, self._context)
        state, reply = self._turn(heard) if heard.line else (ended, Reply((), understood=False))
        if reply.understood and not {reply.intent, heard.intent} <= _NO_REQUEST:
            return self._say((state, reply))
        if _ONE_MORE.search(heard.line):
            return self._say(flow.ask(self._state, self._context, "help"))
        return self._say(flow.end(ended, self._context))

    def _turn(self, heard: Heard) -> Step:
        for rule in RULES:
            if step := rule(self._state, heard, self._context):
                return step
        asked = heard.is_question and len(heard.line.split()) >= _WORDS_OF_A_QUESTION
        return flow.failed(self._state, self._context, was_question=asked)

    def look_up(self, text: str, found: Sequence[Record]) -> Reply | None:
        """Answer the last turn, which the rules did not understand, with the approved answer among the records found.

        Returns:
            None when none of them answers it: the reply of `hear` stands.
        """
        step = questions.looked_up(self._before, text[:_MAX_HEARD], found, self._context)
        if step is None or self.understood:
            return None
        heard = understand(text[:_MAX_HEARD], self._before, self._context)
        state, reply = failures.weighed(self._before, step, heard, self._context)
        return self._say((replace(state, said=self._state.said), reply))

    def said_instead(self, sentences: tuple[str, ...]) -> None:
        """A model worded the last reply. A turn that the rules had not understood counts as understood by that, unless
        the model only asked to say it again."""
        state, last, said = self._state, self._state.last, " ".join(sentences)
        if last is None or last.then != "listen":
            return
        if failures.has_no_answer(said):
            self._turn_failed("no_answer")
            state, last = self._state, replace(last, understood=True, failure="no-answer")
        elif not (last.understood or last.failure or self._kept_back or model_answer.asks_again(said)):
            state = replace(state, failed_in_a_row=0, failed_turns=max(0, state.failed_turns - 1))
            last = replace(last, understood=True)
        self._state = replace(state, last=replace(last, sentences=sentences))

    def kept_back(self, *, at_once: bool) -> bool:
        """The guard blocked a sentence of the answer to the last turn, which has failed by that.

        Args:
            at_once: it was a phrase that is never said: the caller goes to a person whatever the count.

        Returns:
            Whether the call is handed over behind this answer.
        """
        if not self._kept_back:
            self._kept_back = True
            self._turn_failed("blocked")
        if at_once and self._state.person_reason not in flow.FORCED:
            self._due = "blocklist"
        return self._due is not None and not self._state.ended

    def handoff_due(self) -> Reply | None:
        """What is said behind an answer that could not be given: the handoff, when it is due."""
        due, self._due = self._due, None
        if due is None or self._state.ended:
            return None
        if due == "blocklist":
            return self._say(flow.hand_over(self._state, self._context, due))
        return self._say(flow.give_up(self._state, self._context, due))

    def _turn_failed(self, reason: str) -> None:
        """Count the last turn as failed, once, whatever the rules made of it."""
        before = self._before
        in_a_row = max(self._state.failed_in_a_row, before.failed_in_a_row + 1)
        in_all = max(self._state.failed_turns, before.failed_turns + 1)
        self._state = replace(self._state, failed_in_a_row=in_a_row, failed_turns=in_all)
        if in_a_row >= flow.FAILURES_BEFORE_A_PERSON:
            self._due = self._due or reason

    def hear_nothing(self, *, interrupted: bool = False, heard: str = "", stt_failed: bool = False) -> Reply:
        """A turn that transcribed to nothing: noise, a cough, a door.

        Args:
            interrupted: it stopped AVA in mid-sentence.
            heard: what of her last reply had reached the caller by then.
            stt_failed: the caller did speak, and the recogniser failed.
        """
        state, last = self._state, self._state.last
        if interrupted and not stt_failed and last and (unheard := _unheard(last, heard)):
            return replace(last, sentences=unheard, failure=None)
        if state.ended and last:
            left = (_HOLD_ON,) if last.then == "transfer" else last.sentences[-1:]
            return replace(last, sentences=left, failure=None)
        if state.failed_in_a_row + 1 >= flow.FAILURES_BEFORE_A_PERSON:
            return self._say(flow.failed(state, self._context))
        state = replace(state, failed_turns=state.failed_turns + 1, failed_in_a_row=state.failed_in_a_row + 1)
        if stt_failed:
            return self._say((state, Reply((SttError.spoken,), understood=False)))
        question = phrases.question(state, self._context, attempt=1 if last and not last.understood else 0)
        if again := words_again(state.slots):
            return self._say((state, Reply((*again, question), understood=False, protected=True)))
        return self._say((state, Reply(("I am sorry, I did not hear that.", question), understood=False)))

    def silence(self, times: int) -> Reply:
        """The caller has been silent for the first, second or third time in a row."""
        question = phrases.shortened(self._state, self._context)
        again = words_again(self._state.slots)
        if times <= 1:
            return Reply(("If you are still there, I am listening.", *again, question), protected=bool(again))
        if times == 2:
            return Reply((*again, "You can also press 0 for a person.", "Are you still there?"), protected=bool(again))
        kept = self._state.goal != "none" and self._state.slots.callback_number is not None
        said = "Our staff will call you back." if kept else "Please call us again at any time."
        return self._say(flow.end(self._state, self._context, "I cannot hear you.", *again, said, reason="idle"))

    def keypad(self, digits: str) -> Reply:
        """Keys that were pressed: 0 asks for a person, ten digits are a phone number."""
        state = self._state = offer.not_waiting(self._state)
        if digits == "0" and not (state.asking == "phone" and state.digits):
            return self._say(flow.to_person(state, self._context, "keypad", intent="person"))
        keys = without_country_code("".join(char for char in digits if char.isdigit()))
        if state.asking in PHONE_ASKS or len(keys) == LENGTH:
            return self._say(self._keyed_number(state, without_country_code(state.digits + keys)))
        lead = "Press 0 for a person, or just tell me."
        return self._say((state, Reply((lead, phrases.question(state, self._context)))))

    def _keyed_number(self, state: State, keys: str) -> Step:
        number = slots.e164(keys)
        if number:
            state = replace(state, digits="", own_number_refused=True)
            state = state.filled(callback_number=number, callback_source="keypad", callback_confirmed=False,
                                 callback_consent=True)  # fmt: skip
            if state.goal == "none":
                return flow.ask(state, self._context, "phone_check")
            return flow.proceed(state, self._context)
        if len(keys) >= LENGTH or not keys:
            return flow.failed(replace(state, asking="phone", digits=""), self._context)
        return replace(state, asking="phone", digits=keys), Reply(("And the rest of the number, please.",))

    def time_is_up(self) -> Reply:
        """The call has lasted as long as a call may."""
        return self._end_with_a_call_back(
            "I am sorry, but we have reached the time limit of this call.", reason="timed_out"
        )

    def service_stops(self) -> Reply:
        """The service has to end the call: it is being restarted."""
        return self._end_with_a_call_back("I am sorry, I have to end this call now.", reason="service_stops")

    def transfer_failed(self) -> Reply:
        """Nobody could take the call over."""
        self._state = self._state.filled(wants_person=True)
        return self._end_with_a_call_back("I am sorry, I could not reach anyone right now.", reason="transfer_failed")

    def _end_with_a_call_back(self, lead: str, *, reason: str) -> Reply:
        state, caller = self._state, self._context.caller
        if state.slots.callback_number is None and caller:
            state = state.filled(callback_number=caller, callback_source="caller_id")
        known = state.slots.callback_number is not None
        said = "Our staff will call you back." if known else "Please call us again, and our staff will help you."
        return self._say(flow.end(state, self._context, lead, said, reason=reason))

    def _say(self, step: Step) -> Reply:
        state, reply = step
        self._state = replace(state, last=reply)
        return reply


def _unheard(reply: Reply, heard: str) -> tuple[str, ...]:
    """The sentences of a reply that did not reach the caller whole; the last ones, when they are many."""
    told = " ".join(heard.split())
    left = tuple(sentence for sentence in reply.sentences if sentence not in told)
    return left[-_MAX_SAID_AGAIN:]


if __name__ == "__main__":
    import sys

    from clock import SystemClock
    from dialogue.sample import sample_facts

    number = sys.argv[1] if len(sys.argv) > 1 else "+13055550123"
    ava = Receptionist(facts=sample_facts(), clock=SystemClock(), caller_number=number)
    print("AVA:", ava.greeting().text)
    for line in sys.stdin:
        answer = ava.hear(line)
        print("AVA:", answer.text, f"[{answer.intent}, {answer.then}]")
        if answer.then != "listen":
            break
    print(ava.slots.model_dump_json(exclude_defaults=True, indent=1))
