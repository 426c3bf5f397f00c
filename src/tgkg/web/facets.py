"""What a class can be narrowed by: its facets, and the queries behind a view of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pyoxigraph import Literal, NamedNode

from tgkg.engine.port import Engine
from tgkg.iris import DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, RDF
from tgkg.web.asking import inline, rows

PAGE: Final = 50
"""How many things a page shows."""

SORTED: Final = 5000
"""Up to so many are put in the order of their names; more come in the engine's own."""

MOST_VALUES: Final = 40
"""A property with more values than these narrows nothing down: it is no facet."""

_MOST_PROPERTIES: Final = 16
_MOST_ROWS: Final = 4000
_NO_FACETS: Final = frozenset((*LABEL_PROPERTIES, *DESCRIPTION_PROPERTIES, RDF + "type"))
_LONGEST_VALUE: Final = 80

Value = NamedNode | Literal


@dataclass(frozen=True, slots=True)
class View:
    """The things of a class, those that have some values and lack some properties."""

    kind: str
    values: tuple[tuple[str, Value], ...] = ()
    """Property and value, all of which hold."""
    without: tuple[str, ...] = ()
    """Properties that the things do not have."""

    @property
    def patterns(self) -> str:
        """The view in SPARQL: what `?thing` has to be."""
        lines = [f"?thing a {NamedNode(self.kind)} ."]
        lines += [f"?thing {NamedNode(name)} {value} ." for name, value in self.values]
        lines += [f"FILTER NOT EXISTS {{ ?thing {NamedNode(each)} [] }}" for each in self.without]
        return "\n  ".join(lines)

    def toggled(self, name: str, value: Value) -> "View":
        """Return the view with a value more, or less where it was there."""
        pair = (name, value)
        if pair in self.values:
            return replace(self, values=tuple(each for each in self.values if each != pair))
        return replace(self, values=(*self.values, pair))

    def toggled_without(self, name: str) -> "View":
        """Return the view of what lacks a property, or of what may have it where it was so."""
        if name in self.without:
            return replace(self, without=tuple(each for each in self.without if each != name))
        return replace(self, without=(*self.without, name))


@dataclass(frozen=True, slots=True)
class Facet:
    """A property of the things of a view, with how many have each value."""

    name: str
    counts: Mapping[Value, int] = field(default_factory=dict)
    lacking: int = 0
    """How many do not have it at all."""


def total_of(engine: Engine, view: View) -> int:
    """Return how many things there are in a view."""
    query = f"SELECT (COUNT(DISTINCT ?thing) AS ?n) {{\n  {view.patterns}\n}}"
    return next((int(row["n"].value) for row in rows(engine, query)), 0)


def things_of(engine: Engine, view: View, total: int, page: int, language: str) -> list[str]:
    """Return a page of the things of a view, by name where they are not too many to sort.

    The names are those in the language, or in none.
    """
    part = f"LIMIT {PAGE} OFFSET {PAGE * (page - 1)}"
    if total > SORTED:
        query = f"SELECT DISTINCT ?thing {{\n  {view.patterns}\n}} {part}"
    else:
        query = (
            f"SELECT ?thing (MIN(LCASE(STR(?name))) AS ?first) {{\n  {view.patterns}\n"
            f"  OPTIONAL {{ VALUES ?naming {{ {inline(LABEL_PROPERTIES)} }} ?thing ?naming ?name "
            f"FILTER(LANG(?name) IN ({Literal(language)}, '')) }}\n"
            f"}} GROUP BY ?thing ORDER BY ?first ?thing {part}"
        )
    found = (row["thing"] for row in rows(engine, query))
    return [thing.value for thing in found if isinstance(thing, NamedNode)]


def query_of(view: View) -> str:
    """Return the query of a view, as a person goes on with it."""
    naming = "|".join(f"<{iri}>" for iri in LABEL_PROPERTIES[:2])
    return (
        f"SELECT DISTINCT ?thing ?name WHERE {{\n  {view.patterns}\n"
        f"  OPTIONAL {{ ?thing {naming} ?name }}\n}}\nORDER BY ?name ?thing\n"
    )


def facets_of(
    engine: Engine, view: View, properties: Sequence[str], total: int
) -> tuple[Facet, ...]:
    """Return the facets of a view in one query, in the order of the properties.

    A property narrows something down where things share its values, or where some lack it.
    """
    asked = [each for each in properties if each not in _NO_FACETS][:_MOST_PROPERTIES]
    if not asked:
        return ()
    query = (
        f"SELECT ?property ?value (COUNT(DISTINCT ?thing) AS ?n) {{\n  {view.patterns}\n"
        f"  VALUES ?property {{ {inline(asked)} }}\n"
        "  { ?thing ?property ?value } UNION { ?thing ?property ?any }\n"
        f"}} GROUP BY ?property ?value ORDER BY DESC(?n) LIMIT {_MOST_ROWS}"
    )
    counts: dict[str, dict[Value, int]] = {each: {} for each in asked}
    having = dict.fromkeys(asked, 0)
    for row in rows(engine, query):
        name, value, number = row["property"].value, row.get("value"), int(row["n"].value)
        if value is None:
            having[name] = number
        elif isinstance(value, NamedNode | Literal):
            counts[name][value] = number
    chosen = {*view.without, *(name for name, _ in view.values)}
    facets = (Facet(each, counts[each], total - having[each]) for each in asked)
    return tuple(facet for facet in facets if facet.name in chosen or _narrows(facet, total))


def _narrows(facet: Facet, total: int) -> bool:
    if len(facet.counts) > MOST_VALUES or any(map(_is_long, facet.counts)):
        return 0 < facet.lacking < total
    is_shared = any(1 < count < total for count in facet.counts.values())
    return is_shared or 1 < len(facet.counts) < total or 0 < facet.lacking < total


def shown_values(facet: Facet, reader_languages: Iterable[str]) -> list[tuple[Value, int]]:
    """Return the values that a page offers, those of most things first; none of too many."""
    fitting = [
        (value, count)
        for value, count in facet.counts.items()
        if isinstance(value, NamedNode) or not value.language or value.language in reader_languages
    ]
    if len(fitting) > MOST_VALUES or any(_is_long(value) for value, _ in fitting):
        return []
    return sorted(fitting, key=lambda each: (-each[1], str(each[0])))


def _is_long(value: Value) -> bool:
    return isinstance(value, Literal) and len(value.value) > _LONGEST_VALUE
