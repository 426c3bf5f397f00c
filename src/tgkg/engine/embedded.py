"""The embedded engine: Oxigraph in this process, the release in memory."""

import pyoxigraph as ox

from tgkg.engine.guard import refuse_forbidden
from tgkg.engine.port import Answer, QueryRequest
from tgkg.engine.syntax_errors import explained
from tgkg.errors import (
    EngineError,
    NotAcceptableError,
)
from tgkg.formats import JSON_LD, RDF_FORMATS, RDF_XML, RESULTS_FORMATS, SPARQL_XML, Format
from tgkg.release import Release
from tgkg.serialization import results_as_xml, serialize_triples


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
        dataset = request.dataset
        try:
            refuse_forbidden(request.query)
            result = self._store.query(
                request.query,
                default_graph=None if dataset is None else [*map(ox.NamedNode, dataset.default)],
                named_graphs=None if dataset is None else [*map(ox.NamedNode, dataset.named)],
                substitutions={ox.Variable(name): term for name, term in request.bindings.items()},
            )
            return self._answer(result, request)
        except SyntaxError as error:
            raise explained(request.query, str(error)) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise EngineError(f"The engine could not answer: {error}") from error

    def _answer(
        self, result: "ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples", request: QueryRequest
    ) -> Answer:
        if not isinstance(result, ox.QueryTriples):
            fmt = _wanted(request.results, RESULTS_FORMATS, "A SELECT or ASK query")
            written = result.serialize(format=fmt.results) or b""
            return Answer(fmt, results_as_xml(written) if fmt is SPARQL_XML else written)
        fmt = _wanted(request.rdf, RDF_FORMATS, "A CONSTRUCT or DESCRIBE query")
        if fmt not in (RDF_XML, JSON_LD):
            return Answer(fmt, result.serialize(format=fmt.rdf) or b"")
        return Answer(fmt, serialize_triples(list(result), fmt, {}))


def _in_default(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def _wanted(fmt: Format | None, offered: tuple[Format, ...], form: str) -> Format:
    if fmt is None:
        labels = ", ".join(each.label for each in offered)
        raise NotAcceptableError(
            f"{form} is answered as one of {labels}: ask for one of these.",
            tuple(each.media_type for each in offered),
        )
    return fmt
