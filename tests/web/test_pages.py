"""Every page: what it shows, that it is sound HTML, and that no data can harm it."""

import json
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF, RDFS, SH

from tgkg.engine.opening import Engines
from tgkg.formats import RDF_FORMATS
from tgkg.iris import local_name
from tgkg.release import State
from tgkg.web.app import create_app
from tgkg.web.current import published
from tgkg.web.findings import MOST_ALIKE
from tgkg.web.home import home
from tgkg.web.ontology import ontology

BROWSER = {"Accept": "text/html"}
LARGEST = 100_000

PATHS = (
    "/", "/def", "/validation", "/conformance", "/graphs", "/dumps/", "/sparql", "/catalog",
    "/sparql?format=html&query=SELECT*{?s ?p ?o}LIMIT 50",
    "/sparql?format=html&query=ASK{?s ?p ?o}",
    "/sparql?format=html&query=CONSTRUCT{?s ?p ?o}{?s ?p ?o}LIMIT 50",
    "/sparql?format=html&query=SELECT <script>",
    "/resource", "/nothing", "/nothing/<script>alert(1)</script>", "/?lang=nl", "/def?lang=nl",
    "/?lang=<script>", "/?a=<script>&\"'>=1",
)  # fmt: skip

VOID = {"meta", "link", "br", "hr", "img", "input", "path", "circle"}

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onclick='alert(1)",
    "</title></h1></textarea>", "{{ 7 * 7 }} {% raw %} {count} %s", "\u202eright to left\u2066",
    "two\nlines\r\n\ttabs", "x" * 10_000, "🏝️ island", "&lt;&amp;", "<!-- ]]> -->", " ", "\u0001",
)  # fmt: skip
ODD_IRIS = (
    "javascript:alert(1)", "data:text/html,alert(1)", "http://x/'onclick='alert(1)",
    "http://[::1]/", "http://x", "urn:a", "http://x/#", "http://x/%00%ff", "x:&amp;",
    "http://x/é/日本", "https://unnamed.invalid/def#a'b", "https://unnamed.invalid/id/a'b&c=d",
    "http://x/" + "long" * 1000,
)  # fmt: skip


