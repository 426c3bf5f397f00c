"""What the query of a section finds, as a CSV that a spreadsheet opens: names beside IRIs."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode

from tgkg.engine.port import QueryRequest
from tgkg.formats import SPARQL_JSON
from tgkg.web.current import Published
from tgkg.web.showing import Shower
from tgkg.web.site import shower_for

_LABEL: Final = "Label"
_BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""


_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def section_csv(here: Published, query: str) -> str:
    """Return the rows of a SELECT query; beside each column with IRIs stand their names.

    RFC 4180; what a spreadsheet would take for a formula stays a text.
    """
    answer = here.engine.query(QueryRequest(query, results=SPARQL_JSON))
    found = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        raise TypeError("ASK has no rows")
    names = [variable.value for variable in found.variables]
    rows = [[solution[name] for name in names] for solution in found]
    show = shower_for(term.value for row in rows for term in row if isinstance(term, NamedNode))
    text = io.StringIO()
    writer = csv.writer(text)
    columns = [_column(name, [row[at] for row in rows], show) for at, name in enumerate(names)]
    writer.writerows(zip(*chain.from_iterable(columns), strict=True))
    return _BYTE_ORDER_MARK + text.getvalue()


def _column(name: str, terms: Sequence[object], show: Shower) -> Iterator[list[str]]:
    """Yield a column with its head, and one with names where it holds IRIs."""
    yield [name, *(_cell("" if term is None else _text(term)) for term in terms)]
    if any(isinstance(term, NamedNode) for term in terms):
        things = (term.value if isinstance(term, NamedNode) else None for term in terms)
        named = ("" if thing is None else show.thing(thing).text for thing in things)
        yield [name + _LABEL, *map(_cell, named)]


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _cell(text: str) -> str:
    """Return a text as a cell: one that begins like a formula, and is no number, is marked."""
    if text.startswith(_FORMULA):
        try:
            float(text)
        except ValueError:
            return f"'{text}"
    return text
