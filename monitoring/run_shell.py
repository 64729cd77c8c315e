"""`python -m monitoring.monitor`: one run from the shell, with a progress bar, and a table of what it found.

The run is the same as the dashboard's, in the same kind of process; Ctrl-C stops it, and the next one goes on there.
"""

import argparse
import asyncio
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from clock import SystemClock
from config import Settings, load_settings
from errors import AvaError
from log import setup_logging
from monitoring.report import RunReport
from monitoring.run_process import Monitor, MonitorBusy
from monitoring.suggestions import SUGGESTIONS_FILE, Entry, SuggestionQueue

_LOOK_EVERY_SEC = 0.2
_COLOURS = {"high": "red", "medium": "yellow", "low": "default"}


async def run(settings: Settings, console: Console) -> RunReport:
    """Run with a bar; as `Monitor.run`."""
    monitor = Monitor(settings, SystemClock())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        line = bar.add_task("reading calls", total=None)
        task = asyncio.create_task(monitor.run("shell"), name="monitor-run")
        try:
            while not (await asyncio.wait({task}, timeout=_LOOK_EVERY_SEC))[0]:
                now = monitor.progress
                told = "waiting for callers" if now.paused else f"reading calls, {now.found} found"
                bar.update(line, completed=now.done, total=now.total or None, description=told)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    return task.result()


def show(report: RunReport, entries: list[Entry], console: Console) -> None:
    """Print what was found, and what was not read. For staff: the description of a finding names no caller."""
    if entries:
        table = Table("severity", "what", "call", "description", "suggested", title="New on the queue")
        for entry in entries:
            one = entry.suggestion
            change = one.suggested_change
            what = f"{one.suggested_action} {change.record_id or change.file}" if change else one.suggested_action
            calls = one.call_sid + (f" and {len(one.calls)} more" if one.calls else "")
            table.add_row(one.severity, one.issue_type, calls, one.description, what, style=_COLOURS[one.severity])
        console.print(table)
    for by in report.readers:
        console.print(_line(by.reader, by.read, by.left, by.failed, by.tokens, by.code, by.why_not))
    code = f" ({report.code})" if report.code else ""
    console.print(
        f"{report.outcome}{code} in {report.duration_sec:.1f} s: {report.found} new, {report.stale} no longer stand"
    )


def _line(reader: str, read: int, left: int, failed: int, tokens: int, code: str | None, why_not: str | None) -> str:
    if why_not:
        return f"{reader}: {why_not}"
    parts = [f"{reader}: {read} calls read"]
    parts += [f"{tokens} tokens"] if tokens else []
    parts += [f"{failed} could not be read"] if failed else []
    parts += [f"{left} are left for the next run"] if left else []
    parts += [f"stopped: {code}"] if code else []
    return ", ".join(parts)


def main() -> int:
    """Run once; 0 when the run is done, 1 when it is not, 2 when a setting is wrong."""
    argparse.ArgumentParser(prog="python -m monitoring.monitor", description=__doc__).parse_args()
    console = Console()
    try:
        settings = load_settings()
        setup_logging("ERROR")
        report = asyncio.run(run(settings.model_copy(update={"log_level": "ERROR"}), console))
        queue = SuggestionQueue(settings.monitoring_dir / SUGGESTIONS_FILE, SystemClock())
        found = [entry for entry in queue.open() if entry.suggestion.id in report.ids]
    except KeyboardInterrupt:
        console.print("stopped; the next run goes on here")
        return 1
    except MonitorBusy as error:
        console.print(str(error))
        return 1
    except AvaError as error:
        console.print(f"{error.code}: {error}", markup=False)
        return 2
    show(report, found, console)
    return 0 if report.outcome == "done" else 1


if __name__ == "__main__":
    sys.exit(main())
