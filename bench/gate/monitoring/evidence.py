"""What gate 4 is judged by. Values only."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.gate.evidence import GateError
from monitoring.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class Placed:
    """A call that was placed.

    Attributes:
        planted: names of the rules that have to report it.
        said: what AVA's voice began to say, as the record of the moment tells.
        urgency: the highest that triage found in it.
        remarks: what was not as the simulator expects, in words.
    """

    name: str
    call_sid: str
    folder: str
    planted: tuple[str, ...]
    said: tuple[str, ...]
    seconds: float = 0.0
    urgency: str = "routine"
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """The wrong answer, and what became of it. Texts are the record's answer at that time.

    Attributes:
        suggestion_id: of the alert that was applied; None: there was none with a change.
        applied_told, undone_told: what the dashboard said.
        commits: in the repository after applying and undoing, beside those before.
        next_said: what AVA said in the next call.
        problems: of the browser's console.
    """

    before: str
    suggestion_id: str | None = None
    applied: str = ""
    applied_told: str = ""
    next_said: tuple[str, ...] = ()
    undone: str = ""
    undone_told: str = ""
    commits: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Monitored:
    """The whole gate.

    Attributes:
        run_status: exit status of the run. runs: how many the ledger holds. seconds: of the run.
        found: everything on the queue after it.
    """

    calls: tuple[Placed, ...]
    run_status: int
    seconds: float
    found: tuple[Suggestion, ...]
    fix: Fix

    def reports(self, call: Placed) -> tuple[Suggestion, ...]:
        """What was found in a call, or in several calls of which it is one."""
        return tuple(one for one in self.found if call.call_sid in (one.call_sid, *one.calls))

    def missed(self) -> tuple[tuple[str, str], ...]:
        """Planted faults that were not found: call and rule."""
        return tuple(
            (call.name, rule)
            for call in self.calls
            for rule in call.planted
            if rule not in rules_of(self.reports(call))
        )

    @property
    def planted(self) -> int:
        return sum(len(call.planted) for call in self.calls)

    @property
    def clean(self) -> tuple[Placed, ...]:
        """Calls in which nothing is wrong."""
        return tuple(call for call in self.calls if not call.planted)


def rules_of(found: Iterable[Suggestion]) -> tuple[str, ...]:
    """Names of the rules that found something, each once."""
    return tuple(dict.fromkeys(one.reader.removeprefix("rules.") for one in found))


def the_fix(found: Iterable[Suggestion], record_id: str) -> Suggestion:
    """The suggestion that puts a record right.

    Raises:
        GateError: there is none.
    """
    for one in found:
        if one.suggested_change is not None and one.suggested_change.record_id == record_id:
            return one
    raise GateError(f"no suggestion puts {record_id} right")


if __name__ == "__main__":
    call = Placed("example", "CA" + "0" * 32, "", ("latency",), ())
    print(Monitored((call,), 0, 1.0, (), Fix("")).missed())
