"""Charts on a special page: one for each unit and population, so that no two share an axis."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from tgkg.web.asking import Row
from tgkg.web.chart_drawing import Drawing, drawn
from tgkg.web.charts import Chart, Kind, Series
from tgkg.web.section_figures import Ground, column, grounds, mark_of
from tgkg.web.showing import Shower, Shown


@dataclass(frozen=True, slots=True)
class ShownChart:
    """A chart with whom it counts, and why to believe its figures."""

    drawing: Drawing
    population: tuple[Shown, ...]
    grounds: tuple[Ground, ...]


def charts(rows: Iterable[Row], title: str, marks: str, show: Shower) -> tuple[ShownChart, ...]:
    """Return the charts of some rows.

    Raises:
        ValueError: they cannot be drawn: two figures have one name, or there are none.
    """
    measures: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        measures.setdefault((str(row.get("unit")), str(row.get("population"))), []).append(row)
    alone = len(measures) == 1
    return tuple(_chart(same, title if alone else "", marks, show) for same in measures.values())


def _chart(rows: list[Row], title: str, marks: str, show: Shower) -> ShownChart:
    population = column(rows, "population", show)
    whom = ", ".join(shown.text for shown in population)
    unit = ", ".join(shown.text for shown in column(rows, "unit", show))
    series = tuple(
        _series(list(same), name, unit, whom if title else "", show)
        for name, same in groupby(rows, lambda row: _text(row, "series", show))
    )
    chart = Chart(title or whom[:1].upper() + whom[1:], series, Kind(marks))
    return ShownChart(drawn(chart, show.reader.t), population, grounds(rows, show))


def _series(rows: list[Row], name: str, unit: str, of: str, show: Shower) -> Series:
    """Return the figures of one series; the rows of one figure are one mark."""
    marks = {}
    for row in rows:
        label = _text(row, "label", show)
        figure = show.term(row["figure"]) if "figure" in row else None
        key = figure.iri if figure and figure.iri else label
        if key not in marks:
            note = _note(rows, row, show)
            marks[key] = mark_of(row, label, figure.href if figure else None, note, show)
    return Series(name, tuple(marks.values()), unit, of)


def _note(rows: list[Row], row: Row, show: Shower) -> str:
    """Return how surely a figure was read, where the figures of the chart differ in that."""
    return _text(row, "reading", show) if len(column(rows, "reading", show)) > 1 else ""


def _text(row: Row, name: str, show: Shower) -> str:
    return show.term(row[name]).text if name in row else ""
