"""The SPARQL endpoint: answers for programs, a page for people, its description for both."""

from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, Response, render_template, request, url_for

from tgkg.engine.port import QueryRequest
from tgkg.errors import NotAcceptableError, QuerySyntaxError, TgkgError
from tgkg.formats import (
    HTML,
    RDF_FORMATS,
    RESULTS_FORMATS,
    SPARQL_JSON,
    TURTLE,
    Format,
    format_named,
)
from tgkg.operation import DEFAULT_OPERATION, Limits
from tgkg.serialization import serialize
from tgkg.web.addresses import public_address
from tgkg.web.current import operation, published
from tgkg.web.negotiation import best
from tgkg.web.outcome import Outcome, outcome
from tgkg.web.problems import ProblemDetails, describe, problem_response
from tgkg.web.protocol import is_bare, query_request
from tgkg.web.responses import representation, wanted
from tgkg.web.service import PREFIXES, service_quads
from tgkg.web.shortcut import FAILED_KEY
from tgkg.web.void import dataset_address

blueprint: Final = Blueprint("sparql", __name__)

_ANSWERS: Final = (*RESULTS_FORMATS, *RDF_FORMATS, HTML)


@dataclass(frozen=True, slots=True)
class QueryPage:
    """What the page of the endpoint shows: the form, and what became of the query in it."""

    query: str = ""
    outcome: Outcome | None = None
    problem: ProblemDetails | None = None
    limits: Limits = DEFAULT_OPERATION.limits
    results_formats: tuple[Format, ...] = RESULTS_FORMATS
    rdf_formats: tuple[Format, ...] = RDF_FORMATS
    timeout: str = ""
    """The seconds that its reader asked for, as they were written."""


@blueprint.route("/sparql", methods=["GET", "POST", "QUERY"])
def sparql() -> Response:
    """Answer a query (SPARQL 1.1 Protocol), or a bare request with what this is."""
    if is_bare(request.method, request.query_string):
        return _overview()
    return _page() if _wants_page() else _answer()


def _answer() -> Response:
    asked, error = request.environ.get(FAILED_KEY, (None, None))
    asked = asked or _asked()
    try:
        if error:
            raise error
        answer = published().engines.public.query(asked)
    except QuerySyntaxError as error:
        return problem_response(error, asked.query)
    except NotAcceptableError:
        if best(request.headers.get("Accept"), (HTML,)) is HTML and not _named_format():
            return _page()
        raise
    return representation(answer.body, answer.format)


def _overview() -> Response:
    """Return the service description (SPARQL 1.1 Service Description, section 2), or the form."""
    offered = (*RDF_FORMATS, HTML)
    fmt = wanted(offered)
    here = url_for(".sparql")
    alternates = {each: url_for(".sparql", format=each.extension) for each in offered}
    if fmt is HTML:
        return _rendered(QueryPage(), alternates)
    counts = published().release.manifest.counts
    quads = service_quads(public_address(here), counts, operation(), dataset_address())
    body = serialize(quads, fmt, PREFIXES)
    links = {"describedby": url_for("void.void")}
    return representation(body, fmt, alternates=alternates, links=links)


def _page() -> Response:
    """Return the page with the query, and its answer or what is wrong with it."""
    query = request.args.get("query", "")
    try:
        asked = _asked()
        query = asked.query
        answer = published().engines.public.query(replace(asked, results=SPARQL_JSON, rdf=TURTLE))
    except TgkgError as error:
        return _rendered(QueryPage(query, problem=describe(error, query)))
    return _rendered(QueryPage(query, outcome(answer)))


def _asked() -> QueryRequest:
    asked = query_request(
        request.method,
        request.query_string,
        request.headers.get("Content-Type"),
        request.headers.get("Accept"),
        request.get_data(),
    )
    base = published().release.config.base
    return replace(asked, client=request.remote_addr or "", base=base)


def _wants_page() -> bool:
    """Tell whether the client prefers a page; what the address or the form says comes first."""
    name = _named_format()
    if name:
        return format_named(name) is HTML
    return best(request.headers.get("Accept"), _ANSWERS) is HTML


def _named_format() -> str | None:
    return request.args.get("format") or request.args.get("output")


def _rendered(page: QueryPage, alternates: dict[Format, str] | None = None) -> Response:
    page = replace(page, limits=operation().limits, timeout=request.values.get("timeout", ""))
    body = render_template("sparql.html", page=page)
    status = page.problem.status if page.problem else 200
    response = representation(body, HTML, alternates=alternates or {}, status=status)
    response.headers.update(dict(page.problem.headers) if page.problem else {})
    return response
