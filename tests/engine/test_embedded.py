"""The embedded engine answers SPARQL over a release, in the format that is asked."""

import csv
import io
import json
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from tgkg.engine.port import Dataset, QueryRequest
from tgkg.errors import EngineError, NotAcceptableError, QuerySyntaxError
from tgkg.formats import (
    CSV,
    JSON_LD,
    N_TRIPLES,
    RDF_FORMATS,
    RDF_XML,
    RESULTS_FORMATS,
    SPARQL_JSON,
    SPARQL_XML,
    TSV,
    TURTLE,
)  # fmt: skip
from tgkg.serialization import NotExpressibleError

E = "http://e/"
DATA = """
PREFIX : <http://e/>
:g1 { :s :p :o . :s :name "A"@en }
:g2 { :s :p :o . :s :name "B" . _:b :part _:c . _:c :name "C" }
:t :name "line\\r\\nend", "\\u0001" .
"""
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
ODD_NAME = "SELECT ?n { <http://e/t> <http://e/name> ?n } ORDER BY ?n"


@pytest.fixture(scope="module")
def engine(engine_over):
    """Gives the engine over the data above."""
    return engine_over(DATA)


def ask(engine, query, results=SPARQL_JSON, rdf=TURTLE, **more):
    """Gives the body of an answer."""
    answer = engine.query(QueryRequest(query, results, rdf, **more))
    assert answer.format in (results, rdf)
    assert answer.length == len(answer.body)
    return answer.body


def rows(engine, query, **more):
    """Gives the values of an answer, row by row."""
    found = json.loads(ask(engine, query, **more))
    names = found["head"]["vars"]
    return [
        [row[name]["value"] if name in row else None for name in names]
        for row in found["results"]["bindings"]
    ]


def test_select_is_answered_in_every_results_format(engine):
    """The same row is read back from JSON, XML, CSV and TSV."""
    query = 'SELECT ?s ?n { ?s <http://e/name> ?n FILTER(?n = "A"@en) }'
    assert rows(engine, query) == [["http://e/s", "A"]]
    tree = ET.fromstring(ask(engine, query, SPARQL_XML))  # noqa: S314 (our own)
    assert [element.text for element in tree.iter() if element.text] == ["http://e/s", "A"]
    table = csv.reader(io.StringIO(ask(engine, query, CSV).decode()))
    assert list(table) == [["s", "n"], ["http://e/s", "A"]]
    assert ask(engine, query, TSV) == b'?s\t?n\n<http://e/s>\t"A"@en\n'


@pytest.mark.parametrize("fmt", RESULTS_FORMATS, ids=lambda fmt: fmt.name)
def test_ask_is_answered_in_every_results_format(fmt, engine):
    """ASK says true or false in each format of results."""
    assert b"true" in ask(engine, "ASK { ?s ?p ?o }", fmt)
    assert b"false" in ask(engine, "ASK { ?s ?p <a:none> }", fmt)


@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
@pytest.mark.parametrize(
    "query",
    ["CONSTRUCT WHERE { <http://e/s> ?p ?o }", "DESCRIBE <http://e/s>"],
)
def test_graphs_are_answered_in_every_rdf_format(fmt, query, engine):
    """CONSTRUCT and DESCRIBE give each triple once, in each format of RDF."""
    triples = [quad.triple for quad in ox.parse(ask(engine, query, rdf=fmt), format=fmt.rdf)]
    assert len(triples) == len(set(triples)) == 3
    assert {triple.subject.value for triple in triples} == {"http://e/s"}


def test_a_triple_is_counted_once_however_many_graphs_hold_it(engine):
    """The default graph is the union of all graphs, each triple once; named graphs keep theirs."""
    assert rows(engine, COUNT) == [["7"]]
    assert rows(engine, COUNT_NAMED) == [["8"]]


@pytest.mark.parametrize(
    ("dataset", "default", "named"),
    [
        (None, "7", "8"),
        (Dataset(), "0", "0"),
        (Dataset(default=(E + "g1",)), "2", "0"),
        (Dataset(named=(E + "g1",)), "0", "2"),
        (Dataset((E + "g1",), (E + "g2",)), "2", "4"),
        (Dataset(named=(E + "g1", E + "g2")), "0", "6"),
        (Dataset((E + "none",), (E + "none",)), "0", "0"),
    ],
)
def test_a_dataset_is_what_the_request_says(dataset, default, named, engine):
    """The graphs that a request names are its whole world."""
    assert rows(engine, COUNT, dataset=dataset) == [[default]]
    assert rows(engine, COUNT_NAMED, dataset=dataset) == [[named]]


def test_a_dataset_of_the_request_comes_before_the_querys(engine):
    """Graphs of the request replace those of FROM (SPARQL 1.1 Protocol, section 2.1.4)."""
    query = "SELECT (COUNT(*) AS ?n) FROM <http://e/g2> { ?s ?p ?o }"
    assert rows(engine, query) == [["4"]]
    assert rows(engine, query, dataset=Dataset((E + "g1",))) == [["2"]]


def test_bindings_bind_terms_safely(engine):
    """A bound term is a term, whatever its text looks like."""
    query = "SELECT ?n ?s { ?s <http://e/name> ?n }"
    name = ox.Literal("A", language="en")
    assert rows(engine, query, bindings={"n": name}) == [["A", "http://e/s"]]
    for hostile in ("} SERVICE <http://x/> {", '"@en ; ?p "', "\\u0022"):
        assert rows(engine, query, bindings={"n": ox.Literal(hostile)}) == []
    with pytest.raises(EngineError):
        ask(engine, query, bindings={"unknown": name})


