"""Reads a query with Oxigraph's parser without answering it."""

from typing import Final

import pyoxigraph as ox

_SOME_BASE: Final = "http://base.invalid/"


def check_syntax(query: str, base: str | None = _SOME_BASE) -> None:
    """Return when a text is one SPARQL query, whose relative IRIs have a base or, by None, none.

    Nothing is evaluated, however little data it would take: the engine reads the query, and
    then refuses to bind a variable that is not in it.

    Raises:
        SyntaxError: it is not.
    """
    name = "absent"
    while name in query:
        name += "_"
    try:
        ox.Store().query(
            query,
            base_iri=base,
            substitutions={ox.Variable(name): ox.NamedNode("a:a")},
        )
    except (RuntimeError, ValueError):
        return
