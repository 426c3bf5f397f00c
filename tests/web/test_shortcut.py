"""The way before Flask gives the same answers as the way through it."""

from urllib.parse import quote

import pytest
from werkzeug.test import Client

from tgkg.web.shortcut import Shortcut

SELECT = "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3"
ABOUT = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 3"
FORM = "application/x-www-form-urlencoded"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

# Method, query string, headers, body.
REQUESTS = {
    "select": ("GET", f"query={quote(SELECT)}", {}, ""),
    "select as XML": ("GET", f"query={quote(SELECT)}", {"Accept": "application/xml"}, ""),
    "select as CSV by name": ("GET", f"query={quote(SELECT)}&format=csv", {}, ""),
    "construct": ("GET", f"query={quote(ABOUT)}", {"Accept": "text/turtle"}, ""),
    "by form": ("POST", "", {"Content-Type": FORM}, f"query={quote(SELECT)}"),
    "by form, as CSV": ("POST", "", {"Content-Type": FORM}, f"query={quote(SELECT)}&format=csv"),
    "direct": ("POST", "", {"Content-Type": "application/sparql-query"}, SELECT),
    "by QUERY": ("QUERY", "", {"Content-Type": "application/sparql-query"}, SELECT),
    "head": ("HEAD", f"query={quote(SELECT)}", {}, ""),
    "of a browser": ("GET", f"query={quote(SELECT)}", {"Accept": BROWSER}, ""),
    "as a page by name": ("GET", f"query={quote(SELECT)}&format=html", {}, ""),
    "not acceptable": ("GET", f"query={quote(SELECT)}", {"Accept": "text/turtle"}, ""),
    "wrong": ("GET", "query=SELECT", {}, ""),
    "wrong, for a browser": ("GET", "query=SELECT", {"Accept": BROWSER}, ""),
    "update": ("POST", "", {"Content-Type": FORM}, "update=CLEAR+ALL"),
    "of another type": ("POST", "", {"Content-Type": "text/plain"}, SELECT),
    "two queries": ("GET", "query=ASK{}&query=ASK{}", {}, ""),
    "not UTF-8": ("GET", "query=%FF", {}, ""),
    "too long": ("POST", "", {"Content-Type": "application/sparql-query"}, "#" * 5_000_000),
    "a timeout that is none": ("GET", "query=ASK{}&timeout=x", {}, ""),
    "bare": ("GET", "", {}, ""),
    "options": ("OPTIONS", "", {}, ""),
    "delete": ("DELETE", "", {}, ""),
}


@pytest.fixture
def ways(app):
    """Gives a client of Flask alone, and one of Flask behind the shortcut."""
    flask = type(app).wsgi_app.__get__(app)
    return Client(flask), Client(app.wsgi_app)


@pytest.mark.parametrize(
    ("method", "query_string", "headers", "body"), REQUESTS.values(), ids=REQUESTS.keys()
)
def test_both_ways_answer_alike(ways, method, query_string, headers, body):
    """Status, body and headers are the same, but for what cache and server add."""
    slow, quick = (
        way.open("/sparql", method=method, query_string=query_string, headers=headers, data=body)
        for way in ways
    )
    assert (quick.status, quick.data) == (slow.status, slow.data)
    added = {"Cache-Control", "Date", "Vary"}
    given = {name: value for name, value in quick.headers if name not in added}
    assert given == {name: value for name, value in slow.headers if name not in added}
    assert set(slow.vary) <= set(quick.vary)


class Counting:
    """An application that counts the requests that reach it."""

    def __init__(self, app):
        self.app, self.reached = app, 0

    def __call__(self, environ, start_response):
        """Counts, and passes on."""
        self.reached += 1
        return self.app(environ, start_response)


@pytest.mark.parametrize(
    ("name", "reached"),
    {"select": 0, "by form": 0, "direct": 0, "construct": 0, "wrong": 1, "of a browser": 1}.items(),
)
def test_only_what_is_not_data_goes_through_flask(app, name, reached):
    """A query that a program sends and that ends well never reaches the application."""
    method, query_string, headers, body = REQUESTS[name]
    counting = Counting(type(app).wsgi_app.__get__(app))
    published = app.extensions["tgkg"].get()
    client = Client(Shortcut(counting, 1000))
    client.open(
        "/sparql", method=method, query_string=query_string, headers=headers, data=body,
        environ_overrides={"tgkg.published": published},
    )  # fmt: skip
    assert counting.reached == reached
