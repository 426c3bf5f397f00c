"""A project's questions: what their headers mean, and what their pages do with what they are given.

The graph is that of the isles; the questions are good ones, strange ones and hostile ones.
"""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, Variable, parse_query_results

from tgkg.engine.opening import in_process
from tgkg.errors import BadRequestError, BusyError, QueryLimitError
from tgkg.iris import XSD
from tgkg.release import State
from tgkg.web.app import create_app
from tgkg.web.charts import Kind
from tgkg.web.question_parameters import Parameter, blocks_of, bound, is_possible, term_of
from tgkg.web.question_words import readable
from tgkg.web.questions import parsed
from tgkg.web.spreadsheet import as_csv, safe

BROWSER = {"Accept": "text/html"}
ISLE = "https://example.org/isles/id/island/"
HEADERS = """\
# title@en: {title}
# title@nl: {title} (nl)
"""
PEOPLE = """\
# title@en: How many people live on an isle?
# title@nl: Hoeveel mensen wonen op een eiland?
# description@en: Made up for the tests.
# topic@en: People
# topic@nl: Mensen
# parameter isle: xsd:anyURI default https://example.org/isles/id/island/far
# label isle@en: isle
# label isle@nl: eiland
# parameter least: xsd:integer default 0
# show: bars label=?island value=?people
# unit@en: people
# unit@nl: mensen
# sentence@en: On {island} live {people} people.
# sources: <https://example.org/isles/graph/register>

PREFIX isle: <https://example.org/isles/def#>

SELECT ?island ?people WHERE {
  VALUES ?isle { <https://example.org/isles/id/island/far> }
  VALUES ?least { 0 }
  BIND (?isle AS ?island)
  ?isle isle:inhabitants ?people .
  FILTER (?people >= ?least)
}
"""
QUESTIONS = {
    "how-many-people": PEOPLE,
    "how-many": HEADERS + "\nSELECT (COUNT(*) AS ?n) { ?s ?p ?o }\n",
    "is-there": HEADERS + "\nASK { ?s ?p ?o }\n",
    "triples": HEADERS + "\nCONSTRUCT { ?s a ?o } { ?s a ?o }\n",
    "nothing": HEADERS + "\nSELECT ?s { ?s <https://example.org/none> ?o }\n",
    "broken": HEADERS + "\nSELECT ?s { ?s ?p\n",
    "forbidden": HEADERS + "\nSELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }\n",
    "update": HEADERS + "\nDELETE WHERE { ?s ?p ?o }\n",
    "sub/folder": HEADERS + "\nSELECT ?s { ?s a ?c }\n",
    "a name é": HEADERS + "\nSELECT ?s { ?s a ?c }\n",
    "long": HEADERS
    + "\nSELECT ?a ?b ?c { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z } LIMIT 3000\n",
    "formula": HEADERS
    + '\nSELECT ?x ?n { VALUES (?x ?n) { ("=1+1" -5) ("-2" 2.50) ("@a" 1e3) ("a,\\"b\\"" "x") }}',
    "markup": '# title: <script>alert(1)</script>\n# columns: <b>x</b>\n# sentence: <i>{x}</i>\n'
    '\nSELECT ?x { VALUES ?x { "<img src=x>" } }\n',
    "moment": HEADERS + "\nSELECT (NOW() AS ?now) {}\n",
    "nameless": "ASK {}",
    "bad-headers": "# title@en: Bad\n# parameter\n# parameter x\n"
    "# parameter lang: xsd:string default a\n"
    "# parameter y: xsd:integer default many\n# parameter z: nope:type default 1\n"
    "# parameter n: xsd:integer default 1\n# show: pie label=?s value=?o\n"
    "# sources: nope:x <not iri>\n"
    "# choices q: }} {{\n# columns@en: one, two, three\n\nSELECT ?s ?o { ?s ?p ?o } LIMIT 2\n",
    "mixed": "# title@en: Mixed\n# show: bars label=?l value=?v unit=?u\n\n"
    'SELECT ?l ?v ?u { VALUES (?l ?v ?u) { ("a" 1 "m") ("b" 2 "kg") } }\n',
    "twice": "# title@en: Twice\n# show: bars label=?l value=?v\n\n"
    'SELECT ?l ?v { VALUES (?l ?v) { ("a" 1) ("a" 2) } }\n',
}  # fmt: skip


@pytest.fixture(scope="module")
def asked(tmp_path_factory, publish) -> State:
    """Publishes the isles with these questions."""
    folder = tmp_path_factory.mktemp("questions")
    project = copytree(Path(__file__).parent / "graph", folder / "project")
    for name, text in QUESTIONS.items():
        file = project / "queries" / f"{name}.rq"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("{title}", f"Question {name}?"), "utf-8")
    made = State(folder / "state")
    publish(project, made)
    return made


