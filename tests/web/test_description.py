"""What is gathered about one resource, and that it takes few queries whatever the resource."""

import pyoxigraph as ox
import pytest

from tgkg.engine.embedded import EmbeddedEngine
from tgkg.engine.port import QueryRequest
from tgkg.formats import JSON_LD, N_TRIPLES, SPARQL_JSON, TURTLE
from tgkg.iris import RDF, RDFS
from tgkg.release import State
from tgkg.serialization import serialize
from tgkg.web.asking import inline, rows
from tgkg.web.description import DEPTH, describe
from tgkg.web.incoming import PAGE, Asked

X = "https://example.org/"
LINKS = 2 * PAGE + 7

DATA = f"""
@prefix : <{X}> .
@prefix rdf: <{RDF}> .
@prefix rdfs: <{RDFS}> .

:one {{
  :thing a :Small ; rdfs:label "Thing"@en ; :near :other , <urn:undescribed> ;
    :address [ :street "High Street" ; :place [ :name "Town" ] ] ;
    :list ( "a" ( "b" [ :deep "c" ] ) {" ".join(f'"{n}"' for n in range(60))} ) ;
    :chain [ :n [ :n [ :n [ :n [ :n "too deep" ] ] ] ] ] ;
    :knot _:knot .
  _:knot :again _:knot ; :back :thing .
  :other rdfs:label "Other"@en , "Ander"@nl ; :name "not asked for" .
  _:why a rdf:Statement ; rdf:subject :thing ; rdf:predicate :near ; rdf:object :other ;
    :passage :page12 .
  :else a rdf:Statement ; rdf:subject :thing ; rdf:predicate :near ; rdf:object :elsewhere .
  :page12 rdfs:label "page 12"@en .
}}
:two {{
  :thing :near :other .
  :Small rdfs:subClassOf :Medium . :Medium rdfs:subClassOf :Large , [ a :Restriction ] .
  :Large rdfs:label "Large"@en .
}}
:many {{
  {" ".join(f":link{n:03} :to :hub ." for n in range(LINKS))}
  :page12 :about :hub . :thing :about :hub .
  _:claim rdf:subject :hub .
}}
"""


class Counting:
    """An engine that counts what it is asked."""

    def __init__(self, engine):
        """Stands before another engine."""
        self.engine, self.asked = engine, 0

    def query(self, request: QueryRequest):
        """Counts, and passes on."""
        self.asked += 1
        assert request.results is SPARQL_JSON
        return self.engine.query(request)


@pytest.fixture(scope="module")
def release(tmp_path_factory, publish):
    """Gives a release of the data above."""
    folder = tmp_path_factory.mktemp("described")
    (folder / "source").mkdir()
    file = folder / "source" / "data.trig"
    file.write_text(DATA)
    return publish(file, State(folder / "state"))


@pytest.fixture
def engine(release):
    """Gives an engine that counts."""
    return Counting(EmbeddedEngine(release))


@pytest.fixture
def about(engine, release):
    """Gives a function that describes a resource by the end of its IRI."""
    return lambda name, asked=None: describe(engine, X + name, release.manifest.counts, asked)


def said(quads):
    """Gives quads as text without blank nodes' labels, to compare."""
    return {
        tuple(
            "_" if isinstance(t, ox.BlankNode) else t.value
            for t in (q.subject, q.predicate, q.object)
        )
        for q in quads
    }


def test_outgoing_statements_keep_their_graphs(about):
    """A statement of two sources is there once for each, in its graph."""
    near = [q for q in about("thing").outgoing if q.object == ox.NamedNode(X + "other")]
    assert {q.graph_name.value for q in near} == {X + "one", X + "two"}


def test_blank_nodes_come_along(about):
    """Nested nodes and lists of any length come along, down to a stated depth."""
    nested = said(about("thing").nested)
    assert ("_", X + "street", "High Street") in nested
    assert ("_", X + "name", "Town") in nested
    assert {("_", RDF + "first", text) for text in ("a", "b", "59")} <= nested
    assert ("_", X + "deep", "c") in nested
    steps = [q for q in about("thing").nested if q.predicate.value == X + "n"]
    assert len(steps) == DEPTH
    assert ("_", X + "again", "_") in nested


def test_blank_nodes_are_the_same_in_all_statements(about):
    """The object of one statement is the subject of the next: the description hangs together."""
    found = about("thing")
    subjects = {q.subject for q in found.nested}
    for quad in found.outgoing:
        if isinstance(quad.object, ox.BlankNode):
            assert quad.object in subjects


def test_classes_come_with_theirs_above(about):
    """Stated classes come first, then their superclasses; classes without a name do not."""
    found = about("thing")
    assert found.types[0] == X + "Small"
    assert set(found.types) == {X + "Small", X + "Medium", X + "Large"}
    assert found.direct_types == (X + "Small",)


