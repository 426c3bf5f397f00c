"""Reads a query with Oxigraph's parser without answering it."""

import pyoxigraph as ox


def check_syntax(query: str) -> None:
    """Return when a text is one SPARQL query.

    Nothing is evaluated, however little data it would take: the engine reads the query, and
    then refuses to bind a variable that is not in it.

    Raises:
        SyntaxError: it is not.
    """
    name = "absent"
    while name in query:
        name += "_"
    try:
        ox.Store().query(query, substitutions={ox.Variable(name): ox.NamedNode("a:a")})
    except (RuntimeError, ValueError):
        return
