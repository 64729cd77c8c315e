"""The gate on paper: the calls, the five rows, the verdict."""

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table

from bench.figures import console, median, p95, print_table, shown
from bench.gate.evidence import CallEvidence
from bench.gate.judge import Result, Row, ask_from, verdict

_STYLE: dict[Result, str] = {"pass": "green", "fail": "red", "not yet": "yellow"}
_VERDICT: dict[Result, str] = {"pass": "passed", "fail": "NOT PASSED", "not yet": "not decided yet"}


def show(calls: Sequence[CallEvidence], rows: Sequence[Row]) -> None:
    """Print the calls and the gate's rows."""
    print_table(
        "Calls",
        ["call", "seconds", "utterances", "unanswered", "STT to TTS, slowest", "v2v, median", "v2v, P95", "ended by"],
        [
            (
                call.name, call.seconds, call.utterances, call.unanswered,
                shown(max(call.service_ms, default=None), " ms"), shown(median(call.v2v_ms), " ms"),
                shown(p95(call.v2v_ms), " ms"),
                f"AVA: {call.ending.how}" if call.ending.by == "ava" else call.ending.how,
            )
            for call in calls
        ],
    )  # fmt: skip
    show_rows(1, rows)


def show_rows(phase: int, rows: Sequence[Row]) -> None:
    """Print a gate's rows."""
    table = Table(title=f"Gate of phase {phase}", title_justify="left", title_style="bold")
    for column in ("", "condition", "figures", "result"):
        table.add_column(column, no_wrap=column in ("condition", "result"))
    for row in rows:
        table.add_row(str(row.number), row.condition, row.figures, f"[{_STYLE[row.result]}]{row.result}[/]")
    console.print(table)


def verdict_line(phase: int, subject: str, calls: int, rows: Sequence[Row]) -> str:
    """The verdict in one line; `subject` says what was judged, `calls` how many."""
    result = verdict(rows)
    failed = ", ".join(str(row.number) for row in rows if row.result == "fail")
    reason = f": {failed}" if failed else ""
    return f"Phase {phase}, {subject}, {calls} calls: {_VERDICT[result]}{reason}"


def how_to_ask_again(calls: Sequence[CallEvidence], command: str) -> str | None:
    """When and how to ask for what Twilio's log does not tell yet; None when it has told all."""
    moment = ask_from(calls)
    return f"Twilio's log can be asked again from {_local(moment)} on: {command}" if moment else None


def _local(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M %Z")


if __name__ == "__main__":
    from bench.gate.evidence import Census, Ending, Evidence, Extractions
    from bench.gate.judge import judge

    example = CallEvidence("example", 3, 0, (20.0, 30.0), (640.0, 700.0), Ending("ava", "hang-up"), seconds=31.0)
    count = Census(1, 2, 5, 0, 9, Extractions({"ok": 1.0}))
    judged = judge(Evidence((example,), count, count))
    show((example,), judged)
    console.print(verdict_line(1, "an example", 1, judged))
