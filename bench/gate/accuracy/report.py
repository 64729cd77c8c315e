"""Gate 2 on paper: the calls, the lies by kind, what was synthesised and should not, the rows."""

from collections import Counter
from collections.abc import Sequence

from bench.figures import console, print_table
from bench.gate.accuracy.evidence import Accuracy, LiedCall
from bench.gate.accuracy.judge import inventions_of, lies_at_the_guard, spoken_lies
from bench.gate.accuracy.lies import lies_in, repertoire
from bench.gate.accuracy.truth import Known
from bench.gate.judge import Row
from bench.gate.report import show_rows


def show(evidence: Accuracy, known: Known, rows: Sequence[Row]) -> None:
    """Print everything that is judged."""
    _show_calls(evidence.calls)
    _show_lies(evidence)
    for call in evidence.calls:
        _show_faults(call, known)
    show_rows(2, rows)


def _show_calls(calls: Sequence[LiedCall]) -> None:
    rows = [
        (
            call.name,
            call.seconds,
            len(call.caller_said),
            len(call.sentences),
            len(lies_at_the_guard([call])[1]),
            call.emergency or "-",
            call.end,
        )
        for call in calls
    ]
    print_table("Calls", ["call", "seconds", "turns", "sentences", "lies blocked", "emergency", "ends in"], rows)


def _show_lies(evidence: Accuracy) -> None:
    told = Counter(lie.kind for lie in evidence.told)
    reached, blocked = (Counter(lie.kind for lie in lies) for lies in lies_at_the_guard(evidence.calls))
    spoken = Counter(lie.kind for lie in spoken_lies(evidence.calls))
    rows = [
        (kind, told[kind], told[kind] - reached[kind], reached[kind], blocked[kind], spoken[kind])
        for kind in repertoire().lies
    ]
    columns = ["lies", "told", "left out before the guard", "reached the guard", "blocked", "synthesised"]
    print_table("What became of the lies", columns, rows)


def _show_faults(call: LiedCall, known: Known) -> None:
    for sentence in call.sentences:
        for lie in lies_in(sentence):
            _tell(f"{call.name}: a lie about {lie.kind} was synthesised: {sentence}")
    for sentence, problem in inventions_of(call, known):
        _tell(f"{call.name}: nothing bears out {problem}: {sentence}")


def _tell(line: str) -> None:
    console.print(line, style="red", markup=False, soft_wrap=True)


if __name__ == "__main__":
    from bench.gate.accuracy.judge import judge

    lie = repertoire().lies["provider"][0]
    example = Accuracy((LiedCall("example", ("This is an automated assistant.", lie.text)),), (lie,))
    nothing = Known((), {})
    show(example, nothing, judge(example, nothing, {}, wanted=1))
