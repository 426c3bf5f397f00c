"""Finding a project's files: what each is for, and a sentence for everything that cannot be."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.errors import UnreadableError
from tgkg.iris import Names, is_iri
from tgkg.publish.examine import check
from tgkg.publish.project import Role, open_project

TRIPLE = "<a:a> <a:b> 1 ."
CONFIG = 'name = "g"\nbase = "https://example.org/"\n'


@pytest.fixture
def project(tmp_path):
    """Gives an empty project folder with settings."""
    for folder in ("ontology", "data", "shapes", "queries"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tgkg.toml").write_text(CONFIG)
    return tmp_path


def problems(*paths):
    """Gives the problems of a project, as its reader sees them."""
    return [str(problem) for problem in check(paths, lambda _: None).problems]


def test_folders_say_what_files_are_for(project):
    """Each folder gives its files their role and their graph."""
    for name in (
        "ontology/terms.ttl", "data/one.nt", "data/folder/two.ttl", "data/folder/deep/three.trig",
        "shapes/Thing.ttl", "queries/why.rq", "queries/README.md", "data/README.md",
    ):  # fmt: skip
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    found = {file.name: (file.role, file.graph) for file in open_project([project]).files}
    base = "https://example.org/"
    assert found == {
        "ontology/terms.ttl": (Role.ONTOLOGY, base + "def"),
        "data/one.nt": (Role.DATA, base + "id/graph/one"),
        "data/folder/two.ttl": (Role.DATA, base + "id/graph/folder"),
        "data/folder/deep/three.trig": (Role.DATA, base + "id/graph/folder"),
        "shapes/Thing.ttl": (Role.SHAPES, base + "shapes"),
        "queries/why.rq": (Role.QUERY, ""),
    }


def test_a_folder_without_settings_may_have_the_same_parts(project):
    """A folder with `data` but no tgkg.toml is a project with every setting at its default."""
    (project / "tgkg.toml").unlink()
    (project / "data" / "a.ttl").write_text(TRIPLE)
    (file,) = open_project([project]).files
    assert file.role is Role.DATA
    assert file.graph.startswith("https://unnamed.invalid/")


def test_loose_files_get_a_graph_each(tmp_path):
    """Files of the same name in different folders become different graphs, with different names."""
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.ttl").write_text(TRIPLE)
    files = open_project([tmp_path / "x" / "a.ttl", tmp_path / "y" / "a.ttl"]).files
    assert [file.name for file in files] == ["x/a.ttl", "y/a.ttl"]
    assert len({file.graph for file in files}) == 2


def test_the_order_of_loose_files_does_not_matter(tmp_path):
    """The same files give the same graphs and names in any order."""
    files = [tmp_path / name for name in ("b.ttl", "a.ttl", "c.nt")]
    for file in files:
        file.write_text("")
    one, other = open_project(files), open_project(files[::-1])
    assert {(file.name, file.graph) for file in one.files} == {
        (file.name, file.graph) for file in other.files
    }
    assert one.config == other.config


def test_a_loose_folder_passes_over_what_is_not_rdf(tmp_path):
    """In a folder of files, what is not RDF is counted and left alone."""
    for name in ("a.ttl", "b.py", "c", ".hidden.ttl", "_draft.ttl", "a.ttl~"):
        (tmp_path / name).write_text("")
    project = open_project([tmp_path])
    assert [file.name for file in project.files] == ["a.ttl"]
    assert project.notes == ("2 files that are not RDF were passed over.",)


NAMES = [
    "a b",
    "é",
    "日本",
    "a%",
    "a%20b",
    "a#b",
    "a?b",
    "a'b",
    'a"b',
    "a\\b",
    "a\nb",
    "<a>",
    "a:b",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_file_name_becomes_a_graph(name, tmp_path, project):
    """Spaces, percent signs, hashes and other scripts make a valid IRI, loose or in a project."""
    loose = tmp_path / f"{name}.ttl"
    loose.write_text(TRIPLE)
    (project / "data" / name).mkdir()
    (project / "data" / name / f"{name}.ttl").write_text(TRIPLE)
    for path in (loose, project):
        (file,) = open_project([path]).files
        assert is_iri(file.graph)
        assert is_iri(file.base)
        assert not problems(path)


@given(st.sets(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=2))
def test_different_folders_become_different_graphs(folders):
    """No two names of folders give one graph."""
    graphs = {Names("https://example.org/").graph_of_folder(folder) for folder in folders}
    assert len(graphs) == len(folders)
    assert all(map(is_iri, graphs))


def test_a_folder_named_like_a_file_is_a_folder(project):
    """A folder `x.ttl` is looked into."""
    (project / "data" / "x.ttl").mkdir()
    (project / "data" / "x.ttl" / "a.nt").write_text("")
    assert [file.name for file in open_project([project]).files] == ["data/x.ttl/a.nt"]


def make_odd_names(folder):
    """Puts something of every kind that cannot be published into a folder; gives its problems."""
    (folder / "a.ttl").write_text(TRIPLE)
    (folder / "b.xyz").write_text("")
    (folder / "c").write_text("")
    (folder / "d-outside.ttl").symlink_to("/etc/hostname")
    (folder / "e-outside").symlink_to("/etc")
    (folder / "f-nothing.ttl").symlink_to("nowhere.ttl")
    (folder / "g-self.ttl").symlink_to("g-self.ttl")
    (folder / "h-up").symlink_to("..")
    (folder / "i-loop").symlink_to(".")
    os.mkfifo(folder / "j-pipe.ttl")
    (folder / os.fsdecode(b"k-\xff.ttl")).write_text(TRIPLE)


OBSTACLES = [
    "d-outside.ttl: a symbolic link that leaves the folder; put the file itself here.",
    "e-outside: a symbolic link that leaves the folder; put the file itself here.",
    "f-nothing.ttl: a symbolic link to nothing; remove or mend it.",
    "g-self.ttl: cannot be followed; remove or mend it.",
    "h-up: a symbolic link to a folder that it lies in; remove it.",
    "i-loop: a symbolic link to a folder that it lies in; remove it.",
    "j-pipe.ttl: neither a file nor a folder; remove it.",
    "k-\\xff.ttl: its name is not UTF-8; rename it.",
]


def test_everything_that_cannot_be_published_is_named(project):
    """Wrong extensions, bad links, pipes and odd names are named, all at once."""
    make_odd_names(project / "data")
    found = problems(project)
    assert found[0].startswith("data/b.xyz: .xyz is not an RDF extension; RDF files end in .ttl")
    assert found[1].startswith("data/c: it has no extension; RDF files end in .ttl")
    assert found[2:] == [f"data/{obstacle}" for obstacle in OBSTACLES]


def test_a_loose_folder_names_its_obstacles_too(tmp_path):
    """Links and odd names are named in a folder of loose files as well."""
    (tmp_path / "x").mkdir()
    make_odd_names(tmp_path / "x")
    expected = [f"x/{obstacle}" for obstacle in OBSTACLES]
    assert problems(tmp_path) == expected
    assert problems(tmp_path / "x")[:2] == OBSTACLES[:2]


def test_links_that_stay_inside_are_followed(project):
    """A link to a file or folder of the project is read where it stands."""
    (project / "more").mkdir()
    (project / "more" / "a.ttl").write_text(TRIPLE)
    (project / "data" / "file.ttl").symlink_to("../more/a.ttl")
    (project / "data" / "folder").symlink_to("../more")
    found = [file.name for file in open_project([project]).files]
    assert found == ["data/file.ttl", "data/folder/a.ttl"]


def test_two_links_into_each_other_end(project):
    """Folders that link to each other are walked once, not for ever."""
    for one, other in (("x", "y"), ("y", "x")):
        (project / "data" / one).mkdir(exist_ok=True)
        (project / "data" / one / "link").symlink_to(f"../{other}")
        (project / "data" / one / "link2").symlink_to(f"../{other}")
    assert all("a folder that it lies in" in problem for problem in problems(project))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: [folder / "none.ttl"], "there is no such file or folder."),
        (lambda folder: [folder / ("x" * 5000)], "there is no such file or folder."),
        (lambda folder: [folder / "empty"], "there is no RDF here (.ttl, "),
        (lambda folder: [folder / "a.txt"], ".txt is not an RDF extension; "),
        (lambda folder: [folder / "plain"], "it has no extension; "),
        (lambda folder: [folder / "pipe.ttl"], "there is no such file or folder."),
        (lambda folder: [folder / "g", folder / "a.ttl"], "is published alone."),
    ],
)
def test_a_path_that_cannot_be_published_is_named(make, sentence, tmp_path):
    """What is given on the command line ends in a sentence, too."""
    for folder in ("empty", "g"):
        (tmp_path / folder).mkdir()
    (tmp_path / "g" / "tgkg.toml").write_text(CONFIG)
    for name in ("a.txt", "plain", "a.ttl"):
        (tmp_path / name).write_text("")
    os.mkfifo(tmp_path / "pipe.ttl")
    (problem,) = problems(*make(tmp_path))
    assert sentence in problem


CHECK = """
import os, sys
from pathlib import Path
from tgkg.publish.examine import check
if os.geteuid() == 0:  # who may read everything
    os.setuid(65534)
