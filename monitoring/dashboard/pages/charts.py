"""Plots over days, as SVG made on the server: no script, no style attribute, titles for screen readers and pointers.

A plot is as wide as the page gives it: across it is measured in per cent, up in pixels, so that its letters and lines
keep their size on a phone. Colours are classes of the style sheet (`c1` to `c4`). Nothing here escapes by hand: every
text passes through `markupsafe`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10

from markupsafe import Markup

HEIGHT_PX = 200
TOP_PX, FOOT_PX = 10, 26  # room above the highest value, and below the ground line for the days
GROUND_PX = HEIGHT_PX - FOOT_PX
AXIS_PX = 46


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures, a value per day; None where there is none.

    Attributes:
        colour: `c1` to `c4`, a class of the style sheet.
    """

    label: str
    colour: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """What a plot shows.

    Attributes:
        key: its id on the page.
        told: one sentence that says what is to be seen, for who does not see it.
        unit: of the values, behind each figure: ` ms`; empty for counts.
        stacked: bars on top of each other; else a line per series.
    """

    key: str
    title: str
    told: str
    days: tuple[date, ...]
    series: tuple[Series, ...]
    unit: str = ""
    stacked: bool = True

    @property
    def is_empty(self) -> bool:
        """Nothing to draw: no day has a value other than nought."""
        return not any(value for row in self.series for value in row.values)

    @property
    def top(self) -> float:
        """The value at the upper edge, a round figure."""
        columns = zip(*(row.values for row in self.series), strict=True)
        heights = [[value for value in column if value is not None] for column in columns]
        return _round_up(max((sum(one) if self.stacked else max(one) for one in heights if one), default=0))

    @property
    def svg(self) -> Markup:
        """The picture: the scale at the left, in pixels, and the plot beside it, in per cent of what is left."""
        head = Markup('<svg class="chart" role="img" width="100%" height="{}" aria-labelledby="{}-t {}-d">').format(
            HEIGHT_PX, self.key, self.key
        )
        names = Markup('<title id="{}-t">{}</title><desc id="{}-d">{}</desc>').format(
            self.key, self.title, self.key, self.told
        )
        marks = Markup("").join(self._bars() if self.stacked else self._lines())
        return head + names + Markup("").join(self._grid()) + marks + Markup("").join(self._dates()) + Markup("</svg>")

    @property
    def axis(self) -> Markup:
        """The scale's figures, to stand at the left of `svg`."""
        figure = Markup('<text x="{}" y="{:.1f}" text-anchor="end">{}</text>')
        steps = Markup("").join(figure.format(AXIS_PX - 8, self._y(one) + 4, _figure(one)) for one in self._steps())
        return Markup('<svg class="chart axis" width="{}" height="{}" aria-hidden="true">{}</svg>').format(
            AXIS_PX, HEIGHT_PX, steps
        )

    def figure(self, value: float | None) -> str:
        """A value as the table shows it."""
        return "–" if value is None else _figure(value) + self.unit

    def _steps(self) -> tuple[float, ...]:
        return (0, self.top / 2, self.top)

    def _y(self, value: float) -> float:
        return GROUND_PX - (GROUND_PX - TOP_PX) * value / (self.top or 1)

    def _x(self, index: int) -> float:
        """The left edge of a day, in per cent."""
        return 100 * index / len(self.days)

    def _grid(self) -> Iterator[Markup]:
        for value in self._steps():
            y = self._y(value)
            yield Markup('<line class="{}" x1="0" x2="100%" y1="{:.1f}" y2="{:.1f}"/>').format(
                "rule" if value else "ground", y, y
            )

    def _dates(self) -> Iterator[Markup]:
        """Every seventh day, counted back from the last one."""
        last = len(self.days) - 1
        for index in range(last % 7, last + 1, 7):
            anchor = "end" if index == last else "start" if index == 0 else "middle"
            x = 100 if index == last else 0 if index == 0 else self._x(index) + 50 / len(self.days)
            yield Markup('<text x="{:.2f}%" y="{}" text-anchor="{}">{}</text>').format(
                x, HEIGHT_PX - 6, anchor, _short(self.days[index])
            )

    def _bars(self) -> Iterator[Markup]:
        width = 100 / len(self.days)
        for index, day in enumerate(self.days):
            pieces, base = Markup(""), 0.0
            for row in self.series:
                value = row.values[index] or 0
                if value:
                    upper, lower = self._y(base + value), self._y(base)
                    pieces += Markup(
                        '<rect class="{}" x="{:.2f}%" width="{:.2f}%" y="{:.1f}" height="{:.1f}"/>'
                    ).format(row.colour, self._x(index) + width * 0.14, width * 0.72, upper, max(1.0, lower - upper))
                    base += value
            yield self._column(index, day, pieces)

    def _lines(self) -> Iterator[Markup]:
        """A line per series, broken where a day has no value; where it begins and ends stands a dot."""
        for row in self.series:
            for start, end in _runs(row.values):
                yield from (self._stroke(row, index) for index in range(start, end))
                yield from (self._dot(row, index) for index in sorted({start, end}))
        for index, day in enumerate(self.days):
            yield self._column(index, day, Markup(""))

    def _stroke(self, row: Series, index: int) -> Markup:
        line = Markup('<line class="stroke {}" x1="{:.2f}%" y1="{:.1f}" x2="{:.2f}%" y2="{:.1f}"/>')
        return line.format(row.colour, *self._point(row, index), *self._point(row, index + 1))

    def _dot(self, row: Series, index: int) -> Markup:
        return Markup('<circle class="{}" cx="{:.2f}%" cy="{:.1f}" r="2.5"/>').format(
            row.colour, *self._point(row, index)
        )

    def _point(self, row: Series, index: int) -> tuple[float, float]:
        return self._x(index) + 50 / len(self.days), self._y(row.values[index] or 0)

    def _column(self, index: int, day: date, pieces: Markup) -> Markup:
        """A day, as a pointer finds it: its marks, and the whole height to point at, with its figures as a title."""
        return Markup(
            '<g class="day"><title>{}</title><rect class="hit" x="{:.2f}%" width="{:.2f}%" y="0" height="{}"/>{}</g>'
        ).format(self._tells(index, day), self._x(index), 100 / len(self.days), GROUND_PX, pieces)

    def _tells(self, index: int, day: date) -> str:
        figures = ", ".join(f"{row.label.lower()} {self.figure(row.values[index])}" for row in self.series)
        return f"{day:%A}, {_short(day)}: {figures}"


def _runs(values: Sequence[float | None]) -> Iterator[tuple[int, int]]:
    """First and last index of each unbroken run of values."""
    start = None
    for index, value in enumerate([*values, None]):
        if value is not None and start is None:
            start = index
        elif value is None and start is not None:
            yield start, index - 1
            start = None


def _round_up(value: float) -> float:
    """The next round figure whose half is one, too: 2, 4, 6, 8, 10, 20, 30, 40, ..."""
    if value <= 2:
        return 2
    tens = 10 ** floor(log10(value))
    steps = (1, 2, 3, 4, 5, 6, 8, 10) if tens > 1 else (2, 4, 6, 8, 10)
    return next(step * tens for step in steps if step * tens >= value)


def _figure(value: float) -> str:
    return f"{round(value):,}"


def _short(day: date) -> str:
    return f"{day:%b} {day.day}"


if __name__ == "__main__":
    from datetime import timedelta

    first = date(2026, 11, 1)
    trial = Plot("trial", "Calls", "Two days.", (first, first + timedelta(days=1)), (Series("All", "c1", (3, 5)),))
    print(trial.axis + trial.svg)
