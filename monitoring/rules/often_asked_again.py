"""Rule over calls: words of AVA's that callers of several calls wanted to hear again.

Source: the owner's "phrasing that caused caller confusion".
"""

from collections.abc import Iterator, Sequence

from monitoring.case import CallCase
from monitoring.finding import finding
from monitoring.judge import Judge
from monitoring.rules.confusing_phrasing import asked_again
from monitoring.suggestion import Evidence, Suggestion

_CALLS = 3


def often_asked_again(cases: Sequence[CallCase], _judge: Judge) -> Iterator[Suggestion]:
    """One finding for each turn of AVA's that was asked for again in three calls or more."""
    found: dict[str, list[tuple[CallCase, Evidence]]] = {}
    for case in cases:
        for said, wishes in asked_again(case).items():
            found.setdefault(said, []).append((case, wishes[0]))
    for said, places in found.items():
        if len(places) >= _CALLS:
            first, asked = places[0]
            told = f"Callers of {len(places)} calls asked AVA to say the same words again; they may need plainer ones."
            evidence = Evidence(at_sec=asked.at_sec, said=said, against=f"the caller: {asked.said}")
            yield finding(first, "medium", "confusing_phrasing", told, evidence).model_copy(
                update={"calls": tuple(case.call_sid for case, _ in places[1:])}
            )


if __name__ == "__main__":
    print(f"in {_CALLS} calls or more")
