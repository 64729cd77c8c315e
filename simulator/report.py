"""The result of one simulated call, and whether it is what the scenario expects."""

import re
import statistics
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from facts import WEEKDAYS
from simulator.scenario import Expectation, WindowExpectation
from simulator.twilio import SimulatedCall
from simulator.wire import TurnFigures, greeting_ms, turns


@dataclass
class CallReport:
    """Figures of one call. Latencies are milliseconds at the wire, see `simulator/wire.py`.

    Attributes:
        ended_by: ava, caller, transfer, twiml, refused or failed; `how` says by what means the last stream ended.
        underruns: gaps inside AVA's speech that a caller with the far end's jitter buffer heard.
        clipped_ms: AVA's speech that was still queued when the call was ended from her side.
        dialed: numbers that Twilio was told to dial, answered or not. told: what Twilio said for us (<Say>).
        rest_requests: REST requests about this call by kind and HTTP status, as in {"hang_up 200": 1}.
        sender_late_ms: the worst lateness of the simulator's own frames; high values make the figures worthless.
        failures: expectations that do not hold, in words.
    """

    scenario: str
    call_sid: str
    ended_by: str
    how: str | None
    problem: str | None = None
    duration_sec: float = 0.0
    webhook_ms: float | None = None
    greeting_ms: float | None = None
    turns: list[TurnFigures] = field(default_factory=list)
    underruns: int = 0
    gaps_ms: list[float] = field(default_factory=list)
    clipped_ms: float = 0.0
    sender_late_ms: float = 0.0
    dialed: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    rest_requests: dict[str, int] = field(default_factory=dict)
    status_callback: int | None = None
    protocol_errors: list[str] = field(default_factory=list)
    ava_words: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    lead: dict[str, Any] | None = None
    outcome: str | None = None
    recorded: bool | None = None
    folder: str | None = None
    failures: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.failures

    @property
    def v2v_ms(self) -> list[float]:
        return [turn.v2v_ms for turn in self.turns if turn.v2v_ms is not None]

    @property
    def median_v2v_ms(self) -> float | None:
        return statistics.median(self.v2v_ms) if self.v2v_ms else None

    @property
    def barge_in_stops_ms(self) -> list[float]:
        return [turn.barge_in_stop_ms for turn in self.turns if turn.barge_in_stop_ms is not None]

    @property
    def unanswered(self) -> int:
        return sum(not turn.answered for turn in self.turns)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values for JSON."""
        return {**asdict(self), "v2v_ms": self.v2v_ms, "median_v2v_ms": self.median_v2v_ms, "passed": self.passed}


def report_of(scenario: str, call: SimulatedCall) -> CallReport:
    """What the wire tells about a finished call."""
    report = CallReport(scenario, call.sid, call.ended_by or "failed", call.how, call.problem)
    report.dialed, report.told = call.dialed, call.said
    report.webhook_ms = call.webhook_ms
    report.status_callback = call.status_callback_status
    report.rest_requests = dict(Counter(f"{request.kind} {request.status}" for request in call.requests))
    for line in call.lines:
        report.turns += turns(line.log)
        report.underruns += len(line.player.gaps)
        report.gaps_ms += [gap.seconds * 1000 for gap in line.player.gaps]
        report.clipped_ms += line.clipped_sec * 1000
        report.sender_late_ms = max(report.sender_late_ms, line.late_ms)
        report.protocol_errors += line.protocol_errors
        report.duration_sec += (line.log.ended_at or line.log.began_at) - line.log.began_at
    if call.lines:
        report.greeting_ms = greeting_ms(call.lines[0].log)
    return report


def check(expect: Expectation, report: CallReport, knows_words: bool) -> list[str]:
    """Expectations that do not hold. What only the service's record tells is skipped unless `knows_words`."""
    failures = [f"the call failed: {report.problem}"] if report.ended_by == "failed" else []
    failures += [f"protocol: {problem}" for problem in sorted(set(report.protocol_errors))]
    failures += _check_wire(expect, report)
    if knows_words:
        failures += _check_words(expect, report)
        failures += _check_lead(expect, report)
    return failures


