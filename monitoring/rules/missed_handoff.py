"""Rule: a call that a person should have taken was handed to one.

Source: the owner's "calls that should have been handoffs": an explicit wish, an angry caller, three failed turns in a
row, a phrase of the blocklist ("uncertainty phrases -> handoff").
"""

import re
from collections.abc import Callable, Iterator

from dialogue.anger import angry
from dialogue.intents import candidates
from dialogue.text import normalise
from monitoring.case import CallCase, seconds
from monitoring.finding import finding
from monitoring.judge import Judge
from monitoring.suggestion import Evidence, Severity, Suggestion

_FAILURES = 3  # in a row
_PLAIN = 0.7  # of the intent, as the dialogue's rules want it
_OF_AVA = re.compile(r"\b(?:are you|is this|am i (?:talking|speaking) (?:to|with))\b")
_DECLINED = re.compile(r"\b(?:don't|do not|no) (?:\w+ ){0,2}(?:need|want|like|have)\b|\bno need\b")
_OFFERS = re.compile(r"\b(?:speak with our staff|our staff take it|our staff to help|call you back)\b", re.I)


def missed_handoff(case: CallCase, _judge: Judge) -> Iterator[Suggestion]:
    """One finding for a call that went on, or ended, without the person that it needed."""
    if case.record.handoff_reason or case.of("handoff") or case.record.outcome == "transferred":
        return
    wishes, angers = _turns(case, _wishes_a_person), _turns(case, angry)
    failures, blocked = _failed_in_a_row(case), _blocklisted(case)
    reasons = [
        text
        for found, text in (
            (wishes, "asked for a person"),
            (angers, "was angry"),
            (failures, f"was not understood {_FAILURES} times in a row"),
            (blocked, "waited for an answer that the blocklist had stopped"),
        )
        if found
    ]
    if reasons:
        said = f"The caller {', '.join(reasons)}, and nobody was put on the line and no call-back promised."
        severity: Severity = "high" if wishes or angers else "medium"
        yield finding(case, severity, "missed_handoff", said, *sorted(
            {*wishes, *angers, *failures, *blocked}, key=lambda one: one.at_sec or 0.0))  # fmt: skip


def _wishes_a_person(text: str) -> bool:
    line = normalise(text)
    if _OF_AVA.search(line) or _DECLINED.search(line):
        return False
    return any(match.intent == "person" and match.score >= _PLAIN for match in candidates(text)[:1])


def _turns(case: CallCase, found: Callable[[str], bool]) -> list[Evidence]:
    """The caller's turns that a test finds and that AVA answered: who hangs up at once wants nobody any more."""
    last = max((one.at_sec for one in case.spoken), default=0.0)
    return [
        Evidence(at_sec=turn.at_sec, said=turn.text, against="A person takes the call over.")
        for turn in case.caller_turns
        if turn.at_sec < last and found(turn.text)
    ]


def _failed_in_a_row(case: CallCase) -> list[Evidence]:
    """The turns of the first three that failed in a row, when AVA spoke on and offered nobody."""
    run: list[Evidence] = []
    turn: Evidence | None = None
    for event in case.of("turn_caller", "nothing_heard", "failed_turn"):
        if event["type"] == "failed_turn":
            run.append(turn or Evidence(at_sec=seconds(event)))
            turn = None
            if len(run) == _FAILURES:
                after = [one for one in case.spoken if one.at_sec >= (run[0].at_sec or 0.0)]
                return [] if any(_OFFERS.search(one.text) for one in after) or not after else run
            continue
        if turn is not None:
            run = []  # that one did not fail
        turn = Evidence(at_sec=seconds(event), said=str(event.get("text", "")), against="Three failed turns.")
    return []


def _blocklisted(case: CallCase) -> list[Evidence]:
    return [
        Evidence(at_sec=one.at_sec, said=one.text, against=one.evidence)
        for one in case.sentences
        if one.verdict == "block" and one.rule == "forbidden"
    ]


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(_wishes_a_person(heard), angry(heard), heard.strip())
