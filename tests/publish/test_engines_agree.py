"""Whichever engine validates, the report is the same: the fast one is held to the reference."""

import os
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes.test_fixtures import FILES, HERE, triples_of

from tgkg.publish import engines
from tgkg.publish.portable_shapes import PortableShapes
from tgkg.publish.project import Role, open_project
from tgkg.publish.pyshacl_engine import PyShacl
from tgkg.publish.reading import read_sources
from tgkg.publish.rust_engine import RustShacl, is_installed
from tgkg.publish.shacl_engine import ShapesError
from tgkg.publish.shapes import Shapes
from tgkg.publish.sparql_engine import SparqlEngine
from tgkg.publish.statements import statements_in, write_statements
from tgkg.publish.targets import Targets
from tgkg.publish.wording import worded

pytestmark = pytest.mark.skipif(not is_installed(), reason="no wheel of shacl for this platform")

PREFIXES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX e: <https://example.org/>
"""


def sources_in(folder):
    """Gives what is to be checked in a project, and its shapes."""
    sources = read_sources(open_project([folder]))
    shapes = [source for source in sources if source.file.role is Role.SHAPES]
    return [source for source in sources if source.file.role is not Role.SHAPES], Shapes(shapes)


def told(findings):
    """Gives findings to be compared: each with all that it says."""
    return Counter(
        replace(finding, messages=tuple(sorted(finding.messages.items()))) for finding in findings
    )


class Verdicts:
    """What both engines say of a project."""

    def __init__(self, folder):
        checked, shapes = sources_in(folder)
        file = folder / "statements.nt"
        write_statements(checked, file)
        portable = PortableShapes(shapes)
        focus_nodes = Targets(shapes).focus_nodes(portable.forms.watching(statements_in(file)))
        self.odd = portable.forms.odd
        self.targeted = frozenset(shapes.targeted())
        self.chosen, found = engines.fast_findings(
            file, shapes, portable, focus_nodes, SparqlEngine(file, shapes)
        )
        self.fast = told(worded(found, shapes))
        reference = PyShacl(checked, shapes.sources)
        self.reference = told(worded(reference.results(self.chosen), shapes))
        self.together = told(engines.validated_file(file, checked, shapes).findings)
        self.alone = told(worded(reference.results(), shapes))


def write(folder, data, shapes):
    """Writes a project of one file of data and one of shapes."""
    for name, text in (("data", data), ("shapes", shapes)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "a.ttl").write_text(PREFIXES + text, "utf-8")
    return folder


@pytest.fixture
def verdicts(tmp_path):
    """Gives a function that asks both engines about data and shapes."""
    return lambda data, shapes: Verdicts(write(tmp_path, data, shapes))


@pytest.mark.system
class TestOurGraph:
    def test_our_graph_and_shapes(self, checkout, tmp_path):
        """On our own graph every shape is one that the fast engine takes, and nothing is found."""
        checked, shapes = sources_in(checkout)
        file = tmp_path / "statements.nt"
        write_statements(checked, file)
        portable = PortableShapes(shapes)
        for _ in portable.forms.watching(statements_in(file)):
            pass
        assert portable.chosen() == set(shapes.targeted())
        assert RustShacl(file, shapes).results() == []

    def test_all_fixtures(self, checkout, tmp_path):
        """All that the fixtures of our shapes break is found by both, with the same words."""
        data = tmp_path / "data"
        data.mkdir()
        graph = [triple for file in FILES for triple in triples_of(file)]
        (data / "fixtures.nt").write_text(
            "".join(" ".join(term.n3() for term in triple) + " .\n" for triple in graph), "utf-8"
        )
        (data / "context.ttl").write_bytes((HERE / "context.ttl").read_bytes())
        for folder in ("ontology", "shapes"):
            (tmp_path / folder).symlink_to(checkout / folder)
        found = Verdicts(tmp_path)
        assert found.chosen, found.odd
        assert found.fast == found.reference
        assert found.together == found.alone
        assert sum(found.alone.values()) > len(FILES) / 2


def w3c_tests():
    """Gives every file of the W3C suite that holds a test."""
    folder = Path(os.environ["TGKG_TEST_DATA"]) / "w3c" / "shacl"
    found = sorted(folder.rglob("*.ttl"))
    return [file for file in found if "sht:Validate" in file.read_text("utf-8")]


@pytest.mark.system
@pytest.mark.parametrize("file", w3c_tests(), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_w3c_suite(file, tmp_path):
    """Both engines give the same results for each W3C test, or the shapes are left to one."""
    for role in ("data", "shapes"):
        text = file.read_text("utf-8")
        named = re.search(f"sht:{role}Graph <([^>]+)>", text)
        source = file.parent / named[1] if named and named[1] else file
        (tmp_path / role).mkdir()
        (tmp_path / role / "w3c.ttl").write_bytes(source.read_bytes())
    try:
        found = Verdicts(tmp_path)
    except ShapesError:
        return
    assert found.fast == found.reference
    assert found.together == found.alone


# Generated graphs and shapes.

NODES = ["e:a", "e:b", "e:c", "_:x", "_:y"]
LITERALS = [
    "0", "1", "7", "-2", "1.5", "2e1", "true", "false", '"x"', '"xy"', '"7"', '""', '"x"@en',
    '"x"@nl', '"y"@en', '"x"@en-GB', '"2020-02-28"^^xsd:date', '"2020-02-30"^^xsd:date',
    '"2021-01-01"^^xsd:date', '"2020"^^xsd:gYear', '"20x0"^^xsd:gYear', '"01"^^xsd:integer',
    '"x"^^xsd:integer', '" 1"^^xsd:integer', '"1_0"^^xsd:integer', '"1"^^xsd:boolean',
    '"P1Y"^^xsd:duration', '"P1"^^xsd:duration', '"1"^^xsd:byte', '"300"^^xsd:byte',
    '"2020-02-28T10:00:00Z"^^xsd:dateTime', '"2020-02-28T10:00:00"^^xsd:dateTime',
    '"x\\n"', '"e\u0301"', '"1"^^e:own', '"10:00:00"^^xsd:time', '"NaN"^^xsd:double',
    '"http://x/ y"^^xsd:anyURI', '"1.0"^^xsd:decimal', '"1"^^xsd:decimal',
]  # fmt: skip
PREDICATES = ["e:p", "e:q", "e:r"]
CLASSES = ["e:T", "e:U", "e:V"]
VALUES = [*NODES, *LITERALS, *CLASSES]

statement = st.one_of(
    st.builds("{} {} {} .".format, *map(st.sampled_from, (NODES, PREDICATES, VALUES))),
    st.builds("{} a {} .".format, *map(st.sampled_from, (NODES, CLASSES))),
    st.builds("{} rdfs:subClassOf {} .".format, *map(st.sampled_from, (CLASSES, CLASSES))),
)
DATATYPES = ["integer", "string", "date", "boolean", "gYear", "duration", "byte", "decimal",
             "double", "dateTime", "time", "anyURI"]  # fmt: skip
PATTERNS = ["^x", "x$", "^[0-9]+$", "^(x|y)$", ".", "\\\\S", "^.{2}$", "(?=x)", "\\\\w", "[^a-z]"]
PATHS = ["e:p", "e:q", "[ sh:inversePath e:p ]", "( e:p e:q )", "[ sh:zeroOrMorePath e:p ]",
         "[ sh:oneOrMorePath e:q ]", "[ sh:alternativePath ( e:p e:q ) ]",
         "[ sh:zeroOrOnePath e:p ]", "( [ sh:inversePath e:p ] e:q )"]  # fmt: skip
BOUNDS = ["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"]
BOUND_VALUES = ["1", "1.5", "0", '"x"', '"2020-02-28"^^xsd:date', "2e0"]
SELECTS = [
    "SELECT $this ?value { $this e:p ?value . FILTER (?value > 1) }",
    "SELECT $this ?value { $this e:p ?value . FILTER (STR(?value) = 'x') }",
    'SELECT $this ?value { $this e:p ?value . FILTER (REGEX(STR(?value), \\"^x\\")) }',
    "SELECT $this (e:q AS ?path) { $this e:p ?v . FILTER NOT EXISTS { $this e:q ?v } }",
    "SELECT $this ?value { $this e:p/e:q ?value }",
    "SELECT $this ?value { $this e:p|e:q ?value . FILTER (LANG(?value) = 'en') }",
    "SELECT $this (SUM(?v) AS ?value) { $this e:p ?v } GROUP BY $this",
    "SELECT $this { $this e:p ?v , ?w . FILTER (?v < ?w) }",
    "SELECT $this ?path ?value { $this ?path ?value . FILTER (?path IN (e:p, e:q)) }",
]


def of(template, *choices):
    """Gives texts made from a template and a choice for each place in it."""
    return st.builds(template.format, *map(st.sampled_from, choices))


COUNTS = ["0", "1", "2"]
simple = st.one_of(
    of("sh:class {}", CLASSES),
    of("sh:datatype xsd:{}", DATATYPES),
    of("sh:nodeKind sh:{}", ["IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "IRIOrLiteral"]),
    of("sh:minCount {}", COUNTS),
    of("sh:maxCount {}", COUNTS),
    of("sh:minLength {}", COUNTS),
    of("sh:maxLength {}", COUNTS),
    of('sh:pattern "{}"', PATTERNS),
    of('sh:pattern "{}" ; sh:flags "i"', PATTERNS),
    of("sh:{} {}", BOUNDS, BOUND_VALUES),
    of("sh:languageIn ( {} )", ['"en"', '"en-gb" "nl"', '"EN"']),
    of("sh:uniqueLang {}", ["true", "false"]),
    of("sh:{} {}", ["equals", "disjoint", "lessThan", "lessThanOrEquals"], ["e:q", "e:r"]),
    of("sh:hasValue {}", [value for value in VALUES if value[0] != "_"]),
    of("sh:in ( {} {} )", LITERALS, NODES[:3]),
)
inner = st.builds("[ {} ]".format, simple)
constraint = st.one_of(
    simple,
    st.builds("sh:not {}".format, inner),
    st.builds("sh:node {}".format, inner),
    st.builds("sh:{} ( {} {} )".format, st.sampled_from(["and", "or", "xone"]), inner, inner),
    st.builds(
        "sh:qualifiedValueShape {} ; sh:qualified{}Count {}".format,
        inner,
        st.sampled_from(["Min", "Max"]),
        st.sampled_from(COUNTS),
    ),
    st.builds("sh:property [ sh:path {} ; {} ]".format, st.sampled_from(PATHS), simple),
)
MESSAGE = 'sh:message "mend {{?value}}"@en , "verbeter"@nl'
asked = st.one_of(
    st.builds("sh:property [ sh:path {} ; {} ]".format, st.sampled_from(PATHS), constraint),
    st.builds(
        "sh:property [ sh:path {} ; {} ; sh:message 'so'@en , 'zo'@nl ; sh:severity sh:{} ]".format,
        st.sampled_from(PATHS), constraint, st.sampled_from(["Info", "Warning"]),
    ),
    st.just("sh:closed true ; sh:ignoredProperties ( rdf:type e:q )"),
    st.sampled_from(SELECTS).map(
        lambda query: f'sh:sparql [ sh:prefixes e:prefixes ; sh:select "{query}" ; '
        'sh:message "mend {?value}"@en , "verbeter {?value}"@nl ]'
    ),
    simple.filter(lambda text: not re.match("sh:(m..Count|unique|lessThan)", text)),
)  # fmt: skip
target = st.one_of(
    of("sh:targetClass {}", CLASSES),
    of("sh:targetSubjectsOf {}", PREDICATES),
    of("sh:targetObjectsOf {}", PREDICATES),
    of("sh:targetNode {}", ["e:a", "e:b", "e:nobody", "7"]),
)
shape = st.builds("{} ; {} .".format, target, asked)


@pytest.mark.system
@settings(max_examples=150)
@given(data=st.lists(statement, max_size=14), shapes=st.lists(shape, min_size=1, max_size=3))
def test_generated_graphs(tmp_path_factory, data, shapes):
    """On any graph and shapes the report is that of the reference, to the letter."""
    declared = [
        "e:prefixes sh:declare [ sh:prefix 'e' ; sh:namespace 'https://example.org/' ] .",
        *(f"e:S{number} {text}" for number, text in enumerate(shapes)),
    ]
    folder = write(tmp_path_factory.mktemp("generated"), "\n".join(data), "\n".join(declared))
    try:
        found = Verdicts(folder)
    except ShapesError:
        return
    assert found.fast == found.reference
    assert found.together == found.alone
