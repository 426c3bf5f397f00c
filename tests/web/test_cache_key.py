"""Which requests are taken for the same, and which never are."""

from hashlib import sha256
from io import BytesIO
from urllib.parse import quote, quote_plus

import pytest
from flask import url_for
from hypothesis import given
from hypothesis import strategies as st

from tgkg.web.cache_key import ENDPOINT, LARGEST_BODY, is_repeatable, key_of

FORM = "application/x-www-form-urlencoded"


def asked(method="GET", path="/a", query="", body=None, **more):
    """Makes the environment of a request."""
    sent = {"wsgi.input": BytesIO(body or b"")}
    if body is not None:
        sent |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": FORM}
    address = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    return {**address, **sent, **more}


def query(body=b"query=ASK{}", method="POST", **more):
    """Makes the environment of a query in a body."""
    return asked(method, ENDPOINT, body=body, **more)


SAME = [
    (asked(), asked("HEAD")),
    (asked(), asked(HTTP_HOST="other.example")),
    (asked(), asked(SERVER_NAME="other.example", SERVER_PORT="1")),
    (asked(), asked(REMOTE_ADDR="192.0.2.1", HTTP_COOKIE="a=b", HTTP_USER_AGENT="x")),
    (query(), query(HTTP_HOST="other.example")),
]
OTHER = [
    (asked(), asked(path="/b")),
    (asked(), asked(query="x")),
    (asked(query="a=1&b=2"), asked(query="b=2&a=1")),
    (asked(), asked(SCRIPT_NAME="/graph")),
    (asked(path=ENDPOINT, query="query=ASK{}"), query()),
    (query(), query(b"query=ASK{ }")),
    (query(), query(CONTENT_TYPE="application/sparql-query")),
    (query(), query(method="QUERY")),
    (query(), query(QUERY_STRING="default-graph-uri=a:b")),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_host_and_the_reader_do_not_count(one, other):
    """Whoever asks, wherever they think it is, the same address is the same."""
    assert key_of(one) == key_of(other) is not None


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_the_address_and_the_body_count(one, other):
    """Every byte of the address, and of the query in a body, makes another request."""
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    "environ",
    [
        asked("PUT"),
        asked("DELETE", ENDPOINT),
        asked("OPTIONS", ENDPOINT),
        asked("POST", body=b"x"),
        asked("QUERY", "/graphs", body=b"x"),
        asked("POST", ENDPOINT),
        query(b"x" * (LARGEST_BODY + 1)),
        query(CONTENT_LENGTH=""),
        query(CONTENT_LENGTH="-1"),
        query(CONTENT_LENGTH="٣"),
        query(CONTENT_LENGTH="9" * 30),
    ],
)
def test_the_rest_is_passed_on(environ):
    """Other methods, other bodies, long ones, and those whose length is not known."""
    assert key_of(environ) is None
    assert environ["wsgi.input"].tell() == 0


@given(st.binary(max_size=200), st.sampled_from(["POST", "QUERY"]))
def test_a_body_is_put_back(body, method):
    """The application reads what the client sent; its hash is in the key."""
    environ = query(body, method)
    key = key_of(environ)
    assert sha256(body).digest() in key
    assert environ["wsgi.input"].read() == body


def test_a_body_in_pieces_is_read_whole():
    """A server may hand over less at a time than it is asked for, or less at all."""

    class Slow(BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 3))

    environ = query(b"query=ASK{}", **{"wsgi.input": Slow(b"query=ASK{}")})
    assert key_of(environ) == key_of(query())
    short = query(b"query=ASK{}", **{"wsgi.input": Slow(b"query")})
    assert key_of(short) != key_of(query())
    assert short["wsgi.input"].read() == b"query"


REPEATABLE = [
    "ASK {}",
    "SELECT ?knowledge ?brand { ?knowledge a ?random ; <urn:now> ?nowhere }",
    "SELECT (STR(?now) AS ?uuid) { ?now ?p 'rand' }",
]
CHANGING = [
    "SELECT (NOW() AS ?n) {}",
    "SELECT (now () AS ?n) {}",
    "SELECT (rAnD() AS ?n) {}",
    "SELECT (UUID() AS ?n) (STRUUID() AS ?m) {}",
    "SELECT (STRUUID() AS ?m) {}",
    "SELECT (NOW#x\n#y\r\n\t() AS ?n) {}",
    "SELECT (N\\u004FW() AS ?n) {}",
    "SELECT (\\U0000004EOW() AS ?n) {}",
    "SELECT * { SERVICE <https://example.org/sparql> {} }",
    "SELECT * {SERVICESILENT<https://example.org/sparql>{}}",
]


@pytest.mark.parametrize(
    ("text", "is_it"), [*((q, True) for q in REPEATABLE), *((q, False) for q in CHANGING)]
)
@pytest.mark.parametrize(
    "quoted", [quote, quote_plus, lambda q: "".join(map("%{:02x}".format, q.encode()))]
)
def test_what_asks_for_the_time_is_not_repeatable(text, is_it, quoted):
    """Time, chance and what others say change within a release, however they are spelt."""
    escaped = quoted(text)
    assert is_repeatable(asked(path=ENDPOINT, query=f"query={escaped}")) is is_it
    assert is_repeatable(query(f"query={escaped}".encode())) is is_it
    assert is_repeatable(query(text.encode(), CONTENT_TYPE="application/sparql-query")) is is_it
    assert is_repeatable(asked(path="/doc", query=f"query={escaped}"))


def test_reading_a_query_takes_no_time():
    """No text makes the search slow."""
    for text in ("now" + "#" * 60_000, "now" + " #" * 30_000, "now" * 20_000, "now \n" * 13_000):
        assert is_repeatable(query(text.encode()))


def test_the_endpoint_is_where_it_is(app):
    """The address whose bodies are read is that of the SPARQL endpoint."""
    with app.test_request_context():
        assert url_for("sparql.sparql") == ENDPOINT
