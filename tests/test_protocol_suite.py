"""SPARQL 1.1 Protocol, word for word: raw requests to a running server, and what comes back.

The tests have the names of W3C's own (https://www.w3.org/TR/sparql11-protocol/, and the
validator of the working group), on graphs of our own like theirs; `test_protocol_http.py` asks
what HTTP itself requires.
"""

from urllib.parse import quote, urlencode

import pytest
from products.ours import serving
from raw_http import send

pytestmark = pytest.mark.system

DATA = "http://example.org/data/"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
GRAPHS = [f"{DATA}data{n}.rdf" for n in range(4)]
TRIG = "".join(f"<{g}> {{ <{g}> a <http://xmlns.com/foaf/0.1/Document> }}\n" for g in GRAPHS)
_, ONE, TWO, THREE = (f"<{graph}> ?p ?o ." for graph in GRAPHS)
IN_1 = f"ASK {{ {ONE} }}"
IN_1_AND_2 = f"ASK {{ {ONE} {TWO} FILTER NOT EXISTS {{ {THREE} }} }}"
NAMED_1_AND_2 = f"""ASK {{ GRAPH <{GRAPHS[1]}> {{ {ONE} }} GRAPH <{GRAPHS[2]}> {{ {TWO} }}
  FILTER NOT EXISTS {{ GRAPH <{GRAPHS[3]}> {{ {THREE} }} }} FILTER NOT EXISTS {{ ?d ?e ?f }} }}"""
FULL = f"""ASK {{ {THREE} FILTER NOT EXISTS {{ {ONE} }}
  GRAPH ?g {{ {ONE} }} GRAPH ?h {{ {TWO} }} }}"""
OVERRIDDEN = f"ASK FROM <{GRAPHS[1]}> {{ <{GRAPHS[1]}> ?p ?o }}"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    """Gives the address of the endpoint over four graphs of one statement each."""
    settings = 'name = "suite"\nbase = "http://example.org/"\n'
    with serving(tmp_path_factory.mktemp("suite"), TRIG, settings) as site:
        yield site.endpoint


def dataset(default=(), named=()):
    """Gives the parameters that name a dataset."""
    chosen = {"default-graph-uri": default, "named-graph-uri": named}
    graphs = {name: [GRAPHS[n] for n in numbers] for name, numbers in chosen.items()}
    return urlencode(graphs, doseq=True)


ASKED = {  # by W3C's name: dataset of the protocol, query, answer
    "query_dataset_default_graph": (dataset([1]), IN_1, b"true"),
    "query_dataset_default_graphs": (dataset([1, 2]), IN_1_AND_2, b"true"),
    "query_dataset_named_graphs": (dataset([], [1, 2]), NAMED_1_AND_2, b"true"),
    "query_dataset_full": (dataset([3], [1, 2]), FULL, b"true"),
    "query_multiple_dataset": (dataset([2]), OVERRIDDEN, b"false"),
    "query_without_a_dataset": ("", "ASK {}", b"true"),
    "query_whose_dataset_is_its_own": ("", OVERRIDDEN, b"true"),
}


@pytest.mark.parametrize("way", ["get", "post_form", "post_direct", "QUERY"])
@pytest.mark.parametrize("name", ASKED)
def test_a_query_and_its_dataset(endpoint, name, way):
    """Each form takes the query and the dataset, which overrides what the query itself names."""
    graphs, query, expected = ASKED[name]
    form = f"query={quote(query)}&{graphs}"
    answer = {
        "get": lambda: send(endpoint, "GET", query=form),
        "post_form": lambda: send(endpoint, "POST", FORM, form),
        "post_direct": lambda: send(endpoint, "POST", DIRECT, query, query=graphs),
        "QUERY": lambda: send(endpoint, "QUERY", DIRECT, query, query=graphs),
    }[way]()
    assert answer.status == 200, answer.body
    assert expected in answer.body


@pytest.mark.parametrize(
    ("query", "media_types"),
    [
        ("SELECT (1 AS ?value) {}", "sparql-results"),
        ("ASK {}", "sparql-results"),
        ("DESCRIBE <http://example.org/>", "text/turtle"),
        (f"DESCRIBE <{GRAPHS[1]}>", "text/turtle"),
        ("CONSTRUCT { <http://e/s> <http://e/p> 1 } WHERE {}", "text/turtle"),
    ],
)
def test_query_content_type(endpoint, query, media_types):
    """Each kind of query has an answer of its kind without Accept; of nothing, an empty one."""
    answer = send(endpoint, "POST", DIRECT, query)
    assert answer.status == 200
    assert media_types in answer.headers["content-type"]


