"""Lying bars below their labels: a label may be long, and a phone is narrow."""

from collections.abc import Iterator
from decimal import Decimal
from textwrap import wrap
from typing import Final

from tgkg.web.chart_shapes import LINE, PHONE, Axis, Line, Rect, Shape, Text, em, parts, percent
from tgkg.web.chart_words import said
from tgkg.web.charts import Chart, Mark
from tgkg.web.wording import Wording

_BAR: Final = Decimal("0.95")
_GAP: Final = Decimal("1.05")


def draw_bars(chart: Chart, axis: Axis, t: Wording) -> tuple[Decimal, list[Shape]]:
    """Lay a bar below each label: a label may be long, and a phone is narrow."""
    shapes: list[Shape] = []
    y = Decimal(0)
    many = len(chart.series) > 1
    for label in chart.labels:
        if many:
            lines = tuple(wrap(label, PHONE)) or (label,)
            shapes.append(Text("0%", em(y + 1), lines, "group"))
            y += LINE * len(lines)
        for number, series in enumerate(chart.series, 1):
            mark = chart.mark(series, label)
            if many and mark is None:
                continue
            value = said(mark, t)
            name = series.name if many else label
            lines = tuple(wrap(name, max(PHONE - len(value) - 2, 16))) or (name,)
            shapes.append(Text("0%", em(y + 1), lines, "part" if many else "label"))
            shapes.append(Text("100%", em(y + 1), (value,), "figure", "end"))
            y += LINE * len(lines) + Decimal("0.1")
            shapes += _lines_behind(axis, y)
            shapes += _bar(mark, axis, y, number)
            y += _BAR + (_GAP / 2 if many else _GAP)
        y += _GAP / 2 if many else 0
    shapes += _ticks_below(axis, y, t)
    return y + LINE, shapes


def _bar(mark: Mark | None, axis: Axis, y: Decimal, number: int) -> Iterator[Shape]:
    """Draw what is certain solid and what is possible hatched; an open end fades."""
    if mark is None:
        return
    for start, end, certain, fades in parts(mark, axis):
        hatch = None if certain else number
        side = "right" if fades else ""
        x, width = percent(start * 100), percent((end - start) * 100)
        yield Rect(x, em(y), width, em(_BAR), f"bar s{number}", hatch, side)
    if mark.upper is not None:
        x = percent(axis.at(mark.upper) * 100)
        yield Line(x, em(y), x, em(y + _BAR), f"end s{number}")


def _lines_behind(axis: Axis, y: Decimal) -> Iterator[Line]:
    for tick in axis.ticks:
        x = percent(axis.at(tick) * 100)
        css = "zero" if tick == 0 else "grid"
        over = Decimal("0.2")
        yield Line(x, em(y - over), x, em(y + _BAR + over), css)


def _ticks_below(axis: Axis, y: Decimal, t: Wording) -> Iterator[Text]:
    for tick in axis.ticks:
        at = axis.at(tick)
        anchor = "start" if at == 0 else "end" if at == 1 else "middle"
        yield Text(percent(at * 100), em(y + Decimal("0.5")), (t.quantity(tick),), "tick", anchor)
