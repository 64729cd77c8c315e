"""The call's dialogue together with its record: each thing that can happen to AVA, answered and written down."""

from typing import Literal, Protocol

from call import Calendar, Knowledge
from dialogue.guard.verdict import Said, Verdict
from dialogue.receptionist import Receptionist
from dialogue.reply import Reply
from facts import Record
from stages.call_log import CallLog
from stages.scheduling import Scheduling


class TurnTimes(Protocol):
    """When the caller was last heard and when the VAD called it over, seconds of the monotonic clock."""

    last_speech: float
    stopped_at: float


class HeardText(Protocol):
    """Knows what of AVA's last turn reached the caller."""

    last_turn_heard: str


class Conversation:
    """One call's receptionist. What she says and what happens is told to the call's log.

    A turn has two steps, because somebody else may word the answer: `hear` (or `hear_nothing`) gives the reply of the
    rules; then either `answer` says that it is spoken, or `answer_begins` and `answered_by_model` that a model's is.
    Between the two `look_up` asks the practice's records about a turn that the rules did not understand, and the
    calendar where free times are to be offered or held. `keypad` goes through `look_up`, too; everything else
    (`silence` ...) is one step.

    Args:
        knowledge: finds records for a turn; None where there are none.
        calendar: has the free times; None where there is none: the receptionist was made without one, too.

    Attributes:
        found: the records that were looked up for the last turn, best first.
    """

    found: tuple[Record, ...] = ()

    def __init__(
        self,
        receptionist: Receptionist,
        call_log: CallLog,
        *,
        turn_times: TurnTimes,
        heard: HeardText,
        knowledge: Knowledge | None = None,
        calendar: Calendar | None = None,
    ) -> None:
        self._receptionist = receptionist
        self._log = call_log
        self._turn_times = turn_times
        self._heard = heard
        self._knowledge = knowledge
        self._scheduling = Scheduling(calendar, receptionist, call_log) if calendar else None
        self._silences = 0
        self._stt_failed = False
        self._caller_said: list[str] = []
        self._words: str | None = None  # of the turn that is being answered; None of noise, a key, a silence
        self._handed_over: tuple[str, str] | None = None  # the last handoff: why, and to whom
        self._kept_back = False  # the guard blocked a sentence of this answer
        self._not_understood = False  # the rules did not understand the turn; it counts as failed if no model does

    @property
    def receptionist(self) -> Receptionist:
        return self._receptionist

    def hear(self, text: str) -> Reply:
        self._turn_over()
        self._stt_failed = False
        self._caller_said.append(text)
        self._words, self.found = text, ()
        if self._scheduling:
            self._scheduling.catch_up()
        reply = self._receptionist.hear(text)
        self._log.caller_turn(text, intent=reply.intent, understood=reply.understood, slots=self._receptionist.slots)
        self._not_understood, self._kept_back = not reply.understood, False
        if reply.refuses_recording:
            self._log.recording_refused()
        if reply.finding:
            told = "person" if reply.then == "transfer" else "staff, by an urgent lead"
            self._log.triaged(text, *reply.finding, say=reply.sentences, told=told)
        return self._noted(reply)

    async def look_up(self, reply: Reply) -> Reply:
        """The reply with what the practice's records and its calendar have to say; they need not have anything."""
        reply = await self._from_records(reply)
        return self._noted(await self._scheduling.settled(reply)) if self._scheduling else reply

    async def _from_records(self, reply: Reply) -> Reply:
        """The records' answer to a turn that the rules did not understand; `reply` where they have none."""
        if reply.understood or reply.then != "listen" or self._knowledge is None or self._words is None:
            return reply
        text = self._words
        self.found = await self._knowledge.find(text, self._receptionist.slots.location)
        self._log.looked_up(tuple(record.id for record in self.found))
        answer = self._receptionist.look_up(text, self.found)
        if answer is None:
            return reply
        self._not_understood = False
        return self._noted(answer)

    async def aclose(self) -> None:
        """The call is over: nothing is looked up any more."""
        if self._scheduling:
            await self._scheduling.aclose()

    def stt_failed(self) -> None:
        """The recogniser has failed in this turn: the empty transcript that follows is no noise."""
        self._stt_failed = True

    def hear_nothing(self, *, over_ava: bool) -> Reply:
        """A turn that transcribed to nothing. `over_ava`: it had cut AVA off."""
        self._turn_over()
        failed, self._stt_failed = self._stt_failed, False
        self._words, self.found = None, ()
        self._log.nothing_heard()
        heard = self._heard.last_turn_heard if over_ava else ""
        reply = self._receptionist.hear_nothing(interrupted=over_ava, heard=heard, stt_failed=failed)
        self._log.failed_turn("stt-failed" if failed else "nothing-heard")
        self._not_understood = False
        return self._noted(reply)

    def answer_begins(self) -> None:
        """The first words of the answer go to the voice."""
        self._log.answer_ready()

    def answer(self, reply: Reply) -> Reply:
        """The reply of `hear` or `hear_nothing` is spoken as it is."""
        self._log.answer_ready()
        if failure := reply.failure or ("not-understood" if self._not_understood else None):
            self._log.failed_turn(failure)
        return reply

    def answered_by_model(self, sentences: tuple[str, ...]) -> None:
        """A model's sentences were spoken in place of the reply of `hear`."""
        self._receptionist.said_instead(sentences)
        not_understood = self._not_understood and not self._receptionist.understood
        if failure := self._receptionist.failure or ("not-understood" if not_understood else None):
            self._log.failed_turn(failure)

    def tool_called(self, name: str, result: str) -> None:
        """A model has called a function for the turn; see `CallLog.tool_called`."""
        self._log.tool_called(name, result)

    def said(self) -> Said:
        """What the caller has said so far, for the guard."""
        slots = self._receptionist.slots
        return Said(
            caller_said=tuple(self._caller_said),
            location=slots.location,
            looked_up=self._receptionist.visit.shown,
            slots=slots,
            caller_number=self._receptionist.caller_number,
        )

    def blocked(self, verdict: Verdict) -> bool:
        """The guard kept a sentence of the model back; returns whether the call is handed over behind this answer."""
        if not self._kept_back:
            self._kept_back = True
            self._log.failed_turn("blocked")
        return self._receptionist.kept_back(at_once=verdict.rule == "forbidden")

    def handoff_due(self) -> Reply | None:
        """What is said behind an answer that the guard kept back, or that was none: the handoff, when it is due."""
        reply = self._receptionist.handoff_due()
        return self._noted(reply) if reply else None

    def silence(self) -> Reply:
        """The caller has said nothing for a while after AVA's last words."""
        self._silences += 1
        self._log.idle(self._silences)
        return self._spoken(self._receptionist.silence(self._silences))

    def keypad(self, keys: str) -> Reply:
        self._silences = 0
        self._words, self.found = None, ()
        self._log.keypad()
        return self._spoken(self._receptionist.keypad(keys))

    def time_is_up(self) -> Reply:
        return self._spoken(self._receptionist.time_is_up())

    def service_stops(self) -> Reply:
        return self._spoken(self._receptionist.service_stops())

    def transfer_failed(self) -> Reply:
        """Nobody took the call over."""
        return self._spoken(self._receptionist.transfer_failed())

    def _turn_over(self) -> None:
        self._silences = 0
        self._log.turn_over(last_speech=self._turn_times.last_speech, vad_stop=self._turn_times.stopped_at)

    def _spoken(self, reply: Reply) -> Reply:
        self._log.answer_ready()
        return self._noted(reply)

    def _noted(self, reply: Reply) -> Reply:
        self._log.slots(self._receptionist.slots)
        if reply.then == "transfer":
            self._hands_over(reply.reason or "asked_for_person", "person")
        elif self._receptionist.slots.wants_person and self._log.handoff_reason is None:
            self._hands_over(self._receptionist.handoff_reason or reply.reason or "asked_for_person", "call-back")
        return reply

    def _hands_over(self, reason: str, target: Literal["person", "call-back"]) -> None:
        """Each handoff is told once, also when the caller speaks into it and hears it again."""
        if self._handed_over != (reason, target):
            self._handed_over = (reason, target)
            self._log.handoff(reason, target=target)


if __name__ == "__main__":
    import sys

    from call import Call
    from clock import SystemClock
    from practice import load_facts

    class Printed:
        def event(self, kind: str, **fields: object) -> None:
            print(f"    record: {kind} {fields}")

        def audio(self, track: str, at_sec: float, ulaw: bytes) -> None: ...
        def start_recording(self, at_sec: float) -> None: ...
        def stop_recording(self) -> None: ...
        def refuse_recording(self) -> None: ...

    class Times:
        last_speech = stopped_at = 0.0
        last_turn_heard = ""

    clock = SystemClock()
    log = CallLog(Call("CA" + "0" * 32, "AC" + "0" * 32, None, "", clock.now()), Printed(), clock)
    receptionist = Receptionist(facts=load_facts(), clock=clock, caller_number=None)
    talk = Conversation(receptionist, log, turn_times=Times(), heard=Times())
    print(receptionist.greeting().text)
    for line in sys.stdin:
        print((talk.answer(talk.hear(line.strip())) if line.strip() else talk.silence()).text)
