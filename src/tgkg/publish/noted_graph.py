"""A graph of rdflib that notes what it was asked: what an answer can depend on."""

from collections.abc import Generator, Iterator
from itertools import islice
from typing import Any

from rdflib.paths import Path
from rdflib.term import Identifier

from tgkg.publish.prepared_graph import PreparedGraph

Triple = tuple[Identifier, Identifier, Identifier]
Pattern = tuple[Identifier | None, Identifier | None, Identifier | None]
"""A triple with gaps: any term can stand in one."""


class NotedGraph(PreparedGraph):
    """Notes every pattern that it was asked for.

    Whatever was worked out from its answers stays the same as long as no triple comes or goes that
    one of these patterns matches. That holds for queries and property paths too: rdflib works them
    out pattern by pattern. Its length is no such question: pySHACL asks only whether it is empty,
    for words that nobody reads.
    """

    def __init__(self) -> None:
        """Begin without triples."""
        super().__init__()
        self._noted: set[Pattern] = set()

    def triples(self, triple: Any) -> Generator[Any, None, None]:  # noqa: ANN401 (as rdflib has it)
        """Return the triples that a pattern matches, as any graph does."""
        if not isinstance(triple[1], Path):  # which asks for its steps
            self._noted.add(triple)
        return super().triples(triple)

    def noted(self) -> frozenset[Pattern]:
        """Return what it was asked since this was last called, without what that implies."""
        noted, self._noted = self._noted, set()
        return frozenset(
            pattern for pattern in noted if noted.isdisjoint(islice(generalised(pattern), 1, None))
        )


def generalised(pattern: Pattern) -> Iterator[Pattern]:
    """Yield a pattern, and then those with more gaps: whatever matches it matches them."""
    for subject in _with_gap(pattern[0]):
        for predicate in _with_gap(pattern[1]):
            for object_ in _with_gap(pattern[2]):
                yield subject, predicate, object_


def _with_gap(term: Identifier | None) -> tuple[Identifier | None, ...]:
    return (None,) if term is None else (term, None)
