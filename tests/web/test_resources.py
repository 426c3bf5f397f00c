"""Names lead to pages and data; both say where every value comes from."""

import re

import pyoxigraph as ox
import pytest

from tgkg.formats import HTML, JSON_LD, N_QUADS, RDF_FORMATS, TRIG
from tgkg.iris import RDF, RDFS
from tgkg.release import State
from tgkg.web.app import create_app
from tgkg.web.incoming import PAGE

ISLE = "https://example.org/isles/"
FAR = ISLE + "id/island/far"
BROWSER = {"Accept": "text/html,*/*;q=0.8"}

NAMES = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix id: <https://unnamed.invalid/id/> .
@prefix : <http://example.org/> .

<https://unnamed.invalid/id/v/1.0> rdfs:label "one point nought" .
<https://unnamed.invalid/id/file/list.ttl> rdfs:label "a name like a file" .
<https://unnamed.invalid/id/file/list> rdfs:label "the stem of it" .
<https://unnamed.invalid/id/a%20b> rdfs:label "escaped space" .
<https://unnamed.invalid/id/caf%C3%A9> rdfs:label "escaped" .
<https://unnamed.invalid/id/café> rdfs:label "spelled" .
<https://unnamed.invalid/id/a%2Fb> rdfs:label "escaped slash" .
<https://unnamed.invalid/id/q?x=1> rdfs:label "a question mark" .
:hub rdfs:label "Hub" ; :list ( "a" [ :inside "b" ] ) .
:point :at :hub , <http://elsewhere.example/x?a=1&b=2> , <javascript:alert(1)> ,
  <data:text/html,x> , <mailto:a@example.org> , <urn:x:y> .
[] a rdf:Statement ; rdf:subject :point ; rdf:predicate :at ; rdf:object :hub ; :read "page 7" .
"""


@pytest.fixture(scope="module")
def names(tmp_path_factory, publish):
    """Gives a client of a site over odd names, published without any configuration."""
    folder = tmp_path_factory.mktemp("names")
    file = folder / "names.ttl"
    links = "".join(f"<urn:link:{n:03}> :to :hub .\n" for n in range(PAGE + 3))
    file.write_text(NAMES + links)
    state = State(folder / "state")
    publish(file, state)
    return create_app(state).test_client()


def page(client, path, **headers):
    """Gives a page as text."""
    response = client.get(path, headers={**BROWSER, **headers})
    assert response.status_code == 200, (path, response.status_code)
    assert response.mimetype == "text/html"
    return response.get_data(as_text=True)


def heading(client, path):
    """Gives the heading of a page."""
    return re.search(r"<h1[^>]*><bdi>(.*?)</bdi>", page(client, path)).group(1)


def hrefs(text):
    """Gives the addresses that a page leads to."""
    return {address.replace("&amp;", "&") for address in re.findall(r'href="([^"]*)"', text)}


def test_a_thing_is_not_its_page(client):
    """A thing's address leads to what is written about it, keeping the query."""
    for path, address in {
        "/id/island/far": "/doc/island/far",
        "/id/island/far.ttl": "/doc/island/far.ttl",
        "/id/island/far?lang=nl&_external=1": "/doc/island/far?lang=nl&_external=1",
    }.items():
        response = client.get(path)
        assert (response.status_code, response.headers["Location"]) == (303, address)
        assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
def test_every_format_by_extension_by_accept_and_by_parameter(client, fmt):
    """The extension, Accept and `format=` give the same bytes, all three ways of naming it."""
    by_extension = client.get(f"/doc/island/far.{fmt.extension}", headers=BROWSER)
    by_accept = client.get("/doc/island/far", headers={"Accept": fmt.media_type})
    by_parameter = client.get("/resource", query_string={"iri": FAR, "format": fmt.extension})
    assert by_extension.content_type == fmt.content_type
    assert by_extension.data == by_accept.data == by_parameter.data
    quads = list(ox.parse(by_extension.data, format=fmt.engine))
    assert any(quad.subject == ox.NamedNode(FAR) for quad in quads)
    named = any(isinstance(quad.graph_name, ox.NamedNode) for quad in quads)
    assert named is (fmt in (TRIG, N_QUADS))


