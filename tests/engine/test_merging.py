"""The default graph of several graphs is their merge: a triple counts once."""

import json

import pytest

from tgkg.engine.merging import clauses
from tgkg.engine.port import Dataset, QueryRequest
from tgkg.formats import SPARQL_JSON

DATA = """
PREFIX : <http://e/>
:g1 { :s :p 1 , 2 . _:b :p 3 }
:g2 { :s :p 2 , 4 }
:g3 { :s :p 5 }
"""
P = "PREFIX e: <http://e/> "
COUNT = "{ SELECT * { ?s ?p ?o } }"


@pytest.fixture(scope="module")
def engine(engine_over):
    """Gives the engine over three graphs, two of which share a triple."""
    return engine_over(DATA)


def count(engine, query, dataset=None):
    """Gives the number that a query counts."""
    answer = engine.query(QueryRequest(query, SPARQL_JSON, dataset=dataset))
    [row] = json.loads(answer.content)["results"]["bindings"]
    return int(row["n"]["value"])


@pytest.mark.parametrize(
    ("graphs", "triples"),
    [("1", 3), ("12", 4), ("21", 4), ("23", 3), ("123", 5), ("11", 3), ("1x", 3), ("12x", 4)],
)
class TestMerge:
    def test_by_protocol(self, engine, graphs, triples):
        """The graphs that a request names are merged; one that is not there adds nothing."""
        dataset = Dataset(tuple(f"http://e/g{name}" for name in graphs))
        assert count(engine, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", dataset) == triples

    def test_by_from(self, engine, graphs, triples):
        """So are those that the query names, by whatever name."""
        named = " ".join(
            f"FROM {'e:g' + name if place % 2 else f'<http://e/g{name}>'}"
            for place, name in enumerate(graphs)
        )
        assert count(engine, f"{P}SELECT (COUNT(*) AS ?n) {named} {{ ?s ?p ?o }}") == triples


def test_named_graphs_stay_apart(engine):
    """Beside a merged default graph, FROM NAMED gives graphs by their names."""
    query = "SELECT (COUNT(*) AS ?n) FROM e:g1 FROM NAMED e:g2 FROM e:g2 FROM NAMED e:g3"
    assert count(engine, f"{P}{query} {{ GRAPH ?g {{ ?s ?p ?o }} }}") == 3
    assert count(engine, f"{P}{query} {{ ?s ?p ?o }}") == 4


def test_the_request_stands_above_the_query(engine):
    """What the request names replaces what the query names."""
    query = "SELECT (COUNT(*) AS ?n) FROM <http://e/g1> FROM <http://e/g2> { ?s ?p ?o }"
    assert count(engine, query, Dataset(("http://e/g3",))) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT * FROM <a:a> FROM NAMED b:b{}", [("<a:a>", False), ("b:b", True)]),
        (
            "CONSTRUCT { ?FROM <from> 'FROM <x>' } FROM<a:a>#FROM <b:b>\nWHERE {}",
            [("<a:a>", False)],
        ),
        ("SELECT * { ?s <from> 'FROM <x>' }", []),
        ("PREFIX from: <a:> ASK FROM from:named NAMED {}", [("from:named", False)]),
    ],
)
def test_clauses_are_found(query, found):
    """Only FROM as a keyword, outside braces, names a graph."""
    assert list(clauses(query)) == found
