"""Evaluates one query with Oxigraph, and writes its answer."""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import IO, Final

import pyoxigraph as ox

from tgkg.engine.functions import functions
from tgkg.engine.guard import UPDATE_REFUSED, called_services, is_update, refuse_forbidden
from tgkg.engine.merging import chosen
from tgkg.engine.port import QueryRequest
from tgkg.engine.stores import Stores
from tgkg.engine.syntax_errors import explained
from tgkg.errors import EngineError, ForbiddenError, NotAcceptableError, ServiceError
from tgkg.formats import JSON_LD, RDF_FORMATS, RDF_XML, RESULTS_FORMATS, SPARQL_XML, Format
from tgkg.serialization import results_as_xml, serialize_triples

Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

_UNKNOWN_FUNCTION: Final = re.compile(r"custom function <(.*)> is not supported")
_MOST_UNKNOWN: Final = 20


def evaluate(
    stores: Stores,
    request: QueryRequest,
    output: IO[bytes],
    services: AbstractSet[str] = frozenset(),
) -> Format:
    """Write the answer of a query, and return its format; see `engine.port.Engine`.

    `services` are the endpoints that it may call.

    Raises:
        TgkgError: as the port says; and whatever `output` raises.
    """
    try:
        refuse_forbidden(request.query, services)
        return _write(_result(stores, request), request, output)
    except SyntaxError as error:
        if is_update(request.query):
            raise ForbiddenError(UPDATE_REFUSED) from error
        raise explained(request.query, str(error)) from error
    except (OSError, RuntimeError, ValueError) as error:
        called = sorted(called_services(request.query) & services)
        if called:
            raise ServiceError(
                f"The query calls {' and '.join(called)}, which did not answer as it should: "
                f"{error}. Send that part of the query there by itself, to see why."
            ) from error
        raise EngineError(f"The engine could not answer: {error}") from error


def _result(stores: Stores, request: QueryRequest) -> Result:
    """Ask the store; a function that nobody knows is an error in its expression alone.

    So says SPARQL 1.1, section 17.6; the engine would refuse the whole query.
    """
    asked = chosen(stores, request)
    known = functions(stores.index)
    unknown: dict[ox.NamedNode, Callable[..., None]] = {}
    while True:
        try:
            return asked.store.query(
                request.query,
                base_iri=request.base,
                default_graph=None if asked.default is None else [*asked.default],
                named_graphs=None if asked.named is None else [*asked.named],
                substitutions={ox.Variable(name): term for name, term in request.bindings.items()},
                custom_functions={**known, **unknown},
            )
        except RuntimeError as error:
            named = _UNKNOWN_FUNCTION.search(str(error))
            if named is None or len(unknown) == _MOST_UNKNOWN:
                raise
            unknown[ox.NamedNode(named[1])] = _no_value


def _no_value(*_: object) -> None:
    return None


def wanted_format(request: QueryRequest, *, triples: bool) -> Format:
    """Return the format in which an answer of triples, or one of another kind, is wanted.

    Raises:
        NotAcceptableError: there is none.
    """
    if triples:
        return _wanted(request.rdf, RDF_FORMATS, "A CONSTRUCT or DESCRIBE query")
    return _wanted(request.results, RESULTS_FORMATS, "A SELECT or ASK query")


def _write(
    result: Result,
    request: QueryRequest,
    output: IO[bytes],
) -> Format:
    if not isinstance(result, ox.QueryTriples):
        fmt = wanted_format(request, triples=False)
        if fmt is SPARQL_XML:
            output.write(results_as_xml(result.serialize(format=fmt.results) or b""))
        else:
            result.serialize(output, format=fmt.results)
        return fmt
    fmt = wanted_format(request, triples=True)
    if fmt in (RDF_XML, JSON_LD):
        output.write(serialize_triples(list(result), fmt, {}))
    else:
        result.serialize(output, format=fmt.rdf)
    return fmt


def _wanted(fmt: Format | None, offered: tuple[Format, ...], form: str) -> Format:
    if fmt is None:
        labels = ", ".join(each.label for each in offered)
        raise NotAcceptableError(
            f"{form} is answered as one of {labels}: ask for one of these.",
            tuple(each.media_type for each in offered),
        )
    return fmt
