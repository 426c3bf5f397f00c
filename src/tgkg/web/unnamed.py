"""Things without a name: shown by what is said about them, lists by their members."""

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad

from tgkg.iris import RDF
from tgkg.web.facts import Fact, Value
from tgkg.web.showing import Shower

MOST_MEMBERS: Final = 200
"""How many members of a list a page holds."""

_FIRST: Final = NamedNode(RDF + "first")
_REST: Final = NamedNode(RDF + "rest")


class Unnamed:
    """Shows the blank nodes below one resource.

    Each is unfolded once, so that no knot of them makes a page without end.
    """

    def __init__(self, quads: Iterable[Quad], shower: Shower) -> None:
        self._shower = shower
        self._unfolded: set[BlankNode] = set()
        self._about: dict[object, list[Quad]] = {}
        for each in quads:
            self._about.setdefault(each.subject, []).append(each)

    def value(self, term: object) -> Value:
        """Show a term; a blank node by what is said about it."""
        shown = self._shower.term(term)
        if not isinstance(term, BlankNode) or term in self._unfolded:
            return Value(shown)
        self._unfolded.add(term)
        quads = self._about.get(term, [])
        if any(each.predicate == _FIRST for each in quads):
            return Value(shown, items=tuple(map(self.value, self._members(term))))
        by_property: dict[str, dict[object, None]] = {}
        for each in quads:
            by_property.setdefault(each.predicate.value, {})[each.object] = None
        facts = (
            Fact(self._shower.thing(iri), tuple(map(self.value, objects)))
            for iri, objects in by_property.items()
        )
        return Value(shown, facts=tuple(facts))

    def _members(self, head: BlankNode) -> Iterator[object]:
        """Yield the members of a list, even of one that is not well formed."""
        seen: set[BlankNode] = set()
        node: object = head
        while isinstance(node, BlankNode) and node not in seen and len(seen) < MOST_MEMBERS:
            seen.add(node)
            quads = self._about.get(node, [])
            yield from dict.fromkeys(each.object for each in quads if each.predicate == _FIRST)
            node = next((each.object for each in quads if each.predicate == _REST), None)
