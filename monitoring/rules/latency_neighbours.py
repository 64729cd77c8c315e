"""Rule over calls: a call far slower than those around it, though none of its answers took three seconds.

Source: what monitoring is to look for ("latency outliers"): what slows one call down may slow the next down more.
"""

from collections.abc import Iterator, Sequence
from statistics import median

from monitoring.case import CallCase
from monitoring.finding import finding
from monitoring.judge import Judge
from monitoring.rules.latency import LIMIT_MS
from monitoring.suggestion import Evidence, Suggestion
from recording.ending import percentile

_NEIGHBOURS = 8  # on either side; with fewer in all there is nothing to compare with
_FACTOR = 2.5
_SLOW_MS = 1500.0  # below this nobody minds


def latency_neighbours(cases: Sequence[CallCase], _judge: Judge) -> Iterator[Suggestion]:
    """One finding for each such call. `cases` come in the order of their time."""
    timed = [(case, p95) for case in cases if (p95 := percentile(case.record.latencies_ms, 95)) is not None]
    for at, (case, p95) in enumerate(timed):
        near = [other for _, other in (*timed[max(0, at - _NEIGHBOURS) : at], *timed[at + 1 : at + 1 + _NEIGHBOURS])]
        if len(near) < _NEIGHBOURS or not _SLOW_MS < p95 <= LIMIT_MS:
            continue
        usual = median(near)
        if p95 > _FACTOR * usual:
            said = (
                f"The slowest answers of this call took {p95 / 1000:.1f} seconds, "
                f"those of the calls around it {usual / 1000:.1f}."
            )
            yield finding(case, "low", "latency", said, Evidence(against=f"p95 {p95:.0f} ms, around it {usual:.0f} ms"))


if __name__ == "__main__":
    print(f"over {_SLOW_MS:.0f} ms and {_FACTOR} times the median of {2 * _NEIGHBOURS} calls around it")
