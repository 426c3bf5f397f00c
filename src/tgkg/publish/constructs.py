"""CONSTRUCT queries that stand among the sources: data that says how to make further data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from tgkg.errors import Place, Problem, UnreadableError

_SERVICE: Final = re.compile("service", re.IGNORECASE | re.ASCII)
_NO_KEYWORD: Final = "zzzzzzz"
_POSITION: Final = re.compile(r"error at (\d+):(\d+)")
"""Where the engine's parser stopped; it says so only in words."""
_ESCAPED: Final = re.compile(r"\\[uU][0-9A-Fa-f]{4}")


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
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError as error:
            raise UnreadableError.at(name, "not UTF-8; save the file as UTF-8.") from error
        except OSError as error:
            raise UnreadableError.at(name, f"cannot be read: {error.strerror}.") from error
        construct = cls(name, text, base)
        construct._refuse_calls()
        construct._asked(ox.Store(), text)
        return construct

    def triples(self, store: ox.Store, graph: ox.NamedNode | None = None) -> Iterator[ox.Triple]:
        """Yield what it makes of one graph of the store, or of the union of all graphs.

        Raises:
            UnreadableError: the engine gives up on it.
        """
        made = self._asked(store, self.text, graph)
        try:
            yield from made
        except (OSError, ValueError) as error:
            raise UnreadableError.at(self.name, f"cannot be run: {error}.") from error

    def _refuse_calls(self) -> None:
        """Refuse SERVICE before the engine could follow it.

        A query that is still one when that word is everywhere replaced by another never used
        it as a keyword.
        """
        escaped = _ESCAPED.search(self.text)
        if escaped:  # could spell a keyword that no scan sees (SPARQL 1.1, section 19.2)
            line = self.text.count("\n", 0, escaped.start()) + 1
            raise UnreadableError.at(self.name, "write the character, not its code point.", line)
        try:
            self._asked(ox.Store(), _SERVICE.sub(_NO_KEYWORD, self.text))
        except UnreadableError:
            word = _SERVICE.search(self.text)
            if word is None:
                raise
            line = self.text.count("\n", 0, word.start()) + 1
            raise UnreadableError.at(
                self.name,
                "not SPARQL, or it calls another endpoint: nothing is ever fetched.",
                line,
            ) from None

    def _asked(
        self, store: ox.Store, text: str, graph: ox.NamedNode | None = None
    ) -> ox.QueryTriples:
        try:
            answer = store.query(
                text,
                base_iri=self.base,
                default_graph=graph,
                use_default_graph_as_union=graph is None,
            )
        except SyntaxError as error:
            found = _POSITION.search(str(error))
            line, column = map(int, found.groups()) if found else (None, None)
            message = "what stands here is not SPARQL, or was not expected here."
            raise UnreadableError(Problem(Place(self.name, line, column), message)) from error
        except (OSError, ValueError) as error:
            raise UnreadableError.at(self.name, f"cannot be run: {error}.") from error
        if not isinstance(answer, ox.QueryTriples):
            raise UnreadableError.at(self.name, "is not a CONSTRUCT query; only that makes data.")
        return answer
