"""The report: one content, read back from JSON, and a sound SHACL report as RDF."""

import json
from dataclasses import replace

import pyshacl
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.namespace import RDF, RDFS, SH

from tgkg.errors import Place, Problem
from tgkg.formats import TURTLE
from tgkg.iris import COMMON_PREFIXES
from tgkg.publish.shacl_results import read_results
from tgkg.report import Report, Result, Severity, ShapeCount
from tgkg.report_rdf import report_quads
from tgkg.serialization import serialize

COMPONENT = str(SH.MinCountConstraintComponent)
RESULT = Result(
    focus="<https://example.org/a>",
    component=COMPONENT,
    shape="[]",
    severity=Severity.VIOLATION,
    path="<https://example.org/p>",
    value='"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
    messages={"en": "give it", "nl": "geef het", "": "?"},
    place=Place("data/a.ttl", 3),
)
PROBLEM = Problem(Place("data/b.ttl", 7, 2), "is broken.")

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
place = st.builds(Place, text, st.none() | st.integers(1), st.none() | st.integers(1))
term = st.sampled_from(
    ["<https://example.org/a>", "[]", '"x"', '"x"@en', '"a\\n\\"\\\\"', RESULT.value]
)
result = st.builds(
    Result,
    focus=term,
    component=st.just(COMPONENT),
    shape=st.sampled_from(["<https://example.org/S>", "[]"]),
    severity=st.sampled_from(Severity),
    path=st.sampled_from([None, "<https://example.org/p>", "^<x:a>", "<x:a>/<x:b>", "<x:a>*"]),
    value=st.none() | term,
    messages=st.dictionaries(st.sampled_from(["", "en", "nl", "de-ch"]), text),
    place=st.none() | place,
    constraint=st.sampled_from([None, "<https://example.org/C>", "[]"]),
)
shape = st.builds(
    ShapeCount,
    shape=st.sampled_from(["<https://example.org/S>", "[]"]),
    checked=st.integers(0, 9),
    passed=st.none() | st.integers(0, 9),
    names=st.dictionaries(st.sampled_from(["", "en"]), text),
    place=st.none() | place,
)
report = st.builds(
    Report,
    problems=st.lists(st.builds(Problem, place, text), max_size=2).map(tuple),
    results=st.lists(result, max_size=4).map(tuple),
    shapes=st.lists(shape, max_size=2).map(tuple),
    validated=st.booleans(),
    notes=st.lists(text, max_size=2).map(tuple),
)


def as_rdf(report):
    """Gives the report as rdflib reads it from Turtle."""
    graph = rdflib.Graph()
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        return graph.parse(data=serialize(report_quads(report), TURTLE, COMMON_PREFIXES))
    finally:
        rdflib.NORMALIZE_LITERALS = before


@given(report)
def test_a_report_travels_as_json(report):
    """What is written as JSON is read back the same."""
    assert Report.from_json(json.loads(json.dumps(report.as_json()))) == report


@given(report)
def test_a_report_is_a_sound_shacl_report(report):
    """One report, with every result and what SHACL says that a result has (section 3.6)."""
    graph = as_rdf(report)
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    conforms = graph.value(node, SH.conforms)
    assert str(conforms) == str(not (report.results or report.problems)).lower()
    results = list(graph.objects(node, SH.result))
    assert len(results) == len(report.results)
    for found in results:
        assert (found, RDF.type, SH.ValidationResult) in graph
        for required in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent):
            assert len(list(graph.objects(found, required))) == 1
        for optional in (SH.resultPath, SH.value, SH.sourceShape, SH.sourceConstraint):
            assert len(list(graph.objects(found, optional))) <= 1
        messages = graph.objects(found, SH.resultMessage)
        assert all(isinstance(message, rdflib.Literal) for message in messages)


