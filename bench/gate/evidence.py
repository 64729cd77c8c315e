"""What a gate is judged by: each call, and the process before the calls and after them. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from errors import AvaError

CALLS = 10  # the owner's: consecutive test calls


class GateError(AvaError):
    """The gate could not be measured; the message says what to do."""

    code = "gate"


@dataclass(frozen=True, slots=True)
class Ending:
    """Who ended a call, by the telephone's account and not by ours.

    Attributes:
        by: `ava` (one successful request of ours ended or moved the call), `other`, or `not-yet` (the telephone's log
            of the call is not there yet).
        how: a few words for the table.
        ask_from: for `not-yet`, the time from which the log can be asked for.
    """

    by: Literal["ava", "other", "not-yet"]
    how: str
    ask_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallEvidence:
    """One call.

    Attributes:
        name: its scenario, or the last digits of its CallSid.
        service_ms: end of utterance to first TTS audio by the service's own record: its parts STT, LLM and TTS, added.
        v2v_ms: the caller's last sound to AVA's first, milliseconds.
        remarks: what else was not as expected, in words; no gate depends on it.
    """

    name: str
    utterances: int
    unanswered: int
    service_ms: tuple[float, ...]
    v2v_ms: tuple[float, ...]
    ending: Ending
    seconds: float = 0.0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Census:
    """What a box holds at one moment.

    Attributes:
        pid: of the server. processes: the server and all that descend from it.
        counters: `/metrics` of extraction, see `Extractions`; None where they are missing.
    """

    pid: int
    processes: int
    tasks: int
    slots: int
    threads: int
    counters: "Extractions | None"


@dataclass(frozen=True, slots=True)
class Extractions:
    """Leads by the way they were made, and answers of the engine that were no valid lead, by kind."""

    by_result: Mapping[str, float] = field(default_factory=dict)
    failures: Mapping[str, float] = field(default_factory=dict)

    @property
    def attempts(self) -> int:
        """How often the engine was asked: each time it gave a valid lead, or a failure was counted."""
        return round(self.by_result.get("ok", 0) + self.by_result.get("repaired", 0) + sum(self.failures.values()))

    @property
    def failed(self) -> int:
        return round(sum(self.failures.values()))

    @property
    def rate(self) -> float:
        """Failures per attempt, 0 to 1; 0 where nothing was asked."""
        return self.failed / self.attempts if self.attempts else 0.0

    def since(self, earlier: "Extractions") -> "Extractions":
        """What was counted after `earlier`."""
        return Extractions(_less(self.by_result, earlier.by_result), _less(self.failures, earlier.failures))


def _less(now: Mapping[str, float], then: Mapping[str, float]) -> dict[str, float]:
    return {name: count - then.get(name, 0) for name, count in now.items() if count > then.get(name, 0)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a gate is judged by. `before` and `after` are None where nobody counted."""

    calls: tuple[CallEvidence, ...]
    before: Census | None
    after: Census | None

    @property
    def extractions(self) -> Extractions | None:
        """What these calls' extractions added to the counters; None where they are not shown."""
        if self.after is None or self.after.counters is None:
            return None
        if self.before is None or self.before.counters is None:
            return self.after.counters
        return self.after.counters.since(self.before.counters)


def census_from(value: Mapping[str, Any]) -> Census:
    """A census from what `dataclasses.asdict` made of it.

    Raises:
        GateError: that is none.
    """
    try:
        counters = Extractions(**value["counters"]) if value["counters"] is not None else None
        return Census(**{**value, "counters": counters})
    except (KeyError, TypeError) as exc:
        raise GateError("the stored counts of an earlier run cannot be read") from exc


if __name__ == "__main__":
    earlier = Extractions({"ok": 4}, {"parse": 1})
    later = Extractions({"ok": 9, "repaired": 1}, {"parse": 2})
    print(later.since(earlier), f"{later.since(earlier).rate:.0%} of {later.since(earlier).attempts}")
