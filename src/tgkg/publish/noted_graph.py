"""A graph of rdflib that notes what it was asked: what an answer can depend on."""

from collections.abc import Generator, Iterable
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
    out pattern by pattern.
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

    def __len__(self) -> int:
        self._noted.add((None, None, None))
        return super().__len__()

    def noted(self) -> frozenset[Pattern]:
        """Return what it was asked since this was last called, as patterns of `matching`."""
        noted, self._noted = self._noted, set()
        coarse = {
            (subject, predicate, None) if subject is not None else (None, predicate, object_)
            for subject, predicate, object_ in noted
        }
        return frozenset(
            pattern
            for pattern in coarse
            if pattern[0] is None or pattern[1] is None or (pattern[0], None, None) not in coarse
        )


def matching(triple: Triple) -> Iterable[Pattern]:
    """Return each pattern, as `NotedGraph.noted` gives them, that matches a triple."""
    subject, predicate, object_ = triple
    return (
        (subject, predicate, None),
        (subject, None, None),
        (None, predicate, object_),
        (None, predicate, None),
        (None, None, object_),
        (None, None, None),
    )
