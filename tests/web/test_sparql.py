"""The endpoint over HTTP: programs, browsers and its description."""

import json
from html import unescape
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from tgkg.formats import RDF_FORMATS, RESULTS_FORMATS
from tgkg.iris import SD, VOID
from tgkg.operation import Operation
from tgkg.web.app import create_app

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ISLANDS = (
    "PREFIX isle: <https://example.org/isles/def#>\n"
    "SELECT ?island ?n { ?island isle:inhabitants ?n } ORDER BY ?n"
)
ABOUT = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 3"
FORM = "application/x-www-form-urlencoded"


def address(query, more=""):
    """Gives the address of a query."""
    return f"/sparql?query={quote(query)}{more}"


@pytest.mark.parametrize("fmt", RESULTS_FORMATS, ids=lambda fmt: fmt.name)
def test_results_come_in_every_format(client, fmt):
    """SELECT is answered in each format, by Accept and by `format=`."""
    answer = client.get(address(ISLANDS), headers={"Accept": fmt.media_type})
    assert answer.headers["Content-Type"] == fmt.content_type
    assert b"island/far" in answer.data
    assert answer.headers["Vary"] == "Accept, Accept-Datetime, Accept-Encoding"
    assert client.get(address(ISLANDS, f"&format={fmt.name}")).data == answer.data


@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
def test_rdf_comes_in_every_format(client, fmt):
    """CONSTRUCT is answered in each format with the same triples."""
    answer = client.get(address(ABOUT), headers={"Accept": fmt.media_type})
    assert answer.headers["Content-Type"] == fmt.content_type
    assert len(list(ox.parse(answer.data, format=fmt.rdf))) == 3


@pytest.mark.parametrize(
    ("method", "content_type", "data"),
    [
        ("POST", FORM, f"query={quote(ISLANDS)}"),
        ("POST", "application/sparql-query", ISLANDS),
        ("QUERY", "application/sparql-query", ISLANDS),
    ],
)
def test_each_form_of_the_protocol(client, method, content_type, data):
    """A query may come in the body, and means the same there."""
    answer = client.open("/sparql", method=method, data=data, content_type=content_type)
    assert answer.status_code == 200
    assert answer.data == client.get(address(ISLANDS)).data


def test_head_and_tags(client):
    """HEAD has the headers of GET; the same answer is not sent twice."""
    head = client.head(address(ISLANDS))
    assert (head.status_code, head.data) == (200, b"")
    again = client.get(address(ISLANDS), headers={"If-None-Match": head.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ("", 43),
        ("&default-graph-uri=https://example.org/isles/def", 15),
        ("&named-graph-uri=https://example.org/isles/def", 0),
        ("&default-graph-uri=https://example.org/none", 0),
    ],
)
def test_a_request_chooses_its_graphs(client, more, count):
    """The dataset of the request stands above the query's; without one all graphs count once."""
    answer = client.get(address("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", more)).get_json(force=True)
    assert answer["results"]["bindings"][0]["n"]["value"] == str(count)


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", address("SELECT"), {}, 400),
        ("GET", "/sparql?query=", {}, 400),
        ("GET", "/sparql?default-graph-uri=a:b", {}, 400),
        ("GET", "/sparql?query=%FF", {}, 400),
        ("GET", address("DROP ALL"), {}, 403),
        ("GET", address("SELECT * { SERVICE <http://a/> { } }"), {}, 403),
        ("POST", "/sparql", {"content_type": "application/sparql-update", "data": "DROP ALL"}, 403),
        ("PUT", address(ISLANDS), {}, 405),
        ("GET", address(ISLANDS), {"headers": {"Accept": "text/turtle"}}, 406),
        ("GET", address(ABOUT), {"headers": {"Accept": "text/csv"}}, 406),
        ("GET", address(ISLANDS), {"headers": {"Accept": "image/png"}}, 406),
        ("POST", "/sparql", {"content_type": "text/plain", "data": ISLANDS}, 415),
        ("POST", "/sparql", {"content_type": FORM, "data": "query=" + "x" * 5_000_000}, 413),
    ],
)
def test_wrong_requests_have_the_right_status(client, method, path, options, status):
    """Each wrong request is a problem document with its status."""
    answer = client.open(path, method=method, **options)
    assert answer.status_code == answer.get_json()["status"] == status
    assert answer.mimetype == "application/problem+json"


def test_an_error_in_a_query_is_pointed_at(client):
    """A program learns line and column, a person sees the token."""
    problem = client.get(address("SELECT *\n{ ?s ?p ?o")).get_json()
    assert problem["position"] == {"line": 2, "column": 11}
    assert problem["pointer"] == "{ ?s ?p ?o\n          ^"


def test_what_is_allowed_is_said(client):
    """OPTIONS and a wrong method name the methods; a preflight is answered."""
    methods = {"GET", "HEAD", "OPTIONS", "POST", "QUERY"}
    options = client.options("/sparql", headers={"Origin": "https://example.com"})
    assert (options.status_code, options.data) == (200, b"")
    assert set(options.headers["Allow"].split(", ")) == methods
    assert options.headers["Access-Control-Allow-Methods"] == options.headers["Allow"]
    assert "Content-Type" in options.headers["Access-Control-Allow-Headers"]
    assert set(client.delete("/sparql").headers["Allow"].split(", ")) == methods


