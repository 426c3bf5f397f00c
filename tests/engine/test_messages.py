"""What goes between a web server and a query process comes out as it went in."""

import socket
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from tgkg.engine.messages import (
    answer_of,
    error_of,
    error_values,
    receive,
    request_of,
    send,
    send_request,
)
from tgkg.engine.port import Dataset, QueryRequest
from tgkg.errors import (
    BadRequestError,
    EngineError,
    ForbiddenError,
    NotAcceptableError,
    QueryLimitError,
    QueryPosition,
    QuerySyntaxError,
)
from tgkg.formats import RDF_FORMATS, RESULTS_FORMATS, TURTLE
from tgkg.serialization import NotExpressibleError

DESCRIPTORS = Path("/proc/self/fd")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
IRIS = st.integers().map("http://e/{}".format)
TERMS = st.one_of(
    IRIS.map(NamedNode),
    st.integers(0).map("b{}".format).map(BlankNode),
    TEXT.map(Literal),
    TEXT.map(lambda text: Literal(text, language="nl-be")),
    TEXT.map(lambda text: Literal(text, datatype=NamedNode("http://e/type"))),
)
REQUESTS = st.builds(
    QueryRequest,
    TEXT,
    st.sampled_from([None, *RESULTS_FORMATS]),
    st.sampled_from([None, *RDF_FORMATS]),
    st.none() | st.builds(Dataset, st.lists(IRIS).map(tuple), st.lists(IRIS).map(tuple)),
    st.dictionaries(st.sampled_from("abc"), TERMS),
    st.none() | st.floats(0.001, 1000),
    base=st.none() | IRIS,
)


def through(give):
    """Gives what arrives of what is given to one end of a connection."""
    one, other = socket.socketpair()
    with one, other:
        sending = threading.Thread(target=give, args=(one,))
        sending.start()
        message = receive(other)
        sending.join()
    return message


@given(REQUESTS)
def test_a_request_arrives(request):
    """Text, formats, dataset, bindings and time of a query are what they were."""
    values, body, file = through(lambda end: send_request(end, request))
    assert (request_of(values, body), file) == (request, -1)


def test_a_long_query_arrives():
    """A text of megabytes comes in many pieces, and is one again."""
    request = QueryRequest("é" * 3_000_000)
    values, body, _ = through(lambda end: send_request(end, request))
    assert request_of(values, body) == request


@pytest.mark.parametrize(
    "error",
    [
        BadRequestError("a"),
        QuerySyntaxError("b"),
        QuerySyntaxError("c", QueryPosition(3, 4)),
        ForbiddenError("d"),
        NotAcceptableError("e", ("text/turtle",)),
        NotExpressibleError("f"),
        QueryLimitError("g", "time", 10, 10.1),
        EngineError("h"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_arrives(error):
    """Each error that a query may end in is the same on the other side."""
    values, _, _ = through(lambda end: send(end, error_values(error)))
    arrived = error_of(values)
    assert (type(arrived), str(arrived), vars(arrived)) == (type(error), str(error), vars(error))


def test_a_large_answer_arrives_as_a_file():
    """A descriptor goes along; its file is mapped, and no descriptor stays open."""
    before = len(list(DESCRIPTORS.iterdir()))
    with tempfile.TemporaryFile() as file:
        file.write(b"abc" * 100_000)
        file.flush()
        values = {"format": "turtle", "mapped": 300_000}
        values, body, arrived = through(lambda end: send(end, values, file=file.fileno()))
        answer = answer_of(values, body, arrived)
    assert (answer.format, answer.length) == (TURTLE, 300_000)
    assert answer.content == b"abc" * 100_000
    answer.body.close()
    assert len(list(DESCRIPTORS.iterdir())) == before


@given(st.binary(max_size=12))
def test_half_a_message_is_none(start):
    """What breaks off is an error; nothing at all is the end."""
    if not start:
        assert through(lambda end: end.shutdown(socket.SHUT_WR)) is None
        return
    long = b"\x00\x01\x00\x00" + start
    with pytest.raises(ConnectionResetError):
        through(lambda end: (end.sendall(long), end.shutdown(socket.SHUT_WR)))
