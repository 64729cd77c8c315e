"""Rule: many failed turns in a call tell of the recogniser, the model or the prompt.

Source: the owner's "high failed turn counts - model or prompt signal".
"""

from collections import Counter
from collections.abc import Iterator

from monitoring.case import CallCase, seconds, text_of
from monitoring.finding import finding
from monitoring.judge import Judge
from monitoring.suggestion import Evidence, Severity, Suggestion

_MANY, _VERY_MANY = 3, 5
_CAUSES = {
    "not-understood": "not understood",
    "nothing-heard": "nothing heard",
    "stt-failed": "the recogniser failed",
    "no-answer": "no record had the answer",
    "repeated-question": "the caller had to ask again",
    "blocked": "the guard kept the answer back",
}


def failed_turns(case: CallCase, _judge: Judge) -> Iterator[Suggestion]:
    """One finding for a call of three failed turns or more, with what failed."""
    failed = case.of("failed_turn")
    count = max(len(failed), case.record.failed_turns)
    if count < _MANY:
        return
    causes = Counter(_CAUSES.get(text_of(event, "cause"), "another cause") for event in failed)
    told = ", ".join(f"{cause} ({number})" for cause, number in causes.most_common()) or "causes unknown"
    severity: Severity = "medium" if count >= _VERY_MANY else "low"
    yield finding(case, severity, "failed_turns", f"{count} turns of the call failed: {told}.", *_evidence(case))


def _evidence(case: CallCase) -> list[Evidence]:
    found = []
    for event in case.of("failed_turn"):
        before = [turn for turn in case.caller_turns if turn.at_sec <= seconds(event) + 0.05]
        said = before[-1].text if before and text_of(event, "cause") not in ("nothing-heard", "stt-failed") else ""
        found.append(Evidence(at_sec=round(seconds(event), 2), said=said, against=text_of(event, "cause")))
    return found


if __name__ == "__main__":
    print(_CAUSES)
