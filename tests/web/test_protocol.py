"""The query operation of the SPARQL 1.1 Protocol."""

from contextlib import suppress
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.engine.port import Dataset
from tgkg.errors import (
    BadRequestError,
    ForbiddenError,
    MethodNotAllowedError,
    TgkgError,
    UnsupportedMediaTypeError,
)
from tgkg.formats import (
    CSV,
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    SPARQL_JSON,
    SPARQL_XML,
    TSV,
    TURTLE,
)
from tgkg.web.protocol import is_bare, query_request

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
ASK = "ASK {}"


def get(query_string, accept=None):
    """Reads a GET request."""
    encoded = query_string if isinstance(query_string, bytes) else query_string.encode()
    return query_request("GET", encoded, None, accept, b"")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_query_in_the_address(method):
    """GET and HEAD take the query from the query string, its escapes and pluses read."""
    request = query_request(method, b"query=SELECT+*+%7B%3Fs+%3Fp+%22%C3%A9%22%7D", None, None, b"")
    assert request.query == 'SELECT * {?s ?p "é"}'
    assert request.dataset is None


@pytest.mark.parametrize("method", ["POST", "QUERY"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, b"query=ASK+%7B%7D"),
        (f"{FORM}; charset=UTF-8", b"query=ASK%20%7B%7D&unknown=1"),
        (DIRECT, b"ASK {}"),
        ("Application/SPARQL-Query;charset=utf8", b"ASK {}"),
    ],
)
def test_a_query_in_the_body(method, content_type, body):
    """POST takes the query from a form or is the query, in UTF-8."""
    assert query_request(method, b"", content_type, None, body).query == ASK


@pytest.mark.parametrize(
    ("method", "query_string", "content_type", "body"),
    [
        ("GET", "default-graph-uri=a:1&named-graph-uri=b:1&query=x&default-graph-uri=a:2", "", ""),
        (
            "POST",
            "",
            FORM,
            "query=x&default-graph-uri=a:1&default-graph-uri=a:2&named-graph-uri=b:1",
        ),
        ("POST", "default-graph-uri=a:1&default-graph-uri=a:2&named-graph-uri=b:1", DIRECT, "x"),
    ],
)
def test_a_request_names_its_dataset(method, query_string, content_type, body):
    """Each of the three forms may name default and named graphs, several of each."""
    request = query_request(method, query_string.encode(), content_type, None, body.encode())
    assert request.dataset == Dataset(("a:1", "a:2"), ("b:1",))


@pytest.mark.parametrize(
    ("query_string", "dataset"),
    [
        ("query=x&default-graph-uri=a:1", Dataset(("a:1",), ())),
        ("query=x&named-graph-uri=a:1", Dataset((), ("a:1",))),
        ("query=x&default-graph-uri=&named-graph-uri=", None),
    ],
)
def test_what_is_not_named_is_not_there(query_string, dataset):
    """One kind of graph without the other leaves the other empty; an empty field names nothing."""
    assert get(query_string).dataset == dataset


@pytest.mark.parametrize(
    ("query_string", "accept", "results", "rdf"),
    [
        ("", None, SPARQL_JSON, TURTLE),
        ("", "*/*", SPARQL_JSON, TURTLE),
        ("", "text/csv", CSV, None),
        ("", "application/sparql-results+xml, application/rdf+xml", SPARQL_XML, RDF_XML),
        ("", "text/turtle", None, TURTLE),
        ("", "image/png", None, None),
        ("&format=json", "text/turtle", SPARQL_JSON, JSON_LD),
        ("&format=xml", None, SPARQL_XML, RDF_XML),
        ("&format=csv", None, CSV, None),
        ("&output=tsv", "*/*", TSV, None),
        ("&format=ttl", "text/csv", None, TURTLE),
        ("&format=JSON-LD", None, SPARQL_JSON, JSON_LD),
        ("&format=rdf", None, SPARQL_XML, RDF_XML),
        ("&format=application%2Fn-triples", None, None, N_TRIPLES),
        ("&format=json&output=json&results=json", "*/*", SPARQL_JSON, JSON_LD),
        ("&format=", "text/csv", CSV, None),
        ("&format=html", "text/csv", None, None),
        ("&format=n3&output=n3", "application/n3,text/turtle", None, TURTLE),
        ("&format=tsv&format=text/tab-separated-values&output=tsv", None, TSV, None),
        ("&format=json-ld&format=application/ld%2Bjson%2Cx/y", None, SPARQL_JSON, JSON_LD),
    ],
)
def test_the_best_format_of_each_kind(query_string, accept, results, rdf):
    """Accept chooses a format for results and one for RDF; `format=` overrides it for both."""
    request = get(f"query=x{query_string}", accept)
    assert (request.results, request.rdf) == (results, rdf)