@pytest.fixture(scope="module")
def site(asked):
    """Gives the site over them."""
    return create_app(asked)


@pytest.fixture
def client(site):
    """Gives a client of that site."""
    return site.test_client()


def rows_of(response) -> list[list[str]]:
    """Reads CSV."""
    text = response.get_data().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_query_page_and_home_lead_to_the_questions(client):
    """Each question with a title is offered in the reader's language, with a way to all."""
    for language, title in (("en", "How many people live"), ("nl", "Hoeveel mensen wonen")):
        html = client.get(f"/sparql?lang={language}", headers=BROWSER).text
        section = html.partition('id="questions"')[2].partition("</section>")[0]
        assert f'href="/questions/how-many-people?lang={language}"' in section
        assert title in section
        assert f'href="/questions/?lang={language}"' in section
        assert f'href="/questions/?lang={language}"' in client.get(f"/?lang={language}").text
    assert "nameless" not in client.get("/questions/").text


def test_a_project_without_questions_has_no_place_for_them(site_with):
    """Where there is no query with a title, the pages do not speak of questions."""
    bare = site_with()
    assert 'id="questions"' not in bare.get("/sparql?lang=en", headers=BROWSER).text
    assert "has no questions" in bare.get("/questions/?lang=en", headers=BROWSER).text


def test_a_question_says_its_answer_in_words_picture_and_table(client):
    """Sentence, chart, sources by the headers; the things in it are links with names."""
    text = client.get("/questions/how-many-people?lang=en", headers=BROWSER).text
    assert "On Far live 12 people." in text
    assert '<figure class="chart in-bars">' in text
    assert ">people</span>" in text
    assert 'href="/questions/how-many-people.csv?isle=' in text
    assert 'href="/sparql?query=' in text
    dutch = client.get("/questions/how-many-people?lang=nl", headers=BROWSER).text
    assert ">Ver</bdi>" in dutch
    assert ">eiland</label>" in dutch


def test_the_form_knows_what_may_be_asked(client):
    """Things like the default are a list by their names; a number is typed as one."""
    text = client.get(f"/questions/how-many-people?lang=en&isle={quote(ISLE)}near").text
    assert f'<option value="{ISLE}near" selected>Near</option>' in text
    assert f'<option value="{ISLE}far">Far</option>' in text
    assert 'name="least" type="number" value="0"' in text.replace("  ", " ")
    assert "On Near live 345 people." in text


@pytest.mark.parametrize(
    ("query", "status", "rows"),
    [
        ("", 200, [["Far", "12"]]),
        ("isle=" + quote(ISLE + "near"), 200, [["Near", "345"]]),
        ("least=13", 200, []),
        ("least=", 200, [["Far", "12"]]),
        ("least=many", 400, "integer"),
        ("least=1%3B", 400, "integer"),
        ("isle=near", 400, "anyURI"),
        ("isle=" + quote("x> } ; DROP ALL #"), 400, "anyURI"),
        ("lest=13", 400, "no parameter"),
        ("isle=" + "x" * 5000, 400, "anyURI"),
    ],
)
def test_parameters_are_checked_and_bound(client, query, status, rows):
    """A value is taken as one term of its datatype, or refused in a sentence that says why."""
    response = client.get(f"/questions/how-many-people.csv?lang=en&{query}")
    assert response.status_code == status
    if status == 200:
        header, *found = rows_of(response)
        assert header == (["island", "island_label", "people"] if rows else ["island", "people"])
        assert [row[1:] for row in found] == rows
    else:
        assert rows in response.get_json()["detail"]


def test_a_wrong_value_is_marked_on_the_page(client):
    """The page keeps what was typed, says beside it what is expected, and has no answer."""
    response = client.get("/questions/how-many-people?lang=en&least=m%22any", headers=BROWSER)
    assert response.status_code == 400
    assert 'value="m&#34;any"' in response.text
    assert 'aria-invalid="true" aria-describedby="p-least-problem"' in response.text
    assert "Give a whole number." in response.text


