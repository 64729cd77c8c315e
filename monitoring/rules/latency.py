"""Rule: nobody waits longer than three seconds for AVA's answer.

Source: the owner's gate of phase 1 (response latency P95 under 3 seconds); after three seconds a line feels dead.
"""

from collections.abc import Iterator

from monitoring.case import CallCase, Event, seconds
from monitoring.finding import finding
from monitoring.judge import Judge
from monitoring.suggestion import Evidence, Severity, Suggestion

LIMIT_MS = 3000.0
_VERY_LONG_MS = 6000.0
_PARTS = {"endpointing_ms": "the end of the turn", "stt_ms": "the recogniser", "llm_ms": "the answer's words",
          "tts_ms": "the voice"}  # fmt: skip


def latency(case: CallCase, _judge: Judge) -> Iterator[Suggestion]:
    """One finding for a call with turns over the limit, with what most of the time went on."""
    slow = [event for event in case.of("latency") if _ms(event, "v2v_ms") > LIMIT_MS]
    if not slow:
        return
    worst = max(slow, key=lambda event: _ms(event, "v2v_ms"))
    longest = _ms(worst, "v2v_ms")
    count = "One answer" if len(slow) == 1 else f"{len(slow)} answers"
    said = (
        f"{count} took longer than {LIMIT_MS / 1000:.0f} seconds, the longest {longest / 1000:.1f}; "
        f"most of it {_where(worst)}."
    )
    severity: Severity = "medium" if len(slow) > 1 or longest > _VERY_LONG_MS else "low"
    yield finding(case, severity, "latency", said, *(_evidence(case, event) for event in slow))


def _where(event: Event) -> str:
    parts = {name: _ms(event, name) for name in _PARTS}
    name = max(parts, key=lambda part: parts[part])
    return f"went on {_PARTS[name]}" if parts[name] > 0 else "is not told apart"


def _evidence(case: CallCase, event: Event) -> Evidence:
    at_sec = seconds(event)
    before = case.turns_before(at_sec)
    parts = ", ".join(f"{name.removesuffix('_ms')} {_ms(event, name):.0f} ms" for name in ("v2v_ms", *_PARTS))
    return Evidence(at_sec=round(at_sec, 2), said=before[-1].text if before else "", against=parts)


def _ms(event: Event, name: str) -> float:
    value = event.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


if __name__ == "__main__":
    print(_where({"llm_ms": 2400.0, "tts_ms": 300.0}))
