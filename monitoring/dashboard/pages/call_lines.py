"""A call's transcript as its page shows it: who said what and when, where AVA had it from, and what happened between.

Pure. Times count from the start of the media stream, as `Turn.at_sec`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from facts import PracticeFacts
from monitoring.case import CallCase, Event, Sentence, seconds, text_of
from odoo.lead_words import HANDED_OVER

Kind = Literal["caller", "ava", "mark"]
Tone = Literal["", "strong", "harm"]
_RECORD_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PER_WORD_SEC = 0.36  # about 170 words a minute: how people speak on the telephone
_URGENCIES = {"emergent": "an emergency", "urgent": "urgent", "routine": "routine"}
FAILED = {
    "not-understood": "Not understood",
    "nothing-heard": "Nothing was heard",
    "stt-failed": "The recogniser failed",
    "no-answer": "No record answers this",
    "repeated-question": "The caller asked the same again",
    "blocked": "The answer was kept back",
}
RULES = {
    "facts": "against a record",
    "figures": "a figure that no record has",
    "medical": "medical advice",
    "privacy": "says too much of a patient",
    "promises": "a promise",
    "appointment_times": "a time that nobody offered",
    "forbidden": "on the list of what is never said",
    "content": "no record bears it out",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A record that a sentence was made from. `text`: None when it is not among the facts any more."""

    record_id: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Waited:
    """How long the caller waited for the answer, and for what (milliseconds)."""

    v2v_ms: float
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript.

    Attributes:
        at_sec: when it began; of a caller's turn reckoned from its words, for the record knows when it was over.
        said: of AVA's: the sentence with its verdict.
        sources: of AVA's: the records that it was made from.
        interrupted: of AVA's: it did not reach the caller to its end.
        intent: of the caller's.
        waited: of the caller's: until AVA's first sound after it; None when no answer followed.
        tone: of a mark.
    """

    kind: Kind
    at_sec: float
    text: str
    said: Sentence | None = None
    sources: tuple[Source, ...] = ()
    intent: str | None = None
    waited: Waited | None = None
    tone: Tone = ""

    @property
    def is_kept_back(self) -> bool:
        return self.said is not None and not self.said.spoken

    @property
    def is_cut(self) -> bool:
        return self.said is not None and self.said.spoken and not self.said.heard

    @property
    def rule(self) -> str:
        """The guard's rule in words."""
        rule = self.said.rule if self.said else None
        return RULES.get(rule, rule.replace("_", " ")) if rule else ""


def lines_of(case: CallCase, facts: PracticeFacts) -> tuple[Line, ...]:
    """Every line of a call, in order. Without events the turns of its record are what there is."""
    if not any(event.get("type") in ("turn_caller", "turn_ava", "sentence_ava") for event in case.events):
        return tuple(_of_record(case))
    known = {record.id: record.text for record in facts.records}
    found = [*_heard(case.events), *(_ava(one, known) for one in case.sentences), *_marks(case.events)]
    return tuple(line for _, line in sorted(found, key=lambda one: one[0]))


def _of_record(case: CallCase) -> Iterable[Line]:
    for turn in case.record.turns:
        if turn.speaker == "caller":
            yield Line("caller", turn.at_sec, turn.text, intent=turn.intent)
        else:
            sentence = Sentence(turn.at_sec, turn.text, heard=not turn.interrupted)
            yield Line("ava", turn.at_sec, turn.text, said=sentence)


def _heard(events: Sequence[Event]) -> list[tuple[float, Line]]:
    """The caller's turns, each with the time at which it stands in the order of the call: when it was over."""
    found: list[tuple[float, Line]] = []
    free_from = 0.0  # the caller's words cannot have begun before this
    for event in events:
        at, kind = seconds(event), event.get("type")
        if kind == "turn_caller":
            text = text_of(event, "text")
            began = max(free_from, at - 0.6 - _PER_WORD_SEC * len(text.split()))
            found.append((at, Line("caller", round(began, 2), text, intent=text_of(event, "intent") or None)))
        elif kind == "latency" and found and found[-1][1].waited is None:
            over, line = found[-1]
            found[-1] = over, replace(line, waited=_waited(event))
        if kind in ("turn_caller", "turn_ava"):
            free_from = at
    return found


def _waited(event: Event) -> Waited | None:
    total = event.get("v2v_ms")
    if not isinstance(total, int | float):
        return None
    names = (("endpointing", "listening"), ("stt", "recognising"), ("llm", "thinking"), ("tts", "voice"))
    parts = ((label, event.get(f"{name}_ms")) for name, label in names)
    return Waited(float(total), tuple((label, float(ms)) for label, ms in parts if isinstance(ms, int | float)))


