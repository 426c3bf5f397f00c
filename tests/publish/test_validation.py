"""Validation: the verdicts of SHACL, in both languages, with literals as they were written."""

import logging
import os
from collections import Counter
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDF, SH, XSD

from tgkg.publish.examine import check
from tgkg.publish.locations import Locator
from tgkg.publish.shacl_results import read_results
from tgkg.publish.validation import placed
from tgkg.report import Report, Severity

PREFIXES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX e: <https://example.org/>
"""
SHAPE = "e:S a sh:NodeShape ; sh:targetClass e:T ; "


def report_on(folder: Path, data: str, *shapes: str) -> Report:
    """Gives the report on a project with this data and these files of shapes."""
    files = {"data/a.ttl": data} | {f"shapes/{n}.ttl": text for n, text in enumerate(shapes)}
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(PREFIXES + text)
    return check([folder], lambda _: None)


@pytest.fixture
def results(tmp_path):
    """Gives a function that validates data against a property shape and gives the results."""

    def validated(data, constraints):
        shapes = f"{SHAPE} sh:property [ {constraints} ] ."
        report = report_on(tmp_path, data, shapes)
        assert not report.problems
        return report.results

    return validated


def test_data_that_conforms_has_no_results(results):
    """Nothing is said about what is in order."""
    assert results("e:a a e:T ; e:p 1 .", "sh:path e:p ; sh:minCount 1") == ()


def test_without_shapes_nothing_is_validated(tmp_path):
    """Data without shapes may be published, and the report says that it was not validated."""
    report = report_on(tmp_path, "e:a a e:T .")
    assert not report.validated
    assert report.publishable


@pytest.mark.parametrize(
    ("severity", "expected", "exit_code"),
    [
        ("Violation", Severity.VIOLATION, 1),
        ("Warning", Severity.WARNING, 0),
        ("Info", Severity.INFO, 0),
    ],
)
def test_only_violations_stop_a_release(severity, expected, exit_code, tmp_path):
    """Each severity is kept; warnings and remarks do not keep data from being published."""
    shape = f"{SHAPE} sh:property [ sh:path e:p ; sh:minCount 1 ; sh:severity sh:{severity} ] ."
    report = report_on(tmp_path, "e:a a e:T .", shape)
    assert [result.severity for result in report.results] == [expected]
    assert report.exit_code == exit_code


def test_a_severity_of_ones_own_is_a_violation(tmp_path):
    """An unknown severity is taken seriously."""
    shape = f"{SHAPE} sh:property [ sh:path e:p ; sh:minCount 1 ; sh:severity e:Grave ] ."
    (result,) = report_on(tmp_path, "e:a a e:T .", shape).results
    assert result.severity is Severity.VIOLATION


def test_violations_come_first(tmp_path):
    """The worst is said first, the rest in the order of the sources."""
    shape = f"""{SHAPE} sh:property [ sh:path e:p ; sh:minCount 1 ; sh:severity sh:Info ] ,
        [ sh:path e:q ; sh:minCount 1 ] ."""
    found = report_on(tmp_path, "e:a a e:T .\ne:b a e:T .", shape).results
    assert [(r.severity.value, r.focus[-2]) for r in found] == [
        ("Violation", "a"), ("Violation", "b"), ("Info", "a"), ("Info", "b"),
    ]  # fmt: skip


def test_messages_keep_their_languages(results):
    """Both languages of a shape's message arrive, and the reader's is found."""
    (result,) = results(
        "e:a a e:T .", 'sh:path e:p ; sh:minCount 1 ; sh:message "name it"@en , "noem het"@nl'
    )
    assert result.messages == {"en": "name it", "nl": "noem het"}
    assert result.message(("nl", "en")) == "noem het"
    assert result.message(("fr",)) == "name it"


def test_messages_of_sparql_keep_their_languages(tmp_path):
    """A constraint in SPARQL gives its own messages in both languages, values filled in."""
    shape = f"""{SHAPE} sh:sparql [ sh:message "no {{?value}}"@en , "geen {{?value}}"@nl ;
        sh:select "SELECT $this ?value {{ $this <https://example.org/p> ?value }}" ] ."""
    (result,) = report_on(tmp_path, "e:a a e:T ; e:p 7 .", shape).results
    assert result.messages == {"en": "no 7", "nl": "geen 7"}
    assert result.value == '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'


LITERALS = ['"01"^^xsd:integer', '"1.50"^^xsd:decimal', '"1"^^xsd:boolean', '"x"^^xsd:integer',
            '"2020-02-30"^^xsd:date', '"a\\nb\\\\\\""', '"x"@en-gb', '"<b>"^^rdf:HTML']  # fmt: skip


@pytest.mark.parametrize("literal", LITERALS)
def test_values_keep_their_form(literal, results):
    """A literal stands in the report to the letter, however odd its form."""
    (result,) = results(f"e:a a e:T ; e:p {literal} .", "sh:path e:p ; sh:nodeKind sh:IRI")
    full = literal.replace("xsd:", "<" + str(XSD)).replace("rdf:", "<" + str(RDF))
    assert result.value == full + (">" if "^^" in full else "")


@pytest.mark.parametrize(("literal", "is_valid"), [
    ('"01"^^xsd:integer', True), ('"1"^^xsd:boolean', False), ('"x"^^xsd:integer', False),
])  # fmt: skip
def test_literals_are_judged_by_their_form(literal, is_valid, results):
    """The form that was written is what the shapes see."""
    found = results(f"e:a a e:T ; e:p {literal} .", "sh:path e:p ; sh:datatype xsd:integer")
    assert (found == ()) == is_valid


def test_two_forms_of_one_value_are_two(results):
    """Literals that differ in form alone are both counted."""
    data = 'e:a a e:T ; e:p "01"^^xsd:integer, "1"^^xsd:integer .'
    assert len(results(data, "sh:path e:p ; sh:maxCount 1")) == 1


A, B, C = (f"<https://example.org/{name}>" for name in "abc")
PATHS = [
    ("e:a", A),
    ("[ sh:inversePath e:a ]", f"^{A}"),
    ("[ sh:zeroOrMorePath e:a ]", f"{A}*"),
    ("[ sh:oneOrMorePath e:a ]", f"{A}+"),
    ("[ sh:zeroOrOnePath e:a ]", f"{A}?"),
    ("( e:a e:b )", f"{A}/{B}"),
    ("[ sh:alternativePath ( e:a e:b ) ]", f"{A}|{B}"),
    ("( [ sh:alternativePath ( e:a e:b ) ] e:c )", f"({A}|{B})/{C}"),
    ("[ sh:alternativePath ( ( e:a e:b ) e:c ) ]", f"({A}/{B})|{C}"),
    ("[ sh:inversePath ( e:a e:b ) ]", f"^({A}/{B})"),
    ("[ sh:zeroOrMorePath [ sh:inversePath e:a ] ]", f"(^{A})*"),
    ("( e:a [ sh:oneOrMorePath ( e:b e:c ) ] )", f"{A}/(({B}/{C})+)"),
]


@pytest.mark.parametrize(("path", "written"), PATHS)
def test_paths_are_written_as_sparql_writes_them(path, written, results):
    """Every kind of path, alone and inside another, becomes a SPARQL path of the same meaning."""
    found = results("e:x a e:T .", f"sh:path {path} ; sh:minCount 5")
    (result,) = found
    assert result.path == written
    rdflib.Graph().query(f"SELECT * {{ ?s {result.path} ?o }}")


BROKEN = [
    f"{SHAPE} sh:property [ sh:path e:p ; sh:minCount 1, 2 ] .",
    f'{SHAPE} sh:property [ sh:path e:p ; sh:minCount "x"^^xsd:integer ] .',
    f"{SHAPE} sh:property [ sh:minCount 1 ] .",
    f"{SHAPE} sh:property [ sh:path 'x' ; sh:minCount 1 ] .",
    f"{SHAPE} sh:property [ sh:path _:l ; sh:minCount 1 ] . _:l sh:inversePath _:l .",
    f"{SHAPE} sh:property [ sh:path e:p ; sh:in _:l ] . _:l rdf:first e:p ; rdf:rest _:l .",
    f"{SHAPE} sh:property [ sh:path e:p ; sh:pattern '(' ] .",
    f"{SHAPE} sh:property e:Undefined .",
    f"{SHAPE} sh:and e:x .",
    f"{SHAPE} sh:sparql [ sh:select 'SELECT garbage' ] .",
    f"{SHAPE} sh:sparql [ sh:select 'SELECT $this {{ $this undeclared:p ?x }}' ] .",
    f"{SHAPE} sh:sparql [ sh:select 'SELECT $this {{ SERVICE <http://x/> {{}} }}' ] .",
    f"{SHAPE} sh:not {'[ sh:not ' * 60} [ sh:class e:T ] {'] ' * 60} .",
]


@pytest.mark.parametrize("shape", BROKEN, ids=lambda shape: shape[-60:])
@pytest.mark.parametrize("data", ["e:a a e:T ; e:p 'x' .", "e:a a e:T ; e:p e:b, 2 ."])
def test_broken_shapes_are_named(shape, data, tmp_path, capfd):
    """Shapes that cannot be used end in one sentence with their file, and nothing else is said."""
    good = "e:Other sh:targetClass e:Other ; sh:property [ sh:path e:p ; sh:minCount 1 ] ."
    report = report_on(tmp_path, data, good, shape, good.replace("Other", "More"))
    (problem,) = report.problems
    assert problem.place.file == "shapes/1.ttl"
    assert problem.message.startswith("the shapes are not in order: ")
    assert "\n" not in problem.message
    assert report.exit_code == 2
    assert capfd.readouterr() == ("", "")


def test_what_rdf_1_2_adds_is_not_validated(results):
    """Triple terms are passed over; the rest of the file is validated."""
    data = 'VERSION "1.2"\ne:a a e:T ; e:p <<( e:a e:b e:c )>> ; e:q "x"@en--ltr {| e:r 1 |} .'
    (result,) = results(data, "sh:path e:p ; sh:minCount 1")
    assert result.focus == A


def test_rdflib_is_left_as_it_was(tmp_path):
    """After validation, in order or not, rdflib's settings and loggers are what they were."""
    true = rdflib.Literal("1", datatype=XSD.boolean).value

    def settings():
        logger = logging.getLogger("rdflib.term")
        value = rdflib.Literal("1", datatype=XSD.boolean).value
        return rdflib.NORMALIZE_LITERALS, logger.level, list(logger.filters), value

    before = settings()
    report_on(tmp_path / "one", "e:a a e:T ; e:p 'x'^^xsd:integer .", f"{SHAPE} sh:not 'x' .")
    assert settings() == before
    report_on(tmp_path / "two", "e:a a e:T ; e:p 'x' .", BROKEN[6])
    assert settings() == before
    assert true is True


