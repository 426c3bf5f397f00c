"""The endpoint as HTTP has it: methods, versions, bodies of any length, negotiation, errors."""

import socket
from urllib.parse import urlsplit

import pytest
from products.ours import serving
from raw_http import exchange, reply, send

pytestmark = pytest.mark.system

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
MEBIBYTE = 1024 * 1024
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "QUERY"}
SELECT = "SELECT ?x { VALUES ?x { 1 2 3 } }"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    """Gives the address of an endpoint over one statement."""
    with serving(tmp_path_factory.mktemp("http"), "<a:a> <a:b> <a:c> .", 'name = "one"') as site:
        yield site.endpoint


def chunked(body: bytes, size: int) -> bytes:
    """Gives a body in chunks (RFC 9112, section 7.1)."""
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def test_head_is_get_without_a_body(endpoint):
    """HEAD has the headers of GET."""
    got, head = (send(endpoint, method, query="query=ASK%7B%7D") for method in ("GET", "HEAD"))
    assert (got.status, head.status, head.body) == (200, 200, b"")
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == got.headers[name], name


def test_a_preflight_is_answered(endpoint):
    """A script of another site may send a query in each form."""
    wishes = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = send(endpoint, "OPTIONS", headers=wishes)
    assert answer.status in (200, 204)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert set(answer.headers["access-control-allow-methods"].split(", ")) == METHODS
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()
    for asked in ("query=ASK%7B%7D", "query=ASK%7B"):
        told = send(endpoint, "GET", query=asked, headers={"Origin": "https://example.org"})
        assert told.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "BREW"])
def test_other_methods(endpoint, method):
    """Any other method is 405, and Allow names those that do something."""
    answer = send(endpoint, method, query="query=ASK%7B%7D")
    assert (answer.status, answer.json["status"]) == (405, 405)
    assert set(answer.headers["allow"].split(", ")) == METHODS


def test_http_1_0(endpoint):
    """A client of 1996 is answered: by length, without chunks."""
    answer = exchange(endpoint, "GET /sparql?query=ASK%7B%7D HTTP/1.0", [])
    assert (answer.status, b"true" in answer.body) == (200, True)
    assert "transfer-encoding" not in answer.headers
    body = b"query=ASK+%7B%7D"
    head = [f"Content-Type: {FORM}", f"Content-Length: {len(body)}"]
    assert exchange(endpoint, "POST /sparql HTTP/1.0", head, body).status == 200


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize("content_type", [FORM, DIRECT])
@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_chunks(endpoint, method, content_type, size):
    """A body whose length nobody told is read to its end."""
    body = b"query=ASK+%7B%7D" if content_type == FORM else b"ASK {}"
    head = [f"Content-Type: {content_type}", "Transfer-Encoding: chunked"]
    answer = exchange(endpoint, f"{method} /sparql HTTP/1.1", head, chunked(body, size))
    assert (answer.status, b"true" in answer.body) == (200, True)


@pytest.mark.parametrize("megabytes", [5, 40])
@pytest.mark.parametrize("in_chunks", [False, True])
def test_a_body_that_is_too_long(endpoint, in_chunks, megabytes):
    """It is 413 for a client that sends all of it first; never cut and answered."""
    body = b"".join([SELECT.encode(), b"\n#", b"x" * megabytes * MEBIBYTE, b"\nLIMIT 1"])
    length = "Transfer-Encoding: chunked" if in_chunks else f"Content-Length: {len(body)}"
    sent = chunked(body, MEBIBYTE) if in_chunks else body
    head = [f"Content-Type: {DIRECT}", length]
    answer = exchange(endpoint, "POST /sparql HTTP/1.1", head, sent)
    assert (answer.status, answer.json["status"]) == (413, 413)


def test_a_long_body_in_chunks(endpoint):
    """One that is just short enough is read whole."""
    body = b"".join([SELECT.encode(), b"\n#", b"x" * 4_000_000, b"\nLIMIT 1"])
    head = [f"Content-Type: {DIRECT}", "Transfer-Encoding: chunked"]
    answer = exchange(endpoint, "POST /sparql HTTP/1.1", head, chunked(body, MEBIBYTE))
    assert (answer.status, len(answer.json["results"]["bindings"])) == (200, 1)


def test_expect_100_continue(endpoint):
    """A client that asks before it sends is told to go on, then answered."""
    where, body = urlsplit(endpoint), b"ASK {}"
    head = (
        f"POST /sparql HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: {DIRECT}\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((where.hostname, where.port), timeout=10) as connection:
        connection.sendall(head.encode())
        assert connection.recv(64, socket.MSG_PEEK).startswith(b"HTTP/1.1 100")
        connection.sendall(body)
        answer = reply(connection, "POST")
    assert (answer.status, b"true" in answer.body) == (200, True)


@pytest.mark.parametrize(
    "query",
    ["ASK+{}", "ASK%20{}", "ASK%20%7b%7d", "ASK+%7B%7D", "%41SK%0A%7B%7D", "ASK%7B%7D%23%C3%A9"],
)
def test_escapes(endpoint, query):
    """Space is `+` or `%20`, escapes are in either case, and what needs none may have one."""
    answer = send(endpoint, "GET", query=f"query={query}")
    assert (answer.status, b"true" in answer.body) == (200, True)
    assert send(endpoint, "POST", FORM, f"query={query}").status == 200


@pytest.mark.parametrize("charset", ["; charset=utf-8", ";charset=UTF-8", '; charset="utf-8"', ";"])
@pytest.mark.parametrize("content_type", [FORM, DIRECT])
def test_charsets(endpoint, content_type, charset):
    """A body may say that it is UTF-8."""
    body = "query=ASK%7B%7D%23é" if content_type == FORM else "ASK {} #é"
    assert send(endpoint, "POST", content_type + charset, body).status == 200


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("SELECT * {}", "text/turtle"),
        ("ASK {}", "application/n-triples"),
        ("CONSTRUCT {} {}", "text/csv"),
        ("ASK {}", "image/png"),
        ("ASK {}", "*/*;q=0"),
    ],
)
def test_what_cannot_be_accepted(endpoint, query, accept):
    """It is 406, with a list of what there is for such a query."""
    answer = send(endpoint, "POST", DIRECT, query, headers={"Accept": accept})
    assert (answer.status, answer.json["status"]) == (406, 406)
    assert "ask for one of these" in answer.json["detail"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_query_that_is_none(endpoint, method):
    """Line, column and a pointer tell where reading stopped."""
    where = "query=SELECT+*%0A%7B+%3Fs+%3Fp+%7D" if method == "GET" else ""
    answer = send(endpoint, method, DIRECT, "SELECT *\n{ ?s ?p }", query=where)
    assert (answer.status, answer.json["position"]["line"]) == (400, 2)
    line, pointer = answer.json["pointer"].splitlines()
    assert line == "{ ?s ?p }"
    assert pointer.index("^") == answer.json["position"]["column"] - 1
