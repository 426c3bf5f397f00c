"""The embedded engine: Oxigraph in this process, the release in memory."""

import re
from typing import Final

import pyoxigraph as ox

from tgkg.engine.guard import refuse_forbidden
from tgkg.engine.port import Answer, QueryRequest
from tgkg.errors import (
    EngineError,
    NotAcceptableError,
    QueryPosition,
    QuerySyntaxError,
)
from tgkg.formats import RDF_FORMATS, RDF_XML, RESULTS_FORMATS, Format
from tgkg.release import Release
from tgkg.serialization import refuse_inexpressible

_POSITION: Final = re.compile(r"error at (\d+):(\d+): *")


class EmbeddedEngine:
    """Answers queries over one release, loaded once.

    The default graph holds each triple once, however many named graphs state it: Oxigraph's
    own union of graphs returns a triple once for each graph, which would make counts wrong.
    """

    def __init__(self, release: Release) -> None:
        """Load the canonical N-Quads of the release; blank nodes keep their labels."""
        self._store = ox.Store()
        with release.data.open("rb") as lines:
            quads = ox.parse(lines, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False)
            self._store.bulk_extend(copy for quad in quads for copy in (quad, _in_default(quad)))

    def query(self, request: QueryRequest) -> Answer:
        """Answer one query; see `engine.port.Engine`."""
        refuse_forbidden(request.query)
        dataset = request.dataset
        try:
            result = self._store.query(
                request.query,
                default_graph=None if dataset is None else [*map(ox.NamedNode, dataset.default)],
                named_graphs=None if dataset is None else [*map(ox.NamedNode, dataset.named)],
                substitutions={ox.Variable(name): term for name, term in request.bindings.items()},
            )
            return self._answer(result, request)
        except SyntaxError as error:
            raise _syntax_error(str(error)) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise EngineError(f"The engine could not answer: {error}") from error

    def _answer(
        self, result: "ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples", request: QueryRequest
    ) -> Answer:
        if not isinstance(result, ox.QueryTriples):
            fmt = _wanted(request.results, RESULTS_FORMATS, "a SELECT or ASK query")
            return Answer(fmt, result.serialize(format=fmt.results) or b"")
        fmt = _wanted(request.rdf, RDF_FORMATS, "a CONSTRUCT or DESCRIBE query")
        if fmt is not RDF_XML:
            return Answer(fmt, result.serialize(format=fmt.rdf) or b"")
        triples = list(result)
        refuse_inexpressible(triples, fmt)
        return Answer(fmt, ox.serialize(triples, format=fmt.rdf) or b"")


def _in_default(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def _wanted(fmt: Format | None, offered: tuple[Format, ...], form: str) -> Format:
    if fmt is None:
        media_types = tuple(each.media_type for each in offered)
        raise NotAcceptableError(f"None of the accepted formats can answer {form}.", media_types)
    return fmt


def _syntax_error(message: str) -> QuerySyntaxError:
    """Take the position and one readable line out of the parser's words."""
    match = _POSITION.match(message)
    if match is None:
        return QuerySyntaxError(message)
    position = QueryPosition(int(match.group(1)), int(match.group(2)))
    return QuerySyntaxError(_readable(message[match.end() :]), position)


def _readable(expectation: str) -> str:
    """Leave out the character classes that the parser lists among what it expected."""
    listed = expectation.removeprefix("expected ").removeprefix("one of ")
    words = [word for word in re.split(r",\s*(?![^\[]*\])", listed) if not word.startswith("[")]
    kept = [word for word in words if word and "\\u" not in word]
    if not kept:
        return "This is not a SPARQL query."
    return f"Here the query should go on with {' or '.join(kept[:12])}."
