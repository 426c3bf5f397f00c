"""The query operation of the SPARQL 1.1 Protocol: one request in, one `QueryRequest` out."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final
from urllib.parse import parse_qsl

from werkzeug.http import parse_options_header

from tgkg.engine.guard import UPDATE_REFUSED
from tgkg.engine.port import Dataset, QueryRequest
from tgkg.errors import (
    BadRequestError,
    ForbiddenError,
    MethodNotAllowedError,
    UnsupportedMediaTypeError,
)
from tgkg.formats import (
    FORMATS,
    RDF_FORMATS,
    RESULTS_FORMATS,
    Carries,
    Format,
    format_named,
)
from tgkg.iris import is_iri
from tgkg.web.negotiation import best, names_any

METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "QUERY")
"""The methods of the endpoint; QUERY is POST that is safe to repeat."""

_READ: Final = "application/sparql-query or application/x-www-form-urlencoded"
_IN_THE_BODY: Final = frozenset({"POST", "QUERY"})

Parameters = Mapping[str, Sequence[str]]
"""The values of each parameter, in their order."""


def query_request(
    method: str, query_string: bytes, content_type: str | None, accept: str | None, body: bytes
) -> QueryRequest:
    """Return the query that an HTTP request holds (SPARQL 1.1 Protocol, section 2.1).

    The dataset is what `default-graph-uri` and `named-graph-uri` name, if any. The formats are
    the best of each kind by Accept, or by `format=` (or `output=`), which overrides it.

    Raises:
        BadRequestError: no query or several, text that is not UTF-8, a graph that is no IRI, a
            format that does not exist, a timeout that is no time.
        ForbiddenError: an update.
        MethodNotAllowedError: another method.
        UnsupportedMediaTypeError: a body in another format.
    """
    if method not in METHODS:
        raise MethodNotAllowedError(
            f"{method} does nothing here: send a query with GET or POST.", METHODS
        )
    pairs = list(_pairs(query_string, "The query string"))
    if method in _IN_THE_BODY:
        pairs += _body(content_type, body)
    parameters = _grouped(pairs)
    query = _only_query(parameters)
    results, rdf = _formats(parameters, accept)
    return QueryRequest(query, results, rdf, _dataset(parameters), timeout=_timeout(parameters))


def is_bare(method: str, query_string: bytes) -> bool:
    """Tell whether a request asks nothing of the endpoint, so that it gets its description.

    Raises:
        BadRequestError: the query string is not UTF-8.
    """
    if method not in ("GET", "HEAD"):
        return False
    names = {name for name, _ in _pairs(query_string, "The query string")}
    return not names & {"query", "update", "default-graph-uri", "named-graph-uri"}


def _pairs(encoded: bytes, what: str) -> Iterator[tuple[str, str]]:
    try:
        yield from parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise BadRequestError(f"{what} is not UTF-8.") from error


def _body(content_type: str | None, body: bytes) -> Iterator[tuple[str, str]]:
    media_type, options = parse_options_header(content_type)
    if media_type.lower() == "application/sparql-update":  # of no use in another charset either
        raise ForbiddenError(UPDATE_REFUSED)
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaTypeError(f"The query is read as UTF-8, not {options['charset']}.")
    match media_type.lower():
        case "application/x-www-form-urlencoded":
            yield from _pairs(body, "The form")
        case "application/sparql-query":
            yield "query", _text(body)
        case "":
            raise UnsupportedMediaTypeError(f"The body has no Content-Type; say {_READ}.")
        case other:
            raise UnsupportedMediaTypeError(f"{other} is not read here; send {_READ}.")


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadRequestError(f"The query is not UTF-8 (byte {error.start}).") from error


def _grouped(pairs: Sequence[tuple[str, str]]) -> Parameters:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _only_query(parameters: Parameters) -> str:
    queries = parameters.get("query", ())
    if "update" in parameters and not queries:
        raise ForbiddenError(UPDATE_REFUSED)
    if "update" in parameters:
        raise BadRequestError("A request holds a query or an update, not both.")
    if not queries:
        raise BadRequestError("There is no query: give one as the parameter `query`.")
    if len(queries) > 1:
        raise BadRequestError(f"There are {len(queries)} queries: send them one by one.")
    return queries[0]


def _timeout(parameters: Parameters) -> float | None:
    """Return the time in seconds that the client gives the query; more than ours is ours."""
    values = [value for value in parameters.get("timeout", ()) if value]
    if not values:
        return None
    with suppress(ValueError):
        if len(values) == 1 and 0 < (seconds := float(values[0])) < math.inf:
            return seconds
    raise BadRequestError("timeout is a number of seconds above zero, as in timeout=5.")


def _dataset(parameters: Parameters) -> Dataset | None:
    default = _graphs(parameters, "default-graph-uri")
    named = _graphs(parameters, "named-graph-uri")
    return Dataset(default, named) if default or named else None


def _graphs(parameters: Parameters, name: str) -> tuple[str, ...]:
    # A form sends the fields that were left empty too.
    graphs = tuple(value for value in parameters.get(name, ()) if value)
    for graph in graphs:
        if not is_iri(graph):
            raise BadRequestError(f"{name} is an absolute IRI, which {graph!r} is not.")
    return graphs


def _formats(parameters: Parameters, accept: str | None) -> tuple[Format | None, Format | None]:
    """Return the formats for results and for RDF; None where the client accepts none."""
    override = _override(parameters, accept)
    if override is None:
        return best(accept, RESULTS_FORMATS), best(accept, RDF_FORMATS)
    if override.carries is Carries.RESULTS:
        return override, _in_the_syntax_of(override, RDF_FORMATS)
    if override.holds_rdf:
        return _in_the_syntax_of(override, RESULTS_FORMATS), override
    return None, None


def _override(parameters: Parameters, accept: str | None) -> Format | None:
    """Return the format that `format=` or `output=` names.

    SPARQLWrapper sends both, with several names for the same, some of them nobody's: those are
    passed over where another is known, or where Accept tells what is meant.
    """
    listed = ",".join(value for key in ("format", "output") for value in parameters.get(key, ()))
    names = sorted({name.strip() for name in listed.split(",")} - {""})
    found = {fmt for name in names if (fmt := format_named(name))}
    if len(found) > 1:
        raise BadRequestError(f"Which format: {' or '.join(names)}?")
    if names and not found and not names_any(accept, (*RESULTS_FORMATS, *RDF_FORMATS)):
        known = ", ".join(fmt.name for fmt in FORMATS)
        raise BadRequestError(f"{names[0]!r} is not a format; there are: {known}.")
    return next(iter(found), None)


def _in_the_syntax_of(fmt: Format, formats: Sequence[Format]) -> Format | None:
    """Return the format in the same syntax (`+json`, `+xml`): `format=json` means JSON-LD too."""
    suffix = fmt.media_type.partition("+")[2]
    return next((each for each in formats if suffix and each.media_type.endswith(suffix)), None)