@pytest.mark.parametrize(
    ("slug", "status", "said"),
    [
        ("how-many", 200, '<p class="verdict">'),
        ("is-there", 200, '<bdi lang="">yes</bdi>'),
        ("triples", 200, ">Predicate</th>"),
        ("nothing", 200, "nothing that answers"),
        ("sub/folder", 200, "Question sub/folder?"),
        ("a%20name%20%C3%A9", 200, "Question a name é?"),
        ("long", 200, "The answer is long"),
        ("formula", 200, "=1+1"),
        ("markup", 200, "&lt;i&gt;&lt;img src=x&gt;&lt;/i&gt;"),
        ("broken", 400, "There is no answer now."),
        ("forbidden", 403, "There is no answer now."),
        ("update", 403, "There is no answer now."),
        ("bad-headers", 200, '<th scope="col" lang="">s</th>'),
        ("mixed", 200, "</figure>"),
        ("twice", 200, "<table"),
        ("nameless", 404, "no such question"),
        ("none", 404, "no such question"),
        ("..%2F..%2Ftgkg.toml", 404, "no such question"),
        ("how-many.ttl", 404, "no such question"),
    ],
)  # fmt: skip
def test_any_question_has_a_page_or_a_problem(client, slug, status, said):
    """Whatever a project holds: never a traceback, never markup of others, never half a page."""
    response = client.get(f"/questions/{slug}?lang=en", headers=BROWSER)
    assert response.status_code == status
    assert said.lower() in response.text.lower()
    assert "<script>" not in response.text
    assert "<img" not in response.text
    assert "Traceback" not in response.text


def test_units_that_differ_never_share_an_axis(client):
    """Two units are two charts; two figures of one name are none, and the table says them."""
    assert client.get("/questions/mixed", headers=BROWSER).text.count("<figure") == 2
    assert "<figure" not in client.get("/questions/twice", headers=BROWSER).text


def test_headers_that_say_nothing_are_no_headers():
    """What is not understood is left out: parameters without a place, charts of no kind."""
    question = parsed("bad", QUESTIONS["bad-headers"], {})
    assert question.parameters == ()
    assert question.show is None
    assert question.sources == ()
    good = parsed("good", PEOPLE, {})
    assert [each.name for each in good.parameters] == ["isle", "least"]
    assert good.show.kind is Kind.BARS
    assert good.show.variables == {"label": ("island",), "value": ("people",)}
    assert good.sources == ("https://example.org/isles/graph/register",)


def test_the_data_say_what_they_are(client):
    """Their type, a name for a file, a validator, the language, and where the others are."""
    response = client.get("/questions/how-many-people.csv?lang=nl")
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].endswith("how-many-people.csv")
    assert response.headers["Content-Language"] == "nl"
    assert 'rel="alternate"' in response.headers["Link"]
    tag = {"If-None-Match": response.headers["ETag"]}
    assert client.get("/questions/how-many-people.csv?lang=nl", headers=tag).status_code == 304
    head = client.head("/questions/how-many-people.csv?lang=nl")
    assert head.headers["Content-Length"] == response.headers["Content-Length"]
    data = client.get("/questions/how-many-people", headers={"Accept": "application/json"})
    assert data.get_json()["rows"] == [
        {"island": f"{ISLE}far", "island_label": "Far", "people": 12}
    ]
    assert data.get_json()["parameters"] == {"isle": f"{ISLE}far", "least": "0"}
    assert client.get("/questions/how-many-people?format=csv").mimetype == "text/csv"
    assert client.get("/questions/how-many-people?format=rdf").status_code == 406


def test_what_changes_by_itself_is_asked_each_time(client):
    """A question for the time is not kept."""
    first, second = (client.get("/questions/moment.csv").data for _ in range(2))
    assert first != second


def test_the_list_is_data_too(client):
    """With the words asked for, in the reader's language."""
    found = client.get("/questions/?format=json&lang=nl&q=MENSEN").get_json()
    assert [each["question"] for each in found["questions"]] == [
        "Hoeveel mensen wonen op een eiland?"
    ]
    text = client.get("/questions/?q=%3Cb%3E&lang=en", headers=BROWSER).text
    assert "No question has all these words." in text
    assert 'value="&lt;b&gt;"' in text


