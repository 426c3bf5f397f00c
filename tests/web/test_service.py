"""The service description is true: of the one table, of the release, and of VoID beside it."""

import pyoxigraph as ox
import pytest

from tgkg.formats import FORMATS, Carries
from tgkg.iris import SD, VOID

PROLOGUE = f"PREFIX sd: <{SD}> PREFIX void: <{VOID}> "


@pytest.fixture
def told(client):
    """Gives a function that asks the description."""
    store = ox.Store()
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    store.load(answer.data, format=ox.RdfFormat.TURTLE)
    return lambda pattern: list(store.query(f"{PROLOGUE} SELECT * {{ {pattern} }}"))


def asked(client, query):
    """Asks the endpoint."""
    answer = client.get("/sparql", query_string={"query": query}).get_json(force=True)
    return answer["results"]["bindings"]


def test_its_formats_are_those_of_the_table(client, told):
    """Each format that it names is answered in, and no other is."""
    named = {row["f"].value for row in told("?s a sd:Service ; sd:resultFormat ?f")}
    table = {fmt for fmt in FORMATS if fmt.holds_rdf or fmt.carries is Carries.RESULTS}
    assert named == {fmt.iri for fmt in table}
    for fmt in table:
        query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1" if fmt.holds_rdf else "SELECT * {}"
        answer = client.get("/sparql", query_string={"query": query, "format": fmt.name})
        assert answer.headers["Content-Type"] == fmt.content_type


def test_its_graphs_are_those_that_are_there(client, told):
    """The default graph and each named one have the size that a query counts."""
    [whole] = told("?s sd:defaultDataset/sd:defaultGraph/void:triples ?n")
    [row] = asked(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert whole["n"].value == row["n"]["value"]
    named = told("?s sd:defaultDataset/sd:namedGraph [ sd:name ?g ; sd:graph/void:triples ?n ]")
    counts = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    assert {row["g"].value: row["n"].value for row in named} == {
        row["g"]["value"]: row["n"]["value"] for row in asked(client, counts)
    }


def test_it_leads_to_void(client, told):
    """The default graph is the dataset that VoID describes; a header leads there too."""
    [row] = told("?s sd:defaultDataset/sd:defaultGraph ?whole . ?whole a void:Dataset")
    answer = client.get(row["whole"].value)
    described = ox.Store()
    described.load(answer.data, format=ox.RdfFormat.TURTLE)
    [size] = described.query(f"{PROLOGUE} SELECT * {{ {row['whole']} void:triples ?n }}")
    assert told(f"{row['whole']} void:triples {size['n'].value}")
    link = client.get("/sparql", headers={"Accept": "text/turtle"}).headers.getlist("Link")
    assert '</.well-known/void>; rel="describedby"' in link
