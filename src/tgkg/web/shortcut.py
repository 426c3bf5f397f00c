"""Answers queries of programs before Flask sees them: the same answers, in less time."""

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Final

from tgkg.engine.port import QueryRequest
from tgkg.errors import TgkgError
from tgkg.formats import HTML, RDF_FORMATS, RESULTS_FORMATS
from tgkg.web.current import ENVIRON_KEY, Published
from tgkg.web.memento import ACCEPT_DATETIME, is_original, links_of
from tgkg.web.negotiation import best
from tgkg.web.prefix import OUTSIDE_KEY
from tgkg.web.protocol import query_request
from tgkg.web.release_link import release_link
from tgkg.web.responses import OPEN_TO_ALL, chunks, entity_tag
from tgkg.web.validators import Headers

if TYPE_CHECKING:  # these exist for type checkers only
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FAILED_KEY: Final = "tgkg.failed"
"""Set in the environment of a request whose query failed: the request and its error."""

_PATH: Final = "/sparql"
_METHODS: Final = frozenset({"GET", "POST", "QUERY"})
_ANSWERS: Final = (*RESULTS_FORMATS, *RDF_FORMATS, HTML)
_NAMES_A_FORMAT: Final = (b"format=", b"output=")


class Shortcut:
    """Stands before the application, and takes the requests that it can answer itself.

    Those are queries for data that end well. Every other request goes on: pages, descriptions,
    conditions, and queries that failed, with their error, so that none runs twice.
    """

    def __init__(self, app: "WSGIApplication", largest_body: int) -> None:
        self._app = app
        self._largest = largest_body

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a query, or pass the request on."""
        here: Published | None = environ.get(ENVIRON_KEY)
        if environ["PATH_INFO"] == _PATH and "HTTP_TRANSFER_ENCODING" in environ:
            _measure(environ, self._largest)
        if (
            here is None
            or environ["PATH_INFO"] != _PATH
            or environ["REQUEST_METHOD"] not in _METHODS
            or OUTSIDE_KEY in environ
            or "HTTP_IF_NONE_MATCH" in environ
            or "HTTP_ACCEPT_DATETIME" in environ
        ):
            return self._app(environ, start_response)
        try:
            asked = self._asked(environ, here.release.config.base)
        except TgkgError:
            asked = None
        if asked is None:
            return self._app(environ, start_response)
        try:
            answer = here.engines.public.query(asked)
        except TgkgError as error:
            environ[FAILED_KEY] = (asked, error)
            return self._app(environ, start_response)
        content_type = answer.format.content_type
        headers = [
            ("Content-Type", content_type),
            ("Content-Length", str(answer.length)),
            ("ETag", f'"{entity_tag(content_type, None, answer.body)}"'),
            ("Link", release_link(environ, here.release)),
            *OPEN_TO_ALL,
            *_in_time(environ),
        ]
        start_response("200 OK", headers)
        return chunks(answer.body)

    def _asked(self, environ: "WSGIEnvironment", base: str) -> QueryRequest | None:
        """Return the query, or None where a page, a description or a refusal is due."""
        method, query_string = environ["REQUEST_METHOD"], environ["QUERY_STRING"].encode("latin-1")
        accept, body = environ.get("HTTP_ACCEPT"), b""
        if best(accept, _ANSWERS) is HTML:
            return None
        if method == "GET":
            if b"query=" not in query_string:
                return None
        else:
            length = environ.get("CONTENT_LENGTH") or ""
            if not length.isdecimal() or int(length) > self._largest:
                return None
            body = environ["wsgi.input"].read(int(length))
            environ["wsgi.input"] = BytesIO(body)
        if any(name in part for name in _NAMES_A_FORMAT for part in (query_string, body)):
            return None  # it may name the page
        asked = query_request(method, query_string, environ.get("CONTENT_TYPE"), accept, body)
        return replace(asked, client=environ.get("REMOTE_ADDR") or "", base=base)


def _in_time(environ: "WSGIEnvironment") -> Headers:
    if not is_original(environ):
        return [("Vary", "Accept")]
    links = links_of(environ)
    return [("Vary", f"Accept, {ACCEPT_DATETIME}"), *([("Link", links)] if links else [])]


def _measure(environ: "WSGIEnvironment", largest: int) -> None:
    """Give a body that came in chunks its length; more than the largest counts as one byte more.

    Werkzeug would cut it there, and the query would be another.
    """
    body, source = bytearray(), environ["wsgi.input"]
    while len(body) <= largest and (chunk := source.read(largest + 1 - len(body))):
        body += chunk
    del environ["HTTP_TRANSFER_ENCODING"]  # for Werkzeug such a body has no length
    environ["CONTENT_LENGTH"] = str(len(body))
    if len(body) <= largest:
        environ["wsgi.input"] = BytesIO(body)
