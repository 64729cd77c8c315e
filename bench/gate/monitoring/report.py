"""Gate 4 on paper: the calls with what was planted and what was found, the kinds of faults, the rows."""

from collections import Counter
from collections.abc import Sequence

from bench.figures import console, print_table
from bench.gate.judge import Row
from bench.gate.monitoring.evidence import Monitored, rules_of
from bench.gate.report import show_rows
from monitoring.rules import MANY, RULES

# What cannot be planted on real audio, and why; every other rule has to have found something.
NOT_PLANTED = {
    "triage_miss": "the call's own triage is the one that monitoring asks",
    "promise": "the guard keeps promises back: see blocked_sentence",
    "missed_handoff": "the call itself sees every wish, and promises a call-back where nobody takes it",
    "latency": "no model makes an answer take three seconds: see latency_neighbours",
}


def show(evidence: Monitored, rows: Sequence[Row]) -> None:
    """Print everything that is judged."""
    _show_calls(evidence)
    _show_rules(evidence)
    show_rows(4, rows)


def _show_calls(evidence: Monitored) -> None:
    rows = []
    for call in evidence.calls:
        found = rules_of(evidence.reports(call))
        more = [rule for rule in found if rule not in call.planted]
        missed = [rule for rule in call.planted if rule not in found]
        rows.append(
            (call.name, call.seconds, ", ".join(call.planted) or "-", ", ".join(missed) or "-", ", ".join(more))
        )
    print_table("Calls", ["call", "seconds", "planted", "missed", "reported besides"], rows)


def _show_rules(evidence: Monitored) -> None:
    planted = Counter(rule for call in evidence.calls for rule in call.planted)
    missed = Counter(rule for _, rule in evidence.missed())
    suggestions = Counter(one.reader.removeprefix("rules.") for one in evidence.found)
    rows = [
        (name, planted[name], planted[name] - missed[name], suggestions[name], NOT_PLANTED.get(name, ""))
        for name, _ in (*RULES, *MANY)
    ]
    print_table("Rules", ["rule", "planted", "found", "suggestions", "why not planted"], rows)
    for one in evidence.found:
        if one.severity == "high":
            console.print(f"high, {one.reader}: {one.description}", markup=False, soft_wrap=True)


if __name__ == "__main__":
    print(*NOT_PLANTED.items(), sep="\n")
