"""What the shapes of the graph accept and refuse.

Each folder beside this file holds fixtures for one file of `shapes/`. A `valid*.ttl` conforms; an
`invalid*.ttl` says in its first lines which results it gives, one a line:

    # expect: <focus node> <path, or ^<path> when inverse, or -> <constraint component>

Fixtures describe things under https://w3id.org/tgkg/id/fixture/ and may link to those of
`context.ttl`. To keep them short they leave out the claims that the statements of the real graph
need: the test adds one to each statement, unless the file says `# no claims added`.

All fixtures are validated in one run, each with IRIs of its own, which takes seconds; one run for
each would take minutes.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, BNode, Graph, URIRef
from rdflib.term import Node

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
FIXTURE = "https://w3id.org/tgkg/id/fixture/"
FILES = sorted(HERE.glob("*/*.ttl"))
EXPECTED = re.compile(r"^# expect: (.+)$", re.MULTILINE)

Triple = tuple[Node, Node, Node]


def key_of(file: Path) -> str:
    """Names a fixture by its folder and file."""
    return f"{file.parent.name}/{file.stem}"


def own_iri(node: Node, key: str) -> Node:
    """Moves a fixture's IRI to where no other fixture has one."""
    if isinstance(node, URIRef) and node.startswith(FIXTURE):
        return URIRef(f"{FIXTURE}{key}/{node.removeprefix(FIXTURE)}")
    return node


def claims_for(fixture: Graph) -> Iterator[Triple]:
    """Yields what makes each statement of a fixture a claimed one."""
    for number, (subject, predicate, value) in enumerate(fixture):
        if subject.startswith(FIXTURE) and predicate != RDF.type:
            claim = URIRef(f"{FIXTURE}claim-{number}")
            yield claim, RDF.subject, subject
            yield claim, RDF.predicate, predicate
            yield claim, RDF.object, value


def triples_of(file: Path) -> Iterator[Triple]:
    """Yields a fixture with IRIs of its own, its statements claimed unless it says otherwise."""
    text = file.read_text(encoding="utf-8")
    fixture = Graph().parse(data=text, format="turtle")
    added = [] if "# no claims added" in text else list(claims_for(fixture))
    for triple in [*fixture, *added]:
        subject, predicate, value = (own_iri(node, key_of(file)) for node in triple)
        yield subject, predicate, value


def path_of(report: Graph, result: Node) -> str:
    """Writes a result's path as fixtures do."""
    path = report.value(result, SH.resultPath)
    if isinstance(path, BNode):
        return f"^<{report.value(path, SH.inversePath)}>"
    return f"<{path}>" if path else "-"


def read(folder: str) -> Graph:
    """Reads all Turtle files of a folder of the checkout."""
    graph = Graph()
    for file in sorted((CHECKOUT / folder).glob("*.ttl")):
        graph.parse(file)
    return graph


@pytest.fixture(scope="module")
def shapes() -> Graph:
    """Gives the shapes of the graph."""
    return read("shapes")


@pytest.fixture(scope="module")
def data() -> Graph:
    """Gives all fixtures, the ontology and the context together."""
    graph = read("ontology").parse(HERE / "context.ttl")
    for file in FILES:
        for triple in triples_of(file):
            graph.add(triple)
    return graph


