"""Large sources become the same release as if they were held in memory, and fail as they do."""

import subprocess
import sys

import pyoxigraph as ox
import pytest

from tgkg.errors import UnreadableError
from tgkg.publish.build import build
from tgkg.publish.canonical_lines import canonical_chunks
from tgkg.publish.examine import check
from tgkg.publish.large_files import LargeSource, read_large
from tgkg.publish.project import open_project
from tgkg.publish.reading import read_sources
from tgkg.publish.sorted_runs import merged
from tgkg.publish.workshop import workshop
from tgkg.release import State

FILES = {
    "data/one/a.ttl": '@prefix e: <http://e/> .\ne:a a e:T ; e:p 1, "_:x" ; e:q [ e:p 2 ], _:n .\n',
    "data/one/b.nt": '<http://e/b> <http://e/p> "é\\n\\u0001" .\n_:n <http://e/p> _:m .\n',
    "data/two/c.trig": "<http://e/g> { <http://e/a> a <http://e/T> } <http://e/a> <b:p> _:x .\n",
    "data/two/d.nq": "<http://e/a> <b:p> <<( <b:a> <b:p> _:x )>> <http://e/g> .\n"
    '<b:a> <b:b> "x" .\n',
    "data/three/e.jsonld": '{"@id": "http://e/j", "http://e/p": [{"http://e/p": 1}, 2]}',
    "data/three/f.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:e="http://e/"><rdf:Description rdf:about="http://e/x"><e:p>x</e:p></rdf:Description>'
    "</rdf:RDF>",
    "data/three/g.nt": "",
}
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> .
e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:property e:P .
e:P a sh:PropertyShape ; sh:path e:p ; sh:maxCount 1 .
"""


@pytest.fixture
def folder(tmp_path):
    """Gives a project with a file in each format."""
    for name, text in FILES.items():
        file = tmp_path / "project" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, newline="")
    return tmp_path / "project"


def lines(folder):
    """Gives the canonical lines of a project."""
    with workshop() as shop:
        sources = read_sources(open_project([folder]), shop=shop)
        return b"".join(canonical_chunks(sources, shop.folder / "x")), sources


def test_the_lines_are_the_same(folder, monkeypatch):
    """In every format, with blank nodes and triple terms, whatever may stand in a text."""
    held, _ = lines(folder)
    monkeypatch.setattr("tgkg.publish.reading._HELD", -1)
    large, sources = lines(folder)
    assert any(isinstance(source, LargeSource) for source in sources)
    assert large == held
    assert held.count(b"\n") == len(set(held.split(b"\n"))) - 1


def test_a_release_is_the_same(folder, tmp_path, monkeypatch):
    """Id and dumps do not tell how the sources were read."""
    one = build([folder], State(tmp_path / "one"), lambda _: None).release
    monkeypatch.setattr("tgkg.publish.reading._HELD", -1)
    other = build([folder], State(tmp_path / "other"), lambda _: None).release
    assert (one.id, one.manifest.counts) == (other.id, other.manifest.counts)
    assert one.manifest.dumps == other.manifest.dumps


def test_a_result_has_its_place(folder, monkeypatch):
    """A node in a large file is found again: its file, and the line where its block starts."""
    (folder / "shapes").mkdir()
    (folder / "shapes" / "s.ttl").write_text(SHAPES)
    held = check([folder], lambda _: None)
    monkeypatch.setattr("tgkg.publish.reading._HELD", -1)
    large = check([folder], lambda _: None)
    named = [each for each in held.results if each.focus != "[]"]
    assert named
    assert [(each.focus, each.place) for each in large.results if each.focus != "[]"] == [
        (each.focus, each.place) for each in named
    ]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.nt", "<b:a> <b:p> <b:o> .\n" * 40 + "no\n", 41),
        ("a.ttl", "<b:a> <b:p> <b:o> .\n\n<b:a> .", 3),
        ("a.nq", "<b:a> <b:p> <b:o> .\n" * 3 + "<b:a> <b:p> 'x' .\n", 4),
    ],
)
def test_a_mistake_has_its_line(name, text, line, tmp_path, monkeypatch):
    """Also where a text is read in pieces, the line is that in the file."""
    monkeypatch.setattr("tgkg.publish.large_files._PIECE", 64)
    file = tmp_path / name
    file.write_text(text)
    (source,) = open_project([file]).files
    with pytest.raises(UnreadableError) as raised:
        read_large(source, "f0", tmp_path / "room")
    (problem,) = raised.value.problems
    assert (problem.place.file, problem.place.line) == (name, line)


def test_all_problems_are_told_in_order(folder, monkeypatch):
    """One bad file hides no other, though the largest is read first."""
    monkeypatch.setattr("tgkg.publish.reading._HELD", -1)
    (folder / "data" / "two" / "c.trig").write_text("no")
    (folder / "data" / "one" / "b.nt").write_text("no way\n" * 9)
    report = check([folder], lambda _: None)
    assert [each.place.file for each in report.problems] == ["data/one/b.nt", "data/two/c.trig"]


def test_a_text_in_pieces_is_the_same(tmp_path, monkeypatch):
    """However short the pieces and the runs are, the lines are those of the whole."""
    file = tmp_path / "a.nt"
    file.write_text("".join(f"<b:{n % 7}> <b:p> <b:{n * 31 % 50}> .\n" for n in range(200)))
    (source,) = open_project([file]).files
    one = read_large(source, "f0", tmp_path / "one")
    monkeypatch.setattr("tgkg.publish.large_files._PIECE", 100)
    monkeypatch.setattr("tgkg.publish.sorted_runs._RUN", 300)
    other = read_large(source, "f0", tmp_path / "other")
    assert len(other.runs) > 5
    assert b"".join(merged(one.runs, tmp_path)) == b"".join(merged(other.runs, tmp_path))


def test_where_there_is_no_sort_the_lines_are_the_same(tmp_path, monkeypatch):
    """Python merges as well, only slower."""
    runs = []
    for number, text in enumerate((b"a\nc\n", b"", b"a\nb\nd\n")):
        runs.append(tmp_path / f"{number}")
        runs[-1].write_bytes(text)
    by_sort = b"".join(merged(runs, tmp_path))
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert b"".join(merged(runs, tmp_path)) == by_sort == b"a\nb\nc\nd\n"


def test_a_callers_script_is_not_run_anew(folder, tmp_path):
    """Who builds from a script without a guard is not started again by the work shared out."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys; from pathlib import Path\n"
        "from tgkg.publish import reading; reading._HELD = -1\n"
        "from tgkg.publish.examine import check; print('started')\n"
        "check([Path(sys.argv[1])], lambda _: None)\n"
    )
    done = subprocess.run(
        [sys.executable, script, folder], capture_output=True, text=True, check=True
    )
    assert done.stdout == "started\n"


def test_lines_of_the_serializer_are_those_of_a_quad():
    """The engine writes a quad alone as it writes it among others."""
    texts = ["\t\b\n\r\f\"\\'", "\0\1\x7f\x80é\u2028\ufffe\U0001f600", "x", ""]
    for text in texts:
        for literal in (ox.Literal(text), ox.Literal(text, language="en-GB")):
            quad = ox.Quad(ox.NamedNode("b:é"), ox.NamedNode("b:p"), literal, ox.NamedNode("b:g"))
            written = ox.serialize([quad], format=ox.RdfFormat.N_QUADS)
            assert written.decode() == f"{quad} .\n"
