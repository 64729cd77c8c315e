"""Today: how the day goes and how yesterday went, what to listen to first, and whether the box is well."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitoring.dashboard.pages import box
from monitoring.dashboard.pages.charts import Plot, Series
from monitoring.dashboard.pages.labels import OUTCOMES, heading
from monitoring.dashboard.web import desk, note, render
from monitoring.desk import Desk
from monitoring.index import CallPage, CallQuery, CallRow, DayFigures
from monitoring.suggestions import Entry

router = APIRouter()
PLOT_DAYS = 30
MORNING_UNTIL = 12  # o'clock: until then the page opens with the last day that had calls
LISTEN = 3
TOP_ALERTS = 4
_SLOW_MS = 3000  # gate 1: P95 of end of utterance to first audio stays below
_WEIGHT = {"high": 100, "medium": 20, "low": 4}


@dataclass(frozen=True, slots=True)
class Worth:
    """A call that is worth a person's ear, and why."""

    row: CallRow
    reasons: tuple[str, ...]
    weight: int
    at_sec: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """The day whose figures are shown, and the one that they are compared with.

    Attributes:
        compared: of the other day, in words: `yesterday`, `on Friday`, `on Nov 14`.
        today: the date now; `so_far` are its figures when the page opened with an earlier day by itself.
    """

    figures: DayFigures
    other: DayFigures
    compared: str
    today: date
    so_far: DayFigures | None

    @property
    def day(self) -> date:
        return self.figures.day

    @property
    def name(self) -> str:
        """`Today`, `Yesterday`, or the weekday."""
        return {0: "Today", 1: "Yesterday"}.get((self.today - self.day).days, f"{self.day:%A}")


@router.get("/", response_class=HTMLResponse)
async def today(request: Request, day: date | None = None) -> HTMLResponse:
    """The page. The box is asked while the index is read."""
    on = desk(request)
    now = on.clock.now().astimezone(on.zone)
    state, (days, entries) = await asyncio.gather(
        box.look(on.settings.local_url), asyncio.to_thread(_figures, on, now.date())
    )
    shown = shown_day(days, now, day)
    rows = await asyncio.to_thread(_calls, on, shown)
    if entries:  # what a finding says may hold what a caller said
        await note(request, "view-today")
    return render(
        request,
        "today.html",
        shown=shown,
        first=days[1].day,
        one_day=timedelta(days=1),
        plots=plots(days[1:]),
        listen=to_listen(rows, entries),
        alerts=entries[:TOP_ALERTS],
        alert_count=len(entries),
        box=state,
        monitor=_monitor(on),
        outcomes=OUTCOMES,
        heading=heading,
    )


def _figures(on: Desk, last: date) -> tuple[tuple[DayFigures, ...], tuple[Entry, ...]]:
    """The figures of each day, one more than is plotted, and what is open. Blocks."""
    on.index.refresh()
    return tuple(on.index.days(last - timedelta(days=PLOT_DAYS), last)), tuple(on.queue.open())


def _calls(on: Desk, shown: Shown) -> Sequence[CallRow]:
    """The calls of the day that is shown, and of today. Blocks."""
    until = shown.today if shown.so_far else shown.day
    found: CallPage = on.index.page(CallQuery(since=shown.day, until=until, per_page=500))
    return found.rows


def _monitor(on: Desk) -> dict[str, Any]:
    return {"enabled": on.state.enabled, "next": on.schedule.next_run, "progress": on.monitor.progress}


def shown_day(days: Sequence[DayFigures], now: datetime, wanted: date | None) -> Shown:
    """The day to show: the one that is wanted; else today, in the morning the last day that had calls.

    Args:
        days: one after the other, the last is today.
        now: on the practice's clock.
    """
    index = next((at for at, one in enumerate(days) if one.day == wanted and at > 0), None)
    if index is None:
        early = now.hour < MORNING_UNTIL or not days[-1].calls
        earlier = [at for at in range(1, len(days) - 1) if days[at].calls]
        index = earlier[-1] if early and earlier else len(days) - 1
    before = [at for at in range(index) if days[at].calls]
    other = days[before[-1] if before else index - 1]
    so_far = days[-1] if wanted is None and index < len(days) - 1 else None
    return Shown(days[index], other, _compared(other.day, days[index].day, now.date()), now.date(), so_far)


def _compared(other: date, shown: date, today: date) -> str:
    if (today - other).days == 1:
        return "yesterday"
    return f"on {other:%A}" if (shown - other).days < 7 else f"on {other:%b} {other.day}"


