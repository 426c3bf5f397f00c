"""The answer to a question as data: a row a solution, with the names of things beside them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from math import isfinite
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode

from tgkg.iris import XSD
from tgkg.web.outcome import Cell
from tgkg.web.question_answers import Answered
from tgkg.web.showing import Shower
from tgkg.web.spreadsheet import as_csv

_WHOLE: Final = frozenset(
    XSD + name
    for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger")
)
_FRACTIONS: Final = frozenset(XSD + name for name in ("decimal", "double", "float"))
_EXACT: Final = 2**53
LONGEST_WHOLE: Final = 15
"""Digits of a whole number that JavaScript and spreadsheets read to the last one."""


def csv_of(table: Answered, show: Shower) -> str:
    """Return the answer as CSV: beside a column of things there is one of their names.

    The columns have the names that the query gives them, in every language.
    """
    named = _named(table)
    header = [column for name in table.variables for column in _columns(name, named)]
    rows = (
        [text for name, cell in _cells(table, row) for text in _texts(name, cell, named, show)]
        for row in table.rows
    )
    return as_csv(header, rows)


def json_of(table: Answered, show: Shower, about: Mapping[str, Any]) -> str:
    """Return the answer as JSON: what it is `about`, and each row as an object.

    A number is one where a program reads it to the last digit; what is not bound is null.
    """
    named = _named(table)
    rows = []
    for row in table.rows:
        values: dict[str, Any] = {}
        for name, cell in _cells(table, row):
            values[name] = _value(cell)
            if name in named:
                values[f"{name}_label"] = _name(cell, show) or None
        rows.append(values)
    columns = [column for name in table.variables for column in _columns(name, named)]
    document = {**about, "columns": columns, "rows": rows}
    return json.dumps(document, ensure_ascii=False, indent=2)


def is_number(cell: Cell) -> bool:
    """Tell whether a cell is a number, by its datatype."""
    return isinstance(cell, Literal) and cell.datatype.value in _WHOLE | _FRACTIONS


def _named(table: Answered) -> frozenset[str]:
    """Return the columns that hold things, and whose name leaves room for one beside it."""
    cells = (each for row in table.rows for each in _cells(table, row))
    things = {name for name, cell in cells if isinstance(cell, NamedNode)}
    return frozenset(name for name in things if f"{name}_label" not in table.variables)


def _cells(table: Answered, row: tuple[Cell, ...]) -> Iterator[tuple[str, Cell]]:
    return zip(table.variables, row, strict=True)


def _columns(name: str, named: frozenset[str]) -> tuple[str, ...]:
    return (name, f"{name}_label") if name in named else (name,)


def _texts(name: str, cell: Cell, named: frozenset[str], show: Shower) -> tuple[str, ...]:
    text = _text(cell)
    return (text, _name(cell, show)) if name in named else (text,)


def _text(cell: Cell) -> str:
    """Write a term as SPARQL 1.1 Query Results CSV does (section 3)."""
    match cell:
        case None:
            return ""
        case BlankNode():
            return f"_:{cell.value}"
        case NamedNode() | Literal():
            return cell.value
        case _:
            return str(cell)


def _name(cell: Cell, show: Shower) -> str:
    return show.term(cell).text if isinstance(cell, NamedNode) else ""


def _value(cell: Cell) -> Any:  # noqa: ANN401 - whatever JSON can hold
    text = _text(cell)
    if not isinstance(cell, Literal):
        return None if cell is None else text
    datatype = cell.datatype.value
    if datatype == XSD + "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text, text)
    with suppress(ValueError):
        if datatype in _WHOLE and len(text) <= LONGEST_WHOLE:
            return int(text)
        if datatype in _FRACTIONS and isfinite(float(text)):
            number = float(text)
            return int(number) if number.is_integer() and abs(number) < _EXACT else number
    return text