class Page(HTMLParser):
    """Reads a page strictly, and keeps what the tests ask about."""

    def __init__(self, text: str) -> None:
        """Reads it whole."""
        super().__init__()
        self.open, self.tags, self.ids, self.hrefs = [], [], [], []
        self.labelled, self.problems, self.scripts = [], [], set()
        self.feed(text)
        self.close()
        if self.open:
            self.problems.append(f"never closed: {self.open}")

    def handle_starttag(self, tag, attrs):
        """Keeps a tag and looks at its attributes."""
        self.tags.append(tag)
        values = dict(attrs)
        self.ids += [values["id"]] if "id" in values else []
        self.hrefs += [values[name] for name in ("href", "src", "action") if name in values]
        self.labelled += [values[n] for n in ("aria-labelledby", "aria-describedby") if n in values]
        self.scripts |= {values.get("type")} if tag == "script" else set()
        for name in values:
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.problems.append(f"{tag} has {name}")
        is_ours = re.match(r"(/[^:]*)?/static/", values.get("src") or "")
        if tag == "script" and not is_ours and values.get("type") != "application/ld+json":
            self.problems.append("a script that is not a file of ours, and not data")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Treats a closed tag as an open one that is closed."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        """Expects what was opened last."""
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> at {self.getpos()}")


def sound(text: str) -> Page:
    """Asserts that a page is sound HTML, safe, and built for every reader."""
    page = Page(text)
    assert page.problems == []
    assert not {"style", "iframe", "object", "embed", "base"} & set(page.tags)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.labelled) <= set(page.ids)
    headings = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[:1] == [1]
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert page.tags.count("main") == page.tags.count("title") == 1
    assert "#main" in page.hrefs
    for address in page.hrefs:
        assert re.match(r"(https?://|/|#)", address), address
    return page


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, publish):
    """Gives a client of a site whose every name and text means harm."""
    folder = tmp_path_factory.mktemp("hostile")
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    comment = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
    type_ = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    nodes = [ox.NamedNode(iri) for iri in ODD_IRIS]
    quads = []
    for number, node in enumerate(nodes):
        graph, other = nodes[(number + 1) % len(nodes)], nodes[(number + 2) % len(nodes)]
        for text in (HOSTILE[number], HOSTILE[number - 1]):
            quads += [ox.Quad(node, label, ox.Literal(text), graph)]
            quads += [ox.Quad(node, comment, ox.Literal(text, language="nl"), graph)]
        odd = ox.Literal(HOSTILE[number], datatype=other)
        quads += [ox.Quad(node, other, graph, graph), ox.Quad(node, other, odd, graph)]
        quads += [ox.Quad(node, type_, other, graph), ox.Quad(graph, node, node, other)]
        quads += [ox.Quad(ox.BlankNode(), other, node, graph)]
    file = folder / "hostile.nq"
    ox.serialize(quads, output=str(file), format=ox.RdfFormat.N_QUADS)
    state = State(folder / "state")
    publish(file, state)
    return create_app(state).test_client()


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_sound(client, path):
    """Every page is well-formed, has its landmarks and headings, and no inline code."""
    response = client.get(path, headers=BROWSER)
    assert response.mimetype == "text/html"
    text = response.get_data(as_text=True)
    sound(text)
    assert len(text) < LARGEST
    assert response.headers["Content-Language"] == ("nl" if "lang=nl" in path else "en")


@pytest.mark.parametrize(
    "path", [*PATHS, *(f"/resource?iri={quote(iri, safe='')}" for iri in ODD_IRIS)]
)
def test_no_data_harms_a_page(hostile, path):
    """Whatever names, texts, classes, properties and graphs hold, pages stay sound."""
    response = hostile.get(path, headers=BROWSER)
    assert response.status_code < 500
    sound(response.get_data(as_text=True))


@pytest.mark.parametrize("iri", ODD_IRIS)
def test_odd_names_have_pages(hostile, iri):
    """Any name in the graph has a page, and the links to it lead there."""
    response = hostile.get("/resource", query_string={"iri": iri}, headers=BROWSER)
    assert response.status_code == 200
    page = sound(response.get_data(as_text=True))
    inside = {each for each in page.hrefs if each.startswith(("/doc/", "/resource"))}
    assert inside
    for address in inside:
        status = hostile.get(address.partition("#")[0], headers=BROWSER).status_code
        # a format may be unable to hold such names, and says so
        assert status in (200, 406), address


def test_the_style_sheet_is_small_and_ours(client):
    """What a page needs besides comes from this site, and is small."""
    page = sound(client.get("/", headers=BROWSER).get_data(as_text=True))
    needed = [each for each in page.hrefs if each.startswith("/static/")]
    assert needed
    sizes = [len(client.get(each).data) for each in needed]
    assert sum(sizes) < LARGEST / 2
    css = client.get("/static/site.css").get_data(as_text=True)
    assert not re.search(r"https?://|@import", css)


def test_home_says_what_this_is(client):
    """Home has the title, the description, how much there is, the classes and the sources."""
    text = client.get("/", headers=BROWSER).get_data(as_text=True)
    for expected in (
        "<h1>The isles</h1>", "Islands and their ferries", ">Island</bdi>", ">Ferry</bdi>",
        "The register", "/dumps/", "creativecommons.org/publicdomain/zero/1.0",
    ):  # fmt: skip
        assert expected in text
    assert "Class</bdi>" in text[text.index("about the workings") :]


class Counting:
    """An engine that counts what it is asked."""

    def __init__(self, engine):
        """Stands before another engine."""
        self.engine, self.asked = engine, 0

    def query(self, request):
        """Counts, and passes on."""
        self.asked += 1
        return self.engine.query(request)


@pytest.mark.parametrize(("gather", "most"), [(home, 5), (ontology, 3)])
def test_pages_ask_little(client, hostile, gather, most):
    """A page takes a bounded number of queries, whatever the graph."""
    for site in (client.application, hostile.application):
        with site.test_request_context("/"):
            here = published()
            counting = Counting(here.engine)
            gather(replace(here, engines=Engines(counting, counting)))
            assert counting.asked <= most


def test_home_in_dutch(client):
    """Home is in the reader's language as far as the graph is."""
    text = client.get("/", headers={**BROWSER, "Accept-Language": "nl"}).get_data(as_text=True)
    assert "<h1>De eilanden</h1>" in text
    assert ">Eiland</bdi>" in text
    assert '<p class="lede" lang="en">Islands' in text


@pytest.mark.parametrize(
    "path", ["/", "/def", "/validation", "/conformance", "/graphs", "/dumps/", "/sparql"]
)
def test_the_chosen_language_stays(client, path):
    """A language chosen in the address goes along to every other page."""
    page = sound(client.get(f"{path}?lang=nl", headers=BROWSER).get_data(as_text=True))
    files = re.compile(r"/static/|/dumps/\w|.*format=(?!html)|/graphs\?(graph|default)|/sparql$")
    pages = [each for each in page.hrefs if each.startswith("/") and not files.match(each)]
    assert len(pages) > 5
    assert [each for each in pages if "lang=" not in each] == []


def test_unvalidated_data_says_so(hostile, client):
    """Data that came without shapes is served, and every page says that it is unvalidated."""
    assert "served unvalidated" in hostile.get("/", headers=BROWSER).get_data(as_text=True)
    assert "not validated" in hostile.get("/def", headers=BROWSER).get_data(as_text=True)
    assert "unvalidated" not in client.get("/", headers=BROWSER).get_data(as_text=True)


