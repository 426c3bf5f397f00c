"""A chart as a page shows it: the picture, and the same as a table."""

from dataclasses import dataclass

from tgkg.web.chart_bars import draw_bars
from tgkg.web.chart_columns import draw_standing
from tgkg.web.chart_shapes import Shape, axis_of, em
from tgkg.web.chart_words import said, summary
from tgkg.web.charts import Chart, Kind
from tgkg.web.wording import Wording


@dataclass(frozen=True, slots=True)
class Cell:
    """What the table below the chart says of a mark."""

    text: str
    href: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What the table says of a label, in the order of the series."""

    label: str
    href: str | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as a page shows it: shapes, and the same as a table."""

    chart: Chart
    height: str
    shapes: tuple[Shape, ...]
    rows: tuple[Row, ...]
    summary: str
    """What the picture is, for those who do not see it."""
    keyed: bool
    """Whether colours need a key: the bars have their names beside them."""


def drawn(chart: Chart, t: Wording) -> Drawing:
    """Return the chart as a reader of this language sees it."""
    draw = draw_bars if chart.kind is Kind.BARS else draw_standing
    height, shapes = draw(chart, axis_of(chart), t)
    return Drawing(
        chart,
        em(height),
        tuple(shapes),
        tuple(_row(chart, label, t) for label in chart.labels),
        summary(chart, t),
        keyed=len(chart.series) > 1 and chart.kind is not Kind.BARS,
    )


def _row(chart: Chart, label: str, t: Wording) -> Row:
    marks = [chart.mark(series, label) for series in chart.series]
    href = next((mark.href for mark in marks if mark and mark.href), None)
    cells = (Cell(said(mark, t), mark.href, mark.note) if mark else Cell("") for mark in marks)
    return Row(label, href, tuple(cells))
