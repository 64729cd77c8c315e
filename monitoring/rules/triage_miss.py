"""Rule: what a caller tells of eyes is acted on by its class: emergent now, urgent within a day.

Source: the table of eye triage by telephone (`dialogue/triage`), which in doubt takes the higher class; an emergency is
told what to do in approved words, and a person is told of it.
"""

from collections.abc import Iterator, Sequence

from call import Turn, Urgency
from dialogue.triage import triage
from monitoring.case import CallCase, text_of
from monitoring.finding import finding
from monitoring.judge import Judge
from monitoring.suggestion import Evidence, Severity, Suggestion

_CLASSES: tuple[Urgency, ...] = ("routine", "urgent", "emergent")
_ROUGH_ENGINES = ("pocketsphinx",)  # hear a whole call worse than one answer at a time


def triage_miss(case: CallCase, _judge: Judge) -> Iterator[Suggestion]:
    """At most one finding for a call: its class is higher than what was done, or what was to be told was not."""
    acted = _acted(case)
    for turns, where in ((case.caller_turns, ""), (_heard_after(case), " The words are those of the transcript.")):
        told, evidence = _class_of(turns)
        if _CLASSES.index(told) > _CLASSES.index(acted):
            severity: Severity = "high" if told == "emergent" else "medium"
            said = (
                f"What the caller told is {told} by the table of triage; the call was treated as {acted} "
                f"(told: {_told_whom(case)}).{where}"
            )
            yield finding(case, severity, "triage_miss", said, evidence)
            return
    if acted == "emergent" and (problem := _not_told(case)):
        yield finding(case, "high", "triage_miss", problem[0], problem[1])


def _class_of(turns: Sequence[Turn]) -> tuple[Urgency, Evidence]:
    """The class of the worst turn, each read with those before it."""
    worst: tuple[Urgency, Evidence] = ("routine", Evidence())
    for at, turn in enumerate(turns):
        found = triage(turn.text, [one.text for one in turns[:at]])
        if _CLASSES.index(found.urgency) > _CLASSES.index(worst[0]):
            said = Evidence(at_sec=turn.at_sec, said=turn.text, against=f"triage: {found.urgency}, {found.code}")
            worst = found.urgency, said
    return worst


def _heard_after(case: CallCase) -> tuple[Turn, ...]:
    made = case.transcript
    if made is None or any(engine in made.engine for engine in _ROUGH_ENGINES):
        return ()
    return tuple(turn for turn in made.turns() if turn.speaker == "caller")


def _acted(case: CallCase) -> Urgency:
    """The highest class that the call, its slots or its lead took."""
    taken = [text_of(event, "urgency") for event in case.of("triage")]
    taken += [case.record.slots.urgency, case.lead.urgency if case.lead else "routine"]
    return max((one for one in _CLASSES if one in taken), key=_CLASSES.index, default="routine")


def _told_whom(case: CallCase) -> str:
    """Who knows of the case: whom triage names, else whom the call was handed to, else whoever reads its lead."""
    named = [told for event in case.of("triage") if (told := text_of(event, "told"))]
    targets = [f"{text_of(event, 'target')} (handoff)" for event in case.of("handoff")]
    return [*named, *targets, *(["staff, by an ordinary lead"] if case.lead else []), "nobody"][0]


def _not_told(case: CallCase) -> tuple[str, Evidence] | None:
    """An emergency was found, and its words were not spoken, or nobody was told."""
    found = [event for event in case.of("triage") if text_of(event, "urgency") == "emergent"]
    for event in found:
        say, at_sec = event.get("say"), float(event.get("t", 0.0))
        said = {one.text for one in case.spoken if one.at_sec >= at_sec - 1.0}
        evidence = Evidence(at_sec=round(at_sec, 2), said=text_of(event, "words"), against=text_of(event, "code"))
        if isinstance(say, list) and say and not said.intersection(say):
            return "An emergency was found, and the caller was not told what to do.", evidence
    if found and not case.record.handoff_reason and not case.of("handoff") and case.lead is None:
        evidence = Evidence(said=text_of(found[0], "words"), against=text_of(found[0], "code"))
        return "An emergency was found, and neither was the call handed over nor is there a lead for staff.", evidence
    return None


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(_class_of([Turn(speaker="caller", text=heard, at_sec=0.0)])[1].against or "routine")