def test_the_page_names_its_data(client):
    """A page leads to its data, in its header and by the links in it."""
    response = client.get("/doc/island/far", headers=BROWSER)
    for fmt in RDF_FORMATS:
        link = f'</doc/island/far.{fmt.extension}>; rel="alternate"; type="{fmt.media_type}"'
        assert link in response.headers.getlist("Link")
        assert f"/doc/island/far.{fmt.extension}" in hrefs(response.get_data(as_text=True))
    assert {"Accept", "Accept-Language"} <= set(response.headers["Vary"].split(", "))
    assert client.get("/doc/island/far.html").content_type == HTML.content_type


def test_data_names_what_it_links_to(client):
    """Names of what is linked and a page of what links come with the statements."""
    got = client.get("/doc/island/far.nt").data
    quads = {str(quad) for quad in ox.parse(got, format=ox.RdfFormat.N_TRIPLES)}
    label = f"<{RDFS}label>"
    assert f'<{ISLE}def#Island> {label} "Eiland"@nl' in quads
    assert f'<{ISLE}id/ferry/morning> {label} "Morning ferry"@en' in quads
    assert f"<{ISLE}id/ferry/morning> <{ISLE}def#serves> <{FAR}>" in quads


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/doc/v/1.0", "one point nought"),
        ("/doc/file/list.ttl", "a name like a file"),
        ("/doc/file/list", "the stem of it"),
        ("/doc/file/list.html", "the stem of it"),
        ("/doc/a%20b", "escaped space"),
        ("/doc/caf%25C3%25A9", "escaped"),
        ("/doc/caf%C3%A9", "spelled"),
        ("/doc/v/1.0?incoming=%3E%3C&page=x", "one point nought"),
        ("/resource?iri=http://example.org/hub", "Hub"),
        ("/resource?iri=https://unnamed.invalid/id/a%252Fb", "escaped slash"),
        ("/resource?iri=https://unnamed.invalid/id/q?x%3D1", "a question mark"),
        ("/resource?iri=http://example.org/at", "at"),
        ("/resource?iri=https://unnamed.invalid/names.ttl", "names.ttl"),
    ],
)
def test_which_name_a_path_is(names, path, expected):
    """A name with a dot wins from an extension, and both spellings of a path are found."""
    assert heading(names, path) == expected


def test_links_to_names_come_back_to_them(names):
    """Whatever a name looks like, the link to its page leads to it."""
    text = page(names, "/resource?iri=http://www.w3.org/2000/01/rdf-schema%23label")
    assert "The property of" in text
    table = page(
        names,
        "/sparql?format=html&query=SELECT*{?s<http://www.w3.org/2000/01/rdf-schema%23label>?o}",
    )
    rows = re.findall(r'<a href="([^"]*)"[^>]*><bdi>([^<]*)</bdi></a>(?=<code)', table)
    assert len(rows) == 9
    for address, label in rows:
        assert heading(names, address.replace("&amp;", "&")) == label


def test_only_web_addresses_are_links(names):
    """An http address leads away, visibly; no other scheme is ever a link."""
    text = page(names, "/resource?iri=http://example.org/point")
    assert "http://elsewhere.example/x?a=1&b=2" in hrefs(text)
    assert re.search(r'<a href="http://elsewhere[^>]*class="external" rel="noopener', text)
    assert all(not re.match(r"(?i)\s*(javascript|data|mailto|urn):", each) for each in hrefs(text))
    assert "alert(1)" in text


def test_every_value_has_its_source(client):
    """Beside a value stands the graph that states it, by its name."""
    text = page(client, "/doc/island/far")
    assert '<a href="/doc/graph/register"><bdi>The register</bdi></a>' in text


def test_evidence_stands_with_the_value(names):
    """What is told about a statement unfolds beside its value."""
    text = page(names, "/resource?iri=http://example.org/point")
    why = re.search(r'<details class="why">.*?</details>', text, re.DOTALL).group(0)
    assert "page 7" in why


