"""An rdflib graph that parses a query once, however often it is asked."""

from typing import Any

import rdflib
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result


class PreparedGraph(rdflib.Graph):
    """A graph that remembers the queries it was asked, prepared.

    A SPARQL-based constraint is asked once for each focus node with the same text; parsing it
    took three quarters of a validation.
    """

    def __init__(self) -> None:
        super().__init__()
        self._prepared: dict[str, Query] = {}

    def query(self, query_object: str | Query, *arguments: Any, **options: Any) -> Result:  # noqa: ANN401
        """Answer as any graph does."""
        if isinstance(query_object, str):
            prepared = self._prepared.get(query_object)
            if prepared is None:
                spaces = options.get("initNs") or dict(self.namespaces())
                prepared = self._prepared[query_object] = prepareQuery(query_object, initNs=spaces)
            query_object = prepared
        return super().query(query_object, *arguments, **options)