@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
def test_a_bare_request_for_rdf_gets_the_description(client, release, fmt):
    """The service description names the formats, the features and the graphs with their sizes."""
    answer = client.get("/sparql", headers={"Accept": fmt.media_type})
    assert answer.headers["Content-Type"] == fmt.content_type
    store = ox.Store()
    store.load(answer.data, format=fmt.rdf)
    prologue = f"PREFIX sd: <{SD}> PREFIX void: <{VOID}>"
    (service,) = store.query(
        f"{prologue} SELECT * {{ ?s a sd:Service ; sd:endpoint ?endpoint ;"
        " sd:supportedLanguage sd:SPARQL11Query ; sd:feature sd:UnionDefaultGraph ;"
        " sd:defaultDataset/sd:defaultGraph/void:triples ?all }"
    )
    assert service["endpoint"].value == "http://localhost/sparql"
    assert int(service["all"].value) == release.manifest.counts.triples
    formats = store.query(f"{prologue} SELECT ?f {{ ?s sd:resultFormat ?f }}")
    assert {f["f"].value for f in formats} == {f.iri for f in (*RESULTS_FORMATS, *RDF_FORMATS)}
    graphs = store.query(f"{prologue} SELECT * {{ ?g sd:name ?name ; sd:graph/void:triples ?n }}")
    assert {g["name"].value: int(g["n"].value) for g in graphs} == release.manifest.counts.graphs


def test_the_description_names_the_public_address(site_with):
    """Where the public address is configured, it stands in the description."""
    client = site_with(public_url="https://example.org/public")
    assert "<https://example.org/public/sparql>" in client.get("/sparql").text


def test_a_browser_gets_a_form(client):
    """Without a query a browser sees a form that sends one to this address."""
    answer = client.get("/sparql", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert 'name="query"' in answer.text
    assert 'action="/sparql"' in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_browser_sees_the_results(client):
    """The query stays in the form, and its solutions stand below it."""
    answer = client.get(address(ISLANDS), headers=BROWSER)
    assert answer.mimetype == "text/html"
    assert ISLANDS in unescape(answer.text)
    assert "345" in answer.text
    assert client.get(address(ISLANDS, "&format=html")).mimetype == "text/html"


@pytest.mark.parametrize(
    ("query", "shown"), [("ASK { ?s ?p 12 }", ""), (ABOUT, "<https://"), ("SELECT ?x {}", "")]
)
def test_a_browser_sees_any_kind_of_answer(client, query, shown):
    """A verdict, triples and empty solutions have a page too."""
    answer = client.get(address(query), headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert shown in unescape(answer.text)


def test_nothing_in_an_answer_becomes_markup(client):
    """Labels, IRIs and the query itself are text, whatever they hold."""
    query = "SELECT * { ?s ?p ?o FILTER(CONTAINS(STR(?s), 'script')) } #</textarea><script>"
    answer = client.get(address(query), headers=BROWSER)
    assert "alert" in answer.text
    assert "<script>" not in answer.text
    assert 'href="javascript:' not in answer.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (address("SELECT *\n{ ?s ?p ?o"), 400, "{ ?s ?p ?o\n          ^"),
        (address("DROP ALL"), 403, "DROP ALL"),
        ("/sparql?query=ASK{}&query=ASK{}", 400, "2 queries"),
        (address("ASK {}", "&default-graph-uri=x"), 400, "'x'"),
    ],
)
def test_a_browser_sees_what_is_wrong(client, path, status, words):
    """An error stands in the page with the query, and the page has its status."""
    answer = client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert words in unescape(answer.text)
    assert 'name="query"' in answer.text


def test_a_long_answer_is_cut_on_the_page_only(client):
    """The page shows so many rows and says how many there are; the formats have them all."""
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    whole = json.loads(client.get(address(query)).data)["results"]["bindings"]
    answer = client.get(address(query), headers=BROWSER)
    assert len(whole) == 43 * 43
    assert answer.text.count("<tr>") < 1100
    assert "1,849" in answer.text


def test_a_page_is_the_answer_where_only_a_page_can_be(client):
    """Turtle is preferred but cannot hold a boolean; the page, which is accepted too, can."""
    answer = client.get(
        "/sparql?query=ASK{}", headers={"Accept": "text/turtle;q=0.5, text/html;q=0.4"}
    )
    assert (answer.status_code, answer.mimetype) == (200, "text/html")


SCHEMA = "https://schema.org/"


def test_the_limits_are_told(client):
    """Description and page tell what a query may take."""
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = ox.Store()
    graph.load(answer.data, format=ox.RdfFormat.TURTLE)
    [row] = graph.query(
        f"""PREFIX schema: <{SCHEMA}> PREFIX sd: <{SD}>
        SELECT ?usual ?most {{ ?service a sd:Service ; schema:additionalProperty ?limit .
          ?limit schema:propertyID "timeout" ; schema:unitCode "SEC" ;
            schema:value ?usual ; schema:maxValue ?most }}"""
    )
    assert (row["usual"].value, row["most"].value) == ("10", "60")
    page = client.get("/sparql", headers=BROWSER).get_data(as_text=True)
    assert "A query has 10 seconds" in page


def test_services_that_may_be_called_are_told(state):
    """An endpoint that a query may call stands in the description; without any, none does."""
    operation = Operation(services=("https://example.org/sparql",))
    site = create_app(state, operation=operation).test_client()
    told = site.get("/sparql", headers={"Accept": "text/turtle"}).get_data(as_text=True)
    assert "BasicFederatedQuery" in told
    assert "<https://example.org/sparql>" in told
