"""Engines as they are used: which one takes what, on part of the shapes, on data that change."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from tgkg.publish import engines
from tgkg.publish.examine import check
from tgkg.publish.project import Role, open_project
from tgkg.publish.pyshacl_engine import PyShacl
from tgkg.publish.reading import read_sources
from tgkg.publish.rust_engine import is_installed
from tgkg.publish.shacl_engine import ShapesError
from tgkg.publish.shapes import Shapes
from tgkg.publish.statements import statements_in, statements_of
from tgkg.publish.targets import Targets

PREFIXES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX e: <https://example.org/>
"""
SHAPES = r"""
e:S a sh:NodeShape ; sh:targetClass e:T ; sh:name "thing"@en , "ding"@nl ;
    sh:property [ sh:path e:p ; sh:minCount 1 ; sh:message "give p"@en , "geef p"@nl ] ,
        [ sh:path ( e:q e:r ) ; sh:maxCount 0 ; sh:severity sh:Warning ] ,
        [ sh:path e:p ; sh:datatype xsd:integer ] , [ sh:path e:p ; sh:pattern "^[a-z0-9]+$" ] .
e:Q sh:targetSubjectsOf e:q ; sh:sparql [ sh:message "mend {?value}"@en , "verbeter {?value}"@nl ;
    sh:prefixes [ sh:declare [ sh:prefix "e" ; sh:namespace "https://example.org/" ] ] ;
    sh:select "SELECT $this (e:q AS ?path) ?value { $this e:q ?value . ?value e:r ?any }" ] .
e:Y sh:targetObjectsOf e:p ;
    sh:property [ sh:path e:q ; sh:property [ sh:path e:r ; sh:minCount 1 ] ] .
"""
DATA = """
e:a a e:T ; e:p 1 ; e:q _:x .
_:x a e:U ; e:r e:a ; e:q e:nobody .
_:y a e:T ; e:p "01"^^xsd:integer , "x"@en , _:x .
e:U rdfs:subClassOf e:T .
e:b a e:T .
"""
A, B, S, Q = (ox.NamedNode(f"https://example.org/{name}") for name in "abSQ")


@pytest.fixture
def project(tmp_path) -> Path:
    """Makes a project whose data break its shapes in several ways."""
    for name, text in (("data", DATA), ("shapes", SHAPES)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.ttl").write_text(PREFIXES + text)
    return tmp_path


@pytest.fixture
def reference(project) -> PyShacl:
    """Gives the reference engine over the project."""
    sources = read_sources(open_project([project]))
    shapes = [source for source in sources if source.file.role is Role.SHAPES]
    return PyShacl([source for source in sources if source not in shapes], shapes)


@pytest.mark.skipif(not is_installed(), reason="no wheel of shacl for this platform")
def test_the_report_is_the_same_whoever_made_it(project, monkeypatch):
    """Results, messages, places and counts of a large graph are those of a small one."""
    small = check([project], lambda _: None)
    monkeypatch.setattr(engines, "LARGE", 0)
    assert check([project], lambda _: None) == small
    assert len(small.results) > 5
    assert all(result.place and result.messages for result in small.results)


def test_without_the_fast_engine_the_reference_takes_all(project, monkeypatch):
    """The extra may be absent."""
    small = check([project], lambda _: None)
    monkeypatch.setattr(engines, "LARGE", 0)
    monkeypatch.setattr(engines, "is_installed", lambda: False)
    assert check([project], lambda _: None) == small


def test_each_shape_has_its_counts(project):
    """A shape has the number of its focus nodes, and of those that nothing is found about."""
    shapes = {shape.shape: shape for shape in check([project], lambda _: None).shapes}
    counts = {shape: (each.checked, each.passed) for shape, each in shapes.items()}
    assert counts == {
        f"{S}": (4, 0),
        f"{Q}": (2, 1),
        "<https://example.org/Y>": (4, None),  # its results are about values
    }
    assert shapes[f"{S}"].names == {"en": "thing", "nl": "ding"}
    assert str(shapes[f"{S}"].place) == "shapes/a.ttl:7"


def test_a_shape_without_a_message_says_what_is_broken(project):
    """A made-up message names the constraint and its value, whichever engine found it."""
    said = {result.message() for result in check([project], lambda _: None).results}
    assert "This breaks sh:maxCount 0 of the shape." in said


def test_part_of_the_shapes(reference):
    """Asked for one shape, the engine gives what it gives for that shape in a full run."""
    everything = reference.results()
    (found,) = reference.results([Q])
    assert found.shape == Q
    assert [each for each in everything if each.shape == Q] == [found]


def test_some_focus_nodes(reference):
    """Asked about focus nodes, blank ones too, the engine speaks of these alone."""
    nodes = reference.focus_nodes()[S]
    (blank,) = [node for node in nodes if str(node) not in map(str, (A, B)) and "y" in str(node)]
    assert {each.focus for each in reference.results_on(S, [B, blank])} == {B, blank}
    assert reference.results_on(S, []) == []


def test_data_that_change(reference):
    """What is added and removed counts in the next run."""
    property_, one = ox.NamedNode("https://example.org/p"), ox.Literal(1)
    quad = ox.Quad(B, property_, one)
    before = reference.results()
    reference.change([], [quad])
    assert len(reference.results_on(S, [B])) == 0
    reference.change([quad], [])
    assert len(reference.results()) == len(before)


def test_a_shape_that_is_not_there(reference):
    """Who asks for a shape that is not there is told so."""
    with pytest.raises(ShapesError):
        reference.results([A])


def test_focus_nodes_are_those_of_the_reference(project, reference):
    """Counting without an engine gives the focus nodes that pySHACL finds."""
    sources = read_sources(open_project([project]))
    shapes = [source for source in sources if source.file.role is Role.SHAPES]
    checked = [source for source in sources if source not in shapes]
    found = Targets(Shapes(shapes)).focus_nodes(statements_of(checked))
    expected = {
        shape: frozenset(map(str, nodes)) for shape, nodes in reference.focus_nodes().items()
    }
    assert found == expected


LINES = """\
<e:s> <e:p> <e:o> .
<e:s> <e:p> "a b" .
<e:s> <e:p> "a <b" <e:g> .
<e:s> <e:p> "a <b> ." .
<e:s> <e:p> "x y"^^<e:d> <e:g> .
_:s <e:p> "x y"@en _:g .
<e:s> <e:p> _:o .
"""


def test_lines_are_read_with_graphs_and_without(tmp_path):
    """The object of a line is found whatever texts hold, with a graph behind it or none."""
    file = tmp_path / "a.nq"
    file.write_text(LINES)
    assert [object_ for _, _, object_ in statements_in(file)] == [
        "<e:o>", '"a b"', '"a <b"', '"a <b> ."', '"x y"^^<e:d>', '"x y"@en', "_:o",
    ]  # fmt: skip