def test_blank_nodes_keep_the_labels_of_the_release(engine):
    """The label in an answer is the one in the dumps, so that it can be asked again."""
    first = rows(engine, "SELECT ?b ?c { ?b <http://e/part> ?c }")
    assert all(label.startswith("b") and "c14n" in label for label in first[0])
    assert (
        f"_:{first[0][0]} "
        in ask(engine, "CONSTRUCT WHERE { ?b <http://e/part> ?c }", rdf=N_TRIPLES).decode()
    )
    assert rows(engine, "SELECT ?b ?c { ?b <http://e/part> ?c }") == first


def test_graph_formats_are_refused_when_they_cannot_hold_the_answer(engine):
    """What RDF/XML or JSON-LD cannot express is said, not broken."""
    with pytest.raises(NotExpressibleError, match="character"):
        ask(engine, "DESCRIBE <http://e/t>", rdf=RDF_XML)
    triple_term = "CONSTRUCT { <a:a> <a:b> <<( <a:a> <a:b> <a:c> )>> } {}"
    for fmt in (RDF_XML, JSON_LD):
        with pytest.raises(NotExpressibleError, match="triple terms"):
            ask(engine, triple_term, rdf=fmt)


def test_results_in_xml_are_sound(engine):
    """XML keeps a carriage return, and refuses a character that XML forbids."""
    good = "SELECT ?n { <http://e/t> <http://e/name> ?n FILTER(STRLEN(?n) > 1) }"
    tree = ET.fromstring(ask(engine, good, SPARQL_XML))  # noqa: S314 (our own)
    assert [element.text for element in tree.iter() if element.text] == ["line\r\nend"]
    with pytest.raises(NotExpressibleError, match=r"U\+0001"):
        ask(engine, ODD_NAME, SPARQL_XML)
    assert len(rows(engine, ODD_NAME)) == 2


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("", 1, 1),
        ("SELECT", 1, 7),
        ("SELECT * {\n ?s ?p }", 2, 8),
        ("SELECT * { ?s ?p ?o } x", 1, 23),
        ("SELECT * {\r\n\r\n ?s undeclared:p ?o }", 3, 5),
        ("SELECT * { ?s ?p '\\q' }", 1, None),
        ("SELECT ?x (COUNT(*) AS ?n) { ?s ?p ?o }", None, None),
        ("SELECT * {} # service\n x", 2, 2),
    ],
)
def test_a_syntax_error_has_its_position(query, line, column, engine):
    """Where the parser stopped is said by line and column: at the fault or just behind it."""
    with pytest.raises(QuerySyntaxError) as error:
        ask(engine, query)
    assert str(error.value).endswith(".")
    position = error.value.position
    assert line is None or position.line == line
    assert column is None or position.column - column in (0, 1)


def test_an_answer_needs_a_format_of_its_kind(engine):
    """Without an accepted format the kind of query decides what is offered."""
    with pytest.raises(NotAcceptableError) as error:
        ask(engine, COUNT, results=None)
    assert error.value.offered == tuple(fmt.media_type for fmt in RESULTS_FORMATS)
    with pytest.raises(NotAcceptableError) as error:
        ask(engine, "DESCRIBE <a:a>", rdf=None)
    assert error.value.offered == tuple(fmt.media_type for fmt in RDF_FORMATS)


def test_an_empty_release_can_be_asked(engine_over):
    """No data is no obstacle."""
    assert rows(engine_over(""), COUNT) == [["0"]]


def test_numbers_keep_their_value(engine_over):
    """The engine may write a number in canonical form; its value and the dumps stay."""
    engine = engine_over("<http://e/s> <http://e/p> 01.50 .")
    assert float(rows(engine, "SELECT ?o { ?s ?p ?o }")[0][0]) == 1.5


def test_an_unknown_function_is_an_error_in_its_expression(engine):
    """A filter with it is false, a value from it unbound; the query is answered all the same."""
    assert b"false" in ask(engine, "ASK { FILTER(<http://x/f>(1)) }")
    query = "SELECT (<http://x/f>(1) AS ?x) (<http://x/g>(?y, 2) AS ?z) ('a' AS ?a) {}"
    assert rows(engine, query) == [[None, None, "a"]] or rows(engine, query)[0].count("a") == 1
    many = " || ".join(f"<http://x/{n}>(1)" for n in range(30))
    with pytest.raises(EngineError, match="could not answer"):
        ask(engine, f"ASK {{ FILTER({many}) }}")


class TestSearch:
    """The search of the site as a function of queries."""

    def ask(self, engine, query):
        """Gives the rows of a query as texts."""
        answer = engine.query(QueryRequest(query, results=SPARQL_JSON))
        solutions = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
        return [[None if term is None else term.value for term in row] for row in solutions]

    @pytest.fixture
    def found(self, engine_over):
        """Gives an engine over a ferry, a port and what links them."""
        return engine_over("""
            PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX : <http://e/>
            :g { :morning rdfs:label "Morning ferry"@en ; :to :port . :port rdfs:label "Port"@en }
        """)

    def test_gives_things_with_how_well_they_fit(self, found):
        """What fits best comes first; what does not fit has no value."""
        query = """SELECT ?thing ?score {
          { SELECT DISTINCT ?thing { ?thing ?p ?o } }
          BIND(<urn:tgkg:search>(?thing, "mornign ferry") AS ?score) FILTER(BOUND(?score))
        } ORDER BY DESC(?score)"""
        rows = self.ask(found, query)
        assert rows[0][0].endswith("/morning")
        assert 0 < float(rows[0][1]) < 1

    def test_needs_a_thing_and_a_text(self, found):
        """Anything else is an error in the expression, and not in the query."""
        query = 'SELECT (<urn:tgkg:search>("a", "b") AS ?x) (<urn:tgkg:search>() AS ?y) { }'
        assert self.ask(found, query) == [[None, None]]
