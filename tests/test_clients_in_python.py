"""What users of Python really send: each library asks a running server and understands."""

import json
import urllib.request
from urllib.parse import quote

import pandas as pd
import pyoxigraph as ox
import pytest
import rdflib
from clients.small_graph import (
    ASK,
    BASE,
    CONSTRUCT,
    DESCRIBE,
    RDF_PLACES,
    SELECT,
    SIZE,
    TRIPLES,
    A,
    B,
    serving_small,
)
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

pytestmark = [
    pytest.mark.system,
    # SPARQLWrapper 2.0 leaves closing an answer to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    # and makes what rdflib 7.6 deprecates.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Gives the address of a site over two graphs."""
    with serving_small(tmp_path_factory.mktemp("clients")) as address:
        yield address


@pytest.fixture(params=[GET, POST])
def wrapper(request, site):
    """Gives a SPARQLWrapper that asks by GET, then by POST."""
    asking = SPARQLWrapper(f"{site}sparql")
    asking.setMethod(request.param)
    return asking


@pytest.mark.parametrize("direct", [False, True])
def test_sparqlwrapper_results(wrapper, direct):
    """SPARQLWrapper reads SELECT and ASK in each of its formats."""
    if direct and wrapper.method == POST:
        wrapper.setRequestMethod("postdirectly")
    read = {}
    for name in (JSON, XML, CSV, TSV):
        wrapper.setReturnFormat(name)
        wrapper.setQuery(SELECT)
        read[name] = wrapper.queryAndConvert()
    assert [row["size"]["value"] for row in read[JSON]["results"]["bindings"]] == ["3", "4.5"]
    assert len(read[XML].getElementsByTagName("result")) == 2
    assert read[CSV].decode().splitlines() == ["s,size", f"{A},3", f"{B},4.5"]
    assert read[TSV].decode().splitlines() == ["?s\t?size", f"<{A}>\t3", f"<{B}>\t4.5"]
    wrapper.setQuery(ASK)
    wrapper.setReturnFormat(JSON)
    assert wrapper.queryAndConvert()["boolean"] is True
    wrapper.setReturnFormat(XML)
    assert wrapper.queryAndConvert().getElementsByTagName("boolean")[0].firstChild.data == "true"


@pytest.mark.parametrize("name", [RDFXML, XML, TURTLE, N3, JSONLD])
@pytest.mark.parametrize(("query", "triples"), [(CONSTRUCT, TRIPLES), (DESCRIBE, 3)])
def test_sparqlwrapper_rdf(wrapper, name, query, triples):
    """SPARQLWrapper reads CONSTRUCT and DESCRIBE in each of its formats."""
    wrapper.setReturnFormat(name)
    wrapper.setQuery(query)
    read = wrapper.queryAndConvert()
    graph = read if isinstance(read, rdflib.Graph) else rdflib.Graph().parse(data=read)
    assert len(graph) == triples


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("returned", ["xml", "json", "csv", "tsv"])
def test_rdflib_store(site, method, returned):
    """The SPARQLStore of rdflib is a graph like another: queries, patterns, contexts, length."""
    store = SPARQLStore(f"{site}sparql", method=method, returnFormat=returned)
    graph = rdflib.Graph(store)
    assert [str(row.size) for row in graph.query(SELECT)] == ["3", "4.5"]
    assert len(list(graph.triples((rdflib.URIRef(A), None, None)))) == 3
    assert len(rdflib.Graph(store, rdflib.URIRef(f"{BASE}g/two"))) == 2
    if returned in ("xml", "json"):
        assert graph.query(ASK).askAnswer is True
        assert (rdflib.URIRef(A), rdflib.URIRef(SIZE), rdflib.Literal(3)) in graph
    assert {str(context) for context in store.contexts()} == {f"{BASE}g/one", f"{BASE}g/two"}
    if returned == "xml":  # for the others it accepts no RDF, and is told so
        assert len(graph.query(CONSTRUCT).graph) == TRIPLES


@pytest.mark.parametrize("place", RDF_PLACES)
@pytest.mark.parametrize("named", [None, "turtle", "xml", "nt", "json-ld"])
def test_rdflib_parse(site, place, named):
    """`Graph().parse(address)` reads RDF, whichever format it is told to expect."""
    graph = rdflib.Dataset() if named == "json-ld" else rdflib.Graph()
    options = {} if place.endswith(".ttl") else {"format": named}
    assert len(graph.parse(f"{site}{place}", **options)) >= 3


def test_pandas(site):
    """A data frame of pandas reads an answer by its address, numbers as numbers."""
    by_format = pd.read_csv(f"{site}sparql?format=csv&query={quote(SELECT)}")
    accept = {"Accept": "text/csv"}
    by_accept = pd.read_csv(f"{site}sparql?query={quote(SELECT)}", storage_options=accept)
    for frame in (by_format, by_accept):
        assert frame.to_dict("list") == {"s": [A, B], "size": [3.0, 4.5]}
    tsv = pd.read_csv(f"{site}sparql?format=tsv&query={quote(SELECT)}", sep="\t")
    assert list(tsv["?size"]) == [3.0, 4.5]


@pytest.mark.parametrize("accept", ["application/json", "application/json, text/plain, */*"])
def test_any_http_client(site, accept):
    """Who asks for JSON, as fetch, axios and requests do, gets results in JSON."""
    address = f"{site}sparql?query={quote(SELECT)}"
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": accept})) as got:
        assert len(json.load(got)["results"]["bindings"]) == 2


def test_pyoxigraph(site):
    """An answer in N-Quads or in JSON is read by pyoxigraph as it comes."""
    with urllib.request.urlopen(f"{site}dumps/small.nq") as got:
        assert len(list(ox.parse(got.read(), format=ox.RdfFormat.N_QUADS))) == TRIPLES
    with urllib.request.urlopen(f"{site}sparql?query={quote(SELECT)}") as got:
        read = ox.parse_query_results(got.read(), format=ox.QueryResultsFormat.JSON)
    assert len(list(read)) == 2