def test_the_ontology_has_its_terms(client):
    """Each term has its anchor, its meaning and how much it is used."""
    page = client.get("/def", headers=BROWSER).get_data(as_text=True)
    assert {"Island", "Ferry", "serves", "inhabitants"} <= set(sound(page).ids)
    serves = page[page.index('id="serves"') :]
    assert "Used 2 times" in serves[: serves.index("</a></p>")]


@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
def test_the_ontology_is_data_too(client, fmt):
    """The ontology comes in every format, by Accept and by parameter."""
    got = client.get("/def", headers={"Accept": fmt.media_type})
    assert got.data == client.get(f"/def?format={fmt.extension}", headers=BROWSER).data
    quads = list(ox.parse(got.data, format=fmt.engine))
    assert any("inwoners" in str(quad.object) for quad in quads)


def test_without_an_ontology_there_is_what_is_used(hostile):
    """A graph without an ontology says so, and shows the classes and properties it uses."""
    text = hostile.get("/def", headers=BROWSER).get_data(as_text=True)
    assert "no vocabulary of its own" in text
    assert "Properties from elsewhere" in text
    assert hostile.get("/def", headers={"Accept": "text/turtle"}).status_code == 406


def test_validation_has_a_data_twin(client):
    """The report is there for people and for programs."""
    assert "Nothing breaks" in client.get("/validation", headers=BROWSER).get_data(as_text=True)
    values = json.loads(client.get("/validation?format=json").data)
    assert values["report"]["publishable"] is True
    assert values["pending"] is None
    assert values["report"]["shapes"]


def test_validation_is_there_as_rdf(client):
    """The report is a SHACL report in every RDF format, by Accept and by name."""
    for response in (
        client.get("/validation", headers={"Accept": "text/turtle"}),
        client.get("/validation?format=ttl"),
    ):
        graph = rdflib.Graph().parse(data=response.data, format="turtle")
        (report,) = graph.subjects(RDF.type, SH.ValidationReport)
        assert str(graph.value(report, SH.conforms)) == "true"
        assert "checked" in str(graph.value(report, RDFS.comment))
    for extension in ("nt", "nq", "trig", "jsonld", "rdf"):
        assert client.get(f"/validation?format={extension}").status_code == 200


def test_validation_shows_each_shape(client, release):
    """Each shape stands there by its name, with how many nodes it judged."""
    text = client.get("/validation", headers=BROWSER).get_data(as_text=True)
    sound(text)
    for shape in release.report().shapes:
        assert shape.checked == shape.passed
        assert escape(shape.name() or str(shape.place)) in text or local_name(shape.shape) in text


def test_a_long_report_is_short_on_the_page(project, tmp_path):
    """Of many alike a page shows the first and says how many more there are; the data have all."""
    from tgkg.publish.build import build  # noqa: PLC0415 - only this test makes so many

    state = State(tmp_path / "state")
    more = "".join(f'<https://e.org/i{n}> a isle:Island ; isle:inhabitants "<b>{n}" .\n'
                   for n in range(MOST_ALIKE + 5))  # fmt: skip
    file = project / "data" / "register" / "islands.ttl"
    file.write_text(file.read_text() + more)
    outcome = build([project], state, lambda _: None, "Because <i>it</i> is so.")
    client = create_app(state).test_client()
    text = client.get("/validation", headers=BROWSER).get_data(as_text=True)
    sound(text)
    assert "And 5 more like these" in text
    assert "Because &lt;i&gt;it&lt;/i&gt; is so." in text
    assert "<b>1" not in text
    results = json.loads(client.get("/validation?format=json").data)["report"]["results"]
    assert len(results) == len(outcome.report.results) > MOST_ALIKE


def test_sources_that_wait_are_announced(project, publish, tmp_path):
    """When changed sources cannot be published, every page says so and one says what is wrong."""
    from tgkg.publish.build import build  # noqa: PLC0415 - only this test makes bad data

    state = State(tmp_path / "state")
    publish(project, state)
    client = create_app(state).test_client()
    assert "have changed" not in client.get("/", headers=BROWSER).get_data(as_text=True)
    file = project / "data" / "register" / "islands.ttl"
    file.write_text(file.read_text().replace("isle:inhabitants 12", "isle:inhabitants 1.5"))
    assert not build([project], state, lambda _: None).report.publishable
    for path in ("/", "/doc/island/far", "/sparql"):
        text = client.get(path, headers=BROWSER).get_data(as_text=True)
        assert "have changed" in text
        sound(text)
    text = client.get("/validation", headers=BROWSER).get_data(as_text=True)
    sound(text)
    assert "islands.ttl:" in text
    assert "Violation" in text
    assert json.loads(client.get("/validation?format=json").data)["pending"]["results"]


def test_without_a_release_there_is_a_page(empty_site):
    """A site without a release answers with a page that says so."""
    response = empty_site.get("/", headers=BROWSER)
    assert response.status_code == 503
    sound(response.get_data(as_text=True))
