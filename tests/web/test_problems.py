"""Every error as a problem document, and nothing in it that is not the client's business."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import (
    BadRequest,
    MethodNotAllowed,
    NotFound,
    RequestedRangeNotSatisfiable,
    RequestEntityTooLarge,
)

from tgkg import errors
from tgkg.errors import QueryPosition, TgkgError
from tgkg.serialization import NotExpressibleError
from tgkg.web.problems import describe, pointer, problem_response


class RareError(errors.NotFoundError):
    """An error that the table does not list."""


@pytest.mark.parametrize(
    ("error", "status", "extensions"),
    [
        (errors.BadRequestError("Why."), 400, {}),
        (errors.QuerySyntaxError("Why."), 400, {}),
        (errors.ForbiddenError("Why."), 403, {}),
        (errors.NotFoundError("Why."), 404, {}),
        (RareError("Why."), 404, {}),
        (errors.MethodNotAllowedError("Why.", ("GET",)), 405, {"allowed": ["GET"]}),
        (errors.NotAcceptableError("Why.", ("a/b",)), 406, {"offered": ["a/b"]}),
        (NotExpressibleError("Why."), 406, {}),
        (errors.UnsupportedMediaTypeError("Why."), 415, {}),
        (errors.EngineError("Why."), 500, {}),
    ],
)
def test_an_error_of_ours_keeps_its_words(error, status, extensions):
    """Each class has a status, its own sentence as detail, and what a program can use."""
    problem = describe(error)
    assert (problem.status, problem.detail) == (status, "Why.")
    assert problem.extensions == extensions


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValueError("secret"), 500),
        (KeyError("secret"), 500),
        (TgkgError("secret"), 500),
        (errors.UnreadableError.at("/secret/file", "secret"), 500),
        (errors.NoReleaseError("secret: /home/somebody/secret"), 503),
    ],
)
def test_what_is_not_the_clients_business_is_not_told(error, status):
    """An unforeseen error, and the folders of this machine, stay out of the answer."""
    problem = describe(error)
    assert problem.status == status
    assert "secret" not in json.dumps(problem.as_json())


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        (BadRequest(), 400, None),
        (NotFound(), 404, None),
        (RequestEntityTooLarge(), 413, None),
        (RequestedRangeNotSatisfiable(length=9), 416, ("Content-Range", "bytes */9")),
        (MethodNotAllowed(["GET", "HEAD"]), 405, ("Allow", "GET, HEAD")),
    ],
)
def test_errors_of_the_framework_are_problems_too(app, error, status, header):
    """What Flask and Werkzeug raise has the same shape, and the headers that HTTP asks for."""
    with app.test_request_context("/", method="PUT"):
        response = problem_response(error)
    assert response.status_code == response.get_json()["status"] == status
    assert response.mimetype == "application/problem+json"
    if header:
        assert response.headers[header[0]] == header[1]


def test_a_problem_document_has_its_members(app):
    """The members are those of RFC 9457, the extensions beside them."""
    error = errors.QuerySyntaxError("Here.", QueryPosition(2, 3))
    with app.test_request_context("/sparql"):
        response = problem_response(error, "ASK {\n  ??\n}")
    assert response.get_json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Here.",
        "position": {"line": 2, "column": 3},
        "pointer": "  ??\n  ^",
    }
    assert response.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    ("query", "line", "column", "pointed"),
    [
        ("ASK {", 1, 1, "ASK {\n^"),
        ("ASK {", 1, 6, "ASK {\n     ^"),
        ("a\tb\r\nc", 1, 3, "a b\n  ^"),
        ("é{\n", 2, 1, "\n^"),
        ("x" * 300, 1, 201, "x" * 100 + "\n" + " " * 60 + "^"),
        ("ASK {", 2, 1, None),
        ("ASK {", 0, 1, None),
    ],
)
def test_a_pointer_stands_under_the_token(query, line, column, pointed):
    """The caret is below the column; a long line is cut, a line that is not there has none."""
    assert pointer(query, QueryPosition(line, column)) == pointed


@given(st.text(), st.integers(-2, 9), st.integers(-2, 400))
def test_a_pointer_never_fails(query, line, column):
    """Whatever the text and the position, the pointer is two lines or None."""
    pointed = pointer(query, QueryPosition(line, column))
    assert pointed is None or pointed.count("\n") == 1


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "application/problem+json"),
        (None, "application/problem+json"),
        ("application/json", "application/problem+json"),
        ("application/problem+json, text/html;q=0.9", "application/problem+json"),
        ("image/png", "application/problem+json"),
        ("text/turtle", "application/problem+json"),
    ],
)
def test_a_problem_is_a_page_for_a_browser(client, accept, media_type):
    """The problem comes as Accept asks; who accepts neither form gets JSON."""
    response = client.get("/nothing-here", headers={"Accept": accept} if accept else None)
    assert response.status_code == 404
    assert response.mimetype == media_type


def test_a_page_that_fails_does_not_hide_the_problem(app, monkeypatch, caplog):
    """When the page cannot be made, the problem is told as JSON, and the failure logged."""
    monkeypatch.setattr("tgkg.web.problems.render_template", lambda *_, **__: 1 / 0)
    response = app.test_client().get("/nothing-here", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert "ZeroDivisionError" in caplog.text


def test_an_unforeseen_error_is_logged_and_not_told(app, monkeypatch, caplog):
    """A fault of ours is 500 without a word about its inside, and in the log with all of it."""
    monkeypatch.setattr("tgkg.web.sparql.is_bare", lambda *_: {}["inside"])
    response = app.test_client().get("/sparql?query=private")
    assert response.status_code == 500
    assert "inside" not in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "KeyError: 'inside'" in caplog.text
    assert "private" not in caplog.text
