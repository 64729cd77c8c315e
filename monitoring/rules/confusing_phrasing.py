"""Rule: a sentence after which the caller says "what?" again and again is not understood.

Source: the owner's "phrasing that caused caller confusion".
"""

from collections.abc import Iterator

from dialogue.smalltalk import asks_to_repeat
from dialogue.text import normalise
from monitoring.case import CallCase, text_of
from monitoring.finding import finding, times
from monitoring.judge import Judge
from monitoring.suggestion import Evidence, Suggestion

_AGAIN = 2  # times in one call


def confusing_phrasing(case: CallCase, _judge: Judge) -> Iterator[Suggestion]:
    """One finding for each turn of AVA's that a caller had said again twice."""
    for said, asked in asked_again(case).items():
        if len(asked) >= _AGAIN:
            told = (
                f"The caller asked AVA {times(len(asked), 'to say the same thing again')}; "
                "shorter or plainer words, or a voice that says it slower, may help."
            )
            at_sec = asked[0].at_sec
            first = Evidence(at_sec=at_sec, said=said, against=f"the caller: {asked[0].said}")
            yield finding(case, "medium", "confusing_phrasing", told, first, *asked)


def asked_again(case: CallCase) -> dict[str, list[Evidence]]:
    """AVA's turns after which the caller wanted to hear them again: her words, and what the caller said."""
    found: dict[str, list[Evidence]] = {}
    last = ""
    for event in case.of("turn_ava", "turn_caller"):
        text = text_of(event, "text")
        if event["type"] == "turn_ava":
            last = text
        elif last and asks_to_repeat(normalise(text)):
            at_sec = round(float(event.get("t", 0.0)), 2)
            found.setdefault(last, []).append(Evidence(at_sec=at_sec, said=text, against="asks to hear it again"))
    return found


if __name__ == "__main__":
    import sys

    for heard in sys.stdin:
        print(asks_to_repeat(normalise(heard)))
