"""What links to a resource: counted by property, and a page of it at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tgkg.engine.port import Engine
from tgkg.web.asking import quad, rows
from tgkg.web.evidence import REIFICATION

PAGE: Final = 50
"""How many links a page shows."""

SORTED: Final = 5000
"""How many links are sorted for a page. Sorting 100,000 takes half a second; more than these come
in the engine's own order, the same on every page as a release never changes."""

_COUNTS: Final = """
SELECT ?this ?p (COUNT(*) AS ?n) {
  GRAPH ?g { ?s ?p ?this }
} GROUP BY ?this ?p
"""

_FEW: Final = f"""
SELECT ?this ?g ?s ?p {{
  GRAPH ?g {{ ?s ?p ?this }}
  FILTER(?p NOT IN ({", ".join(f"<{iri}>" for iri in REIFICATION)}))
}} ORDER BY ?p ?s ?g
"""

_ONE: Final = """
SELECT ?this ?p ?g ?s {
  GRAPH ?g { ?s ?p ?this }
} %s LIMIT %d OFFSET %d
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which incoming links a reader asked for: those of one property, and which page."""

    predicate: str | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Incoming:
    """The links to a resource: all of them when few, else a page of one property's."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """Links by property, the most first; links of reification last."""
    predicate: str | None = None
    """The property whose links these are; None when all are here but those of reification."""
    page: int = 1
    quads: tuple[Quad, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages the property has."""
        count = self.counts.get(self.predicate or "", 0)
        return max(1, -(-count // PAGE))

    @property
    def total(self) -> int:
        """How many links there are, reification left out."""
        return sum(n for iri, n in self.counts.items() if iri not in REIFICATION)

    def is_whole(self, iri: str) -> bool:
        """Tell whether all links of the property are here."""
        here = sum(each.predicate.value == iri for each in self.quads)
        return here == self.counts.get(iri, 0)


def incoming_of(engine: Engine, this: NamedNode, asked: Asked) -> Incoming:
    """Return what links to the resource, in two queries at most."""
    counts = _counts(engine, this)
    total = sum(n for iri, n in counts.items() if iri not in REIFICATION)
    if asked.predicate in counts:
        return _one(engine, this, counts, asked)
    if total > PAGE:
        return _one(engine, this, counts, Asked(next(iter(counts))))
    found = rows(engine, _FEW, this=this) if total else []
    return Incoming(counts, quads=tuple(quad(row, obj="this") for row in found))


def _one(engine: Engine, this: NamedNode, counts: Mapping[str, int], asked: Asked) -> Incoming:
    predicate = asked.predicate or ""
    last = -(-counts[predicate] // PAGE)
    page = min(max(asked.page, 1), last)
    order = "ORDER BY ?s ?g" if counts[predicate] <= SORTED else ""
    query = _ONE % (order, PAGE, (page - 1) * PAGE)
    found = rows(engine, query, this=this, p=NamedNode(predicate))
    return Incoming(counts, predicate, page, tuple(quad(row, obj="this") for row in found))


def _counts(engine: Engine, this: NamedNode) -> dict[str, int]:
    counts = {
        row["p"].value: int(row["n"].value)
        for row in rows(engine, _COUNTS, this=this)
        if isinstance(row["p"], NamedNode) and isinstance(row["n"], Literal)
    }
    return dict(
        sorted(counts.items(), key=lambda item: (item[0] in REIFICATION, -item[1], item[0]))
    )
