"""Columns and joined points, standing above their labels."""

from collections.abc import Iterator
from decimal import Decimal
from math import ceil
from textwrap import wrap
from typing import Final

from tgkg.web.chart_shapes import (
    LINE,
    PHONE,
    Axis,
    Dot,
    Line,
    Rect,
    Shape,
    Text,
    em,
    parts,
    percent,
)  # fmt: skip
from tgkg.web.chart_words import short
from tgkg.web.charts import Chart, Kind, Series
from tgkg.web.wording import Wording

_PLOT: Final = Decimal(13)
"""The height of the plot."""

_GUTTER: Final = Decimal(11)
"""Per cent of the width that the numbers beside columns take."""

_MOST_VALUES: Final = 12
"""Beside more columns than these there is no room for their values."""

_COLUMN: Final = Decimal("0.72")
"""How much of its slot the columns of a label fill."""

_HUNDRED: Final = Decimal(100)


def draw_standing(chart: Chart, axis: Axis, t: Wording) -> tuple[Decimal, list[Shape]]:
    """Stand columns, or points that are joined, above their labels."""
    top = LINE * Decimal("1.5")
    shapes: list[Shape] = [*_lines_across(axis, top, t)]
    draw = _columns if chart.kind is Kind.COLUMNS else _points
    for number, series in enumerate(chart.series, 1):
        shapes += draw(chart, series, number, axis, top)
    if len(chart.labels) * len(chart.series) <= _MOST_VALUES:
        shapes += _values_above(chart, axis, top, t)
    lines, labels = _labels_below(chart, top + _PLOT)
    return top + _PLOT + LINE * lines + Decimal("0.6"), [*shapes, *labels]


def _lines_across(axis: Axis, top: Decimal, t: Wording) -> Iterator[Shape]:
    for tick in axis.ticks:
        y = top + _PLOT * (1 - axis.at(tick))
        css = "zero" if tick == 0 else "grid"
        yield Line("0%", em(y), "100%", em(y), css)
        yield Text("0%", em(y - Decimal("0.3")), (t.quantity(tick),), "tick")


def _columns(
    chart: Chart, series: Series, number: int, axis: Axis, top: Decimal
) -> Iterator[Shape]:
    width = _slot(chart) * _COLUMN / len(chart.series)
    for mark in series.marks:
        x = _middle(chart, mark.label, number) - width / 2
        for start, end, certain, fades in parts(mark, axis):
            y, height = top + _PLOT * (1 - end), _PLOT * (end - start)
            hatch, side = None if certain else number, "up" if fades else ""
            css = f"bar s{number}"
            yield Rect(percent(x), em(y), percent(width), em(height), css, hatch, side)
        if mark.upper is not None:
            y_end = em(top + _PLOT * (1 - axis.at(mark.upper)))
            yield Line(percent(x), y_end, percent(x + width), y_end, f"end s{number}")


def _points(chart: Chart, series: Series, number: int, axis: Axis, top: Decimal) -> Iterator[Shape]:
    """Join the values; where one is missing the line is broken, and a bound is not joined."""
    before: tuple[str, str] | None = None
    for label in chart.labels:
        mark = chart.mark(series, label)
        x = percent(_middle(chart, label, None))
        places = [em(top + _PLOT * (1 - axis.at(n))) for n in (mark.numbers if mark else ())]
        here = (x, places[0]) if mark and mark.value is not None else None
        if before and here:
            yield Line(*before, *here, f"join s{number}")
        if len(places) > 1:
            yield Line(x, places[0], x, places[1], f"end s{number}")
        css = f"dot s{number}" if here else f"bound s{number}"
        yield from (Dot(x, y, css) for y in places)
        before = here


def _values_above(chart: Chart, axis: Axis, top: Decimal, t: Wording) -> Iterator[Text]:
    apart = chart.kind is Kind.COLUMNS
    for number, series in enumerate(chart.series, 1):
        for mark in series.marks:
            if mark.numbers and (apart or len(chart.series) == 1):
                y = top + _PLOT * (1 - axis.at(max(mark.numbers))) - Decimal("0.45")
                x = percent(_middle(chart, mark.label, number if apart else None))
                yield Text(x, em(y), (short(mark, t),), "figure", "middle")


def _labels_below(chart: Chart, y: Decimal) -> tuple[int, list[Text]]:
    """Write the labels, or every second or third where all would not fit on a phone."""
    room = Decimal(PHONE) * (_HUNDRED - _GUTTER) / _HUNDRED / len(chart.labels)
    longest = max((len(word) for label in chart.labels for word in label.split()), default=1) + 1
    every = ceil(longest / room)
    texts = [
        Text(
            percent(_middle(chart, label, None)),
            em(y + LINE),
            tuple(wrap(label, max(int(room * every), longest))) or (label,),
            "name",
            "middle",
        )
        for label in chart.labels[::every]
    ]
    return max(len(text.lines) for text in texts), texts


def _slot(chart: Chart) -> Decimal:
    return (_HUNDRED - _GUTTER) / len(chart.labels)


def _middle(chart: Chart, label: str, number: int | None) -> Decimal:
    """Return where a label's slot has its middle, or the column of a series within it."""
    slot = _slot(chart)
    middle = _GUTTER + slot * (chart.labels.index(label) + Decimal("0.5"))
    if number is None:
        return middle
    width = slot * _COLUMN / len(chart.series)
    return middle + width * (number - Decimal(len(chart.series) + 1) / 2)
