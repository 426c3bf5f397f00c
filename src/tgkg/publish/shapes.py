"""The shapes of a project: what they ask, what they target, and how they hang together."""

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from tgkg.iris import OWL, RDF, RDFS, SH
from tgkg.property_paths import written
from tgkg.publish.graph_index import GraphIndex, Term
from tgkg.publish.shacl_engine import ShapeNode
from tgkg.publish.sources import Source

TARGETS: Final = tuple(
    SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
)
CLASSES: Final = frozenset(ox.NamedNode(iri) for iri in (RDFS + "Class", OWL + "Class"))
"""A shape that is also one of these targets its instances (SHACL, section 2.1.3.3)."""
SHAPE_TYPES: Final = frozenset(ox.NamedNode(SH + name) for name in ("NodeShape", "PropertyShape"))
_OF_SHAPES: Final = tuple(SH + name for name in ("property", "node", "not", "qualifiedValueShape"))
_OF_LISTS_OF_SHAPES: Final = tuple(SH + name for name in ("and", "or", "xone"))


class Shapes(GraphIndex):
    """What files of shapes state."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Take the files as they were read."""
        self.sources = tuple(sources)
        super().__init__(quad for source in self.sources for quad in source.quads)

    def targeted(self) -> tuple[ShapeNode, ...]:
        """Return the shapes that have targets and are not deactivated, in the files' order."""
        return tuple(
            node
            for node, about in self._about.items()
            if isinstance(node, ShapeNode)
            and (any(target in about for target in TARGETS) or self.is_class(node))
            and not self._is_deactivated(node)
        )

    def is_class(self, node: Term) -> bool:
        """Tell whether a shape targets its own instances."""
        types = self.objects(node, RDF + "type")
        return not CLASSES.isdisjoint(types) and self._is_shape(node, types)

    def _is_shape(self, node: Term, types: Iterable[Term]) -> bool:
        asks = any(
            predicate in self.about(node) for predicate in (*_OF_SHAPES, *_OF_LISTS_OF_SHAPES)
        )
        return asks or not SHAPE_TYPES.isdisjoint(types)

    def _is_deactivated(self, node: Term) -> bool:
        values = self.objects(node, SH + "deactivated")
        return any(isinstance(value, ox.Literal) and value.value == "true" for value in values)

    def parts(self, shape: Term) -> frozenset[Term]:
        """Return a shape and all that it asks for, at whatever depth."""
        found: set[Term] = set()
        waiting = [shape]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += self.asked_for(node)
        return frozenset(found)

    def under(self, shape: Term) -> frozenset[Term]:
        """Return a shape and its property shapes: those that judge its own focus nodes."""
        return frozenset({shape, *self.objects(shape, SH + "property")})

    def below(self, shape: Term) -> frozenset[Term]:
        """Return the property shapes inside its property shapes: they judge values."""
        found: set[Term] = set()
        waiting = self.objects(shape, SH + "property")[:]
        while waiting:
            for inner in self.objects(waiting.pop(), SH + "property"):
                if inner not in found:
                    found.add(inner)
                    waiting.append(inner)
        return frozenset(found)

    def asked_for(self, shape: Term) -> Iterator[Term]:
        """Yield the shapes that a shape asks for directly."""
        for predicate in _OF_SHAPES:
            yield from self.objects(shape, predicate)
        for predicate in _OF_LISTS_OF_SHAPES:
            for head in self.objects(shape, predicate):
                yield from self.items(head)

    def path(self, shape: Term) -> str | None:
        """Return the path of a property shape as SPARQL writes it."""
        for path in self.objects(shape, SH + "path"):
            if isinstance(path, ShapeNode):
                return written(path, self.objects)
        return None

    def messages(self, node: Term) -> list[ox.Literal]:
        """Return the messages of a shape or of a constraint."""
        given = self.objects(node, SH + "message")
        return [message for message in given if isinstance(message, ox.Literal)]
