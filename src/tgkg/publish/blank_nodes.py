"""Blank nodes by any name: finding and renaming them in a quad."""

from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple


def has_blank_node(quad: Quad) -> bool:
    """Tell whether the quad names a blank node anywhere, triple terms included."""
    return any(map(_is_blank, (quad.subject, quad.object, quad.graph_name)))


def _is_blank(term: NamedNode | BlankNode | Literal | Triple | DefaultGraph) -> bool:
    if isinstance(term, Triple):
        return _is_blank(term.subject) or _is_blank(term.object)
    return isinstance(term, BlankNode)


@dataclass(frozen=True, slots=True)
class Renaming:
    """Gives blank nodes new labels."""

    label: Callable[[str], str]

    def quad(self, quad: Quad) -> Quad:
        """Return the quad with its blank nodes renamed."""
        graph = quad.graph_name
        return Quad(
            self._resource(quad.subject),
            quad.predicate,
            self._object(quad.object),
            graph if isinstance(graph, DefaultGraph) else self._node(graph),
        )

    def _node(self, term: NamedNode | BlankNode) -> NamedNode | BlankNode:
        return BlankNode(self.label(term.value)) if isinstance(term, BlankNode) else term

    def _resource(self, term: NamedNode | BlankNode | Triple) -> NamedNode | BlankNode | Triple:
        return self._triple(term) if isinstance(term, Triple) else self._node(term)

    def _object(
        self, term: NamedNode | BlankNode | Literal | Triple
    ) -> NamedNode | BlankNode | Literal | Triple:
        return term if isinstance(term, Literal) else self._resource(term)

    def _triple(self, triple: Triple) -> Triple:
        return Triple(self._resource(triple.subject), triple.predicate, self._object(triple.object))
