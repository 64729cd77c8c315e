"""Medians, percentiles and tables."""

import math
import statistics
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

console = Console(width=130, highlight=False)


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else math.nan


def p95(values: Sequence[float]) -> float:
    """The value that 95 % of the values do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(0.95 * len(values)) - 1)] if values else math.nan


def shown(value: float | int | str | None, unit: str = "") -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    text = (
        value
        if isinstance(value, str)
        else f"{value:,.0f}"
        if abs(value) >= 10
        else f"{value:.2f}".rstrip("0").rstrip(".")
    )
    return f"{text}{unit}"


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=number == 0)
    for row in rows:
        table.add_row(*[cell if isinstance(cell, str) else shown(cell) for cell in row])  # type: ignore[arg-type]
    console.print(table)
    console.print()


def verdict(holds: bool) -> str:
    return "[green]yes[/green]" if holds else "[red]no[/red]"


if __name__ == "__main__":
    values = [float(value) for value in range(1, 101)]
    print_table("1 to 100", ["figure", "value"], [("median", median(values)), ("p95", p95(values))])