def validate(data: Graph, shapes: Graph) -> Graph:
    """Returns pySHACL's report."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    assert isinstance(report, Graph)
    return report


@pytest.fixture(scope="module")
def report(data: Graph, shapes: Graph) -> Graph:
    """Gives the report on all fixtures."""
    return validate(data, shapes)


@pytest.fixture(scope="module")
def results(report: Graph) -> dict[str, Counter[str]]:
    """Gives the results by fixture, as fixtures write them."""
    found: dict[str, Counter[str]] = {}
    for result in report.objects(None, SH.result):
        focus = str(report.value(result, SH.focusNode))
        if not focus.startswith(FIXTURE):
            continue  # what stands in context.ttl is incomplete on purpose
        folder, name, local = focus.removeprefix(FIXTURE).split("/")
        component = str(report.value(result, SH.sourceConstraintComponent)).removeprefix(str(SH))
        line = f"<{FIXTURE}{local}> {path_of(report, result)} {component}"
        found.setdefault(f"{folder}/{name}", Counter())[line] += 1
    return found


@pytest.mark.parametrize("file", FILES, ids=key_of)
def test_fixture_gives_exactly_the_results_it_states(
    file: Path, results: dict[str, Counter[str]]
) -> None:
    """A valid fixture gives no result; an invalid one gives those it names, as often, no others."""
    expected = Counter(EXPECTED.findall(file.read_text(encoding="utf-8")))

    assert bool(expected) == file.stem.startswith("invalid")
    assert results.get(key_of(file), Counter()) == expected


def test_every_shape_file_has_fixtures() -> None:
    """Each file of shapes has at least one fixture that conforms and one that does not."""
    kinds = {file.stem for file in (CHECKOUT / "shapes").glob("*.ttl")} - {"groups"}

    assert {file.parent.name for file in FILES if file.stem.startswith("valid")} == kinds
    assert {file.parent.name for file in FILES if file.stem.startswith("invalid")} == kinds


CONSTRAINTS = (
    "class", "closed", "datatype", "disjoint", "hasValue", "in", "languageIn", "lessThanOrEquals",
    "maxCount", "maxLength", "minCount", "minInclusive", "node", "nodeKind", "not", "or",
    "pattern", "sparql", "uniqueLang", "xone",
)  # fmt: skip
COMPONENTS = {"sparql": "SPARQL"}  # the one whose component is not its parameter capitalised


def is_reported(shape: Node, shapes: Graph) -> bool:
    """Tells whether a shape gives results itself, not only as a part of sh:node, sh:or and such."""
    targets = (SH.targetClass, SH.targetSubjectsOf)
    holders = [shape, *shapes.subjects(SH.property, shape)]
    return any((holder, target, None) in shapes for holder in holders for target in targets)


def test_every_constraint_is_violated_by_a_fixture(shapes: Graph, report: Graph) -> None:
    """Each constraint of each shape is broken on purpose somewhere: none is there in vain."""
    violated = {
        (report.value(result, SH.sourceShape), report.value(result, SH.sourceConstraintComponent))
        for result in report.objects(None, SH.result)
        if str(report.value(result, SH.focusNode)).startswith(FIXTURE)
    }
    there = {
        (shape, SH[f"{COMPONENTS.get(name, name[0].upper() + name[1:])}ConstraintComponent"])
        for name in CONSTRAINTS
        for shape in shapes.subjects(SH[name], None)
        if is_reported(shape, shapes)
    }

    assert there - violated == set()


def test_every_sparql_constraint_is_violated_by_a_fixture(shapes: Graph, report: Graph) -> None:
    """Of a shape with several SPARQL constraints, each is broken on purpose somewhere."""
    violated = {
        (report.value(result, SH.sourceShape), report.value(result, SH.sourceConstraint))
        for result in report.subjects(SH.sourceConstraint, None)
        if str(report.value(result, SH.focusNode)).startswith(FIXTURE)
    }

    assert set(shapes.subject_objects(SH.sparql)) - violated == set()


def reporting(shape: Node, shapes: Graph) -> set[Node]:
    """Returns the shapes that give results and ask for this one, at whatever depth."""
    if is_reported(shape, shapes):
        return {shape}
    askers = set(shapes.subjects(None, shape))
    return set().union(*(reporting(asker, shapes) for asker in askers))


def alone(tops: set[Node], shapes: Graph) -> Graph:
    """Returns these shapes with their targets and all that they ask for, without the others."""
    chosen = Graph()
    for top in tops:
        chosen += shapes.cbd(top)
        for holder in shapes.subjects(SH.property, top):
            chosen.add((holder, RDF.type, SH.NodeShape))
            chosen.add((holder, SH.property, top))
            for target in (SH.targetClass, SH.targetSubjectsOf):
                for value in shapes.objects(holder, target):
                    chosen.add((holder, target, value))
        chosen.remove((top, SH.sparql, None))
    todo = [part for top in tops for part in parts(top, chosen)]
    while todo:
        part = todo.pop()
        chosen += shapes.cbd(part)
        todo += parts(part, chosen)
    return chosen


def parts(shape: Node, shapes: Graph) -> set[Node]:
    """Returns the shapes that one asks for directly."""
    direct = {SH.node, SH["not"], SH.property}
    found = {part for p in direct for part in shapes.objects(shape, p)}
    for either in (SH["or"], SH.xone):
        for those in shapes.objects(shape, either):
            found |= set(shapes.items(those))
    return found


def what_fails(data: Graph, shapes: Graph) -> Counter[tuple[Node | None, Node | None, str]]:
    """Returns focus, component and path of each result about a fixture."""
    report = validate(data, shapes)
    return Counter(
        (focus, report.value(result, SH.sourceConstraintComponent), path_of(report, result))
        for result in report.objects(None, SH.result)
        if (focus := report.value(result, SH.focusNode)) and focus.startswith(FIXTURE)
    )


def test_every_constraint_within_another_decides_about_a_fixture(
    data: Graph, shapes: Graph
) -> None:
    """Of the parts of sh:or, sh:xone, sh:node and sh:not none is there in vain.

    They give no results of their own, so each is taken away in turn: some fixture then fails that
    did not, or passes that did not.
    """
    inner = {
        (shape, name)
        for name in CONSTRAINTS
        for shape in shapes.subjects(SH[name], None)
        if not is_reported(shape, shapes)
    }
    in_vain = set()
    known: dict[frozenset[Node], Counter[tuple[Node | None, Node | None, str]]] = {}
    for shape, name in inner:
        tops = frozenset(reporting(shape, shapes))
        chosen = alone(set(tops), shapes)
        if tops not in known:
            known[tops] = what_fails(data, chosen)
        chosen.remove((shape, SH[name], None))
        if what_fails(data, chosen) == known[tops]:
            in_vain.add((shape, name))

    assert inner
    assert in_vain == set()


def test_every_constraint_parameter_is_among_those_checked(shapes: Graph) -> None:
    """No shape uses a kind of constraint that the test above does not know."""
    about_results = {"name", "description", "order", "group", "message", "path", "inversePath"}
    structure = {"property", "targetClass", "targetSubjectsOf", "ignoredProperties"}
    sparql = {"select", "prefixes", "declare", "prefix", "namespace"}
    used = {p.removeprefix(str(SH)) for p in shapes.predicates() if p.startswith(str(SH))}

    assert used - about_results - structure - sparql == set(CONSTRAINTS)


def test_every_shape_advises_in_both_languages(shapes: Graph) -> None:
    """What can be violated says in Dutch and in English how to mend it, and pages can show it."""
    texts = (SH.name, SH.description)
    for shape in shapes.subjects(SH.path, None):
        if not is_reported(shape, shapes):
            continue
        for text in texts:
            assert languages(shapes, shape, text) == ["en", "nl"], (shape, text)
        assert (shape, SH.order, None) in shapes
        assert (shapes.value(shape, SH.group), RDFS.label, None) in shapes
        if any((shape, SH[name], None) in shapes for name in CONSTRAINTS):
            assert languages(shapes, shape, SH.message) == ["en", "nl"], shape


def languages(graph: Graph, subject: Node, predicate: Node) -> list[str | None]:
    """Lists the languages in which a text is given, each as often as it is."""
    return sorted(text.language for text in graph.objects(subject, predicate))
