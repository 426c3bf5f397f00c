"""What the query page shows of an answer: a table, a verdict or a text, cut where it is long."""

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from tgkg.engine.port import Answer
from tgkg.formats import SPARQL_JSON

MOST_ROWS: Final = 1000
"""How many rows the page shows; the formats have all."""

MOST_CHARACTERS: Final = 200_000
"""How much of a text the page shows."""

Cell = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None
"""A term, or None where the variable is not bound."""


@dataclass(frozen=True, slots=True)
class Table:
    """The solutions of a SELECT query; `total` counts those that are not shown too."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of a query: exactly one of the three is not None."""

    table: Table | None = None
    verdict: bool | None = None
    """Of an ASK query."""
    text: str | None = None
    """Turtle, of a CONSTRUCT or DESCRIBE query."""
    is_cut: bool = False


def outcome(answer: Answer) -> Outcome:
    """Return what to show of an answer in SPARQL JSON or in an RDF format."""
    if answer.format is not SPARQL_JSON:
        text = answer.content.decode()
        return Outcome(text=text[:MOST_CHARACTERS], is_cut=len(text) > MOST_CHARACTERS)
    results = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean):
        return Outcome(verdict=bool(results))
    variables = results.variables
    rows = [tuple(solution[variable] for variable in variables) for solution in results]
    names = tuple(variable.value for variable in variables)
    table = Table(names, tuple(rows[:MOST_ROWS]), len(rows))
    return Outcome(table=table, is_cut=len(rows) > MOST_ROWS)
