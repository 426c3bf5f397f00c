"""CONSTRUCT queries that stand among the sources: data that says how to make further data."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from tgkg.errors import UnreadableError
from tgkg.publish.sound_queries import ask, read_query


def in_graph(triple: ox.Triple, graph: ox.NamedNode) -> ox.Quad:
    """Return the triple as a quad of the graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


@dataclass(frozen=True, slots=True)
class Construct:
    """A CONSTRUCT query that is sound and opens no connection."""

    name: str
    """The name of its file, for messages."""
    text: str
    base: str
    """What relative IRIs in it are relative to."""

    @classmethod
    def read(cls, path: Path, name: str, base: str) -> "Construct":
        """Read a query from a file.

        Raises:
            UnreadableError: it cannot be read, is not a CONSTRUCT query (SPARQL 1.1,
                section 16.2), or calls another endpoint; with its line where there is one.
        """
        construct = cls(name, read_query(path, name, base), base)
        construct._asked(ox.Store())
        return construct

    def triples(self, store: ox.Store, graph: ox.NamedNode | None = None) -> Iterator[ox.Triple]:
        """Yield what it makes of one graph of the store, or of the union of all graphs.

        Raises:
            UnreadableError: the engine gives up on it.
        """
        made = self._asked(store, graph)
        try:
            yield from made
        except (OSError, ValueError) as error:
            raise UnreadableError.at(self.name, f"cannot be run: {error}.") from error

    def _asked(self, store: ox.Store, graph: ox.NamedNode | None = None) -> ox.QueryTriples:
        answer = ask(store, self.text, self.name, self.base, graph)
        if not isinstance(answer, ox.QueryTriples):
            raise UnreadableError.at(self.name, "is not a CONSTRUCT query; only that makes data.")
        return answer