def test_blank_nodes_have_no_name_in_the_report(results):
    """A label that means nothing outside the run is written as `[]`."""
    (result,) = results("_:x a e:T .", "sh:path e:p ; sh:minCount 1")
    assert (result.focus, result.shape) == ("[]", "[]")


# The W3C tests.

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
UNSUPPORTED = {"shapesGraph-001": "pySHACL has no $shapesGraph, which SHACL leaves optional"}


def w3c_tests() -> list[Path]:
    """Gives every file of the W3C suite that holds a test."""
    folder = Path(os.environ["TGKG_TEST_DATA"]) / "w3c" / "shacl"
    found = sorted(folder.rglob("*.ttl"))
    return [file for file in found if "sht:Validate" in file.read_text("utf-8")]


def key(result):
    """Gives what W3C compares of a result."""
    return (result.focus, result.path, result.component, result.severity, result.value)


@pytest.mark.system
@pytest.mark.parametrize("file", w3c_tests(), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_w3c_results_are_found(file, tmp_path):
    """Each W3C test gives the expected results: focus, path, component, severity and value."""
    manifest = read_to_the_letter(file)
    (test,) = manifest.subjects(RDF.type, SHT.Validate)
    action, expected = manifest.value(test, MF.action), manifest.value(test, MF.result)
    for role, property_ in (("data", SHT.dataGraph), ("shapes", SHT.shapesGraph)):
        source = Path(str(manifest.value(action, property_)).removeprefix("file://"))
        (tmp_path / role).mkdir()
        (tmp_path / role / "w3c.ttl").write_bytes(source.read_bytes())
    report = check([tmp_path], lambda _: None)
    if file.stem in UNSUPPORTED or expected == SHT.Failure:
        assert report.problems
        return
    assert not report.problems, report.problems
    for node in set(manifest.subjects(SH.result)) - {expected}:
        manifest.remove((node, SH.result, None))
    wanted = Counter(map(key, placed(read_results(manifest, manifest), Locator([]))))
    assert Counter(map(key, report.results)) == wanted


def read_to_the_letter(file):
    """Gives a Turtle file as rdflib reads it without normalising literals."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        graph = rdflib.Graph()
        return graph.parse(file, publicID=file.as_uri())
    finally:
        rdflib.NORMALIZE_LITERALS = before
