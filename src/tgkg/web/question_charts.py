"""The charts of an answer, as its question says: one for each unit and population."""

from contextlib import suppress
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal

from tgkg.web.charts import Chart, Mark, Series, apart
from tgkg.web.outcome import Cell
from tgkg.web.question_answers import Answered
from tgkg.web.question_data import is_number
from tgkg.web.questions import Show
from tgkg.web.showing import Shower

Row = dict[str, Cell]


def charts_of(table: Answered, how: Show, title: str, unit: str, show: Shower) -> tuple[Chart, ...]:
    """Return the answer as charts; none where a chart of it would mislead, or say nothing."""
    marks: dict[tuple[str, str, str], list[Mark]] = {}
    try:
        for row in table.rows:
            cells = dict(zip(table.variables, row, strict=True))
            said = {key: _said(cells, names, show) for key, names in how.variables.items()}
            which = said.get("series", ""), said.get("unit", unit), said.get("of", "")
            marks.setdefault(which, []).append(_mark(cells, how, said["label"], show))
        series = [Series(name, tuple(m), unit, of) for (name, unit, of), m in marks.items()]
        return apart(title, series, how.kind)
    except ValueError:  # the table says what a chart cannot
        return ()


def _mark(row: Row, how: Show, label: str, show: Shower) -> Mark:
    value, lower, upper = (
        next((_number(row.get(name)) for name in how.variables.get(key, ())), None)
        for key in ("value", "lower", "upper")
    )
    hrefs = (show.term(row.get(name)).href for name in how.variables["label"] if row.get(name))
    return Mark(label, value, lower, upper, next(filter(None, hrefs), None))


def _said(row: Row, names: tuple[str, ...], show: Shower) -> str:
    """Return the values of variables as one text."""
    found = (row.get(name) for name in names)
    return ", ".join(show.term(cell).text for cell in found if cell is not None)


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, Literal) and is_number(cell):
        with suppress(InvalidOperation):
            return Decimal(cell.value)
    return None
