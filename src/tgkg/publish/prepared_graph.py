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
        self.lends_prefixes = False
        """Whether a query used a prefix that it does not declare."""

    def query(self, query_object: str | Query, *arguments: Any, **options: Any) -> Result:  # noqa: ANN401
        """Answer as any graph does."""
        if isinstance(query_object, str):
            prepared = self._prepared.get(query_object)
            if prepared is None:
                prepared = self._prepared[query_object] = self._parsed(query_object)
            query_object = prepared
        return super().query(query_object, *arguments, **options)

    def _parsed(self, text: str) -> Query:
        try:
            return prepareQuery(text)
        except Exception:  # noqa: BLE001 (rdflib raises nothing narrower for an unknown prefix)
            self.lends_prefixes = True
            return prepareQuery(text, initNs=dict(self.namespaces()))