def _ava(sentence: Sentence, known: Mapping[str, str]) -> tuple[float, Line]:
    sources = tuple(Source(one, known.get(one)) for one in _record_ids(sentence, known))
    return sentence.at_sec, Line("ava", sentence.at_sec, sentence.text, said=sentence, sources=sources)


def _record_ids(sentence: Sentence, known: Mapping[str, str]) -> tuple[str, ...]:
    """The records of a sentence. Of one that was let through the guard names those that bear it out, the best first."""
    if sentence.verdict != "allow":
        return sentence.record_ids
    named = [one for one in sentence.evidence.split(", ") if _RECORD_ID.fullmatch(one)]
    ids = [one for one in named if one in known or one in sentence.record_ids]
    return tuple(dict.fromkeys([*ids, *sentence.record_ids]))


def _marks(events: Iterable[Event]) -> list[tuple[float, Line]]:
    found = []
    for event in events:
        said = _MARKS.get(text_of(event, "type"))
        if said and (told := said(event)):
            text, tone = told
            found.append((seconds(event), Line("mark", seconds(event), text, tone=tone)))
    return _joined(found)


def _joined(found: list[tuple[float, Line]]) -> list[tuple[float, Line]]:
    """What is said of the notice and of the recording that it starts in one line."""
    for at, (first, second) in enumerate(pairwise([line.text for _, line in found])):
        if (first, second) == (_NOTICE, _RECORDING):
            began, line = found[at + 1]
            return [*found[:at], (began, replace(line, text=f"{_NOTICE}: the recording begins")), *found[at + 2 :]]
    return found


Told = tuple[str, Tone]
_NOTICE, _RECORDING = "The caller has heard the notice", "The recording begins"


def _failed(event: Event) -> Told:
    cause = text_of(event, "cause")
    return f"Failed turn: {FAILED.get(cause, cause.replace('-', ' ')).lower()}", "strong"


def _triage(event: Event) -> Told:
    urgency, row = text_of(event, "urgency"), text_of(event, "code").replace("_", " ").replace("-", " ")
    tone: Tone = "harm" if urgency == "emergent" else "strong"
    told = text_of(event, "told")
    return f"Triage: {_URGENCIES.get(urgency, urgency)} ({row}){f', told to: {told}' if told else ''}", tone


def _handoff(event: Event) -> Told:
    reason = text_of(event, "reason")
    to = "Handed over to a person" if event.get("target") == "person" else "A call-back is promised"
    return f"{to}: {HANDED_OVER.get(reason, reason.replace('_', ' '))}", "strong"


def _hold(event: Event) -> Told:
    results = {"held": "is held for the caller", "taken": "was taken by another just now", "unknown": "may be held"}
    return f"The time that was chosen {results.get(text_of(event, 'result'), 'was asked for')}", ""


def _tool(event: Event) -> Told:
    name, result = text_of(event, "name"), text_of(event, "result")
    return f"The model called “{name}”: {result.replace('-', ' ')}", "" if result == "done" else "strong"


def _count(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


def _offered(event: Event) -> Told:
    number = _count(event.get("keys"))
    return f"{number} free time{'' if number == 1 else 's'} offered", ""


def _fault(event: Event) -> Told:
    return f"Fault: {text_of(event, 'engine')}, {text_of(event, 'code').replace('-', ' ')}", "strong"


_MARKS: dict[str, Callable[[Event], Told | None]] = {
    "disclosure_played": lambda _: (_NOTICE, ""),
    "recording_started": lambda _: (_RECORDING, ""),
    "recording_refused": lambda _: ("The caller does not want to be recorded: no audio is kept", "strong"),
    "failed_turn": _failed,
    "triage": _triage,
    "handoff": _handoff,
    "keypad": lambda _: ("The caller pressed a key", ""),
    "idle": lambda _: ("The caller was silent", ""),
    "tool": _tool,
    "offered": _offered,
    "hold": _hold,
    "let_go": lambda _: ("The time is given back", ""),
    "error": _fault,
}


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from errors import StorageError
    from facts_files import read_facts
    from monitoring.case import read_case
    from recording.shelf import CallShelf

    if len(sys.argv) != 3:
        sys.exit("usage: python -m monitoring.dashboard.pages.call_lines DATA_DIR CALL_SID")
    try:
        for one in lines_of(read_case(CallShelf(Path(sys.argv[1])), sys.argv[2], None), read_facts()):
            sources_now = ", ".join(source.record_id for source in one.sources)
            print(f"{one.at_sec:7.2f}  {one.kind:6}  {one.text}  {f'[{sources_now}]' if sources_now else ''}")
    except StorageError as error:
        sys.exit(f"{error.code}: {error}")
