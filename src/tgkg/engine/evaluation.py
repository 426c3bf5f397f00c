"""Evaluates one query with Oxigraph, and writes its answer."""

from collections.abc import Set as AbstractSet
from typing import IO

import pyoxigraph as ox

from tgkg.engine.guard import UPDATE_REFUSED, is_update, refuse_forbidden
from tgkg.engine.port import QueryRequest
from tgkg.engine.syntax_errors import explained
from tgkg.errors import EngineError, ForbiddenError, NotAcceptableError
from tgkg.formats import JSON_LD, RDF_FORMATS, RDF_XML, RESULTS_FORMATS, SPARQL_XML, Format
from tgkg.release import Release
from tgkg.serialization import results_as_xml, serialize_triples


def loaded(release: Release) -> ox.Store:
    """Return a store in memory with the canonical N-Quads; blank nodes keep their labels.

    The default graph holds each triple once, however many named graphs state it: Oxigraph's
    own union of graphs returns a triple once for each graph, which would make counts wrong.
    """
    store = ox.Store()
    with release.data.open("rb") as lines:
        quads = ox.parse(lines, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False)
        store.bulk_extend(copy for quad in quads for copy in (quad, _in_default(quad)))
    return store


def evaluate(
    store: ox.Store,
    request: QueryRequest,
    output: IO[bytes],
    services: AbstractSet[str] = frozenset(),
) -> Format:
    """Write the answer of a query, and return its format; see `engine.port.Engine`.

    `services` are the endpoints that it may call.

    Raises:
        TgkgError: as the port says; and whatever `output` raises.
    """
    dataset = request.dataset
    try:
        refuse_forbidden(request.query, services)
        result = store.query(
            request.query,
            default_graph=None if dataset is None else [*map(ox.NamedNode, dataset.default)],
            named_graphs=None if dataset is None else [*map(ox.NamedNode, dataset.named)],
            substitutions={ox.Variable(name): term for name, term in request.bindings.items()},
        )
        return _write(result, request, output)
    except SyntaxError as error:
        if is_update(request.query):
            raise ForbiddenError(UPDATE_REFUSED) from error
        raise explained(request.query, str(error)) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise EngineError(f"The engine could not answer: {error}") from error


def _write(
    result: "ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples",
    request: QueryRequest,
    output: IO[bytes],
) -> Format:
    if not isinstance(result, ox.QueryTriples):
        fmt = _wanted(request.results, RESULTS_FORMATS, "A SELECT or ASK query")
        if fmt is SPARQL_XML:
            output.write(results_as_xml(result.serialize(format=fmt.results) or b""))
        else:
            result.serialize(output, format=fmt.results)
        return fmt
    fmt = _wanted(request.rdf, RDF_FORMATS, "A CONSTRUCT or DESCRIBE query")
    if fmt in (RDF_XML, JSON_LD):
        output.write(serialize_triples(list(result), fmt, {}))
    else:
        result.serialize(output, format=fmt.rdf)
    return fmt


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
