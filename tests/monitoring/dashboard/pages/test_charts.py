import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from monitoring.dashboard.pages.charts import GROUND_PX, TOP_PX, Plot, Series

FIRST = date(2026, 11, 1)


def plot(*series: Series, stacked: bool = True, unit: str = "") -> Plot:
    days = tuple(FIRST + timedelta(days=number) for number in range(len(series[0].values)))
    return Plot("calls", "Calls & callers", "What <b>happened</b>.", days, series, unit, stacked)


def drawn(shown: Plot) -> ElementTree.Element:
    return ElementTree.fromstring(str(shown.svg))


def bars(shown: Plot) -> list[ElementTree.Element]:
    return [one for one in drawn(shown).iter("rect") if one.get("class") != "hit"]


def test_bars_of_one_day_stand_on_each_other_and_reach_the_height_of_their_sum() -> None:
    lower, upper = bars(plot(Series("Booked", "c1", (4,)), Series("Answered", "c2", (6,))))
    assert float(lower.get("y", "")) + float(lower.get("height", "")) == pytest.approx(GROUND_PX, abs=0.1)
    assert float(upper.get("y", "")) + float(upper.get("height", "")) == pytest.approx(
        float(lower.get("y", "")), abs=0.1
    )
    assert float(upper.get("y", "")) == pytest.approx(TOP_PX, abs=0.1)  # 10 is the scale's upper edge


def test_a_day_without_calls_has_no_bar_but_can_be_pointed_at() -> None:
    shown = plot(Series("Calls", "c1", (3, 0, 2)))
    assert len(bars(shown)) == 2
    assert len([one for one in drawn(shown).iter("rect") if one.get("class") == "hit"]) == 3


def test_a_line_breaks_where_a_day_has_no_value() -> None:
    shown = plot(Series("Half", "c1", (500, 600, None, 700)), stacked=False)
    lines = [one for one in drawn(shown).iter("line") if "stroke" in (one.get("class") or "")]
    assert len(lines) == 1
    assert len(list(drawn(shown).iter("circle"))) == 3  # both ends of the line, and the lone day


def test_every_day_tells_its_figures_in_words() -> None:
    titles = [one.text for one in drawn(plot(Series("Booked", "c1", (4,)), Series("Missed", "c4", (1,)))).iter("title")]
    assert "Sunday, Nov 1: booked 4, missed 1" in titles


def test_the_picture_has_a_name_and_a_description_and_escapes_them() -> None:
    svg = drawn(plot(Series("Calls", "c1", (1,))))
    named = (svg.get("aria-labelledby") or "").split()
    texts = {one.get("id"): one.text for one in svg.iter() if one.get("id")}
    assert [texts[name] for name in named] == ["Calls & callers", "What <b>happened</b>."]


def test_no_style_attribute_and_no_handler_stands_in_a_picture() -> None:
    shown = plot(Series("Calls", "c1", (1, 2)))
    assert not re.search(r"\s(style|on\w+)=", str(shown.svg + shown.axis))


@pytest.mark.parametrize(("value", "top"), [(1, 2), (2, 2), (3, 4), (5, 6), (9, 10), (11, 20), (48, 50), (2373, 3000)])
def test_the_scale_ends_in_a_round_figure_whose_half_is_round(value: int, top: int) -> None:
    assert plot(Series("Calls", "c1", (value,))).top == top
    assert top / 2 == round(top / 2)


def test_a_month_without_a_call_is_empty_and_still_draws() -> None:
    shown = plot(Series("Calls", "c1", (0, 0)), Series("Missed", "c4", (0, 0)))
    assert shown.is_empty
    assert not bars(shown)
    assert plot(Series("Half", "c1", (None, None)), stacked=False).is_empty


def test_the_table_shows_a_dash_where_there_is_no_value() -> None:
    shown = plot(Series("Half", "c1", (1234.4,)), stacked=False, unit=" ms")
    assert (shown.figure(1234.4), shown.figure(None)) == ("1,234 ms", "–")