@pytest.mark.parametrize(
    ("sent", "error", "words"),
    [
        (("GET", b"", None, b""), BadRequestError, "no query"),
        (("GET", b"format=json", None, b""), BadRequestError, "no query"),
        (("GET", b"query=ASK{}&query=ASK{}", None, b""), BadRequestError, "2 queries"),
        (("GET", b"query=%FF", None, b""), BadRequestError, "UTF-8"),
        (("GET", b"query=\xff", None, b""), BadRequestError, "UTF-8"),
        (("GET", b"query=x&default-graph-uri=relative", None, b""), BadRequestError, "'relative'"),
        (("GET", b"query=x&named-graph-uri=http://a/%20b", None, b""), BadRequestError, "IRI"),
        (("GET", b"query=x&format=docx", None, b""), BadRequestError, "'docx'"),
        (("GET", b"query=x&format=csv&output=json", None, b""), BadRequestError, "csv or json"),
        (("GET", b"update=CLEAR+ALL", None, b""), ForbiddenError, "sources"),
        (("GET", b"update=x&query=x", None, b""), BadRequestError, "not both"),
        (("POST", b"", FORM, b""), BadRequestError, "no query"),
        (("POST", b"", FORM, b"query=%ff"), BadRequestError, "UTF-8"),
        (("POST", b"query=x", FORM, b"query=x"), BadRequestError, "2 queries"),
        (("POST", b"", FORM, b"update=CLEAR+ALL"), ForbiddenError, "sources"),
        (("POST", b"query=x", DIRECT, b"x"), BadRequestError, "2 queries"),
        (("POST", b"", DIRECT, b"ASK {\xff}"), BadRequestError, "byte 5"),
        (("POST", b"", DIRECT, "ASK {}".encode("utf-16")), BadRequestError, "UTF-8"),
        (("POST", b"", f"{DIRECT};charset=utf-16", b"x"), UnsupportedMediaTypeError, "utf-16"),
        (("POST", b"", "application/sparql-update", b"x"), ForbiddenError, "sources"),
        (("POST", b"", "text/plain", b"ASK {}"), UnsupportedMediaTypeError, "sparql-query"),
        (("POST", b"", "multipart/form-data; boundary=x", b""), UnsupportedMediaTypeError, "form"),
        (("POST", b"query=x", None, b""), UnsupportedMediaTypeError, "no Content-Type"),
        (("PUT", b"query=x", None, b""), MethodNotAllowedError, "PUT"),
        (("DELETE", b"query=x", None, b""), MethodNotAllowedError, "GET or POST"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(sent, error, words):
    """Each wrong request raises the error of its kind, which says what to do."""
    method, query_string, content_type, body = sent
    with pytest.raises(error, match=words) as caught:
        query_request(method, query_string, content_type, None, body)
    assert type(caught.value) is error


@given(st.text())
def test_any_text_arrives_to_the_letter(text):
    """The query is what the client wrote, in each of the three forms."""
    encoded = urlencode({"query": text}).encode()
    assert query_request("GET", encoded, None, None, b"").query == text
    assert query_request("GET", f"query={quote(text)}".encode(), None, None, b"").query == text
    assert query_request("POST", b"", FORM, None, encoded).query == text
    assert query_request("POST", b"", DIRECT, None, text.encode()).query == text


@given(
    st.sampled_from(["GET", "HEAD", "POST", "QUERY", "PUT"]),
    st.binary(),
    st.sampled_from([None, "", FORM, DIRECT, ";", "a/b"]),
    st.one_of(st.none(), st.text()),
    st.binary(),
)
def test_nothing_breaks_it(method, query_string, content_type, accept, body):
    """Any bytes give a request, or an error of ours."""
    with suppress(TgkgError):
        query_request(method, query_string, content_type, accept, body)


@pytest.mark.parametrize(
    ("method", "query_string", "is_it"),
    [
        ("GET", b"", True),
        ("HEAD", b"format=ttl", True),
        ("GET", b"lang=nl", True),
        ("GET", b"query=", False),
        ("GET", b"update=x", False),
        ("GET", b"default-graph-uri=a:b", False),
        ("POST", b"", False),
    ],
)
def test_a_bare_request_asks_nothing(method, query_string, is_it):
    """Only a GET without a query gets the description of the endpoint."""
    assert is_bare(method, query_string) is is_it


class TestTimeout:
    def test_is_the_clients_wish(self):
        """`timeout=` is a time in seconds; a form that leaves it empty does not ask for one."""
        for text, seconds in {"2.5": 2.5, "": None}.items():
            asked = query_request("GET", f"query=ASK{{}}&timeout={text}".encode(), None, None, b"")
            assert asked.timeout == seconds

    @pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "soon", "1&timeout=2"])
    def test_is_a_time(self, text):
        """Anything else is refused with an example."""
        with pytest.raises(BadRequestError, match="timeout=5"):
            query_request("GET", f"query=ASK{{}}&timeout={text}".encode(), None, None, b"")
