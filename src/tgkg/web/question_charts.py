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
            said = {key: _said(cells.get(name), show) for key, name in how.variables.items()}
            which = said.get("series", ""), said.get("unit", unit), said.get("of", "")
            marks.setdefault(which, []).append(_mark(cells, how, said["label"], show))
        series = [Series(name, tuple(m), unit, of) for (name, unit, of), m in marks.items()]
        return apart(title, series, how.kind)
    except ValueError:  # the table says what a chart cannot
        return ()


def _mark(row: Row, how: Show, label: str, show: Shower) -> Mark:
    value, lower, upper = (
        _number(row.get(how.variables.get(key, ""))) for key in ("value", "lower", "upper")
    )
    return Mark(label, value, lower, upper, show.term(row.get(how.variables["label"])).href)


def _said(cell: Cell, show: Shower) -> str:
    return "" if cell is None else show.term(cell).text


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, Literal) and is_number(cell):
        with suppress(InvalidOperation):
            return Decimal(cell.value)
    return None
