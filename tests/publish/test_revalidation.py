"""After an edit only what it can affect is validated again, and nobody can tell from the report."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tgkg.errors import UnreadableError
from tgkg.publish.noted_graph import NotedGraph, generalised
from tgkg.publish.project import Role, open_project
from tgkg.publish.reading import read_sources
from tgkg.publish.remembering import Remembering
from tgkg.publish.revalidation import Revalidation
from tgkg.publish.sources import Source
from tgkg.publish.validation import Hold, validate
from tgkg.publish.workers import Workers
from tgkg.report import Report

PREFIXES = """
PREFIX e: <https://example.org/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

# Every way in which one node's results can hang on statements about another, by its name.
SHAPES = tomllib.loads(Path(__file__).with_name("shapes_that_look_around.toml").read_text())

NODES = st.sampled_from(("e:a", "e:b", "e:c", "[]", "_:x"))
TEXTS = ("1", "2", "'one'", "'one'@en", "'een'@nl", "'x'^^xsd:integer")
VALUES = st.one_of(NODES, st.sampled_from(TEXTS))
CLASSES = st.sampled_from(("e:C", "e:D"))
STATEMENTS = st.one_of(
    st.tuples(NODES, st.sampled_from(("e:p", "e:q")), VALUES),
    st.tuples(NODES, st.just("a"), CLASSES),
    st.tuples(CLASSES, st.just("rdfs:subClassOf"), CLASSES),
)
FILES = st.dictionaries(st.sampled_from(("one", "two", "three")), st.lists(STATEMENTS, max_size=6))


