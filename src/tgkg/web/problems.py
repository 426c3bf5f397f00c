"""The one place where an error becomes an HTTP response: problem details (RFC 9457)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from logging import getLogger
from types import MappingProxyType
from typing import Any, Final

from flask import Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from tgkg.errors import (
    BadRequestError,
    BusyError,
    EngineError,
    ForbiddenError,
    GoneError,
    LastRelease,
    MethodNotAllowedError,
    NoReleaseError,
    NotAcceptableError,
    NotFoundError,
    QueryLimitError,
    QueryPosition,
    QuerySyntaxError,
    ServiceError,
    TgkgError,
    UnsupportedMediaTypeError,
)
from tgkg.formats import HTML, PROBLEM_JSON
from tgkg.operation import MEBIBYTE
from tgkg.serialization import NotExpressibleError
from tgkg.web.negotiation import best
from tgkg.web.responses import representation

STATUS: Final[Mapping[type[TgkgError], HTTPStatus]] = MappingProxyType(
    {
        BadRequestError: HTTPStatus.BAD_REQUEST,
        ForbiddenError: HTTPStatus.FORBIDDEN,
        NotFoundError: HTTPStatus.NOT_FOUND,
        GoneError: HTTPStatus.GONE,
        MethodNotAllowedError: HTTPStatus.METHOD_NOT_ALLOWED,
        NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
        NotExpressibleError: HTTPStatus.NOT_ACCEPTABLE,
        UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        ServiceError: HTTPStatus.BAD_GATEWAY,
        EngineError: HTTPStatus.INTERNAL_SERVER_ERROR,
        # Not 5xx: nothing is wrong here, and sending the same again does not help.
        QueryLimitError: HTTPStatus.UNPROCESSABLE_ENTITY,
        BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
        NoReleaseError: HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
"""The status of each error; a class that is not here has that of its base."""

HOW_TO_CHANGE: Final = "The graph is changed by editing its sources and publishing a release."

_UNFORESEEN: Final = "This should not have happened. It has been logged."
_WRITES: Final = frozenset({"PUT", "POST", "PATCH", "DELETE"})
_OURS_TO_MEND: Final = 500
_RETRY_AFTER: Final = "5"
_PIECE: Final = 256 * 1024
_MOST_READ_AWAY: Final = 64 * 1024 * 1024
_SHOWN_BEFORE: Final = 60
_SHOWN_AFTER: Final = 40


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """What went wrong, for a program or a person (RFC 9457, section 3).

    `title` is the status's own phrase, so `type` is `about:blank`; `extensions` hold what a
    program can use, `headers` what HTTP asks for beside it.
    """

    status: int
    title: str
    detail: str
    extensions: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the members of the problem document."""
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extensions,
        }


def describe(error: Exception, query: str | None = None) -> ProblemDetails:
    """Return what to say about an error; `query` is the text that a syntax error is about."""
    match error:
        case HTTPException():
            return _of_http(error)
        case NoReleaseError():
            # Its own words name folders of this machine.
            detail = "Nothing has been published here yet. Try again in a moment."
            return _details(STATUS[NoReleaseError], detail, headers={"Retry-After": _RETRY_AFTER})
        case TgkgError() if (status := _status(error)) is not None:
            headers = {}
            if isinstance(error, MethodNotAllowedError):
                headers["Allow"] = ", ".join(error.allowed)
            if isinstance(error, BusyError):
                headers["Retry-After"] = str(error.retry_after)
            return _details(status, str(error), _extensions(error, query), headers)
        case _:
            return _details(HTTPStatus.INTERNAL_SERVER_ERROR, _UNFORESEEN)