print(*check([Path(sys.argv[1])], lambda _: None).problems)
"""


@pytest.mark.parametrize(("name", "is_folder"), [("a.ttl", False), ("closed", True)])
def test_what_may_not_be_read_is_named(name, is_folder):
    """A file or folder without permission ends in a sentence."""
    with tempfile.TemporaryDirectory() as top:
        closed = Path(top, "x", name)
        closed.mkdir(parents=True) if is_folder else closed.parent.mkdir()
        if not is_folder:
            closed.write_text(TRIPLE)
        Path(top).chmod(0o755)
        closed.chmod(0)
        arguments = [sys.executable, "-c", CHECK, closed.parent]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        closed.chmod(0o755)
    assert done.stdout == f"{name}: cannot be read: Permission denied.\n", done.stderr


def test_wrong_settings_are_a_problem(project):
    """A project with broken settings is not read."""
    (project / "tgkg.toml").write_text("name = 1")
    with pytest.raises(UnreadableError, match=r"^tgkg.toml:1: name is a text"):
        open_project([project])


def test_settings_beside_loose_files(tmp_path):
    """A folder of files with settings but without their folders is read as it is without them."""
    (tmp_path / "tgkg.toml").write_text('name = "dogs"\ntitle = "Dogs"\n')
    (tmp_path / "a.ttl").write_text(TRIPLE)
    project = open_project([tmp_path])
    assert [file.name for file in project.files] == ["a.ttl"]
    assert (project.config.name, project.notes) == ("dogs", ())
