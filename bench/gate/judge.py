"""The five conditions of phase 1, each a pure function of the evidence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from bench.figures import median, p95, shown
from bench.gate.evidence import CALLS, CallEvidence, Census, Ending, Evidence, Extractions

SLOWEST_MS = 3000.0  # the owner's: P95 from end of utterance to first audio
Result = Literal["pass", "fail", "not yet"]


@dataclass(frozen=True, slots=True)
class Row:
    """One condition: its figures, and whether they hold."""

    number: int
    condition: str
    figures: str
    result: Result


def judge(evidence: Evidence, wanted: int = CALLS) -> list[Row]:
    """All five, in the owner's order."""
    return [
        answered(evidence.calls, wanted),
        nothing_left(evidence.before, evidence.after),
        ended_by_ava(evidence.calls, wanted),
        failures_visible(evidence.extractions),
        quick(evidence.calls),
    ]


def verdict(rows: Sequence[Row]) -> Result:
    """Passed when every row is; a failed one outweighs one that cannot be told yet."""
    results = {row.result for row in rows}
    return "fail" if "fail" in results or not rows else "not yet" if "not yet" in results else "pass"


def answered(calls: Sequence[CallEvidence], wanted: int = CALLS) -> Row:
    """Every utterance of `wanted` calls in a row was answered. A call without an utterance shows nothing, or that AVA
    heard nothing: it fails."""
    silent = sum(call.unanswered for call in calls)
    empty = [str(number) for number, call in enumerate(calls, start=1) if not call.utterances]
    figures = (
        f"{len(calls)} of {wanted} calls, {sum(call.utterances for call in calls)} utterances, {silent} unanswered"
    )
    if empty:
        figures += f"; no utterance in call {', '.join(empty)}"
    return _row(1, "every utterance is answered", figures, len(calls) >= wanted and not silent and not empty)


def nothing_left(before: Census | None, after: Census | None) -> Row:
    """No pipeline outlives its call: processes, tasks and slots are as before."""
    condition = "no zombie is left"
    if before is None or after is None:
        return _row(2, condition, "not counted before the calls: place them while the gate watches", False)
    figures = ", ".join(
        f"{name} {getattr(before, name)} -> {getattr(after, name)}" for name in ("processes", "tasks", "slots")
    )
    figures += f" (threads {before.threads} -> {after.threads})"
    if before.pid != after.pid:
        return _row(2, condition, f"the server was restarted between the calls; {figures}", False)
    clean = after.slots == 0 and after.tasks <= before.tasks and after.processes <= before.processes
    return _row(2, condition, figures, clean)


def ended_by_ava(calls: Sequence[CallEvidence], wanted: int = CALLS) -> Row:
    """The telephone's log shows that our side ended every call."""
    condition = "AVA ends the calls"
    endings = [call.ending for call in calls]
    counts = Counter(f"{'' if ending.by == 'ava' else 'not AVA: '}{ending.how}" for ending in endings)
    figures = ", ".join(f"{count} {how}" for how, count in counts.items()) or "no call"
    if any(ending.by == "other" for ending in endings) or len(calls) < wanted:
        return _row(3, condition, figures, False)
    waits = any(ending.by == "not-yet" for ending in endings)
    return Row(3, condition, figures, "not yet") if waits else _row(3, condition, figures, True)


def ask_from(calls: Sequence[CallEvidence]) -> datetime | None:
    """When the last log that is missing can be asked for; None when none is."""
    waiting: list[Ending] = [call.ending for call in calls if call.ending.by == "not-yet"]
    return max((ending.ask_from or datetime.now(UTC) for ending in waiting), default=None)


def failures_visible(extractions: Extractions | None) -> Row:
    """The share of answers that were no valid lead can be read off `/metrics`. How high it is decides nothing."""
    condition = "JSON failures are visible"
    if extractions is None:
        return _row(4, condition, "ava_extractions_total or ava_json_failures_total is not in /metrics", False)
    if not extractions.attempts:
        return _row(4, condition, "no extraction was attempted: nothing can be read off", False)
    kinds = "".join(f", {kind} {count:.0f}" for kind, count in extractions.failures.items())
    results = ", ".join(f"{result} {count:.0f}" for result, count in extractions.by_result.items())
    rate = f"{extractions.rate:.1%}: {extractions.failed} of {extractions.attempts} answers{kinds}"
    return _row(4, condition, f"{rate} (leads: {results or 'none'})", True)


def quick(calls: Sequence[CallEvidence], limit_ms: float = SLOWEST_MS) -> Row:
    """P95 of end of utterance to first TTS audio, and of the whole wait, which holds it and is the stricter."""
    service = [ms for call in calls for ms in call.service_ms]
    wire = [ms for call in calls for ms in call.v2v_ms]
    parts = [
        f"{name} P95 {shown(p95(values), ' ms')}, median {shown(median(values), ' ms')} of {len(values)}"
        for name, values in (("STT to TTS", service), ("voice to voice", wire))
    ]
    holds = p95(service) < limit_ms and p95(wire) < limit_ms  # of nothing it is not a number, and does not hold
    return _row(5, f"P95 under {limit_ms / 1000:g} s", "; ".join(parts), holds)


def _row(number: int, condition: str, figures: str, holds: bool) -> Row:
    return Row(number, condition, figures, "pass" if holds else "fail")


if __name__ == "__main__":
    call = CallEvidence("example", 3, 0, (20.0, 30.0, 25.0), (640.0, 700.0, 3100.0), Ending("ava", "hang-up"))
    census = Census(1, 2, 5, 0, 9, Extractions({"ok": 1.0}))
    for row in judge(Evidence((call,), census, census), wanted=1):
        print(row)
