"""The names of things, and which things the graph says anything about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, Quad

from tgkg.engine.port import Engine
from tgkg.iris import LABEL_PROPERTIES
from tgkg.web.asking import inline, quad, rows

MOST: Final = 3000
"""For how many things a page looks up names; those past it show a part of their IRI."""

_TEXTS: Final = """
SELECT DISTINCT ?g ?s ?p ?o {
  VALUES ?s { %s }
  VALUES ?p { %s }
  GRAPH ?g { ?s ?p ?o }
  FILTER(isLiteral(?o))
}
"""

_DESCRIBED: Final = """
SELECT ?s {
  VALUES ?s { %s }
  FILTER EXISTS { ?s ?p ?o }
}
"""


@dataclass(frozen=True, slots=True)
class Labels:
    """The names of things in every language, the most telling property's first."""

    texts: Mapping[str, tuple[Literal, ...]] = field(default_factory=dict)
    described: frozenset[str] = frozenset()
    """The IRIs that have a page here."""
    quads: tuple[Quad, ...] = ()
    """The statements that give the names."""

    def of(self, iri: str) -> tuple[Literal, ...]:
        """Return the names of a thing; none where the graph gives none."""
        return self.texts.get(iri, ())


def labels_of(engine: Engine, iris: Iterable[str], known: Iterable[str] = ()) -> Labels:
    """Return the names of things in one query, or two where some have none.

    `known` are IRIs that have a page for certain.
    """
    wanted = tuple(dict.fromkeys(iris))[:MOST]
    quads = texts_of(engine, wanted, LABEL_PROPERTIES)
    texts = grouped(quads, LABEL_PROPERTIES)
    unsure = [iri for iri in wanted if iri not in texts and iri not in set(known)]
    found = rows(engine, _DESCRIBED % inline(unsure)) if unsure else []
    described = {*texts, *known, *(row["s"].value for row in found)}
    return Labels(texts, frozenset(described), quads)


def texts_of(engine: Engine, iris: Iterable[str], properties: Iterable[str]) -> tuple[Quad, ...]:
    """Return the statements that give these things texts by these properties."""
    values = inline(iris)
    if not values:
        return ()
    return tuple(quad(row) for row in rows(engine, _TEXTS % (values, inline(properties))))


def grouped(quads: Iterable[Quad], properties: tuple[str, ...]) -> dict[str, tuple[Literal, ...]]:
    """Return the texts by what they are about, in the order of the properties, then of texts."""
    ranked = sorted(quads, key=lambda q: (properties.index(q.predicate.value), str(q.object)))
    texts: dict[str, dict[Literal, None]] = {}
    for each in ranked:
        texts.setdefault(each.subject.value, {})[each.object] = None  # type: ignore[union-attr,index]
    return {iri: tuple(found) for iri, found in texts.items()}
