"""What the query page needs besides the answer: examples for any graph, and short names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import NamedNode

EXAMPLES: Final[Mapping[str, str]] = {
    "sparql.example.classes": """SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {
  ?thing a ?class
}
GROUP BY ?class
ORDER BY DESC(?things)""",
    "sparql.example.properties": """SELECT ?property (COUNT(*) AS ?uses) WHERE {
  ?thing ?property ?value
}
GROUP BY ?property
ORDER BY DESC(?uses)""",
    "sparql.example.labels": """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>

SELECT ?thing ?label WHERE {
  ?thing rdfs:label|skos:prefLabel|dcterms:title ?label
}
ORDER BY ?label
LIMIT 100""",
    "sparql.example.graphs": """SELECT ?source (COUNT(*) AS ?statements) WHERE {
  GRAPH ?source { ?thing ?property ?value }
}
GROUP BY ?source
ORDER BY DESC(?statements)""",
    "sparql.example.construct": """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

CONSTRUCT { ?class ?property ?value } WHERE {
  { SELECT DISTINCT ?class WHERE { ?thing a ?class } }
  ?class ?property ?value
}""",
}
"""Queries that have an answer in any graph, by the key of the question they answer."""


def iris_in(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the IRIs in a table of terms."""
    for row in rows:
        yield from (term.value for term in row if isinstance(term, NamedNode))


def compact(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return an IRI as a reader of queries writes it: with the longest prefix that fits."""
    fitting = [(len(ns), name) for name, ns in prefixes.items() if iri.startswith(ns)]
    if not fitting:
        return f"<{iri}>"
    length, prefix = max(fitting)
    return f"{prefix}:{iri[length:]}"