class Editor:
    """Writes files of a project, and reads those that have changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._means = Remembering(Workers())
        for part in ("data", "shapes"):
            (folder / part).mkdir(parents=True, exist_ok=True)

    def shapes(self, text: str) -> None:
        """Write what is asked of the data."""
        (self._folder / "shapes/all.ttl").write_text(PREFIXES + text)

    def data(self, files: dict[str, Sequence[tuple[str, str, str]]]) -> tuple[Source, ...]:
        """Write some files and remove the others, and read the project."""
        for name in ("one", "two", "three"):
            file = self._folder / f"data/{name}.ttl"
            file.unlink(missing_ok=True)
            if name in files:
                lines = (f"{' '.join(statement)} .\n" for statement in files[name])
                file.write_text(PREFIXES + "".join(lines))
        return self.sources()

    def sources(self) -> tuple[Source, ...]:
        """Read the project."""
        return read_sources(open_project([self._folder]), read=self._means.read)


@pytest.fixture
def editor(tmp_path) -> Editor:
    """Gives an editor of an empty project."""
    return Editor(tmp_path)


@pytest.fixture(scope="module")
def editors(tmp_path_factory) -> Callable[[], Editor]:
    """Gives a function that makes an editor of an empty project."""
    return lambda: Editor(tmp_path_factory.mktemp("project"))


def report_on(sources: Sequence[Source], *hold: Hold) -> Report | str:
    """Return the report, or what is said where pySHACL cannot judge the data."""
    try:
        return validate(sources, (), None, *hold)
    except UnreadableError as error:
        return str(error)


class TestTheReport:
    @given(
        shapes=st.sets(st.sampled_from(sorted(SHAPES)), min_size=1),
        edits=st.lists(FILES, min_size=2, max_size=4),
    )
    @settings(max_examples=60)
    def test_is_that_of_a_full_run(self, editors, shapes, edits):
        """Whatever the shapes ask, and whatever is added, removed or moved from file to file."""
        editor, again = editors(), Revalidation()
        editor.shapes("\n".join(SHAPES[each] for each in sorted(shapes)))
        for files in edits:
            sources = editor.data(files)
            assert report_on(sources, again.validated) == report_on(sources)

    @pytest.mark.parametrize("shapes", SHAPES.values(), ids=SHAPES)
    def test_is_that_of_a_full_run_for_each_kind_of_shape(self, shapes, editor):
        """Statement after statement, there and back again."""
        editor.shapes(shapes)
        again = Revalidation()
        steps = (
            ("e:a", "a", "e:C"), ("e:a", "e:p", "e:b"), ("e:b", "e:p", "e:b"), ("e:b", "a", "e:D"),
            ("e:D", "rdfs:subClassOf", "e:C"), ("e:b", "e:q", "e:b"), ("e:a", "e:p", "'x'@en"),
            ("e:a", "e:p", "'y'@en"), ("e:a", "e:q", "e:b"), ("e:b", "e:q", "1"),
        )  # fmt: skip
        found = []
        for end in (*range(len(steps) + 1), *range(len(steps), -1, -1)):
            sources = editor.data({"one": steps[: end // 2], "two": steps[end // 2 : end]})
            found.append(report_on(sources, again.validated))
            assert found[-1] == report_on(sources)
        broken = (report for report in found if isinstance(report, Report) and report.results)
        assert any(broken), "the steps break no such shape"

    def test_follows_the_shapes(self, editor):
        """Edited shapes are held against all data; broken ones are named as ever."""
        again = Revalidation()
        editor.shapes(SHAPES["a class and its subclasses"])
        sources = editor.data({"one": [("e:a", "a", "e:C")]})
        assert len(validate(sources, (), None, again.validated).results) == 1
        editor.shapes(SHAPES["a closed shape"])
        assert validate(editor.sources(), (), None, again.validated).results == ()
        editor.shapes("e:S a sh:NodeShape ; sh:targetNode e:a ; sh:property e:nowhere .")
        with pytest.raises(UnreadableError, match=r"shapes/all\.ttl.*e:nowhere|nowhere"):
            validate(editor.sources(), (), None, again.validated)
        editor.shapes(SHAPES["a class and its subclasses"])
        assert len(validate(editor.sources(), (), None, again.validated).results) == 1

    def test_does_not_depend_on_the_clock(self, editor):
        """A query for the time is asked anew, though no statement has changed."""
        editor.shapes(
            "e:S sh:targetNode e:a ; sh:sparql [ sh:select "
            "'SELECT $this (NOW() AS ?value) { $this ?path ?any }' ] ."
        )
        sources, again = editor.data({"one": [("e:a", "e:p", "1")]}), Revalidation()
        values = {validate(sources, (), None, again.validated).results[0].value for _ in range(2)}
        assert len(values) == 2


class TestWhatIsCheckedAgain:
    @pytest.fixture
    def checked(self, monkeypatch) -> list[str]:
        """Gives the focus nodes that are checked, as they are."""
        seen: list[str] = []
        engine = pytest.importorskip("tgkg.publish.checks").PyShacl
        original = engine.results_on

        def noted(self, shape, focus_nodes):
            seen.extend(map(str, focus_nodes))
            return original(self, shape, focus_nodes)

        monkeypatch.setattr(engine, "results_on", noted)
        return seen

    def test_is_what_the_edit_can_affect(self, editor, checked):
        """One node of many has changed, and one that points to it: two checks are made."""
        editor.shapes(SHAPES["nested shapes"])
        again = Revalidation()
        many = [(f"e:n{n}", "a", "e:C") for n in range(20)] + [("e:n1", "e:p", "e:n2")]
        validate(editor.data({"one": many}), (), None, again.validated)
        assert len(checked) == 20
        checked.clear()
        validate(
            editor.data({"one": many, "two": [("e:n2", "e:q", "1")]}), (), None, again.validated
        )
        assert checked == ["<https://example.org/n1>"]
        checked.clear()
        validate(editor.data({"one": many[:-1]}), (), None, again.validated)
        assert checked == ["<https://example.org/n1>"]

    def test_is_nothing_where_only_the_text_has_changed(self, editor, checked, tmp_path):
        """A comment, or a statement that another file makes too, changes no result."""
        editor.shapes(SHAPES["a class and its subclasses"])
        again, statement = Revalidation(), ("e:a", "a", "e:C")
        validate(editor.data({"one": [statement]}), (), None, again.validated)
        checked.clear()
        validate(editor.data({"one": [statement], "two": [statement]}), (), None, again.validated)
        with (tmp_path / "data/one.ttl").open("a") as file:
            file.write("# a comment\n")
        validate(editor.sources(), (), None, again.validated)
        validate(editor.data({"two": [statement]}), (), None, again.validated)
        assert checked == []


def test_a_graph_notes_what_it_was_asked():
    """Each question is noted, whether put as a pattern, a path or a query; the narrower go."""
    graph = NotedGraph()
    e = "https://example.org/"
    graph.update(f"INSERT DATA {{ <{e}a> <{e}p> <{e}b> . <{e}b> <{e}p> <{e}c> }}")
    graph.noted()
    list(graph.query(f"SELECT * {{ <{e}a> <{e}p>+ ?x }}"))
    asked = {tuple(term and str(term) for term in pattern) for pattern in graph.noted()}
    assert {(f"{e}a", f"{e}p", None), (f"{e}b", f"{e}p", None), (f"{e}c", f"{e}p", None)} <= asked
    a, p = next(graph.subject_predicates())
    graph.noted()
    (a, p, a) in graph  # noqa: B015 - asking is the point
    list(graph.objects(a, p))
    assert graph.noted() == {(a, p, None)}
    assert len(set(generalised((a, p, a)))) == 8


@pytest.fixture(scope="module")
def ours(checkout) -> tuple[Source, ...]:
    """Gives our graph as it was read."""
    return read_sources(open_project([checkout]))


@pytest.fixture(scope="module")
def again(ours) -> Revalidation:
    """Gives a validation that has seen our graph."""
    seen = Revalidation()
    validate(ours, (), None, seen.validated)
    return seen


@pytest.mark.system
@given(data=st.data())
@settings(max_examples=2, phases=[Phase.generate])
def test_our_graph_has_the_report_of_a_full_run_after_any_edit(data, ours, again):
    """Statements go, are changed, or come from another file."""
    edited = list(ours)
    checked = [n for n, each in enumerate(ours) if each.file.role is not Role.SHAPES]
    for number in data.draw(st.sets(st.sampled_from(checked), min_size=1, max_size=5)):
        quads = list(ours[number].quads)
        for _ in range(data.draw(st.integers(1, 4))):
            quad = quads.pop(data.draw(st.integers(0, len(quads) - 1)))
            other = data.draw(st.sampled_from(ours[data.draw(st.sampled_from(checked))].quads))
            changed = ox.Quad(quad.subject, quad.predicate, other.object, quad.graph_name)
            quads += data.draw(st.sampled_from(([], [other], [changed])))
        lines = {str(quad.subject): 1 for quad in quads}
        edited[number] = replace(ours[number], quads=tuple(quads), first_lines=lines)
    assert validate(edited, (), None, again.validated) == validate(edited)
