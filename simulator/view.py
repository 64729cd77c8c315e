"""How a simulated call looks while it goes on: one line for each sentence, with latencies."""

from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.report import CallReport

_STYLES = {"AVA": "cyan", "caller": "green"}


class View:
    """Shows nothing. The base of what does."""

    def said(self, speaker: str, at_sec: float, text: str) -> None:
        """`speaker` ("AVA" or "caller") said or did something, `at_sec` into the stream."""

    def latency(self, v2v_ms: float | None, barge_in_stop_ms: float | None) -> None:
        """AVA answered, and stopped talking if the caller talked over her."""

    def note(self, text: str) -> None:
        """Something that is no speech."""


class ConsoleView(View):
    """Lines on a console, in colour where there is a terminal."""

    def __init__(self, file: TextIO | None = None) -> None:
        self.console = Console(file=file, highlight=False, soft_wrap=False)

    def said(self, speaker: str, at_sec: float, text: str) -> None:
        self._line(f"{at_sec:6.1f} s", f"{speaker:>7}", text, _STYLES.get(speaker, "white"))

    def latency(self, v2v_ms: float | None, barge_in_stop_ms: float | None) -> None:
        if barge_in_stop_ms is not None:
            self.note(f"AVA fell silent {barge_in_stop_ms:.0f} ms after the caller began")
        if v2v_ms is not None:
            self.note(f"answered after {v2v_ms:.0f} ms")

    def note(self, text: str) -> None:
        self._line("", "", text, "dim")

    def _line(self, time: str, who: str, text: str, style: str) -> None:
        table = Table.grid(padding=(0, 2))
        table.add_column(width=8, justify="right")
        table.add_column(width=7, justify="right")
        table.add_column(overflow="fold")
        table.add_row(Text(time, style="dim"), Text(who, style=f"bold {style}"), Text(text, style=style))
        self.console.print(table)


def show_figures(console: Console, report: CallReport) -> None:
    """The figures of a call as a table, then the expectations that do not hold."""
    table = Table(title=f"{report.scenario}: {'passed' if report.passed else 'FAILED'}", show_header=False)
    for name, value in figures(report):
        table.add_row(name, value)
    console.print(table)
    for failure in report.failures:
        console.print(f"  not as expected: {failure}", style="red", markup=False)


def figures(report: CallReport) -> list[tuple[str, str]]:
    """Name and value of each figure, as words."""
    latencies = report.v2v_ms
    rows = [
        ("call", report.call_sid),
        ("greeting", _ms(report.greeting_ms)),
        ("voice to voice, median", _ms(report.median_v2v_ms)),
        ("voice to voice, slowest", _ms(max(latencies, default=None))),
        ("turns answered", f"{sum(turn.answered for turn in report.turns)} of {len(report.turns)}"),
        ("underruns", str(report.underruns)),
        ("ended by", f"{report.ended_by} ({report.how or 'no stream'}), after {report.duration_sec:.1f} s"),
        ("REST requests", ", ".join(f"{name}: {count}" for name, count in report.rest_requests.items()) or "none"),
    ]
    if report.barge_in_stops_ms:
        rows.append(("barge-in, slowest stop", _ms(max(report.barge_in_stops_ms))))
    if report.dialed:
        rows.append(("transferred to", ", ".join(report.dialed)))
    if report.clipped_ms:
        rows.append(("speech cut off at the end", _ms(report.clipped_ms)))
    if report.outcome:
        rows.append(("outcome", report.outcome))
    return rows


def _ms(value: float | None) -> str:
    return "none" if value is None else f"{value:.0f} ms"


if __name__ == "__main__":
    view = ConsoleView()
    view.said("AVA", 0.2, "Thank you for calling.")
    view.said("caller", 2.9, "Hi, what are your hours?")
    view.latency(640.0, None)