@pytest.mark.parametrize(
    "media_type", ["application/sparql-results+xml", "application/sparql-results+json"]
)
def test_query_content_type_asked(endpoint, media_type):
    """What Accept names is what comes."""
    answer = send(endpoint, "POST", DIRECT, "ASK {}", headers={"Accept": media_type})
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)


@pytest.mark.parametrize("query", ["ASK { <data1.rdf> ?p ?o }", "CONSTRUCT { <s> <p> 1 } {}"])
def test_query_base(endpoint, query):
    """A relative IRI is resolved by the service (section 2.2, which leaves the base to it)."""
    assert send(endpoint, "POST", DIRECT, query).status == 200


UTF_16 = "ASK {}".encode("utf-16")
REFUSED = {  # by W3C's name: method, query string, Content-Type, body, status, words
    "bad_query_method": ("PUT", "query=ASK+%7B%7D", "", "", 405, "GET"),
    "bad_multiple_queries": ("GET", "query=ASK+%7B%7D&query=ASK+%7B%7D", "", "", 400, "2 queries"),
    "bad_query_wrong_media_type": ("POST", "", "text/plain", "ASK {}", 415, DIRECT),
    "bad_query_missing_form_type": ("POST", "", "", "query=ASK+%7B%7D", 415, FORM),
    "bad_query_missing_direct_type": ("POST", "", "", "ASK {}", 415, DIRECT),
    "bad_query_non_utf8": ("POST", "", f"{DIRECT}; charset=UTF-16", UTF_16, 415, "UTF-8"),
    "bad_query_non_utf8_unsaid": ("POST", "", DIRECT, UTF_16, 400, "UTF-8"),
    "bad_query_syntax": ("GET", "query=ASK%20%7B", "", "", 400, ""),
    "bad_query_none": ("POST", "", FORM, "", 400, "query"),
    "bad_query_and_update": ("POST", "", FORM, "query=ASK+%7B%7D&update=x", 400, "not both"),
    "bad_update_wrong_media_type": ("POST", "", "text/plain", "CLEAR NAMED", 415, DIRECT),
    "bad_update_missing_form_type": ("POST", "", "", "update=CLEAR+NAMED", 415, FORM),
    "bad_update_missing_direct_type": ("POST", "", "", "CLEAR NAMED", 415, DIRECT),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_request(endpoint, name):
    """Each wrong request is a problem document with the status of its kind."""
    method, query, content_type, body, status, words = REFUSED[name]
    answer = send(endpoint, method, content_type, body, query=query)
    assert (answer.status, answer.json["status"]) == (status, status)
    assert words in answer.json["detail"]


USING = f"using-graph-uri={quote(GRAPHS[1])}&using-named-graph-uri={quote(GRAPHS[2])}"
UPDATES = {  # by W3C's name: query string, Content-Type, body
    "update_post_form": ("", FORM, "update=CLEAR+ALL"),
    "update_post_direct": ("", UPDATE, "CLEAR ALL"),
    "update_dataset_full_form": ("", FORM, f"update=CLEAR+ALL&{USING}"),
    "update_dataset_full": (USING, UPDATE, "CLEAR ALL"),
    "update_base_uri": ("", UPDATE, "INSERT DATA { <s> <p> <test> }"),
    "update_as_a_query": ("", DIRECT, "CLEAR ALL"),
    "bad_multiple_updates": ("", FORM, "update=CLEAR+NAMED&update=CLEAR+DEFAULT"),
    "bad_update_non_utf8": ("", f"{UPDATE}; charset=UTF-16", "CLEAR ALL".encode("utf-16")),
    "bad_update_syntax": ("", FORM, "update=CLEAR+XYZ"),
    "bad_update_dataset_conflict": (USING, FORM, "update=WITH+%3Ca%3Ab%3E+DELETE+WHERE+%7B%7D"),
}


@pytest.mark.parametrize("name", UPDATES)
def test_an_update(endpoint, name):
    """No update is carried out, right or wrong, and each is told how the data is changed."""
    query, content_type, body = UPDATES[name]
    answer = send(endpoint, "POST", content_type, body, query=query)
    assert answer.status == 403
    assert "edit its sources and publish a release" in answer.json["detail"]
    assert b"true" in send(endpoint, "POST", DIRECT, IN_1).body


def test_bad_update_get(endpoint):
    """Not by GET either."""
    answer = send(endpoint, "GET", query="update=CLEAR%20ALL")
    assert (answer.status, "sources" in answer.json["detail"]) == (403, True)
