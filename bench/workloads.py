"""The questions that are put to every contestant."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import data

NUMBER: Final = "NUMBER"
"""Stands for the number of a request, so that no two are the same text."""
THING: Final = "THING"
"""Stands for an item, which differs from request to request."""

STRIDE: Final = 7919
"""A prime: steps of it through the items come to each of them before any comes again."""

_PREFIXES: Final = f"""PREFIX : <{data.KIND}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


@dataclass(frozen=True, slots=True)
class Workload:
    """A query with what may vary in it; `about` says what it is in a table."""

    name: str
    about: str
    query: str
    is_light: bool = False
    """Whether a reply takes so little that only wrk can ask fast enough."""
    is_triples: bool = False
    is_same: bool = False
    """Whether every request is the same."""
    is_limited: bool = False
    """Whether LIMIT leaves open which rows are the answer."""
    among: range | None = None
    """The items that are asked about; all where nothing is said."""

    @property
    def accept(self) -> str:
        """The media type of its answer."""
        return "application/n-triples" if self.is_triples else "application/sparql-results+json"

    @property
    def template(self) -> str:
        """The query as it stands in an address, with its placeholders."""
        return quote(self.query, safe="")

    def items(self, size: str) -> range:
        """Return the items that are asked about."""
        return self.among or range(data.items(data.SIZES[size]))


def filled(template: str, number: int, items: range) -> str:
    """Fill in the placeholders of a query or an address for a request."""
    thing = str(items[number * STRIDE % len(items)])
    return template.replace(NUMBER, str(number)).replace(THING, thing)


def _different(query: str) -> str:
    """Return a query that says its number in a comment."""
    return f"# {NUMBER}\n{_PREFIXES}{query}"


_ABOUT: Final = f"SELECT ?property ?value WHERE {{ <{data.ITEM}{THING}> ?property ?value }}"

WORKLOADS: Final = {
    each.name: each
    for each in (
        Workload(
            "point-repeated",
            "all about one thing, the same each time",
            _ABOUT.replace(THING, "17"),
            is_light=True,
            is_same=True,
        ),
        Workload(
            "point",
            "all about one thing, another each time",
            f"# {NUMBER}\n{_ABOUT}",
            is_light=True,
        ),
        Workload(
            "select",
            "1,000 rows: labels and values in one language",
            _different(
                "SELECT ?item ?label ?value WHERE { ?item :value ?value ; rdfs:label ?label "
                'FILTER(LANG(?label) = "nl") } LIMIT 1000'
            ),
            is_limited=True,
        ),
        Workload(
            "construct",
            "CONSTRUCT of 10,000 triples",
            _different("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 10000"),
            is_triples=True,
            is_limited=True,
        ),
        Workload(
            "group",
            "join of items with their wholes, grouped by both kinds",
            _different(
                "SELECT ?kind ?whole (COUNT(?item) AS ?items) (SUM(?value) AS ?sum) WHERE { "
                "?item a ?kind ; :value ?value ; :partOf ?other . ?other a ?whole } "
                "GROUP BY ?kind ?whole"
            ),
        ),
        Workload(
            "path",
            "all that is part of a thing, at any depth",
            _different(f"SELECT ?part WHERE {{ ?part :partOf+ <{data.ITEM}{THING}> }}"),
            among=range(9, 73),
        ),
        Workload(
            "text",
            "the texts in which a word stands, in capitals or not",
            _different(
                'SELECT ?item WHERE { ?item :text ?text FILTER(CONTAINS(LCASE(?text), "rare17x")) }'
            ),
        ),
    )
}
"""By name, in the order of the tables."""

HOSTILE: Final = "SELECT (COUNT(*) AS ?c) WHERE { ?a ?b ?c1 . ?d ?e ?f . ?g ?h ?i }"
"""A cross product, which no machine ends."""