def problem_response(error: Exception, query: str | None = None) -> Response:
    """Return the response to an error: a page where the client wants one, else JSON."""
    problem = describe(error, query)
    if problem.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        _read_away()
    if problem.status >= _OURS_TO_MEND and not isinstance(error, BusyError | ServiceError):
        # The path alone: a query may hold what its author wants to keep private.
        getLogger(__name__).error("%s %s", request.method, request.path, exc_info=error)
    response = _page(problem) if _wants_page() else None
    response = response or _json(problem)
    response.headers.update(dict(problem.headers))
    return response


def _read_away() -> None:
    """Read what the client still sends, up to a bound: before that it does not read our answer."""
    body, left = request.environ["wsgi.input"], _MOST_READ_AWAY
    while left > 0 and (piece := body.read(min(left, _PIECE))):
        left -= len(piece)


def pointer(query: str, position: QueryPosition) -> str | None:
    """Return the line of the query and, below it, a caret under the column; None if outside.

    A long line is cut around the column.
    """
    lines = query.split("\n")
    if not 1 <= position.line <= len(lines):
        return None
    column = position.column - 1
    start = max(0, column - _SHOWN_BEFORE)
    # One column each, so that the caret stands where it should.
    shown = "".join(c if c.isprintable() else " " for c in lines[position.line - 1])
    return f"{shown[start : column + _SHOWN_AFTER].rstrip()}\n{' ' * (column - start)}^"


def _status(error: TgkgError) -> HTTPStatus | None:
    return next((STATUS[base] for base in type(error).__mro__ if base in STATUS), None)


def _extensions(error: TgkgError, query: str | None) -> dict[str, Any]:
    match error:
        case QuerySyntaxError(position=QueryPosition() as position):
            place = {"line": position.line, "column": position.column}
            marked = pointer(query, position) if query is not None else None
            return {"position": place, **({"pointer": marked} if marked else {})}
        case GoneError(last=LastRelease() as last):
            return {"last_release": asdict(last)}
        case NotAcceptableError():
            return {"offered": list(error.offered)}
        case QueryLimitError():
            spent = round(error.spent, 3)
            return {"limit": error.limit, "allowed": error.allowed, "spent": spent}
        case MethodNotAllowedError():
            return {"allowed": list(error.allowed)}
        case _:
            return {}


def _of_http(error: HTTPException) -> ProblemDetails:
    """Say it in our words where the framework's are about its own workings."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    match status:
        case HTTPStatus.NOT_FOUND:
            return _details(status, "There is nothing at this address.", headers=headers)
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = sorted(getattr(error, "valid_methods", None) or ())
            advice = f" {HOW_TO_CHANGE}" if request.method in _WRITES else ""
            detail = f"{request.method} does nothing here; {', '.join(allowed)} do.{advice}"
            headers["Allow"] = ", ".join(allowed)
            return _details(status, detail, {"allowed": allowed}, headers)
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            most = current_app.config["MAX_CONTENT_LENGTH"] // MEBIBYTE
            advice = f"A query of more than {most} MiB is not read here: ask in several."
            return _details(status, advice, headers=headers)
        case HTTPStatus.INTERNAL_SERVER_ERROR:
            return _details(status, _UNFORESEEN)
        case _:
            return _details(status, error.description or status.description, headers=headers)


def _details(
    status: HTTPStatus,
    detail: str,
    extensions: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> ProblemDetails:
    return ProblemDetails(status.value, status.phrase, detail, extensions or {}, headers or {})


def _wants_page() -> bool:
    return best(request.headers.get("Accept"), (PROBLEM_JSON, HTML)) is HTML


def _json(problem: ProblemDetails) -> Response:
    body = json.dumps(problem.as_json(), ensure_ascii=False, indent=2)
    return representation(body, PROBLEM_JSON, status=problem.status)


def _page(problem: ProblemDetails) -> Response | None:
    """Return the problem as a page, or None where even the page fails."""
    try:
        body = render_template("problem.html", problem=problem)
    except Exception:  # whatever it is, the client gets the problem that it caused
        getLogger(__name__).exception("the page for a problem failed")
        return None
    return representation(body, HTML, status=problem.status)
