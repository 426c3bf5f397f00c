"""Damage to a release is found, and named by its file."""

import json
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.integrity import SUMS, Flaw, flaws, sums_of
from tgkg.manifest import MANIFEST
from tgkg.publish.build import build
from tgkg.release import Release, State

FILES = {
    "tgkg.toml": 'name = "g"\nbase = "https://example.org/"\n',
    "data/one/things.ttl": '<x:a> <x:name> "A", "B" ; <x:part> [ <x:size> 1 ] .',
    "shapes/Thing.ttl": """
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        <x:Shape> sh:targetNode <x:a> ; sh:property <x:named> .
        <x:named> sh:path <x:name> ; sh:minCount 1 .
    """,
    "queries/all.rq": "SELECT * { ?s ?p ?o }",
    "queries/more/one.rq": "ASK { }",
}
DUMPS = {
    f"dumps/g.{extension}{packing}"
    for extension in ("ttl", "nt", "nq", "trig", "jsonld", "rdf")
    for packing in ("", ".gz", ".zst")
}
EVERY_FILE = sorted(
    {MANIFEST, SUMS, "report.json", "report.ttl", "shapes.nq", "queries/all.rq"}
    | {"queries/more/one.rq", "catalog.ttl", "void.ttl", "search.sqlite"}
    | DUMPS
)


def make_release(folder, files=FILES):
    """Builds a release of a few files below a folder."""
    for name, text in files.items():
        file = folder / "project" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    release = build([folder / "project"], State(folder / "state"), lambda _: None).release
    assert release
    return release.folder


def files_of(folder):
    """Gives the names of all files below a folder."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Gives the folder of a small release; no test changes it."""
    return make_release(tmp_path_factory.mktemp("made"))


@pytest.fixture
def folder(made, tmp_path):
    """Gives a copy of it to damage."""
    return shutil.copytree(made, tmp_path / made.name)


def found(folder):
    """Gives the files that are wrong."""
    return [flaw.file for flaw in flaws(folder)]


def flip(file, at, bit):
    """Changes one bit of a file."""
    content = bytearray(file.read_bytes())
    content[at] ^= 1 << bit
    file.write_bytes(content)


def test_nothing_is_wrong_with_a_release_as_built(made):
    """A release has every file that the others of these tests damage, and no flaw."""
    assert found(made) == []
    others = {name for name in files_of(made) if not name.startswith(("store/", "dumps/g-"))}
    assert sorted(others) == EVERY_FILE
    assert {name.partition("/")[0] for name in files_of(made)} >= {"store", "dumps"}


def test_a_flipped_bit_is_found(folder):
    """One bit in any file, wherever in it, is found, and that file alone is named."""
    for file in files_of(folder):
        size = (folder / file).stat().st_size
        for at, bit in ((0, 0), (size // 3, 5), (size // 2, 3), (size - 1, 7)) if size else ():
            flip(folder / file, at, bit)
            assert found(folder) == [file]
            flip(folder / file, at, bit)
    assert found(folder) == []


@pytest.mark.parametrize("file", [MANIFEST, SUMS])
@given(data=st.data())
def test_any_bit_of_what_the_others_are_compared_with_counts(file, made, data, tmp_path_factory):
    """Damage to the manifest or to the checksums is never taken for damage to another file."""
    copy = shutil.copytree(made, tmp_path_factory.mktemp("copy") / made.name)
    size = (copy / file).stat().st_size
    flip(copy / file, data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, 7)))
    assert found(copy) == [file]
    shutil.rmtree(copy)


@pytest.mark.parametrize("file", EVERY_FILE)
def test_a_missing_file_is_found(file, folder):
    """A file that is gone is named, and no other."""
    (folder / file).unlink()
    assert found(folder) == [file]


@pytest.mark.parametrize("file", EVERY_FILE)
def test_a_file_cut_short_is_found(file, folder):
    """A file that lacks its last byte is named, and no other."""
    (folder / file).write_bytes((folder / file).read_bytes()[:-1])
    assert found(folder) == [file]


def test_a_file_too_many_is_found(folder):
    """What was put beside the files of a release is named."""
    (folder / "queries" / "new.rq").write_text("ASK { }")
    assert list(flaws(folder)) == [Flaw("queries/new.rq", "is not part of the release.")]


def test_every_damaged_file_is_named_once(folder):
    """Several files are told in one go, each once."""
    for file in ("dumps/g.nq", "report.json"):
        (folder / file).write_text("")
    assert found(folder) == ["dumps/g.nq", "report.json"]


def resealed(folder, change):
    """Changes the manifest and writes the checksums anew, as nothing but a mistake of ours does."""
    values = json.loads((folder / MANIFEST).read_text())
    change(values)
    (folder / MANIFEST).write_text(json.dumps(values))
    (folder / SUMS).write_bytes(sums_of(folder))


@pytest.mark.parametrize(
    ("change", "file", "said"),
    [
        (lambda m: m["dumps"][0].update(size=1), "dumps/g.ttl", "the manifest says 1"),
        (lambda m: m["dumps"][0].update(sha256="0"), "dumps/g.ttl", "the manifest says 0"),
        (lambda m: m["dumps"][0].update(file="g.x"), "dumps/g.x", "is missing"),
        (lambda m: m.update(data_hash="0"), "dumps/g.nq", "is not the data"),
        (lambda m: m.update(id="0"), MANIFEST, "another release, 0"),
        (lambda m: m.update(layout=0), MANIFEST, "another layout"),
    ],
)  # fmt: skip
def test_what_the_manifest_says_is_compared_too(change, file, said, folder):
    """Size and checksum of a dump, the hash of the data and the id are those in the manifest."""
    resealed(folder, change)
    (flaw,) = flaws(folder)
    assert flaw.file == file
    assert said in flaw.message


@pytest.mark.parametrize("order", [[1, 0], [0, 0]], ids=["unsorted", "twice"])
def test_data_that_are_not_canonical_are_found(order, folder):
    """Lines out of order, or there twice, are named by their number."""
    data = Release.open(folder).data
    lines = data.read_bytes().splitlines(keepends=True)
    data.write_bytes(b"".join([*(lines[at] for at in order), *lines[2:]]))
    of_data = dict(line.split("  ")[::-1] for line in sums_of(folder).decode().splitlines()[:-1])

    def change(values):
        (dump,) = (dump for dump in values["dumps"] if dump["file"] == data.name)
        digest = of_data["dumps/g.nq"]
        dump.update(size=data.stat().st_size, sha256=digest)
        values["data_hash"] = digest

    resealed(folder, change)
    assert [str(flaw) for flaw in flaws(folder)] == [
        "dumps/g.nq: line 2 does not come after the line before it."
    ]


@pytest.mark.parametrize("name", ["é.rq", "a b.rq", " a.rq", "a\\b.rq", "a\nb.rq", "a\rb.rq"])
def test_the_checksums_are_those_of_coreutils(name, tmp_path):
    """`sha256sum --check` takes the file of checksums as it is, whatever files are called."""
    (tmp_path / name).write_text("ASK { }")
    (tmp_path / "other").write_bytes(b"\0\xff")
    (tmp_path / SUMS).write_bytes(sums_of(tmp_path))
    check = ["sha256sum", "--check", "--strict", SUMS]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    assert found(tmp_path) == [MANIFEST]  # which there is none of here
    (tmp_path / name).write_text("ASK {  }")
    assert found(tmp_path) == [name, MANIFEST]
