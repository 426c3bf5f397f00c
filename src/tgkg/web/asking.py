"""Asks the engine, and gives its answer as terms."""

from collections.abc import Iterable, Mapping

import pyoxigraph as ox
from pyoxigraph import NamedNode

from tgkg.engine.port import Engine, QueryRequest, Term
from tgkg.formats import SPARQL_JSON

Row = Mapping[str, Term]
"""The bound variables of one solution."""


def rows(engine: Engine, query: str, **bindings: Term) -> list[Row]:
    """Return the solutions of a SELECT query, its projected variables bound to terms first.

    Raises:
        EngineError: the engine failed.
    """
    answer = engine.query(QueryRequest(query, results=SPARQL_JSON, bindings=bindings))
    solutions = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
    if isinstance(solutions, ox.QueryBoolean):
        raise TypeError("ASK has no rows")
    names = [variable.value for variable in solutions.variables]
    return [
        {name: term for name in names if (term := solution[name]) is not None}
        for solution in solutions
    ]


def inline(iris: Iterable[str]) -> str:
    """Return IRIs as a query may hold them in VALUES: each one checked by the engine's parser.

    Raises:
        ValueError: a text is not an IRI, whatever it may hide.
    """
    return " ".join(str(NamedNode(iri)) for iri in iris)


def quad(row: Row, subject: str = "s", predicate: str = "p", obj: str = "o") -> ox.Quad:
    """Return the statement of a row with a graph `g`."""
    return ox.Quad(row[subject], row[predicate], row[obj], row["g"])  # type: ignore[arg-type]
