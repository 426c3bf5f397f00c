"""What changed between two releases: complete, exact, and told by graph and by resource."""

import hashlib
import subprocess
import tracemalloc

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.changes import Tally, edits, patch, tally
from tgkg.config import Config
from tgkg.errors import NoReleaseError
from tgkg.manifest import Counts, Manifest, Outline
from tgkg.publish.build import build
from tgkg.release import Release, State

IRIS = st.sampled_from(["x:a", "x:b", "x:b2", "x:é", "x:\U0001f600"]).map(ox.NamedNode)
BLANKS = st.sampled_from(["a", "a1", "a-", "a.b"]).map(ox.BlankNode)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4).map(ox.Literal)
TAGGED = st.builds(lambda text: ox.Literal(text, language="en"), st.sampled_from(["", "\x85 ."]))
QUADS = st.builds(ox.Quad, IRIS | BLANKS, IRIS, IRIS | BLANKS | TEXTS | TAGGED, IRIS)
GRAPHS = st.sets(QUADS, max_size=20)


def make_release(folder, quads, *, outline=None):
    """Writes a release that has its canonical data and a manifest in memory, and nothing else."""
    lines = "".join(f"{line} .\n" for line in sorted(map(str, quads))).encode()
    (folder / "dumps").mkdir(parents=True)
    (folder / "dumps/g.nq").write_bytes(lines)
    manifest = Manifest(
        id=folder.name,
        data_hash=hashlib.sha256(lines).hexdigest(),
        created="2024-01-01T00:00:00Z",
        software="tgkg 0",
        config=Config("g", {"": "G"}),
        prefixes={},
        counts=Counts(0, 0, 0, {}, {}, {}),
        dumps=(),
        refused={},
        outline=outline,
    )
    return Release(folder, manifest)


def patched(release, lines):
    """Gives the hash of a release's data with a patch applied, each line of which must apply."""
    statements = set(release.data.read_bytes().split(b"\n")[:-1])
    for line in lines:
        letter, statement = line.rstrip(b"\n").split(b" ", 1)
        assert (statement in statements) == (letter == b"D")
        (statements.remove if letter == b"D" else statements.add)(statement)
    data = b"".join(statement + b"\n" for statement in sorted(statements))
    return hashlib.sha256(data).hexdigest()


@given(before=GRAPHS, after=GRAPHS)
def test_a_patch_makes_the_one_of_the_other(before, after, tmp_path_factory):
    """Applied to the data of A, the patch gives the data of B to the byte; backwards as well."""
    folder = tmp_path_factory.mktemp("pair")
    a, b = make_release(folder / "a", before), make_release(folder / "b", after)
    there, back = list(patch(a, b)), list(patch(b, a))
    assert patched(a, there) == b.manifest.data_hash
    assert patched(b, back) == a.manifest.data_hash
    assert len(there) == len(back) == len(before ^ after)
    assert [line[2:] for line in there] == sorted(line[2:] for line in there)


@given(before=GRAPHS, after=GRAPHS)
def test_every_change_is_told_once(before, after, tmp_path_factory):
    """By resource and by graph, each statement that came or went is there, and no other."""
    folder = tmp_path_factory.mktemp("pair")
    a, b = make_release(folder / "a", before), make_release(folder / "b", after)
    found = list(edits(a, b))
    assert {edit.quad for of_one in found for edit in of_one if edit.is_added} == after - before
    assert {edit.quad for of_one in found for edit in of_one if not edit.is_added} == before - after
    subjects = [{edit.quad.subject for edit in of_one} for of_one in found]
    assert all(len(each) == 1 for each in subjects)
    assert len(subjects) == len(set.union(set(), *subjects))
    counted = tally(a, b)
    assert sum(each.added for each in counted) == len(after - before)
    assert sum(each.removed for each in counted) == len(before - after)
    assert {each.graph for each in counted} == {str(q.graph_name) for q in before ^ after}


def test_the_patch_of_real_releases_applies(tmp_path):
    """What was built from changed sources, blank nodes included, is what the patch makes."""
    source, state = tmp_path / "g.trig", State(tmp_path / "state")
    texts = (
        '<x:g> { <x:a> <x:p> 1, "é\\n" ; <x:q> [ <x:r> 2 ], [] } <x:h> { <x:a> <x:p> 1 }',
        '<x:g> { <x:a> <x:p> 1, "\\r" ; <x:q> [ <x:r> 3 ], [] } <x:i> { <x:a> <x:p> 1 }',
    )
    made = []
    for text in texts:
        source.write_text(text)
        made.append(build([source], state, lambda _: None).release)
    lines = list(patch(*made))
    assert patched(made[0], lines) == made[1].manifest.data_hash
    by_graph = {each.graph: each for each in tally(*made)}
    assert by_graph["<x:h>"] == Tally("<x:h>", 0, 1)
    assert by_graph["<x:i>"] == Tally("<x:i>", 1, 0)


def test_the_same_data_have_no_changes(tmp_path):
    """Nothing comes, nothing goes."""
    a = make_release(tmp_path / "a", {ox.Quad(*map(ox.NamedNode, ("x:a", "x:b", "x:c", "x:g")))})
    assert (list(patch(a, a)), list(edits(a, a)), tally(a, a)) == ([], [], ())


def test_a_release_without_data_here_cannot_be_compared(tmp_path):
    """A site over a store alone has no data to compare: that is said."""
    a = make_release(tmp_path / "a", set())
    b = make_release(tmp_path / "b", set(), outline=Outline(marked=False, own_default=False))
    with pytest.raises(NoReleaseError, match="in a store elsewhere"):
        list(patch(a, b))


def test_a_patch_is_applied_by_the_tools_of_every_system(tmp_path, checkout):
    """The command in the documentation makes the one file of the other."""
    quads = [ox.Quad(ox.NamedNode(f"x:{n}"), *map(ox.NamedNode, ("x:p", "x:o", "x:g")))
             for n in range(9)]  # fmt: skip
    a, b = make_release(tmp_path / "a", quads[:6]), make_release(tmp_path / "b", quads[3:])
    (tmp_path / "changes.patch").write_bytes(b"".join(patch(a, b)))
    (tmp_path / "A.nq").write_bytes(a.data.read_bytes())
    page = (checkout / "docs/releases.md").read_text()
    (command,) = [line for line in page.splitlines() if line.endswith("> B.nq")]
    subprocess.run(["bash", "-ec", command], cwd=tmp_path, check=True)
    assert (tmp_path / "B.nq").read_bytes() == b.data.read_bytes()


def test_a_patch_takes_no_memory(tmp_path):
    """However much two releases hold and differ in, a line of each is held at a time."""
    shared = "<x:a> <x:p> <x:o> <x:g> .\n"
    pair = []
    for name in ("aa", "bb"):
        release = make_release(tmp_path / name, [])
        with release.data.open("w") as lines:
            lines.write(shared)
            lines.writelines(f"<x:{name}{n:06}> <x:p> <x:o> <x:g> .\n" for n in range(50_000))
        pair.append(release)
    tracemalloc.start()
    assert sum(1 for _ in patch(*pair)) == 100_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500_000