def to_listen(rows: Iterable[CallRow], entries: Iterable[Entry], limit: int = LISTEN) -> tuple[Worth, ...]:
    """The calls to listen to first: those where somebody may have come to harm, then where AVA was wrong or broke off.

    Calls that have a tag were listened to, deleted ones cannot be. Of those that weigh the same, the newest is first.
    """
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.suggestion.call_sid, []).append(entry)
    worth = [_worth(row, found.get(row.call_sid, [])) for row in rows if row.quality_tag is None and not row.deleted]
    heavy = [one for one in worth if one.weight > 0]
    heavy.sort(key=lambda one: (one.weight, one.row.started_at), reverse=True)
    return tuple(heavy[:limit])


def _worth(row: CallRow, entries: Sequence[Entry]) -> Worth:
    reasons = [(_WEIGHT[entry.suggestion.severity], heading(entry.suggestion)) for entry in entries]
    reasons += _signs(row)
    reasons.sort(key=lambda reason: -reason[0])
    proofs = (proof for entry in entries for proof in entry.suggestion.evidence)
    labels = tuple(dict.fromkeys(label for _, label in reasons))
    return Worth(
        row,
        labels[:3],
        sum(weight for weight, _ in reasons),
        next((proof.at_sec for proof in proofs if proof.at_sec is not None), None),
    )


def _signs(row: CallRow) -> list[tuple[int, str]]:
    """What the call's line in the index says by itself."""
    blocked = row.verdicts.get("block", 0)
    signs = [
        (60, OUTCOMES.get(row.outcome, row.outcome), row.outcome in ("failed", "interrupted")),
        (50, "Emergency", row.urgency == "emergent"),
        (15, "Urgent", row.urgency == "urgent"),
        (25, f"{row.failed_turns} turns not understood", row.failed_turns >= 3),
        (15, f"{blocked} sentence{'s' if blocked > 1 else ''} kept back", blocked > 0),
        (10, "Slow answers", (row.latency_p95_ms or 0) > _SLOW_MS),
    ]
    return [(weight, label) for weight, label, holds in signs if holds]


def plots(days: Sequence[DayFigures]) -> tuple[Plot, ...]:
    """Calls by what became of them, how fast AVA answered, and handoffs."""
    dates = tuple(one.day for one in days)
    outcomes = (
        Series("Booked", "c1", tuple(one.booked for one in days)),
        Series("Answered", "c2", tuple(one.answered for one in days)),
        Series("Handed over", "c3", tuple(one.handed_over for one in days)),
        Series("Missed", "c4", tuple(one.missed for one in days)),
    )
    latency = (
        Series("Half of the answers", "c1", tuple(one.latency_p50_ms for one in days)),
        Series("95 of 100 answers", "c3", tuple(one.latency_p95_ms for one in days)),
    )
    handoffs = (Series("Handed over", "c3", tuple(one.handoffs for one in days)),)
    return (
        Plot("plot-calls", "Calls by what became of them", _told_calls(days), dates, outcomes),
        Plot("plot-latency", "How soon AVA answers", _told_latency(days), dates, latency, " ms", stacked=False),
        Plot("plot-handoffs", "Handoffs to a person", _told_handoffs(days), dates, handoffs),
    )


def _told_calls(days: Sequence[DayFigures]) -> str:
    calls, missed = sum(one.calls for one in days), sum(one.missed for one in days)
    booked = sum(one.booked for one in days)
    busiest = max(days, key=lambda one: one.calls)
    most = f"most on {busiest.day:%A, %B} {busiest.day.day} ({busiest.calls})"
    return f"{calls} calls in {len(days)} days, {booked} booked, {missed} missed; {most}."


def _told_latency(days: Sequence[DayFigures]) -> str:
    slow = [one.latency_p95_ms for one in days if one.latency_p95_ms is not None]
    if not slow:
        return "No answer was timed."
    slowest = f"95 of 100 came within {round(max(slow)):,} ms on the slowest day"
    return f"From the caller's last word to AVA's first; {slowest}."


def _told_handoffs(days: Sequence[DayFigures]) -> str:
    total, calls = sum(one.handoffs for one in days), sum(one.calls for one in days)
    share = f", {round(100 * total / calls)} in 100 calls" if calls else ""
    return f"{total} in {len(days)} days{share}."


if __name__ == "__main__":
    from datetime import UTC

    last = datetime.now(UTC).date()
    for plot in plots([DayFigures(day=last - timedelta(days=back)) for back in range(2, -1, -1)]):
        print(f"{plot.title}: {plot.told}")