def test_a_result_says_everything_as_rdf():
    """Terms, messages in both languages, severity and place are all there, to the letter."""
    graph = as_rdf(Report(results=(RESULT,)))
    (node,) = graph.subjects(RDF.type, SH.ValidationResult)
    assert graph.value(node, SH.focusNode) == rdflib.URIRef("https://example.org/a")
    assert graph.value(node, SH.resultPath) == rdflib.URIRef("https://example.org/p")
    assert graph.value(node, SH.resultSeverity) == SH.Violation
    assert graph.value(node, SH.value).n3() == '"01"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert {message.n3() for message in graph.objects(node, SH.resultMessage)} == {
        '"give it"@en', '"geef het"@nl', '"?"', '"data/a.ttl:3"',
    }  # fmt: skip


@pytest.mark.parametrize("path", ["^<x:a>", "<x:a>/(<x:b>|<x:c>)", "(<x:a>/<x:b>)*"])
def test_every_path_is_there_as_rdf(path):
    """A path that is more than a property is written as SHACL's property paths are."""
    (found,) = read_results(
        as_rdf(Report(results=(replace(RESULT, path=path, shape="<x:S>"),))), rdflib.Graph()
    )
    assert found.path == path


def test_how_much_was_judged_is_said():
    """The extent is there as RDF, as JSON and in a sentence."""
    report = Report(shapes=(ShapeCount("[]", 3, 2), ShapeCount("<x:S>", 1_000, None)))
    assert report.extent == "2 shapes checked 1,003 nodes."
    assert rdflib.Literal(report.extent) in set(as_rdf(report).objects(None, RDFS.comment))
    assert [shape["checked"] for shape in report.as_json()["shapes"]] == [3, 1000]


def test_the_shapes_of_shacl_accept_the_report():
    """W3C's shapes for reports find nothing wrong with ours."""
    graph = as_rdf(Report(results=(RESULT, RESULT), problems=(PROBLEM,)))
    shapes = """
        PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        [] sh:targetClass sh:ValidationResult ;
          sh:property [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] ,
            [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
            [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
            [ sh:path sh:resultMessage ; sh:nodeKind sh:Literal ] .
        [] sh:targetClass sh:ValidationReport ;
          sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ;
                        sh:datatype xsd:boolean ] ,
            [ sh:path sh:result ; sh:class sh:ValidationResult ] .
    """
    conforms, _, said = pyshacl.validate(graph, shacl_graph=shapes, shacl_graph_format="turtle")
    assert conforms, said


def test_what_cannot_be_read_does_not_conform():
    """A report on unreadable sources never says that they conform, and says why."""
    graph = as_rdf(Report(problems=(PROBLEM,), validated=False))
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert str(graph.value(node, SH.conforms)) == "false"
    assert str(graph.value(node, RDFS.comment)) == "data/b.ttl:7:2: is broken."


@pytest.mark.parametrize(
    ("report", "publishable", "exit_code"),
    [
        (Report(), True, 0),
        (Report(validated=False), True, 0),
        (Report(results=(RESULT,)), False, 1),
        (Report(problems=(PROBLEM,)), False, 2),
        (Report(problems=(PROBLEM,), results=(RESULT,)), False, 2),
    ],
)
def test_what_is_found_decides_the_exit_code(report, publishable, exit_code):
    """0 for what can be published, 1 for violations, 2 for what cannot be read."""
    assert report.publishable is publishable
    assert report.exit_code == exit_code


@pytest.mark.parametrize(
    ("languages", "message"),
    [(("nl",), "geef het"), (("fr", "nl"), "geef het"), (("fr",), "give it"), ((), "give it")],
)
def test_a_message_is_in_the_readers_language(languages, message):
    """The first of the reader's languages that there is, else English, else any."""
    assert RESULT.message(languages) == message


def test_without_english_any_message_will_do():
    """Something is always said, if anything is there."""
    bare = {"focus": "[]", "component": COMPONENT, "shape": "[]", "severity": Severity.INFO}
    assert Result(**bare, messages={"de": "gib es"}).message(("fr",)) == "gib es"
    assert Result(**bare).message(("fr",)) == ""


@pytest.mark.parametrize(
    ("place", "written"),
    [(Place("a"), "a"), (Place("a", 3), "a:3"), (Place("a", 3, 4), "a:3:4")],
)
def test_a_place_is_written_as_editors_read_it(place, written):
    """File, line and column, as far as they are known."""
    assert str(place) == written
