"""What happens in one call, told once: the record on disk, the log line and the metric of each event.

Stages call these methods; none of them blocks. What callers say goes to the call's record and nowhere else.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

import metrics
from call import Call, CallRecord, CallStore, Clock, Intent, Outcome, Slots, Turn, Urgency
from log import log_event
from stages.latency import LatencyClock, is_sound


class CallLog:
    """The events of one call. Times (`at_sec`) count from the start of the media stream.

    Args:
        versions: what serves the call (engines, prompt, facts), for its record, also one that is rebuilt from events.
    """

    def __init__(self, call: Call, store: CallStore, clock: Clock, versions: Mapping[str, str] | None = None) -> None:
        self._call = call
        self._store = store
        self._clock = clock
        self._versions = dict(versions or {})
        self._stream_start = clock.monotonic()
        self._latency = LatencyClock()
        self._greeted = False
        self._turns: list[Turn] = []
        self._latencies_ms: list[float] = []
        self._errors: list[str] = []
        self._slots = Slots()
        self._disclosure: tuple[str, float] | None = None
        self._recording_started: float | None = None
        self._refused = False  # the caller does not want to be recorded
        self._failed_turns = 0
        self._unanswered = 0
        self._verdicts: Counter[str] = Counter()
        self._outcome_of_goodbye: Outcome = "completed"
        self.outcome: Outcome | None = None
        self.handoff_reason: str | None = None
        self.speech_is_protected = False  # True while AVA says something that the caller cannot talk over
        store.event(
            "call_started",
            call={"sid": call.sid, "account_sid": call.account_sid, "caller": call.caller, "called": call.called,
                  "started_at": call.started_at.isoformat()},
            versions=self._versions,
        )  # fmt: skip
        log_event("call_started", call=call.sid, caller_id="present" if call.caller else "withheld")

    @property
    def call_sid(self) -> str:
        return self._call.sid

    @property
    def at_sec(self) -> float:
        return self._clock.monotonic() - self._stream_start

    def event(self, kind: str, **fields: Any) -> None:
        self._store.event(kind, at_sec=round(self.at_sec, 3), **fields)

    # The wire

    def audio_in(self, ulaw: bytes) -> None:
        self._store.audio("caller", self.at_sec, ulaw)

    def audio_out(self, ulaw: bytes) -> None:
        self._store.audio("agent", self.at_sec, ulaw)
        if not self._greeted and is_sound(ulaw):
            self._greeted = True
            metrics.GREETING.observe(self.at_sec)
            log_event("greeting_started", call=self.call_sid, seconds=self.at_sec)
        figures = self._latency.first_sound(self._clock.monotonic()) if is_sound(ulaw) else None
        if figures:
            self._latencies_ms.append(round(figures.v2v_ms, 1))
            values = {name: round(value, 1) for name, value in asdict(figures).items()}
            metrics.VOICE_TO_VOICE.observe(figures.v2v_ms / 1000)
            for part in ("endpointing", "stt", "llm", "tts"):
                metrics.LATENCY_PART.labels(part).observe(max(0.0, values[f"{part}_ms"] / 1000))
            self.event("latency", turn=len(self._latencies_ms), **values)
            log_event("turn_latency", call=self.call_sid, turn=len(self._latencies_ms), **values)

    def odd_message(self, code: str) -> None:
        """Something came over the stream that is no part of a call."""
        self.error(code, engine="stream")

    # The caller

    def turn_over(self, *, last_speech: float, vad_stop: float) -> None:
        """The caller's turn is over and its transcript is here.

        Args:
            last_speech: when the last sound of the turn came in, seconds of `time.monotonic()`.
            vad_stop: when the VAD called the speech over.
        """
        self._latency.caller_stopped(last_speech=last_speech, now=vad_stop)
        self._latency.transcript_ready(self._clock.monotonic())

    def answer_ready(self) -> None:
        """The first words of an answer are known, and go to the voice."""
        self._latency.text_ready(self._clock.monotonic())

    def caller_turn(self, text: str, *, intent: Intent | None, understood: bool, slots: Slots) -> None:
        if self._outcome_of_goodbye == "idle":
            self._outcome_of_goodbye = "completed"
        index = sum(turn.speaker == "caller" for turn in self._turns) + 1
        self._turns.append(Turn(speaker="caller", text=text, at_sec=round(self.at_sec, 2), intent=intent))
        self.event("turn_caller", index=index, text=text, intent=intent, understood=understood)
        log_event("caller_turn", call=self.call_sid, turn=index, intent=intent, understood=understood)
        self.slots(slots)

    def nothing_heard(self) -> None:
        self.event("nothing_heard")

    def failed_turn(self, kind: str) -> None:
        self._failed_turns += 1
        self._unanswered += kind == "no-answer"
        metrics.FAILED_TURNS.labels(kind).inc()
        self.event("failed_turn", cause=kind)
        log_event("failed_turn", call=self.call_sid, kind=kind)

    def slots(self, slots: Slots) -> None:
        if slots != self._slots:
            self._slots = slots
            self.event("slots", slots=slots.model_dump(mode="json", exclude_defaults=True))

    def triaged(self, words: str, urgency: Urgency, code: str, *, say: tuple[str, ...], told: str) -> None:
        """The audit entry of what triage found.

        Args:
            words: the caller's.
            code: the row of the table of triage.
            say: what AVA answers; that it was spoken stands in the sentences after it.
            told: whom the case goes to.
        """
        self.event("triage", words=words, urgency=urgency, code=code, say=list(say), told=told)
        metrics.TRIAGE.labels(urgency).inc()
        log_event("triage", call=self.call_sid, level="WARNING", urgency=urgency, told=told)

    def looked_up(self, record_ids: tuple[str, ...]) -> None:
        """The practice's records that were found for the caller's last turn."""
        self.event("looked_up", record_ids=list(record_ids))

    def times_offered(self, keys: tuple[str, ...]) -> None:
        """Free times that AVA names, by the keys of their slots."""
        self.event("offered", keys=list(keys))

    def time_chosen(self, key: str, *, result: Literal["held", "taken", "unknown"]) -> None:
        """What became of the hold of a time that the caller chose."""
        self.event("hold", key=key, result=result)
        log_event("slot_chosen", call=self.call_sid, result=result)

    def tool_called(self, name: str, result: str) -> None:
        """The model has called a function in place of an answer.

        Args:
            name: the function's, or `unknown`; never the model's own word.
            result: `done`, or the code of why nothing has happened.
        """
        self.event("tool", name=name, result=result)
        log_event("tool_called", call=self.call_sid, level="INFO" if result == "done" else "WARNING", tool=name,
                  result=result)  # fmt: skip

    def time_let_go(self, key: str) -> None:
        """The caller chose another time, or none."""
        self.event("let_go", key=key)

    def keypad(self) -> None:
        self.event("keypad")
        log_event("keypad_pressed", call=self.call_sid)

    def idle(self, times: int) -> None:
        self.event("idle", times=times)
        log_event("caller_idle", call=self.call_sid, times=times)

    # AVA

    def sentence_started(self, text: str, *, protected: bool) -> None:
        self.speech_is_protected = protected
        self.event("sentence_ava", text=text, uninterruptible=protected)

    def ava_turn(self, text: str, *, heard: str, interrupted: bool) -> None:
        """AVA stopped speaking. `text`: what she began to say; `heard`: what of it reached the caller."""
        self.speech_is_protected = False
        self._turns.append(Turn(speaker="ava", text=heard, at_sec=round(self.at_sec, 2), interrupted=interrupted))
        self.event("turn_ava", text=text, heard=heard, interrupted=interrupted)
        log_event("ava_turn", call=self.call_sid, interrupted=interrupted)

    def judged(
        self, text: str, *, verdict: str, rule: str | None, evidence: str, record_ids: tuple[str, ...], by_model: bool
    ) -> None:
        """The guard's verdict on a sentence: `allow`, `block` (it was not said), or `note` (said, and doubted)."""
        self.event("verdict", text=text, verdict=verdict, rule=rule, evidence=evidence, record_ids=list(record_ids),
                   by_model=by_model)  # fmt: skip
        self._verdicts[verdict] += 1
        if verdict != "allow":
            log_event("guard_verdict", call=self.call_sid, level="WARNING", verdict=verdict, rule=rule)

    def disclosure_played(self, wording: str, *, record: bool) -> None:
        """The caller has heard that AVA is automated (and that the call is recorded): recording may begin."""
        self._disclosure = (wording, round(self.at_sec, 2))
        self.event("disclosure_played", wording=wording)
        log_event("disclosure_played", call=self.call_sid, seconds=self.at_sec)
        if record and not self._refused:
            self._recording_started = round(self.at_sec, 3)
            self._store.start_recording(self._recording_started)
            self.event("recording_started")

    def recording_refused(self) -> None:
        """The caller does not want to be recorded: nothing is from now on, and nothing of it is kept. Said again, it
        is the same refusal."""
        if self._refused:
            return
        self._recording_started, self._refused = None, True
        self._store.refuse_recording()
        log_event("recording_refused", call=self.call_sid)

    def handoff(self, reason: str, *, target: Literal["person", "call-back"]) -> None:
        self.handoff_reason = reason
        metrics.HANDOFFS.labels(reason).inc()
        self.event("handoff", reason=reason, target=target)
        log_event("handoff", call=self.call_sid, reason=reason, target=target)

    # The end

    def error(self, code: str, *, engine: str) -> None:
        self._errors.append(code)
        metrics.ENGINE_ERRORS.labels(engine, code).inc()
        self.event("error", code=code, engine=engine)
        log_event("error", call=self.call_sid, level="WARNING", engine=engine, code=code)

    def ending(self, outcome: Outcome) -> None:
        """AVA says goodbye for a reason of her own: if the call ends on that, this is its outcome."""
        self._outcome_of_goodbye = outcome

    def end(self, outcome: Outcome) -> None:
        """How the call ended; the first word counts, what follows from it does not."""
        if self.outcome is None:
            self.outcome = self._outcome_of_goodbye if outcome == "completed" else outcome
            self.event("call_ended", outcome=self.outcome)

    def record(self) -> CallRecord:
        """The finished call. Counts and logs it: call once."""
        outcome = self.outcome or "failed"
        metrics.CALLS.labels(outcome).inc()
        log_event("call_ended", call=self.call_sid, outcome=outcome, seconds=self.at_sec, turns=len(self._turns))
        return CallRecord(
            call_sid=self._call.sid,
            account_sid=self._call.account_sid,
            caller=self._call.caller,
            called=self._call.called,
            started_at=self._call.started_at,
            ended_at=self._clock.now(),
            duration_sec=round(self.at_sec, 2),
            outcome=outcome,
            handoff_reason=self.handoff_reason,
            disclosure=self._disclosure[0] if self._disclosure else None,
            disclosure_played_sec=self._disclosure[1] if self._disclosure else None,
            recording_started_sec=self._recording_started,
            turns=self._turns,
            slots=self._slots,
            latencies_ms=self._latencies_ms,
            failed_turns=self._failed_turns,
            unanswered=self._unanswered,
            verdicts=dict(self._verdicts),
            errors=self._errors,
            versions=self._versions,
        )


if __name__ == "__main__":
    from clock import SystemClock
    from log import setup_logging

    class Printed:
        def event(self, kind: str, **fields: Any) -> None:
            print(f"record: {kind} {fields}")

        def audio(self, track: str, at_sec: float, ulaw: bytes) -> None: ...
        def start_recording(self, at_sec: float) -> None: ...
        def stop_recording(self) -> None: ...
        def refuse_recording(self) -> None: ...

    setup_logging()
    now = SystemClock()
    trial = CallLog(Call("CA" + "0" * 32, "AC" + "0" * 32, None, "", now.now()), Printed(), now)
    trial.disclosure_played("This is an automated assistant.", record=False)
    trial.caller_turn("hello", intent=None, understood=True, slots=Slots(location="kendall"))
    trial.end("completed")
    print(trial.record().model_dump_json(exclude_defaults=True))