class Failing:
    """An engine that does not answer."""

    def __init__(self, error):
        """Fails with this error."""
        self.error = error

    def query(self, _request):
        """Fails."""
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        (BusyError("Every query process is busy.", retry_after=2), 503, "Retry-After"),
        (QueryLimitError("It took too long.", limit="time", allowed=10, spent=10), 422, None),
    ],
)
def test_a_question_that_gets_no_answer_says_why(asked, error, status, header):
    """Busy or too slow: the page stands, with the reason; other pages do not ask that queue."""
    app = create_app(asked, lambda release: replace(in_process(release), public=Failing(error)))
    client = app.test_client()
    page = client.get("/questions/how-many-people?lang=en", headers=BROWSER)
    data = client.get("/questions/how-many-people.csv")
    assert page.status_code == data.status_code == status
    assert str(error) in page.text
    assert "How many people live" in page.text
    assert "ETag" not in page.headers
    assert data.mimetype == "application/problem+json"
    assert header is None or page.headers[header]
    assert client.get("/questions/", headers=BROWSER).status_code == 200


ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(ANY_TEXT)
def test_no_text_leaves_its_place_in_a_query(site, text):
    """Whatever is typed, the query is the same but for one literal, which is that text."""
    parameter = Parameter("x", XSD + "string", "a")
    query = 'SELECT ?x ?y { VALUES ?x { "a" } VALUES ?y { "b" } }'
    if not is_possible(parameter, text):
        with pytest.raises(BadRequestError):
            term_of(parameter, text)
        return
    changed = bound(query, {"x": term_of(parameter, text)})
    response = site.test_client().post(
        "/sparql", data={"query": changed}, headers={"Accept": "application/sparql-results+json"}
    )
    [row] = parse_query_results(response.data, format=QueryResultsFormat.JSON)
    assert row[Variable("x")].value == text
    assert row[Variable("y")] == Literal("b")


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        ("anyURI", ["https://e.org/a", "urn:x:y"], ["a", "", "https://e.org/a b", "a:b>"]),
        ("gYear", ["2019", "-0044", "12019"], ["19", "2019Z", "x", "2019\n", "２０１９"]),
        ("date", ["2019-02-28"], ["2019-02-30", "2019-1-1", "20190101", "x"]),
        ("integer", ["0", "-5", "+7"], ["1.5", "1e3", "", "1 ", "0x1"]),
        ("nonNegativeInteger", ["0", "5"], ["-1", "x"]),
        ("decimal", ["0", "-.5", "2.50"], ["1e3", ",5", "NaN"]),
        ("boolean", ["true", "false"], ["yes", "1", ""]),
        ("string", ["", "a b", "=1", 'x"y'], ["\x00", "a" * 1001, "\\u0041", "\\U00000041"]),
        ("dateTime", ["2019-01-01T00:00:00"], ["x", ""]),
    ],
)
def test_a_value_fits_its_datatype(datatype, good, bad):
    """What the engine would take for something else is refused before."""
    parameter = Parameter("x", XSD + datatype, good[0])
    assert [value for value in good if not is_possible(parameter, value)] == []
    assert [value for value in bad if is_possible(parameter, value)] == []
    term = term_of(parameter, good[0])
    assert isinstance(term, NamedNode if datatype == "anyURI" else Literal)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT * { VALUES ?x { 1 } }", ["{ 1 }"]),
        ("SELECT * {values$x{'}'}}", ["{'}'}"]),
        ("SELECT * { VALUES # ?x { 2 }\n ?x { 1 } }", ["{ 1 }"]),
        ("SELECT * { { VALUES ?x { 1 } } UNION { VALUES ?x { 1 } } }", ["{ 1 }", "{ 1 }"]),
        ("SELECT * { VALUES ?xx { 1 } }", []),
        ('SELECT * { ?s ?p "VALUES ?x { 1 }" }', []),
        ("SELECT * { VALUES (?x) { (1) } }", []),
        ("SELECT * { VALUES ?x { 1 ", []),
    ],
)
def test_the_place_of_a_parameter_is_found_by_grammar(query, found):
    """Not in comments and strings, and wherever it is repeated."""
    assert [query[start:end] for start, end in blocks_of("x", query)] == found


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("\uff1d1", "'\uff1d1"),
        ("-5", "-5"),
        ("+3.5", "+3.5"),
        ("-1.0E-3", "-1.0E-3"),
        ("2019", "2019"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_text_is_a_formula_and_every_number_is_one(text, written):
    """A spreadsheet that opens the file runs nothing, and loses no number."""
    assert safe(text) == written


@given(st.lists(st.lists(ANY_TEXT, min_size=2, max_size=2)))
def test_csv_is_read_as_it_was_written(rows):
    """Commas, quotes and lines within a cell stay there (RFC 4180), after a mark of UTF-8."""
    text = as_csv(["a", "b"], rows)
    assert text.encode()[:3] == b"\xef\xbb\xbf"
    read = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert read == [["a", "b"], *([safe(cell) for cell in row] for row in rows)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("whatIsNotKnown", "what is not known"),
        ("partsOfAWhole", "parts of a whole"),
        ("x", "x"),
        ("BRIN", "BRIN"),
        ("a_b", "a b"),
    ],
)
def test_a_variable_reads_as_words(name, words):
    """Where a question does not name its columns."""
    assert readable(name) == words


def test_below_a_prefix_all_addresses_have_it(project, site_with):
    """The snippets have the public address, and links stay below the prefix."""
    (project / "queries").mkdir()
    (project / "queries" / "q.rq").write_text(PEOPLE)
    below = site_with(public_url="https://data.example.org/isles", prefix="/isles")
    text = below.get("/isles/questions/q?lang=en", headers=BROWSER).text
    assert "'https://data.example.org/isles/questions/q.csv?isle=" in text.replace("&#39;", "'")
    assert all(href.startswith("/isles/") for href in re.findall(r'href="(/[^"]*)"', text))
