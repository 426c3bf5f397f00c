"""A small graph by subject and predicate."""

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from tgkg.iris import RDF

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class GraphIndex:
    """What statements say of each subject, in their order, once."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        """Take the statements; their graphs are merged."""
        self._about: dict[Term, dict[str, list[Term]]] = {}
        for quad in quads:
            by_predicate = self._about.setdefault(quad.subject, {})
            objects = by_predicate.setdefault(quad.predicate.value, [])
            if quad.object not in objects:
                objects.append(quad.object)

    def subjects(self) -> Iterator[Term]:
        """Yield everything that anything is said of."""
        yield from self._about

    def about(self, subject: Term) -> Mapping[str, list[Term]]:
        """Return all that is said of a subject, by predicate."""
        return self._about.get(subject, {})

    def objects(self, subject: Term, predicate: str) -> list[Term]:
        """Return the objects of a subject and the IRI of a predicate."""
        return self._about.get(subject, {}).get(predicate, [])

    def items(self, head: Term) -> Iterator[Term]:
        """Yield the members of a list, which is a loop at most once."""
        seen: set[Term] = set()
        while head not in seen and self.objects(head, RDF + "first"):
            seen.add(head)
            yield self.objects(head, RDF + "first")[0]
            head = next(iter(self.objects(head, RDF + "rest")), head)