def test_evidence_stands_with_its_statement(about):
    """A reified statement is evidence for the very statement that it names."""
    evidence = about("thing").evidence
    near = ox.NamedNode(X + "near")
    stating = [e for e in evidence if e.states(near, ox.NamedNode(X + "other"))]
    assert len(stating) == 1
    assert said(stating[0].told) == {("_", X + "passage", X + "page12")}
    assert not any(e.states(near, ox.Literal("other")) for e in evidence)


def test_names_of_all_that_is_mentioned(about):
    """Names come in all languages, for what evidence, classes and graphs mention too."""
    labels = about("thing").labels
    assert {text.value for text in labels.of(X + "other")} == {"Other", "Ander"}
    assert [text.value for text in labels.of(X + "page12")] == ["page 12"]
    assert [text.value for text in labels.of(X + "Large")] == ["Large"]
    assert labels.of(X + "two") == ()
    assert {X + "one", X + "near", X + "other"} <= labels.described
    assert "urn:undescribed" not in labels.described


def test_few_links_come_whole(about):
    """When few link to a resource, all of them are there, but not those of reification."""
    incoming = about("page12").incoming
    assert (incoming.predicate, incoming.total, incoming.is_whole(X + "passage")) == (
        None, 1, True,
    )  # fmt: skip
    assert about("thing").incoming.counts == {X + "back": 1, RDF + "subject": 2}
    assert said(about("thing").incoming.quads) == {("_", X + "back", X + "thing")}


@pytest.mark.parametrize("is_sorted", [True, False])
def test_many_links_come_a_page_at_a_time(about, monkeypatch, is_sorted):
    """When many link to a resource, there is a page of one property and the count of each."""
    monkeypatch.setattr("tgkg.web.incoming.SORTED", LINKS if is_sorted else 0)
    incoming = about("hub").incoming
    assert incoming.counts == {X + "to": LINKS, X + "about": 2, RDF + "subject": 1}
    assert (incoming.predicate, incoming.pages, len(incoming.quads)) == (X + "to", 3, PAGE)
    pages = [about("hub", Asked(X + "to", page)).incoming for page in (1, 2, 3)]
    assert sum(len(page.quads) for page in pages) == LINKS
    assert len({quad for page in pages for quad in page.quads}) == LINKS


@pytest.mark.parametrize(
    ("asked", "predicate", "page", "size"),
    [
        (Asked(X + "about"), X + "about", 1, 2),
        (Asked(RDF + "subject"), RDF + "subject", 1, 1),
        (Asked(X + "to", 3), X + "to", 3, LINKS - 2 * PAGE),
        (Asked(X + "to", 999), X + "to", 3, LINKS - 2 * PAGE),
        (Asked(X + "to", 0), X + "to", 1, PAGE),
        (Asked(X + "nothing"), X + "to", 1, PAGE),
        (Asked("not > an IRI"), X + "to", 1, PAGE),
    ],
)
def test_the_page_asked_for(about, asked, predicate, page, size):
    """The property and page asked for are given; what there is not gives the nearest there is."""
    incoming = about("hub", asked).incoming
    assert (incoming.predicate, incoming.page, len(incoming.quads)) == (predicate, page, size)


@pytest.mark.parametrize("name", ["thing", "hub", "page12", "Small", "near", "one", "nothing"])
def test_a_bounded_number_of_queries(about, engine, name):
    """However much there is to say, it takes seven queries at most."""
    about(name)
    assert engine.asked <= 7


@pytest.mark.parametrize(
    ("name", "is_empty"),
    [("thing", False), ("hub", False), ("near", False), ("one", False), ("nothing", True)],
)
def test_what_the_graph_knows(about, name, is_empty):
    """A resource, an object, a property and a graph are known; anything else is not."""
    assert about(name).is_empty is is_empty


def test_the_data_holds_it_all(about):
    """The quads are the statements, what lies below, evidence, names and the page of links."""
    found = about("thing")
    everything = said(found.quads())
    parts = (found.outgoing, found.nested, found.incoming.quads, found.labels.quads)
    assert all(said(part) <= everything for part in parts)
    assert ("_", X + "passage", X + "page12") in everything
    assert (X + "other", X + "name", "not asked for") not in everything
    assert len(found.quads()) == len(set(found.quads()))
    for fmt in (TURTLE, N_TRIPLES, JSON_LD):
        assert serialize(found.quads(), fmt, {})


@pytest.mark.parametrize(
    "text",
    ["", "x", "http://x/ }", "http://x/> } UNION {", "http://x/<", 'http://x/"', "http://\n"],
)
def test_only_iris_get_into_queries(text):
    """A text that is no IRI is refused before it is in a query."""
    with pytest.raises(ValueError, match=r"."):
        inline([text])


def test_values_are_bound_not_pasted(engine):
    """What a query is bound to comes back as it was, whatever it holds."""
    hostile = ox.Literal('" } DROP ALL #')
    (row,) = rows(engine, "SELECT ?this { BIND(1 AS ?x) }", this=hostile)
    assert row["this"] == hostile