def test_values_without_names_are_shown_by_what_they_are(names):
    """A list shows its members and a nested thing its facts."""
    text = page(names, "/resource?iri=http://example.org/hub")
    items = re.search(r'<ol class="items">.*?</ol>', text, re.DOTALL).group(0)
    assert "inside" in items
    assert ">b<" in items


def test_the_opening_of_a_page_has_its_sources(client):
    """Title, kind and description stand in the opening together with the graphs that state them."""
    html = page(client, "/doc/island/far?lang=en")
    opening = html.partition('<header class="title">')[2].partition("</header>")[0]
    assert 'class="source"' in opening


def test_the_opening_of_a_page_is_not_said_again(client):
    """Title and description open the page; below stand only their other languages, folded."""
    html = page(client, "/doc/island/far?lang=en")
    names = re.findall(r"<dt>.*?<bdi>(.*?)</bdi>", html)
    assert "name" not in names
    assert "description" not in names


def test_shapes_name_and_order_the_facts(client):
    """A page has the names of its shape, in the reader's language, in the order of the shape."""
    names = re.findall(r"<dt>.*?<bdi>(.*?)</bdi>", page(client, "/doc/island/far?lang=nl"))
    assert names[:2] == ["inwoners", "vaart op"]


def test_the_language_of_the_address_stays(client):
    """A language chosen in the address is in every link of the site, and in the page."""
    text = page(client, "/doc/island/far?lang=nl")
    assert '<html lang="nl">' in text
    assert heading(client, "/doc/island/far?lang=nl") == "Ver"
    inside = {each for each in hrefs(text) if each.startswith(("/doc", "/resource", "/def"))}
    data = {f"/doc/island/far.{fmt.extension}" for fmt in RDF_FORMATS}
    assert all("lang=" in each for each in inside - data)


def test_texts_say_their_language(client):
    """A text in another language than the page's says which it is."""
    assert '<bdi lang="nl">Ver</bdi>' in page(client, "/doc/island/far")
    response = client.get("/doc/island/far", headers={**BROWSER, "Accept-Language": "nl"})
    assert response.headers["Content-Language"] == "nl"


def test_links_are_counted_and_paged(names):
    """Many links come page by page, each page with the way to the next."""
    first = page(names, "/resource?iri=http://example.org/hub")
    assert f'<span class="count">{PAGE + 3}</span>' in first
    (after,) = {each for each in hrefs(first) if "page=2" in each}
    second = page(names, after)
    assert "<bdi>052</bdi>" in second
    assert "<bdi>052</bdi>" not in first
    assert "Page 2 of 2" in second
    assert "Page 1 of 2" in first


def test_links_of_reification_are_folded(names):
    """What reification links with stands closed: its evidence is beside the values already."""
    text = page(names, "/resource?iri=http://example.org/point")
    folded = text.index("Statements about these facts")
    assert text.rindex("<details", 0, folded) < text.index(RDF.replace("#", "%23") + "subject")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/doc/nothing", 404),
        ("/doc/nothing.ttl", 404),
        ("/doc/%00", 404),
        ("/doc/a%22b", 404),
        ("/doc/x//y", 404),
        ("/resource?iri=http://example.org/nothing", 404),
        ("/resource?iri=", 400),
        ("/resource", 400),
        ("/resource?iri=relative", 400),
        ("/resource?iri=http://x/%3Cscript%3E", 400),
        ("/resource?iri=http://example.org/hub&format=nothing", 406),
    ],
)
def test_what_there_is_not(names, path, status):
    """A name that the graph does not have is not found; what is no name is a bad request."""
    for headers in ({}, BROWSER):
        response = names.get(path, headers=headers)
        assert response.status_code == status
        assert response.mimetype == "application/problem+json" or b"<script>" not in response.data


def test_json_ld_is_about_the_thing(client):
    """JSON-LD has the thing at its top, not a graph that names it."""
    quads = ox.parse(client.get("/doc/island/far.jsonld").data, format=JSON_LD.engine)
    assert {quad.graph_name for quad in quads} == {ox.DefaultGraph()}