def _check_wire(expect: Expectation, report: CallReport) -> list[str]:
    failures = []
    if expect.ended_by and report.ended_by != expect.ended_by:
        failures.append(f"ended by {report.ended_by} ({report.how}); expected {expect.ended_by}")
    if expect.transfer_to and expect.transfer_to not in report.dialed:
        failures.append(f"transferred to {report.dialed or 'nobody'}; expected {expect.transfer_to}")
    told = " ".join(report.told)
    failures += [f"Twilio was not told to say /{regex}/" for regex in expect.told if not _found(regex, told)]
    at_most = [
        ("greeting, ms", report.greeting_ms, expect.max_greeting_ms),
        ("median voice-to-voice, ms", report.median_v2v_ms, expect.median_v2v_ms),
        ("slowest voice-to-voice, ms", max(report.v2v_ms, default=None), expect.max_v2v_ms),
        ("slowest barge-in stop, ms", max(report.barge_in_stops_ms, default=None), expect.max_barge_in_stop_ms),
        ("underruns", report.underruns, expect.underruns),
        ("unanswered turns", report.unanswered, expect.unanswered),
    ]
    for what, value, limit in at_most:
        if limit is not None and (value is None or value > limit):
            failures.append(f"{what}: {'none' if value is None else round(value)}; expected at most {limit:g}")
    if expect.barge_ins is not None and len(report.barge_in_stops_ms) < expect.barge_ins:
        failures.append(f"barge-ins: {len(report.barge_in_stops_ms)}; expected at least {expect.barge_ins}")
    return failures


def _check_words(expect: Expectation, report: CallReport) -> list[str]:
    words = " ".join(report.ava_words)
    failures = [f"AVA did not say /{regex}/" for regex in expect.said if not _found(regex, words)]
    failures += [f"AVA said /{regex}/" for regex in expect.not_said if _found(regex, words)]
    if expect.outcome and report.outcome != expect.outcome:
        failures.append(f"outcome {report.outcome}; expected {expect.outcome}")
    if expect.recorded is not None and bool(report.recorded) != expect.recorded:
        failures.append(f"recorded: {report.recorded}; expected {expect.recorded}")
    return failures


def _check_lead(expect: Expectation, report: CallReport) -> list[str]:
    if expect.no_lead and report.lead is not None:
        return ["there is a lead; expected none"]
    if expect.lead is None and expect.window is None:
        return []
    if report.lead is None:
        return ["no lead was saved"]
    failures = []
    for path, expected in (expect.lead or {}).items():
        value = _dig(report.lead, path)
        if not _equals(value, expected):
            failures.append(f"lead.{path} is {value!r}; expected {expected!r}")
    if expect.window is not None:
        windows = report.lead.get("preferred_windows") or [{}]
        failures += _check_window(expect.window, windows[0])
    return failures


def _check_window(expect: WindowExpectation, window: dict[str, Any]) -> list[str]:
    actual: dict[str, str | None] = {"time": window.get("time"), "part": window.get("part"), "weekday": None}
    if window.get("day"):
        actual["weekday"] = WEEKDAYS[date.fromisoformat(window["day"]).weekday()]
    wanted = expect.model_dump(exclude_none=True)
    return [
        f"the first window's {name} is {actual[name]}; expected {value}"
        for name, value in wanted.items()
        if actual[name] != value
    ]


def _dig(value: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return value


def _equals(value: Any, expected: Any) -> bool:
    if isinstance(expected, str) and len(expected) > 2 and expected[0] == expected[-1] == "/":
        return value is not None and _found(expected[1:-1], str(value))
    return bool(value == expected)


def _found(regex: str, text: str) -> bool:
    return re.search(regex, text, re.IGNORECASE) is not None


if __name__ == "__main__":
    example = CallReport("example", "CA" + "0" * 32, ended_by="caller", how="caller")
    print(check(Expectation(ended_by="ava", unanswered=0), example, knows_words=False))
