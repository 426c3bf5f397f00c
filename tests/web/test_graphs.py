"""The Graph Store Protocol, read only."""

from http import HTTPStatus
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from tgkg.formats import RDF_FORMATS, RDF_XML
from tgkg.iris import SD, VOID

REGISTER = "https://example.org/isles/id/graph/register"
ONTOLOGY = "https://example.org/isles/def"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def address(iri, more=""):
    """Gives the address of a graph."""
    return f"/graphs?graph={quote(iri, safe='')}{more}"


def triples(response, fmt):
    """Reads a response as triples."""
    quads = ox.parse(response.data, format=fmt.rdf, rename_blank_nodes=False)
    return {quad.triple for quad in quads}


def stated(release, graph=None):
    """Reads what the release states, in one graph or in all."""
    quads = ox.parse(release.data.read_bytes(), format=ox.RdfFormat.N_QUADS)
    return {q.triple for q in quads if graph is None or q.graph_name.value == graph}


@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
@pytest.mark.parametrize("iri", [REGISTER, ONTOLOGY])
def test_a_graph_is_given_in_every_format(client, release, iri, fmt):
    """The triples of the graph, and no others, by Accept and by `format=`."""
    by_accept = client.get(address(iri), headers={"Accept": fmt.media_type})
    assert by_accept.headers["Content-Type"] == fmt.content_type
    assert triples(by_accept, fmt) == stated(release, iri) != set()
    assert client.get(address(iri, f"&format={fmt.extension}")).data == by_accept.data


def test_the_default_graph_is_the_union(client, release):
    """`?default` gives every triple once."""
    response = client.get("/graphs?default", headers={"Accept": "application/n-triples"})
    assert response.data.count(b"\n") == len(stated(release)) == release.manifest.counts.triples


def test_a_graph_links_its_other_formats(client):
    """Each other format is a link that works."""
    response = client.get(address(REGISTER), headers={"Accept": "text/turtle"})
    others = [link for link in response.headers.getlist("Link") if 'rel="alternate"' in link]
    links = [link.split(">")[0][1:] for link in others]
    assert len(links) == len(RDF_FORMATS) - 1
    assert {client.get(link).status_code for link in links} == {200}


def test_head_and_tags(client):
    """HEAD tells of a graph without sending it, and what a client has is not sent again."""
    head = client.head(address(REGISTER))
    assert (head.status_code, head.data) == (200, b"")
    again = client.get(address(REGISTER), headers={"If-None-Match": head.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("query_string", "status", "words"),
    [
        ("graph=https://example.org/none", 404, "/graphs lists"),
        ("graph=", 404, "no graph"),
        ("graph=not+an+IRI", 404, "not an IRI"),
        (f"graph={REGISTER}&default", 400, "one graph"),
        (f"graph={REGISTER}&graph={ONTOLOGY}", 400, "one graph"),
        ("default&graph=", 400, "one graph"),
        (f"graph={REGISTER}&format=csv", 406, "turtle"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(client, query_string, status, words):
    """An unknown graph is not found; two at once mean nothing."""
    response = client.get(f"/graphs?{query_string}")
    assert response.status_code == status
    assert words in response.get_json()["detail"]


def test_a_format_that_cannot_hold_it_is_refused(client):
    """A graph that RDF/XML cannot express is not acceptable in it, with the reason."""
    headers = {"Accept": RDF_XML.media_type}
    response = client.get(address("https://example.org/isles/id/graph/oddities"), headers=headers)
    assert response.status_code == HTTPStatus.NOT_ACCEPTABLE
    assert "RDF/XML cannot express" in response.get_json()["detail"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nobody_writes(client, method):
    """A write is answered with what there is, and with how the graph is changed."""
    response = client.open(address(REGISTER), method=method, data=b"")
    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert "sources" in response.get_json()["detail"]


def test_the_list_for_programs(client, release):
    """JSON lists every graph with its size and an address that works."""
    listed = client.get("/graphs", headers={"Accept": "application/json"}).get_json()
    sizes = {each["iri"]: each["triples"] for each in listed["graphs"]}
    assert sizes == release.manifest.counts.graphs
    for each in (*listed["graphs"], listed["default"]):
        found = client.get(each["href"], headers={"Accept": "application/n-triples"})
        assert found.data.count(b"\n") == each["triples"]


def test_the_list_as_rdf(client, release):
    """RDF lists the graphs in the words of the service description."""
    response = client.get("/graphs", headers={"Accept": "application/n-triples"})
    store = ox.Store()
    store.load(response.data, format=ox.RdfFormat.N_TRIPLES)
    found = store.query(
        f"SELECT ?name ?n {{ [] <{SD}name> ?name ; <{SD}graph>/<{VOID}triples> ?n }}"
    )
    sizes = {row["name"].value: int(row["n"].value) for row in found}
    assert sizes == release.manifest.counts.graphs


def test_the_list_for_people(client):
    """The page names every graph and leads to it."""
    response = client.get("/graphs", headers=BROWSER)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert "The register" in response.text
    assert "/graphs?default" in response.text
