"""VoID: what the graph is, for programs; true of the release, and linked with the endpoint."""

import pyoxigraph as ox
import pytest

from tgkg.formats import FORMATS, RDF_FORMATS
from tgkg.iris import VOID

ADDRESS = "/.well-known/void"
PROLOGUE = f"""PREFIX void: <{VOID}> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/> """
THIS = f"<http://localhost{ADDRESS}#dataset>"


def store_of(answer, fmt=RDF_FORMATS[0]):
    """Reads an answer."""
    read = ox.Store()
    read.load(answer.data, format=fmt.rdf)
    return read


@pytest.fixture(scope="module")
def told(app):
    """Gives a function that asks the description."""
    store = store_of(app.test_client().get(ADDRESS))
    return lambda pattern: list(store.query(f"{PROLOGUE} SELECT * {{ {pattern} }}"))


def counted(rows):
    """Reads names and numbers."""
    return {row["name"].value: int(row["n"].value) for row in rows}


def asked(client, query):
    """Asks the endpoint, for names and numbers."""
    answer = client.get("/sparql", query_string={"query": query}).get_json(force=True)
    rows = answer["results"]["bindings"]
    return {row["name"]["value"]: int(row["n"]["value"]) for row in rows}


@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
def test_it_comes_in_every_format(client, fmt):
    """Each RDF format holds the same description, by Accept and by `format=`."""
    answer = client.get(ADDRESS, headers={"Accept": fmt.media_type})
    assert answer.headers["Content-Type"] == fmt.content_type
    assert f"{ADDRESS}?format=" in answer.headers["Link"]
    assert client.get(ADDRESS, query_string={"format": fmt.name}).data == answer.data
    assert len(store_of(answer, fmt)) == len(store_of(client.get(ADDRESS)))


def test_it_says_what_the_settings_say(told, release):
    """Title, description, licence and the space of names are those of `tgkg.toml`."""
    config = release.config
    titles = {row["t"].language or "": row["t"].value for row in told(f"{THIS} dcterms:title ?t")}
    assert titles == dict(config.title)
    assert [row["b"].value for row in told(f"{THIS} void:uriSpace ?b")] == [config.base]
    licences = [row["l"].value for row in told(f"{THIS} dcterms:license ?l")]
    assert licences == ([config.licence] if config.licence else [])
    assert told(f"?d a void:DatasetDescription ; foaf:primaryTopic {THIS}")


def test_its_counts_are_true(client, told):
    """Sizes, classes, properties and graphs are what the endpoint counts."""
    everything = "SELECT ('all' AS ?name) (COUNT(%s) AS ?n) { ?s ?p ?o }"
    [sizes] = told(f"{THIS} void:triples ?triples ; void:distinctSubjects ?subjects")
    assert {"all": int(sizes["triples"].value)} == asked(client, everything % "*")
    assert {"all": int(sizes["subjects"].value)} == asked(client, everything % "DISTINCT ?s")
    classes = told(f"{THIS} void:classPartition [ void:class ?name ; void:entities ?n ]")
    by_class = "SELECT ?name (COUNT(DISTINCT ?s) AS ?n) { ?s a ?name } GROUP BY ?name"
    assert counted(classes) == asked(client, by_class)
    properties = told(f"{THIS} void:propertyPartition [ void:property ?name ; void:triples ?n ]")
    by_property = "SELECT ?name (COUNT(*) AS ?n) { ?s ?name ?o } GROUP BY ?name"
    assert counted(properties) == asked(client, by_property)
    graphs = told(f"{THIS} void:subset ?name . ?name a void:Dataset ; void:triples ?n")
    by_graph = "SELECT ?name (COUNT(*) AS ?n) { GRAPH ?name { ?s ?p ?o } } GROUP BY ?name"
    assert counted(graphs) == asked(client, by_graph)
    [numbers] = told(f"{THIS} void:classes ?c ; void:properties ?p")
    assert int(numbers["c"].value) == len(classes)
    assert int(numbers["p"].value) == len(properties)


def test_every_address_in_it_answers(client, told):
    """Endpoint, dumps with their media types, graphs, look-up and example are there."""
    [places] = told(
        f"{THIS} void:sparqlEndpoint ?endpoint ; void:uriLookupEndpoint ?lookup ;"
        " void:exampleResource ?example ; foaf:homepage ?home"
    )
    assert places["endpoint"].value == "http://localhost/sparql"
    for address in (places["home"].value, places["lookup"].value + places["example"].value):
        assert client.get(address).status_code == 200
    dumps = told(f"{THIS} void:dataDump ?dump . ?dump dcterms:format ?type")
    listed = client.get("/dumps/?format=json").get_json()["dumps"]
    assert len(dumps) == sum(each["graph"] is None for each in listed)
    for row in dumps:
        media_type = row["type"].value.partition("media-types/")[2]
        assert client.head(row["dump"].value).mimetype == media_type
    for row in told(f"{THIS} void:subset [ void:dataDump ?dump ; void:triples ?n ]"):
        if row["dump"].value.endswith((".gz", ".zst")):
            continue
        graph = client.get(row["dump"].value, headers={"Accept": "text/turtle"})
        assert len(store_of(graph)) == int(row["n"].value)
    features = {row["f"].value for row in told(f"{THIS} void:feature ?f")}
    assert features <= {fmt.iri for fmt in FORMATS if fmt.holds_rdf}


@pytest.mark.parametrize("page", ["/", "/sparql"])
def test_pages_lead_to_it(client, page):
    """A program that reads the home page or the endpoint's finds it."""
    html = client.get(page, headers={"Accept": "text/html"}).text
    assert f'<link rel="describedby" type="text/turtle" href="{ADDRESS}?format=ttl">' in html


def test_it_names_the_public_address(site_with):
    """Where the public address is configured, it stands in every address."""
    client = site_with(public_url="https://example.org/public")
    assert f"<https://example.org/public{ADDRESS}#dataset>" in client.get(ADDRESS).text
